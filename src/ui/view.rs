//! How a user looks at the state: what has the focus, what is selected, looked for, held still. Changes by keys only.

use super::filter::Filter;
use super::found::Found;
use super::input::Input;
use super::leads::Leads;
use super::log::Lines;
use super::memo::Memo;
use super::note::Note;
use super::rows::{self, Listing, Row};
use super::scene::Telling;
use super::scroll::Scroll;
use super::scrub::Scrub;
use super::slow::Slow;
use super::sort::Sort;
use super::{done, hosts, inflight};
use crate::clock::At;
use crate::id::FetchId;
use crate::state::{Host, Mark, Run, State};
use crate::text::{Charset, Untrusted};
use std::cell::Cell;

/// A part of the picture that takes keys.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Pane {
    #[default]
    InFlight,
    Timing,
    /// The run over time.
    Charts,
    Events,
    Done,
    Hosts,
}

impl Pane {
    pub const ALL: [Pane; 6] = [Pane::InFlight, Pane::Timing, Pane::Charts, Pane::Events, Pane::Done, Pane::Hosts];

    /// What its title begins with.
    pub fn name(self) -> &'static str {
        ["In flight", "Timing", "Charts", "Events", "Done", "Hosts"][self as usize]
    }

    /// The pane so many steps further, around the circle of those that this run has beside each other. In a fetch the hosts
    /// are seen by their own key alone, and stand behind the last one.
    pub fn next(self, steps: i32, run: &State) -> Pane {
        let hosts = run.run.crawl && !run.hosts.is_empty();
        let count = if hosts { Pane::ALL.len() } else { Pane::ALL.len() - 1 } as i32;
        let from = if steps > 0 { (self as i32).min(count - 1) } else { self as i32 };
        let place = from.saturating_add(steps).rem_euclid(count);
        Pane::ALL[place as usize]
    }
}

/// Rows of a table that one picture looks at where nothing is known of them, and as many of those that are new: so no
/// picture takes longer than a few milliseconds, and all that are kept are looked at in ten.
pub const AT_ONCE: usize = 1_000;

#[derive(Clone, Debug, Default, PartialEq)]
pub struct View {
    pub focus: Pane,
    pub zoom: bool,
    pub help: bool,
    /// Lines of the help that are scrolled away.
    pub help_line: usize,
    /// The phases are shown in the event log too.
    pub verbose: bool,
    /// Long lines of the event log go on in the next row.
    pub wrap: bool,
    /// Ages are told so that they change rarely.
    pub coarse: bool,
    /// Long charts are made of dots where there is room: the terminal is likely to have them, whatever the theme.
    pub dots: bool,
    /// The request in flight that is selected; it stays selected while the table moves, and where it has gone, no other
    /// one is until a key moves from its place.
    pub request: Option<FetchId>,
    /// The same of the results.
    pub result: Option<FetchId>,
    /// The same of the hosts, by the order in which they were met.
    pub host: Option<usize>,
    /// On which lines of their tables these three stand.
    pub lines: [usize; 3],
    /// How the tables are sorted: requests in flight, results, hosts.
    pub sorts: [Sort; 3],
    /// What is looked for.
    pub filter: Filter,
    /// As it was typed.
    pub typed: String,
    /// What the filter has found of requests in flight, and of results.
    pub memos: [Memo; 2],
    /// And of the lines of the event log, by the text of the fetches that they are about.
    pub told: Memo<Option<Untrusted>>,
    /// How many requests in flight and how many results the filter takes, where the picture at hand has counted them.
    pub counted: [Cell<Option<Found>>; 2],
    /// What had been begun, was done, and stood in the log as it was drawn last.
    pub known: Cell<[u64; 3]>,
    /// By what the tables are sorted, where that is a text.
    pub leads: [Leads; 3],
    /// The line in which it is typed, while it is.
    pub typing: Option<Input>,
    /// From when on a request is slow.
    pub slow: Slow,
    /// The event log, by the numbers of its events, so that the details come and go around the place that is held.
    pub log: Scroll,
    /// What was seen before a host alone was, to go back to.
    pub before_host: Option<Before>,
    /// The fetch whose page is open.
    pub detail: Option<FetchId>,
    /// Lines of the page that are scrolled away.
    pub detail_line: usize,
    /// What lies over all of it until the next key.
    pub note: Option<Note>,
    /// The picture that is held still.
    pub frozen: Option<Box<Frozen>>,
    /// Why the last key had no effect, or what it did where that is not plain to see.
    pub notice: Option<Notice>,
    /// Where a recording stands that is played.
    pub scrub: Option<Box<Scrub>>,
}

