//! What names were found to stand for, kept for a while. Knows no resolver and no clock: `now` is an argument.

use crate::clock::At;
use std::collections::{HashMap, VecDeque};
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

/// The addresses of a name, or why there are none. A port of 0 is the asker's to fill in.
pub type Answer = Result<Arc<[SocketAddr]>, Arc<io::Error>>;

/// How long addresses are kept.
const KEPT: Duration = Duration::from_secs(60);
/// How long it is kept that there are none.
const FAILED: Duration = Duration::from_secs(5);
/// Names that are kept; of more, the oldest are forgotten.
const MOST: usize = 10_000;

/// Answers by name. Each is there until its time is over, or until too many have come after it.
#[derive(Default)]
pub struct Names {
    known: HashMap<Arc<str>, (At, Answer)>,
    /// Every answer that was kept, the oldest first, with the end of its time; some have been replaced since.
    kept: VecDeque<(Arc<str>, At)>,
}

impl Names {
    /// What was found, unless that was too long ago.
    pub fn recall(&self, host: &str, now: At) -> Option<Answer> {
        self.known.get(host).filter(|(until, _)| now < *until).map(|(_, answer)| answer.clone())
    }

    /// `host` was found to stand for this.
    pub fn keep(&mut self, host: Arc<str>, answer: Answer, now: At) {
        let found = answer.as_ref().is_ok_and(|addresses| !addresses.is_empty());
        let until = now + if found { KEPT } else { FAILED };
        self.kept.push_back((Arc::clone(&host), until));
        self.known.insert(host, (until, answer));
        while self.kept.len() > MOST {
            self.forget_oldest();
        }
    }

    fn forget_oldest(&mut self) {
        let Some((host, until)) = self.kept.pop_front() else { return };
        if self.known.get(&host).is_some_and(|known| known.0 == until) {
            self.known.remove(&host);
        }
    }
}

/// Whom to ask for: whatever is called `localhost` is this machine, and no server is to be asked for it (RFC 6761,
/// section 6.3).
pub fn asked_for(host: &str) -> &str {
    let name = host.strip_suffix('.').unwrap_or(host);
    if name == "localhost" || name.ends_with(".localhost") { "localhost" } else { host }
}

/// Why no resolver need be asked for `host`: it is no name of the DNS (RFC 1035, section 2.3.4).
pub fn flaw(host: &str) -> Option<&'static str> {
    let name = host.strip_suffix('.').unwrap_or(host);
    if name.split('.').any(str::is_empty) {
        return Some("one of its labels is empty");
    }
    if name.split('.').any(|label| label.len() > 63) {
        return Some("one of its labels is longer than 63 bytes");
    }
    (name.len() > 253).then_some("it is longer than 253 bytes")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn second(n: u64) -> At {
        At(n * 1_000_000)
    }

    fn found(port: u16) -> Answer {
        Ok(Arc::new([SocketAddr::from(([127, 0, 0, 1], port))]))
    }

    fn failed() -> Answer {
        Err(Arc::new(io::Error::other("nobody knows it")))
    }

    fn port(names: &Names, host: &str, now: At) -> Option<u16> {
        names.recall(host, now).map(|answer| answer.map_or(0, |addresses| addresses[0].port()))
    }

    #[test]
    fn addresses_are_kept_for_a_minute_and_a_failure_for_five_seconds() {
        let mut names = Names::default();
        names.keep("a".into(), found(1), second(10));
        names.keep("b".into(), failed(), second(10));
        names.keep("empty".into(), Ok(Arc::new([])), second(10));
        assert!(names.recall("empty", second(14)).is_some() && names.recall("empty", second(15)).is_none());
        for (host, at, expected) in
            [("a", 69, Some(1)), ("a", 70, None), ("b", 14, Some(0)), ("b", 15, None), ("c", 10, None)]
        {
            assert_eq!(port(&names, host, second(at)), expected, "{host} at {at}s");
        }
        names.keep("b".into(), found(2), second(15));
        assert_eq!(port(&names, "b", second(74)), Some(2), "a new answer takes the place of the old one");
    }

    #[test]
    fn of_too_many_the_oldest_is_forgotten_and_an_answer_that_was_replaced_takes_none_along() {
        let mut names = Names::default();
        names.keep("again".into(), failed(), second(0));
        names.keep("oldest".into(), found(1), second(0));
        names.keep("again".into(), found(2), second(6));
        for number in 0..MOST - 2 {
            names.keep(number.to_string().into(), found(3), second(6));
        }
        assert_eq!((port(&names, "again", second(6)), port(&names, "oldest", second(6))), (Some(2), Some(1)));
        names.keep("one more".into(), found(4), second(6));
        assert_eq!((port(&names, "again", second(6)), port(&names, "oldest", second(6))), (Some(2), None));
        assert!(names.known.len() <= MOST && names.kept.len() == MOST);
    }

    #[test]
    fn what_is_no_name_is_told_by_its_flaw() {
        let (long, longest) = ("a".repeat(64), format!("{}.example", "a.".repeat(130)));
        let cases = [
            ("example.com".to_owned(), None),
            ("example.com.".to_owned(), None),
            ("localhost".to_owned(), None),
            ("a".repeat(63), None),
            (format!("{}.example", "a".repeat(63)), None),
            (format!("{long}.example"), Some("longer than 63")),
            (format!("{long}.{long}.{long}"), Some("longer than 63")),
            ("a..example".to_owned(), Some("empty")),
            (".example".to_owned(), Some("empty")),
            (".".to_owned(), Some("empty")),
            ("a.example..".to_owned(), Some("empty")),
            (longest.replace("..", "."), Some("longer than 253")),
        ];
        for (host, expected) in cases {
            let told = flaw(&host);
            assert_eq!(told.is_some(), expected.is_some(), "{host}: {told:?}");
            assert!(told.unwrap_or_default().contains(expected.unwrap_or_default()), "{host}: {told:?}");
        }
    }
}
