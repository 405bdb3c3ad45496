//! The terminal as a dashboard has it: the screen, the keys, and the pace of pictures. Knows neither what is drawn nor
//! what keys mean.

use super::terminal::Screen;
use crossterm::event::{Event as Input, EventStream};
use futures_util::StreamExt;
use ratatui::buffer::Buffer;
use std::future::poll_fn;
use std::io;
use std::task::Poll;
use std::time::Duration;
use tokio::time::{Interval, MissedTickBehavior, interval};

pub struct Console {
    screen: Screen,
    pub keys: Keys,
    /// Rings when the next picture may be drawn.
    pub pace: Interval,
    /// Something changed since the last picture.
    pub dirty: bool,
    /// The terminal went away: nothing is read from it or drawn.
    gone: bool,
}

/// Keys and resizes; none, where nothing is read.
pub struct Keys(Option<EventStream>);

impl Console {
    /// Takes the terminal. `fps`: pictures a second at most.
    ///
    /// # Errors
    /// Where the terminal can't be set up.
    pub fn enter(fps: u32) -> io::Result<Console> {
        let screen = Screen::enter()?;
        let mut pace = interval(Duration::from_secs(1) / fps.max(1));
        pace.set_missed_tick_behavior(MissedTickBehavior::Delay);
        Ok(Console { screen, keys: Keys(Some(EventStream::new())), pace, dirty: true, gone: false })
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

    /// Whether a picture would be seen: the one before has been taken.
    pub fn is_ready(&self) -> bool {
        !self.gone && self.screen.is_ready() && !self.screen.is_gone()
    }

    /// # Errors
    /// Where the terminal has no size any more.
    pub fn show(&mut self, draw: impl FnOnce(&mut Buffer)) -> io::Result<()> {
        self.screen.show(draw)?;
        self.dirty = false;
        Ok(())
    }
}

impl Keys {
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
