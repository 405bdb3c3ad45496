//! An event in words: who, what, and what stands behind that. Knows no place on the screen, and no ink.

use super::crawl;
use crate::callback::Callbacks;
use crate::control::Rate;
use crate::event::{Because, EventKind, RunStarted, Unchecked};
use crate::explain;
use crate::failure::{Failure, FailureKind};
use crate::id::FetchId;
use crate::place::{Place, Role};
use crate::retry_after::RetryAfter;
use crate::state::{Found, Line};
use crate::text::{Untrusted, width};
use crate::ui::scene::Telling;
use crate::units;
use crate::usage::Usage;
use crate::wake::Wake;
use std::borrow::Cow;
use std::fmt::Write as _;
use std::time::Duration;

/// What makes words of an event, the last part of them in so many columns.
#[derive(Clone, Copy)]
pub struct Words<'a> {
    pub telling: Telling<'a>,
    pub room: usize,
}

/// Who does it.
pub fn who(kind: &EventKind) -> Cow<'static, str> {
    does(kind).map_or_else(Cow::from, |id| format!("task {}", id.0).into())
}

/// The task that does it, or who else.
fn does(kind: &EventKind) -> Result<FetchId, &'static str> {
    use EventKind::*;
    match (kind, kind.fetch()) {
        (CallbackFired { .. } | CallbackPanicked { .. }, _) => Err("callback"),
        (CallbacksScheduled { .. } | LoopLagged { .. } | Retrying { .. }, _) => Err("loop"),
        (_, Some(id)) => Ok(id),
        (_, None) => Err("run"),
    }
}

