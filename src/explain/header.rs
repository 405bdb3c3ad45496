//! The words of the header, and of what may stand behind *limited by*. Knows no place of theirs.

use super::{Entry, Group};

const fn header(word: &'static str, means: [&'static str; 2]) -> Entry {
    Entry::new(Group::Header, word, means)
}

pub(super) const HEADER: &[Entry] = &[
    header(
        "in flight",
        [
            "Fetches whose task was created and whose result was not told yet.",
            "The second number is how many there may be at once; + and - change it.",
        ],
    )
    .also(&["busy"]),
    header(
        "running",
        ["The run goes on, and new fetches start as slots get free.", "The clock behind it is its time."],
    ),
    header("paused", ["No new fetch starts until p is pressed again.", "What is in flight goes on."]),
    header(
        "ends",
        [
            "A signal asked for the end: nothing new starts, and what is in flight has so many seconds left.",
            "Then the rest is let go of and told as cancelled; a second signal does so at once.",
        ],
    ),
    header(
        "finished",
        ["Every target has its result.", "The dashboard stays until q, unless --exit-on-end was given."],
    ),
    header(
        "stopped",
        [
            "The run ended before every target had a result.",
            "The summary says why, and how many were cancelled or never started.",
        ],
    ),
    header(
        "rec",
        [
            "The run is recorded, with --record; behind it the size of the file by now.",
            "With a cross before it, the recording has ended early; in a replay, where it would be misread, it is left out.",
        ],
    ),
    header(
        "replay",
        [
            "A recorded run is played, so many times as fast as it was; < and > change that.",
            "While it stands, stands is here instead, or at the end; space goes on.",
        ],
    ),
    header(
        "stands",
        ["A recorded run is played, and stands: space goes on.", "The run itself may have gone on at that moment, or have been paused."],
    )
    .also(&["at the end"]),
    header("frozen", ["The picture is held still.", "The run goes on behind it; space shows it again."]),
    header(
        "req/s",
        [
            "Attempts that ended a second, over the last second; over the whole run once that has ended.",
            "What is tried again, robots.txt and sitemaps count too; each of the bars beside it is one of ten seconds.",
        ],
    )
    .also(&["requests", "requests per second"]),
    header(
        "MB/s",
        [
            "Bytes of answers a second, over the last second, with their heads and framing.",
            "An answer counts while it comes; once the run has ended, it is the mean of the run.",
        ],
    )
    .also(&["B/s", "kB/s", "bytes per second"]),
    header(
        "ETA",
        [
            "How long the rest will take at the rate of the last five seconds.",
            "It is there once all targets are known and results come.",
        ],
    ),
    header(
        "found",
        [
            "Targets that the crawl knows of: done, in flight, waiting, or refused since a robots.txt keeps them out.",
            "A + stands behind the number while links may still add to it, so there is no share and no ETA.",
        ],
    ),
    header(
        "waiting",
        ["Targets that were found and not started yet: all but what is done, in flight or to be retried.", "Hosts, on 4, says where they wait and for what."],
    )
    .also(&["queue", "queue depth"]),
    header(
        "depth",
        [
            "How many links away from a start the deepest target is that was started.",
            "A crawl goes breadth first, so it grows slowly; --level bounds it.",
        ],
    ),
    header(
        "new/s",
        [
            "Links a second that lead to what was never seen before, over the last second.",
            "Where it falls to nothing, the site is nearly known.",
        ],
    )
    .also(&["new links"]),
    header("ok", ["Answers with a status of 2xx.", "Its mark is a check mark, in ASCII a +."]).also(&["✓"]),
    header("redirect", ["Answers with a status of 3xx that were not followed.", "Its mark is an arrow, in ASCII a >."]).also(&["→"]),
    header(
        "broken",
        [
            "Answers with a status of 400 or above; of a crawl, without the blocked.",
            "Its mark is an exclamation mark.",
        ],
    )
    .also(&["!"]),
    header(
        "kept out",
        [
            "Results that are blocked, by robots.txt or by 401, 403 or 429, or cancelled, behind a sign and where there are any.",
            "With ok, redirect, broken and failed they are all that is done; the sign is a crossed circle, in ASCII an o.",
        ],
    )
    .also(&["⊘", "let go"]),
    header(
        "failed",
        [
            "Fetches without a usable answer, without what was let go of, and of a crawl, without what robots.txt keeps out.",
            "Its mark is a cross; timeouts and what was let go of have marks of their own.",
        ],
    )
    .also(&["✗", "⏱"]),
    header(
        "flow",
        [
            "Little's law over the last five seconds: what is in flight is how much comes a second, times how long each takes.",
            "All are measured; with > more comes in than goes out or some hangs, with < it runs dry, and a wavy sign is nearly =.",
        ],
    )
    .also(&["Little's law", "little", "≈", "~", "=", "×"]),
    header(
        "oldest",
        [
            "The request that has been in flight for the longest: its number, phase, age, bytes and URL.",
            "Where a run seems stuck, this is where.",
        ],
    ),
    header(
        "limited by",
        [
            "What keeps the run from going faster now.",
            "One of concurrency, server, workers, one at a time, order, output, recording, input, descriptors, ports, retries, host cap, rate, wait, Crawl-delay, backoff, robots.txt, starts, pause, ending.",
        ],
    )
    .also(&["by"]),
];

