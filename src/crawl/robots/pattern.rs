//! The pattern of a rule: `*` stands for any octets, a `$` at the end for the end. Knows nothing of which rule wins.

use super::path::normal;
use memchr::memmem;

/// Stands where `*` stood: what a path is compared in holds no NUL, but may hold a `*` that was written `%2A`.
const ANY: u8 = 0;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Pattern {
    /// In the form of [`normal`], with [`ANY`], of which never two stand side by side.
    pub octets: Box<[u8]>,
    /// The path must end where it does.
    pub anchored: bool,
}

impl Pattern {
    /// Reads `text`, where a `$` at its end is an anchor if `anchors`; also tells its length in octets, wildcards and
    /// anchor included, by which rules are ranked (RFC 9309, 2.2.2).
    pub fn new(text: &[u8], anchors: bool) -> (Pattern, u32) {
        let (body, anchored) = match text {
            [body @ .., b'$'] if anchors => (body, true),
            _ => (text, false),
        };
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
        (Pattern { octets: octets.into(), anchored }, u32::try_from(length).unwrap_or(u32::MAX))
    }

    /// How many pieces a match looks for one after the other.
    pub fn pieces(&self) -> usize {
        memchr::memchr_iter(ANY, &self.octets).count() + 1
    }

    /// Whether the pattern and the start of `path` (in the form of [`normal`]) are the same. In time linear in both:
    /// since nothing but `*` varies, a piece that is found as early as possible never needs to be looked for again.
    pub fn matches(&self, path: &[u8]) -> bool {
        let mut pieces = self.octets.split(|byte| *byte == ANY);
        let Some(mut rest) = path.strip_prefix(pieces.next().unwrap_or_default()) else { return false };
        let Some(last) = pieces.next_back() else { return !self.anchored || rest.is_empty() };
        for piece in pieces {
            let Some(at) = memmem::find(rest, piece) else { return false };
            rest = &rest[at + piece.len()..];
        }
        if self.anchored { rest.ends_with(last) } else { memmem::find(rest, last).is_some() }
    }
}
