//! Says what is wrong with a glob, where, and what to do.

use crate::target::error::quoted;

/// Why a word is no glob: a lowercase fragment as `Display`, and a hint.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{} at column {position} of {word}", fault.about().0)]
pub struct GlobError {
    fault: Fault,
    position: usize,
    word: String,
}

impl GlobError {
    /// A fault at the byte `at` of a word.
    pub(super) fn new(fault: Fault, word: &str, at: usize) -> Self {
        Self { fault, position: word[..at].chars().count() + 1, word: quoted(word) }
    }

    /// Where in the word, in characters from 1.
    pub fn position(&self) -> usize {
        self.position
    }

    /// What to do about it; a sentence without its full stop.
    pub fn hint(&self) -> &'static str {
        self.fault.about().1
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    Unclosed,
    Unopened,
    Nested,
    NoRange,
    Backwards,
    NoStep,
    Overflow,
    TooMany,
}

impl Fault {
    /// The message and the hint.
    fn about(self) -> (&'static str, &'static str) {
        const LITERAL: &str = "for a literal bracket write a backslash before it, or switch globs off with -g";
        match self {
            Fault::Unclosed => ("bracket without its end", LITERAL),
            Fault::Unopened => ("bracket without its beginning", LITERAL),
            Fault::Nested => ("bracket within a set", "sets don't nest: write one after the other, as in {a,b}[1-9]"),
            Fault::NoRange => ("not a range", "a range is [0-19], [01-20:2] or [a-z]; -g switches globs off"),
            Fault::Backwards => ("range that ends before it starts", "write the smaller end first"),
            Fault::NoStep => ("range with step 0", "leave the step away, or write 1 or more"),
            Fault::Overflow => ("number too large", "numbers go up to 18446744073709551615"),
            Fault::TooMany => ("more than 10 million words", "narrow the range, or split it over several runs"),
        }
    }
}