const fn limit(word: &'static str, means: [&'static str; 2]) -> Entry {
    Entry::new(Group::Limit, word, means)
}

pub(super) const LIMITS: &[Entry] = &[
    limit(
        "concurrency",
        [
            "As many fetches are in flight as may be, and more targets may be waiting.",
            "Raise it with + or --concurrency, if the servers can take it.",
        ],
    )
    .asyncio("Semaphore.acquire, which waits"),
    limit(
        "server",
        [
            "Nothing on this side holds fetches back: fewer run than may be, or all targets are started.",
            "How fast it goes on is for the servers to say.",
        ],
    ),
    limit(
        "output",
        [
            "Whoever reads the results does not keep up, so no new fetch starts.",
            "What is in flight is not slowed down: its times stay true.",
        ],
    )
    .asyncio("StreamWriter.drain, between fetches instead of within them"),
    limit(
        "recording",
        [
            "The file of --record does not keep up, so no new fetch starts; what is in flight is not slowed down.",
            "Where it takes nothing for ten seconds the recording ends with a mark, and the run goes on.",
        ],
    ),
    limit("input", ["The list of targets has no line ready.", "With -i - whoever writes to the pipe sets the pace."]),
    limit(
        "descriptors",
        [
            "This machine lets the program open no more files, so no new fetch starts, or no more at once.",
            "Raise the limit with ulimit -n, or fetch fewer at once.",
        ],
    ),
    limit(
        "ports",
        [
            "This machine has no port left for more connections to some address, so no new fetch starts.",
            "A port is free again a minute after its connection; fetch fewer at once, or over longer.",
        ],
    ),
    limit(
        "workers",
        [
            "Every worker of the pool is busy, and further jobs wait in its queue.",
            "A larger pool, by --workers, lets more of them go on at once.",
        ],
    )
    .asyncio("max_workers of the ThreadPoolExecutor"),
    limit(
        "one at a time",
        [
            "The engine sequential fetches one target after another, and holds the loop while it does.",
            "Only another engine makes it faster.",
        ],
    )
    .asyncio("a blocking call within a coroutine"),
    limit(
        "order",
        [
            "Ten thousand results wait for the turn of one before them, so no new fetch starts.",
            "With --order completed none has to wait.",
        ],
    )
    .asyncio("gather, whose slowest result comes before all that follow it"),
    limit(
        "retries",
        [
            "All that is left waits to be made again, or ten thousand attempts do, so no new fetch starts.",
            "How long each waits stands in its row.",
        ],
    )
    .asyncio("asyncio.sleep, before the same URL is asked for again"),
    limit(
        "host cap",
        [
            "Every host for which targets wait has as many fetches in flight as it may have at once.",
            "--per-host sets how many; a host that says 429 or 503 has fewer for a while.",
        ],
    )
    .asyncio("a Semaphore for each host"),
    limit(
        "starts",
        [
            "Links that lead out wait to be checked until each start has its answer, for it may lead to where they lead.",
            "Then they would be pages, and be fetched as such; with -i - the list has to end as well.",
        ],
    ),
    limit(
        "rate",
        [
            "As many requests were started as --rate allows in this time.",
            "The next one starts when its part of the second has come.",
        ],
    ),
    limit(
        "wait",
        [
            "The hosts for which targets wait were asked less than --wait ago.",
            "The time between two requests is up to a half longer than that, each time another.",
        ],
    ),
    limit(
        "Crawl-delay",
        [
            "The robots.txt of a host asks for time between two requests, up to a minute.",
            "It counts where it is longer than --wait.",
        ],
    ),
    limit(
        "backoff",
        [
            "A host is given more time, for it said 429 or 503, failed several times in a row, or slowed down.",
            "It recovers by itself as answers come in good time again.",
        ],
    ),
    limit(
        "robots.txt",
        [
            "Nothing is asked of a server before its robots.txt was read.",
            "It is read once, however many targets wait for it.",
        ],
    ),
    limit("pause", ["No new fetch starts, for p was pressed.", "Pressing it again goes on."]),
    limit(
        "ending",
        [
            "A signal such as that of Ctrl-C asked for the end, so no new fetch starts.",
            "What is in flight has two seconds from then.",
        ],
    )
    .also(&["the end", "end", "drain"]),
];
