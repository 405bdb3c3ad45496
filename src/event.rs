//! Everything that can happen in a run, as owned facts in the past tense. Knows nothing of who tells or who shows them.
//!
//! Start here: the dashboard, the plain lines, the journal, the exports and a replay read these events and nothing
//! else. A fact holds no counter over fetches: whoever applies the events can count.

mod because;
mod fetch;
mod fragment;
mod hold;
mod run;
mod unread;

pub use because::Because;
pub use fragment::{FragmentMissed, Unchecked};
pub use hold::Hold;
pub use run::{Engine, Form, Order, Printed, RunStarted, SPARE_FILES, Verbosity, Way};
pub use unread::Unread;

use crate::callback::{Callback, Callbacks};
use crate::clock::At;
use crate::content::Content;
use crate::control::{EndReason, Rate};
use crate::failure::{Failure, FailureKind};
use crate::fetched::{Fetched, TlsFacts};
use crate::followed::{Admitted, Followed};
use crate::head::Headers;
use crate::host::{FrontierCounts, HostSample, Limited, Paced, RobotsRead, SitemapRead};
use crate::id::FetchId;
use crate::phase::Phase;
use crate::place::Place;
use crate::retry_after::RetryAfter;
use crate::reuse::CloseReason;
use crate::text::Untrusted;
use crate::usage::Usage;
use crate::wake::Wake;
use serde::{Deserialize, Serialize};
use std::net::SocketAddr;
use std::sync::Arc;

