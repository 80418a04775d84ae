//! Reading by the letter, and reading more than the letter allows.

use tagwire::{Dialect, Dispatcher, Fault, Limits, MethodCall, MethodResponse, Methods, Value, de};

fn strict(value: &str) -> Result<Value, i64> {
    let xml = format!("<value>{value}</value>");
    de::from_slice_with(xml.as_bytes(), &Dialect::strict(), Limits::default()).map_err(|error| error.code())
}

#[test]
fn what_the_specification_has_is_read() {
    for value in [
        "text",
        "",
        " <int> -5 </int>\n",
        "<i4>5</i4>",
        "<boolean>1</boolean>",
        "<string>a<!-- c -->b</string>",
        "<double>-1.5</double>",
        "<dateTime.iso8601>19980717T14:08:55</dateTime.iso8601>",
        "<base64>aGVsbG8=</base64>",
        "<array><data><value>1</value></data></array>",
        "<struct><member><name>a</name><value><int>1</int></value></member></struct>",
        "<struct><member><name>a</name><value>1</value></member><member><name>b</name><value>1</value></member></struct>",
    ] {
        assert!(strict(value).is_ok(), "{value}: {:?}", strict(value));
    }
}

#[test]
fn what_it_does_not_have_is_refused_though_it_is_read_otherwise() {
    for value in [
        "text <int>5</int>",
        "<int>5</int> text",
        "<int>2147483648</int>",
        "<i4>-2147483649</i4>",
        "<i8>5</i8>",
        "<i1>5</i1>",
        "<ex:int>5</ex:int>",
        "<nil/>",
        "<float>1.5</float>",
        "<dateTime>19980717T14:08:55</dateTime>",
        "<biginteger>5</biginteger>",
        "<boolean>true</boolean>",
        "<double>1e3</double>",
        "<double>nan</double>",
        "<double>inf</double>",
        "<array><data><int>5</int></data></array>",
        "<array><value>5</value></array>",
        "<struct><member><name>a</name><int>1</int></member></struct>",
        "<struct><member><value>1</value><name>a</name></member></struct>",
        "<struct><member><name>a</name><value>1</value><x/></member></struct>",
        "<struct><x/></struct>",
        "<struct><member><name>a</name><value>1</value></member><member><name>a</name><value>1</value></member></struct>",
    ] {
        assert_eq!(strict(value), Err(-32600), "{value}");
        let xml = format!("<value>{value}</value>");
        assert!(de::from_slice::<Value>(xml.as_bytes()).is_ok(), "{value}");
    }
}

#[test]
fn envelopes_are_read_by_the_letter_too() {
    let read = |xml: &str, dialect: Dialect| {
        MethodCall::<Vec<Value>>::from_xml_with(xml.as_bytes(), &dialect, Limits::default())
            .map_err(|error| error.code())
    };
    for call in [
        "<methodCall><params/><methodName>m</methodName></methodCall>",
        "<methodCall><methodName>m</methodName><params><value>1</value></params></methodCall>",
        "<methodCall><methodName>m</methodName><x/></methodCall>",
    ] {
        assert!(read(call, Dialect::default()).is_ok(), "{call}");
        assert_eq!(read(call, Dialect::strict()), Err(-32600), "{call}");
    }
    assert!(read("<methodCall><methodName>m</methodName></methodCall>", Dialect::strict()).is_ok());
}

#[test]
fn responses_are_read_by_the_letter_too() {
    let read = |xml: &str, dialect: Dialect| {
        MethodResponse::<Value>::from_xml_with(xml.as_bytes(), &dialect, Limits::default())
            .map_err(|error| error.code())
    };
    let params = "<params><param><value>a</value></param></params>";
    let fault = |code: &str| {
        format!(
            "<fault><value><struct><member><name>faultCode</name><value><int>1</int></value></member>{code}<member>\
             <name>faultString</name><value>s</value></member></struct></value></fault>"
        )
    };
    let twice = fault("<member><name>faultCode</name><value><int>2</int></value></member>");
    for response in [
        format!("<foo/>{params}"),
        format!("{params}<foo/>"),
        format!("{params}{}", fault("")),
        fault("") + &fault(""),
        twice,
        fault("").replace("<fault>", "<fault><foo/>"),
    ] {
        let response = format!("<methodResponse>{response}</methodResponse>");
        assert!(read(&response, Dialect::default()).is_ok(), "{response}");
        assert_eq!(read(&response, Dialect::strict()), Err(-32600), "{response}");
    }
    for response in [params.to_owned(), fault("")] {
        assert!(read(&format!("<methodResponse>{response}</methodResponse>"), Dialect::strict()).is_ok());
    }
}

