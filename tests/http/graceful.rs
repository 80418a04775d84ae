//! How a server ends: after a signal, and by being dropped.

use std::future::IntoFuture as _;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tagwire::server::Report;
use tagwire::{Methods, Server};
use tokio::net::TcpStream;
use tokio::sync::{Semaphore, mpsc, oneshot};
use tokio::task::JoinHandle;

use crate::support::raw::{Connection, call, post, within};

#[tokio::test]
async fn calls_in_flight_are_answered_after_the_signal() {
    let mut test = Test::start().await;
    let mut waiting = [test.connect().await, test.connect().await];
    for connection in &mut waiting {
        connection.send(post("", call("wait"))).await;
        test.expect_started().await;
    }

    test.stop();
    test.expect_refusal().await;
    assert!(!test.serving.is_finished());

    test.release.add_permits(2);
    for connection in &mut waiting {
        let answer = connection.answer().await;
        assert_eq!(answer.status, 200);
        assert!(answer.body.contains("<string>waited</string>"), "{answer:?}");
        assert!(answer.closes(), "{answer:?}");
        connection.expect_end().await;
    }
    test.expect_stopped().await;
}

#[tokio::test]
async fn a_request_pipelined_behind_a_call_in_flight_is_not_begun() {
    let mut test = Test::start().await;
    let mut connection = test.connect().await;
    connection.send([post("", call("wait")), post("", call("wait"))].concat()).await;
    test.expect_started().await;

    test.stop();
    test.expect_refusal().await;
    test.release.add_permits(2);
    assert!(connection.answer().await.closes());
    connection.expect_end().await;
    test.expect_stopped().await;
    assert!(test.started.try_recv().is_err(), "the second call ran");
}

#[tokio::test]
async fn a_request_whose_body_is_still_coming_is_answered() {
    let mut test = Test::start().await;
    let mut connection = test.connect().await;
    let request = post("Expect: 100-continue\r\n", call("ping"));
    let (head, body) = request.split_at(request.len() - call("ping").len());
    assert_eq!(connection.exchange(head).await.status, 100);

    test.stop();
    test.expect_refusal().await;
    let answer = connection.exchange(body).await;
    assert_eq!(answer.status, 200);
    assert!(answer.closes(), "{answer:?}");
    connection.expect_end().await;
    test.expect_stopped().await;
}

#[tokio::test]
async fn idle_connections_are_closed() {
    let mut test = Test::start().await;
    let mut used = [test.connect().await, test.connect().await];
    for connection in &mut used {
        let answer = connection.exchange(post("", call("ping"))).await;
        assert!(!answer.closes(), "{answer:?}");
    }
    let mut unused = test.connect().await;

    test.stop();
    for connection in &mut used {
        connection.expect_end().await;
    }
    unused.expect_end().await;
    test.expect_stopped().await;
}

#[tokio::test]
async fn idle_connections_are_closed_while_a_call_is_in_flight() {
    let mut test = Test::start().await;
    let mut idle = test.connect().await;
    idle.exchange(post("", call("ping"))).await;
    let mut waiting = test.connect().await;
    waiting.send(post("", call("wait"))).await;
    test.expect_started().await;

    test.stop();
    idle.expect_end().await;
    test.expect_refusal().await;
    test.release.add_permits(1);
    assert_eq!(waiting.answer().await.status, 200);
    test.expect_stopped().await;
}

#[tokio::test]
async fn a_signal_that_is_ready_at_once_ends_it_at_once() {
    let server = Server::bind("127.0.0.1:0").await.unwrap();
    let address = server.local_addr().unwrap();
    let serving = server.serve(Methods::new()).with_graceful_shutdown(async {});
    within("the end", serving.into_future()).await.unwrap();
    assert!(TcpStream::connect(address).await.is_err());
}

#[tokio::test]
async fn dropping_it_closes_every_connection() {
    let mut test = Test::start().await;
    let mut idle = test.connect().await;
    idle.exchange(post("", call("ping"))).await;
    let mut waiting = test.connect().await;
    waiting.send(post("", call("wait"))).await;
    test.expect_started().await;

    test.serving.abort();
    idle.expect_end().await;
    waiting.expect_end().await;
    test.expect_refusal().await;
    assert!((&mut test.serving).await.unwrap_err().is_cancelled());
}

#[tokio::test]
async fn the_port_is_free_again() {
    let mut test = Test::start().await;
    test.connect().await.exchange(post("", call("ping"))).await;
    test.stop();
    test.expect_stopped().await;
    Server::bind(test.address).await.unwrap();
}

