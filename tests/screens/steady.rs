//! What stays in its place: numbers that grow in a long run, and what is there as the screen grows.

use crate::scenario::{Scenario, crawling, crawling_one_host, later, many_found, running, turned};
use crate::{picture, text};
use crawltop::clock::At;
use crawltop::event::EventKind;
use crawltop::id::FetchId;
use crawltop::phase::Phase;
use crawltop::text::Charset;
use crawltop::ui::{Pane, View};

/// The rows of a picture.
fn rows(scenario: &crate::scenario::Scenario, view: &View, size: (u16, u16)) -> Vec<String> {
    let shown = text(&picture(scenario, view, size, Charset::Unicode));
    shown.lines().map(|line| line.trim_matches('"').to_owned()).collect()
}

#[test]
fn the_log_of_a_run_of_hours_has_its_columns_where_that_of_one_of_seconds_has_them() {
    let view = View { focus: Pane::Events, zoom: true, ..View::default() };
    for (at, told) in [
        (4_200_000, "│   4.2000  run          "),
        (999_123_456, "│16:39.123  run          "),
        (10_830_413_200, "│3:00:30.4  run          "),
        (432_123_000_000, "│120:02:03  run          "),
    ] {
        let mut scenario = running();
        scenario.tell(at, EventKind::Paused);
        scenario.now = At(at);
        let shown = rows(&scenario, &view, (80, 24));
        assert!(shown.iter().any(|row| row.starts_with(told)), "{told}: {shown:#?}");
    }
}

#[test]
fn spans_of_minutes_and_hours_do_not_run_together() {
    let mut scenario = running();
    scenario.fly(500, "/", &[(Phase::Wait, 1_000_000)], 0);
    scenario.fly(501, "/", &[(Phase::Wait, 1_000_000)], 0);
    scenario.end_as(500, "/", 2_108_000_000, 200);
    scenario.now = At(432_002_000_000);
    let shown = rows(&scenario, &View::default(), (120, 34));
    let wait = shown.iter().find(|row| row.contains("━ wait") || row.contains("╸ wait")).unwrap();
    assert!(wait.contains(" 35m07s 35m07s 35m07s │"), "{wait}");
    let flying = shown.iter().find(|row| row.contains("   501  wait")).unwrap();
    assert!(flying.contains("  wait     ▲▲   120h  "), "{flying}");
    assert!(shown.iter().any(|row| row.contains(" 1h 00m  ") && row.contains("phase")), "{shown:#?}");
    scenario.end_as(501, "/", 432_000_000_000, 200);
    let small = rows(&scenario, &View::default(), (80, 24));
    assert!(small.iter().any(|row| row.contains("last time 120h    one after")), "{small:#?}");
}

#[test]
fn large_counts_are_shortened_before_what_waits_leaves_the_header() {
    for (found, told) in [(1_530, " of 1,530+"), (12_600, " of 13k+"), (126_001, " of 126k+")] {
        let second = &rows(&many_found(found), &View::default(), (80, 24))[1];
        assert!(second.contains(told) && second.contains("waiting ") && second.contains("failed "), "{second}");
    }
    let wide = &rows(&many_found(126_001), &View::default(), (120, 34))[1];
    assert!(wide.contains(" of 126,001+") && wide.contains("waiting 12"), "{wide}");
}

#[test]
fn littles_law_stands_beside_what_limits_a_run_however_that_is_limited() {
    for scenario in [running(), turned(), crawling_one_host(), crawling(), later()] {
        for width in 78..=200 {
            let third = &rows(&scenario, &View::default(), (width, 34))[2];
            let limit = if width < 100 { " by " } else { " limited by  " };
            assert!(third.contains(limit) && third.contains('×'), "{width}: {third}");
        }
    }
    let nothing = crate::scenario::Scenario { state: crawltop::state::State::default(), now: At(0) };
    assert!(!rows(&nothing, &View::default(), (120, 34))[2].contains('×'), "there is no run yet");
}

#[test]
fn before_anything_has_come_out_the_law_says_what_is_in_flight_and_no_rate() {
    let mut scenario = crate::scenario::begun();
    scenario.fly(1, "/", &[(Phase::Wait, 1_000)], 0);
    let third = &rows(&scenario, &View::default(), (120, 34))[2];
    assert!(third.ends_with(" flow  1.0 ≈    ·/s ×      · "), "{third}");
}

