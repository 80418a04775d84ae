//! The example `multicall`, run as a program.

use tagwire::Fault;

use crate::support::server::{Program, fault};

#[test]
fn it_prints_results_and_faults_of_both_ways() {
    let lines = Program::start("multicall").read_invitation();
    for way in ["over HTTP", "in process"] {
        let printed: Vec<_> = lines.lines().filter_map(|line| line.strip_prefix(way)).collect();
        let [sum, quotient, greeting, refusal] = printed[..] else { panic!("{lines}") };
        assert_eq!(sum, ": add -> Int(5)");
        assert_eq!(quotient, ": div -> fault -32500: division by zero");
        assert_eq!(greeting, ": greet -> Hello, Ada!");
        assert!(refusal.starts_with(": greet -> fault -32602: argument 1 (name): "), "{refusal}");
    }
}

#[tokio::test]
async fn its_methods_are_there_one_by_one() {
    let program = Program::start("multicall");
    let client = &program.client();
    assert_eq!(client.call::<_, i32>("add", (2, 3)).await.unwrap(), 5);
    assert_eq!(client.call::<_, i32>("div", (-7, 2)).await.unwrap(), -3);
    assert_eq!(client.call::<_, String>("greet", ("Ada",)).await.unwrap(), "Hello, Ada!");
    assert_eq!(fault(client, "div", (1, 0)).await, Fault::application("division by zero"));
}

#[cfg(unix)]
#[test]
fn it_stops() {
    assert_eq!(Program::start("multicall").stop(), "");
}
