//! `MultiCall`: several calls in one request, as servers really answer them.

use std::error::Error as _;

use tagwire::{Client, Fault, Value};

use crate::support::peer::{Answer, FAULT, Peer, ok, reply};

fn results(values: &[&str]) -> Answer {
    let values: String = values.iter().map(|value| format!("<value>{value}</value>")).collect();
    one(&format!("<array><data>{values}</data></array>"))
}

fn one(value: &str) -> Answer {
    ok(&format!("<methodResponse><params><param><value>{value}</value></param></params></methodResponse>"))
}

fn wrapped(value: &str) -> String {
    format!("<array><data><value>{value}</value></data></array>")
}

fn fault(code: i32, string: &str) -> String {
    format!(
        "<struct><member><name>faultCode</name><value><int>{code}</int></value></member>\
         <member><name>faultString</name><value><string>{string}</string></value></member></struct>"
    )
}

fn whole_fault(code: i32, string: &str) -> Answer {
    ok(&format!("<methodResponse><fault><value>{}</value></fault></methodResponse>", fault(code, string)))
}

#[tokio::test]
async fn calls_go_together_and_results_come_back_typed() {
    let answer = results(&[&wrapped("<int>3</int>"), &fault(4, "no"), &wrapped("Ada"), &wrapped("<int>3</int>")]);
    let peer = Peer::start([answer]).await;
    let mut batch = Client::new(&peer.url("")).unwrap().multicall();
    let sum = batch.call::<_, i32>("add", (1, 2));
    let lost = batch.call::<_, i32>("f", ());
    let name = batch.call::<_, String>("name", [Value::from("<&")]);
    let wrong = batch.call::<_, String>("add", (1, 2));
    assert_eq!(batch.len(), 4);

    let results = batch.send().await.unwrap();
    assert_eq!((results.get(sum).unwrap(), results.get(sum).unwrap()), (3, 3));
    assert_eq!(results.get(lost).unwrap_err().into_fault().unwrap(), Fault::new(4, "no"));
    assert_eq!(results.get(name).unwrap(), "Ada");
    let error = results.get(wrong).unwrap_err();
    assert!(error.is_type_mismatch() && error.to_string().contains("\"add\""), "{error}");
    let all: Vec<_> = results.iter().collect();
    assert_eq!(all[..2], [Ok(&Value::Int(3)), Err(&Fault::new(4, "no"))]);

    let request = peer.only_request();
    let call = |name: &str, params: &str| {
        format!(
            "<value><struct><member><name>methodName</name><value><string>{name}</string></value></member>\
             <member><name>params</name><value><array><data>{params}</data></array></value></member></struct></value>"
        )
    };
    let numbers = "<value><int>1</int></value><value><int>2</int></value>";
    let calls = [
        call("add", numbers),
        call("f", ""),
        call("name", "<value><string>&lt;&amp;</string></value>"),
        call("add", numbers),
    ];
    assert!(request.text().contains("<methodName>system.multicall</methodName>"), "{}", request.text());
    let params =
        format!("<params><param><value><array><data>{}</data></array></value></param></params>", calls.concat());
    assert!(request.text().contains(&params), "{}", request.text());
}

#[tokio::test]
async fn bare_results_are_results() {
    let peer = Peer::start([results(&["<int>3</int>", &fault(4, "no"), &wrapped("Ada")])]).await;
    let mut batch = Client::new(&peer.url("")).unwrap().multicall();
    let (sum, lost, list) =
        (batch.call::<_, i32>("add", (1, 2)), batch.call::<_, i32>("f", ()), batch.call("list", ()));
    let results = batch.send().await.unwrap();
    assert_eq!(results.get(sum).unwrap(), 3);
    assert_eq!(results.get(lost).unwrap_err().fault().unwrap().code(), 4);
    assert_eq!(results.get::<Vec<String>>(list).unwrap(), ["Ada"]);
}

