//! The tables, in Markdown.

use crate::goals::Bound;
use crate::measure::median;
use crate::table;

/// What came of a contender's turn.
pub(crate) struct Turn {
    /// Those that were answered within the turn.
    pub(crate) calls: f64,
    pub(crate) seconds: f64,
    /// What its process took of its core's time, in seconds.
    pub(crate) cpu: f64,
    /// How long each call took, in seconds, if there was one connection only and somebody looked.
    pub(crate) latencies: Vec<f64>,
}

/// What came of the turns of all; the first of them is the measure of the others.
pub(crate) struct Results {
    title: &'static str,
    /// What they are: servers or clients.
    side: &'static str,
    lanes: Vec<Lane>,
}

/// Those of one contender.
struct Lane {
    name: &'static str,
    /// Calls a second, for each round.
    pace: Vec<f64>,
    /// Microseconds of CPU time for a call, for each round.
    cpu: Vec<f64>,
    /// What part of the time it was at work, for each round.
    busy: Vec<f64>,
    /// Seconds of all calls over a single connection.
    alone: Vec<f64>,
}

/// A bound, with what was found.
pub(crate) struct Goal {
    words: String,
    bound: Bound,
    /// By calls a second, and by CPU time.
    measured: [f64; 2],
}

impl Results {
    pub(crate) const fn new(title: &'static str, side: &'static str) -> Self {
        Self { title, side, lanes: Vec::new() }
    }

    /// Keeps a turn, which has to be in the order of the rounds.
    pub(crate) fn add(&mut self, name: &'static str, turn: &Turn, alone: Vec<f64>) {
        let place = self.lanes.iter().position(|lane| lane.name == name).unwrap_or_else(|| {
            self.lanes.push(Lane::new(name));
            self.lanes.len() - 1
        });
        if let Some(lane) = self.lanes.get_mut(place) {
            lane.pace.push(turn.calls / turn.seconds);
            lane.cpu.push(turn.cpu * 1e6 / turn.calls);
            lane.busy.push(turn.cpu / turn.seconds);
            lane.alone.extend(alone);
        }
    }

    pub(crate) fn print(&self) {
        let Some(first) = self.lanes.first() else { return };
        let alone = !first.alone.is_empty();
        let (titles, columns) = match alone {
            true => (" | p50 of one connection, µs | p99", "--:|--:|"),
            false => ("", ""),
        };
        let Self { title, side, .. } = self;
        let name = first.name;
        println!("| {title} | calls a second | of {name} | CPU µs a call | times {name} | {side} at work{titles} |");
        println!("|---|--:|--:|--:|--:|--:|{columns}");
        for lane in &self.lanes {
            let latencies = match alone {
                true => format!(" {} | {} |", micros(lane.latency(0.5)), micros(lane.latency(0.99))),
                false => String::new(),
            };
            println!(
                "| {} | {} | {:.3} | {} | {:.2} | {:.0}% |{latencies}",
                lane.name,
                table::nanoseconds(median(lane.pace.clone())),
                ratio(&lane.pace, &first.pace),
                micros(median(lane.cpu.clone())),
                ratio(&lane.cpu, &first.cpu),
                median(lane.busy.clone()) * 100.0,
            );
        }
    }

    /// That `who` is at least so many times as good as `against`.
    pub(crate) fn goal(&self, call: &str, who: &str, times: f64, against: &str) -> Goal {
        let lane = |name| self.lanes.iter().find(|lane| lane.name == name);
        let measured = match (lane(who), lane(against)) {
            (Some(who), Some(against)) => [ratio(&who.pace, &against.pace), ratio(&against.cpu, &who.cpu)],
            _ => [f64::NAN; 2],
        };
        let bound = Bound::AtLeast(times);
        Goal { words: format!("{call}: {bound} times as fast as {against}"), bound, measured }
    }
}

pub(crate) fn print_goals(goals: &[Goal]) {
    println!("\n| to hold | by calls a second | held | by CPU time | held |\n|---|--:|---|--:|---|");
    for Goal { words, bound, measured } in goals {
        let cells = measured.map(|times| {
            let (measured, held) = bound.judge(times);
            format!("{measured:.2} | {}", table::held(held))
        });
        println!("| {words} | {} |", cells.join(" | "));
    }
}

impl Lane {
    const fn new(name: &'static str) -> Self {
        Self { name, pace: Vec::new(), cpu: Vec::new(), busy: Vec::new(), alone: Vec::new() }
    }

    /// So many of the calls of a single connection took this long at most.
    fn latency(&self, part: f64) -> f64 {
        let mut all = self.alone.clone();
        all.sort_by(f64::total_cmp);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the place is within the list")]
        let place = (all.len() as f64 * part) as usize;
        all.get(place).map_or(f64::NAN, |seconds| seconds * 1e6)
    }
}

/// Of each round.
fn ratio(of: &[f64], to: &[f64]) -> f64 {
    median(of.iter().zip(to).map(|(of, to)| of / to).collect())
}

fn micros(micros: f64) -> String {
    match micros < 100.0 {
        true => format!("{micros:.2}"),
        false => table::nanoseconds(micros),
    }
}
