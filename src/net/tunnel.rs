//! What is said to a proxy before a connection is the target's: CONNECT or SOCKS, as bytes. Knows no socket, so that the
//! driver with `.await` and the blocking one share it.

#[cfg(test)]
mod tests;

use super::answer::retry_after;
use super::proxy::{Manner, Proxy};
use super::socks::{self, Place, Socks, SocksError};
use super::track::Track;
use crate::failure::{Failure, FailureKind};
use crate::fetched::PASSING;
use crate::http::{ErrorClass, Exchange, HttpError, Limits, Method, Request, Step};
use crate::retry_after::RetryAfter;
use crate::target::Target;
use std::net::IpAddr;

/// A proxy has little to say, and its head is held to that.
const LIMITS: Limits = Limits { head_bytes: 64 << 10, fields: 200, extension_bytes: 0, trailer_bytes: 0 };

/// A conversation that makes a tunnel. It has no `Debug`, for it may hold a password.
pub struct Tunnel {
    /// As in `CONNECT a.example:443`.
    wish: String,
    has_credentials: bool,
    speech: Speech,
}

enum Speech {
    Connect(Box<Exchange>),
    Socks(Socks),
}

/// What the bytes so far amount to.
#[derive(Debug, PartialEq, Eq)]
pub enum Answered {
    NeedMore,
    Say(Vec<u8>),
    /// From now on the connection is the target's.
    Open,
}

/// Why there is no tunnel: words behind the name of the proxy.
#[derive(Debug, PartialEq, Eq)]
pub struct Refusal {
    pub kind: FailureKind,
    pub words: String,
    /// It would refuse again.
    pub lasts: bool,
    /// When it asks to come again.
    pub retry_after: Option<RetryAfter>,
}

impl Refusal {
    /// One that may pass.
    fn new(kind: FailureKind, words: String) -> Refusal {
        Refusal { kind, words, lasts: false, retry_after: None }
    }

    /// Told of the proxy, which is the peer in `track` by now.
    pub fn failure(&self, track: &mut Track) -> Failure {
        if self.lasts {
            track.stand();
        }
        if let Some(until) = self.retry_after {
            track.put_off(until);
        }
        track.failure(self.kind, &format!("{} {}", track.peer, self.words))
    }
}

impl Tunnel {
    /// The conversation, and what to say first. `address` is the target's, for a proxy that looks no name up.
    ///
    /// # Errors
    /// A target that the proxy can't be told of.
    pub fn begin(
        proxy: &Proxy,
        target: &Target,
        address: Option<IpAddr>,
        user_agent: &str,
    ) -> Result<(Tunnel, Vec<u8>), Refusal> {
        let place = authority(target);
        let has_credentials = proxy.credentials().is_some();
        if proxy.manner() == Manner::Http {
            let request = connect(proxy, &place, user_agent)?;
            let speech = Speech::Connect(Box::new(Exchange::new(Method::Connect, LIMITS)));
            return Ok((Tunnel { wish: format!("CONNECT {place}"), has_credentials, speech }, request));
        }
        let written = target.host().parse().ok();
        let at = address.or(written).map_or(Place::Name(target.host()), Place::Address);
        let wish = format!("a connection to {place}");
        let begun = Socks::begin(at, target.port(), proxy.credentials());
        let (socks, greeting) = begun.map_err(|error| of_socks(&error, &wish))?;
        Ok((Tunnel { wish, has_credentials, speech: Speech::Socks(socks) }, greeting))
    }

    /// What the proxy was asked for last, for whoever waits for its answer.
    pub fn asks(&self) -> &str {
        match &self.speech {
            Speech::Connect(_) => &self.wish,
            Speech::Socks(socks) => socks.asks().unwrap_or(&self.wish),
        }
    }

    /// Reads what is in `buffer`, and takes out what it has read.
    ///
    /// # Errors
    /// Why there will be no tunnel.
    pub fn receive(&mut self, buffer: &mut Vec<u8>) -> Result<Answered, Refusal> {
        let answered = match &mut self.speech {
            Speech::Connect(exchange) => {
                let answered = status(exchange, buffer).map_err(|error| self.of_http(&error))?;
                match answered {
                    None => Answered::NeedMore,
                    Some((200..=299, _)) => Answered::Open,
                    Some((status, until)) => return Err(Refusal { retry_after: until, ..self.refused(status) }),
                }
            }
            Speech::Socks(socks) => {
                let (used, step) = socks.receive(buffer).map_err(|error| of_socks(&error, &self.wish))?;
                buffer.drain(..used);
                match step {
                    socks::Step::NeedMore => Answered::NeedMore,
                    socks::Step::Say(bytes) => Answered::Say(bytes),
                    socks::Step::Open => Answered::Open,
                }
            }
        };
        if answered == Answered::Open && !buffer.is_empty() {
            // The client speaks first, in HTTP as in TLS: whoever says this is not the target.
            let words = format!("sent {} bytes more than its answer to {}", buffer.len(), self.wish);
            return Err(Refusal::new(FailureKind::Protocol, words));
        }
        Ok(answered)
    }

