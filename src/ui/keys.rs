//! What each key does. One table drives the dispatch, the footer and the help, so that they cannot disagree.

mod action;
mod elsewhere;
mod places;

pub use action::{Action, Change, Play};
pub use elsewhere::elsewhere;
pub use places::Places;

use super::note::Copied;
use super::view::{Pane, Step};
use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

/// A key as the terminal tells it.
type Code = (KeyCode, KeyModifiers);

/// One line of the table: keys that belong together.
pub struct Binding {
    /// As the footer and the help write it.
    pub keys: &'static str,
    /// A word for the footer, where the key is worth one.
    pub word: Option<&'static str>,
    /// Where they do something.
    places: Places,
    pub meaning: &'static str,
    acts: &'static [(&'static [Code], Action)],
}

impl Binding {
    pub fn does(&self, wanted: Action) -> bool {
        self.acts.iter().any(|&(_, action)| action == wanted)
    }

    /// Keys and word for the footer, where it is worth one.
    pub fn named(&self) -> Option<(&'static str, &'static str)> {
        Some((self.keys, self.word?))
    }

    /// What it does where that key is pressed.
    fn act(&self, place: Places, pressed: Code) -> Option<Action> {
        let acts = self.acts.iter().filter(|_| self.places.hold(place));
        acts.filter(|(codes, _)| codes.contains(&pressed)).map(|&(_, action)| action).next()
    }
}

const NONE: KeyModifiers = KeyModifiers::NONE;
const CTRL: KeyModifiers = KeyModifiers::CONTROL;

const fn key(letter: char) -> Code {
    (KeyCode::Char(letter), NONE)
}

const fn ctrl(letter: char) -> Code {
    (KeyCode::Char(letter), CTRL)
}

const fn named(code: KeyCode) -> Code {
    (code, NONE)
}

const fn shifted(code: KeyCode) -> Code {
    (code, KeyModifiers::SHIFT)
}

macro_rules! bindings {
    ($($keys:literal, $word:expr, $places:expr, $meaning:literal, [$($($code:expr),+ => $action:expr);+];)*) => {
        &[$(Binding {
            keys: $keys,
            word: $word,
            places: $places,
            meaning: $meaning,
            acts: &[$((&[$($code),+], $action)),+],
        }),*]
    };
}

use Places as In;

