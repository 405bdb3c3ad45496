//! All that is shown of a run, as a pure function of its events. Knows no clock: `now` is an argument.

mod chart;
mod crawl;
mod details;
mod done;
mod edges;
mod findings;
mod hosts;
mod log;
mod notices;
mod pages;
mod rate;
mod requests;
mod resources;
mod run;
mod spread;
mod standing;
mod tally;
#[cfg(test)]
mod tests;
mod timing;
mod turns;
mod weight;
mod wishes;

pub use chart::{Balance, Change, Chart, Flow, Mark, Marks, Step};
pub use crawl::Crawl;
pub use details::{Attempt, Detail, Details, End, Fired, Leg};
pub use done::{Done, DoneRow};
pub use edges::{Edges, Link};
pub use findings::{Duplicates, Finding, Findings, Group, Top, Verdict};
pub use hosts::{Host, Hosts, Queue};
pub use log::{Found, Line, Log};
pub use notices::{Few, Notices};
pub use pages::Pages;
pub use rate::{Bucket, Rate};
pub use requests::{Left, Request, Requests, Wait};
pub use resources::Resources;
pub use run::{Progress, Run};
pub use spread::{Quantiles, Spread};
pub use tally::Tally;
pub use timing::Timing;
pub use turns::Turns;

use crate::clock::At;
use crate::event::{Because, Event, EventKind, Order};
use crate::fetched::{Fetched, Outcome};
use crate::followed::{Admitted, Followed};
use crate::host::RobotsRead;
use crate::id::FetchId;
use crate::place::{Place, Role};
use crate::text::Untrusted;
use hosts::Stood;
use std::sync::Arc;

/// What the events so far add up to. Equal events give equal states.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct State {
    pub run: Run,
    pub crawl: Crawl,
    pub hosts: Hosts,
    pub requests: Requests,
    pub turns: Turns,
    pub done: Done,
    pub tally: Tally,
    pub timing: Timing,
    pub rate: Rate,
    pub chart: Chart,
    pub resources: Resources,
    pub findings: Findings,
    pub pages: Pages,
    pub edges: Edges,
    pub notices: Notices,
    pub details: Details,
    pub log: Log,
    /// Nobody looks at rows and events one by one: none are kept.
    unseen: bool,
}

impl State {
    /// Of a run that nobody watches: all that is counted and measured, but neither the events nor the rows of results.
    pub fn unseen() -> State {
        State { unseen: true, ..State::default() }
    }

    /// One fact more. The order of application is the order of the journal.
    pub fn apply(&mut self, event: &Event) {
        if self.unseen {
            return self.count(event);
        }
        self.chart.advance(event.at);
        self.take_up(&event.kind);
        self.count(event);
        self.details.apply(event);
        self.chart.fly(event.at, self.requests.in_flight());
        self.log.push(event);
    }

