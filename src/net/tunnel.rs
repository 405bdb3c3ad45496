//! What is said to a proxy before a connection is the target's: CONNECT or SOCKS, as bytes. Knows no socket, so that the
//! driver with `.await` and the blocking one share it.

use super::proxy::{Manner, Proxy};
use super::socks::{self, Place, Socks, SocksError};
use super::track::Track;
use crate::failure::{Failure, FailureKind};
use crate::http::{ErrorClass, Exchange, HttpError, Limits, Method, Request, Step};
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
}

impl Refusal {
    /// Told of the proxy, which is the peer in `track` by now.
    pub fn failure(&self, track: &Track) -> Failure {
        if self.lasts {
            track.stand();
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
                    Some(200..=299) => Answered::Open,
                    Some(status) => return Err(self.refused(status)),
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
            return Err(Refusal { kind: FailureKind::Protocol, words, lasts: false });
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
            Speech::Socks(_) => self.cut(),
        }
    }

    fn cut(&self) -> Refusal {
        let words = format!("closed the connection before an answer to {}", self.wish);
        Refusal { kind: FailureKind::Reset, words, lasts: false }
    }

    fn of_http(&self, error: &HttpError) -> Refusal {
        let kind = match error.kind() {
            ErrorClass::NoResponse => return self.cut(),
            ErrorClass::Protocol => FailureKind::Protocol,
            ErrorClass::Truncated => FailureKind::Truncated,
            ErrorClass::TooLarge => FailureKind::TooLarge,
        };
        Refusal { kind, words: format!("gave no good answer to {}: {error}", self.wish), lasts: false }
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
        // Too many requests, or one too slow, may pass (RFC 9110, section 15.5).
        let lasts = (400..500).contains(&status) && !matches!(status, 408 | 425 | 429);
        Refusal { kind, words: format!("answered {status} to {}{why}", self.wish), lasts }
    }
}

/// The host with its port, which CONNECT wants even where it is the scheme's own (RFC 9110, section 9.3.6).
fn authority(target: &Target) -> String {
    let (host, port) = (target.host(), target.port());
    if host.contains(':') { format!("[{host}]:{port}") } else { format!("{host}:{port}") }
}

fn connect(proxy: &Proxy, place: &str, user_agent: &str) -> Result<Vec<u8>, Refusal> {
    let authorization = proxy.authorization();
    let mut fields = vec![("User-Agent", user_agent)];
    fields.extend(authorization.as_deref().map(|value| ("Proxy-Authorization", value)));
    let request = Request { method: Method::Connect, host: place, path: place, fields: &fields, close: false };
    let mut bytes = Vec::with_capacity(256);
    match request.write(&mut bytes) {
        Ok(()) => Ok(bytes),
        Err(error) => {
            Err(Refusal { kind: FailureKind::InvalidUrl, words: format!("can't be asked: {error}"), lasts: true })
        }
    }
}

