//! Servers that answer by path, keep their connections, and note each request and when it came. Knows nothing of
//! crawls.

use crate::loopback::{Gate, Gauge, Peer, Server};
use std::mem::ManuallyDrop;
use std::net::TcpListener;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

/// A request whose head was read.
#[derive(Clone, Debug)]
pub struct Asked {
    pub at: Instant,
    pub method: String,
    pub path: String,
    pub head: String,
    /// Requests that came over the same connection before.
    pub before: usize,
}

impl Asked {
    /// The value of a field of the request.
    pub fn field(&self, name: &str) -> Option<&str> {
        let lines = self.head.split("\r\n").skip(1);
        lines.filter_map(|line| line.split_once(": ")).find(|(it, _)| it.eq_ignore_ascii_case(name)).map(|it| it.1)
    }
}

/// What is said to a request.
#[derive(Clone)]
pub struct Answer {
    status: String,
    fields: Vec<String>,
    body: Vec<u8>,
    /// How often the body is sent, as one.
    times: usize,
    gate: Option<Gate>,
    takes: Duration,
    then: Then,
}

/// What becomes of the connection.
#[derive(Clone, Copy, PartialEq)]
enum Then {
    Keep,
    /// Nothing is said, and the connection cut off.
    Reset,
    /// Nothing is said until the client goes away.
    Hold,
    /// Less comes than was told, and the connection is closed.
    Cut,
    /// A byte now and then until the client goes away.
    Drip,
}

pub fn status(status: &str) -> Answer {
    let (fields, gate) = (Vec::new(), None);
    let status = status.to_owned();
    Answer { status, fields, body: Vec::new(), times: 1, gate, takes: Duration::ZERO, then: Then::Keep }
}

pub fn html(body: &str) -> Answer {
    typed("text/html; charset=utf-8", body)
}

pub fn typed(content_type: &str, body: impl Into<Vec<u8>>) -> Answer {
    Answer { body: body.into(), ..status("200 OK").with(&format!("Content-Type: {content_type}")) }
}

pub fn robots(rules: &str) -> Answer {
    typed("text/plain", rules)
}

/// A page with a link to each.
pub fn links<H: AsRef<str>>(hrefs: impl IntoIterator<Item = H>) -> Answer {
    let anchors = hrefs.into_iter().map(|href| format!("<a href=\"{}\">to</a>\n", href.as_ref()));
    html(&anchors.collect::<String>())
}

pub fn moved(code: u16, to: &str) -> Answer {
    status(&format!("{code} Moved")).with(&format!("Location: {to}"))
}

pub fn missing() -> Answer {
    status("404 Not Found")
}

pub fn reset() -> Answer {
    Answer { then: Then::Reset, ..status("") }
}

pub fn held() -> Answer {
    Answer { then: Then::Hold, ..status("") }
}

/// `body`, and then bytes without end.
pub fn dripping(content_type: &str, body: &str) -> Answer {
    Answer { then: Then::Drip, ..typed(content_type, body) }
}

impl Answer {
    pub fn with(mut self, field: &str) -> Answer {
        self.fields.push(field.to_owned());
        self
    }

    /// The body so many times.
    pub fn times(self, times: usize) -> Answer {
        Answer { times, ..self }
    }

    /// Not all of it comes.
    pub fn cut(self) -> Answer {
        Answer { then: Then::Cut, ..self }
    }

    /// Said when the gate is open.
    pub fn behind(self, gate: &Gate) -> Answer {
        Answer { gate: Some(gate.clone()), ..self }
    }

    /// The server takes so long to say it.
    pub fn after(self, takes: Duration) -> Answer {
        Answer { takes, ..self }
    }

    fn head(&self) -> String {
        let fields: String = self.fields.iter().map(|field| format!("{field}\r\n")).collect();
        let length = self.body.len() * self.times + if self.then == Then::Cut { 9 } else { 0 };
        let length = if self.then == Then::Drip { String::new() } else { format!("Content-Length: {length}\r\n") };
        format!("HTTP/1.1 {}\r\n{fields}{length}\r\n", self.status)
    }

    /// Whether there may be another request.
    fn give(&self, peer: &mut Peer, with_body: bool) -> bool {
        match self.then {
            Then::Reset => {
                peer.reset();
                return false;
            }
            Then::Hold => {
                peer.hold();
                return false;
            }
            Then::Drip => {
                peer.drip([self.head().as_bytes(), &self.body].concat());
                return false;
            }
            Then::Cut => {
                peer.send([self.head().as_bytes(), &self.body].concat());
                return false;
            }
            Then::Keep => {}
        }
        if !with_body {
            return peer.send(self.head());
        }
        if self.times == 1 {
            return peer.send([self.head().as_bytes(), &self.body].concat());
        }
        peer.send(self.head()) && (0..self.times).all(|_| peer.send(&self.body))
    }
}

