//! Themes and colours as they reach the terminal.

use std::time::Duration;

use vt100::{Color, Screen};

use crate::peer::{fetch_all, lab};
use crate::picture::row;
use crate::setup::Setup;
use crate::terminal::Terminal;

/// The colour of the word that says how the run stands.
fn ink(screen: &Screen) -> Option<Color> {
    let header = row(screen, 0);
    let at = header.find("✓ finished").or_else(|| header.find("+ finished"))?;
    screen.cell(0, u16::try_from(header[..at].chars().count()).unwrap()).map(vt100::Cell::fgcolor)
}

fn finished(setup: Setup, options: &[&str]) -> Terminal {
    let lab = lab(5, Duration::ZERO);
    let terminal = setup.start(fetch_all(&lab, options));
    terminal.until_text("finished");
    terminal
}

#[test]
fn t_goes_round_the_themes_and_all_is_drawn_in_the_new_one() {
    let mut terminal = finished(Setup::size(120, 34).var("COLORTERM", "truecolor"), &[]);
    let body = |picture: String| picture.lines().take(33).map(str::to_owned).collect::<Vec<_>>();
    let picture = body(terminal.picture());
    terminal.until("the default", |screen| ink(screen) == Some(Color::Idx(2)));
    let themes = [
        ("light", Color::Rgb(0x0b, 0x6b, 0x2b)),
        ("dark", Color::Rgb(0x5f, 0xcc, 0x70)),
        ("cvd", Color::Rgb(0, 0x9e, 0x73)),
        ("mono", Color::Default),
        ("default", Color::Idx(2)),
    ];
    for (name, colour) in themes {
        terminal.press("t");
        terminal
            .until(name, |screen| ink(screen) == Some(colour) && row(screen, 33).contains(&format!("theme {name}")));
        assert_eq!(body(terminal.picture()), picture, "nothing but the ink changes");
    }
    terminal.press("q");
    terminal.end().told(0);
}

#[test]
fn a_theme_is_chosen_by_option_or_environment_and_sent_in_the_colours_there_are() {
    type Variables = &'static [(&'static str, &'static str)];
    let cases: [(Variables, &[&str], Color); 7] = [
        (&[], &["--theme", "dark"], Color::Idx(77)),
        (&[("CRAWLTOP_THEME", "dark"), ("COLORTERM", "24bit")], &[], Color::Rgb(0x5f, 0xcc, 0x70)),
        (&[("CRAWLTOP_THEME", "dark")], &["--theme", "mono"], Color::Default),
        (&[("TERM", "xterm")], &["--theme", "dark"], Color::Idx(2)),
        (&[("NO_COLOR", "1")], &["--theme", "dark"], Color::Default),
        (&[("NO_COLOR", "1")], &["--theme", "dark", "--color", "always"], Color::Idx(77)),
        (&[("TERM", "linux"), ("COLORTERM", "truecolor")], &["--theme", "cvd"], Color::Idx(4)),
    ];
    for (variables, options, colour) in cases {
        let setup = variables.iter().fold(Setup::size(120, 34), |setup, &(name, value)| setup.var(name, value));
        let mut terminal = finished(setup, options);
        terminal.until(&format!("{colour:?} by {variables:?} {options:?}"), |screen| ink(screen) == Some(colour));
        terminal.press("q");
        terminal.end().told(0);
    }
}

#[test]
fn sixteen_colours_are_sent_in_the_forms_that_every_terminal_knows() {
    let mut terminal = finished(Setup::size(120, 34), &[]);
    terminal.press("q");
    let left = terminal.end().told(0);
    let text = String::from_utf8_lossy(&left.bytes);
    assert!(text.contains("\x1b[32m") || text.contains(";32m"), "no green at all");
    assert!(!text.contains("38;5;") && !text.contains("48;5;"));
}

#[test]
fn an_unknown_theme_is_an_error_that_names_the_known_ones() {
    let left = Setup::size(120, 34).start(["demo", "--theme", "solarized"]).end();
    assert_eq!(left.code, 2);
    for words in ["solarized", "--theme", "default, light, dark, cvd, mono"] {
        assert!(left.screen.contains(words), "{words:?} is missing:\n{}", left.screen);
    }
}
