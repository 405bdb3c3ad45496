//! How a user looks at the state: what has the focus, what is selected, what is held still. Changes by keys only.

use super::scroll::{Extent, Scroll};
use crate::clock::At;
use crate::id::FetchId;
use crate::state::{Request, State};

/// A part of the picture that takes keys.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Pane {
    #[default]
    InFlight,
    Timing,
    Events,
    Done,
    /// Of a crawl only.
    Hosts,
}

impl Pane {
    pub const ALL: [Pane; 5] = [Pane::InFlight, Pane::Timing, Pane::Events, Pane::Done, Pane::Hosts];

    /// What its title begins with.
    pub fn name(self) -> &'static str {
        ["In flight", "Timing", "Events", "Done", "Hosts"][self as usize]
    }

    /// The pane so many steps further, around the circle of those that this run has.
    pub fn next(self, steps: i32, run: &State) -> Pane {
        let count = if run.hosts.is_empty() { Pane::ALL.len() - 1 } else { Pane::ALL.len() };
        let place = (self as i32).saturating_add(steps).rem_euclid(count as i32);
        Pane::ALL[place as usize]
    }
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct View {
    pub focus: Pane,
    pub zoom: bool,
    pub help: bool,
    /// Lines of the help that are scrolled away.
    pub help_line: usize,
    /// The phases are shown in the event log too.
    pub verbose: bool,
    /// The request in flight that is selected; it stays selected while the table moves, and where it has ended, the next
    /// one is in its place.
    pub request: Option<FetchId>,
    /// Rows from the top of the requests in flight that are scrolled away.
    pub inflight: usize,
    /// The event log, by the numbers of its events, so that the details come and go around the place that is held.
    pub log: Scroll,
    /// The done list, newest first; at its beginning it follows.
    pub done: Scroll,
    /// Rows from the top of the hosts that are scrolled away.
    pub hosts: usize,
    /// The picture that is held still.
    pub frozen: Option<Box<Frozen>>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Frozen {
    pub state: State,
    pub now: At,
}

impl View {
    pub fn freeze(&mut self, state: &State, now: At) {
        self.frozen = match self.frozen.take() {
            Some(_) => None,
            None => Some(Box::new(Frozen { state: state.clone(), now })),
        };
    }

    /// Moves the selection, or scrolls, in the pane that has the focus and shows so many rows.
    pub fn step(&mut self, state: &State, by: Step, shown: u64) {
        match self.focus {
            Pane::InFlight => self.select(state, by),
            Pane::Events => {
                let mut place = self.log_place(state);
                place.step(by, self.log_extent(state, shown));
                self.log = place.map(|rows| state.log.number(rows, self.verbose));
            }
            Pane::Done => self.done.step(by.reversed(), View::done_extent(state, shown)),
            Pane::Hosts => self.hosts = by.from(self.hosts, state.hosts.len().saturating_sub(shown as usize)),
            Pane::Timing => {}
        }
    }

    /// The place in the event log, by the rows that are seen.
    pub(super) fn log_place(&self, state: &State) -> Scroll {
        self.log.map(|number| state.log.rows_below(number, self.verbose))
    }

    pub(super) fn log_extent(&self, state: &State, shown: u64) -> Extent {
        Extent { count: state.log.count(self.verbose), gone: state.log.gone(self.verbose), shown }
    }

    /// Results that wait for their turn are in no row yet.
    pub(super) fn done_extent(state: &State, shown: u64) -> Extent {
        let count = state.done.count - state.turns.waiting() as u64;
        Extent { count, gone: count - state.done.kept() as u64, shown }
    }

    /// The row of the requests in flight that is selected. Where that one has ended, the next younger one is, for ids
    /// grow as the table does, downwards, but for those that are made again.
    pub(super) fn selected(&self, state: &State) -> Option<usize> {
        let (id, last) = (self.request?, state.requests.len().checked_sub(1)?);
        let there = state.requests.get(id).is_some();
        let is_meant = |request: &Request| if there { request.id == id } else { request.id > id };
        Some(state.requests.iter().position(is_meant).unwrap_or(last))
    }

    fn select(&mut self, state: &State, by: Step) {
        let count = state.requests.len();
        let selected = self.selected(state);
        let last = count.saturating_sub(1);
        let to = match (by, selected) {
            (Step::First, _) => 0,
            (Step::Last, _) => last,
            (Step::By(_), None) => 0,
            (Step::By(rows), Some(at)) => at.saturating_add_signed(rows as isize).min(last),
        };
        self.request = state.requests.iter().nth(to).map(|request| request.id);
    }
}

/// A move in a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// So many rows down; up where it is negative.
    By(i32),
    First,
    Last,
}

impl Step {
    /// The place after the move, in a list whose last place is `last`.
    fn from(self, place: usize, last: usize) -> usize {
        match self {
            Step::First => 0,
            Step::Last => last,
            Step::By(rows) => place.min(last).saturating_add_signed(rows as isize).min(last),
        }
    }

    fn reversed(self) -> Step {
        match self {
            Step::By(rows) => Step::By(-rows),
            Step::First => Step::Last,
            Step::Last => Step::First,
        }
    }
}
