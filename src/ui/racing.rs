//! A race that is watched: what happens in it, and its picture. Knows nothing of what its runs are.

use super::app::Settings;
use super::keys::{Action, Places, action};
use super::lanes::{RaceScene, draw_race};
use super::parts::Parts;
use super::stage::{Asked, Show, Stage};
use super::view::Pane;
use crate::clock::At;
use crate::emit::Emitter;
use crate::outbox::Fault;
use crate::signals::{Ending, Signals, suspend};
use crate::starter::Starter;
use crossterm::event::KeyEvent;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
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

/// The race while it is watched.
struct Racing {
    starter: Starter,
    emitter: Emitter,
    settings: Settings,
    help: bool,
}

impl RaceBoard {
    /// Until the user leaves, or the race is told to end and has.
    ///
    /// # Errors
    /// Where the terminal can't be set up.
    pub async fn watch(self) -> io::Result<(Starter, Ending)> {
        let RaceBoard { starter, emitter, signals, ending, settings } = self;
        let (pace, exit_on_end) = (settings.pace, settings.exit_on_end);
        let racing = Racing { starter, emitter, settings, help: false };
        let (racing, ending) = Stage::enter(racing, signals, ending, pace, exit_on_end)?.watch().await;
        Ok((racing.starter, ending))
    }
}

impl Show for Racing {
    async fn turn(&mut self) {
        self.starter.turn().await;
    }

    fn is_over(&self) -> bool {
        self.starter.is_over()
    }

    fn is_moving(&self) -> bool {
        !self.is_over()
    }

    fn fault(&self) -> Option<(&str, Fault)> {
        self.starter.fault()
    }

    fn now(&self) -> At {
        self.emitter.now()
    }

    fn press(&mut self, key: &KeyEvent) -> Asked {
        match action(key, Places::watching(Pane::InFlight)) {
            Some(Action::Help) => self.help = !self.help,
            Some(Action::Back) => self.help = false,
            Some(Action::Theme) => self.settings.theme = self.settings.theme.next(),
            Some(action) => return Asked::by(action),
            None => {}
        }
        Asked::Nothing
    }

    fn draw(&self, buffer: &mut Buffer) {
        let Racing { starter, emitter, settings, help } = self;
        let (race, now) = (&starter.race, emitter.now());
        let scene = RaceScene { race, now, theme: &settings.theme, charset: settings.charset, help: *help };
        draw_race(buffer, &scene);
    }

    fn parts(&self, screen: Rect) -> Parts {
        Parts { cover: u64::from(self.help), ..Parts::whole(screen) }
    }

    fn suspend(&mut self) {
        self.starter.suspend();
        suspend(&self.emitter);
    }

    fn resume(&mut self) {
        self.starter.resume();
    }
}
