//! Finds in a response's content, as it comes, what a crawl wants of it: links, rules or pages. Knows no socket.

use super::errand::{Errand, Found};
use crate::crawl::robots::{self, RobotsReader};
use crate::crawl::sitemap::{self, Share, SitemapReader};
use crate::crawl::{LinkFinder, MetaRobots, Wanted, essence, media_type, x_robots_tag};
use crate::event::Unchecked;
use crate::failure::FailureKind;
use crate::http::Head;
use crate::place::Role;

/// Links of a page that are kept; further ones are counted.
const LINKS: usize = 10_000;
/// What is wanted of a page that leads out, where a link to a part of it was found: nothing of it is followed.
const CHECKED: Wanted = Wanted { links: 0, assets: false, ids: true };

pub enum Finder {
    Links(Box<LinkFinder>, MetaRobots),
    Robots(Box<RobotsReader>),
    Sitemap(Box<MapFinder>),
}

/// A sitemap that is read in steps: a slice of a packed one may unpack to a thousand times as much.
pub struct MapFinder {
    reader: SitemapReader,
    /// What it holds of the room that all have.
    share: Share,
    /// The last slice, and how many of its bytes are unpacked.
    behind: Option<(Vec<u8>, usize)>,
}

impl MapFinder {
    fn new(share: Share, content_type: &[u8]) -> MapFinder {
        let reader = SitemapReader::new(sitemap::Limits::default()).typed(content_type);
        MapFinder { reader, share, behind: None }
    }

    /// Takes one step with `slice`, and keeps what is left of it.
    fn take(&mut self, slice: &[u8]) {
        match self.reader.take_some(slice) {
            Some(used) if self.reader.is_packed() => self.behind = Some((slice.to_vec(), used)),
            Some(used) => self.reader.take(&slice[used..]),
            None => {}
        }
        self.hold();
    }

    fn catch_up(&mut self) {
        if let Some((slice, unpacked)) = self.behind.take()
            && let Some(used) = self.reader.take_some(&slice[unpacked..])
        {
            self.behind = Some((slice, unpacked + used));
        }
        self.hold();
    }

    /// Others are read at the same time: where all of them hold as much as they may, no more is kept.
    fn hold(&mut self) {
        if !self.share.grow(self.reader.held()) {
            self.reader.close();
        }
    }
}

impl Finder {
    /// What is looked for behind this head; often nothing.
    pub fn of(errand: &Errand, head: &Head<'_>) -> Option<Finder> {
        let is_ok = (200..300).contains(&head.status);
        match errand.role() {
            Role::Check if is_ok && errand.ids && errand.by_get => Finder::of_page(&CHECKED, errand, head),
            Role::Robots => Some(Finder::robots(&errand.agent)),
            Role::Sitemap if is_ok => {
                let content_type = media_type(head.fields.get_all("content-type"));
                Some(Finder::Sitemap(Box::new(MapFinder::new(errand.shelf.share(), content_type))))
            }
            Role::Page if is_ok => {
                Finder::of_page(&Wanted { links: LINKS, assets: errand.assets, ids: errand.ids }, errand, head)
            }
            Role::Sitemap | Role::Page | Role::Check => None,
        }
    }

    fn robots(agent: &str) -> Finder {
        Finder::Robots(Box::new(RobotsReader::new(agent)))
    }

    fn of_page(wanted: &Wanted, errand: &Errand, head: &Head<'_>) -> Option<Finder> {
        let value = media_type(head.fields.get_all("content-type"));
        let essence = essence(value);
        let is = |name: &str| essence.eq_ignore_ascii_case(name.as_bytes());
        let (wanted, sheet) = (*wanted, Wanted { ids: false, ..*wanted });
        let finder = match () {
            () if essence.is_empty() => LinkFinder::untyped(wanted),
            () if is("text/html") || is("application/xhtml+xml") => LinkFinder::html(value, wanted),
            () if is("text/css") && wanted.assets => LinkFinder::css(value, sheet),
            () => return None,
        };
        let tag = x_robots_tag(&errand.agent, head.fields.get_all("x-robots-tag"));
        Some(Finder::Links(Box::new(finder.by(&errand.agent)), tag))
    }

    /// # Errors
    /// In words, where the rest is not worth receiving: nothing more of it would be read.
    pub fn take(&mut self, slice: &[u8]) -> Result<(), String> {
        match self {
            Finder::Links(finder, _) => finder.take(slice),
            Finder::Robots(reader) => {
                reader.take(slice);
                if reader.is_full() {
                    return Err(format!("more than {} KiB of robots.txt", robots::LIMIT >> 10));
                }
            }
            Finder::Sitemap(finder) => finder.take(slice),
        }
        Ok(())
    }

    /// Whether what it took is not all looked at yet: [`Finder::catch_up`] is to be called before it takes more.
    pub fn is_behind(&self) -> bool {
        matches!(self, Finder::Sitemap(finder) if finder.behind.is_some())
    }

    /// Looks at some more of what it took, one slice of what that unpacks to.
    pub fn catch_up(&mut self) {
        if let Finder::Sitemap(finder) = self {
            finder.catch_up();
        }
    }

    /// What was found; `status` and `failure` are those of the whole fetch.
    pub fn finish(self, status: Option<u16>, failure: Option<FailureKind>) -> Found {
        match self {
            Finder::Links(finder, header) => {
                let links = finder.finish();
                let nofollow = header.nofollow || links.robots().nofollow;
                Found::Links { links, nofollow }
            }
            Finder::Robots(reader) => Found::Robots(reader.conclude(status, failure)),
            Finder::Sitemap(finder) => {
                let MapFinder { reader, share, .. } = *finder;
                Found::Sitemap(if failure.is_some() { reader.cut() } else { reader.finish() }, share)
            }
        }
    }

    /// What is found where no content was looked at.
    pub fn nothing(errand: &Errand, status: Option<u16>, failure: Option<FailureKind>) -> Option<Found> {
        let is_ok = failure.is_none() && matches!(status, Some(200..=299));
        match errand.role() {
            Role::Robots => Some(Finder::robots(&errand.agent).finish(status, failure)),
            Role::Page | Role::Check if is_ok && errand.ids => {
                Some(Found::Unread(if errand.asks_by_head() { Unchecked::Head } else { Unchecked::NotHtml }))
            }
            Role::Page | Role::Check | Role::Sitemap => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crawl::sitemap::{MOST_HELD, Shelf};

    #[test]
    fn sitemaps_that_are_read_at_once_hold_no_more_together_than_they_may_and_count_the_rest() {
        let shelf = Shelf::default();
        let mut finders = [MapFinder::new(shelf.share(), b""), MapFinder::new(shelf.share(), b"")];
        let address = format!("http://a.example/{}\n", "x".repeat(2_000));
        let (slice, slices) = (address.repeat(32), 600);
        for _ in 0..slices {
            finders.iter_mut().for_each(|finder| finder.take(slice.as_bytes()));
        }
        let held: u64 = finders.iter().map(|finder| finder.reader.held()).sum();
        assert!((MOST_HELD..MOST_HELD + 2 * slice.len() as u64).contains(&held), "{held}");
        let [first, second] = finders;
        let read = first.reader.finish().unwrap();
        assert!(read.late > 0 && read.over == 0);
        assert_eq!(read.pages.len() as u64 + read.late, slices * 32);
        drop((first.share, second));
        let mut third = MapFinder::new(shelf.share(), b"");
        third.take(slice.as_bytes());
        assert_eq!(third.reader.finish().unwrap().pages.len(), 32);
    }
}
