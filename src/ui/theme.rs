//! What each kind of ink looks like. The default uses the terminal's own sixteen colours, so that it is right on light
//! and on dark; colour never says anything that a symbol or a word does not say too.

use crate::fetched::{Fetched, Outcome};
use crate::phase::Phase;
use ratatui::style::{Color, Modifier, Style};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Theme {
    /// Words and numbers.
    pub text: Style,
    /// What carries a picture but says little: frames, units, labels.
    pub dim: Style,
    /// What is looked for first.
    pub strong: Style,
    /// The letter of a key.
    pub key: Style,
    /// The frame of the pane that takes the keys.
    pub focus: Style,
    pub selected: Style,
    pub ok: Style,
    pub redirect: Style,
    pub broken: Style,
    pub failed: Style,
    pub timeout: Style,
    phases: [Style; Phase::ALL.len()],
}

impl Theme {
    pub fn new(colours: bool) -> Theme {
        if colours { Theme::default_colours() } else { Theme::mono() }
    }

    fn default_colours() -> Theme {
        let ink = |colour| Style::new().fg(colour);
        use Color::{Blue, Cyan, Green, Magenta, Red, Reset, Yellow};
        Theme {
            key: ink(Cyan),
            focus: ink(Cyan),
            ok: ink(Green),
            redirect: ink(Cyan),
            broken: ink(Yellow),
            failed: ink(Red),
            timeout: ink(Magenta),
            phases: [Reset, Blue, Cyan, Magenta, Yellow, Blue, Green].map(ink),
            ..Theme::mono()
        }
    }

    fn mono() -> Theme {
        let plain = Style::new();
        Theme {
            text: plain,
            dim: plain.add_modifier(Modifier::DIM),
            strong: plain.add_modifier(Modifier::BOLD),
            key: plain.add_modifier(Modifier::BOLD),
            focus: plain.add_modifier(Modifier::BOLD),
            // Reversed ink of many colours is hard to read: the row that is selected has none of its own.
            selected: Style::reset().add_modifier(Modifier::REVERSED),
            ok: plain,
            redirect: plain,
            broken: plain.add_modifier(Modifier::BOLD),
            failed: plain.add_modifier(Modifier::BOLD),
            timeout: plain.add_modifier(Modifier::BOLD),
            phases: [plain; Phase::ALL.len()],
        }
    }

    pub fn phase(&self, phase: Phase) -> Style {
        self.phases[phase as usize]
    }

    pub fn outcome(&self, outcome: Outcome) -> Style {
        match outcome {
            Outcome::Ok => self.ok,
            Outcome::Redirect => self.redirect,
            Outcome::HttpError => self.broken,
            Outcome::Error => self.failed,
        }
    }

    pub fn result(&self, fetched: &Fetched) -> Style {
        use crate::failure::FailureKind::*;
        match fetched.kind() {
            Some(Timeout | ConnectTimeout) => self.timeout,
            Some(Cancelled | Robots | NotAllowed) => self.dim,
            _ => self.outcome(fetched.outcome()),
        }
    }
}
