//! What a server does with one connection, step by step. Knows nothing of whom it serves.

use crate::loopback::{Gate, Peer};
use std::thread::sleep;
use std::time::{Duration, Instant};

#[derive(Clone, Debug)]
pub enum Act {
    /// Waits for a request's head; where the client goes away instead, the script is over.
    Request,
    /// Waits for any bytes.
    Receive,
    Send(Vec<u8>),
    /// So many bytes at a time.
    Pieces(usize, Vec<u8>),
    /// A byte at a time, each after so many milliseconds.
    Drip(u64, Vec<u8>),
    /// Over and over, until the client goes away.
    Flood(Vec<u8>),
    /// Past TLS.
    Raw(Vec<u8>),
    /// Milliseconds; a server's slowness, not a wait for something.
    Pause(u64),
    /// No more comes from this side; within TLS nothing says so.
    HalfClose,
    /// As a half-close, but within TLS it is said that this is the end.
    Finish,
    Reset,
    /// Says nothing more until the client goes away.
    Hold,
    Open(usize),
    Await(usize),
}

/// A request as it came, and when.
#[derive(Clone, Debug)]
pub struct Request {
    pub head: String,
    pub at: Instant,
}

/// Of one case.
pub type Gates = [Gate; 3];

/// Plays it to its end, or until the client has gone; the connection is closed after it. `fill` puts the addresses of
/// places into what is sent.
pub fn play(peer: &mut Peer, acts: &[Act], gates: &Gates, fill: &dyn Fn(&[u8]) -> Vec<u8>, note: &dyn Fn(Request)) {
    let mut goes_on = true;
    let mut acts = acts.iter();
    while let (true, Some(act)) = (goes_on, acts.next()) {
        match act {
            Act::Request => goes_on = requested(peer, note).is_some(),
            Act::Receive => goes_on = !peer.receive().is_empty(),
            Act::Send(bytes) => goes_on = peer.send(fill(bytes)),
            Act::Pieces(size, bytes) => goes_on = fill(bytes).chunks(*size).all(|piece| peer.send(piece)),
            Act::Drip(ms, bytes) => goes_on = drip(peer, *ms, bytes),
            Act::Flood(bytes) => while peer.send(bytes) {},
            Act::Raw(bytes) => peer.send_raw(bytes),
            Act::Pause(ms) => sleep(Duration::from_millis(*ms)),
            Act::HalfClose => peer.half_close(),
            Act::Finish => peer.close(),
            Act::Reset => return peer.reset(),
            Act::Hold => return peer.hold(),
            Act::Open(gate) => gates[*gate].open(),
            Act::Await(gate) => gates[*gate].wait(),
        }
    }
}

/// The head of the next request.
pub fn requested(peer: &mut Peer, note: &dyn Fn(Request)) -> Option<String> {
    let head = peer.request();
    if !head.ends_with("\r\n\r\n") {
        return None;
    }
    note(Request { head: head.clone(), at: Instant::now() });
    Some(head)
}

fn drip(peer: &mut Peer, ms: u64, bytes: &[u8]) -> bool {
    bytes.chunks(1).all(|byte| {
        sleep(Duration::from_millis(ms));
        peer.send(byte)
    })
}

/// A request is answered so, and nothing more is said.
pub fn answer(bytes: impl AsRef<[u8]>) -> Vec<Act> {
    vec![Act::Request, Act::Send(bytes.as_ref().to_vec())]
}

/// As [`answer`], and the connection stays open until the client goes.
pub fn held(bytes: impl AsRef<[u8]>) -> Vec<Act> {
    and(answer(bytes), Act::Hold)
}

/// As [`answer`], cut off in the middle.
pub fn reset(bytes: impl AsRef<[u8]>) -> Vec<Act> {
    and(answer(bytes), Act::Reset)
}

/// As [`answer`], and this side is closed in the proper way.
pub fn finished(bytes: impl AsRef<[u8]>) -> Vec<Act> {
    vec![Act::Request, Act::Send(bytes.as_ref().to_vec()), Act::Finish, Act::Hold]
}

fn and(mut acts: Vec<Act>, last: Act) -> Vec<Act> {
    acts.push(last);
    acts
}
