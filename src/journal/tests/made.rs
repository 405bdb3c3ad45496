//! Events of all kinds, made by chance.

mod crawl;

use crate::callback::Callback;
use crate::clock::At;
use crate::content::Content;
use crate::control::{EndReason, Rate};
use crate::event::{Because, Engine, EventKind, Form, Hold, Order, Printed, RunStarted, Verbosity, Way};
use crate::failure::{Failure, FailureKind};
use crate::fetched::{Fetched, Hop, HttpVersion, TlsFacts};
use crate::id::FetchId;
use crate::phase::{Marks, Phase};
use crate::place::{Place, Role, Source};
use crate::retry_after::RetryAfter;
use crate::reuse::CloseReason;
use crate::text::Untrusted;
use crate::usage::Usage;
use crate::wake::{Wake, Wakes};
use std::net::{IpAddr, Ipv6Addr};
use std::sync::Arc;
use std::time::Duration;

/// Chooses among all that an event can hold, by numbers that a property test gives.
pub(super) struct Dice<'a>(pub std::iter::Cycle<std::slice::Iter<'a, u64>>);

impl Dice<'_> {
    fn number(&mut self) -> u64 {
        *self.0.next().unwrap()
    }

    fn small(&mut self) -> u32 {
        self.number() as u32
    }

    fn coin(&mut self) -> bool {
        self.number().is_multiple_of(2)
    }

    fn of<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.number() as usize % all.len()]
    }

    fn perhaps<T>(&mut self, value: impl FnOnce(&mut Self) -> T) -> Option<T> {
        if self.coin() { Some(value(self)) } else { None }
    }

    fn some<T>(&mut self, mut value: impl FnMut(&mut Self) -> T) -> Vec<T> {
        (0..self.number() % 4).map(|_| value(self)).collect()
    }

    fn id(&mut self) -> FetchId {
        FetchId(self.number())
    }

    pub fn at(&mut self) -> At {
        At(self.number())
    }

    fn text(&mut self) -> Untrusted {
        let letters = ['a', '"', '\\', '/', '\n', '\u{1b}', '\u{7f}', '\u{9b}', '\u{202e}', 'é', '🦀', '}', ','];
        let length = self.number() % 8;
        let text: String = (0..length).map(|_| self.of(&letters)).collect();
        Untrusted::new(if self.coin() { "http://127.0.0.1:8080/goods/17/" } else { &text }, 4096)
    }

    fn words(&mut self) -> Box<str> {
        self.text().json().into()
    }

    fn ip(&mut self) -> IpAddr {
        let [high, low] = [self.number(), self.number()];
        let six = IpAddr::V6(Ipv6Addr::from(u128::from(high) << 64 | u128::from(low)));
        if self.coin() { six } else { IpAddr::from((high as u32).to_be_bytes()) }
    }

    fn failure(&mut self) -> Failure {
        let (kind, phase) = (self.of(FailureKind::ALL), self.perhaps(|dice| dice.of(&Phase::ALL)));
        Failure { kind, phase, message: self.text() }
    }

    fn retry_after(&mut self) -> RetryAfter {
        RetryAfter { seconds: self.number(), date: self.number() }
    }

    fn tls(&mut self) -> Arc<TlsFacts> {
        let not_after = self.perhaps(Dice::words);
        let (version, cipher) = (self.words(), self.words());
        let (subject, issuer) = (self.perhaps(Dice::text), self.perhaps(Dice::text));
        Arc::new(TlsFacts { version, cipher, not_after, subject, issuer, unchecked: self.coin() })
    }

    fn place(&mut self) -> Arc<Place> {
        let source = self.perhaps(|dice| Source { id: dice.id(), url: dice.text() });
        Arc::new(Place { role: self.of(&Role::ALL), depth: self.small(), source })
    }

    fn marks(&mut self) -> Marks {
        let mut marks = Marks::new();
        self.some(|dice| (dice.of(&Phase::ALL), dice.at())).into_iter().for_each(|(phase, at)| marks.enter(phase, at));
        marks
    }

    fn fetched(&mut self) -> Arc<Fetched> {
        Arc::new(Fetched {
            url: self.text(),
            final_url: self.perhaps(Dice::text),
            status: self.perhaps(|dice| dice.number() as u16),
            failure: self.perhaps(Dice::failure),
            started: self.at(),
            ended: self.at(),
            marks: self.marks(),
            remote_ip: self.perhaps(Dice::ip),
            http_version: self.perhaps(|dice| dice.of(&[HttpVersion::Http10, HttpVersion::Http11])),
            reused: self.coin(),
            closed: self.perhaps(|dice| dice.of(CloseReason::ALL)),
            not_reused: self.perhaps(|dice| dice.of(CloseReason::ALL)),
            content_type: self.perhaps(Dice::text),
            title: self.perhaps(Dice::text),
            body_bytes: self.number(),
            wire_bytes: self.number(),
            sha256: self.perhaps(Dice::words),
            digest: self.perhaps(Dice::number),
            steps: self.small(),
            wakes: if self.coin() { Wakes::default() } else { std::array::from_fn(|_| self.small() % 3).into() },
            busy_us: self.number(),
            tls: self.perhaps(Dice::tls),
            proxy: self.perhaps(Dice::text),
            fell_back: self.perhaps(|dice| Box::new(dice.failure())),
            redirects: self.some(|dice| Hop { status: dice.number() as u16, url: dice.text(), us: dice.number() }),
            attempt: self.small(),
            retry_after: self.perhaps(Dice::retry_after),
            content_encoding: self.perhaps(Dice::text),
            nowhere: self.perhaps(|dice| dice.of(&crate::fetched::Nowhere::ALL)),
            place: self.perhaps(Dice::place),
        })
    }

    fn hold(&mut self) -> Hold {
        self.of(&Hold::ALL)
    }

    fn run(&mut self) -> RunStarted {
        RunStarted {
            wall_clock_ms: self.number(),
            version: self.words(),
            target: self.text(),
            engine: self.of(&Engine::ALL),
            workers: self.small(),
            order: self.of(&[Order::Completed, Order::Given]),
            cap: self.small(),
            open_files: self.number(),
            crawl: self.coin(),
            no_robots: self.coin(),
            printed: self.printed(),
            way: self.way(),
        }
    }

    fn printed(&mut self) -> Printed {
        Printed {
            verbosity: self.of(&[Verbosity::Quiet, Verbosity::Normal, Verbosity::Verbose]),
            form: self.of(&[Form::Text, Form::Jsonl, Form::Markdown, Form::Events, Form::Nothing]),
            body: self.coin(),
        }
    }

    fn way(&mut self) -> Way {
        let family = self.of(&[None, Some(4), Some(6)]);
        Way { cacert: self.coin().then(|| self.text()), family }
    }

    fn because(&mut self) -> Because {
        let status = self.number() as u16;
        let failure = Because::Failure(self.of(FailureKind::ALL));
        let head = Because::HeadFailed(self.of(FailureKind::ALL));
        self.of(&[Because::RetryAfter, Because::Status(status), Because::HeadRefused(status), head, failure])
    }
}

