//! The part of the run that charts show: the last minutes by the second, or the whole of it. Knows no value.

use super::plot::Grain;
use crate::clock::At;
use crate::state::{Change, Chart, Step};
use crate::ui::scene::Scene;

pub struct Window {
    /// One for each bar, the oldest first; only what is over. Where the run is short, several are of one step.
    pub steps: Vec<Step>,
    pub grain: Grain,
    /// What was changed, and in which column.
    pub marks: Vec<(usize, Change)>,
    /// The second in which the first column begins, and how many seconds a bar is.
    from: u64,
    each: u64,
    /// The last whole second.
    to: u64,
    whole: bool,
}

/// Over a slow line, a run in which nothing has come for so many seconds moves on by as many at once.
const HELD: usize = 10;

/// How wide a step may be, so that a short run fills its place; it changes whenever the run is half as long again.
const WIDTHS: [usize; 9] = [32, 24, 16, 12, 8, 6, 4, 3, 2];

impl Window {
    /// At most so many columns.
    pub fn of(scene: &Scene<'_>, columns: usize, grain: Grain, whole: bool) -> Window {
        let columns = columns * grain.bars();
        let chart = scene.state.chart.at(scene.now);
        let held = if scene.view.coarse && !whole { held(&chart) } else { 0 };
        let to = chart.seconds() - held as u64;
        let (steps, from, each) = if whole {
            let (steps, each) = chart.whole(columns);
            (steps, 0, each)
        } else {
            let steps: Vec<Step> = chart.recent(columns + held).copied().collect();
            let steps = steps[..steps.len() - held].to_vec();
            let from = to - (steps.len() as u64).min(to);
            (steps, from, 1)
        };
        let second = |at: At| at.0 / 1_000_000;
        let wide = WIDTHS.into_iter().find(|wide| steps.len() * wide <= columns).unwrap_or(1);
        let steps: Vec<Step> = steps.into_iter().flat_map(|step| std::iter::repeat_n(step, wide)).collect();
        let column = |at: At| Some(usize::try_from(second(at).checked_sub(from)? / each).ok()?.saturating_mul(wide));
        let marks = chart.marks.iter().filter_map(|mark| Some((column(mark.at)?, mark.change)));
        // What was changed within the second that is not over has no column yet.
        let marks = marks.filter(|(bar, _)| *bar < steps.len());
        let marks = marks.map(|(bar, change)| (bar / grain.bars(), change)).collect();
        Window { steps, grain, marks, from, each, to, whole }
    }

    /// Which part of the run it is, and what a column is.
    pub fn words(&self) -> String {
        if self.whole || self.from == 0 {
            let column = self.each * self.grain.bars() as u64;
            let each = crate::units::wait(std::time::Duration::from_secs(column));
            let each = if self.each == 1 { "by the second".to_owned() } else { format!("{each} a column") };
            format!("the whole run, {each}")
        } else {
            format!("the last {}", crate::units::wait(std::time::Duration::from_secs(self.to - self.from)))
        }
    }

    /// When the first column begins and when the last one ends.
    pub fn ends(&self) -> (String, String) {
        (moment(self.from), moment(self.to))
    }
}

/// Seconds at the end that are not shown yet.
fn held(chart: &Chart) -> usize {
    let stands = chart.recent(HELD).all(|step| step.left == 0 && step.bytes == 0);
    let kept = chart.recent(2 * HELD).len();
    if stands && kept == 2 * HELD { (chart.seconds() % HELD as u64) as usize } else { 0 }
}

/// `0:04`, `12:40`, `1:02:03`.
fn moment(seconds: u64) -> String {
    let (hours, minutes, seconds) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
    if hours > 0 { format!("{hours}:{minutes:02}:{seconds:02}") } else { format!("{minutes}:{seconds:02}") }
}
