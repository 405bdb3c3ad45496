//! Recordings of every kind: whole, packed, in pieces, cut off, too long for memory, and what is none.

use super::*;
use crate::clock::At;
use crate::control::EndReason;
use crate::event::{Event, EventKind};
use crate::id::FetchId;
use crate::journal::Header;
use crate::tape::{BLOCK, BYTES_KEPT, Ended};
use crate::text::json_line;
use flate2::Compression;
use flate2::write::GzEncoder;
use std::fs::File;
use std::io::{Cursor, Read, Write};

const HEADER: &str = "{\"type\":\"journal\",\"version\":1,\"program\":\"a test\"}\n";

fn events(count: u64) -> Vec<Event> {
    let queued = (1..count).map(|at| Event { at: At(at), kind: EventKind::Queued { id: FetchId(at) } });
    let ended = Event { at: At(count), kind: EventKind::RunEnded { reason: EndReason::Finished, unread: 0 } };
    queued.chain([ended]).collect()
}

fn journal(events: &[Event]) -> Vec<u8> {
    let mut bytes = Vec::new();
    json_line(&Header::default(), &mut bytes);
    events.iter().for_each(|event| json_line(event, &mut bytes));
    bytes
}

fn packed(bytes: &[u8]) -> Vec<u8> {
    let mut packer = GzEncoder::new(Vec::new(), Compression::fast());
    packer.write_all(bytes).unwrap();
    packer.finish().unwrap()
}

/// Gives so many bytes at once.
struct Pieces(Cursor<Vec<u8>>, usize);

impl Read for Pieces {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        let most = bytes.len().min(self.1);
        self.0.read(&mut bytes[..most])
    }
}

/// Read as from a pipe that gives `piece` bytes at once.
fn piped(bytes: Vec<u8>, piece: usize) -> Arc<Tape> {
    let source = Source::of(Pieces(Cursor::new(bytes), piece), None).unwrap();
    let again = Arc::new(Again::of(&source).unwrap());
    let tape = Tape::new(again.clone());
    Reading::new(again, tape.clone()).read(source);
    tape
}

fn told(tape: &Tape) -> Vec<Event> {
    let mut events = Vec::new();
    while let Some(block) = tape.block(events.len() as u64) {
        events.extend(block.events.iter().cloned());
    }
    events
}

fn ended(bytes: impl Into<Vec<u8>>) -> Ended {
    piped(bytes.into(), 1 << 20).extent().ended.unwrap()
}

#[test]
fn whole_packed_and_in_pieces_of_any_size_it_is_the_same_recording() {
    let events = events(3 * BLOCK as u64);
    let bytes = journal(&events);
    let [front, back] = [&bytes[..5000], &bytes[5000..]].map(packed);
    let members = [front, back].concat();
    for bytes in [bytes.clone(), packed(&bytes), members] {
        for piece in [1, 1000, 1 << 20] {
            let tape = piped(bytes.clone(), piece);
            assert_eq!(tape.extent().ended, Some(Ended::Whole));
            assert!(told(&tape) == events, "{piece} bytes at once");
        }
    }
}

#[test]
fn a_last_line_without_an_end_is_left_out_and_told() {
    let events = events(5);
    let bytes = journal(&events);
    for missing in [1, 10] {
        let tape = piped(bytes[..bytes.len() - missing].to_vec(), 7);
        assert_eq!(tape.extent().ended, Some(Ended::Torn("line 6 has no end and is left out".to_owned())));
        assert_eq!(told(&tape), events[..4]);
    }
}

#[test]
fn a_recording_that_stops_between_two_lines_and_one_whose_packing_is_cut_are_torn_too() {
    let events = events(400);
    let early = journal(&events[..399]);
    assert_eq!(ended(early), Ended::Torn("it ends before the run does".to_owned()));
    let packed = packed(&journal(&events));
    match ended(&packed[..packed.len() / 2]) {
        Ended::Torn(why) => assert!(why.starts_with("the packed text ends in its middle, behind line "), "{why}"),
        other => panic!("{other:?}"),
    }
}

#[test]
fn zeros_behind_packed_text_are_nothing_and_anything_else_is_told() {
    let events = events(40);
    let packed = packed(&journal(&events));
    let zeros = vec![0; 70_000];
    for piece in [1, 1000, 1 << 20] {
        let tape = piped([&packed[..], &zeros].concat(), piece);
        assert_eq!(tape.extent().ended, Some(Ended::Whole), "{piece} bytes at once");
        assert!(told(&tape) == events);
    }
    for behind in [&b"x"[..], b"\x1f", b"\x1f\x8c\x08", b"\0\0more", b"\0\x1f\x8b", b"a page of HTML, of all things"] {
        let tape = piped([&packed[..], behind].concat(), 1000);
        assert!(told(&tape) == events);
        match tape.extent().ended {
            Some(Ended::Torn(why)) => assert!(why.ends_with(", behind line 41"), "{behind:?}: {why}"),
            other => panic!("{behind:?}: {other:?}"),
        }
    }
}

