//! Several dispatchers behind one service, each on a path of its own.

use tagwire::{Dispatcher, Methods, SystemMethod, Value, XmlRpcService};

use crate::support::endpoint;
use crate::support::endpoint::{Endpoint, ask, fault, to, value};
use crate::support::gate::Gate;
use crate::support::raw::call;

fn saying(text: &'static str) -> Methods {
    Methods::new().register_fn("who", move || text)
}

async fn expect(service: XmlRpcService, rows: &[(&str, Option<&str>)]) {
    let server = Endpoint::of(service).await;
    for (target, who) in rows {
        let answer = server.exchange(to(target, call("who"))).await;
        match who {
            Some(who) => assert_eq!(value(&answer), Value::from(*who), "{target}"),
            None => assert_eq!(answer.status, 404, "{target}"),
        }
    }
}

#[tokio::test]
async fn each_path_has_its_own() {
    let service = XmlRpcService::new(saying("public"));
    let service = service.add_dispatcher("/admin", saying("admin")).add_dispatcher("/a/b", saying("ab"));
    let rows = [
        ("/", Some("public")),
        ("/RPC2", Some("public")),
        ("/admin", Some("admin")),
        ("/admin?x=/a/b", Some("admin")),
        ("/a/b", Some("ab")),
        ("/a", None),
        ("/admin/", None),
        ("/Admin", None),
        ("/admin/RPC2", None),
    ];
    expect(service, &rows).await;
}

#[tokio::test]
async fn the_first_ones_paths_can_be_set_before_and_after() {
    let rows = [("/x", Some("public")), ("/admin", Some("admin")), ("/", None), ("/RPC2", None)];
    let service = XmlRpcService::new(saying("public"));
    expect(service.clone().rpc_paths(["/x"]).add_dispatcher("/admin", saying("admin")), &rows).await;
    expect(service.add_dispatcher("/admin", saying("admin")).rpc_paths(["/x"]), &rows).await;
}

#[tokio::test]
async fn one_can_have_all_paths_but_those_of_others() {
    let rows = [("/", Some("public")), ("/x", Some("public")), ("/admin", Some("admin")), ("/admin/", Some("public"))];
    let service = XmlRpcService::new(saying("public"));
    expect(service.add_dispatcher("/admin", saying("admin")).rpc_paths([""; 0]), &rows).await;
}

#[tokio::test]
async fn one_can_take_a_path_of_the_first() {
    let service = XmlRpcService::new(saying("public")).add_dispatcher("/RPC2", saying("other"));
    expect(service, &[("/", Some("public")), ("/RPC2", Some("other"))]).await;
}

#[tokio::test]
async fn nothing_of_one_is_seen_on_the_path_of_another() {
    let admin = Dispatcher::new(Methods::new().register_fn("restart", || true)).without([SystemMethod::Multicall]);
    let server = Endpoint::of(XmlRpcService::new(saying("public")).add_dispatcher("/admin", admin)).await;
    assert_eq!(fault(&server.exchange(to("/", call("restart"))).await).code(), -32601);
    assert_eq!(fault(&server.exchange(to("/admin", call("who"))).await).code(), -32601);
    assert_eq!(value(&server.exchange(to("/admin", call("restart"))).await), Value::Boolean(true));
    let Value::Array(names) = value(&server.exchange(to("/admin", call("system.listMethods"))).await) else {
        panic!("an array was expected")
    };
    assert!(names.contains(&"restart".into()) && !names.contains(&"who".into()), "{names:?}");
    assert!(!names.contains(&"system.multicall".into()), "{names:?}");
}

#[tokio::test]
async fn slots_limits_and_counts_are_shared() {
    let gate = Gate::new();
    let service = XmlRpcService::new(gate.methods()).max_concurrent(1).max_pending(0).max_request_size(1000);
    let server = Endpoint::of(service.add_dispatcher("/admin", saying("admin"))).await;
    let held = tokio::spawn(ask(&server.service, call("hold")));
    gate.expect_started(1).await;
    assert_eq!(server.exchange(to("/admin", call("who"))).await.status, 503);
    gate.release(1);
    held.await.unwrap();
    assert_eq!(server.exchange(to("/admin", endpoint::padded("who", 1001))).await.status, 413);
    assert_eq!(server.exchange(to("/admin", call("who"))).await.status, 200);
    let stats = server.at_rest().await;
    assert_eq!((stats.requests, stats.completed, stats.refused), (4, 2, 2), "{stats:?}");
}
