//! The clients that are written in Rust, all alike: [`Caller`].

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderValue, USER_AGENT};
use http::{Method, Request, Uri};
use http_body_util::{BodyExt, Full};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use serde::de::DeserializeOwned;
use tagwire::{Dialect, MethodCall, MethodResponse};

use crate::Failure;
use crate::server::{Call, Records};
use crate::types::Record;

/// Makes one and the same call.
pub(super) trait Caller<R>: Send + Sync + 'static {
    /// The server does not look at what it is asked, so the call for the structs has no parameters.
    fn call(&self) -> impl Future<Output = Result<R, Failing>> + Send;
}

/// An error that may leave its thread.
pub(super) type Failing = Box<dyn std::error::Error + Send + Sync>;

impl Caller<i32> for tagwire::Client {
    async fn call(&self) -> Result<i32, Failing> {
        Ok(Self::call(self, "add", (2, 3)).await?)
    }
}

impl Caller<Records> for tagwire::Client {
    async fn call(&self) -> Result<Records, Failing> {
        Ok(Self::call(self, "echo", ()).await?)
    }
}

impl Caller<i32> for dxr_client::Client {
    async fn call(&self) -> Result<i32, Failing> {
        Ok(Self::call(self, "add", (2, 3)).await?)
    }
}

/// The data of `p3_structs`, in dxr's types.
pub(super) type DxrRecords = Vec<Record<dxr::DateTime, Vec<u8>>>;

impl Caller<DxrRecords> for dxr_client::Client {
    async fn call(&self) -> Result<DxrRecords, Failing> {
        Ok(Self::call(self, "echo", ()).await?)
    }
}

/// What any client over hyper-util does at least: sends a document that is there and reads the reply. It sends the bytes
/// that tagwire's client sends, but for its name.
pub(super) struct Bare {
    client: Client<HttpConnector, Full<Bytes>>,
    uri: Uri,
    document: Bytes,
}

impl Bare {
    pub(super) fn new(url: &str, call: Call) -> Result<Self, Failure> {
        let mut connector = HttpConnector::new();
        connector.set_nodelay(true);
        let client = Client::builder(TokioExecutor::new()).pool_timer(TokioTimer::new()).build(connector);
        Ok(Self { client, uri: url.parse()?, document: document(call)? })
    }

    async fn send(&self, document: Bytes) -> Result<Bytes, Failing> {
        let mut request = Request::new(Full::new(document));
        *request.method_mut() = Method::POST;
        *request.uri_mut() = self.uri.clone();
        let headers = request.headers_mut();
        headers.insert(USER_AGENT, HeaderValue::from_static("tagwire-benches"));
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/xml; charset=utf-8"));
        Ok(self.client.request(request).await?.into_body().collect().await?.to_bytes())
    }
}

impl Caller<Bytes> for Bare {
    async fn call(&self) -> Result<Bytes, Failing> {
        self.send(self.document.clone()).await
    }
}

/// The same, but the document is written for each call, and that of the reply read.
pub(super) struct Coded {
    pub(super) bare: Bare,
    pub(super) call: Call,
}

impl<R: DeserializeOwned> Caller<R> for Coded {
    async fn call(&self) -> Result<R, Failing> {
        let reply = self.bare.send(document(self.call)?).await?;
        match MethodResponse::from_xml(&reply)? {
            MethodResponse::Value(result) => Ok(result),
            MethodResponse::Fault(fault) => Err(fault.into()),
        }
    }
}

fn document(call: Call) -> Result<Bytes, tagwire::Error> {
    let document = match call {
        Call::Add => MethodCall::new(call.name(), (2, 3)).to_xml(&Dialect::default()),
        Call::Echo => MethodCall::new(call.name(), ()).to_xml(&Dialect::default()),
    };
    document.map(Bytes::from)
}
