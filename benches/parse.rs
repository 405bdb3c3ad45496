//! How fast responses are read: bytes a second of a body, heads a second, and one typical response.

use std::hint::black_box;

use crawltop::http::{Exchange, Limits, Method, Step};
use divan::Bencher;
use divan::counter::{BytesCount, ItemsCount};

/// What nginx says about a static page.
const NGINX: &str = "HTTP/1.1 200 OK\r\nServer: nginx/1.24.0\r\nDate: Sat, 21 Nov 2026 10:27:00 GMT\r\n\
    Content-Type: text/html; charset=utf-8\r\nContent-Length: 8192\r\nLast-Modified: Fri, 20 Nov 2026 08:00:00 GMT\r\n\
    Connection: keep-alive\r\nETag: \"691ed000-2000\"\r\nAccept-Ranges: bytes\r\n\r\n";

const CHUNKED: &str = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";

fn main() {
    divan::main();
}

#[divan::bench]
fn length_body_of_1_mib(bencher: Bencher) {
    let head = "HTTP/1.1 200 OK\r\nContent-Length: 1048576\r\n\r\n";
    bench_bytes(bencher, &[head.as_bytes(), &vec![b'x'; 1 << 20]].concat());
}

#[divan::bench]
fn chunked_body_of_4_kib_chunks(bencher: Bencher) {
    let chunk = [&b"1000\r\n"[..], &[b'x'; 4096], b"\r\n"].concat();
    bench_bytes(bencher, &[CHUNKED.as_bytes(), &chunk.repeat(256), b"0\r\n\r\n"].concat());
}

#[divan::bench]
fn chunked_body_of_16_byte_chunks(bencher: Bencher) {
    let chunk = b"10\r\nxxxxxxxxxxxxxxxx\r\n".repeat(4096);
    bench_bytes(bencher, &[CHUNKED.as_bytes(), &chunk, b"0\r\n\r\n"].concat());
}

#[divan::bench]
fn nginx_head(bencher: Bencher) {
    let mut exchange = Exchange::new(Method::Head, Limits::default());
    bencher.counter(ItemsCount::new(1usize)).bench_local(|| read(&mut exchange, Method::Head, NGINX.as_bytes()));
}

#[divan::bench]
fn nginx_response_of_8_kib(bencher: Bencher) {
    let wire = [NGINX.as_bytes(), &[b'x'; 8192]].concat();
    let mut exchange = Exchange::new(Method::Get, Limits::default());
    bencher.counter(ItemsCount::new(1usize)).bench_local(|| read(&mut exchange, Method::Get, &wire));
}

fn bench_bytes(bencher: Bencher, wire: &[u8]) {
    let mut exchange = Exchange::new(Method::Get, Limits::default());
    bencher.counter(BytesCount::of_slice(wire)).bench_local(|| read(&mut exchange, Method::Get, wire));
}

/// Reads as from a socket: at most 64 KiB are there at once.
fn read(exchange: &mut Exchange, method: Method, wire: &[u8]) -> usize {
    const READ: usize = 64 * 1024;
    exchange.reset(method);
    let (mut start, mut end, mut content) = (0, wire.len().min(READ), 0);
    loop {
        let (used, step) = exchange.receive(black_box(&wire[start..end])).expect("a proper response");
        match step {
            Step::NeedMore => end = wire.len().min(end + READ),
            Step::Body(piece) => content += black_box(piece).len(),
            Step::Done(_) => return content,
            Step::Head(_) | Step::Interim { .. } => {}
        }
        start += used;
    }
}
