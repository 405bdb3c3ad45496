//! How long a fetch may take in each phase. Knows no timer: it says when, and which limit it was.

use super::peer::Peer;
use crate::clock::At;
use crate::failure::{Failure, FailureKind};
use crate::phase::Phase;
use std::time::Duration;

/// The time limits of an attempt; `None` is no limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// For name, connection and TLS together, as curl's `--connect-timeout`.
    pub connect: Option<Duration>,
    /// Without a byte, while sending, waiting and reading.
    pub idle: Option<Duration>,
    /// For the whole attempt, the time it was blocked left out.
    pub max: Option<Duration>,
}

/// Which limit was reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    Connect(Duration),
    Idle(Duration),
    Max(Duration),
}

impl Limits {
    /// The first limit that will be reached if nothing more happens. `started`: of the attempt; `since`: until there
    /// is a connection, when it was begun; then the last byte in either direction, or the beginning of the exchange.
    pub fn due(&self, phase: Phase, started: At, since: At) -> Option<(At, Limit)> {
        let own = match phase {
            Phase::Blocked => return None,
            Phase::Dns | Phase::Connect | Phase::Tls => self.connect.map(|span| (since + span, Limit::Connect(span))),
            Phase::Send | Phase::Wait | Phase::Body => self.idle.map(|span| (since + span, Limit::Idle(span))),
        };
        let whole = self.max.map(|span| (started + span, Limit::Max(span)));
        [own, whole].into_iter().flatten().min_by_key(|&(at, _)| at)
    }
}

/// A limit that is shorter is told to the microsecond.
const FINE: Duration = Duration::from_millis(10);

impl Limit {
    /// What the fetch fails with, in `phase`, at `peer`.
    pub fn failure(self, phase: Phase, peer: &Peer) -> Failure {
        let (kind, Limit::Connect(span) | Limit::Idle(span) | Limit::Max(span)) = (self.kind(), self);
        // What is longer than a hundredth of a second is told in whole milliseconds.
        let whole = Duration::from_millis(span.as_millis() as u64);
        let span = humantime::format_duration(if whole < FINE { span } else { whole });
        let words = match (self, peer) {
            // It is connected, and so is whoever waits.
            (_, Peer::Asked(asked)) => {
                format!("{} was connected, and gave no answer to {} after {span}", asked.name, asked.wish)
            }
            (Limit::Connect(_), peer) => format!("{peer} not connected after {span}"),
            (Limit::Idle(_), peer) => format!("no byte from {peer} for {span}"),
            (Limit::Max(_), peer) => format!("{peer} not done after {span}"),
        };
        Failure::new(kind, &format!("{}: {words}", phase.name())).during(phase)
    }

    fn kind(self) -> FailureKind {
        match self {
            Limit::Connect(_) => FailureKind::ConnectTimeout,
            Limit::Idle(_) | Limit::Max(_) => FailureKind::Timeout,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: Limits = Limits {
        connect: Some(Duration::from_secs(4)),
        idle: Some(Duration::from_secs(3)),
        max: Some(Duration::from_secs(6)),
    };

    #[test]
    fn the_nearest_limit_of_the_phase_is_due() {
        let second = |n: u64| At(n * 1_000_000);
        let cases = [
            (Phase::Connect, 0, 0, Some((4, Limit::Connect(Duration::from_secs(4))))),
            (Phase::Tls, 0, 1, Some((5, Limit::Connect(Duration::from_secs(4))))),
            (Phase::Connect, 0, 3, Some((6, Limit::Max(Duration::from_secs(6))))),
            (Phase::Wait, 0, 1, Some((4, Limit::Idle(Duration::from_secs(3))))),
            (Phase::Body, 0, 5, Some((6, Limit::Max(Duration::from_secs(6))))),
            (Phase::Blocked, 0, 0, None),
        ];
        for (phase, started, since, expected) in cases {
            let due = LIMITS.due(phase, second(started), second(since));
            assert_eq!(due, expected.map(|(at, limit)| (second(at), limit)), "{phase:?}");
        }
    }

    #[test]
    fn the_message_says_the_phase_the_peer_and_the_limit() {
        let peer = Peer::Named("a.example:80".to_owned());
        let failure = Limit::Idle(Duration::from_secs(3)).failure(Phase::Wait, &peer);
        assert_eq!(failure.kind, FailureKind::Timeout);
        assert_eq!(failure.message, crate::text::Untrusted::new("wait: no byte from a.example:80 for 3s", 99));
    }

    #[test]
    fn a_short_span_is_told_as_it_is() {
        let told = |us| Limit::Connect(Duration::from_micros(us)).failure(Phase::Connect, &Peer::Named("p".to_owned()));
        for (us, words) in [
            (1, "p not connected after 1us"),
            (1_500, "p not connected after 1ms 500us"),
            (12_345, "p not connected after 12ms"),
        ] {
            assert!(told(us).message.display_all().ends_with(words), "{us}: {:?}", told(us));
        }
    }

    #[test]
    fn of_a_proxy_that_is_connected_it_says_what_has_no_answer() {
        let peer = Peer::Named("proxy p:8080".to_owned()).asked("CONNECT a.example:443");
        let words = "connect: proxy p:8080 was connected, and gave no answer to CONNECT a.example:443 after 3s";
        let span = Duration::from_secs(3);
        for limit in [Limit::Connect(span), Limit::Max(span)] {
            let failure = limit.failure(Phase::Connect, &peer);
            assert_eq!((failure.kind, failure.message), (limit.kind(), crate::text::Untrusted::new(words, 99)));
        }
    }
}
