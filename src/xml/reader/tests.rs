//! The tokens of documents, plain and odd.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test says what it missed by panicking")]

use super::*;

/// The tokens in short, which are the same by either way.
fn tokens(document: &str) -> Result<Vec<String>, Error> {
    let direct = tokens_of(Reader::new(document, Limits::default(), &mut Mark::default())?);
    let quick_xml = tokens_of(Reader::new(document, Limits::default(), &mut Mark::default())?.through_quick_xml_only());
    match (&direct, &quick_xml) {
        (Ok(direct), Ok(quick_xml)) => assert_eq!(direct, quick_xml, "{document}"),
        (Err(direct), Err(quick_xml)) => assert_eq!(direct.code(), quick_xml.code(), "{document}"),
        _ => panic!("{document}: {direct:?}, {quick_xml:?}"),
    }
    direct
}

fn tokens_of(mut reader: Reader<'_>) -> Result<Vec<String>, Error> {
    let mut found = Vec::new();
    loop {
        found.push(match reader.next()? {
            Token::Start(Tag::Other) => format!("<?{}>", reader.name()),
            Token::Start(tag) => format!("<{tag:?}>"),
            Token::End => "</>".to_owned(),
            Token::Text(text) => format!("{text:?}"),
            Token::Eof => return Ok(found),
        });
    }
}

#[test]
fn plain_and_odd_spellings_give_the_same_tokens() {
    let expected = ["<Value>", "<Nil>", "</>", "\"a<b\"", "<?x>", "</>", "</>"];
    for document in [
        "<value><nil/>a&lt;b<x></x></value>",
        "<?xml version='1.0'?><!-- c --><!DOCTYPE value>\n<value ><ex:nil xmlns:ex='u'></ex:nil\n>a<!-- - --><![CDATA[<]]>b<x a='>'/></value>\n\0<!-- c -->",
    ] {
        let found = tokens(document).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(found, expected, "{document}");
    }
}

/// It is a byte order mark at the beginning of the document only.
#[test]
fn a_space_of_no_width_is_text() {
    for (text, expected) in [("\u{FEFF}b", "\u{FEFF}b"), ("b\u{FEFF}", "b\u{FEFF}"), ("&lt;\u{FEFF}", "<\u{FEFF}")] {
        let found = tokens(&format!("\u{FEFF}<a>{text}</a>")).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(found, ["<?a>".to_owned(), format!("{expected:?}"), "</>".to_owned()], "{text:?}");
    }
}

#[test]
fn what_is_not_well_formed_is_refused_where_it_stands() {
    for (document, offset) in [
        ("", 0),
        (" \n", 2),
        ("x<a/>", 0),
        ("<a/>x", 4),
        ("<a/><b/>", 4),
        ("<a></b>", 3),
        ("<a></ab>", 3),
        ("<ab></a>", 4),
        ("<a><b></a></b>", 6),
        ("<a", 0),
        ("<a>", 3),
        ("<a>x", 4),
        ("<a/", 0),
        ("<a></a", 3),
        ("<a><", 3),
        ("<1/>", 0),
        ("<>", 0),
        ("<a b></a>", 0),
        ("<a b=c></a>", 0),
        ("<a><!-- </a>", 3),
        ("<a><![CDATA[ </a>", 3),
        ("<a><?pi </a>", 3),
        ("<a><!DOCTYPE b></a>", 3),
        ("<!DOCTYPE a SYSTEM 'x'><a/>", 0),
        ("<!DOCTYPE a [<!ENTITY b 'c'>]><a/>", 0),
        ("<![CDATA[a]]><a/>", 0),
        ("<a/><?xml version='1.0'?><a/>", 4),
        ("</a>", 0),
        ("<a>b&c;</a>", 4),
        ("<a>b&</a>", 4),
    ] {
        match tokens(document) {
            Ok(found) => panic!("{document}: {found:?}"),
            Err(error) => assert_eq!((error.code(), error.offset()), (-32700, Some(offset)), "{document}"),
        }
    }
}

#[test]
fn levels_count_with_and_without_value() {
    let limits = Limits::default().max_depth(3);
    let run = |document: &str| {
        let mut state = Mark::default();
        let mut reader = Reader::new(document, limits, &mut state).unwrap();
        loop {
            match reader.next() {
                Ok(Token::Eof) => return None,
                Ok(_) => {}
                Err(error) => return Some(error.is_limit()),
            }
        }
    };
    let full = "<value><array><data>";
    let bare = "<array><data>";
    let ends = |full: usize, bare: usize| "</data></array>".repeat(bare) + &"</data></array></value>".repeat(full);
    assert_eq!(run(&(full.repeat(3) + &ends(3, 0))), None);
    assert_eq!(run(&(full.repeat(4) + &ends(4, 0))), Some(true));
    assert_eq!(run(&(full.to_owned() + &bare.repeat(2) + &ends(1, 2))), None);
    assert_eq!(run(&(full.to_owned() + &bare.repeat(3) + &ends(1, 3))), Some(true));
}

#[test]
fn a_mark_is_a_place_to_come_back_to() {
    let document = "<a><b>1</b><c>2</c></a>";
    let mut state = Mark::default();
    let mut reader = Reader::new(document, Limits::default(), &mut state).unwrap();
    reader.next().unwrap();
    let mark = reader.mark();
    reader.next().unwrap();
    reader.skip().unwrap();
    assert!(document[reader.offset()..].starts_with("<c>"));
    reader.seek(mark);
    assert!(document[reader.offset()..].starts_with("<b>"));
}
