//! Who calls, and how each is started.

use std::net::SocketAddr;
use std::process::Command;

use crate::Failure;
use crate::network::own;
use crate::server::Call;

pub(super) const BARE: &str = "bare hyper-util";
pub(super) const TAGWIRE: &str = "tagwire";
const CODEC: &str = "bare hyper-util, codec";
pub(super) const DXR: &str = "dxr_client";
pub(super) const CPYTHON: &str = "CPython";

const CPYTHON_SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/clients/cpython.py");

pub(super) struct Contender {
    pub(super) name: &'static str,
    program: Program,
}

enum Program {
    /// One of those in [`super::host`].
    Own(&'static str),
    /// Calls `add`, and nothing else.
    CPython,
}

/// Bare hyper-util is the first: the others are compared with it.
pub(super) fn for_add() -> Vec<Contender> {
    let mut all = for_structs();
    all.push(Contender { name: CPYTHON, program: Program::CPython });
    all
}

pub(super) fn for_structs() -> Vec<Contender> {
    vec![
        Contender { name: BARE, program: Program::Own("hyper") },
        Contender { name: TAGWIRE, program: Program::Own("tagwire") },
        // What is left of the distance to bare hyper-util is that of the client itself.
        Contender { name: CODEC, program: Program::Own("codec") },
        Contender { name: DXR, program: Program::Own("dxr") },
    ]
}

impl Contender {
    pub(super) fn command(&self, call: Call, server: SocketAddr) -> Result<Command, Failure> {
        match self.program {
            Program::Own(name) => own(&["call", name, call.name(), &server.to_string()]),
            Program::CPython => {
                let mut command = Command::new("python3");
                command.arg(CPYTHON_SCRIPT).arg(server.to_string());
                Ok(command)
            }
        }
    }
}
