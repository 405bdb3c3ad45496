//! htop for crawls.
//!
//! Every request is a task over a raw socket. It passes through named phases; when it is done, its [`engine::Completion`]
//! is set once, its callbacks are put in a queue, and they fire one by one. Everything that happens is one owned
//! [`event::Event`]. The dashboard, the plain lines and the exports read the same events and nothing else. Start at
//! [`event`].
//!
//! ```text
//!         SOURCE                                                SINK
//!  targets ─▶ crawl ─▶ engine ─▶ net ─▶ http             hub ─▶ state ─▶ ui
//!               ▲         │ Completion                    │
//!               └ follow ─┴─ callbacks ── Event ─────────▶├──▶ report (text, jsonl, markdown)
//!               ◀──────── Control ────── ui, signals      └──▶ recording (a journal file)
//!  a journal file ─▶ replay ─▶ tape ──────── Event ────────▶ timeline ─▶ state ─▶ ui
//! ```
//!
//! # Threads
//! The **loop** (engine, net), the **hub** (state, view, keys, reports), and a **writer** an output, of which one
//! alone touches the terminal. The engine `threads` adds a pool of workers, `sequential` a relay for wishes; a race
//! runs each of its runs in a process of its own. Names are looked up on a few threads of their own. Emitting never
//! waits; what the readers leave unread holds back the start of the next fetch, never a running one. A recording is
//! written on a thread of its own; a replay reads its file on one, and makes the states it keeps on another.
//!
//! # Floors
//! A module uses what stands below it, its own children, and nothing beside or above; floor 0 is one room. Source and
//! sink meet on floors 0 to 2, and at the tape of a replay. `tests/floors.rs` holds them.
//!
//! # Invariants
//! 1. `ui`, `hub`, `report` and `state` never name `engine`, `net`, `http` or `crawl`, nor the reverse.
//! 2. `http`, `crawl`, `coding` and `state` hold no `async`, no clock and no I/O: bytes, events and `now` are arguments.
//! 3. What is on the screen, in the summary and in an export can be rebuilt from the events.

// 0 vocabulary
pub mod callback;
pub mod clock;
pub mod content;
pub mod control;
pub mod emit;
pub mod event;
pub mod failure;
pub mod fetched;
pub mod followed;
pub mod head;
pub mod host;
pub mod id;
pub mod phase;
pub mod place;
pub mod plenty;
pub mod retry_after;
pub mod reuse;
pub mod secrets;
pub mod target;
pub mod text;
pub mod usage;
pub mod wake;

// 1
pub mod coding;
pub mod explain;
pub mod units;

// 2
pub mod crawl;
pub mod http;
pub mod journal;

// 3
pub mod net;
pub mod state;
pub mod tape;

// 4
pub mod engine;
pub mod lab;
pub mod outbox;
pub mod race;
pub mod recording;
pub mod replay;
pub mod report;

// 5
pub mod hub;
pub mod signals;
pub mod starter;
pub mod timeline;

// 6
pub mod ui;
pub mod unwatched;

// 7 wiring, to the end
pub mod cli;
mod memory;
mod panic;

// 8
pub mod config;

// 9
mod input;
mod password;

// 10
pub mod run;
