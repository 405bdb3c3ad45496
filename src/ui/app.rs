//! The loop of the dashboard: events in, keys in, pictures out. Whatever the terminal does, the run is not held up.

use super::budget::Pace;
use super::clipboard;
use super::console::Console;
use super::detail::{Page, found};
use super::help::Help;
use super::input::Input as Line;
use super::keys::{Action, Places, action};
use super::knobs::{Knobs, Selected};
use super::layout::Layout;
use super::meant::meant;
use super::note::{Copied, Note};
use super::picture::{draw, parts};
use super::rows::{self, Flying};
use super::scene::Scene;
use super::slow::Slow;
use super::terminal::screen;
use super::theme::Theme;
use super::view::{Notice, Pane, Step, View};
use crate::clock::At;
use crate::control::{Control, EndReason};
use crate::emit::{Emitter, Events};
use crate::hub::Hub;
use crate::signals::{Ending, Signal, Signals, suspend};
use crate::text::Charset;
use crate::usage::SAMPLES;
use crossterm::event::{Event as Input, KeyCode, KeyEvent, KeyEventKind, KeyModifiers};
use std::io;
use std::time::Duration;
use tokio::sync::mpsc::UnboundedSender;
use tokio::time::{MissedTickBehavior, interval};

/// How long an answer of the terminal takes to come.
const ANSWER: Duration = Duration::from_millis(50);

/// How the dashboard is to behave.
#[derive(Clone, Debug)]
pub struct Settings {
    pub pace: Pace,
    /// Leave when the run ends.
    pub exit_on_end: bool,
    pub theme: Theme,
    pub charset: Charset,
    /// From when on a request is slow.
    pub slow: Slow,
    /// The terminal passes text to a clipboard.
    pub clipboard: bool,
    /// Panic while drawing, or while absorbing, for the tests of what a panic does.
    pub panic: Option<&'static str>,
}

/// The dashboard of a run.
pub struct Dashboard {
    pub hub: Hub,
    pub events: Events,
    pub emitter: Emitter,
    pub signals: Signals,
    pub ending: Ending,
    pub controls: UnboundedSender<Control>,
    pub settings: Settings,
}

/// The dashboard while it is up.
struct Live {
    dash: Dashboard,
    view: View,
    console: Console,
    knobs: Knobs,
    over: bool,
    /// Since when what comes is no key: the terminal tells something of itself.
    told: Option<At>,
}

impl Dashboard {
    /// Until the user leaves, or the run is told to end and has.
    ///
    /// # Errors
    /// Where the terminal can't be set up.
    pub async fn watch(self) -> io::Result<(Hub, Ending)> {
        let console = Console::enter(self.settings.pace)?;
        let view = View { slow: self.settings.slow, ..View::default() };
        let mut live = Live { dash: self, view, console, knobs: Knobs::default(), over: false, told: None };
        live.run().await;
        let Live { mut dash, console, .. } = live;
        dash.ending.unheard = !console.leave();
        Ok((dash.hub, dash.ending))
    }
}

impl Live {
    async fn run(&mut self) {
        let mut batch = Vec::new();
        let (mut samples, mut sampled) = (interval(SAMPLES), self.dash.hub.is_recording());
        samples.set_missed_tick_behavior(MissedTickBehavior::Delay);
        while !self.over {
            sampled &= self.dash.hub.state.run.ended.is_none();
            let moving = self.console.is_there() && (self.console.dirty || self.is_moving());
            let due = self.console.due();
            tokio::select! {
                biased;
                signal = self.dash.signals.next() => self.obey(signal),
                input = self.console.keys.next() => self.answer(input).await,
                () = self.dash.ending.overdue() => self.over = true,
                () = self.dash.events.take(&mut batch) => self.absorb(&mut batch),
                _ = samples.tick(), if sampled => self.dash.emitter.sample(self.dash.emitter.now()),
                () = tokio::time::sleep(due), if moving => self.draw(),
            }
        }
    }

