//! `COMPATIBILITY.md`, made of these tests: which peer, which direction, what of it works, and what happens instead.
//!
//! After a change that is meant, `TAGWIRE_GOLDEN=overwrite cargo test --test interop compatibility` writes it anew, with
//! the versions of the peers that are here.

mod aria2;
mod echoed;
mod node;
mod page;
mod perl;
mod php;
mod python;
mod rtorrent;
mod ruby;
mod supervisor;
mod xmlrpc_c;
mod xmlrpcpp;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use crate::peers;

static PROGRAMS: [&Program; 10] = [
    &python::PROGRAM,
    &perl::PROGRAM,
    &php::PROGRAM,
    &ruby::PROGRAM,
    &node::PROGRAM,
    &xmlrpc_c::PROGRAM,
    &xmlrpcpp::PROGRAM,
    &aria2::PROGRAM,
    &rtorrent::PROGRAM,
    &supervisor::PROGRAM,
];

/// Tests whose peer is another program than the one that they are about.
const NOT_RUN: [&str; 1] = ["dialects::apache_finds_extensions_in_its_namespace"];

#[test]
fn the_page_is_up_to_date() {
    let path = root().join("COMPATIBILITY.md");
    let overwrite = env::var("TAGWIRE_GOLDEN").as_deref() == Ok("overwrite");
    // A page that is not there yet knows no versions.
    let found = fs::read_to_string(&path).unwrap_or_default();
    let versions = PROGRAMS.map(|program| {
        let (here, told) = (program.peer.version(), page::version_in(&found, program));
        if let (Some(here), Some(told)) = (&here, &told)
            && here != told
            && !overwrite
        {
            eprintln!("COMPATIBILITY.md tells of {told}, and this machine has {here}");
        }
        if overwrite { here.or(told) } else { told }.unwrap_or_else(|| "not known".to_owned())
    });
    let page = page::of(&PROGRAMS, &versions);
    if overwrite {
        fs::write(&path, &page).unwrap();
    }
    let written = fs::read_to_string(&path).unwrap_or_default();
    let differs = written.lines().zip(page.lines()).find(|(written, made)| written != made);
    assert!(
        written == page,
        "COMPATIBILITY.md is out of date, first here: {differs:#?}\n`TAGWIRE_GOLDEN=overwrite cargo test --test interop \
         compatibility` writes it anew"
    );
}

#[test]
fn every_test_has_its_cell_and_every_cell_its_tests() {
    let tests = tests_of_this_program();
    let mut told: BTreeSet<String> = NOT_RUN.iter().map(|name| (*name).to_owned()).collect();
    let mut wrong = Vec::new();
    for (program, side) in PROGRAMS.iter().flat_map(|program| program.sides().map(move |side| (program, side))) {
        for cell in side.cells() {
            if cell.tests.is_empty() || (cell.answer != Answer::Yes && cell.text.is_empty()) {
                wrong.push(format!("{}: {:?} lacks a test or a reason", program.name, cell.rows));
            }
            if let Some(row) = cell.rows.iter().find(|row| !side.table.rows().contains(row)) {
                wrong.push(format!("{}: no row is called {row:?}", program.name));
            }
            told.extend(cell.tests);
        }
    }
    wrong.extend(
        told.iter()
            .filter(|name| !tests.contains(*name) && !is_elsewhere(name))
            .map(|name| format!("there is no test {name}, of which a cell tells")),
    );
    wrong.extend(tests.difference(&told).map(|name| format!("no cell tells of the test {name}")));
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A program of other people, and what our client and our server have to do with it.
pub(crate) struct Program {
    /// Its column, and its section.
    name: &'static str,
    peer: peers::Peer,
    /// What of it is run.
    what: &'static str,
    /// What a user does well to know: the dialect, the settings at its end.
    know: &'static str,
    served: Option<Side>,
    calls: Option<Side>,
}

impl Program {
    fn sides(&self) -> impl Iterator<Item = &Side> {
        [&self.served, &self.calls].into_iter().flatten()
    }
}

/// One of the directions.
pub(crate) struct Side {
    table: Table,
    /// Whose tests are meant where a cell names no module.
    module: &'static str,
    /// Rows that have a test of their own for every such peer.
    usual: &'static [(&'static str, &'static [&'static str])],
    told: &'static [Told],
    exceptions: &'static [crate::echo::Exception],
}

#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Table {
    /// Our client calls their server.
    Served,
    /// Their client calls our server.
    Calls,
}

/// What is told in a peer's own words of some rows.
pub(crate) struct Told {
    rows: &'static [&'static str],
    tests: &'static [&'static str],
    answer: Answer,
    text: &'static str,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Answer {
    Yes,
    Partly,
    No,
}

const fn yes(rows: &'static [&'static str], tests: &'static [&'static str]) -> Told {
    Told { rows, tests, answer: Answer::Yes, text: "" }
}

/// It works, and there is something to know.
const fn noted(rows: &'static [&'static str], tests: &'static [&'static str], text: &'static str) -> Told {
    Told { rows, tests, answer: Answer::Yes, text }
}

const fn partly(rows: &'static [&'static str], tests: &'static [&'static str], text: &'static str) -> Told {
    Told { rows, tests, answer: Answer::Partly, text }
}

const fn no(rows: &'static [&'static str], tests: &'static [&'static str], text: &'static str) -> Told {
    Told { rows, tests, answer: Answer::No, text }
}

/// One thing that is told of some rows of a peer's column; a row may have several.
struct Cell {
    rows: &'static [&'static str],
    /// By their whole names.
    tests: Vec<String>,
    answer: Answer,
    text: String,
}

