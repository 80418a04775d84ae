//! Peers that are not written in Rust: what they need, of fixed versions, below the target folder where that can be.

mod c;
mod debian;
mod node;
mod python;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

pub(crate) use self::c::compile;
pub(crate) use self::node::node;
pub(crate) use self::python::{python, python_with_packages};
use crate::Failure;
use crate::payloads::target_folder;

/// Where the lists of what is installed are.
const LISTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/peers");

/// The versions of what is installed, in a line; whoever cannot be had is not in it.
pub(crate) fn versions() -> String {
    let programs = [
        version("", "python3", "--version"),
        version("node ", "node", "--version"),
        version("xmlrpc-c ", "xmlrpc-c-config", "--version"),
    ];
    let versions: Vec<_> = programs.into_iter().flatten().chain(python::packages()).chain(node::packages()).collect();
    versions.join(", ")
}

fn version(name: &str, program: &str, option: &str) -> Option<String> {
    let output = Command::new(program).arg(option).output().ok()?;
    Some(format!("{name}{}", String::from_utf8(output.stdout).ok()?.trim()))
}

/// Runs it to its end; `what` is what failed if that is not a good one.
fn succeed(what: &str, command: &mut Command) -> Result<(), Failure> {
    let outcome = command.stdin(Stdio::null()).output().map_err(|error| format!("{what}: {error}"))?;
    if outcome.status.success() {
        return Ok(());
    }
    let said = [outcome.stderr, outcome.stdout].map(|said| String::from_utf8_lossy(&said).into_owned());
    let last = said.iter().flat_map(|said| said.lines().rev()).find(|line| !line.trim().is_empty());
    Err(format!("{what}: {}, {}", outcome.status, last.unwrap_or("and nothing said")).into())
}

/// A folder of its own for what is installed by `lists`, and whether that is yet to be done; [`done`] notes that it is.
fn folder(name: &str, lists: &[&str]) -> Result<(PathBuf, bool), Failure> {
    let folder = target_folder()?.join("tagwire-peers").join(name);
    let installed = fs::read(folder.join(STAMP)).ok();
    let missing = installed.as_ref() != Some(&wanted(lists)?);
    if missing {
        // What is half installed, or was by another list, is no good.
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder)?;
    }
    Ok((folder, missing))
}

fn done(folder: &Path, lists: &[&str]) -> Result<(), Failure> {
    Ok(fs::write(folder.join(STAMP), wanted(lists)?)?)
}

const STAMP: &str = "installed";

fn wanted(lists: &[&str]) -> Result<Vec<u8>, Failure> {
    let files = lists.iter().map(|list| fs::read(Path::new(LISTS).join(list)));
    Ok(files.collect::<Result<Vec<_>, _>>()?.concat())
}
