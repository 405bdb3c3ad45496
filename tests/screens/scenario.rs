//! Runs made by hand, event by event.

use crawltop::callback::{Callback, Callbacks};
use crawltop::clock::At;
use crawltop::control::EndReason;
use crawltop::event::{Because, Engine, Event, EventKind, Order, RunStarted};
use crawltop::failure::{Failure, FailureKind};
use crawltop::fetched::{Fetched, HttpVersion};
use crawltop::id::FetchId;
use crawltop::phase::{Marks, Phase};
use crawltop::retry_after::RetryAfter;
use crawltop::state::State;
use crawltop::text::Untrusted;
use std::sync::Arc;

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
            crawl: false,
        };
        scenario.tell(0, EventKind::RunStarted(Box::new(started)));
        scenario.tell(0, EventKind::TargetsCounted { total, more: false });
        scenario
    }

    fn tell(&mut self, at: u64, kind: EventKind) {
        self.state.apply(&Event { at: At(at), kind });
    }

    /// A request that has come as far as its `phases`, each entered at its moment.
    fn fly(&mut self, id: u64, path: &str, phases: &[(Phase, u64)], bytes: u64) {
        let first = phases.first().map_or(0, |phase| phase.1);
        self.tell(first, EventKind::Started { id: FetchId(id), url: url(path), place: None });
        for (step, &(phase, at)) in phases.iter().enumerate() {
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

    pub fn pause(&mut self, from: u64, to: u64) {
        self.tell(from, EventKind::Paused);
        self.tell(to, EventKind::Resumed);
        self.now = At(to);
    }

    pub fn answer(&mut self, id: u64, at: u64) {
        self.end(id, "/goods/", at, (Ok(200), 50_000, 8_100));
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
        (21, "/goods/21/", Because::Status(502), 5_040_000),
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
