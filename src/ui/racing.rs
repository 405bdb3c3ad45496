//! The loop of a race that is watched: what happens, keys in, pictures out. Whatever the terminal does, the race is not
//! held up.

use super::app::Settings;
use super::console::Console;
use super::keys::{Action, Places, action};
use super::lanes::{RaceScene, draw_race};
use super::parts::Parts;
use super::terminal::screen;
use super::view::Pane;
use crate::control::EndReason;
use crate::emit::Emitter;
use crate::signals::{Ending, Signal, Signals, suspend};
use crate::starter::Starter;
use crossterm::event::{Event as Input, KeyEventKind};
use std::io;

/// The dashboard of a race.
pub struct RaceBoard {
    pub starter: Starter,
    /// Whose clock is that of the race.
    pub emitter: Emitter,
    pub signals: Signals,
    pub ending: Ending,
    pub settings: Settings,
}

/// The dashboard while it is up.
struct Live {
    board: RaceBoard,
    console: Console,
    help: bool,
    over: bool,
}

impl RaceBoard {
    /// Until the user leaves, or the race is told to end and has.
    ///
    /// # Errors
    /// Where the terminal can't be set up.
    pub async fn watch(self) -> io::Result<(Starter, Ending)> {
        let console = Console::enter(self.settings.pace)?;
        let mut live = Live { board: self, console, help: false, over: false };
        live.run().await;
        let Live { mut board, console, .. } = live;
        board.ending.unheard = !console.leave();
        Ok((board.starter, board.ending))
    }
}

impl Live {
    async fn run(&mut self) {
        while !self.over {
            let moving = self.console.is_there() && (self.console.dirty || !self.board.starter.is_over());
            let due = self.console.due();
            tokio::select! {
                biased;
                signal = self.board.signals.next() => self.obey(signal),
                input = self.console.keys.next() => self.answer(input).await,
                () = self.board.ending.overdue() => self.over = true,
                () = self.board.starter.turn() => self.look(),
                () = tokio::time::sleep(due), if moving => self.draw(),
            }
        }
    }

    /// Something happened in the race.
    fn look(&mut self) {
        self.console.dirty = true;
        let RaceBoard { starter, ending, settings, .. } = &mut self.board;
        ending.heed(starter.fault());
        let leave = settings.exit_on_end || ending.overdue.is_some() || !self.console.is_there();
        self.over |= leave && starter.is_over();
    }

    fn obey(&mut self, signal: Signal) {
        match signal {
            Signal::Suspend => self.suspend(),
            Signal::Continue => self.resume(),
            Signal::Hangup if self.board.ending.outlives => self.lose(),
            signal => {
                if signal == Signal::Hangup {
                    self.console.hush();
                }
                self.end_by(signal);
            }
        }
    }

    fn end_by(&mut self, signal: Signal) {
        self.board.ending.ask(signal);
        self.over |= self.board.starter.is_over();
    }

    /// The terminal went away, whether or not a signal tells of it: the race ends as by that signal, or goes on unseen.
    fn lose(&mut self) {
        self.console.lose();
        self.board.ending.hung_up = true;
        if self.board.ending.outlives {
            self.over |= self.board.starter.is_over();
        } else {
            self.end_by(Signal::Hangup);
        }
    }

    fn suspend(&mut self) {
        self.console.step_aside();
        self.board.starter.suspend();
        suspend(&self.board.emitter);
        self.resume();
    }

    fn resume(&mut self) {
        self.board.starter.resume();
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
            Input::Key(key) if key.kind == KeyEventKind::Press => match action(key, Places::watching(Pane::InFlight)) {
                Some(Action::Quit) => self.quit(),
                Some(Action::Interrupt) => self.end_by(Signal::Interrupt),
                Some(Action::Suspend) => self.suspend(),
                Some(Action::Redraw) => self.console.repaint(),
                Some(Action::Help) => self.help = !self.help,
                Some(Action::Back) => self.help = false,
                Some(Action::Theme) => self.board.settings.theme = self.board.settings.theme.next(),
                _ => {}
            },
            Input::Resize(..) => self.console.repaint(),
            _ => {}
        }
    }

    fn quit(&mut self) {
        if self.board.starter.is_over() {
            self.over = true;
        } else {
            self.board.ending.quit(EndReason::Quit);
        }
    }

    fn draw(&mut self) {
        if !self.console.is_ready() {
            return;
        }
        let settings = &self.board.settings;
        let scene = RaceScene {
            race: &self.board.starter.race,
            now: self.board.emitter.now(),
            theme: &settings.theme,
            charset: settings.charset,
            help: self.help,
        };
        let parts = Parts { cover: u64::from(scene.help), ..Parts::whole(screen()) };
        if self.console.show(parts, |buffer| draw_race(buffer, &scene)).is_err() {
            self.lose();
        }
    }
}
