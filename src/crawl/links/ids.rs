//! The places of a page that a fragment may lead to. Knows nothing of markup.

/// Places that are kept, and the bytes of their names.
const MOST: usize = 50_000;
const MOST_BYTES: usize = 1 << 20;

#[derive(Clone, Debug, Default)]
pub(super) struct Ids {
    text: String,
    /// From and to.
    spans: Vec<(u32, u32)>,
    too_many: bool,
}

impl Ids {
    pub(super) fn add(&mut self, id: &str) {
        let (from, to) = (self.text.len(), self.text.len() + id.len());
        self.too_many |= to > MOST_BYTES || self.spans.len() == MOST;
        if let (Ok(from), Ok(to), false) = (u32::try_from(from), u32::try_from(to), self.too_many) {
            self.text.push_str(id);
            self.spans.push((from, to));
        }
    }

    pub(super) fn len(&self) -> usize {
        self.spans.len()
    }

    /// Puts the last one behind the first so many.
    pub(super) fn lower(&mut self, length: usize) {
        if let Some(last) = self.spans.len().checked_sub(1).filter(|last| *last >= length) {
            self.spans.swap(length, last);
        }
    }

    /// Forgets those behind the first so many.
    pub(super) fn truncate(&mut self, length: usize) {
        self.spans.truncate(length);
    }

    /// Makes it ready for [`Ids::has`].
    pub(super) fn sort(&mut self) {
        let text = &self.text;
        self.spans.sort_unstable_by(|a, b| piece(text, a).cmp(piece(text, b)));
    }

    pub(super) fn has(&self, fragment: &str) -> Option<bool> {
        // The top of a page is always there.
        if fragment.is_empty() || fragment.eq_ignore_ascii_case("top") {
            return Some(true);
        }
        let found = self.is_kept(fragment) || percent_decoded(fragment).is_some_and(|decoded| self.is_kept(&decoded));
        (found || !self.too_many).then_some(found)
    }

    /// Those that are kept, and whether that are all.
    pub(super) fn kept(&self) -> (impl Iterator<Item = &str>, bool) {
        (self.spans.iter().map(|span| piece(&self.text, span)), !self.too_many)
    }

    fn is_kept(&self, id: &str) -> bool {
        self.spans.binary_search_by(|span| piece(&self.text, span).cmp(id)).is_ok()
    }
}

fn piece<'t>(text: &'t str, &(from, to): &(u32, u32)) -> &'t str {
    text.get(from as usize..to as usize).unwrap_or_default()
}

/// Nothing where there is nothing to decode.
fn percent_decoded(fragment: &str) -> Option<String> {
    memchr::memchr(b'%', fragment.as_bytes())?;
    let mut decoded = Vec::with_capacity(fragment.len());
    let mut rest = fragment.as_bytes();
    while let [first, behind @ ..] = rest {
        let byte = behind.first_chunk::<2>().filter(|_| *first == b'%').and_then(hex);
        decoded.push(byte.unwrap_or(*first));
        rest = if byte.is_some() { &behind[2..] } else { behind };
    }
    Some(String::from_utf8_lossy(&decoded).into_owned())
}

fn hex(digits: &[u8; 2]) -> Option<u8> {
    let digit = |digit: u8| char::from(digit).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    Some(digit(digits[0])? << 4 | digit(digits[1])?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fragment_is_looked_for_as_it_is_and_decoded() {
        let mut ids = Ids::default();
        for id in ["b", "a b", "é", "%41", "c"] {
            ids.add(id);
        }
        ids.sort();
        for (fragment, expected) in [
            ("b", true),
            ("B", false),
            ("a%20b", true),
            ("a b", true),
            ("%C3%a9", true),
            ("%41", true),
            ("%63", true),
            ("%6", false),
            ("%zz", false),
            ("d", false),
            ("", true),
            ("Top", true),
        ] {
            assert_eq!(ids.has(fragment), Some(expected), "{fragment}");
        }
    }

    #[test]
    fn where_there_are_too_many_only_those_that_are_kept_are_known() {
        let mut ids = Ids::default();
        (0..MOST + 1).for_each(|id| ids.add(&id.to_string()));
        ids.sort();
        assert_eq!((ids.has("7"), ids.has("x")), (Some(true), None));
        let mut ids = Ids::default();
        ids.add(&"x".repeat(MOST_BYTES + 1));
        assert_eq!(ids.has("x"), None);
    }
}
