//! The terminal as a dashboard has it: the screen, the keys, and the pace of pictures. Knows neither what is drawn nor
//! what keys mean.

use super::budget::{Budget, Pace, Why};
use super::parts::Parts;
use super::terminal::{Picture, Screen};
use crate::clock::Clock;
use crossterm::event::{Event as Input, EventStream, poll};
use futures_util::StreamExt;
use ratatui::buffer::Buffer;
use std::fs::File;
use std::future::poll_fn;
use std::io;
use std::task::Poll;
use std::time::Duration;

/// Where keys come from, whatever standard input is.
const TERMINAL: &str = "/dev/tty";
/// It could be opened; what else reading takes could not.
const LACK: &str = "too few files may be open to read its keys";

pub struct Console {
    screen: Screen,
    pub keys: Keys,
    /// When a picture may be drawn, and how much of it.
    budget: Budget,
    clock: Clock,
    /// Something changed since the last picture, or not all of it was sent.
    pub dirty: bool,
    /// A key was pressed that no picture has answered.
    pressed: bool,
    /// Not all of the answer to a key has been sent.
    owing: bool,
    /// The terminal went away: nothing is read from it or drawn.
    gone: bool,
}

/// Keys and resizes; none, where nothing is read.
pub struct Keys(Option<EventStream>);

impl Console {
    /// Takes the terminal.
    ///
    /// # Errors
    /// Where the terminal can't be set up.
    pub fn enter(pace: Pace) -> io::Result<Console> {
        Keys::open()?;
        let (screen, keys, budget) = (Screen::enter()?, Keys(Some(EventStream::new())), Budget::new(pace));
        let clock = Clock::start();
        Ok(Console { screen, keys, budget, clock, dirty: true, pressed: false, owing: false, gone: false })
    }

    /// Gives the terminal back; says whether it took that.
    pub fn leave(self) -> bool {
        let Console { screen, keys, .. } = self;
        drop(keys);
        screen.leave()
    }

    /// Reads nothing more: from a terminal that is gone, reading would spin.
    pub fn hush(&mut self) {
        self.keys.0 = None;
    }

    /// The terminal went away.
    pub fn lose(&mut self) {
        self.hush();
        self.gone = true;
    }

    /// Gives the terminal back for a while.
    pub fn step_aside(&mut self) {
        self.hush();
        self.screen.leave();
    }

    /// Takes the terminal again.
    ///
    /// # Errors
    /// Where there is none any more: the kernel tells a program to continue after a hang-up, too.
    pub fn come_back(&mut self) -> io::Result<()> {
        self.hush();
        self.screen.resume()?;
        self.keys.0 = Some(EventStream::new());
        Ok(())
    }

    /// The next picture repaints everything.
    pub fn repaint(&mut self) {
        self.screen.repaint();
    }

    /// Has bytes that are no picture go out with the next frame.
    pub fn send_along(&mut self, bytes: Vec<u8>) {
        self.screen.send_along(bytes);
    }

    /// A key was pressed: the next picture is its answer.
    pub fn press(&mut self) {
        (self.pressed, self.dirty) = (true, true);
    }

    /// How long it takes until the next picture may be drawn.
    pub fn due(&self) -> Duration {
        let why = match () {
            () if self.pressed || self.owing => Why::Key,
            () if self.dirty => Why::News,
            () => Why::Time,
        };
        let now = self.clock.now();
        self.budget.next(why, now) - now
    }

    /// Whether pictures are seen at all.
    pub fn is_there(&self) -> bool {
        !self.gone && !self.screen.is_gone()
    }

    /// Whether a picture may be drawn now: the one before has been taken, and its time has come.
    pub fn is_ready(&mut self) -> bool {
        if !self.is_there() || !self.due().is_zero() {
            return false;
        }
        if let Some(time) = self.screen.took() {
            self.budget.took(time);
        }
        let ready = self.screen.is_ready();
        if !ready {
            self.budget.missed(self.clock.now());
        }
        ready
    }

    /// # Errors
    /// Where the terminal has no size any more.
    pub fn show(&mut self, parts: Parts, draw: impl FnOnce(&mut Buffer)) -> io::Result<()> {
        let picture = Picture { draw, parts, pressed: self.pressed };
        let sent = self.screen.show(picture, self.budget.limit(self.clock.now()))?;
        self.budget.sent(sent.bytes, self.clock.now());
        (self.pressed, self.dirty, self.owing) = (false, !sent.whole, sent.asked);
        Ok(())
    }
}

impl Keys {
    /// Has all opened that reading takes: whoever lacks it then is told so, and has no stream that panics.
    fn open() -> io::Result<()> {
        // Its own words do not say why.
        let lack = |_| File::open(TERMINAL).err().unwrap_or_else(|| io::Error::other(LACK));
        poll(Duration::ZERO).map(drop).map_err(lack)
    }

    /// The next key or resize; never, where no keys are read.
    pub async fn next(&mut self) -> Option<io::Result<Input>> {
        match &mut self.0 {
            Some(keys) => keys.next().await,
            None => std::future::pending().await,
        }
    }

    /// What else has come already. It is asked for with the waker of this task: the stream keeps the first waker it
    /// meets until that was woken, so one that wakes nobody would end the reading of keys.
    pub async fn next_at_once(&mut self) -> Option<Option<io::Result<Input>>> {
        let keys = self.0.as_mut()?;
        poll_fn(|context| match keys.poll_next_unpin(context) {
            Poll::Ready(input) => Poll::Ready(Some(input)),
            Poll::Pending => Poll::Ready(None),
        })
        .await
    }
}
