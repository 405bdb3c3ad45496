//! Whether an attempt that failed is made again, and after how long. Knows no clock and no dice: what was thrown is an
//! argument.

use crate::event::Because;
use crate::failure::FailureKind;
use crate::fetched::{Fetched, PASSING};
use crate::phase::Phase;
use crate::retry_after::{LONGEST, RetryAfter};
use std::time::Duration;

/// How often, and after how long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retry {
    /// Attempts after the first one.
    pub most: u32,
    /// Before the second attempt; twice as long before each further one, up to [`LONGEST`].
    pub delay: Duration,
}

/// What becomes of an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Its result is that of the fetch.
    Stands,
    /// It would be made again, but the server asks for a longer wait than there is.
    Forgone(RetryAfter),
    /// It is made again, so long after its end.
    Again(Duration, Because),
}

impl Retry {
    /// Each fetch has one attempt.
    pub const NEVER: Retry = Retry { most: 0, delay: Duration::ZERO };

    /// `wavers`: the other side has ended the handshake and does not say why. `thrown` is between 0 and 1: what spreads
    /// the gaps of those that failed together.
    pub(super) fn verdict(self, fetched: &Fetched, wavers: bool, thrown: f64) -> Verdict {
        let Some(because) = passing(fetched, wavers).filter(|_| fetched.attempt <= self.most) else {
            return Verdict::Stands;
        };
        let gap = self.gap(fetched.attempt, thrown);
        match fetched.retry_after.map(|after| (after, Duration::from_secs(after.seconds))) {
            Some((after, span)) if span > LONGEST => Verdict::Forgone(after),
            Some((_, span)) if span > gap => Verdict::Again(span, Because::RetryAfter),
            _ => Verdict::Again(gap, because),
        }
    }

    /// A quarter more or less than the rule says, so that even the shortest is longer than the one before.
    fn gap(self, attempt: u32, thrown: f64) -> Duration {
        let doubled = 2_u32.saturating_pow(attempt.saturating_sub(1));
        let longest = self.delay.saturating_mul(doubled).min(LONGEST);
        longest.mul_f64(0.75 + thrown.clamp(0.0, 1.0) / 2.0).min(LONGEST)
    }
}

