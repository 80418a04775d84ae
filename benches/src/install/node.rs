//! Node, with a package of npm.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value as Json;

use super::{LISTS, debian, done, folder, succeed};
use crate::Failure;

const LISTED: [&str; 2] = ["package.json", "package-lock.json"];

/// Runs a script that finds the package.
pub(crate) fn node(script: &str) -> Result<Command, Failure> {
    let (folder, missing) = folder("node", &LISTED)?;
    if missing {
        eprintln!("   installing Node's packages");
        debian::install(&["nodejs", "npm"], "node --version && npm --version")?;
        for list in LISTED {
            fs::copy(Path::new(LISTS).join(list), folder.join(list))?;
        }
        let mut npm = Command::new("npm");
        npm.args(["ci", "--no-audit", "--no-fund", "--cache"]).arg(folder.join("cache")).current_dir(&folder);
        succeed("npm", &mut npm)?;
        done(&folder, &LISTED)?;
    }
    let mut command = Command::new("node");
    command.env("NODE_PATH", folder.join("node_modules")).arg(script);
    Ok(command)
}

pub(super) fn packages() -> Vec<String> {
    let list = fs::read_to_string(Path::new(LISTS).join(LISTED[0])).unwrap_or_default();
    let list: Json = serde_json::from_str(&list).unwrap_or_default();
    let pinned = list.get("dependencies").and_then(Json::as_object).into_iter().flatten();
    pinned.map(|(name, version)| format!("npm's {name} {}", version.as_str().unwrap_or("?"))).collect()
}
