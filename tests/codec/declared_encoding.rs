//! What the XML declaration says of the encoding, and what counts if it says nothing or nonsense.

use bytes::Bytes;
use tagwire::{Dispatcher, Fault, Methods, RequestContext, de};
use tower::ServiceExt;

#[test]
fn other_names_of_utf_8_are_known() {
    // .NET declares utf-16 in text that it made in memory and sends as UTF-8.
    for label in
        ["utf-8", "UTF-8", "utf8", "UTF8", "unicode-1-1-utf-8", "us-ascii", "ASCII", "utf-16", "UTF-16LE", "utf-16be"]
    {
        for quote in ['"', '\''] {
            let xml = format!("<?xml version='1.0' encoding={quote}{label}{quote}?><value>€</value>");
            assert_eq!(de::from_slice::<String>(xml.as_bytes()).unwrap(), "€", "{xml}");
        }
    }
}

/// A declaration that names no encoding leaves that to HTTP, and without HTTP it is UTF-8.
#[tokio::test]
async fn a_declaration_without_an_encoding_leaves_it_to_http() {
    for declaration in [
        "<?xml version='1.0'?>",
        "<?xml version='1.0' g?>",
        "<?xml version='1.0' encoding?>",
        "<?xml version='1.0' encoding ?>",
        "<?xml version='1.0' encoding=?>",
        "<?xml version='1.0' encoding=latin1?>",
        "<?xml version='1.0' encoding='latin1?>",
        "<?xml version='1.0' encoding=\"latin1'?>",
    ] {
        assert_eq!(echo(declaration, "é".as_bytes(), None).await, Ok("é".to_owned()), "{declaration}");
        assert_eq!(echo(declaration, b"\xE9", Some("iso-8859-1")).await, Ok("é".to_owned()), "{declaration}");
        assert_eq!(echo(declaration, b"\xE9", None).await, Err(Fault::INVALID_CHARACTER), "{declaration}");
    }
    let declaration = "<?xml version='1.0' encoding='iso-8859-1'?>";
    assert_eq!(echo(declaration, b"\xE9", Some("utf-8")).await, Ok("é".to_owned()));
}

/// What only begins like one is an instruction of somebody else, or no markup at all.
#[tokio::test]
async fn what_only_begins_like_a_declaration_says_nothing() {
    let other = "<?xml-stylesheet encoding='iso-8859-1'?>";
    assert_eq!(echo(other, b"\xE9", None).await, Err(Fault::INVALID_CHARACTER));
    assert_eq!(echo(other, "é".as_bytes(), None).await, Ok("é".to_owned()));
    for open in ["<?xml>", "<?xml version='1.0' encoding=>"] {
        assert_eq!(echo(open, b"", None).await, Err(Fault::NOT_WELL_FORMED), "{open}");
    }
}

async fn echo(declaration: &str, text: &[u8], charset: Option<&str>) -> Result<String, i64> {
    let dispatcher = Dispatcher::new(Methods::new().register_fn("echo", |text: String| text));
    let start = "<methodCall><methodName>echo</methodName><params><param><value>";
    let end = "</value></param></params></methodCall>";
    let document = Bytes::from([declaration.as_bytes(), start.as_bytes(), text, end.as_bytes()].concat());
    let request = dispatcher.read_call(document, charset, RequestContext::default()).map_err(|error| error.code())?;
    let response = dispatcher.oneshot(request).await.map_err(|fault| fault.code())?;
    Ok(de::from_slice(response.value()).unwrap())
}
