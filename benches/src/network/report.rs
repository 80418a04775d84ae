//! The tables, in Markdown.

use std::fmt;

use crate::Failure;
use crate::goals::Bound;
use crate::measure::median;
use crate::report::{Findings, times};
use crate::table::{self, Lines, Reasons};

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
    /// Whether each has more to do than it can, so that one which is idle had not its core to itself.
    busy: bool,
    lanes: Vec<Lane>,
    /// Who does not take part.
    absent: Vec<&'static str>,
}

/// It runs, but what it gives is not what it should be.
#[derive(Debug)]
pub(crate) struct Wrong(pub(crate) String);

/// Bytes, or why there is nothing to measure.
type Memory = Result<u64, String>;

/// Under this part of the time at work, others wanted the machine.
const QUIET: f64 = 0.9;

/// What is nearer to one is nobody's advantage.
const NEARLY: f64 = 0.995;

/// The one that the others are to be held against.
const OURS: &str = "tagwire";

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
    /// With many connections open.
    memory: Option<Memory>,
}

/// A bound, with what was found.
pub(crate) struct Goal {
    words: String,
    bound: Bound,
    /// By calls a second, and by CPU time.
    measured: [f64; 2],
}

impl Results {
    pub(crate) const fn new(title: &'static str, side: &'static str, busy: bool) -> Self {
        Self { title, side, busy, lanes: Vec::new(), absent: Vec::new() }
    }

    /// Takes somebody in, whose row is below those that are there.
    pub(crate) fn enter(&mut self, name: &'static str) {
        self.lane(name);
    }

    /// Keeps a turn, which has to be in the order of the rounds.
    pub(crate) fn add(&mut self, name: &'static str, turn: &Turn, alone: Vec<f64>) {
        if let Some(lane) = self.lane(name) {
            lane.pace.push(turn.calls / turn.seconds);
            lane.cpu.push(turn.cpu * 1e6 / turn.calls);
            lane.busy.push(turn.cpu / turn.seconds);
            lane.alone.extend(alone);
        }
    }

    pub(crate) fn remember(&mut self, name: &'static str, memory: Memory) {
        if let Some(lane) = self.lane(name) {
            lane.memory = Some(memory);
        }
    }

    /// Leaves out a peer that failed, as if it had never been there, and says so; anybody else is needed.
    pub(crate) fn do_without(
        &mut self,
        name: &'static str,
        is_peer: bool,
        failure: &Failure,
        findings: &mut Findings,
    ) -> Result<(), Failure> {
        if !is_peer {
            return Err(format!("{name}: {failure}").into());
        }
        let why = format!("{}: {failure}", self.title);
        match failure.is::<Wrong>() {
            true => findings.leave_out(name, why),
            false => findings.miss(name, why),
        }
        self.lanes.retain(|lane| lane.name != name);
        self.absent.push(name);
        Ok(())
    }

    fn lane_of(&self, name: &str) -> Option<&Lane> {
        self.lanes.iter().find(|lane| lane.name == name)
    }

    /// The lane of a name, which is the last one if it is new.
    fn lane(&mut self, name: &'static str) -> Option<&mut Lane> {
        let place = self.lanes.iter().position(|lane| lane.name == name).unwrap_or_else(|| {
            self.lanes.push(Lane::new(name));
            self.lanes.len() - 1
        });
        self.lanes.get_mut(place)
    }

    /// The table, its figures, and where others are better; `key` is what their names begin with.
    pub(crate) fn put(&self, key: &str, findings: &mut Findings) {
        findings.put(key, self.table());
        if let (Some(first), Some(ours)) = (self.lanes.first(), self.lane_of(OURS)) {
            for lane in &self.lanes {
                let figures = [
                    ("calls", times(ratio(&ours.pace, &lane.pace))),
                    ("cpu", times(ratio(&lane.cpu, &ours.cpu))),
                    ("of us", times(ratio(&ours.cpu, &lane.cpu))),
                    ("of bare", times(ratio(&lane.cpu, &first.cpu))),
                    ("memory", lane.memory()),
                ];
                for (figure, text) in figures {
                    findings.put(format!("{key}.{}.{figure}", lane.name), text);
                }
            }
            let others = || self.lanes.iter().filter(|lane| lane.name != OURS);
            others().for_each(|lane| self.faster(lane, ours, findings));
            others().for_each(|lane| smaller(lane, ours, findings));
        }
        for name in &self.absent {
            for figure in ["calls", "cpu", "of us", "of bare", "memory"] {
                findings.put(format!("{key}.{name}.{figure}"), "left out");
            }
        }
        self.doubt(findings);
    }

