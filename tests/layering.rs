//! The house stays in order: a layer imports from itself and from layers listed above it, never the other way, and a
//! dependency that is meant for one room is named in that room only.
//!
//! The sources are read as tokens: comments and strings do not count, nor does what stands under `#[cfg(test)]`.
//! `lib.rs` sees everything and is exempt; what it re-exports counts as the layer it comes from.

#![allow(clippy::expect_used, reason = "a test says what it missed by panicking")]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

struct Layer {
    name: &'static str,
    /// Files or folders directly in `src/`.
    rooms: &'static [&'static str],
    /// Layers it may import from, besides itself.
    from: &'static [&'static str],
}

const LAYERS: &[Layer] = &[
    Layer { name: "data", rooms: &["value", "fault"], from: &[] },
    Layer { name: "codec", rooms: &["xml", "de", "ser", "message", "dialect"], from: &["data"] },
    Layer { name: "rpc", rooms: &["rpc"], from: &["data", "codec"] },
    // What both ends know of HTTP bodies.
    Layer { name: "coding", rooms: &["coding"], from: &[] },
    Layer { name: "service", rooms: &["service"], from: &["data", "codec", "rpc", "coding"] },
    Layer { name: "client", rooms: &["client"], from: &["data", "codec", "coding"] },
    // A client of a dispatcher in the same process knows both ends.
    Layer { name: "in_process", rooms: &["in_process"], from: &["data", "codec", "rpc", "coding", "client"] },
    // Any HTTP service will do for a socket, so the dispatcher is none of its business.
    Layer { name: "server", rooms: &["server"], from: &["data", "codec", "service"] },
    // What the fuzz targets see of the inside.
    Layer { name: "fuzzing", rooms: &["fuzzing"], from: &["data", "codec"] },
    Layer { name: "cgi", rooms: &["cgi"], from: &["data", "codec", "rpc", "service"] },
    // Pages for users: its code is in doctests, which see what users see.
    Layer { name: "guide", rooms: &["guide"], from: &[] },
];

/// Crates that only some files may name: exact paths, or folders with a slash at the end.
const RESERVED: &[(&str, &[&str])] = &[
    ("quick_xml", &["src/xml/reader.rs"]),
    ("hyper", &["src/server/", "src/client/transport/"]),
    ("hyper_util", &["src/server/", "src/client/transport/"]),
];

#[test]
fn every_import_goes_the_right_way() {
    let sources = library_sources();
    let root = sources.get("src/lib.rs").expect("src/lib.rs is there");
    let house = House::new(root);

    let seen: usize = sources.iter().map(|(path, source)| imports(path, &tokens(source)).len()).sum();
    assert!(seen > 20, "{seen} imports in the whole library: does this test still read them?");

    let wrong: Vec<_> = sources.iter().flat_map(|(path, source)| house.violations(path, source)).collect();
    assert!(wrong.is_empty(), "imports the wrong way:\n{}\n", wrong.join("\n"));
}

#[test]
fn imports_from_above_and_from_the_same_layer_pass() {
    assert_passes("src/rpc/method.rs", "use crate::{Fault, value::{Value, Struct}, rpc::params::Params};");
    assert_passes("src/server/mod.rs", "use crate::service::XmlRpcService; fn f(v: crate::value::Value) {}");
    assert_passes("src/client/mod.rs", "use crate::message::MethodCall; use super::de::from_str; use std::fs;");
    assert_passes("src/value/mod.rs", "use crate::fault::Fault; use super::fault; use self::binary::Binary;");
    assert_passes("src/xml/reader.rs", "pub(crate) use super::error::Error; pub(in crate::xml) fn f() {}");
}

#[test]
fn the_message_names_file_line_and_rule() {
    let source = "//! Docs.\n\nuse crate::{\n    value::Value,\n    rpc::{Methods},\n};";
    assert_eq!(
        made_up_house().violations("src/client/mod.rs", source),
        [
            "src/client/mod.rs:5: `crate::rpc::Methods` is of layer rpc; client imports from itself, data, codec, coding only"
        ]
    );
}

#[test]
fn imports_the_wrong_way_are_found_wherever_they_stand() {
    assert_fails("src/value/mod.rs", "use crate::de::Deserializer;");
    assert_fails("src/fault.rs", "fn f() { crate::xml::write() }");
    assert_fails("src/xml/reader.rs", "use crate :: rpc as r;");
    assert_fails("src/rpc/mod.rs", "pub(crate) use crate::service;");
    assert_fails("src/service/mod.rs", "type S = Vec<crate::server::Server>;");
    assert_fails("src/server/mod.rs", "use crate::rpc::Dispatcher;");
    assert_fails("src/cgi.rs", "use {std::fs, crate::{value::A, server}};");
    assert_fails("src/rpc/mod.rs", "macro_rules! m { () => { $crate::server::go() } }");
    assert_fails("src/de/mod.rs", "use crate::r#rpc::Params;");
}