    /// Each event, and what it changes: of the run here, of fetches and of what a crawl finds below.
    fn count(&mut self, &Event { at, ref kind }: &Event) {
        use EventKind::*;
        match kind {
            RunStarted(started) => self.run.start(started),
            TargetsCounted { total, more } => self.run.count_targets(*total, *more),
            LineSkipped { .. } => self.run.lines_skipped += 1,
            LineRefused { line, message } => self.run.refuse_line(*line, message),
            InputFailed { message } => self.run.fail_input(message),
            WorkerRefused { workers, message } => self.run.refuse_worker(*workers, message),
            RecordingEnded { message } => self.run.recording_ended = Some((at, message.clone())),
            Widened { from, to } => self.widen(from, to),
            Sampled(usage) => self.resources.sample(**usage),
            LoopLagged { busy_us, .. } => self.timing.stall(*busy_us),
            RunEnded { reason, unread } => self.end(*reason, *unread, at),
            RunReopened { .. } => self.reopen_run(at),

            Paused => self.pause(at),
            Resumed => self.resume(at),
            ConcurrencySet { cap } => self.set_cap(*cap, at),
            PerHostSet { cap } => self.set_per_host(*cap, at),
            RateSet { rate } => self.set_rate(*rate, at),
            Held { by } => self.run.held = *by,
            Limited { limited } => self.crawl.limited.clone_from(limited),
            CancelAsked { id } => self.mark(at, Change::Cancelled(*id)),
            RetryAsked { id } => self.hasten(*id, at),
            FailedReopened { count } => self.mark(at, Change::RetriedFailed(*count)),
            Draining { until, .. } => self.drain(*until, at),
            Continued { .. } => self.go_on(at),

            // Of a fetch, or of what a crawl finds.
            Started { .. } | Running { .. } | PhaseEntered { .. } | Connected { .. } => self.count_found(at, kind),
            Reused { .. } | FellBack { .. } | Redirected { .. } | HeadReceived { .. } => self.count_found(at, kind),
            BodyProgressed { .. } | Stepped { .. } | ResultSet { .. } | Finished { .. } => self.count_found(at, kind),
            Retrying { .. } | Retried { .. } | Reopened { .. } | Resent { .. } => self.count_found(at, kind),
            ResultRefused { .. } | CallbackFired { .. } | CallbackPanicked { .. } => self.count_found(at, kind),
            Followed { .. } | Admitted { .. } | FragmentsUnchecked { .. } => self.count_found(at, kind),
            FragmentMissed { .. } | RobotsRead { .. } | SitemapRead { .. } => self.count_found(at, kind),
            SitemapsUnread { .. } | Trapped { .. } | HostPaced(_) | HostsSampled { .. } => self.count_found(at, kind),
            FrontierCounted(_) | Suspended | Queued { .. } | Dialled { .. } => self.count_found(at, kind),
            RateAwaited { .. } | AddressGiven { .. } | NotReused { .. } => self.count_found(at, kind),
            Tunnelled { .. } | Secured { .. } | CallbacksScheduled { .. } => self.count_found(at, kind),
            RequestMade { .. } | ContentKept { .. } | RetryForgone { .. } => self.count_found(at, kind),
        }
    }

    fn count_found(&mut self, at: At, kind: &EventKind) {
        use EventKind::*;
        match kind {
            Started { id, url, place } => self.begin(*id, url, place.as_deref(), at),
            Running { id, worker } => self.requests.run(*id, *worker),
            PhaseEntered { id, phase, steps } => self.requests.enter(*id, *phase, at, *steps),
            Connected { id, address } => self.requests.connect(*id, *address),
            Reused { id, .. } => self.requests.reuse(*id),
            FellBack { id, url, .. } | Redirected { id, url, .. } => self.requests.turn_to(*id, url),
            HeadReceived { id, status, .. } => self.requests.receive_head(*id, *status),
            BodyProgressed { id, bytes, wire, steps } => self.progress(*id, (*bytes, *wire), *steps, at),
            Stepped { id, step, .. } => self.requests.step(*id, *step),
            ResultSet { id, steps, bytes, .. } => self.requests.settle(*id, *bytes, *steps),
            Finished { id, fetched } => self.finish(*id, fetched, at),
            Retrying { id, until, because, fetched } => self.put_back(*id, (*until, *because), fetched, at),
            Retried { id, attempt } => self.begin_again(*id, *attempt, at),
            Reopened { id, all, fetched } => self.reopen(*id, *all, fetched, at),
            Resent { .. } => self.tally.resent += 1,
            ResultRefused { .. } => self.tally.refused += 1,
            CallbackFired { lag_us, .. } => self.timing.record_lag(*lag_us),
            CallbackPanicked { .. } => self.tally.panicked += 1,

            Followed { id, followed } => self.follow(*id, followed, at),
            Admitted { id, admitted } => self.admit(*id, admitted, at),
            FragmentsUnchecked { id, links, why } => self.findings.leave_unchecked(*id, *links, *why),
            FragmentMissed { id, missed } => self.findings.miss_fragment(*id, missed),
            RobotsRead { robots, .. } => self.read_robots(robots),
            SitemapRead { sitemap, .. } => self.notices.sitemap(sitemap),
            SitemapsUnread { sitemaps, why } => self.notices.unread[*why as usize] += sitemaps,
            Trapped { words, url } => self.notices.trapped.push((words.clone(), url.clone())),
            HostPaced(paced) => self.hosts.pace(paced),
            HostsSampled { hosts } => self.hosts.sample(hosts),
            FrontierCounted(counts) => self.crawl.counts = **counts,

            // Told by what comes after them, or to the log and the details alone.
            Suspended | Queued { .. } | Dialled { .. } | AddressGiven { .. } | NotReused { .. } => {}
            RequestMade { .. } | Tunnelled { .. } | Secured { .. } | CallbacksScheduled { .. } => {}
            RateAwaited { .. } | ContentKept { .. } | RetryForgone { .. } => {}

            // Counted where the run is.
            RunStarted(_) | TargetsCounted { .. } | LineSkipped { .. } | LineRefused { .. } | InputFailed { .. } => {}
            WorkerRefused { .. } | RecordingEnded { .. } | Widened { .. } | Sampled(_) | LoopLagged { .. } => {}
            RunEnded { .. } | RunReopened { .. } | Paused | Resumed | ConcurrencySet { .. } | PerHostSet { .. } => {}
            RateSet { .. } | Held { .. } | Limited { .. } | CancelAsked { .. } | RetryAsked { .. } => {}
            FailedReopened { .. } | Draining { .. } | Continued { .. } => {}
        }
    }

