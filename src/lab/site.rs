//! The whole site as planned for a seed: its pages, links and bytes. Knows nothing of sockets or time.

use std::ops::RangeInclusive;
use std::time::Duration;

use super::body::{self, Body};
use super::faults::{Fault, Faults};
use super::noise::Noise;
use super::page::{Link, Page, PageKind};
use super::planting;
use super::shape::Shape;
use super::sheet::Sheet;
use super::shop::{self, Shop};
use super::traits::Traits;
use super::words;

/// A plan takes about 150 bytes a page, whatever the pages' sizes.
pub const MAX_PAGES: u32 = 1_000_000;

/// What the lab serves. The same arguments make the same site, to the byte.
pub struct Site {
    /// `/` first, then goods, categories, images and assets.
    pub pages: Vec<Page>,
    seed: u64,
    shape: Shape,
    sentences: Vec<String>,
}

/// A link that a crawl should tell: its target is at fault, or not there at all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadLink<'a> {
    /// Path of the page it stands on; that page is without a fault.
    pub page: &'a str,
    pub link: Link,
    /// `None` where no page was planned at the target.
    pub fault: Option<&'a Fault>,
}

impl Site {
    /// Plans `pages` pages beside `/`, at most [`MAX_PAGES`].
    pub fn plan(seed: u64, pages: u32, latency: RangeInclusive<Duration>, faults: Faults) -> Site {
        let shape = Shape::of(pages.min(MAX_PAGES));
        let steady = faults == Faults::None && latency.start() == latency.end();
        let traits = Traits { seed, latency, steady };
        let mut pages: Vec<Page> = (0..shape.total()).map(|index| traits.page(&shape, index)).collect();
        planting::plant(&mut pages, &shape, seed, faults);
        let mut site = Site { pages: Vec::new(), seed, shape, sentences: words::sentences(seed) };
        for page in pages.iter_mut().filter(|page| !is_itself(page)) {
            page.size = site.body(page).size();
        }
        site.pages = pages;
        site
    }

    /// The page at a path without a query.
    pub fn page(&self, path: &str) -> Option<&Page> {
        self.index(path).and_then(|index| self.pages.get(index))
    }

    pub(super) fn index(&self, path: &str) -> Option<usize> {
        let index = self.shape.candidate(path)? as usize;
        self.pages.get(index).is_some_and(|page| page.path == path).then_some(index)
    }

    /// The body as planned, without what a fault keeps back: for a 404 its error page, for a redirect a hint.
    pub fn body(&self, page: &Page) -> Body {
        if !is_itself(page) {
            return Body::text(self.sheet(page).close());
        }
        match page.kind {
            PageKind::Image => {
                let is_png = page.path.ends_with(".png");
                Body::noise(Noise { seed: page.seed, size: page.size, is_png })
            }
            PageKind::Asset => Body::text(body::asset(&page.path, page.size, page.seed)),
            PageKind::Home | PageKind::Category | PageKind::Goods => {
                let shop = self.shop();
                let sentences = shop.sentences_from(page.seed.rotate_left(32));
                Body::text(shop.sheet(page).close_at(page.size, sentences))
            }
        }
    }

    /// The links in a page's body, in the order of its text.
    pub fn links(&self, page: &Page) -> Vec<Link> {
        let is_html = page.content_type().starts_with("text/html");
        if is_html { self.sheet(page).links } else { Vec::new() }
    }

    /// Every bad link on a page without a fault, in the order of pages and lines. Writes each page once to find them.
    pub fn bad_links(&self) -> Vec<BadLink<'_>> {
        let healthy = self.pages.iter().filter(|page| page.fault.is_none());
        healthy.flat_map(|page| self.bad_links_on(page)).collect()
    }

    fn bad_links_on<'a>(&'a self, page: &'a Page) -> impl Iterator<Item = BadLink<'a>> {
        self.links(page).into_iter().filter_map(|link| {
            let target = self.page(&link.target);
            let fault = target.and_then(|target| target.fault.as_ref());
            let is_bad = target.is_none() || fault.is_some();
            is_bad.then_some(BadLink { page: &page.path, link, fault })
        })
    }

    /// A line for the slowest and the largest page, for each page with a fault, for each link to one that is not there.
    pub fn describe(&self) -> Vec<String> {
        let wrong = self.pages.iter().flat_map(|page| self.wrong(page));
        self.slowest().into_iter().chain(self.largest()).chain(wrong).collect()
    }

    fn slowest(&self) -> Option<String> {
        let slowest = self.pages.iter().max_by_key(|page| page.latency)?;
        let fastest = self.pages.iter().min_by_key(|page| page.latency)?;
        let sentence = format!("answers after {} ms", slowest.latency.as_millis());
        (slowest.latency > fastest.latency).then(|| line(slowest, "slowest", &sentence))
    }

    fn largest(&self) -> Option<String> {
        let largest = self.pages.iter().max_by_key(|page| page.size)?;
        Some(line(largest, "largest", &format!("has {} bytes", largest.size)))
    }

    fn wrong(&self, page: &Page) -> impl Iterator<Item = String> {
        let fault = page.fault.as_ref().map(|fault| line(page, fault.name(), &fault.sentence()));
        let missing = page.missing.map(|number| line(page, "dead link", &self.dead_link(page, number)));
        fault.into_iter().chain(missing)
    }

    fn dead_link(&self, page: &Page, number: u32) -> String {
        let target = shop::missing_path(number);
        let links = self.links(page);
        let line = links.iter().find(|link| link.target == target).map_or(0, |link| link.line);
        format!("on line {line} leads to {target}, which is not there")
    }

    fn sheet(&self, page: &Page) -> Sheet {
        self.shop().sheet(page)
    }

    fn shop(&self) -> Shop<'_> {
        Shop { seed: self.seed, shape: &self.shape, sentences: &self.sentences }
    }
}

fn line(page: &Page, name: &str, sentence: &str) -> String {
    format!("{:<16} {name:<10} {sentence}", page.path)
}

/// Whether the page is what its kind says, and not the text of an error or a redirect.
fn is_itself(page: &Page) -> bool {
    page.status_line() == "200 OK"
}