#[test]
fn a_name_of_the_crate_root_counts_as_the_layer_it_comes_from() {
    assert_passes("src/client/mod.rs", "use crate::{Value, Fault};");
    assert_fails("src/server/mod.rs", "use crate::Dispatcher;");
    assert_fails("src/client/mod.rs", "use crate::{Value, Table};");
    assert_fails("src/client/mod.rs", "use crate::hidden::start;");
    assert_fails("src/client/mod.rs", "use crate::Unheard;");
}

#[test]
fn a_way_around_through_super_is_found() {
    assert_fails("src/message.rs", "use super::rpc::Methods;");
    assert_fails("src/xml/mod.rs", "use super::{de, service};");
    assert_fails("src/xml/reader.rs", "use super::super::client::Client;");
    assert_fails("src/xml/reader.rs", "mod inner { use super::super::super::client::Client; }");
    assert_passes("src/xml/reader.rs", "use super::client; mod inner { use super::super::server; } fn f() {}");
    assert_fails("src/xml/reader.rs", "mod inner { fn f() { if a { } } } use super::super::server;");
}

#[test]
fn comments_strings_and_unit_tests_do_not_count() {
    assert_passes("src/fault.rs", "/// See [`crate::rpc`].\nstruct A; // crate::rpc::B");
    assert_passes("src/fault.rs", "/* outer /* use crate::rpc; */ use crate::rpc; */");
    assert_passes("src/fault.rs", r##"f("\" crate::rpc "); f(r#"" crate::rpc "#); f(b"crate::rpc");"##);
    assert_passes("src/fault.rs", "#[cfg(test)]\nmod tests { use crate::rpc::A; mod b { use crate::server::B; } }");
    assert_passes("src/fault.rs", "#[cfg(all(test, unix))] #[allow(x)] use crate::{rpc, server};");
    assert_passes("src/fault.rs", "#[cfg(test)] fn f(a: [u8; 3]) { crate::rpc::f() }");
    assert_fails("src/fault.rs", "#[cfg(test)]\nmod tests { }\nuse crate::rpc::A;");
    assert_fails("src/fault.rs", "#[cfg(not(test))] use crate::rpc;");
    assert_fails("src/fault.rs", "const A: char = '\"'; use crate::rpc; const B: char = '\\''; const C: &str = \"\";");
    assert_fails("src/fault.rs", "fn f<'a>(a: &'a str) { crate::rpc::g('a') }");
}

#[test]
fn a_reserved_crate_is_named_in_its_rooms_only() {
    assert_passes("src/xml/reader.rs", "use quick_xml::Reader;");
    assert_passes("src/client/transport/http.rs", "use hyper::Request; use hyper_util::client;");
    assert_passes("src/server/connection.rs", "use hyper::server::conn::http1;");
    assert_passes("src/client/mod.rs", "/// The hyper client.\nstruct A { hyper: u8 }");
    assert_fails("src/xml/error.rs", "impl From<quick_xml::Error> for Error {}");
    assert_fails("src/service/body.rs", "use ::hyper::body::Incoming;");
    assert_fails("src/client/mod.rs", "use hyper_util as util;");
}

#[test]
fn a_room_without_a_layer_is_refused() {
    assert_fails("src/attic.rs", "");
    assert_fails("src/attic/boxes.rs", "");
    assert_fails("src/rpc/mod.rs", "use crate::attic::Chest;");
}

#[track_caller]
fn assert_passes(path: &str, source: &str) {
    assert_eq!(made_up_house().violations(path, source), Vec::<String>::new(), "{source}");
}

#[track_caller]
fn assert_fails(path: &str, source: &str) {
    let found = made_up_house().violations(path, source);
    assert_eq!(found.len(), 1, "{source}\n{found:?}");
}

fn made_up_house() -> House {
    House::new(
        "mod rpc; mod value; mod server;
        pub use self::rpc::{Dispatcher, Methods as Table};
        pub use crate::value::Value;
        pub use fault::Fault;
        pub mod hidden { pub use crate::server::start; }",
    )
}

fn library_sources() -> BTreeMap<String, String> {
    fn walk(folder: &Path, name: &str, sources: &mut BTreeMap<String, String>) {
        for entry in fs::read_dir(folder).expect("a folder of sources") {
            let entry = entry.expect("an entry of it");
            let name = format!("{name}/{}", entry.file_name().to_string_lossy());
            if entry.path().is_dir() {
                walk(&entry.path(), &name, sources);
            } else if name.ends_with(".rs") {
                sources.insert(name, fs::read_to_string(entry.path()).expect("a readable source"));
            }
        }
    }
    let mut sources = BTreeMap::new();
    walk(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), "src", &mut sources);
    sources
}

