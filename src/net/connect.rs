//! The TCP handshake, and how many descriptors there are for it. Knows nothing of HTTP.

use super::shortage::{AGAIN, Shortage, is_shortage};
use super::track::Track;
use crate::event::EventKind;
use crate::failure::{Failure, FailureKind};
use crate::phase::Phase;
use rustix::process::{Resource, getrlimit, setrlimit};
use std::io::Result as IoResult;
use std::net::SocketAddr;
use tokio::net::TcpStream;

/// Tries the addresses in turn.
///
/// # Errors
/// That of the last address, or the limit that was reached.
pub async fn connect(
    addresses: &[SocketAddr],
    shortage: &Shortage,
    track: &mut Track,
) -> Result<(TcpStream, SocketAddr), Failure> {
    track.enter(Phase::Connect);
    let mut last = None;
    for &address in addresses {
        match dial(address, shortage, track).await? {
            Ok(stream) => {
                // Without it the request only waits longer; the fetch goes on.
                let _ = stream.set_nodelay(true);
                tell_connected(address, track);
                return Ok((stream, address));
            }
            Err(error) => last = Some(track.io_failure(&error)),
        }
    }
    Err(last.expect("resolve gives at least one address"))
}

/// Where no descriptor is left, those in flight will give theirs back: it waits for one as long as it may connect.
async fn dial(address: SocketAddr, shortage: &Shortage, track: &mut Track) -> Result<IoResult<TcpStream>, Failure> {
    let mut waits = None;
    loop {
        let error = match track.within(TcpStream::connect(address)).await? {
            Err(error) if is_shortage(&error) => error,
            settled => return Ok(settled),
        };
        waits.get_or_insert_with(|| shortage.wait());
        match track.within(tokio::time::sleep(AGAIN)).await {
            Ok(()) => {}
            Err(failure) => return in_vain(error, failure),
        }
    }
}

/// What the wait for a descriptor came to: the machine's fault, unless the fetch was let go of.
pub(super) fn in_vain<T>(error: std::io::Error, failure: Failure) -> Result<IoResult<T>, Failure> {
    if failure.kind == FailureKind::Cancelled { Err(failure) } else { Ok(Err(error)) }
}

pub(super) fn tell_connected(address: SocketAddr, track: &Track) {
    if track.emitter.detailed() {
        track.emitter.emit(EventKind::Connected { id: track.id, address });
    }
}

/// Raises the soft limit of open files to the hard one, and tells how many there may be.
pub fn raise_open_files() -> u64 {
    let limit = getrlimit(Resource::Nofile);
    let raised = rustix::process::Rlimit { current: limit.maximum, maximum: limit.maximum };
    let now = if setrlimit(Resource::Nofile, raised).is_ok() { limit.maximum } else { limit.current };
    now.unwrap_or(u64::MAX)
}
