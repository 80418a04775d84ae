//! What the tests with Ruby show.

use super::{
    BYTES, COMPRESSION, FAULT, HTTP, MULTICALL, NIL, NUMBERS, OWN, Program, SYSTEM, Side, TEXT, UNKNOWN, WIDE, noted,
    partly, yes,
};
use crate::peers::RUBY;
use crate::ruby_server::EXCEPTIONS;

pub(super) static PROGRAM: Program = Program {
    name: "Ruby",
    peer: RUBY,
    what: "The gem `xmlrpc`: `XMLRPC::WEBrickServlet` and `XMLRPC::Client`.",
    know: "\
The default dialect does, with `.allow_none(true)` for nil. Nil and integers beyond 32 bits are off at its end until the
constants `ENABLE_NIL_CREATE`, `ENABLE_NIL_PARSER` and `ENABLE_BIGINT` of `XMLRPC::Config` are set; they are in what follows,
but where it says otherwise.",
    served: Some(Side::echo("ruby_server", EXCEPTIONS, SERVED)),
    calls: Some(Side::features("ruby_client", CALLS)),
};

const SERVED: &[super::Told] = &[
    noted(
        &[BYTES],
        &["bytes_that_are_meant"],
        "they come back as they were where the method makes an `XMLRPC::Base64` of the string that it was given.",
    ),
    yes(&[OWN], &["every_type"]),
    noted(
        &[WIDE, NIL],
        &["extensions_are_off_by_default"],
        "as long as they are off, an `i8` is read and not written, and nil is neither; what it answers then is a \
         status 500 with a page.",
    ),
    noted(
        &[FAULT],
        &["faults"],
        "an exception is fault 2, a wrong number of parameters fault 1; an `XMLRPC::FaultException` is passed on as it \
         is.",
    ),
    noted(&[UNKNOWN], &["unknown_method"], "fault 1, the one for a wrong number of parameters."),
    partly(
        &[SYSTEM],
        &["introspection"],
        "where `add_introspection` was called: names, help and signatures, both empty for a method that there is not; \
         `methodExist` and `getCapabilities` it does not have.",
    ),
    noted(
        &[MULTICALL],
        &["multicall", "multicall_falls_back_where_there_is_none"],
        "where `add_multicall` was called; elsewhere `fall_back(true)` makes the calls one by one.",
    ),
];

const CALLS: &[super::Told] = &[
    partly(
        &[NUMBERS],
        &["numbers"],
        "it refuses to send infinity, and an integer beyond 32 bits unless `ENABLE_BIGINT` is set. It reads integers \
         of any size.",
    ),
    partly(&[TEXT], &["text"], "it sends a carriage return as it is, and XML reads a newline there."),
    noted(&[NIL], &["nil"], "unless its switches are set it refuses nil, both to send and to read."),
    noted(&[HTTP], &["keep_alive"], "`call` keeps its connection; `call_async` has one for each call."),
    noted(&[MULTICALL], &["multicall"], "`Client#multicall`, where a fault is a `FaultException` among the results."),
    noted(&[COMPRESSION], &["compression"], "it asks for gzip, gets it from a size on, and reads it."),
];
