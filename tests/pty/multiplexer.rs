//! What tests within terminals that hold others have in common.

use std::path::{Path, PathBuf};

use crate::picture::row;
use crate::terminal::Terminal;

/// A program by its name, unless it is not installed: then the test says so and passes.
pub(crate) fn installed(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    let program = std::env::split_paths(&path).map(|folder| folder.join(name)).find(|program| program.is_file());
    if program.is_none() {
        eprintln!("skipped: {name} is not installed (apt-get install {name})");
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

/// That a terminal has the modes that shells want, as `stty -a` told them into a file.
pub(crate) fn assert_cooked(file: &str) {
    let told = std::fs::read_to_string(Path::new(file)).unwrap();
    let modes: Vec<&str> = told.split([' ', ';', '\n']).collect();
    for mode in ["icanon", "echo", "isig", "opost", "icrnl"] {
        assert!(modes.contains(&mode), "{mode} is off: {modes:?}");
    }
}
