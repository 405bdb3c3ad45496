//! Runs made by hand, event by event.

use crawltop::callback::{Callback, Callbacks};
use crawltop::clock::At;
use crawltop::control::{EndReason, Rate};
use crawltop::event::{Because, Engine, Event, EventKind, FragmentMissed, Hold, Order, RunStarted, Unread};
use crawltop::failure::{Failure, FailureKind};
use crawltop::fetched::{Fetched, HttpVersion};
use crawltop::followed::Followed;
use crawltop::host::{FrontierCounts, HostSample, Limited, Paced, RobotsRead, SitemapRead};
use crawltop::id::FetchId;
use crawltop::phase::{Marks, Phase};
use crawltop::place::{Place, Role, Source};
use crawltop::retry_after::RetryAfter;
use crawltop::state::State;
use crawltop::text::Untrusted;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

pub struct Scenario {
    pub state: State,
    pub now: At,
}

const ORIGIN: &str = "http://127.0.0.1:41233";

fn url(path: &str) -> Untrusted {
    Untrusted::new(&format!("{ORIGIN}{path}"), 4096)
}

/// What became of a fetch: status or failure, its length, its bytes.
type End = (Result<u16, FailureKind>, u64, u64);

impl Scenario {
    fn new(target: &str, total: u64) -> Scenario {
        Scenario::of(target, total, false)
    }

    fn of(target: &str, total: u64, crawl: bool) -> Scenario {
        let mut scenario = Scenario { state: State::default(), now: At(0) };
        let started = RunStarted {
            wall_clock_ms: 1_795_000_000_000,
            version: "0.1.0".into(),
            target: Untrusted::new(target, 4096),
            engine: Engine::Tasks,
            workers: 1,
            order: Order::Completed,
            cap: 64,
            open_files: 1024,
            crawl,
            no_robots: false,
            printed: crawltop::event::Printed::default(),
            way: crawltop::event::Way::default(),
        };
        scenario.tell(0, EventKind::RunStarted(Box::new(started)));
        scenario.tell(0, EventKind::TargetsCounted { total, more: false });
        scenario
    }

    pub fn tell(&mut self, at: u64, kind: EventKind) {
        self.state.apply(&Event { at: At(at), kind });
    }

    /// A request that has come as far as its `phases`, each entered at its moment.
    pub fn fly(&mut self, id: u64, path: &str, phases: &[(Phase, u64)], bytes: u64) {
        let first = phases.first().map_or(0, |phase| phase.1);
        self.tell(first, EventKind::Started { id: FetchId(id), url: url(path), place: None });
        for (step, &(phase, at)) in phases.iter().enumerate() {
            if step > 0 && phases[step - 1].0 == Phase::Connect {
                self.tell(at, EventKind::Connected { id: FetchId(id), address: ([127, 0, 0, 1], 41233).into() });
            }
            self.tell(at, EventKind::PhaseEntered { id: FetchId(id), phase, steps: step as u32 + 1 });
        }
        if bytes > 0 {
            self.tell(first, EventKind::BodyProgressed { id: FetchId(id), bytes, wire: bytes, steps: 47 });
        }
    }

    fn end(&mut self, id: u64, path: &str, at: u64, (end, took, bytes): End) {
        let id = FetchId(id);
        let began = at - took;
        let mut marks = Marks::new();
        for (phase, after) in
            [(Phase::Connect, 0), (Phase::Send, took / 9), (Phase::Wait, took / 8), (Phase::Body, took / 2)]
        {
            marks.enter(phase, At(began + after));
        }
        let failure =
            end.err().map(|kind| Failure::new(kind, "wait: no byte from 127.0.0.1:41233 for 3s").during(Phase::Wait));
        let blank = Failure::new(FailureKind::Internal, "");
        let fetched = Fetched {
            status: end.ok(),
            failure,
            marks,
            remote_ip: Some(IpAddr::from([127, 0, 0, 1])),
            http_version: Some(HttpVersion::Http11),
            body_bytes: bytes,
            wire_bytes: bytes + 150,
            steps: 6,
            busy_us: 85,
            ..Fetched::failed(url(path), At(began), At(at), blank)
        };
        let callbacks = Callbacks::default().with(Callback::Report).with(Callback::Release);
        self.tell(began, EventKind::Started { id, url: url(path), place: None });
        self.tell(at, EventKind::ResultSet { id, status: end.ok(), failure: end.err(), bytes, steps: 6, worker: None });
        self.tell(at + 10, EventKind::CallbacksScheduled { id, callbacks });
        self.tell(at + 24, EventKind::Finished { id, fetched: Arc::new(fetched) });
        self.tell(at + 27, EventKind::CallbackFired { id, callback: Callback::Report, lag_us: 14, ran_us: 3 });
        self.tell(at + 30, EventKind::CallbackFired { id, callback: Callback::Release, lag_us: 18, ran_us: 1 });
    }

