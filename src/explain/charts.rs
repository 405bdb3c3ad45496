//! The charts over time, and the marks on their axis. Knows nothing of how they are drawn.

use super::{Entry, Group};

const fn chart(word: &'static str, means: [&'static str; 2]) -> Entry {
    Entry::new(Group::Chart, word, means)
}

const fn mark(word: &'static str, means: [&'static str; 2]) -> Entry {
    Entry::new(Group::Mark, word, means)
}

pub(super) const CHARTS: &[Entry] = &[
    chart(
        "req/s",
        [
            "Attempts that ended, in each second that is over; zoomed, a second in each step of the whole run.",
            "Beside the name is the last column, and at the end the whole run; at the other end is the top of the scale.",
        ],
    ),
    chart(
        "bytes/s",
        ["Bytes of answers a second, with their heads and framing, as they came.", "An answer counts while it comes."],
    ),
    chart(
        "in flight",
        [
            "How many requests were in flight, in the mean of each second.",
            "By Little's law it is how many come a second times how long each takes.",
        ],
    ),
    chart(
        "p50",
        [
            "Half of the attempts that ended in that second took no longer.",
            "Of columns that hold several seconds it is the mean; an ink says where it is slow, as of an age.",
        ],
    ),
    chart(
        "p99",
        [
            "All but one of a hundred attempts that ended in that second took no longer.",
            "Of columns that hold several seconds it is the highest; an ink says where it is slow, as of an age.",
        ],
    ),
    chart(
        "errors/s",
        [
            "Results a second of a status of 400 and above or without a usable answer.",
            "What was cancelled is none of them.",
        ],
    )
    .also(&["errors"]),
];

pub(super) const MARKS: &[Entry] = &[
    mark(
        "mark",
        [
            "Something was changed by hand: a line through the chart at that moment, and a sign with a word on its axis.",
            "Each of the words is explained as well.",
        ],
    )
    .also(&["▸", "┊"]),
    mark("pause", ["The run was paused with p there.", "The charts show what was left in flight go on."]),
    mark("go", ["The run was resumed with p there.", "A rise behind it is what had waited."]),
    mark("c32", ["There may be so many requests in flight from there on.", "Changes within a second are one mark."]),
    mark("h8", ["There may be so many requests in flight to each host from there on.", "Keys [ and ] change it."])
        .also(&["[", "]"]),
    mark(
        "300/s",
        [
            "So many requests may start a second from there on, or a minute with /m; none for no limit.",
            "Keys { and } change it.",
        ],
    )
    .also(&["30/m", "{", "}"]),
    mark("x#7", ["The request of that number was cancelled with x.", "Its result is told as cancelled."]),
    mark("r#7", ["Another attempt at that target was asked for with r.", "Only its last attempt counts."]),
    mark("R31", ["Another attempt at so many failed targets was asked for with R.", "Only their last attempts count."]),
    mark("stop", ["A signal asked for the end of the run there.", "What was in flight had two seconds."])
        .also(&["^C", "end at once"]),
    mark("fg", ["The program went on after it was stopped there.", "The time between is no time of the run."])
        .also(&["^Z"]),
];
