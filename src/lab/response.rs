//! A response as bytes, step by step, with its framing and its fault. Knows nothing of sockets.

use std::time::Duration;

use super::body::Body;
use super::faults::{Fault, ResetPoint};
use super::page::{Framing, Page};
use super::request::{Method, Request};

const IMAGE_PIECE: u32 = 16 * 1024;
const DRIP_PIECE: u32 = 5;
const DRIP_PAUSE: Duration = Duration::from_millis(200);
/// A page without pauses goes out at once, in chunks no longer than this.
const MAX_CHUNK: u32 = 4096;

/// What the answer's head depends on in the request, once its path is known.
#[derive(Clone, Copy)]
pub(super) struct Manner {
    is_head: bool,
    is_1_0: bool,
    closes: bool,
}

impl From<&Request> for Manner {
    fn from(request: &Request) -> Manner {
        Manner { is_head: request.method == Method::Head, is_1_0: request.is_1_0, closes: request.closes }
    }
}

impl Manner {
    /// For bytes that were no request.
    pub(super) const LAST: Manner = Manner { is_head: false, is_1_0: false, closes: true };
}

pub(super) struct Head<'a> {
    pub(super) status_line: &'static str,
    pub(super) content_type: &'static str,
    pub(super) field: Option<(&'static str, &'a str)>,
    pub(super) framing: Framing,
}

pub(super) struct Response {
    /// Bytes of the head until they are written.
    head: Vec<u8>,
    body: Body,
    framing: Framing,
    piece: u32,
    pause: Duration,
    /// The answer ends with this much of the body unsent.
    withheld: u32,
    ending: Ending,
}

/// What becomes of the connection after a response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ending {
    Reuse,
    Close,
    Reset,
}

#[derive(Debug, PartialEq, Eq)]
pub(super) enum Step {
    Pause(Duration),
    End(Ending),
}

impl Response {
    pub(super) fn new(head: &Head<'_>, body: Body, manner: Manner) -> Response {
        let framing = framing(head.framing, manner);
        let closes = manner.closes || framing == Framing::UntilClose;
        Response {
            head: head_bytes(head, framing, body.size(), closes),
            piece: body.size(),
            withheld: if manner.is_head { body.size() } else { 0 },
            // A response without a body has nothing to frame.
            framing: if manner.is_head { Framing::Length } else { framing },
            body,
            pause: Duration::ZERO,
            ending: if closes { Ending::Close } else { Ending::Reuse },
        }
    }

    /// The answer of a planned page. One that is silent, or reset before its head, has none.
    pub(super) fn of(page: &Page, body: Body, manner: Manner) -> Response {
        let location = match &page.fault {
            Some(Fault::Redirect { to }) => Some(("Location", to.as_str())),
            _ => None,
        };
        let (status_line, content_type) = (page.status_line(), page.content_type());
        let head = Head { status_line, content_type, field: location, framing: page.framing };
        let mut response = Response::new(&head, body, manner);
        if page.pause > Duration::ZERO {
            response.pace(IMAGE_PIECE, page.pause);
        }
        response.spoil(page.fault.as_ref());
        response
    }

    fn pace(&mut self, piece: u32, pause: Duration) {
        (self.piece, self.pause) = (piece, pause);
    }

    fn spoil(&mut self, fault: Option<&Fault>) {
        match fault {
            Some(Fault::Drip) => self.pace(DRIP_PIECE, DRIP_PAUSE),
            Some(Fault::CutShort) => self.withhold_half(Ending::Close),
            Some(Fault::Reset(ResetPoint::InBody)) => self.withhold_half(Ending::Reset),
            Some(Fault::NotFound | Fault::ServerError | Fault::Redirect { .. }) => {}
            Some(Fault::Reset(ResetPoint::BeforeHead) | Fault::Silent) | None => {}
        }
    }

    fn withhold_half(&mut self, ending: Ending) {
        self.withheld = self.withheld.max(self.body.size().div_ceil(2));
        self.ending = ending;
    }

    /// Appends the bytes that go out next, and says what to do once they are sent.
    pub(super) fn step(&mut self, out: &mut Vec<u8>) -> Step {
        out.append(&mut self.head);
        let unsent = self.body.remaining().saturating_sub(self.withheld);
        self.write_piece(self.piece.max(1).min(unsent), out);
        if unsent > self.piece {
            return Step::Pause(self.pause);
        }
        if self.framing == Framing::Chunked {
            out.extend_from_slice(if self.withheld == 0 { b"0\r\n\r\n" } else { b"400\r\n" });
        }
        Step::End(self.ending)
    }

