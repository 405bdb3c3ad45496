//! The TLS handshake on a thread that waits for it, and the records that come over it. Knows nothing of HTTP.

use super::timed::{read, write};
use crate::failure::Failure;
use crate::fetched::TlsFacts;
use crate::net::tls::{Opening, Trust, peer_name, refused, secured};
use crate::net::track::Track;
use crate::target::Target;
use std::io::{ErrorKind, Read, Result as IoResult};
use std::net::TcpStream;
use std::sync::Arc;
use tokio_rustls::rustls::{self, ClientConfig, ClientConnection};

/// # Errors
/// `tls` with the reason in words, and what the phase's limits say.
pub fn handshake(
    config: Arc<ClientConfig>,
    trust: &Trust,
    target: &Target,
    tcp: &TcpStream,
    track: &mut Track,
) -> Result<(ClientConnection, Arc<TlsFacts>), Failure> {
    let name = peer_name(target, track)?;
    let mut opening = Opening::default();
    let session = ClientConnection::new(config, name);
    let mut session = session.map_err(|error| refused(target, &error, &opening, track))?;
    while session.is_handshaking() || session.wants_write() {
        if session.wants_write() {
            send_records(&mut session, tcp, track)?;
        } else {
            let taken = take_watched(&mut session, tcp, &mut opening, track)?;
            if taken.map_err(|error| refused(target, &error, &opening, track))? == 0 && session.is_handshaking() {
                return Err(track.io_failure(&ErrorKind::UnexpectedEof.into()));
            }
        }
    }
    let facts = secured(&session, trust, track);
    Ok((session, facts))
}

/// Writes all that `session` has to send.
pub fn send_records(session: &mut ClientConnection, tcp: &TcpStream, track: &Track) -> Result<(), Failure> {
    while session.wants_write() {
        write(tcp, track, |tcp| session.write_tls(tcp))?;
    }
    Ok(())
}

/// Reads once, and tells how many bytes came, or what is wrong with them.
pub fn take_records(
    session: &mut ClientConnection,
    tcp: &TcpStream,
    track: &Track,
) -> Result<Result<usize, rustls::Error>, Failure> {
    let taken = read(tcp, track, |tcp| session.read_tls(tcp))?;
    Ok(process(session, tcp, track).map(|()| taken))
}

/// As [`take_records`], and notes what came first.
fn take_watched(
    session: &mut ClientConnection,
    tcp: &TcpStream,
    opening: &mut Opening,
    track: &Track,
) -> Result<Result<usize, rustls::Error>, Failure> {
    let taken = read(tcp, track, |tcp| session.read_tls(&mut Watched { tcp, opening }))?;
    Ok(process(session, tcp, track).map(|()| taken))
}

fn process(session: &mut ClientConnection, tcp: &TcpStream, track: &Track) -> Result<(), rustls::Error> {
    let processed = session.process_new_packets();
    if processed.is_err() {
        // The peer may be told why; that it can't be does not matter any more.
        let _ = send_records(session, tcp, track);
    }
    processed.map(drop)
}

struct Watched<'a, 'b> {
    tcp: &'a mut &'b TcpStream,
    opening: &'a mut Opening,
}

impl Read for Watched<'_, '_> {
    fn read(&mut self, buffer: &mut [u8]) -> IoResult<usize> {
        let read = self.tcp.read(buffer)?;
        self.opening.note(&buffer[..read]);
        Ok(read)
    }
}
