//! What comes first: the answer, an interim one, or a rest of the answer before. Knows nothing of what stands in it.

use crate::failure::Failure;
use crate::http::{ErrorClass, HttpError};
use crate::net::track::Track;
use crate::phase::Phase;

/// Bytes of a head before the digits of its status (RFC 9112, section 4).
const VERSION: usize = "HTTP/1.1 ".len();

/// Whether what has come can be a rest of an answer before, on a connection that was kept.
#[derive(Default)]
pub struct Front {
    /// More has come than empty lines and what any answer begins with.
    begun: bool,
    /// What came was no answer in its first line.
    foreign: bool,
}

impl Front {
    pub fn is_begun(&self) -> bool {
        self.begun
    }

    /// Whether what came has not even the first line of an answer.
    pub fn is_foreign(&self) -> bool {
        self.foreign
    }

    pub fn begin(&mut self) {
        self.begun = true;
    }

    /// `front`: what has come and can't be read yet.
    pub fn look(&mut self, front: &[u8]) {
        self.begun = self.begun || is_begun(front);
    }

    /// What came is no answer, and perhaps not even the first line of one. Bytes that are no answer are told of the
    /// answer; those of too many interim ones, or of too large a one, of the wait.
    pub fn refuse(&mut self, error: &HttpError, front: &[u8], track: &mut Track) -> Failure {
        use HttpError::{BadStatusLine, BadVersion, EmptyLines, NotHttp};
        self.begun = true;
        self.foreign = matches!(error, NotHttp(_) | BadStatusLine(_) | BadVersion(_) | EmptyLines { .. });
        if error.kind() != ErrorClass::TooLarge || !may_be_interim(front) {
            begin(track);
        }
        track.http_failure(error)
    }
}

/// Bytes have come; what the step was made for was there as it began. `front`: those that are not read yet. As long as they
/// may be of an interim answer, the answer itself is waited for.
pub fn arrive(front: &[u8], track: &mut Track) {
    if track.phase() == Phase::Wait && !may_be_interim(front) {
        track.enter_at(Phase::Body, track.stepped());
    } else {
        track.moved();
    }
}

/// The answer itself has begun.
pub fn begin(track: &mut Track) {
    if track.phase() == Phase::Wait {
        track.enter_at(Phase::Body, track.stepped());
    }
}

/// By the first digit of its status, which empty lines may come before.
fn may_be_interim(front: &[u8]) -> bool {
    let line = front.trim_ascii_start();
    line.get(VERSION).is_none_or(|&digit| digit == b'1')
}

/// Whether it is more than empty lines and the first letters of an answer: a server may send a line end too many behind
/// what it sent before.
fn is_begun(front: &[u8]) -> bool {
    let line = front.iter().position(|byte| !matches!(byte, b'\r' | b'\n')).map_or(&[][..], |at| &front[at..]);
    !b"HTTP/".starts_with(line)
}
