//! What a terminal tells of itself (OSC) comes where keys do, and is none. Knows nothing of what it tells.

use crate::clock::At;
use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use std::time::Duration;

/// How far apart its letters come at most.
const APART: Duration = Duration::from_millis(50);

/// When the last letter of it came, while there may be more.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Answer(Option<At>);

impl Answer {
    /// Whether this is of an answer of the terminal, which begins as alt and a bracket would, and ends with BEL or ST. It
    /// comes at once; its letters would be keys, and one of them would begin a filter.
    pub fn takes(&mut self, key: &KeyEvent, now: At) -> bool {
        let begins = (key.code, key.modifiers) == (KeyCode::Char(']'), KeyModifiers::ALT);
        let ends = [(KeyCode::Char('g'), KeyModifiers::CONTROL), (KeyCode::Char('\\'), KeyModifiers::ALT)];
        let told = begins || self.0.is_some_and(|last| now - last < APART);
        self.0 = (told && !ends.contains(&(key.code, key.modifiers))).then_some(now);
        told
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(letter: char, modifiers: KeyModifiers) -> KeyEvent {
        KeyEvent::new(KeyCode::Char(letter), modifiers)
    }

    #[test]
    fn an_answer_is_no_key_to_its_end_however_long_it_takes_and_what_comes_behind_it_is() {
        let (none, mut answer) = (KeyModifiers::NONE, Answer::default());
        assert!(!answer.takes(&key('/', none), At(0)));
        assert!(answer.takes(&key(']', KeyModifiers::ALT), At(0)));
        for at in 1..20 {
            assert!(answer.takes(&key('/', none), At(at * 40_000)), "{at}");
        }
        assert!(answer.takes(&key('g', KeyModifiers::CONTROL), At(800_000)));
        assert!(!answer.takes(&key('/', none), At(800_001)));
    }

    #[test]
    fn alt_and_a_bracket_that_a_person_pressed_take_no_key_for_long() {
        let mut answer = Answer::default();
        assert!(answer.takes(&key(']', KeyModifiers::ALT), At(0)));
        assert!(!answer.takes(&key('q', KeyModifiers::NONE), At(50_000)));
    }
}
