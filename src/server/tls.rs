//! HTTPS by rustls.

use std::fmt;
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::{self, PemObject};
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::server::TlsStream;

use super::listener::Peer;

/// How a [`Server`](crate::Server) speaks TLS: its certificate, and how long a handshake may take.
///
/// Whatever else there is to be set, clients' certificates among it, is set in a `ServerConfig` of
/// [rustls](super::rustls), which is one of these too. In either case the protocol that is agreed on is `http/1.1`.
///
/// ```no_run
/// use std::sync::Arc;
/// use std::time::Duration;
/// use tagwire::server::TlsConfig;
/// use tagwire::server::rustls::pki_types::pem::PemObject;
/// use tagwire::server::rustls::pki_types::{CertificateDer, PrivateKeyDer};
/// use tagwire::server::rustls::server::WebPkiClientVerifier;
/// use tagwire::server::rustls::{RootCertStore, ServerConfig};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let simple = TlsConfig::from_pem_files("certificate.pem", "key.pem")?.handshake_timeout(Duration::from_secs(3));
///
/// // Only clients that our own authority knows. A method sees who it is by `Extension<PeerCertificates>`.
/// let mut authority = RootCertStore::empty();
/// authority.add(CertificateDer::from_pem_file("authority.pem")?)?;
/// let config = ServerConfig::builder()
///     .with_client_cert_verifier(WebPkiClientVerifier::builder(Arc::new(authority)).build()?)
///     .with_single_cert(
///         CertificateDer::pem_file_iter("certificate.pem")?.collect::<Result<_, _>>()?,
///         PrivateKeyDer::from_pem_file("key.pem")?,
///     )?;
/// let mutual = TlsConfig::from(config);
/// # let _ = (simple, mutual);
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct TlsConfig {
    config: Arc<ServerConfig>,
    handshake_timeout: Option<Duration>,
}

impl TlsConfig {
    /// Takes the certificate, followed by those between it and its authority, and its private key (PKCS#8, PKCS#1 or SEC1)
    /// from PEM files. They are read once, here.
    ///
    /// # Errors
    /// A file cannot be read or holds no such thing, or the key is not that of the certificate.
    pub fn from_pem_files(certificate: impl AsRef<Path>, key: impl AsRef<Path>) -> io::Result<Self> {
        let (certificate, key) = (certificate.as_ref(), key.as_ref());
        let chain: Vec<_> = CertificateDer::pem_file_iter(certificate)
            .and_then(Iterator::collect)
            .map_err(|error| unusable(certificate, &error))?;
        if chain.is_empty() {
            return Err(unusable(certificate, &pem::Error::NoItemsFound));
        }
        let key = PrivateKeyDer::from_pem_file(key).map_err(|error| unusable(key, &error))?;
        // The provider is named, since rustls does not choose when a program brings several.
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .and_then(|builder| builder.with_no_client_auth().with_single_cert(chain, key))
            .map_err(|error| io::Error::new(io::ErrorKind::InvalidInput, error))?;
        Ok(config.into())
    }

    /// How long a handshake may take, 10 s by default; `None` is no limit. Beyond it the connection is closed. However
    /// long it takes, other connections do not wait for it.
    #[must_use]
    pub fn handshake_timeout(mut self, limit: impl Into<Option<Duration>>) -> Self {
        self.handshake_timeout = limit.into();
        self
    }

    /// The handshake. Who the peer is, if it shows a certificate, is added to what its requests carry.
    pub(super) async fn accept<I>(&self, io: I, peer: &mut Peer) -> io::Result<TlsStream<I>>
    where
        I: AsyncRead + AsyncWrite + Unpin,
    {
        let handshake = TlsAcceptor::from(self.config.clone()).accept(io);
        let stream = match self.handshake_timeout {
            Some(limit) => tokio::time::timeout(limit, handshake).await.map_err(|_| io::ErrorKind::TimedOut)??,
            None => handshake.await?,
        };
        if let Some(certificates) = stream.get_ref().1.peer_certificates() {
            let certificates = PeerCertificates(certificates.iter().map(|one| one.clone().into_owned()).collect());
            *peer = std::mem::take(peer).with_extension(certificates);
        }
        Ok(stream)
    }
}

impl From<ServerConfig> for TlsConfig {
    fn from(mut config: ServerConfig) -> Self {
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Self { config: Arc::new(config), handshake_timeout: Some(Duration::from_secs(10)) }
    }
}

impl From<Arc<ServerConfig>> for TlsConfig {
    fn from(config: Arc<ServerConfig>) -> Self {
        Arc::unwrap_or_clone(config).into()
    }
}

fn unusable(file: &Path, error: &pem::Error) -> io::Error {
    let kind = match error {
        pem::Error::Io(error) => error.kind(),
        _ => io::ErrorKind::InvalidInput,
    };
    io::Error::new(kind, format!("{}: {error}", file.display()))
}

/// The certificates that a client has shown and that were found good: its own first. Every request of its connection
/// carries them.
///
/// ```
/// use tagwire::server::PeerCertificates;
/// use tagwire::{Binary, Extension, Methods};
///
/// let methods = Methods::new().register_fn("whoami", |Extension(certificates): Extension<PeerCertificates>| {
///     Binary::from(certificates.own().to_vec())
/// });
/// # let _ = methods;
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct PeerCertificates(Arc<[CertificateDer<'static>]>);

impl PeerCertificates {
    /// The client's own certificate, as DER.
    #[must_use]
    pub fn own(&self) -> &[u8] {
        self.iter().next().unwrap_or_default()
    }

    /// All of them, as DER: the client's own, and what it has sent of those between it and its authority.
    pub fn iter(&self) -> impl Iterator<Item = &[u8]> {
        self.0.iter().map(AsRef::as_ref)
    }
}

impl fmt::Debug for PeerCertificates {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PeerCertificates({} certificates)", self.0.len())
    }
}
