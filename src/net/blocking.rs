//! One fetch over blocking std sockets and blocking rustls, on the thread that asks for it. The same phases, events,
//! limits and failures as fetch.rs. Knows nothing of workers.

mod connect;
mod handshake;
mod resolve;
mod stream;
mod timed;

use super::answer::Answer;
use super::fetcher::{Fetcher, READ_BYTES};
use super::known::Known;
use super::lifeline::Lifeline;
use super::tls::config;
use super::track::Track;
use crate::failure::{Failure, FailureKind};
use crate::fetched::Fetched;
use crate::http::Method;
use crate::id::FetchId;
use crate::phase::Phase;
use crate::target::{Scheme, Target};
use crate::text::Untrusted;
use connect::connect;
use handshake::handshake;
use resolve::resolve;
use std::sync::{Arc, OnceLock};
use stream::Stream;
use tokio_rustls::rustls::ClientConfig;

/// Bytes read first. Where a thousand threads wait, a thousand buffers do; what comes after is read in larger pieces.
const FIRST_BYTES: usize = 1 << 10;

/// What blocking fetches need beside what all fetches do.
#[derive(Default)]
pub struct Means {
    /// Made when the first https target comes: reading the system's roots takes milliseconds.
    config: OnceLock<Result<Arc<ClientConfig>, String>>,
}

impl Fetcher {
    /// Fetches `target`, and keeps the calling thread until that is done. Whatever happens is in the result. The whole
    /// fetch is one step; the time it took is the caller's to measure.
    ///
    /// A cancel ends it at once while it sends, waits or reads, and within a tenth of a second while it looks a name up
    /// or connects.
    ///
    /// # Panics
    /// Where [`super::Options::panic`] asks for it.
    pub fn fetch_blocking(&self, id: FetchId, target: Target, url: Untrusted, lifeline: &Arc<Lifeline>) -> Fetched {
        lifeline.count_step();
        let (mut known, mut track) = self.begin(id, target, Arc::clone(lifeline));
        let outcome = self.attempt_blocking(&mut known, &mut track, lifeline);
        lifeline.let_go();
        Fetched { steps: lifeline.steps(), ..known.result(url, outcome, track) }
    }

    fn attempt_blocking(&self, known: &mut Known, track: &mut Track, lifeline: &Lifeline) -> Result<(), Failure> {
        let stream = match self.open_blocking(known, track, lifeline) {
            Ok(stream) => stream,
            Err(failure) => {
                known.fall_back(failure, track)?;
                self.open_blocking(known, track, lifeline)?
            }
        };
        self.exchange_blocking(stream, known, track)
    }

    fn open_blocking(&self, known: &mut Known, track: &mut Track, lifeline: &Lifeline) -> Result<Stream, Failure> {
        let config = match known.target.scheme() {
            Scheme::Http => None,
            Scheme::Https => Some(self.config(track)?),
        };
        let addresses = resolve(self.source(), (known.target.host(), known.target.port()), track)?;
        let (tcp, address) = connect(&addresses, &self.shortage, track)?;
        let tcp = Arc::new(tcp);
        lifeline.hold(&tcp);
        known.remote = Some(address.ip());
        match config {
            None => Ok(Stream::Plain(tcp)),
            Some(config) => {
                let session = handshake(config, &known.target, &tcp, track)?;
                Ok(Stream::Tls(Box::new(session), tcp))
            }
        }
    }

    fn config(&self, track: &mut Track) -> Result<Arc<ClientConfig>, Failure> {
        let made = self.blocking.config.get_or_init(|| config(&self.options.trust));
        track.turn_to(track.peer.clone());
        made.clone().map_err(|words| track.failure(FailureKind::Tls, &words))
    }

    fn exchange_blocking(&self, mut stream: Stream, known: &mut Known, track: &mut Track) -> Result<(), Failure> {
        let mut buffer = self.request(&known.target, track)?;
        track.enter(Phase::Send);
        stream.write_all(&buffer, track)?;
        track.enter(Phase::Wait);
        buffer.clear();
        let answer = known.answer.insert(Answer::new(Method::Get, self.wanted()));
        receive(&mut stream, answer, &mut buffer, track)
    }
}

fn receive(stream: &mut Stream, answer: &mut Answer, buffer: &mut Vec<u8>, track: &mut Track) -> Result<(), Failure> {
    let mut room = FIRST_BYTES;
    loop {
        let (read, clean) = stream.read(buffer, room, track)?;
        if read == 0 {
            return answer.end(buffer.len(), clean, track);
        }
        if answer.receive(buffer, track)? {
            return Ok(());
        }
        room = READ_BYTES;
    }
}