/// A line that stands above another has the first claim to a key and to the footer.
pub const KEYS: &[Binding] = bindings! {
    "q", Some("quit"), In::EVERYWHERE, "quit; the summary stays on the screen",
        [key('q'), named(KeyCode::F(10)) => Action::Quit];
    "?", Some("help"), In::EVERYWHERE, "this help",
        [key('?'), key('h'), named(KeyCode::F(1)) => Action::Help];
    "esc", Some("back"), In::PAGE, "close the page",
        [named(KeyCode::Esc) => Action::Back];
    "space", Some("play"), In::EVERYWHERE.replay(), "play the recording, or stand; at its end, play it from its beginning",
        [key(' ') => Action::Play(Play::Toggle)];
    ". ,", Some("step"), In::EVERYWHERE.replay(), "an event forward and back",
        [key('.') => Action::Play(Play::Step(1)); key(',') => Action::Play(Play::Step(-1))];
    "<- ->", Some("seek"), In::EVERYWHERE.replay(), "a hundredth of the recording back and forward; with shift a tenth",
        [shifted(KeyCode::Left) => Action::Play(Play::Skip(-10));
         shifted(KeyCode::Right) => Action::Play(Play::Skip(10));
         named(KeyCode::Left) => Action::Play(Play::Skip(-1));
         named(KeyCode::Right) => Action::Play(Play::Skip(1))];
    "< >", Some("speed"), In::EVERYWHERE.replay(), "slower and faster, from 0.1x to 100x",
        [key('<') => Action::Play(Play::Speed(Change::Down)); key('>') => Action::Play(Play::Speed(Change::Up))];
    "e", Some("failure"), In::EVERYWHERE.replay(), "to the next result that is broken or failed",
        [key('e') => Action::Play(Play::NextFailure)];
    ":", Some("go to"), In::EVERYWHERE.replay(), "to a place that is typed: 50%, 1m30s, 1:30, #12345 (an event)",
        [key(':') => Action::Play(Play::GoTo)];
    "enter", Some("detail"), In::FETCHES, "all that is known of the selected fetch",
        [named(KeyCode::Enter) => Action::Detail];
    "enter", Some("fetches"), In::of(&[Pane::Hosts]), "the fetches of the selected host; esc comes back",
        [named(KeyCode::Enter) => Action::OfHost];
    "/", Some("find"), In::PANES, "look for text and terms; enter keeps what is found, esc clears",
        [key('/') => Action::Find];
    "/", None, In::PAGE, "close the page and look for text and terms",
        [key('/') => Action::Find];
    "s", Some("sort"), In::TABLES, "sort by the next column",
        [key('s') => Action::Sort(1)];
    "< >", None, In::TABLES.live(), "sort by the column before, or by the next one",
        [key('<') => Action::Sort(-1); key('>') => Action::Sort(1)];
    "i", None, In::TABLES, "turn the order round",
        [key('i') => Action::Invert];
    "v", Some("phases"), In::LOG, "show phases in the event log, or hide them",
        [key('v') => Action::Verbosity];
    "w", Some("wrap"), In::LOG, "show long lines in as many rows as they need, or cut them",
        [key('w') => Action::Wrap];
    "p", Some("pause"), In::EVERYWHERE.live(), "start no new fetch; what is in flight goes on",
        [key('p') => Action::Pause];
    "space", Some("freeze"), In::EVERYWHERE.live(), "hold the picture still; the run goes on",
        [key(' ') => Action::Freeze];
    "tab", Some("pane"), In::PANES, "the next pane; with shift the one before",
        [named(KeyCode::Tab) => Action::Focus(1); named(KeyCode::BackTab) => Action::Focus(-1)];
    "y Y", Some("copy"), In::FETCHES.and(In::PAGE), "copy the URL; as a curl command",
        [key('y') => Action::Copy(Copied::Url); key('Y') => Action::Copy(Copied::Curl)];
    "+ -", Some("concurrency"), In::EVERYWHERE.live(), "more and fewer fetches at once",
        [key('+'), key('=') => Action::Concurrency(Change::Up); key('-') => Action::Concurrency(Change::Down)];
    "[ ]", None, In::EVERYWHERE.live(), "fewer and more at once to one host, in a crawl",
        [key('[') => Action::PerHost(Change::Down); key(']') => Action::PerHost(Change::Up)];
    "{ }", None, In::EVERYWHERE.live(), "a lower and a higher rate of requests; high enough, there is none",
        [key('{') => Action::Rate(Change::Down); key('}') => Action::Rate(Change::Up)];
    "x", Some("cancel"), In::of(&[Pane::InFlight]).and(In::PAGE).live(), "let go of the selected request",
        [key('x') => Action::Cancel];
    "r", Some("retry"), In::ROWS.and(In::PAGE).live(), "fetch the selected one again: in flight, waiting or done",
        [key('r') => Action::Retry];
    "R", Some("retry failed"), In::EVERYWHERE.live(), "fetch again all that failed in a way that may pass",
        [key('R') => Action::RetryFailed];
    "z", Some("zoom"), In::PANES, "give the pane all the room, or take it back",
        [key('z') => Action::Zoom];
    "1-5", Some("views"), In::EVERYWHERE, "all panes; in flight, done, hosts, events with all the room",
        [key('1') => Action::Overview;
         key('2') => Action::Show(Pane::InFlight);
         key('3') => Action::Show(Pane::Done);
         key('4') => Action::Show(Pane::Hosts);
         key('5') => Action::Show(Pane::Events)];
    "j k", None, In::EVERYWHERE, "down and up; arrows too",
        [key('j'), named(KeyCode::Down) => Action::Step(Step::By(1));
         key('k'), named(KeyCode::Up) => Action::Step(Step::By(-1))];
    "G", None, In::LOG, "to the end; the event log follows again",
        [key('G'), named(KeyCode::End) => Action::Step(Step::Last)];
    "g G", None, In::EVERYWHERE, "to the beginning and to the end",
        [key('g'), named(KeyCode::Home) => Action::Step(Step::First);
         key('G'), named(KeyCode::End) => Action::Step(Step::Last)];
    "^D ^U", None, In::EVERYWHERE, "half a page down and up; PgDn and PgUp a whole one",
        [ctrl('d') => Action::HalfPage(1);
         ctrl('u') => Action::HalfPage(-1);
         named(KeyCode::PageDown) => Action::Page(1);
         named(KeyCode::PageUp) => Action::Page(-1)];
    "t ^L", None, In::EVERYWHERE, "the next theme; draw everything anew",
        [key('t') => Action::Theme; ctrl('l') => Action::Redraw];
    "^Z", None, In::EVERYWHERE, "suspend; fg comes back",
        [ctrl('z') => Action::Suspend];
    "^C", None, In::EVERYWHERE.live(), "stop: what is in flight has 2s; a second ends at once",
        [ctrl('c') => Action::Interrupt];
    "^C", None, In::EVERYWHERE.replay(), "leave",
        [ctrl('c') => Action::Interrupt];
    "esc", None, In::PANES, "back: closes, clears what is looked for, lets go of what is selected",
        [named(KeyCode::Esc) => Action::Back];
};

