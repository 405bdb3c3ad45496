//! What a URL has in common with others that a server makes in the same way. Knows nothing of limits.

use std::ops::RangeInclusive;

use super::{TrapKind, query, session};

/// Letters and digits of a name that is made, not written: at least so many with a digit among them.
const MADE: usize = 20;
/// The same where they are all hexadecimal.
const MADE_HEX: usize = 8;

/// Years that a calendar shows, and that the number of an article rarely is.
const YEARS: RangeInclusive<u32> = 1900..=2999;

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// A URL with a `*` for each part that varies. Its room is used again for the next one.
#[derive(Debug, Default)]
pub struct Pattern {
    /// Scheme, host and path.
    path: String,
    has_numbers: bool,
    month: Month,
    query: query::Reader,
    /// The URL without the values of session ids.
    session: Option<String>,
}

/// Whether two neighbouring numbers of a path are a year and a month, or one is a date.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Month {
    #[default]
    None,
    /// Their lengths would fit, their values don't: this is no calendar.
    Never,
    Of(u32),
}

/// Something to count a page in.
#[derive(Clone, Copy, Debug)]
pub struct Counted<'a> {
    pub kind: TrapKind,
    pub path: &'a str,
    /// The names of a query, where they tell one pattern from another.
    pub names: &'a str,
    pub unit: Unit<'a>,
}

/// What is counted.
#[derive(Clone, Copy, Debug)]
pub enum Unit<'a> {
    Page,
    /// Different values.
    Value(&'a str),
    Month(Month),
}

impl Pattern {
    pub fn read(&mut self, url: &str, origin_end: usize) {
        let (path, query) = url.split_once('?').unwrap_or((url, ""));
        self.path.clear();
        self.path.push_str(&url[..origin_end]);
        (self.has_numbers, self.month) = (false, Month::None);
        self.read_path(&path[origin_end..]);
        self.query.read(query);
        let suspect = self.query.has_session() || memchr::memchr2(b'=', b'(', path.as_bytes()).is_some();
        self.session = if suspect { session::hidden(path, query) } else { None };
    }

    /// All that a page is one of, the narrowest first; nothing where no other URL can be like it.
    pub fn counted(&self) -> impl Iterator<Item = Counted<'_>> {
        let (path, names) = (self.path.as_str(), self.query.names());
        let paged = !names.is_empty();
        let session = self.session.as_deref().map(|path| (TrapKind::Sessions, path, "", Unit::Page));
        let month = (self.month != Month::None).then_some((TrapKind::Months, path, "", Unit::Month(self.month)));
        let dates = Some(self.query.dates()).filter(|dates| !dates.is_empty());
        let dates = dates.map(|dates| (TrapKind::Calendar, path, names, Unit::Value(dates)));
        let query = paged.then_some((TrapKind::QueryPattern, path, names, Unit::Page));
        let queries = paged.then_some((TrapKind::PathQueries, path, "", Unit::Page));
        let pages = (!paged && self.has_numbers).then_some((TrapKind::PathPattern, path, "", Unit::Page));
        let all = [session, month, dates, query, queries, pages].into_iter().flatten();
        all.map(|(kind, path, names, unit)| Counted { kind, path, names, unit })
    }

    /// The pattern as it is told.
    pub fn shown(&self, kind: TrapKind) -> String {
        match kind {
            TrapKind::Sessions => self.session.clone().unwrap_or_default(),
            TrapKind::Calendar | TrapKind::QueryPattern => format!("{}?{}", self.path, self.query.names()),
            TrapKind::PathQueries => format!("{}?*", self.path),
            _ => self.path.clone(),
        }
    }

    fn read_path(&mut self, path: &str) {
        // Without a digit only a made word of letters could vary, and that is seldom.
        let has_digits = path.bytes().any(|byte| byte.is_ascii_digit());
        let mut rest = if has_digits { path } else { "" };
        if !has_digits {
            self.path.push_str(path);
        }
        let mut before = None;
        while !rest.is_empty() {
            let end = rest.bytes().position(|byte| !byte.is_ascii_alphanumeric()).unwrap_or(rest.len());
            let (word, after) = rest.split_at(end);
            self.push_word(word);
            if !word.is_empty() {
                self.look_for_date(word);
                self.look_for_month(before, word);
                before = Some(word);
            }
            // What stands between words; an escape is no word.
            let end = if after.starts_with('%') { after.len().min(3) } else { after.len().min(1) };
            self.path.push_str(&after[..end]);
            rest = &after[end..];
        }
    }

    /// A word with its numbers hidden, or all of it where it looks made.
    fn push_word(&mut self, word: &str) {
        if !word.bytes().any(|byte| byte.is_ascii_digit()) && !self.follows_made(word) {
            self.path.push_str(word);
            return;
        }
        self.has_numbers = true;
        if is_made(word) || self.follows_made(word) {
            self.path.push('*');
            return;
        }
        let mut in_number = false;
        for letter in word.chars() {
            if !letter.is_ascii_digit() {
                self.path.push(letter);
            } else if !in_number {
                self.path.push('*');
            }
            in_number = letter.is_ascii_digit();
        }
    }

    /// Whether it goes on with a UUID.
    fn follows_made(&self, word: &str) -> bool {
        matches!(word.len(), 4 | 12) && self.path.ends_with("*-") && word.bytes().all(|byte| byte.is_ascii_hexdigit())
    }

    /// A date or a month without anything between its numbers: `20310405`, `203104`.
    fn look_for_date(&mut self, word: &str) {
        let Some(date) = number(word, 6..=6).map(|month| month * 100 + 1).or_else(|| number(word, 8..=8)) else {
            return;
        };
        let (year, month, day) = (date / 10_000, date / 100 % 100, date % 100);
        if self.month == Month::None {
            let fits = YEARS.contains(&year) && (1..=12).contains(&month) && (1..=31).contains(&day);
            self.month = if fits { Month::Of(year * 12 + month) } else { Month::Never };
        }
    }

    fn look_for_month(&mut self, before: Option<&str>, word: &str) {
        let Some(before) = before else { return };
        let ordered = number(before, 4..=4).zip(number(word, 1..=2).or_else(|| named(word)));
        if let Some((year, month)) = ordered.or_else(|| number(word, 4..=4).zip(named(before))) {
            let fits = YEARS.contains(&year) && (1..=12).contains(&month);
            self.month = if fits { Month::Of(year * 12 + month) } else { Month::Never };
        }
    }
}

/// A number of so many digits.
fn number(word: &str, digits: RangeInclusive<usize>) -> Option<u32> {
    let fits = digits.contains(&word.len()) && word.bytes().all(|byte| byte.is_ascii_digit());
    word.parse().ok().filter(|_| fits)
}

/// The number of a month that is named, in full or by three letters.
fn named(word: &str) -> Option<u32> {
    let is = |name: &&str| word.eq_ignore_ascii_case(name) || word.eq_ignore_ascii_case(&name[..3]);
    MONTHS.iter().zip(1..).find(|(name, _)| is(name)).map(|(_, number)| number)
}

fn is_made(word: &str) -> bool {
    let hex = word.bytes().all(|byte| byte.is_ascii_hexdigit());
    word.len() >= MADE || hex && word.len() >= MADE_HEX
}
