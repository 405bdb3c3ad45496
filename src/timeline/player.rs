//! A recording that is played: where it stands, how fast it goes, and the state there. Going back is exact, for no event
//! is ever taken back: a state before is gone on from. Knows no clock: how much time has passed is an argument.

use super::wanted::{Wanted, moment};
use super::{Frame, Speed, Timeline};
use crate::clock::At;
use crate::state::State;
use crate::tape::{Block, Extent};
use std::time::Duration;

/// Over which the speed that is reached is taken.
const WINDOW: Duration = Duration::from_millis(500);

pub struct Player {
    timeline: Timeline,
    frame: Frame,
    /// The moment that is shown, once the state is there.
    now: At,
    /// The one before time passed to it.
    before: At,
    goal: Goal,
    /// A place that has not been read yet: it is gone to once it is.
    awaited: Option<Wanted>,
    playing: bool,
    speed: Speed,
    /// The block that was played last.
    block: Option<Block>,
    measured: Measured,
}

/// What the state is to be brought to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Goal {
    /// All events up to this moment.
    Moment(At),
    /// So many events, and then the rest of this moment.
    Position(u64, At),
    /// So many events, the last of them of this moment, and no other until time passes: several may share a moment.
    Events(u64, At),
}

/// How long it is since the speed was reckoned last, the moment of the run then, and what came of it.
#[derive(Clone, Copy, Debug, Default)]
struct Measured {
    real: Duration,
    since: At,
    reached: Option<f64>,
}

/// Where a player stands.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Standing {
    pub playing: bool,
    /// All events have been played.
    pub ended: bool,
    /// It is on its way to a place that was asked for.
    pub seeking: bool,
    /// That place has not been read yet.
    pub awaiting: bool,
    pub speed: Speed,
    /// Where the machine can't keep up: how fast it really goes.
    pub reached: Option<f64>,
    pub now: At,
    pub position: u64,
    pub extent: Extent,
}

impl Player {
    /// At the beginning.
    pub fn new(timeline: Timeline, speed: Speed, playing: bool) -> Player {
        let (frame, measured, now) = (Frame::default(), Measured::default(), At(0));
        let (goal, awaited, block) = (Goal::Moment(now), None, None);
        Player { timeline, frame, now, before: now, goal, awaited, playing, speed, block, measured }
    }

    pub fn state(&self) -> &State {
        &self.frame.state
    }

    /// The moment that is shown: that of the state, where that is behind.
    pub fn now(&self) -> At {
        if self.is_behind() { self.frame.moment.max(self.before) } else { self.now }
    }

    pub fn standing(&self) -> Standing {
        let extent = self.timeline.tape.extent();
        Standing {
            playing: self.playing,
            ended: self.is_over(&extent),
            seeking: self.is_seeking() || self.awaited.is_some(),
            awaiting: self.awaited.is_some(),
            speed: self.speed,
            reached: self.measured.reached.filter(|reached| self.playing && *reached < self.speed.times() * 0.9),
            now: self.now(),
            position: self.frame.position,
            extent,
        }
    }

    fn is_seeking(&self) -> bool {
        match self.goal {
            Goal::Moment(_) => false,
            Goal::Position(..) => true,
            Goal::Events(position, _) => self.frame.position < position,
        }
    }

    fn is_over(&self, extent: &Extent) -> bool {
        extent.ended.is_some() && self.frame.position >= extent.events
    }

    /// How much failed in each of so many equal parts of what a picture of the recording reaches to.
    pub fn failed(&self, parts: usize) -> Vec<u32> {
        let tape = &self.timeline.tape;
        tape.failed(parts, tape.extent().scale())
    }

    pub fn is_playing(&self) -> bool {
        self.playing
    }

    /// So much time has passed in the world.
    pub fn pass(&mut self, real: Duration) {
        if !self.playing || self.awaited.is_some() {
            return;
        }
        if !self.is_behind() {
            let extent = self.timeline.tape.extent();
            // While the recording is still being read, time does not run ahead of it.
            let now = (self.now + self.speed.of(real)).min(extent.until.max(self.now));
            (self.before, self.now, self.goal) = (self.now, now, Goal::Moment(now));
            self.playing = !self.is_over(&extent);
        }
        self.measured.real += real;
        if self.measured.real >= WINDOW {
            let (reached, now) = (self.measured, self.now());
            let speed = (now - reached.since).as_secs_f64() / reached.real.as_secs_f64();
            self.measured = Measured { real: Duration::ZERO, since: now, reached: Some(speed) };
        }
    }

    fn measure_anew(&mut self) {
        self.measured = Measured { since: self.now, ..Measured::default() };
    }

    /// Whether there are events to be played before more time can pass.
    pub fn is_behind(&self) -> bool {
        match self.goal {
            Goal::Position(..) | Goal::Events(..) => self.is_seeking(),
            Goal::Moment(at) => self.next_moment().is_some_and(|moment| moment <= at),
        }
    }

    fn next_moment(&self) -> Option<At> {
        let position = self.frame.position;
        let known = self.block.as_ref().filter(|block| block.holds(position));
        let at = match known {
            Some(block) => block.get(position)?.at,
            None => self.timeline.tape.block(position)?.get(position)?.at,
        };
        Some(at.max(self.frame.moment))
    }

