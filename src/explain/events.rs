//! What the event log calls each event, and what happened then. The log draws these words and has no others.

use super::fetches::{callback, phase};
use super::{Entry, Group};
use crate::event::EventKind;
use crate::event::EventKind::*;
use crate::phase::Phase;

const fn entry(word: &'static str, means: [&'static str; 2]) -> Entry {
    Entry::new(Group::Event, word, means)
}

/// A table of the words, and the match of every event to its own. Phases and callbacks go by their names.
macro_rules! events {
    ($($event:pat => $entry:expr;)*) => {
        pub(super) const TABLE: &[Entry] = &[$($entry),*];

        /// The word of an event in the log, explained.
        pub fn event(kind: &EventKind) -> Entry {
            match kind {
                PhaseEntered { phase: entered, .. } => phase(*entered),
                BodyProgressed { .. } => phase(Phase::Body),
                CallbackFired { callback: fired, .. } | CallbackPanicked { callback: fired, .. } => callback(*fired),
                $($event => { const ENTRY: Entry = $entry; ENTRY })*
            }
        }
    };
}

events! {
    Started { .. } => entry("created", [
        "A task was created for the target, and holds a slot from now on.",
        "Its first step comes at its turn in the loop.",
    ]).asyncio("ensure_future, which makes a Task that makes its first step by call_soon");
    ResultSet { .. } => entry("result set", [
        "The Completion of the task was set, once and for all, with an answer or with the reason why there is none.",
        "Behind it stand the status or the failure kind, the bytes of content, and the steps it took.",
    ]).asyncio("Future.set_result").also(&["set_result", "Future.set_result"]);
    CallbacksScheduled { .. } => entry("call_soon", [
        "The callbacks of a result were put at the end of the queue, in the order in which they were added.",
        "They fire one by one in a later turn of the loop, never inside the setting of the result.",
    ]).asyncio("loop.call_soon").also(&["callbacks_scheduled", "loop.call_soon"]);
    ResultRefused { .. } => entry("InvalidState", [
        "A second result came for a Completion that was settled, and was turned away.",
        "What was set first stands; the summary counts such late results.",
    ]).asyncio("InvalidStateError").also(&["result_refused", "InvalidStateError"]);
    Finished { .. } | ContentKept { .. } => entry("told", [
        "The report callback told the result, which counts as done from now on.",
        "Only the verbose log shows it, for the result has its row in Done.",
    ]).asyncio("what as_completed hands out").also(&["content_kept"]);
    Retrying { .. } => entry("call_later", [
        "An attempt failed in a way that may pass: another one is made after so long, for the reason in brackets.",
        "The slot is free meanwhile; a Retry-After of up to a minute is waited for, else each gap is twice the last.",
    ]).asyncio("loop.call_later").also(&["retrying", "loop.call_later"]);
    Retried { .. } => entry("retried", [
        "A task was created for another attempt at the same target, and holds a slot from now on.",
        "The fetch keeps its number, and only its last attempt has a result that is told.",
    ]).asyncio("ensure_future, once more for the same URL");
    RetryAsked { .. } => entry("retry", [
        "The user asked for another attempt, with r: the one in flight is cut off, or the wait for the next one is over.",
        "After what was in flight, the next one goes over a fresh connection.",
    ]).asyncio("Task.cancel, and ensure_future for the same URL").also(&["retry asked"]);
    Reopened { .. } => entry("reopened", [
        "A target that was done is to be fetched again, by r or R: its result does not stand any more.",
        "It left all counts; a line that was printed for it stays, and the later one has a higher attempt.",
    ]);
    FailedReopened { .. } => entry("retry failed", [
        "The user asked for another attempt at all that failed, with R: so many there were.",
        "Errors count, and statuses that may pass: 408, 429, 500, 502, 503, 504; what was cancelled does not.",
    ]).also(&["failed_reopened"]);
    RetryForgone { .. } => entry("retry after", [
        "The server asks for more than a minute before another attempt, so there is none: the result stands.",
        "Behind it stands the date that the server named; in JSON it is retry_after.",
    ]).also(&["retry_forgone", "retry_after", "Retry-After"]);
    Queued { .. } => entry("queued", [
        "The job of the fetch waits for a worker of the pool; it is blocked until one takes it.",
        "A job that is let go of meanwhile is taken out of the queue.",
    ]).asyncio("run_in_executor, which hands the call to the pool's queue");
    RateAwaited { .. } => entry("in line", [
        "The answer leads on, and the next request waits for its turn by --rate; it is blocked until that comes.",
        "What has begun is ended first: no other fetch starts before it.",
    ]).also(&["rate_awaited"]);
    Running { .. } => entry("running", [
        "A worker of the pool has taken the job, and does nothing else until it is done.",
        "Behind it stands the worker's number.",
    ]).asyncio("the call that runs in a thread of the executor");
    WorkerRefused { .. } => entry("fewer", [
        "The machine gave no thread for a further worker.",
        "The pool goes on with those it has, and the summary says so.",
    ]).also(&["worker_refused"]);
    Followed { .. } => entry("followed", [
        "The follow callback gave the links of a page to the frontier: so many in all, so many never seen before.",
        "Only the verbose log has it in a line of its own, with what became of each link.",
    ]).asyncio("what a callback of the Future does with its result").also(&["links"]);
    Admitted { .. } => entry("admitted", [
        "Links of a page (or pages of a sitemap) that were kept out are judged anew: a shorter way, or a start's answer.",
        "They leave the number that they were counted in, and keep their line, column and text.",
    ]);
    RobotsRead { .. } => entry("robots", [
        "The robots.txt of a server was read, once, before anything else is asked there (RFC 9309).",
        "Where it answers 5xx or is out of reach, nothing is asked of that server.",
    ]).also(&["robots_read"]);
    SitemapRead { .. } => entry("sitemap", [
        "A sitemap was read: so many pages, and so many of them that no link had told of yet.",
        "Its pages are starts like any other, within the scope.",
    ]).also(&["sitemap_read", "pages"]);
    SitemapsUnread { .. } => entry("unread", [
        "Sitemaps were found that are not asked for, since: max_pages (a partial run), pages, sitemaps, nested, ended.",
        "It counts with them what came to nothing: robots, missing, refused, failed, no_sitemap, empty, too_large, cut.",
    ]).also(&["sitemaps_unread", "no_sitemap", "max_pages"]);
    Widened { .. } => entry("widened", [
        "A start led to another host, which belongs to the scope from now on.",
        "Without that, a crawl of example.org would end where it leads to www.example.org.",
    ]);
    Trapped { .. } => entry("trapped", [
        "A limit against endless sites has kept a link out, for the first time; further ones are counted.",
        "The limits are on the length of a URL, its depth, its repeated parts, and the pages of one pattern.",
    ]);
    FragmentMissed { .. } => entry("no such part", [
        "A link leads to a part of a page that the page does not have.",
        "Told with --check-fragments.",
    ]).also(&["fragment_missed"]);
    FragmentsUnchecked { .. } => entry("unchecked", [
        "Links lead to parts of a page that can't be held against it: it is no HTML, has too many ids, or was not asked for.",
        "What leads out is asked by GET where a part of it is linked, unless HEAD was asked before that was known.",
    ]).also(&["fragments_unchecked"]);
    HostPaced(_) => entry("paced", [
        "A host is asked slower, since it said 429 or 503, failed, slowed down or makes no connection; or faster again.",
        "Other hosts are not held up by that.",
    ]).also(&["host_paced"]);
    HostsSampled { .. } | FrontierCounted(_) => entry("counted", [
        "How many targets the frontier has, and where they wait.",
        "It is told a few times a second, and stands in the header and in Hosts instead of the log.",
    ]).also(&["hosts_sampled", "frontier_counted"]);
    Limited { .. } => entry("limited", [
        "What keeps the crawl from going faster now: a host's cap, a rate, a delay, a backoff, a robots.txt.",
        "The header says it, with the host for which most waits; only the verbose log shows it.",
    ]);
    PerHostSet { .. } => entry("per host", [
        "So many fetches may be in flight at once to one host from now on.",
        "Where there are more, none is let go of: the next ones wait until there are fewer.",
    ]).also(&["per_host_set"]);
    Sampled(_) => entry("used", [
        "What the program had used up to then: processor time, memory at most, threads.",
        "It is told a few times a second while a dashboard or a journal wants it, and at the end.",
    ]).also(&["sampled", "processor time", "memory"]);
    Stepped { .. } => entry("stepped", [
        "The task was stepped: polled once, for so long, after something had woken it.",
        "Told of tasks with --trace steps; what wakes one is a slot, its socket, a name, a timer, a turn, or a cancel.",
    ]).asyncio("Task.__step, and the wakeup that put it into the queue").also(&["took"]);
    LoopLagged { .. } => entry("lagged", [
        "One step of a task kept the loop from all else for longer than a millisecond.",
        "Timing counts such steps as stalls.",
    ]).asyncio("loop.slow_callback_duration, which in debug mode tells of 100 ms and more").also(&["loop_lagged"]);
    Dialled { .. } => entry("dialled", [
        "A TCP handshake with this address was begun; of several, the next joins after 250 ms or as one fails.",
        "The first to connect wins, and only the verbose log shows the attempts.",
    ]).asyncio("loop.sock_connect, and happy_eyeballs_delay of create_connection");
    Connected { .. } => entry("connected", [
        "The TCP handshake with this address is done.",
        "Only the verbose log shows it.",
    ]).asyncio("Protocol.connection_made");
    Reused { .. } => entry("reused", [
        "The request goes over a connection that an earlier one has left open: no dns, no connect, no tls.",
        "Only the verbose log shows it.",
    ]);
    NotReused { .. } => entry("not reused", [
        "A connection to the server had been kept, and can't carry this request: it goes over another one.",
        "Why stands behind it; in JSON it is not_reused, and only the verbose log shows it.",
    ]);
    Resent { .. } => entry("sent again", [
        "The kept connection has lost the request: it was closed, or gave a rest of the answer before; a fresh one is opened.",
        "It is still the same attempt.",
    ]).also(&["resent"]);
    Tunnelled { .. } => entry("tunnelled", [
        "The proxy has connected us to the target, by CONNECT or by SOCKS, and from here on only passes bytes.",
        "It belongs to the phase connect; only the verbose log shows it.",
    ]);
    Secured { .. } => entry("secured", [
        "The TLS handshake is done: version and cipher suite are agreed on, and the certificate is believed.",
        "Behind it stands the last day of the certificate; only the verbose log shows it.",
    ]).asyncio("transport.get_extra_info('cipher')");
    FellBack { .. } => entry("fell back", [
        "https gave no connection to a target without a scheme, so http is tried; the reason stands behind the URL.",
        "Both tries are one fetch with one result.",
    ]);
    AddressGiven { .. } => entry("pinned", [
        "The addresses of the host are those that --resolve gives, and nobody is asked for them.",
        "Only the verbose log shows it.",
    ]).also(&["address_given"]);
    RequestMade { .. } => entry("asked", [
        "The request is written and goes out next; the detail page shows its head.",
        "What may be a secret is struck out before anyone hears of it.",
    ]).asyncio("writer.write").also(&["request_made"]);
    HeadReceived { .. } => entry("head", [
        "The head of the answer was read, and its status is known.",
        "Only the verbose log shows it.",
    ]).also(&["head_received"]);
    Redirected { .. } => entry("redirected", [
        "The answer leads to another URL, which is asked next; its content is not looked at.",
        "The whole chain is one fetch with one result, and --max-time counts over all of it.",
    ]);
    RunStarted(_) => entry("started", [
        "The run began, with this engine, so many fetches at once, and so many files that it may have open.",
        "All times count from here.",
    ]).asyncio("asyncio.run").also(&["run_started", "open files"]);
    TargetsCounted { .. } => entry("targets", [
        "So many targets are known by now.",
        "The header shows the number, with a + behind it while more may come.",
    ]).also(&["targets_counted"]);
    LineSkipped { .. } => entry("skipped", [
        "A line of the list is no target and was passed over, as --keep-going asks for.",
        "The summary counts such lines.",
    ]).also(&["line_skipped"]);
    RecordingEnded { .. } => entry("unrecorded", [
        "The file of --record can't be written, or took nothing for ten seconds: the recording ends here.",
        "The run goes on, and the summary says so.",
    ]).also(&["recording_ended"]);
    LineRefused { .. } | InputFailed { .. } => entry("bad input", [
        "A line of the list is no target, or the list can't be read on.",
        "Nothing new is started, and the run ends with exit code 2.",
    ]).also(&["line_refused", "input_failed"]);
    Held { by: Some(_) } => entry("held back", [
        "No new fetch starts: no line of the input, no file, port or output is ready, or too many results wait.",
        "What is in flight goes on, and so do its times.",
    ]);
    Held { by: None } => entry("goes on", [
        "New fetches start again, for what held them back is gone.",
        "Only the verbose log shows it.",
    ]);
    Paused => entry("paused", [
        "No new fetch starts, as was asked for with p.",
        "What is in flight goes on, but what no worker of a pool has begun waits; p again resumes.",
    ]);
    Resumed => entry("resumed", [
        "New fetches start again, as was asked for with p.",
        "The time of the run did not stand meanwhile.",
    ]);
    ConcurrencySet { .. } => entry("concurrency", [
        "So many fetches may be in flight at once from now on.",
        "Where there are more, none is let go of: the next ones wait until there are fewer.",
    ]).asyncio("the value of a Semaphore").also(&["concurrency_set"]);
    RateSet { .. } => entry("rate", [
        "At most so many requests are started a second or a minute from now on, over all hosts.",
        "Keys { and } change it, and so does --rate at the beginning.",
    ]).also(&["rate_set", "no limit"]);
    CancelAsked { .. } => entry("cancel", [
        "The user asked for the end of a request, with x: its result is told as cancelled.",
        "It lets go at its next step; the others go on.",
    ]).asyncio("Task.cancel").also(&["cancel_asked"]);
    Draining { .. } => entry("draining", [
        "A signal asked for the end: nothing new starts, and what is in flight has two seconds left.",
        "Then the rest is let go of and told as cancelled; a second signal does so at once.",
    ]).asyncio("asyncio.wait with a timeout, then Task.cancel");
    Suspended => entry("suspended", [
        "The program was stopped, as by Ctrl-Z.",
        "The time of the run stands until it goes on.",
    ]);
    Continued { .. } => entry("continued", [
        "The program goes on after it was stopped for so long.",
        "That time is no time of the run, so that no age and no limit counts it.",
    ]);
    RunEnded { .. } => entry("ended", [
        "The run is over, for the reason that stands behind it.",
        "The time that is shown stands from here, unless something is asked for again.",
    ]).asyncio("loop.stop");
    RunReopened { .. } => entry("run reopened", [
        "The run had ended so long ago, and goes on: r or R asked for something again.",
        "It goes on from its end: the time between is no time of the run.",
    ]).asyncio("run_until_complete, once more on the same loop");
}
