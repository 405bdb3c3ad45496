//! What a row says that waits for another attempt: `waiting 3s (Retry-After)`. Knows no other cell of it.

use super::Places;
use super::columns::{GAP, Width};
use super::url;
use crate::state::{Request, Wait};
use crate::text;
use crate::ui::canvas::Canvas;
use crate::ui::scene::Scene;
use ratatui::layout::Rect;
use std::time::Duration;

/// Columns for the words with the reason, and without it, where the columns up to the URL are fewer; and what is left to
/// the URL then at least.
const ROOMS: [(u16, u16); 2] = [(25, 12), (13, 8)];
const SECOND: Duration = Duration::from_secs(1);

/// Where the words stand, and behind them the URL: in each row of a table the same places.
pub(super) struct Room {
    words: Rect,
    url: Rect,
}

/// What has room in a row, the reason first to leave, and then the time.
pub(super) enum Said {
    /// `waiting 3s (Retry-After)`, `waiting 3s`.
    Words(String),
    /// `waiting`, and the time, in the places of the phase and of the age.
    Cells(String),
}

impl Room {
    /// From behind the age up to a blank before the URL: no phase passes and no byte comes. Where that is too narrow for any
    /// words, they have some of the URL's room.
    pub fn of(places: &Places, row: Rect) -> Room {
        let from = places.0[2].0 + places.0[2].1 + GAP;
        let (url, width) = places.of_width(Width::Rest);
        let end = url + width;
        let between = url.saturating_sub(from + 1);
        let fits = |&&(words, least): &&(u16, u16)| words > between && from + words + GAP + least <= end;
        let words = ROOMS.iter().find(fits).map_or(between, |room| room.0);
        let x = if words > between { from + words + GAP } else { url };
        Room { words: Rect { x: from, width: words, ..row }, url: Rect { x, width: end.saturating_sub(x), ..row } }
    }

    /// The longest words that have room for as long as it waits: nothing moves while its time passes.
    pub fn said(&self, wait: &Wait, scene: &Scene<'_>) -> Said {
        let (left, all) = left(wait, scene);
        let reason = format!(" ({})", wait.because.words());
        for reason in [reason.as_str(), ""] {
            let words = |left: &str| format!("waiting {left}{reason}");
            let (told, most) = match &left {
                Some(left) => (words(left), text::width(&words(&all))),
                None => (format!("due{reason}"), 0),
            };
            if text::width(&told).max(most) <= usize::from(self.words.width) {
                return Said::Words(told);
            }
        }
        Said::Cells(left.unwrap_or_else(|| "due".to_owned()))
    }

    /// What the other cells leave of the row.
    pub fn draw(&self, canvas: &mut Canvas<'_>, request: &Request, said: &Said, scene: &Scene<'_>) {
        if let Said::Words(words) = said {
            canvas.put(self.words.x, self.words.y, self.words.width, words, scene.theme.broken);
        }
        url::draw(canvas, self.url, request, scene.theme.dim, scene);
    }
}

impl Said {
    /// What stands in a cell in the place of what it tells of others. `alone`: there is no cell for the phase.
    pub fn cell(&self, title: &str, alone: bool) -> Option<&str> {
        match (self, title) {
            (Said::Cells(_), "phase") => Some("waiting"),
            (Said::Cells(_), "age") if alone => Some("waiting"),
            (Said::Cells(left), "age") => Some(left),
            _ => None,
        }
    }
}

/// How long it still waits, and how long it does in all. A wait of less than a second is told in milliseconds, the last
/// one of a longer wait is not: its words grow no wider. It waits no more where a pause, a full house, or whoever reads
/// the results holds back what is due.
fn left(wait: &Wait, scene: &Scene<'_>) -> (Option<String>, String) {
    let all = wait.until - wait.fetched.ended;
    let told = |left: Duration| scene.left(if all < SECOND { left } else { left.max(SECOND) }).replace(' ', "");
    ((wait.until > scene.now).then(|| told(wait.until - scene.now)), told(all))
}
