//! Whether frames take the place of the body, in which nothing is a title. It is asked where a `frameset` begins, and then
//! the page is read again from its beginning. Knows nothing of titles.

use super::{Finder, Place};
use crate::crawl::links::frames::Frames;
use crate::crawl::links::tag::Attributes;
use crate::crawl::title::names::is_same;
use crate::crawl::title::rare::Rare;

impl Finder {
    /// Takes the start tag of HTML that ends where `page` is cut. Whether frames begin with it.
    pub(super) fn begins_frames(&mut self, page: &[u8]) -> bool {
        let (name, name_end) = (&page[self.name.clone()], self.name.end);
        if self.xml || self.templates > 0 {
            return false;
        }
        if let Some(frames) = self.frames() {
            let mut attributes = Attributes::new();
            attributes.take(page, name_end);
            return frames.start(name, &attributes);
        }
        if is_same(name, b"frameset", false) {
            *self = Finder::framed(page);
            return matches!(self.place, Place::Done);
        }
        false
    }

    /// Reads all of `page`, which ends with a start tag.
    fn framed(page: &[u8]) -> Finder {
        let mark = if page.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
        let rare = Rare { frames: Some(Frames::new()), ..*Rare::of(page, false) };
        let mut finder = Finder { at: mark, rare: Some(Box::new(rare)), ..Finder::default() };
        while finder.step(page) {}
        finder
    }

    fn frames(&mut self) -> Option<&mut Frames> {
        self.rare.as_mut().and_then(|rare| rare.frames.as_mut())
    }

    /// Takes the name of an end tag.
    pub(super) fn frames_end(&mut self, name: &[u8]) {
        if self.templates == 0 {
            self.frames().into_iter().for_each(|frames| frames.end(name));
        }
    }

    pub(super) fn frames_text(&mut self, text: &[u8]) {
        if self.templates == 0 {
            self.frames().into_iter().for_each(|frames| frames.text(text));
        }
    }

    /// Goes on behind a section of text.
    pub(super) fn section(&mut self, page: &[u8]) -> bool {
        let (from, end) = (self.at, b"]]>");
        let ended = self.pass(page, end, Place::Data);
        self.frames_text(&page[from..self.at - if ended { end.len() } else { 0 }]);
        ended
    }
}
