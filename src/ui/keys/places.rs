//! Where a key is pressed, and where it matters. Knows no key.

use crate::ui::view::{Pane, View};

/// Where a key is pressed, or matters: the panes that have the focus, and what is watched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Places(u16);

/// What is watched is told in the upper bits, the panes in the lower ones.
const LIVE: u16 = 1 << 15;
const REPLAY: u16 = 1 << 14;
/// The page of a fetch lies over the panes.
const PAGE: u16 = 1 << 13;

impl Places {
    pub const EVERYWHERE: Places = Places(u16::MAX);
    /// Where no page lies over the panes.
    pub const PANES: Places = Places(!PAGE);
    pub const PAGE: Places = Places(LIVE | REPLAY | PAGE);
    /// Panes whose rows are about a fetch each.
    pub const FETCHES: Places = Places::of(&[Pane::InFlight, Pane::Done, Pane::Events]);
    /// Panes with a row for each fetch.
    pub const ROWS: Places = Places::of(&[Pane::InFlight, Pane::Done]);
    pub const LOG: Places = Places::of(&[Pane::Events]);
    /// Panes that are tables of rows with columns.
    pub const TABLES: Places = Places::of(&[Pane::InFlight, Pane::Done, Pane::Hosts]);

    pub const fn of(panes: &[Pane]) -> Places {
        let (mut bits, mut at) = (LIVE | REPLAY, 0);
        while at < panes.len() {
            bits |= 1 << panes[at] as u16;
            at += 1;
        }
        Places(bits)
    }

    pub const fn and(self, others: Places) -> Places {
        Places(self.0 | others.0)
    }

    /// Of these, those in a run that goes on now.
    pub const fn live(self) -> Places {
        Places(self.0 & !REPLAY)
    }

    /// Of these, those in a run that is played again.
    pub const fn replay(self) -> Places {
        Places(self.0 & !LIVE)
    }

    /// That pane of a run that goes on now.
    pub const fn watching(pane: Pane) -> Places {
        Places(LIVE | 1 << pane as u16)
    }

    /// Where the keys of a view go.
    pub fn of_view(view: &View) -> Places {
        Places::over(view, if view.scrub.is_some() { REPLAY } else { LIVE })
    }

    /// Where they would go, if what it shows went on now.
    pub fn of_live(view: &View) -> Places {
        Places::over(view, LIVE)
    }

    fn over(view: &View, watched: u16) -> Places {
        Places(watched | if view.detail.is_some() { PAGE } else { 1 << view.focus as u16 })
    }

    /// Whether some of these are in what is watched at `place`.
    pub(super) fn is_watched_as(self, place: Places) -> bool {
        self.0 & place.0 & (LIVE | REPLAY) != 0
    }

    pub(super) fn is_page(self) -> bool {
        self.0 & PAGE != 0
    }

    /// Whether some of these are panes of those.
    pub(super) fn has_panes_of(self, others: Places) -> bool {
        self.0 & others.0 & !(LIVE | REPLAY) != 0
    }

    /// Whether all of `place` is among these.
    pub(super) const fn hold(self, place: Places) -> bool {
        self.0 & place.0 == place.0
    }
}

/// Each place in which a key can be pressed.
#[cfg(test)]
pub(super) fn all() -> impl Iterator<Item = Places> {
    let over = |watched| Pane::ALL.map(|pane| watched | 1 << pane as u16).into_iter().chain([watched | PAGE]);
    [LIVE, REPLAY].into_iter().flat_map(over).map(Places)
}
