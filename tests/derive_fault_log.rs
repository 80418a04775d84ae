//! What `#[fault(hidden)]` of `#[derive(XmlRpcFault)]` leaves in the log.
//!
//! It is the only test here, because what is logged on another thread decides with it whether an event is recorded.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a failing test panics")]

use std::fmt::{self, Debug, Display, Write as _};
use std::io;
use std::sync::{Arc, Mutex};

use tagwire::{Fault, XmlRpcFault};
use tracing::field::Field;
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

#[derive(Debug, thiserror::Error, XmlRpcFault)]
#[fault(hidden)]
enum BankError {
    #[error("database")]
    Database(#[from] io::Error),
}

#[derive(Debug, thiserror::Error)]
#[error("no table {name:?}")]
struct NoTable {
    name: &'static str,
    source: DiskFull,
}

#[derive(Debug, thiserror::Error)]
#[error("disk full")]
struct DiskFull;

/// No error as Rust knows it: its text is all that is known of it.
#[derive(XmlRpcFault)]
#[fault(hidden)]
struct Text<T>(T);

impl<T: Display> Display for Text<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "text {}", self.0)
    }
}

#[test]
fn the_text_is_logged_with_its_causes_under_the_number_that_is_sent() {
    let log = Log::default();
    let sent = tracing::subscriber::with_default(log.clone(), || {
        let cause = NoTable { name: "accounts", source: DiskFull };
        [Fault::from(BankError::Database(io::Error::other(cause))), Fault::from(Text("only"))]
    });

    let lines = log.0.lock().unwrap().clone();
    assert_eq!(lines.len(), 2, "{lines:?}");
    let texts = ["database: no table \"accounts\": disk full", "text only"];
    for ((fault, text), line) in sent.iter().zip(texts).zip(&lines) {
        assert!(line.contains(text), "no {text} in {line}");
        let number = fault.string().strip_prefix("internal error ").unwrap();
        assert!(line.split(' ').any(|field| field == format!("id={number}")), "no {number} in {line}");
    }
}

/// What was logged, a line for each event.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<String>>>);

impl Subscriber for Log {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn event(&self, event: &Event<'_>) {
        let mut line = String::new();
        event.record(&mut |field: &Field, value: &dyn Debug| write!(line, "{field}={value:?} ").unwrap());
        self.0.lock().unwrap().push(line);
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}
