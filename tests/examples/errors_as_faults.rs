//! The example `errors_as_faults`, run as a program.

use tagwire::Fault;

use crate::support::server::{Program, fault};

#[tokio::test]
async fn faults_by_hand() {
    let bank = Program::start("errors_as_faults");
    let client = &bank.client();
    assert_eq!(client.call::<_, u32>("amount", (1000,)).await.unwrap(), 1000);
    let too_large = Fault::new(413, "an amount is at most 1000");
    assert_eq!(fault(client, "amount", (1001,)).await, too_large);
    assert_eq!(fault(client, "amount", (i64::MAX,)).await, too_large);
    assert_eq!(fault(client, "amount", (-1,)).await, Fault::invalid_params("an amount is not negative"));
}

#[tokio::test]
async fn faults_by_the_derive() {
    let bank = Program::start("errors_as_faults");
    let client = &bank.client();
    assert_eq!(client.call::<_, u32>("withdraw", (1, 20)).await.unwrap(), 20);
    assert_eq!(fault(client, "withdraw", (3, 20)).await, Fault::new(404, "there is no account 3"));
    assert_eq!(fault(client, "withdraw", (0, 20)).await, Fault::application("the bank is closed"));
    assert_eq!(fault(client, "withdraw", (1, 2000)).await, Fault::new(413, "an amount is at most 1000"));
}

#[tokio::test]
async fn errors_that_are_not_shown() {
    let bank = Program::start("errors_as_faults");
    let client = &bank.client();
    let first = fault(client, "withdraw", (2, 20)).await;
    let second = fault(client, "motd", ()).await;
    assert_eq!(first, Fault::internal_error("internal error 1"));
    assert_eq!(second, Fault::internal_error("internal error 2"));
}

#[cfg(unix)]
#[test]
fn it_stops() {
    assert_eq!(Program::start("errors_as_faults").stop(), "");
}