/// The words of the header's second and third row, and of the titles of the table of requests in flight, that are seen.
fn seen(scenario: &crate::scenario::Scenario, width: u16) -> Vec<&'static str> {
    const SECOND: [&str; 8] = [" of ", " found", "waiting ", "depth ", "new/s ", "ETA ", " %", "redirect "];
    const THIRD: [&str; 4] = ["limited by", "×", "busy", " MB  "];
    const TITLES: [&str; 5] = ["phase", "age", "bytes", "steps", "url"];
    let shown = rows(scenario, &View::default(), (width, 34));
    let table = shown.iter().position(|row| row.contains("╭ In flight")).unwrap();
    let titles: String = shown[table + 1].chars().skip(1).take_while(|&sign| sign != '│').collect();
    let places = [(&shown[1], &SECOND[..]), (&shown[2], &THIRD[..]), (&titles, &TITLES[..])];
    places.iter().flat_map(|(row, words)| words.iter().copied().filter(|word| row.contains(word))).collect()
}

#[test]
fn what_is_shown_at_a_width_is_shown_at_every_greater_one_of_its_arrangement() {
    for scenario in [running(), later(), turned(), crawling_one_host(), crawling(), many_found(126_001)] {
        for widths in [60..=115, 116..=159, 160..=200] {
            let mut before: Vec<&str> = Vec::new();
            for width in widths {
                let now = seen(&scenario, width);
                // At its least, the law has a word of the limit's label.
                let left: Vec<_> = before.iter().filter(|word| !now.contains(word)).collect();
                assert!(left.is_empty() || (width == 78 && left == [&"limited by"]), "{left:?} left at {width}");
                before = now;
            }
        }
    }
}

#[test]
fn below_a_size_for_panes_the_line_says_what_is_open_and_what_is_looked_for() {
    let line = |view: &View| rows(&running(), view, (20, 3))[0].clone();
    let mut looking = View::default();
    looking.look_for("status:4xx");
    assert!(line(&looking).starts_with("/status:4xx 8/1,530"), "{}", line(&looking));
    let page = View { detail: Some(FetchId(7)), ..View::default() };
    assert!(line(&page).starts_with("#7: esc 8/1,530"), "{}", line(&page));
    let help = View { help: true, ..page };
    assert!(line(&help).starts_with("help: esc 8/1,530"), "{}", line(&help));
}

/// How many of these seconds show another table than the one before.
fn changes(scenario: &mut crate::scenario::Scenario, seconds: std::ops::Range<u64>) -> usize {
    let view = View { focus: Pane::InFlight, zoom: true, coarse: true, ..View::default() };
    let mut before = None;
    let mut changed = 0;
    for second in seconds {
        scenario.now = At(second * 1_000_000 + 1);
        let table = Some(rows(scenario, &view, (120, 34))[4..].to_vec());
        changed += usize::from(before.is_some() && before != table);
        before = table;
    }
    changed
}

#[test]
fn over_a_slow_line_few_cells_of_a_large_picture_change_where_nothing_comes() {
    let mut hanging = crate::scenario::begun();
    (1..=40).for_each(|id| hanging.fly(id, &format!("/hang/{id}"), &[(Phase::Wait, 1_000)], 0));
    let view = View { coarse: true, ..View::default() };
    let mut before = None;
    let mut changed = 0;
    for second in 20..90 {
        hanging.now = At(second * 1_000_000 + 1);
        let now = picture(&hanging, &view, (300, 100), Charset::Unicode).backend().buffer().clone();
        changed += before.map_or(0, |before: ratatui::buffer::Buffer| before.diff(&now).len());
        before = Some(now);
    }
    // A clock, each second; 41 ages and now and then a sign, each ten seconds; and a few columns of one chart.
    assert!(changed < 70 * 20, "{changed} cells in 70 seconds");
}

/// Pages come for so many seconds, each second another number of them; then forty that are in flight hang.
fn then_hanging(seconds: u64) -> crate::scenario::Scenario {
    let mut scenario = crate::scenario::begun();
    for (id, second) in (100..).step_by(10).zip(0..seconds) {
        for page in id..id + 3 + second * 7 % 6 {
            scenario.fly(page, &format!("/page/{page}"), &[(Phase::Wait, 1_000)], second * 1_000_000);
            scenario.end_as(page, "/page", second * 1_000_000 + 40_000 + page * 7_919 % 700_000, 200);
        }
    }
    let begun = seconds * 1_000_000 - 200_000;
    (1..=40).for_each(|id| scenario.fly(id, &format!("/hang/{id}"), &[(Phase::Wait, begun + 1_000)], begun));
    scenario
}

