//! A site that means ill, through every way out of the program: streams, files, recordings, replays, the dashboard, the
//! clipboard, and what is said about hostile words. Nothing that acts, hides or turns text around comes out raw.
#![cfg(target_os = "linux")]

mod clipboard;
mod dashboard;
mod echo;
#[path = "../pty/emulator.rs"]
mod emulator;
mod outputs;
#[path = "../pty/picture.rs"]
mod picture;
#[path = "../cli/program.rs"]
#[expect(dead_code, reason = "the tests of the command line use more of it")]
mod program;
#[path = "../support/scripted.rs"]
#[expect(dead_code, reason = "other test programs use the rest of it")]
mod scripted;
#[path = "../pty/setup.rs"]
#[expect(dead_code, reason = "the tests of the terminal use more of it")]
mod setup;
mod site;
mod tame;
#[path = "../pty/terminal.rs"]
#[expect(dead_code, reason = "the tests of the terminal use more of it")]
mod terminal;
mod words;