struct House {
    /// What `lib.rs` gives another path: `[Fault]` for something in `fault`.
    re_exports: BTreeMap<Vec<String>, String>,
}

impl House {
    fn new(root: &str) -> Self {
        let re_exports = imports("src/lib.rs", &tokens(root))
            .into_iter()
            .filter(|import| layer_of(&import.path[0]).is_some())
            .map(|import| ([import.within, vec![import.name]].concat(), import.path[0].clone()))
            .collect();
        Self { re_exports }
    }

    fn violations(&self, path: &str, source: &str) -> Vec<String> {
        // Unit tests in a file of their own are tests like others.
        if path == "src/lib.rs" || path.ends_with("/tests.rs") {
            return Vec::new();
        }
        let Some(here) = layer_of(&module_path(path)[0]) else {
            return vec![format!("{path}:1: this file is in no layer: give it one in {}", file!())];
        };
        let tokens = tokens(source);
        let mut wrong = Vec::new();
        for Import { line, path: target, .. } in imports(path, &tokens) {
            let written = target.join("::");
            match layer_of(self.room_of(&target)) {
                Some(there) if there.name == here.name || here.from.contains(&there.name) => {}
                Some(there) => {
                    let allowed = [&["itself"], here.from].concat().join(", ");
                    wrong.push(format!(
                        "{path}:{line}: `crate::{written}` is of layer {}; {} imports from {allowed} only",
                        there.name, here.name
                    ));
                }
                None => wrong.push(format!("{path}:{line}: `crate::{written}` is in no layer: see {}", file!())),
            }
        }
        for (name, files) in RESERVED {
            if files.iter().any(|file| path == *file || (file.ends_with('/') && path.starts_with(file))) {
                continue;
            }
            for line in mentions(name, &tokens) {
                wrong.push(format!("{path}:{line}: only {} may name `{name}`", files.join(" and ")));
            }
        }
        wrong
    }

    fn room_of<'a>(&'a self, target: &'a [String]) -> &'a str {
        (1..=target.len()).find_map(|length| self.re_exports.get(&target[..length])).unwrap_or(&target[0])
    }
}

fn layer_of(room: &str) -> Option<&'static Layer> {
    LAYERS.iter().find(|layer| layer.rooms.contains(&room))
}

/// `src/xml/reader.rs` is `[xml, reader]`, `src/lib.rs` is `[]`.
fn module_path(path: &str) -> Vec<String> {
    let mut modules: Vec<_> =
        path.trim_start_matches("src/").trim_end_matches(".rs").split('/').map(String::from).collect();
    modules.pop_if(|last| last == "mod" || last == "lib");
    modules
}

/// Lines on which a crate is named: at the head of a path, or all alone after `use`.
fn mentions(name: &str, tokens: &[Token]) -> Vec<usize> {
    let follows = |at: usize, text: &str| tokens.get(at + 1).is_some_and(|token| token.text == text);
    let after_use = |at: usize| at > 0 && tokens[at - 1].text == "use";
    (0..tokens.len())
        .filter(|&at| tokens[at].text == name && (follows(at, "::") || after_use(at)))
        .map(|at| tokens[at].line)
        .collect()
}

/// A path into this crate, in a `use` or anywhere else.
struct Import {
    line: usize,
    /// The modules around it.
    within: Vec<String>,
    /// From the crate's root.
    path: Vec<String>,
    /// What it is called where it is imported.
    name: String,
}

fn imports(path: &str, tokens: &[Token]) -> Vec<Import> {
    let mut found = Vec::new();
    let mut modules = module_path(path);
    // For every open brace, whether it is that of an inline module.
    let mut braces = Vec::new();
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        let text_at = |at: usize| tokens.get(at).map_or("", |token| token.text.as_str());
        match token.text.as_str() {
            "{" => {
                let is_module = at >= 2 && text_at(at - 2) == "mod";
                if is_module {
                    modules.push(text_at(at - 1).to_owned());
                }
                braces.push(is_module);
            }
            "}" if braces.pop() == Some(true) => {
                modules.pop();
            }
            "crate" | "super" | "self" if text_at(at + 1) == "::" => {
                at = read_tree(tokens, at, &modules, modules.clone(), &mut found);
                continue;
            }
            // In `lib.rs` a room may be named without `self::`.
            "use" if modules.is_empty() => {
                at = read_tree(tokens, at + 1, &modules, Vec::new(), &mut found);
                continue;
            }
            _ => {}
        }
        at += 1;
    }
    found
}

