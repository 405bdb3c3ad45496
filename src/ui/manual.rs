//! What the help says, in lines of a width: the keys, the signs, and the words of the pane that has the focus. Knows
//! no place on the screen.

use super::filter::TERMS;
use super::found::at_least;
use super::keys::{Action, Places, bindings};
use super::slow::Level;
use super::theme::Theme;
use super::view::{Pane, View};
use super::waterfall::sign;
use crate::explain::{Entry, Group, wrap};
use crate::phase::Phase;
use crate::report::MARKS;
use crate::text::{Charset, width};
use ratatui::style::Style;

/// A line of the help.
pub type Line = Vec<(String, Style)>;

/// Columns of the key's name.
const KEY: usize = 7;
/// What the sign before a count means.
const GROWS: &str = "before a count: at least so many, for not all has been looked through yet";
/// Columns between a word and what it means.
const GAP: usize = 2;

/// All of it, and the line at which the words of the pane begin.
pub struct Manual {
    pub lines: Vec<Line>,
    pub words: usize,
}

impl Manual {
    pub fn of(view: &View, theme: &Theme, charset: Charset, columns: usize) -> Manual {
        let (focus, page) = (view.focus, view.detail.is_some());
        let mut lines = keys(view, theme, columns);
        let legend = if page { vec![phases(theme), outcomes(theme)] } else { legend(focus, theme) };
        lines.extend(legend.iter().flat_map(|row| signs(row, columns, theme)));
        if !page {
            lines.extend(terms(view, theme, charset, columns));
        }
        lines.push(Line::new());
        let words = lines.len();
        let (name, groups) = match page {
            true => ("Detail", &[Group::Detail, Group::Phase][..]),
            false => (focus.name(), groups(focus)),
        };
        lines.extend(section(name, groups, columns, theme));
        lines.push(Line::new());
        lines.extend(section("Header", &[Group::Header, Group::Limit], columns, theme));
        lines.extend(signs(&flows(theme), columns, theme));
        Manual { lines, words }
    }
}

/// Where the words of a pane are from.
fn groups(pane: Pane) -> &'static [Group] {
    match pane {
        Pane::InFlight => &[Group::Column, Group::Phase],
        Pane::Timing => &[Group::Figure],
        Pane::Charts => &[Group::Chart, Group::Mark],
        Pane::Events => &[Group::Event, Group::Callback],
        Pane::Done => &[Group::Done, Group::Outcome, Group::Failure],
        Pane::Hosts => &[Group::Host],
    }
}

fn keys(view: &View, theme: &Theme, columns: usize) -> Vec<Line> {
    bindings(Places::of_view(view))
        .flat_map(|binding| item(binding.keys, KEY, binding.meaning, columns, theme))
        .collect()
}

/// A heading, and each word with its first sentence.
fn section(heading: &str, groups: &[Group], columns: usize, theme: &Theme) -> Vec<Line> {
    let entries: Vec<Entry> = groups.iter().flat_map(|group| group.entries()).collect();
    let longest = entries.iter().map(|entry| width(entry.word)).max().unwrap_or(0) + GAP;
    let told = entries.iter().flat_map(|entry| item(entry.word, longest, entry.means[0], columns, theme));
    [vec![(format!(" {heading}"), theme.strong)]].into_iter().chain(told).collect()
}

/// A name in its own columns, and its meaning beside it in as many lines as it needs.
fn item(name: &str, indent: usize, meaning: &str, columns: usize, theme: &Theme) -> Vec<Line> {
    let names = [name].into_iter().chain(std::iter::repeat(""));
    let meaning = wrap(meaning, columns.saturating_sub(indent + 2));
    let line = |(name, meaning)| vec![(format!(" {name:<indent$}"), theme.key), (meaning, theme.text)];
    names.zip(meaning).map(line).collect()
}

/// A sign, its ink, and what it stands for.
type Sign = (&'static str, Style, &'static str);

fn phases(theme: &Theme) -> Vec<Sign> {
    // A request that is blocked has no bar.
    Phase::ALL.into_iter().skip(1).map(|phase| (sign(phase), theme.phase(phase), phase.name())).collect()
}

fn outcomes(theme: &Theme) -> Vec<Sign> {
    let styles = [theme.ok, theme.redirect, theme.broken, theme.failed, theme.timeout, theme.dim];
    let names = ["ok", "redirect", "broken (4xx, 5xx)", "failed", "timeout", "kept out, let go"];
    MARKS.iter().zip(styles.into_iter().zip(names)).map(|(mark, (style, name))| (mark.0, style, name)).collect()
}

fn levels(theme: &Theme) -> Vec<Sign> {
    Level::NAMED.iter().map(|&(level, name)| (level.sign(), level.style(theme), name)).collect()
}

