//! Which origins asked to be left alone for longer than is waited for, and until when. Knows no clock: the time is an
//! argument.

use super::retry::LONGEST;
use crate::clock::At;
use crate::fetched::{Fetched, PASSING};
use crate::phase::Phase;
use crate::retry_after::RetryAfter;
use crate::target::Target;
use crate::text::Untrusted;
use std::collections::HashMap;
use std::time::Duration;

/// Origins that are remembered at once. Of more, those are asked that came later.
const MOST: usize = 10_000;

#[derive(Default)]
pub(super) struct Parking {
    by_origin: HashMap<Box<str>, (At, RetryAfter)>,
}

impl Parking {
    /// Notes what the answer to `target` asks for, where it does.
    pub fn look(&mut self, target: &Target, fetched: &Fetched) {
        let Some(after) = long(fetched) else { return };
        let until = fetched.ended + Duration::from_secs(after.seconds);
        // Whoever was asked last has said so.
        let elsewhere = fetched.final_url.as_ref().and_then(Untrusted::origin);
        let elsewhere = elsewhere.and_then(|origin| Target::parse(&origin.display_all()).ok());
        self.park(elsewhere.as_ref().unwrap_or(target).origin(), until, after, fetched.ended);
    }

    fn park(&mut self, origin: &str, until: At, after: RetryAfter, now: At) {
        if self.by_origin.len() >= MOST {
            self.by_origin.retain(|_, (until, _)| *until > now);
        }
        if self.by_origin.len() < MOST {
            self.by_origin.insert(origin.into(), (until, after));
        }
    }

    /// What the target's origin has asked for, where that holds yet.
    pub fn holds(&self, target: &Target, now: At) -> Option<RetryAfter> {
        if self.by_origin.is_empty() {
            return None;
        }
        self.by_origin.get(target.origin()).filter(|(until, _)| *until > now).map(|(_, after)| *after)
    }
}

/// A `Retry-After` that is not waited for, of an answer that may be otherwise later: the origin's own, or that of a
/// proxy that makes no connection to it, which no other can have said in that phase.
fn long(fetched: &Fetched) -> Option<RetryAfter> {
    let passes = match &fetched.failure {
        None => fetched.status.is_some_and(|status| PASSING.contains(&status)),
        Some(failure) => failure.phase == Some(Phase::Connect),
    };
    fetched.retry_after.filter(|after| passes && Duration::from_secs(after.seconds) > LONGEST)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::failure::{Failure, FailureKind};

    fn answered(status: u16, seconds: u64) -> Fetched {
        let failure = Failure::new(FailureKind::Internal, "");
        let fetched = Fetched::failed(Untrusted::new("http://a.example/", 99), At(0), At(5), failure);
        let retry_after = Some(RetryAfter { seconds, date: seconds });
        Fetched { status: Some(status), failure: None, retry_after, ..fetched }
    }

    fn held(fetched: &Fetched, url: &str, now: At) -> bool {
        let (mut parking, target) = (Parking::default(), |url| Target::parse(url).unwrap());
        parking.look(&target("http://a.example/"), fetched);
        parking.holds(&target(url), now).is_some()
    }

    #[test]
    fn an_origin_is_left_until_its_date_and_no_other_is() {
        let asks = answered(503, 61);
        let end = At(5 + 61_000_000);
        for (url, now, left) in [
            ("http://a.example/other", At(6), true),
            ("http://a.example:80/", At(end.0 - 1), true),
            ("http://a.example/", end, false),
            ("https://a.example/", At(6), false),
            ("http://a.example:81/", At(6), false),
            ("http://b.example/", At(6), false),
        ] {
            assert_eq!(held(&asks, url, now), left, "{url} at {now:?}");
        }
    }

    #[test]
    fn only_a_wait_that_is_too_long_and_a_status_that_passes_park_it() {
        for (status, seconds, left) in [(503, 60, false), (429, 3600, true), (200, 3600, false), (404, 3600, false)] {
            assert_eq!(held(&answered(status, seconds), "http://a.example/", At(6)), left, "{status} {seconds}");
        }
        let failure = Some(Failure::new(FailureKind::Truncated, ""));
        assert!(!held(&Fetched { failure, ..answered(503, 3600) }, "http://a.example/", At(6)));
    }

    #[test]
    fn a_proxy_that_makes_no_connection_parks_the_origin_as_well() {
        let failure = Some(Failure::new(FailureKind::Unreachable, "").during(Phase::Connect));
        let refused = |seconds| Fetched { status: None, failure: failure.clone(), ..answered(503, seconds) };
        assert!(held(&refused(3600), "http://a.example/", At(6)) && !held(&refused(60), "http://a.example/", At(6)));
    }

    #[test]
    fn of_a_redirect_it_is_the_last_that_was_asked() {
        let elsewhere = Some(Untrusted::new("http://b.example/x", 99));
        let asks = Fetched { final_url: elsewhere, ..answered(503, 3600) };
        assert!(held(&asks, "http://b.example/", At(6)) && !held(&asks, "http://a.example/", At(6)));
    }
}
