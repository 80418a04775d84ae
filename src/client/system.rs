use std::collections::BTreeMap;

use super::{Client, Error};
use crate::value::Value;
use crate::xml::error::{Error as XmlError, ErrorKind};

/// What a server tells of itself: made by [`Client::system`].
///
/// Many servers answer these methods, and not all in the form that was meant: each is read in the forms that are known.
///
/// ```
/// use tagwire::{Client, Dispatcher, Methods};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), tagwire::client::Error> {
/// let methods = Methods::new().register_fn("add", |a: i32, b: i32| a + b);
/// let client = Client::from_transport(Dispatcher::new(methods));
/// let system = client.system();
/// assert!(system.list_methods().await?.contains(&"add".to_owned()));
/// assert_eq!(system.method_signature("add").await?, [["int", "int", "int"]]);
/// assert_eq!(system.method_help("add").await?, "");
/// assert!(system.method_exist("add").await?);
/// assert!(system.capabilities().await?.contains_key("introspection"));
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct System {
    client: Client,
}

impl Client {
    /// What the server tells of itself.
    #[must_use]
    pub fn system(&self) -> System {
        System { client: self.clone() }
    }
}

/// Each of these is an error that [`is_fault`](Error::is_fault) where the server has no such method.
#[allow(clippy::missing_errors_doc, reason = "it is said once for all")]
impl System {
    /// `system.listMethods`: the names of the methods, in the order of the server.
    pub async fn list_methods(&self) -> Result<Vec<String>, Error> {
        self.client.call(LIST_METHODS, ()).await
    }

    /// `system.methodHelp`: what the server says of a method; empty if nothing.
    pub async fn method_help(&self, method: &str) -> Result<String, Error> {
        match self.client.call(METHOD_HELP, (method,)).await? {
            Value::String(help) => Ok(help),
            Value::Nil => Ok(String::new()),
            other => Err(unexpected(METHOD_HELP, &other)),
        }
    }

    /// `system.methodSignature`: the ways to call a method, each of which is the type of the result followed by those of the
    /// parameters; empty if the server does not know.
    ///
    /// It is an array of arrays in most servers. supervisor sends the one array there is, others a string: CPython
    /// `"signatures not supported"`, and `"undef"` is what the inventors of the method meant for what is not known.
    pub async fn method_signature(&self, method: &str) -> Result<Vec<Vec<String>>, Error> {
        let reply = self.client.call(METHOD_SIGNATURE, (method,)).await?;
        signatures(&reply).ok_or_else(|| unexpected(METHOD_SIGNATURE, &reply))
    }

    /// `system.methodExist`: whether there is a method of this name.
    pub async fn method_exist(&self, method: &str) -> Result<bool, Error> {
        match self.client.call(METHOD_EXIST, (method,)).await? {
            Value::Boolean(exists) => Ok(exists),
            Value::Int(number) => Ok(number != 0),
            other => Err(unexpected(METHOD_EXIST, &other)),
        }
    }

    /// `system.getCapabilities`: the conventions that a server keeps to, by their names.
    pub async fn capabilities(&self) -> Result<BTreeMap<String, Capability>, Error> {
        let reply: Value = self.client.call(GET_CAPABILITIES, ()).await?;
        let members = reply.as_struct().ok_or_else(|| unexpected(GET_CAPABILITIES, &reply))?;
        Ok(members.iter().map(|(name, value)| (name.to_owned(), Capability::from_value(value))).collect())
    }
}

const LIST_METHODS: &str = "system.listMethods";
const METHOD_HELP: &str = "system.methodHelp";
const METHOD_SIGNATURE: &str = "system.methodSignature";
const METHOD_EXIST: &str = "system.methodExist";
const GET_CAPABILITIES: &str = "system.getCapabilities";

/// A convention that a server says it keeps to.
///
/// ```
/// use tagwire::{Client, Dispatcher, Methods};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), tagwire::client::Error> {
/// let client = Client::from_transport(Dispatcher::new(Methods::new()));
/// let capabilities = client.system().capabilities().await?;
/// let faults = &capabilities["faults_interop"];
/// assert_eq!(faults.url(), "http://xmlrpc-epi.sourceforge.net/specs/rfc.fault_codes.php");
/// assert_eq!(faults.version(), "20010516");
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Capability {
    url: String,
    version: String,
}

impl Capability {
    /// Where the convention is written down; empty if the server does not say.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Its version, as text: servers send integers, doubles and strings.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.version
    }

    fn from_value(value: &Value) -> Self {
        let text = |name| match value.get(name)? {
            Value::String(text) => Some(text.clone()),
            Value::Int(number) => Some(number.to_string()),
            Value::I8(number) => Some(number.to_string()),
            Value::Double(number) => Some(number.to_string()),
            _ => None,
        };
        // xmlrpc-epi, which PHP's extension is made of, has its own spelling.
        let url = text("specUrl").or_else(|| text("specURL")).unwrap_or_default();
        Self { url, version: text("specVersion").unwrap_or_default() }
    }
}

fn signatures(reply: &Value) -> Option<Vec<Vec<String>>> {
    match reply {
        Value::Nil | Value::String(_) => Some(Vec::new()),
        Value::Array(elements) if elements.iter().all(|element| element.as_array().is_some()) => {
            let mut signatures = Vec::new();
            for signature in elements.iter().filter_map(Value::as_array).map(types) {
                let signature = signature?;
                if is_known(&signature) {
                    signatures.push(signature);
                }
            }
            Some(signatures)
        }
        Value::Array(elements) => {
            types(elements).map(|types| Some(types).filter(|types| is_known(types)).into_iter().collect())
        }
        _ => None,
    }
}

fn types(elements: &[Value]) -> Option<Vec<String>> {
    elements.iter().map(|element| element.as_str().map(str::to_owned)).collect()
}

/// `undef` as the only type says that nothing is known.
fn is_known(signature: &[String]) -> bool {
    match signature {
        [] => false,
        [only] => only != "undef",
        _ => true,
    }
}

fn unexpected(method: &str, reply: &Value) -> Error {
    let found = format!("found {}, which is none of the forms that servers send", reply.value_type());
    Error::type_mismatch(method, XmlError::new(ErrorKind::TypeMismatch, found))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signatures_are_read_in_every_form() {
        let words = |words: &[&str]| Value::Array(words.iter().map(|word| Value::from(*word)).collect());
        let read = |reply: Value| signatures(&reply);
        let one = || Some(vec![vec!["int".to_owned(), "string".to_owned()]]);
        assert_eq!(read(Value::Array(vec![words(&["int", "string"])])), one());
        assert_eq!(read(words(&["int", "string"])), one());
        assert_eq!(read(Value::Array(vec![words(&["undef"]), words(&["int", "string"]), words(&[])])), one());
        for nothing in [Value::from("undef"), words(&["undef"]), Value::Array(vec![words(&["undef"])]), words(&[])] {
            assert_eq!(read(nothing), Some(Vec::new()));
        }
        assert_eq!(read(Value::from("signatures not supported")), Some(Vec::new()));
        assert_eq!(read(Value::from(5)), None);
        assert_eq!(read(Value::Array(vec![Value::from(5)])), None);
        assert_eq!(read(Value::Array(vec![words(&["int"]), Value::from("int")])), None);
    }
}
