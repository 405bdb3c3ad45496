//! What a run is made of: asyncio's model, in this program's words. Knows nothing of fetching.

use super::{Entry, Group};

const fn model(word: &'static str, means: [&'static str; 2]) -> Entry {
    Entry::new(Group::Model, word, means)
}

pub(super) const TABLE: &[Entry] = &[
    model(
        "task",
        [
            "A fetch as the loop runs it: it is stepped until it returns, and then its Completion is set.",
            "Its steps and the time within them are counted.",
        ],
    )
    .asyncio("Task"),
    model(
        "attempt",
        [
            "One try at a target; where it fails in a way that may pass, another one is made, --retry times at most.",
            "Only the last one has a result that is told, and a line says which one it was.",
        ],
    )
    .asyncio("the body of a loop around the call of a coroutine"),
    model(
        "step",
        [
            "One turn of a task: it runs until it has to wait for something, or returns.",
            "Nothing else on the loop runs meanwhile, so a step is to be short.",
        ],
    )
    .asyncio("Task.__step")
    .also(&["poll", "Task.__step"]),
    model(
        "wake",
        [
            "What a task waits for is there, so it gets its turn in the loop again.",
            "A socket that can be read or written wakes it, a name that was found, a timer, a slot, a turn, or a cancel.",
        ],
    )
    .asyncio("Task.__wakeup")
    .also(&["waker", "Task.__wakeup", "socket", "timer"]),
    model(
        "completion",
        [
            "A result that is not there yet, or is: it is set once, and then hands its callbacks to the queue.",
            "Being cancelled is an outcome too, and so is a producer that went away without a result.",
        ],
    )
    .asyncio("Future")
    .also(&["future"]),
    model(
        "callback",
        [
            "What is to be done with a result: report, follow, retry or release.",
            "The log says how long each waited in the queue and how long it ran; one that panics stops no other.",
        ],
    )
    .asyncio("Future.add_done_callback")
    .also(&["add_done_callback", "callback_fired", "callback_panicked"]),
    model(
        "loop",
        [
            "The thread that steps the tasks and fires their callbacks, which it takes first in, first out.",
            "The dashboard and the outputs run on others, so that they do not hold it up.",
        ],
    )
    .asyncio("the event loop")
    .also(&["event loop"]),
    model(
        "slot",
        [
            "A place for a fetch in flight; there are as many as --concurrency says.",
            "A task takes one as it is created, and its release callback frees it.",
        ],
    )
    .asyncio("Semaphore")
    .also(&["semaphore"]),
    model(
        "worker",
        [
            "A thread of the pool that the engine threads fetches with, one blocking fetch at a time.",
            "Its result reaches the loop as a Completion that was set from another thread.",
        ],
    )
    .asyncio("a thread of ThreadPoolExecutor, with call_soon_threadsafe and wrap_future")
    .also(&["call_soon_threadsafe", "wrap_future", "pool"]),
    model(
        "run",
        [
            "All fetches of one command, from its start to its summary.",
            "In the event log it stands for what concerns no single task.",
        ],
    )
    .asyncio("asyncio.run"),
    model("Timing", ["The pane of how long fetches took: their totals, their phases, and how late the loop is.", "At 80 columns it is one line, and tab shows all of it."]),
    model("Charts", ["The pane of the run over time: requests and bytes a second, in flight, p50, p99 and errors.", "Tab leads to it, and z shows the whole run."]),
    model("Events", ["The pane of what happens, an event a line, the last one below.", "Keys v and w show more of it; 5 gives it all the room."]),
    model("Hosts", ["The pane of the hosts: what is in flight at each, what waits there, and what came of it.", "Key 4 gives it all the room, and enter shows the fetches of one."]),
    model("above", ["So many rows stand above the first one that is seen.", "Key g goes to the beginning."]),
    model("at least", ["Before a count: so many were found, and not all rows have been looked at yet.", "The next pictures look at the others."]).also(&["≥", ">="]),
    model("seeking", ["A replay is on its way to the place that was asked for.", "Where the recording has not been read so far, it goes there once it has been."]),
];