/// A fact and its moment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Event {
    pub at: At,
    #[serde(flatten)]
    pub kind: EventKind,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum EventKind {
    RunStarted(Box<RunStarted>),
    /// So many targets have been read; `more` may come.
    TargetsCounted {
        total: u64,
        more: bool,
    },
    /// A line of the input list is no target and was passed over, as asked.
    LineSkipped {
        line: u64,
        message: Untrusted,
    },
    /// A line of the input list is no target: the run ends there.
    LineRefused {
        line: u64,
        message: Untrusted,
    },
    /// The input list could not be read on.
    InputFailed {
        message: Untrusted,
    },
    /// The starting of fetches is held back, or no longer.
    Held {
        by: Option<Hold>,
    },
    Paused,
    Resumed,
    ConcurrencySet {
        cap: u32,
    },
    /// At most so many requests a second from now on; none, where there is no limit.
    RateSet {
        rate: Option<Rate>,
    },
    /// It was asked to let go, by name.
    CancelAsked {
        id: FetchId,
    },
    /// It was asked to begin again, by name: in flight it is cut off, waiting it waits no more.
    RetryAsked {
        id: FetchId,
    },
    /// So many failed targets were asked for again, each of which is told as reopened.
    FailedReopened {
        count: u64,
    },
    /// Nothing new is started; what is in flight has until `until`.
    Draining {
        until: At,
        reason: EndReason,
    },
    /// The program was stopped (Ctrl-Z). The time of the run stands.
    Suspended,
    /// It goes on, after so many microseconds that are no time of the run.
    Continued {
        stood_us: u64,
    },
    /// A task for the target was created, and made its first step.
    Started {
        id: FetchId,
        url: Untrusted,
        /// Where it stands in a crawl.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        place: Option<Arc<Place>>,
    },
    /// Its job waits for a worker of the pool.
    Queued {
        id: FetchId,
    },
    /// A worker of the pool has taken its job.
    Running {
        id: FetchId,
        worker: u16,
    },
    /// No further worker could be started: the pool goes on with those it has.
    WorkerRefused {
        workers: u16,
        message: Untrusted,
    },
    PhaseEntered {
        id: FetchId,
        phase: Phase,
        /// Polls of the task so far.
        steps: u32,
    },
    /// Its answer leads on, and the next request waits for its turn by the rate (`--rate`).
    RateAwaited {
        id: FetchId,
    },
    /// The addresses of its host are those that the user gave (`--resolve`).
    AddressGiven {
        id: FetchId,
    },
    /// A TCP handshake with one of the host's addresses was begun.
    Dialled {
        id: FetchId,
        address: Box<SocketAddr>,
    },
    Connected {
        id: FetchId,
        address: SocketAddr,
    },
    /// The request goes over a connection that was kept, and has carried so many before.
    Reused {
        id: FetchId,
        carried: u32,
        /// What was dialled for it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        address: Option<Box<SocketAddr>>,
        /// How it is secured, where it is.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        tls: Option<Arc<TlsFacts>>,
    },
    /// A kept connection that there had been for the request can't carry it: it goes over another.
    NotReused {
        id: FetchId,
        reason: CloseReason,
    },
    /// The kept connection was closed before an answer, or what came was none: the request is sent once more, on a fresh one.
    Resent {
        id: FetchId,
    },
    /// https did not answer at a target without a scheme: http is tried.
    FellBack {
        id: FetchId,
        url: Untrusted,
        /// Why there is no https.
        reason: Box<Failure>,
    },
    /// A proxy has connected us to the target: what comes from here on is the target's.
    Tunnelled {
        id: FetchId,
        proxy: Untrusted,
    },
    /// The TLS handshake is done.
    Secured {
        id: FetchId,
        tls: Arc<TlsFacts>,
    },
    /// The request was written, and goes out next. Its secrets are struck out.
    RequestMade {
        id: FetchId,
        #[serde(default, skip_serializing_if = "Headers::is_empty")]
        head: Headers,
        /// The proxy that it goes by, without user and password.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        proxy: Option<Box<Untrusted>>,
    },
    /// The head of the answer is there. Its secrets are struck out.
    HeadReceived {
        id: FetchId,
        status: u16,
        #[serde(default, skip_serializing_if = "Headers::is_empty")]
        head: Headers,
    },
    /// The answer leads to another place, which is asked next.
    Redirected {
        id: FetchId,
        status: u16,
        url: Untrusted,
    },
    /// So many bytes of content have come, decoded, in so many on the wire. At most ten of these a second and fetch.
    BodyProgressed {
        id: FetchId,
        bytes: u64,
        wire: u64,
        steps: u32,
    },
    /// The task was stepped; told one by one only where steps are traced.
    Stepped {
        id: FetchId,
        /// Counted from 1.
        step: u32,
        busy_us: u64,
        woken_by: Wake,
    },
    /// One step kept the loop from all else for longer than a millisecond.
    LoopLagged {
        id: FetchId,
        busy_us: u64,
    },
    /// The task's Completion was set.
    ResultSet {
        id: FetchId,
        status: Option<u16>,
        failure: Option<FailureKind>,
        bytes: u64,
        steps: u32,
        /// The worker it was set from; none, where the loop itself set it.
        worker: Option<u16>,
    },
    /// A second result came for a Completion that had one: `InvalidState`.
    ResultRefused {
        id: FetchId,
    },
    /// `call_soon`, once each, in this order.
    CallbacksScheduled {
        id: FetchId,
        callbacks: Callbacks,
    },
    /// The content of the result that is told next, where it is wanted. It goes to the reports and is kept by none.
    ContentKept {
        id: FetchId,
        content: Content,
    },
    /// The `retry` callback put an attempt back, whose result this is: another is made at `until`, or later.
    Retrying {
        id: FetchId,
        until: At,
        because: Because,
        fetched: Arc<Fetched>,
    },
    /// A target that was done is not any more, by the wish of the user: this result does not stand, and another attempt
    /// is made.
    Reopened {
        id: FetchId,
        /// With others, as all that had failed were.
        all: bool,
        fetched: Arc<Fetched>,
    },
    /// A task for another attempt was created.
    Retried {
        id: FetchId,
        attempt: u32,
    },
    /// There is no other attempt, for the server asks for a longer wait than there is.
    RetryForgone {
        id: FetchId,
        retry_after: RetryAfter,
    },
    /// The `report` callback told the result.
    Finished {
        id: FetchId,
        fetched: Arc<Fetched>,
    },
    CallbackFired {
        id: FetchId,
        callback: Callback,
        /// From scheduled to fired.
        lag_us: u32,
        ran_us: u32,
    },
    CallbackPanicked {
        id: FetchId,
        callback: Callback,
    },
    /// The `follow` callback gave the page's links to the frontier.
    Followed {
        id: FetchId,
        followed: Arc<Followed>,
    },
    /// Links of a page that were kept out are judged anew, and most are taken up after all.
    Admitted {
        /// The page that they stand on.
        id: FetchId,
        admitted: Arc<Admitted>,
    },
    RobotsRead {
        id: FetchId,
        robots: Arc<RobotsRead>,
    },
    SitemapRead {
        id: FetchId,
        sitemap: Arc<SitemapRead>,
    },
    /// So many sitemaps more were found that are not read.
    SitemapsUnread {
        sitemaps: u64,
        why: Unread,
    },
    /// A start led elsewhere, which belongs to the scope from now on.
    Widened {
        from: Untrusted,
        to: Untrusted,
    },
    /// A limit against endless sites has kept a link out, for the first time of its kind; or of a page that was fetched,
    /// whose URL it is then, links beyond what is taken up of one page.
    Trapped {
        words: Untrusted,
        url: Untrusted,
    },
    /// A link's `#part` is not on the page that it leads to.
    FragmentMissed {
        /// The page that the link stands on.
        id: FetchId,
        missed: Arc<FragmentMissed>,
    },
    /// Links to parts of a page can't be held against it.
    FragmentsUnchecked {
        /// The page that they lead to.
        id: FetchId,
        links: u32,
        why: Unchecked,
    },
    HostPaced(Arc<Paced>),
    /// How the busiest hosts stood.
    HostsSampled {
        hosts: Arc<[HostSample]>,
    },
    /// How many targets stood where.
    FrontierCounted(Box<FrontierCounts>),
    /// What holds the crawl back from now on.
    Limited {
        limited: Option<Arc<Limited>>,
    },
    /// At most so many fetches at once a host.
    PerHostSet {
        cap: u32,
    },
    /// What the process had used up to then.
    Sampled(Box<Usage>),
    /// The recording of the run ended before the run, for its file could not be written.
    RecordingEnded {
        message: Untrusted,
    },
    RunEnded {
        reason: EndReason,
        /// Targets that were known and never started.
        unread: u64,
    },
    /// The run had ended and goes on, for something is asked for again. It stood so many microseconds, which are no time
    /// of the run.
    RunReopened {
        stood_us: u64,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_stays_small_enough_to_be_handed_over_by_the_thousand() {
        assert!(size_of::<Event>() <= 48, "{} bytes", size_of::<Event>());
    }
}
