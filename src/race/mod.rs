//! A race: the same targets by each contestant in turn, over some rounds; what their runs told, and what it adds up to.
//! A pure function of their events: it starts nothing and knows no clock.

mod figures;
mod json;
mod news;
mod table;
mod track;
mod verdict;
mod why;

pub use figures::Figures;
pub use json::Json;
pub use news::{News, Telling};
pub use table::{Column, Table, columns, row};
pub use track::{Bar, Track};
pub use verdict::{Spread, Standings, Verdict, standings};

use crate::clock::At;
use crate::control::EndReason;
use crate::event::{Engine, Event, Order};
use crate::state::State;
use crate::text::Untrusted;

/// What races.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Contestant {
    pub engine: Engine,
    pub order: Order,
}

/// A run of a contestant in a round, in a process of its own.
#[derive(Clone, Debug)]
pub struct Run {
    pub contestant: usize,
    /// Counted from 1.
    pub round: u32,
    /// When it began, in the time of the race.
    pub began: At,
    pub track: Track,
    pub standing: Standing,
    /// What its events add up to, while it runs.
    state: Option<Box<State>>,
    figures: Figures,
}

/// How a run stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    Running,
    /// It fetched all there was: it counts.
    Whole,
    /// It ended early, and counts for nothing.
    Partial(EndReason),
    /// Its process failed.
    Failed,
}

/// How a race ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum End {
    Finished,
    Stopped(EndReason),
    Failed(Trouble),
}

/// Why a race can't go on, and what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trouble {
    pub message: String,
    pub hint: String,
}

#[derive(Clone, Debug)]
pub struct Race {
    /// What is fetched, in a few words.
    pub target: Untrusted,
    pub contestants: Vec<Contestant>,
    pub rounds: u32,
    /// In the order they were started; the last one may be running.
    pub runs: Vec<Run>,
    /// No further run is started; the one that is running has until then.
    pub draining: Option<At>,
    pub ended: Option<(At, End)>,
}

impl Race {
    pub fn new(target: Untrusted, contestants: Vec<Contestant>, rounds: u32) -> Race {
        Race { target, contestants, rounds, runs: Vec::new(), draining: None, ended: None }
    }

    /// Who is next and in which round. The order is rotated from round to round, so that nobody is always the first,
    /// or always comes after the same one.
    pub fn next(&self) -> Option<(usize, u32)> {
        let count = self.contestants.len();
        let (round, place) = (self.runs.len().checked_div(count)?, self.runs.len() % count);
        let turn = (place + round) % count;
        u32::try_from(round).ok().filter(|round| *round < self.rounds).map(|round| (turn, round + 1))
    }

    /// Starts the next run, if there is one, and tells whose it is.
    pub fn start(&mut self, now: At) -> Option<usize> {
        let (contestant, round) = self.next()?;
        self.runs.push(Run {
            contestant,
            round,
            began: now,
            track: Track::default(),
            standing: Standing::Running,
            state: Some(Box::default()),
            figures: Figures::default(),
        });
        Some(contestant)
    }

    /// The run that is running.
    pub fn running(&self) -> Option<&Run> {
        self.runs.last().filter(|run| run.standing == Standing::Running)
    }

    fn running_mut(&mut self) -> Option<&mut Run> {
        self.runs.last_mut().filter(|run| run.standing == Standing::Running)
    }

    /// What the run that is running has told up to `now`.
    pub fn apply(&mut self, events: &[Event], now: At) {
        let Some(run) = self.running_mut() else { return };
        for event in events {
            run.apply(event, now);
        }
    }

    /// The run that is running has ended so.
    pub fn settle(&mut self, standing: Standing) {
        if let Some(run) = self.running_mut() {
            run.settle(standing);
        }
    }

    /// The run that is running is as if it had never begun.
    pub fn take_back(&mut self) {
        if self.running().is_some() {
            self.runs.pop();
        }
    }

    /// The race is over; a run that is running counts for nothing. What comes later changes nothing any more.
    pub fn end(&mut self, now: At, end: End) {
        if self.ended.is_none() {
            let early = match &end {
                End::Stopped(reason) => Standing::Partial(*reason),
                End::Finished | End::Failed(_) => Standing::Failed,
            };
            self.settle(early);
            self.ended = Some((now, end));
        }
    }

    /// The runs of a contestant, in the order of the rounds.
    pub fn runs_of(&self, contestant: usize) -> impl DoubleEndedIterator<Item = &Run> {
        self.runs.iter().filter(move |run| run.contestant == contestant)
    }

    /// The time that is shown: it stands once the race has ended.
    pub fn clock(&self, now: At) -> At {
        self.ended.as_ref().map_or(now, |(at, _)| *at)
    }

    /// What a contestant is called: by its order too, where more than one races.
    pub fn name(&self, contestant: usize) -> String {
        let Some(it) = self.contestants.get(contestant) else { return String::new() };
        let orders = self.contestants.iter().any(|other| other.order != it.order);
        if orders { format!("{} ({})", it.engine.name(), it.order.name()) } else { it.engine.name().to_owned() }
    }

    /// The widest name, in columns.
    pub fn widest_name(&self) -> usize {
        (0..self.contestants.len()).map(|at| self.name(at).len()).max().unwrap_or(0)
    }
}

impl Run {
    fn apply(&mut self, event: &Event, now: At) {
        // An event is told some time after it was: the soonest that was told says best when the run began.
        self.began = self.began.min(At(now.0.saturating_sub(event.at.0)));
        self.track.apply(event);
        if let Some(state) = &mut self.state {
            state.apply(event);
        }
    }

    fn settle(&mut self, standing: Standing) {
        self.track.settle();
        self.figures = self.figures();
        self.state = None;
        self.standing = standing;
    }

    /// What its events add up to; once it has ended, only its figures are kept.
    pub fn state(&self) -> Option<&State> {
        self.state.as_deref()
    }

    pub fn figures(&self) -> Figures {
        self.state().map_or(self.figures, |state| Figures::of(state, &self.track))
    }

    /// The time of the run at a moment of the race.
    pub fn now(&self, now: At) -> At {
        At(now.0.saturating_sub(self.began.0))
    }

    pub fn is_whole(&self) -> bool {
        self.standing == Standing::Whole
    }
}
