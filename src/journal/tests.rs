use super::*;
use crate::callback::Callback;
use crate::clock::At;
use crate::control::EndReason;
use crate::event::{Because, Engine, EventKind, Hold, Order, RunStarted};
use crate::failure::{Failure, FailureKind};
use crate::fetched::{Fetched, Hop, HttpVersion, TlsFacts};
use crate::followed::{Edge, Followed};
use crate::host::{FrontierCounts, HostSample, Paced};
use crate::id::FetchId;
use crate::phase::{Marks, Phase};
use crate::place::{Place, Role, Source};
use crate::retry_after::RetryAfter;
use crate::reuse::CloseReason;
use crate::text::Untrusted;
use crate::usage::Usage;
use crate::wake::{Wake, Wakes};
use proptest::prelude::*;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::Arc;

/// Chooses among all that an event can hold, by numbers that a property test gives.
struct Dice<'a>(std::iter::Cycle<std::slice::Iter<'a, u64>>);

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

    fn at(&mut self) -> At {
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
            place: self.perhaps(Dice::place),
        })
    }

    fn followed(&mut self) -> Arc<Followed> {
        let edge = |dice: &mut Dice<'_>| {
            let (to, [line, column, text_end]) = (dice.id(), std::array::from_fn(|_| dice.small()));
            Edge { to, line, column, text_end }
        };
        let counts = std::array::from_fn(|_| self.small() % 3);
        let [new, known, outside, excluded, nofollow, assets, forms, other, malformed, trapped] = counts;
        let over = self.number() % 2;
        let (edges, texts) = (self.some(edge), self.words());
        Arc::new(Followed {
            new,
            known,
            outside,
            excluded,
            nofollow,
            assets,
            forms,
            other,
            malformed,
            trapped,
            over,
            edges,
            texts,
        })
    }

    fn hold(&mut self) -> Hold {
        self.of(&Hold::ALL)
    }

    fn sample(&mut self) -> HostSample {
        HostSample {
            host: self.text(),
            waiting: self.number(),
            in_flight: self.small(),
            allowed: self.small(),
            delay_us: self.number(),
            held: self.perhaps(Dice::hold),
            until: self.perhaps(Dice::at),
        }
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
        }
    }

    fn because(&mut self) -> Because {
        let status = self.number() as u16;
        let failure = Because::Failure(self.of(FailureKind::ALL));
        self.of(&[Because::RetryAfter, Because::Status(status), Because::HeadRefused(status), failure])
    }
}

/// Makes an event of each kind there is. A new kind does not compile until `NAMES` is longer.
fn kinds(dice: &mut Dice<'_>) -> Vec<EventKind> {
    use EventKind::*;
    let d = dice;
    let id = d.id();
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
        Started { id, url: d.text(), place: d.perhaps(Dice::place) },
        Queued { id },
        Running { id, worker: d.number() as u16 },
        WorkerRefused { workers: d.number() as u16, message: d.text() },
        PhaseEntered { id, phase: d.of(&Phase::ALL), steps: d.small() },
        Dialled { id, address: Box::new((d.ip(), d.number() as u16).into()) },
        Connected { id, address: (d.ip(), d.number() as u16).into() },
        AddressGiven { id },
        RequestMade { id, head: d.text().into(), proxy: d.perhaps(|d| Box::new(d.text())) },
        Reused {
            id,
            carried: d.small(),
            address: d.perhaps(|d| Box::new((d.ip(), d.number() as u16).into())),
            tls: d.perhaps(Dice::tls),
        },
        Resent { id },
        FellBack { id, url: d.text(), reason: Box::new(d.failure()) },
        Tunnelled { id, proxy: d.text() },
        Secured { id, tls: d.tls() },
        HeadReceived { id, status: d.number() as u16, head: d.text().into() },
        Redirected { id, status: d.number() as u16, url: d.text() },
        BodyProgressed { id, bytes: d.number(), wire: d.number(), steps: d.small() },
        Stepped { id, step: d.small(), busy_us: d.number(), woken_by: d.of(&Wake::ALL) },
        LoopLagged { id, busy_us: d.number() },
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
        Followed { id, followed: d.followed() },
        RobotsRead {
            id,
            robots: Arc::new(crate::host::RobotsRead {
                origin: d.text(),
                status: d.perhaps(|d| d.number() as u16),
                rules: d.small(),
                delay_us: d.perhaps(Dice::number),
                sitemaps: d.small(),
                meaning: d.text(),
            }),
        },
        SitemapRead {
            id,
            sitemap: Arc::new(crate::host::SitemapRead {
                url: d.text(),
                pages: d.small(),
                new: d.small(),
                maps: d.small(),
                trouble: d.perhaps(Dice::text),
            }),
        },
        Widened { from: d.text(), to: d.text() },
        Trapped { words: d.text(), url: d.text() },
        FragmentMissed {
            id,
            missed: Arc::new(crate::event::FragmentMissed {
                to: d.id(),
                fragment: d.text(),
                line: d.small(),
                column: d.small(),
            }),
        },
        HostPaced(Arc::new(Paced { host: d.text(), allowed: d.small(), delay_us: d.number(), why: d.text() })),
        HostsSampled { hosts: d.some(Dice::sample).into() },
        FrontierCounted(Box::new(FrontierCounts {
            found: d.number(),
            done: d.number(),
            in_flight: d.number(),
            waiting: d.number(),
            refused: d.number(),
            depth: d.small(),
        })),
        Limited {
            limited: d.perhaps(|d| {
                Arc::new(crate::host::Limited {
                    by: d.hold(),
                    host: d.perhaps(Dice::text),
                    busy: d.small(),
                    allowed: d.small(),
                    waiting: d.number(),
                    until: d.perhaps(Dice::at),
                })
            }),
        },
        PerHostSet { cap: d.small() },
        Sampled(Box::new(Usage {
            cpu_us: d.perhaps(Dice::number),
            peak_kib: d.perhaps(Dice::small),
            threads: d.perhaps(Dice::small),
            recorded_kib: d.perhaps(Dice::small),
        })),
        RecordingEnded { message: d.text() },
        RunEnded { reason: EndReason::Panicked, unread: d.number() },
    ]
}

