//! Expands curl's globs, `[0-19]`, `[01-20:2]`, `[a-z]` and `{a,b}`, one word at a time. Knows
//! nothing of URLs.

mod error;
mod read;

use error::Fault;
pub use error::GlobError;
use read::Reader;

/// The words that a glob may make.
pub const GLOB_LIMIT: u64 = 10_000_000;

/// A word with globs in it. It takes the memory of the word, however many words it makes.
#[derive(Clone, Debug)]
pub struct Glob {
    parts: Vec<Part>,
    count: u64,
}

#[derive(Clone, Debug)]
enum Part {
    Text(String),
    Set(Vec<String>),
    Numbers { first: u64, step: u64, count: u64, width: usize },
    Letters { first: u8, step: u64, count: u64 },
}

impl Glob {
    /// Reads a word. `{}`, `[]` and a bracketed IPv6 address are literal, and so is a bracket after
    /// a backslash.
    pub fn parse(word: &str) -> Result<Self, GlobError> {
        let mut reader = Reader::new(word);
        let mut glob = Self { parts: Vec::new(), count: 1 };
        while let Some((at, part)) = reader.part()? {
            let count = glob.count.checked_mul(part.count());
            let count = count.filter(|count| *count <= GLOB_LIMIT);
            glob.count = count.ok_or_else(|| GlobError::new(Fault::TooMany, word, at))?;
            glob.parts.push(part);
        }
        Ok(glob)
    }

    /// How many words it makes: 1 to 10 million.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// The words in curl's order, the last glob running fastest; each is made as it is asked for.
    pub fn iter(&self) -> impl Iterator<Item = String> + '_ {
        (0..self.count).map(|index| self.word(index))
    }

    /// The word at `index`, which counts from 0 and wraps around at `count`.
    pub fn word(&self, index: u64) -> String {
        let mut out = String::new();
        let mut stride = self.count;
        for part in &self.parts {
            stride /= part.count();
            part.push(index / stride % part.count(), &mut out);
        }
        out
    }
}

impl Part {
    fn count(&self) -> u64 {
        match self {
            Part::Text(_) => 1,
            Part::Set(items) => items.len() as u64,
            Part::Numbers { count, .. } | Part::Letters { count, .. } => *count,
        }
    }

    fn push(&self, index: u64, out: &mut String) {
        match self {
            Part::Text(text) => out.push_str(text),
            Part::Set(items) => out.push_str(&items[index as usize]),
            Part::Numbers { first, step, width, .. } => {
                out.push_str(&format!("{:0width$}", first + index * step));
            }
            Part::Letters { first, step, .. } => out.push(char::from(first + (index * step) as u8)),
        }
    }
}
