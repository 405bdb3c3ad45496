//! The picture of a recording that is played: the row that tells where it stands, and the footer beside it.

use crate::scenario::{Scenario, begun, crawling, many_found, running};
use crate::{picture, text};
use crawltop::clock::At;
use crawltop::event::EventKind;
use crawltop::tape::{Ended, Extent};
use crawltop::text::Charset;
use crawltop::timeline::{Speed, Standing};
use crawltop::ui::{Input, Pane, Scrub, View};

const SIZES: [(u16, u16); 3] = [(80, 24), (120, 34), (200, 50)];

/// A recording of a minute and a half, of which something failed in the first tenth and behind its middle.
pub fn scrub(now: At) -> Scrub {
    let extent =
        Extent { events: 45_678, until: At(90_000_000), expected: None, ended: Some(Ended::Whole), targets: 0 };
    let standing = Standing {
        playing: true,
        speed: Speed::new(2.0).unwrap(),
        now,
        position: 1_234,
        extent,
        ..Standing::default()
    };
    let failed = (0..600).map(|part| match part {
        30..50 => 9,
        340 => 1,
        part => u32::from(part % 150 == 149),
    });
    let failed = failed.collect();
    Scrub { standing, failed, ..Scrub::default() }
}

fn shown(scenario: &Scenario, scrub: Scrub, size: (u16, u16), charset: Charset) -> String {
    text(&picture(scenario, &View { scrub: Some(Box::new(scrub)), ..View::default() }, size, charset))
}

/// The row of the recording, and the footer.
fn below(scrub: Scrub, size: (u16, u16), charset: Charset) -> [String; 2] {
    let shown = shown(&running(), scrub, size, charset);
    let mut rows = shown.lines().rev().map(|row| row.trim_matches('"').to_owned());
    let (footer, row) = (rows.next().unwrap(), rows.next().unwrap());
    [row, footer]
}

#[test]
fn the_help_of_a_recording_and_its_picture_in_ascii_look_so() {
    let view = View { scrub: Some(Box::new(scrub(At(45_000_000)))), help: true, ..View::default() };
    insta::assert_snapshot!("replay_help_80x24", picture(&running(), &view, (80, 24), Charset::Unicode).backend());
    let crawl = shown(&crawling(), scrub(At(45_000_000)), (80, 24), Charset::Ascii);
    assert!(crawl.is_ascii());
    insta::assert_snapshot!("replay_ascii_80x24", crawl);
}

#[test]
fn what_the_row_says_of_pace_place_and_end() {
    let with = |change: &dyn Fn(&mut Standing)| {
        let mut scrub = scrub(At(45_000_000));
        change(&mut scrub.standing);
        scrub
    };
    let cases: [(Scrub, &[&str]); 7] = [
        (with(&|_| {}), &[" ▶ 2x ", "00:45.0", "01:30.0", " 50 %", "#1,234 of 45,678"]),
        (with(&|it| it.playing = false), &[" ‖ 2x "]),
        (with(&|it| it.reached = Some(1.26)), &[" ▶ 2x (1.3x) "]),
        (with(&|it| it.seeking = true), &[" ▶ seeking "]),
        (with(&|it| it.extent.ended = None), &["01:30.0+", "45,678+"]),
        (with(&|it| (it.ended, it.playing) = (true, false)), &[" ‖ 2x ", "end of the recording"]),
        (
            with(&|it| (it.ended, it.extent.ended) = (true, Some(Ended::Torn("line 9".to_owned())))),
            &["the recording is torn off here"],
        ),
    ];
    for (scrub, wanted) in cases {
        for size in SIZES {
            let [row, _] = below(scrub.clone(), size, Charset::Unicode);
            assert!(wanted.iter().all(|words| row.contains(words)), "{wanted:?}: {row}");
            assert!(!row.contains('…'), "{row}");
        }
    }
}

