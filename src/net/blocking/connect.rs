//! The TCP handshake on a thread that waits for it. Knows nothing of HTTP.

use super::timed::slice;
use crate::clock::At;
use crate::failure::Failure;
use crate::net::connect::tell_connected;
use crate::net::dialling::Dialling;
use crate::net::shortage::Room;
use crate::net::track::Track;
use crate::phase::Phase;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::{Errno, FdFlags, fcntl_setfd};
use rustix::net::{AddressFamily, SocketType, sockopt::socket_error};
use std::io::Result as IoResult;
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

/// The same as [`crate::net::connect::connect`].
pub fn connect(
    addresses: &[SocketAddr],
    room: Room<'_>,
    track: &mut Track,
) -> Result<(TcpStream, SocketAddr), Failure> {
    track.enter(Phase::Connect);
    let mut dialling = Dialling::new(addresses, room, track);
    let (stream, address) = race(&mut dialling, track)?;
    // Without it the request only waits longer; the fetch goes on.
    let _ = stream.set_nodelay(true);
    tell_connected(address, track);
    Ok((stream, address))
}

/// std would wait in one piece, and no cancel could end that. So a socket blocks only once it is connected.
fn race(dialling: &mut Dialling<'_>, track: &mut Track) -> Result<(TcpStream, SocketAddr), Failure> {
    let mut running = Running::default();
    loop {
        let left = slice(track).map_err(|failure| dialling.cut_short(failure, track))?;
        if let Some(address) = dialling.next(track) {
            match begin(address) {
                Ok(socket) => {
                    if dialling.begin(address) {
                        Dialling::go_on(track);
                    }
                    running.0.push((address, socket));
                }
                Err(error) => dialling.lose(address, error, track),
            }
        }
        if running.0.is_empty() && dialling.turn().is_none() {
            return Err(dialling.failure(track));
        }
        match running.wait(until(dialling.turn(), left, track)) {
            None => {}
            Some((address, Ok(stream))) => return Ok((stream, address)),
            Some((address, Err(error))) => dialling.lose(address, error, track),
        }
    }
}

/// How long to wait for now: until the next turn, but no longer than `left`.
fn until(turn: Option<At>, left: Duration, track: &Track) -> Duration {
    turn.map_or(left, |turn| left.min(turn - track.emitter.now()))
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

/// The attempts under way. Those that have not won are closed with it.
#[derive(Default)]
struct Running(Vec<(SocketAddr, TcpStream)>);

impl Running {
    /// The first that is over within `span`, as a socket that blocks.
    fn wait(&mut self, span: Duration) -> Option<(SocketAddr, IoResult<TcpStream>)> {
        let place = match self.settled(span) {
            Ok(place) => place?,
            // Whatever keeps this machine from waiting for sockets, it is told of the first.
            Err(error) => return self.0.pop().map(|(address, _)| (address, Err(error))),
        };
        let (address, socket) = self.0.remove(place);
        let error = match socket_error(&socket) {
            Ok(outcome) => outcome.err(),
            Err(error) => Some(error),
        };
        let connected = error.map_or(Ok(()), |error| Err(error.into()));
        Some((address, connected.and_then(|()| socket.set_nonblocking(false)).map(|()| socket)))
    }

    /// The place of one whose handshake is over, well or not.
    fn settled(&self, span: Duration) -> IoResult<Option<usize>> {
        // Rounded up, so that a turn has come when the wait for it is over.
        let span = Timespec::try_from(span + Duration::from_micros(1)).expect("a slice of a second is short");
        let mut polled: Vec<_> = self.0.iter().map(|(_, socket)| PollFd::new(socket, PollFlags::OUT)).collect();
        match poll(&mut polled, Some(&span)) {
            Ok(0) | Err(Errno::INTR) => Ok(None),
            Ok(_) => Ok(polled.iter().position(|polled| !polled.revents().is_empty())),
            Err(error) => Err(error.into()),
        }
    }
}
