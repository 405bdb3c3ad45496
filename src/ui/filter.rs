//! Which rows of a table are looked for: text and terms as they are typed, and whether what is known of a row meets
//! them. Knows no table and no key.

mod term;
#[cfg(test)]
mod tests;

pub use term::TERMS;

use crate::failure::{Failure, FailureKind};
use crate::text::{Needle, Untrusted};
use std::time::Duration;
use term::{Term, Test, unknown};

/// What is known of a row. What it has not, no term but a negated one meets.
#[derive(Clone, Copy, Debug, Default)]
pub struct Facts<'a> {
    /// The URL, or whatever else its text is.
    pub text: Option<&'a Untrusted>,
    /// Bytes at the beginning of the text that are not shown.
    pub hidden: usize,
    /// What went wrong, where that is shown too.
    pub said: Option<&'a Failure>,
    pub status: Option<u16>,
    pub kind: Option<FailureKind>,
    /// What it does, or where it failed.
    pub phase: Option<&'static str>,
    /// What became of it, as the header counts it.
    pub outcome: Option<&'static str>,
    /// Over what kind of connection it goes, or went.
    pub connection: Option<&'static str>,
    /// How long it took, or takes so far.
    pub took: Option<Duration>,
}

/// What is typed, and what is understood of it. Nothing typed lets everything through.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Filter {
    terms: Vec<Term>,
    trouble: Option<String>,
    /// What stands before a colon, and is looked for as text.
    unknown: Option<String>,
}

impl Filter {
    /// Words apart by blanks, all of which have to be so; `-` or `!` before one means the contrary. What is not
    /// understood is told, and has no effect.
    pub fn parse(typed: &str) -> Filter {
        let mut filter = Filter::default();
        for word in typed.split_whitespace() {
            let bare = word.strip_prefix(['-', '!']).unwrap_or(word);
            match Test::parse(bare) {
                // A sign alone will have a word behind it.
                _ if bare.is_empty() => {}
                Ok(test) => {
                    filter.unknown = filter.unknown.or_else(|| unknown(bare).map(str::to_owned));
                    filter.terms.push(Term { negated: bare.len() < word.len(), test });
                }
                Err(trouble) => filter.trouble = filter.trouble.or(Some(trouble)),
            }
        }
        filter
    }

    /// Whether it lets everything through.
    pub fn is_empty(&self) -> bool {
        self.terms.is_empty()
    }

    /// Whether it says something of what is no request, by text or host.
    pub fn is_about_names(&self) -> bool {
        self.terms.iter().any(|term| matches!(term.test, Test::Text { .. } | Test::Host(_)))
    }

    /// What is not understood, and what would be.
    pub fn trouble(&self) -> Option<&str> {
        self.trouble.as_deref()
    }

    /// The beginning of a word that looks like a term and is none, so that it is looked for as text.
    pub fn unknown(&self) -> Option<&str> {
        self.unknown.as_deref()
    }

    pub fn takes(&self, facts: &Facts<'_>) -> bool {
        self.terms.iter().all(|term| term.test.meets(facts) != term.negated)
    }

    /// Of a line in words, which is about what is known, or about nothing: only what is said of text and host counts, and
    /// text may stand in the words too. They are written last, into `words`, and only where they are needed.
    pub fn takes_line(&self, facts: &Facts<'_>, words: &mut String, write: impl FnOnce(&mut String)) -> bool {
        let hosts = self.terms.iter().filter(|term| matches!(term.test, Test::Host(_)));
        if !hosts.into_iter().all(|term| term.test.meets(facts) != term.negated) {
            return false;
        }
        let mut write = Some(write);
        let mut in_words = |needle: &Needle| {
            if let Some(write) = write.take() {
                words.clear();
                write(words);
            }
            needle.is_shown_in(words)
        };
        self.terms.iter().all(|term| match &term.test {
            Test::Text { needle, .. } => (term.test.meets(facts) || in_words(needle)) != term.negated,
            _ => true,
        })
    }

    /// Of a row that is no request: only what is said of text and host counts.
    pub fn takes_named(&self, facts: &Facts<'_>) -> bool {
        self.terms.iter().filter(|term| term.is_named()).all(|term| term.test.meets(facts) != term.negated)
    }

    /// All but that.
    pub fn takes_unnamed(&self, facts: &Facts<'_>) -> bool {
        self.terms.iter().filter(|term| !term.is_named()).all(|term| term.test.meets(facts) != term.negated)
    }

    /// Whether anything is said of text or host.
    pub fn is_named(&self) -> bool {
        self.terms.iter().any(Term::is_named)
    }
}
