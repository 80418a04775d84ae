//! What the tests with `XmlRpc++` show.

use super::{
    ARRAY, BOOLEAN, BYTES, DATE, DOUBLE, FAULT, INT, NIL, Program, STRING, STRUCT, Side, UNICODE, WIDE, no, noted,
    partly, yes,
};
use crate::peers::XMLRPCPP;

pub(super) static PROGRAM: Program = Program {
    name: "XmlRpc++",
    peer: XMLRPCPP,
    what: "The C++ library as ROS 1 has it (Debian's `libxmlrpcpp-dev`): its server. ROS's own programs were not run; those in \
           Python use Python's library.",
    know: "\
Use `Dialect::xmlrpcpp()`. What this library does not know it loses in silence, the rest of an array with it; the dialect
makes an error of that before anything is sent.",
    served: Some(Side::serves("dialects", SERVED)),
    calls: None,
};

const GIVEN_BACK: &str = "xmlrpcpp_gives_back_what_its_dialect_writes";
const MISREAD: &str = "xmlrpcpp_misreads_in_silence";
const REFUSED: &str = "xmlrpcpp_dialect_refuses_what_xmlrpcpp_does_not_know";

const SERVED: &[super::Told] = &[
    yes(&[INT, BOOLEAN, DOUBLE, UNICODE, DATE, BYTES], &[GIVEN_BACK]),
    no(
        &[WIDE, NIL],
        &[REFUSED, MISREAD],
        "the dialect refuses to write them. Sent all the same, each is a parameter that is not there, and the end of \
         the array that it stands in.",
    ),
    partly(
        &[STRING],
        &[GIVEN_BACK, MISREAD],
        "it knows no character references: a carriage return arrives as the text `&#13;`.",
    ),
    noted(
        &[ARRAY],
        &[GIVEN_BACK, MISREAD],
        "of what the dialect writes; one with nil or an `i8` in it would end there.",
    ),
    partly(
        &[STRUCT],
        &[GIVEN_BACK, MISREAD],
        "members come back sorted by their names. `&`, `<` and `>` in a name arrive as they are escaped.",
    ),
    yes(&[FAULT], &[REFUSED]),
];
