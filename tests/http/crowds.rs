//! Crowds of clients under each policy: never more at a time than may run, and everyone is accounted for.

use std::time::Duration;

use bytes::Bytes;
use http::HeaderMap;
use tagwire::{OverloadPolicy, Value, XmlRpcService};
use tokio::task::JoinSet;

use crate::support::descriptors::expect_descriptors;
use crate::support::endpoint::{Endpoint, Reply, ask, at_rest, document_fault, value};
use crate::support::gate::Gate;
use crate::support::raw::{Answer, Connection, call, post};

const POLICIES: [OverloadPolicy; 4] =
    [OverloadPolicy::Block, OverloadPolicy::Close, OverloadPolicy::Fault, OverloadPolicy::Http503];

/// Two thousand clients at a time, each with a connection of its own, each with five calls.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_thousand_clients_at_a_time() {
    const CLIENTS: usize = 2_000;
    const CALLS: usize = 5;
    expect_descriptors(3 * CLIENTS as u64);
    for policy in POLICIES {
        let gate = Gate::new();
        let service = XmlRpcService::new(gate.methods()).max_concurrent(8).max_pending(16).overload_policy(policy);
        let server = Endpoint::of(service).await;
        let mut connections = Vec::new();
        for _ in 0..CLIENTS {
            connections.push(server.connect().await);
        }
        let mut clients = JoinSet::new();
        for mut connection in connections {
            let address = server.address;
            clients.spawn(async move {
                let mut seen = Seen::default();
                for _ in 0..CALLS {
                    if policy == OverloadPolicy::Close {
                        connection.send(post("Connection: close\r\n", call("work"))).await;
                        seen.add_end(&connection.rest().await);
                        connection = Connection::open(address).await;
                    } else {
                        seen.add(&connection.exchange(post("", call("work"))).await);
                    }
                }
                seen
            });
        }
        let seen = clients.join_all().await.iter().fold(Seen::default(), Seen::and);
        let stats = server.at_rest().await;
        assert!(gate.most() <= 8, "{policy:?}: {} at a time", gate.most());
        assert_eq!(stats.requests, (CLIENTS * CALLS) as u64, "{policy:?}");
        assert_eq!((stats.completed, stats.refused), (seen.served, seen.refused), "{policy:?}: {stats:?}");
        assert_eq!((stats.errored, stats.cancelled, stats.aborted), (0, 0, 0), "{policy:?}: {stats:?}");
        let rejected = (stats.rejected_close, stats.rejected_fault, stats.rejected_503);
        match policy {
            OverloadPolicy::Close => assert_eq!(rejected, (seen.refused, 0, 0)),
            OverloadPolicy::Fault => assert_eq!(rejected, (0, seen.refused, 0)),
            OverloadPolicy::Http503 => assert_eq!(rejected, (0, 0, seen.refused)),
            _ => assert_eq!(seen.refused, 0),
        }
    }
}

/// Without sockets, so that all of them are there at the same moment.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hundred_thousand_calls_at_the_same_moment() {
    const CALLS: usize = 100_000;
    for policy in POLICIES {
        let gate = Gate::new();
        let service = XmlRpcService::new(gate.methods()).max_concurrent(8).max_pending(16).overload_policy(policy);
        let mut calls = JoinSet::new();
        for number in 0..CALLS {
            calls.spawn(ask(&service, call("work")));
            // Some of them think better of it, wherever they are.
            if number % 7 == 0 {
                calls.spawn({
                    let leaving = ask(&service, call("work"));
                    async move {
                        match tokio::time::timeout(Duration::ZERO, leaving).await {
                            Ok(reply) => reply,
                            Err(_) => Reply { status: 0, headers: HeaderMap::new(), body: Bytes::new() },
                        }
                    }
                });
            }
        }
        let replies = calls.join_all().await;
        let stats = at_rest(&service).await;
        assert!(gate.most() <= 8, "{policy:?}: {} at a time", gate.most());
        let served = replies.iter().filter(|reply| reply.body.ends_with(b"</params></methodResponse>")).count() as u64;
        let refused = replies.iter().filter(|reply| reply.status != 0).count() as u64 - served;
        assert_eq!(stats.refused, refused, "{policy:?}: {stats:?}");
        // Who left while the call ran left it running.
        assert!(stats.completed >= served, "{policy:?}: {stats:?}");
        assert_eq!(stats.requests, stats.completed + stats.refused + stats.aborted, "{policy:?}: {stats:?}");
        assert!(policy != OverloadPolicy::Block || stats.refused == 0, "{stats:?}");
    }
}

/// What a client was told.
#[derive(Default)]
struct Seen {
    served: u64,
    refused: u64,
}

impl Seen {
    fn add(&mut self, answer: &Answer) {
        match answer.status {
            200 if answer.body.contains("<fault>") => {
                assert_eq!(document_fault(answer.body.as_bytes()).string(), "server overloaded");
                self.refused += 1;
            }
            200 => {
                assert_eq!(value(answer), Value::Boolean(true));
                self.served += 1;
            }
            _ => {
                assert_eq!(answer.status, 503, "{answer:?}");
                assert!(answer.header("retry-after").unwrap().parse::<u32>().unwrap() > 0);
                self.refused += 1;
            }
        }
    }

    /// All that came until the end of a connection.
    fn add_end(&mut self, received: &str) {
        match received.starts_with("HTTP/1.1 200 OK\r\n") && received.ends_with("</params></methodResponse>") {
            true => self.served += 1,
            false => {
                assert_eq!(received, "");
                self.refused += 1;
            }
        }
    }

    fn and(self, other: &Self) -> Self {
        Self { served: self.served + other.served, refused: self.refused + other.refused }
    }
}
