//! Why a key does nothing in the pane where it is pressed. Knows no key that does.

use super::{Action, In, KEYS, Places};
use crate::ui::view::Pane;
use crossterm::event::{KeyEvent, KeyModifiers};

/// Why `event` does nothing there, where it does something else.
pub fn elsewhere(event: &KeyEvent, place: Places) -> Option<&'static str> {
    let pressed = [event.modifiers, event.modifiers - KeyModifiers::SHIFT].map(|held| (event.code, held));
    let mut others = KEYS.iter().filter(|binding| binding.places.is_watched_as(place));
    let binding = others.find(|binding| pressed.iter().any(|&code| binding.act(binding.places, code).is_some()))?;
    let words = [
        (In::watching(Pane::Done), "that key is about a request: tab leads to where one can be selected"),
        (In::watching(Pane::InFlight), "that key is about a request in flight: tab leads to them"),
        (In::watching(Pane::Events), "that key is about the event log: 5 shows it"),
    ];
    if place.is_page() {
        return Some("that key is for the panes: esc closes the page");
    }
    let is_table = binding.does(Action::Sort(1)) || binding.does(Action::Sort(-1)) || binding.does(Action::Invert);
    let mut there = words.iter().filter(|(other, _)| binding.places.has_panes_of(*other));
    if is_table { Some("that key sorts a table: tab leads to one") } else { there.next().map(|&(_, words)| words) }
}
