//! The run as a whole: what it is, how far its targets are known, what holds it back, how it ended.

use crate::clock::At;
use crate::control::{EndReason, Rate};
use crate::event::{Engine, Hold, Order, RunStarted, SPARE_FILES, Way};
use crate::text::Untrusted;
use std::time::Duration;

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Run {
    pub target: Option<Untrusted>,
    pub version: Box<str>,
    pub wall_clock_ms: u64,
    pub engine: Option<Engine>,
    /// Threads that fetch.
    pub workers: u32,
    /// Why the pool has no more of them, where the machine refused one.
    pub refused: Option<Untrusted>,
    /// Links are followed.
    pub crawl: bool,
    /// No robots.txt is asked.
    pub no_robots: bool,
    pub order: Order,
    pub cap: u32,
    /// Requests over all hosts, where there is a limit.
    pub rate: Option<Rate>,
    pub open_files: u64,
    /// What no head of a request shows of how it is asked.
    pub way: Way,
    /// Targets read so far.
    pub targets: u64,
    /// Whether more targets may come.
    pub more: bool,
    pub started: u64,
    origin: Origin,
    /// The origin of the first target of a crawl, or where that led.
    home: Option<Untrusted>,
    pub paused: bool,
    /// Since when it has run without standing still.
    pub resumed: At,
    pub held: Option<Hold>,
    pub draining: Option<At>,
    pub lines_skipped: u64,
    /// What was wrong with the input, and at which line.
    pub input_error: Option<(Option<u64>, Untrusted)>,
    /// Since when the run is recorded no longer, and why.
    pub recording_ended: Option<(At, Untrusted)>,
    pub ended: Option<(At, EndReason)>,
    /// Targets that were known and never started.
    pub unread: u64,
}

/// The scheme, host and port that all targets so far share.
#[derive(Clone, Debug, Default, PartialEq)]
enum Origin {
    #[default]
    None,
    One(Untrusted),
    Many,
}

/// Where a run stands, in one word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    Running,
    Paused,
    /// Nothing new starts; so long is left for what is in flight.
    Draining(Duration),
    Ended(EndReason),
}

impl Run {
    pub(super) fn start(&mut self, started: &RunStarted) {
        self.target = Some(started.target.clone());
        self.version.clone_from(&started.version);
        self.wall_clock_ms = started.wall_clock_ms;
        self.engine = Some(started.engine);
        self.workers = started.workers;
        self.order = started.order;
        self.cap = started.cap;
        self.open_files = started.open_files;
        self.way = started.way.clone();
        self.more = true;
        (self.crawl, self.no_robots) = (started.crawl, started.no_robots);
        let is_plain = !started.target.authority().contains(&b' ');
        self.home = started.target.origin().filter(|_| started.crawl && is_plain);
    }

    pub(super) fn refuse_worker(&mut self, workers: u16, message: &Untrusted) {
        self.workers = u32::from(workers);
        self.refused = Some(message.clone());
    }

    pub(super) fn start_fetch(&mut self, url: &Untrusted) {
        self.started += 1;
        if self.crawl && self.home.is_none() {
            self.home = url.origin();
        }
        let many = match &self.origin {
            Origin::None => return self.origin = url.origin().map_or(Origin::Many, Origin::One),
            Origin::One(origin) => !url.has_prefix(origin),
            Origin::Many => return,
        };
        if many {
            self.origin = Origin::Many;
        }
    }

    /// What all URLs begin with, where there is only one origin; a picture can leave it out.
    pub fn origin(&self) -> Option<&Untrusted> {
        match &self.origin {
            Origin::One(origin) => Some(origin),
            Origin::None | Origin::Many => None,
        }
    }

    /// What most URLs of a crawl begin with: those of other origins can be told from them without it.
    pub fn home(&self) -> Option<&Untrusted> {
        self.home.as_ref()
    }

    /// A start led elsewhere.
    pub(super) fn widen(&mut self, from: &Untrusted, to: &Untrusted) {
        if self.home == from.origin() {
            self.home = to.origin();
        }
    }

    pub(super) fn count_targets(&mut self, total: u64, more: bool) {
        self.targets = total;
        self.more = more;
    }

    pub(super) fn resume(&mut self, at: At) {
        self.paused = false;
        self.resumed = at;
    }

    pub(super) fn refuse_line(&mut self, line: u64, message: &Untrusted) {
        self.input_error = Some((Some(line), message.clone()));
    }

    pub(super) fn fail_input(&mut self, message: &Untrusted) {
        self.input_error = Some((None, message.clone()));
    }

    pub(super) fn end(&mut self, reason: EndReason, unread: u64, at: At) {
        self.ended = Some((at, reason));
        self.unread = unread;
    }

    /// It goes on after its end, for something is fetched again.
    pub(super) fn reopen(&mut self, at: At) {
        (self.ended, self.unread) = (None, 0);
        self.resumed = at;
    }

    pub fn progress(&self, now: At) -> Progress {
        match (self.ended, self.draining, self.paused) {
            (Some((_, reason)), _, _) => Progress::Ended(reason),
            (None, Some(until), _) => Progress::Draining(until - now),
            (None, None, true) => Progress::Paused,
            (None, None, false) => Progress::Running,
        }
    }

    /// What keeps the run from going faster now.
    pub fn limited_by(&self, in_flight: usize) -> &'static str {
        match (self.ended, self.draining, self.held) {
            (Some(_), _, _) => "",
            (_, Some(_), _) => "ending",
            _ if self.paused => "pause",
            (_, _, Some(by)) => by.words(),
            _ if self.engine == Some(Engine::Sequential) => "one at a time",
            _ if self.engine == Some(Engine::Threads) && in_flight > self.workers as usize => "workers",
            _ if self.engine.is_none() => "",
            // A place more would be taken by nothing.
            _ if !self.more && self.started >= self.targets => "server",
            _ if in_flight >= self.cap as usize && self.is_at_its_files() => Hold::Descriptors.words(),
            _ if in_flight >= self.cap as usize => "concurrency",
            _ => "server",
        }
    }

    /// Whether more fetches at once could not have the open files that they need.
    fn is_at_its_files(&self) -> bool {
        self.open_files > 0 && u64::from(self.cap) + SPARE_FILES >= self.open_files
    }

    /// Whether what is done may be fetched again: nothing has cut the run short.
    pub fn may_retry(&self) -> bool {
        self.ended.map_or(self.draining.is_none(), |(_, reason)| reason.is_own())
    }

    /// How many fetches there are at once at most.
    pub fn most(&self) -> u32 {
        if self.engine == Some(Engine::Sequential) { self.cap.min(1) } else { self.cap }
    }

    /// The time that is shown: it stands once the run has ended.
    pub fn clock(&self, now: At) -> At {
        self.ended.map_or(now, |(at, _)| at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_that_has_nothing_left_to_start_is_not_limited_by_its_cap() {
        let mut run = Run { engine: Some(Engine::Tasks), cap: 2, targets: 3, started: 2, ..Run::default() };
        assert_eq!(run.limited_by(2), "concurrency");
        run.started = 3;
        assert_eq!(run.limited_by(2), "server");
        run.more = true;
        assert_eq!(run.limited_by(2), "concurrency", "more targets may come");
        run.open_files = 34;
        assert_eq!(run.limited_by(2), "descriptors", "a higher cap would be of no use");
    }
}
