mod made;

use super::*;
use crate::clock::At;
use crate::event::EventKind;
use crate::id::FetchId;
use made::Dice;
use proptest::prelude::*;
use std::collections::BTreeSet;

fn events(numbers: &[u64]) -> Vec<Event> {
    let mut dice = Dice(numbers.iter().cycle());
    dice.kinds().into_iter().map(|kind| Event { at: dice.at(), kind }).collect()
}

fn line(event: &Event) -> Vec<u8> {
    let mut line = Vec::new();
    assert!(write(event, &mut line));
    line
}

/// Numbers of all sizes.
fn numbers() -> impl Strategy<Value = Vec<u64>> {
    let number = prop_oneof![0..10_u64, any::<u16>().prop_map(u64::from), any::<u64>()];
    proptest::collection::vec(number, 1..200)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn what_is_written_is_what_serde_reads_back_and_so_is_what_is_read(numbers in numbers()) {
        for event in events(&numbers) {
            let written = line(&event);
            let told = String::from_utf8_lossy(&written);
            let by_serde: Option<Event> = serde_json::from_slice(&written).ok();
            prop_assert_eq!(by_serde.as_ref(), Some(&event), "{}", told);
            let read = super::event(written.trim_ascii_end(), 1);
            prop_assert_eq!(read.as_ref(), Ok(&event), "{}", told);
            let is_usual = usual::write(&event, &mut Vec::new());
            prop_assert_eq!(usual::read(written.trim_ascii_end()).is_some(), is_usual, "{}", told);
            prop_assert!(written.len() <= serde_json::to_vec(&event).unwrap().len() * 3 + 1);
        }
    }

    #[test]
    fn what_serde_writes_is_read_too(numbers in numbers()) {
        for event in events(&numbers) {
            let mut written = Vec::new();
            json_line(&event, &mut written);
            prop_assert_eq!(super::event(written.trim_ascii_end(), 1), Ok(event));
        }
    }

    /// The quick way takes nothing for an event that serde would refuse, or read otherwise.
    #[test]
    fn a_damaged_line_means_the_same_on_both_ways(numbers in numbers(), at in any::<prop::sample::Index>(), byte in any::<u8>(), how in 0..3) {
        for event in events(&numbers) {
            let mut bent = line(&event).trim_ascii_end().to_vec();
            let at = at.index(bent.len());
            match how {
                0 => bent[at] = byte,
                1 => bent.insert(at, b"0,\"}] \\-{"[usize::from(byte) % 9]),
                _ => drop(bent.remove(at)),
            }
            if let Some(read) = usual::read(&bent) {
                prop_assert_eq!(serde_json::from_slice::<Event>(&bent).ok(), Some(read), "{}", String::from_utf8_lossy(&bent));
            }
        }
    }
}

#[test]
fn an_event_of_each_kind_there_is_was_made() {
    let made: BTreeSet<String> = events(&[1, 2, 3])
        .iter()
        .map(|event| serde_json::to_value(event).unwrap()["event"].as_str().unwrap().to_owned())
        .collect();
    // Whoever names none is told which there are.
    let error = serde_json::from_str::<Event>(r#"{"at":0,"event":"none"}"#).unwrap_err().to_string();
    let all = error.split_once("expected one of ").unwrap().1.split('`').skip(1).step_by(2).map(str::to_owned);
    assert_eq!(made, all.collect());
}

#[test]
fn a_content_that_no_reader_would_take_is_left_out() {
    let (emitter, _events) = crate::emit::channel(crate::clock::Clock::start(), false);
    for (length, fits) in [(1000, true), (LONGEST, false)] {
        let content = crate::content::Content::new(vec![b'x'; length], emitter.waiting());
        let event = Event { at: At(0), kind: EventKind::ContentKept { id: FetchId(1), content } };
        let mut out = b"before\n".to_vec();
        assert_eq!(write(&event, &mut out), fits);
        assert_eq!(out.len() > 7, fits);
    }
}

#[test]
fn a_link_that_is_not_followed_in_an_older_recording_has_no_text() {
    let line = br#"{"at":1,"event":"followed","id":1,"followed":{"nofollow":1,"unfollowed":[{"url":"http://a/","line":2,"column":3,"why":"link"}]}}"#;
    assert_eq!(usual::read(line), None);
    let event: Event = serde_json::from_slice(line).unwrap();
    let EventKind::Followed { followed, .. } = event.kind else { panic!("{event:?}") };
    assert_eq!((followed.unfollowed.len(), followed.unfollowed[0].text.display_all()), (1, String::new()));
}
