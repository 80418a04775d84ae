//! What the library logs, kept so that a test can search it.

use std::fmt::{self, Write as _};
use std::sync::{Mutex, Once};

use tagwire::Fault;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

/// The events of all threads: a method may end on another than the test's.
static LINES: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// Keeps what is logged from now on.
pub(crate) fn keep() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| tracing::subscriber::set_global_default(Keeper).unwrap());
}

/// The lines that hold all of these texts.
pub(crate) fn lines_with(texts: &[&str]) -> Vec<String> {
    let lines = LINES.lock().unwrap();
    lines.iter().filter(|line| texts.iter().all(|text| line.contains(text))).cloned().collect()
}

/// A fault that tells a number and nothing else, and exactly one line of the log that has both that number and `secret`.
pub(crate) fn expect_hidden(fault: &Fault, secret: &str) {
    assert_eq!(fault.code(), Fault::INTERNAL_ERROR, "{fault}");
    let Some(id) = fault.string().strip_prefix("internal error ") else { panic!("{fault}") };
    assert!(!id.is_empty() && id.chars().all(|c| c.is_ascii_alphanumeric()), "{fault}");
    let lines = lines_with(&[secret]);
    let with_id = lines.iter().filter(|line| line.split(|c: char| !c.is_ascii_alphanumeric()).any(|word| word == id));
    assert_eq!(with_id.count(), 1, "{id} and {secret} in {lines:#?}");
}

/// Writes each event as a line of `name=value`.
struct Keeper;

impl Subscriber for Keeper {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target().starts_with("tagwire")
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut line = Line(event.metadata().level().to_string());
        event.record(&mut line);
        LINES.lock().unwrap().push(line.0);
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

struct Line(String);

impl Visit for Line {
    fn record_str(&mut self, field: &Field, value: &str) {
        write!(self.0, " {field}={value}").unwrap();
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        write!(self.0, " {field}={value:?}").unwrap();
    }
}
