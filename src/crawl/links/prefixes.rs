//! Names of HTML behind a prefix, as in `<h:a xmlns:h="http://www.w3.org/1999/xhtml">`: only XML has them. Knows nothing
//! of what the names mean.
//!
//! A prefix stands for HTML from the tag that declares it to the end of the page, whatever element that is of.

use super::tag::each;

const XHTML: &[u8] = b"http://www.w3.org/1999/xhtml";
const DECLARES: &[u8] = b"xmlns:";
/// Prefixes that are kept, and bytes of one.
const MOST: usize = 8;
const LONGEST: usize = 32;

#[derive(Debug, Default)]
pub(in crate::crawl) struct Prefixes(Vec<Box<[u8]>>);

impl Prefixes {
    /// Takes those that a start tag declares, whose name ends at `from`.
    pub(in crate::crawl) fn declare(&mut self, tag: &[u8], from: usize) {
        if memchr::memmem::find(&tag[from..], DECLARES).is_none() {
            return;
        }
        each(tag, from, |_, name, value| {
            if let Some(prefix) = name.strip_prefix(DECLARES).filter(|prefix| prefix.len() <= LONGEST) {
                self.0.retain(|known| **known != *prefix);
                if value == XHTML && self.0.len() < MOST {
                    self.0.push(prefix.into());
                }
            }
        });
    }

    /// What stands behind such a prefix.
    pub(in crate::crawl) fn behind<'n>(&self, name: &'n [u8]) -> Option<&'n [u8]> {
        let prefix = name.iter().position(|byte| *byte == b':').filter(|_| !self.0.is_empty())?;
        self.0.iter().any(|known| **known == name[..prefix]).then(|| &name[prefix + 1..])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_prefix_that_is_declared_for_html_stands_for_it() {
        let mut prefixes = Prefixes::default();
        assert_eq!(prefixes.behind(b"h:a"), None);
        prefixes.declare(
            b"<x xmlns='http://www.w3.org/1999/xhtml' xmlns:h=\"http://www.w3.org/1999/xhtml\" xmlns:s='s'>",
            2,
        );
        assert_eq!(prefixes.behind(b"h:a"), Some(&b"a"[..]));
        assert_eq!([&b"s:a"[..], b"H:a", b"a", b"xmlns:a", b":a"].map(|name| prefixes.behind(name)), [None; 5]);
        prefixes.declare(b"<x xmlns:h='other'>", 2);
        assert_eq!(prefixes.behind(b"h:a"), None);
    }

    #[test]
    fn so_many_prefixes_are_kept() {
        let mut prefixes = Prefixes::default();
        for number in 0..1_000 {
            prefixes.declare(format!("<x xmlns:p{number}='http://www.w3.org/1999/xhtml'>").as_bytes(), 2);
        }
        assert_eq!(prefixes.0.len(), MOST);
        let long = format!("<x xmlns:{}='http://www.w3.org/1999/xhtml'>", "p".repeat(LONGEST + 1));
        prefixes.declare(long.as_bytes(), 2);
        assert_eq!(prefixes.0.len(), MOST);
    }
}
