//! How a race looks at each size: lanes, ghosts, verdicts.

use crate::made::{plan, race, run, run_all, run_until, usual};
use crawltop::clock::At;
use crawltop::control::EndReason;
use crawltop::event::Engine;
use crawltop::race::{End, Race, Trouble};
use crawltop::text::{Charset, Untrusted};
use crawltop::ui::{RaceScene, Theme, draw_race};
use proptest::prelude::*;
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Color, Modifier};

/// A race, and the moment that is shown.
type Shown = (Race, At);

fn picture((race, now): &Shown, size: (u16, u16), charset: Charset, help: bool) -> Terminal<TestBackend> {
    let mut terminal = Terminal::new(TestBackend::new(size.0, size.1)).unwrap();
    let theme = Theme::new(true);
    let scene = RaceScene { race, now: *now, theme: &theme, charset, help };
    terminal.draw(|frame| draw_race(frame.buffer_mut(), &scene)).unwrap();
    terminal
}

/// The picture without the spaces that end a row.
fn text(shown: &Shown, size: (u16, u16)) -> String {
    let rows = picture(shown, size, Charset::Unicode, false).backend().to_string();
    rows.lines().map(|row| row.trim_matches('"').trim_end().to_owned() + "\n").collect()
}

/// The first round is over, and of the second, threads: half of its run lies over its ghost.
fn second_round() -> Shown {
    let mut race = race(3);
    let mut now = At(0);
    for _ in 0..3 {
        now = run(&mut race, now.0 + 5_000, usual);
    }
    let now = run_until(&mut race, now.0 + 5_000, 150_000, usual);
    (race, At(now.0 + 40_000))
}

fn finished() -> Shown {
    let mut race = race(3);
    let now = run_all(&mut race, At(0), usual);
    race.end(now, End::Finished);
    (race, At(now.0 + 60_000_000))
}

fn failed() -> Shown {
    let (mut race, now) = second_round();
    let message = "threads, round 2: its process was killed by signal 9\u{1b}[2J".to_owned();
    let hint = "race again; what one of its runs does alone, `crawltop fetch` with the same words shows".to_owned();
    race.end(now, End::Failed(Trouble { message, hint }));
    (race, now)
}

#[test]
fn a_race_in_its_first_run_looks_so() {
    let mut race = race(3);
    let now = run_until(&mut race, 0, 830_000, usual);
    for size in [(120, 34), (80, 24)] {
        insta::assert_snapshot!(format!("first_{}x{}", size.0, size.1), text(&(race.clone(), now), size));
    }
}

#[test]
fn a_race_in_its_second_round_looks_so_at_each_size() {
    for size in [(120, 34), (80, 24), (40, 12), (20, 1)] {
        insta::assert_snapshot!(format!("second_{}x{}", size.0, size.1), text(&second_round(), size));
    }
}

#[test]
fn a_race_at_its_end_looks_so() {
    for size in [(120, 34), (80, 24), (60, 14)] {
        insta::assert_snapshot!(format!("finished_{}x{}", size.0, size.1), text(&finished(), size));
    }
}

#[test]
fn a_race_that_failed_says_why() {
    insta::assert_snapshot!("failed_80x24", text(&failed(), (80, 24)));
}

#[test]
fn before_the_first_run_there_is_a_picture_too() {
    insta::assert_snapshot!("empty_80x24", text(&(race(3), At(0)), (80, 24)));
}

#[test]
fn the_help_names_the_keys_and_the_signs() {
    let shown = picture(&finished(), (120, 34), Charset::Unicode, true).backend().to_string();
    for words in ["q      quit", "^C     stop", "esc    back", "▒ connect", "━ wait", "+n"] {
        assert!(shown.contains(words), "{words}: {shown}");
    }
    assert!(!shown.contains("concurrency"), "a key that does nothing here: {shown}");
}

#[test]
fn fetches_that_have_no_room_are_counted() {
    let mut race = Race::new(Untrusted::default(), crate::made::contestants(&[Engine::Tasks]), 1);
    let now = run(&mut race, 0, |_| plan(Engine::Tasks, 2_000, 2_000));
    race.end(now, End::Finished);
    let shown = text(&(race, now), (80, 24));
    // All rows but header, axis, title, verdict and footer have a bar.
    let bars = shown.lines().filter(|line| line.starts_with(" ▒")).count();
    assert!(bars > 5 && shown.contains(&format!("+{}\n", 2_000 - bars)), "{bars}: {shown}");
}

/// The ink of the cells in the first row of a lane's bars.
fn inks(shown: &Shown, row: u16, columns: std::ops::Range<u16>) -> Vec<(Color, bool)> {
    let terminal = picture(shown, (120, 34), Charset::Unicode, false);
    let buffer = terminal.backend().buffer();
    let ink = |x| (buffer[(x, row)].fg, buffer[(x, row)].modifier.contains(Modifier::DIM));
    columns.map(ink).collect()
}

#[test]
fn the_run_that_is_running_is_bright_and_what_is_over_is_dim() {
    let second = second_round();
    // Rows: header, axis, title of sequential, its bar, title of threads, its first bar.
    assert!(inks(&second, 3, 1..20).iter().all(|&(colour, dim)| dim && colour == Color::Reset));
    let threads = inks(&second, 5, 1..17);
    assert!(threads[..6].iter().all(|&(colour, dim)| !dim && colour != Color::Reset), "{threads:?}");
    assert!(threads[6..].iter().all(|&(colour, dim)| dim && colour == Color::Reset), "its ghost: {threads:?}");
    assert!(inks(&finished(), 3, 1..20).iter().all(|&(_, dim)| !dim), "in the end all are bright");
}

#[test]
fn ascii_means_ascii_in_every_cell() {
    for (shown, help) in [(second_round(), false), (finished(), true), (failed(), false)] {
        let text = picture(&shown, (120, 34), Charset::Ascii, help).backend().to_string();
        assert!(text.is_ascii(), "{text}");
    }
}

#[test]
fn text_from_outside_does_nothing_to_the_screen() {
    for size in [(120, 34), (80, 24)] {
        let shown = picture(&failed(), size, Charset::Unicode, false).backend().to_string();
        assert!(shown.contains("signal 9␛[2J"), "{shown}");
    }
}

#[test]
fn a_race_that_is_drained_counts_down() {
    let (mut race, now) = second_round();
    race.draining = Some(now + std::time::Duration::from_millis(1_200));
    assert!(text(&(race.clone(), now), (80, 24)).contains("● ends 2s"));
    race.end(now, End::Stopped(EndReason::Interrupt));
    assert!(text(&(race, now), (80, 24)).contains("✗ stopped"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_size_and_no_text_breaks_the_picture(
        width in 0_u16..310, height in 0_u16..110, scene in 0_usize..4, help: bool, target in ".*", now: u64,
    ) {
        let (mut race, _) = [second_round, finished, failed, || (race(1), At(0))][scene]();
        race.target = Untrusted::new(&target, 4096);
        let theme = Theme::new(false);
        let scene = RaceScene { race: &race, now: At(now), theme: &theme, charset: Charset::Unicode, help };
        let mut buffer = Buffer::empty(Rect::new(0, 0, width, height));
        draw_race(&mut buffer, &scene);
        let plain = buffer.content().iter().all(|cell| (cell.fg, cell.bg) == (Color::Reset, Color::Reset));
        prop_assert!(plain, "without colours there are none");
        let controls = buffer.content().iter().any(|cell| cell.symbol().chars().any(char::is_control));
        prop_assert!(!controls);
    }
}
