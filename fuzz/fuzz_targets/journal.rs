//! Any journal, in pieces whose sizes the input chooses: what is read, and what is wrong with it, does not depend on them;
//! what is read is written in a form that is read as the same.
#![no_main]

use crawltop::event::Event;
use crawltop::journal::{self, Ended, JournalError, Reader};
use libfuzzer_sys::fuzz_target;

const HEADER: &[u8] = b"{\"type\":\"journal\",\"version\":1,\"program\":\"x\"}\n";

fuzz_target!(|input: &[u8]| {
    let Some((sizes, text)) = input.split_at_checked(4) else { return };
    // Most inputs get behind the first line only so.
    let text = if sizes[0] % 8 == 0 { text.to_vec() } else { [HEADER, text].concat() };
    let (events, ended) = read(&text, &[255]);
    assert_eq!((&events, &ended), (&read(&text, sizes).0, &read(&text, sizes).1));
    let mut written = Vec::new();
    journal::write_header(&mut written);
    events.iter().for_each(|event| assert!(journal::write(event, &mut written)));
    assert_eq!(read(&written, &[255]), (events, Ok(Ended::Whole)));
});

fn read(mut text: &[u8], sizes: &[u8]) -> (Vec<Event>, Result<Ended, JournalError>) {
    let (mut reader, mut events) = (Reader::default(), Vec::new());
    for size in sizes.iter().cycle() {
        let (piece, rest) = text.split_at(text.len().min(usize::from(*size) + 1));
        if let Err(error) = reader.receive(piece, &mut events) {
            return (events, Err(error));
        }
        text = rest;
        if text.is_empty() {
            break;
        }
    }
    (events, reader.finish())
}