#[tokio::test]
async fn a_head_of_which_a_part_is_there_is_waited_for_and_answered() {
    let mut test = Test::start().await;
    let request = post("", call("ping"));
    let (begin, end) = request.split_at(9);
    let mut used = test.connect().await;
    // The first bytes of the next head come with a call before, and so are there when that is answered.
    assert!(!used.exchange([&request, begin].concat()).await.closes());
    let mut idle = test.connect().await;
    idle.exchange(&request).await;

    test.stop();
    idle.expect_end().await;
    test.expect_refusal().await;
    let answer = used.exchange(end).await;
    assert_eq!(answer.status, 200);
    assert!(answer.closes(), "{answer:?}");
    used.expect_end().await;
    assert_eq!(test.expect_stopped().await.answered(), 3);
}

/// It is in the socket, and the server has not looked.
#[tokio::test]
async fn a_request_that_comes_with_the_signal_is_answered() {
    let mut test = Test::start().await;
    let mut connections = [test.connect().await, test.connect().await];
    for connection in &mut connections {
        connection.exchange(post("", call("ping"))).await;
    }
    for connection in &mut connections {
        connection.send(post("", call("ping"))).await;
    }
    test.stop();
    for connection in &mut connections {
        let answer = connection.answer().await;
        assert_eq!(answer.status, 200);
        assert!(answer.closes(), "{answer:?}");
        connection.expect_end().await;
    }
    assert_eq!(test.expect_stopped().await.answered(), 4);
}

#[tokio::test]
async fn the_report_counts_answers_and_refusals() {
    let mut test = Test::start().await;
    for _ in 0..2 {
        let mut connection = test.connect().await;
        connection.exchange(post("", call("ping"))).await;
        connection.exchange(post("", call("missing"))).await;
        connection.exchange("GET /RPC2 HTTP/1.1\r\n\r\n").await;
    }
    let mut waiting = test.connect().await;
    waiting.send(post("", call("wait"))).await;
    test.expect_started().await;
    test.stop();
    test.release.add_permits(1);
    waiting.answer().await;
    let report = test.expect_stopped().await;
    assert_eq!((report.answered(), report.aborted()), (7, 0));
    assert_eq!(report.to_string(), "requests answered: 7, connections cut off: 0");
}

#[tokio::test]
async fn what_is_in_flight_after_the_grace_is_cut_off_and_counted() {
    let mut test = Test::with(|server| server.grace(Duration::from_millis(50))).await;
    let mut idle = test.connect().await;
    idle.exchange(post("", call("ping"))).await;
    let mut half = test.connect().await;
    half.exchange([post("", call("ping")), b"POST".to_vec()].concat()).await;
    let mut waiting = [test.connect().await, test.connect().await];
    for connection in &mut waiting {
        connection.send(post("", call("wait"))).await;
        test.expect_started().await;
    }
    test.stop();
    let report = test.expect_stopped().await;
    // A head that is not there as a whole is no call.
    assert_eq!((report.answered(), report.aborted()), (2, 2));
    for connection in waiting.iter_mut().chain([&mut idle, &mut half]) {
        connection.expect_end().await;
    }
}

#[cfg(unix)]
mod signals {
    use std::process::Stdio;

    use rustix::process::{Pid, Signal, kill_process};
    use tokio::io::{AsyncBufReadExt, BufReader};
    use tokio::process::{Child, ChildStdout, Command};

    use super::*;

    #[tokio::test]
    async fn either_signal_stops_it_gracefully() {
        for signal in [Signal::TERM, Signal::INT] {
            let mut program = Program::start().await;
            let mut idle = Connection::open(program.address).await;
            idle.exchange(post("", call("ping"))).await;
            let mut waiting = Connection::open(program.address).await;
            waiting.send(post("", call("wait"))).await;
            program.expect_line("started").await;

            program.signal(signal);
            idle.expect_end().await;
            // The call waits for this one, which has come in time.
            program.release().await;
            assert!(waiting.answer().await.closes());
            program.expect_line("requests answered: 3, connections cut off: 0").await;
        }
    }

    #[tokio::test]
    async fn a_second_signal_ends_it_at_once() {
        for second in [Signal::TERM, Signal::INT] {
            let mut program = Program::start().await;
            let mut idle = Connection::open(program.address).await;
            idle.exchange(post("", call("ping"))).await;
            let mut waiting = Connection::open(program.address).await;
            waiting.send(post("", call("wait"))).await;
            program.expect_line("started").await;
            program.signal(Signal::TERM);
            idle.expect_end().await;
            program.signal(second);
            program.expect_line("requests answered: 2, connections cut off: 1").await;
            waiting.expect_end().await;
        }
    }

