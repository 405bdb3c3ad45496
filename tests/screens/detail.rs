//! The page of one fetch: how it looks for fetches of every fate, and what it never shows.

use crate::scenario::{Scenario, crawling_one_host, running};
use crate::{ink, picture, text};
use crawltop::callback::Callback;
use crawltop::clock::At;
use crawltop::event::{Because, EventKind, Way};
use crawltop::failure::{Failure, FailureKind};
use crawltop::fetched::{Fetched, Hop, HttpVersion, TlsFacts};
use crawltop::followed::{Edge, Followed};
use crawltop::head::{Headers, Lines};
use crawltop::id::FetchId;
use crawltop::phase::Phase;
use crawltop::place::{Place, Role, Source};
use crawltop::reuse::CloseReason;
use crawltop::text::{Charset, Untrusted};
use crawltop::ui::{Copied, Note, View};
use crawltop::wake::Wakes;
use ratatui::style::Color;
use std::net::SocketAddr;
use std::sync::Arc;

use Phase::{Body, Connect, Dns, Send, Tls, Wait};

/// The fetch that all scenarios here are about.
const ID: FetchId = FetchId(77);

fn words(text: &str) -> Untrusted {
    Untrusted::new(text, 1 << 16)
}

fn head(start: &str, fields: &[(&str, &str)]) -> Headers {
    let mut lines = Lines::start(start.as_bytes());
    for (name, value) in fields {
        match *value {
            "struck" => lines.struck(name.as_bytes()),
            value => lines.field(name.as_bytes(), value.as_bytes()),
        }
    }
    Headers::new(&lines)
}

fn request(url: &str) -> EventKind {
    let path = url.splitn(4, '/').nth(3).unwrap_or_default();
    let fields = [
        ("Host", "shop.example"),
        ("User-Agent", "crawltop/0.1.0"),
        ("Accept", "*/*"),
        ("Accept-Encoding", "gzip, deflate, br, zstd"),
        ("Authorization", "struck"),
    ];
    EventKind::RequestMade { id: ID, head: head(&format!("GET /{path} HTTP/1.1"), &fields), proxy: None }
}

fn response(status: u16, more: &[(&str, &str)]) -> EventKind {
    let usual = [("Server", "nginx/1.26.2"), ("Content-Type", "text/html; charset=utf-8")];
    let fields: Vec<_> = usual.iter().chain(more).copied().collect();
    EventKind::HeadReceived { id: ID, status, head: head(&format!("HTTP/1.1 {status} Some reason"), &fields) }
}

fn address(last: u8) -> SocketAddr {
    SocketAddr::from(([192, 0, 2, last], 443))
}

fn tls() -> Arc<TlsFacts> {
    Arc::new(TlsFacts {
        version: "1.3".into(),
        cipher: "TLS13_AES_256_GCM_SHA384".into(),
        not_after: Some("2027-01-02T00:00:00Z".into()),
        subject: Some(words("shop.example")),
        issuer: Some(words("C=US, O=Let's Encrypt, CN=R11")),
        unchecked: false,
    })
}

impl Scenario {
    fn phases(&mut self, phases: &[(Phase, u64)]) {
        for &(phase, at) in phases {
            self.tell(at, EventKind::PhaseEntered { id: ID, phase, steps: 2 });
        }
    }

    fn begin(&mut self, at: u64, url: &str, place: Option<Place>) {
        self.tell(at, EventKind::Started { id: ID, url: words(url), place: place.map(Arc::new) });
    }

    fn connected(&mut self, at: u64) {
        self.tell(at, EventKind::Dialled { id: ID, address: Box::new(address(7)) });
        self.tell(at + 1, EventKind::Dialled { id: ID, address: Box::new(address(8)) });
        self.tell(at + 2, EventKind::Connected { id: ID, address: address(8) });
    }

