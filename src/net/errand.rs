//! What a fetch of a crawl is made for, beside its target, and what it brings home for the frontier. Makes no fetch.

use super::reach::Classes;
use super::redirect::Chain;
use crate::crawl::Links;
use crate::crawl::robots::Robots;
use crate::crawl::sitemap::{Sitemap, SitemapError};
use crate::place::{Place, Role};
use crate::target::Target;
use std::sync::Arc;

/// What a crawl tells a fetch. One that has none follows redirects itself and looks for no links.
#[derive(Debug)]
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
}

/// What came of it for the frontier.
#[derive(Default)]
pub struct Gained {
    /// What was asked in the end: a fetch may fall back to http.
    pub asked: Option<Target>,
    /// The answer leads there, by the redirects so far and itself.
    pub led: Option<(Target, Arc<Chain>)>,
    pub found: Option<Found>,
}

/// What was found in the content.
pub enum Found {
    /// `nofollow`: none of them is to be followed, by a field or by the page.
    Links {
        links: Links,
        nofollow: bool,
    },
    Robots(Robots),
    Sitemap(Result<Sitemap, SitemapError>),
}

impl Errand {
    pub fn role(&self) -> Role {
        self.place.role
    }

    /// Whether a redirect is a result of its own, and where it leads a fetch of its own.
    pub fn goes_apart(&self) -> bool {
        self.role().is_result()
    }
}

impl Gained {
    pub fn is_empty(&self) -> bool {
        self.led.is_none() && self.found.is_none()
    }
}
