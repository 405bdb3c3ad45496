//! The fetches of a run as bars in rows: one row where they follow each other, many where they are under way at once.
//! Knows no place on the screen.
//!
//! A bar begins when its fetch gets under way, not when it is put in a queue, and takes the first row that is free.
//! There are so many rows as fetches were under way at once.

use crate::clock::At;
use crate::event::{Event, EventKind};
use crate::fetched::Fetched;
use crate::id::FetchId;
use crate::phase::{Marks, Phase};
use std::cmp::Reverse;
use std::collections::{BTreeSet, BinaryHeap, HashMap};
use std::time::Duration;

/// Bars that are kept; what comes later is counted only.
pub const KEPT: usize = 10_000;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bar {
    pub row: u32,
    pub started: At,
    /// `None` while it is under way.
    pub ended: Option<At>,
    pub marks: Marks,
}

impl Bar {
    pub fn end(&self, now: At) -> At {
        self.ended.unwrap_or(now).max(self.started)
    }
}

#[derive(Clone, Debug, Default)]
pub struct Track {
    bars: Vec<Bar>,
    under_way: HashMap<FetchId, Place>,
    free: BTreeSet<u32>,
    rows: u32,
    /// Bars beyond those that are kept.
    uncounted: u64,
    longest: Duration,
}

/// Where a fetch under way is drawn.
#[derive(Clone, Copy, Debug)]
struct Place {
    row: u32,
    /// `None` where it is one too many to be kept.
    bar: Option<usize>,
}

impl Track {
    pub fn apply(&mut self, event: &Event) {
        match &event.kind {
            EventKind::PhaseEntered { id, phase, .. } => self.enter(*id, *phase, event.at),
            EventKind::ResultSet { id, .. } => self.leave(*id, event.at),
            EventKind::Finished { id, fetched } => self.finish(*id, fetched),
            _ => {}
        }
    }

    fn enter(&mut self, id: FetchId, phase: Phase, at: At) {
        match self.under_way.get(&id).map(|place| place.bar) {
            Some(Some(bar)) => self.bars[bar].marks.enter(phase, at),
            Some(None) => {}
            // It waits for its turn.
            None if phase == Phase::Blocked => {}
            None => self.begin(id, phase, at),
        }
    }

    fn begin(&mut self, id: FetchId, phase: Phase, at: At) {
        let row = self.free.pop_first().unwrap_or_else(|| {
            self.rows += 1;
            self.rows - 1
        });
        let kept = self.bars.len() < KEPT;
        self.under_way.insert(id, Place { row, bar: kept.then_some(self.bars.len()) });
        if kept {
            let mut marks = Marks::new();
            marks.enter(phase, at);
            self.bars.push(Bar { row, started: at, ended: None, marks });
        } else {
            self.uncounted += 1;
        }
    }

    fn leave(&mut self, id: FetchId, at: At) {
        let Some(place) = self.under_way.remove(&id) else { return };
        self.free.insert(place.row);
        if let Some(bar) = place.bar.map(|bar| &mut self.bars[bar]) {
            bar.ended = Some(at.max(bar.started));
        }
    }

    /// The result's own stamps are the last word on how long it took, also for what has no bar.
    fn finish(&mut self, id: FetchId, fetched: &Fetched) {
        self.leave(id, fetched.ended);
        let queued = fetched.spent(Phase::Blocked).unwrap_or_default();
        self.longest = self.longest.max(fetched.total().saturating_sub(queued));
    }

    /// The run is over. Events of several threads may have come a little out of order: the rows are given anew, by
    /// the times alone.
    pub fn settle(&mut self) {
        let end = self.bars.iter().map(|bar| bar.end(bar.started)).max().unwrap_or_default();
        for bar in &mut self.bars {
            bar.ended.get_or_insert(end.max(bar.started));
        }
        self.bars.sort_by_key(|bar| bar.started);
        let packed = pack(&mut self.bars);
        self.rows = if self.uncounted == 0 { packed } else { packed.max(self.rows) };
        self.under_way.clear();
        self.free.clear();
    }

    /// In the order they began.
    pub fn bars(&self) -> &[Bar] {
        &self.bars
    }

    /// As many as were under way at once.
    pub fn rows(&self) -> u64 {
        u64::from(self.rows)
    }

    pub fn under_way(&self) -> u64 {
        self.under_way.len() as u64
    }

    /// Fetches that got under way.
    pub fn fetches(&self) -> u64 {
        self.bars.len() as u64 + self.uncounted
    }

    pub fn longest(&self) -> Duration {
        self.longest
    }

    /// The most bars of one row.
    pub fn in_a_row(&self) -> u64 {
        let mut counts = vec![0; self.rows as usize];
        for bar in &self.bars {
            counts[bar.row as usize] += 1;
        }
        counts.into_iter().max().unwrap_or(0)
    }

    /// Fetches that have no bar in the first `rows` rows.
    pub fn hidden(&self, rows: u64) -> u64 {
        self.uncounted + self.bars.iter().filter(|bar| u64::from(bar.row) >= rows).count() as u64
    }

    /// When the last bar ends.
    pub fn end(&self, now: At) -> At {
        self.bars.iter().map(|bar| bar.end(now)).max().unwrap_or_default()
    }
}

/// Gives each bar the first row that is free when it begins, and tells how many rows that takes. The bars are to be in
/// the order they began.
fn pack(bars: &mut [Bar]) -> u32 {
    let (mut rows, mut free, mut taken) = (0, BTreeSet::new(), BinaryHeap::new());
    for bar in bars {
        while let Some(&Reverse((end, row))) = taken.peek()
            && end <= bar.started
        {
            taken.pop();
            free.insert(row);
        }
        bar.row = free.pop_first().unwrap_or_else(|| {
            rows += 1;
            rows - 1
        });
        taken.push(Reverse((bar.end(bar.started), bar.row)));
    }
    rows
}