    fn write_piece(&mut self, length: u32, out: &mut Vec<u8>) {
        if self.framing != Framing::Chunked {
            return self.body.read(length, out);
        }
        let mut left = length;
        while left > 0 {
            let chunk = left.min(MAX_CHUNK);
            out.extend_from_slice(format!("{chunk:x}\r\n").as_bytes());
            self.body.read(chunk, out);
            out.extend_from_slice(b"\r\n");
            left -= chunk;
        }
    }
}

/// HTTP/1.0 knows no chunks (RFC 9112, section 6.1).
fn framing(planned: Framing, manner: Manner) -> Framing {
    match planned {
        Framing::Chunked if manner.is_1_0 => Framing::UntilClose,
        _ => planned,
    }
}

fn head_bytes(head: &Head<'_>, framing: Framing, size: u32, closes: bool) -> Vec<u8> {
    let mut text = format!("HTTP/1.1 {}\r\nServer: crawltop-lab\r\n", head.status_line);
    let mut field = |name: &str, value: &str| {
        for part in [name, ": ", value, "\r\n"] {
            text.push_str(part);
        }
    };
    field("Content-Type", head.content_type);
    if let Some((name, value)) = head.field {
        field(name, value);
    }
    match framing {
        Framing::Length => field("Content-Length", &size.to_string()),
        Framing::Chunked => field("Transfer-Encoding", "chunked"),
        Framing::UntilClose => {}
    }
    if closes {
        field("Connection", "close");
    }
    text.push_str("\r\n");
    text.into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn response(framing: Framing, manner: Manner) -> Response {
        let head = Head { status_line: "200 OK", content_type: "text/plain", field: None, framing };
        Response::new(&head, Body::text(b"0123456789".to_vec()), manner)
    }

    fn manner() -> Manner {
        Manner { closes: false, ..Manner::LAST }
    }

    fn text(mut response: Response) -> (String, Ending) {
        let mut out = Vec::new();
        loop {
            if let Step::End(ending) = response.step(&mut out) {
                return (String::from_utf8(out).unwrap(), ending);
            }
        }
    }

    #[test]
    fn each_framing_tells_its_end() {
        let (length, reuse) = text(response(Framing::Length, manner()));
        assert!(length.contains("Content-Length: 10\r\n") && length.ends_with("\r\n\r\n0123456789"));
        let (chunked, _) = text(response(Framing::Chunked, manner()));
        assert!(chunked.ends_with("\r\n\r\na\r\n0123456789\r\n0\r\n\r\n"));
        let (until_close, close) = text(response(Framing::UntilClose, manner()));
        assert!(until_close.ends_with("Connection: close\r\n\r\n0123456789"));
        assert_eq!((reuse, close), (Ending::Reuse, Ending::Close));
    }

    #[test]
    fn pieces_with_pauses_are_the_same_body() {
        let mut paced = response(Framing::Length, manner());
        paced.pace(3, DRIP_PAUSE);
        let mut out = Vec::new();
        assert_eq!(paced.step(&mut out), Step::Pause(DRIP_PAUSE));
        assert!(out.ends_with(b"\r\n\r\n012"));
        assert!(text(paced).0.ends_with("3456789"));
    }

    #[test]
    fn half_a_body_promises_the_whole() {
        let mut cut = response(Framing::Length, manner());
        cut.withhold_half(Ending::Close);
        assert!(text(cut).0.ends_with("Content-Length: 10\r\n\r\n01234"));
        let mut cut = response(Framing::Chunked, manner());
        cut.withhold_half(Ending::Reset);
        let (text, ending) = text(cut);
        assert!(text.ends_with("5\r\n01234\r\n400\r\n"));
        assert_eq!(ending, Ending::Reset);
    }

    #[test]
    fn a_head_alone_has_the_fields_and_no_body() {
        for (framing, field) in [(Framing::Length, "Length: 10"), (Framing::Chunked, "Encoding: chunked")] {
            let (text, ending) = text(response(framing, Manner { is_head: true, ..manner() }));
            assert!(text.contains(field) && text.ends_with("\r\n\r\n"));
            assert_eq!(ending, Ending::Reuse);
        }
    }

    #[test]
    fn http_1_0_gets_no_chunks() {
        let (text, _) = text(response(Framing::Chunked, Manner { is_1_0: true, ..Manner::LAST }));
        assert!(!text.contains("chunked") && text.ends_with("Connection: close\r\n\r\n0123456789"));
    }
}
