//! The real binary without a terminal: started, fed, signalled, and read to its end. Knows nothing of what it should say.

use std::io::{Read, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

/// Only a test that hangs waits so long.
pub(crate) const HANGING: Duration = Duration::from_secs(60);
const BETWEEN_LOOKS: Duration = Duration::from_millis(2);

/// How the program ended, and what it said, its progress left out.
#[derive(Debug)]
pub(crate) struct Ended {
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

/// The program while it runs; what it says is read all the time.
pub(crate) struct Running {
    child: Child,
    stdin: Option<ChildStdin>,
    stdout: Pump,
    stderr: Pump,
}

/// Reads a pipe on a thread of its own, so that the program never waits for its reader.
struct Pump {
    said: Arc<Mutex<Vec<u8>>>,
    thread: Option<JoinHandle<()>>,
}

/// The program with these words, in an environment that is the same everywhere.
pub(crate) fn crawltop<I: IntoIterator<Item = S>, S: AsRef<std::ffi::OsStr>>(words: I) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_crawltop"));
    // What fails here is meant to fail at once.
    command.env_clear().env("CRAWLTOP_RETRY", "0").env("LANG", "C.UTF-8").env("TERM", "xterm-256color").args(words);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// Runs it with these words to its end.
pub(crate) fn run<I: IntoIterator<Item = S>, S: AsRef<std::ffi::OsStr>>(words: I) -> Ended {
    start(&mut crawltop(words)).end()
}

/// Runs it with `input` on its standard input.
pub(crate) fn run_fed(input: impl Into<Vec<u8>>, words: &[&str]) -> Ended {
    let mut running = start(crawltop(words).stdin(Stdio::piped()));
    let (mut stdin, input) = (running.stdin(), input.into());
    // It may end before it has read everything.
    thread::spawn(move || stdin.write_all(&input));
    running.end()
}

pub(crate) fn start(command: &mut Command) -> Running {
    let mut child = command.spawn().expect("the binary starts");
    let stdin = child.stdin.take();
    let (stdout, stderr) = (Pump::of(child.stdout.take()), Pump::of(child.stderr.take()));
    Running { child, stdin, stdout, stderr }
}

/// Starts it, and leaves its standard output to the test: nobody reads it.
pub(crate) fn start_unread(command: &mut Command) -> (Running, ChildStdout) {
    let mut child = command.spawn().expect("the binary starts");
    let stdout = child.stdout.take().expect("standard output is a pipe");
    let stderr = Pump::of(child.stderr.take());
    (Running { child, stdin: None, stdout: Pump::of(None::<ChildStdout>), stderr }, stdout)
}

/// Looks again and again until it is so.
pub(crate) fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    let began = Instant::now();
    while !is_so() {
        assert!(began.elapsed() < HANGING, "it never came true: {what}");
        thread::sleep(BETWEEN_LOOKS);
    }
}

impl Running {
    pub fn stdin(&mut self) -> ChildStdin {
        self.stdin.take().expect("standard input is a pipe")
    }

    /// What was said on standard output up to now.
    pub fn stdout(&self) -> String {
        self.stdout.said()
    }

    pub fn until_stdout(&self, words: &str) {
        self.stdout.until(words);
    }

    pub fn until_stderr(&self, words: &str) {
        self.stderr.until(words);
    }

    pub fn is_running(&mut self) -> bool {
        self.child.try_wait().unwrap().is_none()
    }

    pub fn pid(&self) -> Pid {
        Pid::from_child(&self.child)
    }

    pub fn signal(&mut self, signal: Signal) {
        if self.is_running() {
            kill_process(self.pid(), signal).unwrap();
        }
    }

    /// The most memory it ever held, in MiB.
    #[cfg(target_os = "linux")]
    pub fn peak_mib(&self) -> u64 {
        self.status("VmHWM:") / 1024
    }

    /// The descriptors that its table has room for.
    #[cfg(target_os = "linux")]
    pub fn descriptors(&self) -> u64 {
        self.status("FDSize:")
    }

    #[cfg(target_os = "linux")]
    fn status(&self, name: &str) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix(name)).expect("a line of that name");
        line.trim().trim_end_matches(" kB").parse().expect("a number")
    }

    /// Waits for its end.
    pub fn end(mut self) -> Ended {
        drop(self.stdin.take());
        until("the program ends", || !self.is_running());
        let code = self.child.wait().unwrap().code();
        let stderr = self.stderr.rest();
        // How often progress is told depends on how busy the machine is.
        let stderr = stderr.split_inclusive('\n').filter(|line| !is_progress(line)).collect();
        Ended { code, stdout: self.stdout.rest(), stderr }
    }
}

