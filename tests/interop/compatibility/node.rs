//! What the tests with node show.

use super::{
    COMPRESSION, DATE, FAULT, HTTP, MULTICALL, NIL, NUMBERS, OWN, Program, SYSTEM, Side, TEXT, UNKNOWN, WIDE, no,
    noted, partly, yes,
};
use crate::node_server::EXCEPTIONS;
use crate::peers::NODE;

pub(super) static PROGRAM: Program = Program {
    name: "node",
    peer: NODE,
    what: "The package `xmlrpc` of npm: `createServer` and `createClient`.",
    know: "\
The default dialect does, with `.allow_none(true)` for nil. JavaScript has one type of number: a double without a fraction goes
back as an int, so ask for `f64`, which takes either. Dates are local time to it; run it in UTC, or set its
`dateFormatter`.",
    served: Some(Side::echo("node_server", EXCEPTIONS, SERVED)),
    calls: Some(Side::features("node_client", CALLS)),
};

const SERVED: &[super::Told] = &[
    yes(&[OWN], &["every_type"]),
    noted(
        &[WIDE],
        &["int_beyond_32_bits"],
        "a number of its own beyond 32 bits comes as an `int` all the same, and is read as the `i8` that it should \
         have been.",
    ),
    yes(&[FAULT], &["faults"]),
    noted(&[UNKNOWN], &["unknown_method"], "a status 404, no fault."),
    no(&[SYSTEM], &["there_is_no_introspection"], "it has none."),
    no(
        &[MULTICALL],
        &["there_is_no_multicall"],
        "it has none, and says so with a status 404, which `fall_back(true)` does not take for an answer: call one by \
         one.",
    ),
];

const CALLS: &[super::Told] = &[
    partly(
        &[NUMBERS],
        &["numbers"],
        "it sends integers up to 53 bits as `int`, which is read as `i8`; an `i8` comes to it as a string of digits. \
         From 1e21 on it writes an int with an exponent: fault -32600. It sends infinity, and does not read it.",
    ),
    partly(
        &[TEXT],
        &["text"],
        "a carriage return arrives, but not in a string with markup, which it sends as CDATA, where XML reads a \
         newline.",
    ),
    noted(&[DATE], &["dates"], "in local time, or as `dateFormatter.setOpts` says."),
    noted(&[NIL], &["nil"], "`undefined` is sent as an empty string."),
    noted(&[HTTP], &["keep_alive"], "given an `http.Agent` with `keepAlive` it keeps its connections."),
    partly(
        &[COMPRESSION],
        &["compression"],
        "it does not ask for any, and cannot read any: do not set `Accept-Encoding` for it.",
    ),
];
