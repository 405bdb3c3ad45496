//! The words about what is told: in which format, where, and how much of it.

use clap::{Args, ValueEnum};
use std::path::PathBuf;

#[derive(Debug, Args)]
#[command(next_help_heading = "Output")]
pub struct Output {
    /// How results are told on standard output [default: text]
    #[arg(long, value_name = "FORMAT", env = "CRAWLTOP_FORMAT")]
    pub format: Option<Format>,
    /// Put results into FILE, in the format of its extension, or on standard output with -; may be given again
    #[arg(short, long, value_name = "FILE", env = "CRAWLTOP_OUTPUT")]
    pub output: Vec<PathBuf>,
    /// Record the run in FILE as it happens, packed where its name ends in .gz; `crawltop replay FILE` plays it again
    #[arg(long, value_name = "FILE", env = "CRAWLTOP_RECORD")]
    pub record: Option<PathBuf>,
    /// Tell the SHA-256 of each content
    #[arg(long)]
    pub hash: bool,
    /// Print each content after its line
    #[arg(long)]
    pub body: bool,
    /// Tell only what is not ok
    #[arg(short, long)]
    pub quiet: bool,
    /// Tell phases, steps and callbacks too
    #[arg(short, long, conflicts_with = "quiet")]
    pub verbose: bool,
    /// Exit with 1 where anything was broken or failed
    #[arg(short, long)]
    pub fail: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    Text,
    Jsonl,
    /// One document at the end, in tables
    Markdown,
    /// A journal: every event, for a program that applies them
    #[value(hide = true)]
    Events,
}
