//! The run over time: charts at each size, marks where a knob was turned, and Little's law in the header.

use crate::scenario::{Scenario, crawling, running, turned};
use crate::{picture, text};
use crawltop::clock::At;
use crawltop::control::EndReason;
use crawltop::event::{Event, EventKind};
use crawltop::explain::{Group, find};
use crawltop::text::Charset;
use crawltop::ui::{Pane, Slow, View};
use ratatui::style::Color;
use std::time::Duration;

fn charts(zoom: bool) -> View {
    View { focus: Pane::Charts, zoom, ..View::default() }
}

#[test]
fn charts_look_so_at_each_size() {
    for (width, height) in [(80, 24), (120, 34), (200, 50), (300, 100)] {
        for (name, view) in [("charts", charts(false)), ("charts_zoomed", charts(true))] {
            let shown = picture(&turned(), &view, (width, height), Charset::Unicode);
            insta::assert_snapshot!(format!("{name}_{width}x{height}"), shown.backend());
        }
    }
    let shown = picture(&turned(), &charts(true), (80, 24), Charset::Ascii);
    insta::assert_snapshot!("charts_ascii_80x24", shown.backend());
}

#[test]
fn charts_have_a_place_of_their_own_where_there_is_room_and_else_that_of_timing_while_they_have_the_focus() {
    let titles = |view: &View, size| {
        let shown = text(&picture(&turned(), view, size, Charset::Unicode));
        ["╭ Charts", "╭ Timing", "╭ In flight", "╭ Done", "╭ Events"].map(|title| shown.contains(title))
    };
    for (size, here, there) in [
        ((120, 34), [false, true, true, true, true], [true, false, true, true, true]),
        ((120, 44), [true; 5], [true; 5]),
        ((160, 34), [true; 5], [true; 5]),
        ((80, 24), [false, false, true, false, true], [true, false, true, false, false]),
    ] {
        assert_eq!(titles(&View::default(), size), here, "{size:?}");
        assert_eq!(titles(&charts(false), size), there, "{size:?}");
    }
}

#[test]
fn what_took_long_has_the_ink_of_what_takes_long() {
    let inks = |slow: u64| {
        let view = View { slow: Slow(Duration::from_micros(slow)), ..charts(true) };
        let shown = picture(&turned(), &view, (120, 44), Charset::Unicode);
        let buffer = shown.backend().buffer();
        let bars = buffer.content.iter().filter(|cell| cell.symbol() == "█");
        let count = |ink| bars.clone().filter(|cell| cell.fg == ink).count();
        [Color::Green, Color::Yellow, Color::Red].map(count)
    };
    let (never, sometimes, always) = (inks(u64::MAX), inks(300_000), inks(1));
    assert!(never[1] == 0 && always[1] == 0, "{never:?} {always:?}");
    assert!(sometimes[0] < never[0] && sometimes[1] > 0, "{sometimes:?}");
    assert!(always[0] < never[0] && always[2] > never[2], "{always:?}");
}

#[test]
fn a_short_run_fills_its_place() {
    for zoom in [false, true] {
        let shown = text(&picture(&running(), &charts(zoom), (120, 34), Charset::Unicode));
        assert!(shown.contains("─ the whole run, by the second ─"), "{shown}");
        assert!(shown.lines().any(|line| line.contains("████████")), "{shown}");
    }
}

#[test]
fn a_long_run_has_two_bars_a_column_where_there_is_room_and_the_terminal_has_dots() {
    let view = View { dots: true, ..charts(false) };
    let dots = |scenario: &Scenario, view: &View, size, charset| {
        let shown = text(&picture(scenario, view, size, charset));
        shown.chars().any(|sign| matches!(sign, '\u{2801}'..='\u{28ff}'))
    };
    for size in [(120, 34), (200, 50)] {
        assert!(dots(&turned(), &view, size, Charset::Unicode), "{size:?}");
        assert!(!dots(&turned(), &view, size, Charset::Ascii), "{size:?}");
        assert!(!dots(&turned(), &charts(false), size, Charset::Unicode), "{size:?}");
        assert!(!dots(&running(), &view, size, Charset::Unicode), "a short run fills its place: {size:?}");
    }
    assert!(!dots(&turned(), &view, (80, 24), Charset::Unicode));
    insta::assert_snapshot!("charts_of_dots_120x34", picture(&turned(), &view, (120, 34), Charset::Unicode).backend());
}

