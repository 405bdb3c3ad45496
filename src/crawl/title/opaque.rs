//! The elements whose content is no markup, or no part of the page, and where they end. Knows nothing of what stands in
//! them.

use super::names::{is_end, is_same};

/// Elements whose content is text and no tags (WHATWG HTML, 13.2.5), and one whose titles are not the page's.
pub(super) const OPAQUE: [&[u8]; 11] = [
    b"title",
    b"template",
    b"script",
    b"style",
    b"textarea",
    b"xmp",
    b"iframe",
    b"noembed",
    b"noframes",
    b"noscript",
    b"plaintext",
];
pub(super) const TITLE: usize = 0;
pub(super) const TEMPLATE: usize = 1;
pub(super) const SCRIPT: usize = 2;
pub(super) const PLAINTEXT: usize = 10;

/// Which of them has this name. Most elements of a page have none of their first letters.
pub(super) fn opaque(name: &[u8], xml: bool) -> Option<usize> {
    let same = |opaque: &[u8]| opaque.len() == name.len() && is_same(name, opaque, xml);
    match name.first()?.to_ascii_lowercase() {
        b't' | b's' | b'x' | b'i' | b'n' | b'p' => OPAQUE.iter().position(|opaque| same(opaque)),
        _ => None,
    }
}

/// Whether what begins here is the end tag of an element of that name; `None`, where more of it is needed.
pub(super) fn ends(rest: &[u8], name: &[u8], xml: bool) -> Option<bool> {
    if rest.len() < name.len() + 3 && !rest.contains(&b'>') {
        return None;
    }
    let same = rest.get(2..2 + name.len()).is_some_and(|it| is_same(it, name, xml));
    Some(rest.get(1) == Some(&b'/') && same && rest.get(2 + name.len()).is_some_and(|&byte| is_end(byte)))
}
