//! The tape that pictures are made from shows what there is: it is valid, its keys do something, its waits come true.

#[path = "tape/grammar.rs"]
mod grammar;
#[path = "tape/pictures.rs"]
mod pictures;
#[path = "tape/rules.rs"]
mod rules;

use grammar::{Command, parse};
use rules::RULES;

const TAPE: &str = include_str!("../demo.tape");
const README: &str = include_str!("../README.md");

/// Of the picture, in cells.
const SIZE: (u16, u16) = (120, 34);

/// The first thing that is wrong with a tape.
fn check(tape: &str) -> Result<(), String> {
    let tape = parse(tape)?;
    RULES.iter().try_for_each(|rule| rule(&tape))
}

#[test]
fn the_tape_shows_what_there_is() {
    assert_eq!(check(TAPE), Ok(()));
}

#[test]
fn the_readme_shows_the_picture_that_the_tape_makes_and_tells_its_size() {
    let tape = parse(TAPE).unwrap();
    let pictures = tape.iter().filter_map(|line| match &line.command {
        Command::Screenshot(path) => Some(path),
        _ => None,
    });
    for path in pictures {
        assert!(README.contains(&format!("({path})")), "{path}");
    }
    assert!(README.contains(&format!("{}x{}", SIZE.0, SIZE.1)));
}

#[test]
fn a_line_that_is_no_command_is_refused() {
    let lines = [
        "Typ \"x\"",
        "Type x",
        "Type \"x",
        "Type \"\"",
        "Type \"x\" Enter",
        "Hide 3",
        "Sleep",
        "Sleep 500",
        "Sleep 1.2.3s",
        "Sleep@1s 1s",
        "Wait+Screen",
        "Wait+Screen /run(/",
        "Wait+Screen /running",
        "Wait+Page /running/",
        "Set Width wide",
        "Set Widht 1145",
        "Set Theme Dracula",
        "Set CursorBlink 1",
        "Set TypingSpeed 60",
        "Tab 0",
        "Tab two",
        "Home",
        "F1",
        "Ctrl+",
        "Ctrl+cc",
        "Env LANG C.UTF-8",
        "Screenshot docs/x.gif",
        "\"Enter\"",
    ];
    for line in lines {
        assert!(parse(line).is_err(), "{line}");
    }
}

#[test]
fn a_line_that_is_a_command_is_understood() {
    let lines = [
        "  # Sleep for long",
        "Output docs/x.gif",
        "Env LANG \"C.UTF-8\"",
        "Type@10ms 'it is \"x\"'",
        "Sleep .5s",
        "Wait+Line@5s />$/",
        "Tab@100ms 3",
        "Ctrl+C",
        "PageDown",
        "Set PlaybackSpeed 1.5",
    ];
    for line in lines {
        assert!(parse(line).is_ok(), "{line}");
    }
}

#[test]
fn every_rule_fails_where_it_is_broken() {
    let cases = [
        ("Require crawltop\n", "", "crawltop is not required"),
        ("Show\n", "Show\nSet FontSize 14\n", "too late"),
        ("Set Width 1145", "Set Width 1144", "119x34 cells"),
        ("Set Height 662", "Set Height 661", "120x33 cells"),
        ("Set Padding 20\n", "", "Padding is not set"),
        ("Set FontSize 14", "Set FontSize 15", "not known"),
        ("Catppuccin Mocha", "Catppuccin Latte", "no dark theme"),
        ("Show\n", "", "the end is hidden"),
        ("Output docs/demo.gif", "Output demo.gif", "not in docs/"),
        ("crawltop demo", "crawltop fetch --frobnicate", "unexpected argument"),
        ("crawltop ", "ls ", "no dashboard is seen"),
        ("Type \"e\"", "Type \"Z\"", "no key Char('Z')"),
        ("Down\n", "Delete\n", "no key Delete"),
        ("Type \"q\"\nSleep 1s\n", "Sleep 1s\n", "the dashboard is not left"),
        ("/‖ paused/", "/‖ resting/", "no picture has ‖ resting"),
        ("/● running/", "/ /", "every picture has"),
        ("/Waterfall/", "/Waterfall$/", "no picture has Waterfall$"),
        ("Sleep 4s", "Sleep 30s", "it sleeps for"),
    ];
    for (right, wrong, told) in cases {
        let broken = TAPE.replace(right, wrong);
        assert_ne!(broken, TAPE, "{right} is not in the tape");
        let error = check(&broken).expect_err(wrong);
        assert!(error.contains(told), "{wrong}: {error}");
    }
}