/// Reads one path, or a tree of a `use`, that starts in module `base`, and gives the position behind it.
fn read_tree(
    tokens: &[Token],
    mut at: usize,
    within: &[String],
    mut base: Vec<String>,
    found: &mut Vec<Import>,
) -> usize {
    let text_at = |at: usize| tokens.get(at).map_or("", |token| token.text.as_str());
    loop {
        match text_at(at) {
            "crate" => base.clear(),
            "super" => {
                base.pop();
            }
            "self" | "::" => {}
            "{" => {
                at += 1;
                while !matches!(text_at(at), "}" | "") {
                    at = read_tree(tokens, at, within, base.clone(), found);
                    if text_at(at) == "," {
                        at += 1;
                    }
                }
                return at + 1;
            }
            text => base.push(text.to_owned()),
        }
        if text_at(at + 1) == "::" {
            at += 2;
            continue;
        }
        let line = tokens[at].line;
        at += 1;
        let mut name = base.last().cloned().unwrap_or_default();
        if text_at(at) == "as" {
            name = text_at(at + 1).to_owned();
            at += 2;
        }
        // Nothing is left of `use crate::{self}`.
        if !base.is_empty() {
            found.push(Import { line, within: within.to_vec(), path: base, name });
        }
        return at;
    }
}

struct Token {
    line: usize,
    text: String,
}

/// Identifiers, `::` and single characters, without comments, literals and what only tests see.
fn tokens(source: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut rest = source;
    let mut line = 1;
    while let Some(first) = rest.chars().next() {
        let length = literal_or_comment(rest).unwrap_or_else(|| {
            let name = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
            let length = if rest.starts_with("::") { 2 } else { name.max(first.len_utf8()) };
            if !first.is_whitespace() {
                tokens.push(Token { line, text: rest[..length].to_owned() });
            }
            length
        });
        line += rest[..length].matches('\n').count();
        rest = &rest[length..];
    }
    without_tests(tokens)
}

/// How long the comment, literal or sigil is that the text starts with.
fn literal_or_comment(text: &str) -> Option<usize> {
    if text.starts_with("//") {
        return Some(text.find('\n').unwrap_or(text.len()));
    }
    if text.starts_with("/*") {
        return Some(block_comment(text));
    }
    let raw = text.trim_start_matches(['b', 'c']).strip_prefix('r').map(|raw| (raw, raw.trim_start_matches('#')));
    if let Some((raw, quoted)) = raw.filter(|(raw, quoted)| quoted.starts_with('"') && text.len() - raw.len() <= 2) {
        let end = format!("\"{}", &raw[..raw.len() - quoted.len()]);
        let closed = quoted[1..].find(&end).map_or("", |at| &quoted[1 + at + end.len()..]);
        return Some(text.len() - closed.len());
    }
    if text.starts_with("r#") {
        return Some(2); // a raw identifier: its name follows
    }
    if text.starts_with('"') {
        return Some(closing(text, '"'));
    }
    if let Some(after) = text.strip_prefix('\'') {
        let is_char = after.starts_with('\\') || after.chars().nth(1) == Some('\'');
        return Some(if is_char { closing(text, '\'') } else { 1 });
    }
    None
}

fn block_comment(text: &str) -> usize {
    let mut depth = 0;
    for (at, _) in text.char_indices() {
        if text[at..].starts_with("/*") {
            depth += 1;
        } else if text[..at].ends_with("*/") {
            depth -= 1;
            if depth == 0 {
                return at;
            }
        }
    }
    text.len()
}

fn closing(text: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            _ if c == quote => return at + 1,
            _ => {}
        }
    }
    text.len()
}

/// Drops every `#[cfg(test)]` with the item that follows.
fn without_tests(tokens: Vec<Token>) -> Vec<Token> {
    let mut kept: Vec<Token> = Vec::new();
    let mut tokens = tokens.into_iter().peekable();
    while let Some(token) = tokens.next() {
        kept.push(token);
        let attribute = kept.len().saturating_sub(4);
        if kept[attribute..].iter().map(|token| token.text.as_str()).ne(["#", "[", "cfg", "("]) {
            continue;
        }
        let condition: Vec<_> = std::iter::from_fn(|| tokens.next_if(|token| token.text != "]")).collect();
        let names = |name: &str| condition.iter().any(|token| token.text == name);
        if names("not") || !names("test") {
            kept.extend(condition);
            continue;
        }
        kept.truncate(attribute);
        tokens.next();
        skip_item(&mut tokens);
    }
    kept
}

/// Skips to the `;` or past the braces that end an item, further attributes and all.
fn skip_item(tokens: &mut std::iter::Peekable<impl Iterator<Item = Token>>) {
    let mut depth = 0;
    while let Some(token) = tokens.next_if(|token| depth > 0 || token.text != "}") {
        match token.text.as_str() {
            "(" | "[" | "{" => depth += 1,
            ")" | "]" => depth -= 1,
            "}" => {
                depth -= 1;
                if depth == 0 {
                    return;
                }
            }
            ";" if depth == 0 => return,
            _ => {}
        }
    }
}
