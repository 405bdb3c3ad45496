//! The report of a crawl as tables, the most telling first. Knows neither text nor Markdown: whoever prints makes the
//! cells safe.

mod links;
mod pages;
mod site;
mod wrong;

use super::digest::Digest;
use crate::text::Untrusted;

/// One thing that is told, such as the broken links.
#[derive(Clone, Debug, PartialEq)]
pub struct Section {
    /// What it is, and how many there are.
    pub title: String,
    pub columns: &'static [Column],
    pub rows: Vec<Row>,
    /// What is not told: targets, or rows.
    pub more: u64,
    /// Of what is told, not all places are.
    pub cut: bool,
}

/// A column of a section.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Column {
    pub name: &'static str,
    pub kind: Kind,
    /// What tells, in a line without column names, what it is.
    pub before: &'static str,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Rows that have the same here, one after another, belong together.
    Group,
    Left,
    Right,
}

pub type Row = Vec<Cell>;

/// A field of a row, by where its words come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cell {
    /// Own words.
    Own(String),
    /// Of it, the beginning and the end matter.
    Url(Untrusted),
    /// Of it, the beginning matters.
    Words(Untrusted),
    /// As someone wrote it, in quotes.
    Quoted(Untrusted),
}

impl Cell {
    fn own(words: impl Into<String>) -> Cell {
        Cell::Own(words.into())
    }

    fn empty() -> Cell {
        Cell::Own(String::new())
    }
}

/// How much is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Caps {
    /// Rows of a section.
    pub rows: usize,
    /// Places of one target, where it is wrong all over the site.
    pub places: usize,
}

impl Caps {
    /// For a screen.
    pub const SHORT: Caps = Caps { rows: 15, places: 15 };
    /// For a document.
    pub const LONG: Caps = Caps { rows: 1000, places: 20 };

    /// How to be told more; nothing, where nothing is left out.
    pub fn hint(self, sections: &[Section]) -> Option<&'static str> {
        let cut = sections.iter().any(|section| section.more > 0 || section.cut);
        let hint = if self == Caps::SHORT { "-o report.md (or .txt, .jsonl)" } else { "-o report.jsonl" };
        cut.then_some(hint)
    }
}

const fn group(name: &'static str) -> Column {
    Column { name, kind: Kind::Group, before: "" }
}

const fn left(name: &'static str) -> Column {
    Column { name, kind: Kind::Left, before: "" }
}

const fn right(name: &'static str) -> Column {
    Column { name, kind: Kind::Right, before: "" }
}

const fn number(before: &'static str, name: &'static str) -> Column {
    Column { name, kind: Kind::Right, before }
}

const fn behind(before: &'static str, name: &'static str) -> Column {
    Column { name, kind: Kind::Left, before }
}

type Build = fn(&Digest, Caps) -> Option<Section>;

/// In the order in which they are told.
const ALL: [Build; 16] = [
    wrong::broken,
    wrong::failed,
    links::malformed,
    links::fragments,
    links::unchecked,
    links::redirects,
    wrong::blocked,
    links::unfollowed,
    pages::slowest,
    pages::largest,
    pages::duplicates,
    site::hosts,
    site::robots,
    site::sitemaps,
    site::widened,
    site::trapped,
];

/// Those that have something to tell.
pub fn sections(digest: &Digest, caps: Caps) -> Vec<Section> {
    ALL.iter().filter_map(|build| build(digest, caps)).collect()
}

impl Section {
    /// `rows` of `all`, of which more may be known by number only; none, where there is nothing.
    fn new(title: String, columns: &'static [Column], rows: Vec<Row>, all: u64) -> Option<Section> {
        let more = all.saturating_sub(rows.len() as u64);
        (all > 0).then_some(Section { title, columns, rows, more, cut: false })
    }
}

/// `1 page`, `2 pages`.
fn counted(count: u64, one: &str, many: &str) -> String {
    format!("{} {}", crate::units::count(count), if count == 1 { one } else { many })
}
