//! The dashboard of a run: its events in, wishes out. Knows no engine and no socket.

use super::budget::Pace;
use super::footer::MOMENT;
use super::keys::Action;
use super::knobs::{Knobs, Selected};
use super::looking::Looking;
use super::parts::Parts;
use super::rows;
use super::slow::Slow;
use super::stage::{Asked, Show, Stage};
use super::theme::Theme;
use super::view::{Notice, Pane};
use crate::clock::{At, Clock};
use crate::control::Control;
use crate::emit::{Emitter, Events};
use crate::event::{Event, EventKind};
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
    knobs: Knobs,
    /// Goes on when the time of the run stands.
    clock: Clock,
    /// Wishes that were told, and of which nothing has been heard.
    wishes: u32,
    /// What became of one is to be seen.
    heard: bool,
    /// Something is told for a moment, whether or not the picture moves.
    telling: bool,
    /// When the last key came.
    pressed: At,
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
        let (knobs, clock) = (Knobs::default(), Clock::start());
        let (wishes, heard, telling, pressed) = (0, false, false, clock.now());
        #[rustfmt::skip]
        let live = Live {
            hub, events, emitter, controls, looking, batch, samples, knobs, clock, wishes, heard, telling, pressed,
        };
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
            _ = self.samples.tick(), if sampled => self.emitter.sample(self.hub.recorded_kib()),
        }
    }

    fn is_over(&self) -> bool {
        self.hub.state.run.ended.is_some()
    }

    fn is_moving(&self) -> bool {
        !self.is_over() && self.is_shown() || self.telling
    }

    fn owes(&self) -> bool {
        self.looking.view.owes()
    }

    fn is_shown(&self) -> bool {
        self.looking.view.frozen.is_none()
    }

    fn answers(&mut self) -> bool {
        std::mem::take(&mut self.heard)
    }

    fn fault(&self) -> Option<(&str, Fault)> {
        self.hub.fault()
    }

    fn now(&self) -> At {
        self.clock.now()
    }

    fn press(&mut self, key: &KeyEvent) -> Asked {
        self.pressed = self.clock.now();
        let action = self.looking.press(key, &self.hub.state, self.emitter.now());
        action.map_or(Asked::Nothing, |action| self.act(action))
    }

    fn prepare(&mut self) {
        // By a clock that goes on after the end of the run.
        if self.clock.now() - self.pressed >= MOMENT {
            self.looking.view.notice = None;
        }
        self.telling = self.looking.prepare(&self.hub.state, self.emitter.now());
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
        let heard = self.batch.iter().filter(|event| self.wishes > 0 && tells_of_a_wish(&event.kind)).count();
        self.heard |= heard > 0;
        self.wishes = self.wishes.saturating_sub(u32::try_from(heard).unwrap_or(u32::MAX));
        self.hub.absorb(&mut self.batch);
    }

    /// What changes more than the view.
    fn act(&mut self, action: Action) -> Asked {
        match action {
            Action::Quit | Action::Interrupt | Action::Suspend | Action::Redraw => return Asked::by(action),
            Action::Copy(copied) => return self.looking.copy(copied, &self.hub.state, self.emitter.now()),
            Action::Freeze => self.looking.view.freeze(&self.hub.state, self.emitter.now()),
            Action::Pause | Action::Concurrency(_) | Action::PerHost(_) | Action::Rate(_) => {
                return self.turn_knob(action);
            }
            Action::Cancel | Action::Retry | Action::RetryFailed => return self.turn_knob(action),
            Action::Help | Action::Back | Action::Zoom | Action::Verbosity | Action::Wrap | Action::Overview => {}
            Action::Focus(_) | Action::Show(_) | Action::Step(_) | Action::Page(_) | Action::HalfPage(_) => {}
            Action::Sort(_) | Action::Invert | Action::Find | Action::Detail => {}
            Action::OfHost | Action::Theme => {}
            Action::Play(_) => {}
        }
        Asked::Nothing
    }

    /// A key that changes the run, or says why it does not.
    fn turn_knob(&mut self, action: Action) -> Asked {
        let (state, now) = (&self.hub.state, self.emitter.now());
        let mut knobs = self.knobs;
        let asked = knobs.turn(action, state, &self.selected(), now);
        self.knobs = knobs;
        match asked {
            Some(Ok(control)) => {
                self.tell(control);
                return Asked::Wish;
            }
            Some(Err(words)) => self.looking.view.notice = Some(Notice { words, is_trouble: true }),
            None => {}
        }
        Asked::Nothing
    }

    /// What the open page is about, or what the selected row of the focused pane stands for, as it is now.
    fn selected(&self) -> Selected<'_> {
        let (state, view, now) = (&self.hub.state, &self.looking.view, self.emitter.now());
        if let Some(id) = view.detail {
            let done = || state.done.get(id).map(|row| Selected::Done(id, &row.fetched));
            return state.requests.get(id).map(Selected::Request).or_else(done).unwrap_or(Selected::Nothing);
        }
        let Some(id) = view.selected() else { return Selected::Nothing };
        // What is not seen, since something else is looked for, is not meant; what has gone is what was chosen.
        let is_seen = match (view.focus, state.requests.get(id)) {
            (Pane::Done, _) => rows::done(state, view).of(id).is_some(),
            (_, None) => true,
            (_, Some(request)) => {
                let height = usize::try_from(self.looking.page(state, now)).unwrap_or(1);
                if rows::flying(state, view, state.run.clock(now), height).of(id).is_some() {
                    return Selected::Request(request);
                }
                false
            }
        };
        let row = state.done.get(id).filter(|_| is_seen);
        row.map_or(Selected::Nothing, |row| Selected::Done(row.id, &row.fetched))
    }

    fn tell(&mut self, control: Control) {
        self.wishes += 1;
        // A run that has ended listens no more, and need not.
        let _ = self.controls.send(control);
    }
}

/// Whether it says what became of a key.
fn tells_of_a_wish(kind: &EventKind) -> bool {
    use EventKind::{CancelAsked, ConcurrencySet, FailedReopened, Paused, PerHostSet, RateSet, Resumed, RetryAsked};
    matches!(
        kind,
        Paused
            | Resumed
            | ConcurrencySet { .. }
            | PerHostSet { .. }
            | RateSet { .. }
            | CancelAsked { .. }
            | RetryAsked { .. }
            | FailedReopened { .. }
    )
}
