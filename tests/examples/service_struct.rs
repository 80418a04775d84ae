//! The example `service_struct`, run as a program.

use std::collections::BTreeMap;

use tagwire::Fault;

use crate::support::server::{Program, fault};

#[tokio::test]
async fn its_methods_share_what_it_holds() {
    let stock = Program::start("service_struct");
    let client = &stock.client();
    assert_eq!(client.call::<_, u32>("stock.put", ("tea", 3)).await.unwrap(), 3);
    assert_eq!(client.call::<_, u32>("stock.put", ("tea", 2)).await.unwrap(), 5);
    assert_eq!(client.call::<_, u32>("stock.put", ("milk", 1)).await.unwrap(), 1);
    assert_eq!(client.call::<_, u32>("stock.take", ("tea",)).await.unwrap(), 4);
    assert_eq!(client.call::<_, u32>("stock.take", ("tea", 3)).await.unwrap(), 1);

    assert_eq!(fault(client, "stock.take", ("tea", 2)).await, Fault::new(409, "only 1 left"));
    assert_eq!(fault(client, "stock.take", ("coal",)).await, Fault::new(404, "no coal here"));
    assert_eq!(fault(client, "stock.put", ("milk", u32::MAX)).await, Fault::application("the shelf is full"));
    assert_eq!(fault(client, "stock.put", ("milk", -1)).await.code(), Fault::INVALID_PARAMS);

    let list: BTreeMap<String, u32> = client.call("stock.list", ()).await.unwrap();
    assert_eq!(list, BTreeMap::from([("milk".to_owned(), 1), ("tea".to_owned(), 1)]));
}

#[tokio::test]
async fn what_is_not_marked_is_no_method() {
    let stock = Program::start("service_struct");
    let client = &stock.client();
    let mut names: Vec<String> = client.call("system.listMethods", ()).await.unwrap();
    names.retain(|name| !name.starts_with("system."));
    assert_eq!(names, ["stock.list", "stock.put", "stock.take"]);
    for name in ["stock.items", "stock.snapshot", "items", "put"] {
        assert_eq!(fault(client, name, ()).await.code(), Fault::METHOD_NOT_FOUND, "{name}");
    }
    let help: String = client.call("system.methodHelp", ("stock.list",)).await.unwrap();
    assert_eq!(help, "Everything on the shelf.");
}

#[cfg(unix)]
#[test]
fn it_stops() {
    assert_eq!(Program::start("service_struct").stop(), "");
}
