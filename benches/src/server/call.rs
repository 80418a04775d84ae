//! What is asked of a server, and what it is to answer.

use std::net::SocketAddr;

use serde_json::Value as Json;
use tagwire::{Binary, DateTime};

use crate::Failure;
use crate::contender::difference;
use crate::payloads::{Payload, Payloads};
use crate::peers::tagwire::{decode_response, encode_response};
use crate::plain::Plain;
use crate::types::Record;

/// The data of `p3_structs`.
pub(crate) type Records = Vec<Record<DateTime, Binary>>;

#[derive(Debug, Clone, Copy)]
pub(crate) enum Call {
    Add,
    Echo,
}

impl Call {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Add => "add",
            Self::Echo => "echo",
        }
    }

    pub(crate) fn named(name: &str) -> Option<Self> {
        [Self::Add, Self::Echo].into_iter().find(|call| call.name() == name)
    }

    fn payload(self, payloads: &Payloads) -> Result<Payload, Failure> {
        payloads.load(match self {
            Self::Add => "p1_add",
            Self::Echo => "p3_structs",
        })
    }

    /// The answer as tagwire writes it.
    pub(crate) fn reply(self, payloads: &Payloads) -> Result<Vec<u8>, Failure> {
        match self {
            Self::Add => encode_response(&5),
            Self::Echo => encode_response(&decode_response::<Records>(&self.payload(payloads)?.response)?),
        }
    }
}

/// A call, and what it is to be answered.
pub(crate) struct Exchange {
    pub(crate) call: Call,
    document: Vec<u8>,
    expected: Json,
}

impl Exchange {
    pub(crate) fn new(call: Call, payloads: &Payloads) -> Result<Self, Failure> {
        let Payload { call: document, expected, .. } = call.payload(payloads)?;
        let expected = match call {
            Call::Add => 5.into(),
            Call::Echo => expected,
        };
        Ok(Self { call, document, expected })
    }

    /// The bytes for the wire. No `Accept-Encoding`: what anybody compresses is not what is measured.
    pub(crate) fn request(&self, address: SocketAddr) -> Vec<u8> {
        let head = format!(
            "POST / HTTP/1.1\r\nHost: {address}\r\nUser-Agent: tagwire-benches\r\nContent-Type: text/xml\r\n\
             Content-Length: {}\r\n\r\n",
            self.document.len()
        );
        [head.as_bytes(), &self.document].concat()
    }

    /// What a call is to give, as JSON.
    pub(crate) const fn expected(&self) -> &Json {
        &self.expected
    }

    /// What the document of an answer says that it should not, if there is such a thing.
    pub(crate) fn mistake(&self, reply: &[u8]) -> Result<Option<String>, Failure> {
        let found = match self.call {
            Call::Add => decode_response::<i32>(reply)?.plain(),
            Call::Echo => decode_response::<Records>(reply)?.plain(),
        };
        Ok(difference(&found, &self.expected))
    }
}
