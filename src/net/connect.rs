//! The TCP handshake, and how many descriptors there are for it. Knows nothing of HTTP.

use super::track::Track;
use crate::event::EventKind;
use crate::failure::Failure;
use crate::phase::Phase;
use rustix::process::{Resource, getrlimit, setrlimit};
use std::net::SocketAddr;
use tokio::net::TcpStream;

/// Tries the addresses in turn.
///
/// # Errors
/// That of the last address, or the limit that was reached.
pub async fn connect(addresses: &[SocketAddr], track: &mut Track) -> Result<(TcpStream, SocketAddr), Failure> {
    track.enter(Phase::Connect);
    let mut last = None;
    for &address in addresses {
        match track.within(TcpStream::connect(address)).await? {
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