#[test]
fn over_a_slow_line_a_picture_stands_still_five_seconds_after_the_last_thing_moved() {
    for (seconds, size) in [4, 30, 150].into_iter().flat_map(|seconds| [(200, 50), (300, 100)].map(|it| (seconds, it)))
    {
        let mut scenario = then_hanging(seconds);
        for zoom in [false, true] {
            let view = View { coarse: true, zoom, focus: Pane::Charts, ..View::default() };
            let mut before: Option<ratatui::buffer::Buffer> = None;
            let changed: Vec<usize> = (seconds + 5..seconds + 27)
                .map(|second| {
                    scenario.now = At(second * 1_000_000 + 900_000);
                    let now = picture(&scenario, &view, size, Charset::Unicode).backend().buffer().clone();
                    let changed = before.as_ref().map_or(0, |before| before.diff(&now).len());
                    before = Some(now);
                    changed
                })
                .collect();
            // A cell is about five bytes.
            let most = changed.windows(10).map(|window| window.iter().sum::<usize>()).max().unwrap();
            assert!(most <= 10 * 20, "{size:?} after {seconds}s, {zoom}: {most} cells in ten seconds: {changed:?}");
        }
    }
}

#[test]
fn over_a_slow_line_a_chart_says_since_when_nothing_moved_and_goes_on_with_what_comes() {
    let mut scenario = then_hanging(30);
    let view = View { coarse: true, focus: Pane::Charts, ..View::default() };
    let shown = |scenario: &crate::scenario::Scenario| text(&picture(scenario, &view, (200, 50), Charset::Unicode));
    scenario.now = At(36_000_000);
    assert!(shown(&scenario).contains(", still since 0:30 ─"), "{}", shown(&scenario));
    scenario.now = At(90_000_000);
    assert!(shown(&scenario).contains(", still since 0:30 ─") && shown(&scenario).contains(" 0:34 "));
    scenario.tell(90_500_000, EventKind::ConcurrencySet { cap: 70 });
    scenario.now = At(92_500_000);
    let changed = shown(&scenario);
    assert!(!changed.contains("still since") && changed.contains("1:32") && changed.contains("c70▸"), "{changed}");
    scenario.now = At(100_500_000);
    scenario.end_as(1, "/hang/1", 100_500_000, 200);
    scenario.now = At(102_500_000);
    let moved = shown(&scenario);
    assert!(!moved.contains("still since") && moved.contains("1:42"), "{moved}");
    let near = View { coarse: false, ..view.clone() };
    scenario.now = At(140_500_000);
    let near = text(&picture(&scenario, &near, (200, 50), Charset::Unicode));
    assert!(!near.contains("still since") && near.contains("2:20"), "{near}");
}

#[test]
fn over_a_slow_line_many_that_hang_or_wait_change_their_times_together_and_rarely() {
    let mut hanging = crate::scenario::begun();
    (1..=40).for_each(|id| hanging.fly(id, &format!("/hang/{id}"), &[(Phase::Wait, 0)], 0));
    assert_eq!(changes(&mut hanging, 10..70), 5, "each ten seconds");
    assert_eq!(changes(&mut hanging, 61..179), 3, "each half minute");
    let mut waiting = crate::scenario::begun();
    for id in 1..=20 {
        waiting.fly(id, "/again", &[(Phase::Wait, 0)], 0);
        waiting.put_back(id, 10, 61_000_000);
    }
    let changed = changes(&mut waiting, 5..55);
    assert!(changed <= 11, "{changed} times in 50 seconds, by the age and by what is left");
    let last = changes(&mut waiting, 56..60);
    assert_eq!(last, 3, "its last seconds are told");
}

#[test]
fn over_a_slow_line_the_fewer_hang_the_nearer_their_ages_are() {
    for (count, seconds) in [(3, [4, 10, 4]), (12, [2, 4, 4]), (40, [0, 2, 1])] {
        let mut hanging = crate::scenario::begun();
        (1..=count).for_each(|id| hanging.fly(id, &format!("/hang/{id}"), &[(Phase::Wait, 0)], 0));
        // Within five seconds, and within twenty.
        let changed = [5..10, 11..31, 71..91].map(|span| changes(&mut hanging, span));
        assert_eq!(changed, seconds, "{count} requests");
    }
}

