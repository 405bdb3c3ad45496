//! Which origins asked to be left alone for longer than is waited for, and until when. Knows no clock: the time is an
//! argument.

use super::peer::Peer;
use crate::clock::At;
use crate::failure::{Failure, FailureKind};
use crate::fetched::{Fetched, PASSING};
use crate::phase::Phase;
use crate::retry_after::{LONGEST, RetryAfter};
use crate::target::Target;
use crate::text::Untrusted;
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering::Acquire, Ordering::Release};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Origins that are remembered at once. Of more, those are asked that came later.
const MOST: usize = 10_000;

/// Shared by those who make fetches and whoever starts them.
#[derive(Default)]
pub struct Parking {
    by_origin: Mutex<HashMap<Box<str>, (At, RetryAfter)>>,
    /// There was one: mostly there is none, and each fetch asks.
    any: AtomicBool,
}

impl Parking {
    /// Notes what the answer to `target` asks for, where it does.
    pub fn look(&self, target: &Target, fetched: &Fetched) {
        let Some(after) = long(fetched) else { return };
        let until = fetched.ended + Duration::from_secs(after.seconds);
        // Whoever was asked last has said so.
        let elsewhere = fetched.final_url.as_ref().and_then(Untrusted::origin);
        let elsewhere = elsewhere.and_then(|origin| Target::parse(&origin.display_all()).ok());
        self.park(elsewhere.as_ref().unwrap_or(target).origin(), until, after, fetched.ended);
    }

    fn park(&self, origin: &str, until: At, after: RetryAfter, now: At) {
        let mut by_origin = self.lock();
        if by_origin.len() >= MOST {
            by_origin.retain(|_, (until, _)| *until > now);
        }
        if by_origin.len() < MOST {
            by_origin.insert(origin.into(), (until, after));
            self.any.store(true, Release);
        }
    }

    /// What the target's origin has asked for, where that holds yet, or that of its plain twin.
    pub fn holds(&self, target: &Target, now: At) -> Option<RetryAfter> {
        if !self.any.load(Acquire) {
            return None;
        }
        let by_origin = self.lock();
        let holds = |origin: &str| by_origin.get(origin).filter(|(until, _)| *until > now).map(|(_, after)| *after);
        holds(target.origin()).or_else(|| holds(target.fallback()?.origin()))
    }

    /// The failure of what would have to ask the target now.
    pub fn refuses(&self, target: &Target, now: At) -> Option<Failure> {
        let until = self.holds(target, now)?.words();
        let words = format!("blocked: {} asked to be left until {until} (Retry-After)", Peer::Of(target.clone()));
        Some(Failure::new(FailureKind::Cancelled, &words).during(Phase::Blocked))
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Box<str>, (At, RetryAfter)>> {
        // Nothing that can panic runs under this lock.
        self.by_origin.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A `Retry-After` that is not waited for, of an answer that may be otherwise later: the origin's own, whatever becomes of
/// its content, or that of a proxy that makes no connection to it, which no other can have said in that phase.
fn long(fetched: &Fetched) -> Option<RetryAfter> {
    let passes = match fetched.failure.as_ref().and_then(|failure| failure.phase) {
        None | Some(Phase::Body) => fetched.status.is_some_and(|status| PASSING.contains(&status)),
        Some(phase) => phase == Phase::Connect,
    };
    fetched.retry_after.filter(|after| passes && Duration::from_secs(after.seconds) > LONGEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answered(status: u16, seconds: u64) -> Fetched {
        let failure = Failure::new(FailureKind::Internal, "");
        let fetched = Fetched::failed(Untrusted::new("http://a.example/", 99), At(0), At(5), failure);
        let retry_after = Some(RetryAfter { seconds, date: seconds });
        Fetched { status: Some(status), failure: None, retry_after, ..fetched }
    }

    fn held(fetched: &Fetched, url: &str, now: At) -> bool {
        let (parking, target) = (Parking::default(), |url| Target::parse(url).unwrap());
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
        for (phase, left) in [(Phase::Body, true), (Phase::Wait, false)] {
            let failure = Some(Failure::new(FailureKind::Truncated, "").during(phase));
            assert_eq!(
                held(&Fetched { failure, ..answered(503, 3600) }, "http://a.example/", At(6)),
                left,
                "{phase:?}"
            );
        }
    }

    #[test]
    fn a_bare_host_is_left_alone_where_its_plain_twin_is() {
        let (parking, bare) = (Parking::default(), Target::parse("a.example").unwrap());
        assert!(parking.holds(&bare, At(6)).is_none());
        parking.look(&Target::parse("http://a.example/").unwrap(), &answered(503, 3600));
        let refused = parking.refuses(&bare, At(6)).expect("it is left alone");
        assert!(
            refused.message.display_all().starts_with("blocked: a.example:443 asked to be left until"),
            "{refused:?}"
        );
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
