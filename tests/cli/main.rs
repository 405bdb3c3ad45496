//! The real binary without a terminal: exit codes, streams, lists, bad input, signals, closed and blocked pipes.

#[path = "../support/scripted.rs"]
mod scripted;

mod codes;
mod crawl;
mod crawled;
mod demo;
mod engines;
mod environment;
mod failures;
mod hostile;
mod jsonl;
mod lists;
mod memory;
mod network;
mod outputs;
mod pipes;
mod program;
mod recording;
mod refused;
mod replay;
mod report;
mod request;
mod retries;
mod secrets;
mod signals;
#[path = "../support/skipped.rs"]
mod skipped;
mod text;
