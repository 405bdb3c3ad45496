//! The columns of the hosts of a run. Knows no width of theirs.

use super::{Entry, Group};

const fn host(word: &'static str, means: [&'static str; 2]) -> Entry {
    Entry::new(Group::Host, word, means)
}

pub(super) const HOSTS: &[Entry] = &[
    host(
        "host",
        [
            "The server as URLs name it, with its port where that is not the scheme's own.",
            "Those with most to do come first, in a fetch those of most fetches; beyond 10,000 hosts all further ones share one row.",
        ],
    )
    .also(&[
        "others",
        "more hosts",
        "most waiting first",
        "least waiting first",
        "most fetches first",
        "fewest fetches first",
    ]),
    host(
        "in flight",
        [
            "Fetches in flight there, of as many as it may have at once now.",
            "--per-host is the most; a host that says 429 or 503 has fewer for a while.",
        ],
    ),
    host(
        "waiting",
        [
            "Targets there that a crawl has found and not started yet: told a few times a second, of the busiest hosts only.",
            "In a fetch those that wait for their next attempt.",
        ],
    ),
    host("done", ["Results from there, whatever their outcome.", "A robots.txt and a sitemap are no results."]),
    host(
        "broken",
        ["Answers from there of 400 or above, in a crawl those that are not blocked.", "A table with less room leaves it out."],
    ),
    host("failed", ["Fetches there without a usable answer.", "What is blocked or was let go of is not among them."]),
    host(
        "p50",
        [
            "Half of the fetches there took no longer than this, from first step to result.",
            "It is kept in little room, and exact to a tenth.",
        ],
    ),
    host(
        "delay",
        [
            "The time between two requests there, in a crawl: that of --wait, of its Crawl-delay, or of a backoff.",
            "A point says that there is none.",
        ],
    ),
    host(
        "held by",
        [
            "Why a crawl starts nothing more there now, and for how long.",
            "Each of the words stands behind limited by too; a robots.txt that gave no answer is named as well.",
        ],
    )
    .also(&["held"]),
    host(
        "robots.txt",
        [
            "What the robots.txt of the host says to this crawler, in a table that is wide enough.",
            "Its page of a fetch has it as well.",
        ],
    ),
];
