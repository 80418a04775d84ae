//! Programs in C over xmlrpc-c.

use std::fs;
use std::path::Path;
use std::process::Command;

use super::{debian, succeed};
use crate::Failure;
use crate::payloads::target_folder;

/// Compiles a source file, for a program to run.
pub(crate) fn compile(source: &str, libraries: &[&str]) -> Result<Command, Failure> {
    debian::install(&["gcc", "libc6-dev", "libxmlrpc-core-c3-dev"], PROOF)?;
    let folder = target_folder()?.join("tagwire-peers").join("c");
    fs::create_dir_all(&folder)?;
    let program = folder.join(Path::new(source).file_stem().ok_or("a source without a name")?);
    let mut gcc = Command::new("gcc");
    gcc.args(["-O2", "-Wall", "-Werror", "-pthread", "-o"]).arg(&program).arg(source).args(libraries);
    succeed("gcc", &mut gcc)?;
    Ok(Command::new(program))
}

const PROOF: &str = "gcc -fsyntax-only -include xmlrpc-c/base.h -x c /dev/null && xmlrpc-c-config --version";
