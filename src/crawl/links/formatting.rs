//! The list of active formatting elements (WHATWG HTML, 13.2.4.3): which elements of formatting were begun and not ended,
//! and at what depth of the tree they stand, or that they wait to be opened again. Knows nothing of the other elements.

use super::names::key;
use super::position::Position;
use super::stack::Standing;
use std::num::NonZeroU32;

/// Elements that are kept; those beyond are taken for none.
const MOST: usize = 64;
/// Entries, those included that only part others.
const MOST_ENTRIES: usize = 1024;
/// So many of the same are opened again ("Noah's Ark").
const ALIKE: usize = 3;
/// The name of what parts the inside of a cell from what is around it (a "marker").
const MARKER: u64 = 0;
/// The depth of what waits.
const WAITING: u16 = u16::MAX;

/// What a start tag in a `template` gives, for its element may be opened again behind that.
#[derive(Debug)]
pub(super) struct Given {
    /// From its `<` on.
    pub tag: Box<[u8]>,
    pub position: Position,
}

#[derive(Debug)]
struct Entry {
    id: u64,
    /// A hash of the attributes as they are written; of an `a` the number of the anchor whose text is read.
    attributes: u32,
    /// How many elements of other kinds are open around it.
    depth: u16,
    /// Whether it is opened again, and found by its end tag first.
    listed: bool,
    given: Option<Box<Given>>,
}

impl Entry {
    fn new(id: u64, attributes: u32, depth: u16) -> Entry {
        Entry { id, attributes, depth, listed: id != MARKER, given: None }
    }
}

/// In the order in which they are open.
#[derive(Debug, Default)]
pub(super) struct Formatting {
    entries: Vec<Entry>,
    /// Whether some may wait to be opened again.
    waits: bool,
    /// Whether some may have something to give.
    gives: bool,
    /// What those gave that were opened again.
    given: Vec<Given>,
}

impl Formatting {
    pub(super) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    #[inline]
    pub(super) fn waits(&self) -> bool {
        self.waits
    }

    /// Begins one without attributes that matter where there is no other.
    #[inline]
    pub(super) fn push_first(&mut self, id: u64, depth: usize) {
        self.entries.push(Entry::new(id, 0, depth as u16));
    }

    pub(super) fn push(&mut self, id: u64, attributes: &[u8], depth: usize) {
        let attributes = hash(attributes);
        if self.entries.len() >= ALIKE {
            self.let_go_of_the_first_alike(id, attributes);
        }
        if self.entries.len() < MOST {
            self.entries.push(Entry::new(id, attributes, depth as u16));
        }
    }

    fn let_go_of_the_first_alike(&mut self, id: u64, attributes: u32) {
        let here = self.entries.iter().rposition(|entry| entry.id == MARKER).map_or(0, |at| at + 1);
        let alike = |entry: &Entry| entry.listed && (entry.id, entry.attributes) == (id, attributes);
        let mut all = (here..self.entries.len()).filter(|&at| alike(&self.entries[at]));
        if let (Some(first), Some(_)) = (all.next(), all.nth(ALIKE - 2)) {
            self.entries[first].listed = false;
        }
    }

    pub(super) fn mark(&mut self) {
        if self.entries.len() < MOST_ENTRIES {
            self.entries.push(Entry::new(MARKER, 0, WAITING));
        }
    }

    /// Forgets all behind the last mark, which have ended, and that mark.
    pub(super) fn clear(&mut self) {
        let mark = self.entries.iter().rposition(|entry| entry.id == MARKER);
        self.entries.truncate(mark.unwrap_or(0));
        self.waits = self.entries.last().is_some_and(|entry| entry.id != MARKER && entry.depth == WAITING);
    }

    /// Which its end tag ends.
    pub(super) fn listed(&self, id: u64) -> Option<usize> {
        let here = self.entries.iter().enumerate().rev().take_while(|(_, entry)| entry.id != MARKER);
        here.into_iter().find(|(_, entry)| entry.listed && entry.id == id).map(|(at, _)| at)
    }

    /// The innermost that is open, whoever parts it from here.
    pub(super) fn open(&self, id: u64) -> Option<usize> {
        self.entries.iter().rposition(|entry| entry.id == id && entry.depth != WAITING)
    }

    /// Where it stands, if it is open.
    pub(super) fn depth(&self, which: usize) -> Option<usize> {
        Some(self.entries[which].depth).filter(|depth| *depth != WAITING).map(usize::from)
    }

    /// Where the innermost stands that is open.
    pub(super) fn deepest(&self) -> Option<usize> {
        self.entries.iter().rev().find(|entry| entry.depth != WAITING).map(|entry| usize::from(entry.depth))
    }

    /// Gives the innermost `a` that has none its number. Whether there is one.
    pub(super) fn number_anchor(&mut self, number: NonZeroU32) -> bool {
        let is_it = |entry: &&mut Entry| entry.id == key("a") && entry.attributes == 0 && entry.depth != WAITING;
        let last = self.entries.iter_mut().rev().find(is_it);
        last.map(|entry| entry.attributes = number.get()).is_some()
    }

