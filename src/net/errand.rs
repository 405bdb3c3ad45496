//! What a fetch of a crawl is made for, beside its target, and what it brings home for the frontier. Makes no fetch.

use super::reach::Classes;
use super::redirect::Chain;
use crate::crawl::Links;
use crate::crawl::robots::Robots;
use crate::crawl::sitemap::{Share, Shelf, Sitemap, SitemapError};
use crate::event::Unchecked;
use crate::failure::FailureKind;
use crate::fetched::Fetched;
use crate::place::{Place, Role};
use crate::target::Target;
use std::sync::Arc;

/// What a crawl tells a fetch. One that has none follows redirects itself and looks for no links.
#[derive(Clone, Debug)]
pub struct Errand {
    pub place: Arc<Place>,
    /// The start to whose origin what is secret may go; that of the target, where it has one.
    pub start: Target,
    /// The target was given, or is the robots.txt of one that was: its address may be any.
    pub given: bool,
    /// Where the crawl's starts were found to be.
    pub classes: Arc<Classes>,
    /// The redirects that led to the target.
    pub chain: Option<Arc<Chain>>,
    /// Images, scripts and styles are links, too.
    pub assets: bool,
    /// The ids of the page are kept.
    pub ids: bool,
    /// The host wants time between two requests, or there is a rate: even one that was lost is not sent again at once.
    pub paced: bool,
    /// HEAD was refused, and GET is tried; or what it is about needs the content.
    pub by_get: bool,
    /// By which name robots.txt speaks to this crawler.
    pub agent: Arc<str>,
    /// Where the addresses of sitemaps are held.
    pub shelf: Shelf,
}

/// What came of it for the frontier.
#[derive(Default)]
pub struct Gained {
    /// What was asked in the end: a fetch may fall back to http.
    pub asked: Option<Target>,
    /// The target was given without a scheme: by which one it was asked matters, whatever came of it.
    pub bare: bool,
    /// The answer leads on.
    pub led: Option<LedOn>,
    pub found: Option<Found>,
}

/// Where an answer leads.
#[derive(Clone)]
pub struct LedOn {
    pub to: Target,
    /// The redirects so far, and itself.
    pub chain: Arc<Chain>,
    /// The part of that page that it names, as it is written.
    pub fragment: Option<Box<str>>,
}

/// What was found in the content.
pub enum Found {
    /// `nofollow`: none of them is to be followed, by a field or by the page.
    Links {
        links: Links,
        nofollow: bool,
    },
    Robots(Robots),
    /// With the room that it takes until it is taken up.
    Sitemap(Result<Sitemap, SitemapError>, Share),
    /// Its ids were wanted, and are not read.
    Unread(Unchecked),
}

impl Errand {
    pub fn role(&self) -> Role {
        self.place.role
    }

    /// Whether all that matters is that the target is there.
    pub fn asks_by_head(&self) -> bool {
        self.role() == Role::Check && !self.by_get
    }

    /// What is made in its place where the server does not know HEAD, or pretends so, or hangs up on it (RFC 9110,
    /// section 9.3.2): then the answer says nothing about a GET.
    pub fn after(&self, fetched: &Fetched) -> Option<Errand> {
        let hung_up = [FailureKind::Reset, FailureKind::Truncated, FailureKind::Protocol];
        let refused = match (fetched.status, fetched.kind()) {
            // Who is asked too often is not to be asked once more.
            (Some(status), None) => status >= 400 && status != 429,
            (None, Some(kind)) => hung_up.contains(&kind),
            _ => false,
        };
        (self.asks_by_head() && refused).then(|| Errand { by_get: true, ..self.clone() })
    }

    /// Whether where a redirect leads is a fetch of its own, with the rules and in the pace of its host. Those of a
    /// robots.txt are followed at once (RFC 9309, section 2.3.1.2): before it is read, there is no rule. But the robots.txt
    /// of another origin is asked for its own sake, once.
    pub fn goes_apart(&self) -> bool {
        self.role() != Role::Robots
    }
}

impl Gained {
    pub fn is_empty(&self) -> bool {
        self.led.is_none() && self.found.is_none() && !self.bare
    }
}
