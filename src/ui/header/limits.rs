//! The right end of the header's third line: what keeps the run from going faster, and beside it Little's law. Both are
//! always there, however they are shortened.

use super::NARROW;
use crate::state::{Balance, Flow};
use crate::ui::canvas::Canvas;
use crate::ui::crawl;
use crate::ui::scene::Scene;
use crate::units;
use ratatui::layout::Rect;

/// The label of the limit, and the same in short.
const LABEL: &str = "limited by  ";
const BY: &str = "by ";
/// Columns of the law.
const LAW: u16 = 22;

/// How both are told from a width on, in places that stay as wide as their widest text, so that nothing beside them moves.
struct Form {
    from: u16,
    /// Of a crawl, which says what host holds it back.
    crawl: bool,
    label: &'static str,
    /// Columns of the limit, its label counted in.
    limit: u16,
    /// What the law is called; none where there is no room for it.
    name: Option<&'static str>,
}

const fn form(from: u16, label: &'static str, limit: u16, name: Option<&'static str>) -> Form {
    Form { from, crawl: false, label, limit, name }
}

/// From the widest on. What leaves first is the time of the law, then how many are busy, then what the law is called.
const FORMS: [Form; 9] = [
    form(160, LABEL, 56, Some("in flight ")),
    form(144, LABEL, 44, Some("in flight ")),
    Form { crawl: true, ..form(120, LABEL, 43, Some("")) },
    form(132, LABEL, 26, Some("in flight ")),
    form(120, LABEL, 26, Some("flow ")),
    form(100, LABEL, 25, Some("")),
    form(78, BY, 19, Some("")),
    form(NARROW, LABEL, 23, None),
    form(0, "", 0, None),
];

impl Form {
    fn of(width: u16, crawl: bool) -> &'static Form {
        let fits = |form: &&Form| form.from <= width && (crawl || !form.crawl);
        FORMS.iter().find(fits).unwrap_or(&FORMS[FORMS.len() - 1])
    }

    /// Columns of the law, its name and two blanks before it counted in.
    fn law(&self) -> u16 {
        self.name.map_or(0, |name| name.len() as u16 + 2 + LAW)
    }
}

/// Draws both, and tells where they begin.
pub fn draw(canvas: &mut Canvas<'_>, area: Rect, scene: &Scene<'_>) -> u16 {
    let (state, theme) = (scene.state, scene.theme);
    let form = Form::of(area.width, state.run.crawl);
    let limit = limit(form, scene);
    let pieces = [(limit.label, theme.dim), (limit.word, theme.strong), (&*limit.detail, theme.dim)];
    // In a narrow one, what is beside it needs the room.
    let taken = if form.label == BY { super::width(&pieces) } else { form.limit };
    let begin = area.right().saturating_sub(taken + form.law() + 1);
    canvas.pieces(begin, area.y, taken, &pieces);
    if let Some((law, name)) = law(scene).zip(form.name) {
        let x = area.right().saturating_sub(LAW + 1);
        canvas.put(x, area.y, LAW, &law, theme.text);
        canvas.put_right(x, area.y, form.law(), name, theme.dim);
    }
    begin
}

/// What limits the run, in words.
struct Limit {
    label: &'static str,
    word: &'static str,
    detail: String,
}

fn limit(form: &Form, scene: &Scene<'_>) -> Limit {
    let (state, word) = (scene.state, scene.state.limited_by());
    if state.run.draining.is_some() && !word.is_empty() {
        // That is no limit, and wants no label.
        let flying = format!(" ({} in flight)", short(state.requests.in_flight() as u64));
        let fits = form.label == BY || word.len() + flying.len() <= usize::from(form.limit);
        return Limit { label: "", word, detail: if fits { flying } else { String::new() } };
    }
    let label = if word.is_empty() { "" } else { form.label };
    let room = usize::from(form.limit).saturating_sub(crate::text::width(label) + crate::text::width(word) + 4);
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

impl Balance {
    /// Between what is in flight and what the law makes of the other two.
    fn sign(self) -> &'static str {
        match self {
            Balance::Even => "=",
            Balance::Near => "≈",
            Balance::Above => ">",
            Balance::Below => "<",
        }
    }
}

/// Little's law over the last seconds, and once the run has ended, over all of it: `  31 =  412/s ×   75ms`, always as wide; before the run has begun, there is
/// none.
fn law(scene: &Scene<'_>) -> Option<String> {
    let state = scene.state;
    state.run.engine?;
    let flow = state.chart.at(scene.now).flow();
    let sign = flow.map_or("≈", |flow| flow.balance().sign());
    // Where nothing has come out, nobody knows how fast or after how long it does.
    let unknown = || ["·".to_owned(), "·".to_owned()];
    let known = |flow: Flow| [units::number(flow.a_second), units::close_span(flow.span)];
    let flying = flow.map_or(state.requests.in_flight() as f64, |flow| flow.in_flight);
    let (flying, [rate, span]) = (units::number(flying), flow.map_or_else(unknown, known));
    Some(format!("{flying:>4} {sign} {rate:>4}/s × {span:>6}"))
}
