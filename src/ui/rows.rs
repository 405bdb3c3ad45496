//! The rows of the tables of requests and of results: those that the filter takes, in their order, and the page of them
//! that is seen. Knows no cell.

use super::filter::{Facts, Filter};
use super::found::Found;
use super::sort::Ordered;
use super::view::View;
use super::way::Way;
use super::{done, inflight};
use crate::clock::At;
use crate::event::Because;
use crate::fetched::Fetched;
use crate::id::FetchId;
use crate::state::{DoneRow, Left, Request, Requests, State};
use crate::text::Untrusted;
use std::collections::HashSet;
use std::iter::Peekable;
use std::sync::Arc;

/// A row of the requests in flight.
#[derive(Clone, Copy)]
pub struct Flying<'a> {
    pub request: &'a Request,
    /// It has ended, and is still seen for a moment.
    pub left: Option<&'a Left>,
    /// The line of the table that it keeps, if any.
    pub line: Option<usize>,
}

/// What the tables have in their rows.
pub trait Row: Copy {
    /// By which a row is known while it moves; what came later has a larger one.
    type Id: Copy + Ord;

    fn id(&self) -> Self::Id;

    /// Whether it is seen for a moment only.
    fn is_leaving(&self) -> bool {
        false
    }
}

impl Row for Flying<'_> {
    type Id = FetchId;

    fn id(&self) -> FetchId {
        self.request.id
    }

    fn is_leaving(&self) -> bool {
        self.left.is_some()
    }
}

impl Row for &DoneRow {
    type Id = FetchId;

    fn id(&self) -> FetchId {
        self.id
    }
}

/// The rows of a table that the filter takes.
pub struct Listing<'a, T> {
    pub ordered: Ordered<'a, T>,
    /// How many rows the filter has taken, of how many. What has ended, and what waits for another attempt, is not
    /// counted among those in flight.
    pub taken: u64,
    pub all: u64,
    /// How many of the rows wait for another attempt.
    pub waiting: u64,
    /// Each row keeps its line.
    pub in_place: bool,
    /// There may be more of them: not all rows have been looked at.
    pub more: bool,
}

/// The rows that are seen.
pub struct Page<T> {
    pub rows: Vec<T>,
    /// Rows above the first one.
    pub above: usize,
    /// Which of the rows is selected.
    pub selected: Option<usize>,
}

impl<'a, T: Row> Listing<'a, T> {
    /// How many rows the filter has taken, of how many.
    pub fn counts(&self) -> Found {
        Found { taken: self.taken, all: self.all, more: self.more }
    }

    /// The place of a row, where it is among these.
    pub fn of(&self, id: T::Id) -> Option<usize> {
        self.ordered.place(|row| row.id() == id)
    }

    /// The first row that stays.
    pub fn first(&self) -> usize {
        self.ordered.place(|row| !row.is_leaving()).unwrap_or(0)
    }

    /// Where a row stands, or would. Where it has gone, the one that was begun next is in its place, else the last.
    pub fn place(&self, id: T::Id) -> Option<usize> {
        self.of(id).or_else(|| {
            let next = self.ordered.iter().map(|row| row.id()).filter(|&other| other > id).min();
            let next = next.and_then(|next| self.ordered.place(|row| row.id() == next));
            next.or(self.ordered.len().checked_sub(1))
        })
    }

    /// At most `height` rows: those around the selected one, which stands on line `line` of them as long as there are
    /// enough on both sides; the first ones, where none is selected. Where the selected one has gone, its place is still
    /// seen, and no other row is selected for it.
    pub fn page(self, selected: Option<T::Id>, line: usize, height: usize) -> Page<T> {
        let there = selected.and_then(|id| self.of(id));
        let place = there.or_else(|| self.place(selected?)).filter(|_| height > 0);
        let above = place.map_or(0, |place| {
            let above = place.saturating_sub(line.min(height - 1));
            above.min(self.ordered.len().saturating_sub(height))
        });
        Page {
            rows: self.ordered.window(above, height),
            above,
            selected: there.map(|place| place.saturating_sub(above)),
        }
    }
}

