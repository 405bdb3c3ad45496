//! What a run can be asked for: its engine, the order of its results, when it ends. Knows no option's spelling.

use super::{Entry, Group};

const fn engine(word: &'static str, means: [&'static str; 2]) -> Entry {
    Entry::new(Group::Engine, word, means)
}

pub(super) const ENGINES: &[Entry] = &[
    engine(
        "sequential",
        [
            "One fetch after another, with blocking sockets on the thread of the loop itself.",
            "Nothing else moves meanwhile, so the last time is the sum of all totals.",
        ],
    )
    .asyncio("a plain loop over get_url, without asyncio"),
    engine(
        "threads",
        [
            "Blocking fetches in a bounded pool of threads, whose workers hand their results to the loop.",
            "--workers says how many; without it there are min(32, cpus + 4).",
        ],
    )
    .asyncio("loop.run_in_executor")
    .also(&["run_in_executor", "loop.run_in_executor"]),
    engine(
        "tasks",
        [
            "A task for each target, all on one loop: while one waits for its socket, the others are stepped.",
            "It needs no thread for a fetch, only a little memory.",
        ],
    )
    .asyncio("ensure_future, once for each URL")
    .also(&["ensure_future", "create_task"]),
];

pub(super) const ORDERS: &[Entry] = &[
    Entry::new(
        Group::Order,
        "completed",
        [
            "A result is told the moment it is there, whichever target it belongs to.",
            "It is the order in which the Completions were set, and the default.",
        ],
    )
    .asyncio("as_completed")
    .also(&["as_completed", "report order completed"]),
    Entry::new(
        Group::Order,
        "given",
        [
            "Results are told in the order of the targets, each one only after those before it.",
            "A result that comes early waits for its turn, and the summary says for how long.",
        ],
    )
    .asyncio("gather")
    .also(&["gather", "report order given", "in the order given"]),
];

pub(super) const UNTILS: &[Entry] = &[
    Entry::new(Group::Until, "all", ["The run ends when every target has its result.", "It is the default."])
        .asyncio("asyncio.wait with ALL_COMPLETED")
        .also(&["ALL_COMPLETED"]),
    Entry::new(
        Group::Until,
        "first",
        [
            "The run ends with the first result, whatever its outcome.",
            "What is in flight then is cancelled, and what was not started is one number in the summary.",
        ],
    )
    .asyncio("asyncio.wait with FIRST_COMPLETED")
    .also(&["FIRST_COMPLETED"]),
    Entry::new(
        Group::Until,
        "first-error",
        [
            "The run ends with the first fetch that has no usable answer, and with exit code 1.",
            "A status of 400 or above is an answer, and ends nothing.",
        ],
    )
    .asyncio("asyncio.wait with FIRST_EXCEPTION")
    .also(&["FIRST_EXCEPTION"]),
];
