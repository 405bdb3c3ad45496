//! Proxies that lead on: CONNECT and SOCKS5, always to this machine. Knows nothing of what goes through them.

use std::io::{Read, Write, copy};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::thread::{self, JoinHandle};

/// Which kind, and what it wants to know of a user.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Manner {
    Connect,
    Socks,
    /// With user and password `ann` and `s3cret`.
    SocksForAnn,
}

/// Serves until it is dropped.
pub struct Middle {
    address: SocketAddr,
    closing: Arc<AtomicBool>,
    listener: Option<JoinHandle<()>>,
}

impl Middle {
    /// `note` is told of each request: the head of a CONNECT, or where SOCKS5 is asked to lead, in words.
    pub fn listen(listener: TcpListener, manner: Manner, note: impl Fn(String) + Send + Sync + 'static) -> Middle {
        let (address, closing) = (listener.local_addr().unwrap(), Arc::new(AtomicBool::new(false)));
        let (ends, note) = (Arc::clone(&closing), Arc::new(note));
        let serve = move || {
            for client in listener.incoming() {
                if ends.load(SeqCst) {
                    return;
                }
                let note = Arc::clone(&note);
                // A client may go away at any step; that is its right.
                thread::spawn(move || client.and_then(|client| lead(client, manner, &*note)));
            }
        };
        Middle { address, closing, listener: Some(thread::spawn(serve)) }
    }
}

impl Drop for Middle {
    fn drop(&mut self) {
        self.closing.store(true, SeqCst);
        drop(TcpStream::connect(self.address));
        self.listener.take().into_iter().for_each(|listener| listener.join().unwrap());
    }
}

fn lead(mut client: TcpStream, manner: Manner, note: &dyn Fn(String)) -> std::io::Result<()> {
    let port = match manner {
        Manner::Connect => asked_by_connect(&mut client, note)?,
        Manner::Socks => asked_by_socks(&mut client, false, note)?,
        Manner::SocksForAnn => asked_by_socks(&mut client, true, note)?,
    };
    let server = TcpStream::connect((Ipv4Addr::LOCALHOST, port))?;
    client.write_all(match manner {
        Manner::Connect => b"HTTP/1.1 200 Connection established\r\n\r\n",
        _ => b"\x05\x00\x00\x01\x00\x00\x00\x00\x00\x00",
    })?;
    let (mut up, mut down) = ((client.try_clone()?, server.try_clone()?), (server, client));
    let uphill = thread::spawn(move || copy(&mut up.0, &mut up.1).and_then(|_| up.1.shutdown(Shutdown::Write)));
    copy(&mut down.0, &mut down.1).and_then(|_| down.1.shutdown(Shutdown::Write))?;
    uphill.join().unwrap()
}

/// `CONNECT a.example:443 HTTP/1.1`.
fn asked_by_connect(client: &mut TcpStream, note: &dyn Fn(String)) -> std::io::Result<u16> {
    let (mut head, mut byte) = (Vec::new(), [0]);
    while !head.ends_with(b"\r\n\r\n") {
        client.read_exact(&mut byte)?;
        head.push(byte[0]);
    }
    let head = String::from_utf8(head).unwrap();
    let place = head.split(' ').nth(1).unwrap_or_default().to_owned();
    note(head);
    Ok(place.rsplit(':').next().and_then(|port| port.parse().ok()).expect("a port is asked for"))
}

/// RFC 1928; with a user, RFC 1929.
fn asked_by_socks(client: &mut TcpStream, for_ann: bool, note: &dyn Fn(String)) -> std::io::Result<u16> {
    let [_, methods] = read(client)?;
    let offered = read_some(client, methods.into())?;
    let method = if for_ann { 2 } else { 0 };
    assert!(offered.contains(&method), "{offered:?}");
    client.write_all(&[5, method])?;
    if for_ann {
        let [_, length] = read(client)?;
        let user = read_some(client, length.into())?;
        let [length] = read(client)?;
        let is_ann = (&user[..], &read_some(client, length.into())?[..]) == (b"ann", b"s3cret");
        client.write_all(&[1, u8::from(!is_ann)])?;
    }
    let [_, _, _, kind] = read(client)?;
    let host = match kind {
        1 => Ipv4Addr::from(read::<4>(client)?).to_string(),
        3 => {
            let [length] = read(client)?;
            String::from_utf8(read_some(client, length.into())?).unwrap()
        }
        kind => panic!("address of type {kind}"),
    };
    let port = u16::from_be_bytes(read(client)?);
    note(format!("{host}:{port}"));
    Ok(port)
}

fn read<const N: usize>(client: &mut TcpStream) -> std::io::Result<[u8; N]> {
    let mut bytes = [0; N];
    client.read_exact(&mut bytes).map(|()| bytes)
}

fn read_some(client: &mut TcpStream, length: usize) -> std::io::Result<Vec<u8>> {
    let mut bytes = vec![0; length];
    client.read_exact(&mut bytes).map(|()| bytes)
}
