//! Where the text of elements ends in which there are no tags. Knows nothing of what else is open.

use super::{COMMENT, Finder, Place, SECTION};
use crate::crawl::title::opaque::{TITLE, ends};

impl Finder {
    /// Looks for the end tag of a script.
    pub(super) fn script(&mut self, page: &[u8]) -> bool {
        match self.script.as_mut().and_then(|script| script.take(&page[self.at..])) {
            Some(end) => {
                self.script = None;
                self.turn(Place::Declaration, self.at + end)
            }
            None => self.pause(page.len()),
        }
    }

    /// Looks for the end tag.
    pub(super) fn opaque(&mut self, page: &[u8], which: usize) -> bool {
        let name = &page[self.name.clone()];
        while let Some(found) = memchr::memchr(b'<', &page[self.at..]) {
            let (begin, rest) = (self.at + found, &page[self.at + found..]);
            if self.xml && which == TITLE {
                if rest.len() < SECTION.len() && (SECTION.starts_with(rest) || COMMENT.starts_with(rest)) {
                    return self.pause(begin);
                }
                if rest.starts_with(COMMENT) {
                    return self.turn(Place::Comment { titles: true }, begin + COMMENT.len());
                }
                if rest.starts_with(SECTION) {
                    return self.turn(Place::Section { titles: true }, begin + SECTION.len());
                }
            }
            match ends(rest, name, self.xml) {
                None => return self.pause(begin),
                Some(false) => {
                    self.at = begin + 1;
                    continue;
                }
                Some(true) => {}
            }
            if which != TITLE || self.templates > 0 {
                return self.turn(Place::Declaration, begin);
            }
            self.title = self.title.take().map(|title| title.start..begin);
            return self.turn(Place::Done, begin);
        }
        self.pause(page.len())
    }
}
