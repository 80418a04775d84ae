//! BENCHMARKS.md: templates, with what a run has found put in.

mod findings;
mod sections;
mod template;

use std::fs;
use std::path::{Path, PathBuf};

pub use self::findings::Findings;
pub(crate) use self::findings::{range, times};
pub use self::sections::{SECTIONS, Section};
use self::template::Names;
use crate::measure::Pace;
use crate::payloads::target_folder;
use crate::{Failure, machine};

const SUMMARY: &str = include_str!("../../report/summary.md");

/// Prints a section.
///
/// # Errors
/// Nothing can be measured; or a peer could not be installed or started, which the section says too.
pub fn print(section: &Section, pace: &Pace) -> Result<(), Failure> {
    let findings = section.measure(pace)?;
    println!("{}\n\n{}", machine::hardware(), section.fill(&findings)?);
    complain(findings.missing())
}

/// Measures everything and writes BENCHMARKS.md; that of a quick run goes below the target folder.
///
/// # Errors
/// Nothing can be measured; or a peer could not be installed or started, which the file says too.
pub fn write(pace: &Pace) -> Result<(), Failure> {
    let path = path(pace)?;
    let (mut names, mut parts, mut whole) = (Names::default(), Vec::new(), Findings::default());
    for section in &SECTIONS {
        let findings = section.measure(pace)?;
        parts.push(section.fill(&findings)?);
        names.add(&format!("{}.", section.name), findings.names());
        whole.append(section.title, findings);
    }
    names.add("", whole.names());
    names.put("machine", machine::hardware());
    names.put("command", command(pace));
    parts.insert(0, names.fill(SUMMARY)?);
    fs::write(&path, parts.join("\n"))?;
    eprintln!("written: {}", path.display());
    complain(whole.missing())
}

fn path(pace: &Pace) -> Result<PathBuf, Failure> {
    const NAME: &str = "BENCHMARKS.md";
    match pace.is_quick() {
        true => Ok(target_folder()?.join(NAME)),
        false => Ok(Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(NAME)),
    }
}

fn command(pace: &Pace) -> String {
    let quick = if pace.is_quick() { " quick" } else { "" };
    format!("cargo run --release -p tagwire-benches -- all{quick}")
}

/// The tables are there, but they do not have everybody in them.
fn complain(missing: &[String]) -> Result<(), Failure> {
    match missing {
        [] => Ok(()),
        missing => Err(format!("left out: {}", missing.join("; ")).into()),
    }
}
