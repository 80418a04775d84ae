//! More calls than may run: how many do, who waits, who is refused and how, and that no slot and no count is ever lost.

use std::io::ErrorKind;
use std::sync::Arc;
use std::time::Duration;

use tagwire::{Dispatcher, Fault, MethodInfo, Methods, OnDisconnect, OverloadPolicy, Value, XmlRpcService};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

use crate::support::endpoint::{Endpoint, Reply, ask, at_rest, call_with, fault, until, value};
use crate::support::gate::Gate;
use crate::support::raw::{Answer, Connection, call, post, within};

/// One slot, and no place to wait.
fn one_slot(methods: Methods) -> XmlRpcService {
    XmlRpcService::new(methods).max_concurrent(1).max_pending(0)
}

fn numbered(method: &str, number: i32) -> String {
    call_with(method, &format!("<int>{number}</int>"))
}

fn is_busy(reply: &Reply) {
    assert_eq!(reply.status, 503, "{reply:?}");
    expect_positive(reply.header("retry-after"));
}

fn expect_positive(retry_after: Option<&str>) {
    let seconds: u32 = retry_after.unwrap().parse().unwrap();
    assert!(seconds > 0);
}

// ── what a refusal looks like ──

#[tokio::test]
async fn beyond_slots_and_places_a_call_is_refused_as_the_policy_says() {
    for policy in [OverloadPolicy::Fault, OverloadPolicy::Http503] {
        let gate = Gate::new();
        let service = XmlRpcService::new(gate.methods()).max_concurrent(8).max_pending(16).overload_policy(policy);
        let server = Endpoint::of(service).await;
        let held = fill(&server, &gate, 8, 16).await;

        let mut connection = server.connect().await;
        for _ in 0..50 {
            let answer = connection.exchange(post("", call("six"))).await;
            expect_refused(&answer, policy);
            assert!(!answer.closes(), "{answer:?}");
            expect_refused(&server.post("", call("six")).await, policy);
        }
        assert_eq!(gate.most(), 8, "{policy:?}");

        gate.release(24);
        for (mut connection, number) in held {
            assert_eq!(value(&connection.answer().await), Value::Int(number), "{policy:?}");
        }
        // The connection that was refused so often is as good as any.
        assert_eq!(value(&connection.exchange(post("", call("six"))).await), Value::Int(6));
        let stats = server.at_rest().await;
        let rejected = (stats.rejected_fault, stats.rejected_503, stats.rejected_close);
        match policy {
            OverloadPolicy::Fault => assert_eq!(rejected, (100, 0, 0)),
            _ => assert_eq!(rejected, (0, 100, 0)),
        }
        assert_eq!((stats.requests, stats.completed), (125, 25), "{stats:?}");
    }
}

/// A reset: not a byte of an answer, and not even an orderly end.
#[tokio::test]
async fn close_resets_the_connection_without_an_answer() {
    let gate = Gate::new();
    let service = XmlRpcService::new(gate.methods()).max_concurrent(8).max_pending(16);
    let server = Endpoint::of(service.overload_policy(OverloadPolicy::Close)).await;
    let held = fill(&server, &gate, 8, 16).await;
    for _ in 0..50 {
        let mut stream = TcpStream::connect(server.address).await.unwrap();
        stream.write_all(&post("", call("six"))).await.unwrap();
        let mut received = Vec::new();
        let end = within("an end", stream.read_to_end(&mut received)).await;
        assert_eq!(String::from_utf8_lossy(&received), "");
        assert_eq!(end.unwrap_err().kind(), ErrorKind::ConnectionReset);
    }
    gate.release(24);
    for (mut connection, number) in held {
        assert_eq!(value(&connection.answer().await), Value::Int(number));
    }
    let stats = server.at_rest().await;
    assert_eq!((stats.rejected_close, stats.refused, stats.completed), (50, 50, 24), "{stats:?}");
}

