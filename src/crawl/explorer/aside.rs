//! What comes of taking something up, beside itself: limits that bite, and what was kept out and is let in. Judges nothing.

use super::became::{Became, count};
use super::distance::Way;
use super::following::Part;
use crate::crawl::address::Fragment;
use crate::followed::{Admitted, Edge};
use crate::id::FetchId;
use crate::secrets::struck;

/// What else came of it.
#[derive(Debug, Default)]
pub struct Aside {
    /// Limits that have bitten for the first time, in words, and at which URL.
    pub trapped: Vec<(String, String)>,
    /// Links of pages before that are let in.
    pub late: Vec<Late>,
    /// Targets that were only to be checked, and are pages.
    pub pages: Vec<FetchId>,
    /// From where to where the scope has become wider: origins.
    pub widened: Vec<[String; 2]>,
}

/// Links of one page that were kept out and are let in.
#[derive(Debug)]
pub struct Late {
    pub page: FetchId,
    pub admitted: Admitted,
    /// All of them that are links to pages, and the parts that they name.
    pub parts: Vec<Part>,
}

/// A link that was kept out, and where it stands.
#[derive(Clone, Copy, Debug)]
pub(super) struct Barred<'a> {
    pub url: &'a str,
    pub origin_end: usize,
    pub line: u32,
    pub column: u32,
    pub text: &'a str,
    /// Without its `#`, and as it is written; nothing where it names none.
    pub fragment: &'a str,
}

impl Aside {
    pub(super) fn trap(&mut self, words: impl Into<String>, url: impl Into<String>) {
        self.trapped.push((words.into(), url.into()));
    }

    /// A link of that page is counted anew.
    pub(super) fn admit(&mut self, page: FetchId, link: Barred<'_>, way: Way, before: &Became, now: &Became) {
        if let Some(late) = self.late_of(page) {
            late.add(link, way, before, now);
        }
    }

    /// A page of that sitemap is counted anew, which is no link: it counts only as long as it is kept out.
    pub(super) fn relist(&mut self, map: FetchId, before: &Became, now: &Became) {
        if let Some(late) = self.late_of(map) {
            count(&mut late.admitted.before, before);
            if now.is_kept_out() {
                count(&mut late.admitted.now, now);
            }
        }
    }

    fn late_of(&mut self, page: FetchId) -> Option<&mut Late> {
        if self.late.last().is_none_or(|late| late.page != page) {
            self.late.push(Late { page, admitted: Admitted::default(), parts: Vec::new() });
        }
        self.late.last_mut()
    }
}

impl Late {
    fn add(&mut self, link: Barred<'_>, way: Way, before: &Became, now: &Became) {
        let Admitted { before: counted, now: counts } = &mut self.admitted;
        count(counted, before);
        let Some(to) = count(counts, now) else { return };
        let Barred { line, column, .. } = link;
        let texts = String::from(std::mem::take(&mut counts.texts)) + &struck(link.text);
        let text_end = u32::try_from(texts.len()).unwrap_or(u32::MAX);
        counts.texts = texts.into();
        counts.edges.push(Edge { to, line, column, text_end });
        let fragment = Fragment::new(link.fragment);
        if way == Way::Link || way == Way::Asset && !fragment.is_top() {
            self.parts.push(Part { to, fragment: fragment.as_str().into(), line, column });
        }
    }
}