    fn progress(&mut self, id: FetchId, (bytes, wire): (u64, u64), steps: u32, at: At) {
        let new = self.requests.progress(id, bytes, wire, steps);
        self.receive(at, new);
    }

    /// An attempt is over, whatever comes of it. One that was never made is none.
    fn leave(&mut self, fetched: &Fetched) {
        if fetched.marks.current().is_some() {
            self.rate.leave(fetched);
            self.chart.leave(fetched);
        }
    }

    /// Bytes of an answer, whole or not.
    fn receive(&mut self, at: At, bytes: u64) {
        self.rate.receive(at, bytes);
        self.chart.receive(bytes);
    }

    /// What is told of few fetches begins their details: as they are before it.
    fn take_up(&mut self, kind: &EventKind) {
        if details::is_rare(kind)
            && let Some(request) = kind.fetch().and_then(|id| self.requests.get(id))
        {
            self.details.take_up(request);
        }
    }

    fn follow(&mut self, id: FetchId, followed: &Followed, at: At) {
        self.crawl.follow(id, followed, at);
        self.edges.follow(id, followed);
        self.findings.leave(id, &followed.unfollowed);
    }

    fn admit(&mut self, id: FetchId, admitted: &Admitted, at: At) {
        self.crawl.admit(admitted, at);
        self.edges.follow(id, &admitted.now);
    }

    fn read_robots(&mut self, robots: &Arc<RobotsRead>) {
        self.hosts.read_robots(robots);
        self.notices.robots.push(robots.clone());
    }

    fn widen(&mut self, from: &Untrusted, to: &Untrusted) {
        self.run.widen(from, to);
        self.notices.widened.push((from.clone(), to.clone()));
    }

    fn begin(&mut self, id: FetchId, url: &Untrusted, place: Option<&Place>, at: At) {
        if is_result(place) {
            self.run.start_fetch(url);
        }
        self.requests.start(id, url, at);
        if self.tells_hosts() {
            let (role, host) = (place.map_or(Role::Page, |place| place.role), self.hosts.start(url));
            // Of the first host a page is, unless it is told otherwise.
            if (role, host) != (Role::Page, 0) {
                self.requests.belong(id, role, host);
            }
        }
    }

    fn put_back(&mut self, id: FetchId, (until, because): (At, Because), fetched: &Arc<Fetched>, at: At) {
        if let Some(host) = self.requests.host(id).filter(|_| self.tells_hosts()) {
            self.hosts.put_back(host);
        }
        self.leave(fetched);
        let wait = Wait { until, because, fetched: fetched.clone(), reopened: false };
        let known = self.requests.wait(id, wait);
        self.receive(at, fetched.wire_bytes.saturating_sub(known));
    }

    /// A result does not stand any more: all that it was counted in is as without it, and it waits for another attempt.
    fn reopen(&mut self, id: FetchId, all: bool, fetched: &Arc<Fetched>, at: At) {
        self.tally.take_back(fetched);
        if self.is_timed(fetched) {
            self.timing.take_back(fetched);
        }
        self.done.take_back(id, fetched);
        self.turns.take_back(id);
        self.findings.take_back(id, fetched);
        if self.run.crawl {
            self.reopen_page(id, fetched);
        }
        let verdict = self.verdict(fetched);
        let host = if self.tells_hosts() { self.hosts.take_back(fetched, verdict) } else { 0 };
        let wait = Wait { until: at, because: Because::Asked, fetched: fetched.clone(), reopened: true };
        self.requests.reopen(id, host, wait);
        self.mark_other(at, !all, Change::Retried(id));
    }

