//! What a `<` begins: a tag, a comment, or nothing (WHATWG HTML, 13.2.5.6, 13.2.5.42). Reads no tag.

/// Bytes that tell a CDATA section, the longest beginning of anything.
pub(super) const SECTION: &[u8] = b"<![CDATA[";

/// What a `<` begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Opening {
    Undecided,
    Start,
    End,
    /// An end tag without anything.
    Nothing,
    Comment,
    Section,
    Bogus,
    /// No markup.
    Text,
}

/// What begins with the `<` that these bytes begin with.
#[inline]
pub(super) fn opening(bytes: &[u8]) -> Opening {
    match bytes {
        [_, b'a'..=b'z' | b'A'..=b'Z', ..] => Opening::Start,
        [_, b'/', b'a'..=b'z' | b'A'..=b'Z', ..] => Opening::End,
        [_] | [_, b'/'] => Opening::Undecided,
        [_, b'/', b'>', ..] => Opening::Nothing,
        [_, b'!', ..] => declaration(bytes),
        [_, b'/' | b'?', ..] => Opening::Bogus,
        _ => Opening::Text,
    }
}

fn declaration(bytes: &[u8]) -> Opening {
    let undecided = |whole: &[u8]| whole.starts_with(bytes);
    match bytes {
        _ if bytes.starts_with(b"<!--") => Opening::Comment,
        _ if bytes.starts_with(SECTION) => Opening::Section,
        _ if undecided(b"<!--") || undecided(SECTION) => Opening::Undecided,
        _ => Opening::Bogus,
    }
}
