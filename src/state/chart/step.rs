//! What came in one span of time, and how spans are joined. Knows nothing of where they stand.

use crate::state::hosts::Totals;
use std::time::Duration;

/// One span of time.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Step {
    /// Its length in microseconds.
    pub us: u64,
    /// Results, and those of them that are of a status of 400 and above or no answer at all.
    pub results: u32,
    pub errors: u32,
    /// Attempts that ended, those counted in that are no results: what is made again, robots.txt, sitemaps.
    pub left: u32,
    /// Bytes on the wire.
    pub bytes: u64,
    /// The time in flight of all requests together, in microseconds.
    pub flown_us: u64,
    /// How long the attempts that ended took, all together, in microseconds.
    pub spent_us: u64,
    /// Of how long they took, as near as an eye sees; none where nothing came that says something of the others. Of
    /// spans that were joined, the mean by their numbers and the most.
    pub p50_us: Option<u32>,
    pub p99_us: Option<u32>,
}

/// What flowed through: by Little's law, what is in flight is how much comes a second, times how long each takes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Flow {
    /// In the mean.
    pub in_flight: f64,
    pub a_second: f64,
    pub span: Duration,
}

/// How what is in flight stands to how much comes a second, times how long each takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Balance {
    Even,
    /// As near as a short time tells.
    Near,
    /// More comes in than goes out, or some of it hangs.
    Above,
    /// What went out had begun before.
    Below,
}

impl Flow {
    /// What the law makes of the other two.
    pub fn expected(&self) -> f64 {
        self.a_second * self.span.as_secs_f64()
    }

    /// How the measured number stands to what the law makes of the other two: where it grows or shrinks, or what ended
    /// began long before, the law holds only over a longer time.
    pub fn balance(&self) -> Balance {
        const EVEN: f64 = 0.05;
        const NEAR: f64 = 0.2;
        // Of few, a part of one says nothing.
        const LITTLE: f64 = 0.2;
        let (more, most) = (self.in_flight - self.expected(), self.in_flight.max(self.expected()));
        match more.abs() {
            off if off <= (most * EVEN).max(LITTLE / 2.0) => Balance::Even,
            off if off <= (most * NEAR).max(LITTLE) => Balance::Near,
            _ if more > 0.0 => Balance::Above,
            _ => Balance::Below,
        }
    }
}

impl Step {
    /// So many in it, by the second.
    pub fn a_second(&self, count: u64) -> f64 {
        if self.us == 0 { 0.0 } else { count as f64 * 1e6 / self.us as f64 }
    }

    /// Requests in flight, in the mean.
    pub fn in_flight(&self) -> f64 {
        if self.us == 0 { 0.0 } else { self.flown_us as f64 / self.us as f64 }
    }

    pub(super) fn join(&mut self, other: &Step) {
        self.p50_us = match (self.p50_us, other.p50_us) {
            (Some(own), Some(others)) => Some(mean((own, self.left), (others, other.left))),
            (own, others) => own.or(others),
        };
        self.p99_us = self.p99_us.max(other.p99_us);
        self.us = self.us.saturating_add(other.us);
        self.results = self.results.saturating_add(other.results);
        self.errors = self.errors.saturating_add(other.errors);
        self.left = self.left.saturating_add(other.left);
        self.bytes = self.bytes.saturating_add(other.bytes);
        self.flown_us = self.flown_us.saturating_add(other.flown_us);
        self.spent_us = self.spent_us.saturating_add(other.spent_us);
    }
}

/// Of two values, by how many each is of.
fn mean((one, ones): (u32, u32), (other, others): (u32, u32)) -> u32 {
    let sum = u64::from(one) * u64::from(ones) + u64::from(other) * u64::from(others);
    let mean = sum.checked_div(u64::from(ones) + u64::from(others)).unwrap_or(0);
    u32::try_from(mean).unwrap_or(u32::MAX)
}

/// A span that is not over.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Open {
    results: u32,
    errors: u32,
    left: u32,
    bytes: u64,
    pub flown_us: u64,
    spent_us: u64,
    totals: Totals,
}

impl Open {
    pub fn count(&mut self, failed: bool) {
        self.results = self.results.saturating_add(1);
        self.errors = self.errors.saturating_add(u32::from(failed));
    }

    /// `typical`: how long it took says something of the others.
    pub fn leave(&mut self, total: Duration, typical: bool) {
        self.left = self.left.saturating_add(1);
        self.spent_us = self.spent_us.saturating_add(u64::try_from(total.as_micros()).unwrap_or(u64::MAX));
        if typical {
            self.totals.record(total);
        }
    }

    pub fn receive(&mut self, bytes: u64) {
        self.bytes = self.bytes.saturating_add(bytes);
    }

    pub fn close(self, us: u64) -> Step {
        let micros = |span: Duration| u32::try_from(span.as_micros()).unwrap_or(u32::MAX);
        let quantile = |share| self.totals.quantile(share).map(micros);
        let Open { results, errors, left, bytes, flown_us, spent_us, .. } = self;
        Step { us, results, errors, left, bytes, flown_us, spent_us, p50_us: quantile(0.5), p99_us: quantile(0.99) }
    }
}
