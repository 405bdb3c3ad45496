//! Within tmux: its windows change their size, it is left and entered again from another terminal, and what stands in its
//! pane after the run is whole. Where tmux is not installed the test says so and passes.

use std::path::PathBuf;
use std::process::Command;

use tempfile::TempDir;

use crate::multiplexer::{assert_cooked, follow_sizes, installed, redraw_and_quit, until_drawn};
use crate::peer::Silent;
use crate::setup::{PROGRAM, Setup};
use crate::terminal::Terminal;

/// A server of its own, which knows no configuration of anybody.
struct Tmux {
    program: PathBuf,
    folder: TempDir,
}

impl Tmux {
    /// Unless it is not installed.
    fn new() -> Option<Tmux> {
        let program = installed("tmux")?;
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("tmux.conf"), "set -g status off\nset -s escape-time 0\n").unwrap();
        Some(Tmux { program, folder })
    }

    fn path(&self, name: &str) -> String {
        self.folder.path().join(name).display().to_string()
    }

    fn words(&self, words: &[&str]) -> Vec<String> {
        let own = ["-u", "-S", &self.path("socket"), "-f", &self.path("tmux.conf")].map(str::to_owned);
        own.into_iter().chain(words.iter().map(|&word| word.to_owned())).collect()
    }

    /// In a terminal of this size.
    fn enter(&self, columns: u16, rows: u16, words: &[&str]) -> Terminal {
        Setup::size(columns, rows).program(self.program.display().to_string()).start(self.words(words))
    }

    /// What it says of the pane.
    fn ask(&self, format: &str) -> String {
        let words = self.words(&["display-message", "-p", "-t", "watched", format]);
        let out = Command::new(&self.program).args(words).output().unwrap();
        String::from_utf8_lossy(&out.stdout).trim().to_owned()
    }
}

impl Drop for Tmux {
    fn drop(&mut self) {
        let _ = Command::new(&self.program).args(self.words(&["kill-server"])).output();
    }
}

#[test]
fn within_tmux_it_follows_its_size_is_left_and_entered_again_and_leaves_the_pane_whole() {
    let Some(tmux) = Tmux::new() else { return };
    let silent = Silent::start();
    let run = format!("'{PROGRAM}' fetch --max-time 0 --idle-timeout 0 '{}'", silent.url("/"));
    let script = format!("{run}; echo code $?; stty -a > '{}'; echo told; read line", tmux.path("modes"));
    let mut terminal = tmux.enter(120, 34, &["new-session", "-s", "watched", "sh", "-c", &script]);
    until_drawn(&terminal, 34);
    assert_eq!(tmux.ask("#{alternate_on} #{pane_width}x#{pane_height}"), "1 120x34");
    follow_sizes(&mut terminal);
    terminal.press("\x02d");
    assert_eq!(terminal.end().code, 0, "it was left");
    let mut terminal = tmux.enter(80, 24, &["attach-session", "-t", "watched"]);
    redraw_and_quit(&mut terminal, 24);
    let state = tmux.ask("#{alternate_on} #{cursor_flag} #{mouse_any_flag} #{keypad_flag} #{keypad_cursor_flag}");
    assert_eq!(state, "0 1 0 0 0", "alternate screen, cursor, mouse and keypad");
    assert_cooked(&tmux.path("modes"));
    terminal.press("\n");
    assert_eq!(terminal.end().code, 0);
}
