//! How many allocations a run makes: counted by a process of its own, whose allocator is the slower for it.

use std::collections::HashMap;
use std::process::Command;

use crate::Failure;
use crate::contender::Name;
use crate::payloads::target_folder;
use crate::rows::{self, Key};

/// Counts by row and contender.
pub(crate) type Counts = HashMap<(String, &'static str), u64>;

/// Prints a line for every job that can be done; `count` runs it and says how often it allocated.
///
/// # Errors
/// A payload cannot be made, or tagwire reads or writes one wrongly.
pub fn print(count: fn(&mut dyn FnMut()) -> u64) -> Result<(), Failure> {
    rows::each(&mut |row| {
        for contender in &row.contenders {
            let Ok(job) = &contender.job else { continue };
            let mut outcome = Ok(());
            let allocations = count(&mut || outcome = job());
            outcome?;
            println!("{}\t{}\t{allocations}", name_of(row.key), contender.name.label());
        }
        Ok(())
    })
}

/// The counts of the codec table.
pub(crate) fn count() -> Result<Counts, Failure> {
    table("codec")?.lines().map(parse).collect()
}

/// Builds the counting program, and runs it for a table.
pub(crate) fn table(name: &str) -> Result<String, Failure> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(["run", "--quiet", "--release", "--package", "tagwire-benches", "--bin", "tagwire-allocations"])
        .arg("--target-dir")
        .arg(target_folder()?)
        .args(["--", name])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .stderr(std::process::Stdio::inherit())
        .output()?;
    if !output.status.success() {
        return Err(format!("the allocations could not be counted: {}", output.status).into());
    }
    Ok(String::from_utf8(output.stdout)?)
}

pub(crate) fn of(counts: &Counts, row: Key, name: Name) -> Option<u64> {
    counts.get(&(name_of(row), name.label())).copied()
}

fn parse(line: &str) -> Result<((String, &'static str), u64), Failure> {
    let mut fields = line.split('\t');
    let (Some(row), Some(label), Some(count)) = (fields.next(), fields.next(), fields.next()) else {
        return Err(format!("no count: {line}").into());
    };
    let name = Name::ALL.into_iter().find(|name| name.label() == label);
    let name = name.ok_or_else(|| format!("no contender: {label}"))?;
    Ok(((row.to_owned(), name.label()), count.parse()?))
}

fn name_of(Key { payload, operation }: Key) -> String {
    format!("{payload} {operation}")
}
