//! Who serves, and how each is started.

use std::process::Command;

use super::call::Call;
use super::running::Running;
use crate::Failure;
use crate::network::{Cores, own};

pub(super) const BARE: &str = "bare hyper";
pub(super) const TAGWIRE: &str = "tagwire";
const CODEC: &str = "bare hyper, codec";
pub(super) const DXR: &str = "dxr_server";
pub(super) const CPYTHON: &str = "CPython, simple";
pub(super) const CPYTHON_THREADING: &str = "CPython, threading";

const SERVERS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/servers");

pub(super) struct Contender {
    pub(super) name: &'static str,
    command: fn(Call) -> Result<Command, Failure>,
}

/// Bare hyper is the first: the others are compared with it.
pub(super) fn for_add() -> Vec<Contender> {
    let mut all = for_echo();
    all.push(Contender::new(CPYTHON, |_| Ok(cpython("simple"))));
    all.push(Contender::new(CPYTHON_THREADING, |_| Ok(cpython("threading"))));
    all
}

/// Others take so long for it that there is nothing to compare.
pub(super) fn for_echo() -> Vec<Contender> {
    vec![
        bare(),
        Contender::new(TAGWIRE, |call| serve("tagwire", call)),
        // What is left of the distance to bare hyper is that of the dispatch and the service.
        Contender::new(CODEC, |call| serve("codec", call)),
        Contender::new(DXR, |call| serve("dxr", call)),
    ]
}

/// Gives every call the same reply.
pub(super) fn bare() -> Contender {
    Contender::new(BARE, |call| serve("hyper", call))
}

impl Contender {
    fn new(name: &'static str, command: fn(Call) -> Result<Command, Failure>) -> Self {
        Self { name, command }
    }

    pub(super) fn start(&self, call: Call, cores: Cores) -> Result<Running, Failure> {
        Running::start((self.command)(call)?, cores)
    }
}

/// One of the servers in [`super::host`].
fn serve(name: &str, call: Call) -> Result<Command, Failure> {
    own(&["serve", name, call.name()])
}

fn cpython(kind: &str) -> Command {
    let mut command = Command::new("python3");
    command.arg(format!("{SERVERS}/cpython.py")).arg(kind);
    command
}
