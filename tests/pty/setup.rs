//! How the program is started in a terminal.
//!
//! It runs under a shell that waits for it and then for a line. As in real life it is not the leader of its session:
//! where the leader ends, the kernel itself sets the terminal right, and nothing could be told from that.

use portable_pty::{CommandBuilder, PtySize, native_pty_system};

use crate::emulator::Emulator;
use crate::terminal::Terminal;

pub(crate) const PROGRAM: &str = env!("CARGO_BIN_EXE_crawltop");

/// How a terminal is to be made.
pub(crate) struct Setup {
    columns: u16,
    rows: u16,
    variables: Vec<(&'static str, &'static str)>,
    shell: bool,
    redirections: String,
    program: String,
    link: Option<u32>,
}

impl Setup {
    pub(crate) fn size(columns: u16, rows: u16) -> Setup {
        let variables = vec![("TERM", "xterm-256color"), ("LANG", "C.UTF-8")];
        let (redirections, program) = (String::new(), PROGRAM.to_owned());
        Setup { columns, rows, variables, shell: true, redirections, program, link: None }
    }

    /// A later value of a variable takes the place of an earlier one.
    pub(crate) fn var(mut self, name: &'static str, value: &'static str) -> Setup {
        self.variables.push((name, value));
        self
    }

    /// Redirections as the shell writes them.
    pub(crate) fn redirected(mut self, redirections: String) -> Setup {
        self.redirections = redirections;
        self
    }

    /// The program leads the session itself: it alone hears of a hang-up, and its exit code can be read after one.
    pub(crate) fn without_shell(mut self) -> Setup {
        self.shell = false;
        self
    }

    /// Another program, which has this one in it.
    pub(crate) fn program(mut self, program: String) -> Setup {
        self.program = program;
        self
    }

    /// The terminal is at the other end of a link of so many bytes a second.
    pub(crate) fn link(mut self, bytes_a_second: u32) -> Setup {
        self.link = Some(bytes_a_second);
        self
    }

    pub(crate) fn start<S: AsRef<str>>(self, words: impl IntoIterator<Item = S>) -> Terminal {
        let size = PtySize { rows: self.rows, cols: self.columns, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).unwrap();
        let child = pair.slave.spawn_command(self.command(words)).unwrap();
        drop(pair.slave);
        Terminal::new(pair.master, child, Emulator::new(self.rows, self.columns, self.link), self.shell)
    }

    fn command<S: AsRef<str>>(&self, words: impl IntoIterator<Item = S>) -> CommandBuilder {
        let mut command = CommandBuilder::new(if self.shell { "/bin/sh" } else { &self.program });
        if self.shell {
            // The first line lets the program begin, as soon as its number is known; the second lets the shell end.
            let script = format!(r#"(read line; exec "$@" {}); code=$?; read line; exit $code"#, self.redirections);
            command.args(["-c", &script, "sh", &self.program]);
        }
        command.args(words.into_iter().map(|word| word.as_ref().to_owned()));
        command.env_clear();
        command.cwd("/");
        for (name, value) in &self.variables {
            command.env(name, value);
        }
        command
    }
}