/// Keys that say how the rows of a pane stand, and which: the frame of the pane that has the focus names them, as many as
/// have room, with their words.
pub const FRAMED: &[(Action, &str)] = &[
    (Action::Find, "find"),
    (Action::Sort(1), "sort"),
    (Action::Invert, "invert"),
    (Action::Verbosity, "phases"),
    (Action::Wrap, "wrap"),
];

/// The lines of the table that matter there.
pub fn bindings(place: Places) -> impl Iterator<Item = &'static Binding> {
    KEYS.iter().filter(move |binding| binding.places.hold(place))
}

/// What `event` asks for there, if anything.
pub fn action(event: &KeyEvent, place: Places) -> Option<Action> {
    // Letters tell upper from lower case themselves; some terminals send the shift along, some do not.
    let act = |pressed| KEYS.iter().find_map(|binding| binding.act(place, pressed));
    act((event.code, event.modifiers)).or_else(|| act((event.code, event.modifiers - KeyModifiers::SHIFT)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_line_of_the_table_takes_all_the_keys_of_one_below_it() {
        for place in places::all() {
            for binding in bindings(place) {
                let reached =
                    binding.acts.iter().flat_map(|(codes, action)| codes.iter().map(move |code| (code, action)));
                let mut reached =
                    reached.filter(|&(&(code, held), &act)| action(&KeyEvent::new(code, held), place) == Some(act));
                assert!(reached.next().is_some(), "{}: {}", binding.keys, binding.meaning);
            }
        }
    }

    #[test]
    fn a_key_does_something_only_where_it_matters() {
        let press = |pane| action(&KeyEvent::new(KeyCode::Char('v'), NONE), Places::watching(pane));
        assert_eq!(press(Pane::Events), Some(Action::Verbosity));
        assert_eq!(press(Pane::Done), None);
        assert!(bindings(Places::watching(Pane::Events)).any(|binding| binding.does(Action::Verbosity)));
        assert!(!bindings(Places::watching(Pane::Timing)).any(|binding| binding.does(Action::Verbosity)));
    }

    #[test]
    fn letters_work_with_and_without_the_shift_that_terminals_send() {
        let place = Places::watching(Pane::InFlight);
        for modifiers in [NONE, KeyModifiers::SHIFT] {
            let event = KeyEvent::new(KeyCode::Char('G'), modifiers);
            assert_eq!(action(&event, place), Some(Action::Step(Step::Last)));
        }
        assert_eq!(action(&KeyEvent::new(KeyCode::Char('q'), CTRL), place), None);
    }
}
