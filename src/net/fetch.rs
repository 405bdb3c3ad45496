//! One fetch, from a target to a result: resolve, connect, handshake, send, receive. The only place of the exchange
//! with an `.await`. Knows nothing of tasks, callbacks or the screen.

use super::answer::Answer;
use super::connect::connect;
use super::fetcher::{Fetcher, READ_BYTES};
use super::known::Known;
use super::lifeline::Lifeline;
use super::resolve::resolve;
use super::stream::Stream;
use super::tls::{Trust, config, handshake};
use super::track::Track;
use crate::failure::{Failure, FailureKind};
use crate::fetched::Fetched;
use crate::http::Method;
use crate::id::FetchId;
use crate::phase::Phase;
use crate::target::{Scheme, Target};
use crate::text::Untrusted;
use std::io::ErrorKind;
use std::sync::Arc;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::sync::oneshot;
use tokio_rustls::TlsConnector;

impl Fetcher {
    /// Fetches `target`. Whatever happens is in the result.
    pub async fn fetch(
        self: Arc<Fetcher>,
        id: FetchId,
        target: Target,
        url: Untrusted,
        lifeline: Arc<Lifeline>,
    ) -> Fetched {
        let (mut known, mut track) = self.begin(id, target, lifeline);
        let outcome = self.attempt(&mut known, &mut track).await;
        known.result(url, outcome, track)
    }

    async fn attempt(&self, known: &mut Known, track: &mut Track) -> Result<(), Failure> {
        let stream = match self.open(known, track).await {
            Ok(stream) => stream,
            Err(failure) => {
                known.fall_back(failure, track)?;
                self.open(known, track).await?
            }
        };
        self.exchange(stream, known, track).await
    }

    async fn open(&self, known: &mut Known, track: &mut Track) -> Result<Stream, Failure> {
        let connector = match known.target.scheme() {
            Scheme::Http => None,
            Scheme::Https => Some(self.connector(track).await?),
        };
        let addresses = resolve(self.source(), (known.target.host(), known.target.port()), track).await?;
        let (tcp, address) = connect(&addresses, &self.shortage, track).await?;
        known.remote = Some(address.ip());
        match connector {
            None => Ok(Stream::Plain(tcp)),
            Some(connector) => Ok(Stream::Tls(Box::new(handshake(connector, &known.target, tcp, track).await?))),
        }
    }

    /// Made when the first https target comes: reading the system's roots and seeding the random numbers takes up to a
    /// tenth of a second. Before any phase, so that it is in the time of none.
    async fn connector(&self, track: &mut Track) -> Result<&TlsConnector, Failure> {
        let made = self.connector.get_or_try_init(|| make_connector(self.options.trust.clone()));
        let made = track.within(made).await?;
        track.turn_to(track.peer.clone());
        made.map_err(|(kind, words)| track.failure(kind, &words))
    }

    async fn exchange(&self, mut stream: Stream, known: &mut Known, track: &mut Track) -> Result<(), Failure> {
        let mut buffer = self.request(&known.target, track)?;
        track.enter(Phase::Send);
        track.within(stream.write_all(&buffer)).await?.map_err(|error| track.io_failure(&error))?;
        track.within(stream.flush()).await?.map_err(|error| track.io_failure(&error))?;
        track.enter(Phase::Wait);
        buffer.clear();
        buffer.shrink_to(0);
        let answer = known.answer.insert(Answer::new(Method::Get, self.wanted()));
        receive(&mut stream, answer, &mut buffer, track).await
    }
}

/// On a thread of its own: one that can't be had is an error, where a runtime's pool would panic.
async fn make_connector(trust: Trust) -> Result<TlsConnector, (FailureKind, String)> {
    let (give, made) = oneshot::channel();
    let make = move || drop(give.send(config(&trust)));
    let thread = std::thread::Builder::new().name("trust".to_owned()).spawn(make);
    thread.map_err(|error| (FailureKind::Local, format!("no thread to prepare TLS: {error}").to_lowercase()))?;
    let made = made.await.map_err(|_| (FailureKind::Internal, "the preparation of TLS panicked".to_owned()))?;
    made.map(TlsConnector::from).map_err(|words| (FailureKind::Tls, words))
}

async fn receive(
    stream: &mut Stream,
    answer: &mut Answer,
    buffer: &mut Vec<u8>,
    track: &mut Track,
) -> Result<(), Failure> {
    loop {
        track.within(stream.readable()).await?.map_err(|error| track.io_failure(&error))?;
        buffer.reserve(READ_BYTES);
        let (read, clean) = match track.within(stream.read_buf(buffer)).await? {
            Ok(read) => (read, true),
            // rustls tells a close without close_notify so; whether it matters is the framing's to say.
            Err(error) if error.kind() == ErrorKind::UnexpectedEof => (0, false),
            Err(error) => return Err(track.io_failure(&error)),
        };
        if read == 0 {
            return answer.end(buffer.len(), clean, track);
        }
        if answer.receive(buffer, track)? {
            return Ok(());
        }
    }
}