impl Dice<'_> {
    /// One of each kind there is.
    pub fn kinds(&mut self) -> Vec<EventKind> {
        [self.of_the_run(), self.of_fetches(), self.of_results(), self.of_a_crawl()].concat()
    }

    /// As a journal has it, in base64.
    fn content(&mut self) -> Content {
        let thirds = self.some(|d| d.of(&["aGk8", "AAD/", "4oKs"])).concat();
        serde_json::from_value(thirds.into()).unwrap()
    }

    /// What is of no single fetch.
    fn of_the_run(&mut self) -> Vec<EventKind> {
        use EventKind::*;
        let d = self;
        vec![
            RunStarted(Box::new(d.run())),
            TargetsCounted { total: d.number(), more: d.coin() },
            LineSkipped { line: d.number(), message: d.text() },
            LineRefused { line: d.number(), message: d.text() },
            InputFailed { message: d.text() },
            Held { by: d.perhaps(Dice::hold) },
            Paused,
            Resumed,
            ConcurrencySet { cap: d.small() },
            Draining { until: d.at(), reason: d.of(&[EndReason::Quit, EndReason::Hangup]) },
            Suspended,
            Continued { stood_us: d.number() },
            RateSet { rate: d.perhaps(|d| Rate { requests: d.small(), per: Duration::from_micros(d.number()) }) },
            FailedReopened { count: d.number() },
            WorkerRefused { workers: d.number() as u16, message: d.text() },
            Sampled(Box::new(Usage {
                cpu_us: d.perhaps(Dice::number),
                peak_kib: d.perhaps(Dice::small),
                threads: d.perhaps(Dice::small),
                recorded_kib: d.perhaps(Dice::small),
            })),
            RecordingEnded { message: d.text() },
            RunEnded { reason: EndReason::Panicked, unread: d.number() },
            RunReopened { stood_us: d.number() },
        ]
    }

    /// What comes before a result.
    fn of_fetches(&mut self) -> Vec<EventKind> {
        use EventKind::*;
        let d = self;
        let id = d.id();
        vec![
            Started { id, url: d.text(), place: d.perhaps(Dice::place) },
            Queued { id },
            Running { id, worker: d.number() as u16 },
            PhaseEntered { id, phase: d.of(&Phase::ALL), steps: d.small() },
            Dialled { id, address: Box::new((d.ip(), d.number() as u16).into()) },
            Connected { id, address: (d.ip(), d.number() as u16).into() },
            RateAwaited { id },
            AddressGiven { id },
            RequestMade { id, head: d.text().into(), proxy: d.perhaps(|d| Box::new(d.text())) },
            Reused {
                id,
                carried: d.small(),
                address: d.perhaps(|d| Box::new((d.ip(), d.number() as u16).into())),
                tls: d.perhaps(Dice::tls),
            },
            Resent { id },
            NotReused { id, reason: d.of(CloseReason::ALL) },
            FellBack { id, url: d.text(), reason: Box::new(d.failure()) },
            Tunnelled { id, proxy: d.text() },
            Secured { id, tls: d.tls() },
            HeadReceived { id, status: d.number() as u16, head: d.text().into() },
            Redirected { id, status: d.number() as u16, url: d.text() },
            BodyProgressed { id, bytes: d.number(), wire: d.number(), steps: d.small() },
            Stepped { id, step: d.small(), busy_us: d.number(), woken_by: d.of(&Wake::ALL) },
            LoopLagged { id, busy_us: d.number() },
            CancelAsked { id },
            RetryAsked { id },
        ]
    }

    /// From a result on.
    fn of_results(&mut self) -> Vec<EventKind> {
        use EventKind::*;
        let d = self;
        let id = d.id();
        vec![
            ResultSet {
                id,
                status: d.perhaps(|d| d.number() as u16),
                failure: d.perhaps(|d| d.of(FailureKind::ALL)),
                bytes: d.number(),
                steps: d.small(),
                worker: d.perhaps(|d| d.number() as u16),
            },
            ResultRefused { id },
            CallbacksScheduled { id, callbacks: d.some(|d| d.of(&Callback::ALL)).into() },
            Retrying { id, until: d.at(), because: d.because(), fetched: d.fetched() },
            Retried { id, attempt: d.small() },
            RetryForgone { id, retry_after: d.retry_after() },
            Finished { id, fetched: d.fetched() },
            CallbackFired { id, callback: d.of(&Callback::ALL), lag_us: d.small(), ran_us: d.small() },
            CallbackPanicked { id, callback: d.of(&Callback::ALL) },
            Reopened { id, all: d.coin(), fetched: d.fetched() },
            ContentKept { id, content: d.content() },
        ]
    }
}
