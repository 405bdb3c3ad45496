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
    /// From when on nothing has moved, where that is the reason for which no more is shown.
    still: Option<u64>,
}

/// Over a slow line, where nothing has moved for longer than so many seconds, no more of them are shown: a chart that goes
/// on by a column is drawn anew.
const STILL: [usize; 3] = [4, 64, 184];
/// Where nothing has moved in all seconds that are kept, there is nothing to draw anew but when that was.
const IDLE: u64 = 60;

/// How wide a step may be, so that a short run fills its place; it changes whenever the run is half as long again.
const WIDTHS: [usize; 9] = [32, 24, 16, 12, 8, 6, 4, 3, 2];

impl Window {
    /// At most so many columns.
    pub fn of(scene: &Scene<'_>, columns: usize, grain: Grain, whole: bool) -> Window {
        let columns = columns * grain.bars();
        let chart = scene.state.chart.at(scene.now);
        let (held, still) = if scene.view.coarse { held(&chart) } else { (0, None) };
        let last = chart.seconds() - held as u64;
        let (steps, from, each, to) = if whole {
            let (mut steps, each) = chart.whole(columns);
            // Longer steps come rarely enough.
            let held = if each == 1 { held } else { 0 };
            steps.truncate(steps.len().saturating_sub(held));
            (steps, 0, each, if each == 1 { last } else { chart.seconds() })
        } else {
            let steps: Vec<Step> = chart.recent(columns + held).copied().collect();
            let steps = steps[..steps.len() - held].to_vec();
            let from = last - (steps.len() as u64).min(last);
            (steps, from, 1, last)
        };
        let still = still.filter(|_| to < chart.seconds());
        let second = |at: At| at.0 / 1_000_000;
        let wide = WIDTHS.into_iter().find(|wide| steps.len() * wide <= columns).unwrap_or(1);
        let steps: Vec<Step> = steps.into_iter().flat_map(|step| std::iter::repeat_n(step, wide)).collect();
        let column = |at: At| Some(usize::try_from(second(at).checked_sub(from)? / each).ok()?.saturating_mul(wide));
        let marks = chart.marks.iter().filter_map(|mark| Some((column(mark.at)?, mark.change)));
        // What was changed within the second that is not over has no column yet.
        let marks = marks.filter(|(bar, _)| *bar < steps.len());
        let marks = marks.map(|(bar, change)| (bar / grain.bars(), change)).collect();
        Window { steps, grain, marks, from, each, to, whole, still }
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

    /// Since when nothing has moved, where no more than a few seconds of that are shown: `still since 0:10`.
    pub fn stands(&self) -> Option<String> {
        self.still.map(|since| format!("still since {}", moment(since)))
    }

    /// When the first column begins and when the last one ends.
    pub fn ends(&self) -> (String, String) {
        (moment(self.from), moment(self.to))
    }
}

/// Seconds at the end that are not shown, and since when nothing has moved: nothing came, as much was in flight, and nothing
/// was changed by hand.
fn held(chart: &Chart) -> (usize, Option<u64>) {
    let kept: Vec<&Step> = chart.recent(usize::MAX).collect();
    let Some(last) = kept.last() else { return (0, None) };
    let is_still = |step: &&&Step| step.left == 0 && step.bytes == 0 && step.in_flight() == last.in_flight();
    let mut still = kept.iter().rev().take_while(is_still).count();
    if still == kept.len() && chart.seconds() > still as u64 {
        return ((chart.seconds() % IDLE) as usize, None);
    }
    if let Some(mark) = chart.marks.last() {
        still = still.min(chart.seconds().saturating_sub(mark.last.0 / 1_000_000 + 1) as usize);
    }
    let shown = STILL.into_iter().rev().find(|&shown| shown <= still).unwrap_or(still);
    (still - shown, Some(chart.seconds() - still as u64))
}

/// `0:04`, `12:40`, `1:02:03`.
fn moment(seconds: u64) -> String {
    let (hours, minutes, seconds) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
    if hours > 0 { format!("{hours}:{minutes:02}:{seconds:02}") } else { format!("{minutes}:{seconds:02}") }
}
