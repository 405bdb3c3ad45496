//! A response head, whole and byte by byte: both ways of feeding it tell the same, and what they tell is bounded.
#![no_main]

use crawltop::http::{Exchange, HttpError, Limits, Method, Step};
use libfuzzer_sys::fuzz_target;

/// Status, fields, bytes of the head.
type Told = Result<Option<(u16, Vec<(String, Vec<u8>)>, usize)>, HttpError>;

fuzz_target!(|wire: &[u8]| {
    for method in [Method::Get, Method::Head] {
        let whole = feed(method, wire, wire.len().max(1));
        let bytewise = feed(method, wire, 1);
        match (&whole, &bytewise) {
            // What an error shows of the input depends on how much was there; that there is one does not.
            (Err(_), Err(_)) => {}
            _ => assert_eq!(whole, bytewise),
        }
    }
});

fn feed(method: Method, wire: &[u8], piece: usize) -> Told {
    let limits = Limits::default();
    let mut exchange = Exchange::new(method, limits);
    let (mut start, mut end) = (0, 0);
    loop {
        let (used, step) = exchange.receive(&wire[start..end])?;
        assert!(used <= end - start);
        start += used;
        match step {
            Step::Interim { status } => assert!((100..200).contains(&status)),
            Step::Head(head) => {
                assert!(head.raw.len() <= limits.head_bytes && head.fields.len() <= limits.fields);
                assert!(head.fields.iter().all(|(_, value)| !value.iter().any(|byte| b"\r\n\0".contains(byte))));
                let fields = head.fields.iter().map(|(name, value)| (name.to_owned(), value.to_vec())).collect();
                return Ok(Some((head.status, fields, head.raw.len())));
            }
            Step::NeedMore if end == wire.len() => {
                exchange.end(end - start, true).expect_err("a head without its end");
                return Ok(None);
            }
            Step::NeedMore => end = wire.len().min(end + piece),
            Step::Body(_) | Step::Done(_) => unreachable!("before the head"),
        }
    }
}
