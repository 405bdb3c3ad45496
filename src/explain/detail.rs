//! The words of the page of a fetch. Knows nothing of where they stand on it.

use super::{Entry, Group};

const fn word(word: &'static str, means: [&'static str; 2]) -> Entry {
    Entry::new(Group::Detail, word, means)
}

pub(super) const DETAIL: &[Entry] = &[
    word(
        "Waterfall",
        [
            "Each hop of each attempt on one time axis, its phases to scale, and below the same in numbers.",
            "2.1 is the first hop of the second attempt; a phase that did not happen has a dot.",
        ],
    ),
    word(
        "queued",
        [
            "From the beginning of a task to its first phase: it was there, and the loop had others to run.",
            "It is in no total, here as in the exports; the bars show it in dots.",
        ],
    ),
    word(
        "attempt",
        [
            "One way from the target to a result; what fails in a way that may pass is tried again.",
            "Only the last attempt has a result that is told.",
        ],
    ),
    word(
        "Connection",
        [
            "The address that the request went to: new, or kept from earlier requests, of which the number is told.",
            "Behind it stand the addresses that were dialled and lost.",
        ],
    ),
    word(
        "certificate",
        [
            "Whom the server's certificate is for, who signed it, and the last day on which it counts.",
            "With --insecure none of that was checked.",
        ],
    ),
    word(
        "not reused",
        [
            "Why a connection that had been kept for this server did not carry the request.",
            "In JSON it is not_reused; the list of words has each reason.",
        ],
    ),
    word(
        "not kept",
        [
            "Why the connection carries no other request.",
            "In JSON it is close_reason; the list of words has each reason.",
        ],
    ),
    word(
        "on the wire",
        [
            "Bytes of the response as received, head and framing counted in, TLS not.",
            "The rates of the header count these.",
        ],
    ),
    word(
        "decoded",
        [
            "Bytes of content once its codings are taken off.",
            "How many times that is what came on the wire stands behind it.",
        ],
    ),
    word(
        "woken by",
        [
            "What woke the task for its steps: a slot, its socket, a name, a timer, a cancel, or its turn.",
            "Two wakes before a step make one step.",
        ],
    )
    .asyncio("Task.__wakeup"),
    word(
        "linked from",
        [
            "The page that led to the target first, with line, column and text of the link.",
            "Redirects that led there stand below it, each with the time it took.",
        ],
    ),
    word(
        "struck out",
        [
            "A value that may be a secret: credentials, cookies, and every field of -H that goes to no other origin.",
            "It is struck out before anyone hears of it: no screen, no journal and no clipboard has it.",
        ],
    ),
    word(
        "What happened",
        [
            "The lines of the event log about this fetch, with its phases, as far as the log still has them.",
            "The log keeps the last ten thousand lines of all fetches.",
        ],
    ),
];
