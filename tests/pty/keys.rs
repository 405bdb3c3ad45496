//! What the keys do.

use std::time::Duration;

use crawltop::lab::Lab;
use vt100::{Color, Screen};

use crate::peer::{Silent, fetch_all, lab};
use crate::picture::{clock, picture, row};
use crate::setup::Setup;
use crate::terminal::{Terminal, eventually};

/// A run of many pages that takes its time, on its way.
fn on_its_way() -> (Lab, Terminal) {
    let lab = lab(800, Duration::from_millis(60));
    let terminal = Setup::size(120, 34).start(fetch_all(&lab, &["-c", "4"]));
    terminal.until_text("callback     release");
    (lab, terminal)
}

/// A run in which nothing happens any more.
fn over() -> (Lab, Terminal) {
    let lab = lab(20, Duration::ZERO);
    let terminal = Setup::size(120, 34).start(fetch_all(&lab, &[]));
    terminal.until_text("✓ finished");
    (lab, terminal)
}

fn quit(mut terminal: Terminal, code: u32) {
    terminal.press("q");
    terminal.end().told(code);
}

/// The corner of the pane that begins with `title`.
fn corner(screen: &Screen, title: &str) -> Option<(u16, u16)> {
    let (rows, columns) = screen.size();
    let places = (0..rows.get()).flat_map(|y| (0..columns.get()).map(move |x| (y, x)));
    let text = |y, x| screen.contents_between(y, x, y, x + title.len() as u16);
    places
        .filter(|&(y, x)| screen.cell(y, x).is_some_and(|cell| cell.contents() == "╭"))
        .find(|&(y, x)| text(y, x + 2).starts_with(title))
}

/// Whether the frame of a pane is in the ink of the focus.
fn is_focused(screen: &Screen, title: &str) -> bool {
    let ink = corner(screen, title).and_then(|(y, x)| screen.cell(y, x)).map(vt100::Cell::fgcolor);
    ink == Some(Color::Idx(6))
}

#[test]
fn a_filter_is_typed_from_any_pane_and_no_letter_of_it_acts() {
    let (_lab, mut terminal) = over();
    for tabs in ["", "\t", "\t\t", "\t\t\t", "\t\t\t\t"] {
        terminal.press(tabs);
        terminal.press("/query\r");
        terminal.until_text("query · 0 of 21");
        terminal.press("\x1b");
        terminal.until("the filter to go", |screen| !screen.contents().contains("query"));
        terminal.press("1");
    }
    terminal.press("3\r/query\r");
    terminal.until_text("query · 0 of 21");
    quit(terminal, 0);
}

#[test]
fn function_keys_are_no_letters_of_a_filter_that_is_typed() {
    let (_lab, mut terminal) = over();
    terminal.press("3/goods");
    terminal.until("the line", |screen| row(screen, 33).contains("/goods"));
    terminal.press("\x1bOP");
    terminal.until_text("╭ Help ");
    terminal.press("\x1b");
    terminal.until("the help to go", |screen| !screen.contents().contains("╭ Help "));
    terminal.until_text("filter goods · ");
    terminal.press("/x\x1b[21~");
    terminal.end().told(0);
}

#[test]
fn a_term_that_is_not_understood_keeps_its_line_open() {
    let (_lab, mut terminal) = over();
    terminal.press("/slow:1x\r");
    terminal.until_text("? slow: as in slow:>1s");
    terminal.press("\x7fs\r");
    terminal.until_text("slow:1s · 0 of 21");
    quit(terminal, 0);
}

#[test]
fn a_fetch_shows_its_hosts_and_the_fetches_of_one() {
    let (_lab, mut terminal) = over();
    terminal.press("4");
    terminal.until_text("Hosts ─ 1 ─ most fetches first");
    terminal.press("\r");
    terminal.until_text("Done ─ filter host:127.0.0.1");
    terminal.press("\x1b");
    terminal.until_text("Hosts ─ 1 ─ most fetches first");
    quit(terminal, 0);
}

#[test]
fn a_key_that_has_nothing_to_act_on_says_where_it_has() {
    let (_lab, mut terminal) = over();
    terminal.press("\r");
    terminal.until_text("no fetch here to open");
    terminal.press("\t");
    for (key, words) in
        [("y", "about a request: tab"), ("x", "in flight: tab"), ("v", "5 shows it"), ("s", "sorts a table")]
    {
        terminal.press(key);
        terminal.until_text(words);
    }
    quit(terminal, 0);
}

#[test]
fn the_question_mark_shows_the_keys_and_esc_closes_them() {
    let (_lab, mut terminal) = over();
    for keys in ["?\x1b", "??", "hh"].map(|keys| keys.split_at(1)) {
        terminal.press(keys.0);
        terminal.until("the help", |screen| {
            let all = screen.contents();
            all.contains("╭ Help ─ esc goes back") && all.contains("start no new fetch; what is in flight goes on")
        });
        terminal.press(keys.1);
        terminal.until("the help to go", |screen| !screen.contents().contains("╭ Help "));
    }
    quit(terminal, 0);
}

