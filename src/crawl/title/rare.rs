//! What the finder of a title keeps of few pages: what is open in them, and prefixes. Reads no tag.

use crate::crawl::links::doctype::has_quirks;
use crate::crawl::links::foreign::Foreign;
use crate::crawl::links::frames::Frames;
use crate::crawl::links::prefixes::Prefixes;

#[derive(Default)]
pub(super) struct Rare {
    pub foreign: Foreign,
    pub prefixes: Prefixes,
    /// Where frames may take the place of the body.
    pub frames: Option<Frames>,
}

impl Rare {
    /// Of a page that begins with these bytes.
    pub(super) fn of(page: &[u8], xml: bool) -> Box<Rare> {
        let mut rare = Box::<Rare>::default();
        rare.foreign.read_with(!xml && has_quirks(page));
        rare
    }
}
