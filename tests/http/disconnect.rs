//! What becomes of a method when its caller goes away: it is carried to its end, or dropped where it waits.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tagwire::{Dispatcher, MethodInfo, Methods, OnDisconnect, Server, XmlRpcService, blocking};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::sync::{Mutex, Semaphore};
use tower::ServiceBuilder;

use crate::support::raw;
use crate::support::raw::{call, post, within};

/// How a method came to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    Carried,
    Dropped,
}

/// Sends word of how it ended when it is dropped.
struct Word(UnboundedSender<End>, End);

impl Drop for Word {
    fn drop(&mut self) {
        self.0.send(self.1).ok();
    }
}

/// What a method tells the test, and what it waits for.
#[derive(Clone)]
struct Probe {
    started: UnboundedSender<()>,
    release: Arc<Semaphore>,
    ended: UnboundedSender<End>,
}

impl Probe {
    /// A method that waits, and has its one effect only if it is carried to its end.
    fn method(&self) -> impl Fn() -> std::pin::Pin<Box<dyn Future<Output = i32> + Send>> + Send + Sync + 'static {
        let probe = self.clone();
        move || {
            let probe = probe.clone();
            Box::pin(async move {
                let mut word = Word(probe.ended.clone(), End::Dropped);
                probe.started.send(()).unwrap();
                probe.release.acquire().await.unwrap().forget();
                word.1 = End::Carried;
                1
            })
        }
    }
}

/// A server at work.
struct Test {
    address: SocketAddr,
    release: Arc<Semaphore>,
    started: UnboundedReceiver<()>,
    ended: UnboundedReceiver<End>,
    /// Word of every request whose answer was sent, or that the server has given up.
    over: UnboundedReceiver<End>,
}

impl Test {
    async fn start(build: impl FnOnce(&Probe) -> Dispatcher) -> Self {
        let (started, start) = unbounded_channel();
        let (ended, end) = unbounded_channel();
        let (over_sender, over) = unbounded_channel();
        let probe = Probe { started, release: Arc::new(Semaphore::new(0)), ended };
        let service = ServiceBuilder::new()
            .map_future(move |response| {
                let word = Word(over_sender.clone(), End::Dropped);
                async move {
                    let mut word = word;
                    let response = response.await;
                    word.1 = End::Carried;
                    response
                }
            })
            .service(XmlRpcService::new(build(&probe)));
        let server = Server::bind("127.0.0.1:0").await.unwrap();
        let address = server.local_addr().unwrap();
        tokio::spawn(async move { server.serve(service).await });
        Self { address, release: probe.release, started: start, ended: end, over }
    }

    /// Sends a request whose method has begun.
    async fn begin(&mut self, body: &str) -> TcpStream {
        let mut stream = within("connecting", TcpStream::connect(self.address)).await.unwrap();
        within("writing", stream.write_all(&post("", body))).await.unwrap();
        self.expect_started().await;
        stream
    }

    async fn expect_started(&mut self) {
        within("a start", self.started.recv()).await.unwrap();
    }

    /// Waits until the server knows that the caller is gone.
    async fn expect_gone(&mut self) {
        assert_eq!(within("a disconnection", self.over.recv()).await, Some(End::Dropped));
    }

    async fn end(&mut self) -> End {
        within("an end", self.ended.recv()).await.unwrap()
    }
}

/// Closes a connection: in order, or as a process that is killed with something unread.
fn close(stream: TcpStream, reset: bool) {
    if reset {
        stream.set_zero_linger().unwrap();
    }
    drop(stream);
}

fn table(probe: &Probe, on_disconnect: Option<OnDisconnect>) -> Methods {
    let info = MethodInfo::new("wait");
    let info = match on_disconnect {
        Some(on_disconnect) => info.with_on_disconnect(on_disconnect),
        None => info,
    };
    Methods::new().register_fn(info, probe.method())
}

/// So many calls of `wait`.
fn waits(count: usize) -> String {
    let item = "<value><struct><member><name>methodName</name><value>wait</value></member><member><name>params</name><value>\
                <array><data></data></array></value></member></struct></value>";
    format!(
        "<methodCall><methodName>system.multicall</methodName><params><param><value><array><data>{}</data></array></value>\
         </param></params></methodCall>",
        item.repeat(count)
    )
}

#[tokio::test]
async fn a_method_has_its_effect_exactly_once_though_its_caller_is_gone() {
    let mut test = Test::start(|probe| Dispatcher::new(table(probe, None))).await;
    for round in 0..100 {
        let stream = test.begin(&call("wait")).await;
        // Every other time the method ends while the server has yet to notice.
        let notices = round % 2 == 0;
        if notices {
            close(stream, round % 4 == 0);
            test.expect_gone().await;
            test.release.add_permits(1);
        } else {
            test.release.add_permits(1);
            close(stream, round % 4 == 1);
            within("the end of the request", test.over.recv()).await.unwrap();
        }
        assert_eq!(test.end().await, End::Carried, "round {round}");
    }
    // Nothing else has run, and no release is left over or was taken twice.
    assert_eq!(test.release.available_permits(), 0);
    assert!(test.started.try_recv().is_err() && test.ended.try_recv().is_err());
}

