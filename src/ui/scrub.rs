//! Where a recording stands that is played, in one row: how fast, when, how far, and where how much failed. Below it, in
//! the place of the keys, what is typed or said for a moment.

use super::canvas::{Canvas, Piece};
use super::finder;
use super::input::Input;
use super::scene::Scene;
use super::theme::Theme;
use crate::clock::At;
use crate::tape::Ended;
use crate::text::width;
use crate::timeline::{Speed, Standing};
use crate::units;
use ratatui::layout::Rect;
use ratatui::style::Style;
use std::cmp::Ordering;

/// Parts of the recording that are told apart by how much failed in them: more than any bar has columns.
pub(super) const PARTS: usize = 600;
/// Columns of the sign and the speed.
const PACE: usize = 12;
/// The bar is not shorter than this, where anything else can leave.
const LEAST_BAR: u16 = 16;
/// Columns that are left to what is typed, whatever stands beside it.
const TYPED: u16 = 16;
/// What a place is written like, as much of it as fits.
const FULL_HINT: &str = "50%, 1m30s, 1:30 or #12345   enter goes  esc goes back ";
const HINT: &str = "enter goes  esc goes back ";

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Scrub {
    pub standing: Standing,
    /// How much failed in each of equal parts.
    pub failed: Vec<u32>,
    /// The place that is being typed.
    pub typed: Option<Input>,
    /// What is to be known now.
    pub said: Option<String>,
}

/// What is typed or said, in the place of the keys; tells whether there is anything.
pub(super) fn draw_line(canvas: &mut Canvas<'_>, area: Rect, scrub: &Scrub, scene: &Scene<'_>) -> bool {
    match (&scrub.typed, &scrub.said) {
        (Some(line), _) => {
            let room = area.width.saturating_sub(TYPED);
            let hint = [FULL_HINT, HINT].into_iter().find(|hint| width(hint) <= usize::from(room)).unwrap_or_default();
            let typed = area.width - width(hint) as u16;
            finder::draw_typed(canvas, Rect { width: typed, ..area }, " :", line, scene);
            canvas.put(area.x + typed, area.y, area.width - typed, hint, scene.theme.dim);
        }
        (None, Some(said)) => {
            canvas.pieces(area.x, area.y, area.width, &[(" ", scene.theme.text), (said, scene.theme.strong)]);
        }
        (None, None) => return false,
    }
    true
}

pub fn draw(canvas: &mut Canvas<'_>, area: Rect, scene: &Scene<'_>) {
    let Some(scrub) = scene.view.scrub.as_ref().filter(|_| !area.is_empty()) else { return };
    let (standing, theme) = (&scrub.standing, scene.theme);
    let (sign, style) = pace(standing, theme);
    let now = units::clock(standing.now - At(0));
    let x = canvas.pieces(area.x, area.y, area.width, &[(&sign, style), (&now, theme.strong), (" ", theme.text)]);
    let room = area.right().saturating_sub(x);
    let behind = behind(standing, theme, room.saturating_sub(LEAST_BAR));
    let pieces: Vec<Piece<'_>> = behind.iter().map(|(text, style)| (text.as_str(), *style)).collect();
    let taken: usize = pieces.iter().map(|(text, _)| width(text)).sum();
    let end = area.right().saturating_sub(taken as u16);
    bar(canvas, Rect { x, width: end.saturating_sub(x), ..area }, scrub, theme);
    canvas.pieces(end, area.y, taken as u16, &pieces);
}

/// How far it has been read, where a place behind that is waited for.
pub(super) fn awaiting(standing: &Standing) -> Option<String> {
    let Standing { extent, awaiting: true, .. } = standing else { return None };
    let read = match extent.expected {
        Some(_) => format!("{} %", u128::from(extent.until.0) * 100 / u128::from(extent.whole().0.max(1))),
        None => units::clock(extent.until - At(0)),
    };
    Some(format!("read to {read} so far; goes there once it has been read"))
}

/// Whether it is played and how fast, always as wide.
fn pace(standing: &Standing, theme: &Theme) -> (String, Style) {
    let asked = Speed::words(standing.speed.times());
    let (words, style) = match (standing.playing, standing.reached) {
        _ if standing.seeking => ("▶ seeking".to_owned(), theme.broken),
        (true, Some(reached)) => (format!("▶ {asked} ({})", Speed::words(reached)), theme.broken),
        (true, None) => (format!("▶ {asked}"), theme.ok),
        (false, _) => (format!("‖ {asked}"), theme.strong),
    };
    (format!(" {words:<PACE$}"), style)
}

