//! CPython, with packages of `PyPI`.

use std::fs;
use std::path::Path;
use std::process::Command;

use super::{LISTS, debian, done, folder, succeed};
use crate::Failure;

const LIST: &str = "requirements.txt";
/// Those of the list that matter; the others are what these need.
const PEERS: [&str; 3] = ["xmlrpc-extended", "uvicorn", "aiohttp-xmlrpc"];

/// Runs a script that needs nothing but the standard library.
pub(crate) fn python(script: &str) -> Result<Command, Failure> {
    debian::install(&["python3"], "python3 --version")?;
    let mut command = Command::new("python3");
    command.arg(script);
    Ok(command)
}

/// Runs a script in an environment that has the packages.
pub(crate) fn python_with_packages(script: &str) -> Result<Command, Failure> {
    let (folder, missing) = folder("python", &[LIST])?;
    let program = folder.join("bin").join("python");
    if missing {
        eprintln!("   installing Python's packages");
        debian::install(&["python3", "python3-venv"], "python3 -c 'import ensurepip, venv'")?;
        succeed("python3 -m venv", Command::new("python3").args(["-m", "venv"]).arg(&folder))?;
        let mut pip = Command::new(&program);
        pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps", "--requirement"]);
        succeed("pip", pip.arg(Path::new(LISTS).join(LIST)))?;
        done(&folder, &[LIST])?;
    }
    let mut command = Command::new(program);
    command.arg(script);
    Ok(command)
}

pub(super) fn packages() -> Vec<String> {
    let list = fs::read_to_string(Path::new(LISTS).join(LIST)).unwrap_or_default();
    let pinned = list.lines().filter_map(|line| line.split_once("=="));
    pinned.filter(|(name, _)| PEERS.contains(name)).map(|(name, version)| format!("{name} {version}")).collect()
}
