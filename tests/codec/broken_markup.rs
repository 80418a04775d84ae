//! Markup that is broken in a place where one rarely looks, and what is read all the same.

use tagwire::{Dialect, Fault, Limits, MethodCall, Value, de};

const NOT_WELL_FORMED: i64 = Fault::NOT_WELL_FORMED;
const INVALID_CHARACTER: i64 = Fault::INVALID_CHARACTER;
const INVALID_REQUEST: i64 = Fault::INVALID_REQUEST;

fn read(value: &str) -> Result<Value, i64> {
    de::from_slice(value.as_bytes()).map_err(|error| error.code())
}

#[test]
fn a_forbidden_character_is_found_wherever_it_hides() {
    for document in [
        "<!-- \u{1} --><value>a</value>",
        "<?pi \u{1}?><value>a</value>",
        "<value>a</value><!-- \u{1} -->",
        "<value>a<!-- \u{1} --></value>",
        "<value>a<?pi \u{1}?></value>",
        "<value><string a='\u{1}'>a</string></value>",
        "<value><![CDATA[\u{1}]]></value>",
        "<value>a<![CDATA[\u{FFFE}]]></value>",
        "<value><array><!-- \u{1} --><data></data></array></value>",
    ] {
        assert_eq!(read(document), Err(INVALID_CHARACTER), "{document:?}");
    }
}

#[test]
fn markup_that_ends_nowhere_is_refused_between_tags_too() {
    for document in [
        "</value>",
        "<value><array><!-- </array></value>",
        "<value><array><data><?pi </data></array></value>",
        "<value><array><![CDATA[</array></value>",
        "<value><base64>AAAA",
        "<value><struct><member><value>1</value><name>a",
        "<value><struct><member><value>1</value></struct></value>",
        "<value><struct><member><value>1</int></member></struct></value>",
    ] {
        assert_eq!(read(document), Err(NOT_WELL_FORMED), "{document:?}");
    }
}

#[test]
fn half_a_surrogate_pair_is_no_character_whatever_follows() {
    for text in [
        "&#xD83D;",
        "&#xD83D;a",
        "&#xD83D;a&lt;",
        "&#xD83D;&lt;",
        "&#xD83D;&quot;",
        "&#xD83D;\r",
        "&#xD83D;a\r&lt;",
        "a\r&#xD83D;a\r",
        "a\r&#xDE00;",
        "&#xD83D;<![CDATA[a\r]]>",
        "&#xD83D;<![CDATA[\r]]>",
        "&#xD83D;<![CDATA[a]]>",
        "&#xD83D;<!-- c -->a",
    ] {
        assert_eq!(read(&format!("<value>{text}</value>")), Err(INVALID_CHARACTER), "{text:?}");
    }
    // The halves may be apart by what is not text.
    assert_eq!(read("<value>&#xD83D;<!-- c -->&#xDE00;</value>"), Ok("\u{1F600}".into()));
}

#[test]
fn a_member_needs_a_name_that_is_text() {
    for member in [
        "<member/>",
        "<member></member>",
        "<member><value>1</value></member>",
        "<member><value/></member>",
        "<member><value>1</value><name><b/></name></member>",
        "<member><value>1</value><x/></member>",
        "<member><name><b/></name><value>1</value></member>",
    ] {
        let document = format!("<value><struct>{member}</struct></value>");
        assert_eq!(read(&document), Err(INVALID_REQUEST), "{member}");
    }
}

/// By the letter, members are looked at for names that come twice before anything else.
#[test]
fn a_strict_reader_finds_members_where_they_should_not_be() {
    let strict = |value: &str| {
        let document = format!("<value>{value}</value>");
        de::from_slice_with::<Value>(document.as_bytes(), &Dialect::strict(), Limits::default())
            .map_err(|error| error.code())
    };
    let member = "<member><name>a</name><value>1</value></member>";
    assert!(strict(&format!("<struct>{member}</struct>")).is_ok());
    for value in [
        format!("<struct>{member}<member><name><b/></name><value>1</value></member></struct>"),
        format!("<struct>{member}<x>{member}</x></struct>"),
        format!("<array><data>{member}</data></array>"),
        format!("<array><data><value>{member}</value></data></array>"),
        member.to_owned(),
    ] {
        assert_eq!(strict(&value), Err(INVALID_REQUEST), "{value}");
    }
}

#[test]
fn a_type_element_may_have_blanks_and_attributes() {
    let int = |n| Ok(Value::Int(n));
    for (value, expected) in [
        ("<int >5</int>", int(5)),
        ("<i4 >5</i4>", int(5)),
        ("<i4 a='1'>5</i4\n>", int(5)),
        ("<ex:i4>5</ex:i4>", int(5)),
        ("<i8 >5</i8>", Ok(Value::I8(5))),
        ("<boolean >1</boolean>", Ok(Value::Boolean(true))),
        ("<double >1.5</double>", Ok(Value::Double(1.5))),
        ("<string >a</string>", Ok("a".into())),
        ("<array ><data ><value ><i4 >5</i4></value></data></array>", Ok(Value::Array(vec![5.into()]))),
    ] {
        assert_eq!(read(&format!("<value>{value}</value>")), expected, "{value}");
    }
}

#[test]
fn a_document_type_that_declares_nothing_is_passed_over() {
    for doctype in ["<!DOCTYPE value>", "<!DOCTYPE value []>", "<!DOCTYPE value[ \n ]>"] {
        assert_eq!(read(&format!("{doctype}<value>a</value>")), Ok("a".into()), "{doctype}");
    }
    for doctype in ["<!DOCTYPE value [<!ENTITY a 'b'>]>", "<!DOCTYPE value [ ] x>", "<!DOCTYPE value PUBLIC 'a' 'b'>"] {
        assert_eq!(read(&format!("{doctype}<value>a</value>")), Err(NOT_WELL_FORMED), "{doctype}");
    }
}

#[test]
fn each_parameter_counts_as_a_value() {
    let params = "<param><value>a</value></param>".repeat(3);
    let xml = format!("<methodCall><methodName>m</methodName><params>{params}</params></methodCall>");
    let read = |limits| {
        MethodCall::<Vec<Value>>::from_xml_with(xml.as_bytes(), &Dialect::default(), limits)
            .map(|call| call.params().len())
            .map_err(|error| error.is_limit())
    };
    assert_eq!(read(Limits::default().max_values(2)), Err(true));
    assert_eq!(read(Limits::default().max_values(3)), Ok(3));
    assert_eq!(read(Limits::default().max_depth(0)), Err(true));
}
