//! Where a target lies: a scripted server, a port that refuses, one that never answers. Knows nothing of cases.

use crate::certificates::{Shown, shown};
use crate::crowded::Crowded;
use crate::loopback::{Gate, Peer, Server};
use crate::middle::{Manner, Middle};
use crate::program::Refusing;
use crate::script::{Act, Gates, Request, play, requested};
use std::net::{SocketAddr, TcpListener};
use std::sync::{Arc, Mutex};
use std::time::Instant;

#[derive(Clone)]
pub enum Place {
    /// A script a connection; the last serves all that come after it.
    Scripts(Vec<Vec<Act>>),
    Tls(Shown, Vec<Vec<Act>>),
    /// An answer a path, over any number of connections and requests; others are not found.
    Site(Vec<(&'static str, Vec<u8>)>),
    /// Answers each request with its path, in one framing after another; now and then the connection ends with it, said
    /// or unsaid.
    Echo(Option<Shown>),
    /// Listens on ::1 instead.
    Six(Vec<Vec<Act>>),
    Refuses,
    /// A proxy that leads to the port it is asked for.
    Middle(Manner),
    /// Its queue is full: no handshake is ever answered.
    Crowded,
}

impl Place {
    pub fn scripts(&mut self) -> &mut [Vec<Act>] {
        match self {
            Place::Scripts(scripts) | Place::Tls(_, scripts) | Place::Six(scripts) => scripts,
            Place::Site(_) | Place::Echo(_) | Place::Middle(_) | Place::Refuses | Place::Crowded => &mut [],
        }
    }
}

impl From<Vec<Act>> for Place {
    /// Each connection is served alike.
    fn from(script: Vec<Act>) -> Place {
        Place::Scripts(vec![script])
    }
}

impl From<&str> for Place {
    /// Each request is answered so, and then the connection is closed.
    fn from(answer: &str) -> Place {
        Place::from(crate::script::answer(answer))
    }
}

/// A place while it is there.
pub struct Open {
    pub address: SocketAddr,
    requests: Arc<Mutex<Vec<Request>>>,
    connections: Arc<Mutex<usize>>,
    kept: Kept,
}

enum Kept {
    Bound { listener: TcpListener, place: Place },
    ToTheEnd { _guest: Box<dyn Send> },
}

/// What a place has seen.
#[derive(Debug)]
pub struct Log {
    pub connections: usize,
    pub requests: Vec<Request>,
}

impl Open {
    /// Takes an address; nobody is served before [`Open::serve`], for scripts name the addresses of all places.
    pub fn bind(place: &Place) -> Open {
        let (address, kept) = match place {
            Place::Refuses => {
                let refusing = Refusing::port();
                let address = refusing.url().trim_start_matches("http://").trim_end_matches('/').parse().unwrap();
                (address, Kept::ToTheEnd { _guest: Box::new(refusing) })
            }
            Place::Crowded => {
                let crowded = Crowded::new();
                (crowded.address, Kept::ToTheEnd { _guest: Box::new(crowded) })
            }
            _ => {
                let host = if matches!(place, Place::Six(_)) { "[::1]:0" } else { "127.0.0.1:0" };
                let listener = TcpListener::bind(host).unwrap();
                (listener.local_addr().unwrap(), Kept::Bound { listener, place: place.clone() })
            }
        };
        Open { address, requests: Arc::default(), connections: Arc::default(), kept }
    }

    pub fn serve(self, gates: &Gates, fill: impl Fn(&[u8]) -> Vec<u8> + Send + Sync + 'static) -> Open {
        let Kept::Bound { listener, place } = self.kept else { return self };
        if let Place::Middle(manner) = place {
            let (requests, connections) = (self.requests.clone(), self.connections.clone());
            let note = move |head| {
                *connections.lock().unwrap() += 1;
                requests.lock().unwrap().push(Request { head, at: Instant::now() });
            };
            return Open { kept: Kept::ToTheEnd { _guest: Box::new(Middle::listen(listener, manner, note)) }, ..self };
        }
        let tls = match &place {
            Place::Tls(certificate, _) | Place::Echo(Some(certificate)) => Some(shown(*certificate)),
            _ => None,
        };
        let (requests, connections, gates) = (self.requests.clone(), self.connections.clone(), gates.clone());
        let serve = move |peer: &mut Peer| {
            *connections.lock().unwrap() += 1;
            let note = |request| requests.lock().unwrap().push(request);
            match &place {
                Place::Scripts(scripts) | Place::Tls(_, scripts) | Place::Six(scripts) => {
                    let script = &scripts[peer.number.min(scripts.len() - 1)];
                    play(peer, script, &gates, &fill, &note);
                }
                Place::Site(pages) => visit(peer, pages, &fill, &note),
                Place::Echo(_) => echo(peer, &note),
                Place::Middle(_) | Place::Refuses | Place::Crowded => unreachable!("nobody is served there"),
            }
        };
        Open { kept: Kept::ToTheEnd { _guest: Box::new(Server::listen(listener, tls, Arc::new(serve))) }, ..self }
    }

    /// Waits until every script has ended.
    pub fn close(self) -> Log {
        drop(self.kept);
        Log {
            connections: *self.connections.lock().unwrap(),
            requests: std::mem::take(&mut self.requests.lock().unwrap()),
        }
    }
}

const NOT_FOUND: &[u8] = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n";

fn visit(peer: &mut Peer, pages: &[(&'static str, Vec<u8>)], fill: &dyn Fn(&[u8]) -> Vec<u8>, note: &dyn Fn(Request)) {
    while let Some(head) = requested(peer, note) {
        let path = head.split(' ').nth(1).unwrap_or_default();
        let page = pages.iter().find(|(at, _)| *at == path).map_or(NOT_FOUND, |(_, page)| page);
        if !peer.send(fill(page)) || closes(page) {
            return;
        }
    }
}

fn echo(peer: &mut Peer, note: &dyn Fn(Request)) {
    while let Some(head) = requested(peer, note) {
        let path = head.split(' ').nth(1).unwrap_or_default();
        let number: u64 = path.trim_start_matches('/').parse().unwrap_or_default();
        let (length, is_last) = (path.len(), number.is_multiple_of(7));
        let (head, body) = match number % 4 {
            0 => ("Transfer-Encoding: chunked", format!("{length:x}\r\n{path}\r\n0\r\n\r\n")),
            1 if is_last => ("Connection: close", path.to_owned()),
            _ => (&*format!("Content-Length: {length}"), path.to_owned()),
        };
        if !peer.send(format!("HTTP/1.1 200 OK\r\n{head}\r\n\r\n{body}")) || is_last {
            return peer.close();
        }
    }
}

/// Whether an answer says that its connection ends with it.
fn closes(answer: &[u8]) -> bool {
    String::from_utf8_lossy(answer).to_ascii_lowercase().contains("connection: close")
}

pub fn gates() -> Gates {
    std::array::from_fn(|_| Gate::default())
}
