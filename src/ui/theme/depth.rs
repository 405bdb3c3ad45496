//! How many colours a terminal has, and the nearest of them to the one that is meant. Knows no theme.

use ratatui::style::Color;

/// The colours that may be used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Depth {
    None,
    #[default]
    Sixteen,
    TwoFiftySix,
    True,
}

/// A colour as it is meant, and the one of the terminal's own sixteen that stands for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ink {
    /// None: the terminal's own colour is the one that is meant.
    pub rgb: Option<u32>,
    pub own: Color,
}

/// Terminals that have true colour and do not always say so, by the beginning of their names.
const TRUE: [&str; 6] = ["xterm-kitty", "xterm-ghostty", "alacritty", "foot", "wezterm", "contour"];

impl Depth {
    /// What a terminal says of itself by the variables `TERM` and `COLORTERM`. GNU screen hands on the latter and has no
    /// true colour.
    pub fn told(term: &str, colorterm: &str) -> Depth {
        let most = match term {
            "linux" => Depth::Sixteen,
            _ if term.starts_with("screen") => Depth::TwoFiftySix,
            _ => Depth::True,
        };
        let claimed = colorterm.eq_ignore_ascii_case("truecolor") || colorterm.eq_ignore_ascii_case("24bit");
        let known = term.ends_with("-direct") || TRUE.iter().any(|name| term.starts_with(name));
        let depth = match () {
            () if claimed || known => Depth::True,
            () if term.contains("256") => Depth::TwoFiftySix,
            () => Depth::Sixteen,
        };
        depth.min(most)
    }

    /// The colour to be sent.
    pub fn colour(self, ink: Ink) -> Color {
        match (self, ink.rgb) {
            (Depth::None, _) => Color::Reset,
            (Depth::Sixteen, _) | (_, None) => ink.own,
            (Depth::TwoFiftySix, Some(rgb)) => Color::Indexed(nearest(parts(rgb))),
            (Depth::True, Some(rgb)) => {
                let [red, green, blue] = parts(rgb);
                Color::Rgb(red, green, blue)
            }
        }
    }
}

pub fn parts(rgb: u32) -> [u8; 3] {
    let [_, red, green, blue] = rgb.to_be_bytes();
    [red, green, blue]
}

/// The steps of the cube of colours in xterm.
const STEPS: [u8; 6] = [0, 95, 135, 175, 215, 255];

/// The nearest of xterm's 240 fixed colours: its cube and its greys. The first sixteen are the user's.
fn nearest(wanted: [u8; 3]) -> u8 {
    let cube = (0..216_u8).map(|at| (at + 16, [at / 36, at / 6 % 6, at % 6].map(|step| STEPS[usize::from(step)])));
    let greys = (0..24_u8).map(|at| (at + 232, [at * 10 + 8; 3]));
    cube.chain(greys).min_by_key(|&(_, colour)| distance(colour, wanted)).map_or(16, |(number, _)| number)
}

fn distance(one: [u8; 3], other: [u8; 3]) -> u32 {
    // As eyes weigh them.
    let weights = [3, 4, 2];
    let parts = one.iter().zip(other).zip(weights);
    parts.map(|((&one, other), weight)| u32::from(one.abs_diff(other)).pow(2) * weight).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_depth_is_what_the_terminal_says_and_no_more_than_it_has() {
        let cases = [
            ("xterm-256color", "", Depth::TwoFiftySix),
            ("xterm-256color", "truecolor", Depth::True),
            ("xterm-256color", "24bit", Depth::True),
            ("xterm-256color", "yes", Depth::TwoFiftySix),
            ("xterm", "", Depth::Sixteen),
            ("xterm-kitty", "", Depth::True),
            ("xterm-direct", "", Depth::True),
            ("tmux-256color", "truecolor", Depth::True),
            ("screen-256color", "truecolor", Depth::TwoFiftySix),
            ("screen", "", Depth::Sixteen),
            ("linux", "truecolor", Depth::Sixteen),
            ("vt100", "", Depth::Sixteen),
        ];
        for (term, colorterm, depth) in cases {
            assert_eq!(Depth::told(term, colorterm), depth, "{term} {colorterm}");
        }
    }

    #[test]
    fn the_nearest_colour_is_itself_where_it_is_one_of_them() {
        for (rgb, number) in [(0xff_00_00, 196), (0x00_5f_87, 24), (0x80_80_80, 244), (0, 16), (0xff_ff_ff, 231)] {
            assert_eq!(nearest(parts(rgb)), number, "{rgb:06x}");
        }
    }
}