#[test]
fn what_is_no_recording_is_refused_with_its_line() {
    let bytes = journal(&events(3));
    let text = String::from_utf8(bytes).unwrap();
    let spoilt = text.replacen("\"queued\"", "\"baked\"", 1);
    let mut damaged = packed(text.repeat(99).as_bytes());
    let middle = damaged.len() / 2;
    damaged[middle..].fill(0xff);
    let cases: [(Vec<u8>, &str); 7] = [
        (Vec::new(), "the journal is empty"),
        (b"GET / HTTP/1.1\r\n\r\n".to_vec(), "line 1: not the beginning of a journal"),
        (b"half a line".to_vec(), "line 1: not the beginning of a journal"),
        (HEADER.replace(":1", ":99").into_bytes(), "line 1: a journal of version 99"),
        (format!("{HEADER}garbage\n").into_bytes(), "line 2: not JSON, at column 1"),
        (spoilt.into_bytes(), "line 2: no event that this program knows"),
        (damaged, "line "),
    ];
    for (bytes, words) in cases {
        match ended(bytes) {
            Ended::Refused(why) => assert!(why.contains(words), "{why}"),
            other => panic!("{words}: {other:?}"),
        }
    }
}

#[test]
fn the_events_before_garbage_have_been_read() {
    let events = events(9);
    let bytes = [journal(&events[..4]), b"?\n".to_vec(), journal(&events)].concat();
    let tape = piped(bytes, 1 << 20);
    assert_eq!(told(&tape), events[..4]);
    assert_eq!(tape.extent().ended, Some(Ended::Refused("line 6: not JSON, at column 1".to_owned())));
}

#[test]
fn a_line_without_an_end_takes_no_memory_without_end() {
    let endless = HEADER.as_bytes().chain(io::repeat(b'x'));
    let source = Source::of(endless, None).unwrap();
    let again = Arc::new(Again::of(&source).unwrap());
    let tape = Tape::new(again.clone());
    Reading::new(again, tape.clone()).read(source);
    assert!(matches!(tape.extent().ended, Some(Ended::Refused(why)) if why.starts_with("line 2: over ")));
}

/// What memory does not hold is read again: in the file itself, or in the copy of what came by a pipe.
#[test]
fn lines_are_read_a_second_time_where_they_stand() {
    let events = events(50);
    let bytes = journal(&events);
    let header = bytes.iter().position(|byte| *byte == b'\n').unwrap() + 1;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("run.jsonl");
    std::fs::write(&file, &bytes).unwrap();
    let sources = [Source::open(&file).unwrap(), Source::of(Cursor::new(bytes.clone()), None).unwrap()];
    for source in sources {
        let again = Arc::new(Again::of(&source).unwrap());
        again.begin_with(&bytes[..header]);
        let tape = Tape::new(again.clone());
        for (number, event) in events.iter().enumerate() {
            let line = journal(std::slice::from_ref(event))[header..].to_vec();
            let offset = header + bytes[header..].split_inclusive(|byte| *byte == b'\n').take(number).flatten().count();
            let keep = || again.keep(offset as u64, &line);
            tape.push(vec![event.clone()], BYTES_KEPT as usize + 1, keep).unwrap();
        }
        tape.end(Ended::Whole);
        for _ in 0..2 {
            assert_eq!(told(&tape), events);
        }
        assert_eq!(tape.position(At(20)), 20);
    }
}

#[test]
fn when_a_file_ends_is_known_before_it_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("run.jsonl");
    let whole = journal(&events(9_000));
    let torn = &whole[..whole.len() - 3];
    for (bytes, expected) in [
        (&whole[..], Some(At(9_000))),
        (torn, Some(At(8_999))),
        (HEADER.as_bytes(), None),
        (b"no journal\n{}\n", None),
        (b"", None),
    ] {
        std::fs::write(&file, bytes).unwrap();
        assert_eq!(ending::of(&File::open(&file).unwrap()), expected);
    }
    std::fs::write(&file, &whole).unwrap();
    assert_eq!(read(&file).unwrap().extent().expected, Some(At(9_000)));
    assert_eq!(piped(whole, 999).extent().expected, None);
}

#[test]
fn a_file_that_was_shortened_meanwhile_ends_where_it_can_be_read() {
    let events = events(3);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("run.jsonl");
    std::fs::write(&file, journal(&events)).unwrap();
    let source = Source::open(&file).unwrap();
    let again = Arc::new(Again::of(&source).unwrap());
    let tape = Tape::new(again.clone());
    tape.push(events, usize::MAX >> 1, || again.keep(1_000_000, b"gone")).unwrap();
    assert!(tape.block(0).is_none());
    assert!(matches!(tape.extent().ended, Some(Ended::Torn(why)) if why.starts_with("can't be read again")));
}

#[test]
fn what_can_not_be_opened_is_an_error_at_once() {
    let folder = tempfile::tempdir().unwrap();
    assert!(read(folder.path()).is_err());
    assert!(read(&folder.path().join("none")).is_err());
}
