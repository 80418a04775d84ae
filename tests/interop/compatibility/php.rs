//! What the tests with PHP show.

use super::{
    COMPRESSION, CONTAINERS, ECHO_TESTS, FAULT, HTTP, MULTICALL, NIL, NUMBERS, OWN, Program, SYSTEM, Side, TEXT,
    UNKNOWN, VALIDATOR1, no, noted, partly, yes,
};
use crate::peers::PHP;
use crate::php_server::EXCEPTIONS;

pub(super) static PROGRAM: Program = Program {
    name: "PHP",
    peer: PHP,
    what: "The extension `xmlrpc` (PHP's own until PHP 8, from PECL since), under PHP's built-in server and with PHP's streams.",
    know: "\
The default dialect does; `.missing_result(true)` reads the answers without a result of its introspection. At its end,
`['encoding' => 'utf-8', 'escaping' => 'markup']` as output options: without them a string is Latin-1 to it. Do not give it
integers beyond 32 bits, which it loses in silence: with `.wide_integers(WideIntegers::Error)` they are an error before they
are sent, and with `WideIntegers::String` they are strings.",
    served: Some(Side::echo("php_server", EXCEPTIONS, SERVED)),
    calls: Some(Side::features("php_client", CALLS)),
};

const SERVED: &[super::Told] = &[
    yes(&[OWN], &["every_type"]),
    partly(
        &[FAULT],
        &["faults", "an_error_of_the_script"],
        "a fault that a method returns is passed on as it is. An error of the script is a status 500 with nothing in \
         it.",
    ),
    yes(&[UNKNOWN], &["unknown_method"]),
    partly(
        &[SYSTEM],
        &["introspection", "introspection_of_what_is_not_described"],
        "names and capabilities, and help and signatures of what the program described with \
         `xmlrpc_server_register_introspection_callback`; of other methods an answer without a result, which is an \
         error unless the dialect has `missing_result(true)`. `methodExist` it does not have.",
    ),
    no(
        &[MULTICALL],
        &["multicall_falls_back_where_it_has_another_name"],
        "it is called `system.multiCall`, and a fault in it is wrapped as a result is. `fall_back(true)` makes the \
         calls one by one.",
    ),
];

const CALLS: &[super::Told] = &[
    partly(
        &[NUMBERS],
        &["numbers"],
        "an integer beyond 32 bits is cut to its lower half before it is sent, an `i8` that comes is null, and a \
         double is sent with six decimals.",
    ),
    partly(
        &[TEXT],
        &["text"],
        "it sends a carriage return as it is, and XML reads a newline there. Latin-1, raw or as references, and CDATA \
         are read.",
    ),
    partly(
        &[CONTAINERS],
        &["containers"],
        "an empty struct is sent as an array, and a member without a name comes back as a number.",
    ),
    partly(&[NIL], &["nil"], "null is sent as an empty string; nil that comes is null."),
    noted(&[HTTP], &["keep_alive"], "PHP's streams have a connection for each call, and say so."),
    partly(
        &[COMPRESSION],
        &["compression"],
        "it does not ask for any; a program that does so itself, and compresses what it sends, is understood.",
    ),
    noted(
        &[VALIDATOR1],
        &["validator1"],
        "a struct whose members are named by digits alone is an array to it, so the years of the calendar need a \
         member more.",
    ),
    noted(&[ECHO_TESTS], &["interop_echo_tests"], "but for an empty struct, which is sent as an array."),
];
