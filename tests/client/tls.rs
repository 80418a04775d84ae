//! Calls over TLS: whom the client trusts, and as whom it calls.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use tagwire::Client;
use tagwire::client::Error;
use tagwire::client::transport::TlsConfig;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::server::WebPkiClientVerifier;
use tokio_rustls::rustls::{RootCertStore, ServerConfig};

use crate::support::peer::FIVE;
use crate::support::program;
use crate::support::tunnel::tunnel;

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/tls");

/// What `openssl x509 -noout -fingerprint -sha256` prints of `server.pem`.
const FINGERPRINT: &str =
    "41:C2:0C:E9:D7:DD:85:1A:E5:46:27:E9:76:04:D9:47:C7:95:A6:BC:A5:6A:69:D3:85:11:2A:92:61:EC:59:BB";

fn file(name: &str) -> std::path::PathBuf {
    Path::new(FOLDER).join(name)
}

/// A server with the certificate for `localhost`, `127.0.0.1` and `::1`, which answers every request.
async fn start(wants_certificate: bool) -> u16 {
    let provider = Arc::new(ring::default_provider());
    let builder = ServerConfig::builder_with_provider(provider.clone()).with_safe_default_protocol_versions().unwrap();
    let builder = match wants_certificate {
        false => builder.with_no_client_auth(),
        true => {
            let mut roots = RootCertStore::empty();
            roots.add(CertificateDer::from_pem_file(file("authority.pem")).unwrap()).unwrap();
            let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider);
            builder.with_client_cert_verifier(verifier.build().unwrap())
        }
    };
    let chain = vec![CertificateDer::from_pem_file(file("server.pem")).unwrap()];
    let config =
        builder.with_single_cert(chain, PrivateKeyDer::from_pem_file(file("server-key.pem")).unwrap()).unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let acceptor = acceptor.clone();
            tokio::spawn(async move {
                let Ok(mut stream) = acceptor.accept(stream).await else { return };
                let mut request = Vec::new();
                while !request.ends_with(b"</methodCall>") {
                    match stream.read_buf(&mut request).await {
                        Ok(1..) => {}
                        _ => return,
                    }
                }
                let answer = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{FIVE}", FIVE.len());
                stream.write_all(answer.as_bytes()).await.ok();
                stream.flush().await.ok();
                stream.read_buf(&mut request).await.ok();
            });
        }
    });
    port
}

async fn call(url: &str, tls: impl Into<TlsConfig>) -> Result<i32, Error> {
    let client = Client::builder(url).tls(tls).connect_timeout(Duration::from_secs(10)).build()?;
    client.call("add", (2, 3)).await
}

#[tokio::test]
async fn an_authority_of_ones_own_is_trusted() {
    let port = start(false).await;
    let tls = TlsConfig::default().authority(file("authority.pem"));
    for host in ["localhost", "127.0.0.1"] {
        assert_eq!(call(&format!("https://{host}:{port}"), tls.clone()).await.unwrap(), 5, "{host}");
    }
    let both = TlsConfig::default().authority(file("stranger.pem")).authority(file("authority.pem"));
    assert_eq!(call(&format!("https://localhost:{port}"), both).await.unwrap(), 5);
}

#[tokio::test]
async fn an_unknown_authority_is_not() {
    let port = start(false).await;
    for tls in [TlsConfig::default(), TlsConfig::default().authority(file("stranger.pem"))] {
        let error = call(&format!("https://localhost:{port}"), tls).await.unwrap_err();
        assert!(error.is_connect() && error.is_transport(), "{error:#}");
        assert!(format!("{error:#}").contains("UnknownIssuer"), "{error:#}");
    }
}

/// Which they are is told to a program of its own, by a variable that OpenSSL knows too.
#[tokio::test]
async fn the_authorities_of_the_system_are_trusted() {
    let port = start(false).await;
    for (authorities, code, prints) in [("authority.pem", 0, "5\n"), ("stranger.pem", 3, "")] {
        let mut call = tokio::process::Command::from(program::example("call"));
        call.env("SSL_CERT_FILE", file(authorities)).env_remove("SSL_CERT_DIR");
        call.args([&format!("https://localhost:{port}"), "add", "2", "3"]).kill_on_drop(true);
        let output = call.output().await.unwrap();
        let (stdout, stderr) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert_eq!((output.status.code(), &*stdout), (Some(code), prints), "{authorities}: {stderr}");
        assert_eq!(stderr.contains("UnknownIssuer"), code != 0, "{authorities}: {stderr}");
    }
}

#[tokio::test]
async fn a_certificate_for_another_name_is_refused() {
    let port = start(false).await;
    let tls = TlsConfig::default().authority(file("authority.pem"));
    // Linux answers on all of 127.0.0.0/8.
    let error = call(&format!("https://127.0.0.2:{port}"), tls).await.unwrap_err();
    assert!(error.is_connect() && error.is_transport(), "{error:#}");
    if cfg!(target_os = "linux") && !format!("{error:#}").contains("refused") {
        assert!(format!("{error:#}").contains("not valid for name"), "{error:#}");
    }
}

#[tokio::test]
async fn a_pinned_certificate_is_trusted_for_any_name() {
    let port = start(false).await;
    for pin in [FINGERPRINT.to_owned(), FINGERPRINT.replace(':', "").to_lowercase()] {
        let tls = TlsConfig::default().pinned("00".repeat(32)).pinned(pin);
        assert_eq!(call(&format!("https://localhost:{port}"), tls).await.unwrap(), 5);
    }
    let error =
        call(&format!("https://localhost:{port}"), TlsConfig::default().pinned("00".repeat(32))).await.unwrap_err();
    assert!(error.is_connect() && error.is_transport(), "{error:#}");
}