    /// Only for the tests above, which start it and send it signals.
    #[tokio::test]
    #[ignore = "the other side of the tests of signals, in a process of its own"]
    async fn signalled_side() {
        let methods = Methods::new().register_fn("ping", || "pong").register_fn("wait", async || {
            println!("\nstarted");
            let mut line = String::new();
            BufReader::new(tokio::io::stdin()).read_line(&mut line).await.unwrap();
            line
        });
        let server = Server::bind("127.0.0.1:0").await.unwrap();
        println!("\nserving {}", server.local_addr().unwrap());
        let report = server.serve(methods).serve_until_signal().await.unwrap();
        println!("\n{report}");
        // Its standard input may be waited for still.
        std::process::exit(0);
    }

    /// This program as a process that serves until a signal.
    struct Program {
        process: Child,
        output: BufReader<ChildStdout>,
        address: SocketAddr,
    }

    impl Program {
        async fn start() -> Self {
            let mut process = Command::new(std::env::current_exe().unwrap())
                .args(["--exact", "--ignored", "--nocapture", "graceful::signals::signalled_side"])
                .stdin(Stdio::piped())
                .stdout(Stdio::piped())
                .kill_on_drop(true)
                .spawn()
                .unwrap();
            let mut output = BufReader::new(process.stdout.take().unwrap());
            let address = line(&mut output, "serving ").await.parse().unwrap();
            let program = Self { process, output, address };
            // From the first answer on it is known that it listens to signals.
            Connection::open(address).await.exchange("GET / HTTP/1.1\r\n\r\n").await;
            program
        }

        fn signal(&self, signal: Signal) {
            let id = i32::try_from(self.process.id().unwrap()).unwrap();
            kill_process(Pid::from_raw(id).unwrap(), signal).unwrap();
        }

        async fn release(&mut self) {
            let input = self.process.stdin.as_mut().unwrap();
            tokio::io::AsyncWriteExt::write_all(input, b"released\n").await.unwrap();
        }

        async fn expect_line(&mut self, expected: &str) {
            assert_eq!(line(&mut self.output, expected).await, "");
        }
    }

    /// The rest of the next line that begins so; others are the harness's.
    async fn line(output: &mut BufReader<ChildStdout>, begin: &str) -> String {
        loop {
            let mut line = String::new();
            let length = within("a line", output.read_line(&mut line)).await.unwrap();
            assert!(length > 0, "it ended without {begin:?}");
            if let Some(rest) = line.trim_end().strip_prefix(begin) {
                return rest.to_owned();
            }
        }
    }
}

/// A server whose method `wait` says that it has started and waits for its release.
struct Test {
    address: SocketAddr,
    serving: JoinHandle<io::Result<Report>>,
    signal: Option<oneshot::Sender<()>>,
    started: mpsc::UnboundedReceiver<()>,
    release: Arc<Semaphore>,
}

impl Test {
    async fn start() -> Self {
        Self::with(|server| server).await
    }

    async fn with(set: impl FnOnce(Server) -> Server) -> Self {
        let (starts, started) = mpsc::unbounded_channel();
        let release = Arc::new(Semaphore::new(0));
        let permits = Arc::clone(&release);
        let methods = Methods::new().register_fn("ping", || "pong").register_fn("wait", move || {
            starts.send(()).unwrap();
            let permits = Arc::clone(&permits);
            async move {
                permits.acquire().await.unwrap().forget();
                "waited"
            }
        });
        let server = set(Server::bind("127.0.0.1:0").await.unwrap());
        let address = server.local_addr().unwrap();
        let (signal, signalled) = oneshot::channel();
        let serving = server.serve(methods).with_graceful_shutdown(async { signalled.await.unwrap() });
        let serving = tokio::spawn(serving.into_future());
        Self { address, serving, signal: Some(signal), started, release }
    }

    async fn connect(&self) -> Connection {
        Connection::open(self.address).await
    }

    async fn expect_started(&mut self) {
        within("a call of `wait`", self.started.recv()).await.unwrap();
    }

    fn stop(&mut self) {
        self.signal.take().unwrap().send(()).unwrap();
    }

    /// New connections are refused, from some moment after the signal on.
    async fn expect_refusal(&self) {
        within("refusal", async { while TcpStream::connect(self.address).await.is_ok() {} }).await;
    }

    async fn expect_stopped(&mut self) -> Report {
        let report = within("the end", &mut self.serving).await.unwrap().unwrap();
        self.expect_refusal().await;
        report
    }
}