/// The requests in flight, and what has just ended among them. They keep their lines where all of these are seen at once,
/// so that nobody moves, and a line that was left is free until another comes; else the oldest come first, for what hangs is to be seen. Those that wait for another
/// attempt come last. In a table that is sorted by a column, what has ended keeps the place that its last values give it.
pub fn flying<'a>(state: &'a State, view: &View, now: At, height: usize) -> Listing<'a, Flying<'a>> {
    let named = view.filter.is_named();
    view.memos[0].under(shown_from(state));
    let takes = |row: &Flying<'_>| {
        let Flying { request, left: None, .. } = row else { return takes_result(&view.filter, row, state) };
        let hidden = || hidden(state, &request.url);
        let failed = request.waiting.as_ref().filter(|wait| matches!(wait.because, Because::Failure(_)));
        let said = failed.and_then(|wait| wait.fetched.failure.as_ref());
        let named_too =
            || view.filter.takes_named(&Facts { text: Some(&request.url), hidden: hidden(), said, ..Facts::default() });
        view.filter.is_empty()
            || view.filter.takes_unnamed(&facts_of_flying(request, now))
                && (!named || {
                    let mark = mark(request);
                    view.memos[0].recall(request.id.0, |known| *known == mark, || (mark, named_too()))
                })
    };
    let live = |request| Flying { request, left: None, line: None };
    let all = state.requests.in_flight() as u64;
    let counted = |ordered: &Ordered<'a, Flying<'a>>| match view.filter.is_empty() {
        true => (all, state.requests.waiting() as u64),
        false => counted(ordered.iter()),
    };
    let sort = view.sort_of(super::view::Pane::InFlight);
    if let Some((column, largest_first)) = inflight::sorted(sort) {
        let rows = state.requests.iter().map(live).chain(lingering(state, now, height)).filter(takes);
        let keyed = rows.filter_map(|row| Some(((column.key?)(&row, now), row)));
        let whose = |row: &Flying<'_>| (row.request.id.0, mark(row.request));
        let ordered = Ordered::by(largest_first, keyed, (&view.leads[0], whose));
        let (taken, waiting) = counted(&ordered);
        return Listing { taken, all, waiting, ordered, in_place: false, more: view.memos[0].owes() };
    }
    let waiting = state.requests.iter_waiting().map(live);
    let placed = in_place(state, now, height);
    let in_place = placed.is_some();
    let mut rows: Vec<Flying<'a>> = match placed {
        Some(placed) => placed.into_iter().filter(takes).collect(),
        None => by_age(state, now, height).chain(waiting).filter(takes).collect(),
    };
    if sort.inverted {
        // What has no line of its own is behind all that have one, whichever comes first.
        let lined = if in_place { rows.partition_point(|row| row.line.is_some()) } else { rows.len() };
        rows[..lined].reverse();
    }
    let ordered = Ordered::as_they_are(rows);
    let (taken, waiting) = counted(&ordered);
    Listing { taken, all, waiting, in_place, ordered, more: view.memos[0].owes() }
}

/// Each on its line, where there is room for all: what waits too, and what has ended for a moment, whoever comes; or where
/// there are only lines for what is in flight, what has ended until another has its line, and below them what waits. None,
/// where something would be hidden below a line that is free.
fn in_place(state: &State, now: At, height: usize) -> Option<Vec<Flying<'_>>> {
    let (requests, now) = (&state.requests, seen_from(state, now));
    let placed = |(line, request, left)| Flying { request, left, line: Some(line) };
    if requests.seats() <= height {
        return Some(requests.seated(now).map(placed).collect());
    }
    if requests.lines() > height {
        return None;
    }
    let mut rows: Vec<Flying<'_>> = requests.lined(now).into_iter().map(placed).collect();
    let most = usize::try_from(requests.peak.min(u64::from(state.run.most()))).unwrap_or(usize::MAX);
    let room = height.saturating_sub(most.max(requests.lines()));
    rows.extend(waiting_below(requests, height, room));
    let end = rows.iter().filter_map(|row| row.line).max().map_or(0, |last| last + 1);
    let behind = rows.iter().filter(|row| row.line.is_none()).count();
    let is_free = rows.len() - behind < end;
    (end + behind <= height || !is_free).then_some(rows)
}

