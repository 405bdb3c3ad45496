//! The line to the terminal: bytes go out as it takes them, and nobody is held in a write. Knows no picture.

use crossterm::terminal::{disable_raw_mode, enable_raw_mode};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::OFlags;
use std::ffi::OsStr;
use std::fs::File;
use std::io::{self, ErrorKind, Write};
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};

/// A description of the terminal that is ours alone and does not block; that of standard error is shared with whoever
/// started this program.
static LINE: OnceLock<File> = OnceLock::new();

/// Whether there is something to leave. It is held for each write of a frame, which never waits.
static ENTERED: Mutex<bool> = Mutex::new(false);

/// When a frame was last taken up, if only in part.
static TAKEN: Mutex<Option<Instant>> = Mutex::new(None);

/// How long a terminal that reads slowly may take between two bits: its buffer makes room in steps.
pub const SLOW: Duration = Duration::from_secs(3);
/// And for all of what ends it.
const LONGEST: Duration = Duration::from_secs(15);

/// How long is waited at once for a terminal to take something.
const TURN: Duration = Duration::from_millis(100);

/// Takes the terminal, raw, and sends what begins with it.
///
/// # Errors
/// Where the terminal can't be set up, or takes nothing for as long as `patience`.
pub fn enter(bytes: &[u8], patience: Duration) -> io::Result<()> {
    let line = line()?;
    enable_raw_mode()?;
    *entered() = true;
    put(line, bytes, patience)
}

/// Gives the modes back and sends what ends it, if the terminal was entered. Best effort, from any thread, at any moment;
/// never panics. Says whether the terminal took it.
pub fn leave(bytes: &[u8], patience: Duration) -> bool {
    if !std::mem::take(&mut *entered()) {
        return true;
    }
    // The modes first: they need nobody to read.
    let _ = disable_raw_mode();
    LINE.get().is_none_or(|line| put(line, bytes, patience).is_ok())
}

/// Whether the terminal has taken something a short while ago, and so is slow rather than gone.
pub fn is_alive() -> bool {
    taken().is_some_and(|at| at.elapsed() < SLOW)
}

fn taken() -> MutexGuard<'static, Option<Instant>> {
    TAKEN.lock().unwrap_or_else(PoisonError::into_inner)
}

pub fn is_entered() -> bool {
    *entered()
}

fn entered() -> MutexGuard<'static, bool> {
    ENTERED.lock().unwrap_or_else(PoisonError::into_inner)
}

fn line() -> io::Result<&'static File> {
    if let Some(line) = LINE.get() {
        return Ok(line);
    }
    let name = rustix::termios::ttyname(io::stderr(), Vec::new());
    let named = name.map_err(io::Error::from).and_then(|name| open(Path::new(OsStr::from_bytes(name.as_bytes()))));
    let line = named.or_else(|_| open(Path::new("/dev/tty")))?;
    Ok(LINE.get_or_init(|| line))
}

fn open(path: &Path) -> io::Result<File> {
    let flags = (OFlags::NONBLOCK | OFlags::NOCTTY).bits().cast_signed();
    File::options().write(true).custom_flags(flags).open(path)
}

fn put(mut line: &File, mut bytes: &[u8], patience: Duration) -> io::Result<()> {
    let (began, mut last) = (Instant::now(), Instant::now());
    while !bytes.is_empty() {
        match line.write(bytes) {
            Ok(count) => (bytes, last) = (&bytes[count..], Instant::now()),
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) if error.kind() != ErrorKind::WouldBlock => return Err(error),
            Err(_) if last.elapsed() >= patience || began.elapsed() >= LONGEST => {
                return Err(ErrorKind::TimedOut.into());
            }
            Err(_) => until_ready(line),
        }
    }
    Ok(())
}

/// Waits a moment for room.
fn until_ready(line: &File) {
    let turn = Timespec { tv_sec: 0, tv_nsec: i64::from(TURN.subsec_nanos()) };
    let mut polled = [PollFd::new(line, PollFlags::OUT)];
    let _ = poll(&mut polled, Some(&turn));
    if !polled[0].revents().contains(PollFlags::OUT) {
        // Not every system polls terminals, and nothing is gained by asking at once again.
        std::thread::sleep(TURN / 10);
    }
}

/// The way of frames to the terminal, open as long as it is entered: a frame that is still on its way when a panic
/// leaves the terminal does not land on the normal screen.
pub struct Frames;

impl Write for Frames {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut line = line()?;
        loop {
            let entered = entered();
            if !*entered {
                return Ok(bytes.len());
            }
            match line.write(bytes) {
                Err(error) if error.kind() == ErrorKind::WouldBlock => {}
                done => {
                    *taken() = Some(Instant::now());
                    return done;
                }
            }
            drop(entered);
            until_ready(line);
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