/// While the help is up the keys that move scroll it, and the pane below stays as it is.
#[test]
fn the_help_scrolls_to_its_end_and_explains_the_pane_that_tab_chooses() {
    let silent = Silent::start();
    let mut terminal = Setup::size(80, 24).start(["fetch".to_owned(), silent.url("/")]);
    terminal.until_text("╭ In flight ─ 1 ");
    for (key, wanted) in [
        ("?", " ─ 1-20 of "),
        ("j", " ─ 2-21 of "),
        ("\x1b[6~", " ─ 22-41 of "),
        ("k", " ─ 21-40 of "),
        ("\x04", " ─ 31-50 of "),
        ("G", "│ ending         A signal"),
        ("\t", "│ last time          From the beginning of the run to the last result."),
        ("\t", "│ req/s      Attempts that ended"),
        ("\t", "│ result set    The Completion of the task was set"),
        ("\t", "│ order               The place of the result in the order of completion"),
        ("g", "│ q      quit; "),
        ("\t", "│ #          The number of the task"),
    ] {
        terminal.press(key);
        terminal.until_text(wanted);
    }
    terminal.press("\x1b");
    terminal.until("no help, and no row that was selected meanwhile", |screen| {
        let reversed = |y| (0..80).any(|x| screen.cell(y, x).is_some_and(vt100::Cell::inverse));
        !screen.contents().contains("╭ Help ") && !(0..24).any(reversed)
    });
    // A row is selected, and what would be done with it under the help is not done.
    terminal.press("j");
    for key in ["x", "s", "\r", "3"] {
        terminal.press("?");
        terminal.until_text("╭ Help ");
        terminal.press(key);
        terminal.until("the same without the help", |screen| {
            let seen = screen.contents();
            !seen.contains("╭ Help ") && seen.contains("╭ In flight ─ 1 ─ by slot") && seen.contains("wait")
        });
    }
    quit(terminal, 3);
}

#[test]
fn p_starts_no_new_fetch_until_it_is_pressed_again() {
    let (lab, mut terminal) = on_its_way();
    terminal.press("p");
    terminal.until_text("‖ paused");
    terminal.until_text("nothing in flight");
    let asked = lab.asked().total;
    let pages = Duration::from_millis(5 * 60);
    terminal.until_later(pages);
    assert_eq!(lab.asked().total, asked, "a fetch was started");
    terminal.press("p");
    terminal.until_text("● running");
    eventually("more pages to be asked for", || (lab.asked().total > asked).then_some(()));
    terminal.press("pp");
    let asked = lab.asked().total;
    eventually("more pages to be asked for", || (lab.asked().total > asked + 20).then_some(()));
    quit(terminal, 3);
}

#[test]
fn space_holds_the_picture_while_the_run_goes_on() {
    let (lab, mut terminal) = on_its_way();
    terminal.press(" ");
    terminal.until_text("■ frozen");
    let (held, asked) = (terminal.picture(), lab.asked().total);
    eventually("more pages to be asked for", || (lab.asked().total >= asked + 20).then_some(()));
    assert_eq!(terminal.picture(), held);
    terminal.press("?");
    terminal.until_text("╭ Help ");
    terminal.press("?");
    terminal.until("the same picture", |screen| picture(screen) == held);
    let frozen_at = terminal.until_some("the clock", clock);
    terminal.press(" ");
    terminal
        .until("the picture of now", |screen| row(screen, 0).contains("● running") && clock(screen) > Some(frozen_at));
    quit(terminal, 3);
}

#[test]
fn plus_and_minus_change_how_many_fetches_go_at_once() {
    let (_lab, mut terminal) = on_its_way();
    terminal.until_text("tasks  4/4 ");
    terminal.press("++");
    terminal.until_text("tasks  6/6 ");
    terminal.press("-----");
    terminal.until_text("tasks  1/1 ");
    terminal.press("---=");
    terminal.until_text("tasks  2/2 ");
    quit(terminal, 3);
}

#[test]
fn tab_moves_the_focus_around_and_shift_tab_back() {
    let (_lab, mut terminal) = over();
    const PANES: [&str; 5] = ["In flight", "Timing", "Charts", "Events", "Done"];
    let until_focused = |terminal: &Terminal, pane: usize| {
        terminal.until(&format!("the focus on {}", PANES[pane]), |screen| {
            (0..5).all(|other| is_focused(screen, PANES[other]) == (other == pane))
        });
    };
    until_focused(&terminal, 0);
    for pane in [1, 2, 3, 4, 0] {
        terminal.press("\t");
        until_focused(&terminal, pane);
    }
    for pane in [4, 3] {
        terminal.press("\x1b[Z");
        until_focused(&terminal, pane);
    }
    quit(terminal, 0);
}

#[test]
fn tab_brings_each_pane_to_an_ordinary_terminal() {
    let lab = lab(20, Duration::ZERO);
    let mut terminal = Setup::size(80, 24).start(fetch_all(&lab, &[]));
    terminal.until_text("✓ finished");
    for pane in ["╭ Timing ", "╭ Charts ", "╭ Events ", "╭ Done ", "╭ Events "] {
        terminal.press("\t");
        terminal.until_text(pane);
    }
    quit(terminal, 0);
}

