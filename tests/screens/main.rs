//! Events → State → picture: what stands on the screen at each size, and in which ink.

mod agreement;
mod charts;
mod crawl;
mod detail;
mod looks;
mod replay;
mod scenario;
mod steady;
mod tables;
mod themes;
mod urls;
mod words;

use crawltop::clock::At;
use crawltop::event::EventKind;
use crawltop::failure::{Failure, FailureKind};
use crawltop::fetched::Fetched;
use crawltop::id::FetchId;
use crawltop::phase::Phase;
use crawltop::state::State;
use crawltop::text::{Charset, Untrusted};
use crawltop::ui::{Pane, Scene, Theme, View, draw};
use crawltop::usage::Usage;
use proptest::prelude::*;
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Color, Modifier};
use scenario::{Scenario, crawling_hostile, hostile, retrying, running};
use std::sync::Arc;

/// The picture of a state at a size, drawn as a terminal draws it.
fn picture(scenario: &Scenario, view: &View, size: (u16, u16), charset: Charset) -> Terminal<TestBackend> {
    let mut terminal = Terminal::new(TestBackend::new(size.0, size.1)).unwrap();
    let theme = Theme::new(true);
    let scene = Scene { state: &scenario.state, view, now: scenario.now, theme: &theme, charset };
    terminal.draw(|frame| draw(frame.buffer_mut(), &scene)).unwrap();
    terminal
}

fn text(terminal: &Terminal<TestBackend>) -> String {
    terminal.backend().to_string()
}

const SIZES: [(u16, u16); 4] = [(120, 34), (80, 24), (40, 12), (1, 1)];

#[test]
fn a_run_in_its_middle_looks_so_at_each_size() {
    for size in SIZES {
        let shown = picture(&running(), &View::default(), size, Charset::Unicode);
        insta::assert_snapshot!(format!("running_{}x{}", size.0, size.1), shown.backend());
    }
}

#[test]
fn a_run_at_its_end_looks_so() {
    let mut scenario = running();
    scenario.finish();
    for size in [(120, 34), (80, 24)] {
        let shown = picture(&scenario, &View::default(), size, Charset::Unicode);
        insta::assert_snapshot!(format!("finished_{}x{}", size.0, size.1), shown.backend());
    }
}

#[test]
fn what_waits_to_be_made_again_looks_so() {
    for size in [(120, 34), (80, 24), (40, 12)] {
        let shown = picture(&retrying(), &View::default(), size, Charset::Unicode);
        insta::assert_snapshot!(format!("retrying_{}x{}", size.0, size.1), shown.backend());
    }
}

#[test]
fn what_waits_has_its_share_of_the_rows_where_there_is_not_room_for_all() {
    let mut scenario = retrying();
    (100..200).for_each(|id| scenario.start(id, "/more"));
    let shown = |view: &View| text(&picture(&scenario, view, (120, 34), Charset::Unicode));
    let short = shown(&View::default());
    for words in ["In flight ─ 103 ─ 3 to retry", "waiting 3s (Retry-After)", "waiting 600ms (502)", "127.0.0.1:41233/"]
    {
        assert!(short.contains(words), "{words}: {short}");
    }
    let last = View { request: Some(FetchId(22)), ..View::default() };
    assert!(shown(&last).contains("due (connect_refused)"), "{}", shown(&last));
}

#[test]
fn no_line_is_blank_while_something_is_hidden_and_what_waits_stands_in_its_order_below_the_others() {
    let scenario = retrying();
    let sizes = (10..40).flat_map(|height| [40, 50, 60, 80, 120].map(|width| (width, height)));
    for size in sizes {
        let shown = text(&picture(&scenario, &View::default(), size, Charset::Unicode));
        let within = shown.lines().map(|row| row.trim_start_matches('"')).skip_while(|row| !row.starts_with("╭ In fl"));
        let table: Vec<&str> = within.skip(2).take_while(|row| row.starts_with('│')).collect();
        let id = |row: &&str| row.trim_start_matches('│').split_whitespace().next()?.parse().ok();
        let ids: Vec<u64> = table.iter().filter_map(id).filter(|id| [10, 11, 12, 20, 21, 22].contains(id)).collect();
        let blank = table.iter().any(|row| row.chars().skip(1).take(30).all(|sign| sign == ' '));
        assert!(ids.len() == 6 || !blank, "{size:?}: {shown}");
        if !shown.contains("─ by slot ") {
            assert!(ids.is_sorted(), "{size:?}: {shown}");
        }
    }
}