    /// The result, and the callbacks after it.
    fn told(&mut self, at: u64, fetched: Fetched) {
        let (status, failure) = (fetched.status, fetched.kind());
        let (id, bytes) = (ID, fetched.body_bytes);
        self.tell(at, EventKind::ResultSet { id, status, failure, bytes, steps: 6, worker: None });
        self.tell(at + 24, EventKind::Finished { id, fetched: Arc::new(fetched) });
        for (callback, lag_us, ran_us) in [(Callback::Report, 14, 3), (Callback::Release, 18, 1)] {
            self.tell(at + 30, EventKind::CallbackFired { id, callback, lag_us, ran_us });
        }
        self.now = At(at + 200_000);
    }
}

fn fetched(url: &str, from: u64, to: u64) -> Fetched {
    Fetched {
        http_version: Some(HttpVersion::Http11),
        remote_ip: Some(address(8).ip()),
        steps: 6,
        busy_us: 85,
        wakes: Wakes { slot: 1, socket: 4, timer: 1, ..Wakes::default() },
        ..Fetched::blank(words(url), At(from), At(to))
    }
}

fn failed(url: &str, from: u64, to: u64, (kind, phase, message): (FailureKind, Phase, &str)) -> Fetched {
    Fetched { failure: Some(Failure::new(kind, message).during(phase)), ..fetched(url, from, to) }
}

/// A page of a crawl, found by a link.
fn ok() -> Scenario {
    let mut scenario = crawling_one_host();
    let url = "https://shop.example/goods/77/";
    let source = Source { id: FetchId(8), url: words("http://127.0.0.1:41233/category/3/") };
    let edges = vec![Edge { to: ID, line: 41, column: 9, text_end: 17 }];
    let followed = Followed { new: 1, edges, texts: "A very fine chair".into(), ..Followed::default() };
    scenario.tell(2_000_000, EventKind::Followed { id: source.id, followed: Arc::new(followed) });
    let place = Place { role: Role::Page, depth: 2, source: Some(source) };
    scenario.begin(2_100_000, url, Some(place.clone()));
    scenario.phases(&[(Dns, 2_100_000), (Connect, 2_112_000)]);
    scenario.connected(2_112_000);
    scenario.phases(&[(Tls, 2_140_000)]);
    scenario.tell(2_170_000, EventKind::Secured { id: ID, tls: tls() });
    scenario.tell(2_170_100, request(url));
    scenario.phases(&[(Send, 2_170_200), (Wait, 2_170_300), (Body, 2_290_000)]);
    scenario.tell(2_290_000, response(200, &[("Content-Encoding", "br"), ("Set-Cookie", "struck")]));
    scenario.tell(2_300_000, EventKind::LoopLagged { id: ID, busy_us: 1_800 });
    scenario.told(
        2_310_000,
        Fetched {
            status: Some(200),
            title: Some(words("A very fine chair — shop.example")),
            content_type: Some(words("text/html; charset=utf-8")),
            content_encoding: Some(words("br")),
            wire_bytes: 8_312,
            body_bytes: 41_007,
            tls: Some(tls()),
            closed: Some(CloseReason::ConnectionClose),
            place: Some(Arc::new(place)),
            ..fetched(url, 2_100_000, 2_310_000)
        },
    );
    scenario
}

