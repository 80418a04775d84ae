//! The tables, in Markdown.

use crate::allocations::{self, Counts};
use crate::contender::{Cannot, Name};
use crate::goals::{Bound, GOALS, Goal};
use crate::measure::Timing;
use crate::rows::{Key, Row};

/// What came out for one contender of a row.
pub(crate) type Outcome = (Name, Result<Timing, Cannot>);

/// Prints rows as they come and keeps the reasons for the foot of the table.
#[derive(Default)]
pub(crate) struct Table {
    reasons: Vec<String>,
}

impl Table {
    pub(crate) fn start() -> Self {
        let labels = Name::ALL.map(Name::label).join(" | ");
        println!("| payload | | bytes | {labels} |");
        println!("|---|---|--:|{}", "--:|".repeat(Name::ALL.len()));
        Self::default()
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
        println!("| {payload} | {operation} | {} | {} |", grouped(row.bytes), cells.join(" | "));
    }

    pub(crate) fn finish(self) {
        println!();
        for (number, reason) in (1..).zip(self.reasons) {
            println!("{number}. {reason}");
        }
    }

    /// The mark of a reason, which is written once.
    fn reason(&mut self, name: Name, cannot: &Cannot) -> String {
        let reason = format!("{} {cannot}", name.label());
        let place = self.reasons.iter().position(|known| *known == reason).unwrap_or_else(|| {
            self.reasons.push(reason);
            self.reasons.len() - 1
        });
        let word = match cannot {
            Cannot::Missing(_) => "none",
            Cannot::Refuses(_) => "refuses",
            Cannot::Wrong(_) => "wrong",
        };
        format!("{word} ({})", place + 1)
    }
}

/// Prints which of the goals were met; `ratio` knows how many times tagwire's time a contender took.
pub(crate) fn goals(ratio: impl Fn(Key, Name) -> Option<f64>) {
    println!("| to hold | payload | | measured | held |");
    println!("|---|---|---|--:|---|");
    for goal in &GOALS {
        for row in goal.rows() {
            let (measured, held) = match ratio(row, goal.against).map(|times| goal.bound.judge(times)) {
                Some((measured, yes)) => (format!("{measured:.2}"), held(yes)),
                None => ("not measured".to_owned(), held(false)),
            };
            println!("| {} | {} | {} | {measured} | {held} |", words(goal), row.payload, row.operation);
        }
    }
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