#[tokio::test]
async fn a_method_that_is_to_be_cancelled_is_dropped_soon_after_its_caller_is_gone() {
    let mut test = Test::start(|probe| Dispatcher::new(table(probe, Some(OnDisconnect::Cancel)))).await;
    let mut delays = Vec::new();
    for round in 0..21 {
        let stream = test.begin(&call("wait")).await;
        let closed = Instant::now();
        close(stream, round % 2 == 0);
        assert_eq!(test.end().await, End::Dropped, "round {round}");
        delays.push(closed.elapsed());
    }
    // A machine that is busy with something else may delay one of them.
    delays.sort_unstable();
    assert!(delays[delays.len() / 2] < Duration::from_millis(100), "{delays:?}");
    assert!(test.ended.try_recv().is_err());
}

#[tokio::test]
async fn a_methods_own_setting_goes_before_the_dispatchers() {
    use OnDisconnect::{Cancel, Finish};

    for (dispatchers, own, expected) in [
        (None, None, End::Carried),
        (None, Some(Finish), End::Carried),
        (None, Some(Cancel), End::Dropped),
        (Some(Finish), None, End::Carried),
        (Some(Finish), Some(Cancel), End::Dropped),
        (Some(Cancel), None, End::Dropped),
        (Some(Cancel), Some(Finish), End::Carried),
        (Some(Cancel), Some(Cancel), End::Dropped),
    ] {
        for layered in [false, true] {
            let mut test = Test::start(|probe| {
                let dispatcher = Dispatcher::new(table(probe, own).prefix("a"));
                let dispatcher = match dispatchers {
                    Some(on_disconnect) => dispatcher.on_disconnect(on_disconnect),
                    None => dispatcher,
                };
                if layered { dispatcher.layer(tower::layer::util::Identity::new()) } else { dispatcher }
            })
            .await;
            let stream = test.begin(&call("a.wait")).await;
            close(stream, false);
            test.expect_gone().await;
            if expected == End::Carried {
                assert!(test.ended.try_recv().is_err(), "{dispatchers:?} {own:?}: it ended by itself");
                test.release.add_permits(1);
            }
            assert_eq!(test.end().await, expected, "{dispatchers:?} {own:?}, layered {layered}");
        }
    }
}

#[tokio::test]
async fn a_caller_that_waits_is_answered_whatever_is_set() {
    let mut test = Test::start(|probe| Dispatcher::new(table(probe, Some(OnDisconnect::Cancel)))).await;
    let mut connection = raw::Connection::open(test.address).await;
    for _ in 0..2 {
        connection.send(post("", call("wait"))).await;
        test.expect_started().await;
        test.release.add_permits(1);
        assert!(connection.answer().await.body.contains("<int>1</int>"));
        assert_eq!(test.end().await, End::Carried);
    }
}

/// The setting of a multicall is the dispatcher's.
#[tokio::test]
async fn a_multicall_is_carried_to_its_end_or_dropped_as_a_whole() {
    for (dispatchers, own, expected) in [
        (OnDisconnect::Finish, None, End::Carried),
        (OnDisconnect::Finish, Some(OnDisconnect::Cancel), End::Carried),
        (OnDisconnect::Cancel, None, End::Dropped),
        (OnDisconnect::Cancel, Some(OnDisconnect::Cancel), End::Dropped),
    ] {
        let mut test = Test::start(|probe| Dispatcher::new(table(probe, own)).on_disconnect(dispatchers)).await;
        let stream = test.begin(&waits(3)).await;
        test.release.add_permits(1);
        assert_eq!(test.end().await, End::Carried);
        test.expect_started().await;
        close(stream, false);
        test.expect_gone().await;
        if expected == End::Carried {
            test.release.add_permits(1);
            assert_eq!(test.end().await, End::Carried, "{own:?}");
            test.expect_started().await;
            test.release.add_permits(1);
            assert_eq!(test.end().await, End::Carried, "{own:?}");
        } else {
            assert_eq!(test.end().await, End::Dropped, "{own:?}");
        }
        // A call that comes later shows that none is under way: it is the next to start.
        let stream = test.begin(&call("wait")).await;
        assert!(test.started.try_recv().is_err() && test.ended.try_recv().is_err());
        close(stream, false);
    }
}

/// A multicall that is dropped begins no more calls; the one that is under way and is to be finished, is.
#[tokio::test]
async fn a_method_that_is_to_be_finished_is_finished_in_a_multicall_too() {
    let own = Some(OnDisconnect::Finish);
    let mut test = Test::start(|probe| Dispatcher::new(table(probe, own)).on_disconnect(OnDisconnect::Cancel)).await;
    let stream = test.begin(&waits(2)).await;
    close(stream, false);
    test.expect_gone().await;
    test.release.add_permits(1);
    assert_eq!(test.end().await, End::Carried);
    let stream = test.begin(&call("wait")).await;
    assert!(test.started.try_recv().is_err() && test.ended.try_recv().is_err());
    close(stream, false);
}

/// What runs on the pool cannot be cut short.
#[tokio::test]
async fn a_blocking_method_goes_on_to_its_end() {
    let (release, released) = std::sync::mpsc::channel::<()>();
    let released = Arc::new(Mutex::new(released));
    let mut test = Test::start(|probe| {
        let probe = probe.clone();
        let wait = move || {
            let mut word = Word(probe.ended.clone(), End::Dropped);
            probe.started.send(()).unwrap();
            released.blocking_lock().recv().unwrap();
            word.1 = End::Carried;
        };
        Dispatcher::new(Methods::new().register_fn("wait", blocking(wait))).on_disconnect(OnDisconnect::Cancel)
    })
    .await;
    let stream = test.begin(&call("wait")).await;
    close(stream, false);
    test.expect_gone().await;
    release.send(()).unwrap();
    assert_eq!(test.end().await, End::Carried);
}