/// No other server knows how to do without an answer.
#[tokio::test]
async fn close_is_a_503_that_closes_where_there_is_no_server_of_ours() {
    let gate = Gate::new();
    let service = one_slot(gate.methods()).overload_policy(OverloadPolicy::Close);
    let held = tokio::spawn(ask(&service, call("hold")));
    gate.expect_started(1).await;
    let reply = ask(&service, call("six")).await;
    is_busy(&reply);
    assert_eq!(reply.header("connection"), Some("close"));
    gate.release(1);
    held.await.unwrap();
    assert_eq!(at_rest(&service).await.rejected_close, 1);
}

#[tokio::test]
async fn block_lets_any_number_wait() {
    let gate = Gate::new();
    let service = XmlRpcService::new(gate.methods()).max_concurrent(8).max_pending(16);
    let server = Endpoint::of(service.overload_policy(OverloadPolicy::Block)).await;
    let held = fill(&server, &gate, 8, 500).await;
    gate.release(held.len());
    for (mut connection, number) in held {
        assert_eq!(value(&connection.answer().await), Value::Int(number));
    }
    assert_eq!(gate.most(), 8);
    let stats = server.at_rest().await;
    assert_eq!((stats.refused, stats.completed), (0, 508), "{stats:?}");
}

#[tokio::test]
async fn code_and_text_of_the_fault_can_be_set() {
    let gate = Gate::new();
    let service =
        one_slot(gate.methods()).overload_policy(OverloadPolicy::Fault).overload_fault(503, "come <back> later");
    let held = tokio::spawn(ask(&service, call("hold")));
    gate.expect_started(1).await;
    assert_eq!(ask(&service, call("six")).await.fault(), Fault::new(503, "come <back> later"));
    gate.release(1);
    held.await.unwrap();
}

#[tokio::test]
async fn two_hundred_and_fifty_six_run_and_as_many_wait_unless_set() {
    let gate = Gate::new();
    let service = XmlRpcService::new(gate.methods());
    let mut calls = JoinSet::new();
    for _ in 0..256 {
        calls.spawn(ask(&service, call("hold")));
    }
    gate.expect_started(256).await;
    for _ in 0..256 {
        calls.spawn(ask(&service, call("hold")));
    }
    until(&service, |stats| stats.queued == 256).await;
    is_busy(&ask(&service, call("six")).await);
    gate.release(512);
    assert!(calls.join_all().await.iter().all(|reply| reply.status == 200));
    assert_eq!(gate.most(), 256);
    assert_eq!(at_rest(&service).await.rejected_503, 1);
}

#[tokio::test]
async fn places_are_counted_to_the_last() {
    for (slots, places) in [(1, 0), (1, 1), (2, 0), (2, 3), (0, 1)] {
        let gate = Gate::new();
        let service = XmlRpcService::new(gate.methods()).max_concurrent(slots).max_pending(places);
        // There is always one.
        let slots = slots.max(1);
        let mut calls = JoinSet::new();
        for number in 0..slots + places {
            calls.spawn(ask(&service, call("hold")));
            match number < slots {
                true => gate.expect_started(1).await,
                false => drop(until(&service, |stats| stats.queued == (number + 1 - slots) as u64).await),
            }
        }
        assert_eq!(service.stats().active, slots as u64);
        is_busy(&ask(&service, call("hold")).await);
        gate.release(slots + places);
        assert!(calls.join_all().await.iter().all(|reply| reply.status == 200), "{slots} and {places}");
        at_rest(&service).await;
    }
}

// ── waiting ──

#[tokio::test]
async fn those_that_wait_are_served_in_the_order_of_arrival() {
    let gate = Gate::new();
    let server = Endpoint::of(XmlRpcService::new(gate.methods()).max_concurrent(1).max_pending(64)).await;
    let held = fill(&server, &gate, 1, 64).await;
    gate.release(held.len());
    for (mut connection, _) in held {
        connection.answer().await;
    }
    assert_eq!(gate.numbers(), (0..65).collect::<Vec<_>>());
}

