//! How a run is looked at, whether it goes on now or is played again: the view, and the keys that change it alone. Knows
//! no run and no recording.

use super::app::Settings;
use super::budget::Pace;
use super::clipboard;
use super::detail::{Page, found};
use super::footer;
use super::help::Help;
use super::hosts;
use super::input::Input;
use super::keys::{Action, Places, action, elsewhere};
use super::layout::Layout;
use super::meant::meant;
use super::note::{Copied, Note};
use super::parts::Parts;
use super::picture::{draw, parts};
use super::scene::Scene;
use super::stage::Asked;
use super::terminal::screen;
use super::view::{AT_ONCE, Meanwhile, Notice, Pane, Step, View};
use crate::clock::At;
use crate::event::EventKind;
use crate::state::State;
use crossterm::event::{KeyCode, KeyEvent};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// Why there are no hosts to be seen.
const NO_HOST: &str = "no host is known yet";

pub(super) struct Looking {
    pub view: View,
    pub settings: Settings,
}

impl Looking {
    pub fn new(settings: Settings) -> Looking {
        let coarse = settings.pace == Pace::Remote;
        // Two bars a column are twice as many changes.
        let dots = settings.theme.is_rich() && !coarse;
        Looking { view: View { slow: settings.slow, coarse, dots, ..View::default() }, settings }
    }

    /// Carries out what a key asks for where that changes the view; what asks for anything else is given back. `now`: the
    /// moment that is shown.
    pub fn press(&mut self, key: &KeyEvent, state: &State, now: At) -> Option<Action> {
        let noted = self.view.note.take().is_some();
        if self.view.typing.is_some() {
            return self.type_in(key, state, now);
        }
        let place = Places::of_view(&self.view);
        let Some(action) = action(key, place) else {
            self.view.notice = elsewhere(key, place).map(|words| Notice { words, is_trouble: true });
            return None;
        };
        // Where there is a note, to go back closes that, and no more.
        if noted && action == Action::Back { None } else { self.act(action, state, now) }
    }

    /// A key while a filter is typed: it edits the line, and what it says is looked for at once. What ends the program
    /// or the typing is no letter, and no function key is: one that does something closes the line before.
    fn type_in(&mut self, key: &KeyEvent, state: &State, now: At) -> Option<Action> {
        let line = self.view.typing.as_mut()?;
        match key.code {
            // What is not understood would be looked for no more than it is told once the line is closed.
            KeyCode::Enter if self.view.filter.trouble().is_some() => {}
            KeyCode::Enter => self.view.typing = None,
            KeyCode::Esc => {
                self.view.typing = None;
                self.view.look_for("");
            }
            _ if line.take(key) => {
                let typed = line.text().to_owned();
                self.view.look_for(&typed);
            }
            _ => {
                let action = action(key, Places::of_view(&self.view))?;
                if matches!(key.code, KeyCode::F(_)) {
                    self.view.typing = None;
                    return self.act(action, state, now);
                }
                return Some(action).filter(|it| matches!(it, Action::Interrupt | Action::Suspend | Action::Redraw));
            }
        }
        None
    }

    fn act(&mut self, action: Action, state: &State, now: At) -> Option<Action> {
        let view = &mut self.view;
        // What the key before had to say is said.
        view.notice = None;
        // What lies under the help is not seen: a key that is about it closes the help, and does no more.
        if view.help && action.is_of_a_pane() {
            view.help = false;
            return None;
        }
        match action {
            Action::Help => (view.help, view.help_line) = (!view.help, 0),
            Action::Back => self.back(),
            Action::Zoom => view.zoom = !view.zoom,
            Action::Theme => {
                self.settings.theme = self.settings.theme.next();
                view.notice = Some(Notice { words: self.settings.theme.name.words(), is_trouble: false });
            }
            Action::Verbosity => view.verbose = !view.verbose,
            Action::Focus(steps) => self.focus(steps, state),
            Action::Detail => self.open(state, now),
            Action::OfHost => self.look_into(state, now),
            Action::Overview => {
                (view.focus, view.zoom, view.detail, view.before_host) = (Pane::InFlight, false, None, None);
            }
            Action::Wrap => view.wrap = !view.wrap,
            Action::Show(pane) => self.show(pane, state),
            Action::Step(step) => self.step(step, state, now),
            Action::Page(pages) => self.step(Step::By(pages * self.page(state, now)), state, now),
            Action::HalfPage(pages) => self.step(Step::By(pages * (self.page(state, now) / 2).max(1)), state, now),
            Action::Sort(steps) => view.sort(steps, state.run.crawl),
            Action::Invert => view.invert(),
            Action::Find => self.find(),
            other => return Some(other),
        }
        None
    }

    /// The next pane; while the help is up, what it says of that pane.
    fn focus(&mut self, steps: i32, state: &State) {
        self.view.focus = self.view.focus.next(steps, state);
        self.view.before_host = None;
        if self.view.help {
            self.view.help_line = self.help().words();
        }
    }

    fn show(&mut self, pane: Pane, state: &State) {
        if pane == Pane::Hosts && state.hosts.is_empty() {
            self.view.notice = Some(Notice { words: NO_HOST, is_trouble: true });
        } else {
            (self.view.focus, self.view.zoom, self.view.detail) = (pane, true, None);
            self.view.before_host = None;
        }
    }

