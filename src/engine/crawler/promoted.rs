//! Targets that led out and were only to be checked, and are pages since the scope has become wider, or they are starts
//! that came late. Checks wait for that, so each is asked once. Judges no link.

use super::{Crawler, Inner};
use crate::id::FetchId;

impl Crawler {
    /// A target that is only to be checked is a page from now on. Where it was asked already, for a start was asked again
    /// by the wish of the user and led elsewhere then, it stays a check; the first of these is told.
    pub(super) fn promote(&self, inner: &mut Inner, id: FetchId) {
        let frontier = &mut inner.explorer.frontier;
        if !frontier.is_check(id) || frontier.make_page(id) || std::mem::replace(&mut inner.checked_told, true) {
            return;
        }
        let words = "what leads out was checked before this belonged to the scope; some of that is not crawled";
        let url = frontier.url(id).unwrap_or_default();
        self.tell_traps(std::iter::once((words.to_owned(), url)));
    }
}