#[tokio::test]
async fn bare_results_that_are_arrays_of_one_are_told_by_the_caller() {
    let answers = || results(&[&wrapped("Ada"), &fault(4, "no")]);
    let peer = Peer::start([answers(), answers()]).await;
    let client = Client::new(&peer.url("")).unwrap();
    for bare in [true, false] {
        let mut batch = client.multicall().bare_results(bare);
        let names = batch.call::<_, Vec<String>>("names", ());
        let lost = batch.call::<_, i32>("f", ());
        let results = batch.send().await.unwrap();
        match bare {
            true => assert_eq!(results.get(names).unwrap(), ["Ada"]),
            false => assert!(results.get(names).unwrap_err().is_type_mismatch()),
        }
        assert_eq!(results.get(lost).unwrap_err().into_fault().unwrap(), Fault::new(4, "no"));
    }
}

#[tokio::test]
async fn nothing_is_sent_for_no_calls() {
    let peer = Peer::start([]).await;
    let batch = Client::new(&peer.url("")).unwrap().multicall();
    assert!(batch.is_empty());
    assert!(batch.send().await.unwrap().is_empty());
    assert_eq!(peer.accepted(), 0);
}

#[tokio::test]
async fn many_calls_are_sent_in_parts_and_stay_in_order() {
    let number = |number: i32| wrapped(&format!("<int>{number}</int>"));
    let answers = [
        results(&[&number(0), &number(1), &number(2)]),
        results(&[&number(3), &number(4), &number(5)]),
        results(&[&number(6)]),
    ];
    let peer = Peer::start(answers).await;
    let mut batch = Client::new(&peer.url("")).unwrap().multicall().max_calls(3);
    let calls: Vec<_> = (0..7).map(|number| batch.call::<_, i32>("f", (number,))).collect();
    let results = batch.send().await.unwrap();
    for (number, call) in (0..).zip(calls) {
        assert_eq!(results.get(call).unwrap(), number);
    }
    let sent: Vec<_> =
        peer.requests().iter().map(|request| request.text().matches("methodName</name>").count()).collect();
    assert_eq!(sent, [3, 3, 1]);
}

#[tokio::test]
async fn a_part_that_fails_is_named_and_what_was_before_is_kept() {
    let peer = Peer::start([results(&[&wrapped("a"), &wrapped("b")]), reply("500 Oops", "")]).await;
    let mut batch = Client::new(&peer.url("")).unwrap().multicall().max_calls(2);
    let calls: Vec<_> = (0..6).map(|number| batch.call::<_, String>("f", (number,))).collect();
    let error = batch.send().await.unwrap_err();
    assert_eq!(error.calls(), 2..4);
    assert!(error.error().is_status());
    assert_eq!(error.to_string(), "calls 3 to 4 of 6 in a multicall failed");
    assert_eq!(format!("{error:#}"), format!("{error}: {:#}", error.error()));
    assert!(format!("{error:?}").starts_with("MultiCallError {"), "{error:?}");
    assert!(error.source().is_some_and(|source| source.to_string().contains("500")));
    assert_eq!(peer.requests().len(), 2);

    let results = error.results();
    assert_eq!((results.get(calls[0]).unwrap(), results.get(calls[1]).unwrap()), ("a".to_owned(), "b".to_owned()));
    for (index, sent) in [(2, true), (3, true), (4, false), (5, false)] {
        let error = results.get(calls[index]).unwrap_err();
        assert!(error.is_transport() && error.is_connect() != sent, "{index}: {error:#}");
    }
    assert!(tagwire::client::Error::from(error).is_status());
}

#[tokio::test]
async fn another_number_of_results_is_an_error() {
    let peer = Peer::start([results(&[&wrapped("a")]), one("<int>5</int>")]).await;
    let client = Client::new(&peer.url("")).unwrap();
    for _ in 0..2 {
        let mut batch = client.multicall();
        batch.call::<_, i32>("f", ());
        batch.call::<_, i32>("f", ());
        let error = batch.send().await.unwrap_err();
        assert!(error.error().is_type_mismatch(), "{error:?}");
        assert!(error.results().is_empty());
    }
}

