//! What the whole runs of a race add up to, a contestant each. Knows no table.
//!
//! The ideal is what could not be done faster: the slowest page alone, in the run that took it the least long. So no run
//! can have been faster, whatever chance had to do with it. The overhead is the rest of a last time.

use super::why::why;
use super::{Figures, Race};
use crate::event::Engine;
use std::time::Duration;

/// A middle and how far the others lie from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spread {
    pub median: Duration,
    pub least: Duration,
    pub most: Duration,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Verdict {
    pub contestant: usize,
    /// Whole runs.
    pub runs: usize,
    pub last: Spread,
    pub overhead: Duration,
    /// How many times sooner the last result came than one after another; `None` where no such run is to compare with.
    pub speed_up: Option<f64>,
    pub cpu: Option<Duration>,
    pub peak_bytes: Option<u64>,
    pub threads: Option<u32>,
    /// Those of the run in the middle.
    pub figures: Figures,
}

/// The verdicts in the order of the contestants; whoever has no whole run has none.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Standings {
    pub ideal: Duration,
    /// The contestant that measured it.
    pub measured_by: Option<usize>,
    pub verdicts: Vec<Verdict>,
}

impl Verdict {
    /// Why it took as long as it did.
    pub fn why(&self, race: &Race) -> String {
        why(&race.name(self.contestant), race.contestants[self.contestant].engine, &self.figures)
    }
}

pub fn standings(race: &Race) -> Standings {
    let runs: Vec<Vec<Figures>> = (0..race.contestants.len()).map(|contestant| whole_runs(race, contestant)).collect();
    let lasts: Vec<Option<Spread>> = runs.iter().map(|runs| spread(runs.iter().map(|run| run.last))).collect();
    let shortest = |at: usize| Some((runs[at].iter().map(|run| run.longest.min(run.last)).min()?, at));
    // Of two that measured the same, the one whose last time is shorter is named.
    let by_last = |&(ideal, at): &(Duration, usize)| (ideal, lasts[at].map(|last| last.median));
    let measured = (0..runs.len()).filter_map(shortest).min_by_key(by_last);
    let (ideal, measured_by) = measured.unzip();
    let ideal = ideal.unwrap_or_default();
    let verdict = |at: usize| {
        let last = lasts[at]?;
        let sequential = compared_with(race, at).and_then(|other| lasts[other]);
        let speed_up = sequential.filter(|_| !last.median.is_zero());
        let middle = runs[at].iter().min_by_key(|run| run.last.abs_diff(last.median))?;
        Some(Verdict {
            contestant: at,
            runs: runs[at].len(),
            last,
            overhead: last.median.saturating_sub(ideal),
            speed_up: speed_up.map(|slow| slow.median.as_secs_f64() / last.median.as_secs_f64()),
            cpu: spread(runs[at].iter().filter_map(|run| run.cpu)).map(|cpu| cpu.median),
            peak_bytes: runs[at].iter().filter_map(|run| run.peak_bytes).max(),
            threads: runs[at].iter().filter_map(|run| run.threads).max(),
            figures: *middle,
        })
    };
    Standings { ideal, measured_by, verdicts: (0..runs.len()).filter_map(verdict).collect() }
}

fn whole_runs(race: &Race, contestant: usize) -> Vec<Figures> {
    race.runs_of(contestant).filter(|run| run.is_whole()).map(super::Run::figures).collect()
}

/// The sequential contestant of the same order, else any.
fn compared_with(race: &Race, contestant: usize) -> Option<usize> {
    let order = race.contestants[contestant].order;
    let mut sequential =
        (0..race.contestants.len()).filter(|&at| race.contestants[at].engine == Engine::Sequential).peekable();
    let first = sequential.peek().copied();
    sequential.find(|&at| race.contestants[at].order == order).or(first)
}

fn spread(spans: impl Iterator<Item = Duration>) -> Option<Spread> {
    let mut spans: Vec<Duration> = spans.collect();
    spans.sort_unstable();
    let (least, most) = (*spans.first()?, *spans.last()?);
    let half = spans.len() / 2;
    let median = if spans.len().is_multiple_of(2) { (spans[half - 1] + spans[half]) / 2 } else { spans[half] };
    Some(Spread { median, least, most })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_median_lies_in_the_middle_or_between_the_two_that_do() {
        let cases: [(&[u64], Option<[u64; 3]>); 4] =
            [(&[], None), (&[7], Some([7, 7, 7])), (&[9, 1, 5], Some([5, 1, 9])), (&[1, 9, 3, 5], Some([4, 1, 9]))];
        for (given, expected) in cases {
            let spread = spread(given.iter().copied().map(Duration::from_millis));
            let found = spread.map(|it| [it.median, it.least, it.most]);
            assert_eq!(found, expected.map(|all| all.map(Duration::from_millis)), "{given:?}");
        }
    }
}