/// Why it may be otherwise the next time, if it may: there was no connection, or it was cut off before the answer began,
/// or the status says so, also where its content is broken. All requests are GET or HEAD, which are safe to repeat (RFC
/// 9110, 9.2.1).
fn passing(fetched: &Fetched, wavers: bool) -> Option<Because> {
    use FailureKind::{ConnectRefused, ConnectTimeout, Decode, Protocol, Reset, Tls, Truncated, Unreachable};
    let status = fetched.status.filter(|status| PASSING.contains(status)).map(Because::Status);
    let Some(failure) = &fetched.failure else { return status };
    // What was blocked was not asked: it is the same the next time.
    let phase = failure.phase.filter(|phase| *phase != Phase::Blocked)?;
    if phase == Phase::Body {
        // A content that ran into a limit would do so again, and takes as long each time.
        return status.filter(|_| matches!(failure.kind, Decode | Protocol | Reset | Truncated));
    }
    let cut = failure.kind == Tls && phase == Phase::Tls && wavers;
    let passes = cut || matches!(failure.kind, ConnectRefused | ConnectTimeout | Unreachable | Reset | Truncated);
    passes.then_some(Because::Failure(failure.kind))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::At;
    use crate::failure::Failure;
    use crate::text::Untrusted;
    use proptest::prelude::*;

    const RETRY: Retry = Retry { most: 2, delay: Duration::from_secs(1) };
    const SECOND: Duration = Duration::from_secs(1);

    fn failed(kind: FailureKind, phase: Phase) -> Fetched {
        let url = Untrusted::new("http://a.example/", 99);
        Fetched::failed(url, At(0), At(0), Failure::new(kind, "").during(phase))
    }

    fn answered(status: u16) -> Fetched {
        Fetched { status: Some(status), failure: None, ..failed(FailureKind::Internal, Phase::Body) }
    }

    fn asking(seconds: u64) -> Fetched {
        Fetched { retry_after: Some(RetryAfter { seconds, date: seconds }), ..answered(503) }
    }

    #[test]
    fn only_a_status_that_may_pass_is_tried_again() {
        let again: Vec<u16> = (100..1000).filter(|&status| passing(&answered(status), true).is_some()).collect();
        assert_eq!(again, PASSING);
        assert_eq!(RETRY.verdict(&answered(503), false, 0.5), Verdict::Again(SECOND, Because::Status(503)));
    }

    #[test]
    fn only_what_failed_before_the_answer_is_tried_again() {
        use FailureKind::{ConnectRefused, ConnectTimeout, Reset, Truncated, Unreachable};
        let passes = |kind, phase| passing(&failed(kind, phase), true).is_some();
        for &kind in FailureKind::ALL {
            let expected = [ConnectRefused, ConnectTimeout, Unreachable, Reset, Truncated].contains(&kind);
            assert_eq!(passes(kind, Phase::Wait), expected, "{kind:?}");
            assert!(!passes(kind, Phase::Body), "{kind:?}: a byte of the answer had come");
            assert!(!passes(kind, Phase::Blocked), "{kind:?}: nobody was asked");
        }
    }

    #[test]
    fn a_status_that_may_pass_is_heeded_though_its_content_is_broken() {
        use FailureKind::{Decode, Protocol, Reset, Truncated};
        for &kind in FailureKind::ALL {
            let cut = |status| Fetched { status: Some(status), ..failed(kind, Phase::Body) };
            let broken = [Decode, Protocol, Reset, Truncated].contains(&kind);
            let expected = broken.then_some(Because::Status(503));
            assert_eq!((passing(&cut(503), true), passing(&cut(200), true)), (expected, None), "{kind:?}");
        }
        let asks = Fetched { status: Some(503), ..failed(FailureKind::Truncated, Phase::Body) };
        let asks = Fetched { retry_after: Some(RetryAfter { seconds: 9, date: 9 }), ..asks };
        assert_eq!(RETRY.verdict(&asks, false, 0.5), Verdict::Again(9 * SECOND, Because::RetryAfter));
    }

    #[test]
    fn a_handshake_that_fails_is_tried_again_only_where_nobody_said_why() {
        let shaken = failed(FailureKind::Tls, Phase::Tls);
        assert_eq!(passing(&shaken, true), Some(Because::Failure(FailureKind::Tls)));
        assert_eq!(passing(&shaken, false), None);
    }

    #[test]
    fn there_are_so_many_attempts_and_no_more() {
        let of = |attempt| RETRY.verdict(&Fetched { attempt, ..answered(503) }, false, 0.5) == Verdict::Stands;
        assert_eq!([1, 2, 3, 4].map(of), [false, false, true, true]);
        assert_eq!(Retry::NEVER.verdict(&answered(503), true, 0.5), Verdict::Stands);
    }

    #[test]
    fn a_server_is_waited_for_as_long_as_it_asks_but_no_longer_than_a_minute() {
        let minute = Verdict::Again(LONGEST, Because::RetryAfter);
        assert_eq!(RETRY.verdict(&asking(60), false, 0.5), minute);
        assert_eq!(RETRY.verdict(&asking(61), false, 0.5), Verdict::Forgone(RetryAfter { seconds: 61, date: 61 }));
        let last = Fetched { attempt: 3, ..asking(61) };
        assert_eq!(RETRY.verdict(&last, false, 0.5), Verdict::Stands, "it would not be made again anyway");
        let usual = Verdict::Again(SECOND, Because::Status(503));
        assert_eq!(RETRY.verdict(&asking(0), false, 0.5), usual);
        assert_eq!(
            RETRY.verdict(&Fetched { attempt: 2, ..asking(1) }, false, 0.5),
            Verdict::Again(2 * SECOND, Because::Status(503))
        );
    }

    proptest! {
        #[test]
        fn gaps_grow_whatever_is_thrown_and_end_at_a_minute(
            delay_us in 0..=60_000_000_u64, attempt in 1..=u32::MAX, first in 0.0..=1.0_f64, then in 0.0..=1.0_f64,
        ) {
            let retry = Retry { most: u32::MAX, delay: Duration::from_micros(delay_us) };
            let (gap, next) = (retry.gap(attempt, first), retry.gap(attempt.saturating_add(1), then));
            prop_assert!(gap <= LONGEST && next <= LONGEST);
            let free = retry.delay.saturating_mul(2_u32.saturating_pow(attempt)) <= LONGEST;
            prop_assert!(!free || delay_us == 0 || next > gap, "{gap:?} {next:?}");
        }
    }
}
