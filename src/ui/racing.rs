//! The loop of a race that is watched: what happens, keys in, pictures out. Whatever the terminal does, the race is not
//! held up.

use super::app::{Settings, next, next_at_once};
use super::keys::{Action, action};
use super::lanes::{RaceScene, draw_race};
use super::terminal::Screen;
use crate::control::EndReason;
use crate::emit::Emitter;
use crate::signals::{Ending, Signal, Signals, suspend};
use crate::starter::Starter;
use crossterm::event::{Event as Input, EventStream, KeyEventKind};
use std::io;
use std::time::Duration;
use tokio::time::{Interval, MissedTickBehavior, interval};

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
    screen: Screen,
    keys: Option<EventStream>,
    tick: Interval,
    help: bool,
    /// Something changed since the last picture.
    dirty: bool,
    /// The terminal went away: nothing is read from it or drawn.
    gone: bool,
    over: bool,
}

impl RaceBoard {
    /// Until the user leaves, or the race is told to end and has.
    ///
    /// # Errors
    /// Where the terminal can't be set up.
    pub async fn watch(self) -> io::Result<(Starter, Ending)> {
        let screen = Screen::enter()?;
        let mut tick = interval(Duration::from_secs(1) / self.settings.fps.max(1));
        tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let keys = Some(EventStream::new());
        let mut live = Live { board: self, screen, keys, tick, help: false, dirty: true, gone: false, over: false };
        live.run().await;
        let Live { mut board, screen, keys, .. } = live;
        drop(keys);
        board.ending.unheard = !screen.leave();
        Ok((board.starter, board.ending))
    }
}

impl Live {
    async fn run(&mut self) {
        while !self.over {
            let moving = self.dirty || !self.board.starter.is_over();
            tokio::select! {
                biased;
                signal = self.board.signals.next() => self.obey(signal),
                input = next(&mut self.keys) => self.answer(input).await,
                () = self.board.ending.overdue() => self.over = true,
                () = self.board.starter.turn() => self.look(),
                _ = self.tick.tick(), if moving => self.draw(),
            }
        }
    }

    /// Something happened in the race.
    fn look(&mut self) {
        self.dirty = true;
        let RaceBoard { starter, ending, settings, .. } = &mut self.board;
        ending.heed(starter.fault());
        let leave = settings.exit_on_end || ending.overdue.is_some();
        self.over |= leave && starter.is_over();
    }

    fn obey(&mut self, signal: Signal) {
        match signal {
            Signal::Suspend => self.suspend(),
            Signal::Continue => self.resume(),
            signal => {
                if signal == Signal::Hangup {
                    // The terminal is gone: reading from it would spin.
                    self.keys = None;
                }
                self.end_by(signal);
            }
        }
    }

    fn end_by(&mut self, signal: Signal) {
        self.board.ending.ask(signal);
        self.over |= self.board.starter.is_over();
    }

    /// The terminal went away, whether or not a signal tells of it: the race ends as by that signal.
    fn lose(&mut self) {
        self.keys = None;
        self.gone = true;
        self.end_by(Signal::Hangup);
    }

    fn suspend(&mut self) {
        self.keys = None;
        self.screen.leave();
        self.board.starter.suspend();
        suspend(&self.board.emitter);
        self.resume();
    }

    fn resume(&mut self) {
        self.keys = None;
        self.board.starter.resume();
        if self.screen.resume().is_err() {
            return self.lose();
        }
        self.keys = Some(EventStream::new());
        self.draw();
    }

    /// One key or resize, and all that came with it, then a picture at once.
    async fn answer(&mut self, input: Option<io::Result<Input>>) {
        let mut next_input = Some(input);
        while let Some(input) = next_input.take() {
            match input {
                Some(Ok(input)) => self.take(&input),
                Some(Err(_)) | None => self.lose(),
            }
            next_input = next_at_once(&mut self.keys).await;
        }
        self.dirty = true;
        self.draw();
    }

    fn take(&mut self, input: &Input) {
        match input {
            Input::Key(key) if key.kind == KeyEventKind::Press => match action(key) {
                Some(Action::Quit) => self.quit(),
                Some(Action::Interrupt) => self.end_by(Signal::Interrupt),
                Some(Action::Suspend) => self.suspend(),
                Some(Action::Redraw) => self.screen.repaint(),
                Some(Action::Help) => self.help = !self.help,
                Some(Action::Back) => self.help = false,
                _ => {}
            },
            Input::Resize(..) => self.screen.repaint(),
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
        if !self.screen.is_ready() || self.screen.is_gone() || self.gone {
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
        match self.screen.show(|buffer| draw_race(buffer, &scene)) {
            Ok(()) => self.dirty = false,
            Err(_) => self.lose(),
        }
    }
}
