//! A client of a dispatcher in the same process, and typed clients over every transport.

use std::time::Duration;

use tagwire::client::ClientBuilder;
use tagwire::client::transport::Replay;
use tagwire::{Client, Dispatcher, Fault, Headers, Methods, xmlrpc_api};

#[xmlrpc_api(namespace = "calc")]
trait Calc {
    async fn add(&self, a: i32, b: i32) -> Result<i32, Fault>;
    async fn div(&self, a: i32, b: i32) -> Result<i32, Fault>;
}

struct Plain;

impl Calc for Plain {
    async fn add(&self, a: i32, b: i32) -> Result<i32, Fault> {
        tokio::task::yield_now().await;
        Ok(a + b)
    }

    async fn div(&self, a: i32, b: i32) -> Result<i32, Fault> {
        a.checked_div(b).ok_or_else(|| Fault::new(7, "division by zero"))
    }
}

async fn check(client: Client) {
    let calc = CalcClient::new(client.with_timeout(Duration::from_secs(10)).idempotent());
    assert_eq!(calc.add(2, 3).await.unwrap(), 5);
    assert_eq!(calc.div(7, 0).await.unwrap_err().into_fault().unwrap(), Fault::new(7, "division by zero"));
}

#[tokio::test]
async fn a_dispatcher_is_called_directly() {
    let dispatcher = Dispatcher::new(Plain.into_methods());
    check(Client::in_process(dispatcher.clone())).await;
    check(Client::in_process(Plain.into_methods())).await;

    let client = Client::in_process(dispatcher);
    let mut batch = client.multicall();
    let (sum, lost) = (batch.call::<_, i32>("calc.add", (2, 3)), batch.call::<_, i32>("calc.div", (1, 0)));
    let results = batch.send().await.unwrap();
    assert_eq!(results.get(sum).unwrap(), 5);
    assert_eq!(results.get(lost).unwrap_err().fault().unwrap().code(), 7);
    let signature = client.system().method_signature("calc.add").await.unwrap();
    assert_eq!(signature, [["int", "int", "int"]]);
    let error = client.call::<_, i32>("nothing", ()).await.unwrap_err();
    assert_eq!(error.fault().unwrap().code(), Fault::METHOD_NOT_FOUND);
}

#[tokio::test]
async fn handlers_see_the_headers_and_their_limits_hold() {
    let methods = Methods::new()
        .register_fn("who", |headers: Headers| headers["x-who"].to_str().unwrap().to_owned())
        .register_fn("forever", async || std::future::pending::<i32>().await);
    let dispatcher = Dispatcher::new(methods);
    let client = Client::in_process(dispatcher.clone()).with_header("x-who", "me");
    assert_eq!(client.call::<_, String>("who", ()).await.unwrap(), "me");
    let impatient = Client::in_process(dispatcher.handler_timeout(Duration::from_millis(10)));
    let error = impatient.call::<_, i32>("forever", ()).await.unwrap_err();
    assert_eq!(error.fault().unwrap().code(), Fault::SYSTEM);
}

#[tokio::test]
async fn limits_of_the_client_hold() {
    let methods = Methods::new()
        .register_fn("long", || "x".repeat(1000))
        .register_fn("forever", async || std::future::pending::<i32>().await);
    let client = ClientBuilder::from_transport(Dispatcher::new(methods)).max_response_size(1000).build().unwrap();
    assert!(client.call::<_, String>("long", ()).await.unwrap_err().is_too_large());
    let short = client.with_timeout(Duration::from_millis(10));
    assert!(short.call::<_, i32>("forever", ()).await.unwrap_err().is_timeout());
}
#[tokio::test]
async fn a_typed_client_is_the_same_over_http() {
    use tagwire::Server;

    let server = Server::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/RPC2", server.local_addr().unwrap());
    tokio::spawn(async move { server.serve(Plain.into_methods()).await });
    check(Client::new(&url).unwrap()).await;
}

#[tokio::test]
async fn a_typed_client_is_the_same_over_a_recording() {
    let call = |method: &str, params: [i32; 2]| {
        let params = params.map(|number| format!("<param><value><int>{number}</int></value></param>")).concat();
        format!(
            "> | <?xml version=\"1.0\" encoding=\"UTF-8\"?><methodCall><methodName>calc.{method}</methodName>\
             <params>{params}</params></methodCall>\n< 200\n"
        )
    };
    let recording = call("add", [2, 3])
        + "< | <methodResponse><params><param><value><int>5</int></value></param></params></methodResponse>\n"
        + &call("div", [7, 0])
        + "< | <methodResponse><fault><value><struct>\n\
           < | <member><name>faultCode</name><value><int>7</int></value></member>\n\
           < | <member><name>faultString</name><value>division by zero</value></member>\n\
           < | </struct></value></fault></methodResponse>\n";
    check(Client::from_transport(Replay::from_text(&recording).unwrap())).await;
}
#[tokio::test]
async fn a_compressed_call_is_read() {
    let methods = Methods::new().register_fn("length", |text: String| text.len() as u64);
    let client = ClientBuilder::from_transport(Dispatcher::new(methods)).encode_threshold(10).build().unwrap();
    assert_eq!(client.call::<_, u64>("length", ("x".repeat(1000),)).await.unwrap(), 1000);

    // One that says that it is compressed otherwise.
    let plain = Client::in_process(Methods::new()).with_header("content-encoding", "br");
    assert!(plain.call::<_, u64>("length", ("",)).await.unwrap_err().is_connect());
}
