//! Which rule decides about a path: the one with the longest pattern, and `Allow` of two as long (RFC 9309, 2.2.2).
//! Knows nothing of groups.
//!
//! Patterns without a wildcard lie sorted, each with the best of all that are prefixes of it, so that one search finds
//! the answer however many there are. Those with one are tried in the order of their rank until one fits, or none that
//! is left could win.

use super::pattern::Pattern;

/// Pieces of patterns with a wildcard that are kept: it bounds the time of a verdict. Of those beyond it, what they forbid
/// begins where their first wildcard stands, and what they allow is not: nothing is asked for that is forbidden.
pub(super) const PIECES: usize = 20_000;

#[derive(Debug, PartialEq, Eq)]
pub(super) struct Rule {
    pub line: u32,
    pub allow: bool,
    /// The line as it is told.
    pub text: Box<str>,
}

/// By which rules are ranked: octets, then `Allow`, then the earlier line.
type Rank = (u32, bool, std::cmp::Reverse<u32>);

#[derive(Debug)]
struct Entry {
    pattern: Pattern,
    rank: Rank,
    rule: u32,
}

#[derive(Debug)]
struct Prefix {
    entry: Entry,
    /// The longest other pattern that is a prefix of this one.
    parent: Option<u32>,
}

/// Rules as they come.
#[derive(Debug, Default)]
pub(super) struct Draft {
    rules: Vec<Rule>,
    entries: Vec<Entry>,
    pieces: usize,
    /// Rules that are held to forbid more than they do.
    pub broad: u32,
    /// Rules that are held to allow nothing, or less than they do.
    pub narrow: u32,
}

impl Draft {
    /// Adds a rule with the patterns, each with its length, that it goes by.
    pub fn push(&mut self, rule: Rule, patterns: impl IntoIterator<Item = (Pattern, u32)>) {
        let index = u32::try_from(self.rules.len()).unwrap_or(u32::MAX);
        let mut has_room = true;
        for (pattern, length) in patterns {
            let pieces = if pattern.is_wild() { pattern.pieces() } else { 0 };
            let is_kept = self.pieces + pieces <= PIECES;
            self.pieces += if is_kept { pieces } else { 0 };
            has_room &= is_kept;
            let rank = (length, rule.allow, std::cmp::Reverse(rule.line));
            match (is_kept, rule.allow) {
                (true, _) => self.entries.push(Entry { pattern, rank, rule: index }),
                (false, false) => self.entries.push(Entry { pattern: pattern.beginning(), rank, rule: index }),
                (false, true) => {}
            }
        }
        *(if rule.allow { &mut self.narrow } else { &mut self.broad }) += u32::from(!has_room);
        self.rules.push(rule);
    }

    pub fn finish(self) -> Rules {
        let (mut wild, plain): (Vec<_>, Vec<_>) = self.entries.into_iter().partition(|entry| entry.pattern.is_wild());
        let (whole, open): (Vec<_>, Vec<_>) = plain.into_iter().partition(|entry| entry.pattern.anchored);
        wild.sort_by_key(|entry| std::cmp::Reverse(entry.rank));
        let prefixes = with_parents(best_of_each(open));
        Rules { rules: self.rules, prefixes, whole: best_of_each(whole), wild }
    }
}

/// Sorts by pattern, and keeps of each the entry with the highest rank.
fn best_of_each(mut entries: Vec<Entry>) -> Vec<Entry> {
    entries.sort_by(|one, other| one.pattern.octets.cmp(&other.pattern.octets).then_with(|| other.rank.cmp(&one.rank)));
    entries.dedup_by(|one, kept| one.pattern.octets == kept.pattern.octets);
    entries
}

/// `entries` sorted, each pattern once.
fn with_parents(entries: Vec<Entry>) -> Vec<Prefix> {
    let mut prefixes: Vec<Prefix> = Vec::with_capacity(entries.len());
    for mut entry in entries {
        let mut parent = prefixes.len().checked_sub(1);
        while let Some(index) = parent {
            let above = &prefixes[index];
            if entry.pattern.octets.starts_with(&above.entry.pattern.octets) {
                // It fits wherever this one does, and may rank higher by a `*` at its end.
                if above.entry.rank > entry.rank {
                    (entry.rank, entry.rule) = (above.entry.rank, above.entry.rule);
                }
                break;
            }
            parent = above.parent.map(|index| index as usize);
        }
        prefixes.push(Prefix { entry, parent: parent.and_then(|index| u32::try_from(index).ok()) });
    }
    prefixes
}

/// The rules of one group.
#[derive(Debug, Default)]
pub(super) struct Rules {
    rules: Vec<Rule>,
    prefixes: Vec<Prefix>,
    /// Patterns that are to be the whole path.
    whole: Vec<Entry>,
    /// Highest rank first.
    wild: Vec<Entry>,
}

impl Rules {
    pub fn len(&self) -> usize {
        self.rules.len()
    }

    /// The rule that decides about `path`, which is in the form of [`normal`](super::path::normal).
    pub fn decide(&self, path: &[u8]) -> Option<&Rule> {
        let mut best = self.prefix(path);
        if let Ok(index) = self.whole.binary_search_by(|entry| (*entry.pattern.octets).cmp(path)) {
            best = higher(best, &self.whole[index]);
        }
        let contenders = self.wild.iter().take_while(|entry| best.is_none_or(|best| entry.rank > best.rank));
        if let Some(wild) = contenders.into_iter().find(|entry| entry.pattern.matches(path)) {
            best = Some(wild);
        }
        best.map(|best| &self.rules[best.rule as usize])
    }

    /// The longest of the plain patterns that `path` begins with. It is the last one not after `path`, or a prefix of
    /// that one: what lies between a prefix of `path` and `path` itself begins with that prefix.
    fn prefix(&self, path: &[u8]) -> Option<&Entry> {
        let after = self.prefixes.partition_point(|prefix| *prefix.entry.pattern.octets <= *path);
        let mut at = after.checked_sub(1)?;
        let common = common(&self.prefixes[at].entry.pattern.octets, path);
        while self.prefixes[at].entry.pattern.octets.len() > common {
            at = self.prefixes[at].parent? as usize;
        }
        Some(&self.prefixes[at].entry)
    }
}

fn higher<'r>(best: Option<&'r Entry>, other: &'r Entry) -> Option<&'r Entry> {
    Some(best.filter(|best| best.rank > other.rank).unwrap_or(other))
}

/// Bytes that two texts begin with alike.
fn common(one: &[u8], other: &[u8]) -> usize {
    one.iter().zip(other).take_while(|(one, other)| one == other).count()
}