#[test]
fn z_gives_a_pane_all_the_room_and_takes_it_back() {
    let (_lab, mut terminal) = over();
    let before = terminal.picture();
    for back in ["z", "\x1b"] {
        terminal.press("z");
        terminal.until("the pane alone", |screen| {
            corner(screen, "In flight") == Some((3, 0)) && !screen.contents().contains("╭ Timing ")
        });
        terminal.press(back);
        terminal.until("all panes", |screen| picture(screen) == before);
    }
    quit(terminal, 0);
}

#[test]
fn the_event_log_holds_still_when_scrolled_and_follows_again() {
    let (_lab, mut terminal) = on_its_way();
    terminal.press("\t\t\t");
    terminal.until("the focus on the log", |screen| is_focused(screen, "Events"));
    // One key: of several, some may move the log after it was first seen held.
    terminal.press("k");
    let new_below = |screen: &Screen| {
        let all = screen.contents();
        let count = all.split("╭ Events ─ ").nth(1)?.split(" new below, G follows").next()?;
        count.replace(',', "").parse::<u32>().ok()
    };
    let held = terminal.until_some("the log held", new_below);
    let first = terminal.until_some("its first line", |screen| Some(row(screen, corner(screen, "Events")?.0 + 1)));
    terminal.until("more below", |screen| new_below(screen) > Some(held + 20));
    let now = terminal.until_some("its first line", |screen| Some(row(screen, corner(screen, "Events")?.0 + 1)));
    let left_half = |row: &str| row.chars().take(60).collect::<String>();
    assert_eq!(left_half(&now), left_half(&first), "the log moved");
    terminal.press("G");
    terminal.until_text("╭ Events ─ following ");
    quit(terminal, 3);
}

#[test]
fn j_selects_a_row_that_stays_selected() {
    let silent = Silent::start();
    let words = ["fetch".to_owned()].into_iter().chain((0..6).map(|number| silent.url(&format!("/{number}/"))));
    let mut terminal = Setup::size(120, 34).start(words);
    terminal.until_text("╭ In flight ─ 6 ");
    let selected = |screen: &Screen| {
        let (top, left) = corner(screen, "In flight")?;
        let rows: Vec<u16> = (top..top + 10)
            .filter(|&y| (left + 1..left + 40).all(|x| screen.cell(y, x).is_some_and(vt100::Cell::inverse)))
            .collect();
        Some(rows.iter().map(|y| y - top - 2).collect::<Vec<u16>>())
    };
    for (keys, wanted) in
        [("j", vec![0]), ("j", vec![1]), ("jj", vec![3]), ("k", vec![2]), ("G", vec![5]), ("g", vec![0])]
    {
        terminal.press(keys);
        terminal.until(&format!("row {wanted:?}"), |screen| selected(screen).as_ref() == Some(&wanted));
    }
    terminal.press("\x1b");
    terminal.until("no row", |screen| selected(screen) == Some(Vec::new()));
    quit(terminal, 3);
}

#[test]
fn esc_never_quits_and_unknown_keys_do_nothing() {
    let (_lab, mut terminal) = over();
    let before = terminal.picture();
    // A lone esc and a key that come in one piece are another key: alt and that. A second esc sets them apart.
    for keys in ["\x1b\x1b", "Q", "ß", "7", "\x1b[99~", "\x1b[1;5P", "\x1b]11;rgb:0/0/0\x07", "\x1bq", "\x02", "\r"] {
        terminal.press(&format!("{keys}?"));
        terminal.until_text("╭ Help ");
        terminal.press("?");
        terminal.until("the same picture", |screen| picture(screen) == before);
    }
    quit(terminal, 0);
}

#[test]
fn the_picture_goes_on_after_keys_that_mean_nothing() {
    let (_lab, mut terminal) = on_its_way();
    for keys in ["\x1b[99~", "j\x1b[99~", "\x1b[1;", "j"] {
        terminal.press(keys);
        terminal.until_later(Duration::from_millis(300));
    }
    quit(terminal, 3);
}

#[test]
fn a_filter_acts_as_it_is_typed_and_letters_are_no_keys_meanwhile() {
    let (_lab, mut terminal) = over();
    let title = |wanted: &'static str| move |screen: &Screen| screen.contents().contains(wanted);
    terminal.press("3/status:5xx");
    terminal.until("nothing to be found", title("╭ Done ─ filter status:5xx · 0 of 21 ─"));
    terminal.press("\x17\x17q is no key\x15status:2xx goods qq");
    terminal.until("the line", |screen| row(screen, 33).contains("/status:2xx goods qq"));
    terminal.press("\x7f\x7f\x7f\r");
    terminal.until("what is found", |screen| {
        let all = screen.contents();
        all.contains(" of 21 ─ as completed") && !all.contains("· 0 of") && row(screen, 33).contains("q quit")
    });
    terminal.press("s");
    terminal.until("the sort", title("─ sorted by total ↓"));
    terminal.press("\x1b");
    terminal.until("all", title("╭ Done ─ 21 ─ sorted by total ↓"));
    quit(terminal, 0);
}
