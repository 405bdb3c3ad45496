//! Targets that led out and were only to be checked, and are pages since the scope has become wider, or they are starts
//! that came late: each is asked by GET once, whatever it was asked before. Judges no link.

use super::{Crawler, Inner};
use crate::crawl::Standing;
use crate::event::EventKind;
use crate::fetched::Fetched;
use crate::id::FetchId;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// Results of checks that are kept while the scope may become wider or more starts may come; of others it stays with the
/// check.
const MOST: usize = 10_000;

#[derive(Default)]
pub(super) struct Promoted {
    /// What was only checked, as long as it may turn out to be a page.
    checked: HashMap<FetchId, Arc<Fetched>>,
    /// Those whose next attempt is the first one as a page.
    anew: HashSet<FetchId>,
    /// Not all starts are there.
    pub more_starts: bool,
    /// It was told that what is only checked and should be a page may stay so.
    told: bool,
}

impl Promoted {
    /// Whether the next attempt is the first one as a page. Says so once.
    pub fn is_anew(&mut self, id: FetchId) -> bool {
        !self.anew.is_empty() && self.anew.remove(&id)
    }
}

impl Crawler {
    /// A target that is only to be checked is a page from now on.
    pub(super) fn promote(&self, inner: &mut Inner, id: FetchId) {
        match inner.explorer.frontier.standing(id) {
            Standing::Waiting | Standing::InFlight => {
                if inner.explorer.frontier.make_page(id) && inner.explorer.frontier.attempts(id) > 0 {
                    inner.promoted.anew.insert(id);
                }
            }
            Standing::Done => {
                let fetched = inner.promoted.checked.get(&id).cloned();
                match fetched.map(|fetched| (inner.is_to_be_seen(id, &fetched), fetched)) {
                    Some((true, fetched)) => {
                        inner.promoted.checked.remove(&id);
                        if inner.explorer.frontier.make_page(id) {
                            self.ask_anew(inner, id, &fetched);
                        }
                    }
                    // It may still be given as a start.
                    Some((false, _)) => {}
                    None if inner.explorer.frontier.is_check(id) => self.tell_checked(inner, id),
                    None => {}
                }
            }
            Standing::Refused => {}
        }
    }

    /// The result of a check was not kept, so that it can't be taken back: of starts each is told, of others the first.
    fn tell_checked(&self, inner: &mut Inner, id: FetchId) {
        let is_start = inner.explorer.is_start(id);
        if !is_start && std::mem::replace(&mut inner.promoted.told, true) {
            return;
        }
        let what = if is_start { "a start among them is" } else { "some that are within the scope now are" };
        let words = format!("more links that lead out were checked than are kept; {what} not crawled");
        let url = inner.explorer.frontier.url(id).unwrap_or_default();
        self.tell_traps(std::iter::once((words, url)));
    }

    /// The answer to a check is there.
    pub(super) fn done_checking(&self, inner: &mut Inner, id: FetchId, fetched: &Arc<Fetched>) {
        let is_page = !inner.explorer.frontier.is_check(id) && inner.promoted.is_anew(id);
        let may_turn = inner.explorer.may_widen() || inner.promoted.more_starts;
        if is_page && inner.is_to_be_seen(id, fetched) {
            self.ask_anew(inner, id, fetched);
        } else if may_turn && inner.promoted.checked.len() < MOST {
            inner.promoted.checked.insert(id, fetched.clone());
        }
        if !may_turn {
            inner.promoted.checked = HashMap::new();
        }
    }

    /// The result of a check does not stand any more.
    fn ask_anew(&self, inner: &mut Inner, id: FetchId, fetched: &Arc<Fetched>) {
        let now = self.emitter.now();
        if inner.explorer.frontier.again(id, now) {
            inner.promoted.anew.insert(id);
            inner.explorer.asks_anew(id);
            self.emitter.emit_at(now, EventKind::Reopened { id, all: true, fetched: fetched.clone() });
        }
    }
}

impl Inner {
    /// Whether the answer to a check does not do for a page: only of what is there, the content is still to be seen. Of a
    /// start, it is to be seen where it leads.
    fn is_to_be_seen(&self, id: FetchId, fetched: &Fetched) -> bool {
        let has_content = fetched.failure.is_none() && matches!(fetched.status, Some(200..=299));
        has_content || self.explorer.is_start(id)
    }
}
