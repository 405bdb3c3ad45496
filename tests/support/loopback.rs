//! Servers on loopback that do what a test tells them, and no more: a thread a connection, a closure as its script.
//! Knows nothing of crawltop.

use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Condvar, Mutex};
use std::thread::{self, JoinHandle};
use std::time::Duration;
use tokio_rustls::rustls::{ServerConfig, ServerConnection, StreamOwned};

/// Only a test that hangs waits so long.
pub const HANGING: Duration = Duration::from_secs(60);

/// What a server does with one connection.
pub type Script = dyn Fn(&mut Peer) + Send + Sync;

/// Listens until it is dropped; a script that panicked fails the test then.
pub struct Server {
    pub address: SocketAddr,
    closing: Arc<AtomicBool>,
    listener: Option<JoinHandle<Vec<JoinHandle<()>>>>,
}

impl Server {
    pub fn start(script: impl Fn(&mut Peer) + Send + Sync + 'static) -> Server {
        Server::listen(TcpListener::bind("127.0.0.1:0").unwrap(), None, Arc::new(script))
    }

    pub fn start_tls(tls: Arc<ServerConfig>, script: impl Fn(&mut Peer) + Send + Sync + 'static) -> Server {
        Server::listen(TcpListener::bind("127.0.0.1:0").unwrap(), Some(tls), Arc::new(script))
    }

    pub fn listen(listener: TcpListener, tls: Option<Arc<ServerConfig>>, script: Arc<Script>) -> Server {
        let address = listener.local_addr().unwrap();
        let closing = Arc::new(AtomicBool::new(false));
        let ends = Arc::clone(&closing);
        let listener = thread::spawn(move || accept(&listener, tls.as_ref(), &script, &ends));
        Server { address, closing, listener: Some(listener) }
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    pub fn https(&self, path: &str) -> String {
        format!("https://{}{path}", self.address)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.closing.store(true, SeqCst);
        // It wakes the listener; the address can't be reached only where that is gone already.
        let _ = TcpStream::connect(self.address);
        let scripts = self.listener.take().map(JoinHandle::join);
        if !thread::panicking() {
            let ended: Vec<_> = scripts.into_iter().flatten().flatten().map(JoinHandle::join).collect();
            assert!(ended.iter().all(Result::is_ok), "a script panicked");
        }
    }
}

fn accept(
    listener: &TcpListener,
    tls: Option<&Arc<ServerConfig>>,
    script: &Arc<Script>,
    closing: &AtomicBool,
) -> Vec<JoinHandle<()>> {
    let mut running = Vec::new();
    loop {
        let (tcp, _) = listener.accept().unwrap();
        if closing.load(SeqCst) {
            return running;
        }
        tcp.set_read_timeout(Some(HANGING)).unwrap();
        tcp.set_nodelay(true).unwrap();
        let (number, script, tls) = (running.len(), Arc::clone(script), tls.cloned());
        running.push(thread::spawn(move || script(&mut Peer::new(tcp, tls, number))));
    }
}

/// The server's end of a connection.
pub struct Peer {
    tcp: Option<TcpStream>,
    tls: Option<StreamOwned<ServerConnection, TcpStream>>,
    /// Connections are counted from 0.
    pub number: usize,
}

impl Peer {
    fn new(tcp: TcpStream, tls: Option<Arc<ServerConfig>>, number: usize) -> Peer {
        let tls = tls.map(|tls| StreamOwned::new(ServerConnection::new(tls).unwrap(), tcp.try_clone().unwrap()));
        Peer { tcp: Some(tcp), tls, number }
    }

    fn tcp(&self) -> &TcpStream {
        self.tcp.as_ref().expect("the connection was reset by this script")
    }

    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        match &mut self.tls {
            Some(tls) => tls.read(buffer),
            None => self.tcp().read(buffer),
        }
    }

    /// A request's head, up to its empty line; less, where the client goes away or the handshake fails.
    pub fn request(&mut self) -> String {
        let (mut head, mut byte) = (Vec::new(), [0]);
        while !head.ends_with(b"\r\n\r\n") && self.read(&mut byte).is_ok_and(|read| read == 1) {
            head.push(byte[0]);
        }
        String::from_utf8(head).unwrap()
    }