#[test]
fn the_bar_shows_where_it_stands_and_where_how_much_failed() {
    let bar = |now| {
        let [row, _] = below(scrub(At(now)), (120, 34), Charset::Unicode);
        row.chars().filter(|sign| "━─▁▃▆█●".contains(*sign)).collect::<String>()
    };
    let (begin, middle, end) = (bar(0), bar(45_000_000), bar(90_000_000));
    assert!(begin.starts_with('●') && end.ends_with('●'), "{begin} {end}");
    let place = middle.chars().position(|sign| sign == '●').unwrap();
    let columns = middle.chars().count();
    assert!((columns / 2).abs_diff(place) <= 1, "{middle}");
    let (before, behind) = middle.split_once('●').unwrap();
    assert!(before.contains("██") && !behind.contains('█') && behind.contains('▁'), "{middle}");
    // Where it stands hides what is there: at the end, the last failure.
    let failures = |bar: &str| bar.chars().filter(|sign| "▁▃▆█".contains(*sign)).count();
    assert_eq!(failures(&begin), failures(&end) + 1, "{begin} {end}");
    let plain = below(scrub(At(0)), (120, 34), Charset::Ascii)[0].clone();
    assert!(plain.contains("##") && plain.contains("-_"), "none is a sign of the line: {plain}");
}

#[test]
fn the_bar_stays_as_long_and_its_place_where_it_is_while_it_is_read_and_at_its_end() {
    let bar = |scrub: Scrub, size| {
        let [row, _] = below(scrub, size, Charset::Unicode);
        let bar: String = row.chars().filter(|sign| "━─·▁▃▆█●".contains(*sign)).collect();
        (bar.chars().position(|sign| sign == '●'), bar.chars().count(), bar)
    };
    for size in SIZES {
        let whole = bar(scrub(At(30_000_000)), size);
        let reading = |until: u64, expected| {
            let mut scrub = scrub(At(30_000_000));
            scrub.standing.extent = Extent { until: At(until), expected, ended: None, ..scrub.standing.extent };
            bar(scrub, size)
        };
        let known = reading(60_000_000, Some(At(90_000_000)));
        assert!(known.0 == whole.0 && known.2.contains('·') && !whole.2.contains('·'), "{known:?} {whole:?}");
        let [one, other] = [55_000_000, 99_000_000].map(|until| reading(until, None));
        assert_eq!(one.0, other.0, "nobody knows how long it will be: {one:?} {other:?}");
        let mut end = scrub(At(90_000_000));
        (end.standing.ended, end.standing.playing) = (true, false);
        assert_eq!(bar(end, size).1, whole.1);
    }
}

#[test]
fn the_row_is_whole_at_every_width_and_gives_up_what_matters_least() {
    for columns in 40..=210 {
        let [row, footer] = below(scrub(At(45_000_000)), (columns, 24), Charset::Unicode);
        assert!(row.contains("▶ 2x") && row.contains("00:45.0") && row.contains('●'), "{columns}: {row}");
        assert!(footer.contains("space stop") && footer.contains("q quit"), "{columns}: {footer}");
    }
    let [row, _] = below(scrub(At(45_000_000)), (60, 24), Charset::Unicode);
    assert!(!row.contains("45,678") && row.contains("01:30.0"), "{row}");
}

#[test]
fn what_is_typed_or_said_takes_the_place_of_the_keys() {
    let typed = Scrub { typed: Some(Input::of("1m3")), said: Some("late".to_owned()), ..scrub(At(0)) };
    let [_, footer] = below(typed, (80, 24), Charset::Unicode);
    assert!(footer.starts_with(" :1m3 ") && footer.ends_with("#12345   enter goes  esc goes back "), "{footer}");
    let said = Scrub { said: Some("nothing more failed after this".to_owned()), ..scrub(At(0)) };
    let [_, footer] = below(said, (80, 24), Charset::Ascii);
    assert_eq!(footer.trim(), "nothing more failed after this");
}

