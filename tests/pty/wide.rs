//! Signs that take two columns, none, or as many as the terminal likes: frames stay straight.

use std::time::Duration;

use vt100::Screen;

use crate::peer::lab;
use crate::picture::row;
use crate::setup::Setup;

/// Percent-encoded: a smiling face, a hand with a skin, a family, a flag, a heart with its style; letters
/// with marks; a joiner, a bidi override and a C1 control, which stay encoded; Thai and Devanagari; half-width katakana;
/// Chinese.
const PATHS: [&str; 9] = [
    "/%F0%9F%98%80/%F0%9F%91%8D%F0%9F%8F%BD/end",
    "/%F0%9F%91%A8%E2%80%8D%F0%9F%91%A9%E2%80%8D%F0%9F%91%A7/end",
    "/%F0%9F%87%A9%F0%9F%87%AA%F0%9F%87%A8%F0%9F%87%B3/%E2%9D%A4%EF%B8%8F/end",
    "/caf%C3%A9/e%CC%81%CC%81%CC%81/",
    "/%E2%80%8D%E2%80%AE%C2%9B31m%1B[2J/",
    "/%E0%B8%AA%E0%B8%B3%E0%B8%99%E0%B8%B1%E0%B8%81/%E0%A4%B9%E0%A4%BF%E0%A4%A8%E0%A5%8D%E0%A4%A6%E0%A5%80/",
    "/%EF%BE%8A%EF%BE%9F%EF%BE%8B%EF%BE%9E/",
    "/%E5%BE%88%E9%95%BF%E7%9A%84%E7%BD%91%E5%9D%80%E5%BE%88%E9%95%BF%E7%9A%84%E7%BD%91%E5%9D%80%E5%BE%88%E9%95%BF%E7%9A%84%E7%BD%91%E5%9D%80%E5%BE%88%E9%95%BF/end",
    "/%E4%B8%AD%E6%96%87/%E7%BD%91%E7%AB%99%E6%A0%87%E9%A2%98/",
];

/// Whether a frame stands in the last column of each row between header and footer, and where panes meet, two of them.
fn is_straight(screen: &Screen) -> bool {
    let (rows, columns) = screen.size();
    let (rows, last) = (rows.get(), columns.get() - 1);
    let at = |y, x| screen.cell(y, x).map_or("", vt100::Cell::contents);
    // A thick one is where a list stands in its pane.
    let is_side = |y, x| ["│", "┃"].contains(&at(y, x));
    let framed = |y| (is_side(y, last) || ["╮", "╯"].contains(&at(y, last))) && ["│", "╭", "╰"].contains(&at(y, 0));
    let meets = (1..last).filter(|&x| is_side(4, x) && at(4, x + 1) == "│");
    let beside = ["│", "╭", "╰"];
    let straight = |x: u16| (3..rows - 1).all(|y| !is_side(y, x) || beside.contains(&at(y, x + 1)));
    (3..rows - 1).all(framed) && meets.into_iter().all(straight)
}

#[test]
fn wide_and_combining_signs_keep_the_frames_straight() {
    let lab = lab(3, Duration::from_millis(30));
    let base = lab.url();
    let urls = (0..4).flat_map(|_| PATHS).map(|path| format!("{}{path}", base.trim_end_matches('/')));
    let words: Vec<String> = ["fetch", "-g", "-c", "2"].into_iter().map(str::to_owned).chain(urls).collect();
    let mut terminal = Setup::size(120, 34).start(&words);
    terminal.until("Chinese in flight or done, in a straight frame", |screen| {
        screen.contents().contains("标题/") && is_straight(screen)
    });
    terminal
        .until("the end, in a straight frame", |screen| row(screen, 0).contains("✓ finished") && is_straight(screen));
    for key in ["\t", "\t", "\t", "z", "j", "?", "?"] {
        terminal.press(key);
        terminal.picture();
    }
    terminal.press("\x0c");
    terminal
        .until("a straight frame, and only a blank where this terminal draws a sign narrower than others", |screen| {
            is_straight(screen) && screen.contents().contains(" /ﾊﾟ ﾋﾞ / ")
        });
    terminal.press("q");
    let left = terminal.end().told(0);
    let text = String::from_utf8_lossy(&left.bytes);
    assert!(!text.contains(['\u{200d}', '\u{202e}', '\u{fe0f}', '\u{9b}']), "what hides or acts stays encoded");
}
