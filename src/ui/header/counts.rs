//! The counts of the header's second line: results by their outcomes, and in which form they all stand. Knows no rate.

use super::width;
use crate::fetched::Outcome;
use crate::ui::canvas::{Canvas, Piece};
use crate::ui::crawl;
use crate::ui::scene::Scene;
use crate::units;
use ratatui::layout::Rect;

/// How a count is told.
pub type Form = fn(u64) -> String;

/// From the longest to the shortest. Counts are shortened before anything leaves.
const FORMS: [Form; 3] = [units::count, long, short];

/// Columns of what is done and found in a crawl, with a word behind it and without.
const FOUND: u16 = 24;
const BARE: u16 = 18;
/// Columns of what is expected as the end of a run, and of the label of what waits in a crawl.
const EXPECTED: usize = 12;
const WAITING: usize = 8;
/// From this width on, outcomes have names; from the other one on, the counts stand apart.
pub const NAMED: u16 = 80;
const WIDE: u16 = 120;
const APART: u16 = 140;
/// From this width on, nothing of them moves as they grow.
const STEADY: u16 = 60;

/// `9,999`, `12k`.
fn long(count: u64) -> String {
    if count < 10_000 { units::count(count) } else { units::number(count as f64) }
}

/// `999`, `1.3k`.
fn short(count: u64) -> String {
    if count < 1_000 { units::count(count) } else { units::number(count as f64) }
}

/// Columns that no count up to `most` needs more than in that form: `9.9k` needs more than `64k`.
fn widest(form: Form, most: u64) -> usize {
    let decades = (0..=most.checked_ilog10().unwrap_or(0)).map(|digits| 10_u64.pow(digits));
    let counts = decades.flat_map(|decade| [decade - 1, decade / 10 * 11]).filter(|&count| count <= most);
    counts.chain([most]).map(|count| form(count).len()).max().unwrap_or(0)
}

/// How many results there will be, where that is known.
fn total(scene: &Scene<'_>) -> Option<u64> {
    let run = &scene.state.run;
    if run.crawl { None } else { (!run.more).then_some(run.targets).or_else(|| foreseen(scene)) }
}

/// Targets that a crawl has found, or who plays it knows that it will have.
fn most_found(scene: &Scene<'_>) -> u64 {
    foreseen(scene).unwrap_or(0).max(crawl::found(scene.state))
}

/// Columns of what is done and found in a crawl, with a blank behind: in a recording that has been read, as many as in its
/// last picture.
pub fn progressed(form: Form, scene: &Scene<'_>) -> usize {
    let last = |total| crawl::progress_of(form(total), form(total), true).len();
    crawl::progress(scene.state, form).len().max(foreseen(scene).map_or(0, last)) + 1
}

/// What the run at hand did not know yet, and who plays it does, once its recording has been read.
fn foreseen(scene: &Scene<'_>) -> Option<u64> {
    let extent = &scene.view.scrub.as_ref()?.standing.extent;
    extent.ended.as_ref().map(|_| extent.targets)
}

/// The first form in which all that matters has room: what is done, and what waits or the end that is expected. It
/// depends on what only grows, so that it changes rarely.
pub fn form(columns: u16, scene: &Scene<'_>) -> Form {
    let all = |form: &&Form| needed(**form, scene, true) <= room(columns, **form, scene);
    let least = |form: &&Form| needed(**form, scene, false) <= room(columns, **form, scene);
    *FORMS.iter().find(all).or_else(|| FORMS.iter().find(least)).unwrap_or(&FORMS[2])
}

/// Columns that the outcomes leave.
fn room(columns: u16, form: Form, scene: &Scene<'_>) -> usize {
    usize::from(columns.saturating_sub(width(&pieces(&texts(columns, form, scene), scene))))
}

/// What of a crawl has room: judged by the longest form, so that a shorter one never brings what the longer one, on a
/// wider screen, takes away again.
pub struct Fits {
    /// What was found is called so.
    pub worded: bool,
    /// Where the first field begins, and how many there are: what waits is there in whatever form.
    pub first: u16,
    pub fields: usize,
}

impl Fits {
    pub fn of(columns: u16, scene: &Scene<'_>) -> Fits {
        let room = room(columns, units::count, scene);
        let fields = crawl::fields(scene, units::count);
        let least = |(label, value): &(&str, String)| label.len() + value.trim_end().len();
        let progress = progressed(units::count, scene);
        let named = usize::from(FOUND).max(progress + usize::from(FOUND - BARE));
        let worded = columns >= NAMED && named + least(&fields[0]) <= room;
        let first = if worded { FOUND } else { BARE };
        let mut x = if worded { named } else { progress.max(usize::from(BARE)) };
        let mut count = 0;
        for field in fields.iter().take(if columns < NAMED { 1 } else { fields.len() }) {
            if x + least(field) > room {
                break;
            }
            x += field.0.len() + field.1.len() + 1;
            count += 1;
        }
        Fits { worded, first, fields: count.max(1) }
    }
}

