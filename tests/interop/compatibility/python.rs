//! What the tests with Python show.

use super::{
    ARRAY, BIG, BOOLEAN, BYTES, COMPRESSION, CONTAINERS, DATE, DOUBLE, ECHO_TESTS, FAULT, HTTP, INT, MULTICALL, NIL,
    NUMBERS, OWN, Program, STRING, STRUCT, SYSTEM, Side, TEXT, UNICODE, UNKNOWN, VALIDATOR1, WIDE, noted, partly, yes,
};
use crate::peers::PYTHON;

pub(super) static PROGRAM: Program = Program {
    name: "Python",
    peer: PYTHON,
    what: "CPython's `xmlrpc.server` (`SimpleXMLRPCServer`, `DocXMLRPCServer`) and `xmlrpc.client` (`ServerProxy`, `MultiCall`).",
    know: "\
`Dialect::cpython()` writes what Python reads beyond the specification: dates in any form, NaN and infinities. Its
servers read nil in any case and write it with `allow_none=True`; its clients send nil with `allow_none=True`, and
ours writes it with `.allow_none(true)`, on both ends. A server of theirs serves one connection at a time, so one
that keeps connections open (`protocol_version = \"HTTP/1.1\"`) wants a `ThreadingMixIn` besides.",
    served: Some(Side::serves("python_server", SERVED)),
    calls: Some(Side::calls("python_client", CALLS)),
};

const SERVED: &[super::Told] = &[
    yes(&[INT, BOOLEAN], &["numbers", "python_documenting_server::numbers"]),
    partly(
        &[WIDE],
        &["numbers", "python_documenting_server::numbers"],
        "it reads them and does not write them: what comes back is fault 1, `int exceeds XML-RPC limits`.",
    ),
    noted(
        &[DOUBLE],
        &["numbers", "python_documenting_server::numbers", "dialects::cpython_understands_what_its_dialect_writes"],
        "NaN and infinities arrive where the dialect lets them be sent.",
    ),
    partly(
        &[STRING],
        &["text", "python_documenting_server::text"],
        "it writes a carriage return as it is, and XML reads a newline there. It writes control characters too, which \
         XML does not have, and our client refuses such a reply as not XML-RPC.",
    ),
    yes(&[UNICODE], &["text", "python_documenting_server::text"]),
    noted(
        &[DATE],
        &[
            "bytes_and_dates",
            "bytes_and_dates_as_builtin_types",
            "python_documenting_server::bytes_and_dates",
            "dialects::cpython_understands_what_its_dialect_writes",
        ],
        "with `use_builtin_types=True` only the form `20240229T12:34:56` is a date to it, and any other a fault; \
         without, it keeps the text.",
    ),
    yes(
        &[BYTES],
        &["bytes_and_dates", "bytes_and_dates_as_builtin_types", "python_documenting_server::bytes_and_dates"],
    ),
    yes(&[ARRAY, STRUCT], &["containers", "python_documenting_server::containers"]),
    noted(
        &[NIL],
        &["nil", "nil_is_not_written_by_default", "python_documenting_server::nil"],
        "without `allow_none=True` it is read, and is fault 1 where it would have to be written.",
    ),
    yes(&[OWN], &["every_type_untyped", "another_type_than_asked_for"]),
    noted(
        &[FAULT],
        &["fault", "python_documenting_server::fault"],
        "an exception is fault 1 with a text such as `<class 'ZeroDivisionError'>:division by zero`; a `Fault` is \
         passed on as it is.",
    ),
    noted(
        &[UNKNOWN],
        &["fault", "python_documenting_server::fault"],
        "fault 1, `<class 'Exception'>:method \"no.such\" is not supported`.",
    ),
    partly(
        &[SYSTEM],
        &[
            "introspection",
            "dotted_names",
            "python_documenting_server::introspection",
            "python_documenting_server::dotted_names",
        ],
        "where `register_introspection_functions` was called: names and help. For signatures it has the words \
         `signatures not supported`, which `System::method_signature` gives as none at all; `methodExist` and \
         `getCapabilities` it does not have.",
    ),
    noted(
        &[MULTICALL],
        &[
            "multicall",
            "multicall_by_hand",
            "multicall_that_the_server_does_not_have",
            "python_documenting_server::multicall",
        ],
        "where `register_multicall_functions` was called; elsewhere `fall_back(true)` makes the calls one by one.",
    ),
    noted(
        &[HTTP],
        &[
            "paths",
            "big_text",
            "sixty_four_calls_at_once",
            "a_connection_is_kept_and_used_again",
            "a_server_that_closes_after_each_call",
            "python_documenting_server::paths",
        ],
        "`/`, `/RPC2` and no path at all; any other is a status 404. It closes after each call unless told otherwise.",
    ),
];

const CALLS: &[super::Told] = &[
    partly(
        &[NUMBERS],
        &["types"],
        "it refuses to send an integer beyond 32 bits. It reads any that comes. Infinity and NaN arrive, and go back \
         if the server's dialect has `non_finite(true)`; else that is fault -32603.",
    ),
    partly(
        &[TEXT],
        &["text"],
        "it sends a carriage return as it is, and XML reads a newline there; ours arrive as they are. It sends control \
         characters too, which XML does not have, and that is fault -32702.",
    ),
    noted(&[DATE], &["types"], "come as `DateTime`, or as `datetime` with `use_builtin_types=True`."),
    noted(&[BYTES], &["types"], "come as `Binary`, or as `bytes` with `use_builtin_types=True`."),
    yes(&[CONTAINERS], &["types"]),
    noted(
        &[NIL],
        &["nil_where_it_is_allowed", "nil_is_refused_by_default"],
        "with `allow_none=True` there and `allow_none(true)` here. Without the latter a result that holds nil is fault \
         -32603, and a method that gives nothing answers true.",
    ),
    yes(&[FAULT], &["faults"]),
    yes(&[UNKNOWN], &["system_methods_and_dotted_names", "multicall"]),
    yes(&[SYSTEM], &["system_methods_and_dotted_names"]),
    yes(&[MULTICALL], &["multicall"]),
    noted(
        &[BIG],
        &["text"],
        "beyond the limit of the server, 1 MiB by default, a call is a `ProtocolError` with code 413.",
    ),
    yes(&[HTTP], &["http", "ten_thousand_calls_on_one_connection", "many_threads"]),
    noted(
        &[COMPRESSION],
        &["gzip::python_talks_gzip_both_ways"],
        "it asks for gzip, gets it from a size on, and reads it; it sends it where its `Transport` has an \
         `encode_threshold`.",
    ),
    yes(&[VALIDATOR1, ECHO_TESTS], &["validator::python_calls_every_method"]),
];
