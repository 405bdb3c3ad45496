//! Within GNU screen: its window changes its size, it is left and entered again from another terminal, and what stands in
//! its window after the run is whole. Where screen is not installed the test says so and passes.

use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::process::Command;

use tempfile::TempDir;

use crate::multiplexer::{assert_cooked, follow_sizes, installed, redraw_and_quit, until_drawn};
use crate::peer::Silent;
use crate::setup::{PROGRAM, Setup};
use crate::terminal::{Terminal, eventually};

/// A session in a folder of its own, which knows no configuration of anybody.
struct Session {
    program: PathBuf,
    folder: TempDir,
}

impl Session {
    /// Unless it is not installed.
    fn new() -> Option<Session> {
        let program = installed("screen")?;
        let folder = tempfile::tempdir().unwrap();
        std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o700)).unwrap();
        let settings = "startup_message off\naltscreen on\ndefutf8 on\nvbell off\n";
        std::fs::write(folder.path().join("screenrc"), settings).unwrap();
        Some(Session { program, folder })
    }

    fn path(&self, name: &str) -> String {
        self.folder.path().join(name).display().to_string()
    }

    /// Its sockets lie in a folder of their own, which nobody else may look into.
    fn words(&self, words: &[&str]) -> Vec<String> {
        let sockets = self.folder.path().join("sockets");
        std::fs::create_dir_all(&sockets).unwrap();
        std::fs::set_permissions(&sockets, std::fs::Permissions::from_mode(0o700)).unwrap();
        let own = [format!("SCREENDIR={}", sockets.display()), self.program.display().to_string()];
        let own = own.into_iter().chain(["-U", "-c", &self.path("screenrc")].map(str::to_owned));
        own.chain(words.iter().map(|&word| word.to_owned())).collect()
    }

    /// In a terminal of this size.
    fn enter(&self, columns: u16, rows: u16, words: &[&str]) -> Terminal {
        Setup::size(columns, rows).program("/usr/bin/env".to_owned()).start(self.words(words))
    }

    /// What its window shows, without what surrounds it.
    fn window(&self) -> String {
        let file = self.path("window");
        let words = self.words(&["-S", "watched", "-p", "0", "-X", "hardcopy", &file]);
        Command::new("/usr/bin/env").args(words).output().unwrap();
        eventually("what the window shows", || std::fs::read(&file).ok().filter(|told| !told.is_empty()))
            .iter()
            .map(|&byte| char::from(byte))
            .collect()
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        let _ = Command::new("/usr/bin/env").args(self.words(&["-S", "watched", "-X", "quit"])).output();
    }
}

#[test]
fn within_screen_it_follows_its_size_is_left_and_entered_again_and_leaves_the_window_whole() {
    let Some(session) = Session::new() else { return };
    let silent = Silent::start();
    let run = format!("'{PROGRAM}' fetch --max-time 0 --idle-timeout 0 '{}'", silent.url("/"));
    let script =
        format!("echo before; {run}; echo code $?; stty -a > '{}'; echo told; read line", session.path("modes"));
    let mut terminal = session.enter(120, 34, &["-S", "watched", "sh", "-c", &script]);
    until_drawn(&terminal, 34);
    follow_sizes(&mut terminal);
    terminal.press("\x01d");
    terminal.until_text("[detached from ");
    assert_eq!(terminal.end().code, 0, "it was left");
    let mut terminal = session.enter(80, 24, &["-r", "watched"]);
    redraw_and_quit(&mut terminal, 24);
    let window = session.window();
    assert!(window.contains("partial: stopped by q"), "{window}");
    assert_cooked(&session.path("modes"));
    terminal.press("\n");
    assert_eq!(terminal.end().code, 0);
}
