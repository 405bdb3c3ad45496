//! How fast one host is asked: how many requests at once, how long between two, and until when none at all. Learns
//! from its answers. Knows nothing of URLs; `now` is an argument.
//!
//! Additive increase, multiplicative decrease: trouble halves the requests at once and makes a pause that grows with
//! each further trouble; each answer without trouble gives a part of it back. Once only one request at a time is left,
//! trouble on trouble spaces them. What was in flight together and fails together is one trouble. A page that is
//! refused once more says nothing new: only what different pages meet is counted. A host that has become slower, and does
//! not become quicker with half of the requests at once, has them back: it is not their number.
//!
//! A host that is nothing but trouble for a while is parked: asked no more for a time that grows.
//!
//! A delay counts from the *end* of the request before it, and there is one in flight at a time: the server then never
//! measures less than the delay, however late a request was sent after it was allowed to go.

use super::limit::{Limit, Trouble};
use super::room::Speed;
use super::slowdown::{Sign, Slowdown};
use crate::clock::At;
use crate::failure::FailureKind;
use std::time::Duration;

/// How an attempt ended, as far as its host is concerned.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ended {
    pub status: Option<u16>,
    pub failure: Option<FailureKind>,
    /// From the request to the first byte of the answer.
    pub latency: Option<Duration>,
    /// When the server asks to come again.
    pub retry_after: Option<At>,
}

impl Ended {
    /// How soon its host has answered, if it has.
    pub(super) fn speed(&self) -> Option<Speed> {
        match (self.latency, self.failure) {
            (Some(latency), _) if latency <= SLOW => Some(Speed::Fast),
            (Some(_), _) | (None, Some(FailureKind::Timeout)) => Some(Speed::Slow),
            (None, _) => None,
        }
    }

    pub(super) fn is_trouble(&self) -> bool {
        trouble(self).is_some()
    }
}

/// No pause is longer, but for a host that is parked.
pub const LONGEST_PAUSE: Duration = Duration::from_secs(60);
/// A host is parked after so many rounds without a connection or an answer in time, or with 429 or 503 for different
/// pages, and no other answer between.
pub const FAILURES_TO_PARK: u8 = 5;
/// What answers, if only 429 or 503, is parked no sooner: it may be about to come back.
const PATIENCE: Duration = Duration::from_secs(15);
/// The first time; each further time twice as long.
const PARKED_FOR: Duration = Duration::from_secs(60);
const LONGEST_PARKED_FOR: Duration = Duration::from_secs(3600);
/// The first pause, and the first spacing.
const PAUSE: Duration = Duration::from_millis(250);
/// The first pause after 429, which speaks of the client and not of a page.
const PAUSE_TOO_MANY: Duration = Duration::from_secs(1);
/// The last answer took longer: of the last slots, its host leaves those to others that it does not have.
const SLOW: Duration = Duration::from_secs(1);

#[derive(Debug)]
pub(super) struct Pace {
    /// No start before.
    pub not_before: At,
    /// Where its host stands by the time, until when.
    pub stands_until: At,
    /// What `not_before` comes from.
    pub gap: Limit,
    /// Counts the cuts: what was started in an earlier round says nothing about this one.
    pub round: u32,
    pub why: Option<Trouble>,
    /// Requests at once; infinite where only the user's cap holds.
    allowed: f32,
    /// The same before it was halved for a host that has become slower, and why it was not more.
    uncut: (f32, Option<Trouble>),
    spacing_ms: u32,
    crawl_delay_ms: u32,
    slowdown: Slowdown,
    level: u8,
    /// Troubles in a row, and since when.
    strikes: u8,
    struck: At,
    parks: u8,
}

impl Default for Pace {
    fn default() -> Pace {
        Pace::USUAL
    }
}

impl Pace {
    /// Of a host of which nothing is known.
    pub const USUAL: Pace = Pace {
        not_before: At(0),
        stands_until: At(0),
        gap: Limit::Wait,
        round: 0,
        why: None,
        allowed: f32::INFINITY,
        uncut: (f32::INFINITY, None),
        spacing_ms: 0,
        crawl_delay_ms: 0,
        slowdown: Slowdown::UNKNOWN,
        level: 0,
        strikes: 0,
        struck: At(0),
        parks: 0,
    };

