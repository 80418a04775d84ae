//! `client.system()`: what servers tell of themselves, in the forms in which they tell it.

use tagwire::Client;

use crate::support::peer::{Answer, FAULT, Peer, ok};

fn one(value: &str) -> Answer {
    ok(&format!("<methodResponse><params><param><value>{value}</value></param></params></methodResponse>"))
}

fn array(values: &[&str]) -> String {
    let values: String = values.iter().map(|value| format!("<value>{value}</value>")).collect();
    format!("<array><data>{values}</data></array>")
}

#[tokio::test]
async fn signatures_are_read_in_the_forms_that_servers_send() {
    let types = array(&["array", "string"]);
    for (sent, read) in [
        (array(&[&types, &array(&["int"])]), vec![vec!["array", "string"], vec!["int"]]),
        (types, vec![vec!["array", "string"]]),
        ("signatures not supported".to_owned(), vec![]),
        ("<string>undef</string>".to_owned(), vec![]),
        (array(&["undef"]), vec![]),
        (array(&[&array(&["undef"])]), vec![]),
        (array(&[]), vec![]),
        ("<nil/>".to_owned(), vec![]),
    ] {
        let peer = Peer::start([one(&sent)]).await;
        let system = Client::new(&peer.url("")).unwrap().system();
        assert_eq!(system.method_signature("f").await.unwrap(), read, "{sent}");
        let request = peer.only_request();
        assert!(request.text().contains("<methodName>system.methodSignature</methodName>"), "{}", request.text());
        assert!(request.text().contains("<string>f</string>"), "{}", request.text());
    }
}

#[tokio::test]
async fn the_others_are_read_too() {
    let capabilities = "<struct>\
        <member><name>a</name><value><struct><member><name>specUrl</name><value>http://a/</value></member>\
        <member><name>specVersion</name><value><int>1</int></value></member></struct></value></member>\
        <member><name>b</name><value><struct><member><name>specURL</name><value>http://b/</value></member>\
        <member><name>specVersion</name><value><double>1.5</double></value></member></struct></value></member>\
        <member><name>c</name><value><struct><member><name>specVersion</name><value>2</value></member>\
        </struct></value></member></struct>";
    let answers = [
        one(&array(&["a", "<string>b.c</string>"])),
        one("helps"),
        one("<nil/>"),
        one("<boolean>1</boolean>"),
        one("<int>0</int>"),
        one(capabilities),
    ];
    let peer = Peer::start(answers).await;
    let system = Client::new(&peer.url("")).unwrap().system();
    assert_eq!(system.list_methods().await.unwrap(), ["a", "b.c"]);
    assert_eq!(system.method_help("a").await.unwrap(), "helps");
    assert_eq!(system.method_help("a").await.unwrap(), "");
    assert!(system.method_exist("a").await.unwrap());
    assert!(!system.method_exist("b").await.unwrap());
    let capabilities = system.capabilities().await.unwrap();
    let told: Vec<_> = capabilities.iter().map(|(name, told)| (name.as_str(), told.url(), told.version())).collect();
    assert_eq!(told, [("a", "http://a/", "1"), ("b", "http://b/", "1.5"), ("c", "", "2")]);
}

#[tokio::test]
async fn a_form_that_no_server_sends_is_a_type_mismatch() {
    let peer = Peer::start([one("<int>5</int>"), one("<int>5</int>"), one("x"), one("x"), ok(FAULT)]).await;
    let system = Client::new(&peer.url("")).unwrap().system();
    assert!(system.method_signature("f").await.unwrap_err().is_type_mismatch());
    assert!(system.method_help("f").await.unwrap_err().is_type_mismatch());
    assert!(system.method_exist("f").await.unwrap_err().is_type_mismatch());
    assert!(system.capabilities().await.unwrap_err().is_type_mismatch());
    assert!(system.list_methods().await.unwrap_err().is_fault());
}
