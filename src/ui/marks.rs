//! What was changed by hand, in words: all of them for a line, few for a mark on a chart, and where those stand on its
//! foot. Knows no cell.

use crate::control::Rate;
use crate::state::Change;
use crate::units;

/// What stands where something was changed.
pub const SIGN: &str = "▸";

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

/// Marks in one column are named together, and so are those between which there is no room for a name: the name stands
/// behind the last of them, or before the first where the chart ends. Each with the column in which it begins. What has
/// no room is named by as many of its last words as fit.
pub fn labels(marks: &[(usize, Change)], columns: usize) -> Vec<(usize, String)> {
    let mut groups: Vec<Group> = Vec::new();
    for &(column, change) in marks.iter().filter(|(column, _)| *column < columns) {
        match groups.last_mut().filter(|group| group.end() > column) {
            Some(group) => group.add(column, change),
            None => groups.push(Group { first: column, last: column, changes: vec![change] }),
        }
    }
    let mut free = 0;
    let mut labels = Vec::new();
    for group in groups {
        let label = group.label(columns - group.last - 1, group.first.saturating_sub(free));
        let x = if label.len() < columns - group.last { group.last + 1 } else { group.first - label.len() };
        free = (x + label.len()).max(group.last + 1) + 1;
        labels.extend((!label.is_empty()).then_some((x, label)));
    }
    labels
}

/// Marks that are named together.
struct Group {
    first: usize,
    last: usize,
    changes: Vec<Change>,
}

impl Group {
    /// Of one kind, they are one change.
    fn add(&mut self, column: usize, change: Change) {
        self.last = column;
        let same = self.changes.iter().position(|earlier| earlier.and(change).is_some());
        let joined = same.and_then(|at| self.changes.remove(at).and(change));
        self.changes.push(joined.unwrap_or(change));
    }

    /// Where the next mark may stand: behind the name and a blank.
    fn end(&self) -> usize {
        self.last + 2 + self.words().len()
    }

    fn words(&self) -> String {
        self.changes.iter().map(|&change| short(change)).collect::<Vec<_>>().join(" ")
    }

    /// As many of its last words as have room behind the marks, or before them where that is more.
    fn label(&self, behind: usize, before: usize) -> String {
        let words = self.words();
        let fits = |words: &str| words.len() <= behind || words.len() <= before;
        let tails = words.match_indices(' ').map(|(at, _)| &words[at + 1..]);
        [&*words].into_iter().chain(tails).find(|words| fits(words)).unwrap_or_default().to_owned()
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

#[cfg(test)]
mod tests {
    use super::*;

    fn of(marks: &[(usize, Change)], columns: usize) -> Vec<(usize, String)> {
        labels(marks, columns)
    }

    #[test]
    fn several_kinds_of_knob_within_one_second_are_all_named() {
        let concurrency = |from, to| Change::Concurrency { from, to };
        let marks = [
            (10, concurrency(64, 70)),
            (10, Change::PerHost { from: 8, to: 9 }),
            (10, concurrency(70, 77)),
            (11, Change::Paused),
            (40, Change::Resumed),
        ];
        assert_eq!(of(&marks, 60), [(12, "h9 c77 pause".to_owned()), (41, "go".to_owned())]);
    }

    #[test]
    fn at_the_end_of_the_chart_the_names_stand_before_the_marks_and_the_last_ones_stay_longest() {
        let marks = [(57, Change::Concurrency { from: 64, to: 70 }), (59, Change::Paused)];
        assert_eq!(of(&marks, 60), [(48, "c70 pause".to_owned())]);
        assert_eq!(of(&[(3, Change::Continued), (6, Change::Paused)], 7), []);
        assert_eq!(of(&[(6, Change::Paused)], 7), [(1, "pause".to_owned())]);
        assert_eq!(of(&[(70, Change::Paused)], 60), []);
    }
}