/// The rows of what waits in the table of requests in flight, from behind their numbers on.
fn waiting(width: u16, now: u64, view: &View) -> Vec<String> {
    let mut scenario = retrying();
    scenario.now = At(now);
    let shown = text(&picture(&scenario, view, (width, 34), Charset::Unicode));
    let row = |id: &str| {
        let row = shown.lines().find(|row| row.contains(&format!(" {id}  ")));
        let row = row.unwrap_or_else(|| panic!("{width}: {shown}")).trim_matches(['"', '│']).split('│').next().unwrap();
        row.split_once(&format!(" {id}  ")).unwrap().1.to_owned()
    };
    ["20", "21", "22"].map(row).to_vec()
}

#[test]
fn of_what_waits_the_reason_leaves_first_then_the_age_and_the_word_never() {
    let mut before = 0;
    for width in (40..=115).chain(116..=159).chain(160..=300) {
        let row = &waiting(width, 4_200_000, &View::default())[0];
        let cells = format!("waiting{:>11}  ", "3s");
        let forms = [cells.as_str(), "waiting 3s ", "waiting 3s (Retry-After) "];
        let form = forms.iter().rposition(|form| row.contains(form)).unwrap_or_else(|| panic!("{width}: {row}"));
        assert!(form >= before || [116, 160].contains(&width), "{width}: {row}");
        before = form;
        assert!(width < 80 || form == 2, "{width}: {row}");
        // The age of others changes too.
        let later = waiting(width, 6_600_000, &View::default())[0].replace("2.90s", "500ms");
        assert_eq!(row.replace(" 3s ", " 1s "), later, "{width}: nothing moves as it passes");
    }
    let mut sorted = View::default();
    sorted.sort(4, true);
    let row = &waiting(40, 4_200_000, &sorted)[0];
    assert!(row.trim_start().starts_with("waiting  "), "where there is no phase: {row}");
}

#[test]
fn the_urls_of_what_waits_stand_in_one_column_at_each_width() {
    for width in 40..=300 {
        let rows = waiting(width, 4_200_000, &View::default());
        let url = |row: &String| row.chars().take_while(|sign| !"/…".contains(*sign)).count();
        assert!(rows.iter().all(|row| url(row) == url(&rows[0])), "{width}: {rows:#?}");
    }
    let row = &waiting(130, 4_200_000, &View::default())[0];
    let shown = text(&picture(&retrying(), &View::default(), (130, 34), Charset::Unicode));
    let other = shown.lines().find_map(|row| row.split_once(" 12  ")).unwrap().1;
    assert_eq!(row.find('/'), other.replace(['▒', '·'], " ").find('/'), "that of all others");
}

#[test]
fn zoom_and_ascii_look_so() {
    let views = [
        ("zoomed", View { focus: Pane::Events, zoom: true, verbose: true, ..View::default() }, Charset::Unicode),
        ("done", View { focus: Pane::Done, request: Some(FetchId(4)), ..View::default() }, Charset::Unicode),
        ("ascii", View::default(), Charset::Ascii),
    ];
    for (name, view, charset) in views {
        insta::assert_snapshot!(format!("{name}_80x24"), picture(&running(), &view, (80, 24), charset).backend());
    }
}

#[test]
fn before_the_first_event_there_is_a_picture_too() {
    let scenario = Scenario { state: State::default(), now: At(0) };
    insta::assert_snapshot!("empty_80x24", picture(&scenario, &View::default(), (80, 24), Charset::Unicode).backend());
}

