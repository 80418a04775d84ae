use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

use bytestring::ByteString;
use serde::Serialize;

use super::context::RequestContext;
use super::dispatcher::Dispatcher;
use super::params::{Name, Params};
use crate::dialect::Dialect;
use crate::fault::Fault;
use crate::message::{RESPONSE_END, start_response, write_fault};
use crate::ser::xml::write_result;
use crate::xml::error::Error;

/// One call on its way to a handler: what the layers of a [`Dispatcher`] see.
///
/// A multicall is seen once as a whole and once for each of its elements.
///
/// ```
/// use tagwire::{Dispatcher, Extension, Methods, RpcRequest};
/// use tower::util::MapRequestLayer;
///
/// #[derive(Clone)]
/// struct Caller(String);
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), tagwire::Fault> {
/// // A layer that tells the handlers who calls.
/// let identify = MapRequestLayer::new(|mut request: RpcRequest| {
///     let agent = request.context().headers().get("user-agent").and_then(|agent| agent.to_str().ok());
///     let caller = Caller(format!("{} by {}", request.method(), agent.unwrap_or("somebody")));
///     request.context_mut().extensions_mut().insert(caller);
///     request
/// });
/// let methods = Methods::new().register_fn("who", |Extension(Caller(name))| name);
/// let dispatcher = Dispatcher::new(methods).layer(identify);
/// assert_eq!(dispatcher.call::<_, String>("who", ()).await?, "who by somebody");
/// # Ok(())
/// # }
/// ```
pub struct RpcRequest {
    /// Whose layers it is on its way through, if there are any.
    dispatcher: Option<Dispatcher>,
    /// Where its name stands in the document of its parameters, as long as the context has none.
    name: Range<usize>,
    context: RequestContext,
    params: Params,
}

impl RpcRequest {
    pub(super) fn new(context: RequestContext, params: Params) -> Self {
        Self { dispatcher: None, name: 0..0, context, params }
    }

    /// The method's name.
    #[must_use]
    pub fn method(&self) -> &str {
        match self.context.method() {
            "" => self.params.text(&self.name),
            name => name,
        }
    }

    /// What is known beside the parameters.
    #[must_use]
    pub fn context(&self) -> &RequestContext {
        &self.context
    }

    /// To add extensions.
    pub fn context_mut(&mut self) -> &mut RequestContext {
        &mut self.context
    }

    /// Reads the method's name.
    pub(super) fn read_name(&mut self) -> Result<(), Error> {
        match self.params.open()? {
            Name::InDocument(name) => {
                // The context may be that of another call.
                self.context.set_method(ByteString::new());
                self.name = name;
            }
            Name::Own(name) => self.context.set_method(name),
        }
        Ok(())
    }

    /// Tells the context its name, for those who ask it.
    pub(super) fn name_context(&mut self) {
        if self.context.method().is_empty() {
            self.context.set_method(self.params.share(&self.name));
        }
    }

    /// The request itself, for the layers of `dispatcher`; what is left is empty.
    pub(super) fn take_for(&mut self, dispatcher: Dispatcher) -> Self {
        self.name_context();
        Self {
            dispatcher: Some(dispatcher),
            name: 0..0,
            context: std::mem::take(&mut self.context),
            params: self.params.take_whole(),
        }
    }

    pub(super) fn take_dispatcher(&mut self) -> Option<Dispatcher> {
        self.dispatcher.take()
    }

    /// The context, which goes on to the method, and the parameters, which stay where they are: they are large. A name
    /// that the program holds for ever is to be had for less than a share of the document.
    pub(super) fn parts(&mut self, known: Option<&Cow<'static, str>>) -> (RequestContext, &mut Params) {
        match known {
            Some(Cow::Borrowed(name)) => self.context.set_method(ByteString::from_static(name)),
            _ => self.name_context(),
        }
        (std::mem::take(&mut self.context), &mut self.params)
    }
}

impl fmt::Debug for RpcRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RpcRequest").field("context", &self.context).field("params", &self.params).finish()
    }
}

/// The result of a call: one `<value>`, as it will be sent.
///
/// ```
/// use tagwire::{Dialect, MethodResponse, RpcResponse};
///
/// let dialect = Dialect::default();
/// let response = RpcResponse::encode(&[1, 2], &dialect)?;
/// assert!(response.value().starts_with(b"<value><array>"));
/// let document = RpcResponse::document(Ok(response), &dialect);
/// assert_eq!(MethodResponse::from_xml(&document)?, MethodResponse::Value([1, 2]));
/// # Ok::<(), tagwire::Error>(())
/// ```
#[derive(Clone)]
pub struct RpcResponse {
    /// The response document up to the end of the value, so that completing it copies nothing.
    document: Vec<u8>,
    /// Where the value begins.
    start: usize,
}

impl RpcResponse {
    /// Encodes a result. `()` is boolean true where the dialect has no nil: XML-RPC has no void.
    ///
    /// ```
    /// use tagwire::{Dialect, RpcResponse};
    ///
    /// let response = RpcResponse::encode(&6, &Dialect::default())?;
    /// assert_eq!(response.value(), b"<value><int>6</int></value>");
    /// # Ok::<(), tagwire::Error>(())
    /// ```
    ///
    /// # Errors
    /// The result cannot be written: see [`ser::to_vec`](crate::ser::to_vec).
    pub fn encode<T: Serialize + ?Sized>(result: &T, dialect: &Dialect) -> Result<Self, Error> {
        let mut response = Self::build(dialect);
        write_result(result, &mut response.document, dialect)?;
        Ok(response)
    }

    /// A result that is appended piece by piece.
    pub(super) fn build(dialect: &Dialect) -> Self {
        let mut document = Vec::with_capacity(256);
        start_response(&mut document, dialect);
        let start = document.len();
        Self { document, start }
    }

    pub(super) fn document_mut(&mut self) -> &mut Vec<u8> {
        &mut self.document
    }

    /// How many bytes the whole document has.
    pub(super) fn size(&self) -> usize {
        self.document.len() + RESPONSE_END.len()
    }

    /// The `<value>` element.
    #[must_use]
    pub fn value(&self) -> &[u8] {
        self.document.get(self.start..).unwrap_or_default()
    }

    /// The whole `<methodResponse>` of a result, or of a fault in this dialect.
    #[must_use]
    pub fn document(outcome: Result<Self, Fault>, dialect: &Dialect) -> Vec<u8> {
        match outcome {
            Ok(Self { mut document, .. }) => {
                document.extend_from_slice(RESPONSE_END.as_bytes());
                document
            }
            Err(fault) => {
                let mut document = Vec::with_capacity(512);
                write_fault(&fault, &mut document, dialect);
                document
            }
        }
    }
}

impl fmt::Debug for RpcResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RpcResponse({} bytes)", self.value().len())
    }
}
