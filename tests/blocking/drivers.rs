//! Both drivers on the same target, and what each tells of it, in a form in which the two can be compared.

use crate::faults::NO_LIMITS;
use crate::loopback::Server;
use crawltop::clock::Clock;
use crawltop::emit::channel;
use crawltop::event::{Event, EventKind};
use crawltop::failure::FailureKind;
use crawltop::fetched::{Fetched, HttpVersion};
use crawltop::head::Headers;
use crawltop::id::FetchId;
use crawltop::net::{Fetcher, Lifeline, Options, Proxies, Resolver, Trust, Way};
use crawltop::phase::Phase;
use crawltop::target::Target;
use crawltop::text::Untrusted;
use std::net::IpAddr;
use std::sync::Arc;

pub const ID: FetchId = FetchId(7);

pub fn options() -> Options {
    Options {
        limits: NO_LIMITS,
        trust: Trust::Anyone,
        proxies: Proxies::default(),
        way: Way::default(),
        user_agent: "crawltop/test".to_owned(),
        asks: Default::default(),
        max_filesize: 32 << 20,
        hash: true,
        keep_content: true,
        keep: 64,
        panic: false,
    }
}

pub fn target(url: &str) -> (Target, Untrusted) {
    let target = Target::parse(url).unwrap();
    let url = Untrusted::new(target.url(), 64 << 10);
    (target, url)
}

/// Which of the two fetches.
#[derive(Clone, Copy, Debug)]
pub enum Driver {
    Loop,
    Blocking,
}

impl Driver {
    /// Fetches `url`, and gives the result and all events.
    pub fn fetch(self, options: Options, url: &str) -> (Fetched, Vec<Event>) {
        self.fetch_by(None, options, url)
    }

    /// The same, with the names looked up by `resolver`.
    pub fn fetch_by(self, resolver: Option<Resolver>, options: Options, url: &str) -> (Fetched, Vec<Event>) {
        let (emitter, mut events) = channel(Clock::start(), true);
        let fetcher = Fetcher::new(options, emitter.clone());
        let fetcher = Arc::new(match resolver {
            Some(resolver) => fetcher.resolving_by(resolver),
            None => fetcher,
        });
        let (target, url) = target(url);
        let lifeline = Arc::new(Lifeline::default());
        let fetched = match self {
            Driver::Loop => {
                let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
                runtime.block_on(fetcher.fetch(ID, target, url, lifeline.clone()))
            }
            Driver::Blocking => fetcher.fetch_blocking(ID, target, url, &lifeline),
        };
        if let Some(content) = lifeline.take_content(|| emitter.waiting()) {
            emitter.emit(EventKind::ContentKept { id: ID, content });
        }
        let mut told = Vec::new();
        events.take_now(&mut told);
        (fetched, told)
    }
}

/// Has both drivers fetch from a server of their own, and holds the one against the other. Gives what the blocking one
/// told.
pub fn assert_alike(options: &Options, start: impl Fn() -> Server, url: impl Fn(&Server) -> String) -> Story {
    let told = |driver: Driver| {
        let server = start();
        Story::of(driver.fetch(options.clone(), &url(&server)), server.address.port())
    };
    let (on_the_loop, blocking) = (told(Driver::Loop), told(Driver::Blocking));
    assert_eq!(blocking, on_the_loop);
    blocking
}

/// All that is told of a fetch but its times and the port.
#[derive(Debug, PartialEq)]
pub struct Story {
    pub urls: (String, Option<String>),
    pub failure: Option<(FailureKind, Option<Phase>, String)>,
    pub status: Option<u16>,
    pub http_version: Option<HttpVersion>,
    pub content_type: Option<String>,
    pub content_encoding: Option<String>,
    pub title: Option<String>,
    pub remote_ip: Option<IpAddr>,
    pub phases: Vec<Phase>,
    pub events: Vec<String>,
    pub sha256: Option<Box<str>>,
    /// Content, bytes of it, bytes of the whole answer. How much of what is too large comes in one piece is the
    /// machine's to say.
    pub bytes: Option<(Vec<u8>, u64, u64)>,
}

