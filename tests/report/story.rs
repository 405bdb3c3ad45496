//! A crawl that never was: its events, one by one, and what the reports make of them.

use crawltop::callback::{Callback, Callbacks};
use crawltop::clock::At;
use crawltop::control::EndReason;
use crawltop::event::{Engine, Event, EventKind, FragmentMissed, Order, RunStarted, Unchecked};
use crawltop::failure::{Failure, FailureKind};
use crawltop::fetched::Fetched;
use crawltop::followed::{Edge, Followed, Unfollowed, Why};
use crawltop::host::{FrontierCounts, RobotsRead, SitemapRead};
use crawltop::id::FetchId;
use crawltop::phase::{Marks, Phase};
use crawltop::place::{Place, Role, Source};
use crawltop::report::Report;
use crawltop::state::State;
use crawltop::text::Untrusted;
use std::sync::Arc;

pub fn text(text: &str) -> Untrusted {
    Untrusted::new(text, 4096)
}

/// A crawl that is being written.
pub struct Story {
    pub events: Vec<Event>,
    pub site: &'static str,
    at: u64,
}

impl Story {
    /// It has begun.
    pub fn of(site: &'static str, order: Order) -> Story {
        let mut story = Story { events: Vec::new(), site, at: 0 };
        story.tell(EventKind::RunStarted(Box::new(RunStarted {
            wall_clock_ms: 1_700_000_000_000,
            version: "0.0.0".into(),
            target: text(site),
            engine: Engine::Tasks,
            workers: 1,
            order,
            cap: 4,
            open_files: 1024,
            crawl: true,
            no_robots: false,
            printed: crawltop::event::Printed::default(),
            way: crawltop::event::Way::default(),
        })));
        story
    }

    pub fn tell(&mut self, kind: EventKind) {
        self.events.push(Event { at: At(self.at), kind });
        self.at += 1000;
    }

    fn url(&self, path: &str) -> Untrusted {
        if path.contains("://") { text(path) } else { text(&format!("{}{path}", self.site)) }
    }

    /// A target at some depth, to which a page of that id and path leads.
    pub fn place(&self, role: Role, depth: u32, source: Option<(u64, &str)>) -> Option<Arc<Place>> {
        let source = source.map(|(id, path)| Source { id: FetchId(id), url: self.url(path) });
        Some(Arc::new(Place { role, depth, source }))
    }

    /// What came of a target, with its callbacks.
    pub fn fetch(&mut self, id: u64, path: &str, place: Option<Arc<Place>>, change: impl FnOnce(&mut Fetched)) {
        let (url, id) = (self.url(path), FetchId(id));
        self.tell(EventKind::Started { id, url: url.clone(), place: place.clone() });
        let started = At(self.at);
        let mut marks = Marks::new();
        let phases = [(Phase::Blocked, 0), (Phase::Connect, 2000), (Phase::Send, 2500), (Phase::Wait, 2600)];
        phases.into_iter().for_each(|(phase, us)| marks.enter(phase, At(started.0 + us)));
        marks.enter(Phase::Body, At(started.0 + 10_000));
        let ended = At(started.0 + 12_000);
        let mut fetched =
            Fetched { marks, place, body_bytes: 500, wire_bytes: 700, ..Fetched::blank(url, started, ended) };
        change(&mut fetched);
        let callbacks = Callbacks::default().with(Callback::Report).with(Callback::Release);
        self.tell(EventKind::CallbacksScheduled { id, callbacks });
        self.tell(EventKind::Finished { id, fetched: Arc::new(fetched) });
        for callback in callbacks.iter() {
            self.tell(EventKind::CallbackFired { id, callback, lag_us: 5, ran_us: 1 });
        }
    }

    /// The links of a page: target, line, column, text.
    pub fn follow(&mut self, id: u64, links: &[(u64, u32, u32, &str)]) {
        let (mut texts, mut edges) = (String::new(), Vec::new());
        for &(to, line, column, text) in links {
            texts += text;
            edges.push(Edge { to: FetchId(to), line, column, text_end: texts.len() as u32 });
        }
        let known = links.len() as u32;
        self.follow_as(id, Followed { known, edges, texts: texts.into(), ..Followed::default() });
    }

    pub fn follow_as(&mut self, id: u64, followed: Followed) {
        self.tell(EventKind::Followed { id: FetchId(id), followed: Arc::new(followed) });
    }

    pub fn end(&mut self, reason: EndReason, found: u64) {
        let counts = FrontierCounts { found, depth: 2, ..FrontierCounts::default() };
        self.tell(EventKind::FrontierCounted(Box::new(counts)));
        self.tell(EventKind::RunEnded { reason, unread: 0 });
    }

    pub fn state(&self) -> State {
        let mut state = State::default();
        self.events.iter().for_each(|event| state.apply(event));
        state
    }

    /// All that a report tells of it.
    pub fn told(&self, report: impl Report) -> String {
        self.told_of(State::default(), report)
    }

    /// The same, of a run that began with such a state.
    pub fn told_of(&self, mut state: State, mut report: impl Report) -> String {
        let mut out = Vec::new();
        for event in &self.events {
            state.apply(event);
            report.apply(event, &mut out);
        }
        report.end(&state, &mut out);
        String::from_utf8(out).unwrap()
    }
}

pub fn ok(fetched: &mut Fetched) {
    fetched.status = Some(200);
    fetched.content_type = Some(text("text/html"));
}

pub fn status(status: u16) -> impl FnOnce(&mut Fetched) {
    move |fetched| fetched.status = Some(status)
}

