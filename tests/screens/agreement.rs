//! What is said of one thing in two places, or at two moments: it agrees.

use crate::scenario::{Scenario, crawling_one_host, retrying, running, turned};
use crate::{picture, text};
use crawltop::clock::At;
use crawltop::control::EndReason;
use crawltop::event::EventKind;
use crawltop::failure::FailureKind;
use crawltop::id::FetchId;
use crawltop::text::{Charset, Untrusted};
use crawltop::ui::{Pane, View};

fn shown(scenario: &Scenario, view: &View, size: (u16, u16)) -> String {
    text(&picture(scenario, view, size, Charset::Unicode))
}

fn row(scenario: &Scenario, at: usize, size: (u16, u16)) -> String {
    shown(scenario, &View::default(), size).lines().nth(at).unwrap().trim_matches('"').to_owned()
}

/// The word behind another one in a picture.
fn behind(shown: &str, word: &str) -> String {
    let (_, rest) = shown.split_once(word).unwrap_or_else(|| panic!("{word}: {shown}"));
    rest.split_whitespace().next().unwrap().to_owned()
}

#[test]
fn at_the_end_charts_header_and_timing_say_the_same_of_the_whole_run() {
    let mut scenario = turned();
    scenario.tell(150_300_000, EventKind::RunEnded { reason: EndReason::Quit, unread: 0 });
    let all = shown(&scenario, &View::default(), (300, 100));
    let header = all.lines().next().unwrap();
    let charts = all.lines().skip(4).collect::<Vec<_>>().join("\n");
    assert_eq!(behind(&charts, "│ req/s "), behind(header, "req/s "));
    let figures: Vec<&str> = charts.split_once("│   answered ").unwrap().1.split_whitespace().collect();
    assert_eq!([behind(&charts, "│ p50 "), behind(&charts, "│ p99 ")], [figures[0], figures[2]], "{charts}");
    let law: Vec<&str> = all.lines().nth(2).unwrap().split("in flight ").nth(1).unwrap().split_whitespace().collect();
    assert_eq!(behind(&charts, "│ in flight "), law[0]);
}

#[test]
fn requests_a_second_are_those_of_the_law_where_some_are_made_again_too() {
    for mut scenario in [turned(), retrying()] {
        scenario.tell(scenario.now.0, EventKind::RunEnded { reason: EndReason::Quit, unread: 0 });
        let all = shown(&scenario, &View::default(), (120, 34));
        let (law, _) = all.lines().nth(2).unwrap().split_once("/s × ").unwrap();
        assert_eq!(law.split_whitespace().last(), Some(&*behind(&all, "req/s ")), "{all}");
    }
}

#[test]
fn the_law_is_called_the_same_at_each_moment_of_a_run() {
    for (width, name) in [(100, "  "), (120, "flow "), (132, "in flight "), (200, "in flight ")] {
        let mut scenario = turned();
        let called = |scenario: &Scenario| {
            let third = row(scenario, 2, (width, 40));
            let (before, _) = third.split_once("/s × ").unwrap();
            before.trim_end_matches(|c: char| "0123456789.·<>=≈ ".contains(c)).to_owned() + " "
        };
        let running = called(&scenario);
        scenario.tell(150_300_000, EventKind::RunEnded { reason: EndReason::Quit, unread: 0 });
        let ended = called(&scenario);
        let ends = |words: &str| words.ends_with(name) || name == "  ";
        assert!(ends(&running) && ends(&ended), "{width}: {running}; {ended}");
    }
}

#[test]
fn depth_and_new_links_of_a_crawl_are_on_the_screen_at_each_width_and_nowhere_twice() {
    for size in [(80, 24), (90, 24), (100, 30), (110, 30), (115, 40), (120, 34), (200, 50)] {
        let shown = shown(&crawling_one_host(), &View::default(), size);
        for label in [" depth ", " new/s "] {
            assert_eq!(shown.matches(label).count(), 1, "{label} at {size:?}: {shown}");
        }
        assert!(shown.contains(" last time ") && shown.contains(" p50 "), "{shown}");
    }
    let fetched = shown(&running(), &View::default(), (80, 24));
    assert!(fetched.contains("one after another") && !fetched.contains(" depth "), "{fetched}");
}

