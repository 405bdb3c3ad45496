//! Counts what the lab was asked for. Knows nothing of the answers.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use super::site::Site;

/// Unplanned paths are whatever a client sends: beyond this many they are counted together.
const MAX_UNPLANNED: usize = 10_000;

/// What the lab was asked for up to a moment. Reading it, in here or at `/lab/asked`, is not counted as a request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    /// Well-formed requests, whatever became of them.
    pub total: u64,
    /// Requests a path, without queries; only paths that were asked for.
    pub paths: BTreeMap<String, u64>,
    /// Requests for unplanned paths that are not in `paths`, since too many others are.
    pub beyond: u64,
    /// Requests that were no HTTP, or too large; not in `total`.
    pub refused: u64,
    /// Connections accepted.
    pub connections: u64,
    /// The most connections open at once, idle ones included.
    pub most_open: u64,
    /// The most requests at once that were read and not yet answered to the end.
    pub most_at_once: u64,
}

impl Asked {
    /// One object with the fields' names, in ASCII.
    pub fn json(&self) -> String {
        let paths = self.paths.iter().map(|(path, count)| format!("\"{}\":{count}", escaped(path)));
        format!(
            "{{\"total\":{},\"beyond\":{},\"refused\":{},\"connections\":{},\"most_open\":{},\"most_at_once\":{},\"paths\":{{{}}}}}\n",
            self.total,
            self.beyond,
            self.refused,
            self.connections,
            self.most_open,
            self.most_at_once,
            paths.collect::<Vec<_>>().join(",")
        )
    }
}

fn escaped(text: &str) -> String {
    let is_plain = |unit: u16| matches!(unit, 0x20..=0x7e) && unit != u16::from(b'"') && unit != u16::from(b'\\');
    let escape = |unit: u16| match char::from_u32(u32::from(unit)) {
        Some(character) if is_plain(unit) => character.to_string(),
        _ => format!("\\u{unit:04x}"),
    };
    text.encode_utf16().map(escape).collect()
}

pub(super) struct Counter {
    /// By the page's index.
    planned: Vec<AtomicU64>,
    unplanned: Mutex<BTreeMap<String, u64>>,
    beyond: AtomicU64,
    refused: AtomicU64,
    connections: AtomicU64,
    open: Gauge,
    at_once: Gauge,
}

impl Counter {
    pub(super) fn new(pages: usize) -> Counter {
        Counter {
            planned: std::iter::repeat_with(AtomicU64::default).take(pages).collect(),
            unplanned: Mutex::default(),
            beyond: AtomicU64::default(),
            refused: AtomicU64::default(),
            connections: AtomicU64::default(),
            open: Gauge::default(),
            at_once: Gauge::default(),
        }
    }

    pub(super) fn planned(&self, index: usize) {
        if let Some(count) = self.planned.get(index) {
            count.fetch_add(1, Ordering::Relaxed);
        }
    }

    pub(super) fn unplanned(&self, path: &str) {
        let mut paths = self.unplanned.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = paths.get_mut(path) {
            *count += 1;
        } else if paths.len() < MAX_UNPLANNED {
            paths.insert(path.to_owned(), 1);
        } else {
            self.beyond.fetch_add(1, Ordering::Relaxed);
        }
    }

    pub(super) fn refused(&self) {
        self.refused.fetch_add(1, Ordering::Relaxed);
    }

    /// A connection is open until the guard is dropped.
    pub(super) fn connected(&self) -> Held<'_> {
        self.connections.fetch_add(1, Ordering::Relaxed);
        self.open.hold()
    }

    /// A request is being answered until the guard is dropped.
    pub(super) fn answering(&self) -> Held<'_> {
        self.at_once.hold()
    }

    pub(super) fn snapshot(&self, site: &Site) -> Asked {
        let mut paths = self.unplanned.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let planned = site.pages.iter().zip(&self.planned);
        paths.extend(planned.map(|(page, count)| (page.path.clone(), count.load(Ordering::Relaxed))));
        paths.retain(|_, count| *count > 0);
        let beyond = self.beyond.load(Ordering::Relaxed);
        Asked {
            total: paths.values().sum::<u64>() + beyond,
            paths,
            beyond,
            refused: self.refused.load(Ordering::Relaxed),
            connections: self.connections.load(Ordering::Relaxed),
            most_open: self.open.most.load(Ordering::Relaxed),
            most_at_once: self.at_once.most.load(Ordering::Relaxed),
        }
    }
}

/// How many there are now, and the most there ever were.
#[derive(Default)]
struct Gauge {
    now: AtomicU64,
    most: AtomicU64,
}

impl Gauge {
    fn hold(&self) -> Held<'_> {
        let now = self.now.fetch_add(1, Ordering::Relaxed) + 1;
        self.most.fetch_max(now, Ordering::Relaxed);
        Held(self)
    }
}

pub(super) struct Held<'a>(&'a Gauge);

impl Drop for Held<'_> {
    fn drop(&mut self) {
        self.0.now.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_without_end_are_counted_together() {
        let counter = Counter::new(0);
        for number in 0..MAX_UNPLANNED + 5 {
            counter.unplanned(&number.to_string());
        }
        let paths = counter.unplanned.lock().unwrap();
        assert_eq!((paths.len(), counter.beyond.load(Ordering::Relaxed)), (MAX_UNPLANNED, 5));
    }

    #[test]
    fn a_hostile_path_stays_inside_its_string() {
        let paths = BTreeMap::from([("/\"\\\u{9b}\u{1f600}".to_owned(), 1)]);
        let json = Asked { paths, ..Asked::default() }.json();
        assert!(json.ends_with("\"paths\":{\"/\\u0022\\u005c\\u009b\\ud83d\\ude00\":1}}\n"), "{json}");
    }

    #[test]
    fn a_gauge_remembers_its_most() {
        let gauge = Gauge::default();
        drop((gauge.hold(), gauge.hold()));
        let _one = gauge.hold();
        assert_eq!((gauge.now.load(Ordering::Relaxed), gauge.most.load(Ordering::Relaxed)), (1, 2));
    }
}
