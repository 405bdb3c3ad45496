//! The dashboard of a recorded run: the same picture, with a player in place of the run. Knows no file and no run.

use super::app::Settings;
use super::input::Input;
use super::keys::{Action, Change, Places, Play, action};
use super::looking::Looking;
use super::parts::Parts;
use super::scrub::{self, PARTS, Scrub};
use super::seek::{Place, UNKNOWN, place};
use super::stage::{Asked, Show, Stage};
use crate::clock::At;
use crate::emit::Emitter;
use crate::outbox::Fault;
use crate::signals::{Ending, Signals, suspend};
use crate::tape::Ended;
use crate::timeline::{Player, Standing};
use crossterm::event::{KeyCode, KeyEvent};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use std::io;
use std::time::Duration;

/// How often time passes for what is played.
const TICK: Duration = Duration::from_millis(20);
/// How often it is looked whether more has been read.
const LOOK: Duration = Duration::from_millis(100);
/// How long events are played before keys are asked again, and how many before the clock is.
const SLICE: Duration = Duration::from_millis(8);
const GRAIN: usize = 64;
/// How long something is said.
const SAYING: Duration = Duration::from_secs(4);

/// The dashboard of a recording.
pub struct ReplayBoard {
    pub player: Player,
    /// Whose clock is that of the replay.
    pub emitter: Emitter,
    pub signals: Signals,
    pub ending: Ending,
    pub settings: Settings,
}

/// The recording while it is watched.
struct Replaying {
    player: Player,
    emitter: Emitter,
    looking: Looking,
    /// Up to when time has passed for the player.
    passed: At,
    /// As it was drawn last.
    drawn: Option<Standing>,
    typed: Option<Input>,
    /// What is said, and until when.
    said: Option<(String, At)>,
    /// That the recording is torn was said.
    warned: bool,
    /// On the way to a failure, which is to be selected.
    failing: bool,
}

impl ReplayBoard {
    /// Until the user leaves, or the end of the recording where that is asked for, or what is no recording.
    ///
    /// # Errors
    /// Where the terminal can't be set up.
    pub async fn watch(self) -> io::Result<(Player, Ending)> {
        let ReplayBoard { player, emitter, signals, ending, settings } = self;
        let (pace, exit_on_end, passed) = (settings.pace, settings.exit_on_end, emitter.now());
        let mut looking = Looking::new(settings);
        looking.view.scrub = Some(Box::default());
        let (drawn, typed, said) = (None, None, None);
        let replaying =
            Replaying { player, emitter, looking, passed, drawn, typed, said, warned: false, failing: false };
        let (replaying, ending) = Stage::enter(replaying, signals, ending, pace, exit_on_end)?.watch().await;
        Ok((replaying.player, ending))
    }
}

impl Show for Replaying {
    async fn turn(&mut self) {
        if self.player.is_behind() {
            tokio::task::yield_now().await;
        } else {
            tokio::time::sleep(if self.player.is_playing() { TICK } else { LOOK }).await;
        }
        self.go_on();
    }

    fn is_over(&self) -> bool {
        self.player.standing().ended && !self.player.is_playing()
    }

    /// There is no run that would have to be ended.
    fn can_be_left(&self) -> bool {
        true
    }

    fn is_broken(&self) -> bool {
        matches!(self.player.standing().extent.ended, Some(Ended::Refused(_)))
    }

    fn is_moving(&self) -> bool {
        false
    }

    fn owes(&self) -> bool {
        self.looking.view.owes()
    }

    fn is_shown(&self) -> bool {
        let saying = self.looking.view.scrub.as_ref().is_some_and(|scrub| scrub.said.is_some());
        saying != self.said().is_some() || self.drawn.as_ref() != Some(&self.player.standing())
    }

    fn fault(&self) -> Option<(&str, Fault)> {
        None
    }

    fn now(&self) -> At {
        self.emitter.now()
    }

    fn press(&mut self, key: &KeyEvent) -> Asked {
        if self.typed.is_some() && self.type_in(key) {
            return Asked::Nothing;
        }
        let view = &self.looking.view;
        let knob = action(key, Places::of_view(view)).is_none() && action(key, Places::of_live(view)).is_some();
        if knob && view.typing.is_none() {
            self.say("this is a recording: what it shows is over, and can't be changed any more");
        }
        let action = self.looking.press(key, self.player.state(), self.player.now());
        // What is played has a clock of its own, by which a moment may be long or none.
        if let Some(notice) = self.looking.view.notice.take() {
            self.say(notice.words);
        }
        action.map_or(Asked::Nothing, |action| self.act(action))
    }