/// Two redirects, the second of which is answered over a kept connection.
fn redirected() -> Scenario {
    let mut scenario = running();
    let url = "http://shop.example/old";
    scenario.begin(1_000_000, url, None);
    scenario.tell(1_000_000, EventKind::NotReused { id: ID, reason: CloseReason::Aged });
    scenario.phases(&[(Connect, 1_000_000)]);
    scenario.connected(1_000_100);
    scenario.tell(1_020_000, request(url));
    scenario.phases(&[(Send, 1_020_000), (Wait, 1_020_100), (Body, 1_050_000)]);
    scenario.tell(1_050_000, response(301, &[("Location", "https://shop.example/new")]));
    let next = "https://shop.example/new";
    scenario.tell(1_051_000, EventKind::Redirected { id: ID, status: 301, url: words(next) });
    let kept = EventKind::Reused { id: ID, carried: 3, address: Some(Box::new(address(8))), tls: Some(tls()) };
    scenario.tell(1_051_100, kept);
    scenario.tell(1_051_100, request(next));
    scenario.phases(&[(Send, 1_051_200), (Wait, 1_051_300)]);
    scenario.tell(1_052_000, EventKind::Resent { id: ID });
    scenario.phases(&[(Connect, 1_052_000), (Tls, 1_070_000), (Send, 1_090_000), (Wait, 1_090_100), (Body, 1_300_000)]);
    scenario.tell(1_300_000, response(200, &[]));
    let redirects = vec![Hop { status: 301, url: words(url), us: 51_000 }];
    let answer = fetched(url, 1_000_000, 1_310_000);
    let final_url = Some(words(next));
    scenario.told(
        1_310_000,
        Fetched { status: Some(200), redirects, final_url, body_bytes: 900, wire_bytes: 1_200, ..answer },
    );
    scenario
}

/// Reset, then 503 with a time, then fine.
pub fn retried() -> Scenario {
    let mut scenario = running();
    let url = "https://shop.example/flaky";
    scenario.begin(1_000_000, url, None);
    scenario.phases(&[(Connect, 1_000_000), (Wait, 1_030_000)]);
    let message = "wait: connection reset by 192.0.2.8:443";
    let reset = failed(url, 1_000_000, 1_080_000, (FailureKind::Reset, Wait, message));
    let because = Because::Failure(FailureKind::Reset);
    scenario.tell(1_080_100, EventKind::Retrying { id: ID, until: At(1_580_000), because, fetched: Arc::new(reset) });
    scenario.tell(1_080_200, EventKind::CallbackFired { id: ID, callback: Callback::Retry, lag_us: 9, ran_us: 2 });
    scenario.tell(1_580_000, EventKind::Retried { id: ID, attempt: 2 });
    scenario.phases(&[(Connect, 1_580_000), (Send, 1_600_000), (Wait, 1_600_100), (Body, 1_700_000)]);
    scenario.tell(1_700_000, response(503, &[("Retry-After", "1")]));
    let busy = Fetched { status: Some(503), attempt: 2, ..fetched(url, 1_580_000, 1_701_000) };
    let because = Because::RetryAfter;
    scenario.tell(1_701_100, EventKind::Retrying { id: ID, until: At(2_701_000), because, fetched: Arc::new(busy) });
    scenario.tell(2_701_100, EventKind::Retried { id: ID, attempt: 3 });
    scenario.phases(&[(Connect, 2_701_200), (Send, 2_730_000), (Wait, 2_730_100), (Body, 2_800_000)]);
    scenario.tell(2_800_000, response(200, &[]));
    let fine = fetched(url, 2_701_100, 2_810_000);
    scenario.told(2_810_000, Fetched { status: Some(200), attempt: 3, body_bytes: 900, wire_bytes: 1_200, ..fine });
    scenario
}

fn distrusted() -> Scenario {
    let mut scenario = running();
    let url = "https://expired.example/";
    scenario.begin(1_000_000, url, None);
    scenario.phases(&[(Dns, 1_000_000), (Connect, 1_020_000)]);
    scenario.connected(1_020_000);
    scenario.phases(&[(Tls, 1_050_000)]);
    let message = "tls: certificate of \"expired.example\" expired 3 days ago";
    scenario.told(1_092_000, failed(url, 1_000_000, 1_092_000, (FailureKind::Tls, Tls, message)));
    scenario
}

