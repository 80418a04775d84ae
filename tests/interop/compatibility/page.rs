//! How the page is written.

use std::fmt::Write;

use super::{Answer, Cell, Program, Side, Table};

/// The whole page. The versions are those of the programs, in their order.
pub(super) fn of(programs: &[&Program], versions: &[String]) -> String {
    let mut page = INTRODUCTION.to_owned();
    table(&mut page, "Our client calls their servers", programs, |program| program.served.as_ref());
    table(&mut page, "Their clients call our server", programs, |program| program.calls.as_ref());
    for (program, version) in programs.iter().zip(versions) {
        section(&mut page, program, version);
    }
    page.push_str(NOT_RUN);
    page
}

/// The version that a page tells of a program.
pub(super) fn version_in(page: &str, program: &Program) -> Option<String> {
    let (_, section) = page.split_once(&format!("\n## {}\n", program.name))?;
    let line = section.lines().find_map(|line| line.strip_prefix(TESTED))?;
    Some(line.to_owned())
}

const TESTED: &str = "Tested with: ";

fn table(page: &mut String, heading: &str, programs: &[&Program], side: fn(&Program) -> Option<&Side>) {
    let columns: Vec<_> = programs.iter().filter_map(|program| Some((program, side(program)?))).collect();
    let names: Vec<_> =
        columns.iter().map(|(program, _)| format!("[{}](#{})", program.name, anchor(program))).collect();
    let _ = writeln!(page, "\n## {heading}\n\n| | {} |\n|---|{}", names.join(" | "), ":-:|".repeat(names.len()));
    let rows = columns.first().map_or(&[][..], |(_, side)| side.table.rows());
    for row in rows {
        let cells: Vec<_> = columns.iter().map(|(program, side)| entry(program, side, row)).collect();
        let _ = writeln!(page, "| {row} | {} |", cells.join(" | "));
    }
}

/// A word, that leads to the section where more is told.
fn entry(program: &Program, side: &Side, row: &str) -> String {
    let cells: Vec<_> = side.cells().into_iter().filter(|cell| cell.rows.contains(&row)).collect();
    let all = |answer| cells.iter().all(|cell| cell.answer == answer);
    let word = match cells.is_empty() {
        true => return "–".to_owned(),
        false if all(Answer::Yes) => "yes",
        false if all(Answer::No) => "no",
        false => "partly",
    };
    match cells.iter().any(|cell| !cell.text.is_empty()) {
        true => format!("[{word}](#{})", anchor(program)),
        false => word.to_owned(),
    }
}

fn section(page: &mut String, program: &Program, version: &str) {
    let Program { name, what, know, .. } = program;
    let _ = writeln!(page, "\n## {name}\n\n{what}\n\n{TESTED}{version}\n\n{know}");
    for side in program.sides() {
        let told: Vec<_> = side.cells().into_iter().filter(|cell| !cell.text.is_empty()).collect();
        if told.is_empty() {
            continue;
        }
        page.push_str(match side.table {
            Table::Served => "\nWhere our client calls it:\n\n",
            Table::Calls => "\nWhere it calls our server:\n\n",
        });
        for row in side.table.rows() {
            // What is told of several rows is told at the first of them.
            for Cell { rows, text, .. } in told.iter().filter(|cell| cell.rows.first() == Some(row)) {
                let _ = writeln!(page, "- **{}**: {text}", rows.join(", "));
            }
        }
    }
}

/// What a heading is called in an address.
fn anchor(program: &Program) -> String {
    program.name.to_lowercase().replace(' ', "-").replace('+', "")
}

const INTRODUCTION: &str = "\
# Compatibility

What tagwire was tried with: programs that other people wrote, each run for real, in both directions where there are two.

This page is made of the tests in [`tests/interop`](tests/interop): behind each word of the tables there are some of them,
and every test stands behind one of the words, or is listed at the end. `TAGWIRE_PEERS=all cargo test --test interop` tries all of it
again.

| | means |
|:-:|---|
| yes | Every value that was tried arrives, and comes back, as it was; every call ends as it should. |
| partly | Some do not, or in one direction only; the section of the peer says which, and what happens instead. |
| no | The peer does not have it, or takes it for something else. |
| – | It was not tried. |

A word that is a link leads to something worth knowing, be it only a setting. \"Arrives\" is what the peer itself says that
it saw: each value is also described by it in its own words, so that a mistake made in both directions does not pass.
";

const NOT_RUN: &str = "
## Not run

Apache's ws-xmlrpc (Java) knows its extensions (`nil`, `i8` and others) by their namespace. That `Dialect::apache()` writes
them in it, and everything else outside, is tried with Python's parser of namespaces; the library itself was not run. The
same extensions go both ways with xmlrpc-c, which has a dialect for them.

Homematic's CCU and ROS's master were not run either. The example [`callback`](examples/callback/main.rs), which registers
with such a peer and is called back by it, is tried with a stand-in written in Python.
";
