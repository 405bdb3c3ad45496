//! Where a tag ends that comes in pieces, byte by byte and in constant memory (WHATWG HTML, 13.2.5.8 and 13.2.5.32 to
//! 13.2.5.40). Knows nothing of what it holds.

use super::names::is_blank;

/// What the next byte of a tag is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TagEnd {
    TagName,
    BeforeName,
    /// The first byte of a name, which may be an equals sign, has been.
    Name,
    AfterName,
    BeforeValue,
    Quoted(u8),
    Unquoted,
}

impl TagEnd {
    /// Takes bytes of the tag. Returns where the one behind its `>` is, if it has one in these.
    pub(super) fn take(&mut self, bytes: &[u8]) -> Option<usize> {
        let mut at = 0;
        while at < bytes.len() {
            if let TagEnd::Quoted(quote) = *self {
                at += memchr::memchr(quote, &bytes[at..])?;
                *self = TagEnd::BeforeName;
            } else if self.step(bytes[at]) {
                return Some(at + 1);
            }
            at += 1;
        }
        None
    }

    /// Whether this byte outside of quotes ends the tag.
    fn step(&mut self, byte: u8) -> bool {
        use TagEnd::*;
        *self = match (*self, byte) {
            (_, b'>') => return true,
            (TagName | Name, b'/') | (BeforeName | AfterName, b'/') => BeforeName,
            (TagName | BeforeName, byte) if is_blank(byte) => BeforeName,
            (Name | AfterName, byte) if is_blank(byte) => AfterName,
            (Name | AfterName, b'=') => BeforeValue,
            (TagName, _) => TagName,
            (BeforeName | Name | AfterName, _) => Name,
            (BeforeValue, b'"' | b'\'') => Quoted(byte),
            (BeforeValue, byte) if is_blank(byte) => BeforeValue,
            (Unquoted, byte) if is_blank(byte) => BeforeName,
            (BeforeValue | Unquoted | Quoted(_), _) => Unquoted,
        };
        false
    }
}

#[cfg(test)]
mod tests {
    use super::super::{names::tag_name, tag};
    use super::*;
    use proptest::prelude::*;

    fn end(bytes: &[u8], piece: usize) -> Option<usize> {
        let (mut end, mut before) = (TagEnd::TagName, 0);
        for piece in bytes.chunks(piece) {
            if let Some(at) = end.take(piece) {
                return Some(before + at);
            }
            before += piece.len();
        }
        None
    }

    proptest! {
        #[test]
        fn it_ends_where_the_attributes_of_a_whole_tag_do(tag in "a[ /=][a\"'=/> \n]{0,20}>?") {
            let name_end = tag_name(tag.as_bytes(), 0).map(|(_, end)| end);
            let expected = name_end.and_then(|end| tag::end(tag.as_bytes(), end));
            for piece in [1, 2, 3, 100] {
                prop_assert_eq!(end(tag.as_bytes(), piece), expected);
            }
        }
    }
}
