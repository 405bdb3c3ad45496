//! Which fetch a key is about: the one whose page is open, or the one that is selected. Changes nothing.

use super::log::Lines;
use super::rows::{self, Listing, Row};
use super::scene::Scene;
use super::view::Pane;
use crate::id::FetchId;

/// None, where there is none in the pane that has the focus, `shown` rows of which are seen. Where nothing is selected,
/// it is the first row; in the event log the last line that is about a fetch.
pub fn meant(scene: &Scene<'_>, shown: usize) -> Option<FetchId> {
    let (view, state) = (scene.view, scene.state);
    if view.detail.is_some() {
        return view.detail;
    }
    match view.focus {
        // What was selected and has gone is still what was chosen.
        Pane::InFlight => match view.request.filter(|&id| state.requests.get(id).is_none()) {
            Some(gone) => Some(gone),
            None => row(rows::flying(state, view, scene.now, shown), view.request),
        },
        Pane::Done => row(rows::done(state, view), view.result),
        Pane::Events => {
            let lines = Lines::of(view, scene.telling());
            let last = lines.place(view).last(lines.extent(shown as u64));
            lines.before(last).find_map(|line| line.event.kind.fetch())
        }
        Pane::Timing | Pane::Charts | Pane::Hosts => None,
    }
}

/// The selected row, or the first one.
fn row<T: Row<Id = FetchId>>(listing: Listing<'_, T>, selected: Option<FetchId>) -> Option<FetchId> {
    let place = selected.and_then(|id| listing.of(id)).unwrap_or(0);
    listing.ordered.window(place, 1).first().map(Row::id)
}