    pub fn start(&mut self, id: u64, text: &str) {
        self.tell(4_000_000, EventKind::Started { id: FetchId(id), url: Untrusted::new(text, 4096), place: None });
    }

    pub fn fail(&mut self, id: u64, text: &str) {
        let failure = Failure::new(FailureKind::InvalidUrl, text);
        let fetched = Fetched::failed(Untrusted::new(text, 4096), At(1), At(2), failure);
        self.tell(4_000_000, EventKind::Finished { id: FetchId(id), fetched: Arc::new(fetched) });
    }

    /// What is in flight is to be made again.
    pub fn put_back(&mut self, id: u64, at: u64, until: u64) {
        let fetched = Arc::new(Fetched { status: Some(500), ..Fetched::blank(url("/again"), At(0), At(at)) });
        let (until, because) = (At(until), Because::Status(500));
        self.tell(at, EventKind::Retrying { id: FetchId(id), until, because, fetched });
    }

    /// What is in flight ends without an answer.
    pub fn fail_as(&mut self, id: u64, kind: FailureKind) {
        let (began, at) = (self.now, self.now.0);
        let fetched = Fetched::failed(url("/"), began, self.now, Failure::new(kind, ""));
        self.tell(at, EventKind::Finished { id: FetchId(id), fetched: Arc::new(fetched) });
    }

    pub fn pause(&mut self, from: u64, to: u64) {
        self.tell(from, EventKind::Paused);
        self.tell(to, EventKind::Resumed);
        self.now = At(to);
    }

    /// What is in flight gets an answer over a kept connection.
    pub fn answer_over_kept(&mut self, id: u64, path: &str, at: u64) {
        let marks = [(Phase::Send, at - 9_000), (Phase::Wait, at - 8_900)].into_iter().fold(
            Marks::new(),
            |mut marks, (phase, at)| {
                marks.enter(phase, At(at));
                marks
            },
        );
        let blank = Fetched::blank(url(path), At(at - 9_000), At(at));
        let remote_ip = Some(IpAddr::from([127, 0, 0, 1]));
        let fetched = Fetched { status: Some(200), marks, remote_ip, reused: true, body_bytes: 208, ..blank };
        self.tell(at, EventKind::Finished { id: FetchId(id), fetched: Arc::new(fetched) });
    }

    pub fn answer(&mut self, id: u64, at: u64) {
        self.end(id, "/goods/", at, (Ok(200), 50_000, 8_100));
    }

    /// What is in flight gets an answer of that status.
    pub fn end_as(&mut self, id: u64, path: &str, at: u64, status: u16) {
        let began = self.state.requests.get(FetchId(id)).map_or(at, |request| request.started.0);
        let mut marks = Marks::new();
        marks.enter(Phase::Wait, At(began));
        let blank = Fetched::blank(url(path), At(began), At(at));
        let fetched = Arc::new(Fetched { status: Some(status), marks, body_bytes: 208, ..blank });
        self.tell(at, EventKind::Finished { id: FetchId(id), fetched });
    }

    pub fn finish(&mut self) {
        let flying: Vec<u64> = self.state.requests.iter().map(|request| request.id.0).collect();
        for id in flying {
            self.end(id, &format!("/goods/{id}/"), 4_300_000 + id, (Ok(200), 500_000, 8_100));
        }
        self.tell(4_400_000, EventKind::RunEnded { reason: EndReason::Finished, unread: 0 });
        self.now = At(9_000_000);
    }
}

/// A run of that, which has just begun.
pub fn of_target(target: &str) -> Scenario {
    Scenario::new(target, 1)
}