/// As in `00:05.0 12 of 40 done, 3 in flight`.
fn is_progress(line: &str) -> bool {
    line.starts_with(|letter: char| letter.is_ascii_digit()) && line.contains(" done, ") && line.contains(" in flight")
}

impl Drop for Running {
    /// A test that failed leaves no process behind.
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Pump {
    fn of(pipe: Option<impl Read + Send + 'static>) -> Pump {
        let said = Arc::default();
        let shared = Arc::clone(&said);
        Pump { said, thread: pipe.map(|pipe| thread::spawn(move || pump(pipe, &shared))) }
    }

    fn said(&self) -> String {
        String::from_utf8_lossy(&self.said.lock().unwrap()).into_owned()
    }

    /// Each look is at what is new: who says a hundred megabytes is not held up by it.
    fn until(&self, words: &str) {
        let mut looked_at = 0;
        until(&format!("{words:?} is said"), || {
            let ended = self.thread.as_ref().is_none_or(JoinHandle::is_finished);
            let new = self.said.lock().unwrap()[looked_at..].to_vec();
            let said = memchr::memmem::find(&new, words.as_bytes()).is_some();
            assert!(said || !ended, "ended without {words:?}: {}", self.said());
            // They may have begun to come.
            looked_at += new.len().saturating_sub(words.len());
            said
        });
    }

    fn rest(&mut self) -> String {
        let thread = self.thread.take();
        thread.into_iter().for_each(|thread| thread.join().unwrap());
        self.said()
    }
}

fn pump(mut pipe: impl Read, said: &Mutex<Vec<u8>>) {
    let mut buffer = [0; 16 << 10];
    while let Ok(length @ 1..) = pipe.read(&mut buffer) {
        said.lock().unwrap().extend_from_slice(&buffer[..length]);
    }
}

impl Ended {
    /// The lines of results in a text: those that begin with their place in the order.
    pub fn results(&self) -> Vec<&str> {
        let is_order = |text: &str| text.trim().parse::<u64>().is_ok();
        let is_result = |line: &&str| line.get(..6).is_some_and(is_order) && line.get(6..8) == Some("  ");
        self.stdout.lines().filter(is_result).collect()
    }

    /// The JSON lines that are results, the first line of all being `meta`.
    pub fn json(&self) -> Vec<Value> {
        json_lines(&self.stdout)
    }

    /// The result of a URL that ends so.
    pub fn json_of(&self, end: &str) -> Value {
        let found = self.json().into_iter().find(|line| line["url"].as_str().unwrap().ends_with(end));
        found.unwrap_or_else(|| panic!("no result of {end} in {self:#?}"))
    }

    /// That it was refused as bad input: 2, an error, a hint, and nothing else.
    pub fn assert_refused(&self) {
        assert_eq!((self.code, self.stdout.as_str()), (Some(2), ""), "{self:#?}");
        let lines: Vec<&str> = self.stderr.lines().collect();
        let [error, hint] = lines[..] else { panic!("two lines: {self:#?}") };
        let words = [error.strip_prefix("error: "), hint.strip_prefix("hint: ")];
        assert!(words.iter().all(|words| words.is_some_and(|words| words.len() > 5)), "{self:#?}");
    }
}

pub(crate) fn json_lines(text: &str) -> Vec<Value> {
    let mut lines = text.lines().map(|line| serde_json::from_str::<Value>(line).expect("a line is JSON"));
    let meta = lines.next().expect("a first line");
    assert_eq!((&meta["type"], &meta["schema"]), (&"meta".into(), &1.into()));
    let results: Vec<Value> = lines.collect();
    assert!(results.iter().all(|result| result["type"] == "result"));
    results
}

/// A port that refuses every connection while it is kept: it is taken, but nobody listens.
pub(crate) struct Refusing(tokio::net::TcpSocket);

impl Refusing {
    pub fn port() -> Refusing {
        let socket = tokio::net::TcpSocket::new_v4().unwrap();
        socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
        Refusing(socket)
    }

    pub fn url(&self) -> String {
        format!("http://{}/", self.0.local_addr().unwrap())
    }
}