fn in_flight() -> Scenario {
    let mut scenario = running();
    let url = "https://shop.example/img/hero.jpg";
    scenario.begin(3_000_000, url, None);
    scenario.phases(&[(Dns, 3_000_000), (Connect, 3_020_000), (Tls, 3_060_000)]);
    scenario.tell(
        3_100_000,
        EventKind::Secured { id: ID, tls: Arc::new(TlsFacts { unchecked: true, ..(*tls()).clone() }) },
    );
    scenario.tell(3_100_000, request(url));
    scenario.phases(&[(Send, 3_100_000), (Wait, 3_101_000), (Body, 3_700_000)]);
    scenario.tell(3_700_000, response(200, &[]));
    scenario.tell(4_100_000, EventKind::BodyProgressed { id: ID, bytes: 1_200_000, wire: 1_180_000, steps: 47 });
    scenario
}

pub fn opened(detail_line: usize) -> View {
    View { detail: Some(ID), detail_line, ..View::default() }
}

const SIZES: [(u16, u16); 3] = [(80, 24), (120, 34), (200, 50)];

/// A name, and how a fetch comes to it.
type Fate = (&'static str, fn() -> Scenario);

#[test]
fn the_page_of_a_fetch_looks_so_whatever_became_of_it() {
    let fates: [Fate; 5] = [
        ("ok", ok),
        ("redirected", redirected),
        ("retried", retried),
        ("distrusted", distrusted),
        ("in_flight", in_flight),
    ];
    for ((name, scenario), size) in fates.into_iter().flat_map(|fate| SIZES.map(|size| (fate, size))) {
        let shown = picture(&scenario(), &opened(0), size, Charset::Unicode);
        insta::assert_snapshot!(format!("{name}_{}x{}", size.0, size.1), shown.backend());
    }
}

#[test]
fn the_page_is_whole_by_scrolling_on_an_ordinary_terminal() {
    let mut seen = String::new();
    for line in [0, 18, 36, 54, 999] {
        seen += &text(&picture(&ok(), &opened(line), (80, 24), Charset::Unicode));
    }
    for words in [
        "https://shop.example/goods/77/",
        "✓ 200 after 210ms",
        "192.0.2.8:443, new; dialled 192.0.2.7:443",
        "TLS 1.3, TLS13_AES_256_GCM_SHA384",
        "for shop.example, by C=US, O=Let's Encrypt, CN=R11, until",
        " 2027-01-02 ",
        "not kept    the server said it will close",
        "8.3 kB (8,312 B)",
        "41 kB (41,007 B), 4.9x of that",
        "6 steps, busy for 85µs",
        "slot 1, socket 4, timer 1",
        "1 step over 1ms, the longest 1.8ms",
        "report      fired after 14µs, ran 3µs",
        "#8 http://127.0.0.1:41233/category/3/",
        "line 41, column 9",
        "A very fine chair",
        "Authorization: (struck out)",
        "Set-Cookie: (struck out)",
        "HTTP/1.1 200 Some reason",
    ] {
        assert!(seen.contains(words), "{words}: {seen}");
    }
    let cut = seen.lines().filter(|line| line.starts_with("\"│") && line.contains('…'));
    assert_eq!(cut.count(), 0, "nothing is cut: {seen}");
    let last = text(&picture(&ok(), &opened(999), (80, 24), Charset::Unicode));
    assert!(last.contains("│   2.3100  result set   200, ") && last.contains("q quit"), "{last}");
    insta::assert_snapshot!("ok_scrolled_80x24", picture(&ok(), &opened(18), (80, 24), Charset::Unicode).backend());
}

#[test]
fn colour_goes_with_what_became_of_it() {
    let of = |scenario: Scenario, word: &str| ink(&picture(&scenario, &opened(0), (120, 34), Charset::Unicode), word).0;
    assert_eq!(of(ok(), "✓ 200 after"), Color::Green);
    assert_eq!(of(distrusted(), "✗ tls after"), Color::Red);
    assert_eq!(of(distrusted(), "tls: certificate"), Color::Red);
    assert_eq!(of(redirected(), "301  "), Color::Cyan);
    assert_eq!(of(in_flight(), "body, for 1.20s so far"), Color::Green);
    assert_eq!(of(in_flight(), "not checked (--insecure)"), Color::Yellow);
    assert_eq!(of(ok(), "1 step over 1ms"), Color::Yellow);
    let terminal = picture(&ok(), &opened(0), (120, 34), Charset::Unicode);
    for (sign, colour) in [("▒▒", Color::Cyan), ("▓▓", Color::Magenta), ("━━", Color::Blue), ("██", Color::Green)]
    {
        assert_eq!(ink(&terminal, sign).0, colour, "{sign}");
    }
}

#[test]
fn the_page_goes_on_while_the_fetch_does_and_is_the_same_when_frozen() {
    let mut scenario = in_flight();
    let shown = |scenario: &Scenario, view: &View| text(&picture(scenario, view, (80, 24), Charset::Unicode));
    assert!(shown(&scenario, &opened(0)).contains("for 1.20s so far"));
    let mut frozen = opened(0);
    frozen.freeze(&scenario.state, scenario.now);
    let then = shown(&scenario, &opened(0));
    scenario.told(
        4_500_000,
        Fetched { status: Some(200), ..fetched("https://shop.example/img/hero.jpg", 3_000_000, 4_500_000) },
    );
    assert!(shown(&scenario, &opened(0)).contains("✓ 200 after 1.50s"));
    let held = frozen.frozen.clone().unwrap();
    let still = Scenario { state: held.state, now: held.now };
    assert_eq!(shown(&still, &opened(0)), then);
}

/// A page that was not found: how long it took stands above, and again in the table of its phases.
#[test]
fn what_a_fetch_took_is_one_number_wherever_it_stands() {
    let mut scenario = running();
    let url = "http://127.0.0.1:41233/gone";
    scenario.begin(1_000_000, url, None);
    scenario.phases(&[(Connect, 1_000_030), (Wait, 1_000_050)]);
    let refused = (FailureKind::ConnectRefused, Connect, "connect: refused by 127.0.0.1:41233");
    scenario.told(1_000_168, failed(url, 1_000_020, 1_000_168, refused));
    for size in [(80, 40), (120, 40)] {
        let shown = text(&picture(&scenario, &opened(0), size, Charset::Unicode));
        assert!(shown.contains("after 148µs") && shown.contains("   148µs "), "{shown}");
        assert!(!shown.contains("138µs"), "{shown}");
        assert_eq!(shown.contains(" 1 connect_refused "), size.0 > 100, "{shown}");
    }
}

#[test]
fn what_is_not_kept_any_more_says_so() {
    let mut scenario = ok();
    for id in 1_000..2_100 {
        scenario.answer(id, 4_000_000 + id);
    }
    let shown = |scenario: &Scenario, line| text(&picture(scenario, &opened(line), (80, 24), Charset::Unicode));
    assert!(
        shown(&scenario, 0).contains("heads and callbacks are kept of the last 1,000 results"),
        "{}",
        shown(&scenario, 0)
    );
    assert!(shown(&scenario, 36).contains("not kept any more"), "{}", shown(&scenario, 36));
    for id in 10_000..20_000 {
        scenario.answer(id, 4_200_000 + id);
    }
    assert!(shown(&scenario, 0).contains("#77 is not kept any more"), "{}", shown(&scenario, 0));
}

/// Sets a title, clears the screen, writes to the clipboard, and turns the text around.
const ACTS: &str = "a\x1b]0;taken\x07b\x1b[2Jc\x1b]52;c;eA==\x07d\u{9b}31m\u{202e}e\u{2066}\u{85}\u{200b}";

fn hostile() -> Scenario {
    let mut scenario = crawling_one_host();
    let long = ACTS.repeat(400);
    let source = Source { id: FetchId(8), url: words(ACTS) };
    scenario.begin(2_000_000, ACTS, Some(Place { role: Role::Page, depth: 1, source: Some(source.clone()) }));
    let edges = vec![Edge { to: ID, line: 1, column: 1, text_end: ACTS.len() as u32 }];
    let followed = Followed { new: 1, edges, texts: ACTS.into(), ..Followed::default() };
    scenario.tell(2_000_000, EventKind::Followed { id: source.id, followed: Arc::new(followed) });
    let facts = TlsFacts { subject: Some(words(ACTS)), issuer: Some(words(ACTS)), ..(*tls()).clone() };
    scenario.tell(2_000_000, EventKind::Secured { id: ID, tls: Arc::new(facts) });
    let proxy = Some(Box::new(words(ACTS)));
    scenario.tell(2_000_000, EventKind::RequestMade { id: ID, head: head(ACTS, &[("A", ACTS)]), proxy });
    scenario.phases(&[(Body, 2_000_000)]);
    scenario.tell(2_000_000, EventKind::HeadReceived { id: ID, status: 200, head: head(ACTS, &[("X-Long", &long)]) });
    let answer = failed(ACTS, 2_000_000, 2_100_000, (FailureKind::Protocol, Body, ACTS));
    let texts = || Some(words(ACTS));
    let (title, content_type, content_encoding, final_url) = (texts(), texts(), texts(), texts());
    scenario.told(2_100_000, Fetched { title, content_type, content_encoding, final_url, ..answer });
    scenario
}

#[test]
fn a_hostile_site_does_nothing_to_the_page_and_is_shown() {
    let scenario = hostile();
    let all = |charset: Charset, size| {
        (0..60).map(|page| text(&picture(&scenario, &opened(page * 18), size, charset))).collect::<String>()
    };
    for size in [(80, 24), (120, 34)] {
        let shown = all(Charset::Unicode, size);
        let acts = |c: char| {
            (c.is_control() && c != '\n') || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200b}')
        };
        assert_eq!(shown.chars().find(|&c| acts(c)), None);
        assert!(shown.contains("␛]0;taken␇") && shown.contains(r"\x9b31m"), "{shown}");
        assert!(all(Charset::Ascii, size).is_ascii());
    }
}

