//! The URLs of the fetches that lines of the event log are about, which stand beside them where there is room. Knows no line's
//! words.

use crate::event::EventKind;
use crate::id::{ByFetch, FetchId};
use crate::state::{Line, State};
use crate::text::Untrusted;

/// Of the lines that are seen; of a fetch of which nothing is kept any more there is none.
pub struct Whose<'a>(ByFetch<&'a Untrusted>);

impl<'a> Whose<'a> {
    pub fn of(lines: &[Line<'_>], state: &'a State) -> Whose<'a> {
        let ids = lines.iter().filter_map(|line| fetch(&line.event.kind));
        let (mut known, mut wanted) = (ByFetch::default(), ByFetch::default());
        for id in ids {
            match url(id, state) {
                Some(url) => drop(known.insert(id, url)),
                None => drop(wanted.insert(id, ())),
            }
        }
        // Far up in the log all of them are long done: one look through those is enough for all.
        let done = state.done.iter().filter(|row| wanted.contains_key(&row.id));
        known.extend(done.take(wanted.len()).map(|row| (row.id, &row.fetched.url)));
        Whose(known)
    }

    pub fn url(&self, kind: &EventKind) -> Option<&'a Untrusted> {
        self.0.get(&fetch(kind)?).copied()
    }
}

/// The fetch whose URL says more of the event; of some, the line itself has it.
fn fetch(kind: &EventKind) -> Option<FetchId> {
    use EventKind::{FellBack, Finished, RequestMade, RobotsRead, SitemapRead, Started};
    match kind {
        Started { .. } | Finished { .. } | EventKind::Reopened { .. } => None,
        RequestMade { .. } | FellBack { .. } | RobotsRead { .. } | SitemapRead { .. } => None,
        kind => kind.fetch(),
    }
}

fn url(id: FetchId, state: &State) -> Option<&Untrusted> {
    let detail = || state.details.get(id).map(|detail| &detail.url);
    state.requests.get(id).map(|request| &request.url).or_else(detail)
}
