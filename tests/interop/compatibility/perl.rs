//! What the tests with Perl show.

use super::{
    COMPRESSION, DATE, FAULT, HTTP, MULTICALL, NIL, NUMBERS, OWN, Program, SYSTEM, Side, TEXT, UNKNOWN, noted, partly,
    yes,
};
use crate::peers::PERL;
use crate::perl_server::EXCEPTIONS;

pub(super) static PROGRAM: Program = Program {
    name: "Perl",
    peer: PERL,
    what: "`RPC::XML::Server` and `RPC::XML::Client`.",
    know: "\
The default dialect does, with `.allow_none(true)` for nil. At its end nil is made with `$RPC::XML::ALLOW_NIL = 1`, and a
server should have `$RPC::XML::ENCODING = 'utf-8'`: it says US-ASCII otherwise, and does not keep to that.",
    served: Some(Side::echo("perl_server", EXCEPTIONS, SERVED)),
    calls: Some(Side::features("perl_client", CALLS)),
};

const SERVED: &[super::Told] = &[
    yes(&[OWN], &["every_type"]),
    partly(
        &[OWN],
        &["types_are_guessed"],
        "a method is given plain Perl values, and the types of what it returns are guessed from the text, unless it \
         returns objects such as `RPC_STRING(…)`: the string `12` is an int, one that looks like a date is a date, \
         true is 1, bytes are a string.",
    ),
    noted(
        &[FAULT],
        &["faults"],
        "`die` is fault 300, a call that matches no signature fault 201; a fault that a method makes is passed on as \
         it is.",
    ),
    noted(&[UNKNOWN], &["unknown_method"], "fault 200."),
    partly(
        &[SYSTEM],
        &["introspection"],
        "names, help and signatures; `methodExist` and `getCapabilities` it does not have.",
    ),
    partly(
        &[MULTICALL],
        &[
            "multicall",
            "multicall_of_nothing_but_arrays_of_one",
            "multicall_with_a_fault",
            "multicall_falls_back_where_there_is_none",
        ],
        "it puts no array around each result, which is noticed; where all results are arrays of one, only \
         `bare_results(true)` tells. One fault is the end of all calls, and an error of the whole: where that matters, \
         call one by one.",
    ),
];

const CALLS: &[super::Told] = &[
    partly(
        &[NUMBERS],
        &["numbers"],
        "it writes a double with twenty decimals, so that a small one loses digits and `5e-324` is 0. A plain scalar \
         is sent as the type that it looks like; `RPC_INT`, `RPC_I8` and their like say it.",
    ),
    noted(&[TEXT], &["text"], "a request says `us-ascii` and is UTF-8; it is read as that."),
    partly(
        &[DATE],
        &["dates"],
        "one with hyphens loses them before it is sent, and a string that looks like a date is sent as one.",
    ),
    noted(&[NIL], &["nil"], "with `$RPC::XML::ALLOW_NIL`; it is read without."),
    noted(
        &[HTTP],
        &["keep_alive"],
        "it closes after each call unless it is made with `useragent => [keep_alive => 1]`.",
    ),
    partly(
        &[COMPRESSION],
        &["compression"],
        "it asks for deflate alone, and is answered without. What it sends in deflate (`compress_requests`) is read.",
    ),
];
