//! What an attempt says about its origin: that it asks to be left alone, or makes no connection. Puts nothing aside.

use super::{Awaited, Telling};
use crate::clock::At;
use crate::engine::newcomers::Newcomers;
use crate::engine::parked::{News, Parked, Stand};
use crate::event::EventKind;
use crate::fetched::Fetched;
use crate::host::Paced;
use crate::target::Target;
use crate::text::Untrusted;
use crate::units;
use std::sync::atomic::Ordering::SeqCst;
use std::sync::{Arc, MutexGuard, PoisonError};

const WORDS: usize = 256;

impl Telling {
    /// What stands aside since its origin makes no connection.
    pub fn parked(&self) -> MutexGuard<'_, Parked> {
        // Nothing that can panic runs under this lock.
        self.parked.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether there may be anything of that: mostly there is not, and each fetch would ask.
    pub fn parks(&self) -> bool {
        self.parks.load(SeqCst)
    }

    /// How an origin is treated.
    pub fn stand(&self, origin: &str, now: At) -> Stand {
        if self.parks() { self.parked().stand(origin, now) } else { Stand::Free }
    }

    /// Whether anything is to be learnt of newcomers, or some of it waits: mostly not.
    pub fn meets(&self) -> bool {
        self.meets.load(SeqCst)
    }

    /// Asks or tells something of them.
    pub fn of_newcomers<T>(&self, ask: impl FnOnce(&mut Newcomers) -> T) -> T {
        let mut newcomers = self.newcomers.lock().unwrap_or_else(PoisonError::into_inner);
        let told = ask(&mut newcomers);
        self.meets.store(!newcomers.are_none(), SeqCst);
        told
    }

    /// Of a crawl, the frontier knows that.
    pub(super) fn learn(&self, awaited: &Awaited, fetched: &Fetched) {
        let (None, Some(target)) = (&self.crawl, &awaited.target) else { return };
        if self.meets() {
            self.of_newcomers(|newcomers| newcomers.end(target.origin(), awaited.attempt.id, fetched));
        }
        if fetched.failure.is_none() && !self.parks() {
            return;
        }
        let led = if fetched.redirects.is_empty() { None } else { fetched.final_url.as_ref() };
        let elsewhere = led.and_then(Untrusted::origin).and_then(|url| Target::parse(&url.display_all()).ok());
        let last = elsewhere.as_ref().unwrap_or(target);
        let news = {
            let mut parked = self.parked();
            let news = parked.learn(target, last.origin(), awaited.attempt.id, fetched);
            self.parks.store(parked.knows_any(), SeqCst);
            news
        };
        if let Some(news) = news {
            self.tell_paced(last, news, fetched.failure.is_some());
        }
    }

    fn tell_paced(&self, target: &Target, news: News, failed: bool) {
        let (allowed, why) = match news {
            News::Aside(kind) => (1, format!("parked after {}", kind.name())),
            News::Left(kind, span) => (0, format!("left alone for {} after {}", units::wait(span), kind.name())),
            // What fails at once keeps no slot from others.
            News::Recovered if failed => (self.terms.cap, "fails at once".to_owned()),
            News::Recovered => (self.terms.cap, "recovered".to_owned()),
        };
        let host = Untrusted::from_bytes(target.text().authority(), WORDS);
        let paced = Paced { host, allowed, delay_us: 0, why: Untrusted::new(&why, WORDS) };
        self.emitter.emit(EventKind::HostPaced(Arc::new(paced)));
    }
}