impl Side {
    /// A server that is asked for values of all kinds: see `echo.rs`.
    const fn echo(module: &'static str, exceptions: &'static [crate::echo::Exception], told: &'static [Told]) -> Self {
        Self { table: Table::Served, module, usual: echoed::USUAL, told, exceptions }
    }

    /// A server that is asked what it has.
    const fn serves(module: &'static str, told: &'static [Told]) -> Self {
        Self { table: Table::Served, module, usual: &[], told, exceptions: &[] }
    }

    /// A client whose script goes through the features of `served.rs`.
    const fn features(module: &'static str, told: &'static [Told]) -> Self {
        Self { table: Table::Calls, module, usual: FEATURES, told, exceptions: &[] }
    }

    const fn calls(module: &'static str, told: &'static [Told]) -> Self {
        Self { table: Table::Calls, module, usual: &[], told, exceptions: &[] }
    }

    fn cells(&self) -> Vec<Cell> {
        // What is told of a test in words stands instead of what is usual.
        let spoken_of: Vec<_> = self.told.iter().flat_map(|told| told.tests).collect();
        let usual = self.usual.iter().flat_map(|(row, tests)| tests.iter().map(move |test| (row, test)));
        let usual = usual.filter(|(_, test)| !spoken_of.contains(test)).flat_map(|(row, test)| {
            echoed::cells(test, self.exceptions).into_iter().map(|(answer, text)| Cell {
                rows: std::slice::from_ref(row),
                tests: vec![self.whole_name(test)],
                answer,
                text,
            })
        });
        let told = self.told.iter().map(|told| Cell {
            rows: told.rows,
            tests: told.tests.iter().map(|test| self.whole_name(test)).collect(),
            answer: told.answer,
            text: told.text.to_owned(),
        });
        usual.chain(told).collect()
    }

    fn whole_name(&self, test: &str) -> String {
        if test.contains("::") { test.to_owned() } else { format!("{}::{test}", self.module) }
    }
}

impl Table {
    fn rows(self) -> &'static [&'static str] {
        match self {
            Self::Served => &SERVED,
            Self::Calls => &CALLS,
        }
    }
}

// The rows of the tables, in their order.

const INT: &str = "`int`";
const WIDE: &str = "`i8`, 64 bits";
const BOOLEAN: &str = "`boolean`";
const DOUBLE: &str = "`double`";
const STRING: &str = "`string`";
const UNICODE: &str = "text beyond ASCII";
const DATE: &str = "`dateTime.iso8601`";
const BYTES: &str = "`base64`";
const ARRAY: &str = "`array`";
const STRUCT: &str = "`struct`";
const NIL: &str = "`nil`";
const OWN: &str = "values it makes itself";
const FAULT: &str = "faults";
const UNKNOWN: &str = "a method there is not";
const SYSTEM: &str = "introspection";
const MULTICALL: &str = "`system.multicall`";
const HTTP: &str = "connections and paths";
const WORK: &str = "the work it is for";

const SERVED: [&str; 18] = [
    INT, WIDE, BOOLEAN, DOUBLE, STRING, UNICODE, DATE, BYTES, ARRAY, STRUCT, NIL, OWN, FAULT, UNKNOWN, SYSTEM,
    MULTICALL, HTTP, WORK,
];

const NUMBERS: &str = "numbers and booleans";
const TEXT: &str = "text";
const CONTAINERS: &str = "`array` and `struct`";
const BIG: &str = "a megabyte of text";
const COMPRESSION: &str = "compression";
const VALIDATOR1: &str = "the suite `validator1`";
const ECHO_TESTS: &str = "the suite `interopEchoTests`";

const CALLS: [&str; 15] = [
    NUMBERS,
    TEXT,
    DATE,
    BYTES,
    CONTAINERS,
    NIL,
    FAULT,
    UNKNOWN,
    SYSTEM,
    MULTICALL,
    BIG,
    HTTP,
    COMPRESSION,
    VALIDATOR1,
    ECHO_TESTS,
];

const FEATURES: &[(&str, &[&str])] = &[
    (NUMBERS, &["numbers"]),
    (TEXT, &["text"]),
    (DATE, &["dates"]),
    (BYTES, &["bytes"]),
    (CONTAINERS, &["containers"]),
    (NIL, &["nil"]),
    (FAULT, &["faults"]),
    (UNKNOWN, &["unknown_method"]),
    (SYSTEM, &["introspection"]),
    (MULTICALL, &["multicall"]),
    (BIG, &["big_string"]),
    (HTTP, &["keep_alive"]),
    (COMPRESSION, &["compression"]),
    (VALIDATOR1, &["validator1"]),
    (ECHO_TESTS, &["interop_echo_tests"]),
];

/// Those of this program that talk to a peer, as the test harness lists them.
fn tests_of_this_program() -> BTreeSet<String> {
    let output = Command::new(env::current_exe().unwrap()).args(["--list", "--format", "terse"]).output().unwrap();
    let listed = String::from_utf8(output.stdout).unwrap();
    let names = listed.lines().filter_map(|line| line.strip_suffix(": test"));
    let names = names.filter(|name| !name.starts_with("peers::") && !name.starts_with("compatibility::"));
    names.map(str::to_owned).collect()
}

/// Whether it is a test of another program that starts peers: `module::name`.
fn is_elsewhere(name: &str) -> bool {
    name.split_once("::").is_some_and(|(module, test)| {
        ["examples", "http"].iter().any(|program| {
            let file = root().join(format!("tests/{program}/{module}.rs"));
            fs::read_to_string(file).is_ok_and(|source| source.contains(&format!("fn {test}(")))
        })
    })
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}
