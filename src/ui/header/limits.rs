//! The right end of the header's third line: what keeps the run from going faster, and beside it Little's law. Both are
//! always there, however they are shortened.

use super::NARROW;
use crate::state::Flow;
use crate::ui::canvas::Canvas;
use crate::ui::crawl;
use crate::ui::scene::Scene;
use crate::units;
use ratatui::layout::Rect;

/// From this width on, the law stands there, and the limit beside it in short; from the next one on, that has its label.
const LAW_FROM: u16 = 78;
const FULL_FROM: u16 = 100;
/// From this width on, a crawl says which host holds it back; from the others on, the law says of what it is, the limit
/// how many are busy, and the law over what time.
const HOST_FROM: u16 = 120;
const NAMED_FROM: u16 = 132;
const BUSY_FROM: u16 = 144;
const TIMED_FROM: u16 = 160;

/// The label of the limit, and the same in short.
const LABEL: &str = "limited by  ";
const BY: &str = "by ";
/// Columns of the law.
const LAW: u16 = 22;

/// Places that stay as wide as their widest text, so that nothing beside them moves.
struct Places {
    label: &'static str,
    /// Columns of the limit, its label counted in.
    limit: u16,
    /// What the law is called; none where there is no room for it.
    name: Option<&'static str>,
}

impl Places {
    fn of(width: u16, crawl: bool) -> Places {
        let places = |label, limit, name| Places { label, limit, name };
        match width {
            TIMED_FROM.. => places(LABEL, 56, Some("in flight, last 5 s ")),
            BUSY_FROM.. => places(LABEL, 44, Some("in flight ")),
            HOST_FROM.. if crawl => places(LABEL, 43, Some("")),
            NAMED_FROM.. => places(LABEL, 26, Some("in flight ")),
            HOST_FROM.. => places(LABEL, 26, Some("flow ")),
            FULL_FROM.. => places(LABEL, 25, Some("")),
            LAW_FROM.. => places(BY, 19, Some("")),
            NARROW.. => places(LABEL, 23, None),
            _ => places("", 0, None),
        }
    }

    /// Columns of the law, its name and two blanks before it counted in.
    fn law(&self) -> u16 {
        self.name.map_or(0, |name| name.len() as u16 + 2 + LAW)
    }
}

/// Draws both, and tells where they begin.
pub fn draw(canvas: &mut Canvas<'_>, area: Rect, scene: &Scene<'_>) -> u16 {
    let (state, theme) = (scene.state, scene.theme);
    let places = Places::of(area.width, state.run.crawl);
    let mut begin = area.right().saturating_sub(places.limit + places.law() + 1);
    let limit = limit(&places, scene);
    let pieces = [(limit.label, theme.dim), (limit.word, theme.strong), (&*limit.detail, theme.dim)];
    if places.label == BY {
        // Here what is beside it needs the room.
        begin += places.limit.saturating_sub(super::width(&pieces));
    }
    canvas.pieces(begin, area.y, places.limit, &pieces);
    if let Some((law, name)) = law(scene).zip(places.name) {
        // Once the run has ended, it is of all of it.
        let name = if state.run.ended.is_some() && !name.is_empty() { "in flight " } else { name };
        let x = area.right().saturating_sub(LAW + 1);
        canvas.put(x, area.y, LAW, &law, theme.text);
        canvas.put_right(x, area.y, places.law(), name, theme.dim);
    }
    begin
}

/// What limits the run, in words.
struct Limit {
    label: &'static str,
    word: &'static str,
    detail: String,
}

fn limit(places: &Places, scene: &Scene<'_>) -> Limit {
    let (state, word) = (scene.state, scene.state.limited_by());
    if state.run.draining.is_some() && !word.is_empty() {
        // That is no limit, and wants no label.
        let flying = short(state.requests.in_flight() as u64);
        let all = [format!(" ({flying} in flight drain)"), format!(" ({flying} drain)")];
        let detail = all.into_iter().find(|detail| word.len() + detail.len() <= usize::from(places.limit));
        return Limit { label: "", word, detail: detail.unwrap_or_default() };
    }
    let label = if word.is_empty() { "" } else { places.label };
    let room = usize::from(places.limit).saturating_sub(crate::text::width(label) + crate::text::width(word) + 4);
    Limit { label, word, detail: if word.is_empty() { String::new() } else { detail(scene, room) } }
}

/// `12`, `1.3k`.
fn short(count: u64) -> String {
    if count < 1_000 { count.to_string() } else { units::number(count as f64) }
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

/// Little's law over the last seconds: `  31 =  412/s ×   75ms`, always as wide; before the run has begun, there is
/// none.
fn law(scene: &Scene<'_>) -> Option<String> {
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
    Some(format!("{flying:>4} {sign} {rate:>4}/s × {span:>6}"))
}
