//! Turn by turn: how long each contender takes, on a machine that is not quiet.
//!
//! Every contender takes its turn in each round, so that a noisy neighbour or a changing clock hits all of them
//! alike, and the medians of many short turns are compared. Read the ratios: the nanoseconds are this machine's.

use std::time::{Duration, Instant};

use crate::Failure;
use crate::contender::Job;

/// How much patience to have.
#[derive(Debug)]
pub struct Pace {
    rounds: usize,
    /// A contender repeats its job until its turn takes this long. Shorter than the slices of a scheduler, so that
    /// most turns are not interrupted where others want the processor as well.
    turn: Duration,
}

impl Pace {
    /// For numbers to publish: one or two minutes.
    pub const FULL: Self = Self { rounds: 101, turn: Duration::from_millis(1) };
    /// To see where a change leads: well under a minute.
    pub const QUICK: Self = Self { rounds: 21, turn: Duration::from_millis(1) };

    pub(crate) const fn is_quick(&self) -> bool {
        self.rounds < Self::FULL.rounds
    }

    /// How many rounds to make of turns that have to be hundreds of times as long.
    pub(crate) const fn long_rounds(&self) -> usize {
        (self.rounds / 5) | 1
    }
}

/// What a job takes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Timing {
    /// Median of the turns.
    pub(crate) nanoseconds: f64,
    /// How often the first contender's time: the median over the rounds, each of which is a comparison of its own.
    pub(crate) of_first: f64,
}

/// Lets the jobs take turns.
pub(crate) fn alternate(jobs: &[&Job<'_>], pace: &Pace) -> Result<Vec<Timing>, Failure> {
    if jobs.is_empty() {
        return Ok(Vec::new());
    }
    let mut lanes = jobs.iter().map(|job| Lane::calibrated(job, pace)).collect::<Result<Vec<_>, _>>()?;
    for round in 0..pace.rounds {
        // Each is the first one some time, lest a rhythm of the machine falls in with that of the rounds.
        let (last, first) = lanes.split_at_mut(round % jobs.len());
        for lane in first.iter_mut().chain(last) {
            lane.take_turn()?;
        }
    }
    let first = lanes.first().map(|lane| lane.turns.clone()).unwrap_or_default();
    Ok(lanes
        .into_iter()
        .map(|lane| Timing {
            of_first: median(lane.turns.iter().zip(&first).map(|(turn, first)| turn / first).collect()),
            nanoseconds: median(lane.turns),
        })
        .collect())
}

struct Lane<'a> {
    job: &'a Job<'a>,
    /// Runs that fill one turn.
    repeats: u32,
    /// Nanoseconds of a run, for each turn.
    turns: Vec<f64>,
}

impl<'a> Lane<'a> {
    /// Doubles the repeats until a turn is long against the clock's own cost.
    fn calibrated(job: &'a Job<'a>, pace: &Pace) -> Result<Self, Failure> {
        let mut lane = Self { job, repeats: 1, turns: Vec::with_capacity(pace.rounds) };
        while lane.time()? < pace.turn {
            lane.repeats *= 2;
        }
        Ok(lane)
    }

    fn take_turn(&mut self) -> Result<(), Failure> {
        // Once for nothing: the one before has left its own data in the caches.
        (self.job)()?;
        let spent = self.time()?;
        self.turns.push(spent.as_secs_f64() * 1e9 / f64::from(self.repeats));
        Ok(())
    }

    fn time(&self) -> Result<Duration, Failure> {
        let start = Instant::now();
        for _ in 0..self.repeats {
            (self.job)()?;
        }
        Ok(start.elapsed())
    }
}

/// The one in the middle.
pub(crate) fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_middle() {
        assert_eq!(median(vec![3.0, 1.0, 2.0]).to_bits(), 2.0_f64.to_bits());
        assert!(median(Vec::new()).is_nan());
    }
}