/// How what is in flight compares with what goes out, in the header.
fn flows(theme: &Theme) -> Vec<Sign> {
    [("≈", "nearly what flows"), (">", "more comes in than goes out, or some hangs"), ("<", "it runs dry")]
        .map(|(sign, name)| (sign, theme.dim, name))
        .to_vec()
}

/// The signs that a pane shows.
fn legend(pane: Pane, theme: &Theme) -> Vec<Vec<Sign>> {
    match pane {
        Pane::InFlight => vec![phases(theme), levels(theme), outcomes(theme)],
        Pane::Timing => vec![phases(theme)],
        Pane::Charts => vec![vec![("▸", theme.key, "changed by hand"), ("┊", theme.dim, "when that was")]],
        Pane::Done => vec![outcomes(theme)],
        Pane::Events | Pane::Hosts => Vec::new(),
    }
}

/// What can be looked for in a table.
fn terms(view: &View, theme: &Theme, charset: Charset, columns: usize) -> Vec<Line> {
    if !bindings(Places::of_view(view)).any(|binding| binding.does(Action::Find)) {
        return Vec::new();
    }
    let longest = TERMS.iter().map(|term| width(term.1)).max().unwrap_or(0) + GAP;
    let told = TERMS.iter().flat_map(|(_, example, means)| item(example, longest, means, columns, theme));
    let heading =
        " What / looks for, beside text in URLs and in why they failed: all of it, or with - before it the contrary";
    let heading = wrap(heading.trim_start(), columns.saturating_sub(2)).into_iter();
    let heading = heading.map(|line| vec![(format!(" {line}"), theme.strong)]);
    let grows = item(at_least(charset), longest, GROWS, columns, theme);
    [Line::new()].into_iter().chain(heading).chain(told).chain(grows).collect()
}

/// As many signs a line as fit.
fn signs(signs: &[Sign], columns: usize, theme: &Theme) -> Vec<Line> {
    let (mut lines, mut taken) = (vec![Line::new()], 0);
    for &(sign, style, name) in signs {
        let (sign, name) = (format!(" {sign}"), format!(" {name} "));
        let needed = width(&sign) + width(name.trim_end());
        if taken > 0 && taken + needed > columns {
            lines.push(Line::new());
            taken = 0;
        }
        taken += width(&sign) + width(&name);
        lines.last_mut().expect("there is a first line").extend([(sign, style), (name, theme.text)]);
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::explain::find;
    use crate::ui::keys::{FRAMED, KEYS};
    use crate::ui::picture::PLAIN;
    use crate::ui::theme::{Depth, ThemeName};
    use crate::ui::{done, hosts, inflight};

    /// Orders, and what else the titles of panes and the row of a recording say beside numbers.
    const SAID: [&str; 20] = [
        "resume",
        "thaw",
        "end at once",
        "as completed",
        "in the order given",
        "by slot",
        "by slot, inverted",
        "oldest first",
        "youngest first",
        "most waiting first",
        "least waiting first",
        "most fetches first",
        "fewest fetches first",
        "sorted by",
        "above",
        "filter",
        "seeking",
        "↑",
        "↓",
        "more hosts",
    ];

    #[test]
    fn each_word_and_sign_of_the_tables_that_are_drawn_is_explained() {
        let theme = Theme::named(ThemeName::Dark, Depth::True);
        let legends = Pane::ALL.into_iter().flat_map(|pane| legend(pane, &theme)).chain([flows(&theme)]);
        let signs = legends.flatten().map(|(sign, ..)| sign);
        let keys = KEYS.iter().flat_map(|binding| binding.keys.split(' ').chain(binding.word));
        let columns = inflight::sortable().map(|column| column.title);
        let columns = columns.chain(done::sortable().map(|column| column.title));
        let columns = columns.chain(hosts::sortable(true).map(|column| column.title));
        let all = signs.chain(keys).chain(columns).chain(SAID).chain(Pane::ALL.map(Pane::name));
        let all = all.chain(TERMS.iter().map(|term| term.0)).chain(FRAMED.iter().map(|(_, word)| *word));
        let all = all.chain([at_least(Charset::Unicode), at_least(Charset::Ascii)]);
        let outcomes = MARKS.iter().map(|(sign, _)| *sign);
        let drawn = PLAIN.iter().flat_map(|(signs, _)| signs.split("")).filter(|sign| !sign.is_empty());
        let all = all.chain(outcomes).chain(drawn);
        let mut unknown: Vec<&str> = all.filter(|word| find(word).is_err()).collect();
        unknown.sort_unstable();
        unknown.dedup();
        assert!(unknown.is_empty(), "{unknown:?}");
        for phase in Phase::ALL.into_iter().skip(1) {
            assert_eq!(find(sign(phase)).map(|found| found[0].word), Ok(phase.name()));
        }
    }
}
