//! Both drivers, each over a fetcher of its own, and servers that answer by path and note each request, whose form they
//! check.

use crate::loopback::{Peer, Server};
use crawltop::clock::Clock;
use crawltop::emit::{Events, channel};
use crawltop::event::{Event, EventKind};
use crawltop::fetched::Fetched;
use crawltop::id::FetchId;
use crawltop::net::{Asks, Fetcher, Lifeline, Limits, Options, Resolver, Trust, Way};
use crawltop::target::Target;
use crawltop::text::Untrusted;
use std::net::TcpListener;
use std::sync::{Arc, Mutex};
use tokio::runtime::{Builder, Runtime};

pub fn options(asks: Asks) -> Options {
    Options {
        limits: Limits { connect: None, idle: None, max: None },
        trust: Trust::Anyone,
        proxies: Default::default(),
        way: Way::default(),
        user_agent: "crawltop/test".to_owned(),
        asks,
        max_filesize: 32 << 20,
        hash: true,
        keep_content: true,
        keep: 64,
        panic: false,
    }
}

/// One of the two drivers, with the connections it keeps.
pub struct Client {
    fetcher: Arc<Fetcher>,
    events: Events,
    /// Where the fetches are tasks.
    runtime: Option<Runtime>,
}

impl Client {
    pub fn new(is_blocking: bool, options: Options, resolver: Resolver) -> Client {
        let (emitter, events) = channel(Clock::start(), true);
        let fetcher = Arc::new(Fetcher::new(options, emitter).resolving_by(resolver));
        let runtime = (!is_blocking).then(|| Builder::new_current_thread().enable_all().build().unwrap());
        Client { fetcher, events, runtime }
    }

    pub fn fetch(&self, url: &str) -> Fetched {
        let target = Target::parse(url).unwrap();
        let (url, lifeline) = (Untrusted::new(target.url(), 64 << 10), Arc::new(Lifeline::default()));
        match &self.runtime {
            Some(runtime) => runtime.block_on(Arc::clone(&self.fetcher).fetch(FetchId(1), target, url, lifeline)),
            None => self.fetcher.fetch_blocking(FetchId(1), target, url, &lifeline),
        }
    }

    /// All that was told so far, as one text.
    pub fn told(&mut self) -> String {
        let mut events = Vec::new();
        self.events.take_now(&mut events);
        events.iter().map(|event| format!("{event:?} {}\n", serde_json::to_string(event).unwrap())).collect()
    }

    /// Where redirects were seen to lead.
    pub fn redirected(&mut self) -> Vec<(u16, String)> {
        let mut events = Vec::new();
        self.events.take_now(&mut events);
        let led = |event: &Event| match &event.kind {
            EventKind::Redirected { status, url, .. } => Some((*status, url.display_all())),
            _ => None,
        };
        events.iter().filter_map(led).collect()
    }
}

/// Has each driver do the same.
pub fn both(options: &Options, test: impl Fn(&mut Client)) {
    for is_blocking in [false, true] {
        test(&mut Client::new(is_blocking, options.clone(), Resolver::default()));
    }
}

/// What a server was asked, head by head.
#[derive(Clone, Default)]
pub struct Noted(Arc<Mutex<Vec<String>>>);

impl Noted {
    pub fn heads(&self) -> Vec<String> {
        self.0.lock().unwrap().clone()
    }

    /// The request lines without their version.
    pub fn asked(&self) -> Vec<String> {
        self.heads().iter().map(|head| head.split(" HTTP/1.1\r\n").next().unwrap().to_owned()).collect()
    }

    pub fn clear(&self) {
        self.0.lock().unwrap().clear();
    }
}

/// A server that answers each request for a path by what `script` says to it, and keeps its connections.
pub fn server(script: impl Fn(&mut Peer, &str) + Send + Sync + 'static) -> (Server, Noted) {
    server_at("127.0.0.1", script)
}

pub fn server_at(host: &str, script: impl Fn(&mut Peer, &str) + Send + Sync + 'static) -> (Server, Noted) {
    server_on(bind(host).0, script)
}

/// A listener and its port.
pub fn bind(host: &str) -> (TcpListener, u16) {
    let listener = TcpListener::bind((host, 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    (listener, port)
}

pub fn server_on(listener: TcpListener, script: impl Fn(&mut Peer, &str) + Send + Sync + 'static) -> (Server, Noted) {
    let noted = Noted::default();
    let notes = noted.clone();
    let serve = move |peer: &mut Peer| {
        loop {
            let head = peer.request();
            if head.is_empty() {
                return;
            }
            let path = assert_well_formed(&head).to_owned();
            notes.0.lock().unwrap().push(head);
            script(peer, &path);
        }
    };
    (Server::listen(listener, None, Arc::new(serve)), noted)
}

/// What holds for each request, whatever led to it; gives its path.
fn assert_well_formed(head: &str) -> &str {
    let lines: Vec<&str> = head.strip_suffix("\r\n\r\n").expect("an empty line ends it").split("\r\n").collect();
    let [method, path, "HTTP/1.1"] = lines[0].split(' ').collect::<Vec<_>>()[..] else { panic!("{head:?}") };
    assert!(["GET", "HEAD"].contains(&method), "{head:?}");
    assert!(path.starts_with('/') && path.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'#'), "{head:?}");
    let fields: Vec<(&str, &str)> = lines[1..].iter().map(|line| line.split_once(": ").expect("a field")).collect();
    assert!(lines.iter().all(|line| line.bytes().all(|byte| (b' '..=b'~').contains(&byte))), "{head:?}");
    let named = |name: &str| fields.iter().filter(|(it, _)| it.eq_ignore_ascii_case(name)).count();
    assert_eq!((named("host"), named("referer")), (1, 0), "{head:?}");
    assert!(fields.iter().all(|(name, value)| !name.eq_ignore_ascii_case("host") || !value.contains('@')));
    path
}

pub fn moved(status: u16, location: &str) -> String {
    format!("HTTP/1.1 {status} Moved\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n")
}

/// The chain of a result as `status url`.
pub fn chain(fetched: &Fetched) -> Vec<String> {
    fetched.redirects.iter().map(|hop| format!("{} {}", hop.status, hop.url.display_all())).collect()
}

pub fn message(fetched: &Fetched) -> String {
    fetched.failure.as_ref().map_or(String::new(), |failure| failure.message.display_all())
}

/// Whether the client takes what is said does not matter here.
pub fn say(_taken: bool) {}