/// A run of 1,530 targets after 4.2 seconds.
pub fn running() -> Scenario {
    let mut scenario = Scenario::new("http://127.0.0.1:41233/", 1530);
    let ends: [(&str, End); 8] = [
        ("/", (Ok(200), 98_000, 8_100)),
        ("/goods/1/", (Ok(200), 141_000, 24_000)),
        ("/goods/2/", (Ok(302), 12_000, 234)),
        ("/goods/99/", (Ok(404), 12_000, 208)),
        ("/img/9.jpg", (Err(FailureKind::Truncated), 512_000, 1_200_000)),
        ("/goods/7/", (Err(FailureKind::Timeout), 3_000_000, 0)),
        ("/goods/8/", (Ok(500), 430, 120)),
        ("/category/3/", (Ok(200), 1_820_000, 5_400)),
    ];
    for (id, (path, end)) in ends.into_iter().enumerate() {
        scenario.end(id as u64 + 1, path, 3_100_000 + id as u64 * 120_000, end);
    }
    use Phase::{Body, Connect, Dns, Send, Tls, Wait};
    let hero = [
        (Dns, 2_380_000),
        (Connect, 2_500_000),
        (Tls, 2_620_000),
        (Send, 2_800_000),
        (Wait, 2_801_000),
        (Body, 3_200_000),
    ];
    scenario.fly(10, "/img/hero.jpg", &hero, 1_200_000);
    scenario.fly(11, "/goods/11/", &[(Connect, 3_788_000), (Send, 3_790_000), (Wait, 3_790_100)], 0);
    scenario.fly(12, "/goods/a-rather-long-name-for-a-page-that-has-to-be-cut/12/", &[(Connect, 4_150_000)], 0);
    scenario.now = At(4_200_000);
    scenario
}

/// The same run with three attempts that wait to be made again, one of them longer than it should.
pub fn retrying() -> Scenario {
    let mut scenario = running();
    let waits = [
        (20, "/search?page=20", Because::RetryAfter, 6_900_000),
        (21, "/goods/21/", Because::Status(502), 4_740_000),
        (22, "/goods/22/", Because::Failure(FailureKind::ConnectRefused), 4_190_000),
    ];
    for (id, path, because, until) in waits {
        scenario.fly(id, path, &[(Phase::Connect, 3_700_000), (Phase::Wait, 3_720_000)], 0);
        let id = FetchId(id);
        let failure = Failure::new(FailureKind::ConnectRefused, "");
        let fetched = Arc::new(Fetched::failed(url(path), At(3_700_000), At(3_900_000), failure));
        scenario.tell(3_900_010, EventKind::Retrying { id, until: At(until), because, fetched });
    }
    let (id, retry_after) = (FetchId(11), RetryAfter { seconds: 3600, date: 1_795_359_600 });
    scenario.tell(4_199_000, EventKind::RetryForgone { id, retry_after });
    scenario
}

/// A run of two minutes and a half, in which the user has turned every knob.
pub fn turned() -> Scenario {
    let mut scenario = Scenario::new("http://127.0.0.1:41233/", 9_000);
    let mut id = 0;
    for second in 0..150_u64 {
        let wave = [3, 5, 8, 13, 21, 34, 21, 13, 8, 5][second as usize / 15];
        for part in 0..wave {
            id += 1;
            let end = if id % 29 == 0 { Err(FailureKind::Reset) } else { Ok(if id % 17 == 0 { 404 } else { 200 }) };
            let took = 40_000 + id * 7_919 % 400_000 + 20_000 * wave;
            scenario.end(id, "/goods/", second * 1_000_000 + 900_000 + part * 1_000, (end, took, 8_100 + 300 * wave));
        }
        let url = url("/slow/");
        scenario.tell(second * 1_000_000, EventKind::Started { id: FetchId(10_000 + second), url, place: None });
        if let Some(kind) = turning(second) {
            scenario.tell(second * 1_000_000 + 950_000, kind);
        }
    }
    scenario.now = At(150_200_000);
    scenario
}

fn turning(second: u64) -> Option<EventKind> {
    let rate = |requests| Some(Rate { requests, per: Duration::from_secs(1) });
    Some(match second {
        20 => EventKind::ConcurrencySet { cap: 32 },
        41 => EventKind::Paused,
        48 => EventKind::Resumed,
        75 => EventKind::RateSet { rate: rate(10) },
        96 => EventKind::RateSet { rate: None },
        103 => EventKind::CancelAsked { id: FetchId(10_003) },
        112 => EventKind::RetryAsked { id: FetchId(10_004) },
        125 => EventKind::FailedReopened { count: 31 },
        149 => EventKind::ConcurrencySet { cap: 64 },
        _ => return None,
    })
}

