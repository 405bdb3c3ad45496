//! The program in a pseudo-terminal: what it draws, what keys and signals do, and how it leaves the terminal.
#![cfg(target_os = "linux")]

mod copying;
mod drawing;
mod emulator;
mod hangup;
mod held;
mod hostile;
mod keys;
mod knobs;
mod leaving;
mod link;
mod many;
mod multiplexer;
mod panics;
mod password;
mod peer;
mod picture;
mod plain;
mod racing;
mod replayed;
mod replaying;
mod results;
mod screen;
mod setup;
mod sizes;
#[path = "../support/skipped.rs"]
mod skipped;
mod slow;
mod stopping;
mod terminal;
mod themes;
mod tmux;
mod wide;