    /// Plays events towards where it is to be, so many at most; tells whether more are left.
    pub fn work(&mut self, events: usize) -> bool {
        if let Some(wanted) = self.awaited.filter(|wanted| wanted.is_read(&self.timeline.tape.extent())) {
            self.go(wanted);
        }
        for _ in 0..events {
            let due = match self.goal {
                Goal::Position(position, _) | Goal::Events(position, _) if self.frame.position >= position => {
                    return self.arrive();
                }
                Goal::Position(..) | Goal::Events(..) => At(u64::MAX),
                Goal::Moment(at) => at,
            };
            if !self.play_one(due) {
                return self.arrive();
            }
        }
        true
    }

    /// Plays the next event if it is due; tells whether it was.
    fn play_one(&mut self, due: At) -> bool {
        let position = self.frame.position;
        if !self.block.as_ref().is_some_and(|block| block.holds(position)) {
            self.block = self.timeline.tape.block(position);
        }
        let Some(event) = self.block.as_ref().and_then(|block| block.get(position)) else { return false };
        let moment = event.at.max(self.frame.moment);
        if moment > due {
            return false;
        }
        self.frame.state.apply(event);
        (self.frame.position, self.frame.moment) = (position + 1, moment);
        true
    }

    /// Nothing more can be played towards the goal.
    fn arrive(&mut self) -> bool {
        if let Goal::Position(_, now) | Goal::Events(_, now) = self.goal {
            self.now = now;
            self.measure_anew();
        }
        if let Goal::Position(_, now) = self.goal {
            self.goal = Goal::Moment(now);
        }
        false
    }

    pub fn toggle(&mut self) {
        let over = self.is_over(&self.timeline.tape.extent());
        self.playing = !self.playing;
        self.awaited = None;
        self.measure_anew();
        if self.playing && over {
            self.seek(At(0));
        }
    }

    pub fn pause(&mut self) {
        self.playing = false;
    }

    pub fn set_speed(&mut self, speed: Speed) {
        self.speed = speed;
        self.measure_anew();
    }

    pub fn speed(&self) -> Speed {
        self.speed
    }

    /// To a moment: all events up to it. Where it has not been read yet, as far as it has been, and there once it is.
    pub fn seek(&mut self, at: At) {
        self.want(Wanted::Moment(at));
    }

    /// To a place, or as near as it has been read and there later.
    fn want(&mut self, wanted: Wanted) {
        let is_read = wanted.is_read(&self.timeline.tape.extent());
        self.go(wanted);
        self.awaited = Some(wanted).filter(|_| !is_read);
    }

    fn go(&mut self, wanted: Wanted) {
        match wanted {
            Wanted::Share(share) => self.go_to_moment(moment(share, &self.timeline.tape.extent())),
            Wanted::Moment(at) => self.go_to_moment(at),
            Wanted::Position(position) => {
                let position = position.min(self.timeline.tape.extent().events);
                self.bring(position, Goal::Events(position, self.moment_of_last(position)));
            }
        }
    }

    /// As far as it has been read.
    fn go_to_moment(&mut self, at: At) {
        let at = at.min(self.timeline.tape.extent().until);
        let position = if at == At(0) { 0 } else { self.timeline.tape.position(at) };
        self.bring(position, Goal::Position(position, at));
    }

    /// By the time of the run, back where it is negative.
    pub fn skip(&mut self, parts: f64) {
        let until = self.timeline.tape.extent().whole().0 as f64;
        let from = match self.goal {
            Goal::Position(_, now) | Goal::Events(_, now) => now,
            Goal::Moment(_) => self.now,
        };
        let to = (from.0 as f64 + until * parts).clamp(0.0, until);
        self.go_to_moment(At(to as u64));
    }

    /// To a share of the time, as [`Player::seek`].
    pub fn seek_share(&mut self, share: f64) {
        self.want(Wanted::Share(share));
    }

    /// To where so many events have been played, as [`Player::seek`].
    pub fn seek_position(&mut self, position: u64) {
        self.want(Wanted::Position(position));
    }

    /// By events, back where it is negative; it stands then.
    pub fn step(&mut self, events: i64) {
        self.playing = false;
        let from = self.bound_for();
        self.go(Wanted::Position(from.saturating_add_signed(events)));
    }

    /// To the next result that is broken or failed, and stands there. Says whether there is one.
    pub fn next_failure(&mut self) -> bool {
        let Some(position) = self.timeline.tape.failure(self.bound_for()) else { return false };
        self.playing = false;
        self.seek_position(position + 1);
        true
    }

    /// Where it stands, or will: a quick second key goes on from where the first one leads to.
    fn bound_for(&self) -> u64 {
        match self.goal {
            Goal::Position(position, _) | Goal::Events(position, _) => position,
            Goal::Moment(_) => self.frame.position,
        }
    }

    /// To a place from which `goal` is reached.
    fn bring(&mut self, position: u64, goal: Goal) {
        let nearest = self.timeline.nearest(position);
        let ahead = nearest.as_ref().map_or(0, |frame| frame.position);
        if position < self.frame.position || ahead > self.frame.position {
            self.frame = nearest.map(|frame| Frame::clone(&frame)).unwrap_or_default();
        }
        (self.before, self.goal, self.awaited) = (At(0), goal, None);
    }

    /// The moment of the last of so many events.
    fn moment_of_last(&self, position: u64) -> At {
        let Some(last) = position.checked_sub(1) else { return At(0) };
        let block = self.timeline.tape.block(last);
        let place = block.as_ref().and_then(|block| usize::try_from(last - block.first).ok());
        block.as_ref().zip(place).and_then(|(block, place)| block.iter().nth(place)).map_or(self.now, |(at, _)| at)
    }
}
