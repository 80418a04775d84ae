//! What the tests with aria2 show.

use super::{
    ARRAY, BOOLEAN, BYTES, DATE, DOUBLE, FAULT, HTTP, INT, MULTICALL, NIL, OWN, Program, STRING, STRUCT, SYSTEM, Side,
    UNICODE, UNKNOWN, WIDE, WORK, no, noted, partly, yes,
};
use crate::peers::ARIA2;

pub(super) static PROGRAM: Program = Program {
    name: "aria2",
    peer: ARIA2,
    what: "The download manager, by the XML-RPC that it serves.",
    know: "\
The default dialect is enough. The path is `/rpc`. With `--rpc-secret` the first parameter of each method but `system.*` is
`token:SECRET`, in each call of a multicall too. Send it strings, ints, arrays, structs and bytes only; its numbers come
as strings.",
    served: Some(Side::serves("aria2", SERVED)),
    calls: None,
};

const SERVED: &[super::Told] = &[
    noted(
        &[INT],
        &["numbers"],
        "it takes ints, and answers with them in few places: nearly all of its numbers are strings.",
    ),
    no(
        &[WIDE, BOOLEAN, DATE, NIL],
        &["no_other_types"],
        "it takes them for no parameters at all, and those after them move up. Its options are strings: `\"true\"`.",
    ),
    no(&[DOUBLE], &["no_other_types"], "it takes one for a string."),
    partly(&[STRING], &["text"], "it writes a carriage return as it is, and XML reads a newline there."),
    yes(&[UNICODE], &["text"]),
    partly(&[BYTES], &["bytes"], "it takes them, as torrents, and sends none."),
    yes(&[ARRAY, STRUCT], &["containers"]),
    noted(&[OWN], &["numbers", "containers"], "strings, structs, arrays, and an int where it tells a position."),
    noted(&[FAULT], &["fault"], "all have code 1."),
    noted(&[UNKNOWN], &["fault"], "fault 1, `No such method`; without the token `Unauthorized`."),
    partly(&[SYSTEM], &["introspection"], "names, and those of its notifications; nothing else."),
    yes(&[MULTICALL], &["multicall"]),
    noted(
        &[HTTP],
        &["paths", "a_reply_is_compressed_when_it_may_be"],
        "only `/rpc`; any other path is a status 404. Replies come in gzip where that is asked for, as our client \
         does.",
    ),
    yes(&[WORK], &["a_file_is_downloaded"]),
];
