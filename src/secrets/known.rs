//! The secrets of a run, and a text without them. Knows no process.

use super::STRUCK;
use super::form::{Form, is_spelled};
use std::collections::VecDeque;

/// Bytes of the shortest text that is struck out: what is shorter hides nothing, and stands everywhere.
const LEAST: usize = 4;
/// Forms that are known at once. Where each line of a list names another user, these are those of the last ones.
const MOST: usize = 512;

/// What stands for another byte may stand for any.
const SPELLING: [bool; 256] = {
    let mut begins = [false; 256];
    begins[b'%' as usize] = true;
    begins[b'\\' as usize] = true;
    begins[b'+' as usize] = true;
    begins
};

pub(super) struct Known {
    forms: VecDeque<Form>,
    /// The bytes that one of them may begin with.
    begins: [bool; 256],
    /// What turned out to be none.
    open: VecDeque<Box<[u8]>>,
}

impl Known {
    pub const NONE: Known = Known { forms: VecDeque::new(), begins: SPELLING, open: VecDeque::new() };

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
        let known = self.forms.iter().any(|form| form.bytes() == secret);
        if secret.len() < LEAST || known || self.open.iter().any(|open| **open == *secret) {
            return;
        }
        if self.forms.len() == MOST {
            self.forms.pop_front();
        }
        self.begins[usize::from(secret[0])] = true;
        self.forms.push_back(Form::new(secret));
    }

    /// What of them stands in the text is none from here on.
    pub fn open(&mut self, text: &[u8]) {
        let open = &mut self.open;
        self.forms.retain(|form| {
            let stands = (0..text.len()).any(|at| form.at(text, at).is_some());
            if stands && open.len() < MOST {
                open.push_back(form.bytes().into());
            }
            !stands
        });
    }

    /// The text without them; none, where it holds none.
    pub fn strike(&self, text: &[u8]) -> Option<Vec<u8>> {
        if !is_spelled(text) && !self.forms.iter().any(|form| form.is_in(text)) {
            return None;
        }
        let (mut told, mut at, mut any) = (Vec::with_capacity(text.len()), 0, false);
        while let Some(&byte) = text.get(at) {
            let begins = self.begins[usize::from(byte)];
            match self.forms.iter().filter(|_| begins).filter_map(|form| form.at(text, at)).max() {
                Some(length) => {
                    told.extend_from_slice(STRUCK.as_bytes());
                    at += length;
                    any = true;
                }
                None => {
                    told.push(byte);
                    at += 1;
                }
            }
        }
        any.then_some(told)
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
        (0..5000).for_each(|number| known.keep(format!("secret{number:04}").as_bytes()));
        assert_eq!((known.forms.len(), told(&known, "secret4999 secret0000")), (MOST, "*** secret0000".to_owned()));
    }

    proptest! {
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