#[test]
fn a_replay_has_no_keys_that_change_a_run_and_its_own_with_every_pane() {
    for focus in Pane::ALL {
        let view = View { focus, scrub: Some(Box::new(scrub(At(0)))), ..View::default() };
        let shown = text(&picture(&running(), &view, (200, 50), Charset::Unicode));
        let footer = shown.lines().last().unwrap();
        for words in ["space stop", ". , step", "<- -> seek", "< > speed", "e failure", ": go to", "tab pane"] {
            assert!(footer.contains(words), "{focus:?}: {footer}");
        }
        let mut stands = scrub(At(0));
        stands.standing.playing = false;
        let [_, held] = below(stands, (200, 50), Charset::Unicode);
        assert!(held.contains("space play"), "{held}");
        assert!(!["pause", "freeze", "concurrency"].iter().any(|word| footer.contains(word)), "{footer}");
    }
}

#[test]
fn the_header_of_a_replay_says_how_it_is_played_and_at_its_end_what_the_run_came_to() {
    let first = |scenario: &Scenario, playing: bool, width: u16| {
        let mut scrub = scrub(At(45_000_000));
        (scrub.standing.playing, scrub.standing.speed) = (playing, Speed::new(4.0).unwrap());
        scrub.standing.ended = width == 90;
        shown(scenario, scrub, (width, 24), Charset::Unicode).lines().next().unwrap().to_owned()
    };
    let mut paused = running();
    paused.tell(4_100_000, crawltop::event::EventKind::Paused);
    for width in [80, 120] {
        for scenario in [&running(), &paused] {
            assert!(
                first(scenario, true, width).contains("▶ replay 4x    00:04.2"),
                "{}",
                first(scenario, true, width)
            );
            assert!(first(scenario, false, width).contains("‖ stands       00:04.2"), "it keeps its place");
        }
    }
    let torn = first(&paused, false, 90);
    assert!(torn.contains("■ at the end   00:04.2"), "{torn}");
    let mut ended = running();
    ended.finish();
    assert!(first(&ended, true, 80).contains("✓ finished"), "{}", first(&ended, true, 80));
}

#[test]
fn where_all_has_been_read_counts_have_the_room_of_a_total_that_the_run_did_not_know_yet() {
    for width in [80, 120, 200] {
        let second = |so_far: u64, more, ended: Option<Ended>| {
            let mut scenario = begun();
            scenario.tell(1, EventKind::TargetsCounted { total: so_far, more });
            let mut scrub = scrub(At(1_000_000));
            (scrub.standing.extent.ended, scrub.standing.extent.targets) = (ended, 63_624);
            let shown = shown(&scenario, scrub, (width, 34), Charset::Unicode);
            let second = shown.lines().nth(1).unwrap().to_owned();
            let words = [" of ", "ok ", "redirect ", "broken ", "failed "];
            words.map(|word| second.find(word).map(|at| second[..at].chars().count()))
        };
        let whole = || Some(Ended::Whole);
        let places = [(9, true), (999, true), (12_000, true), (63_624, false)];
        let known = places.map(|(total, more)| second(total, more, whole()));
        assert!(known.iter().all(|it| *it == known[3]), "{width}: {known:?}");
        assert_ne!(second(9, true, None), known[3], "as long as it is read, nobody knows");
    }
}

/// Who plays a recording that has been read knows how many targets there will be.
#[test]
fn the_counts_of_a_crawl_have_from_the_beginning_the_room_that_they_need_at_its_end() {
    let places = |found, size| {
        let mut scrub = scrub(At(45_000_000));
        scrub.standing.extent.targets = 126_001;
        let shown = shown(&many_found(found), scrub, size, Charset::Unicode);
        let second = shown.lines().nth(1).unwrap().to_owned();
        ["waiting ", "depth ", "redirect ", "broken ", "failed ", "→", "!", "✗"].map(|label| second.find(label))
    };
    for size in [(60, 24), (80, 24), (120, 34), (200, 50), (300, 100)] {
        let early = places(1_530, size);
        assert!(early.iter().filter(|place| place.is_some()).count() >= 3, "{size:?}: {early:?}");
        assert_eq!(early, places(12_600, size), "{size:?}");
        assert_eq!(early, places(126_001, size), "{size:?}");
    }
}