impl Words<'_> {
    /// All that stands in a line, but when it was, and but for the URL where that is all that stands there.
    pub fn write(&self, line: Line<'_>, out: &mut String) {
        use EventKind::{Finished, PhaseEntered, Reopened, Started};
        let kind = &line.event.kind;
        // Of ten thousand lines most are of few kinds: these need no text of their own.
        match does(kind) {
            Ok(id) => drop(write!(out, "task {} ", id.0)),
            Err(name) => out.extend([name, " "]),
        }
        out.push_str(explain::event(kind).word);
        match kind {
            Started { place: None, .. } | Finished { .. } | Reopened { .. } => {}
            PhaseEntered { steps, .. } => drop(write!(out, " step {steps}")),
            _ => out.extend([" ", &self.behind(line)]),
        }
    }

    /// What stands behind the word of an event.
    pub fn behind(&self, line: Line<'_>) -> String {
        match (&line.event.kind, line.found) {
            (&EventKind::CallbackFired { id, lag_us, .. }, Some(found)) => self.following(id, lag_us, found),
            (kind, _) => self.detail(kind),
        }
    }

    fn detail(&self, kind: &EventKind) -> String {
        use EventKind::*;
        match kind {
            Paused | Resumed | Suspended | CancelAsked { .. } | RetryAsked { .. } => always(kind).to_owned(),
            Queued { .. } | RateAwaited { .. } | AddressGiven { .. } | Resent { .. } | ResultRefused { .. } => {
                always(kind).to_owned()
            }
            NotReused { reason, .. } => reason.description().to_owned(),
            RunStarted(run) => began(run),
            TargetsCounted { total, .. } => units::count(*total),
            LineSkipped { line, message } | LineRefused { line, message } => self.of_line(*line, message),
            InputFailed { message } | RecordingEnded { message } => self.text(message),
            Held { by } => by.map_or(String::new(), |by| format!("by {}", by.words())),
            ConcurrencySet { cap } | PerHostSet { cap } => format!("{cap} at once"),
            RateSet { rate } => rate.map_or("no limit".to_owned(), Rate::words),
            FailedReopened { count } => many(*count, "target"),
            Draining { reason, .. } | RunEnded { reason, .. } => reason.words().to_owned(),
            Continued { stood_us } | RunReopened { stood_us } => format!("after {}", micros(*stood_us)),
            WorkerRefused { workers, message } => self.refused(*workers, message),
            Sampled(usage) => used(usage),
            Started { url, place, .. } => self.started(url, place.as_deref()),
            Finished { fetched, .. } | Reopened { fetched, .. } => self.url(&fetched.url),
            Running { worker, .. } => format!("on worker {worker}"),
            FellBack { url, reason, .. } => self.fell_back(url, reason),
            Tunnelled { proxy, .. } => format!("by {}", self.but("by ").text(proxy)),
            Secured { tls, .. } => tls.words(),
            Stepped { step, busy_us, woken_by, .. } => stepped(*step, *busy_us, *woken_by),
            PhaseEntered { steps, .. } => format!("step {steps}"),
            RequestMade { head, .. } => self.text(&head.start_line()),
            Dialled { address, .. } => address.to_string(),
            Connected { address, .. } => address.to_string(),
            Reused { carried, .. } => format!("a kept connection, after {}", many(u64::from(*carried), "request")),
            HeadReceived { status, .. } => status.to_string(),
            Redirected { status, url, .. } => format!("{status} to {}", self.but("301 to ").url(url)),
            ContentKept { content, .. } => units::bytes(content.len() as u64),
            BodyProgressed { bytes, .. } => units::bytes(*bytes),
            LoopLagged { id, busy_us } => format!("{} within a step of task {}", micros(*busy_us), id.0),
            ResultSet { status, failure, bytes, steps, worker, .. } => {
                set((*status, *failure), *bytes, (*steps, *worker))
            }
            CallbacksScheduled { id, callbacks } => scheduled(*id, callbacks),
            Retrying { id, until, because, fetched } => again(*id, *until - fetched.ended, *because),
            Retried { attempt, .. } => format!("attempt {attempt}"),
            RetryForgone { retry_after, .. } => forgone(retry_after),
            CallbackFired { id, lag_us, ran_us, .. } => fired(*id, *lag_us, *ran_us),
            CallbackPanicked { id, .. } => format!("of task {} panicked", id.0),
            Followed { followed, .. } => crawl::became(followed),
            Admitted { admitted, .. } => crawl::admitted(admitted),
            RobotsRead { robots, .. } => self.robots(robots),
            SitemapRead { sitemap, .. } => self.sitemap(sitemap),
            SitemapsUnread { sitemaps, why } => format!("{} not read: {}", many(*sitemaps, "sitemap"), why.words()),
            Widened { from, to } => self.widened(from, to),
            Trapped { words, url } => self.trapped(words, url),
            FragmentMissed { missed, .. } => self.missed(missed),
            FragmentsUnchecked { links, why, .. } => unchecked(*links, *why),
            HostPaced(paced) => self.paced(paced),
            HostsSampled { hosts } => many(hosts.len() as u64, "host"),
            FrontierCounted(counts) => crawl::counted(counts),
            Limited { limited } => limited.as_deref().map_or("by nothing".to_owned(), |it| self.limits(it)),
        }
    }

    pub(super) fn text(&self, text: &Untrusted) -> String {
        self.telling.text(text, self.room)
    }

    pub(super) fn url(&self, url: &Untrusted) -> String {
        self.telling.url(url, self.room)
    }

    /// With the room that is left beside some words.
    pub(super) fn but(&self, words: &str) -> Self {
        Words { room: self.room.saturating_sub(width(words)), ..*self }
    }

    /// With that part of the room.
    pub(super) fn part(&self, of: usize) -> Self {
        Words { room: self.room / of, ..*self }
    }

    fn of_line(&self, line: u64, message: &Untrusted) -> String {
        let line = format!("line {line}: ");
        let message = self.but(&line).text(message);
        line + &message
    }

    fn refused(&self, workers: u16, message: &Untrusted) -> String {
        let told = format!("workers: {workers}, no more could be started: ");
        let message = self.but(&told).text(message);
        told + &message
    }

    fn started(&self, url: &Untrusted, place: Option<&Place>) -> String {
        match place.map(|place| place.role) {
            None | Some(Role::Page) => self.url(url),
            Some(role) => {
                let role = format!(" ({})", role.name());
                self.but(&role).url(url) + &role
            }
        }
    }

    fn fell_back(&self, url: &Untrusted, reason: &Failure) -> String {
        let told = self.part(2).url(url) + ", ";
        let reason = self.but(&told).text(&reason.message);
        told + &reason
    }

    /// What a `follow` callback did, where it is known what it found; and of which task, where there is room for that.
    fn following(&self, id: FetchId, lag_us: u32, found: Found) -> String {
        let lag = micros(u64::from(lag_us));
        let new = units::count(u64::from(found.new));
        let told = format!("fired after {lag}: {}, {new} new", many(found.links, "link"));
        let whose = format!(" (task {})", id.0);
        if width(&told) + whose.len() <= self.room { told + &whose } else { told }
    }
}