    /// Requests at once, where the user allows `most`, and `wait` between two.
    pub fn cap(&self, most: u32, wait: Duration) -> u32 {
        let spaced = !wait.is_zero() || self.crawl_delay_ms > 0 || self.spacing_ms > 0;
        if spaced { 1 } else { (f64::from(self.allowed).min(f64::from(most)) as u32).max(1) }
    }

    /// The pause between two requests, without its jitter, and what it comes from.
    pub fn delay(&self, wait: Duration) -> (Duration, Limit) {
        let backoff = Limit::Backoff(self.why.unwrap_or(Trouble::Slow));
        let millis = |ms: u32| Duration::from_millis(u64::from(ms));
        let delays = [(wait, Limit::Wait), (millis(self.crawl_delay_ms), Limit::CrawlDelay)];
        let spacing = (millis(self.spacing_ms), backoff);
        delays.into_iter().fold(spacing, |longest, delay| if delay.0 >= longest.0 { delay } else { longest })
    }

    /// Two origins of one host may ask for different delays: the longer one holds. Tells whether it is longer now.
    pub fn set_crawl_delay(&mut self, delay: Duration) -> bool {
        let delay_ms = u32::try_from(delay.as_nanos().div_ceil(1_000_000)).unwrap_or(u32::MAX);
        let longer = delay_ms > self.crawl_delay_ms;
        self.crawl_delay_ms = self.crawl_delay_ms.max(delay_ms);
        longer
    }

    /// A request is over: the next one waits. `thrown` is between 0 and 1 and makes one to one and a half of `wait`.
    pub fn rest(&mut self, wait: Duration, thrown: f64, now: At) {
        let (delay, gap) = self.delay(wait.mul_f64(1.0 + thrown / 2.0));
        if !delay.is_zero() {
            self.hold_until(now + delay, gap);
        }
    }

    /// Whether that is longer than it is held already.
    fn hold_until(&mut self, at: At, gap: Limit) -> bool {
        let longer = at > self.not_before;
        if longer {
            (self.not_before, self.gap) = (at, gap);
        }
        longer
    }

    pub fn is_parked(&self) -> bool {
        matches!(self.gap, Limit::Parked(_))
    }

    /// Learns from the end of an attempt, the first of its page or a further one, that was started in `round`, where the
    /// user allows `most` at once. Tells whether the host is treated otherwise than before.
    pub fn learn(&mut self, how: &Ended, is_first: bool, round: u32, most: u32, now: At) -> bool {
        match trouble(how) {
            // One answer that does not come is a page's; the next one that does not is the host's.
            Some(Trouble::Failure(FailureKind::Timeout)) if self.strikes == 0 && round == self.round => {
                (self.strikes, self.struck) = (1, now);
                false
            }
            Some(Trouble::Status(status)) => self.refused(status, how.retry_after, is_first, (round, most), now),
            Some(trouble) => self.suffer(trouble, true, round, most, now),
            None if how.status.is_some() && round == self.round => self.recover(how.latency, most, now),
            None => {
                self.strikes = if how.status.is_some() { 0 } else { self.strikes };
                false
            }
        }
    }

    /// 429 or 503.
    fn refused(
        &mut self,
        status: u16,
        retry_after: Option<At>,
        is_first: bool,
        (round, most): (u32, u32),
        now: At,
    ) -> bool {
        let trouble = Trouble::Status(status);
        let parked = retry_after.is_some_and(|at| at.since(now) > LONGEST_PAUSE);
        let limit = if parked { Limit::Parked(trouble) } else { Limit::Backoff(trouble) };
        let longer = retry_after.is_some_and(|at| self.hold_until(at, limit));
        if !is_first {
            // It is the page's. But 429 speaks of the client.
            if status == 429 {
                self.hold_until(now + PAUSE, limit);
            }
            return longer;
        }
        // Who says how long knows it best.
        self.suffer(trouble, retry_after.is_none(), round, most, now) || longer
    }

