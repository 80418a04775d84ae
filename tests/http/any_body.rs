//! Bodies of other servers than hyper, and of none: they may break, be longer or shorter than they were said to be, or
//! never end.

use std::collections::VecDeque;
use std::future::Future;
use std::io;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use bytes::Bytes;
use http::request::Builder;
use http::{HeaderMap, HeaderValue, Request, StatusCode};
use http_body::{Body, Frame};
use tagwire::{Methods, XmlRpcService};
use tokio::time::{Instant, sleep};
use tower::{Service, ServiceExt};

const CALL: &str = "<methodCall><methodName>six</methodName></methodCall>";
const MIB: usize = 1 << 20;

fn service() -> XmlRpcService {
    XmlRpcService::new(Methods::new().register_fn("six", || 6))
}

/// What a body gives when it is asked, one after another; after the last it is at its end.
#[derive(Debug)]
enum Step {
    Data(&'static str),
    Trailers,
    Wait,
    Break,
}

struct Script(VecDeque<Step>);

impl Script {
    fn of(steps: impl IntoIterator<Item = Step>) -> Self {
        Self(steps.into_iter().collect())
    }
}

impl Body for Script {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        Poll::Ready(match self.0.pop_front() {
            Some(Step::Data(text)) => Some(Ok(Frame::data(text.into()))),
            Some(Step::Trailers) => Some(Ok(Frame::trailers(HeaderMap::new()))),
            Some(Step::Break) => Some(Err(io::ErrorKind::ConnectionReset.into())),
            Some(Step::Wait) => {
                cx.waker().wake_by_ref();
                return Poll::Pending;
            }
            None => None,
        })
    }

    fn is_end_stream(&self) -> bool {
        self.0.is_empty()
    }
}

async fn status(request: Builder, steps: impl IntoIterator<Item = Step>) -> StatusCode {
    service().oneshot(request.body(Script::of(steps)).unwrap()).await.unwrap().status()
}

fn said<V>(length: V) -> Builder
where
    HeaderValue: TryFrom<V, Error: Into<http::Error>>,
{
    Request::post("/").header("content-length", length)
}

#[tokio::test]
async fn a_body_in_any_pieces_is_one_document() {
    let (start, end) = CALL.split_at(20);
    for steps in [
        vec![Step::Data(CALL)],
        vec![Step::Data(CALL), Step::Trailers],
        vec![Step::Wait, Step::Data(CALL)],
        vec![Step::Data(start), Step::Data(end)],
        vec![Step::Data(""), Step::Data(start), Step::Wait, Step::Data(""), Step::Data(end), Step::Trailers],
    ] {
        let text = format!("{steps:?}");
        assert_eq!(status(said(CALL.len()), steps).await, StatusCode::OK, "{text}");
    }
}

#[tokio::test]
async fn a_body_that_breaks_off_is_no_call() {
    for steps in [
        vec![Step::Break],
        vec![Step::Wait, Step::Break],
        vec![Step::Data(CALL), Step::Break],
        vec![Step::Data(CALL), Step::Wait, Step::Break],
    ] {
        let text = format!("{steps:?}");
        assert_eq!(status(said(CALL.len()), steps).await, StatusCode::BAD_REQUEST, "{text}");
    }
}

#[tokio::test]
async fn a_body_of_another_length_than_it_was_said_to_have_is_no_call() {
    for length in [CALL.len() - 1, CALL.len() + 1] {
        for steps in [
            vec![Step::Data(CALL)],
            vec![Step::Wait, Step::Data(CALL)],
            vec![Step::Data(&CALL[..20]), Step::Data(&CALL[20..])],
        ] {
            let text = format!("{length} for {}, {steps:?}", CALL.len());
            assert_eq!(status(said(length), steps).await, StatusCode::BAD_REQUEST, "{text}");
        }
    }
    assert_eq!(status(said(CALL.len()), []).await, StatusCode::BAD_REQUEST);
}

/// hyper refuses such a request before it gets here.
#[tokio::test]
async fn a_length_that_is_no_number_is_not_believed() {
    for length in ["18446744073709551616", "99999999999999999999999999", "-1", "+1", "0x1", "1 2", "x", ""] {
        assert_eq!(status(said(length), [Step::Data(CALL)]).await, StatusCode::OK, "{length:?}");
    }
    assert_eq!(status(said(u64::MAX), [Step::Data(CALL)]).await, StatusCode::PAYLOAD_TOO_LARGE);
}

/// A body that is made in this process may have to be waited for where there is no clock.
#[test]
fn a_body_needs_no_runtime() {
    for (last, expected) in [(Step::Data(CALL), StatusCode::OK), (Step::Break, StatusCode::BAD_REQUEST)] {
        // More than it is asked in one go.
        let steps = (0..10).map(|_| Step::Wait).chain([last]);
        let mut call = pin!(service().call(said(CALL.len()).body(Script::of(steps)).unwrap()));
        assert!(poll(call.as_mut()).is_pending());
        let ready = (0..10).find_map(|_| match poll(call.as_mut()) {
            Poll::Ready(Ok(response)) => Some(response),
            Poll::Pending => None,
        });
        assert_eq!(ready.map(|response| response.status()), Some(expected));
    }
}

fn poll<F: Future>(future: Pin<&mut F>) -> Poll<F::Output> {
    future.poll(&mut Context::from_waker(Waker::noop()))
}

/// Gives as much as anybody takes, or nothing, and tells of its end.
struct Endless {
    silent: bool,
    given: Arc<AtomicUsize>,
    dropped: Arc<AtomicBool>,
}

impl Body for Endless {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        if self.silent {
            return Poll::Pending;
        }
        self.given.fetch_add(MIB, Ordering::SeqCst);
        Poll::Ready(Some(Ok(Frame::data(vec![b' '; MIB].into()))))
    }
}

impl Drop for Endless {
    fn drop(&mut self) {
        self.dropped.store(true, Ordering::SeqCst);
    }
}

/// What a refused request still sends is read, so that the refusal reaches its peer, but not for ever.
#[tokio::test(start_paused = true)]
async fn the_body_of_a_refused_request_is_read_within_bounds() {
    for silent in [false, true] {
        let (given, dropped) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicBool::new(false)));
        let body = Endless { silent, given: given.clone(), dropped: dropped.clone() };
        let response = service().oneshot(Request::post("/nowhere").body(body).unwrap()).await.unwrap();
        assert_eq!(response.status(), StatusCode::NOT_FOUND);
        // The clock is the test's own, and goes on when everybody waits.
        let refused = Instant::now();
        while !dropped.load(Ordering::SeqCst) {
            assert!(refused.elapsed() < Duration::from_secs(60), "silent: {silent}: it is read for ever");
            sleep(Duration::from_millis(100)).await;
        }
        match silent {
            true => assert!(refused.elapsed() >= Duration::from_secs(5), "{:?}", refused.elapsed()),
            false => assert_eq!(given.load(Ordering::SeqCst), 17 * MIB),
        }
    }
}

/// Without a runtime there is no connection that has to be read to its end.
#[test]
fn the_body_of_a_refused_request_is_dropped_where_there_is_no_runtime() {
    let (given, dropped) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicBool::new(false)));
    let body = Endless { silent: false, given: given.clone(), dropped: dropped.clone() };
    let Poll::Ready(Ok(response)) = poll(pin!(service().call(Request::post("/nowhere").body(body).unwrap()))) else {
        panic!("it waits for something");
    };
    assert_eq!(response.status(), StatusCode::NOT_FOUND);
    assert!(dropped.load(Ordering::SeqCst));
    assert_eq!(given.load(Ordering::SeqCst), 0);
}
