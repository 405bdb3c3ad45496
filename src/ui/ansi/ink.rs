//! The ink of a cell, and the shortest sequence from one to another. Knows no place on the screen.

use ratatui::buffer::Cell;
use ratatui::style::{Color, Modifier};

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ink {
    fg: Color,
    bg: Color,
    modifier: Modifier,
}

/// What shows on a blank, too.
const ON_BLANKS: Modifier = Modifier::REVERSED.union(Modifier::UNDERLINED).union(Modifier::CROSSED_OUT);

/// Each modifier with what switches it on and off; weight and dimness go off together.
const MODIFIERS: [(Modifier, u8, u8); 8] = [
    (Modifier::BOLD, 1, 22),
    (Modifier::DIM, 2, 22),
    (Modifier::ITALIC, 3, 23),
    (Modifier::UNDERLINED, 4, 24),
    (Modifier::SLOW_BLINK, 5, 25),
    (Modifier::REVERSED, 7, 27),
    (Modifier::HIDDEN, 8, 28),
    (Modifier::CROSSED_OUT, 9, 29),
];

impl Ink {
    pub fn of(cell: &Cell) -> Ink {
        Ink { fg: cell.fg, bg: cell.bg, modifier: cell.modifier }
    }

    /// Whether it would be seen on a blank.
    pub fn has_ground(self) -> bool {
        self.bg != Color::Reset || self.modifier.intersects(ON_BLANKS)
    }

    /// Sends what makes this ink `wanted`, if anything.
    pub fn change(&mut self, wanted: Ink, out: &mut String) {
        if *self == wanted {
            return;
        }
        let (step, anew) = (self.step(wanted), anew(wanted));
        let shorter = if step.len() < anew.len() { step } else { anew };
        out.push_str("\x1b[");
        out.push_str(&shorter);
        out.push('m');
        *self = wanted;
    }

    /// Makes it one of which nothing is seen on a blank; the rest stays as it is where that is shorter.
    pub fn clear_ground(&mut self, out: &mut String) {
        if self.has_ground() {
            self.change(Ink::default(), out);
        }
    }

    fn step(self, wanted: Ink) -> String {
        let mut codes = Vec::new();
        let gone = self.modifier - wanted.modifier;
        let mut kept = self.modifier;
        for (modifier, _, off) in MODIFIERS {
            if gone.contains(modifier) && kept.contains(modifier) {
                codes.push(off.to_string());
                let with_it = MODIFIERS.iter().filter(|(_, _, other)| *other == off);
                with_it.for_each(|(modifier, _, _)| kept.remove(*modifier));
            }
        }
        let come = MODIFIERS.iter().filter(|(modifier, _, _)| (wanted.modifier - kept).contains(*modifier));
        codes.extend(come.map(|(_, on, _)| on.to_string()));
        if self.fg != wanted.fg {
            codes.push(colour(wanted.fg, 30));
        }
        if self.bg != wanted.bg {
            codes.push(colour(wanted.bg, 40));
        }
        codes.join(";")
    }
}

/// The parameters from nothing: an empty one is a zero, which resets all.
fn anew(wanted: Ink) -> String {
    if wanted == Ink::default() {
        return String::new();
    }
    format!(";{}", Ink::default().step(wanted))
}

/// The parameter of a colour; `base`: 30 for what is written, 40 for the ground. The first sixteen have short forms,
/// which every terminal has.
fn colour(colour: Color, base: u8) -> String {
    use Color::*;
    let plain = |number: u8| (base + number).to_string();
    let bright = |number: u8| (base + 60 + number).to_string();
    match colour {
        Reset => plain(9),
        Black => plain(0),
        Red => plain(1),
        Green => plain(2),
        Yellow => plain(3),
        Blue => plain(4),
        Magenta => plain(5),
        Cyan => plain(6),
        Gray => plain(7),
        DarkGray => bright(0),
        LightRed => bright(1),
        LightGreen => bright(2),
        LightYellow => bright(3),
        LightBlue => bright(4),
        LightMagenta => bright(5),
        LightCyan => bright(6),
        White => bright(7),
        Indexed(number @ 0..8) => plain(number),
        Indexed(number @ 8..16) => bright(number - 8),
        Indexed(number) => format!("{};5;{number}", base + 8),
        Rgb(red, green, blue) => format!("{};2;{red};{green};{blue}", base + 8),
    }
}
