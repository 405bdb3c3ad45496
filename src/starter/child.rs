//! A run as a process of its own: started, fed, read, and ended. Knows nothing of what it tells.

use crate::event::Event;
use crate::journal::{Ended, JournalError, Reader};
use std::ffi::OsString;
use std::io;
use std::process::{ExitStatus, Stdio};
use std::sync::Arc;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};
use tokio::process::ChildStdout;
use tokio::task::JoinHandle;

/// Bytes of a journal that are read at once.
const PIECE: usize = 64 << 10;
/// Bytes of what a process says on standard error that are kept.
const WORDS: usize = 8 << 10;
/// Settings that were read from the environment already, and are given as words.
const SETTINGS: &str = "CRAWLTOP_";
/// But this one is for tests of what a failing process does.
const TEST: &str = "CRAWLTOP_TEST_";

/// How to start a run. It has no `Debug`: it may hold a password.
#[derive(Clone)]
pub struct Command {
    pub program: OsString,
    pub words: Vec<OsString>,
    /// Settings that are given in its environment, for words can be read by every user of the machine.
    pub secrets: Vec<(&'static str, OsString)>,
    /// What it is given on its standard input.
    pub input: Option<Arc<[u8]>>,
}

/// What comes from a run.
#[derive(Debug)]
pub enum Told {
    Events(Vec<Event>),
    Exit(Exit),
}

/// How a run's process ended.
#[derive(Debug)]
pub struct Exit {
    pub journal: Result<Ended, JournalError>,
    pub status: io::Result<ExitStatus>,
    /// The beginning of what it said on standard error.
    pub words: String,
}

/// It is killed when dropped.
pub struct Child {
    process: tokio::process::Child,
    journal: Option<ChildStdout>,
    reader: Reader,
    error: Option<JournalError>,
    words: JoinHandle<String>,
    piece: Box<[u8]>,
}

impl Child {
    /// Starts it in a process group of its own, so that it hears of a Ctrl-C only what its parent makes of it.
    ///
    /// # Errors
    /// Where the machine starts no process, or has no descriptors for its pipes.
    pub fn start(command: &Command) -> io::Result<Child> {
        let mut builder = tokio::process::Command::new(&command.program);
        builder.args(&command.words).process_group(0).kill_on_drop(true);
        for (name, _) in std::env::vars_os().filter(|(name, _)| is_setting(name)) {
            builder.env_remove(name);
        }
        builder.envs(command.secrets.iter().map(|(name, value)| (name, value)));
        builder.stdin(if command.input.is_some() { Stdio::piped() } else { Stdio::null() });
        let mut process = builder.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
        if let (Some(mut stdin), Some(input)) = (process.stdin.take(), command.input.clone()) {
            // A run that wants no more of it has its reasons, and tells them.
            tokio::spawn(async move { stdin.write_all(&input).await });
        }
        let words = tokio::spawn(beginning(process.stderr.take()));
        let journal = process.stdout.take();
        let piece = vec![0; PIECE].into_boxed_slice();
        Ok(Child { process, journal, reader: Reader::default(), error: None, words, piece })
    }

    /// Waits for the next events; once there are none, for the end, which comes once. Nothing is lost where it is not
    /// waited for to its end.
    pub async fn next(&mut self) -> Told {
        while let Some(journal) = &mut self.journal {
            let read = journal.read(&mut self.piece).await.unwrap_or(0);
            let mut events = Vec::new();
            if read == 0 {
                self.journal = None;
            } else if let Err(error) = self.reader.receive(&self.piece[..read], &mut events) {
                // Nothing that it tells from here on can be understood.
                self.error = Some(error);
                self.journal = None;
                let _ = self.process.start_kill();
            }
            if !events.is_empty() {
                return Told::Events(events);
            }
        }
        let status = self.process.wait().await;
        let words = (&mut self.words).await.unwrap_or_default();
        let journal = self.error.take().map_or_else(|| std::mem::take(&mut self.reader).finish(), Err);
        Told::Exit(Exit { journal, status, words })
    }
}

fn is_setting(name: &std::ffi::OsStr) -> bool {
    name.to_str().is_some_and(|name| name.starts_with(SETTINGS) && !name.starts_with(TEST))
}

/// Reads to the end, and keeps the beginning.
async fn beginning(pipe: Option<impl AsyncRead + Unpin>) -> String {
    let (mut kept, mut piece) = (Vec::new(), [0; 1024]);
    if let Some(mut pipe) = pipe {
        while let Ok(read @ 1..) = pipe.read(&mut piece).await {
            kept.extend_from_slice(&piece[..read.min(WORDS - kept.len())]);
        }
    }
    String::from_utf8_lossy(&kept).into_owned()
}
