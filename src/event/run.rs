//! How a run begins: by which engine, in which order, within which bounds.

use crate::text::Untrusted;
use serde::{Deserialize, Serialize};

/// Descriptors that are left to everything but fetches: the terminal, lists, outputs, lookups of names.
pub const SPARE_FILES: u64 = 32;

/// How a run began.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RunStarted {
    /// Milliseconds since 1970.
    pub wall_clock_ms: u64,
    pub version: Box<str>,
    /// What is fetched, in a few words.
    pub target: Untrusted,
    pub engine: Engine,
    /// Threads that fetch, or that poll tasks.
    pub workers: u32,
    pub order: Order,
    pub cap: u32,
    /// Open files the machine allows this process.
    pub open_files: u64,
    /// Links are followed.
    #[serde(default)]
    pub crawl: bool,
    /// No robots.txt is asked, and `nofollow` is not kept to (`--no-robots`).
    #[serde(default)]
    pub no_robots: bool,
    #[serde(default)]
    pub printed: Printed,
    #[serde(default, skip_serializing_if = "Way::is_usual")]
    pub way: Way,
}

/// What no head of a request shows of how it is asked, so that it can be asked again in the same way.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Way {
    /// The file of the only roots that are believed (`--cacert`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cacert: Option<Untrusted>,
    /// 4 or 6: the only addresses that are asked (`-4`, `-6`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub family: Option<u8>,
}

impl Way {
    pub fn is_usual(&self) -> bool {
        *self == Way::default()
    }
}

/// How a run tells its results on standard output, so that a replay may tell them in the same way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Printed {
    pub verbosity: Verbosity,
    pub form: Form,
    /// Each content is printed behind its line (`--body`).
    pub body: bool,
}

/// How much is told of each result.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Verbosity {
    /// Only what is not ok (`-q`).
    Quiet,
    #[default]
    Normal,
    /// The phases, the steps and the callbacks too (`-v`).
    Verbose,
}

/// In which format results are told (`--format`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Form {
    #[default]
    Text,
    Jsonl,
    Markdown,
    /// The journal itself.
    Events,
    /// A file took the results; there is a summary, and no more.
    Nothing,
}

/// What makes the fetches run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Engine {
    /// One after another, blocking, on the loop's own thread: a plain loop.
    Sequential,
    /// A pool of threads with blocking sockets: `run_in_executor`.
    Threads,
    /// Tasks on the loop: `ensure_future`.
    Tasks,
}

impl Engine {
    pub const ALL: [Engine; 3] = [Engine::Sequential, Engine::Threads, Engine::Tasks];

    pub fn name(self) -> &'static str {
        ["sequential", "threads", "tasks"][self as usize]
    }
}

/// In which order results are told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Order {
    /// The moment each is there: `as_completed`.
    #[default]
    Completed,
    /// Each after the one before it: `gather`.
    Given,
}

impl Order {
    pub fn name(self) -> &'static str {
        ["completed", "given"][self as usize]
    }
}
