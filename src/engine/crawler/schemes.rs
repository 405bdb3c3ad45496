//! Hosts that were given without a scheme, as their answers show which one they are asked by. Asks none.

use super::{Crawler, Inner, leads_on};
use crate::crawl::Aside;
use crate::fetched::Fetched;
use crate::id::FetchId;
use crate::place::Role;
use crate::target::Target;
use std::sync::Arc;

impl Crawler {
    /// `asked` was asked for a target.
    pub(super) fn learn_scheme(&self, id: FetchId, fetched: &Fetched, asked: &Target) {
        let mut inner = self.lock();
        if fetched.fell_back.is_none() {
            return inner.explorer.keeps_scheme(id);
        }
        let mut aside = Aside::default();
        if fetched.role() == Role::Sitemap {
            let twins = inner.explorer.map_fell_back(id, asked, &mut aside);
            inner.starts.join(twins);
            return self.tell_aside(&mut inner, aside);
        }
        if fetched.role() != Role::Page {
            return;
        }
        let (other, twins) = inner.explorer.alias(id, asked, &mut aside);
        inner.starts.join(twins);
        // A redirect, and what may be otherwise the next time, is asked for itself.
        if let Some(other) = other.filter(|_| fetched.failure.is_none() && !leads_on(fetched) && !fetched.may_pass()) {
            inner.answers.insert(other, Arc::new(fetched.clone()));
        }
        self.tell_aside(&mut inner, aside);
    }

    /// A host that was given without a scheme has shown by its robots.txt that it is asked by http.
    pub(super) fn fall_back(&self, inner: &mut Inner, plain: &str) {
        let mut aside = Aside::default();
        let twins = inner.explorer.falls_back(plain, &mut aside);
        inner.starts.join(twins);
        self.tell_aside(inner, aside);
    }
}