    /// Whether the picture changes by time alone.
    fn is_moving(&self) -> bool {
        self.dash.hub.state.run.ended.is_none() && self.view.frozen.is_none()
    }

    fn absorb(&mut self, batch: &mut Vec<crate::event::Event>) {
        assert!(self.dash.settings.panic != Some("hub"), "a panic on purpose in the hub");
        self.dash.hub.absorb(batch);
        self.console.dirty |= self.view.frozen.is_none();
        self.dash.ending.heed(self.dash.hub.fault());
        let leave = self.dash.settings.exit_on_end || self.dash.ending.overdue.is_some();
        let leave = leave || !self.console.is_there();
        self.over |= leave && self.dash.hub.state.run.ended.is_some();
    }

    fn obey(&mut self, signal: Signal) {
        match signal {
            Signal::Suspend => self.suspend(),
            Signal::Continue => self.resume(),
            Signal::Hangup if self.dash.ending.outlives => self.lose(),
            signal => {
                if signal == Signal::Hangup {
                    self.console.hush();
                }
                self.end_by(signal);
            }
        }
    }

    fn end_by(&mut self, signal: Signal) {
        self.dash.ending.ask(signal);
        self.over |= self.dash.hub.state.run.ended.is_some();
    }

    /// The terminal went away, whether or not a signal tells of it: the run ends as by that signal, or goes on unseen.
    fn lose(&mut self) {
        self.console.lose();
        self.dash.ending.hung_up = true;
        if self.dash.ending.outlives {
            self.over |= self.dash.hub.state.run.ended.is_some();
        } else {
            self.end_by(Signal::Hangup);
        }
    }

    fn suspend(&mut self) {
        self.console.step_aside();
        suspend(&self.dash.emitter);
        self.resume();
    }

    fn resume(&mut self) {
        match self.console.come_back() {
            Ok(()) => {
                self.console.press();
                self.draw();
            }
            Err(_) => self.lose(),
        }
    }

    /// One key or resize, and all that came with it, then a picture at once.
    async fn answer(&mut self, input: Option<io::Result<Input>>) {
        let mut next_input = Some(input);
        while let Some(input) = next_input.take() {
            match input {
                Some(Ok(input)) => self.take(&input),
                Some(Err(_)) | None => self.lose(),
            }
            next_input = self.console.keys.next_at_once().await;
        }
        self.console.press();
        self.draw();
    }

    fn take(&mut self, input: &Input) {
        match input {
            Input::Key(key) if key.kind == KeyEventKind::Press => {
                if self.is_told(key) {
                    return;
                }
                let noted = self.view.note.take().is_some();
                if self.view.typing.is_some() {
                    return self.type_in(key);
                }
                match action(key, Places::of_view(&self.view)) {
                    // It closes what lies on top, and no more.
                    Some(Action::Back) if noted => {}
                    Some(action) => self.act(action),
                    None => {}
                }
            }
            Input::Resize(..) => self.console.repaint(),
            _ => {}
        }
    }

    /// Whether this is of an answer of the terminal (OSC), which begins as alt and a bracket would, and ends with BEL or
    /// ST. It comes at once; its letters would be keys, and one of them would begin a filter.
    fn is_told(&mut self, key: &KeyEvent) -> bool {
        let begins = (key.code, key.modifiers) == (KeyCode::Char(']'), KeyModifiers::ALT);
        let ends = [(KeyCode::Char('g'), KeyModifiers::CONTROL), (KeyCode::Char('\\'), KeyModifiers::ALT)];
        let now = self.dash.emitter.now();
        self.told = if begins { Some(now) } else { self.told.filter(|&since| now - since < ANSWER) };
        let told = self.told.is_some();
        self.told = self.told.filter(|_| !ends.contains(&(key.code, key.modifiers)));
        told
    }

