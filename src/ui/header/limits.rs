//! The right end of the header's third line: what keeps the run from going faster, and beside it Little's law. Both are
//! always there, however they are shortened.

use super::NARROW;
use crate::state::Flow;
use crate::ui::canvas::Canvas;
use crate::ui::crawl;
use crate::ui::scene::Scene;
use crate::units;
use ratatui::layout::Rect;

/// From this width on, what limits a run stands there in short and the law beside it without a blank; from the next one
/// on, both in full.
const CLOSE_FROM: u16 = 78;
const FULL_FROM: u16 = 100;
/// From this width on, a crawl says which host holds it back; from the others on, the law says of what it is, the limit
/// how many are busy, and the law over what time.
const HOST_FROM: u16 = 120;
const NAMED_FROM: u16 = 132;
const BUSY_FROM: u16 = 144;
const TIMED_FROM: u16 = 160;

/// Places that stay as wide as their widest text, so that nothing beside them moves.
struct Places {
    label: &'static str,
    /// Columns of the limit, its label counted in.
    limit: u16,
    /// What the law is called.
    name: &'static str,
    /// Columns of the law, its name and the blank behind it counted in.
    law: u16,
    /// It has no blanks within.
    close: bool,
}

impl Places {
    fn of(width: u16, crawl: bool) -> Places {
        const LABEL: &str = "limited by  ";
        let places = |label, limit, name, law| Places { label, limit, name, law, close: law == CLOSE };
        match width {
            TIMED_FROM.. => places(LABEL, 56, "in flight, last 5 s ", 44),
            BUSY_FROM.. => places(LABEL, 44, "in flight ", 34),
            HOST_FROM.. if crawl => places(LABEL, 43, "", CLOSE),
            NAMED_FROM.. => places(LABEL, 26, "in flight ", 34),
            HOST_FROM.. => places(LABEL, 26, "flow ", 29),
            FULL_FROM.. => places(LABEL, 25, "", 24),
            CLOSE_FROM.. => places(BY, 16, "", CLOSE),
            NARROW.. => places(LABEL, 23, "", 0),
            _ => places("", 0, "", 0),
        }
    }
}

/// The label of the limit in short.
const BY: &str = "by ";
/// Columns of the law without its blanks.
const CLOSE: u16 = 19;

/// Draws both, and tells where they begin.
pub fn draw(canvas: &mut Canvas<'_>, area: Rect, scene: &Scene<'_>) -> u16 {
    let (state, theme) = (scene.state, scene.theme);
    let places = Places::of(area.width, state.run.crawl);
    let mut begin = area.right().saturating_sub(places.limit + places.law + 1);
    let limit = state.limited_by();
    if places.label == BY {
        // Here what is beside it needs the room.
        begin += places.limit.saturating_sub((places.label.len() + crate::text::width(limit)) as u16);
    }
    if !limit.is_empty() {
        let taken = crate::text::width(places.label) + crate::text::width(limit);
        let detail = detail(scene, usize::from(places.limit).saturating_sub(taken + 4));
        let pieces = [(places.label, theme.dim), (limit, theme.strong), (&*detail, theme.dim)];
        canvas.pieces(begin, area.y, places.limit, &pieces);
    }
    if let Some(law) = law(scene, places.close).filter(|_| places.law > 0) {
        // Once the run has ended, it is of all of it.
        let ended = state.run.ended.is_some() && !places.name.is_empty();
        let name = if ended { "in flight " } else { places.name };
        let end = area.right() - 1;
        let x = end - (crate::text::width(&law) as u16).min(end);
        canvas.put(x, area.y, places.law, &law, theme.text);
        canvas.put_right(x, area.y, places.law, name, theme.dim);
    }
    begin
}

/// What stands behind the limit in so many columns, where they are enough for all of it.
fn detail(scene: &Scene<'_>, room: usize) -> String {
    let run = &scene.state.run;
    let words = match scene.state.limited() {
        Some(limited) => crawl::detail(limited, scene.telling(), room),
        None => format!("{} of {} busy", scene.state.requests.in_flight(), run.most()),
    };
    if words.is_empty() || crate::text::width(&words) > room { String::new() } else { format!(" ({words})") }
}

/// Little's law over the last seconds: `  31 =   412/s ×   75ms`, always as wide; before the run has begun, there is
/// none.
fn law(scene: &Scene<'_>, close: bool) -> Option<String> {
    let state = scene.state;
    state.run.engine?;
    let flow = state.chart.at(scene.now).flow();
    // Where it grows or shrinks, the law holds only over a longer time.
    let sign = if flow.is_some_and(|flow| flow.is_steady()) { "=" } else { "≈" };
    // Where nothing has come out, nobody knows how fast or after how long it does.
    let unknown = || ["·".to_owned(), "·".to_owned()];
    let known = |flow: Flow| [units::number(flow.a_second), units::close_span(flow.span)];
    let flying = flow.map_or(state.requests.in_flight() as f64, |flow| flow.in_flight);
    let (flying, [rate, span]) = (units::number(flying), flow.map_or_else(unknown, known));
    Some(match close {
        true => format!("{flying:>4}{sign}{rate:>4}/s×{span:>6}"),
        false => format!("{flying:>4} {sign} {rate:>5}/s × {span:>6}"),
    })
}
