//! HTTPS, with certificates for clients too if you like.
//!
//! To try it without an authority, make certificates that vouch for themselves, one for the server and one for Ada:
//!
//! ```sh
//! for name in localhost ada; do
//!   openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 30 \
//!     -subj "/CN=$name" -addext "subjectAltName=DNS:$name" -addext basicConstraints=critical,CA:FALSE \
//!     -keyout "$name-key.pem" -out "$name.pem"
//! done
//! ```
//!
//! Serve with the first; `--listen ADDR` sets where, and port 0 takes a free one:
//!
//! ```sh
//! cargo run --example tls -- --certificate localhost.pem --key localhost-key.pem
//! ```
//!
//! and call it, with curl or from Python. Both have to be told whom they trust, since no authority that they know has
//! signed the certificate:
//!
//! ```sh
//! curl --cacert localhost.pem https://localhost:8000/ --data '<methodCall><methodName>whoami</methodName></methodCall>'
//! ```
//!
//! ```sh
//! python3 -c "
//! import ssl
//! from xmlrpc.client import ServerProxy
//!
//! context = ssl.create_default_context(cafile='localhost.pem')
//! print(ServerProxy('https://localhost:8000/', context=context).whoami())
//! "
//! ```
//!
//! With `--clients`, only those come in that have a certificate of that file, or one that an authority in it has signed:
//!
//! ```sh
//! cargo run --example tls -- --certificate localhost.pem --key localhost-key.pem --clients ada.pem
//! ```
//!
//! ```sh
//! curl --cert ada.pem --key ada-key.pem --cacert localhost.pem https://localhost:8000/ --data '<methodCall><methodName>whoami</methodName></methodCall>'
//! ```
//!
//! ```sh
//! python3 -c "
//! import ssl
//! from xmlrpc.client import ServerProxy
//!
//! context = ssl.create_default_context(cafile='localhost.pem')
//! context.load_cert_chain('ada.pem', 'ada-key.pem')
//! print(ServerProxy('https://localhost:8000/', context=context).whoami())
//! "
//! ```

use std::error::Error;
use std::process::ExitCode;
use std::sync::Arc;

use tagwire::server::rustls::pki_types::pem::PemObject;
use tagwire::server::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tagwire::server::rustls::server::WebPkiClientVerifier;
use tagwire::server::rustls::{RootCertStore, ServerConfig};
use tagwire::server::{PeerCertificates, TlsConfig};
use tagwire::{RequestContext, Server, methods, xmlrpc_method};

/// Tells what the server knows of its caller.
#[xmlrpc_method]
fn whoami(cx: RequestContext) -> String {
    match cx.extension::<PeerCertificates>() {
        // DER, for a library that reads names from it, or to be looked up as it is.
        Some(certificates) => format!("somebody with a certificate of {} bytes", certificates.own().len()),
        None => "somebody".to_owned(),
    }
}

#[tokio::main]
async fn main() -> ExitCode {
    let (Some(certificate), Some(key)) = (option("--certificate"), option("--key")) else {
        eprintln!("usage: tls --certificate FILE --key FILE [--clients FILE] [--listen ADDR]");
        return ExitCode::from(2);
    };
    match run(&certificate, &key).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("tls: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(certificate: &str, key: &str) -> Result<(), Box<dyn Error>> {
    let tls = match option("--clients") {
        None => TlsConfig::from_pem_files(certificate, key)?,
        Some(clients) => for_clients_of(&clients, certificate, key)?,
    };
    let address = option("--listen").unwrap_or_else(|| "127.0.0.1:8000".to_owned());
    let server = Server::bind(&address).await?.tls(tls);
    println!("listening on https://{}/", server.local_addr()?);
    let report = server.serve(methods![whoami]).serve_until_signal().await?;
    println!("stopped; {report}");
    Ok(())
}

/// What goes beyond a certificate and a key is said in the words of rustls.
fn for_clients_of(clients: &str, certificate: &str, key: &str) -> Result<TlsConfig, Box<dyn Error>> {
    let mut known = RootCertStore::empty();
    for client in CertificateDer::pem_file_iter(clients)? {
        known.add(client?)?;
    }
    // `.allow_unauthenticated()` on this builder lets others in as well: then it is for the methods to tell them apart.
    let verifier = WebPkiClientVerifier::builder(Arc::new(known)).build()?;
    let chain = CertificateDer::pem_file_iter(certificate)?.collect::<Result<_, _>>()?;
    let config = ServerConfig::builder()
        .with_client_cert_verifier(verifier)
        .with_single_cert(chain, PrivateKeyDer::from_pem_file(key)?)?;
    Ok(config.into())
}

/// What stands after a word of the command line.
fn option(name: &str) -> Option<String> {
    std::env::args().skip_while(|argument| argument != name).nth(1)
}