    /// A filter is typed, in sight of a table that it is for.
    fn find(&mut self) {
        let view = &mut self.view;
        (view.help, view.detail) = (false, None);
        if matches!(view.focus, Pane::Timing | Pane::Charts) {
            view.focus = Pane::InFlight;
        }
        view.typing = Some(Input::of(&view.typed));
    }

    fn help(&self) -> Help {
        Help::of(screen(), &self.view, &self.settings.theme, self.settings.charset)
    }

    /// Closes what lies on top, one thing at a time; never quits.
    fn back(&mut self) {
        let view = &mut self.view;
        if view.help {
            view.help = false;
        } else if view.detail.is_some() {
            view.detail = None;
        } else if !view.typed.is_empty() {
            view.look_back();
        } else if view.zoom {
            view.zoom = false;
        } else {
            view.let_go();
        }
    }

    fn step(&mut self, step: Step, state: &State, now: At) {
        if self.view.help {
            self.view.help_line = self.help().step(self.view.help_line, step);
            return;
        }
        if let Some(id) = self.view.detail {
            let page = Page::of(screen(), id, &self.scene(state, now));
            self.view.detail_line = page.step(self.view.detail_line, step);
            return;
        }
        let shown = u64::try_from(self.page(state, now)).unwrap_or(1);
        match self.view.frozen.take() {
            Some(frozen) => {
                self.view.step(&frozen.state, frozen.state.run.clock(frozen.now), step, shown);
                self.view.frozen = Some(frozen);
            }
            None => self.view.step(state, state.run.clock(now), step, shown),
        }
    }

    /// Rows of the help where it is up, else of the focused pane.
    pub fn page(&self, state: &State, now: At) -> i32 {
        if self.view.help {
            return i32::try_from(self.help().rows()).unwrap_or(i32::MAX).max(1);
        }
        if let Some(id) = self.view.detail {
            let rows = Page::of(screen(), id, &self.scene(state, now)).rows();
            return i32::try_from(rows).unwrap_or(i32::MAX).max(1);
        }
        let layout = Layout::of(screen(), &self.view, state);
        let pane = layout.panes.iter().find(|(pane, _)| *pane == self.view.focus);
        let frame = if matches!(self.view.focus, Pane::InFlight | Pane::Hosts | Pane::Done) { 3 } else { 2 };
        pane.map_or(1, |(_, area)| i32::from(area.height) - frame).max(1)
    }

    /// The page of the fetch that is selected.
    fn open(&mut self, state: &State, now: At) {
        let rows = usize::try_from(self.page(state, now)).unwrap_or(1);
        let meant = meant(&self.scene(state, now), rows);
        match meant {
            Some(_) => (self.view.detail, self.view.detail_line) = (meant, 0),
            None => self.view.notice = Some(Notice { words: "no fetch here to open", is_trouble: true }),
        }
    }

    /// The last result is selected among what is done; a page that is open is its own.
    pub fn select_last(&mut self, state: &State) {
        let finished = |kind: &EventKind| if let EventKind::Finished { id, .. } = kind { Some(*id) } else { None };
        let Some(id) = state.log.before(u64::MAX, true).find_map(|line| finished(&line.event.kind)) else { return };
        let view = &mut self.view;
        (view.focus, view.result, view.lines[1], view.help) = (Pane::Done, Some(id), 0, false);
        if view.detail.is_some() {
            (view.detail, view.detail_line) = (Some(id), 0);
        }
    }

    fn look_into(&mut self, state: &State, now: At) {
        let Scene { state, .. } = self.scene(state, now);
        let host = hosts::selected(state, &self.view).cloned();
        if let Some(Err(words)) = host.map(|host| self.view.look_into(&host)) {
            self.view.notice = Some(Notice { words, is_trouble: true });
        }
    }

    /// To the clipboard, and onto the screen for terminals that have none.
    pub fn copy(&mut self, copied: Copied, state: &State, now: At) -> Asked {
        let scene = self.scene(state, now);
        let meant = meant(&scene, usize::try_from(self.page(state, now)).unwrap_or(1));
        let found = meant.and_then(|id| found(id, &scene));
        let sent = self.settings.clipboard;
        let note = found.map_or(Note::Nothing, |(detail, _)| Note::of(copied, &detail, &scene.state.run.way, sent));
        let bytes = note.text().filter(|_| sent).and_then(|text| clipboard::sequence(&text));
        self.view.note = Some(note);
        bytes.map_or(Asked::Nothing, Asked::Send)
    }

    /// What is told of the run while its picture is held still is what is true now. Whether something is told that will
    /// leave by itself.
    pub fn prepare(&mut self, state: &State, now: At) -> bool {
        if let Some(frozen) = &mut self.view.frozen {
            frozen.meanwhile = Meanwhile::of(state, now);
        }
        footer::is_told(&self.scene(state, now))
    }

    /// What is to be seen at a moment, or was when the picture was frozen.
    fn scene<'a>(&'a self, state: &'a State, now: At) -> Scene<'a> {
        let (view, settings) = (&self.view, &self.settings);
        let (state, now) = view.frozen.as_ref().map_or((state, now), |frozen| (&frozen.state, frozen.now));
        Scene { state, view, now: state.run.clock(now), theme: &settings.theme, charset: settings.charset }
    }

    pub fn draw(&self, buffer: &mut Buffer, state: &State, now: At) {
        self.view.sparing(AT_ONCE, state, || draw(buffer, &self.scene(state, now)));
    }

    pub fn parts(&self, screen: Rect, state: &State, now: At) -> Parts {
        parts(screen, &self.scene(state, now))
    }
}
