use super::*;
use crate::emit::{Emitter, channel};
use crate::event::Hold;
use crate::journal::{Ended, Reader};
use flate2::read::MultiGzDecoder;
use std::io::{ErrorKind, Read, Write};
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, Sender, channel as pipe};

const SOON: Duration = Duration::from_millis(20);
/// Only a test that hangs waits so long.
const HANGING: Duration = Duration::from_secs(60);

/// What was written, seen from outside while it is.
#[derive(Clone, Default)]
struct Shared(Arc<Mutex<Vec<u8>>>);

impl Shared {
    fn bytes(&self) -> Vec<u8> {
        self.0.lock().unwrap().clone()
    }
}

impl Write for Shared {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Takes nothing until it is told to; then everything.
struct Stuck(Receiver<()>, Shared);

fn stuck() -> (Sender<()>, Shared, Stuck) {
    let ((go, stop), file) = (pipe(), Shared::default());
    (go, file.clone(), Stuck(stop, file))
}

impl Write for Stuck {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let _ = self.0.recv();
        self.1.write(bytes)
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A disk that is full after so many bytes, or a pipe that is closed.
struct Full(usize, ErrorKind);

impl Write for Full {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let fits = bytes.len().min(self.0);
        self.0 -= fits;
        if fits == 0 { Err(self.1.into()) } else { Ok(fits) }
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn recording(file: File, patience: Duration) -> (Emitter, Recording) {
    let (emitter, events) = channel(Clock::start(), true);
    let recording =
        Recording::begin("a test".to_owned(), file, patience, emitter.clock().clone(), events.waiting_record());
    (emitter, recording.unwrap())
}

fn skipped(line: u64, length: usize) -> Event {
    let message = Untrusted::new(&"x".repeat(length), length);
    Event { at: At(line), kind: EventKind::LineSkipped { line, message } }
}

fn ended() -> Event {
    Event { at: At(9), kind: EventKind::RunEnded { reason: EndReason::Finished, unread: 0 } }
}

fn read(bytes: &[u8]) -> (Vec<Event>, Ended) {
    let (mut reader, mut events) = (Reader::default(), Vec::new());
    reader.receive(bytes, &mut events).unwrap();
    (events, reader.finish().unwrap())
}

fn words(event: &Event) -> String {
    match &event.kind {
        EventKind::RecordingEnded { message } => message.display_all(),
        other => panic!("{other:?}"),
    }
}

/// Settles until that tells the end of the recording.
fn end_of(recording: &mut Recording) -> Event {
    let began = recording.clock.now();
    loop {
        if let Some(end) = recording.settle() {
            return end;
        }
        assert!(recording.clock.now() - began < HANGING, "it never ended");
        std::thread::yield_now();
    }
}

#[test]
fn what_is_recorded_is_read_back_packed_or_not_to_the_end_of_the_run_and_beyond() {
    for packed in [false, true] {
        let file = Shared::default();
        let (emitter, mut recording) = recording(File::of(file.clone(), packed), HANGING);
        let once = || (0..500).map(|line| skipped(line, 300)).chain([ended()]);
        let events: Vec<Event> = once().chain(once()).collect();
        for batch in events.chunks(7) {
            batch.iter().for_each(|event| recording.apply(event));
            assert_eq!(recording.settle(), None);
        }
        assert_eq!(recording.close(|_, _| ()), None);
        assert_eq!(emitter.pressure(), None);
        let mut bytes = file.bytes();
        if packed {
            let mut whole = Vec::new();
            MultiGzDecoder::new(&bytes[..]).read_to_end(&mut whole).unwrap();
            assert!(bytes.len() < whole.len() / 10, "{} of {}", bytes.len(), whole.len());
            bytes = whole;
        }
        assert_eq!(read(&bytes), (events, Ended::Whole));
    }
}

#[test]
fn a_file_that_takes_nothing_holds_back_starts_until_the_recording_is_given_up() {
    let (go, file, out) = stuck();
    let (emitter, mut recording) = recording(File::of(out, false), SOON);
    (0..8).for_each(|line| recording.apply(&skipped(line, 1 << 20)));
    assert_eq!(emitter.pressure(), Some(Hold::Recording));
    let end = end_of(&mut recording);
    assert_eq!(words(&end), "a test: it took nothing for 20ms");
    assert_eq!(emitter.pressure(), None, "nothing is held back any more");
    recording.apply(&skipped(9, 1 << 20));
    assert_eq!((recording.settle(), recording.close(|_, _| ())), (None, None), "it is told once");
    assert_eq!(file.bytes(), b"");
    drop(go);
}

#[test]
fn a_file_is_not_stuck_for_having_had_nothing_to_take() {
    let file = Shared::default();
    let (_emitter, mut recording) = recording(File::of(file.clone(), false), SOON);
    for line in 0..5 {
        let idle_until = recording.clock.now() + 2 * SOON;
        while recording.clock.now() < idle_until {
            std::thread::yield_now();
        }
        recording.apply(&skipped(line, 1 << 17));
        assert_eq!(recording.settle(), None);
        while recording.desk.owes() {
            std::thread::yield_now();
        }
    }
}

#[test]
fn what_goes_on_after_it_was_given_up_ends_with_a_mark() {
    for pieces in [0, 1] {
        let (go, file, out) = stuck();
        let (_emitter, mut recording) = recording(File::of(out, false), SOON);
        // One piece, and a part of a line with it, where the file gets stuck in the middle.
        recording.apply(&skipped(1, 1000));
        recording.apply(&skipped(2, 60_000));
        recording.apply(&skipped(3, 1000));
        (0..pieces).for_each(|_| go.send(()).unwrap());
        let end = end_of(&mut recording);
        drop(go);
        let writer_is_gone = || Arc::strong_count(&recording.desk) == 1;
        while !writer_is_gone() {
            std::thread::yield_now();
        }
        let (events, ended) = read(&file.bytes());
        let (mark, before) = events.split_last().unwrap();
        assert_eq!((words(mark), ended), (words(&end), Ended::Whole));
        assert!(before.iter().map(|event| event.at.0).eq(1..=before.len() as u64), "{before:?}");
    }
}

#[test]
fn a_full_disk_and_a_reader_that_has_gone_end_the_recording_once() {
    for (kind, said) in
        [(ErrorKind::StorageFull, "a test: no storage space"), (ErrorKind::BrokenPipe, "a test: its reader has gone")]
    {
        for packed in [false, true] {
            let (emitter, mut recording) = recording(File::of(Full(100, kind), packed), HANGING);
            recording.apply(&skipped(1, 8 << 20));
            recording.apply(&ended());
            let end = recording.close(|_, _| ()).unwrap();
            assert_eq!(words(&end), said);
            recording.apply(&skipped(2, 8 << 20));
            assert_eq!((recording.settle(), recording.close(|_, _| ()), emitter.pressure()), (None, None, None));
        }
    }
}

#[test]
fn the_last_words_of_a_panic_end_the_recording() {
    let file = Shared::default();
    let (_emitter, mut recording) = recording(File::of(file.clone(), false), HANGING);
    recording.apply(&skipped(1, 3));
    recording.hand_over();
    recording.last_words()();
    let (events, _) = read(&file.bytes());
    assert!(matches!(events[1].kind, EventKind::RunEnded { reason: EndReason::Panicked, .. }), "{events:?}");
}

#[test]
fn a_packed_file_is_whole_at_the_end_of_the_run_before_the_program_leaves() {
    let file = Shared::default();
    let (_emitter, mut recording) = recording(File::of(file.clone(), true), HANGING);
    let read_whole = || {
        let mut whole = Vec::new();
        MultiGzDecoder::new(&file.bytes()[..]).read_to_end(&mut whole).map(|_| whole)
    };
    let mut last = Vec::new();
    for _ in 0..2 {
        recording.apply(&skipped(1, 3));
        recording.apply(&ended());
        while read_whole().map_or(true, |whole| whole.len() <= last.len()) {
            assert!(recording.clock.now() < At(0) + HANGING, "it is never whole");
            std::thread::yield_now();
        }
        last = read_whole().unwrap();
        assert_eq!(read(&last).0.last(), Some(&ended()));
    }
    let packed = file.bytes();
    recording.last_words()();
    assert_eq!(
        (recording.close(|_, _| ()), file.bytes()),
        (None, packed),
        "nothing is added where nothing more happens"
    );
}

#[test]
fn a_packed_file_can_be_read_while_it_is_written() {
    let file = Shared::default();
    let (_emitter, mut recording) = recording(File::of(file.clone(), true), HANGING);
    let mut last = 0;
    // Now and then it is flushed, which is when most of it can be read.
    let read_whole = |bytes: &[u8]| {
        let mut whole = Vec::new();
        let torn = MultiGzDecoder::new(bytes).read_to_end(&mut whole).is_err();
        (torn, whole)
    };
    loop {
        recording.apply(&skipped(last, 100));
        recording.settle();
        last += 1;
        let (torn, whole) = read_whole(&file.bytes());
        if whole.ends_with(b"\n") && whole.iter().filter(|&&byte| byte == b'\n').count() > 2 {
            assert!(torn);
            let (events, _) = read(&whole);
            assert!(events.len() > 1);
            break;
        }
        assert!(recording.clock.now() < At(0) + HANGING, "it is never flushed");
        std::thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn a_file_that_is_waited_for_in_the_end_is_named() {
    let (go, _file, out) = stuck();
    let (_emitter, mut recording) = recording(File::of(out, false), SOON);
    recording.apply(&ended());
    let mut told = None;
    let end = recording.close(|name, longest| told = Some((name.to_owned(), longest)));
    assert_eq!((told, end.is_some()), (Some(("a test".to_owned(), SOON)), true));
    drop(go);
}