/// The same run with larger numbers everywhere.
pub fn later() -> Scenario {
    let mut scenario = running();
    for id in 100..1400 {
        let end = match id % 10 {
            0 => Ok(404),
            1 => Ok(302),
            2 => Err(FailureKind::Reset),
            _ => Ok(200),
        };
        scenario.end(id, "/goods/", 4_200_000 + id * 1000, (end, 2_000_000, 1_000_000));
    }
    scenario.now = At(5_700_000);
    scenario
}

/// A run in which every text is hostile.
pub fn hostile() -> Scenario {
    let payload = "/\x1b]0;owned\x07\x1b[2J\u{9b}31m\u{202e}\u{200b}\r\n\tend";
    let mut scenario = Scenario::new(payload, 3);
    scenario.fly(1, payload, &[(Phase::Connect, 0)], 0);
    scenario.fail(2, payload);
    let message = Untrusted::new(payload, 4096);
    scenario.tell(100, EventKind::LineRefused { line: 7, message: message.clone() });
    scenario.tell(
        110,
        EventKind::FellBack { id: FetchId(1), url: message, reason: Failure::new(FailureKind::Tls, payload).into() },
    );
    scenario.now = At(200_000);
    scenario
}

impl Scenario {
    /// A page that was fetched and followed.
    fn follow(&mut self, id: u64, at: u64, followed: Followed) {
        let id = FetchId(id);
        self.tell(at + 20, EventKind::Followed { id, followed: Arc::new(followed) });
        self.tell(at + 28, EventKind::CallbackFired { id, callback: Callback::Follow, lag_us: 21, ran_us: 7 });
    }

    /// What is in flight to a host, since `at`.
    fn fly_to(&mut self, id: u64, url: &str, role: Role, at: u64) {
        let source = Some(Source { id: FetchId(1), url: Untrusted::new("http://127.0.0.1:41233/", 99) });
        let (id, url) = (FetchId(id), Untrusted::new(url, 4096));
        self.tell(at, EventKind::Started { id, url, place: Some(Arc::new(Place { role, depth: 2, source })) });
        self.tell(at, EventKind::PhaseEntered { id, phase: Phase::Wait, steps: 2 });
    }

    fn count(&mut self, at: u64, found: u64, waiting: u64) {
        let (done, in_flight) = (self.state.done.count, self.state.requests.in_flight() as u64);
        let refused = found.saturating_sub(done + in_flight + waiting);
        let counts = FrontierCounts { found, done, in_flight, waiting, refused, depth: 3 };
        self.tell(at, EventKind::FrontierCounted(Box::new(counts)));
    }

    fn limit(&mut self, at: u64, host: &str, waiting: u64) {
        let host = Some(Untrusted::new(host, 255));
        let limited = Limited { by: Hold::Host, host, busy: 8, allowed: 8, waiting, until: None };
        self.tell(at, EventKind::Limited { limited: Some(Arc::new(limited)) });
    }

    /// The crawl is held back by that for a second more.
    pub fn limit_by(&mut self, by: Option<Hold>) {
        let until = Some(self.now + Duration::from_secs(1));
        let limited = by.map(|by| Arc::new(Limited { by, host: None, busy: 8, allowed: 8, waiting: 1_514, until }));
        self.tell(self.now.0, EventKind::Limited { limited });
    }

    /// The run is held back by that.
    pub fn hold(&mut self, by: Hold) {
        self.tell(self.now.0, EventKind::Held { by: Some(by) });
    }

    /// No more may be in flight than there are, and more are known.
    pub fn cap_at_what_flies(&mut self) {
        self.tell(self.now.0, EventKind::TargetsCounted { total: 1_530, more: true });
        let cap = u32::try_from(self.state.requests.in_flight()).unwrap();
        self.tell(self.now.0, EventKind::ConcurrencySet { cap });
    }

    /// What was fetched for the crawl itself is there.
    fn read(&mut self, id: u64, role: Role, at: u64) {
        let place = Some(Arc::new(Place { role, depth: 0, source: None }));
        let blank = Failure::new(FailureKind::Internal, "");
        let fetched = Fetched { place, ..Fetched::failed(url("/robots.txt"), At(at - 9), At(at), blank) };
        self.tell(at, EventKind::Finished { id: FetchId(id), fetched: Arc::new(fetched) });
    }

