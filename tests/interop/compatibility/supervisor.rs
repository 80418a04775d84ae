//! What the tests with supervisor show.

use super::{
    ARRAY, BOOLEAN, BYTES, DATE, DOUBLE, FAULT, HTTP, INT, MULTICALL, NIL, OWN, Program, STRING, STRUCT, SYSTEM, Side,
    UNICODE, UNKNOWN, WIDE, WORK, no, noted, partly, yes,
};
use crate::peers::SUPERVISOR;

pub(super) static PROGRAM: Program = Program {
    name: "supervisor",
    peer: SUPERVISOR,
    what: "The process manager, by both of its HTTP servers: on a Unix socket and on a port.",
    know: "\
The default dialect is enough. `.keep_control_characters(true)` reads the colours of a terminal in the logs of programs, which
are no characters of XML. The URL is `unix:///run/supervisor.sock` or `http://127.0.0.1:9001/RPC2`; credentials stand in it or
are given to `ClientBuilder::credentials`.",
    served: Some(Side::serves("supervisor", SERVED)),
    calls: None,
};

const SERVED: &[super::Told] = &[
    yes(&[INT, BOOLEAN], &["numbers"]),
    partly(&[DOUBLE], &["numbers"], "it reads them, and sends none."),
    no(&[WIDE], &["i8"], "it takes one for text."),
    partly(
        &[STRING],
        &["text", "big_text", "text_with_forbidden_characters"],
        "it writes a carriage return as it is, and XML reads a newline there. What a program prints is passed on with \
         control characters, which is an error unless the dialect has `keep_control_characters(true)`.",
    ),
    yes(&[UNICODE], &["text"]),
    partly(&[DATE], &["bytes_and_dates"], "it reads them, and sends none."),
    partly(&[BYTES], &["bytes_and_dates"], "they are text to it; what is not UTF-8 is a status 400. It sends none."),
    yes(&[ARRAY, STRUCT, OWN], &["containers"]),
    partly(&[NIL], &["nil"], "it reads nil, and sends none."),
    partly(&[FAULT], &["fault"], "a parameter of another type than its code expects is a status 500."),
    noted(&[UNKNOWN], &["fault"], "fault 1, `UNKNOWN_METHOD`."),
    partly(
        &[SYSTEM],
        &["introspection"],
        "names, help and signatures, of which it has one without an array around it, which is read. `methodExist` and \
         `getCapabilities` it does not have.",
    ),
    noted(
        &[MULTICALL],
        &["multicall", "multicall_results_that_look_as_if_in_an_array"],
        "it puts no array around each result, which is noticed; where all results are arrays of one, only \
         `bare_results(true)` tells.",
    ),
    noted(
        &[HTTP],
        &["paths", "over_tcp", "credentials"],
        "a path that begins with `/RPC2`; another is a status 400. Without the credentials a status 401.",
    ),
    yes(&[WORK], &["a_program_is_started_and_stopped"]),
];
