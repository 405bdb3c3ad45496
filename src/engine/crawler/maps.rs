//! Sitemaps that are elsewhere: a redirect of one leads to another, or to a start, which is a page. Which of both it is, is
//! known once each start has its answer; until then it is kept. Reads none.

use super::{Crawler, Inner, WORDS};
use crate::crawl::MapLed;
use crate::event::Unread;
use crate::fetched::Fetched;
use crate::id::FetchId;
use crate::net::LedOn;
use crate::text::Untrusted;

/// A sitemap that leads elsewhere, with its result.
pub(super) struct MapElsewhere {
    id: FetchId,
    fetched: Fetched,
    leads: LedOn,
}

impl Crawler {
    /// A sitemap is elsewhere.
    pub(super) fn lead_map(&self, id: FetchId, fetched: &Fetched, leads: LedOn) {
        let mut inner = self.lock();
        let elsewhere = MapElsewhere { id, fetched: fetched.clone(), leads };
        if inner.explorer.is_open_map(id) {
            return inner.maps.push(elsewhere);
        }
        self.follow_map(&mut inner, elsewhere);
    }

    /// Each start has its answer.
    pub(super) fn settle_maps(&self, inner: &mut Inner) {
        for elsewhere in std::mem::take(&mut inner.maps) {
            self.follow_map(inner, elsewhere);
        }
    }

    fn follow_map(&self, inner: &mut Inner, elsewhere: MapElsewhere) {
        let MapElsewhere { id, fetched, leads } = elsewhere;
        match inner.explorer.lead_map(id, &leads.to) {
            MapLed::New(new) => _ = inner.trails.insert(new, leads.chain),
            MapLed::Known => {}
            MapLed::Start => {
                let words = Untrusted::new("it leads to a start, which is a page", WORDS);
                self.tell_nothing_read(id, &fetched, Unread::NoSitemap, words);
            }
        }
    }
}
