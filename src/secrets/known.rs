//! The secrets of a run, and a text without them. Knows no process.

use super::STRUCK;
use super::form::{is_within_a_word, is_word, loosely, spelled};
use std::collections::{BTreeSet, VecDeque};
use std::ops::Bound;
use std::sync::Arc;

/// Bytes of the shortest text that is struck out: what is shorter hides nothing, and stands everywhere.
const LEAST: usize = 4;
/// Forms that are known at once. Where each line of a list names another user, these are those of the last ones.
const MOST: usize = 1 << 16;

/// In their order, so that what begins alike lies together: a text is looked through once, however many there are.
pub(super) struct Known {
    forms: BTreeSet<Arc<[u8]>>,
    /// The first one in front.
    order: VecDeque<Arc<[u8]>>,
    /// The bytes that one of them may begin with.
    begins: [bool; 256],
    /// What turned out to be none.
    open: BTreeSet<Arc<[u8]>>,
}

impl Known {
    pub const NONE: Known =
        Known { forms: BTreeSet::new(), order: VecDeque::new(), begins: [false; 256], open: BTreeSet::new() };

    pub fn is_empty(&self) -> bool {
        self.forms.is_empty()
    }

    pub fn keep(&mut self, secret: &[u8]) {
        self.keep_form(secret);
        // A host is told in small letters, whoever wrote it.
        self.keep_form(&secret.to_ascii_lowercase());
        if std::str::from_utf8(secret).is_err() {
            self.keep_form(String::from_utf8_lossy(secret).as_bytes());
        }
    }

    fn keep_form(&mut self, secret: &[u8]) {
        if secret.len() < LEAST || self.open.contains(secret) || self.forms.contains(secret) {
            return;
        }
        while self.order.len() >= MOST {
            self.order.pop_front().map(|first| self.forms.remove(&first));
        }
        let form: Arc<[u8]> = secret.into();
        self.begins[usize::from(secret[0])] = true;
        self.order.push_back(form.clone());
        self.forms.insert(form);
    }

    /// What of them stands in the text is none from here on.
    pub fn open(&mut self, text: &[u8]) {
        let mut found = Vec::new();
        for place in 0..text.len() {
            self.visit(text, place, |form, _| found.push(form.clone()));
        }
        for form in found {
            self.forms.remove(&form);
            if self.open.len() < MOST {
                self.open.insert(form);
            }
        }
        let forms = &self.forms;
        self.order.retain(|form| forms.contains(form));
    }

    /// The text without them; none, where it holds none.
    pub fn strike(&self, text: &[u8]) -> Option<Vec<u8>> {
        let (mut told, mut at, mut kept) = (Vec::new(), 0, 0);
        while at < text.len() {
            let mut longest = None;
            self.visit(text, at, |_, length| longest = longest.max(Some(length)));
            let Some(length) = longest else {
                at += 1;
                continue;
            };
            told.extend_from_slice(&text[kept..at]);
            told.extend_from_slice(STRUCK.as_bytes());
            at += length;
            kept = at;
        }
        if kept == 0 {
            return None;
        }
        told.extend_from_slice(&text[kept..]);
        Some(told)
    }

    /// Finds those that stand in the text at that place, with their lengths there.
    fn visit<'k>(&'k self, text: &[u8], place: usize, mut found: impl FnMut(&'k Arc<[u8]>, usize)) {
        let begins = |&(byte, _): &(u8, usize)| self.begins[usize::from(byte)];
        let mut ways: Vec<Way> = spelled(&text[place..]).filter(begins).map(|step| Way::from(0, place, step)).collect();
        let mut prefix = Vec::new();
        while let Some(Way { depth, byte, at }) = ways.pop() {
            prefix.truncate(depth);
            prefix.push(byte);
            let alike = (Bound::Included(&prefix[..]), Bound::Unbounded);
            let mut alike = self.forms.range::<[u8], _>(alike).take_while(|form| form.starts_with(&prefix));
            let Some(first) = alike.next() else { continue };
            let more = alike.next().is_some();
            let rest = if more { &[][..] } else { &first[prefix.len()..] };
            if (!more || first.len() == prefix.len())
                && let Some(length) = loosely(rest, &text[at..]).map(|length| at + length - place)
                && !(is_word(first) && is_within_a_word(text, place, length))
            {
                found(first, length);
            }
            if more {
                ways.extend(spelled(&text[at..]).map(|step| Way::from(prefix.len(), at, step)));
            }
        }
    }
}

/// How far a text was read as the beginning of some of them, and the byte that is next.
struct Way {
    depth: usize,
    byte: u8,
    /// Behind that byte in the text.
    at: usize,
}

impl Way {
    fn from(depth: usize, at: usize, (byte, length): (u8, usize)) -> Way {
        Way { depth, byte, at: at + length }
    }
}

#[cfg(test)]
mod tests {
    use super::super::of_user;
    use super::*;
    use proptest::prelude::*;

    fn known(secrets: &[&str]) -> Known {
        let mut known = Known::NONE;
        secrets.iter().for_each(|secret| known.keep(secret.as_bytes()));
        known
    }