    /// The proxy closed the connection, with `rest` bytes unread.
    pub fn end(&mut self, rest: usize) -> Refusal {
        match &mut self.speech {
            Speech::Connect(exchange) => match exchange.end(rest, true) {
                Err(error) => self.of_http(&error),
                Ok(_) => self.cut(),
            },
            Speech::Socks(_) if rest > 0 => {
                let words = format!("closed the connection in the middle of its answer to {}", self.asks());
                Refusal::new(FailureKind::Truncated, words)
            }
            Speech::Socks(_) => self.cut(),
        }
    }

    fn cut(&self) -> Refusal {
        let words = format!("closed the connection before an answer to {}", self.wish);
        Refusal::new(FailureKind::Reset, words)
    }

    fn of_http(&self, error: &HttpError) -> Refusal {
        let kind = match error.kind() {
            ErrorClass::NoResponse => return self.cut(),
            ErrorClass::Protocol => FailureKind::Protocol,
            ErrorClass::Truncated => FailureKind::Truncated,
            ErrorClass::TooLarge => FailureKind::TooLarge,
        };
        Refusal::new(kind, format!("gave no good answer to {}: {error}", self.wish))
    }

    /// Whatever a proxy says instead of 2xx, it is no answer of the target's (RFC 9110, section 9.3.6).
    fn refused(&self, status: u16) -> Refusal {
        let kind = match status {
            504 => FailureKind::ConnectTimeout,
            500.. => FailureKind::Unreachable,
            _ => FailureKind::ConnectRefused,
        };
        let why = match (status, self.has_credentials) {
            (407, false) => ": it wants credentials",
            (407, true) => ": it does not take these credentials",
            _ => "",
        };
        // As of a server, and one too early (RFC 8470, section 5.2).
        let lasts = !PASSING.contains(&status) && status != 425;
        Refusal { lasts, ..Refusal::new(kind, format!("answered {status} to {}{why}", self.wish)) }
    }
}

/// The host with its port, which CONNECT wants even where it is the scheme's own (RFC 9110, section 9.3.6).
fn authority(target: &Target) -> String {
    let (host, port) = (target.host(), target.port());
    if host.contains(':') { format!("[{host}]:{port}") } else { format!("{host}:{port}") }
}

fn connect(proxy: &Proxy, place: &str, user_agent: &str) -> Result<Vec<u8>, Refusal> {
    let authorization = proxy.authorization();
    let agent = Some(("User-Agent", user_agent)).filter(|(_, name)| !name.is_empty());
    let mut fields = Vec::from_iter(agent);
    fields.extend(authorization.as_deref().map(|value| ("Proxy-Authorization", value)));
    let request = Request { method: Method::Connect, host: place, path: place, fields: &fields, close: false };
    let mut bytes = Vec::with_capacity(256);
    match request.write(&mut bytes) {
        Ok(()) => Ok(bytes),
        Err(error) => {
            let refusal = Refusal::new(FailureKind::InvalidUrl, format!("can't be asked: {error}"));
            Err(Refusal { lasts: true, ..refusal })
        }
    }
}

/// The status, once the final head is there, and when it asks to come again, where the status says that it may pass.
fn status(exchange: &mut Exchange, buffer: &mut Vec<u8>) -> Result<Option<(u16, Option<RetryAfter>)>, HttpError> {
    let mut read = 0;
    let status = loop {
        let (used, step) = exchange.receive(&buffer[read..])?;
        read += used;
        match step {
            Step::NeedMore => break None,
            Step::Head(head) => {
                let until = if PASSING.contains(&head.status) { retry_after(&head) } else { None };
                break Some((head.status, until));
            }
            _ => {}
        }
    };
    buffer.drain(..read);
    Ok(status)
}

fn of_socks(error: &SocksError, wish: &str) -> Refusal {
    use SocksError::*;
    let kind = match error {
        NoMethod | NoMethodOffered | LoginRefused | NotAllowed | Refused => FailureKind::ConnectRefused,
        NoRoute | NoHost | General | UnknownCode(_) => FailureKind::Unreachable,
        Expired => FailureKind::ConnectTimeout,
        NotSocks(_) | UnaskedMethod | NoConnect | NoSuchAddress | UnknownAddress(_) => FailureKind::Protocol,
        LongName => FailureKind::InvalidUrl,
    };
    let lasts = matches!(error, NoMethod | NoMethodOffered | LoginRefused | NotAllowed);
    Refusal { lasts, ..Refusal::new(kind, format!("{error}: {wish}")) }
}
