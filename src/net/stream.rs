//! A connection, plain or TLS, as one type. Knows nothing of what is said over it.

use super::tls::Opening;
use rustix::io::Errno;
use rustix::net::{RecvFlags, recv};
use std::io::{self, IoSlice};
use std::os::fd::{AsFd, BorrowedFd};
use std::pin::Pin;
use std::task::{Context, Poll, Waker};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio_rustls::client::TlsStream;

/// How long a connection may have rested that the socket is not asked about: a loop that is at work hears sooner than that
/// what came. A server that closes then may as well close while the next request is on its way.
const MOMENT: Duration = Duration::from_millis(50);

/// One that blocks is blocking/stream.rs.
pub enum Stream {
    Plain(TcpStream),
    Tls(Box<TlsStream<Watched>>),
}

/// A connection below TLS. What came first over it tells what is spoken there, if it is no TLS.
pub struct Watched {
    tcp: TcpStream,
    pub opening: Opening,
}

impl Stream {
    /// Waits until a read would give something, so that no buffer is held meanwhile. What TLS has decrypted already
    /// can't be seen from the socket.
    pub fn poll_readable(&self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self {
            Stream::Plain(tcp) => tcp.poll_read_ready(context),
            Stream::Tls(tls) => {
                let (tcp, session) = tls.get_ref();
                if session.wants_read() { tcp.tcp.poll_read_ready(context) } else { Poll::Ready(Ok(())) }
            }
        }
    }

    /// Whether the peer has neither sent anything nor closed since the last answer. What a server says before it is
    /// asked is never an answer. The socket itself is asked, for the loop may not have heard yet; but where it has
    /// `rested` for a moment only, what the loop knows is as new.
    pub fn is_quiet(&mut self, rested: Duration) -> bool {
        match self {
            Stream::Plain(tcp) => (rested < MOMENT && is_unheard(tcp)) || is_silent(tcp),
            Stream::Tls(tls) => {
                let (tcp, session) = tls.get_ref();
                session.wants_read() && (is_silent(&tcp.tcp) || self.says_nothing())
            }
        }
    }

    /// Reads what came; with TLS that may be a ticket for a later session, which says nothing.
    fn says_nothing(&mut self) -> bool {
        let mut byte = [0];
        let read = Pin::new(self).poll_read(&mut Context::from_waker(Waker::noop()), &mut ReadBuf::new(&mut byte));
        read.is_pending()
    }
}

impl AsFd for Stream {
    fn as_fd(&self) -> BorrowedFd<'_> {
        match self {
            Stream::Plain(tcp) => tcp.as_fd(),
            Stream::Tls(tls) => tls.get_ref().0.tcp.as_fd(),
        }
    }
}

impl AsyncRead for Stream {
    fn poll_read(self: Pin<&mut Self>, context: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Stream::Plain(tcp) => Pin::new(tcp).poll_read(context, buf),
            Stream::Tls(tls) => Pin::new(tls).poll_read(context, buf),
        }
    }
}

impl AsyncWrite for Stream {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        match self.get_mut() {
            Stream::Plain(tcp) => Pin::new(tcp).poll_write(context, bytes),
            Stream::Tls(tls) => Pin::new(tls).poll_write(context, bytes),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Stream::Plain(tcp) => Pin::new(tcp).poll_flush(context),
            Stream::Tls(tls) => Pin::new(tls).poll_flush(context),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Stream::Plain(tcp) => Pin::new(tcp).poll_shutdown(context),
            Stream::Tls(tls) => Pin::new(tls).poll_shutdown(context),
        }
    }
}

impl Watched {
    pub fn new(tcp: TcpStream) -> Watched {
        Watched { tcp, opening: Opening::default() }
    }
}

impl AsyncRead for Watched {
    fn poll_read(self: Pin<&mut Self>, context: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let Watched { tcp, opening } = self.get_mut();
        let filled = buf.filled().len();
        let polled = Pin::new(tcp).poll_read(context, buf);
        if opening.wants_more() {
            opening.note(&buf.filled()[filled..]);
        }
        polled
    }
}

impl AsyncWrite for Watched {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().tcp).poll_write(context, bytes)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().tcp).poll_write_vectored(context, bytes)
    }

    fn is_write_vectored(&self) -> bool {
        self.tcp.is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().tcp).poll_flush(context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().tcp).poll_shutdown(context)
    }
}

/// Whether the loop has heard of nothing to read since all was read.
fn is_unheard(tcp: &TcpStream) -> bool {
    tcp.poll_read_ready(&mut Context::from_waker(Waker::noop())).is_pending()
}

/// Whether there is nothing to read, not even an end.
pub(super) fn is_silent(tcp: impl AsFd) -> bool {
    let flags = RecvFlags::PEEK | RecvFlags::DONTWAIT;
    matches!(recv(tcp, &mut [0_u8][..], flags), Err(Errno::AGAIN | Errno::INTR))
}
