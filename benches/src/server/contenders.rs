//! Who serves, and how each is started.

use std::process::Command;

use super::call::Call;
use super::running::Running;
use crate::network::{Cores, own};
use crate::{Failure, install};

pub(super) const BARE: &str = "bare hyper";
pub(super) const TAGWIRE: &str = "tagwire";
pub(super) const DXR: &str = "dxr_server";
pub(super) const CPYTHON: &str = "CPython, simple";
pub(super) const CPYTHON_THREADING: &str = "CPython, threading";

pub(super) struct Contender {
    pub(super) name: &'static str,
    /// One that may be missing, which is told; without the others there is no table.
    pub(super) is_peer: bool,
    command: fn(Call) -> Result<Command, Failure>,
}

/// One of the folder of servers.
macro_rules! script {
    ($name:literal) => {
        concat!(env!("CARGO_MANIFEST_DIR"), "/servers/", $name)
    };
}

/// Bare hyper is the first: the others are compared with it.
pub(super) fn for_add() -> Vec<Contender> {
    let mut all = own_ones();
    all.extend([
        Contender::own("axum, fixed reply", |call| serve("axum", call)),
        Contender::own("tagwire in axum", |call| serve("tagwire_in_axum", call)),
        Contender::peer(CPYTHON, |_| cpython("simple")),
        Contender::peer(CPYTHON_THREADING, |_| cpython("threading")),
        Contender::peer("xmlrpc_extended, pool", |_| install::python_with_packages(script!("xmlrpc_extended_pool.py"))),
        Contender::peer("xmlrpc_extended, ASGI", |_| install::python_with_packages(script!("xmlrpc_extended_asgi.py"))),
    ]);
    all.extend(fast_peers());
    all
}

/// Those that are through with it in less than half a second or so.
pub(super) fn for_echo() -> Vec<Contender> {
    let mut all = own_ones();
    all.push(Contender::peer(CPYTHON_THREADING, |_| cpython("threading")));
    all.extend(fast_peers());
    all
}

/// Gives every call the same reply.
pub(super) fn bare() -> Contender {
    Contender::own(BARE, |call| serve("hyper", call))
}

fn own_ones() -> Vec<Contender> {
    vec![
        bare(),
        Contender::own(TAGWIRE, |call| serve("tagwire", call)),
        // What is left of the distance to bare hyper is that of the dispatch and the service.
        Contender::own("bare hyper, codec", |call| serve("codec", call)),
        Contender::own(DXR, |call| serve("dxr", call)),
    ]
}

fn fast_peers() -> [Contender; 3] {
    [
        Contender::peer("aiohttp-xmlrpc", |_| install::python_with_packages(script!("aiohttp_view.py"))),
        Contender::peer("node xmlrpc", |_| install::node(script!("node.js"))),
        Contender::peer("xmlrpc-c, Abyss", |_| install::compile(script!("abyss.c"), ABYSS)),
    ]
}

const ABYSS: &[&str] =
    &["-lxmlrpc_server_abyss", "-lxmlrpc_server", "-lxmlrpc_abyss", "-lxmlrpc", "-lxmlrpc_util", "-pthread"];

impl Contender {
    fn own(name: &'static str, command: fn(Call) -> Result<Command, Failure>) -> Self {
        Self { name, is_peer: false, command }
    }

    fn peer(name: &'static str, command: fn(Call) -> Result<Command, Failure>) -> Self {
        Self { name, is_peer: true, command }
    }

    pub(super) fn start(&self, call: Call, cores: Cores) -> Result<Running, Failure> {
        Running::start((self.command)(call)?, cores)
    }
}

/// One of the servers in [`super::host`].
fn serve(name: &str, call: Call) -> Result<Command, Failure> {
    own(&["serve", name, call.name()])
}

fn cpython(kind: &str) -> Result<Command, Failure> {
    let mut command = install::python(script!("cpython.py"))?;
    command.arg(kind);
    Ok(command)
}
