//! The figures of the timing pane. Knows nothing of how they are taken.

use super::{Entry, Group};

const fn figure(word: &'static str, means: [&'static str; 2]) -> Entry {
    Entry::new(Group::Figure, word, means)
}

pub(super) const FIGURES: &[Entry] = &[
    figure(
        "last time",
        ["From the beginning of the run to the last result.", "It is how long all fetches took together."],
    )
    .asyncio("print('last time:{}') at the end of the program"),
    figure(
        "one after another",
        [
            "The totals of all fetches, added up.",
            "A plain loop that fetches one after another would take about so long.",
        ],
    )
    .asyncio("a loop that awaits each fetch before the next"),
    figure(
        "speed-up",
        [
            "How many times longer one after another is than the last time.",
            "It can't be higher than the most fetches that were ever in flight at once.",
        ],
    ),
    figure(
        "p50",
        [
            "Half of the times are no longer than this, which is also called the median.",
            "Every fetch that was not cancelled counts in the rows it has a time for.",
        ],
    )
    .also(&["median"]),
    figure("p90", ["Nine of ten times are no longer than this.", "Where it is far above p50, some pages are slow."]),
    figure(
        "p99",
        ["Ninety-nine of a hundred times are no longer than this.", "It tells what the unlucky ones wait for."],
    ),
    figure("max", ["The longest time there was.", "A time of more than an hour is counted as an hour."]),
    figure(
        "answered",
        [
            "Totals of the fetches that have an answer, whatever its status.",
            "The header counts them apart: ok, redirect, broken.",
        ],
    ),
    figure(
        "failed",
        [
            "Totals of the fetches that have no usable answer.",
            "A timeout counts with the time until it came; what was cancelled counts nowhere.",
        ],
    ),
    figure(
        "histogram",
        [
            "How the totals spread, from a millisecond to half a minute, with six bars to a factor of ten.",
            "What was answered and what failed stand apart, to one scale.",
        ],
    ),
    figure(
        "loop lag",
        [
            "How long callbacks waited in the queue, from call_soon until they fired.",
            "A lag that grows says that the loop has more to do than it has time.",
        ],
    )
    .asyncio("from loop.call_soon to the run of its Handle")
    .also(&["lag", "lag p99", "callback lag"]),
    figure(
        "stalls",
        [
            "Steps that kept the loop from all else for longer than a millisecond; the longest counts in max.",
            "The event log names the task of each as lagged.",
        ],
    )
    .asyncio("loop.slow_callback_duration, which in debug mode tells of 100 ms and more"),
];
