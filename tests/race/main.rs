//! The race: the journal its runs tell, what they add up to, how it looks, and the real binary racing.

#[path = "../cli/program.rs"]
#[expect(dead_code, reason = "the tests of the command line use more of it")]
mod program;
#[path = "../support/scripted.rs"]
#[expect(dead_code, reason = "a race needs few of a server's steps")]
mod scripted;

mod ends;
mod journal;
mod made;
mod racing;
mod refused;
mod screens;
mod tracks;
mod verdicts;