#[test]
fn what_was_copied_is_shown_without_a_frame_so_that_it_can_be_selected() {
    let scenario = ok();
    let detail = scenario.state.details.get(ID).unwrap();
    for (name, copied, sent) in [("url", Copied::Url, false), ("curl", Copied::Curl, true)] {
        let view = View { note: Some(Note::of(copied, detail, &Way::default(), sent)), ..opened(0) };
        insta::assert_snapshot!(
            format!("copied_{name}_80x24"),
            picture(&scenario, &view, (80, 24), Charset::Unicode).backend()
        );
    }
    let command = Note::of(Copied::Curl, detail, &Way::default(), true).text().unwrap();
    assert_eq!(command, "curl --http1.1 --compressed --user-agent 'crawltop/0.1.0' 'https://shop.example/goods/77/'");
    let note = Note::of(Copied::Curl, hostile().state.details.get(ID).unwrap(), &Way::default(), true);
    assert!(!note.text().unwrap().chars().any(char::is_control));
}

#[test]
fn a_url_too_long_for_a_clipboard_is_not_copied_and_says_so() {
    let mut scenario = running();
    scenario.begin(1, &format!("http://a/{}", "x".repeat(60_000)), None);
    let detail = scenario.state.details.get(ID).unwrap();
    let shown =
        |note| text(&picture(&scenario, &View { note: Some(note), ..View::default() }, (80, 24), Charset::Unicode));
    assert!(
        shown(Note::of(Copied::Url, detail, &Way::default(), true))
            .contains("copied the URL; if not, select it here; it is longer")
    );
    let title = "\u{9b}".repeat(30_000);
    scenario.begin(1, &title, None);
    let detail = scenario.state.details.get(ID).unwrap();
    let note = Note::of(Copied::Url, detail, &Way::default(), true);
    let shown = text(&picture(&scenario, &View { note: Some(note), ..View::default() }, (80, 24), Charset::Unicode));
    assert!(shown.contains("not copied: 120,000 bytes, and terminals take 74,994"), "{shown}");
}