/// Columns of what is done, and behind it of what comes next.
fn needed(form: Form, scene: &Scene<'_>, more: bool) -> usize {
    let state = scene.state;
    if !state.run.crawl {
        // Where nobody knows how many there are, no end is expected.
        return done(form, scene).len() + if more && total(scene).is_some() { EXPECTED } else { 0 };
    }
    let progress = progressed(form, scene);
    let waiting = WAITING + form(most_found(scene)).len();
    if more { progress.max(usize::from(BARE)) + waiting } else { progress }
}

/// How far a run is whose targets are counted.
pub fn done(form: Form, scene: &Scene<'_>) -> String {
    let (state, run) = (scene.state, &scene.state.run);
    let room = widest(form, total(scene).unwrap_or(run.targets));
    let of = format!("{}{}", form(run.targets), if run.more { "+" } else { "" });
    let of_room = foreseen(scene).map_or(of.len(), |total| form(total).len()) + 1;
    // The sign of more takes the blank behind.
    format!(" {:>room$} of {of:<of_room$}", form(state.done.count))
}

/// Results of each outcome at the right end; tells where they begin.
pub fn draw(canvas: &mut Canvas<'_>, area: Rect, form: Form, scene: &Scene<'_>) -> u16 {
    let texts = texts(area.width, form, scene);
    let pieces = pieces(&texts, scene);
    let taken = width(&pieces);
    let begin = area.right().saturating_sub(taken);
    canvas.pieces(begin, area.y, taken, &pieces);
    begin
}

/// A blank, a word and a count of each.
struct Texts {
    gap: &'static str,
    words: [&'static str; 4],
    counts: [String; 4],
    /// What is in none of these, so that they add up to what is done; blanks where there is none of it yet, so that nothing
    /// moves as it comes.
    let_go: Option<[String; 2]>,
    /// Behind the last one, which has no room to grow; the others have some.
    margin: &'static str,
}

/// The numbers have room to grow: each for all there will be, where that is known.
fn texts(columns: u16, form: Form, scene: &Scene<'_>) -> Texts {
    const LET_GO: &str = "⊘";
    let state = scene.state;
    let found = total(scene).unwrap_or_else(|| most_found(scene));
    let most = widest(form, found).max(if state.run.crawl { 5 } else { 0 });
    let each = total(scene).map_or(0, |total| widest(form, total));
    let let_go = crawl::let_go(state);
    // On the smallest screens there is no room for what is not there.
    let keeps = columns >= STEADY || let_go > 0;
    let gap = match columns {
        APART.. => "   ",
        WIDE.. => "  ",
        _ if keeps => " ",
        _ => "  ",
    };
    let words = if columns < NAMED { ["✓", "→", "!", "✗"] } else { ["ok ", "redirect ", "broken ", "failed "] };
    let counts = Outcome::ALL.map(|outcome| {
        let room = match (columns, outcome) {
            (..STEADY, _) => 1,
            (_, Outcome::Ok) => most,
            (..NAMED, _) => each.max(2),
            _ => each.max(3),
        };
        format!("{:<room$}", form(crawl::counted(state, outcome)))
    });
    let (sign, room) = match columns {
        WIDE.. => (format!("{LET_GO} "), 2),
        _ => (LET_GO.to_owned(), if columns < STEADY { 1 } else { 2 }),
    };
    let let_go = keeps.then(|| match let_go {
        0 => [" ".repeat(width(&[(&sign, scene.theme.text)]).into()), " ".repeat(room)],
        count => [sign, format!("{:<room$}", form(count))],
    });
    let margin = if columns < WIDE { "" } else { " " };
    Texts { gap, words, counts, let_go, margin }
}

fn pieces<'a>(texts: &'a Texts, scene: &Scene<'_>) -> Vec<Piece<'a>> {
    let theme = scene.theme;
    let each = Outcome::ALL.map(|outcome| {
        (texts.words[outcome as usize], texts.counts[outcome as usize].as_str(), theme.outcome(outcome))
    });
    let let_go = texts.let_go.as_ref().map(|[sign, count]| (sign.as_str(), count.as_str(), theme.text));
    let margin = texts.let_go.as_ref().map(|_| (texts.margin, theme.text));
    let all = each.into_iter().chain(let_go);
    let all = all.flat_map(|(word, count, style)| [(texts.gap, theme.text), (word, theme.dim), (count, style)]);
    all.chain(margin).collect()
}