    /// Says so of somebody who is.
    fn faster(&self, lane: &Lane, ours: &Lane, findings: &mut Findings) {
        let (Self { title, side, .. }, name) = (self, lane.name);
        let (more, cpu) = (ratio(&lane.pace, &ours.pace), ratio(&lane.cpu, &ours.cpu));
        if cpu < NEARLY {
            findings
                .better(format!("{title}: the {side} {name} takes {} of tagwire's CPU time for a call.", times(cpu)));
        } else if more > NEARLY.recip() {
            findings.better(format!("{title}: the {side} {name} makes {} times as many calls a second.", times(more)));
        }
    }

    /// Somebody else was there.
    fn doubt(&self, findings: &mut Findings) {
        let share = |lane: &Lane| median(lane.busy.clone());
        let disturbed: Vec<_> = self.lanes.iter().filter(|lane| self.busy && share(lane) < QUIET).collect();
        if !disturbed.is_empty() {
            let least = disturbed.iter().map(|lane| share(lane)).fold(1.0, f64::min) * 100.0;
            let names = disturbed.iter().map(|lane| lane.name).collect::<Vec<_>>().join("; ");
            let Self { title, side, .. } = self;
            findings
                .doubt(format!("{title}: the machine was not quiet, a {side} had {least:.0}% of its core ({names})."));
        }
    }

    fn table(&self) -> String {
        let Some(first) = self.lanes.first() else { return String::new() };
        let alone = !first.alone.is_empty();
        let remembered = first.memory.is_some();
        let column = |there: bool, title: &'static str| if there { title } else { "" };
        let Self { title, side, .. } = self;
        let name = first.name;
        let names = format!(
            "| {title} | calls a second | of {name} | tagwire's times theirs | CPU µs a call | times {name} | {side} at \
             work |{}{}",
            column(alone, " p50 of one connection, µs | p99 |"),
            column(remembered, " MiB with 256 connections |")
        );
        let columns =
            format!("|---|--:|--:|--:|--:|--:|--:|{}{}", column(alone, "--:|--:|"), column(remembered, "--:|"));
        let mut lines = Lines::table(names, columns);
        let mut reasons = Reasons::default();
        let ours = self.lane_of(OURS);
        for lane in &self.lanes {
            let mut cells = vec![
                lane.name.to_owned(),
                table::nanoseconds(median(lane.pace.clone())),
                format!("{:.3}", ratio(&lane.pace, &first.pace)),
                ours.map_or_else(String::new, |ours| times(ratio(&ours.pace, &lane.pace))),
                micros(median(lane.cpu.clone())),
                format!("{:.2}", ratio(&lane.cpu, &first.cpu)),
                format!("{:.0}%", median(lane.busy.clone()) * 100.0),
            ];
            if alone {
                cells.extend([0.5, 0.99].map(|part| micros(lane.latency(part))));
            }
            match &lane.memory {
                Some(Ok(bytes)) => cells.push(mebibytes(*bytes)),
                Some(Err(reason)) => {
                    cells.push(format!("none ({})", reasons.number(format!("{}: {reason}", lane.name))));
                }
                None => {}
            }
            lines.add(format!("| {} |", cells.join(" | ")));
        }
        reasons.finish(&mut lines);
        lines.finish()
    }

    /// That `who` is at least so many times as good as `against`.
    pub(crate) fn goal(&self, call: &str, who: &str, times: f64, against: &str) -> Goal {
        let measured = match (self.lane_of(who), self.lane_of(against)) {
            (Some(who), Some(against)) => [ratio(&who.pace, &against.pace), ratio(&against.cpu, &who.cpu)],
            _ => [f64::NAN; 2],
        };
        let bound = Bound::AtLeast(times);
        Goal { words: format!("{call}: {bound} times as fast as {against}"), bound, measured }
    }
}

/// Says so of somebody who takes less memory.
fn smaller(lane: &Lane, ours: &Lane, findings: &mut Findings) {
    if let (Some(Ok(theirs)), Some(Ok(most))) = (&lane.memory, &ours.memory)
        && theirs < most
    {
        let (theirs, ours) = (lane.memory(), ours.memory());
        findings.better(format!("memory with many connections: {} has {theirs}, tagwire {ours}.", lane.name));
    }
}