    fn act(&mut self, action: Action) {
        self.view.notice = None;
        let view = &mut self.view;
        match action {
            Action::Quit => self.quit(),
            Action::Interrupt => self.end_by(Signal::Interrupt),
            Action::Suspend => self.suspend(),
            Action::Redraw => self.console.repaint(),
            Action::Help => (view.help, view.help_line) = (!view.help, 0),
            Action::Back => self.back(),
            Action::Detail => self.open(),
            Action::Copy(copied) => self.copy(copied),
            Action::Zoom => view.zoom = !view.zoom,
            Action::Theme => self.dash.settings.theme = self.dash.settings.theme.next(),
            Action::Verbosity => view.verbose = !view.verbose,
            Action::Focus(steps) => self.focus(steps),
            Action::Overview => (view.focus, view.zoom, view.detail) = (Pane::InFlight, false, None),
            Action::Show(pane) => self.show(pane),
            Action::Freeze => view.freeze(&self.dash.hub.state, self.dash.emitter.now()),
            Action::Pause | Action::Concurrency(_) | Action::PerHost(_) | Action::Rate(_) => self.turn(action),
            Action::Cancel | Action::Retry | Action::RetryFailed => self.turn(action),
            Action::Step(step) => self.step(step),
            Action::Page(pages) => self.step(Step::By(pages * self.page())),
            Action::HalfPage(pages) => self.step(Step::By(pages * (self.page() / 2).max(1))),
            Action::Sort(steps) => view.sort(steps),
            Action::Invert => view.invert(),
            Action::Find => view.typing = Some(Line::of(&view.typed)),
        }
    }