#[test]
fn each_chart_and_each_kind_of_mark_is_explained() {
    let shown = text(&picture(&turned(), &charts(true), (200, 50), Charset::Unicode));
    for entry in Group::Chart.entries() {
        assert!(shown.lines().any(|line| line.contains(&format!("│ {}  ", entry.word))), "{}: {shown}", entry.word);
    }
    for word in ["▸pause", "▸go", "▸c32", "▸10/s", "▸none", "▸x#10003", "▸r#10004", "▸R31"] {
        assert!(shown.contains(word), "{word}: {shown}");
    }
    assert!(find("flow").is_ok() && find("c32").is_ok());
}

/// The row of the header that says what limits the run.
fn third(width: u16, scenario: &crate::scenario::Scenario) -> String {
    let shown = text(&picture(scenario, &View::default(), (width, 40), Charset::Unicode));
    shown.lines().nth(2).unwrap().trim_matches('"').trim_end().to_owned()
}

#[test]
fn littles_law_is_named_where_there_is_room() {
    // The slow ones never end, so the law does not hold yet.
    let law = " 147 >  5.0/s ×  406ms";
    for (width, name) in [(100, ""), (120, "flow "), (140, "in flight "), (200, "in flight ")] {
        let row = third(width, &turned());
        assert!(row.ends_with(&format!("  {name}{law}")), "{width}: {row}");
        assert!(row.contains("limited by  concurrency") && row.contains(" oldest "), "{width}: {row}");
    }
    let close = third(80, &turned());
    assert!(close.ends_with(&format!(" by concurrency  {law}")), "{close}");
    assert!(third(150, &running()).contains(" limited by  server (3 of 64 busy) "));
}

#[test]
fn a_second_without_a_result_has_no_span_and_draws_none() {
    let mut scenario = turned();
    scenario.now = At(153_200_000);
    let shown = text(&picture(&scenario, &charts(true), (120, 34), Charset::Unicode));
    for chart in ["p50", "p99"] {
        let row = shown.lines().find(|row| row.contains(&format!("│ {chart} "))).unwrap();
        assert!(row.contains(&format!("{chart:<10}      · ")) && !row.contains("µs"), "{row}");
    }
}

#[test]
fn several_kinds_of_knob_within_one_second_are_all_named_on_the_chart() {
    let mut scenario = turned();
    let turned = [EventKind::ConcurrencySet { cap: 70 }, EventKind::PerHostSet { cap: 9 }, EventKind::Paused];
    for (at, kind) in (0..).zip(turned) {
        scenario.state.apply(&Event { at: At(151_300_000 + at * 1_000), kind });
    }
    scenario.now = At(154_200_000);
    let shown = text(&picture(&scenario, &charts(false), (200, 50), Charset::Unicode));
    assert!(shown.contains("c70 h9 pause"), "{shown}");
}

#[test]
fn a_crawl_says_first_what_holds_it_back() {
    assert!(
        third(120, &crawling()).contains("limited by  host cap (127.0.0.1:41233 8/8)"),
        "{}",
        third(120, &crawling())
    );
    let wide = third(200, &crawling());
    assert!(wide.contains("limited by  host cap (127.0.0.1:41233") && wide.ends_with("s"), "{wide}");
}

#[test]
fn after_the_end_the_law_is_that_of_the_whole_run() {
    let mut scenario = turned();
    let kind = EventKind::RunEnded { reason: EndReason::Quit, unread: 0 };
    scenario.state.apply(&Event { at: At(150_300_000), kind });
    let row = third(200, &scenario);
    assert!(row.contains("in flight ") && row.contains("/s × "), "{row}");
}

/// A mark is told in the footer for three seconds, beside as many keys as there is room for.
#[test]
fn what_took_effect_last_is_told_in_the_footer_for_a_moment() {
    let footer = |ms: u64, size| {
        let mut scenario = turned();
        scenario.now = At(ms * 1000);
        text(&picture(&scenario, &View::default(), size, Charset::Unicode)).lines().last().unwrap().to_owned()
    };
    for size in [(80, 24), (120, 34)] {
        let told = footer(150_900, size);
        assert!(told.ends_with(" concurrency 32→64 \"") && told.contains("q quit"), "{told}");
        assert!(!footer(153_000, size).contains("32→64"));
    }
}

#[test]
fn a_second_later_the_charts_have_moved_by_one_column_and_within_it_by_none() {
    let shown = |ms: u64| {
        let mut scenario = turned();
        scenario.now = At(ms * 1000);
        let all = text(&picture(&scenario, &charts(true), (120, 34), Charset::Unicode));
        all.lines().skip(3).take(30).map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(shown(150_100), shown(150_900));
    assert_ne!(shown(150_900), shown(152_000));
}
