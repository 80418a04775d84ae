//! The example `closures`, run as a program.

use tagwire::{Binary, Fault};

use crate::support::server::{Program, fault};

#[tokio::test]
async fn each_kind_of_closure() {
    let closures = Program::start("closures");
    let client = &closures.client();
    assert_eq!(client.call::<_, String>("upper", ("tea",)).await.unwrap(), "TEA");
    assert_eq!(client.call::<_, f64>("root", (2.25,)).await.unwrap(), 1.5);
    assert_eq!(fault(client, "root", (-1.0,)).await, Fault::invalid_params("x is a number from 0 on"));
    assert_eq!(client.call::<_, String>("later", ("tea",)).await.unwrap(), "tea");
    assert_eq!(client.call::<_, u32>("checksum", (Binary::from(vec![1, 2, 255]),)).await.unwrap(), 258);
    assert_eq!(client.call::<_, u32>("checksum", (Binary::from(vec![255; 300]),)).await.unwrap(), 255 * 300 - 65_521);
}

#[tokio::test]
async fn each_kind_of_argument() {
    let closures = Program::start("closures");
    let client = &closures.client();
    assert_eq!(client.call::<_, String>("greet", ("Ada",)).await.unwrap(), "Hi Ada");
    assert_eq!(client.call::<_, String>("greet", ("Ada", "Bye")).await.unwrap(), "Bye Ada");
    assert_eq!(client.call::<_, String>("join", ("-",)).await.unwrap(), "");
    assert_eq!(client.call::<_, String>("join", ("-", "a", "b", "c")).await.unwrap(), "a-b-c");
    assert_eq!(fault(client, "join", ("-", "a", 1)).await.code(), Fault::INVALID_PARAMS);
    let types: Vec<String> = client.call("types", (1, "x", 2.5, true, ("y",))).await.unwrap();
    assert_eq!(types, ["int", "string", "double", "boolean", "array"]);
}

#[tokio::test]
async fn what_else_is_said_of_a_method() {
    let closures = Program::start("closures");
    let client = &closures.client();
    let help: String = client.call("system.methodHelp", ("wait",)).await.unwrap();
    assert_eq!(help, "Waits for something that never happens.");
    assert_eq!(fault(client, "wait", ()).await.code(), Fault::SYSTEM);
    let names: Vec<String> = client.call("system.listMethods", ()).await.unwrap();
    assert!(names.iter().any(|name| name == "wait") && !names.iter().any(|name| name == "secret"), "{names:?}");
    assert_eq!(client.call::<_, String>("secret", ()).await.unwrap(), "psst");
}

#[tokio::test]
async fn the_fallback_answers_for_other_names() {
    let closures = Program::start("closures");
    let client = &closures.client();
    let answer: String = client.call("any.thing", (1, "x")).await.unwrap();
    assert_eq!(answer, "there is no any.thing, but thank you for calling");
}

#[cfg(unix)]
#[test]
fn it_stops() {
    assert_eq!(Program::start("closures").stop(), "");
}
