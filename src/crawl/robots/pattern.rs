//! The pattern of a rule: `*` stands for any octets, a `$` at the end for the end. Knows nothing of which rule wins.

use super::path::normal;
use memchr::{memchr, memchr_iter, memmem, memrchr};

/// Stands where `*` stood: what a path is compared in holds no NUL, but may hold a `*` that was written `%2A`.
const ANY: u8 = 0;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Pattern {
    /// In the form of [`normal`], with [`ANY`], of which never two stand side by side.
    pub octets: Box<[u8]>,
    /// The path must end where it does.
    pub anchored: bool,
    /// Where the first [`ANY`] stands, or the end.
    first: usize,
}

impl Pattern {
    /// Reads `text`, where a `$` at its end is an anchor if `anchors`; also tells its length in octets, wildcards and
    /// anchor included, by which rules are ranked (RFC 9309, 2.2.2).
    pub fn new(text: &[u8], anchors: bool) -> (Pattern, u32) {
        let (body, anchored) = match text {
            [body @ .., b'$'] if anchors => (body, true),
            _ => (text, false),
        };
        let (octets, length) = octets(body, anchored);
        let first = memchr(ANY, &octets).unwrap_or(octets.len());
        (Pattern { octets, anchored, first }, u32::try_from(length).unwrap_or(u32::MAX))
    }

    pub fn is_wild(&self) -> bool {
        self.first < self.octets.len()
    }

    /// What it begins with, before the first wildcard.
    pub fn beginning(&self) -> Pattern {
        Pattern { octets: self.octets[..self.first].into(), anchored: false, first: self.first }
    }

    /// How many pieces a match looks for one after the other.
    pub fn pieces(&self) -> usize {
        memchr_iter(ANY, &self.octets).count() + 1
    }

    /// Whether the pattern and the start of `path` (in the form of [`normal`]) are the same. In time linear in both:
    /// since nothing but `*` varies, a piece that is found as early as possible never needs to be looked for again.
    pub fn matches(&self, path: &[u8]) -> bool {
        let (start, varying) = self.octets.split_at(self.first);
        let Some(mut rest) = path.strip_prefix(start) else { return false };
        let Some(last) = memrchr(ANY, varying) else { return !self.anchored || rest.is_empty() };
        let end = &varying[last + 1..];
        if self.anchored {
            let Some(before) = rest.strip_suffix(end) else { return false };
            rest = before;
        }
        for piece in varying[..last].split(|byte| *byte == ANY) {
            let Some(found) = after(piece, rest) else { return false };
            rest = found;
        }
        self.anchored || after(end, rest).is_some()
    }
}

/// What a pattern without its anchor is compared as, and its length with the anchor.
fn octets(body: &[u8], anchored: bool) -> (Box<[u8]>, usize) {
    if memchr(b'*', body).is_none() {
        let octets: Box<[u8]> = normal(body).into();
        let length = octets.len() + usize::from(anchored);
        return (octets, length);
    }
    let (mut octets, mut length) = (Vec::with_capacity(body.len()), usize::from(anchored));
    for (index, literal) in body.split(|byte| *byte == b'*').enumerate() {
        if index > 0 && octets.last() != Some(&ANY) {
            octets.push(ANY);
        }
        let literal = normal(literal);
        octets.extend_from_slice(&literal);
        length += literal.len() + usize::from(index > 0);
    }
    // Without an anchor, a wildcard at the end says nothing.
    if !anchored && octets.last() == Some(&ANY) {
        octets.pop();
    }
    (octets.into(), length)
}

/// What of `text` follows the first `piece` in it. That the first byte is nowhere is seen sooner than that the rest is.
fn after<'t>(piece: &[u8], text: &'t [u8]) -> Option<&'t [u8]> {
    let [first, ..] = piece else { return Some(text) };
    let text = &text[memchr(*first, text)?..];
    memmem::find(text, piece).map(|at| &text[at + piece.len()..])
}