#[test]
fn what_ends_a_recording_is_told_whole_for_a_while_and_then_by_a_sign() {
    const CAUSE: &str = "recording ended: full/run.jsonl: No space left on device (os error 28)";
    let mut scenario = running();
    let message = Untrusted::new(CAUSE.split_once(": ").unwrap().1, 99);
    scenario.tell(4_150_000, EventKind::RecordingEnded { message });
    let footer = |scenario: &Scenario, size: (u16, u16)| row(scenario, usize::from(size.1) - 1, size);
    for size in [(80, 24), (120, 34)] {
        assert!(footer(&scenario, size).contains(CAUSE), "{}", footer(&scenario, size));
        assert!(row(&scenario, 0, size).contains("✗ rec"), "{}", row(&scenario, 0, size));
    }
    scenario.now = At(14_200_000);
    for size in [(80, 24), (120, 34)] {
        let footer = footer(&scenario, size);
        assert!(
            footer.contains("q quit  ? help  ") && footer.contains("p pause") && !footer.contains("recording"),
            "{footer}"
        );
        assert!(row(&scenario, 0, size).contains("✗ rec"), "{}", row(&scenario, 0, size));
    }
}

#[test]
fn a_step_that_kept_the_loop_is_the_longest_lag_there_was() {
    let mut scenario = running();
    scenario.tell(4_150_000, EventKind::LoopLagged { id: FetchId(10), busy_us: 2_300 });
    let shown = shown(&scenario, &View::default(), (120, 34));
    assert!(shown.contains("loop lag p99  18µs max 2.3ms stalls 1"), "{shown}");
}

#[test]
fn what_is_next_to_nothing_is_no_speed_up_of_nothing() {
    let mut scenario = crate::scenario::begun();
    scenario.tell(1_000_000, EventKind::TargetsCounted { total: 1, more: false });
    scenario.end_as(1, "/", 1_000_000, 200);
    let speed_up = |scenario: &Scenario| behind(&shown(scenario, &View::default(), (80, 24)), "speed-up ");
    assert_eq!(speed_up(&scenario), "·", "it took no time");
    scenario.fly(2, "/", &[(crawltop::phase::Phase::Wait, 1_000_000)], 0);
    scenario.end_as(2, "/", 1_000_300, 200);
    assert_eq!(speed_up(&scenario), "<0.1x");
}

#[test]
fn in_ascii_the_mark_of_what_is_well_is_no_part_of_a_frame() {
    let view = View { focus: Pane::Done, ..View::default() };
    let shown = text(&picture(&running(), &view, (80, 24), Charset::Ascii));
    assert!(shown.contains(". Done - 8 - as completed ---") && shown.contains(" + 200 "), "{shown}");
    assert!(shown.lines().filter(|line| line.starts_with("\"'---")).count() > 1, "{shown}");
    assert!(!shown.contains("+-") && !shown.contains("-+"), "{shown}");
}

#[test]
fn a_recording_that_stands_expects_no_end() {
    let mut scrub = crawltop::ui::Scrub::default();
    let eta = |scrub: &crawltop::ui::Scrub| {
        let view = View { scrub: Some(Box::new(scrub.clone())), ..View::default() };
        shown(&crate::scenario::later(), &view, (120, 34)).contains("ETA ")
    };
    scrub.standing.playing = true;
    assert!(eta(&scrub));
    scrub.standing.playing = false;
    assert!(!eta(&scrub));
}

#[test]
fn what_a_stopped_crawl_let_go_of_is_among_what_its_summary_adds_up() {
    let mut scenario = crawling_one_host();
    scenario.fail_as(10, FailureKind::Cancelled);
    scenario.tell(4_300_000, EventKind::RunEnded { reason: EndReason::Quit, unread: 0 });
    let told = crawltop::report::summary(&scenario.state, Charset::Unicode);
    let line = told.lines().find(|line| line.starts_with("ok ")).unwrap();
    let (parts, of) = line.split_once("  of ").unwrap();
    let sum: u64 = parts.split("  ").map(|part| part.split(' ').nth(1).unwrap().parse::<u64>().unwrap()).sum();
    assert_eq!(Ok(sum), of.split(',').next().unwrap().parse(), "{line}");
    assert!(parts.ends_with("  cancelled 1"), "{line}");
}

#[test]
fn rows_are_found_by_what_is_seen_of_them() {
    let mut scenario = crate::scenario::retrying();
    scenario.start(50, "http://127.0.0.1:41233/%E6%BC%A2%E5%AD%97/");
    scenario.fail(51, "broken gzip");
    let found = |focus, typed: &str| {
        let mut view = View { focus, zoom: true, ..View::default() };
        view.look_for(typed);
        shown(&scenario, &view, (120, 34))
    };
    assert!(found(Pane::InFlight, "漢字").contains("/漢字/"), "{}", found(Pane::InFlight, "漢字"));
    let waits = found(Pane::InFlight, "refused");
    assert!(
        waits.contains("/goods/22/") && waits.contains("connect_refused") && !waits.contains("/goods/21/"),
        "{waits}"
    );
    for (typed, path) in [("gzip", "broken gzip"), ("TIMEOUT", "/goods/7/"), ("no byte from", "/img/9.jpg")] {
        let found = found(Pane::Done, typed);
        assert!(found.contains(path) && !found.contains("/goods/1/"), "{typed}: {found}");
    }
}
