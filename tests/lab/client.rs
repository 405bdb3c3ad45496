//! A client that knows just enough HTTP to tell a whole answer from a broken one.

use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::thread;
use std::time::{Duration, Instant};

use crawltop::lab::{Fault, Faults, Lab, LabConfig, Page, Site};

/// Only a test that hangs waits so long.
pub(crate) const HANGING: Duration = Duration::from_secs(60);

pub(crate) fn start(pages: u32, faults: Faults) -> Lab {
    let latency = Duration::ZERO..=Duration::ZERO;
    Lab::start(LabConfig { pages, latency, faults, ..LabConfig::default() }).unwrap()
}

pub(crate) fn connect(lab: &Lab) -> TcpStream {
    let stream = TcpStream::connect(lab.address()).unwrap();
    stream.set_read_timeout(Some(HANGING)).unwrap();
    stream
}

pub(crate) fn ask(lab: &Lab, request: &str) -> TcpStream {
    let mut stream = connect(lab);
    stream.write_all(request.as_bytes()).unwrap();
    stream
}

pub(crate) fn get(lab: &Lab, path: &str) -> TcpStream {
    ask(lab, &format!("GET {path} HTTP/1.1\r\nHost: lab\r\nConnection: close\r\n\r\n"))
}

/// All bytes up to the end, and how the end came.
pub(crate) fn read_all(stream: &mut TcpStream) -> (Vec<u8>, Option<ErrorKind>) {
    let mut bytes = Vec::new();
    let error = stream.read_to_end(&mut bytes).err().map(|error| error.kind());
    (bytes, error)
}

pub(crate) fn split(bytes: &[u8]) -> (String, &[u8]) {
    let end = bytes.windows(4).position(|window| window == b"\r\n\r\n").expect("a whole head") + 4;
    (String::from_utf8(bytes[..end].to_vec()).unwrap(), &bytes[end..])
}

pub(crate) fn has_field(head: &str, field: &str) -> bool {
    head.contains(&format!("\r\n{field}\r\n"))
}

/// The body without its framing, if it is whole.
pub(crate) fn decode(head: &str, body: &[u8]) -> Option<Vec<u8>> {
    if let Some(length) = head.split("\r\nContent-Length: ").nth(1) {
        let length: usize = length.split("\r\n").next().unwrap().parse().unwrap();
        return (body.len() == length).then(|| body.to_vec());
    }
    if !has_field(head, "Transfer-Encoding: chunked") {
        return has_field(head, "Connection: close").then(|| body.to_vec());
    }
    let (mut decoded, mut rest) = (Vec::new(), body);
    loop {
        let end = rest.windows(2).position(|window| window == b"\r\n")?;
        let size = usize::from_str_radix(std::str::from_utf8(&rest[..end]).unwrap(), 16).unwrap();
        let (chunk, after) = rest[end + 2..].split_at_checked(size)?;
        decoded.extend_from_slice(chunk);
        rest = after.strip_prefix(b"\r\n")?;
        if size == 0 {
            return rest.is_empty().then_some(decoded);
        }
    }
}

/// The pages with this fault, one of them at least.
pub(crate) fn with_fault(site: &Site, is_meant: impl Fn(&Fault) -> bool) -> Vec<&Page> {
    let pages: Vec<&Page> = site.pages.iter().filter(|page| page.fault.as_ref().is_some_and(&is_meant)).collect();
    assert!(!pages.is_empty());
    pages
}

pub(crate) fn wait_until(mut is_so: impl FnMut() -> bool) {
    let start = Instant::now();
    while !is_so() {
        assert!(start.elapsed() < HANGING, "it never came true");
        thread::yield_now();
    }
}