#[test]
fn ascii_means_ascii_in_every_cell() {
    for size in SIZES {
        for focus in Pane::ALL {
            let view = View { focus, help: true, ..View::default() };
            for scenario in [hostile(), crawling_hostile()] {
                let shown = text(&picture(&scenario, &view, size, Charset::Ascii));
                assert!(shown.is_ascii(), "{size:?} {focus:?}: {shown}");
            }
        }
    }
}

#[test]
fn text_from_outside_does_nothing_to_the_screen() {
    for (size, zoom) in [((120, 34), false), ((80, 24), true)] {
        for focus in Pane::ALL {
            let view = View { focus, zoom, verbose: true, ..View::default() };
            let terminals = [hostile(), crawling_hostile()].map(|it| picture(&it, &view, size, Charset::Unicode));
            for cell in terminals.iter().flat_map(|terminal| terminal.backend().buffer().content()) {
                let acts = |sign: char| {
                    sign.is_control() || matches!(sign, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200b}')
                };
                assert!(!cell.symbol().chars().any(acts), "{:?}", cell.symbol());
            }
        }
    }
    let shown =
        text(&picture(&hostile(), &View { focus: Pane::Events, ..View::default() }, (120, 34), Charset::Unicode));
    assert!(shown.contains('␛'), "an escape is shown, not dropped: {shown}");
}

/// The style of the first cell of `word` on the screen.
pub fn ink(terminal: &Terminal<TestBackend>, word: &str) -> (Color, Modifier) {
    let buffer = terminal.backend().buffer();
    let row = |y: u16| (0..buffer.area.width).map(|x| buffer[(x, y)].symbol()).collect::<Vec<_>>();
    for y in 0..buffer.area.height {
        let cells = row(y);
        for x in 0..cells.len() {
            if cells[x..].concat().starts_with(word) {
                let cell = &buffer[(x as u16, y)];
                return (cell.fg, cell.modifier);
            }
        }
    }
    panic!("{word} is not on the screen");
}

#[test]
fn colour_goes_with_a_symbol_or_a_word() {
    let terminal = picture(&running(), &View::default(), (120, 34), Charset::Unicode);
    let inks = [
        ("✓ ", Color::Green),
        ("! ", Color::Yellow),
        ("→ ", Color::Cyan),
        ("✗ ", Color::Red),
        ("⏱ ", Color::Magenta),
        ("● running", Color::Green),
    ];
    for (word, colour) in inks {
        assert_eq!(ink(&terminal, word).0, colour, "{word}");
    }
    assert!(ink(&terminal, "Timing").1.contains(Modifier::BOLD));
    assert!(ink(&terminal, "one after another").1.contains(Modifier::DIM));
}

#[test]
fn without_colours_there_are_none() {
    let mut buffer = Buffer::empty(Rect::new(0, 0, 120, 34));
    let (scenario, theme, view) = (running(), Theme::new(false), View::default());
    let scene =
        Scene { state: &scenario.state, view: &view, now: scenario.now, theme: &theme, charset: Charset::Unicode };
    draw(&mut buffer, &scene);
    assert!(buffer.content().iter().all(|cell| (cell.fg, cell.bg) == (Color::Reset, Color::Reset)));
}

#[test]
fn the_selected_row_is_reversed_and_the_focused_pane_is_bright() {
    let view = View { request: Some(FetchId(12)), ..View::default() };
    let terminal = picture(&running(), &view, (120, 34), Charset::Unicode);
    assert!(ink(&terminal, "    12  ").1.contains(Modifier::REVERSED));
    assert!(!ink(&terminal, "    11  ").1.contains(Modifier::REVERSED));
    let elsewhere = View { focus: Pane::Events, ..view };
    let beside = ink(&picture(&running(), &elsewhere, (120, 34), Charset::Unicode), "    12  ").1;
    assert!(beside.contains(Modifier::UNDERLINED) && !beside.contains(Modifier::REVERSED), "keys are not about it");
    let view = View { focus: Pane::InFlight, ..elsewhere };
    let terminal = picture(&running(), &view, (120, 34), Charset::Unicode);
    assert_eq!(ink(&terminal, "╭ In flight").0, Color::Cyan);
    assert_eq!(ink(&terminal, "╭ Done").0, Color::Reset);
}

