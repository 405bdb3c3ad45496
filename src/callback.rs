//! The names of the callbacks a result schedules. What they do is the engine's.

use serde::{Deserialize, Serialize};

/// A callback of a completion; the names are those of the event log and of the exports.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Callback {
    /// Tells the result.
    Report,
    /// Gives the page's links to the frontier.
    Follow,
    /// Puts a failed attempt back, with its delay.
    Retry,
    /// Frees the slot, so that the next task starts.
    Release,
}

impl Callback {
    pub const ALL: [Callback; 4] = [Callback::Report, Callback::Follow, Callback::Retry, Callback::Release];

    pub fn name(self) -> &'static str {
        ["report", "follow", "retry", "release"][self as usize]
    }
}

/// Some callbacks, scheduled together, in the order of [`Callback::ALL`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "Vec<Callback>", from = "Vec<Callback>")]
pub struct Callbacks(u8);

impl Callbacks {
    pub fn with(self, callback: Callback) -> Callbacks {
        Callbacks(self.0 | 1 << callback as u8)
    }

    pub fn iter(self) -> impl Iterator<Item = Callback> {
        Callback::ALL.into_iter().filter(move |&callback| self.0 & 1 << callback as u8 != 0)
    }

    pub fn len(self) -> usize {
        self.0.count_ones() as usize
    }

    pub fn is_empty(self) -> bool {
        self.0 == 0
    }
}

impl From<Vec<Callback>> for Callbacks {
    fn from(names: Vec<Callback>) -> Callbacks {
        names.into_iter().fold(Callbacks::default(), Callbacks::with)
    }
}

impl From<Callbacks> for Vec<Callback> {
    fn from(callbacks: Callbacks) -> Vec<Callback> {
        callbacks.iter().collect()
    }
}
