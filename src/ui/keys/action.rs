//! What a key may ask for. Knows no key.

use crate::ui::note::Copied;
use crate::ui::view::{Pane, Step};

/// What a key asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    Quit,
    /// As the signal of that key would.
    Interrupt,
    Suspend,
    Help,
    Pause,
    Freeze,
    Concurrency(Change),
    /// Of each host.
    PerHost(Change),
    Rate(Change),
    /// Of the selected request.
    Cancel,
    Retry,
    RetryFailed,
    Step(Step),
    /// A page of the focused pane, down or up.
    Page(i32),
    /// Half a page.
    HalfPage(i32),
    Focus(i32),
    /// All panes.
    Overview,
    /// One pane with all the room.
    Show(Pane),
    Zoom,
    Back,
    /// The page of the selected fetch.
    Detail,
    /// The fetches of the selected host.
    OfHost,
    Copy(Copied),
    Verbosity,
    /// Of long lines.
    Wrap,
    /// The next one around.
    Theme,
    Redraw,
    /// The table by a column so many further on.
    Sort(i32),
    Invert,
    /// A filter is typed.
    Find,
    /// Of a replay.
    Play(Play),
}

impl Action {
    /// Whether it is about what a pane shows, or about which of them are seen.
    pub fn is_of_a_pane(self) -> bool {
        use Action::*;
        matches!(self, Cancel | Retry | Detail | OfHost | Copy(_) | Sort(_) | Invert)
            || matches!(self, Verbosity | Wrap | Zoom | Overview | Show(_))
    }
}

/// What the keys of a replay do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Play {
    /// Play, or stand.
    Toggle,
    /// By so many events.
    Step(i64),
    /// By so many hundredths of the recording.
    Skip(i32),
    Speed(Change),
    NextFailure,
    /// A line in which a place can be typed.
    GoTo,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    Up,
    Down,
}
