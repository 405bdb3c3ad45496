//! One chart: a bar a column in eighths of a row, or two of dots a column in quarters. Knows nothing of what it shows.

use crate::ui::canvas::Canvas;
use ratatui::layout::Rect;
use ratatui::style::Style;

const LEVELS: [char; 9] = [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// What bars are made of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Grain {
    #[default]
    Blocks,
    /// Braille: half as wide, and not as exact in height.
    Dots,
}

/// The dots of a cell up to a height, of its left bar and of its right one, by their bits in U+2800 to U+28FF.
const LEFT: [u32; 5] = [0, 0x40, 0x44, 0x46, 0x47];
const RIGHT: [u32; 5] = [0, 0x80, 0xa0, 0xb0, 0xb8];
const BRAILLE: u32 = 0x2800;

impl Grain {
    /// Bars a column.
    pub fn bars(self) -> usize {
        [1, 2][self as usize]
    }

    /// Heights that are told apart in a row.
    fn levels(self) -> u32 {
        [8, 4][self as usize]
    }

    /// The sign of a cell whose bars are so high.
    fn sign(self, left: u32, right: u32) -> char {
        match self {
            Grain::Blocks => LEVELS[left as usize],
            Grain::Dots => char::from_u32(BRAILLE + LEFT[left as usize] + RIGHT[right as usize]).unwrap_or(LEVELS[0]),
        }
    }
}

pub struct Plot {
    pub values: Vec<f64>,
    /// Columns in which something was changed by hand.
    pub marked: Vec<usize>,
    pub grain: Grain,
    /// What the upper end stands for.
    pub top: f64,
}

impl Plot {
    /// `ink`: that of a column, by its highest value.
    pub fn draw(&self, canvas: &mut Canvas<'_>, area: Rect, ink: &dyn Fn(f64) -> Style, dim: Style) {
        let levels = self.grain.levels();
        let bars = self.values.chunks(self.grain.bars()).enumerate().take(usize::from(area.width));
        for (column, bars) in bars {
            let height = |bar: usize| bars.get(bar).map_or(0, |value| height(*value, self.top, area.height, levels));
            let (left, right) = (height(0), height(1));
            let ink = ink(bars.iter().copied().fold(0.0, f64::max));
            let marked = self.marked.contains(&column);
            for row in 0..area.height {
                let level = |height: u32| height.saturating_sub(u32::from(row) * levels).min(levels);
                let (left, right) = (level(left), level(right));
                let there = left + right > 0;
                let (sign, style) = if there { (self.grain.sign(left, right), ink) } else { ('┊', dim) };
                if there || marked {
                    let sign = sign.encode_utf8(&mut [0; 4]).to_owned();
                    canvas.put(area.x + column as u16, area.bottom() - 1 - row, 1, &sign, style);
                }
            }
        }
    }
}

/// How high a bar is in so many rows of so many levels; what is there at all can be seen.
fn height(value: f64, top: f64, rows: u16, levels: u32) -> u32 {
    if !(value > 0.0 && top > 0.0) {
        return 0;
    }
    let most = u32::from(rows) * levels;
    ((value / top * f64::from(most)).round() as u32).max(1).min(most)
}

/// The next round number, so that the scale changes rarely, reads well, and leaves no half of the chart empty.
pub fn scale(most: f64) -> f64 {
    let power = 10_f64.powf(most.max(1e-6).log10().floor());
    // A hair more, so that what is round already stays so.
    [1.0, 1.5, 2.0, 3.0, 5.0, 7.0]
        .into_iter()
        .map(|part| part * power)
        .find(|top| *top * 1.000_001 >= most)
        .unwrap_or(10.0 * power)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scale_is_the_next_round_number() {
        let cases = [
            (1.0, 1.0),
            (1.1, 1.5),
            (1.6, 2.0),
            (4.2, 5.0),
            (412.0, 500.0),
            (500.0, 500.0),
            (501.0, 700.0),
            (0.075, 0.1),
        ];
        for (most, expected) in cases {
            assert!((scale(most) / expected - 1.0).abs() < 1e-9, "{most}: {}", scale(most));
        }
        assert!(scale(0.0) > 0.0 && scale(1e300).is_finite());
    }

    #[test]
    fn a_bar_is_to_scale_and_the_least_of_all_is_seen() {
        assert_eq!([0.0, 0.001, 50.0, 100.0, 999.0].map(|value| height(value, 100.0, 2, 8)), [0, 1, 8, 16, 16]);
        assert_eq!((height(f64::NAN, 1.0, 2, 8), height(1.0, 0.0, 2, 8), height(1.0, 1.0, 0, 8)), (0, 0, 0));
    }

    #[test]
    fn a_cell_of_dots_has_two_bars_of_four_levels() {
        let signs = [(0, 1), (4, 0), (1, 2), (3, 3), (4, 4)].map(|(left, right)| Grain::Dots.sign(left, right));
        assert_eq!(signs, ['⢀', '⡇', '⣠', '⣶', '⣿']);
    }
}