#[test]
fn a_request_that_ended_keeps_the_selection_while_it_is_seen_and_no_other_takes_it() {
    let view = View { request: Some(FetchId(11)), ..View::default() };
    let mut scenario = running();
    scenario.fail(11, "/goods/11/");
    scenario.now = At(4_900_000);
    let shown = picture(&scenario, &view, (120, 34), Charset::Unicode);
    assert!(ink(&shown, "    11  ").1.contains(Modifier::REVERSED), "it is still there for a moment");
    scenario.now = At(5_000_000);
    let later = picture(&scenario, &view, (120, 34), Charset::Unicode);
    for id in ["    10  ", "    12  "] {
        assert!(!ink(&later, id).1.contains(Modifier::REVERSED), "{id} was not chosen");
    }
}

#[test]
fn timing_has_its_phases_and_totals_on_a_small_screen_too() {
    let view = View { focus: Pane::Timing, ..View::default() };
    insta::assert_snapshot!("timing_80x24", picture(&running(), &view, (80, 24), Charset::Unicode).backend());
}

#[test]
fn a_hundred_columns_leave_the_oldest_its_url() {
    let shown = text(&picture(&running(), &View::default(), (100, 30), Charset::Unicode));
    assert!(shown.lines().nth(2).unwrap().contains("/img/hero.jpg"), "{shown}");
}

#[test]
fn large_ids_are_shown_whole() {
    let mut scenario = running();
    scenario.start(12_345_678, "/late");
    let shown = text(&picture(&scenario, &View::default(), (80, 24), Charset::Unicode));
    assert!(shown.contains("│12345678  "), "{shown}");
}

#[test]
fn one_line_tells_broken_from_failed_and_how_the_run_stands() {
    let shown = text(&picture(&running(), &View::default(), (70, 3), Charset::Unicode));
    assert!(shown.contains("8/1,530 ● running 2 broken 2 failed 3 in flight"), "{shown}");
}

#[test]
fn a_pause_does_not_put_the_end_off() {
    let eta = |scenario: &Scenario| {
        let shown = text(&picture(scenario, &View::default(), (120, 34), Charset::Unicode));
        shown.split_once("ETA ").map(|(_, eta)| eta.split("  ").next().unwrap().to_owned())
    };
    let mut scenario = scenario::later();
    assert!(eta(&scenario).is_some());
    scenario.pause(5_700_000, 65_700_000);
    assert_eq!(eta(&scenario), None, "nothing came since");
    scenario.answer(2000, 65_900_000);
    scenario.now = At(66_700_000);
    assert_eq!(eta(&scenario).as_deref(), Some("3m 41s"), "one a second for the 221 that are left");
}

#[test]
fn the_help_shows_the_marks_that_done_shows() {
    let view = View { help: true, help_line: 18, ..View::default() };
    let shown = text(&picture(&running(), &view, (80, 24), Charset::Ascii));
    assert!(shown.contains("^ slow  ^^ very slow"), "{shown}");
    assert!(shown.contains("+ ok  > redirect  ! broken (4xx, 5xx)  x failed  t timeout"), "{shown}");
}