/// The rows of the requests in flight, with their lines.
fn lines_of(shown: &[String]) -> Vec<(u64, usize)> {
    let id = |row: &String| row.trim_start_matches('│').split_whitespace().next()?.parse().ok();
    let begin = shown.iter().position(|row| row.contains("╭ In flight ")).unwrap();
    let pane = shown.iter().enumerate().skip(begin + 2).take_while(|(_, row)| !row.starts_with('╰'));
    pane.filter_map(|(line, row)| Some((id(row)?, line))).collect()
}

/// Goes on for a while with so many in flight, of which each takes a time of its own. Tells what is shown after each end.
fn keep_up(slots: u64, size: (u16, u16), mut look: impl FnMut(&[String])) {
    let mut scenario = running();
    [10, 11, 12].into_iter().for_each(|id| scenario.end_as(id, "/", 4_000_000, 200));
    let begin = |scenario: &mut Scenario, id: u64, at: u64| {
        scenario.fly(id, &format!("/of/{id}"), &[(Phase::Wait, at)], 0);
        (at + 300_000 + id * 7_919 % 17 * 130_000, id)
    };
    let mut ends: Vec<(u64, u64)> = (1_000..1_000 + slots).map(|id| begin(&mut scenario, id, 6_000_000)).collect();
    for id in 2_000..2_120 {
        ends.sort_unstable();
        let (at, ended) = ends.remove(0);
        scenario.end_as(ended, &format!("/of/{ended}"), at, 200);
        ends.push(begin(&mut scenario, id, at + 1_000));
        scenario.now = At(at + 2_000);
        look(&rows(&scenario, &View::default(), size));
    }
}

/// The same, but each third is put back, waits for as long as four others take, and comes again.
fn keep_up_with_retries(slots: u64, size: (u16, u16), mut look: impl FnMut(&[String])) {
    let mut scenario = running();
    [10, 11, 12].into_iter().for_each(|id| scenario.end_as(id, "/", 4_000_000, 200));
    let mut at = 6_000_000;
    let mut flying: Vec<u64> = (1_000..1_000 + slots).collect();
    flying.iter().for_each(|id| scenario.fly(*id, &format!("/of/{id}"), &[(Phase::Wait, at)], 0));
    let mut waiting = std::collections::VecDeque::new();
    for id in 2_000..2_120 {
        at += 100_000;
        let ended = flying.remove((id as usize * 7) % flying.len());
        if ended.is_multiple_of(3) {
            scenario.put_back(ended, at, at + 400_000);
            waiting.push_back((at + 400_000, ended));
        } else {
            scenario.end_as(ended, &format!("/of/{ended}"), at, 200);
        }
        match waiting.front() {
            Some(&(due, again)) if due <= at => {
                waiting.pop_front();
                // It comes to an end the next time.
                scenario.tell(at + 500, EventKind::Retried { id: FetchId(again), attempt: 2 });
                scenario.end_as(again, &format!("/of/{again}"), at + 600, 200);
            }
            _ => (),
        }
        scenario.fly(id, &format!("/of/{id}"), &[(Phase::Wait, at + 1_000)], 0);
        flying.push(id);
        scenario.now = At(at + 2_000);
        look(&rows(&scenario, &View::default(), size));
    }
}

#[test]
fn what_is_in_flight_is_seen_in_the_order_that_is_inverted_too_however_many_wait() {
    let mut scenario = running();
    [10, 11, 12].into_iter().for_each(|id| scenario.end_as(id, "/", 4_000_000, 200));
    for id in 1_000..1_030 {
        scenario.fly(id, &format!("/of/{id}"), &[(Phase::Wait, 6_000_000)], 0);
        scenario.put_back(id, 6_100_000, 60_000_000);
    }
    (2_000..2_005).for_each(|id| scenario.fly(id, &format!("/of/{id}"), &[(Phase::Wait, 6_200_000)], 0));
    scenario.now = At(6_300_000);
    let mut view = View::default();
    view.invert();
    let shown = rows(&scenario, &view, (120, 34));
    let seen = lines_of(&shown).into_iter().filter(|(id, _)| *id >= 2_000).count();
    assert_eq!((seen, to_retry(&shown)), (5, 30), "{shown:#?}");
}

/// What waits, by the title of the pane.
fn to_retry(shown: &[String]) -> usize {
    let title = shown.iter().find(|row| row.contains("╭ In flight ")).unwrap();
    let count = title.split_once(" to retry").and_then(|(before, _)| before.rsplit(' ').next()?.parse().ok());
    count.unwrap_or(0)
}

