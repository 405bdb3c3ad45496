//! What each key does. One table drives the dispatch, the footer and the help, so that they cannot disagree.

use super::view::{Pane, Step};
use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

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
    Step(Step),
    /// A page of the focused pane, down or up.
    Page(i32),
    /// Half a page.
    HalfPage(i32),
    Focus(i32),
    /// The whole picture, or one pane that has it all.
    Show(Pane),
    Zoom,
    Back,
    Verbosity,
    Redraw,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    Up,
    Down,
}

/// One line of the table.
pub struct Binding {
    /// As the footer and the help write it.
    pub keys: &'static str,
    /// A word for the footer, where the key is worth one.
    pub word: Option<&'static str>,
    pub meaning: &'static str,
    codes: &'static [(KeyCode, KeyModifiers)],
    action: Action,
}

impl Binding {
    pub fn does(&self, action: Action) -> bool {
        self.action == action
    }
}

const NONE: KeyModifiers = KeyModifiers::NONE;
const CTRL: KeyModifiers = KeyModifiers::CONTROL;

const fn key(letter: char) -> (KeyCode, KeyModifiers) {
    (KeyCode::Char(letter), NONE)
}

const fn ctrl(letter: char) -> (KeyCode, KeyModifiers) {
    (KeyCode::Char(letter), CTRL)
}

macro_rules! bindings {
    ($($keys:literal, $word:expr, $meaning:literal, [$($code:expr),*], $action:expr;)*) => {
        &[$(Binding { keys: $keys, word: $word, meaning: $meaning, codes: &[$($code),*], action: $action }),*]
    };
}

pub const KEYS: &[Binding] = bindings! {
    "q", Some("quit"), "quit; the summary stays on the screen", [key('q'), (KeyCode::F(10), NONE)], Action::Quit;
    "?", Some("help"), "this help", [key('?'), key('h'), (KeyCode::F(1), NONE)], Action::Help;
    "p", Some("pause"), "start no new fetch; what is in flight goes on", [key('p')], Action::Pause;
    "space", Some("freeze"), "hold the picture still; the run goes on", [key(' ')], Action::Freeze;
    "+ -", Some("concurrency"), "more and fewer fetches at once", [key('+'), key('=')], Action::Concurrency(Change::Up);
    "[ ]", None, "fewer and more at once to one host, in a crawl", [key('[')], Action::PerHost(Change::Down);
    "tab", Some("pane"), "the next pane; with shift the one before", [(KeyCode::Tab, NONE)], Action::Focus(1);
    "z", Some("zoom"), "give the pane all the room, or take it back", [key('z')], Action::Zoom;
    "1 4", None, "all panes; the hosts of a crawl", [key('1')], Action::Show(Pane::InFlight);
    "j k", None, "down and up; arrows too", [key('j'), (KeyCode::Down, NONE)], Action::Step(Step::By(1));
    "G", None, "to the end; the event log follows again", [key('G'), (KeyCode::End, NONE)], Action::Step(Step::Last);
    "g", None, "to the beginning", [key('g'), (KeyCode::Home, NONE)], Action::Step(Step::First);
    "^D ^U", None, "half a page down and up; PgDn and PgUp a whole one", [ctrl('d')], Action::HalfPage(1);
    "v", None, "show phases in the event log, or hide them", [key('v')], Action::Verbosity;
    "^L", None, "draw everything anew", [ctrl('l')], Action::Redraw;
    "^Z", None, "suspend; fg comes back", [ctrl('z')], Action::Suspend;
    "^C", None, "stop: what is in flight has 2s; a second ends at once", [ctrl('c')], Action::Interrupt;
    "esc", None, "back", [(KeyCode::Esc, NONE)], Action::Back;
};

/// Second halves of pairs that share a line of the table.
const MORE: &[(KeyCode, KeyModifiers, Action)] = &[
    (KeyCode::Char('-'), NONE, Action::Concurrency(Change::Down)),
    (KeyCode::Char('k'), NONE, Action::Step(Step::By(-1))),
    (KeyCode::Up, NONE, Action::Step(Step::By(-1))),
    (KeyCode::Char(']'), NONE, Action::PerHost(Change::Up)),
    (KeyCode::Char('4'), NONE, Action::Show(Pane::Hosts)),
    (KeyCode::BackTab, NONE, Action::Focus(-1)),
    (KeyCode::Char('u'), CTRL, Action::HalfPage(-1)),
    (KeyCode::PageDown, NONE, Action::Page(1)),
    (KeyCode::PageUp, NONE, Action::Page(-1)),
];

/// What `event` asks for, if anything.
pub fn action(event: &KeyEvent) -> Option<Action> {
    // Letters tell upper from lower case themselves; some terminals send the shift along, some do not.
    let modifiers = event.modifiers - KeyModifiers::SHIFT;
    let is = |&(code, wanted): &(KeyCode, KeyModifiers)| code == event.code && wanted == modifiers;
    let bound = KEYS.iter().find(|binding| binding.codes.iter().any(is)).map(|binding| binding.action);
    bound.or_else(|| MORE.iter().find(|&&(code, wanted, _)| is(&(code, wanted))).map(|&(_, _, action)| action))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_key_is_bound_twice() {
        let bound = KEYS.iter().flat_map(|binding| binding.codes.iter().copied());
        let mut all: Vec<String> =
            bound.chain(MORE.iter().map(|&(code, held, _)| (code, held))).map(|key| format!("{key:?}")).collect();
        let count = all.len();
        all.sort();
        all.dedup();
        assert_eq!(all.len(), count);
    }

    #[test]
    fn letters_work_with_and_without_the_shift_that_terminals_send() {
        for modifiers in [NONE, KeyModifiers::SHIFT] {
            let event = KeyEvent::new(KeyCode::Char('G'), modifiers);
            assert_eq!(action(&event), Some(Action::Step(Step::Last)));
        }
        assert_eq!(action(&KeyEvent::new(KeyCode::Char('q'), CTRL)), None);
    }
}
