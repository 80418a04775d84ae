//! What Debian has.

use std::process::{Command, Stdio};

use super::succeed;
use crate::Failure;

/// Installs a package unless the proof that it is there, a shell command, succeeds.
pub(super) fn install(packages: &[&str], proof: &str) -> Result<(), Failure> {
    if proven(proof) {
        return Ok(());
    }
    let names = packages.join(" ");
    // As root, or as whoever may become it without being asked.
    let root = if proven("[ \"$(id -u)\" -eq 0 ]") { "" } else { "sudo -n " };
    let install = format!("{root}apt-get update && {root}apt-get install --yes --no-install-recommends {names}");
    eprintln!("   installing {names}");
    succeed(&format!("Debian's {names}"), Command::new("sh").args(["-c", &install]))?;
    match proven(proof) {
        true => Ok(()),
        false => Err(format!("Debian's {names}: installed, but not usable").into()),
    }
}

fn proven(proof: &str) -> bool {
    let quiet = Command::new("sh").args(["-c", proof]).stdin(Stdio::null()).output();
    quiet.is_ok_and(|output| output.status.success())
}
