//! The example `state`, run as a program.

use tagwire::Fault;

use crate::support::server::{Program, fault};

#[tokio::test]
async fn what_a_closure_keeps() {
    let state = Program::start("state");
    let (one, other) = (state.client(), state.client());
    assert_eq!(one.call::<_, u32>("count", ()).await.unwrap(), 1);
    assert_eq!(other.call::<_, u32>("count", ()).await.unwrap(), 2);
}

#[tokio::test]
async fn what_the_dispatcher_gives() {
    let state = Program::start("state");
    assert_eq!(state.client().call::<_, String>("greet", ("Ada",)).await.unwrap(), "Hello, Ada!");
    let signatures: Vec<Vec<String>> = state.client().call("system.methodSignature", ("greet",)).await.unwrap();
    assert_eq!(signatures, [["string", "string"]]);
    assert_eq!(fault(&state.client(), "greet", ()).await.code(), Fault::INVALID_PARAMS);
}

#[cfg(unix)]
#[tokio::test]
async fn what_the_program_goes_on_to_use() {
    let mut state = Program::start("state");
    let client = state.client();
    let lines: Vec<String> = client.call("journal.read", ()).await.unwrap();
    assert_eq!(lines, ["the server starts"]);
    assert_eq!(client.call::<_, u64>("journal.write", ("a caller was here",)).await.unwrap(), 2);
    assert_eq!(state.stop(), "journal: the server starts\njournal: a caller was here\n");
}
