//! Calls of a blocking socket, each begun in time and woken in time. Knows nothing of what is read or written.

use crate::failure::Failure;
use crate::net::track::Track;
use std::io::{ErrorKind, Result as IoResult};
use std::net::TcpStream;
use std::time::Duration;

/// A socket takes no shorter time limit: nothing at all would mean none.
const SHORTEST: Duration = Duration::from_millis(1);
/// How long a thread waits where a cancel does not wake it.
const SLICE: Duration = Duration::from_millis(100);

/// How long to wait for now: what is left, but no longer than a cancel may go unseen.
///
/// # Errors
/// The limit that was reached, or `cancelled`.
pub fn slice(track: &Track) -> Result<Duration, Failure> {
    Ok(track.remaining()?.map_or(SLICE, |left| left.min(SLICE)))
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
    insist(tcp, track, TcpStream::set_read_timeout, call)
}

/// As [`read`], for a call that writes.
pub fn write(
    tcp: &TcpStream,
    track: &Track,
    call: impl FnMut(&mut &TcpStream) -> IoResult<usize>,
) -> Result<usize, Failure> {
    insist(tcp, track, TcpStream::set_write_timeout, call)
}

/// Makes the call again where a signal cut it short, or its time limit rang before that of the fetch: the socket counts
/// coarsely, and the time of the run may have stood meanwhile.
fn insist(
    mut tcp: &TcpStream,
    track: &Track,
    limit: fn(&TcpStream, Option<Duration>) -> IoResult<()>,
    mut call: impl FnMut(&mut &TcpStream) -> IoResult<usize>,
) -> Result<usize, Failure> {
    loop {
        let left = track.remaining()?.map(|left| left.max(SHORTEST));
        match limit(tcp, left).and_then(|()| call(&mut tcp)) {
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
