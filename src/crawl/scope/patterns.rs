//! Regular expressions of the user, bounded in size. Knows nothing of what they are for.

use regex::{RegexSet, RegexSetBuilder};

use crate::target::quoted;

/// Bytes that the expressions of one option may take when compiled, and the tables of a search.
const SIZE_LIMIT: usize = 4 << 20;

/// The expressions of one option.
#[derive(Clone, Debug, Default)]
pub struct Patterns(RegexSet);

/// Why a word is no expression: one line.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PatternError {
    #[error("no regular expression: {pattern}: {cause}")]
    Syntax { pattern: String, cause: String },
    #[error("regular expressions over 4 MiB when compiled")]
    TooLarge,
}

impl Patterns {
    /// In the syntax of the regex crate; time is linear in the URL whatever they are.
    pub fn new<S: AsRef<str>>(patterns: &[S]) -> Result<Patterns, PatternError> {
        for pattern in patterns {
            build(&[pattern.as_ref()])?;
        }
        build(&patterns.iter().map(AsRef::as_ref).collect::<Vec<_>>())
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether one of them is found in it.
    pub fn any(&self, url: &str) -> bool {
        !self.is_empty() && self.0.is_match(url)
    }
}

fn build(patterns: &[&str]) -> Result<Patterns, PatternError> {
    let mut builder = RegexSetBuilder::new(patterns);
    let built = builder.size_limit(SIZE_LIMIT).dfa_size_limit(SIZE_LIMIT).build();
    built.map(Patterns).map_err(|error| match error {
        regex::Error::CompiledTooBig(_) => PatternError::TooLarge,
        error => PatternError::Syntax { pattern: quoted(&patterns.concat()), cause: last_line(&error.to_string()) },
    })
}

/// What is wrong, without the picture of where.
fn last_line(message: &str) -> String {
    let line = message.lines().last().unwrap_or_default();
    line.trim().trim_start_matches("error: ").to_owned()
}
