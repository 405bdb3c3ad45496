//! Calls of a blocking socket, each begun in time and woken in time. Knows nothing of what is read or written.

use crate::failure::Failure;
use crate::net::track::Track;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use std::io::{ErrorKind, Result as IoResult};
use std::net::TcpStream;
use std::time::Duration;

/// A socket takes no shorter time limit: nothing at all would mean none.
const SHORTEST: Duration = Duration::from_millis(1);
/// How long a thread waits where a cancel does not wake it.
const SLICE: Duration = Duration::from_millis(100);

/// How long to wait for now: what is left, but no longer than a cancel may go unseen; no time at all, where it may look
/// once more.
///
/// # Errors
/// The limit that was reached, or `cancelled`.
pub fn slice(track: &Track) -> Result<Duration, Failure> {
    match track.remaining() {
        Ok(left) => Ok(left.map_or(SLICE, |left| left.min(SLICE))),
        Err(failure) if track.may_look(&failure) => Ok(Duration::ZERO),
        Err(failure) => Err(failure),
    }
}

/// Makes one call that reads, and says how many bytes it read.
///
/// # Errors
/// That of the call, the limit that was reached meanwhile, or `cancelled`.
pub fn read(
    tcp: &TcpStream,
    track: &Track,
    call: impl FnMut(&mut &TcpStream) -> IoResult<usize>,
) -> Result<usize, Failure> {
    insist(tcp, track, &READING, call)
}

/// As [`read`], for a call that writes.
pub fn write(
    tcp: &TcpStream,
    track: &Track,
    call: impl FnMut(&mut &TcpStream) -> IoResult<usize>,
) -> Result<usize, Failure> {
    insist(tcp, track, &WRITING, call)
}

/// How calls in one direction are limited, and when one would not wait.
struct Way {
    limit: fn(&TcpStream, Option<Duration>) -> IoResult<()>,
    ready: PollFlags,
}

const READING: Way = Way { limit: TcpStream::set_read_timeout, ready: PollFlags::IN };
const WRITING: Way = Way { limit: TcpStream::set_write_timeout, ready: PollFlags::OUT };

/// Makes the call again where a signal cut it short, or its time limit rang before that of the fetch: the socket counts
/// coarsely, and the time of the run may have stood meanwhile. And where the process itself stood still, what it waits
/// for may be there though the limit is reached.
fn insist(
    mut tcp: &TcpStream,
    track: &Track,
    way: &Way,
    mut call: impl FnMut(&mut &TcpStream) -> IoResult<usize>,
) -> Result<usize, Failure> {
    loop {
        let left = match track.remaining() {
            Ok(left) => left.map(|left| left.max(SHORTEST)),
            Err(failure) if track.may_look(&failure) && is_ready(tcp, way.ready) => Some(SHORTEST),
            Err(failure) => return Err(failure),
        };
        match (way.limit)(tcp, left).and_then(|()| call(&mut tcp)) {
            Ok(moved) if moved > 0 => return Ok(moved),
            Err(error) if [ErrorKind::WouldBlock, ErrorKind::Interrupted].contains(&error.kind()) => {}
            ended => {
                // Whoever cancels shuts the socket down, and then this is no end that the peer made.
                track.check_cancelled()?;
                return ended.map_err(|error| track.io_failure(&error));
            }
        }
    }
}

/// Whether a call would not wait.
fn is_ready(tcp: &TcpStream, ready: PollFlags) -> bool {
    let now = Timespec { tv_sec: 0, tv_nsec: 0 };
    poll(&mut [PollFd::new(tcp, ready)], Some(&now)).is_ok_and(|ready| ready > 0)
}