    /// A key while a filter is typed: it edits the line, and what it says is looked for at once. What ends the program
    /// or the typing is no letter.
    fn type_in(&mut self, key: &KeyEvent) {
        let Some(line) = &mut self.view.typing else { return };
        match key.code {
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
                let action = action(key, Places::watching(self.view.focus));
                if let Some(action @ (Action::Interrupt | Action::Suspend | Action::Redraw)) = action {
                    self.act(action);
                }
            }
        }
    }

    fn quit(&mut self) {
        if self.dash.hub.state.run.ended.is_some() {
            self.over = true;
        } else {
            self.dash.ending.quit(EndReason::Quit);
        }
    }

    /// The next pane; while the help is up, what it says of that pane.
    fn focus(&mut self, steps: i32) {
        self.view.focus = self.view.focus.next(steps, &self.dash.hub.state);
        if self.view.help {
            self.view.help_line = self.help().words();
        }
    }

    fn show(&mut self, pane: Pane) {
        if pane != Pane::Hosts || !self.dash.hub.state.hosts.is_empty() {
            (self.view.focus, self.view.zoom, self.view.detail) = (pane, true, None);
        }
    }

    fn help(&self) -> Help {
        Help::of(screen(), &self.view, &self.dash.settings.theme)
    }

    /// Closes what lies on top, one thing at a time; never quits.
    fn back(&mut self) {
        let view = &mut self.view;
        if view.help {
            view.help = false;
        } else if view.detail.is_some() {
            view.detail = None;
        } else if !view.typed.is_empty() {
            view.look_for("");
        } else if view.zoom {
            view.zoom = false;
        } else {
            view.let_go();
        }
    }

    /// The page of the fetch that is selected.
    fn open(&mut self) {
        let meant = meant(&self.scene(), usize::try_from(self.page()).unwrap_or(1));
        if meant.is_some() {
            (self.view.detail, self.view.detail_line) = (meant, 0);
        }
    }

    /// To the clipboard, and onto the screen for terminals that have none.
    fn copy(&mut self, copied: Copied) {
        let scene = self.scene();
        let meant = meant(&scene, usize::try_from(self.page()).unwrap_or(1));
        let found = meant.and_then(|id| found(id, &scene));
        let sent = self.dash.settings.clipboard;
        let note = found.map_or(Note::Nothing, |(detail, _)| Note::of(copied, &detail, sent));
        if let Some(bytes) = note.text().filter(|_| sent).and_then(|text| clipboard::sequence(&text)) {
            self.console.send_along(bytes);
        }
        self.view.note = Some(note);
    }

    /// A key that changes the run, or says why it does not.
    fn turn(&mut self, action: Action) {
        let (state, now) = (&self.dash.hub.state, self.dash.emitter.now());
        let mut knobs = self.knobs;
        let asked = knobs.turn(action, state, &self.selected(), now);
        self.knobs = knobs;
        match asked {
            Some(Ok(control)) => self.tell(control),
            Some(Err(words)) => self.view.notice = Some(Notice { words, since: self.dash.hub.state.run.clock(now) }),
            None => {}
        }
    }

    /// What the selected row of the focused pane stands for, as it is now.
    fn selected(&self) -> Selected<'_> {
        let (state, id) = (&self.dash.hub.state, self.view.selected());
        let Some(id) = id else { return Selected::Nothing };
        if self.view.focus == Pane::Done {
            let row = state.done.iter().find(|row| row.id == id);
            return row.map_or(Selected::Nothing, |row| Selected::Done(row.id, &row.fetched));
        }
        // Where it has gone, another one is in its place.
        let height = usize::try_from(self.page()).unwrap_or(1);
        let listing = rows::flying(state, &self.view, state.run.clock(self.dash.emitter.now()), height);
        let place = listing.place(id);
        let row = place.and_then(|place| listing.ordered.window(place, 1).first().copied());
        match row {
            None => Selected::Nothing,
            Some(Flying { request, left: Some(left) }) => Selected::Done(request.id, &left.fetched),
            Some(Flying { request, left: None }) => Selected::Request(request),
        }
    }

    fn tell(&self, control: Control) {
        // A run that has ended listens no more, and need not.
        let _ = self.dash.controls.send(control);
    }

    fn step(&mut self, step: Step) {
        if self.view.help {
            self.view.help_line = self.help().step(self.view.help_line, step);
            return;
        }
        if let Some(id) = self.view.detail {
            self.view.detail_line = Page::of(screen(), id, &self.scene()).step(self.view.detail_line, step);
            return;
        }
        let shown = u64::try_from(self.page()).unwrap_or(1);
        let now = self.dash.emitter.now();
        match self.view.frozen.take() {
            Some(frozen) => {
                self.view.step(&frozen.state, frozen.state.run.clock(frozen.now), step, shown);
                self.view.frozen = Some(frozen);
            }
            None => {
                let state = &self.dash.hub.state;
                self.view.step(state, state.run.clock(now), step, shown);
            }
        }
    }

    /// Rows of the help where it is up, else of the focused pane.
    fn page(&self) -> i32 {
        if self.view.help {
            return i32::try_from(self.help().rows()).unwrap_or(i32::MAX).max(1);
        }
        if let Some(id) = self.view.detail {
            let rows = Page::of(screen(), id, &self.scene()).rows();
            return i32::try_from(rows).unwrap_or(i32::MAX).max(1);
        }
        let layout = Layout::of(screen(), &self.view, self.dash.hub.state.hosts.len());
        let pane = layout.panes.iter().find(|(pane, _)| *pane == self.view.focus);
        let frame = if matches!(self.view.focus, Pane::InFlight | Pane::Hosts | Pane::Done) { 3 } else { 2 };
        pane.map_or(1, |(_, area)| i32::from(area.height) - frame).max(1)
    }

    fn draw(&mut self) {
        if !self.console.is_ready() {
            return;
        }
        assert!(self.dash.settings.panic != Some("ui"), "a panic on purpose in the ui");
        let scene = scene(&self.dash, &self.view);
        if self.console.show(parts(screen(), &scene), |buffer| draw(buffer, &scene)).is_err() {
            self.lose();
        }
    }

    fn scene(&self) -> Scene<'_> {
        scene(&self.dash, &self.view)
    }
}

/// What is to be seen now, or was when the picture was frozen.
fn scene<'a>(dash: &'a Dashboard, view: &'a View) -> Scene<'a> {
    let settings = &dash.settings;
    let live = (&dash.hub.state, dash.emitter.now());
    let (state, now): (_, At) = view.frozen.as_ref().map_or(live, |frozen| (&frozen.state, frozen.now));
    Scene { state, view, now: state.run.clock(now), theme: &settings.theme, charset: settings.charset }
}
