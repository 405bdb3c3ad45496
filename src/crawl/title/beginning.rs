//! What the last page of this thread began with, up to the text of its title: the pages of a site mostly begin alike, and
//! what was read once need not be read again. Knows nothing of markup.

use std::cell::RefCell;
use std::ops::Range;

/// Bytes of a beginning that is remembered.
const LONGEST: usize = 4 << 10;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Beginning {
    bytes: Vec<u8>,
    /// Where the name of the title's tag lies.
    name: Range<usize>,
}

thread_local! {
    static LAST: RefCell<Beginning> = const { RefCell::new(Beginning { bytes: Vec::new(), name: 0..0 }) };
}

/// Where the name of the title's tag lies and the title's text begins, of a page that begins as the last one did.
pub(super) fn recall(page: &[u8]) -> Option<(Range<usize>, usize)> {
    LAST.with_borrow(|last| {
        let begins = !last.bytes.is_empty() && page.starts_with(&last.bytes);
        begins.then(|| (last.name.clone(), last.bytes.len()))
    })
}

/// `bytes`: a page, up to the end of its title's tag, before which nothing stands that could still be open. `name`: where
/// that of the tag lies.
pub(super) fn remember(bytes: &[u8], name: Range<usize>) {
    if bytes.len() <= LONGEST {
        LAST.with_borrow_mut(|last| {
            last.bytes.clear();
            last.bytes.extend_from_slice(bytes);
            last.name = name;
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_that_begins_as_the_last_one_is_known_and_no_other() {
        assert_eq!(recall(b""), None);
        remember(b"<p><title>", 4..9);
        assert_eq!(recall(b"<p><title>a"), Some((4..9, 10)));
        assert_eq!(recall(b"<p><title"), None);
        assert_eq!(recall(b"<b><title>a"), None);
        remember(&[b'<'; LONGEST + 1], 4..9);
        assert_eq!(recall(b"<p><title>"), Some((4..9, 10)), "what is too long is not remembered");
    }
}
