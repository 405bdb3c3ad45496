//! The journal: what is written is read back the same, and nothing that is read can do harm.

use crate::made::{event, events, plan};
use crawltop::callback::{Callback, Callbacks};
use crawltop::clock::At;
use crawltop::event::{Because, Engine, Event, EventKind, Hold};
use crawltop::failure::{Failure, FailureKind};
use crawltop::fetched::TlsFacts;
use crawltop::id::FetchId;
use crawltop::journal::{Ended, Header, JournalError, LONGEST, Reader};
use crawltop::report::{Journal, Report};
use crawltop::retry_after::RetryAfter;
use crawltop::state::State;
use crawltop::text::Untrusted;
use proptest::prelude::*;

fn write(events: &[Event]) -> Vec<u8> {
    let (mut journal, mut bytes) = (Journal::default(), Vec::new());
    events.iter().for_each(|event| journal.apply(event, &mut bytes));
    bytes
}

/// All events of a journal that comes in pieces, and how it ended.
fn read(bytes: &[u8], piece: usize) -> (Vec<Event>, Result<Ended, JournalError>) {
    let (mut reader, mut events) = (Reader::default(), Vec::new());
    for piece in bytes.chunks(piece) {
        if let Err(error) = reader.receive(piece, &mut events) {
            return (events, Err(error));
        }
    }
    (events, reader.finish())
}

/// A run, and beside it what a race of fine pages does not tell.
fn varied() -> Vec<Event> {
    let id = FetchId(7);
    let text = Untrusted::new("a line\nand \"another\"\r\u{1b}[2J\u{9b}\u{202e}\u{200b}é🦀", 4096);
    let callbacks = Callbacks::default().with(Callback::Report).with(Callback::Release);
    let tls = TlsFacts {
        version: "1.3".into(),
        cipher: "TLS13_AES".into(),
        not_after: None,
        subject: None,
        issuer: None,
        unchecked: true,
    };
    let kinds = [
        EventKind::LineSkipped { line: 3, message: text.clone() },
        EventKind::InputFailed { message: text.clone() },
        EventKind::Held { by: Some(Hold::Output) },
        EventKind::Held { by: None },
        EventKind::FellBack { id, url: text.clone(), reason: Failure::new(FailureKind::Tls, "tls: no").into() },
        EventKind::Tunnelled { id, proxy: text.clone() },
        EventKind::Secured { id, tls: tls.into() },
        EventKind::CallbacksScheduled { id, callbacks },
        EventKind::CallbackFired { id, callback: Callback::Report, lag_us: 14, ran_us: u32::MAX },
        EventKind::Continued { stood_us: u64::MAX },
        EventKind::RetryForgone { id, retry_after: RetryAfter { seconds: u64::MAX, date: u64::MAX } },
        EventKind::Retried { id, attempt: u32::MAX },
    ];
    let mut all = events(plan(Engine::Threads, 3, 2));
    let fetched = all.iter().find_map(|event| match &event.kind {
        EventKind::Finished { fetched, .. } => Some(fetched.clone()),
        _ => None,
    });
    let fetched = fetched.expect("a result");
    for because in [Because::RetryAfter, Because::Status(503), Because::Failure(FailureKind::Reset)] {
        let (id, until, fetched) = (FetchId(1), At(u64::MAX), fetched.clone());
        all.push(event(9, EventKind::Retrying { id, until, because, fetched }));
    }
    all.extend(kinds.into_iter().enumerate().map(|(at, kind)| event(at as u64, kind)));
    all
}

#[test]
fn a_journal_is_read_back_as_it_was_written_however_it_is_cut() {
    let written = varied();
    let bytes = write(&written);
    for piece in [1, 7, 4096, bytes.len()] {
        assert_eq!(read(&bytes, piece), (written.clone(), Ok(Ended::Whole)), "in pieces of {piece}");
    }
}

#[test]
fn a_journal_names_its_format_and_acts_on_no_terminal() {
    let bytes = write(&varied());
    let text = String::from_utf8(bytes.clone()).unwrap();
    assert!(text.starts_with("{\"type\":\"journal\",\"version\":1,"), "{text}");
    let acts = |sign: char| sign != '\n' && (sign.is_control() || matches!(sign, '\u{202e}' | '\u{200b}'));
    assert!(!text.chars().any(acts));
    let mut reader = Reader::default();
    reader.receive(&bytes, &mut Vec::new()).unwrap();
    assert_eq!(reader.header(), Some(&Header::default()));
}

