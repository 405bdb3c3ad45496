//! Where a fetch goes on: by the other scheme, along redirects, or in a fetch of its own. Knows no socket.

use super::{Known, URL_BYTES};
use crate::clock::At;
use crate::event::EventKind;
use crate::failure::{Failure, FailureKind};
use crate::net::errand::LedOn;
use crate::net::parking::Parking;
use crate::net::peer::Peer;
use crate::net::redirect::{Chain, HOP_BYTES, Location};
use crate::net::track::Track;
use crate::phase::Phase;
use crate::place::Role;
use crate::target::Target;
use crate::text::Untrusted;
use std::sync::Arc;

/// How a fetch came to another target. Most do not, and take no room for it.
pub(super) struct Led {
    pub start: Target,
    pub chain: Chain,
    /// When the hop began that is under way.
    pub hop: At,
}

impl Known {
    /// A target without a scheme, where https did not answer: http is to be tried. Not where it answered with a
    /// certificate that is not to be believed: whoever stands in between could have any fetch go on in the clear.
    ///
    /// # Errors
    /// `failure`, where there is nothing else to try.
    pub fn fall_back(&mut self, failure: Failure, parking: &Parking, track: &mut Track) -> Result<(), Failure> {
        let plain = self.target.fallback().filter(|_| may_help(failure.kind) && !track.is_distrusted());
        let Some(plain) = plain else { return Err(failure) };
        track.turn_to(Peer::Of(plain.clone()));
        let url = Untrusted::new(plain.url(), URL_BYTES);
        let reason = Box::new(failure);
        track.emitter.emit(EventKind::FellBack { id: track.id, url: url.clone(), reason: reason.clone() });
        self.led(track);
        (self.elsewhere, self.fell_back, self.remote, self.not_reused) = (Some(url), Some(reason), None, None);
        self.target = plain;
        self.check_left_alone(parking, track)
    }

    /// Whether the answer is one that leads on; then the next place is to be asked.
    ///
    /// # Errors
    /// `protocol`, `too_large` or `too_many_redirects`, where it can't be followed; `cancelled`, where who would be asked
    /// next has asked to be left alone.
    pub fn go_on(&mut self, parking: &Parking, track: &mut Track) -> Result<bool, Failure> {
        let Some((status, location)) = self.answer.as_ref().and_then(|answer| answer.leads_on()) else {
            return Ok(false);
        };
        let (now, target, location) = (track.emitter.now(), self.target.clone(), location.clone());
        if track.errand().is_some_and(|errand| errand.goes_apart()) {
            return self.lead_apart(status, &location, now, track).map(|()| false);
        }
        let led = self.led(track);
        let next = led.chain.next(&target, status, &location, now - std::mem::replace(&mut led.hop, now));
        let next = next.map_err(|(kind, words)| track.failure(kind, &words))?;
        if track.errand().is_some() && is_robots_txt(&next) && next.origin() != led.start.origin() {
            // Whoever asks for that one has the answer.
            let chain = Arc::new(led.chain.clone());
            self.elsewhere = Some(Untrusted::new(next.url(), URL_BYTES));
            self.gained.get_or_insert_default().led = Some(LedOn { to: next, chain, fragment: None });
            return Ok(false);
        }
        let url = Untrusted::new(next.url(), HOP_BYTES);
        track.speak_up();
        track.emitter.emit(EventKind::Redirected { id: track.id, status, url });
        let url = Untrusted::new(next.url(), URL_BYTES);
        track.turn_to(Peer::Of(next.clone()));
        let closed = self.closed.filter(|_| next.origin() == self.target.origin());
        (self.target, self.elsewhere) = (next, Some(url));
        (self.answer, self.remote, self.reused, self.tls) = (None, None, false, None);
        (self.closed, self.not_reused) = (None, None);
        if let Some(reason) = closed {
            self.miss(reason, track);
        }
        self.check_left_alone(parking, track).map(|()| true)
    }

    /// # Errors
    /// `cancelled`, where the target's origin has asked to be left alone.
    fn check_left_alone(&self, parking: &Parking, track: &mut Track) -> Result<(), Failure> {
        let refusal = parking.refuses(&self.target, track.emitter.now());
        refusal.map_or(Ok(()), |failure| {
            track.enter(Phase::Blocked);
            Err(failure)
        })
    }

    /// Notes where the answer leads, for a fetch of its own.
    ///
    /// # Errors
    /// As [`Known::go_on`].
    fn lead_apart(&mut self, status: u16, location: &Location, now: At, track: &Track) -> Result<(), Failure> {
        let chain = track.errand().and_then(|errand| errand.chain.as_deref().cloned());
        let mut chain = chain.unwrap_or_else(|| Chain::of_crawl(self.max_redirects));
        let (is_map, took) = (track.errand().is_some_and(|errand| errand.role() == Role::Sitemap), now - track.started);
        // How many redirects lead to a page the frontier says, which knows of other ways than this one.
        let next = match is_map {
            true => chain.next(&self.target, status, location, took),
            false => chain.goes_on(&self.target, status, location, took),
        };
        // A redirect of a chain that comes to no end says all the same where it leads.
        let leads_to = chain.leads_to(&self.target, status, location);
        let is_known = next.as_ref().err().is_none_or(|(kind, _)| *kind == FailureKind::TooManyRedirects);
        self.elsewhere = leads_to.filter(|_| is_known).map(|to| Untrusted::new(to.url(), URL_BYTES));
        let next = next.map_err(|(kind, words)| track.failure(kind, &words))?;
        self.gained.get_or_insert_default().led =
            Some(LedOn { to: next, chain: Arc::new(chain), fragment: location.fragment() });
        Ok(())
    }

    fn led(&mut self, track: &Track) -> &mut Led {
        self.led.get_or_insert_with(|| {
            let (start, chain) = (self.target.clone(), Chain::new(self.max_redirects));
            Box::new(Led { start, chain, hop: track.started })
        })
    }
}

/// Whether it is what an origin is asked for before all else.
fn is_robots_txt(target: &Target) -> bool {
    target.path() == "/robots.txt"
}

/// Whether another scheme may do better: a name without an address has none there either, and where the time of the whole
/// attempt is over there is none left.
fn may_help(kind: FailureKind) -> bool {
    !matches!(kind, FailureKind::Cancelled | FailureKind::Dns | FailureKind::Timeout)
}
