//! The line in which a filter is typed: at the place of the footer, with how much it finds. Knows no key.

use super::canvas::{Canvas, Piece};
use super::filter::TERMS;
use super::found::Found;
use super::hosts;
use super::input::Input;
use super::log::Lines;
use super::rows;
use super::scene::Scene;
use super::view::Pane;
use crate::text::{Cut, Untrusted, width};
use ratatui::layout::Rect;
use ratatui::style::Modifier;
use ratatui::widgets::{Clear, Widget};

/// Columns that are left to what is typed, whatever stands beside it.
const TYPED: u16 = 20;
/// Bytes of one part of what is typed.
const PART: usize = 512;

pub fn draw(canvas: &mut Canvas<'_>, area: Rect, line: &Input, scene: &Scene<'_>) {
    if area.is_empty() {
        return;
    }
    Clear.render(area, canvas.buffer);
    let theme = scene.theme;
    let beside_it = area.width.saturating_sub(TYPED.max(width(line.text()) as u16 + 4));
    let room = usize::from(beside_it);
    let filter = &scene.view.filter;
    let beside = match (filter.trouble(), filter.unknown()) {
        (Some(trouble), _) => (format!("? {} ", fitted(trouble, room.saturating_sub(3), scene)), theme.broken),
        (None, Some(unknown)) => (as_text(unknown, room, scene), theme.text),
        (None, None) => (found(scene, room), theme.dim),
    };
    let taken = (width(&beside.0) as u16).min(area.width.saturating_sub(TYPED));
    let typed = area.width - taken;
    draw_typed(canvas, Rect { width: typed, ..area }, " /", line, scene);
    canvas.put(area.x + typed, area.y, taken, &beside.0, beside.1);
}

/// What is not understood; of a list that is longer than the room, as many words as fit. Of kinds, those that this run
/// has had come first: they are what can be found.
fn fitted(trouble: &str, room: usize, scene: &Scene<'_>) -> String {
    const MORE: &str = " ...";
    let Some((key, words)) = trouble.split_once(": ").filter(|_| width(trouble) > room) else {
        return trouble.to_owned();
    };
    let had = |word: &str| key == "kind" && scene.state.tally.failures().any(|(kind, _)| kind.name() == word);
    let (first, rest): (Vec<&str>, Vec<&str>) = words.split(' ').partition(|word| had(word));
    let mut told = format!("{key}:");
    for word in first.into_iter().chain(rest) {
        if told.len() + 1 + word.len() + MORE.len() > room {
            break;
        }
        told.extend([" ", word]);
    }
    told + MORE
}

/// That a word is no term, as much of this as fits, and then how much is found.
fn as_text(unknown: &str, room: usize, scene: &Scene<'_>) -> String {
    let unknown = Untrusted::new(unknown, PART).shown(TYPED.into(), Cut::End, scene.charset);
    let terms: Vec<&str> = TERMS.iter().map(|term| term.0).collect();
    let short = format!(" {unknown}: is searched as text ");
    let long = format!(" {unknown}: is searched as text; terms are {} ", terms.join(" "));
    let told = |words: &String| format!("{words} {}", found(scene, room.saturating_sub(width(words))));
    let fits = |words: &String| width(words) <= room;
    // The titles of the panes say how much is found, too.
    [told(&long), long, told(&short), short].into_iter().find(fits).unwrap_or_else(|| found(scene, room))
}

/// How much of the tables is found, as many of them as fit, and what to press:
/// `in flight 3 of 31   done 12 of 390   enter keeps  esc clears`. What has the focus stands there in any case.
fn found(scene: &Scene<'_>, room: usize) -> String {
    let of = |name: &str, found: Found| {
        [found.words("", scene.charset), found.close(scene.charset)].map(|words| format!("{name} {words}"))
    };
    let (state, view) = (scene.state, scene.view);
    let [flying, done] = &view.counted;
    // Mostly the tables are in the picture, and have counted them.
    let flying = flying.get().unwrap_or_else(|| rows::flying(state, view, scene.now, 0).counts());
    let done = done.get().unwrap_or_else(|| rows::done(state, view).counts());
    let others = [of("in flight", flying), of("done", done)];
    let focused = match view.focus {
        Pane::Events => Some(of("events", Lines::of(view, scene.telling()).counts())),
        Pane::Hosts => Some(of("hosts", hosts::listing(state, view).counts())),
        _ => None,
    };
    let (least, most) = if focused.is_some() { (1, 3) } else { (2, 2) };
    let parts: Vec<[String; 2]> = focused.into_iter().chain(others).collect();
    let told = |count: usize, form: usize| {
        let parts: Vec<&str> = parts[..count].iter().map(|forms| forms[form].as_str()).collect();
        format!(" {} ", parts.join("   "))
    };
    let worded = |count, form| format!("{}  enter keeps  esc clears ", told(count, form));
    let fits = |words: &String| width(words) <= room;
    // What to press says more than that nothing moves.
    let forms = |count| [worded(count, 0), worded(count, 1), told(count, 0), told(count, 1)];
    let mut all = (least..=most).rev().flat_map(forms);
    all.find(fits).unwrap_or_else(|| told(least, 1))
}

/// What is typed behind `lead`, with the cell of the cursor reversed; its end, where it is longer than the room.
pub(super) fn draw_typed(canvas: &mut Canvas<'_>, area: Rect, lead: &str, line: &Input, scene: &Scene<'_>) {
    let theme = scene.theme;
    let shown = |text: &str| Untrusted::new(text, PART).shown(PART, Cut::End, scene.charset);
    let [before, under, behind] = line.parts().map(shown);
    let under = if under.is_empty() { " ".to_owned() } else { under };
    let room = usize::from(area.width).saturating_sub(3 + width(&under));
    let before = tail(&before, room, scene.charset.ellipsis(room));
    let cursor = theme.text.add_modifier(Modifier::REVERSED);
    let pieces: [Piece<'_>; 4] =
        [(lead, theme.key), (&before, theme.strong), (&under, cursor), (&behind, theme.strong)];
    canvas.pieces(area.x, area.y, area.width, &pieces);
}

/// The end of a text in so many columns.
fn tail(text: &str, room: usize, ellipsis: &str) -> String {
    if width(text) <= room {
        return text.to_owned();
    }
    let left = room.saturating_sub(width(ellipsis));
    let begins = text.char_indices().map(|(at, _)| at);
    let rest = begins.map(|at| &text[at..]).find(|rest| width(rest) <= left).unwrap_or("");
    format!("{ellipsis}{rest}")
}
