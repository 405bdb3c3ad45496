//! The signs of the picture that are no letters, by a name. Phases, outcomes and columns have theirs where they are explained.
//! Knows nothing of where they are drawn.

use super::{Entry, Group};

const fn sign(word: &'static str, means: [&'static str; 2], signs: &'static [&'static str]) -> Entry {
    Entry::new(Group::Sign, word, means).also(signs)
}

pub(super) const SIGNS: &[Entry] = &[
    sign(
        "full circle",
        [
            "In the header: the run goes on, ends, or is recorded; in the row of a replay, the place where that is.",
            "In ASCII it is an asterisk.",
        ],
        &["●"],
    ),
    sign(
        "two bars",
        ["The run is paused with p, or a replay stands; the word behind it says which.", "In ASCII it is one bar."],
        &["‖"],
    ),
    sign(
        "full square",
        ["The picture is frozen with space, or a replay is at its end.", "In ASCII it is a number sign."],
        &["■"],
    ),
    sign(
        "right triangle",
        ["A replay is played or on its way to a place, so many times as fast as the run was.", "In ASCII it is a >."],
        &["▶"],
    ),
    sign(
        "point",
        [
            "There is no such figure, or not yet; between words of a title it only parts them.",
            "Where the phases stand in a row, it is one that did not happen.",
        ],
        &["·"],
    ),
    sign(
        "three points",
        [
            "The text goes on and was cut there, for there is no more room.",
            "Its page (enter) has all of it; in ASCII it is a ~.",
        ],
        &["…"],
    ),
    sign(
        "frame",
        [
            "The lines around a pane, and of a bar what is still to come; the pane that takes the keys has the brighter ones.",
            "Keys tab and 1 to 5 lead from one to the other.",
        ],
        &["─", "│", "╭", "╮", "╰", "╯"],
    ),
    sign(
        "strong frame",
        [
            "Beside a list that is longer than its pane: the rows that are seen, of all that there are.",
            "Where it reaches both ends, all of them are seen.",
        ],
        &["┃"],
    ),
    sign(
        "blocks",
        [
            "A value in each column, the higher the larger: of a second, of a step of a chart, of failures in a recording.",
            "The highest is the largest in the row, or the top of the scale that is named.",
        ],
        &["▁", "▂", "▃", "▄", "▅", "▆", "▇"],
    ),
    sign("microseconds", ["Millionths of a second.", "In ASCII they are us."], &["µ", "µs", "us"]),
];
