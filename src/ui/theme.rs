//! What each kind of ink looks like, by theme and by what the terminal can do. Colour never says anything that a symbol
//! or a word does not say too.

mod depth;
mod palette;

pub use depth::Depth;

use crate::fetched::{Fetched, Outcome};
use crate::phase::Phase;
use palette::Palette;
use ratatui::style::{Modifier, Style};

/// The themes, in the order in which a key goes round them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ThemeName {
    /// The terminal's own sixteen colours: right on light and on dark.
    #[default]
    Default,
    /// For a light background.
    Light,
    /// For a dark one.
    Dark,
    /// Colours that are told apart by those who see fewer.
    Cvd,
    /// No colours: weight, dimness, underlining and reversal only.
    Mono,
}

impl ThemeName {
    pub const ALL: [ThemeName; 5] =
        [ThemeName::Default, ThemeName::Light, ThemeName::Dark, ThemeName::Cvd, ThemeName::Mono];

    pub fn name(self) -> &'static str {
        ["default", "light", "dark", "cvd", "mono"][self as usize]
    }

    /// As it is told when it comes.
    pub fn words(self) -> &'static str {
        ["theme default", "theme light", "theme dark", "theme cvd", "theme mono"][self as usize]
    }

    pub fn of(name: &str) -> Option<ThemeName> {
        ThemeName::ALL.into_iter().find(|theme| theme.name() == name)
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Theme {
    pub name: ThemeName,
    depth: Depth,
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
    /// The selected row of the pane that takes the keys, and of others.
    pub selected: Style,
    pub beside: Style,
    pub ok: Style,
    pub redirect: Style,
    pub broken: Style,
    pub failed: Style,
    pub timeout: Style,
    phases: [Style; Phase::ALL.len()],
}

impl Theme {
    /// Whether the terminal has more than sixteen colours: those that have not often lack signs, too.
    pub fn is_rich(&self) -> bool {
        self.depth >= Depth::TwoFiftySix
    }

    /// The default theme, with colours or without.
    pub fn new(colours: bool) -> Theme {
        Theme::named(ThemeName::Default, if colours { Depth::Sixteen } else { Depth::None })
    }

    /// Without colours each theme looks like mono.
    pub fn named(name: ThemeName, depth: Depth) -> Theme {
        let mono = Theme::mono(name, depth);
        let palette = if depth == Depth::None { None } else { Palette::of(name) };
        palette.map_or(mono.clone(), |palette| mono.coloured(palette))
    }

    /// The next one around the circle.
    pub fn next(&self) -> Theme {
        let all = ThemeName::ALL;
        Theme::named(all[(self.name as usize + 1) % all.len()], self.depth)
    }

    /// Whether the terminal is given colours, by this theme or by another.
    pub fn has_colours(&self) -> bool {
        self.depth != Depth::None
    }

    fn mono(name: ThemeName, depth: Depth) -> Theme {
        let plain = Style::new();
        let bold = plain.add_modifier(Modifier::BOLD);
        Theme {
            name,
            depth,
            text: plain,
            dim: plain.add_modifier(Modifier::DIM),
            strong: bold,
            key: bold,
            focus: bold,
            // Reversed ink of many colours is hard to read: the row that is selected has none of its own.
            selected: Style::reset().add_modifier(Modifier::REVERSED),
            // A dim bar is no dimmer on many terminals, and a grey one is on some the ground itself.
            beside: plain.add_modifier(Modifier::UNDERLINED),
            ok: plain,
            redirect: plain,
            broken: bold,
            failed: bold.add_modifier(Modifier::UNDERLINED),
            timeout: bold,
            phases: [plain; Phase::ALL.len()],
        }
    }

    fn coloured(self, palette: &Palette) -> Theme {
        let ink = |ink| Style::new().fg(self.depth.colour(ink));
        Theme {
            dim: palette.dim.map_or(self.dim, ink),
            key: ink(palette.key),
            focus: ink(palette.key),
            ok: ink(palette.ok),
            redirect: ink(palette.redirect),
            broken: ink(palette.broken),
            failed: ink(palette.failed),
            timeout: ink(palette.timeout),
            phases: palette.phases.map(ink),
            ..self
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

#[cfg(test)]
mod tests {
    use super::*;
    use ratatui::style::Color;

    #[test]
    fn the_key_goes_round_all_themes() {
        let mut theme = Theme::named(ThemeName::Default, Depth::True);
        let names = ThemeName::ALL.map(|_| {
            theme = theme.next();
            theme.name
        });
        assert_eq!(names.map(ThemeName::name), ["light", "dark", "cvd", "mono", "default"]);
        assert!(ThemeName::ALL.into_iter().all(|name| ThemeName::of(name.name()) == Some(name)));
    }

    #[test]
    fn the_default_theme_takes_only_what_every_terminal_has() {
        let inks = |theme: &Theme| {
            let others = [theme.ok, theme.redirect, theme.broken, theme.failed, theme.timeout, theme.key, theme.dim];
            theme.phases.into_iter().chain(others).filter_map(|style| style.fg).collect::<Vec<_>>()
        };
        for depth in [Depth::Sixteen, Depth::TwoFiftySix, Depth::True] {
            let theme = Theme::named(ThemeName::Default, depth);
            assert!(inks(&theme).iter().all(|ink| !matches!(ink, Color::Rgb(..) | Color::Indexed(_))), "{depth:?}");
        }
        for name in ThemeName::ALL {
            let theme = Theme::named(name, Depth::Sixteen);
            assert!(inks(&theme).iter().all(|ink| !matches!(ink, Color::Rgb(..) | Color::Indexed(_))), "{name:?}");
            let none = inks(&Theme::named(name, Depth::None));
            assert!(none.is_empty(), "{name:?} without colours: {none:?}");
        }
    }

    #[test]
    fn outcomes_differ_in_every_theme_that_has_colours() {
        for name in ThemeName::ALL.into_iter().filter(|&name| name != ThemeName::Mono) {
            for depth in [Depth::Sixteen, Depth::TwoFiftySix, Depth::True] {
                let theme = Theme::named(name, depth);
                let inks = [theme.ok, theme.redirect, theme.broken, theme.failed, theme.timeout];
                for (at, ink) in inks.iter().enumerate() {
                    assert!(!inks[..at].contains(ink), "{name:?} at {depth:?}: {inks:?}");
                }
            }
        }
    }
}