/// What waits, below as many as may be in flight at once: each on its own line from the last one upwards, as far as there
/// is `room`. Of the others, the first take what lines are free, from above; the rest are behind the last line.
fn waiting_below(requests: &Requests, height: usize, room: usize) -> Vec<Flying<'_>> {
    let (own, others): (Vec<_>, Vec<_>) = requests.waiting_lined().partition(|(line, _)| *line < room);
    let taken: HashSet<usize> = own.iter().map(|(line, _)| *line).collect();
    let free = (0..room).rev().filter(|line| !taken.contains(line)).map(Some).chain(std::iter::repeat(None));
    let others = free.zip(others).map(|(line, (_, request))| (line, request));
    let placed = own.into_iter().map(|(line, request)| (Some(line), request)).chain(others);
    let row =
        |(line, request): (Option<usize>, _)| Flying { request, left: None, line: line.map(|line| height - 1 - line) };
    let mut rows: Vec<_> = placed.map(row).collect();
    rows.sort_by_key(|row| row.line.unwrap_or(usize::MAX));
    rows
}

/// How many are in flight, and how many wait.
fn counted<'a>(rows: impl Iterator<Item = &'a Flying<'a>>) -> (u64, u64) {
    rows.filter(|row| row.left.is_none()).fold((0, 0), |(flying, waiting), row| match row.request.waiting {
        None => (flying + 1, waiting),
        Some(_) => (flying, waiting + 1),
    })
}

/// What has ended is seen until it has been so for a moment; in a run that has ended, no more.
fn seen_from(state: &State, now: At) -> At {
    if state.run.ended.is_some() { At(u64::MAX) } else { now }
}

/// One row in so many is left to what has ended, where there is not room for all; and to what waits.
const LEFT_SHARE: usize = 4;
pub const WAITING_SHARE: usize = 4;

/// The oldest first, and between them in their places the oldest of those that have just ended: they were on the screen.
fn by_age(state: &State, now: At, height: usize) -> impl Iterator<Item = Flying<'_>> {
    let left = lingering(state, now, height);
    let flying = state.requests.iter().take(state.requests.in_flight());
    merge(flying.map(|request| Flying { request, left: None, line: None }).peekable(), left.into_iter().peekable())
}

/// What has just ended, the oldest first, as much of it as there is room for. It hides nothing that waits where there is room
/// for all that does.
fn lingering(state: &State, now: At, height: usize) -> Vec<Flying<'_>> {
    let fit = height.checked_sub(state.requests.len()).filter(|_| state.requests.waiting() > 0);
    let room = fit.unwrap_or_else(|| height.saturating_sub(state.requests.in_flight()).max(height / LEFT_SHARE));
    let left = state.requests.lingering(seen_from(state, now));
    let mut left: Vec<Flying<'_>> =
        left.map(|(request, left)| Flying { request, left: Some(left), line: None }).collect();
    left.sort_by_key(|row| (row.request.started, row.request.id));
    left.truncate(room);
    left
}

fn merge<'a>(
    mut flying: Peekable<impl Iterator<Item = Flying<'a>>>,
    mut left: Peekable<impl Iterator<Item = Flying<'a>>>,
) -> impl Iterator<Item = Flying<'a>> {
    std::iter::from_fn(move || match (flying.peek(), left.peek()) {
        (Some(one), Some(other)) if one.request.started < other.request.started => flying.next(),
        (_, Some(_)) => left.next(),
        _ => flying.next(),
    })
}