    /// Trouble of the host: whether it is more than was known. `pauses`: nobody has said for how long.
    fn suffer(&mut self, trouble: Trouble, pauses: bool, round: u32, most: u32, now: At) -> bool {
        let is_new = round == self.round;
        if is_new {
            self.cut(trouble, most);
            if pauses {
                self.hold_until(now + self.pause(trouble), Limit::Backoff(trouble));
            }
            self.level = (self.level + 1).min(8);
            self.strike(trouble, now);
        }
        is_new
    }

    fn cut(&mut self, trouble: Trouble, most: u32) {
        let before = self.cap(most, Duration::ZERO);
        if before == 1 && trouble != Trouble::Slow && self.strikes > 0 {
            let longest = LONGEST_PAUSE.as_millis() as u32;
            self.spacing_ms = (2 * self.spacing_ms).clamp(PAUSE.as_millis() as u32, longest);
        }
        self.allowed = (before / 2).max(1) as f32;
        self.why = Some(trouble);
        self.round = self.round.wrapping_add(1);
        self.slowdown.begin_anew();
    }

    fn pause(&self, trouble: Trouble) -> Duration {
        let first = if trouble == Trouble::Status(429) { PAUSE_TOO_MANY } else { PAUSE };
        (first * (1 << self.level)).min(LONGEST_PAUSE)
    }

    fn strike(&mut self, trouble: Trouble, now: At) {
        self.struck = if self.strikes == 0 { now } else { self.struck };
        self.strikes = (self.strikes + 1).min(FAILURES_TO_PARK);
        let answers = matches!(trouble, Trouble::Status(_));
        if self.strikes == FAILURES_TO_PARK && (!answers || now - self.struck >= PATIENCE) {
            let span = (PARKED_FOR * (1 << self.parks)).min(LONGEST_PARKED_FOR);
            self.parks = (self.parks + 1).min(6);
            self.hold_until(now + span, Limit::Parked(trouble));
        }
    }

    fn recover(&mut self, latency: Option<Duration>, most: u32, now: At) -> bool {
        (self.strikes, self.parks) = (0, 0);
        self.level /= 2;
        match latency.map_or(Sign::Steady, |latency| self.slowdown.answered(latency, now)) {
            Sign::Steady => self.give_back(most),
            Sign::Late => false,
            // Less than one at once there is not.
            Sign::Slow if self.cap(most, Duration::ZERO) == 1 => false,
            Sign::Slow => {
                let before = (self.cap(most, Duration::ZERO), self.why);
                let uncut = (self.allowed, self.why);
                self.cut(Trouble::Slow, most);
                self.uncut = uncut;
                self.slowdown.relieve();
                (self.cap(most, Duration::ZERO), self.why) != before
            }
            Sign::Unrelieved => {
                (self.allowed, self.why) = self.uncut;
                true
            }
        }
    }

    /// One request more at once for each round of answers, after the spacing is gone.
    fn give_back(&mut self, most: u32) -> bool {
        if self.why.is_none() {
            return false;
        }
        if self.spacing_ms > 0 {
            self.spacing_ms = if self.spacing_ms > 50 { self.spacing_ms / 2 } else { 0 };
            return false;
        }
        self.allowed += 1.0 / self.allowed;
        let whole = f64::from(self.allowed) >= f64::from(most);
        if whole {
            (self.allowed, self.why) = (f32::INFINITY, None);
        }
        whole
    }
}

/// What of an ending is trouble of the host, and not of a page.
fn trouble(how: &Ended) -> Option<Trouble> {
    use FailureKind::{ConnectRefused, ConnectTimeout, Dns, Timeout, Tls, Unreachable};
    match (how.failure, how.status) {
        (Some(kind @ (Dns | ConnectRefused | ConnectTimeout | Unreachable | Tls)), _) => Some(Trouble::Failure(kind)),
        (Some(Timeout), None) => Some(Trouble::Failure(Timeout)),
        (_, Some(status @ (429 | 503))) => Some(Trouble::Status(status)),
        _ => None,
    }
}
