//! The ratios that tagwire is to hold. Machines are noisy: one that is missed is printed, and fails nothing.

use std::fmt;

use crate::contender::Name;
use crate::rows::{BASE64_UNWRAPPED, Key, Operation};
use Bound::{AtLeast, AtMost};
use Operation::{DecodeTyped, EncodeTyped};

pub(crate) struct Goal {
    operation: Operation,
    payloads: &'static [&'static str],
    pub(crate) against: Name,
    pub(crate) bound: Bound,
}

#[derive(Debug, Clone, Copy)]
pub(crate) enum Bound {
    /// So many times as fast as the other.
    AtLeast(f64),
    /// So much of the other's time.
    AtMost(f64),
}

pub(crate) const GOALS: [Goal; 11] = [
    Goal::new(DecodeTyped, &["p3_structs", "p7_records"], Name::Dxr, AtLeast(9.0)),
    Goal::new(DecodeTyped, &["p3_structs", "p7_records"], Name::QuickXml, AtMost(0.5)),
    Goal::new(DecodeTyped, &["p3_structs", "p7_records"], Name::SerdeJson, AtMost(2.5)),
    Goal::new(DecodeTyped, &["p1_add"], Name::QuickXml, AtMost(0.35)),
    Goal::new(DecodeTyped, &["p4_text"], Name::Dxr, AtLeast(3.0)),
    Goal::new(DecodeTyped, &["p5_b64", BASE64_UNWRAPPED], Name::Dxr, AtLeast(8.0)),
    Goal::new(EncodeTyped, &["p1_add", "p2_ints"], Name::Dxr, AtLeast(12.0)),
    Goal::new(EncodeTyped, &["p3_structs", "p6_multicall", "p7_records"], Name::Dxr, AtLeast(20.0)),
    Goal::new(EncodeTyped, &["p3_structs", "p7_records"], Name::SerdeJson, AtMost(1.4)),
    Goal::new(EncodeTyped, &["p4_text"], Name::Dxr, AtLeast(8.0)),
    Goal::new(EncodeTyped, &["p5_b64"], Name::Dxr, AtLeast(8.0)),
];

impl Goal {
    const fn new(operation: Operation, payloads: &'static [&'static str], against: Name, bound: Bound) -> Self {
        Self { operation, payloads, against, bound }
    }

    /// The rows that it is about.
    pub(crate) fn rows(&self) -> impl Iterator<Item = Key> {
        self.payloads.iter().map(|payload| Key { payload, operation: self.operation })
    }
}

impl Bound {
    /// The measured ratio in the words of the bound, and whether it holds; `times` is how many times tagwire's
    /// time the other one takes.
    pub(crate) fn judge(self, times: f64) -> (f64, bool) {
        match self {
            AtLeast(bound) => (times, times >= bound),
            AtMost(bound) => (times.recip(), times.recip() <= bound),
        }
    }
}

impl fmt::Display for Bound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            AtLeast(bound) => write!(f, "≥ {bound}"),
            AtMost(bound) => write!(f, "≤ {bound}"),
        }
    }
}
