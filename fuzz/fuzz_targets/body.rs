//! The content of a response in each framing, in pieces whose sizes the input chooses: its content does not depend on
//! them, and a cut is never taken for whole.
#![no_main]

use crawltop::http::{Exchange, Limits, Method, Step};
use libfuzzer_sys::fuzz_target;

const HEADS: [&str; 4] = [
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
    "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n",
    "HTTP/1.1 200 OK\r\n\r\n",
    "HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n",
];

fuzz_target!(|input: &[u8]| {
    let [form, sizes @ .., _] = input else { return };
    let (sizes, body) = sizes.split_at(sizes.len().min(4));
    let wire = [HEADS[usize::from(*form) % HEADS.len()].as_bytes(), body].concat();
    let whole = feed(&wire, &[255]);
    let pieces = feed(&wire, sizes);
    assert_eq!(whole.1, pieces.1, "whole or not");
    match whole.1 {
        true => assert_eq!(whole.0, pieces.0),
        false => assert!(whole.0.starts_with(&pieces.0) || pieces.0.starts_with(&whole.0)),
    }
    assert!(whole.0.len() <= wire.len());
});

/// The content, and whether the response was whole when the peer closed.
fn feed(wire: &[u8], sizes: &[u8]) -> (Vec<u8>, bool) {
    let mut exchange = Exchange::new(Method::Get, Limits::default());
    let mut sizes = sizes.iter().cycle();
    let (mut start, mut end, mut content) = (0, 0, Vec::new());
    loop {
        match exchange.receive(&wire[start..end]) {
            Err(_) => return (content, false),
            Ok((used, step)) => {
                assert!(used <= end - start);
                match step {
                    Step::Done(_) => return (content, true),
                    Step::NeedMore if end == wire.len() => {
                        return (content, exchange.end(end - start - used, true).is_ok());
                    }
                    Step::NeedMore => {
                        end = wire.len().min(end + 1 + sizes.next().map_or(0, |size| usize::from(*size)));
                    }
                    Step::Body(piece) => {
                        assert!(!piece.is_empty());
                        content.extend_from_slice(piece);
                    }
                    Step::Head(_) | Step::Interim { .. } => {}
                }
                start += used;
            }
        }
    }
}
