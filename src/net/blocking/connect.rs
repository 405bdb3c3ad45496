//! The TCP handshake on a thread that waits for it. Knows nothing of HTTP.

use super::timed::slice;
use crate::failure::Failure;
use crate::net::connect::{in_vain, tell_connected};
use crate::net::shortage::{AGAIN, Shortage, is_shortage};
use crate::net::track::Track;
use crate::phase::Phase;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::{Errno, FdFlags, fcntl_setfd};
use rustix::net::{AddressFamily, SocketType, sockopt::socket_error};
use std::io::Result as IoResult;
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

/// Tries the addresses in turn.
///
/// # Errors
/// That of the last address, or the limit that was reached.
pub fn connect(
    addresses: &[SocketAddr],
    shortage: &Shortage,
    track: &mut Track,
) -> Result<(TcpStream, SocketAddr), Failure> {
    track.enter(Phase::Connect);
    let mut last = None;
    for &address in addresses {
        match dial_in_turn(address, shortage, track)? {
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

/// Where no descriptor is left, it waits for one as long as it may connect.
fn dial_in_turn(address: SocketAddr, shortage: &Shortage, track: &Track) -> Result<IoResult<TcpStream>, Failure> {
    let mut waits = None;
    loop {
        let error = match dial(address, track)? {
            Err(error) if is_shortage(&error) => error,
            settled => return Ok(settled),
        };
        waits.get_or_insert_with(|| shortage.wait());
        match slice(track) {
            Ok(left) => std::thread::sleep(left.min(AGAIN)),
            Err(failure) => return in_vain(error, failure),
        }
        if let Err(failure) = track.remaining() {
            return in_vain(error, failure);
        }
    }
}

/// std would wait in one piece, and no cancel could end that. So the socket blocks only once it is connected.
fn dial(address: SocketAddr, track: &Track) -> Result<IoResult<TcpStream>, Failure> {
    track.remaining()?;
    let begun = match begin(address) {
        Ok(begun) => begun,
        Err(error) => return Ok(Err(error)),
    };
    loop {
        match settled(&begun, slice(track)?) {
            Ok(false) => {}
            Ok(true) => return Ok(begun.set_nonblocking(false).map(|()| begun)),
            Err(error) => return Ok(Err(error)),
        }
    }
}

fn begin(address: SocketAddr) -> IoResult<TcpStream> {
    let family = if address.is_ipv4() { AddressFamily::INET } else { AddressFamily::INET6 };
    let socket = rustix::net::socket(family, SocketType::STREAM, None)?;
    fcntl_setfd(&socket, FdFlags::CLOEXEC)?;
    let socket = TcpStream::from(socket);
    socket.set_nonblocking(true)?;
    match rustix::net::connect(&socket, &address) {
        Ok(()) | Err(Errno::INPROGRESS | Errno::INTR) => Ok(socket),
        Err(error) => Err(error.into()),
    }
}

/// Whether the handshake is over within `span`; its error where it failed.
fn settled(begun: &TcpStream, span: Duration) -> IoResult<bool> {
    let span = Timespec::try_from(span).expect("a slice of a second is short");
    match poll(&mut [PollFd::new(begun, PollFlags::OUT)], Some(&span)) {
        Ok(0) | Err(Errno::INTR) => Ok(false),
        Ok(_) => socket_error(begun)?.map(|()| true).map_err(Into::into),
        Err(error) => Err(error.into()),
    }
}