/// A newcomer must not get a slot that has just become free while others wait for it.
#[tokio::test]
async fn nobody_overtakes_those_that_wait() {
    let gate = Gate::new();
    let service = XmlRpcService::new(gate.methods()).max_concurrent(2).max_pending(100);
    let mut calls = JoinSet::new();
    for number in 0..100 {
        let before = service.stats().queued;
        calls.spawn(ask(&service, numbered("hold", number)));
        match number {
            0 | 1 => gate.expect_started(1).await,
            _ => drop(until(&service, |stats| stats.queued == before + 1 || stats.admitted > 2).await),
        }
        // From the middle on, one ends for each that comes.
        if number >= 50 {
            gate.release(1);
            gate.expect_started(1).await;
        }
    }
    gate.release(100);
    assert!(calls.join_all().await.iter().all(|reply| reply.status == 200));
    assert_eq!(gate.numbers(), (0..100).collect::<Vec<_>>());
    assert_eq!(gate.most(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_call_waits_no_longer_than_it_may() {
    for (policy, wait) in [OverloadPolicy::Http503, OverloadPolicy::Fault, OverloadPolicy::Close]
        .into_iter()
        .flat_map(|policy| [(policy, Duration::from_millis(20)), (policy, Duration::from_secs(3600))])
    {
        let gate = Gate::new();
        let dispatcher = Dispatcher::new(gate.methods()).handler_timeout(None);
        let service = XmlRpcService::new(dispatcher).max_concurrent(1).max_pending(5);
        let service = service.max_wait(wait).overload_policy(policy);
        let held = tokio::spawn(ask(&service, call("hold")));
        gate.expect_started(1).await;
        let start = tokio::time::Instant::now();
        let reply = ask(&service, call("six")).await;
        // The clock stands still while anything can go on, so this is exact but for the timer's millisecond.
        let waited = start.elapsed();
        assert!(waited >= wait && waited <= wait + Duration::from_millis(2), "{waited:?}");
        match policy {
            OverloadPolicy::Fault => assert_eq!(reply.fault().code(), Fault::APPLICATION),
            _ => is_busy(&reply),
        }
        gate.release(1);
        held.await.unwrap();
        let stats = at_rest(&service).await;
        assert_eq!((stats.refused, stats.completed), (1, 1), "{policy:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_call_waits_as_long_as_it_takes_unless_set() {
    let gate = Gate::new();
    let dispatcher = Dispatcher::new(gate.methods()).handler_timeout(None);
    let service = XmlRpcService::new(dispatcher).max_concurrent(1);
    let held = tokio::spawn(ask(&service, call("hold")));
    gate.expect_started(1).await;
    let waiting = tokio::spawn(ask(&service, call("six")));
    tokio::time::sleep(Duration::from_secs(7 * 24 * 3600)).await;
    assert!(!waiting.is_finished());
    gate.release(1);
    held.await.unwrap();
    assert_eq!(waiting.await.unwrap().value(), Value::Int(6));
}

/// A slot is for running: whoever has not yet sent all of a call has none.
#[tokio::test]
async fn a_slow_sender_holds_no_slot() {
    let gate = Gate::new();
    let server = Endpoint::of(one_slot(gate.methods())).await;
    let request = post("", call("six"));
    let (first, rest) = request.split_at(request.len() - 1);
    let mut slow = Vec::new();
    for _ in 0..20 {
        let mut connection = server.connect().await;
        connection.send(first).await;
        slow.push(connection);
    }
    until(&server.service, |stats| stats.requests == 20).await;
    assert_eq!(value(&server.post("", call("six")).await), Value::Int(6));
    for mut connection in slow {
        assert_eq!(value(&connection.exchange(rest).await), Value::Int(6));
    }
    assert_eq!(server.at_rest().await.completed, 21);
}

#[tokio::test]
async fn a_multicall_has_one_slot() {
    let gate = Gate::new();
    let service = one_slot(gate.methods());
    let item = "<value><struct><member><name>methodName</name><value>hold</value></member>\
                <member><name>params</name><value><array><data></data></array></value></member></struct></value>";
    let document = call_with("system.multicall", &format!("<array><data>{}</data></array>", item.repeat(5)));
    let multicall = tokio::spawn(ask(&service, document));
    for _ in 0..5 {
        gate.expect_started(1).await;
        assert_eq!(service.stats().active, 1);
        is_busy(&ask(&service, call("six")).await);
        gate.release(1);
    }
    let Value::Array(results) = multicall.await.unwrap().value() else { panic!("an array was expected") };
    assert_eq!(results, vec![Value::Array(vec![Value::Int(0)]); 5]);
    assert_eq!(gate.most(), 1);
    let stats = at_rest(&service).await;
    assert_eq!((stats.admitted, stats.completed, stats.refused), (1, 1, 5), "{stats:?}");
}

// ── one after the other ──

/// The slot is free again when the answer is there, however the method ran.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_that_calls_one_at_a_time_is_never_refused() {
    let calls = if cfg!(debug_assertions) { 10_000 } else { 100_000 };
    let methods = Gate::new()
        .methods()
        .register_fn("fails", || Err::<i32, _>(Fault::new(4, "Too many")))
        .register_fn("panics", async || -> i32 {
            tokio::task::yield_now().await;
            panic!("at work")
        })
        .register_fn("on_a_thread", tagwire::blocking(|| 6));
    let server = Endpoint::of(one_slot(methods)).await;
    let mut connection = server.connect().await;
    for (method, calls) in [("six", 100_000), ("work", calls), ("on_a_thread", calls / 10), ("fails", calls / 10)] {
        let request = post("", call(method));
        for time in 0..calls {
            let answer = connection.exchange(&request).await;
            assert_eq!(answer.status, 200, "{method}, call {time}: {answer:?}");
        }
    }
    // Each prints a message.
    for _ in 0..20 {
        assert_eq!(connection.exchange(post("", call("panics"))).await.status, 200);
    }
    // Pipelined calls are one at a time too.
    for _ in 0..calls / 100 {
        connection.send(post("", call("work")).repeat(10)).await;
        for _ in 0..10 {
            assert_eq!(connection.answer().await.status, 200);
        }
    }
    assert_eq!(server.at_rest().await.refused, 0);
}

#[tokio::test]
async fn as_many_clients_as_slots_are_never_refused() {
    let gate = Gate::new();
    let service = XmlRpcService::new(gate.methods()).max_concurrent(4).max_pending(0);
    let server = Arc::new(Endpoint::of(service).await);
    let mut clients = JoinSet::new();
    for _ in 0..4 {
        let server = server.clone();
        clients.spawn(async move {
            let mut connection = server.connect().await;
            for _ in 0..1_000 {
                assert_eq!(connection.exchange(post("", call("work"))).await.status, 200);
            }
        });
    }
    clients.join_all().await;
    let stats = server.at_rest().await;
    assert_eq!((stats.completed, stats.refused), (4_000, 0), "{stats:?}");
}

/// Nor where all have slots or places: who has been told is gone, also while the slot is on its way to the next.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn as_many_clients_as_slots_and_places_are_never_refused() {
    for (slots, places) in [(1, 1), (2, 3), (8, 16)] {
        let service = XmlRpcService::new(Gate::new().methods()).max_concurrent(slots).max_pending(places);
        let mut clients = JoinSet::new();
        for _ in 0..slots + places {
            let service = service.clone();
            clients.spawn(async move {
                for time in 0..2_000 {
                    let reply = ask(&service, call("work")).await;
                    assert_eq!(reply.status, 200, "{slots} and {places}, call {time}: {:?}", service.stats());
                }
            });
        }
        clients.join_all().await;
        let stats = at_rest(&service).await;
        assert_eq!((stats.completed, stats.refused), (2_000 * (slots + places) as u64, 0), "{stats:?}");
    }
}

/// How long a client is to wait is told by how many wait already, and by how long calls have taken lately.
#[tokio::test]
async fn retry_after_follows_the_load() {
    const WORK: Duration = Duration::from_millis(20);
    let gate = Gate::new();
    let methods = gate.methods().register_fn("slow", async || tokio::time::sleep(WORK).await);
    let service = XmlRpcService::new(methods).max_concurrent(1).max_pending(1_000);
    let retry_after = async |waiting: usize| -> u32 {
        let mut calls = JoinSet::new();
        calls.spawn(ask(&service, call("hold")));
        gate.expect_started(1).await;
        for _ in 0..waiting {
            calls.spawn(ask(&service, call("six")));
        }
        until(&service, |stats| stats.queued == waiting as u64).await;
        let refused = ask(&service.clone().max_pending(waiting), call("six")).await;
        assert_eq!(refused.status, 503);
        gate.release(1);
        assert!(calls.join_all().await.iter().all(|reply| reply.status == 200));
        refused.header("retry-after").unwrap().parse().unwrap()
    };
    let slow = async || {
        for _ in 0..20 {
            assert_eq!(ask(&service, call("slow")).await.status, 200);
        }
    };
    slow().await;
    // The average has come to nine tenths of what each of them has taken: 18 ms at least, a thousand times.
    let long = retry_after(1_000).await;
    assert!((18..=60).contains(&long), "{long}");
    // So many quick calls have run since that it is as if there had been no slow ones.
    let quick = retry_after(1_000).await;
    slow().await;
    let short = retry_after(10).await;
    assert!(quick < long && short < long, "{long}, then {quick} after quick calls, and {short} for few");
}

// ── clients that go away ──

#[tokio::test]
async fn who_goes_away_while_waiting_leaves_the_place_to_others() {
    let gate = Gate::new();
    let server = Endpoint::of(XmlRpcService::new(gate.methods()).max_concurrent(1).max_pending(1)).await;
    let mut held = server.connect().await;
    held.send(post("", call("hold"))).await;
    gate.expect_started(1).await;
    for time in 1..=100 {
        let mut waiting = server.connect().await;
        waiting.send(post("", call("hold"))).await;
        until(&server.service, |stats| stats.queued == 1).await;
        drop(waiting);
        until(&server.service, |stats| stats.queued == 0 && stats.aborted == time).await;
    }
    gate.release(1);
    assert_eq!(value(&held.answer().await), Value::Int(0));
    assert_eq!(value(&server.post("", call("six")).await), Value::Int(6));
    let stats = server.at_rest().await;
    assert_eq!((stats.aborted, stats.admitted, stats.completed), (100, 2, 2), "{stats:?}");
    // None of them ever ran.
    assert_eq!(gate.numbers(), [0]);
}

/// A slot on its way to somebody who has just gone goes to the next.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_slot_is_not_lost_between_two() {
    let gate = Gate::new();
    let service = XmlRpcService::new(gate.methods()).max_concurrent(1).max_pending(50);
    for _ in 0..200 {
        let held = tokio::spawn(ask(&service, call("hold_or_drop")));
        gate.expect_started(1).await;
        let waiting: Vec<_> = (0..5).map(|_| tokio::spawn(ask(&service, call("work")))).collect();
        until(&service, |stats| stats.queued == 5).await;
        gate.release(1);
        for call in waiting.iter().take(4) {
            call.abort();
        }
        held.await.unwrap();
        for call in waiting {
            if let Ok(reply) = call.await {
                assert_eq!(reply.status, 200);
            }
        }
        let stats = at_rest(&service).await;
        assert_eq!(stats.refused, 0, "{stats:?}");
    }
    assert_eq!(ask(&service, call("six")).await.value(), Value::Int(6));
    assert_eq!(gate.most(), 1);
}

#[tokio::test]
async fn a_call_that_goes_on_without_its_client_keeps_its_slot() {
    for method in ["hold", "block"] {
        let gate = Gate::new();
        let service = one_slot(gate.methods());
        let call_of_one_who_leaves = tokio::spawn(ask(&service, call(method)));
        gate.expect_started(1).await;
        call_of_one_who_leaves.abort();
        call_of_one_who_leaves.await.unwrap_err();
        assert_eq!(service.stats().active, 1, "{method}");
        is_busy(&ask(&service, call("six")).await);
        assert_eq!(gate.running(), 1, "{method}");
        gate.release(1);
        let stats = at_rest(&service).await;
        assert_eq!((stats.completed, stats.cancelled, stats.aborted), (1, 0, 0), "{method}: {stats:?}");
        assert_eq!(ask(&service, call("six")).await.value(), Value::Int(6), "{method}");
    }
}

#[tokio::test]
async fn a_call_that_is_dropped_with_its_client_gives_its_slot_back() {
    let gate = Gate::new();
    let server = Endpoint::of(one_slot(gate.methods())).await;
    for time in 1..=20 {
        let mut leaving = server.connect().await;
        leaving.send(post("", call("hold_or_drop"))).await;
        gate.expect_started(1).await;
        assert_eq!(server.service.stats().active, 1);
        drop(leaving);
        until(&server.service, |stats| stats.active == 0 && stats.cancelled == time).await;
        assert_eq!(value(&server.post("", call("six")).await), Value::Int(6));
    }
    let stats = server.at_rest().await;
    assert_eq!((stats.cancelled, stats.completed, stats.aborted), (20, 20, 0), "{stats:?}");
}

/// Also when dropping it breaks.
#[tokio::test]
async fn a_call_that_breaks_when_it_is_dropped_gives_its_slot_back() {
    struct Breaks;
    impl Drop for Breaks {
        fn drop(&mut self) {
            panic!("on the way out");
        }
    }
    let drops = MethodInfo::new("breaks").with_on_disconnect(OnDisconnect::Cancel);
    let gate = Gate::new();
    let methods = gate.methods().register_fn(drops, async || {
        let _breaks = Breaks;
        std::future::pending::<i32>().await
    });
    let service = one_slot(methods);
    for time in 1..=3 {
        let leaving = tokio::spawn(ask(&service, call("breaks")));
        until(&service, |stats| stats.active == 1).await;
        leaving.abort();
        leaving.await.unwrap_err();
        assert_eq!(at_rest(&service).await.cancelled, time);
        assert_eq!(ask(&service, call("six")).await.value(), Value::Int(6));
    }
}

/// The thread is busy whatever the caller has been told.
#[tokio::test]
async fn a_blocking_method_keeps_its_slot_beyond_its_time_limit() {
    let gate = Gate::new();
    let server = Endpoint::of(one_slot(gate.methods())).await;
    assert_eq!(fault(&server.post("", call("block_briefly")).await).code(), Fault::SYSTEM);
    assert_eq!(gate.running(), 1);
    assert_eq!(server.service.stats().active, 1);
    for _ in 0..20 {
        assert_eq!(server.post("", call("six")).await.status, 503);
    }
    gate.release(1);
    let stats = server.at_rest().await;
    assert_eq!((stats.errored, stats.rejected_503), (1, 20), "{stats:?}");
    assert_eq!(value(&server.post("", call("six")).await), Value::Int(6));
}

// ── the clients ──

/// Fills all slots and so many places, in order of their numbers, with calls of `hold`.
async fn fill(server: &Endpoint, gate: &Gate, slots: i32, places: i32) -> Vec<(Connection, i32)> {
    let mut held = Vec::new();
    for number in 0..slots + places {
        let mut connection = server.connect().await;
        connection.send(post("", numbered("hold", number))).await;
        match number < slots {
            true => gate.expect_started(1).await,
            false => {
                let waiting = u64::try_from(number + 1 - slots).unwrap();
                until(&server.service, |stats| stats.queued == waiting).await;
            }
        }
        held.push((connection, number));
    }
    held
}

fn expect_refused(answer: &Answer, policy: OverloadPolicy) {
    match policy {
        OverloadPolicy::Fault => {
            assert_eq!(fault(answer), Fault::new(Fault::APPLICATION, "server overloaded"));
        }
        _ => {
            assert_eq!(answer.status, 503, "{answer:?}");
            expect_positive(answer.header("retry-after"));
        }
    }
}