#[test]
fn a_torn_last_line_is_told_and_what_came_before_it_counts() {
    let written = varied();
    let bytes = write(&written);
    let whole_but_one = written.len() - 1;
    for cut in [1, 2, 20] {
        let (events, ended) = read(&bytes[..bytes.len() - cut], 4096);
        assert_eq!(events, written[..whole_but_one]);
        assert_eq!(ended, Ok(Ended::Torn { line: written.len() as u64 + 1 }));
    }
}

#[test]
fn what_is_no_journal_is_refused_with_its_line_and_reason() {
    let header = "{\"type\":\"journal\",\"version\":1,\"program\":\"crawltop 9\"}\n";
    let paused = "{\"at\":1,\"event\":\"paused\"}\n";
    let deep = "[".repeat(100_000);
    let cases = [
        (String::new(), "the journal is empty"),
        ("<html>\n".into(), "line 1: not the beginning of a journal"),
        ("{\"type\":\"journal\"".into(), "line 1: not the beginning of a journal"),
        ("{\"type\":\"meta\",\"version\":1,\"program\":\"x\"}\n".into(), "line 1: not the beginning of a journal"),
        (
            "{\"type\":\"journal\",\"version\":2,\"program\":\"x\"}\n".into(),
            "line 1: a journal of version 2, and this program reads version 1",
        ),
        (format!("{header}{paused}\n"), "line 3: not JSON, at column 0"),
        (format!("{header}{paused}{paused}{{\"at\":1,\n"), "line 4: not JSON, at column 8"),
        (format!("{header}{{\"at\":-1,\"event\":\"paused\"}}\n"), "line 2: no event that this program knows"),
        (format!("{header}{{\"at\":1,\"event\":\"\u{1b}[2J\"}}\n"), "line 2: not JSON, at column 18"),
        (format!("{header}{{\"at\":1,\"event\":\"launched\"}}\n"), "line 2: no event that this program knows"),
        (format!("{header}{deep}\n"), "line 2: no event that this program knows"),
    ];
    for (journal, expected) in cases {
        let (_, ended) = read(journal.as_bytes(), 4096);
        assert_eq!(ended.map_err(|error| error.to_string()), Err(expected.to_owned()), "{journal:.60}");
    }
    let (events, ended) = read(&[header.as_bytes(), paused.as_bytes(), b"\xff\xfe\n"].concat(), 4096);
    assert_eq!((events.len(), ended), (1, Err(JournalError::NoJson { line: 3, column: 1 })), "what came before counts");
}

#[test]
fn a_line_without_end_is_refused_before_it_fills_the_memory() {
    let (mut reader, mut events) = (Reader::default(), Vec::new());
    reader.receive(&write(&[event(0, EventKind::Paused)]), &mut events).unwrap();
    let piece = vec![b' '; LONGEST / 2 + 1];
    reader.receive(&piece, &mut events).unwrap();
    assert_eq!(reader.receive(&piece, &mut events), Err(JournalError::TooLong { line: 3 }));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn no_bytes_break_the_reader(bytes in proptest::collection::vec(any::<u8>(), 0..2000), piece in 1_usize..300) {
        let _ = read(&bytes, piece);
    }

    /// Numbers from outside are as large as they like, in any order.
    #[test]
    fn no_numbers_break_the_state_nor_the_race(numbers in proptest::collection::vec(any::<u64>(), 40)) {
        let mut numbers = numbers.into_iter().cycle();
        let mut bent = String::new();
        for line in String::from_utf8(write(&varied())).unwrap().lines() {
            for (at, part) in line.split("\"at\":").enumerate() {
                if at == 0 {
                    bent += part;
                } else {
                    let rest = part.trim_start_matches(|letter: char| letter.is_ascii_digit());
                    bent += &format!("\"at\":{}{rest}", numbers.next().unwrap());
                }
            }
            bent.push('\n');
        }
        let (events, ended) = read(bent.as_bytes(), 4096);
        prop_assert_eq!(ended, Ok(Ended::Whole));
        let (mut state, mut race) = (State::default(), crate::made::race(1));
        race.start(crawltop::clock::At(0));
        events.iter().for_each(|event| state.apply(event));
        race.apply(&events, crawltop::clock::At(5));
        race.settle(crawltop::race::Standing::Whole);
        crawltop::race::standings(&race);
    }
}
