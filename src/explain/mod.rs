//! The words of the program and what each means, in two sentences and in asyncio's terms. Data only: knows nothing of
//! the screen or of the command line that show them.
//!
//! Words that name a variant of the vocabulary are matched against it without a rest, so that a new phase, event,
//! callback, outcome or failure does not compile until it is explained.

mod charts;
mod columns;
mod detail;
mod events;
mod failures;
mod fetches;
mod find;
mod header;
mod hosts;
mod keys;
mod model;
mod page;
mod report;
mod reuse;
mod said;
mod signs;
mod terms;
mod timing;

pub use events::event;
pub use find::{NotFound, find};
pub use page::{list, page, wrap};

/// A word, and what it means there where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    pub group: Group,
    pub word: &'static str,
    /// Two sentences; the first one stands for itself.
    pub means: [&'static str; 2],
    /// What it is in asyncio, where it is something there.
    pub asyncio: Option<&'static str>,
    /// Other words by which it is found.
    pub also: &'static [&'static str],
}

impl Entry {
    const fn new(group: Group, word: &'static str, means: [&'static str; 2]) -> Entry {
        Entry { group, word, means, asyncio: None, also: &[] }
    }

    const fn asyncio(self, asyncio: &'static str) -> Entry {
        Entry { asyncio: Some(asyncio), ..self }
    }

    const fn also(self, also: &'static [&'static str]) -> Entry {
        Entry { also, ..self }
    }
}

/// Where a word stands. One word may stand in several places, and mean another thing in each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    /// The table of requests in flight.
    Column,
    Phase,
    Event,
    Callback,
    Outcome,
    Failure,
    Header,
    /// What stands behind *limited by*.
    Limit,
    /// The timing pane.
    Figure,
    /// The charts over time.
    Chart,
    /// What stands on their axis where something was changed by hand.
    Mark,
    /// The list of results.
    Done,
    /// The table of hosts.
    Host,
    /// The page of a fetch.
    Detail,
    /// Why a connection is not used again.
    Reuse,
    /// What a crawl has found.
    Report,
    Engine,
    Order,
    Until,
    /// The footer.
    Key,
    /// Behind the word of an event or a column.
    Said,
    /// What is no letter.
    Sign,
    /// What all of it is made of.
    Model,
}

impl Group {
    pub const ALL: [Group; 23] = [
        Group::Column,
        Group::Phase,
        Group::Event,
        Group::Callback,
        Group::Outcome,
        Group::Failure,
        Group::Header,
        Group::Limit,
        Group::Figure,
        Group::Chart,
        Group::Mark,
        Group::Done,
        Group::Host,
        Group::Detail,
        Group::Reuse,
        Group::Report,
        Group::Engine,
        Group::Order,
        Group::Until,
        Group::Key,
        Group::Said,
        Group::Sign,
        Group::Model,
    ];

    /// What a word of it is.
    pub fn kind(self) -> &'static str {
        self.names().0
    }

    /// What its words are together.
    pub fn heading(self) -> &'static str {
        self.names().1
    }

    fn names(self) -> (&'static str, &'static str) {
        match self {
            Group::Column => ("column", "columns of In flight"),
            Group::Phase => ("phase", "phases"),
            Group::Event => ("event", "events"),
            Group::Callback => ("callback", "callbacks"),
            Group::Outcome => ("outcome", "outcomes"),
            Group::Failure => ("failure kind", "failure kinds"),
            Group::Header => ("header", "header"),
            Group::Limit => ("limited by", "limited by"),
            Group::Figure => ("figure", "figures of Timing"),
            Group::Chart => ("chart", "charts"),
            Group::Mark => ("mark on the charts", "marks on the charts"),
            Group::Done => ("column of Done", "columns of Done"),
            Group::Host => ("column of Hosts", "columns of Hosts"),
            Group::Detail => ("detail", "page of a fetch (enter)"),
            Group::Reuse => ("close reason", "close reasons"),
            Group::Report => ("report", "report of a crawl"),
            Group::Engine => ("engine", "engines (--engine)"),
            Group::Order => ("order", "orders of results (--order)"),
            Group::Until => ("until", "ends of a run (--until)"),
            Group::Key => ("key", "keys of the footer"),
            Group::Said => ("word", "words behind events"),
            Group::Sign => ("sign", "signs (by name or as they are)"),
            Group::Model => ("model", "model"),
        }
    }

    /// Its words, in the order in which they are best read.
    pub fn entries(self) -> Vec<Entry> {
        match self {
            Group::Column => columns::COLUMNS.to_vec(),
            Group::Phase => fetches::phases(),
            Group::Event => events::TABLE.to_vec(),
            Group::Callback => fetches::callbacks(),
            Group::Outcome => fetches::outcomes(),
            Group::Failure => failures::failures(),
            Group::Header => header::HEADER.to_vec(),
            Group::Limit => header::LIMITS.to_vec(),
            Group::Figure => timing::FIGURES.to_vec(),
            Group::Chart => charts::CHARTS.to_vec(),
            Group::Mark => charts::MARKS.to_vec(),
            Group::Done => columns::DONE.to_vec(),
            Group::Host => hosts::HOSTS.to_vec(),
            Group::Detail => detail::DETAIL.to_vec(),
            Group::Reuse => reuse::reasons(),
            Group::Report => report::REPORT.to_vec(),
            Group::Engine => terms::ENGINES.to_vec(),
            Group::Order => terms::ORDERS.to_vec(),
            Group::Until => terms::UNTILS.to_vec(),
            Group::Key => keys::KEYS.to_vec(),
            Group::Said => said::SAID.to_vec(),
            Group::Sign => signs::SIGNS.to_vec(),
            Group::Model => model::TABLE.to_vec(),
        }
    }
}

/// All words, group by group.
pub fn entries() -> impl Iterator<Item = Entry> {
    Group::ALL.into_iter().flat_map(Group::entries)
}
