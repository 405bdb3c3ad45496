//! Words that stand behind those of events and columns, where these say more than that. Knows nothing of the sentences that they
//! stand in.

use super::{Entry, Group};

const fn said(word: &'static str, means: [&'static str; 2]) -> Entry {
    Entry::new(Group::Said, word, means)
}

pub(super) const SAID: &[Entry] = &[
    said(
        "following",
        [
            "The event log shows its last lines, and goes on as more come.",
            "Scrolled up it stands, and says how many are new below; G follows again.",
        ],
    )
    .also(&["new below", "below", "follows"]),
    said(
        "fired",
        [
            "The turn of a callback has come, so long after it was put into the queue: that is its lag.",
            "Behind ran stands how long it took, while the loop did nothing else; one that panicked stops no other.",
        ],
    )
    .also(&["ran", "panicked"]),
    said(
        "again",
        ["Another attempt at that target is made, after the time that stands behind it.", "Why stands in brackets."],
    ),
    said(
        "lost",
        [
            "A kept connection was closed, or said something else, before the answer came that it was to bring.",
            "The request goes out again on a fresh one, which is newly made.",
        ],
    )
    .also(&["fresh"]),
    said(
        "kept",
        [
            "Of a connection: it was left open behind an answer, for the next request to the same server.",
            "The next one is reused then, and needs no time to connect.",
        ],
    )
    .also(&["kept connection"]),
    said(
        "new",
        [
            "Of a connection: it was made for this request, and not kept from an earlier one.",
            "Of links and pages: so many lead to what nothing had told of before.",
        ],
    ),
    said(
        "known",
        [
            "Of links: so many lead to what the crawl has found before.",
            "They are counted, and nothing is asked for them.",
        ],
    ),
    said(
        "due",
        [
            "What waited to be made again waits no more for its time.",
            "It starts as soon as it may: a slot, its host, a rate.",
        ],
    ),
    said(
        "at once",
        [
            "So many may be in flight at the same time, over all hosts or to one of them.",
            "Keys + and - change it, and [ and ] that of a host.",
        ],
    ),
    said(
        "apart",
        ["So much time is left between two requests to a host.", "A Crawl-delay, --wait or a backoff asks for that."],
    ),
];
