//! Many texts from outside in little memory, in the order in which they came: each keeps only what differs from the
//! one before it. Knows nothing of what they say.

use super::{Untrusted, boundary};
use std::collections::{HashMap, HashSet};

/// Bytes of text that are kept in all.
const MOST: usize = 64 << 20;
/// Bytes of one text that are kept.
const LONGEST: usize = u16::MAX as usize;
/// Every so many texts, one is kept whole: what is read begins there.
const STRIDE: usize = 16;

/// URLs of one site share their beginnings, so that of each little is left.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Pack {
    ends: String,
    parts: Vec<Part>,
    /// Where, in `ends`, every sixteenth text begins.
    starts: Vec<u32>,
    last: String,
}

/// How much of a text is that of the one before, and how much is its own.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Part {
    shared: u16,
    own: u16,
}

impl Pack {
    /// Keeps a text, and tells whether there was room.
    pub fn push(&mut self, text: &Untrusted) -> bool {
        let text = &text.0[..boundary(&text.0, LONGEST)];
        if self.ends.len() + text.len() > MOST {
            return false;
        }
        let whole = self.parts.len().is_multiple_of(STRIDE);
        if whole {
            self.starts.push(to_u32(self.ends.len()));
        }
        let shared = if whole { 0 } else { common(&self.last, text) };
        self.ends.push_str(&text[shared..]);
        self.parts.push(Part { shared: to_u16(shared), own: to_u16(text.len() - shared) });
        self.last.truncate(shared);
        self.last.push_str(&text[shared..]);
        true
    }

    pub fn len(&self) -> usize {
        self.parts.len()
    }

    pub fn is_empty(&self) -> bool {
        self.parts.is_empty()
    }

    /// The text that came as the `place`th, counted from 0.
    pub fn get(&self, place: usize) -> Option<Untrusted> {
        let first = place - place % STRIDE;
        let (parts, mut at) = (self.parts.get(first..=place)?, *self.starts.get(first / STRIDE)? as usize);
        let mut text = String::new();
        for part in parts {
            at = self.read(*part, at, &mut text);
        }
        Some(Untrusted(text.into()))
    }

    /// Which of these texts are kept, each with the place of the last that is equal to it.
    pub fn places(&self, wanted: &HashSet<Untrusted>) -> HashMap<Untrusted, usize> {
        let by_text: HashMap<&str, &Untrusted> = wanted.iter().map(|text| (&*text.0, text)).collect();
        let (mut text, mut at, mut found) = (String::new(), 0, HashMap::new());
        for (place, part) in self.parts.iter().enumerate().filter(|_| !wanted.is_empty()) {
            at = self.read(*part, at, &mut text);
            if let Some(&text) = by_text.get(text.as_str()) {
                found.insert(text.clone(), place);
            }
        }
        found
    }

    /// Makes of the text before the next one, whose own end begins at `at`, and tells where the one after begins.
    fn read(&self, part: Part, at: usize, text: &mut String) -> usize {
        let end = at + usize::from(part.own);
        text.truncate(usize::from(part.shared));
        text.push_str(&self.ends[at..end]);
        end
    }
}

/// How many bytes both begin with, up to a boundary of characters, which is one of both.
fn common(one: &str, other: &str) -> usize {
    let same = one.bytes().zip(other.bytes()).take_while(|(a, b)| a == b).count();
    boundary(other, same)
}

fn to_u16(length: usize) -> u16 {
    u16::try_from(length).unwrap_or(u16::MAX)
}

fn to_u32(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn pack(texts: &[Untrusted]) -> Pack {
        let mut pack = Pack::default();
        assert!(texts.iter().all(|text| pack.push(text)));
        pack
    }

    proptest! {
        #[test]
        fn what_was_put_in_comes_out(texts in prop::collection::vec("(http://[a-c]/)?[a-cäé€/]{0,12}", 0..60)) {
            let texts: Vec<Untrusted> = texts.iter().map(|text| Untrusted::new(text, 999)).collect();
            let pack = pack(&texts);
            prop_assert_eq!(pack.len(), texts.len());
            for (place, text) in texts.iter().enumerate() {
                prop_assert_eq!(pack.get(place), Some(text.clone()));
            }
            prop_assert_eq!(pack.get(texts.len()), None);
            let found = pack.places(&texts.iter().cloned().collect());
            for (text, place) in found {
                prop_assert_eq!(texts.iter().rposition(|other| *other == text), Some(place));
            }
        }
    }

    #[test]
    fn urls_of_one_site_take_a_part_of_their_length() {
        let urls: Vec<Untrusted> = (0..1000)
            .map(|page| Untrusted::new(&format!("https://www.example.org/goods/things/{page}/index.html"), 999))
            .collect();
        let given: usize = urls.iter().map(Untrusted::len).sum();
        assert!(pack(&urls).ends.len() * 2 < given);
    }

    #[test]
    fn a_text_without_end_is_cut_and_a_full_pack_says_so() {
        let long = Untrusted::new(&"ä".repeat(100_000), usize::MAX);
        let mut pack = pack(std::slice::from_ref(&long));
        assert_eq!(pack.get(0).map(|text| text.len()), Some(65_534));
        let others = (0u32..).map(|number| Untrusted::new(&format!("{number}{}", "x".repeat(60_000)), usize::MAX));
        let room = others.take_while(|text| pack.push(text)).count();
        assert!(room > 500 && pack.ends.len() <= MOST, "{room}");
    }
}
