//! One chart: a bar a column, in eighths of a row. Knows nothing of what it shows.

use crate::ui::canvas::Canvas;
use ratatui::layout::Rect;
use ratatui::style::Style;

const LEVELS: [&str; 9] = [" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"];

pub struct Plot {
    pub values: Vec<f64>,
    /// Columns in which something was changed by hand.
    pub marked: Vec<usize>,
    /// What the upper end stands for.
    pub top: f64,
}

impl Plot {
    pub fn draw(&self, canvas: &mut Canvas<'_>, area: Rect, ink: Style, dim: Style) {
        for (column, value) in self.values.iter().enumerate().take(usize::from(area.width)) {
            let height = eighths(*value, self.top, area.height);
            let marked = self.marked.contains(&column);
            for row in 0..area.height {
                let level = height.saturating_sub(u32::from(row) * 8).min(8) as usize;
                let (sign, style) = if level == 0 && marked { ("┊", dim) } else { (LEVELS[level], ink) };
                if level > 0 || marked {
                    canvas.put(area.x + column as u16, area.bottom() - 1 - row, 1, sign, style);
                }
            }
        }
    }
}

/// How high a bar is in so many rows; what is there at all can be seen.
fn eighths(value: f64, top: f64, rows: u16) -> u32 {
    if !(value > 0.0 && top > 0.0) {
        return 0;
    }
    let most = u32::from(rows) * 8;
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
        assert_eq!([0.0, 0.001, 50.0, 100.0, 999.0].map(|value| eighths(value, 100.0, 2)), [0, 1, 8, 16, 16]);
        assert_eq!((eighths(f64::NAN, 1.0, 2), eighths(1.0, 0.0, 2), eighths(1.0, 1.0, 0)), (0, 0, 0));
    }
}