    fn prepare(&mut self) {
        let (standing, failed) = (self.player.standing(), self.player.failed(PARTS));
        self.drawn = Some(standing.clone());
        let (typed, said) = (self.typed.clone(), self.said());
        self.looking.view.scrub = Some(Box::new(Scrub { standing, failed, typed, said }));
    }

    fn draw(&self, buffer: &mut Buffer) {
        assert!(self.looking.settings.panic != Some("ui"), "a panic on purpose in the ui");
        self.looking.draw(buffer, self.player.state(), self.player.now());
    }

    fn parts(&self, screen: Rect) -> Parts {
        self.looking.parts(screen, self.player.state(), self.player.now())
    }

    fn suspend(&mut self) {
        suspend(&self.emitter);
    }
}

impl Replaying {
    /// Time has passed: what is due is played, for as long as keys can wait.
    fn go_on(&mut self) {
        let began = self.emitter.now();
        self.player.pass(began - self.passed);
        self.passed = began;
        while self.player.work(GRAIN) && self.emitter.now() - began < SLICE {}
        if self.failing && !self.player.is_behind() {
            self.failing = false;
            self.looking.select_last(self.player.state());
        }
        self.said = self.said.take().filter(|(_, until)| began < *until);
        if let (false, Some(Ended::Torn(why))) = (self.warned, self.player.standing().extent.ended) {
            self.warned = true;
            self.say(&format!("the recording is torn off: {why}"));
        }
    }

    /// What is to be known now: where nothing else is, that a place is gone to once it has been read.
    fn said(&self) -> Option<String> {
        let said = self.said.as_ref().map(|(said, _)| said.clone());
        said.or_else(|| scrub::awaiting(&self.player.standing()))
    }

    fn say(&mut self, words: &str) {
        self.said = Some((words.to_owned(), self.emitter.now() + SAYING));
    }

    /// What changes more than the view.
    fn act(&mut self, action: Action) -> Asked {
        match action {
            Action::Play(play) => self.play(play),
            Action::Copy(copied) => return self.looking.copy(copied, self.player.state(), self.player.now()),
            // What would change a run has no key here, and what changes the view was done.
            action => return Asked::by(action),
        }
        Asked::Nothing
    }

    fn play(&mut self, play: Play) {
        (self.said, self.failing) = (None, false);
        match play {
            Play::Toggle => self.player.toggle(),
            Play::Step(events) => self.player.step(events),
            Play::Skip(hundredths) => self.player.skip(f64::from(hundredths) / 100.0),
            Play::Speed(Change::Up) => self.player.set_speed(self.player.speed().faster()),
            Play::Speed(Change::Down) => self.player.set_speed(self.player.speed().slower()),
            Play::NextFailure => self.next_failure(),
            Play::GoTo => self.typed = Some(Input::default()),
        }
        // Mostly it is there at once, and the picture that the key asks for shows it.
        self.go_on();
    }

    fn next_failure(&mut self) {
        self.failing = self.player.next_failure();
        if !self.failing {
            let reading = self.player.standing().extent.ended.is_none();
            self.say(if reading {
                "nothing more failed after this, as far as it has been read"
            } else {
                "nothing more failed after this"
            });
        }
    }

    /// A key while a place is typed; `false` where it is none of that line. A function key closes it.
    fn type_in(&mut self, key: &KeyEvent) -> bool {
        let Some(mut line) = self.typed.take() else { return false };
        let taken = match key.code {
            KeyCode::Esc => return true,
            KeyCode::F(_) => return false,
            KeyCode::Enter => {
                self.go_to(line.text());
                return true;
            }
            _ => line.take(key),
        };
        self.typed = Some(line);
        // What ends the program is no letter; whatever else is no letter does nothing.
        taken || !matches!(key.code, KeyCode::Char(_))
    }

    fn go_to(&mut self, typed: &str) {
        match place(typed) {
            Some(Place::Share(share)) => self.player.seek_share(share),
            Some(Place::Moment(span)) => self.player.seek(At(0) + span),
            Some(Place::Position(position)) => self.player.seek_position(position),
            None if typed.trim().is_empty() => {}
            None => self.say(UNKNOWN),
        }
        self.go_on();
    }
}