fn events(numbers: &[u64]) -> Vec<Event> {
    let mut dice = Dice(numbers.iter().cycle());
    kinds(&mut dice).into_iter().map(|kind| Event { at: dice.at(), kind }).collect()
}

fn line(event: &Event) -> Vec<u8> {
    let mut line = Vec::new();
    assert!(write(event, &mut line));
    line
}

/// Numbers of all sizes.
fn numbers() -> impl Strategy<Value = Vec<u64>> {
    let number = prop_oneof![0..10_u64, any::<u16>().prop_map(u64::from), any::<u64>()];
    proptest::collection::vec(number, 1..200)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn what_is_written_is_what_serde_reads_back_and_so_is_what_is_read(numbers in numbers()) {
        for event in events(&numbers) {
            let written = line(&event);
            let told = String::from_utf8_lossy(&written);
            let by_serde: Option<Event> = serde_json::from_slice(&written).ok();
            prop_assert_eq!(by_serde.as_ref(), Some(&event), "{}", told);
            let read = super::event(written.trim_ascii_end(), 1);
            prop_assert_eq!(read.as_ref(), Ok(&event), "{}", told);
            let is_usual = usual::write(&event, &mut Vec::new());
            prop_assert_eq!(usual::read(written.trim_ascii_end()).is_some(), is_usual, "{}", told);
            prop_assert!(written.len() <= serde_json::to_vec(&event).unwrap().len() * 3 + 1);
        }
    }

    #[test]
    fn what_serde_writes_is_read_too(numbers in numbers()) {
        for event in events(&numbers) {
            let mut written = Vec::new();
            json_line(&event, &mut written);
            prop_assert_eq!(super::event(written.trim_ascii_end(), 1), Ok(event));
        }
    }

    /// The quick way takes nothing for an event that serde would refuse, or read otherwise.
    #[test]
    fn a_damaged_line_means_the_same_on_both_ways(numbers in numbers(), at in any::<prop::sample::Index>(), byte in any::<u8>(), how in 0..3) {
        for event in events(&numbers) {
            let mut bent = line(&event).trim_ascii_end().to_vec();
            let at = at.index(bent.len());
            match how {
                0 => bent[at] = byte,
                1 => bent.insert(at, b"0,\"}] \\-{"[usize::from(byte) % 9]),
                _ => drop(bent.remove(at)),
            }
            if let Some(read) = usual::read(&bent) {
                prop_assert_eq!(serde_json::from_slice::<Event>(&bent).ok(), Some(read), "{}", String::from_utf8_lossy(&bent));
            }
        }
    }
}

#[test]
fn a_content_that_no_reader_would_take_is_left_out() {
    let (emitter, _events) = crate::emit::channel(crate::clock::Clock::start(), false);
    for (length, fits) in [(1000, true), (LONGEST, false)] {
        let content = crate::content::Content::new(vec![b'x'; length], emitter.waiting());
        let event = Event { at: At(0), kind: EventKind::ContentKept { id: FetchId(1), content } };
        let mut out = b"before\n".to_vec();
        assert_eq!(write(&event, &mut out), fits);
        assert_eq!(out.len() > 7, fits);
    }
}