    /// The first bytes that come, whatever they are.
    pub fn receive(&mut self) -> Vec<u8> {
        let mut buffer = [0; 4096];
        let read = self.tcp().read(&mut buffer).unwrap();
        buffer[..read].to_vec()
    }

    /// Sends, and says whether the client still takes it.
    pub fn send(&mut self, bytes: impl AsRef<[u8]>) -> bool {
        match &mut self.tls {
            Some(tls) => tls.write_all(bytes.as_ref()).and_then(|()| tls.flush()).is_ok(),
            None => self.tcp().write_all(bytes.as_ref()).is_ok(),
        }
    }

    /// Sends these very bytes, whatever protocol is spoken.
    pub fn send_raw(&mut self, bytes: &[u8]) {
        self.tcp().write_all(bytes).unwrap();
    }

    /// Waits for a request and answers it.
    pub fn answer(&mut self, bytes: impl AsRef<[u8]>) {
        if !self.request().is_empty() {
            self.send(bytes);
        }
    }

    /// No more comes from this side, and over TLS it is said that this is the end.
    pub fn close(&mut self) {
        if let Some(tls) = &mut self.tls {
            tls.conn.send_close_notify();
            let _ = tls.flush();
        }
        self.half_close();
    }

    /// No more comes from this side.
    pub fn half_close(&mut self) {
        let _ = self.tcp().shutdown(Shutdown::Write);
    }

    /// Cuts the connection off at once: a close with a linger of nothing is a reset.
    pub fn reset(&mut self) {
        self.tls = None;
        let Some(tcp) = self.tcp.take() else { return };
        tcp.set_nonblocking(true).unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build().unwrap();
        runtime.block_on(async { tokio::net::TcpStream::from_std(tcp).unwrap().set_zero_linger() }).unwrap();
    }

    /// Sends, and then a byte now and then until the client goes away.
    pub fn drip(&mut self, beginning: impl AsRef<[u8]>) {
        let never = Gate::default();
        let mut taken = self.send(beginning);
        while taken && !never.opens_within(Duration::from_millis(20)) {
            taken = self.send(".");
        }
    }

    /// Says nothing more until the client goes away.
    pub fn hold(&mut self) {
        let mut buffer = [0; 4096];
        loop {
            match self.tcp().read(&mut buffer) {
                Ok(0) => return,
                Err(error) if error.kind() == ErrorKind::ConnectionReset => return,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                ended => drop(ended.expect("the client goes away in time")),
            }
        }
    }
}

/// Something that comes to pass once, and may be waited for. Clones are the same.
#[derive(Clone, Default)]
pub struct Gate(Arc<(Mutex<bool>, Condvar)>);

impl Gate {
    pub fn open(&self) {
        *self.0.0.lock().unwrap() = true;
        self.0.1.notify_all();
    }

    pub fn wait(&self) {
        assert!(self.opens_within(HANGING), "the gate never opened");
    }

    /// Waits for it, but no longer than `span`.
    pub fn opens_within(&self, span: Duration) -> bool {
        let open = self.0.0.lock().unwrap();
        *self.0.1.wait_timeout_while(open, span, |open| !*open).unwrap().0
    }
}

/// How many there are at once, and the most there ever were. Clones are the same.
#[derive(Clone, Default)]
pub struct Gauge(Arc<(AtomicUsize, AtomicUsize)>);

impl Gauge {
    /// One more, until [`Gauge::leave`].
    pub fn enter(&self) {
        let now = self.0.0.fetch_add(1, SeqCst) + 1;
        self.0.1.fetch_max(now, SeqCst);
    }

    pub fn leave(&self) {
        self.0.0.fetch_sub(1, SeqCst);
    }

    pub fn most(&self) -> usize {
        self.0.1.load(SeqCst)
    }
}

/// An answer with a length.
pub fn ok(body: &str) -> String {
    format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{body}", body.len())
}

/// A server that speaks no TLS: the first connection is meant to be that, and is not understood.
pub fn plain_only() -> Server {
    Server::start(|peer| {
        if peer.number > 0 {
            peer.answer(ok("hi"));
            return;
        }
        assert_eq!(peer.receive()[0], 22, "a TLS handshake comes first");
        peer.send("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n");
    })
}
