//! The dashboard of a run: its events in, wishes out. Knows no engine and no socket.

use super::budget::Pace;
use super::keys::{Action, Change};
use super::looking::Looking;
use super::parts::Parts;
use super::slow::Slow;
use super::stage::{Asked, Show, Stage};
use super::theme::Theme;
use crate::clock::At;
use crate::control::Control;
use crate::emit::{Emitter, Events};
use crate::event::Event;
use crate::hub::Hub;
use crate::outbox::Fault;
use crate::signals::{Ending, Signals, suspend};
use crate::text::Charset;
use crate::usage::SAMPLES;
use crossterm::event::KeyEvent;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use std::io;
use tokio::sync::mpsc::UnboundedSender;
use tokio::time::{Interval, MissedTickBehavior, interval};

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

/// The run while it is watched.
struct Live {
    hub: Hub,
    events: Events,
    emitter: Emitter,
    controls: UnboundedSender<Control>,
    looking: Looking,
    batch: Vec<Event>,
    /// Rings when it is to be told what the process uses, for a recording.
    samples: Interval,
    /// What was asked for last; the state follows when the run has answered, which a quick second key does not wait for.
    paused: bool,
    cap: Option<u32>,
    per_host: Option<u32>,
}

impl Dashboard {
    /// Until the user leaves, or the run is told to end and has.
    ///
    /// # Errors
    /// Where the terminal can't be set up.
    pub async fn watch(self) -> io::Result<(Hub, Ending)> {
        let Dashboard { hub, events, emitter, signals, ending, controls, settings } = self;
        let (pace, exit_on_end) = (settings.pace, settings.exit_on_end);
        let (looking, batch, mut samples) = (Looking::new(settings), Vec::new(), interval(SAMPLES));
        samples.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let (paused, cap, per_host) = (false, None, None);
        let live = Live { hub, events, emitter, controls, looking, batch, samples, paused, cap, per_host };
        let (live, ending) = Stage::enter(live, signals, ending, pace, exit_on_end)?.watch().await;
        Ok((live.hub, ending))
    }
}

impl Show for Live {
    async fn turn(&mut self) {
        let sampled = self.hub.is_recording() && !self.is_over();
        tokio::select! {
            biased;
            () = self.events.take(&mut self.batch) => self.absorb(),
            _ = self.samples.tick(), if sampled => self.emitter.sample(self.emitter.now()),
        }
    }

    fn is_over(&self) -> bool {
        self.hub.state.run.ended.is_some()
    }

    fn is_moving(&self) -> bool {
        !self.is_over() && self.is_shown()
    }

    fn is_shown(&self) -> bool {
        self.looking.view.frozen.is_none()
    }

    fn fault(&self) -> Option<(&str, Fault)> {
        self.hub.fault()
    }

    fn now(&self) -> At {
        self.emitter.now()
    }

    fn press(&mut self, key: &KeyEvent) -> Asked {
        let action = self.looking.press(key, &self.hub.state, self.emitter.now());
        action.map_or(Asked::Nothing, |action| self.act(action))
    }

    fn draw(&self, buffer: &mut Buffer) {
        assert!(self.looking.settings.panic != Some("ui"), "a panic on purpose in the ui");
        self.looking.draw(buffer, &self.hub.state, self.emitter.now());
    }

    fn parts(&self, screen: Rect) -> Parts {
        self.looking.parts(screen, &self.hub.state, self.emitter.now())
    }

    fn suspend(&mut self) {
        suspend(&self.emitter);
    }
}

impl Live {
    fn absorb(&mut self) {
        assert!(self.looking.settings.panic != Some("hub"), "a panic on purpose in the hub");
        self.hub.absorb(&mut self.batch);
    }

    /// What changes more than the view.
    fn act(&mut self, action: Action) -> Asked {
        match action {
            Action::Quit => return Asked::Quit,
            Action::Interrupt => return Asked::Interrupt,
            Action::Suspend => return Asked::Suspend,
            Action::Redraw => return Asked::Redraw,
            Action::Copy(copied) => return self.looking.copy(copied, &self.hub.state, self.emitter.now()),
            Action::Freeze => self.looking.view.freeze(&self.hub.state, self.emitter.now()),
            Action::Pause => self.pause(),
            Action::Concurrency(change) => self.concurrency(change),
            Action::PerHost(change) => self.per_host(change),
            Action::Help | Action::Back | Action::Zoom | Action::Verbosity | Action::Overview => {}
            Action::Focus(_) | Action::Show(_) | Action::Step(_) | Action::Page(_) | Action::HalfPage(_) => {}
            Action::Sort(_) | Action::Invert | Action::Find | Action::Detail | Action::Theme => {}
            Action::Play(_) => {}
        }
        Asked::Nothing
    }

    fn pause(&mut self) {
        self.paused = !self.paused;
        self.tell(if self.paused { Control::Pause } else { Control::Resume });
    }

    fn concurrency(&mut self, change: Change) {
        let run = &self.hub.state.run;
        // Before the first event of the run, nothing is known that could be changed.
        let Some(cap) = self.cap.or(run.engine.map(|_| run.cap)) else { return };
        let cap = changed(cap, change);
        self.cap = Some(cap);
        self.tell(Control::Concurrency(cap));
    }

    fn per_host(&mut self, change: Change) {
        let told = Some(self.hub.state.crawl.per_host).filter(|&cap| cap > 0);
        let Some(cap) = self.per_host.or(told) else { return };
        let cap = changed(cap, change);
        self.per_host = Some(cap);
        self.tell(Control::PerHost(cap));
    }

    fn tell(&self, control: Control) {
        // A run that has ended listens no more, and need not.
        let _ = self.controls.send(control);
    }
}

/// One up or down where there are few, a tenth where there are many.
fn changed(cap: u32, change: Change) -> u32 {
    let by = (cap / 10).max(1);
    match change {
        Change::Up => cap.saturating_add(by),
        Change::Down => cap.saturating_sub(by).max(1),
    }
}
