//! What the numbers were taken on, and of.

use std::fs;

const LOCK: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../Cargo.lock");

/// The machine and the versions of what is measured, from the lock file; a line each.
pub(crate) fn describe(measured: &[&str]) -> String {
    let lock = fs::read_to_string(LOCK).unwrap_or_default();
    let versions: Vec<_> =
        measured.iter().map(|package| format!("{package} {}", version(&lock, package).unwrap_or("?"))).collect();
    format!("{}\nVersions: {}.", hardware(), versions.join(", "))
}

/// The machine, in a line.
pub(crate) fn hardware() -> String {
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let model = fs::read_to_string("/proc/cpuinfo").ok().and_then(|info| model(&info)).unwrap_or_default();
    format!("Machine: {cores} cores, {model}.")
}

fn model(info: &str) -> Option<String> {
    let line = info.lines().find(|line| line.starts_with("model name"))?;
    Some(line.split_once(':')?.1.trim().to_owned())
}

/// The last one in the file, which is the newest: peers bring older versions of what others use as well.
fn version<'a>(lock: &'a str, package: &str) -> Option<&'a str> {
    let (_, entry) = lock.rsplit_once(&format!("name = \"{package}\"\nversion = \""))?;
    Some(entry.split_once('"')?.0)
}
