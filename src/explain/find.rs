//! From what someone typed to the words that are meant. Knows nothing of what they mean.

use super::{Entry, entries};
use crate::target::quoted;
use std::fmt;

/// Letters of a typed word that are compared with others; a longer one is near to none.
const LONGEST: usize = 48;
/// Words that an error names at most.
const NAMED: usize = 6;

/// No word is meant, or more than one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotFound {
    asked: String,
    /// What could be meant, the nearest first.
    pub near: Vec<&'static str>,
    /// Each of them begins with what was typed.
    pub ambiguous: bool,
}

/// All meanings of one word. Case does not count, nor do `-`, `_` and spaces; the beginning of a word is enough where
/// no other begins so.
///
/// # Errors
/// [`NotFound`], with the words that are near.
pub fn find(asked: &str) -> Result<Vec<Entry>, NotFound> {
    let key = letters(asked);
    // A key is a letter of one case.
    let exact = |named: &dyn Fn(&str) -> bool| entries().filter(|entry| names(entry).any(named)).collect::<Vec<_>>();
    let pressed = if asked.chars().count() == 1 { exact(&|name| name == asked) } else { Vec::new() };
    let exact = if pressed.is_empty() { exact(&|name| letters(name) == key) } else { pressed };
    if !exact.is_empty() && (!key.is_empty() || asked == "-") {
        return Ok(exact);
    }
    let begun: Vec<Entry> =
        entries().filter(|entry| !key.is_empty() && letters(entry.word).starts_with(&key)).collect();
    let mut words: Vec<&'static str> = begun.iter().map(|entry| entry.word).collect();
    words.sort_unstable();
    words.dedup();
    match words.len() {
        1 => Ok(begun),
        0 => Err(NotFound { asked: asked.to_owned(), near: near(&key), ambiguous: false }),
        _ => Err(NotFound { asked: asked.to_owned(), near: words, ambiguous: true }),
    }
}

fn names(entry: &Entry) -> impl Iterator<Item = &'static str> {
    [entry.word].into_iter().chain(entry.also.iter().copied())
}

/// What counts of a word.
fn letters(word: &str) -> String {
    let counts = |letter: &char| !letter.is_whitespace() && !matches!(letter, '-' | '_');
    word.chars().filter(counts).flat_map(char::to_lowercase).collect()
}

/// Words that differ in a third of their letters at most, or hold what was typed.
fn near(key: &str) -> Vec<&'static str> {
    let count = key.chars().count();
    if count == 0 || count > LONGEST {
        return Vec::new();
    }
    let rank = |word: &'static str| {
        let letters = letters(word);
        let holds = count > 2 && letters.contains(key);
        let distance = if holds { 1 } else { distance(key, &letters) };
        (distance <= count.div_ceil(3)).then_some((distance, word))
    };
    let mut ranked: Vec<(usize, &'static str)> = entries().filter_map(|entry| rank(entry.word)).collect();
    ranked.sort_unstable();
    ranked.dedup();
    ranked.into_iter().map(|(_, word)| word).take(NAMED).collect()
}

/// How many letters have to be put in, left out, exchanged or swapped with their neighbour.
fn distance(from: &str, to: &str) -> usize {
    let (from, to): (Vec<char>, Vec<char>) = (from.chars().collect(), to.chars().collect());
    let mut before = Vec::new();
    let mut last: Vec<usize> = (0..=to.len()).collect();
    for (row, &letter) in from.iter().enumerate() {
        let mut next = vec![row + 1];
        for (at, &other) in to.iter().enumerate() {
            let exchanged = last[at] + usize::from(letter != other);
            let mut least = exchanged.min(last[at + 1] + 1).min(next[at] + 1);
            if row > 0 && at > 0 && letter == to[at - 1] && from[row - 1] == other {
                least = least.min(before[at - 1] + 1);
            }
            next.push(least);
        }
        before = std::mem::replace(&mut last, next);
    }
    last[to.len()]
}

impl NotFound {
    /// What to do about it.
    pub fn hint(&self) -> &'static str {
        if self.ambiguous { "type more of the word" } else { "`crawltop explain` without a word lists all of them" }
    }
}

impl fmt::Display for NotFound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let asked = quoted(&self.asked);
        let more = if self.near.len() > NAMED { " and more" } else { "" };
        let named = self.near[..self.near.len().min(NAMED)].join(", ");
        match (self.ambiguous, named.as_str()) {
            (true, named) => write!(f, "{asked} begins more than one word: {named}{more}"),
            (false, "") => write!(f, "no word {asked}, and none is near"),
            (false, named) => write!(f, "no word {asked}; near are: {named}"),
        }
    }
}

impl std::error::Error for NotFound {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_costs_one_and_so_does_a_swap() {
        let cases =
            [("step", "step", 0), ("stesp", "steps", 1), ("stp", "step", 1), ("stopp", "step", 2), ("", "ab", 2)];
        for (from, to, expected) in cases {
            assert_eq!(distance(from, to), expected, "{from} {to}");
        }
    }
}