/// The results that are kept, the newest first.
pub fn done<'a>(state: &'a State, view: &View) -> Listing<'a, &'a DoneRow> {
    view.memos[1].under(shown_from(state));
    let found = |row: &DoneRow| view.filter.takes(&facts_of_result(&row.fetched, state));
    // A result changes no more: it is not even looked at again.
    let recalled = |row: &DoneRow| {
        let mark = Arc::as_ptr(&row.fetched).addr();
        view.memos[1].recall(row.id.0, |known| *known == mark, || (mark, found(row)))
    };
    let takes = |row: &&DoneRow| view.filter.is_empty() || recalled(row);
    let sort = view.sort_of(super::view::Pane::Done);
    let rows = state.done.iter();
    let all = rows.len() as u64;
    let ordered = match done::sorted(sort) {
        Some((column, largest_first)) => {
            let keyed = rows.filter(takes).filter_map(|row| Some(((column.key?)(row), row)));
            Ordered::by(
                largest_first,
                keyed,
                (&view.leads[1], |row: &&DoneRow| (row.id.0, Arc::as_ptr(&row.fetched).addr())),
            )
        }
        None if sort.inverted => Ordered::as_they_are(rows.rev().filter(takes)),
        None => Ordered::as_they_are(rows.filter(takes)),
    };
    Listing { taken: ordered.len() as u64, all, waiting: 0, in_place: false, ordered, more: view.memos[1].owes() }
}

/// The bytes of a URL that are not shown, since all URLs or most begin with them.
pub fn hidden(state: &State, url: &Untrusted) -> usize {
    let run = &state.run;
    match (run.origin(), run.home()) {
        (Some(origin), _) if url.has_prefix(origin) => origin.len(),
        (None, Some(home)) if url.is_below(home) => home.len(),
        (None, Some(_)) => url.scheme_len(),
        _ => 0,
    }
}

/// All that is known of what is in flight, but how much of its text is hidden.
pub(super) fn facts_of_request(request: &Request, now: At) -> Facts<'_> {
    Facts { text: Some(&request.url), ..facts_of_flying(request, now) }
}

/// What the shown part of a URL depends on, beside the URL.
pub(super) fn shown_from(state: &State) -> usize {
    let [origin, home] = [state.run.origin(), state.run.home()].map(|it| it.map_or(0, Untrusted::place));
    origin ^ home.rotate_left(17)
}

/// Another one for another URL: it changes at redirects only, and those take steps; and for another reason to wait.
fn mark(request: &Request) -> usize {
    let waits = request.waiting.as_ref().map_or(0, |wait| Arc::as_ptr(&wait.fetched).addr());
    request.url.place() ^ (request.steps as usize).rotate_right(16) ^ (request.attempt as usize).rotate_right(8) ^ waits
}

/// Of what has ended and is still seen.
fn takes_result(filter: &Filter, row: &Flying<'_>, state: &State) -> bool {
    row.left.is_none_or(|left| filter.takes(&facts_of_result(&left.fetched, state)))
}

/// All but its text.
fn facts_of_flying(request: &Request, now: At) -> Facts<'static> {
    let met = request.waiting.as_ref().map(|wait| &*wait.fetched);
    Facts {
        // Of most attempts nobody has told it while they were made.
        status: met.map_or(request.status, |met| met.status.filter(|_| met.failure.is_none())),
        kind: met.and_then(Fetched::kind),
        phase: Some(inflight::doing(request)),
        took: Some(request.age(now)),
        connection: Way::of_request(request).name(),
        ..Facts::default()
    }
}

fn facts_of_result<'a>(fetched: &'a Fetched, state: &State) -> Facts<'a> {
    Facts { hidden: hidden(state, &fetched.url), said: fetched.failure.as_ref(), ..facts_of_done(fetched, state) }
}

/// The same, but how much of its text is hidden.
pub(super) fn facts_of_done<'a>(fetched: &'a Fetched, state: &State) -> Facts<'a> {
    Facts {
        text: Some(&fetched.url),
        status: fetched.status.filter(|_| fetched.failure.is_none()),
        kind: fetched.kind(),
        phase: fetched.failure.as_ref().and_then(|failure| failure.phase).map(crate::phase::Phase::name),
        outcome: Some(state.verdict(fetched).name()),
        took: fetched.took(),
        connection: Way::of_result(fetched).name(),
        ..Facts::default()
    }
}