    /// What a crawl knows beside.
    fn reopen_page(&mut self, id: FetchId, fetched: &Fetched) {
        if fetched.status.is_some() {
            self.pages.take_back(id);
        }
        if matches!(fetched.outcome(), Outcome::Ok | Outcome::Redirect) {
            self.edges.take_back(id);
        }
        // Of what was only checked, no link was counted.
        if matches!(fetched.outcome(), Outcome::Ok | Outcome::Redirect) && fetched.role() != Role::Check {
            self.crawl.take_back(id);
        }
    }

    /// Each host is counted: in a crawl for its report, in a fetch for who looks on.
    fn tells_hosts(&self) -> bool {
        self.run.crawl || !self.unseen
    }

    /// What it counts as in the header: only a crawl tells what it is kept out of from what is broken.
    pub fn verdict(&self, fetched: &Fetched) -> Verdict {
        match (Verdict::of(fetched), fetched.outcome()) {
            (verdict, _) if self.run.crawl || verdict == Verdict::Cancelled => verdict,
            (_, Outcome::Ok) => Verdict::Ok,
            (_, Outcome::Redirect) => Verdict::Redirect,
            (_, Outcome::HttpError) => Verdict::Broken,
            (_, Outcome::Error) => Verdict::Failed,
        }
    }

    /// What a crawl was kept out of took no time.
    fn is_timed(&self, fetched: &Fetched) -> bool {
        fetched.marks.current().is_some() || !self.run.crawl
    }

    fn begin_again(&mut self, id: FetchId, attempt: u32, at: At) {
        let before = self.requests.again(id, attempt, at);
        let retried = before.as_ref().is_none_or(|wait| wait.because.is_retry());
        self.tally.retried += u64::from(retried);
        // Until then, it may still become the result.
        if let Some(Wait { fetched, .. }) = before {
            if let Some(host) = self.requests.host(id).filter(|_| self.tells_hosts()) {
                self.hosts.begin_again(host);
            }
            self.tally.attempt(&fetched);
            self.timing.attempt(&fetched, retried);
        }
    }

    /// What was fetched to know the way, and is no result.
    fn pass(&mut self, id: FetchId, fetched: &Arc<Fetched>, at: At) {
        if let Some(stood) = self.requests.get(id).map(Stood::of) {
            self.hosts.leave(stood);
        }
        let known = self.requests.finish(id, fetched, at);
        self.leave(fetched);
        self.receive(at, fetched.wire_bytes.saturating_sub(known));
        self.tally.attempt(fetched);
        for (id, order, fetched) in self.turns.pass(self.run.order, id, at) {
            self.done.push(id, order, &fetched);
        }
    }

    fn finish(&mut self, id: FetchId, fetched: &Arc<Fetched>, at: At) {
        if !fetched.role().is_result() {
            return self.pass(id, fetched, at);
        }
        let request = self.requests.get(id);
        let waited = request.and_then(|request| request.waiting.as_ref()).map(|wait| wait.reopened);
        if self.tells_hosts() {
            let stood = request.map(Stood::of);
            self.hosts.finish(fetched, self.verdict(fetched), stood);
        }
        let known = self.requests.finish(id, fetched, at);
        self.tally.count(fetched);
        if self.is_timed(fetched) {
            self.timing.record(fetched);
        }
        // A result that stands again after all came when it came.
        if waited != Some(true) {
            self.rate.record(fetched, known);
            self.chart.count(fetched);
            self.chart.receive(fetched.wire_bytes.saturating_sub(known));
        }
        if waited.is_none() {
            self.leave(fetched);
        }
        self.done.count(fetched);
        self.find(id, fetched);
        if self.unseen && self.run.order == Order::Completed {
            return;
        }
        let (now, then) = self.turns.take(self.run.order, id, self.done.completed, fetched, at);
        for (id, order, fetched) in now.into_iter().chain(then) {
            self.done.push(id, order, &fetched);
        }
    }

    /// What a result means for the report; in a crawl, its URL is kept too, for links that stand on it.
    fn find(&mut self, id: FetchId, fetched: &Arc<Fetched>) {
        self.findings.count(id, fetched);
        if let (true, Some(status)) = (self.run.crawl, fetched.status) {
            let depth = fetched.place.as_ref().map_or(0, |place| place.depth);
            self.pages.push(id, status, depth, &fetched.url);
        }
    }
}

/// What is fetched to know the way is no result.
fn is_result(place: Option<&Place>) -> bool {
    place.is_none_or(|place| place.role.is_result())
}
