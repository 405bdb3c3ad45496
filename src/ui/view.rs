//! How a user looks at the state: what has the focus, what is selected, what is held still. Changes by keys only.

use super::scroll::Scroll;
use crate::clock::At;
use crate::id::FetchId;
use crate::state::State;

/// A part of the picture that takes keys.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Pane {
    #[default]
    InFlight,
    Timing,
    Events,
    Done,
}

impl Pane {
    pub const ALL: [Pane; 4] = [Pane::InFlight, Pane::Timing, Pane::Events, Pane::Done];

    /// What its title begins with.
    pub fn name(self) -> &'static str {
        ["In flight", "Timing", "Events", "Done"][self as usize]
    }

    /// The pane so many steps further, around the circle.
    pub fn next(self, steps: usize) -> Pane {
        Pane::ALL[(self as usize + steps) % Pane::ALL.len()]
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
    /// The row of the requests in flight that is selected; it stays selected while the table moves.
    pub request: Option<FetchId>,
    /// Rows from the top of the requests in flight that are scrolled away.
    pub inflight: usize,
    /// The event log; at the end it follows.
    pub log: Scroll,
    /// The done list, newest first; at its beginning it follows.
    pub done: Scroll,
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

    /// Moves the selection, or scrolls, in the pane that has the focus.
    pub fn step(&mut self, state: &State, by: Step) {
        match self.focus {
            Pane::InFlight => self.select(state, by),
            Pane::Events => self.log.step(by, state.log.count),
            Pane::Done => self.done.step(by.reversed(), state.done.count),
            Pane::Timing => {}
        }
    }

    fn select(&mut self, state: &State, by: Step) {
        let count = state.requests.len();
        let selected = self.request.and_then(|id| state.requests.iter().position(|request| request.id == id));
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
    fn reversed(self) -> Step {
        match self {
            Step::By(rows) => Step::By(-rows),
            Step::First => Step::Last,
            Step::Last => Step::First,
        }
    }
}
