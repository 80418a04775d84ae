//! The parts of BENCHMARKS.md, each of which can be measured alone.

use std::thread;

use super::Findings;
use crate::measure::Pace;
use crate::{Failure, client, codec, compiler, dispatch, hostile, server, shapes};

/// A part of the file.
#[derive(Debug)]
pub struct Section {
    /// What it is called on the command line.
    pub name: &'static str,
    pub(super) title: &'static str,
    template: &'static str,
    measure: fn(&Pace) -> Result<Findings, Failure>,
}

/// In their order in the file.
pub const SECTIONS: [Section; 8] = [
    Section { name: "codec", title: "Codec", template: include_str!("../../report/codec.md"), measure: codec::measure },
    Section {
        name: "dispatch",
        title: "Dispatch",
        template: include_str!("../../report/dispatch.md"),
        measure: dispatch::measure,
    },
    Section {
        name: "server",
        title: "Server",
        template: include_str!("../../report/server.md"),
        measure: server::measure,
    },
    Section {
        name: "client",
        title: "Client",
        template: include_str!("../../report/client.md"),
        measure: client::measure,
    },
    Section {
        name: "compile",
        title: "Compile time",
        template: include_str!("../../report/compile.md"),
        measure: compiler::methods,
    },
    Section {
        name: "build",
        title: "Cold build",
        template: include_str!("../../report/build.md"),
        measure: compiler::cold_build,
    },
    Section {
        name: "shapes",
        title: "Time against size",
        template: include_str!("../../report/shapes.md"),
        measure: shapes::measure,
    },
    Section {
        name: "hostile",
        title: "Hostile documents",
        template: include_str!("../../report/hostile.md"),
        measure: hostile::measure,
    },
];

impl Section {
    /// The one of a name.
    #[must_use]
    pub fn named(name: &str) -> Option<&'static Self> {
        const ALL: &[Section] = &SECTIONS;
        ALL.iter().find(|section| section.name == name)
    }

    /// In a thread of its own: some keep to one core, and so would whatever comes after them.
    pub(super) fn measure(&self, pace: &Pace) -> Result<Findings, Failure> {
        eprintln!("== {}", self.title);
        let measured = thread::scope(|scope| {
            let section = scope.spawn(|| (self.measure)(pace).map_err(|failure| failure.to_string()));
            section.join().unwrap_or_else(|_| Err("it panicked".to_owned()))
        });
        measured.map_err(|failure| format!("{}: {failure}", self.name).into())
    }

    pub(super) fn fill(&self, findings: &Findings) -> Result<String, Failure> {
        let filled = findings.names().fill(self.template);
        filled.map_err(|failure| format!("the template of {}: {failure}", self.name).into())
    }
}
