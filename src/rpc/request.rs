use serde::Serialize;

use super::context::RequestContext;
use super::dispatcher::Dispatcher;
use super::params::Params;
use crate::dialect::Dialect;
use crate::fault::Fault;
use crate::message::{RESPONSE_END, start_response, write_fault};
use crate::ser::xml::write_result;
use crate::xml::error::Error;

/// One call on its way to a handler: what the layers of a [`Dispatcher`] see.
///
/// A multicall is seen once as a whole and once for each of its elements.
#[derive(Debug)]
pub struct RpcRequest {
    /// Whose layers it is on its way through, if there are any.
    dispatcher: Option<Dispatcher>,
    context: RequestContext,
    params: Params,
}

impl RpcRequest {
    pub(super) fn new(context: RequestContext, params: Params) -> Self {
        Self { dispatcher: None, context, params }
    }

    /// The method's name.
    #[must_use]
    pub fn method(&self) -> &str {
        self.context.method()
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

    /// What its layers come to in the end.
    pub(super) fn with_dispatcher(self, dispatcher: Dispatcher) -> Self {
        Self { dispatcher: Some(dispatcher), ..self }
    }

    pub(super) fn take_dispatcher(&mut self) -> Option<Dispatcher> {
        self.dispatcher.take()
    }

    /// The context, which goes on to the method, and the parameters, which stay where they are: they are large.
    pub(super) fn parts(&mut self) -> (RequestContext, &mut Params) {
        (std::mem::take(&mut self.context), &mut self.params)
    }
}

/// The result of a call: one `<value>`, as it will be sent.
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

impl std::fmt::Debug for RpcResponse {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "RpcResponse({} bytes)", self.value().len())
    }
}