    fn told(known: &Known, text: &str) -> String {
        known.strike(text.as_bytes()).map_or(text.to_owned(), |told| String::from_utf8(told).unwrap())
    }

    #[test]
    fn a_secret_is_struck_out_however_it_is_written() {
        let known = known(&["p@ss \"w/rd"]);
        for written in [
            "p@ss \"w/rd",
            "p%40ss%20%22w%2Frd",
            "p%40ss+%22w%2frd",
            "%70%40%73%73%20%22%77%2f%72%64",
            "p@ss \\\"w\\/rd",
            "p@ss%20\\\"w/rd",
        ] {
            assert_eq!(told(&known, &format!("a{written}z")), "a***z", "{written}");
            assert_eq!(told(&known, &format!("{written}{written}")), "******", "{written}");
        }
        for other in ["p@ss \"w/r", "p%40ss%20%22w%2Fr", "%", "p@ss%2", "\\", ""] {
            assert_eq!(told(&known, other), other);
        }
    }

    #[test]
    fn the_longest_of_those_that_begin_at_a_place_goes() {
        for secrets in [["abc4", "abc4efgh"], ["abc4efgh", "abc4"]] {
            assert_eq!(told(&known(&secrets), "abc4efghi abc4ef"), "***i ***ef");
        }
    }

    #[test]
    fn a_host_in_small_letters_tells_it_no_less() {
        assert_eq!(told(&known(&["S3cret"]), "http://s3cret.a.example/S3cret"), "http://***.a.example/***");
    }

    #[test]
    fn what_may_be_a_part_of_any_word_is_struck_out_where_it_is_one() {
        let known = known(&["other", "s3cret"]);
        assert_eq!(told(&known, "another other, others Xs3cretX"), "another ***, others X***X");
        assert_eq!(told(&known, "/a%20other?other=%6fther&b=_other"), "/a%20***?***=***&b=_***");
    }

    #[test]
    fn what_is_short_or_stands_in_what_was_given_is_no_secret() {
        let mut known = known(&["abc", "staging", "other"]);
        known.open(b"https://staging.a.example/");
        known.keep(b"staging");
        assert_eq!(told(&known, "abc staging other"), "abc staging ***");
    }

    #[test]
    fn of_a_user_goes_what_is_sent_and_the_password() {
        let of = |user: &str, password: &str| {
            let secrets = of_user(user.as_bytes(), password.as_bytes());
            secrets.into_iter().map(|secret| String::from_utf8(secret).unwrap()).collect::<Vec<_>>()
        };
        assert_eq!(of("me", "pass"), ["bWU6cGFzcw", "pass"]);
        assert_eq!(of("admin", "admin"), ["YWRtaW46YWRtaW4"]);
        assert_eq!(of("key-of-me", ""), ["a2V5LW9mLW1lOg", "key-of-me"]);
        assert_eq!(of("a", "??>"), ["YTo/Pz4", "YTo_Pz4", "??>"]);
        assert_eq!(of("0123456789abcdefghij", "x-oauth")[1..], ["x-oauth", "0123456789abcdefghij"]);
    }

    #[test]
    fn so_many_are_known_at_once_and_those_are_the_last() {
        let mut known = Known::NONE;
        (0..MOST + 9).for_each(|number| known.keep(format!("secret{number:06}").as_bytes()));
        assert_eq!((known.forms.len(), known.order.len()), (MOST, MOST));
        assert_eq!(told(&known, "secret065536 secret000001"), "*** secret000001");
    }

    #[test]
    fn a_text_that_could_be_the_beginning_of_many_takes_no_longer_for_that() {
        let mut known = Known::NONE;
        (0..5000).for_each(|number| known.keep(format!("+ + ++{number:04}").as_bytes()));
        let hostile = "+".repeat(60_000);
        assert_eq!(told(&known, &format!("{hostile}%2B +%20+%2b0007")).len(), hostile.len() + STRUCK.len());
    }

    proptest! {
        #[test]
        fn of_many_each_is_found_as_if_it_were_alone(
            secrets in prop::collection::vec("[ab%+ ]{4,6}", 1..6), text in "[ab%+ 0126]{0,40}",
        ) {
            let all: Vec<&str> = secrets.iter().map(String::as_str).collect();
            let (many, alone) = (known(&all), all.iter().any(|one| known(&[one]).strike(text.as_bytes()).is_some()));
            prop_assert_eq!(many.strike(text.as_bytes()).is_some(), alone);
        }

        #[test]
        fn no_text_comes_out_with_a_secret_in_it_and_none_without_is_changed(
            secret in "[a-c%+\\\\]{3,5}7", text in "[a-c%+\\\\0-9]{0,40}",
        ) {
            let known = known(&[&secret]);
            match known.strike(text.as_bytes()) {
                Some(told) => prop_assert!(told.windows(3).any(|three| three == STRUCK.as_bytes())),
                None => prop_assert!(!text.contains(&secret)),
            }
        }
    }
}