    /// That of an `a`.
    pub(super) fn number(&self, which: usize) -> Option<NonZeroU32> {
        NonZeroU32::new(self.entries[which].attributes)
    }

    #[inline]
    pub(super) fn is_innermost(&self, number: NonZeroU32) -> bool {
        let is_it =
            |last: &Entry| last.attributes == number.get() && last.id == const { key("a") } && last.depth != WAITING;
        self.entries.last().is_some_and(is_it)
    }

    pub(super) fn anchor(&self, number: NonZeroU32) -> Standing {
        let is_it = |entry: &&Entry| entry.id == key("a") && entry.attributes == number.get();
        match self.entries.iter().rev().find(is_it) {
            None => Standing::Ended,
            Some(entry) if entry.depth == WAITING => Standing::Waiting,
            Some(_) => Standing::Open,
        }
    }

    /// Ends the innermost, if it is that and nothing stands in it.
    #[inline]
    pub(super) fn end_last(&mut self, id: u64, depth: usize) -> bool {
        let ends =
            self.entries.last().is_some_and(|last| last.id == id && last.listed && usize::from(last.depth) == depth);
        if ends {
            self.entries.pop();
        }
        ends
    }

    pub(super) fn remove(&mut self, which: usize) {
        self.entries.remove(which);
    }

    /// Of the entries from `from` on, those at such a depth have ended; those that are listed wait.
    pub(super) fn close_from(&mut self, from: usize, depth: usize) {
        let mut at = self.entries.len();
        while at > from {
            at -= 1;
            let entry = &mut self.entries[at];
            if entry.depth == WAITING || usize::from(entry.depth) < depth {
                continue;
            }
            if entry.listed {
                (entry.depth, self.waits) = (WAITING, true);
            } else {
                self.entries.remove(at);
            }
        }
    }

    /// Of those that stand behind it down to a block that it goes into, the innermost three go on around the block, and
    /// others no more (the inner loop of the "adoption agency").
    pub(super) fn thin(&mut self, which: usize, depths: std::ops::RangeInclusive<usize>) {
        let mut passed = 0;
        for at in (which + 1..self.entries.len()).rev() {
            let entry = &self.entries[at];
            if entry.depth != WAITING && depths.contains(&usize::from(entry.depth)) {
                passed += 1;
                if passed > ALIKE || !entry.listed {
                    self.entries.remove(at);
                }
            }
        }
    }

    /// It goes on within blocks that were in it.
    pub(super) fn sink(&mut self, which: usize, depth: usize) {
        let mut entry = self.entries.remove(which);
        entry.depth = depth as u16;
        let behind = self.entries[which..].iter().position(|other| other.depth >= entry.depth);
        self.entries.insert(behind.map_or(self.entries.len(), |behind| which + behind), entry);
    }

    /// An element that stood there has gone, and left what was in it.
    pub(super) fn rise(&mut self, depth: usize) {
        let within = self.entries.iter_mut().filter(|entry| entry.depth != WAITING && usize::from(entry.depth) > depth);
        within.for_each(|entry| entry.depth -= 1);
    }

    /// Keeps what the innermost has to give, if it is that.
    pub(super) fn keep(&mut self, id: u64, given: Given) {
        if let Some(last) = self.entries.last_mut().filter(|last| last.id == id) {
            last.given = Some(Box::new(given));
            self.gives = true;
        }
    }

    #[inline]
    pub(super) fn has_given(&self) -> bool {
        self.gives
    }

    /// Those that are open, and in no `template` any more, give what they have: the next tag may end them.
    pub(super) fn give(&mut self) {
        let open = self.entries.iter_mut().filter(|entry| entry.depth != WAITING);
        self.given.extend(open.filter_map(|entry| entry.given.take()).map(|given| *given));
    }

    /// What those gave, each once.
    pub(super) fn take_given(&mut self) -> Vec<Given> {
        self.give();
        self.gives = self.entries.iter().any(|entry| entry.given.is_some());
        std::mem::take(&mut self.given)
    }

    /// Opens those that wait again.
    pub(super) fn reopen(&mut self, depth: usize) {
        let waiting = self.entries.iter_mut().rev().take_while(|entry| entry.id != MARKER && entry.depth == WAITING);
        waiting.for_each(|entry| entry.depth = depth as u16);
        self.waits = false;
    }
}

/// Those that have none have zero; quotes and white space do not count.
fn hash(attributes: &[u8]) -> u32 {
    if matches!(attributes, [] | [b'>', ..]) {
        return 0;
    }
    let counted = attributes.iter().filter(|byte| !matches!(byte, b'\t'..=b' ' | b'"' | b'\'' | b'>'));
    counted.fold(0x811c_9dc5, |hash, byte| (hash ^ u32::from(*byte)).wrapping_mul(0x0100_0193))
}
