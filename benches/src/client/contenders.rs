//! Who calls, and how each is started.

use std::net::SocketAddr;
use std::process::Command;

use crate::network::own;
use crate::server::{Call, Exchange};
use crate::{Failure, install};

pub(super) const BARE: &str = "bare hyper-util";
pub(super) const TAGWIRE: &str = "tagwire";
pub(super) const DXR: &str = "dxr_client";
pub(super) const CPYTHON: &str = "CPython";

pub(super) struct Contender {
    pub(super) name: &'static str,
    program: Program,
}

enum Program {
    /// One of those in [`super::host`].
    Own(&'static str),
    /// One of other people, which may be missing: that is told.
    Peer(fn() -> Result<Command, Failure>),
}

/// One of the folder of clients.
macro_rules! script {
    ($name:literal) => {
        concat!(env!("CARGO_MANIFEST_DIR"), "/clients/", $name)
    };
}

/// Bare hyper-util is the first: the others are compared with it.
pub(super) fn all() -> [Contender; 8] {
    [
        Contender::own(BARE, "hyper"),
        Contender::own(TAGWIRE, "tagwire"),
        // What is left of the distance to bare hyper-util is that of the client itself.
        Contender::own("bare hyper-util, codec", "codec"),
        Contender::own(DXR, "dxr"),
        Contender::peer(CPYTHON, || install::python(script!("cpython.py"))),
        Contender::peer("aiohttp-xmlrpc", || install::python_with_packages(script!("aiohttp_proxy.py"))),
        Contender::peer("node xmlrpc", || install::node(script!("node.js"))),
        Contender::peer("xmlrpc-c, libcurl", || install::compile(script!("xmlrpc_c.c"), LIBXMLRPC)),
    ]
}

const LIBXMLRPC: &[&str] = &["-lxmlrpc_client", "-lxmlrpc", "-lxmlrpc_util", "-pthread"];

impl Contender {
    const fn own(name: &'static str, program: &'static str) -> Self {
        Self { name, program: Program::Own(program) }
    }

    const fn peer(name: &'static str, command: fn() -> Result<Command, Failure>) -> Self {
        Self { name, program: Program::Peer(command) }
    }

    pub(super) const fn is_peer(&self) -> bool {
        matches!(self.program, Program::Peer(_))
    }

    pub(super) fn command(&self, exchange: &Exchange, server: SocketAddr) -> Result<Command, Failure> {
        let (call, server) = (exchange.call, server.to_string());
        match self.program {
            Program::Own(name) => own(&["call", name, call.name(), &server]),
            Program::Peer(command) => {
                // They have no use for what the result is in JSON, but can see how long it is.
                let length = match call {
                    Call::Add => 0,
                    Call::Echo => exchange.expected().as_array().map_or(0, Vec::len),
                };
                let mut command = command()?;
                command.args([&server, call.name(), &length.to_string()]);
                Ok(command)
            }
        }
    }
}