    pub fn widen(&mut self, from: &str, to: &str) {
        let [from, to] = [from, to].map(|url| Untrusted::new(url, 99));
        self.tell(4_150_000, EventKind::Widened { from, to });
    }

    /// What is told of a target that robots.txt forbids.
    pub fn keep_out(&mut self, id: u64, path: &str) {
        let (id, at) = (FetchId(id), At(4_150_000));
        let failure = Failure::new(FailureKind::Robots, "line 2 of robots.txt: Disallow: /private/");
        let fetched = Arc::new(Fetched::failed(url(path), at, at, failure));
        self.tell(at.0, EventKind::Started { id, url: url(path), place: None });
        self.tell(at.0, EventKind::Finished { id, fetched });
    }

    pub fn end_crawl(&mut self) {
        self.finish();
        let found = 1530;
        let counts = FrontierCounts { found, done: found, depth: 5, ..FrontierCounts::default() };
        self.tell(4_390_000, EventKind::FrontierCounted(Box::new(counts)));
    }
}

/// A sample of a host: waiting, in flight, allowed; then what it is held by, and until when.
fn sample(host: &str, (waiting, in_flight, allowed): (u64, u32, u32), held: Option<Hold>, until: u64) -> HostSample {
    let until = (until > 0).then_some(At(until));
    let delay_us = if held == Some(Hold::CrawlDelay) { 5_000_000 } else { 0 };
    HostSample { host: Untrusted::new(host, 255), waiting, in_flight, allowed, delay_us, held, until }
}

fn robots(origin: &str, status: Option<u16>, meaning: &str) -> Arc<RobotsRead> {
    let [origin, meaning] = [origin, meaning].map(|text| Untrusted::new(text, 4096));
    Arc::new(RobotsRead { origin, status, rules: 3, delay_us: None, sitemaps: 1, meaning })
}

/// A crawl of one host after 4.2 seconds.
pub fn crawling_one_host() -> Scenario {
    let mut scenario = Scenario::of("http://127.0.0.1:41233/", 1, true);
    scenario.tell(10, EventKind::PerHostSet { cap: 8 });
    scenario.fly_to(9_001, "http://127.0.0.1:41233/robots.txt", Role::Robots, 2_000);
    let robots = robots(ORIGIN, Some(200), "3 rules, 1 sitemap");
    scenario.read(9_001, Role::Robots, 24_000);
    scenario.tell(24_000, EventKind::RobotsRead { id: FetchId(9_001), robots });
    let ends: [(&str, End); 8] = [
        ("/", (Ok(200), 98_000, 8_100)),
        ("/goods/1/", (Ok(200), 141_000, 24_000)),
        ("/goods/2/", (Ok(302), 12_000, 234)),
        ("/goods/99/", (Ok(404), 12_000, 208)),
        ("/img/9.jpg", (Err(FailureKind::Truncated), 512_000, 1_200_000)),
        ("/goods/7/", (Err(FailureKind::Timeout), 3_000_000, 0)),
        ("/goods/8/", (Ok(500), 430, 120)),
        ("/category/3/", (Ok(200), 1_820_000, 5_400)),
    ];
    for (id, (path, end)) in ends.into_iter().enumerate() {
        scenario.end(id as u64 + 1, path, 3_100_000 + id as u64 * 120_000, end);
    }
    scenario.follow(8, 3_940_010, Followed { new: 3, known: 15, outside: 1, nofollow: 1, ..Followed::default() });
    for id in 10..18 {
        scenario.fly_to(id, &format!("{ORIGIN}/goods/{id}/"), Role::Page, 3_000_000 + id * 60_000);
    }
    scenario.tell(
        4_100_000,
        EventKind::HostsSampled { hosts: [sample("127.0.0.1:41233", (246, 8, 8), Some(Hold::Host), 0)].into() },
    );
    scenario.limit(4_100_000, "127.0.0.1:41233", 246);
    scenario.count(4_100_000, 1_530, 246);
    scenario.now = At(4_200_000);
    scenario
}

/// The same of which so many were found, most of which wait.
pub fn many_found(found: u64) -> Scenario {
    let mut scenario = crawling_one_host();
    scenario.count(4_110_000, found, found - 16);
    scenario
}