/// Hosts, as they were looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Before {
    pub typed: String,
    pub zoom: bool,
}

/// Words that stand for a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Notice {
    pub words: &'static str,
    /// They say why a key had no effect, and not which it had.
    pub is_trouble: bool,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Frozen {
    pub state: State,
    pub now: At,
    pub meanwhile: Meanwhile,
}

/// What is told of the run while its picture is held still, so that keys are answered.
#[derive(Clone, Debug, PartialEq)]
pub struct Meanwhile {
    pub run: Run,
    pub now: At,
    /// What was changed last.
    pub mark: Option<Mark>,
}

impl Meanwhile {
    pub fn of(state: &State, now: At) -> Meanwhile {
        Meanwhile { run: state.run.clone(), now: state.run.clock(now), mark: state.chart.marks.last().copied() }
    }
}

impl View {
    pub fn freeze(&mut self, state: &State, now: At) {
        self.frozen = match self.frozen.take() {
            Some(_) => None,
            None => Some(Box::new(Frozen { state: state.clone(), now, meanwhile: Meanwhile::of(state, now) })),
        };
    }

    /// Moves the selection, or scrolls, in the pane that has the focus and shows so many rows.
    pub fn step(&mut self, state: &State, now: At, by: Step, shown: u64) {
        let height = usize::try_from(shown).unwrap_or(usize::MAX);
        match self.focus {
            Pane::InFlight => {
                let listing = rows::flying(state, self, now, height);
                (self.request, self.lines[0]) = moved(listing, self.request, self.lines[0], by, height);
            }
            Pane::Done => {
                let listing = rows::done(state, self);
                (self.result, self.lines[1]) = moved(listing, self.result, self.lines[1], by, height);
            }
            Pane::Events => {
                let lines = Lines::of(self, Telling { state, now, charset: Charset::Unicode });
                let mut place = lines.place(self);
                place.step(by, lines.extent(shown));
                self.log = place.map(|rows| lines.number(rows));
            }
            Pane::Hosts => {
                let listing = hosts::listing(state, self);
                (self.host, self.lines[2]) = moved(listing, self.host, self.lines[2], by, height);
            }
            Pane::Timing | Pane::Charts => {}
        }
    }

    /// The fetch that is selected in the pane that has the focus.
    pub fn selected(&self) -> Option<FetchId> {
        match self.focus {
            Pane::InFlight => self.request,
            Pane::Done => self.result,
            Pane::Timing | Pane::Charts | Pane::Events | Pane::Hosts => None,
        }
    }

    /// Nothing is selected there any more: the table shows its first rows, whatever comes.
    pub fn let_go(&mut self) {
        match self.focus {
            Pane::InFlight => self.request = None,
            Pane::Done => self.result = None,
            Pane::Hosts => self.host = None,
            Pane::Timing | Pane::Charts | Pane::Events => {}
        }
    }

    /// How a table is sorted; what is no table, never is.
    pub fn sort_of(&self, pane: Pane) -> Sort {
        table(pane, true).map_or(Sort::default(), |(place, _)| self.sorts[place])
    }

    /// Sorts the table that has the focus by a column further on, or one before, of those that it has in a crawl or in a fetch.
    pub fn sort(&mut self, steps: i32, crawl: bool) {
        if let Some((place, columns)) = table(self.focus, crawl) {
            self.sorts[place].step(steps, columns);
            self.leads[place].forget();
        }
    }

    /// Turns the order of the table that has the focus round.
    pub fn invert(&mut self) {
        if let Some((place, _)) = table(self.focus, true) {
            self.sorts[place].inverted ^= true;
        }
    }

    /// Looks for what is typed, from now on.
    pub fn look_for(&mut self, typed: &str) {
        self.filter = Filter::parse(typed);
        self.memos.iter().for_each(Memo::forget);
        self.told.forget();
        typed.trim().clone_into(&mut self.typed);
        self.before_host = None;
    }

