//! One fetch, from a target to a result: resolve, connect, handshake, send, receive. The only place of the exchange
//! with an `.await`. Knows nothing of tasks, callbacks or the screen.

use super::answer::Answer;
use super::connect::connect;
use super::content::Wanted;
use super::lifeline::Lifeline;
use super::limits::Limits;
use super::resolve::resolve;
use super::stream::Stream;
use super::tls::{Trust, connector, handshake};
use super::track::Track;
use crate::emit::Emitter;
use crate::event::EventKind;
use crate::failure::{Failure, FailureKind};
use crate::fetched::Fetched;
use crate::http::{Method, Request};
use crate::id::FetchId;
use crate::phase::Phase;
use crate::target::{Scheme, Target};
use crate::text::Untrusted;
use std::io::ErrorKind;
use std::net::IpAddr;
use std::sync::Arc;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::sync::OnceCell;
use tokio_rustls::TlsConnector;

/// Bytes read at once.
const READ_BYTES: usize = 16 << 10;
/// Bytes of a URL that are kept.
const URL_BYTES: usize = 64 << 10;

/// How fetches are made.
#[derive(Clone, Debug)]
pub struct Options {
    pub limits: Limits,
    pub trust: Trust,
    pub user_agent: String,
    /// `--max-filesize`, in bytes of decoded content.
    pub max_filesize: u64,
    /// `--hash`.
    pub hash: bool,
    /// `--body`.
    pub keep_content: bool,
    /// Panic in each fetch, for the tests of what a panic does.
    pub panic: bool,
}

/// Makes fetches; one is shared by all tasks.
pub struct Fetcher {
    options: Options,
    pub(super) emitter: Emitter,
    connector: OnceCell<TlsConnector>,
}

impl Fetcher {
    pub fn new(options: Options, emitter: Emitter) -> Fetcher {
        Fetcher { options, emitter, connector: OnceCell::new() }
    }

    /// Fetches `target`. Whatever happens is in the result.
    pub async fn fetch(
        self: Arc<Fetcher>,
        id: FetchId,
        target: Target,
        url: Untrusted,
        lifeline: Arc<Lifeline>,
    ) -> Fetched {
        assert!(!self.options.panic, "a panic on purpose in task {}", id.0);
        let peer = format!("{}:{}", target.host(), target.port());
        let mut track = Track::new(id, peer, self.options.limits, lifeline, self.emitter.clone());
        let mut known = Known { target, fell_back: None, remote: None, answer: None };
        let outcome = self.attempt(&mut known, &mut track).await;
        known.result(url, outcome, track)
    }

    async fn attempt(&self, known: &mut Known, track: &mut Track) -> Result<(), Failure> {
        let stream = match self.open(known, track).await {
            Err(failure) if failure.kind != FailureKind::Cancelled => match known.target.fallback() {
                Some(plain) => self.open_plain(plain, known, track).await?,
                None => return Err(failure),
            },
            opened => opened?,
        };
        self.exchange(stream, known, track).await
    }

    /// A target without a scheme, where https did not answer: http is tried.
    async fn open_plain(&self, plain: Target, known: &mut Known, track: &mut Track) -> Result<Stream, Failure> {
        track.turn_to(format!("{}:{}", plain.host(), plain.port()));
        let url = Untrusted::new(plain.url(), URL_BYTES);
        track.emitter.emit(EventKind::FellBack { id: track.id, url: url.clone() });
        known.fell_back = Some(url);
        known.target = plain;
        self.open(known, track).await
    }

    async fn open(&self, known: &mut Known, track: &mut Track) -> Result<Stream, Failure> {
        let addresses = resolve(&known.target, track).await?;
        let (tcp, address) = connect(&addresses, track).await?;
        known.remote = Some(address.ip());
        match known.target.scheme() {
            Scheme::Http => Ok(Stream::Plain(tcp)),
            Scheme::Https => {
                let connector = self.connector(track).await?;
                Ok(Stream::Tls(Box::new(handshake(connector, &known.target, tcp, track).await?)))
            }
        }
    }

    /// Made when the first https target comes: reading the system's roots takes milliseconds.
    async fn connector(&self, track: &mut Track) -> Result<&TlsConnector, Failure> {
        let made = self.connector.get_or_try_init(|| async {
            let trust = self.options.trust.clone();
            tokio::task::spawn_blocking(move || connector(&trust)).await.map_err(|error| error.to_string())?
        });
        let made = track.within(made).await?;
        made.map_err(|words| track.failure(FailureKind::Tls, &words))
    }

    async fn exchange(&self, mut stream: Stream, known: &mut Known, track: &mut Track) -> Result<(), Failure> {
        let mut buffer = self.request(&known.target, track)?;
        track.enter(Phase::Send);
        track.within(stream.write_all(&buffer)).await?.map_err(|error| track.io_failure(&error))?;
        track.within(stream.flush()).await?.map_err(|error| track.io_failure(&error))?;
        track.enter(Phase::Wait);
        buffer.clear();
        buffer.shrink_to(0);
        let wanted =
            Wanted { max: self.options.max_filesize, hash: self.options.hash, keep: self.options.keep_content };
        let answer = known.answer.insert(Answer::new(Method::Get, wanted));
        receive(&mut stream, answer, &mut buffer, track).await
    }

    fn request(&self, target: &Target, track: &Track) -> Result<Vec<u8>, Failure> {
        let mut bytes = Vec::with_capacity(256);
        let fields = [("User-Agent", self.options.user_agent.as_str()), ("Accept", "*/*")];
        let request = Request {
            method: Method::Get,
            host: target.host_field(),
            path: target.path(),
            fields: &fields,
            close: true,
        };
        match request.write(&mut bytes) {
            Ok(()) => Ok(bytes),
            Err(error) => Err(track.failure(FailureKind::InvalidUrl, &error.to_string())),
        }
    }
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

/// What is known so far, whatever comes.
struct Known {
    target: Target,
    fell_back: Option<Untrusted>,
    remote: Option<IpAddr>,
    answer: Option<Answer>,
}

impl Known {
    fn result(self, url: Untrusted, outcome: Result<(), Failure>, track: Track) -> Fetched {
        let ended = track.emitter.now();
        let whole = outcome.is_ok();
        let mut fetched = Fetched {
            failure: outcome.err(),
            final_url: self.fell_back,
            marks: track.marks,
            remote_ip: self.remote,
            ..Fetched::failed(url, track.started, ended, Failure::new(FailureKind::Internal, ""))
        };
        if let Some(answer) = self.answer {
            answer.tell(&mut fetched, whole);
        }
        fetched
    }
}
