//! The loop of whatever is watched: signals and keys first, then what happens, then a picture. Whatever the terminal
//! does, what is watched is not held up. Knows neither what that is nor what is drawn of it.

use super::answer::Answer;
use super::budget::Pace;
use super::console::Console;
use super::keys::Action;
use super::parts::Parts;
use super::terminal::screen;
use crate::clock::At;
use crate::control::EndReason;
use crate::outbox::Fault;
use crate::signals::{Ending, Signal, Signals};
use crossterm::event::{Event as Input, KeyEvent, KeyEventKind};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use std::io;

/// What is watched.
pub(super) trait Show {
    /// Waits until something happens, and takes it up. It may be asked again before it has come to its end.
    async fn turn(&mut self);

    /// Whether it has come to its end.
    fn is_over(&self) -> bool;

    /// Whether nothing has to be ended first where it is left now.
    fn can_be_left(&self) -> bool {
        self.is_over()
    }

    /// Whether it can't go on, whatever the user wants.
    fn is_broken(&self) -> bool {
        false
    }

    /// Whether the picture changes by time alone.
    fn is_moving(&self) -> bool;

    /// Whether the picture changes by what happens.
    fn is_shown(&self) -> bool {
        true
    }

    /// Whether the last picture leaves out what there was no time for: the next one is wanted as if something had happened.
    fn owes(&self) -> bool {
        false
    }

    /// Whether what has just happened is what a key asked for: it is seen as soon as any answer to a key. Told once.
    fn answers(&mut self) -> bool {
        false
    }

    /// The first output that can't be written any more.
    fn fault(&self) -> Option<(&str, Fault)>;

    /// The moment of whatever clock goes on meanwhile.
    fn now(&self) -> At;

    fn press(&mut self, key: &KeyEvent) -> Asked;

    /// What is drawn next is what is true now.
    fn prepare(&mut self) {}

    fn draw(&self, buffer: &mut Buffer);

    /// What the picture is made of.
    fn parts(&self, screen: Rect) -> Parts;

    /// Stops this process until it is continued.
    fn suspend(&mut self);

    /// The process was continued.
    fn resume(&mut self) {}
}

/// What a key asks of the stage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Asked {
    Nothing,
    /// It was asked of what is watched: [`Show::answers`] tells when it has answered.
    Wish,
    Quit,
    Interrupt,
    Suspend,
    Redraw,
    /// These bytes go to the terminal with the next picture.
    Send(Vec<u8>),
}

impl Asked {
    /// What a key asks of the stage, whatever is watched.
    pub fn by(action: Action) -> Asked {
        match action {
            Action::Quit => Asked::Quit,
            Action::Interrupt => Asked::Interrupt,
            Action::Suspend => Asked::Suspend,
            Action::Redraw => Asked::Redraw,
            _ => Asked::Nothing,
        }
    }
}

pub(super) struct Stage<S> {
    pub show: S,
    console: Console,
    signals: Signals,
    ending: Ending,
    answer: Answer,
    exit_on_end: bool,
    over: bool,
}

impl<S: Show> Stage<S> {
    /// Takes the terminal.
    ///
    /// # Errors
    /// Where the terminal can't be set up.
    pub fn enter(show: S, signals: Signals, ending: Ending, pace: Pace, exit_on_end: bool) -> io::Result<Stage<S>> {
        let console = Console::enter(pace)?;
        Ok(Stage { show, console, signals, ending, answer: Answer::default(), exit_on_end, over: false })
    }

    /// Until the user leaves, or it is told to end and has.
    pub async fn watch(mut self) -> (S, Ending) {
        while !self.over {
            let moving = self.console.is_there() && (self.console.dirty || self.show.is_moving());
            let due = self.console.due();
            tokio::select! {
                biased;
                signal = self.signals.next() => self.obey(signal),
                input = self.console.keys.next() => self.answer(input).await,
                () = self.ending.overdue() => self.over = true,
                () = self.show.turn() => self.look(),
                () = tokio::time::sleep(due), if moving => self.draw(),
            }
        }
        let Stage { show, console, mut ending, .. } = self;
        ending.unheard = !console.leave();
        (show, ending)
    }

    /// Something has happened.
    fn look(&mut self) {
        self.console.dirty |= self.show.is_shown();
        if self.show.answers() {
            self.console.press();
        }
        self.ending.heed(self.show.fault());
        let leave = self.exit_on_end || self.ending.overdue.is_some() || !self.console.is_there();
        self.over |= leave && self.show.is_over() || self.show.is_broken();
    }

    fn obey(&mut self, signal: Signal) {
        match signal {
            Signal::Suspend => self.suspend(),
            Signal::Continue => self.resume(),
            Signal::Hangup if self.ending.outlives => self.lose(),
            signal => {
                if signal == Signal::Hangup {
                    self.console.hush();
                }
                self.end_by(signal);
            }
        }
    }

    fn end_by(&mut self, signal: Signal) {
        self.ending.ask(signal);
        self.over |= self.show.can_be_left();
    }

    /// The terminal went away, whether or not a signal tells of it: what is watched ends as by that signal, or goes on
    /// unseen.
    fn lose(&mut self) {
        self.console.lose();
        if self.ending.outlives {
            self.ending.outlive();
            self.over |= self.show.can_be_left();
        } else {
            self.ending.hung_up = true;
            self.end_by(Signal::Hangup);
        }
    }

    fn suspend(&mut self) {
        self.console.step_aside();
        self.show.suspend();
        self.resume();
    }

    fn resume(&mut self) {
        self.show.resume();
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
        let (mut next_input, mut waits) = (Some(input), true);
        while let Some(input) = next_input.take() {
            waits &= match input {
                Some(Ok(input)) => self.take(&input),
                Some(Err(_)) | None => {
                    self.lose();
                    false
                }
            };
            next_input = self.console.keys.next_at_once().await;
        }
        if waits {
            // A picture now would only be in the way of the one that shows what became of it.
            self.console.dirty = true;
        } else {
            self.console.press();
            self.draw();
        }
    }

    /// Tells whether its answer is still to come.
    fn take(&mut self, input: &Input) -> bool {
        match input {
            Input::Key(key) if key.kind == KeyEventKind::Press && !self.answer.takes(key, self.show.now()) => {
                let asked = self.show.press(key);
                let waits = asked == Asked::Wish;
                self.carry_out(asked);
                waits
            }
            Input::Resize(..) => {
                self.console.repaint();
                false
            }
            _ => false,
        }
    }

    fn carry_out(&mut self, asked: Asked) {
        match asked {
            Asked::Nothing | Asked::Wish => {}
            Asked::Quit => self.quit(),
            Asked::Interrupt => self.end_by(Signal::Interrupt),
            Asked::Suspend => self.suspend(),
            Asked::Redraw => self.console.repaint(),
            Asked::Send(bytes) => self.console.send_along(bytes),
        }
    }

    fn quit(&mut self) {
        if self.show.can_be_left() {
            self.over = true;
        } else {
            self.ending.quit(EndReason::Quit);
        }
    }

    fn draw(&mut self) {
        if !self.console.is_ready() {
            return;
        }
        self.show.prepare();
        let show = &self.show;
        if self.console.show(show.parts(screen()), |buffer| show.draw(buffer)).is_err() {
            self.lose();
        }
        self.console.dirty |= self.show.owes();
    }
}
