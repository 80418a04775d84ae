//! What came out, line by line.

use std::fmt;
use std::time::Duration;

use super::scale::Scale;

pub(crate) struct Table {
    scale: Scale,
    broken: usize,
}

/// A figure, its bound, and whether it holds.
pub(crate) struct Bound {
    figure: Figure,
    text: String,
    holds: bool,
    /// It depends on the speed of the machine or of the build, and so is judged only in the full run.
    delicate: bool,
}

impl Table {
    pub(crate) fn new(scale: Scale, attack: &str) -> Self {
        println!("\n{attack:<60} {:>16}   {:<24} holds", "figure", "bound");
        Self { scale, broken: 0 }
    }

    /// A figure without a bound.
    pub(crate) fn note(&mut self, what: &str, figure: impl Into<Figure>) {
        println!("  {what:<58} {:>16}", figure.into().0);
    }

    pub(crate) fn hold(&mut self, what: &str, bound: Bound) {
        let Bound { figure: Figure(figure), text, holds, delicate } = bound;
        let verdict = match (holds, delicate && self.scale == Scale::Small) {
            (true, _) => "yes",
            (false, true) => "no (judged in the full run)",
            (false, false) => {
                self.broken += 1;
                "NO"
            }
        };
        println!("  {what:<58} {figure:>16}   {text:<24} {verdict}");
    }

    pub(crate) fn all_held(&self) -> bool {
        self.broken == 0
    }
}

impl Bound {
    pub(crate) fn at_most<T: PartialOrd + Into<Figure>>(figure: T, most: T) -> Self {
        let holds = figure <= most;
        Self { figure: figure.into(), text: format!("at most {}", most.into().0), holds, delicate: false }
    }

    pub(crate) fn at_least<T: PartialOrd + Into<Figure>>(figure: T, least: T) -> Self {
        let holds = figure >= least;
        Self { figure: figure.into(), text: format!("at least {}", least.into().0), holds, delicate: false }
    }

    pub(crate) fn exactly<T: PartialEq + Into<Figure>>(figure: T, value: T) -> Self {
        let holds = figure == value;
        Self { figure: figure.into(), text: format!("exactly {}", value.into().0), holds, delicate: false }
    }

    pub(crate) fn delicate(self) -> Self {
        Self { delicate: true, ..self }
    }
}

/// A number as it is printed.
pub(crate) struct Figure(String);

impl fmt::Display for Figure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl From<Duration> for Figure {
    fn from(duration: Duration) -> Self {
        Self(match duration.as_secs_f64() {
            seconds if seconds < 0.01 => format!("{:.0} µs", seconds * 1e6),
            seconds if seconds < 1.0 => format!("{:.0} ms", seconds * 1e3),
            seconds => format!("{seconds:.2} s"),
        })
    }
}

impl From<usize> for Figure {
    fn from(count: usize) -> Self {
        Self(count.to_string())
    }
}

impl From<u64> for Figure {
    fn from(count: u64) -> Self {
        Self(count.to_string())
    }
}

impl From<f64> for Figure {
    fn from(number: f64) -> Self {
        Self(format!("{number:.2}"))
    }
}

/// A number of bytes.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub(crate) struct Bytes(pub(crate) u64);

impl From<Bytes> for Figure {
    #[allow(clippy::cast_precision_loss, reason = "for reading")]
    fn from(Bytes(bytes): Bytes) -> Self {
        match bytes {
            0..0x10_0000 => Self(format!("{:.1} KiB", bytes as f64 / 1024.0)),
            _ => Self(format!("{:.1} MiB", bytes as f64 / 1024.0 / 1024.0)),
        }
    }
}

/// A share of something.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub(crate) struct Percent(pub(crate) f64);

impl From<Percent> for Figure {
    fn from(Percent(percent): Percent) -> Self {
        Self(format!("{percent:.1} %"))
    }
}

/// The value that so many percent of all do not exceed; of none, no time at all.
pub(crate) fn percentile(values: &mut [Duration], percent: usize) -> Duration {
    values.sort_unstable();
    let last = values.len().saturating_sub(1);
    values.get((values.len() * percent / 100).min(last)).copied().unwrap_or_default()
}
