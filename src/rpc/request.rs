use std::borrow::Cow;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use bytestring::ByteString;
use serde::Serialize;
use tower_service::Service;

use super::context::RequestContext;
use super::params::Params;
use crate::dialect::Dialect;
use crate::fault::Fault;
use crate::message::{RESPONSE_END, envelope, start_response, write_fault};
use crate::ser::xml::write_result;
use crate::xml::encoding::to_utf8_shared;
use crate::xml::error::Error;
use crate::xml::limits::Limits;
use crate::xml::reader::Reader;

/// One call on its way to a handler: what tower layers around a [`Dispatcher`](crate::Dispatcher) see.
///
/// A multicall is seen once as a whole and once for each of its elements.
#[derive(Debug)]
pub struct RpcRequest {
    context: RequestContext,
    params: Params,
}

impl RpcRequest {
    /// A call from its document; the parameters are read when a handler asks for them.
    ///
    /// `charset` is what the HTTP header says of the encoding, if there is one.
    ///
    /// ```
    /// use tagwire::{Limits, RequestContext, RpcRequest};
    ///
    /// let xml = b"<methodCall><methodName>add</methodName></methodCall>".as_slice();
    /// let request = RpcRequest::from_xml(xml.into(), None, Limits::default(), &RequestContext::default())?;
    /// assert_eq!(request.method(), "add");
    /// # Ok::<(), tagwire::Error>(())
    /// ```
    ///
    /// # Errors
    /// What stands before the first parameter is no method call.
    pub fn from_xml(
        document: Bytes,
        charset: Option<&str>,
        limits: Limits,
        context: &RequestContext,
    ) -> Result<Self, Error> {
        let document = to_utf8_shared(document, charset)?;
        let reading = context.dialect().reading();
        let mut reader = Reader::new(&document, limits)?.in_dialect(reading);
        let (name, parameters) = envelope::open(&mut reader)?;
        let name = match name {
            Cow::Borrowed(name) => document.slice_ref(name),
            Cow::Owned(name) => ByteString::from(name),
        };
        let mark = reader.into_mark();
        Ok(Self::new(name, context, Params::new(document, limits, reading, mark, parameters)))
    }

    pub(super) fn new(method: ByteString, context: &RequestContext, params: Params) -> Self {
        Self { context: context.for_method(method), params }
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

    /// If this is a multicall: has its calls go through `service`, so that the layers around the dispatcher see each of
    /// them. The HTTP service does so; a front of your own, over another transport, should too.
    pub fn route_calls_through<S>(&mut self, service: &S)
    where
        S: Service<RpcRequest, Response = RpcResponse, Error = Fault> + Clone + Send + 'static,
        S::Future: Send,
    {
        if self.method() != super::multicall::NAME {
            return;
        }
        // A service need not be Sync, and a context is.
        let service = Mutex::new(service.clone());
        self.context.set_route(Arc::new(move |request| {
            let service = service.lock().unwrap_or_else(PoisonError::into_inner).clone();
            Box::pin(oneshot(service, request))
        }));
    }

    pub(super) fn into_parts(self) -> (RequestContext, Params) {
        (self.context, self.params)
    }
}

/// Calls a service when it is ready.
pub(crate) async fn oneshot<S>(mut service: S, request: RpcRequest) -> Result<RpcResponse, Fault>
where
    S: Service<RpcRequest, Response = RpcResponse, Error = Fault>,
{
    std::future::poll_fn(|task| service.poll_ready(task)).await?;
    service.call(request).await
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
