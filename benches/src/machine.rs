//! What the numbers were taken on, and of.

use std::fs;

const LOCK: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../Cargo.lock");

/// The versions of what is measured, from the lock file, in a line.
pub(crate) fn versions(measured: &[&str]) -> String {
    let lock = fs::read_to_string(LOCK).unwrap_or_default();
    let versions: Vec<_> =
        measured.iter().map(|package| format!("{package} {}", version(&lock, package).unwrap_or("?"))).collect();
    versions.join(", ")
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_of_a_lock_file() {
        let lock =
            "name = \"a\"\nversion = \"0.9\"\n\nname = \"a\"\nversion = \"1.0\"\n\nname = \"aa\"\nversion = \"2.0\"\n";
        assert_eq!([version(lock, "a"), version(lock, "aa"), version(lock, "b")], [Some("1.0"), Some("2.0"), None]);
    }
}
