//! The columns of the two tables on the screen: the requests in flight, and the results. Knows no width of theirs.

use super::{Entry, Group};

const fn column(word: &'static str, means: [&'static str; 2]) -> Entry {
    Entry::new(Group::Column, word, means)
}

pub(super) const COLUMNS: &[Entry] = &[
    column(
        "#",
        [
            "The number of the task, counted from 1 in the order in which tasks were created.",
            "The event log and the exports call it task.",
        ],
    )
    .also(&["id", "number"]),
    column(
        "phase",
        [
            "What the request is doing now: one of blocked, dns, connect, tls, send, wait and body.",
            "When its result is set, result stands there until that is told; then its status, or how it failed.",
        ],
    )
    .also(&["phase_entered", "body_progressed"]),
    column(
        "result",
        [
            "The result of the task is set, and the callback that tells it has not fired yet.",
            "Rows stand so for a moment; where they stay, the loop is late: see loop lag.",
        ],
    )
    .asyncio("Future.done, with callbacks still in the queue"),
    column(
        "retry",
        [
            "The attempt failed, and another one is made when its time has come: waiting says when, and why.",
            "It holds no slot, and stands behind what is in flight.",
        ],
    )
    .also(&["to retry"]),
    column(
        "check",
        [
            "What is fetched leads out of the crawl: it is only asked whether it is there, and no link of it followed.",
            "A HEAD asks for that, or a GET where HEAD is refused, which counts as no retry; --external wants it.",
        ],
    ),
    column(
        "robots",
        [
            "What is fetched is the robots.txt of a server, before anything else there.",
            "It is no result, and leaves the table when it was read.",
        ],
    ),
    column(
        "sitemap",
        ["What is fetched is a list of pages.", "It is no result, and leaves the table when it was read."],
    ),
    column(
        "age",
        [
            "How long ago the task was created; of what has ended, how long it took.",
            "A mark and an ink say from when on it is slow.",
        ],
    ),
    column(
        "slow",
        [
            "A request that is older than --slow, one second if nothing else is said, has one mark before its age.",
            "From three times as much on it is very slow, and has two.",
        ],
    )
    .also(&["very slow", "--slow", "▲", "▲▲"]),
    column(
        "by slot",
        [
            "Each request keeps its row; what has ended stays there for a moment, dim and marked, then the next one has it.",
            "Where there are more rows than the pane shows, the oldest come first, for what hangs is to be seen.",
        ],
    )
    .also(&["oldest first", "youngest first", "inverted", "by slot, inverted"]),
    column(
        "sorted by",
        [
            "The table is sorted by that column, whose title has the arrow: down where the largest comes first.",
            "Only rows that are kept are sorted; nothing that has ended is among those in flight.",
        ],
    )
    .also(&["sorted", "↑", "↓"]),
    column(
        "waterfall",
        [
            "The phases of the request along one time axis, each with a sign of its own.",
            "All rows share the axis, which is as long as the oldest request needs.",
        ],
    ),
    column(
        "bytes",
        [
            "Bytes of content that have come, without head and framing.",
            "The number is told at most ten times a second.",
        ],
    ),
    column(
        "steps",
        [
            "How often the task was stepped up to the last thing that was told of it.",
            "A fetch that makes many steps reads a little each time; one that makes none waits.",
        ],
    )
    .asyncio("calls of Task.__step")
    .also(&["polls"]),
    column(
        "conn",
        [
            "The connection that the request goes over: new, or reused, which is a kept one; a point, where there is none.",
            "A table with less room leaves it out, unless it is sorted by it.",
        ],
    ),
    column(
        "url",
        [
            "What is fetched, without scheme and host where all targets share them.",
            "One that is too long is cut in the middle, and a control character in it becomes a visible sign.",
        ],
    ),
];

const fn done(word: &'static str, means: [&'static str; 2]) -> Entry {
    Entry::new(Group::Done, word, means)
}

pub(super) const DONE: &[Entry] = &[
    done("order", ["The place of the result in the order of completion, counted from 1.", "The newest comes first."])
        .asyncio("the order of as_completed"),
    done(
        "mark",
        ["The sign of the outcome, as the help shows it.", "A timeout and what was let go of have their own."],
    ),
    done("total", ["From the first step of the task to its result.", "All its phases lie within."]),
    done("status", ["The status of the answer.", "Where there is no usable answer, the failure kind stands there."]),
    done("from", ["The page whose link led there first.", "A start and a page of a sitemap have none."]),
    done(
        "conn",
        [
            "The connection of the last request: new, or reused, which was a kept one and took no time to connect.",
            "A point says that there was none; a table with less room leaves the column out, unless it is sorted by it.",
        ],
    ),
    done("size", ["Bytes of content, without head and framing.", "A fetch that failed has no size."]),
];