#[tokio::test]
async fn parameters_that_cannot_be_written_are_found_before_anything_is_sent() {
    let peer = Peer::start([]).await;
    let mut batch = Client::new(&peer.url("")).unwrap().multicall();
    let fine = batch.call::<_, i32>("f", (1,));
    batch.call::<_, i32>("g", 5);
    let error = batch.send().await.unwrap_err();
    assert!(error.error().is_request(), "{error:?}");
    assert!(error.to_string().contains("call 2 of 2"), "{error}");
    assert!(error.results().get(fine).unwrap_err().is_connect());
    assert_eq!(peer.accepted(), 0);
}

#[tokio::test]
async fn a_call_of_another_multicall_is_refused() {
    let peer = Peer::start([results(&[&wrapped("a")])]).await;
    let client = Client::new(&peer.url("")).unwrap();
    let stranger = client.multicall().call::<_, String>("f", ());
    let mut batch = client.multicall();
    batch.call::<_, String>("f", ());
    assert!(batch.send().await.unwrap().get(stranger).unwrap_err().is_request());
}

#[tokio::test]
async fn without_multicall_the_calls_are_made_one_by_one_if_wanted() {
    let faults = [
        (-32601, "no such method"),
        (-506, "Method 'system.multicall' not defined"),
        (1, "&lt;class 'Exception'&gt;:method \"system.multicall\" is not supported"),
        (1, "UNKNOWN_METHOD"),
        (1, "Method system.multicall missing or wrong number of parameters!"),
        (200, "Method lookup error: No method 'Unknown method: system.multicall' on server"),
    ];
    for (code, string) in faults {
        let answers = [whole_fault(code, string), one("<int>0</int>"), ok(FAULT), one("<int>2</int>")];
        let peer = Peer::start(answers).await;
        let mut batch = Client::new(&peer.url("")).unwrap().multicall().max_calls(2).fall_back(true);
        let calls: Vec<_> = (0..3).map(|number| batch.call::<_, i32>("f", (number,))).collect();
        let results = batch.send().await.unwrap();
        assert_eq!((results.get(calls[0]).unwrap(), results.get(calls[2]).unwrap()), (0, 2));
        assert_eq!(results.get(calls[1]).unwrap_err().fault().unwrap().code(), 4);
        let requests = peer.requests();
        assert_eq!(requests.len(), 4);
        assert!(requests[3].text().contains("<methodName>f</methodName><params><param><value><int>2</int>"));
    }
}

#[tokio::test]
async fn one_by_one_too_the_first_that_fails_ends_it() {
    let answers = [whole_fault(-32601, ""), one("<int>0</int>"), Answer::Close, one("<int>2</int>")];
    let peer = Peer::start(answers).await;
    let mut batch = Client::new(&peer.url("")).unwrap().multicall().fall_back(true);
    let calls: Vec<_> = (0..3).map(|number| batch.call::<_, i32>("f", (number,))).collect();
    let error = batch.send().await.unwrap_err();
    assert_eq!(error.calls(), 1..2);
    assert_eq!(error.results().get(calls[0]).unwrap(), 0);
    assert_eq!(peer.requests().len(), 3);
}

#[tokio::test]
async fn a_fault_of_the_whole_is_an_error_otherwise() {
    let answers = [whole_fault(-32601, "no such method"), whole_fault(-32500, "busy")];
    let peer = Peer::start(answers).await;
    let client = Client::new(&peer.url("")).unwrap();
    for (fall_back, code) in [(false, -32601), (true, -32500)] {
        let mut batch = client.multicall().fall_back(fall_back);
        batch.call::<_, i32>("f", ());
        let error = batch.send().await.unwrap_err();
        assert_eq!(error.error().fault().map(Fault::code), Some(code));
    }
    assert_eq!(peer.requests().len(), 2);
}
