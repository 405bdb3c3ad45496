//! Which lines of the event log are seen: those that the filter takes, and the place in them. Knows no cell.
//!
//! A line is looked for by the words that are seen of it, and by what is known of the fetch that it is about. Of what is
//! about no fetch nothing is known but a host, where it names one: like everywhere, no term meets what is not known, and
//! only one that is negated takes it.

use super::words::Words;
use crate::event::EventKind;
use crate::fetched::Fetched;
use crate::id::{ByFetch, FetchId};
use crate::state::{Line, Log};
use crate::text::Untrusted;
use crate::ui::filter::Facts;
use crate::ui::found::Found;
use crate::ui::rows::{facts_of_done, facts_of_request, hidden, shown_from};
use crate::ui::scene::Telling;
use crate::ui::scroll::{Extent, Scroll};
use crate::ui::view::View;
use std::cell::Cell;

/// Columns of the words that are looked through.
const LOOKED_THROUGH: usize = 512;

pub struct Lines<'a> {
    log: &'a Log,
    verbose: bool,
    /// A line may take several rows: nothing is known of how many are seen.
    wrap: bool,
    /// What the filter takes, the oldest first; none, where that is everything.
    taken: Option<Vec<Line<'a>>>,
    /// There may be more of that: not all lines have been looked at.
    more: bool,
}

impl<'a> Lines<'a> {
    pub fn of(view: &View, telling: Telling<'a>) -> Lines<'a> {
        let (log, verbose) = (&telling.state.log, view.verbose);
        let taken = (!view.filter.is_empty()).then(|| {
            let known = Known::of(telling);
            let words = Words { telling, room: LOOKED_THROUGH };
            let all = log.before(u64::MAX, verbose);
            let mut text = String::new();
            let named = view.filter.is_named();
            view.told.under(shown_from(telling.state) ^ telling.charset as usize);
            let takes = |line: &Line<'a>| {
                let facts = known.facts(&line.event.kind);
                let unnamed = view.filter.takes_unnamed(&facts);
                if !named || !unnamed {
                    return unnamed;
                }
                let mut find = || {
                    // Most often the texts need not even be read.
                    let hidden = facts.text.map_or(0, |text| hidden(telling.state, text));
                    let facts = Facts { hidden, ..facts };
                    view.filter.takes_line(&facts, &mut text, |text| words.write(*line, text))
                };
                // The words about a fetch change only with its text; others may change with whatever goes on.
                if line.event.kind.fetch().is_none() {
                    return find();
                }
                let is_same = |known: &Option<Untrusted>| is_same(known.as_ref(), facts.text);
                view.told.recall(line.seat, is_same, || (facts.text.cloned(), find()))
            };
            let mut taken: Vec<_> = all.filter(takes).collect();
            taken.reverse();
            taken
        });
        Lines { log, verbose, wrap: view.wrap, more: taken.is_some() && view.told.owes(), taken }
    }

    /// How many of them are kept, and of how many.
    pub fn counts(&self) -> Found {
        let all = self.log.count(self.verbose) - self.log.gone(self.verbose);
        Found { taken: self.taken.as_ref().map_or(all, |taken| taken.len() as u64), all, more: self.more }
    }

    /// Whether there were more that are kept no longer.
    pub fn has_forgotten(&self) -> bool {
        self.log.gone(self.verbose) > 0
    }

    pub fn extent(&self, shown: u64) -> Extent {
        let shown = if self.wrap { 1 } else { shown };
        match &self.taken {
            Some(taken) => Extent { count: taken.len() as u64, gone: 0, shown },
            None => Extent { count: self.log.count(self.verbose), gone: self.log.gone(self.verbose), shown },
        }
    }

    /// The place in the log, by the lines that are seen.
    pub fn place(&self, view: &View) -> Scroll {
        view.log.map(|number| match &self.taken {
            Some(taken) => taken.partition_point(|line| line.number < number) as u64,
            None => self.log.rows_below(number, self.verbose),
        })
    }

    /// The least number of an event that so many lines come before.
    pub fn number(&self, rows: u64) -> u64 {
        match &self.taken {
            Some(taken) => {
                rows.checked_sub(1).and_then(|last| taken.get(last as usize)).map_or(0, |line| line.number + 1)
            }
            None => self.log.number(rows, self.verbose),
        }
    }

    /// The first so many of them, the last one first.
    pub fn before(&self, rows: u64) -> impl Iterator<Item = Line<'a>> {
        let taken = self.taken.as_ref().map(|taken| taken[..taken.len().min(rows as usize)].iter().rev().copied());
        let all = self.taken.is_none().then(|| self.log.before(self.log.number(rows, self.verbose), self.verbose));
        taken.into_iter().flatten().chain(all.into_iter().flatten())
    }
}

/// Whether both are one text, not only equal ones.
fn is_same(one: Option<&Untrusted>, other: Option<&Untrusted>) -> bool {
    one.map(Untrusted::place) == other.map(Untrusted::place)
}

/// What is known of fetches.
struct Known<'a> {
    telling: Telling<'a>,
    done: ByFetch<&'a Fetched>,
    /// Of the fetch that was asked for last: often the next line is about the same.
    last: Cell<Option<(FetchId, Facts<'a>)>>,
}

impl<'a> Known<'a> {
    fn of(telling: Telling<'a>) -> Known<'a> {
        let done = telling.state.done.iter().map(|row| (row.id, &*row.fetched)).collect();
        Known { telling, done, last: Cell::new(None) }
    }

    /// All but how much of the text is hidden.
    fn facts(&self, kind: &'a EventKind) -> Facts<'a> {
        match kind.fetch() {
            Some(id) => self.facts_of(id),
            None => Facts { text: named(kind), ..Facts::default() },
        }
    }

    fn facts_of(&self, id: FetchId) -> Facts<'a> {
        if let Some((_, facts)) = self.last.get().filter(|(last, _)| *last == id) {
            return facts;
        }
        let Telling { state, now, .. } = self.telling;
        let request = || state.requests.get(id).map(|request| facts_of_request(request, now));
        let result = || self.done.get(&id).map(|fetched| facts_of_done(fetched, state));
        let facts = request().or_else(result).unwrap_or_default();
        self.last.set(Some((id, facts)));
        facts
    }
}

/// The host or the URL that an event names which is about no fetch.
fn named(kind: &EventKind) -> Option<&Untrusted> {
    match kind {
        EventKind::HostPaced(paced) => Some(&paced.host),
        EventKind::Limited { limited } => limited.as_ref()?.host.as_ref(),
        EventKind::Trapped { url, .. } => Some(url),
        EventKind::Widened { to, .. } => Some(to),
        _ => None,
    }
}
