//! Looks for what a user types in text from outside, as it is shown, whatever the case. Knows nothing of where it stands.

use super::class::is_printable_ascii;
use super::show::pictures;
use memchr::memchr2_iter;

/// What is looked for, in lower case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Needle(String);

impl Needle {
    pub fn new(typed: &str) -> Needle {
        Needle(typed.to_lowercase())
    }

    pub fn is_ascii(&self) -> bool {
        self.0.is_ascii()
    }

    /// Whether it is in these bytes, ASCII letters of either case.
    pub fn is_in(&self, bytes: &[u8]) -> bool {
        let needle = self.0.as_bytes();
        let Some(&first) = needle.first() else { return true };
        let Some(last) = bytes.len().checked_sub(needle.len()) else { return false };
        let begins = memchr2_iter(first, first.to_ascii_uppercase(), &bytes[..=last]);
        begins.into_iter().any(|at| bytes[at..at + needle.len()].eq_ignore_ascii_case(needle))
    }

    /// Whether it is in what the screen shows of `text`.
    pub fn is_shown_in(&self, text: &str) -> bool {
        if is_printable_ascii(text) || self.is_ascii() && is_plain(text) {
            return self.is_in(text.as_bytes());
        }
        pictures(text).to_lowercase().contains(&self.0)
    }
}

/// Signs that are shown as they are, and are no letters that have an ASCII one beside them.
const PLAIN: [char; 3] = ['µ', '…', '·'];

/// Whether it is printable ASCII but for a few signs of our own.
fn is_plain(text: &str) -> bool {
    let mut parts = text.split(|c| PLAIN.contains(&c));
    parts.all(is_printable_ascii)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn bytes_are_searched_as_a_plain_search_would(text in "[a-cA-C/]{0,12}", needle in "[a-cA-C/]{0,3}") {
            let expected = text.to_lowercase().contains(&needle.to_lowercase());
            prop_assert_eq!(Needle::new(&needle).is_in(text.as_bytes()), expected);
        }

        #[test]
        fn a_text_with_a_few_signs_is_searched_as_it_is_shown(text in "[a-cA-C/µ…·\u{212a}\u{1b}]{0,9}", needle in "[a-ckK/µ␛]{0,3}") {
            let expected = pictures(&text).to_lowercase().contains(&needle.to_lowercase());
            prop_assert_eq!(Needle::new(&needle).is_shown_in(&text), expected);
        }
    }
}