#[tokio::test]
async fn a_strict_dispatcher_answers_with_a_fault() {
    let call = MethodCall::new("echo", (1_i64 << 40,)).to_xml(&Dialect::default()).unwrap();
    let methods = Methods::new().register_fn("echo", |value: Value| value);
    let answer = Dispatcher::new(methods.clone()).dispatch(call.clone()).await;
    assert_eq!(MethodResponse::from_xml(&answer).unwrap(), MethodResponse::Value(Value::I8(1 << 40)));
    let answer = Dispatcher::new(methods).dialect(Dialect::strict()).dispatch(call).await;
    let fault: Fault = MethodResponse::<Value>::from_xml(&answer).unwrap().into_result().unwrap_err();
    assert_eq!(fault.code(), -32600);
}

#[test]
fn forbidden_characters_are_kept_where_the_dialect_says_so() {
    let dialect = Dialect::default().keep_control_characters(true);
    let xml = "<value><array><data><value>a\0b&#1;&#xFFFE;</value><value><![CDATA[\x1b]]></value><!--\x02--></data></array></value>";
    let read: Vec<String> = de::from_slice_with(xml.as_bytes(), &dialect, Limits::default()).unwrap();
    assert_eq!(read, ["a\0b\x01\u{FFFE}", "\x1b"]);
    assert_eq!(de::from_slice::<Vec<String>>(xml.as_bytes()).unwrap_err().code(), -32702);
    for base64 in ["<base64>\x1b</base64>", "<base64 >\x1b</base64>"] {
        let xml = format!("<value>{base64}</value>");
        assert!(de::from_slice_with::<()>(xml.as_bytes(), &dialect, Limits::default()).is_ok(), "{base64}");
        let error = de::from_slice_with::<Value>(xml.as_bytes(), &dialect, Limits::default()).unwrap_err();
        assert_eq!(error.code(), -32600, "{base64}");
    }
    let half = b"<value>&#xD800;</value>";
    assert_eq!(de::from_slice_with::<String>(half, &dialect, Limits::default()).unwrap_err().code(), -32702);
}

#[test]
fn junk_before_a_response_is_passed_over_where_the_dialect_says_so() {
    let dialect = Dialect::default().skip_junk(true);
    let read = |xml: &str| MethodResponse::<i32>::from_xml_with(xml.as_bytes(), &dialect, Limits::default());
    let response = "<methodResponse><params><param><value><int>5</int></value></param></params></methodResponse>";
    for junk in
        ["", "\u{FEFF}", "Notice: x in <b>y</b>\n", "<br />\n<?xml version='1.0'?>\n", "<?php <?xml version='1.0'?>"]
    {
        assert_eq!(read(&format!("{junk}{response}")).unwrap(), MethodResponse::Value(5), "{junk}");
    }
    assert_eq!(read(&format!("<!-- <methodResponse> -->{response}")).unwrap(), MethodResponse::Value(5));
    assert_eq!(read(&format!("<?xml version='1.0'?><html/>\n{response}")).unwrap(), MethodResponse::Value(5));
    let latin1 =
        b"Warning\n<?xml version='1.0' encoding='ISO-8859-1'?><methodResponse><params><param><value>\xE9</value>\
                   </param></params></methodResponse>";
    let text = MethodResponse::<String>::from_xml_with(latin1, &dialect, Limits::default()).unwrap();
    assert_eq!(text, MethodResponse::Value("é".to_owned()));
    assert!(read("no response").is_err());
    assert!(MethodResponse::<i32>::from_xml(format!("junk{response}").as_bytes()).is_err());
}
