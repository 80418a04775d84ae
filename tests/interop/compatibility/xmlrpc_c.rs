//! What the tests with xmlrpc-c show.

use super::{
    BIG, BYTES, COMPRESSION, CONTAINERS, ECHO_TESTS, FAULT, MULTICALL, NIL, NUMBERS, OWN, Program, SYSTEM, Side, TEXT,
    UNKNOWN, VALIDATOR1, WIDE, no, noted, partly, yes,
};
use crate::peers::XMLRPC_C;
use crate::xmlrpc_c_server::EXCEPTIONS;

pub(super) static PROGRAM: Program = Program {
    name: "xmlrpc-c",
    peer: XMLRPC_C,
    what: "The C library: its server Abyss, its client over curl, and its command `xmlrpc`.",
    know: "\
The default dialect does, with `.allow_none(true)` for nil. It has dialects itself: `xmlrpc_dialect_i8` writes `i8` and `nil`
plainly, `xmlrpc_dialect_apache` in Apache's namespace; both are read. It takes documents of half a megabyte until
`XMLRPC_XML_SIZE_LIMIT_ID` is set, and no characters beyond the first plane, such as emoji.",
    served: Some(Side::echo("xmlrpc_c_server", EXCEPTIONS, SERVED)),
    calls: Some(Side::features("xmlrpc_c_client", CALLS)),
};

const SERVED: &[super::Told] = &[
    yes(&[OWN], &["every_type", "extensions_of_apache"]),
    noted(&[WIDE, NIL], &["extensions_of_apache"], "in both of its dialects."),
    noted(
        &[FAULT],
        &["faults"],
        "too few parameters are fault -502; a fault that a method makes is passed on as it is.",
    ),
    noted(&[UNKNOWN], &["unknown_method"], "fault -506."),
    noted(
        &[SYSTEM],
        &["introspection"],
        "names, help, signatures, `methodExist` and capabilities. A method that was registered without says `No help \
         is available for this method.` and has no signature.",
    ),
    noted(
        &[MULTICALL],
        &["multicall", "multicall_in_a_multicall"],
        "one inside another is a fault of the whole (-507), and not of the one call.",
    ),
];

const CALLS: &[super::Told] = &[
    partly(
        &[NUMBERS],
        &["numbers", "command_types"],
        "doubles are converted by its own arithmetic: large and small ones are off in the last digits, `5e-324` is 0, \
         and -0 loses its sign.",
    ),
    partly(
        &[TEXT],
        &["text", "command_types"],
        "it neither sends nor reads a character beyond the first plane, and makes newlines of the carriage returns \
         that it reads.",
    ),
    yes(&[BYTES], &["bytes", "command_types"]),
    noted(&[CONTAINERS], &["containers"], "the command `xmlrpc` prints them, and cannot say them."),
    noted(&[NIL], &["nil", "command_types"], "in both of its dialects."),
    yes(&[FAULT, UNKNOWN], &["faults", "unknown_method", "command_faults"]),
    yes(&[SYSTEM], &["introspection", "command_introspection"]),
    noted(
        &[BIG],
        &["big_string"],
        "goes; comes once its limit is set: `xmlrpc_limit_set(XMLRPC_XML_SIZE_LIMIT_ID, …)`.",
    ),
    no(&[COMPRESSION], &["compression"], "it does not ask for any, and is answered without."),
    yes(&[VALIDATOR1], &["validator1", "command_validator1"]),
    yes(&[ECHO_TESTS], &["interop_echo_tests", "command_types"]),
];