/// What stands behind the bar, as much of it as fits: the whole time, the share, the events.
fn behind(standing: &Standing, theme: &Theme, room: u16) -> Vec<(String, Style)> {
    let (extent, reading) = (&standing.extent, standing.extent.ended.is_none());
    let more = if reading { "+" } else { " " };
    // Where nobody knows how long it will be, it is as long as it has been read, and there is no share of it.
    let is_open = reading && extent.expected.is_none();
    let whole = (format!(" {}{}", units::clock(extent.whole() - At(0)), if is_open { more } else { " " }), theme.text);
    let share = match extent.whole().0 {
        _ if is_open => " ".repeat(6),
        0 => "   0 %".to_owned(),
        whole => format!(" {:>3} %", (u128::from(standing.now.0) * 100 / u128::from(whole)).min(100)),
    };
    let total = units::count(extent.events);
    let number = format!("#{}", units::count(standing.position));
    let events = format!("  {number:>room$} of {total}{more}", room = total.len() + 1);
    let end = match &extent.ended {
        Some(Ended::Torn(_)) => "  the recording is torn off here ",
        _ => "  end of the recording ",
    };
    let fields = [whole, (share, theme.dim), (events, theme.text)];
    let mut left = usize::from(room);
    let mut shown: Vec<(String, Style)> = Vec::new();
    for field in fields {
        let taken = width(&field.0);
        if taken > left {
            break;
        }
        left -= taken;
        shown.push(field);
    }
    // At the end, the words have the place of share and number, which are given as much before: so the bar stays as long.
    let taken: usize = shown.iter().skip(1).map(|(text, _)| width(text)).sum();
    let room = taken.max(width(end).min(taken + left));
    if standing.ended {
        shown.truncate(1);
        shown.push((format!("{end:<room$}"), theme.broken));
    } else if !shown.is_empty() {
        shown.insert(1, (" ".repeat(room - taken), theme.text));
    }
    shown
}

/// The signs of few and of many failures: none that is one of the line, in ASCII either.
const FAILED: [&str; 4] = ["▁", "▃", "▆", "█"];

/// What has been played, where it stands, and what is to come; where something failed, the higher the more. What has not
/// been read yet has its room, and is only hinted at.
fn bar(canvas: &mut Canvas<'_>, area: Rect, scrub: &Scrub, theme: &Theme) {
    let columns = usize::from(area.width);
    let extent = &scrub.standing.extent;
    let column = |at: At| (u128::from(at.0) * columns as u128 / u128::from(extent.scale().0.max(1))) as usize;
    let here = column(scrub.standing.now).min(columns.saturating_sub(1));
    let read = if extent.ended.is_some() { columns } else { column(extent.until) };
    let failed = failed(scrub, columns);
    let most = failed.iter().copied().max().unwrap_or(0).max(FAILED.len() as u64);
    for (column, failed) in failed.into_iter().enumerate() {
        let level = (failed * FAILED.len() as u64).div_ceil(most);
        let (sign, style) = match (column.cmp(&here), level.checked_sub(1)) {
            (Ordering::Equal, _) => ("●", theme.strong),
            (Ordering::Less, None) => ("━", theme.ok),
            (Ordering::Greater, None) if column > read => ("·", theme.dim),
            (Ordering::Greater, None) => ("─", theme.dim),
            (Ordering::Less, Some(level)) => (FAILED[level as usize], theme.failed),
            (Ordering::Greater, Some(level)) => (FAILED[level as usize], theme.failed.patch(theme.dim)),
        };
        canvas.put(area.x + column as u16, area.y, 1, sign, style);
    }
}

/// How much failed in each column of the bar; each part of the recording is in one of them.
fn failed(scrub: &Scrub, columns: usize) -> Vec<u64> {
    let begin = |column: usize| column * scrub.failed.len() / columns.max(1);
    let parts = |column| scrub.failed.get(begin(column)..begin(column + 1).max(begin(column) + 1));
    (0..columns).map(|column| parts(column).map_or(0, |parts| parts.iter().copied().map(u64::from).sum())).collect()
}
