//! What a terminal tells of itself (OSC) comes where keys do, and is none. Knows nothing of what it tells.

use crate::clock::At;
use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use std::time::Duration;

/// How long such an answer takes to come.
const ANSWER: Duration = Duration::from_millis(50);

/// Since when what comes is no key.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Answer(Option<At>);

impl Answer {
    /// Whether this is of an answer of the terminal, which begins as alt and a bracket would, and ends with BEL or ST. It
    /// comes at once; its letters would be keys, and one of them would begin a filter.
    pub fn takes(&mut self, key: &KeyEvent, now: At) -> bool {
        let begins = (key.code, key.modifiers) == (KeyCode::Char(']'), KeyModifiers::ALT);
        let ends = [(KeyCode::Char('g'), KeyModifiers::CONTROL), (KeyCode::Char('\\'), KeyModifiers::ALT)];
        self.0 = if begins { Some(now) } else { self.0.filter(|&since| now - since < ANSWER) };
        let told = self.0.is_some();
        self.0 = self.0.filter(|_| !ends.contains(&(key.code, key.modifiers)));
        told
    }
}