/// Everything left of a number keeps its place, whatever the number.
#[test]
fn nothing_jumps_when_numbers_grow() {
    let place = |scenario: &Scenario, word: &str| {
        let shown = text(&picture(scenario, &View::default(), (120, 34), Charset::Unicode));
        shown.lines().find_map(|line| line.find(word).map(|at| line[..at].chars().count()))
    };
    let (early, late) = (running(), scenario::later());
    for word in ["req/s", "ok ", "redirect", "broken", "failed", "limited by", "p50", "loop lag", " of 1,530"] {
        assert_eq!(place(&early, word), place(&late, word), "{word}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_size_and_no_text_breaks_the_picture(
        width in 0_u16..310, height in 0_u16..110, focus in 0_usize..6, zoom: bool, help: bool, help_line: usize, verbose: bool, crawl: bool, url in ".*", ascii: bool, detail in proptest::option::of(0_u64..100), detail_line: usize,
    ) {
        let mut scenario = if crawl { scenario::crawling() } else { running() };
        scenario.start(99, &url);
        scenario.fail(98, &url);
        let detail = detail.map(FetchId);
        let view = View { focus: Pane::ALL[focus], zoom, help, help_line, verbose, detail, detail_line, ..View::default() };
        let theme = Theme::new(true);
        let charset = if ascii { Charset::Ascii } else { Charset::Unicode };
        let scene = Scene { state: &scenario.state, view: &view, now: scenario.now, theme: &theme, charset };
        let mut buffer = Buffer::empty(Rect::new(0, 0, width, height));
        draw(&mut buffer, &scene);
        let controls = buffer.content().iter().any(|cell| cell.symbol().chars().any(char::is_control));
        prop_assert!(!controls);
    }
}

#[test]
fn each_phase_has_a_sign_of_its_own() {
    let shown = text(&picture(&running(), &View::default(), (120, 34), Charset::Unicode));
    for (phase, sign) in Phase::ALL.into_iter().skip(1).zip(["░", "▒", "▓", "╸", "━", "█"]) {
        assert!(shown.lines().any(|line| line.contains(&format!("{sign} {}", phase.name()))), "{phase:?}");
    }
}

/// The first line of a picture.
fn first_line(scenario: &Scenario, view: &View, width: u16, charset: Charset) -> String {
    text(&picture(scenario, view, (width, 34), charset)).lines().next().unwrap().trim_matches('"').to_owned()
}

#[test]
fn a_recording_is_told_while_it_is_made_and_in_a_replay_never() {
    let mut scenario = running();
    let told = |scenario: &Scenario, width| first_line(scenario, &View::default(), width, Charset::Unicode);
    let without = told(&scenario, 120);
    assert!(!without.contains("rec "), "{without}");
    let usage = Usage { recorded_kib: Some(2_832), ..Usage::default() };
    scenario.tell(4_100_000, EventKind::Sampled(Box::new(usage)));
    assert!(told(&scenario, 120).contains("00:04.2  ● rec  2.9 MB   req/s"), "{}", told(&scenario, 120));
    assert!(told(&scenario, 80).contains("00:04.2  ● rec   req/s"), "{}", told(&scenario, 80));
    assert!(first_line(&scenario, &View::default(), 120, Charset::Ascii).contains("* rec  2.9 MB"));
    let replay = View { scrub: Some(Box::default()), ..View::default() };
    assert!(!first_line(&scenario, &replay, 120, Charset::Unicode).contains("rec "));
    let mut given_up = running();
    given_up.tell(4_100_000, EventKind::Sampled(Box::new(usage)));
    given_up.tell(4_150_000, EventKind::RecordingEnded { message: Untrusted::new("run.jsonl: no space left", 99) });
    assert!(told(&given_up, 120).contains("00:04.2  ✗ rec   ended   req/s"), "{}", told(&given_up, 120));
    assert!(told(&given_up, 80).contains("00:04.2  ✗ rec   req/s"), "{}", told(&given_up, 80));
    let place = |shown: &str| shown.split_once("● running").map(|(before, _)| before.chars().count());
    assert_eq!(place(&told(&given_up, 120)), place(&told(&scenario, 120)), "nothing jumps");
    scenario.finish();
    assert!(!told(&scenario, 120).contains("rec "));
}

#[test]
fn what_runs_loses_its_scheme_and_the_name_beside_it_before_its_host_is_cut() {
    let line =
        |target: &str, width| first_line(&scenario::of_target(target), &View::default(), width, Charset::Unicode);
    assert!(line("http://127.0.0.1:41233/", 120).starts_with(" crawltop  http://127.0.0.1:41233/ "));
    assert!(line("http://127.0.0.1:41233/", 80).starts_with(" crawltop  127.0.0.1:41233/ "));
    assert!(line("https://docs.example.org/guide/", 80).starts_with(" docs.example.org/guide/ "));
    assert!(line("https://docs.example.org/a-long-way/to/the-page", 80).starts_with(" docs.example.org/a-long"));
    let long = line("https://a-rather-long-name.of-a-host.with-many-labels.example/", 80);
    assert!(long.contains('…') && long.contains(".example/ "), "{long}");
}

#[test]
fn what_was_never_begun_took_no_time() {
    let mut scenario = running();
    scenario.keep_out(50, "/private/");
    let view = View { focus: Pane::Done, zoom: true, ..View::default() };
    let shown = text(&picture(&scenario, &view, (120, 34), Charset::Unicode));
    let row = shown.lines().find(|line| line.contains("/private/")).unwrap();
    assert!(row.contains(" · robots") && !row.contains("0µs"), "{row}");
    let mut fast = view;
    fast.look_for("slow:<1h");
    assert!(!text(&picture(&scenario, &fast, (120, 34), Charset::Unicode)).contains("/private/"));
}

#[test]
fn the_histogram_has_the_room_beside_the_figures_or_below_them() {
    let view = View { focus: Pane::Timing, zoom: true, ..View::default() };
    for (size, least) in [((300, 100), 60), ((120, 34), 20), ((80, 24), 1)] {
        let shown = text(&picture(&running(), &view, size, Charset::Unicode));
        let line = |word: &str| shown.lines().position(|line| line.contains(word)).unwrap();
        let bars = shown.lines().filter(|line| line.contains('█')).count();
        let (axis, lag) = (line("100ms"), line("loop lag"));
        assert!(bars >= least, "{bars}: {shown}");
        assert_eq!(axis > lag, size.0 > 100, "{shown}");
    }
}

/// A crawl, and the same with a page that robots.txt keeps out.
fn kept_out() -> [Scenario; 2] {
    let (id, url) = (FetchId(9_100), Untrusted::new("http://127.0.0.1:41233/private/", 99));
    let mut kept_out = scenario::crawling();
    kept_out.tell(4_150_000, EventKind::Started { id, url: url.clone(), place: None });
    let failure = Failure::new(FailureKind::Robots, "robots.txt: Disallow: /private/");
    let fetched = Arc::new(Fetched::failed(url, At(4_150_000), At(4_150_000), failure));
    kept_out.tell(4_150_000, EventKind::Finished { id, fetched });
    [scenario::crawling(), kept_out]
}

#[test]
fn the_first_that_is_kept_out_moves_nothing_in_the_header() {
    for width in 60..=200 {
        let [before, after] = kept_out().map(|scenario| {
            let shown = text(&picture(&scenario, &View::default(), (width, 24), Charset::Unicode));
            let row = shown.lines().nth(1).unwrap().trim_matches('"').to_owned();
            let ok = if width < 80 { "✓3" } else { " ok 3" };
            row[row.find(ok).unwrap_or_else(|| panic!("{width}: {row}"))..].to_owned()
        });
        assert!(after.contains('⊘') && !before.contains('⊘'), "{width}: {after}");
        assert_eq!(before.trim_end(), after.split('⊘').next().unwrap().trim_end(), "{width}");
        assert_eq!(before.chars().count(), after.chars().count(), "{width}");
    }
}

#[test]
fn what_was_kept_out_took_no_time_wherever_that_is_told() {
    let [_, kept_out] = kept_out();
    let page = View { detail: Some(FetchId(9_100)), ..View::default() };
    for view in [page, View { focus: Pane::Done, ..View::default() }] {
        for size in [(60, 30), (80, 24), (120, 34)] {
            let shown = text(&picture(&kept_out, &view, size, Charset::Unicode));
            assert!(shown.contains("robots") && !shown.contains(" 0µs") && !shown.contains(" 1µs"), "{shown}");
        }
    }
}
