//! Proxies on loopback that do what a test tells them. Knows nothing of crawltop.

use crate::loopback::HANGING;
use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

/// Listens until the test process ends.
pub struct Middle {
    pub address: SocketAddr,
    heard: Arc<Mutex<Vec<String>>>,
}

/// The proxy's end of a connection.
pub struct Client {
    pub tcp: TcpStream,
    heard: Arc<Mutex<Vec<String>>>,
}

impl Middle {
    /// A client may go away at any step; that is its right.
    pub fn start(script: impl Fn(&mut Client) -> std::io::Result<()> + Send + Sync + 'static) -> Middle {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let heard: Arc<Mutex<Vec<String>>> = Arc::default();
        let (kept, script) = (Arc::clone(&heard), Arc::new(script));
        thread::spawn(move || {
            for tcp in listener.incoming() {
                let tcp = tcp.unwrap();
                tcp.set_read_timeout(Some(HANGING)).unwrap();
                let (heard, script) = (Arc::clone(&kept), Arc::clone(&script));
                heard.lock().unwrap().push("connection".to_owned());
                thread::spawn(move || script(&mut Client { tcp, heard }));
            }
        });
        Middle { address, heard }
    }

    /// One that connects whoever asks by CONNECT to `to`, wherever he wants to go.
    pub fn tunnelling(to: SocketAddr) -> Middle {
        Middle::start(move |client| {
            client.head()?;
            client.tcp.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n")?;
            client.relay(to)
        })
    }

    /// As [`Middle::tunnelling`], by SOCKS5 with a login.
    pub fn socks(to: SocketAddr) -> Middle {
        Middle::start(move |client| {
            client.exactly(4)?;
            client.tcp.write_all(b"\x05\x02")?;
            client.exactly(12)?;
            client.tcp.write_all(b"\x01\x00")?;
            let head = client.exactly(5)?;
            client.exactly(if head[3] == 3 { usize::from(head[4]) + 2 } else { 5 })?;
            client.tcp.write_all(b"\x05\x00\x00\x01\x00\x00\x00\x00\x00\x00")?;
            client.relay(to)
        })
    }

    /// What clients have said, and a word for each connection.
    pub fn heard(&self) -> Vec<String> {
        self.heard.lock().unwrap().clone()
    }

    pub fn connections(&self) -> usize {
        self.heard().iter().filter(|it| *it == "connection").count()
    }
}

impl Client {
    /// A request's head; an error, where the client goes away before.
    pub fn head(&mut self) -> std::io::Result<String> {
        let (mut head, mut byte) = (Vec::new(), [0]);
        while !head.ends_with(b"\r\n\r\n") {
            self.tcp.read_exact(&mut byte)?;
            head.push(byte[0]);
        }
        let head = String::from_utf8(head).unwrap();
        self.heard.lock().unwrap().push(head.clone());
        Ok(head)
    }

    /// So many bytes.
    pub fn exactly(&mut self, count: usize) -> std::io::Result<Vec<u8>> {
        let mut bytes = vec![0; count];
        self.tcp.read_exact(&mut bytes)?;
        self.heard.lock().unwrap().push(bytes.escape_ascii().to_string());
        Ok(bytes)
    }

    /// Passes bytes on both ways until both sides are done.
    pub fn relay(&mut self, to: SocketAddr) -> std::io::Result<()> {
        let target = TcpStream::connect(to)?;
        let (client, there) = (self.tcp.try_clone()?, target.try_clone()?);
        let back = thread::spawn(move || pass(&target, &client));
        pass(&self.tcp, &there);
        back.join().unwrap();
        Ok(())
    }

    /// Waits until the client has gone.
    pub fn hold(&mut self) -> std::io::Result<()> {
        self.tcp.read_to_end(&mut Vec::new()).map(drop)
    }
}

fn pass(mut from: &TcpStream, mut to: &TcpStream) {
    let _ = std::io::copy(&mut from, &mut to);
    let _ = to.shutdown(Shutdown::Write);
}