/// What stands behind the word of an event in whatever run; nothing, where the word says it all.
fn always(kind: &EventKind) -> &'static str {
    match kind {
        EventKind::Paused => "nothing new starts",
        EventKind::Queued { .. } => "for a worker of the pool",
        EventKind::RateAwaited { .. } => "for its turn by the rate",
        EventKind::AddressGiven { .. } => "--resolve",
        EventKind::Resent { .. } => "it was lost; on a fresh one",
        EventKind::ResultRefused { .. } => "it had a result already",
        _ => "",
    }
}

/// `1 link`, `20 links`.
pub(super) fn many(count: u64, word: &str) -> String {
    format!("{} {word}{}", units::count(count), if count == 1 { "" } else { "s" })
}

pub(super) fn micros(us: u64) -> String {
    units::span(Duration::from_micros(us))
}

fn began(run: &RunStarted) -> String {
    let robots = if run.no_robots { ", no robots.txt is asked" } else { "" };
    format!("{}, {} at once, {}{robots}", run.engine.name(), run.cap, many(run.open_files, "open file"))
}

fn used(usage: &Usage) -> String {
    let cpu = usage.cpu_us.map(|us| format!("{} of processor time", micros(us)));
    let peak = usage.peak_kib.map(|kib| format!("{} at most", units::bytes(u64::from(kib) << 10)));
    let threads = usage.threads.map(|threads| many(threads.into(), "thread"));
    [cpu, peak, threads].into_iter().flatten().collect::<Vec<_>>().join(", ")
}

fn stepped(step: u32, busy_us: u64, woken_by: Wake) -> String {
    format!("step {step} took {}, woken by {}", micros(busy_us), woken_by.name())
}

/// What the result is, and how it came about.
fn set(
    (status, failure): (Option<u16>, Option<FailureKind>),
    bytes: u64,
    (steps, worker): (u32, Option<u16>),
) -> String {
    format!("{}, {}, {}", result(status, failure), units::bytes(bytes), how(steps, worker))
}

/// What the result is.
fn result(status: Option<u16>, failure: Option<FailureKind>) -> String {
    let status = || status.map_or(String::new(), |status| status.to_string());
    failure.map_or_else(status, |kind| kind.name().to_owned())
}

/// How it came about.
fn how(steps: u32, worker: Option<u16>) -> String {
    worker.map_or_else(|| many(steps.into(), "step"), |worker| format!("from worker {worker}"))
}

fn unchecked(links: u32, why: Unchecked) -> String {
    format!("{} to parts of it, which {}", many(u64::from(links), "link"), why.words())
}

fn scheduled(id: FetchId, callbacks: &Callbacks) -> String {
    let names: Vec<&str> = callbacks.iter().map(crate::callback::Callback::name).collect();
    format!("{} of task {}", names.join(", "), id.0)
}

fn again(id: FetchId, gap: Duration, because: Because) -> String {
    format!("task {} again in {} ({})", id.0, units::span(gap), because.words())
}

fn forgone(retry_after: &RetryAfter) -> String {
    let away = units::wait(Duration::from_secs(retry_after.seconds));
    format!("{}, in {away}", retry_after.rfc3339())
}

fn fired(id: FetchId, lag_us: u32, ran_us: u32) -> String {
    let (lag, ran) = (micros(u64::from(lag_us)), micros(u64::from(ran_us)));
    format!("of task {} fired after {lag}, ran {ran}", id.0)
}
