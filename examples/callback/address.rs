//! At which address the peer can reach us.

use std::error::Error;
use std::net::SocketAddr;

use http::Uri;
use tokio::net::{UdpSocket, lookup_host};

/// That at which we listen; or if that is all there are (`0.0.0.0` or `[::]`), the one that goes with the way to the peer.
pub(crate) async fn reachable(bound: SocketAddr, peer: &str) -> Result<SocketAddr, Box<dyn Error>> {
    if !bound.ip().is_unspecified() {
        return Ok(bound);
    }
    let uri: Uri = peer.parse()?;
    let host = uri.host().ok_or("the peer's URL has no host: say --advertise URL")?;
    let host = host.trim_start_matches('[').trim_end_matches(']');
    let mut failed = "the peer has no address: say --advertise URL".into();
    for peer in lookup_host((host, uri.port_u16().unwrap_or(80))).await? {
        // What listens on IPv6 takes IPv4 too, but not the other way round.
        if bound.is_ipv6() || peer.is_ipv4() {
            match on_the_way_to(peer).await {
                Ok(own) => return Ok(SocketAddr::new(own.ip(), bound.port())),
                Err(error) => failed = error.into(),
            }
        }
    }
    Err(failed)
}

/// The operating system chooses the address as for any connection. This kind sends nothing until there is something to send, so
/// the peer need not be there yet.
async fn on_the_way_to(peer: SocketAddr) -> std::io::Result<SocketAddr> {
    let any = if peer.is_ipv4() { "0.0.0.0:0" } else { "[::]:0" };
    let socket = UdpSocket::bind(any).await?;
    socket.connect(peer).await?;
    socket.local_addr()
}