/// A run that has begun, and no more.
pub fn begun() -> Scenario {
    Scenario::new("http://127.0.0.1:41233/", 9)
}

/// A crawl that has met five hosts, each of which waits for another reason.
pub fn crawling() -> Scenario {
    let mut scenario = crawling_one_host();
    let slow = "a-rather-long-name.of-a-host.with-many-labels.example";
    for (id, url) in [(30, "https://docs.example.org/guide/"), (31, "https://docs.example.org/api/")] {
        scenario.fly_to(id, url, Role::Page, 3_900_000 + id);
    }
    scenario.fly_to(32, &format!("https://{slow}/changes?page=2"), Role::Page, 4_000_000);
    scenario.fly_to(33, "http://late.example:8080/", Role::Check, 4_010_000);
    scenario.fly_to(9_002, "https://new.example/robots.txt", Role::Robots, 4_020_000);
    let samples = [
        sample("127.0.0.1:41233", (212, 8, 8), Some(Hold::Host), 0),
        sample("docs.example.org", (31, 2, 8), Some(Hold::CrawlDelay), 7_100_000),
        sample(slow, (3, 1, 1), Some(Hold::Backoff), 15_900_000),
        sample("new.example", (1, 1, 8), Some(Hold::Robots), 0),
    ];
    let why = Untrusted::new("429, Retry-After 12s", 99);
    let paced = Paced { host: Untrusted::new(slow, 255), allowed: 1, delay_us: 12_000_000, why };
    scenario.tell(3_950_000, EventKind::HostPaced(Arc::new(paced)));
    let sitemap = SitemapRead {
        url: url("/sitemap.xml"),
        pages: 30,
        new: 5,
        maps: 2,
        unread: Some(Unread::Cut),
        trouble: Some(Untrusted::new("cut short", 99)),
    };
    scenario.tell(3_960_000, EventKind::SitemapRead { id: FetchId(9_003), sitemap: Arc::new(sitemap) });
    let [from, to] = ["http://example.org", "http://www.example.org"].map(|url| Untrusted::new(url, 99));
    scenario.tell(3_970_000, EventKind::Widened { from, to });
    let words = Untrusted::new("more than 1,000 pages of one pattern", 99);
    scenario.tell(3_980_000, EventKind::Trapped { words, url: url("/calendar/2099/12/") });
    let missed =
        FragmentMissed { to: FetchId(2), fragment: Untrusted::new("reviews", 99), line: 70, column: 5, via: None };
    scenario.tell(3_990_000, EventKind::FragmentMissed { id: FetchId(1), missed: Arc::new(missed) });
    scenario.tell(4_100_000, EventKind::HostsSampled { hosts: samples.into() });
    scenario.limit(4_100_000, "127.0.0.1:41233", 212);
    scenario.now = At(4_200_000);
    scenario
}

/// The same, with hostile text in all that a crawl adds.
pub fn crawling_hostile() -> Scenario {
    let mut scenario = crawling();
    let payload = "/\x1b]0;owned\x07\x1b[2J\u{9b}31m\u{202e}\u{200b}\r\n\tend";
    let text = || Untrusted::new(payload, 4096);
    let id = FetchId(9_004);
    scenario.fly_to(9_004, &format!("http://{payload}/"), Role::Sitemap, 4_000_000);
    let sitemap = SitemapRead { url: text(), pages: 1, new: 1, maps: 0, unread: None, trouble: Some(text()) };
    let paced = Paced { host: text(), allowed: 1, delay_us: 1, why: text() };
    let missed = FragmentMissed { to: id, fragment: text(), line: 1, column: 1, via: None };
    let kinds = [
        EventKind::RobotsRead { id, robots: robots(&format!("http://{payload}"), None, payload) },
        EventKind::SitemapRead { id, sitemap: Arc::new(sitemap) },
        EventKind::HostPaced(Arc::new(paced)),
        EventKind::Widened { from: text(), to: text() },
        EventKind::Trapped { words: text(), url: text() },
        EventKind::FragmentMissed { id, missed: Arc::new(missed) },
        EventKind::FragmentsUnchecked { id, links: 2, why: crawltop::event::Unchecked::Head },
        EventKind::Admitted { id, admitted: Arc::default() },
    ];
    for kind in kinds {
        scenario.tell(4_150_000, kind);
    }
    scenario.limit(4_150_000, payload, 7);
    scenario
}
