//! What stands in a CDATA section, and where that ends (WHATWG HTML, 13.2.5.69 to 13.2.5.71). Knows nothing of what it is
//! text of.

/// A section behind its `<![CDATA[`.
#[derive(Debug, Default)]
pub(super) struct Section {
    /// Brackets that may be those of its end, two at most.
    held: usize,
}

/// What bytes of a section are.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Taken {
    /// Brackets that were held and are text, which stand before all else.
    pub brackets: &'static [u8],
    /// So many of the bytes are text.
    pub text: usize,
    /// Where in them the one behind the end is, once that has come.
    pub end: Option<usize>,
}

impl Section {
    pub(super) fn take(&mut self, bytes: &[u8]) -> Taken {
        let held = self.held;
        let end = memchr::memchr_iter(b'>', bytes).find(|&at| brackets_before(bytes, at, held) == 2);
        self.held = if end.is_some() { 2 } else { brackets_before(bytes, bytes.len(), held) };
        let text = held + end.unwrap_or(bytes.len()) - self.held;
        let brackets = &b"]]"[..text.min(held)];
        Taken { brackets, text: text - brackets.len(), end: end.map(|at| at + 1) }
    }

    /// The page ends in it: what is held is text.
    pub(super) fn finish(&self) -> &'static [u8] {
        &b"]]"[..self.held]
    }
}

/// Of those that stand right before, two count.
fn brackets_before(bytes: &[u8], at: usize, held: usize) -> usize {
    let here = bytes[at.saturating_sub(2)..at].iter().rev().take_while(|byte| **byte == b']').count();
    if here == at { (held + here).min(2) } else { here }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Its text, and what is behind it.
    fn read(whole: &str, piece: usize) -> (String, Option<String>) {
        let (mut section, mut text, mut before) = (Section::default(), Vec::new(), 0);
        for piece in whole.as_bytes().chunks(piece) {
            let taken = section.take(piece);
            text.extend_from_slice(taken.brackets);
            text.extend_from_slice(&piece[..taken.text]);
            if let Some(end) = taken.end {
                return (String::from_utf8(text).unwrap(), Some(whole[before + end..].to_owned()));
            }
            before += piece.len();
        }
        text.extend_from_slice(section.finish());
        (String::from_utf8(text).unwrap(), None)
    }

    #[test]
    fn a_section_is_text_up_to_two_brackets_and_their_end() {
        for (whole, text, behind) in [
            ("]]>", "", Some("")),
            (">]>]]>x", ">]>", Some("x")),
            ("]]]>]]>", "]", Some("]]>")),
            ("a]]]]>", "a]]", Some("")),
            ("]>", "]>", None),
            ("-->", "-->", None),
            ("]] >", "]] >", None),
            ("a]]", "a]]", None),
            ("]x]y]]z]]", "]x]y]]z]]", None),
        ] {
            for piece in 1..=whole.len() {
                let read = read(whole, piece);
                assert_eq!((&*read.0, read.1.as_deref()), (text, behind), "{whole} in pieces of {piece}");
            }
        }
    }
}