/// A server with its notes.
pub struct Site {
    /// Its scripts are not waited for: the workers of an engine are not, either, and keep their connections.
    server: ManuallyDrop<Server>,
    panicked: Arc<AtomicBool>,
    asked: Arc<Mutex<Vec<Asked>>>,
    at_once: Gauge,
}

impl Site {
    pub fn start(script: impl Fn(&Asked) -> Answer + Send + Sync + 'static) -> Site {
        Site::at(TcpListener::bind("127.0.0.1:0").unwrap(), script)
    }

    /// So many pages beside `/`, which links to them; they are answered when the gate is open.
    pub fn gated(count: usize, gate: &Gate) -> Site {
        let opens = gate.clone();
        Site::start(move |asked| match asked.path.as_str() {
            "/robots.txt" => missing(),
            "/" => links((0..count).map(|number| format!("/{number}"))),
            _ => links([] as [&str; 0]).behind(&opens),
        })
    }

    /// These pages; all else is missing.
    pub fn of<P: Into<String>>(pages: impl IntoIterator<Item = (P, Answer)>) -> Site {
        let pages: Vec<(String, Answer)> = pages.into_iter().map(|(path, answer)| (path.into(), answer)).collect();
        Site::start(move |asked| {
            let page = pages.iter().find(|(path, _)| *path == asked.path);
            page.map_or_else(missing, |(_, answer)| answer.clone())
        })
    }

    pub fn at(listener: TcpListener, script: impl Fn(&Asked) -> Answer + Send + Sync + 'static) -> Site {
        let (asked, at_once) = (Arc::<Mutex<Vec<Asked>>>::default(), Gauge::default());
        let (notes, gauge, panicked) = (asked.clone(), at_once.clone(), Arc::<AtomicBool>::default());
        let fault = panicked.clone();
        let serve = move |peer: &mut Peer| {
            let _noted = Noted(&fault);
            serve(peer, &script, &notes, &gauge);
        };
        let server = ManuallyDrop::new(Server::listen(listener, None, Arc::new(serve)));
        Site { server, panicked, asked, at_once }
    }

    pub fn url(&self, path: &str) -> String {
        self.server.url(path)
    }

    pub fn port(&self) -> u16 {
        self.server.address.port()
    }

    /// The same server by its other name.
    pub fn local(&self, path: &str) -> String {
        format!("http://localhost:{}{path}", self.port())
    }

    pub fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }

    /// What was asked, robots.txt aside, in the order it came; `HEAD` and what is no GET with its method.
    pub fn paths(&self) -> Vec<String> {
        let asked = self.asked();
        let pages = asked.iter().filter(|asked| asked.path != "/robots.txt");
        pages
            .map(
                |asked| {
                    if asked.method == "GET" { asked.path.clone() } else { format!("{} {}", asked.method, asked.path) }
                },
            )
            .collect()
    }

    /// As [`Site::paths`], in the order of the alphabet.
    pub fn sorted(&self) -> Vec<String> {
        let mut paths = self.paths();
        paths.sort();
        paths
    }

    /// Requests for robots.txt.
    pub fn robots(&self) -> usize {
        self.asked().iter().filter(|asked| asked.path == "/robots.txt").count()
    }

    /// The times between a request and the next one, as they came.
    pub fn gaps(&self) -> Vec<Duration> {
        self.asked().windows(2).map(|pair| pair[1].at - pair[0].at).collect()
    }

    /// The most requests that were read and not answered.
    pub fn most_at_once(&self) -> usize {
        self.at_once.most()
    }
}

/// Notes that its thread panics.
struct Noted<'a>(&'a AtomicBool);

impl Drop for Noted<'_> {
    fn drop(&mut self) {
        self.0.fetch_or(thread::panicking(), SeqCst);
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        assert!(thread::panicking() || !self.panicked.load(SeqCst), "a script panicked");
    }
}

fn serve(peer: &mut Peer, script: &dyn Fn(&Asked) -> Answer, notes: &Mutex<Vec<Asked>>, at_once: &Gauge) {
    for before in 0.. {
        let head = peer.request();
        if !head.ends_with("\r\n\r\n") {
            return;
        }
        at_once.enter();
        let asked = asked(head, before);
        notes.lock().unwrap().push(asked.clone());
        let answer = script(&asked);
        if let Some(gate) = &answer.gate {
            gate.wait();
        }
        if !answer.takes.is_zero() {
            // Nobody opens it: it is a server that takes its time.
            Gate::default().opens_within(answer.takes);
        }
        // Before the answer: whoever has it may ask again at once.
        at_once.leave();
        if !answer.give(peer, asked.method != "HEAD") {
            return;
        }
    }
}

fn asked(head: String, before: usize) -> Asked {
    let mut words = head.split(' ');
    let [method, path] = [words.next().unwrap().to_owned(), words.next().unwrap().to_owned()];
    Asked { at: Instant::now(), method, path, head, before }
}
