//! What an event costs on its way into a journal and out of it. `cargo bench --bench journal`

use crawltop::callback::{Callback, Callbacks};
use crawltop::clock::At;
use crawltop::event::{Event, EventKind};
use crawltop::fetched::{Fetched, HttpVersion};
use crawltop::followed::{Edge, Followed};
use crawltop::head::Headers;
use crawltop::id::FetchId;
use crawltop::journal::{self, Reader};
use crawltop::phase::{Marks, Phase};
use crawltop::place::{Place, Role, Source};
use crawltop::text::Untrusted;
use divan::counter::{BytesCount, ItemsCount};
use divan::{Bencher, black_box};
use std::sync::Arc;

fn main() {
    divan::main();
}

const PAGES: u64 = 1000;

fn url(page: u64) -> Untrusted {
    Untrusted::new(&format!("http://127.0.0.1:8080/goods/{page}/"), 1000)
}

fn fetched(page: u64) -> Arc<Fetched> {
    let mut marks = Marks::new();
    for (phase, us) in [(Phase::Send, 100), (Phase::Wait, 120), (Phase::Body, 9_800)] {
        marks.enter(phase, At(page * 100 + us));
    }
    Arc::new(Fetched {
        status: Some(200),
        marks,
        http_version: Some(HttpVersion::Http11),
        remote_ip: Some([127, 0, 0, 1].into()),
        title: Some(Untrusted::new("Goods 17 – crème teapot", 100)),
        content_type: Some(Untrusted::new("text/html; charset=utf-8", 100)),
        body_bytes: 8_100,
        wire_bytes: 8_300,
        ..Fetched::blank(url(page), At(page * 100), At(page * 100 + 9_900))
    })
}

fn followed(page: u64) -> Arc<Followed> {
    let mut texts = String::new();
    let edge = |link: u64| {
        texts += &format!("Goods {link} – glazed watering can");
        Edge { to: FetchId(page + link), line: 12, column: 5, text_end: texts.len() as u32 }
    };
    let edges = (0..10).map(edge).collect();
    Arc::new(Followed { new: 2, known: 8, edges, texts: texts.into(), ..Followed::default() })
}

const ASKED: &str = "GET /goods/17/ HTTP/1.1\nHost: 127.0.0.1:8080\nUser-Agent: crawltop/0.1.0\nAccept: */*\n";
const ANSWERED: &str = "HTTP/1.1 200 OK\nContent-Type: text/html; charset=utf-8\nContent-Length: 8100\n";

/// What a crawl tells of its pages: fourteen events each.
fn events() -> Vec<Event> {
    let [asked, answered] = [ASKED, ANSWERED].map(|head| Headers::from(Untrusted::new(head, 1000)));
    let page = |page: u64| {
        let id = FetchId(page);
        let source = Some(Source { id: FetchId(1), url: url(1) });
        let place = Some(Arc::new(Place { role: Role::Page, depth: 2, source }));
        let callbacks = Callbacks::default().with(Callback::Report).with(Callback::Follow).with(Callback::Release);
        let phase = |phase, steps| EventKind::PhaseEntered { id, phase, steps };
        let fired = |callback| EventKind::CallbackFired { id, callback, lag_us: 14, ran_us: 3 };
        let result =
            EventKind::ResultSet { id, status: Some(200), failure: None, bytes: 8_100, steps: 3, worker: None };
        [
            EventKind::Started { id, url: url(page), place },
            EventKind::Reused { id, carried: 7, address: None, tls: None },
            EventKind::RequestMade { id, head: asked.clone(), proxy: None },
            phase(Phase::Send, 1),
            phase(Phase::Wait, 1),
            phase(Phase::Body, 2),
            EventKind::HeadReceived { id, status: 200, head: answered.clone() },
            result,
            EventKind::CallbacksScheduled { id, callbacks },
            EventKind::Finished { id, fetched: fetched(page) },
            fired(Callback::Report),
            EventKind::Followed { id, followed: followed(page) },
            fired(Callback::Follow),
            fired(Callback::Release),
        ]
        .map(|kind| Event { at: At(page * 100), kind })
    };
    (0..PAGES).flat_map(page).collect()
}

fn written(events: &[Event]) -> Vec<u8> {
    let mut bytes = Vec::new();
    journal::write_header(&mut bytes);
    events.iter().for_each(|event| assert!(journal::write(event, &mut bytes)));
    bytes
}

#[divan::bench]
fn write(bencher: Bencher) {
    let events = events();
    let mut bytes = Vec::with_capacity(written(&events).len());
    bencher.counter(ItemsCount::new(events.len())).counter(BytesCount::new(bytes.capacity())).bench_local(|| {
        bytes.clear();
        black_box(&events).iter().for_each(|event| assert!(journal::write(event, &mut bytes)));
    });
}

#[divan::bench]
fn read(bencher: Bencher) {
    let events = events();
    let bytes = written(&events);
    bencher.counter(ItemsCount::new(events.len())).counter(BytesCount::new(bytes.len())).bench_local(|| {
        let (mut reader, mut read) = (Reader::default(), Vec::with_capacity(events.len()));
        for piece in bytes.chunks(64 << 10) {
            reader.receive(black_box(piece), &mut read).expect("a journal");
        }
        read
    });
}
