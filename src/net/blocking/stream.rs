//! A connection, plain or TLS, as one type for a thread that waits for it. Knows nothing of what is said over it.

use super::handshake::{send_records, take_records};
use super::timed;
use crate::failure::Failure;
use crate::net::stream::is_silent;
use crate::net::track::Track;
use std::io::{BufRead, Error, ErrorKind, Read, Write};
use std::net::TcpStream;
use std::os::fd::{AsFd, BorrowedFd};
use std::sync::Arc;
use tokio_rustls::rustls::ClientConnection;

pub enum Stream {
    Plain(Arc<TcpStream>),
    Tls(Box<ClientConnection>, Arc<TcpStream>),
}

impl AsFd for Stream {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.socket().as_fd()
    }
}

impl Stream {
    pub fn socket(&self) -> &Arc<TcpStream> {
        match self {
            Stream::Plain(tcp) | Stream::Tls(_, tcp) => tcp,
        }
    }

    /// As in stream.rs: whether the peer has neither sent anything nor closed since the last answer.
    pub fn is_quiet(&mut self) -> bool {
        match self {
            Stream::Plain(tcp) => is_silent(&**tcp),
            Stream::Tls(session, tcp) => session.wants_read() && (is_silent(&**tcp) || says_nothing(session, tcp)),
        }
    }

    /// # Errors
    /// `reset`, what the phase's limits say, or `cancelled`.
    pub fn write_all(&mut self, mut bytes: &[u8], track: &Track) -> Result<(), Failure> {
        while !bytes.is_empty() {
            let written = match self {
                Stream::Plain(tcp) => timed::write(tcp, track, |tcp| tcp.write(bytes))?,
                Stream::Tls(session, tcp) => {
                    // It takes as much as its buffer holds.
                    let taken = session.writer().write(bytes).map_err(|error| track.io_failure(&error))?;
                    send_records(session, tcp, track)?;
                    taken
                }
            };
            bytes = &bytes[written..];
        }
        Ok(())
    }

    /// Reads once and appends to `buffer`, about `room` bytes at most. Tells how many bytes that were, none at the end,
    /// and whether this was no end in the middle of TLS: whether that matters is the framing's to say.
    ///
    /// # Errors
    /// As [`Stream::write_all`].
    pub fn read(&mut self, buffer: &mut Vec<u8>, room: usize, track: &Track) -> Result<(usize, bool), Failure> {
        match self {
            Stream::Plain(tcp) => read_plain(tcp, buffer, room, track).map(|read| (read, true)),
            Stream::Tls(session, tcp) => read_tls(session, tcp, buffer, track),
        }
    }
}

/// Reads what came; with TLS that may be a ticket for a later session, which says nothing.
fn says_nothing(session: &mut ClientConnection, tcp: &TcpStream) -> bool {
    while !is_silent(tcp) {
        let taken = session.read_tls(&mut &*tcp);
        let plain = session.process_new_packets().map(|state| state.plaintext_bytes_to_read());
        if !matches!((taken, plain), (Ok(1..), Ok(0))) {
            return false;
        }
    }
    true
}

fn read_plain(tcp: &TcpStream, buffer: &mut Vec<u8>, room: usize, track: &Track) -> Result<usize, Failure> {
    let filled = buffer.len();
    buffer.resize(filled + room, 0);
    let read = timed::read(tcp, track, |tcp| tcp.read(&mut buffer[filled..]));
    buffer.truncate(filled + read.as_ref().map_or(0, |&read| read));
    read
}

fn read_tls(
    session: &mut ClientConnection,
    tcp: &TcpStream,
    buffer: &mut Vec<u8>,
    track: &Track,
) -> Result<(usize, bool), Failure> {
    loop {
        match session.reader().fill_buf() {
            Ok(piece) => {
                let read = piece.len();
                buffer.extend_from_slice(piece);
                session.reader().consume(read);
                return Ok((read, true));
            }
            Err(error) if error.kind() == ErrorKind::UnexpectedEof => return Ok((0, false)),
            Err(error) if error.kind() == ErrorKind::WouldBlock => {}
            Err(error) => return Err(track.io_failure(&error)),
        }
        let taken = take_records(session, tcp, track)?;
        taken.map_err(|error| track.io_failure(&Error::new(ErrorKind::InvalidData, error)))?;
    }
}