#[tokio::test]
async fn a_certificate_is_shown_where_one_is_asked_for() {
    let port = start(true).await;
    let url = format!("https://localhost:{port}");
    let tls = TlsConfig::default().authority(file("authority.pem"));
    let shown = tls.clone().client_certificate(file("client.pem"), file("client-key.pem"));
    assert_eq!(call(&url, shown).await.unwrap(), 5);
    let stranger = tls.clone().client_certificate(file("stranger-client.pem"), file("stranger-client-key.pem"));
    for tls in [tls, stranger] {
        let error = call(&url, tls).await.unwrap_err();
        assert!(error.is_transport(), "{error:#}");
    }
}

#[tokio::test]
async fn a_configuration_of_rustls_is_taken_as_it_is() {
    use tagwire::client::transport::rustls::ClientConfig;

    let port = start(false).await;
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_file(file("authority.pem")).unwrap()).unwrap();
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    assert_eq!(call(&format!("https://localhost:{port}"), config).await.unwrap(), 5);
}

#[tokio::test]
async fn plain_text_on_a_tls_port_is_a_connect_error() {
    for answer in ["HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n", "SSH-2.0-x\r\n", ""] {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("https://{}", listener.local_addr().unwrap());
        tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            stream.read_buf(&mut Vec::with_capacity(4096)).await.unwrap();
            stream.write_all(answer.as_bytes()).await.unwrap();
        });
        let error = call(&url, TlsConfig::default().authority(file("authority.pem"))).await.unwrap_err();
        assert!(error.is_connect() && error.is_transport(), "{answer}: {error:#}");
    }
}

#[tokio::test]
async fn a_handshake_without_end_is_a_timeout() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://{}", listener.local_addr().unwrap());
    let tls = TlsConfig::default().authority(file("authority.pem"));
    let client = Client::builder(&url).tls(tls).connect_timeout(Duration::from_millis(50)).build().unwrap();
    let error = client.call::<_, i32>("add", (2, 3)).await.unwrap_err();
    assert!(error.is_connect() && error.is_timeout(), "{error:#}");
}

#[tokio::test]
async fn tls_on_a_plain_port_is_a_transport_error() {
    let port = start(false).await;
    let client = Client::new(&format!("http://127.0.0.1:{port}")).unwrap();
    let error = client.call::<_, i32>("add", (2, 3)).await.unwrap_err();
    assert!(error.is_transport(), "{error:#}");
}

#[test]
fn files_of_no_use_are_told_when_the_client_is_built() {
    let own = TlsConfig::default().authority(file("authority.pem"));
    for tls in [
        TlsConfig::default().authority(file("nothing.pem")),
        TlsConfig::default().authority(file("server-key.pem")),
        own.clone().client_certificate(file("client.pem"), file("nothing.pem")),
        own.clone().client_certificate(file("client.pem"), file("server.pem")),
        own.client_certificate(file("client.pem"), file("server-key.pem")),
        TlsConfig::default().pinned("00:11"),
        TlsConfig::default().pinned("+1".repeat(32)),
    ] {
        let shown = format!("{tls:?}");
        let error = Client::builder("https://localhost").tls(tls).build().unwrap_err();
        assert!(error.is_request(), "{shown}: {error:#}");
    }
}

#[tokio::test]
async fn an_https_proxy_makes_a_tunnel_and_sees_nothing() {
    let port = start(false).await;
    let (proxy, seen) = tunnel(port, "HTTP/1.1 200 Connection established\r\nX-A: b\r\n\r\n").await;
    let client = Client::builder(&format!("https://ada:sesame@localhost:{port}"))
        .proxy(&format!("http://bob:open@{proxy}"))
        .tls(TlsConfig::default().authority(file("authority.pem")))
        .build()
        .unwrap();
    assert_eq!(client.call::<_, i32>("add", (2, 3)).await.unwrap(), 5);
    let seen = seen.await.unwrap();
    assert!(seen.starts_with(&format!("CONNECT localhost:{port} HTTP/1.1\r\nHost: localhost:{port}\r\n")), "{seen}");
    assert!(seen.contains("Proxy-Authorization: Basic Ym9iOm9wZW4=\r\n"), "{seen}");
    assert!(!seen.contains("YWRh"), "{seen}");
}

#[tokio::test]
async fn a_proxy_that_makes_no_tunnel_is_a_connect_error() {
    let endless = format!("HTTP/1.1 200 OK\r\nX-More: {}", "x".repeat(10_000)).leak();
    for answer in ["HTTP/1.1 407 Who are you\r\n\r\n", "nonsense\r\n\r\n", endless, ""] {
        let (proxy, _seen) = tunnel(1, answer).await;
        let client = Client::builder("https://localhost:1")
            .proxy(&format!("http://bob:open@{proxy}"))
            .tls(TlsConfig::default().authority(file("authority.pem")))
            .build()
            .unwrap();
        let error = client.call::<_, i32>("add", (2, 3)).await.unwrap_err();
        assert!(error.is_connect() && error.is_transport(), "{answer}: {error:#}");
        assert!(!format!("{error:#} {error:?}").contains("open"), "{error:#}");
    }
}