#[test]
fn neither_what_is_in_flight_nor_what_waits_moves_where_there_is_a_line_for_each() {
    for (slots, size) in
        [(5, (120, 34)), (10, (120, 34)), (13, (120, 34)), (5, (80, 24)), (18, (200, 50)), (20, (200, 50))]
    {
        let (mut before, mut moved, mut waited) = (Vec::new(), Vec::new(), 0);
        keep_up_with_retries(slots, size, |shown| {
            let waits = |line: usize| shown[line].contains(" waiting ");
            let now: Vec<_> = lines_of(shown).into_iter().map(|(id, line)| (id, line, waits(line))).collect();
            let elsewhere = |(id, line, waits): &&(u64, usize, bool)| {
                now.iter().any(|other| (other.0, other.2) == (*id, *waits) && other.1 != *line)
            };
            moved.extend(before.iter().filter(elsewhere).copied());
            let seen = now.iter().filter(|row| row.2).count();
            waited = waited.max(seen);
            let all = to_retry(shown);
            let free =
                shown.iter().any(|row| row.starts_with('│') && row.chars().skip(1).take(60).all(|sign| sign == ' '));
            assert!(seen == all || !free, "{seen} of {all}, {slots} at {size:?}: {shown:#?}");
            assert!(shown.iter().any(|row| row.contains("─ by slot ")), "{slots} at {size:?}: {shown:#?}");
            before = now;
        });
        assert!(waited >= 2, "{slots} at {size:?}: {waited}");
        // Once, where there is no longer a spare line for what has ended.
        assert!(moved.len() <= slots as usize, "{slots} at {size:?}: {moved:?}");
    }
}

#[test]
fn what_is_in_flight_keeps_its_line_as_long_as_there_is_a_line_for_each() {
    // Fewer than the pane has rows, so many that none is spare, and as many as it has.
    for (slots, size) in
        [(5, (120, 34)), (10, (120, 34)), (15, (120, 34)), (16, (120, 34)), (5, (80, 24)), (9, (80, 24))]
    {
        let (mut before, mut moved, mut pictures) = (Vec::new(), 0, 0);
        keep_up(slots, size, |shown| {
            let now = lines_of(shown);
            let stands_elsewhere = |(id, line): &&(u64, usize)| now.iter().any(|(other, at)| other == id && at != line);
            moved += before.iter().filter(stands_elsewhere).count();
            assert!(shown.iter().any(|row| row.contains("─ by slot ")), "{slots} at {size:?}: {shown:#?}");
            (before, pictures) = (now, pictures + 1);
        });
        assert_eq!((moved, pictures), (0, 120), "{slots} at {size:?}");
    }
    let mut orders = Vec::new();
    keep_up(17, (120, 34), |shown| orders.push(shown.iter().any(|row| row.contains("─ oldest first "))));
    assert!(orders.iter().all(|it| *it), "more than there are rows for");
}

#[test]
fn where_the_total_is_known_nothing_in_the_header_moves_as_counts_grow() {
    for (total, width) in [63_624, 1_530].into_iter().flat_map(|total| [60, 80, 120, 200].map(|width| (total, width))) {
        let mut scenario = crate::scenario::begun();
        scenario.tell(1, EventKind::TargetsCounted { total, more: false });
        let mut before = None;
        let (mut id, mut places) = (0, Vec::new());
        for upto in
            [1, 9, 10, 99, 100, 999, 1_000, 1_500, 9_999, 10_000, 12_000].into_iter().filter(|upto| *upto <= total / 4)
        {
            for _ in id / 4..upto {
                for status in [200, 302, 404, 200] {
                    id += 1;
                    scenario.fly(id, "/", &[(Phase::Wait, 1_000)], 0);
                    scenario.end_as(id, "/", 2_000, status);
                }
            }
            scenario.now = At(1_000_000);
            let second = &rows(&scenario, &View::default(), (width, 34))[1];
            let signs: Vec<char> = second.chars().collect();
            let words = ["ok ", "redirect ", "broken ", "failed ", "✓", "→", "!", "✗", " of "];
            places.clear();
            places.extend(words.iter().map(|word| second.find(word).map(|at| second[..at].chars().count())));
            let bar = signs.iter().filter(|sign| "━─╸".contains(**sign)).count();
            let now = (places.clone(), bar);
            assert!(before.as_ref().is_none_or(|before| *before == now), "{upto} at {width}: {second}");
            before = Some(now);
        }
    }
}
