//! The tables, in Markdown.

use std::fmt::Display;

use crate::allocations::{self, Counts};
use crate::contender::{Cannot, Name};
use crate::goals::{Bound, GOALS, Goal};
use crate::measure::Timing;
use crate::report::Findings;
use crate::rows::{Key, Row};

/// What came out for one contender of a row.
pub(crate) type Outcome = (Name, Result<Timing, Cannot>);

/// Lines, one under the other.
#[derive(Debug, Default)]
pub(crate) struct Lines(String);

impl Lines {
    /// Begins with the names of columns and the line below them.
    pub(crate) fn table(names: impl Display, columns: impl Display) -> Self {
        let mut lines = Self::default();
        lines.add(names);
        lines.add(columns);
        lines
    }

    pub(crate) fn add(&mut self, line: impl Display) {
        self.0.push_str(&line.to_string());
        self.0.push('\n');
    }

    pub(crate) fn finish(self) -> String {
        self.0
    }
}

/// Reasons for what is not in a table, for its foot; each is written once.
#[derive(Debug, Default)]
pub(crate) struct Reasons(Vec<String>);

impl Reasons {
    /// The number of a reason.
    pub(crate) fn number(&mut self, reason: String) -> usize {
        let place = self.0.iter().position(|known| *known == reason).unwrap_or_else(|| {
            self.0.push(reason);
            self.0.len() - 1
        });
        place + 1
    }

    /// Below the table.
    pub(crate) fn finish(self, lines: &mut Lines) {
        if !self.0.is_empty() {
            lines.add("");
        }
        for (number, reason) in (1..).zip(self.0) {
            lines.add(format!("{number}. {reason}"));
        }
    }
}

/// The table of the codec.
pub(crate) struct Table {
    lines: Lines,
    reasons: Reasons,
}

impl Table {
    pub(crate) fn start() -> Self {
        let labels = Name::ALL.map(Name::label).join(" | ");
        let names = format!("| payload | | bytes | {labels} |");
        let columns = format!("|---|---|--:|{}", "--:|".repeat(Name::ALL.len()));
        Self { lines: Lines::table(names, columns), reasons: Reasons::default() }
    }

    pub(crate) fn row(&mut self, row: &Row<'_>, outcomes: &[Outcome], counts: &Counts) {
        let cells = Name::ALL.map(|name| match outcomes.iter().find(|(of, _)| *of == name) {
            Some((_, Ok(timing))) => {
                let allocations = allocations::of(counts, row.key, name);
                cell(name, *timing, allocations)
            }
            Some((_, Err(cannot))) => self.reason(name, cannot),
            None => String::new(),
        });
        let Key { payload, operation } = row.key;
        self.lines.add(format!("| {payload} | {operation} | {} | {} |", grouped(row.bytes), cells.join(" | ")));
    }

    pub(crate) fn finish(self) -> String {
        let Self { mut lines, reasons } = self;
        reasons.finish(&mut lines);
        lines.finish()
    }

    /// The mark of a reason, which is written once.
    fn reason(&mut self, name: Name, cannot: &Cannot) -> String {
        let number = self.reasons.number(format!("{} {cannot}", name.label()));
        let word = match cannot {
            Cannot::Missing(_) => "none",
            Cannot::Refuses(_) => "refuses",
            Cannot::Wrong(_) => "wrong",
        };
        format!("{word} ({number})")
    }
}

/// Which of the goals were met; `ratio` knows how many times tagwire's time a contender took.
pub(crate) fn goals(ratio: impl Fn(Key, Name) -> Option<f64>, findings: &mut Findings) -> String {
    let mut lines = Lines::table("| to hold | payload | | measured | held |", "|---|---|---|--:|---|");
    for goal in &GOALS {
        for row in goal.rows() {
            let (measured, yes) = match ratio(row, goal.against).map(|times| goal.bound.judge(times)) {
                Some((measured, yes)) => (format!("{measured:.2}"), yes),
                None => ("nothing".to_owned(), false),
            };
            let (words, Key { payload, operation }) = (words(goal), row);
            lines.add(format!("| {words} | {payload} | {operation} | {measured} | {} |", held(yes)));
            findings.bound(&format!("{payload}, {operation}: {words}"), &measured, yes);
        }
    }
    lines.finish()
}

fn words(goal: &Goal) -> String {
    let against = goal.against.label();
    match goal.bound {
        Bound::AtLeast(_) => format!("{} times as fast as {against}", goal.bound),
        Bound::AtMost(_) => format!("{} of the time of {against}", goal.bound),
    }
}

fn cell(name: Name, timing: Timing, allocations: Option<u64>) -> String {
    let nanoseconds = nanoseconds(timing.nanoseconds);
    let allocations = allocations.map_or_else(|| "?".to_owned(), |count| count.to_string());
    match name {
        Name::Tagwire => format!("{nanoseconds} / {allocations}"),
        // The floors under base64 are far down.
        _ if timing.of_first < 0.095 => format!("{nanoseconds} / {:.3}× / {allocations}", timing.of_first),
        _ => format!("{nanoseconds} / {:.2}× / {allocations}", timing.of_first),
    }
}

/// Whole ones, thousands apart.
pub(crate) fn nanoseconds(time: f64) -> String {
    let whole = format!("{time:.0}");
    whole.parse().map_or(whole, grouped)
}

/// Whether what is to hold does.
pub(crate) const fn held(held: bool) -> &'static str {
    if held { "yes" } else { "**no**" }
}

/// Thousands apart.
pub(crate) fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands() {
        assert_eq!([0, 999, 1_000, 1_234_567].map(grouped), ["0", "999", "1,000", "1,234,567"]);
        assert_eq!(nanoseconds(1_499.6), "1,500");
    }

    #[test]
    fn reasons_are_written_once() {
        let (mut reasons, mut lines) = (Reasons::default(), Lines::table("| a |", "|---|"));
        assert_eq!(["x", "y", "x"].map(|reason| reasons.number(reason.to_owned())), [1, 2, 1]);
        reasons.finish(&mut lines);
        assert_eq!(lines.finish(), "| a |\n|---|\n\n1. x\n2. y\n");
    }
}
