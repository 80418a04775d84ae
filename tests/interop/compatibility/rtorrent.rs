//! What the tests with rtorrent show.

use super::{
    ARRAY, BOOLEAN, BYTES, DATE, DOUBLE, FAULT, HTTP, INT, MULTICALL, NIL, OWN, Program, STRING, STRUCT, SYSTEM, Side,
    UNICODE, UNKNOWN, WIDE, WORK, no, noted, partly, yes,
};
use crate::peers::RTORRENT;

pub(super) static PROGRAM: Program = Program {
    name: "rtorrent",
    peer: RTORRENT,
    what: "The torrent client, built with xmlrpc-c, by SCGI.",
    know: "\
Use `Dialect::rtorrent()`, and the URL `scgi+unix:/path/to/socket` (`network.scgi.open_local`) or `scgi://127.0.0.1:5000`
(`network.scgi.open_port`). The first parameter of most commands is their target: a torrent's hash, or `\"\"`. Its commands
know strings, integers and arrays of these, and nothing else.",
    served: Some(Side::serves("rtorrent", SERVED)),
    calls: None,
};

const SERVED: &[super::Told] = &[
    noted(&[INT, WIDE], &["numbers"], "its numbers are `i8`; ask for `i64`, or for a smaller type where they fit."),
    no(
        &[BOOLEAN, DOUBLE, DATE, NIL],
        &["no_other_types"],
        "fault -501, `Unsupported type found.` Flags are the integers 0 and 1.",
    ),
    partly(&[STRUCT], &["no_other_types", "containers"], "the same fault; in few places it sends one itself."),
    partly(&[STRING], &["text"], "it writes a carriage return as it is, and XML reads a newline there."),
    partly(&[UNICODE], &["text"], "nothing beyond the first plane: an emoji is fault -503, of the xmlrpc-c within it."),
    partly(&[BYTES], &["bytes"], "it takes them, as torrents or as text, and sends strings."),
    yes(&[ARRAY], &["containers"]),
    yes(&[OWN], &["containers"]),
    noted(&[FAULT], &["fault"], "-501, -503 and -506."),
    noted(&[UNKNOWN], &["fault"], "fault -506."),
    partly(
        &[SYSTEM],
        &["introspection"],
        "names, `methodExist` and capabilities. Of its own commands it knows neither help nor signature.",
    ),
    noted(
        &[MULTICALL],
        &["multicall"],
        "one inside another is a fault of the whole. `d.multicall2` and its like are methods as any.",
    ),
    noted(&[HTTP], &["over_tcp"], "SCGI, over a Unix socket and over TCP, with a connection for each call."),
    yes(&[WORK], &["a_torrent_is_loaded"]),
];
