//! The other end of a connection.

use std::fmt;
use std::net::SocketAddr;
use std::sync::Arc;

use http::Extensions;

use crate::service::RemoteAddr;

/// Who is at the other end of a connection: an address if there is one, and what every request of the connection carries
/// among its extensions.
///
/// ```
/// use std::net::SocketAddr;
/// use tagwire::RemoteAddr;
/// use tagwire::server::Peer;
///
/// #[derive(Clone)]
/// struct Tenant(u32);
///
/// let address: SocketAddr = ([127, 0, 0, 1], 4000).into();
/// let peer = Peer::from(address).with_extension(Tenant(7));
/// assert_eq!(peer.address(), Some(address));
/// assert_eq!(peer.extensions().get(), Some(&RemoteAddr(address))); // from the address
/// assert_eq!(peer.to_string(), "127.0.0.1:4000");
/// ```
#[derive(Debug, Clone, Default)]
pub struct Peer {
    address: Option<SocketAddr>,
    extensions: Arc<Extensions>,
}

impl Peer {
    /// Adds something that every request of the connection shall carry: a handler gets it as
    /// [`Extension<T>`](crate::Extension).
    #[must_use]
    pub fn with_extension<T: Clone + Send + Sync + 'static>(mut self, value: T) -> Self {
        Arc::make_mut(&mut self.extensions).insert(value);
        self
    }

    /// Its address, if it has one that means something.
    #[must_use]
    pub fn address(&self) -> Option<SocketAddr> {
        self.address
    }

    /// What every request of the connection carries.
    #[must_use]
    pub fn extensions(&self) -> &Extensions {
        &self.extensions
    }

    /// The same, to be shared.
    pub(in crate::server) fn shared_extensions(&self) -> &Arc<Extensions> {
        &self.extensions
    }
}

/// With [`RemoteAddr`] among the extensions.
impl From<SocketAddr> for Peer {
    fn from(address: SocketAddr) -> Self {
        Self { address: Some(address), extensions: Arc::default() }.with_extension(RemoteAddr(address))
    }
}

/// The address, or "a peer without an address".
impl fmt::Display for Peer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.address {
            Some(address) => address.fmt(f),
            None => f.write_str("a peer without an address"),
        }
    }
}
