//! What was changed by hand, in words: all of them for a line, few for a mark on a chart. Knows no place.

use crate::control::Rate;
use crate::state::Change;
use crate::units;

/// `concurrency 64→32`, `retry of 31 failed`.
pub fn words(change: Change) -> String {
    match change {
        Change::Paused => "paused".to_owned(),
        Change::Resumed => "resumed".to_owned(),
        Change::Concurrency { from, to } => format!("concurrency {from}→{to}"),
        Change::PerHost { from, to } => format!("per host {from}→{to}"),
        Change::Rate { from, to } => format!("rate {}→{}", rate(from), rate(to)),
        Change::Cancelled(id) => format!("cancel {id}"),
        Change::Retried(id) => format!("retry {id}"),
        Change::RetriedFailed(count) => format!("retry of {} failed", units::count(count)),
        Change::Draining => "ending".to_owned(),
        Change::Continued => "continued".to_owned(),
    }
}

/// `c32`, `R31`: the letter of the key, where it is one, and what it set.
pub fn short(change: Change) -> String {
    match change {
        Change::Paused => "pause".to_owned(),
        Change::Resumed => "go".to_owned(),
        Change::Concurrency { to, .. } => format!("c{to}"),
        Change::PerHost { to, .. } => format!("h{to}"),
        Change::Rate { to, .. } => rate(to),
        Change::Cancelled(id) => format!("x{id}"),
        Change::Retried(id) => format!("r{id}"),
        Change::RetriedFailed(count) => format!("R{}", units::count(count)),
        Change::Draining => "stop".to_owned(),
        Change::Continued => "fg".to_owned(),
    }
}

fn rate(rate: Option<Rate>) -> String {
    rate.map_or("none".to_owned(), Rate::words)
}