pub fn redirect(status: u16, to: &str) -> impl FnOnce(&mut Fetched) {
    let to = text(to);
    move |fetched| (fetched.status, fetched.final_url) = (Some(status), Some(to))
}

pub fn failure(kind: FailureKind, message: &str) -> impl FnOnce(&mut Fetched) {
    let failure = Failure::new(kind, message);
    move |fetched| fetched.failure = Some(failure)
}

/// Something of everything: a start, links that are broken directly and behind a redirect, what is kept out and what
/// fails, redirects in a chain and in a ring, pages that are slow, large and there twice.
pub fn everything(reason: EndReason) -> Story {
    let mut story = Story::of("http://a.example", Order::Completed);
    let robots = story.place(Role::Robots, 0, None);
    story.fetch(900, "/robots.txt", robots, ok);
    guides(&mut story);
    let first = story.place(Role::Page, 0, None);
    story.fetch(1, "/", first, ok);
    story.follow(1, &[(2, 10, 5, "News"), (3, 12, 9, "Best offer"), (5, 40, 1, "An old page"), (4, 41, 1, "Secret")]);
    let from_first = |story: &Story, role| story.place(role, 1, Some((1, "/")));
    let place = from_first(&story, Role::Page);
    story.fetch(3, "/gone", place.clone(), status(404));
    story.fetch(4, "/secret/", place.clone(), failure(FailureKind::Robots, "robots.txt, line 3: Disallow: /secret/"));
    story.fetch(2, "/news", place.clone(), |fetched| {
        ok(fetched);
        fetched.ended = At(fetched.ended.0 + 1_500_000);
        (fetched.sha256, fetched.digest) = (Some("ab".repeat(32).into()), Some(7));
    });
    // Links that are found after their target was fetched.
    story.follow(2, &[(3, 7, 2, "offer"), (6, 8, 2, "gone"), (7, 9, 2, "Out"), (8, 20, 2, ""), (10, 21, 2, "Twin")]);
    story.fetch(5, "/old", place.clone(), redirect(301, "http://a.example/older"));
    let place = story.place(Role::Page, 1, Some((1, "/")));
    story.fetch(11, "/older", place.clone(), redirect(308, "http://a.example/lost"));
    story.fetch(6, "/lost", place, status(410));
    let check = story.place(Role::Check, 2, Some((2, "/news")));
    story.fetch(
        7,
        "http://down.example/",
        check.clone(),
        failure(FailureKind::Dns, "dns: no address for down.example"),
    );
    let place = story.place(Role::Page, 2, Some((2, "/news")));
    story.fetch(8, "/ring", place.clone(), redirect(302, "http://a.example/ring/2"));
    story.fetch(9, "/ring/2", place.clone(), redirect(302, "http://a.example/ring"));
    story.fetch(10, "/news?page=1", place.clone(), |fetched| {
        ok(fetched);
        (fetched.body_bytes, fetched.digest) = (7_100_000, Some(7));
    });
    story.fetch(12, "/login", place, status(403));
    let place = story.place(Role::Page, 0, None);
    story.fetch(
        13,
        "http://shut.example/",
        place,
        failure(FailureKind::ConnectRefused, "connect: refused by shut.example"),
    );
    let unfollowed = |path: &str, line, page| {
        let url = text(&format!("http://a.example{path}"));
        Unfollowed { url, line, column: 5, text: text("aside"), why: if page { Why::Page } else { Why::Link } }
    };
    let broken = Unfollowed { url: text("http://[bad"), line: 6, column: 2, text: text("bad"), why: Why::Malformed };
    let unfollowed = vec![unfollowed("/cart", 3, false), unfollowed("/account?next=%2F", 4, true), broken];
    let (level, exclude, include, no_parent) = (1, 2, 3, 4);
    story.follow_as(
        10,
        Followed { nofollow: 2, malformed: 1, unfollowed, level, exclude, include, no_parent, ..Followed::default() },
    );
    let missed = FragmentMissed { to: FetchId(2), fragment: text("top"), line: 41, column: 3, via: None };
    story.tell(EventKind::FragmentMissed { id: FetchId(10), missed: Arc::new(missed) });
    let missed =
        FragmentMissed { to: FetchId(2), fragment: text("reviews"), line: 7, column: 9, via: Some(FetchId(5)) };
    story.tell(EventKind::FragmentMissed { id: FetchId(1), missed: Arc::new(missed) });
    story.tell(EventKind::FragmentsUnchecked { id: FetchId(2), links: 3, why: Unchecked::NotHtml });
    story.tell(EventKind::FragmentsUnchecked { id: FetchId(15), links: 1, why: Unchecked::NotAsked });
    story.end(reason, 16);
    story
}

fn guides(story: &mut Story) {
    let meaning = text("read: 2 rules are for this crawler");
    let (status, delay_us) = (Some(200), Some(2_000_000));
    let robots = RobotsRead { origin: text("http://a.example"), status, rules: 2, delay_us, sitemaps: 1, meaning };
    story.tell(EventKind::RobotsRead { id: FetchId(900), robots: Arc::new(robots) });
    let (url, trouble) = (text("http://a.example/sitemap.xml"), Some(text("it has no end")));
    let sitemap = SitemapRead { url, pages: 12, new: 3, maps: 0, unread: None, trouble };
    story.tell(EventKind::SitemapRead { id: FetchId(901), sitemap: Arc::new(sitemap) });
    let (from, to) = (text("http://example/"), text("http://a.example/"));
    story.tell(EventKind::Widened { from, to });
    let (words, url) = (text("more than 16 segments in a path"), text("http://a.example/1/1/1/1/1/1/1/1/"));
    story.tell(EventKind::Trapped { words, url });
}
