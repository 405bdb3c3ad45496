//! Reads the parts of a glob: text, sets and ranges. Knows nothing of the words they make.

use std::net::Ipv6Addr;

use super::error::Fault;
use super::{GlobError, Part};

/// What a backslash makes literal, outside of a set and within one.
const SPECIAL: &str = "{}[]";
const SPECIAL_IN_SET: &str = "{}[],\\";

/// The digits of the largest number.
const DIGITS: usize = 20;

/// Reads a word from its beginning to its end, a part at a time.
pub(super) struct Reader<'a> {
    word: &'a str,
    at: usize,
}

impl<'a> Reader<'a> {
    pub(super) fn new(word: &'a str) -> Self {
        Self { word, at: 0 }
    }

    /// The next part and where it begins.
    pub(super) fn part(&mut self) -> Result<Option<(usize, Part)>, GlobError> {
        let start = self.at;
        let text = self.text(SPECIAL);
        if !text.is_empty() {
            return Ok(Some((start, Part::Text(text))));
        }
        let part = match self.rest().chars().next() {
            None => return Ok(None),
            Some('{') => self.set()?,
            Some('[') => self.range()?,
            Some(_) => return Err(self.error(Fault::Unopened, start)),
        };
        Ok(Some((start, part)))
    }

    fn set(&mut self) -> Result<Part, GlobError> {
        let open = self.at;
        let mut items = Vec::new();
        loop {
            self.at += 1;
            items.push(self.text(SPECIAL_IN_SET));
            match self.rest().chars().next() {
                Some(',') => {}
                Some('}') => break,
                Some('{' | '[') => return Err(self.error(Fault::Nested, self.at)),
                Some(_) => return Err(self.error(Fault::Unopened, self.at)),
                None => return Err(self.error(Fault::Unclosed, open)),
            }
        }
        self.at += 1;
        Ok(Part::Set(items))
    }

    fn range(&mut self) -> Result<Part, GlobError> {
        let open = self.at;
        let Some((body, _)) = self.rest()[1..].split_once(']') else {
            return Err(self.error(Fault::Unclosed, open));
        };
        self.at += body.len() + 2;
        range(body).map_err(|fault| self.error(fault, open))
    }

    /// Literal text up to the next special character.
    fn text(&mut self, special: &str) -> String {
        let mut out = String::new();
        while let Some(piece) = self.literal(special) {
            out.push_str(piece);
        }
        out
    }

    fn literal(&mut self, special: &str) -> Option<&'a str> {
        let rest = self.rest();
        let mut chars = rest.chars();
        let (first, second) = (chars.next()?, chars.next());
        let (skipped, len) = match second {
            Some(escaped) if first == '\\' && special.contains(escaped) => (1, 1),
            _ if special.contains(first) && first != '\\' => (0, literal_brackets(rest)?),
            _ => (0, first.len_utf8()),
        };
        self.at += skipped + len;
        Some(&rest[skipped..skipped + len])
    }

    fn rest(&self) -> &'a str {
        &self.word[self.at..]
    }

    fn error(&self, fault: Fault, at: usize) -> GlobError {
        GlobError::new(fault, self.word, at)
    }
}

/// The length of brackets that are no glob: `{}`, `[]`, `[::1]`.
fn literal_brackets(text: &str) -> Option<usize> {
    if text.starts_with("{}") || text.starts_with("[]") {
        return Some(2);
    }
    let (inside, _) = text.strip_prefix('[')?.split_once(']')?;
    let address = inside.split('%').next()?;
    address.parse::<Ipv6Addr>().is_ok().then_some(inside.len() + 2)
}

/// Reads what stands between the brackets of a range.
fn range(body: &str) -> Result<Part, Fault> {
    let (bounds, step) = body.split_once(':').unwrap_or((body, "1"));
    let (first, last) = bounds.split_once('-').ok_or(Fault::NoRange)?;
    let step = digits(step)?;
    if let (&[first], &[last]) = (first.as_bytes(), last.as_bytes())
        && same_case(first, last)
    {
        return Ok(Part::Letters { first, step, count: steps(first.into(), last.into(), step)? });
    }
    // Without leading zeros the first number is the shortest, and nothing is padded.
    let (width, first, last) = (first.len(), digits(first)?, digits(last)?);
    let count = steps(first, last, step)?;
    Ok(Part::Numbers { first, step, count, width })
}

fn same_case(first: u8, last: u8) -> bool {
    first.is_ascii_lowercase() && last.is_ascii_lowercase() || first.is_ascii_uppercase() && last.is_ascii_uppercase()
}

/// How many numbers there are from `first` to `last`.
fn steps(first: u64, last: u64, step: u64) -> Result<u64, Fault> {
    let distance = last.checked_sub(first).ok_or(Fault::Backwards)?;
    distance.checked_div(step).ok_or(Fault::NoStep)?.checked_add(1).ok_or(Fault::TooMany)
}

/// A number in digits alone; `parse` would take a `+`, and zeros without end.
fn digits(text: &str) -> Result<u64, Fault> {
    if text.len() > DIGITS {
        return Err(Fault::Overflow);
    }
    if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(Fault::NoRange);
    }
    text.parse().map_err(|_| Fault::Overflow)
}
