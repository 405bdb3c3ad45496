//! A server on loopback that does what a script says, byte by byte, and counts who came. Knows nothing of HTTP but where
//! a request's head ends.

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Condvar, Mutex};
use std::thread;
use std::time::Duration;

/// Only a test that hangs waits so long.
const HANGING: Duration = Duration::from_secs(60);

/// One thing to do with a connection whose request was read.
#[derive(Clone)]
pub enum Step {
    Send(Vec<u8>),
    /// Goes on when the gate is open.
    Await(Gate),
    /// Says that nothing more will come, and still listens.
    HalfClose,
    /// Cuts the connection off (RST).
    Reset,
    /// Never answers: waits until the client has gone.
    Silence,
}

/// Shut until it is opened; clones are the same gate.
#[derive(Clone, Default)]
pub struct Gate(Arc<(Mutex<bool>, Condvar)>);

impl Gate {
    pub fn open(&self) {
        *self.0.0.lock().unwrap() = true;
        self.0.1.notify_all();
    }

    fn pass(&self) {
        let open = self.0.0.lock().unwrap();
        drop(self.0.1.wait_timeout_while(open, HANGING, |open| !*open).unwrap());
    }
}

/// Serves until it is dropped.
pub struct Server {
    address: SocketAddr,
    counts: Arc<Counts>,
}

#[derive(Default)]
struct Counts {
    connections: AtomicUsize,
    requests: AtomicUsize,
    paths: Mutex<Vec<String>>,
    heads: Mutex<Vec<String>>,
    stopped: AtomicBool,
}

impl Server {
    /// `script` tells the steps for a path; after the last one the connection is closed.
    pub fn start(script: impl Fn(&str) -> Vec<Step> + Send + Sync + 'static) -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let counts = Arc::new(Counts::default());
        let (shared, script) = (counts.clone(), Arc::new(script));
        thread::spawn(move || {
            for stream in listener.incoming() {
                if shared.stopped.load(SeqCst) {
                    return;
                }
                let (counts, script) = (shared.clone(), script.clone());
                counts.connections.fetch_add(1, SeqCst);
                // A client may go away at any step; that is its right.
                thread::spawn(move || stream.and_then(|stream| serve(stream, &counts, &*script)));
            }
        });
        Server { address, counts }
    }

    /// The same steps for every path.
    pub fn always(steps: Vec<Step>) -> Server {
        Server::start(move |_| steps.clone())
    }

    /// Of `path`, which begins with a slash.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    pub fn connections(&self) -> usize {
        self.counts.connections.load(SeqCst)
    }

    /// Requests whose head was read.
    pub fn requests(&self) -> usize {
        self.counts.requests.load(SeqCst)
    }

    /// The heads of the requests, in the order they were read.
    pub fn heads(&self) -> Vec<String> {
        self.counts.heads.lock().unwrap().clone()
    }

    /// What was asked for, in the order it was read.
    pub fn paths(&self) -> Vec<String> {
        self.counts.paths.lock().unwrap().clone()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.counts.stopped.store(true, SeqCst);
        // Wakes the accepting thread.
        drop(TcpStream::connect(self.address));
    }
}

/// A whole answer with its length.
pub fn answer(status_line: &str, content_type: &str, body: &[u8]) -> Vec<u8> {
    let head = format!(
        "HTTP/1.1 {status_line}\r\nContent-Type: {content_type}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    );
    [head.as_bytes(), body].concat()
}

/// A whole page that is fine.
pub fn page(body: &str) -> Vec<u8> {
    answer("200 OK", "text/html; charset=utf-8", body.as_bytes())
}

fn serve(mut stream: TcpStream, counts: &Counts, script: &dyn Fn(&str) -> Vec<Step>) -> std::io::Result<()> {
    stream.set_read_timeout(Some(HANGING))?;
    let Some(head) = request(&mut stream)? else { return Ok(()) };
    let path = head.split(' ').nth(1).unwrap_or_default().to_owned();
    let steps = script(&path);
    counts.paths.lock().unwrap().push(path);
    counts.heads.lock().unwrap().push(head);
    counts.requests.fetch_add(1, SeqCst);
    for step in steps {
        match step {
            Step::Send(bytes) => stream.write_all(&bytes)?,
            Step::Await(gate) => gate.pass(),
            Step::HalfClose => stream.shutdown(Shutdown::Write)?,
            Step::Reset => return Ok(rustix::net::sockopt::set_socket_linger(&stream, Some(Duration::ZERO))?),
            Step::Silence => return stream.read_to_end(&mut Vec::new()).map(drop),
        }
    }
    Ok(())
}

/// The head of a request, once it is there; none where the client left before.
fn request(stream: &mut TcpStream) -> std::io::Result<Option<String>> {
    let (mut head, mut byte) = (Vec::new(), [0]);
    while !head.ends_with(b"\r\n\r\n") {
        if stream.read(&mut byte)? == 0 {
            return Ok(None);
        }
        head.push(byte[0]);
    }
    Ok(Some(String::from_utf8_lossy(&head).into_owned()))
}
