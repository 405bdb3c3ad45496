//! What tests within terminals that hold others have in common.

use std::path::{Path, PathBuf};

use crate::picture::{picture, row};
use crate::skipped::skipped;
use crate::terminal::Terminal;

/// A program by its name, unless it is not installed: then the test says so and passes.
pub(crate) fn installed(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    let program = std::env::split_paths(&path).map(|folder| folder.join(name)).find(|program| program.is_file());
    if program.is_none() {
        skipped(&format!("{name} is not installed (apt-get install {name})"));
    }
    program
}

pub(crate) fn until_drawn(terminal: &Terminal, rows: u16) {
    terminal.until("the whole picture", |screen| {
        row(screen, 0).contains("● running")
            && row(screen, rows - 1).starts_with(" q quit ")
            && screen.contents().contains(" 1  wait ")
    });
}

/// Its window changes its size; the program follows, and a key that stands for itself alone is one.
pub(crate) fn follow_sizes(terminal: &mut Terminal) {
    for (columns, rows) in [(80, 24), (200, 50), (100, 30)] {
        terminal.resize(columns, rows);
        until_drawn(terminal, rows);
    }
    terminal.press("?");
    terminal.until_text("╭ Help ");
    terminal.press("\x1b");
    terminal.until("the help to go", |screen| !screen.contents().contains("╭ Help "));
}

/// In a window that was entered again: a picture that is held still is the same when it is drawn anew, and what is left of
/// the run in the end is its summary.
pub(crate) fn redraw_and_quit(terminal: &mut Terminal, rows: u16) {
    until_drawn(terminal, rows);
    terminal.press(" ");
    terminal.until_text("frozen");
    terminal.until_quiet();
    let shown = terminal.picture();
    terminal.press("\x0c");
    terminal.until("the same, drawn anew", |screen| picture(screen) == shown);
    terminal.press("q");
    terminal.until_text("told");
    terminal.until("what was summed up", |screen| {
        let all = screen.contents();
        all.contains("partial: stopped by q") && all.contains("code 3") && !all.contains('╭')
    });
}

/// That a terminal has the modes that shells want, as `stty -a` told them into a file.
pub(crate) fn assert_cooked(file: &str) {
    let told = std::fs::read_to_string(Path::new(file)).unwrap();
    let modes: Vec<&str> = told.split([' ', ';', '\n']).collect();
    for mode in ["icanon", "echo", "isig", "opost", "icrnl"] {
        assert!(modes.contains(&mode), "{mode} is off: {modes:?}");
    }
}
