//! From when on a request is slow: levels of an age, each with a sign and an ink of its own. Knows no request.

use super::theme::Theme;
use ratatui::style::Style;
use std::time::Duration;

/// From this age on a request is slow; from three times as much on, very slow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slow(pub Duration);

/// So many times slow is very slow.
const VERY: u32 = 3;

impl Default for Slow {
    fn default() -> Slow {
        Slow(Duration::from_secs(1))
    }
}

/// What an age means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    Usual,
    Slow,
    VerySlow,
}

impl Level {
    /// The levels that have a sign, and what each is called.
    pub const NAMED: [(Level, &'static str); 2] = [(Level::Slow, "slow"), (Level::VerySlow, "very slow")];

    pub fn sign(self) -> &'static str {
        ["", "▲", "▲▲"][self as usize]
    }

    pub fn style(self, theme: &Theme) -> Style {
        [theme.strong, theme.broken, theme.failed][self as usize]
    }
}

impl Slow {
    pub fn level(self, age: Duration) -> Level {
        match age {
            age if age >= self.0.saturating_mul(VERY) => Level::VerySlow,
            age if age >= self.0 => Level::Slow,
            _ => Level::Usual,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_times_slow_is_very_slow() {
        let slow = Slow(Duration::from_millis(500));
        let levels = [499, 500, 1_499, 1_500].map(|millis| slow.level(Duration::from_millis(millis)));
        assert_eq!(levels, [Level::Usual, Level::Slow, Level::Slow, Level::VerySlow]);
    }
}
