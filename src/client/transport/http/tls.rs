//! Which servers are trusted over TLS, and as whom to call them.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::client::WebPkiServerVerifier;
use tokio_rustls::rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use tokio_rustls::rustls::crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature};
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime, pem};
use tokio_rustls::rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, Error as TlsError, RootCertStore, SignatureScheme,
};
use tower::BoxError;

use crate::client::Error;
use crate::client::transport::stream::Stream;

/// Whom to trust behind an `https://` URL, and as whom to call: for
/// [`ClientBuilder::tls`](crate::client::ClientBuilder::tls).
///
/// By default the authorities that the operating system trusts are trusted, read when the client is built. (Those that
/// environment variables `SSL_CERT_FILE` and `SSL_CERT_DIR` name take their place, as for OpenSSL.) TLS 1.2 and 1.3 are
/// spoken. Whatever these settings lack is to be had by a configuration of rustls, from which this type is made too. In
/// either case the protocol that is agreed on is `http/1.1`.
///
/// ```no_run
/// use tagwire::Client;
/// use tagwire::client::transport::TlsConfig;
///
/// // A company's own authority, and a certificate to show.
/// let tls = TlsConfig::default().authority("authority.pem").client_certificate("client.pem", "client-key.pem");
/// let client = Client::builder("https://localhost:8443").tls(tls).build()?;
///
/// // A device with a certificate that it has signed itself.
/// let tls = TlsConfig::default().pinned("d8:e2:5a:…:09");
/// let client = Client::builder("https://192.168.0.7:42010").tls(tls).build()?;
/// # Ok::<(), tagwire::client::Error>(())
/// ```
#[derive(Clone, Default)]
pub struct TlsConfig {
    authorities: Vec<PathBuf>,
    identity: Option<(PathBuf, PathBuf)>,
    pinned: Vec<String>,
    whole: Option<Arc<ClientConfig>>,
}

impl TlsConfig {
    /// Trusts the authorities in a PEM file, and no longer those of the operating system. May be called again for another
    /// file. The files are read by [`ClientBuilder::build`](crate::client::ClientBuilder::build).
    #[must_use]
    pub fn authority(mut self, pem_file: impl Into<PathBuf>) -> Self {
        self.authorities.push(pem_file.into());
        self
    }

    /// Shows this certificate to a server that asks for one. The first file has it, followed by those between it and its
    /// authority; the second has its key, in PKCS#8, PKCS#1 or SEC1. Both are PEM.
    #[must_use]
    pub fn client_certificate(mut self, certificate: impl Into<PathBuf>, key: impl Into<PathBuf>) -> Self {
        self.identity = Some((certificate.into(), key.into()));
        self
    }

    /// Trusts the server whose certificate has this SHA-256 fingerprint, whatever name it is for, whoever signed it, and
    /// however old it is; and no other server. It is written in hexadecimal digits, with or without colons, as
    /// `openssl x509 -noout -fingerprint -sha256` prints it. May be called again for a certificate that is to come.
    #[must_use]
    pub fn pinned(mut self, sha256: impl Into<String>) -> Self {
        self.pinned.push(sha256.into());
        self
    }

    fn into_config(self) -> Result<Arc<ClientConfig>, Error> {
        if let Some(config) = self.whole {
            return Ok(config);
        }
        // The provider is named, since rustls does not choose when a program brings several.
        let provider = Arc::new(ring::default_provider());
        let builder = ClientConfig::builder_with_provider(provider.clone())
            .with_safe_default_protocol_versions()
            .map_err(|error| Error::request("TLS is of no use").with_source(error))?;
        let verifier = self.verifier(provider)?;
        let builder = builder.dangerous().with_custom_certificate_verifier(verifier);
        let mut config = match &self.identity {
            None => builder.with_no_client_auth(),
            Some((certificate, key)) => {
                let chain = certificates(certificate)?;
                let key_der = PrivateKeyDer::from_pem_file(key).map_err(|error| unusable(key, error))?;
                builder.with_client_auth_cert(chain, key_der).map_err(|error| unusable(certificate, error))?
            }
        };
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Arc::new(config))
    }

    fn verifier(&self, provider: Arc<CryptoProvider>) -> Result<Arc<dyn ServerCertVerifier>, Error> {
        if !self.pinned.is_empty() {
            let pins = self.pinned.iter().map(|text| fingerprint(text)).collect::<Result<_, _>>()?;
            return Ok(Arc::new(Pinned { pins, provider }));
        }
        let mut roots = RootCertStore::empty();
        if self.authorities.is_empty() {
            let found = rustls_native_certs::load_native_certs();
            roots.add_parsable_certificates(found.certs);
            if roots.is_empty() {
                let error = Error::request("the operating system names no authority to trust");
                return Err(match found.errors.into_iter().next() {
                    Some(reason) => error.with_source(reason),
                    None => error,
                });
            }
        }
        for file in &self.authorities {
            for certificate in certificates(file)? {
                roots.add(certificate).map_err(|error| unusable(file, error))?;
            }
        }
        let verifier = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider).build();
        Ok(verifier.map_err(|error| Error::request("the authorities are of no use").with_source(error))?)
    }
}

