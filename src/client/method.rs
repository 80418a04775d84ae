use std::fmt;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::{Client, Error};

/// A method of a server, by its name: made by [`Client::method`], to be called more than once, and a stem for longer names.
///
/// ```
/// use tagwire::{Client, Dispatcher, Methods};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), tagwire::client::Error> {
/// # let methods = Methods::new().register_fn("calc.math.add", |a: i32, b: i32| a + b);
/// # let client = Client::from_transport(Dispatcher::new(methods));
/// let math = client.method("calc").method("math");
/// let add = math.method("add");
/// assert_eq!(add.name(), "calc.math.add");
/// assert_eq!(add.call::<_, i32>((2, 3)).await?, 5);
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Method {
    client: Client,
    name: String,
}

impl Client {
    /// A method, or what the names of several begin with up to a dot.
    #[must_use]
    pub fn method(&self, name: impl Into<String>) -> Method {
        Method { client: self.clone(), name: name.into() }
    }
}

impl Method {
    /// The method whose name is this one's, a dot, and `name`.
    #[must_use]
    pub fn method(&self, name: &str) -> Self {
        Self { client: self.client.clone(), name: format!("{}.{name}", self.name) }
    }

    /// The whole name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// As [`Client::call`].
    ///
    /// # Errors
    ///
    /// Those of [`Client::call`].
    pub async fn call<P, R>(&self, params: P) -> Result<R, Error>
    where
        P: Serialize,
        R: DeserializeOwned,
    {
        self.client.call(&self.name, params).await
    }
}

impl fmt::Debug for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Method").field("client", &self.client).field("name", &self.name).finish()
    }
}