    /// Has `draw` look at so many rows of each table that it knows nothing of, beside as many of those that came since it drew
    /// last, and at no more.
    pub fn sparing(&self, rows: usize, state: &State, draw: impl FnOnce()) {
        let known = [state.run.started, state.done.completed, state.log.count(self.verbose)];
        let before = self.known.replace(known);
        let [flying, done, told] = [0, 1, 2].map(|table: usize| {
            let new = known[table].saturating_sub(before[table]);
            rows.saturating_add(usize::try_from(new).unwrap_or(usize::MAX).min(rows))
        });
        self.memos[0].spare(flying);
        self.memos[1].spare(done);
        self.told.spare(told);
        draw();
        self.memos.iter().for_each(Memo::spend);
        self.told.spend();
    }

    /// Whether rows were left out of the last picture, since they have not been looked at.
    pub fn owes(&self) -> bool {
        self.told.owes() || self.memos.iter().any(Memo::owes)
    }

    /// The fetches of that host alone: those in flight, or where there are none, those that are done.
    pub fn look_into(&mut self, host: &Host) -> Result<(), &'static str> {
        let name = host.name.as_ref().ok_or("these hosts have no row of their own, and no name to look for")?;
        let before = Before { typed: std::mem::take(&mut self.typed), zoom: self.zoom };
        self.look_for(&format!("host:{}", name.display(usize::MAX)));
        self.before_host = Some(before);
        self.focus = if host.in_flight > 0 { Pane::InFlight } else { Pane::Done };
        Ok(())
    }

    /// What was looked for is so no more: everything is seen again, or what was before a host alone was.
    pub fn look_back(&mut self) {
        match self.before_host.take() {
            Some(Before { typed, zoom }) => {
                self.look_for(&typed);
                (self.focus, self.zoom) = (Pane::Hosts, zoom);
            }
            None => self.look_for(""),
        }
    }
}

/// The place of a table among those that are sorted, and by how many columns it can be.
fn table(pane: Pane, crawl: bool) -> Option<(usize, usize)> {
    match pane {
        Pane::InFlight => Some((0, inflight::sortable().count())),
        Pane::Done => Some((1, done::sortable().count())),
        Pane::Hosts => Some((2, hosts::sortable(crawl).count())),
        Pane::Timing | Pane::Charts | Pane::Events => None,
    }
}

/// The row that is selected after a move, and the line on which it stands then: the table stands still as long as the
/// selected row is on the screen.
fn moved<T: Row>(
    listing: Listing<'_, T>,
    selected: Option<T::Id>,
    line: usize,
    by: Step,
    height: usize,
) -> (Option<T::Id>, usize) {
    let (count, lowest) = (listing.ordered.len(), height.saturating_sub(1));
    let from = selected.and_then(|id| listing.place(id));
    let has_gone = selected.is_some_and(|id| listing.of(id).is_none());
    let last = count.saturating_sub(1);
    let to = match (by, from) {
        (Step::First, _) => 0,
        (Step::Last, _) => last,
        (Step::By(_), None) => listing.first(),
        // What has taken the place of the one that has gone is the next one down.
        (Step::By(rows @ 1..), Some(at)) => at.saturating_add(rows as usize - usize::from(has_gone)).min(last),
        (Step::By(rows), Some(at)) => at.saturating_add_signed(rows as isize).min(last),
    };
    let line = from.map_or(to, |from| {
        let above = from.saturating_sub(line.min(lowest)).min(count.saturating_sub(height));
        to.saturating_sub(above)
    });
    let id = listing.ordered.window(to, 1).first().map(|row| row.id());
    (id, line.min(lowest))
}

/// A move in a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// So many rows down; up where it is negative.
    By(i32),
    First,
    Last,
}

impl Step {
    /// The place after the move, in a list whose last place is `last`.
    pub(super) fn from(self, place: usize, last: usize) -> usize {
        match self {
            Step::First => 0,
            Step::Last => last,
            Step::By(rows) => place.min(last).saturating_add_signed(rows as isize).min(last),
        }
    }
}