/// The table of what is to hold.
pub(crate) fn put_goals(goals: &[Goal], findings: &mut Findings) {
    let names = "| to hold | by calls a second | held | by CPU time | held |";
    let mut lines = Lines::table(names, "|---|--:|---|--:|---|");
    for Goal { words, bound, measured } in goals {
        let judged = measured.map(|times| bound.judge(times));
        let cells = judged.map(|(measured, held)| format!("{measured:.2} | {}", table::held(held)));
        lines.add(format!("| {words} | {} |", cells.join(" | ")));
        let [(pace, by_pace), (cpu, by_cpu)] = judged;
        findings.bound(words, &format!("{pace:.2} by calls a second, {cpu:.2} by CPU time"), by_pace && by_cpu);
    }
    findings.put("goals", lines.finish());
}

impl Lane {
    const fn new(name: &'static str) -> Self {
        Self { name, pace: Vec::new(), cpu: Vec::new(), busy: Vec::new(), alone: Vec::new(), memory: None }
    }

    /// So many of the calls of a single connection took this long at most.
    fn latency(&self, part: f64) -> f64 {
        let mut all = self.alone.clone();
        all.sort_by(f64::total_cmp);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the place is within the list")]
        let place = (all.len() as f64 * part) as usize;
        all.get(place).map_or(f64::NAN, |seconds| seconds * 1e6)
    }

    fn memory(&self) -> String {
        match &self.memory {
            Some(Ok(bytes)) => format!("{} MiB", mebibytes(*bytes)),
            _ => "none".to_owned(),
        }
    }
}

impl fmt::Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a wrong result, it {}", self.0)
    }
}

impl std::error::Error for Wrong {}

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

fn mebibytes(bytes: u64) -> String {
    #[expect(clippy::cast_precision_loss, reason = "a tenth of a mebibyte is enough")]
    let mebibytes = bytes as f64 / f64::from(1 << 20);
    format!("{mebibytes:.1}")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two contenders, one with twice the calls and half the CPU time of the other.
    fn results() -> Results {
        let mut results = Results::new("calls", "server", true);
        for _ in 0..3 {
            let turn = |calls, cpu| Turn { calls, seconds: 1.0, cpu, latencies: Vec::new() };
            results.add("floor", &turn(2_000.0, 1.0), vec![0.000_002, 0.000_001]);
            results.add(OURS, &turn(1_000.0, 1.0), vec![0.000_003]);
        }
        results
    }

    #[test]
    fn a_row_for_each() {
        let mut results = results();
        results.remember("floor", Ok(3 << 19));
        results.remember(OURS, Err("it has none".to_owned()));
        let table = results.table();
        let rows: Vec<_> = table.lines().skip(2).collect();
        assert_eq!(rows[0], "| floor | 2,000 | 1.000 | 0.50 | 500 | 1.00 | 100% | 2.00 | 2.00 | 1.5 |");
        assert_eq!(rows[1], "| tagwire | 1,000 | 0.500 | 1.00 | 1,000 | 2.00 | 100% | 3.00 | 3.00 | none (1) |");
        assert_eq!(rows[3], "1. tagwire: it has none");
    }

    #[test]
    fn who_is_left_out_has_figures_that_say_so() {
        let (mut results, mut findings) = (results(), Findings::default());
        let failure = Failure::from("it is not here");
        assert!(results.do_without("peer", true, &failure, &mut findings).is_ok());
        let wrong = Failure::from(Wrong("gives 1 for 2".to_owned()));
        assert!(results.do_without("another", true, &wrong, &mut findings).is_ok());
        assert!(results.do_without("floor", false, &failure, &mut findings).is_err());
        results.put("add", &mut findings);
        let found = format!("{findings:?}");
        assert!(found.contains(r#"("add.peer.cpu", "left out")"#), "{found}");
        assert!(found.contains(r#"("add.floor.cpu", "0.50")"#), "{found}");
        assert!(found.contains(r#"missing: ["peer: calls: it is not here"]"#), "{found}");
        assert!(found.contains("another: calls: a wrong result, it gives 1 for 2"), "{found}");
        assert!(found.contains("the server floor takes 0.50 of tagwire's CPU time"), "{found}");
    }

    #[test]
    fn a_goal_is_judged_by_both_measures() {
        let goal = results().goal("add", OURS, 0.9, "floor");
        assert_eq!(goal.measured.map(times), ["0.50", "0.50"]);
    }
}