impl From<ClientConfig> for TlsConfig {
    fn from(mut config: ClientConfig) -> Self {
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Self { whole: Some(Arc::new(config)), ..Self::default() }
    }
}

impl From<Arc<ClientConfig>> for TlsConfig {
    fn from(config: Arc<ClientConfig>) -> Self {
        Arc::unwrap_or_clone(config).into()
    }
}

impl fmt::Debug for TlsConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TlsConfig")
            .field("authorities", &self.authorities)
            .field("identity", &self.identity.as_ref().map(|(certificate, _)| certificate))
            .field("pinned", &self.pinned)
            .finish_non_exhaustive()
    }
}

/// What is done with a new connection.
pub(super) struct Handshake {
    connector: TlsConnector,
}

impl Handshake {
    pub(super) fn new(config: TlsConfig) -> Result<Self, Error> {
        Ok(Self { connector: config.into_config()?.into() })
    }

    pub(super) async fn run(&self, stream: TcpStream, host: &str) -> Result<Stream, BoxError> {
        let host = host.trim_start_matches('[').trim_end_matches(']');
        let name = ServerName::try_from(host.to_owned())?;
        Ok(Stream::Tls(Box::new(self.connector.connect(name, stream).await?)))
    }
}

impl fmt::Debug for Handshake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Handshake").finish_non_exhaustive()
    }
}

/// Knows a server by its certificate alone. That the server has the key to it is checked as ever.
#[derive(Debug)]
struct Pinned {
    pins: Vec<[u8; 32]>,
    provider: Arc<CryptoProvider>,
}

impl ServerCertVerifier for Pinned {
    fn verify_server_cert(
        &self,
        own: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, TlsError> {
        match sha256(own).is_some_and(|digest| self.pins.contains(&digest)) {
            true => Ok(ServerCertVerified::assertion()),
            false => Err(CertificateError::ApplicationVerificationFailure.into()),
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, TlsError> {
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls12_signature(message, certificate, signature, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, TlsError> {
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls13_signature(message, certificate, signature, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}

/// By the hash that TLS has with it, so that no other crate is needed.
fn sha256(bytes: &[u8]) -> Option<[u8; 32]> {
    let suite = ring::cipher_suite::TLS13_AES_128_GCM_SHA256.tls13()?;
    suite.common.hash_provider.hash(bytes).as_ref().try_into().ok()
}

fn fingerprint(text: &str) -> Result<[u8; 32], Error> {
    let mistake = || Error::request("a pinned fingerprint is not the 64 hexadecimal digits of a SHA-256");
    let digits: Vec<u8> = text.bytes().filter(|byte| *byte != b':').collect();
    let mut bytes = [0; 32];
    if digits.len() != 64 {
        return Err(mistake());
    }
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
        let pair = std::str::from_utf8(pair).ok().filter(|pair| !pair.starts_with('+'));
        *byte = pair.and_then(|pair| u8::from_str_radix(pair, 16).ok()).ok_or_else(mistake)?;
    }
    Ok(bytes)
}

fn certificates(file: &Path) -> Result<Vec<CertificateDer<'static>>, Error> {
    let found: Vec<_> =
        CertificateDer::pem_file_iter(file).and_then(Iterator::collect).map_err(|error| unusable(file, error))?;
    match found.is_empty() {
        true => Err(unusable(file, pem::Error::NoItemsFound)),
        false => Ok(found),
    }
}

fn unusable(file: &Path, error: impl Into<BoxError>) -> Error {
    Error::request(format!("{} is of no use", file.display().to_string().escape_debug())).with_source(error)
}
