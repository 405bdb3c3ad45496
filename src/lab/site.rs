//! The whole site as planned for a seed: its pages, links and bytes. Knows nothing of sockets or time.

use std::ops::RangeInclusive;
use std::time::Duration;

use super::body::{self, Body};
use super::faults::{Fault, Faults};
use super::noise::Noise;
use super::nooks::{Month, Nook, Nooks};
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
    nooks: Nooks,
    /// Of what is no planned page.
    pub(super) least_latency: Duration,
}

/// Where a link leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way<'a> {
    Page(&'a Page),
    /// To a part of a page that is there, and does not have the part.
    NoPart(&'a Page),
    Nook(&'a Nook),
    /// Into the calendar without end.
    Calendar,
    /// To a path where nothing is.
    Nowhere,
    /// To another host.
    Out,
    /// To what no crawler asks for, such as `mailto:`.
    Other,
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
        let least_latency = *latency.start();
        let traits = Traits { seed, latency, steady };
        let mut pages: Vec<Page> = (0..shape.total()).map(|index| traits.page(&shape, index)).collect();
        planting::plant(&mut pages, &shape, seed, faults);
        let nooks = Nooks::plan(faults, shape.total() - 1, healthy_goods(&pages));
        let sentences = words::sentences(seed);
        let mut site = Site { pages: Vec::new(), seed, shape, sentences, nooks, least_latency };
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

    /// Pages beside the planned ones, which only a crawl meets; none without faults or with fewer than 20 pages.
    pub fn nooks(&self) -> &[Nook] {
        &self.nooks.pages
    }

    pub(super) fn nook(&self, path: &str) -> Option<usize> {
        self.nooks().iter().position(|nook| nook.path == path)
    }

    pub(super) fn month(&self, path: &str) -> Option<Month> {
        self.nooks.month(path)
    }

    /// `/robots.txt`, for a client that knows the site by this `http://host:port`.
    pub fn robots(&self, origin: &str) -> String {
        self.nooks.robots(origin)
    }

    /// `/sitemap.xml`, if there is one.
    pub fn sitemap(&self, origin: &str) -> Option<String> {
        self.nooks.sitemap(origin)
    }

    /// Where a link that stands on the page at `from` leads.
    pub fn way(&self, from: &str, link: &Link) -> Way<'_> {
        let (path, part) = link.target.split_once('#').map_or((link.target.as_str(), None), |(path, part)| {
            (if path.is_empty() { from } else { path }, Some(part))
        });
        if let Some(page) = self.page(path) {
            let has = |part: &str| String::from_utf8_lossy(&self.body(page).into_bytes()).contains(&id(part));
            return if part.is_none_or(has) { Way::Page(page) } else { Way::NoPart(page) };
        }
        match self.nook(path) {
            Some(nook) => Way::Nook(&self.nooks()[nook]),
            None if self.month(path).is_some() => Way::Calendar,
            None if path.starts_with('/') => Way::Nowhere,
            None if path.starts_with("http") => Way::Out,
            None => Way::Other,
        }
    }

    /// The links that lead so, on pages without a fault, in the order of pages and lines, each with the path of its
    /// page. Writes each page once to find them.
    pub fn links_that(&self, lead: impl Fn(Way<'_>) -> bool) -> Vec<(&str, Link)> {
        let healthy = self.pages.iter().filter(|page| page.fault.is_none());
        let links = healthy.flat_map(|page| self.links(page).into_iter().map(|link| (page.path.as_str(), link)));
        links.filter(|(from, link)| lead(self.way(from, link))).collect()
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
            let fault = match self.way(&page.path, &link) {
                Way::Page(target) => Some(target.fault.as_ref()?),
                Way::Nowhere => None,
                Way::NoPart(_) | Way::Nook(_) | Way::Calendar | Way::Out | Way::Other => return None,
            };
            Some(BadLink { page: &page.path, link, fault })
        })
    }

    /// A line for the slowest and the largest page, for each page with a fault, for each link to one that is not there,
    /// for each page that only a crawl meets.
    pub fn describe(&self) -> Vec<String> {
        let wrong = self.pages.iter().flat_map(|page| self.wrong(page));
        let nooks = self.nooks().iter().map(|nook| told(&nook.path, nook.name(), &nook.sentence()));
        self.slowest().into_iter().chain(self.largest()).chain(wrong).chain(nooks).collect()
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
        Shop { seed: self.seed, shape: &self.shape, sentences: &self.sentences, nooks: &self.nooks }
    }
}

/// Paths of goods without a fault.
fn healthy_goods(pages: &[Page]) -> impl Iterator<Item = &str> {
    let healthy = pages.iter().filter(|page| page.kind == PageKind::Goods && page.fault.is_none());
    healthy.map(|page| page.path.as_str())
}

/// How a page names a part of it.
fn id(part: &str) -> String {
    format!(" id=\"{part}\"")
}

fn line(page: &Page, name: &str, sentence: &str) -> String {
    told(&page.path, name, sentence)
}

fn told(path: &str, name: &str, sentence: &str) -> String {
    format!("{path:<16} {name:<10} {sentence}")
}

/// Whether the page is what its kind says, and not the text of an error or a redirect.
fn is_itself(page: &Page) -> bool {
    page.status_line() == "200 OK"
}
