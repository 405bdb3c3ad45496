//! What the end of a fetch of robots.txt means for the rest of its origin (RFC 9309, 2.3.1). Fetches nothing.
//!
//! | how it ended | what it means |
//! | --- | --- |
//! | 2xx, whole, or longer than what is read | its rules |
//! | 2xx that broke off, or could not be decoded | no request: what is missing may be what forbids |
//! | 3xx that leads nowhere, or over more than five hops | all is allowed (2.3.1.2: it is unavailable) |
//! | 4xx, with 401, 403 and 429 | all is allowed (2.3.1.3); a host that says 429 is given time all the same, as by a page |
//! | 5xx, and statuses that do not exist | no request (2.3.1.4) |
//! | no answer: name, connection, TLS, time, protocol | no request (2.3.1.4) |

use super::{Robots, RobotsReader};
use crate::failure::FailureKind;

/// Redirects that are to be followed for a robots.txt (RFC 9309, 2.3.1.2).
pub const REDIRECTS: usize = 5;

/// What is known of the rest of an origin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// What the body says.
    Rules,
    /// There is no robots.txt.
    Open,
    /// Nothing but robots.txt may be asked for.
    Closed,
}

/// Judges the last answer's status, if there was one, and the failure, if it ended in one.
pub fn meaning(status: Option<u16>, failure: Option<FailureKind>) -> Meaning {
    match (status, failure) {
        (Some(300..=499), _) => Meaning::Open,
        (Some(200..=299), None | Some(FailureKind::TooLarge)) => Meaning::Rules,
        (None, Some(FailureKind::TooManyRedirects | FailureKind::InvalidUrl)) => Meaning::Open,
        _ => Meaning::Closed,
    }
}

impl RobotsReader {
    /// What is known once the fetch has ended: the rules that were read, or what its status or failure means.
    pub fn conclude(self, status: Option<u16>, failure: Option<FailureKind>) -> Robots {
        match meaning(status, failure) {
            Meaning::Rules => self.finish(),
            Meaning::Open => Robots::allow_all(),
            Meaning::Closed => Robots::disallow_all(&words(status, failure)),
        }
    }
}

/// Why an origin is closed.
fn words(status: Option<u16>, failure: Option<FailureKind>) -> String {
    match (status, failure) {
        (Some(status), None) => format!("robots.txt answered {status}"),
        (Some(status @ 500..), _) => format!("robots.txt answered {status}"),
        (Some(_), Some(kind)) => format!("robots.txt broke off: {}", kind.name()),
        (None, Some(kind)) => format!("robots.txt is out of reach: {}", kind.name()),
        (None, None) => "robots.txt is out of reach".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::{Meaning, meaning};
    use crate::crawl::robots::{RobotsReader, Verdict};
    use crate::failure::FailureKind as Kind;

    #[test]
    fn every_end_has_the_meaning_that_the_rfc_gives_it() {
        let cases: [(Option<u16>, Option<Kind>, Meaning); 27] = [
            (Some(200), None, Meaning::Rules),
            (Some(204), None, Meaning::Rules),
            (Some(206), None, Meaning::Rules),
            (Some(200), Some(Kind::TooLarge), Meaning::Rules),
            (Some(200), Some(Kind::Truncated), Meaning::Closed),
            (Some(200), Some(Kind::Timeout), Meaning::Closed),
            (Some(200), Some(Kind::Decode), Meaning::Closed),
            (Some(301), None, Meaning::Open),
            (Some(302), Some(Kind::TooManyRedirects), Meaning::Open),
            (Some(304), None, Meaning::Open),
            (Some(400), None, Meaning::Open),
            (Some(401), None, Meaning::Open),
            (Some(403), None, Meaning::Open),
            (Some(404), None, Meaning::Open),
            (Some(404), Some(Kind::Truncated), Meaning::Open),
            (Some(410), None, Meaning::Open),
            (Some(429), None, Meaning::Open),
            (Some(499), None, Meaning::Open),
            (Some(500), None, Meaning::Closed),
            (Some(503), Some(Kind::Truncated), Meaning::Closed),
            (Some(599), None, Meaning::Closed),
            (Some(600), None, Meaning::Closed),
            (Some(101), None, Meaning::Closed),
            (None, Some(Kind::Dns), Meaning::Closed),
            (None, Some(Kind::ConnectRefused), Meaning::Closed),
            (None, Some(Kind::TooManyRedirects), Meaning::Open),
            (None, None, Meaning::Closed),
        ];
        for (status, failure, expected) in cases {
            assert_eq!(meaning(status, failure), expected, "{status:?} {failure:?}");
        }
    }

    #[test]
    fn a_closed_origin_says_why_and_still_has_its_robots_txt() {
        let cases = [
            (Some(503), None, "robots.txt answered 503"),
            (Some(500), Some(Kind::Reset), "robots.txt answered 500"),
            (Some(200), Some(Kind::Truncated), "robots.txt broke off: truncated"),
            (None, Some(Kind::Dns), "robots.txt is out of reach: dns"),
        ];
        for (status, failure, words) in cases {
            let robots = RobotsReader::new("crawltop").conclude(status, failure);
            assert_eq!(robots.verdict("/"), Verdict::Kept { line: 0, rule: words });
            assert_eq!(robots.verdict("/robots.txt"), Verdict::Allowed);
        }
    }

    #[test]
    fn an_open_origin_forgets_what_an_error_page_seemed_to_say() {
        let mut reader = RobotsReader::new("crawltop");
        reader.take(b"User-agent: *\nDisallow: /\n");
        assert_eq!(reader.conclude(Some(404), None).verdict("/"), Verdict::Allowed);
    }
}
