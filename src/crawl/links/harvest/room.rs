//! Which links are kept, and which are only counted. Knows nothing of where they lead.

use super::Harvest;
use crate::crawl::links::found::{LONGEST_LINK, LinkKind};
use crate::crawl::links::inline::is_long_inline;
use crate::crawl::links::names::Element;

impl Harvest {
    /// Too much of a tag stands before what it may lead to.
    pub(in crate::crawl::links) fn pass_over(&mut self, element: Option<Element>) {
        use Element::{A, Area, Embed, Form, Frame, Iframe, Image, Link, Media, Object, Script, Source};
        let counted = &mut self.found.counted;
        match element {
            Some(Embed | Image | Media | Object | Script | Source) if !self.wanted.assets => counted.assets += 1,
            Some(A | Area | Embed | Form | Frame | Iframe | Image | Link | Media | Object | Script | Source) => {
                counted.over += 1;
            }
            _ => {}
        }
    }

    /// Whether a link is to be kept; it is counted where it is not.
    #[inline]
    pub(super) fn has_room(&mut self, raw: &[u8], kind: LinkKind) -> bool {
        let counted = &mut self.found.counted;
        if kind.is_asset() && !self.wanted.assets {
            counted.assets += 1;
        } else if is_long_inline(raw) {
            counted.inline += 1;
        } else if self.found.len() >= self.wanted.links || raw.len() > LONGEST_LINK {
            self.found.counted.over += 1;
        } else {
            return true;
        }
        false
    }
}