/// The status, once the final head is there.
fn status(exchange: &mut Exchange, buffer: &mut Vec<u8>) -> Result<Option<u16>, HttpError> {
    let mut read = 0;
    let status = loop {
        let (used, step) = exchange.receive(&buffer[read..])?;
        read += used;
        match step {
            Step::NeedMore => break None,
            Step::Head(head) => break Some(head.status),
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
    Refusal { kind, words: format!("{error}: {wish}"), lasts }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HTTP: &str = "http://ann:secret@p:8080";

    fn begun(proxy: &str, url: &str, address: Option<&str>) -> (Tunnel, Vec<u8>) {
        let (proxy, target) = (Proxy::parse(proxy).unwrap(), Target::parse(url).unwrap());
        let address = address.map(|address| address.parse().unwrap());
        Tunnel::begin(&proxy, &target, address, "crawltop/test").ok().unwrap()
    }

    /// How it ends where these bytes come, whole or byte by byte, and then the end.
    fn answered(proxy: &str, bytes: &[u8]) -> Result<Answered, Refusal> {
        let [whole, pieces] = [bytes.len().max(1), 1].map(|piece| {
            let (mut tunnel, _) = begun(proxy, "https://a.example/x", None);
            let mut buffer = Vec::new();
            for piece in bytes.chunks(piece) {
                buffer.extend_from_slice(piece);
                match tunnel.receive(&mut buffer) {
                    Ok(Answered::NeedMore) => {}
                    ended => return ended,
                }
            }
            Err(tunnel.end(buffer.len()))
        });
        let kind = |ended: &Result<Answered, Refusal>| ended.as_ref().map(|_| ()).map_err(|refusal| refusal.kind);
        assert_eq!(kind(&whole), kind(&pieces), "{:?}", bytes.escape_ascii().to_string());
        whole
    }

    #[test]
    fn connect_names_host_and_port_and_tells_the_proxy_its_credentials() {
        let (_, bytes) = begun(HTTP, "https://user:hidden@a.example/x?y", None);
        let expected = "CONNECT a.example:443 HTTP/1.1\r\nHost: a.example:443\r\nUser-Agent: crawltop/test\r\n\
                        Proxy-Authorization: Basic YW5uOnNlY3JldA==\r\n\r\n";
        assert_eq!(String::from_utf8(bytes).unwrap(), expected);
        let (_, bytes) = begun("p:8080", "https://[::1]:8443/", None);
        let expected = "CONNECT [::1]:8443 HTTP/1.1\r\nHost: [::1]:8443\r\nUser-Agent: crawltop/test\r\n\r\n";
        assert_eq!(String::from_utf8(bytes).unwrap(), expected);
    }

    /// A 2xx to CONNECT has no content, whatever its fields say (RFC 9112, section 6.3).
    #[test]
    fn a_success_opens_the_tunnel_whatever_length_it_claims() {
        let heads = [
            "HTTP/1.1 200 Connection established\r\n\r\n",
            "HTTP/1.0 200\r\nContent-Length: 5\r\n\r\n",
            "HTTP/1.1 204 x\r\nTransfer-Encoding: chunked\r\n\r\n",
            "HTTP/1.1 200 x\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n",
            "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n\r\n",
        ];
        for head in heads {
            assert_eq!(answered(HTTP, head.as_bytes()), Ok(Answered::Open), "{head}");
        }
    }

    #[test]
    fn what_is_no_tunnel_is_told_with_status_target_and_cause() {
        use FailureKind::*;
        let wish = "CONNECT a.example:443";
        let cases = [
            (HTTP, "HTTP/1.1 403 No\r\nContent-Length: 9\r\n\r\n", ConnectRefused, format!("answered 403 to {wish}")),
            (HTTP, "HTTP/1.1 407 x\r\n\r\n", ConnectRefused, format!("answered 407 to {wish}: it does not take these")),
            ("p:1", "HTTP/1.1 407 x\r\n\r\n", ConnectRefused, format!("answered 407 to {wish}: it wants credentials")),
            (HTTP, "HTTP/1.1 302 x\r\nLocation: /\r\n\r\n", ConnectRefused, format!("answered 302 to {wish}")),
            (HTTP, "HTTP/1.1 502 x\r\n\r\n", Unreachable, format!("answered 502 to {wish}")),
            (HTTP, "HTTP/1.1 504 x\r\n\r\n", ConnectTimeout, format!("answered 504 to {wish}")),
            (HTTP, "HTTP/1.1 101 x\r\n\r\n", Protocol, format!("gave no good answer to {wish}: status 101")),
            (HTTP, "SSH-2.0-x\r\n\r\n", Protocol, format!("gave no good answer to {wish}: not an HTTP/1.1 answer")),
            (HTTP, "HTTP/1.1 200 x\r\nX", Truncated, format!("gave no good answer to {wish}: head ended")),
            (HTTP, "", Reset, format!("closed the connection before an answer to {wish}")),
            (
                "socks5h://p",
                "",
                Reset,
                "closed the connection before an answer to a connection to a.example:443".into(),
            ),
            ("socks5h://p", "HTTP/1.1", Protocol, "does not speak SOCKS5: its answer begins with \"H\"".into()),
        ];
        for (proxy, bytes, kind, words) in cases {
            let refusal = answered(proxy, bytes.as_bytes()).unwrap_err();
            assert_eq!(refusal.kind, kind, "{refusal:?}");
            assert!(refusal.words.starts_with(&words), "{refusal:?} does not say: {words}");
            assert_eq!(refusal.lasts, words.contains("answered 40"), "{refusal:?}");
        }
    }

    #[test]
    fn a_head_without_end_is_too_large() {
        let head = format!("HTTP/1.1 200 OK\r\nX: {}", "x".repeat(100 << 10));
        assert_eq!(answered(HTTP, head.as_bytes()).unwrap_err().kind, FailureKind::TooLarge);
    }

    #[test]
    fn bytes_behind_the_answer_are_no_ones() {
        let (mut tunnel, _) = begun(HTTP, "https://a.example/", None);
        let refusal = tunnel.receive(&mut b"HTTP/1.1 200 OK\r\n\r\n\x16\x03".to_vec()).unwrap_err();
        assert_eq!(refusal.words, "sent 2 bytes more than its answer to CONNECT a.example:443");
    }

    #[test]
    fn a_socks_proxy_is_told_a_name_or_the_address_that_was_found_or_written() {
        let said = |url, address| {
            let (mut tunnel, greeting) = begun("socks5h://p", url, address);
            assert_eq!(greeting, b"\x05\x01\x00");
            match tunnel.receive(&mut b"\x05\x00".to_vec()) {
                Ok(Answered::Say(bytes)) => bytes,
                other => panic!("{other:?}"),
            }
        };
        assert_eq!(said("http://a.example/", None), b"\x05\x01\x00\x03\x09a.example\x00\x50");
        assert_eq!(said("http://a.example/", Some("10.0.0.1")), b"\x05\x01\x00\x01\x0a\x00\x00\x01\x00\x50");
        assert_eq!(said("http://127.0.0.1:81/", None), b"\x05\x01\x00\x01\x7f\x00\x00\x01\x00\x51");
    }
}