impl Story {
    pub fn of((fetched, events): (Fetched, Vec<Event>), port: u16) -> Story {
        let plain = |text: String| text.replace(&format!(":{port}"), ":PORT");
        let shown = |text: &Untrusted| plain(text.display_all());
        let kept = |event: &Event| match &event.kind {
            EventKind::ContentKept { content, .. } => Some(content.bytes().expect("it can be read").into_owned()),
            _ => None,
        };
        let content = || events.iter().find_map(kept).unwrap_or_default();
        let too_large = fetched.kind() == Some(FailureKind::TooLarge);
        let phases = |fetched: &Fetched| fetched.marks.spans(fetched.ended).map(|(phase, _, _)| phase).collect();
        Story {
            urls: (shown(&fetched.url), fetched.final_url.as_ref().map(shown)),
            failure: fetched.failure.as_ref().map(|it| (it.kind, it.phase, shown(&it.message))),
            status: fetched.status,
            http_version: fetched.http_version,
            content_type: fetched.content_type.as_ref().map(shown),
            content_encoding: fetched.content_encoding.as_ref().map(shown),
            title: fetched.title.as_ref().map(shown),
            remote_ip: fetched.remote_ip,
            phases: phases(&fetched),
            events: events.iter().filter_map(|event| told(&event.kind)).map(plain).collect(),
            sha256: fetched.sha256.clone(),
            bytes: (!too_large).then(|| (content(), fetched.body_bytes, fetched.wire_bytes)),
        }
    }

    pub fn kind(&self) -> Option<FailureKind> {
        self.failure.as_ref().map(|(kind, _, _)| *kind)
    }

    pub fn assert_failed(&self, kind: FailureKind, phase: Phase, words: &str) {
        let failure = self.failure.as_ref().unwrap_or_else(|| panic!("no failure, but {words}: {self:?}"));
        assert_eq!((failure.0, failure.1), (kind, Some(phase)), "{failure:?}");
        let words = words.replace("127.0.0.1:", "127.0.0.1:PORT");
        assert!(failure.2.contains(&words), "{failure:?} does not say: {words}");
    }
}

/// A head by its start line and the names of its fields.
fn gist(head: &Headers) -> String {
    let names = head.fields().map(|field| field.name);
    [head.start_line()].into_iter().chain(names).map(|text| text.display_all()).collect::<Vec<_>>().join("; ")
}

/// Progress is told by the clock, so it is left out.
fn told(kind: &EventKind) -> Option<String> {
    assert_eq!(kind.fetch(), Some(ID));
    match kind {
        EventKind::PhaseEntered { phase, .. } => Some(phase.name().to_owned()),
        EventKind::Dialled { address, .. } => Some(format!("dialled {address}")),
        EventKind::Connected { address, .. } => Some(format!("connected to {address}")),
        EventKind::FellBack { url, reason, .. } => {
            Some(format!("fell back to {}: {}", url.display_all(), reason.message.display_all()))
        }
        EventKind::Tunnelled { proxy, .. } => Some(format!("tunnelled by {}", proxy.display_all())),
        EventKind::Secured { tls, .. } => Some(tls.words()),
        EventKind::Redirected { status, url, .. } => Some(format!("{status} to {}", url.display_all())),
        EventKind::AddressGiven { .. } => Some("given".to_owned()),
        EventKind::RateAwaited { .. } => Some("waits for its turn".to_owned()),
        EventKind::RequestMade { head, .. } => Some(gist(head)),
        EventKind::HeadReceived { head, .. } => Some(gist(head)),
        EventKind::BodyProgressed { .. } | EventKind::ContentKept { .. } => None,
        other => panic!("a fetch does not tell {other:?}"),
    }
}
