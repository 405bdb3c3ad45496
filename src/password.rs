//! Asks on the terminal for the password that `-u` left out, and shows none of it. Knows nothing of what it is for.

use crate::config::Usage;
use crate::signals::is_ignored;
use crate::text::Untrusted;
use rustix::event::{PollFd, PollFlags, poll};
use rustix::io::Errno;
use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};
use signal_hook::consts::{SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP};
use signal_hook::iterator::backend::SignalDelivery;
use signal_hook::iterator::exfiltrator::SignalOnly;
use signal_hook::low_level::emulate_default_handler;
use std::fs::File;
use std::io::{self, Read, Write};
use std::os::unix::net::UnixStream;

/// Columns of a user's name in the question.
const NAME: usize = 60;
/// What a terminal takes in one line.
const LINE: usize = 4096;

const HINT: &str = "give -u user:password, or set CRAWLTOP_USER";

type Heard = SignalDelivery<UnixStream, SignalOnly>;

/// What came of the question.
pub enum Asked {
    Password(String),
    /// A signal came in its place: the exit code.
    Signal(u8),
}

/// Asks for the password of `user`.
///
/// # Errors
/// Where there is no terminal to ask on, or no answer.
pub fn ask_for(user: &str) -> Result<Asked, Usage> {
    let shown = Untrusted::new(user, LINE).display(NAME);
    let mut terminal = File::options().read(true).write(true).open("/dev/tty").map_err(|error| {
        let reason = error.to_string().to_lowercase();
        Usage::new(format!("no terminal to ask for the password of \"{shown}\" on: {reason}"), HINT)
    })?;
    match ask(&mut terminal, &format!("password of \"{shown}\": ")) {
        Ok(Answer::Line(password)) => Ok(Asked::Password(password)),
        Ok(Answer::Signal(number)) => Ok(Asked::Signal(shell_code(number))),
        Ok(Answer::None) => Err(Usage::new(format!("no password of \"{shown}\" was given"), HINT)),
        Err(error) => Err(Usage::new(format!("the password of \"{shown}\" can't be read: {error}"), HINT)),
    }
}

/// 128 and the number, as shells tell it.
fn shell_code(signal: i32) -> u8 {
    u8::try_from(128 + signal).unwrap_or(u8::MAX)
}

enum Answer {
    Line(String),
    Signal(i32),
    None,
}

fn ask(terminal: &mut File, question: &str) -> io::Result<Answer> {
    let mut heard = listen()?;
    loop {
        let quiet = Quiet::new(terminal.try_clone()?)?;
        terminal.write_all(question.as_bytes())?;
        let answer = wait(terminal, &mut heard);
        drop(quiet);
        terminal.write_all(b"\n")?;
        match answer? {
            // It asks again once the program goes on.
            Answer::Signal(SIGTSTP) => emulate_default_handler(SIGTSTP)?,
            Answer::Signal(SIGQUIT) => emulate_default_handler(SIGQUIT)?,
            answer => return Ok(answer),
        }
    }
}

/// What would end or stop the program while the terminal is quiet, but for what is ignored on purpose.
fn listen() -> io::Result<Heard> {
    let (read, write) = UnixStream::pair()?;
    let signals = [SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP].into_iter().filter(|&number| !is_ignored(number));
    SignalDelivery::with_pipe(read, write, SignalOnly, signals.collect::<Vec<_>>())
}

/// A line from the terminal, or the first signal.
fn wait(terminal: &mut File, heard: &mut Heard) -> io::Result<Answer> {
    loop {
        let mut ready = [PollFd::new(heard.get_read(), PollFlags::IN), PollFd::new(terminal, PollFlags::IN)];
        match poll(&mut ready, None) {
            Ok(_) | Err(Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
        let typed = !ready[1].revents().is_empty();
        if let Some(number) = heard.pending().next() {
            return Ok(Answer::Signal(number));
        }
        if typed {
            return line(terminal);
        }
    }
}

/// A terminal gives a whole line at a time; where it ends without one, there is none.
fn line(terminal: &mut File) -> io::Result<Answer> {
    let mut line = [0; LINE];
    let read = terminal.read(&mut line)?;
    let text = std::str::from_utf8(&line[..read]).map_err(|_| io::Error::other("it is not UTF-8"))?;
    let whole = text.strip_suffix('\n').map(|text| text.trim_end_matches('\r'));
    Ok(whole.map_or(Answer::None, |text| Answer::Line(text.to_owned())))
}

/// A terminal that shows nothing of what is typed, until it is dropped.
struct Quiet {
    terminal: File,
    modes: Termios,
}

impl Quiet {
    fn new(terminal: File) -> io::Result<Quiet> {
        let modes = tcgetattr(&terminal)?;
        let mut quiet = modes.clone();
        quiet.local_modes.remove(LocalModes::ECHO | LocalModes::ECHONL);
        quiet.local_modes.insert(LocalModes::ICANON | LocalModes::ISIG);
        tcsetattr(&terminal, OptionalActions::Flush, &quiet)?;
        Ok(Quiet { terminal, modes })
    }
}

impl Drop for Quiet {
    fn drop(&mut self) {
        // A terminal that is gone has no modes to be set right.
        let _ = tcsetattr(&self.terminal, OptionalActions::Now, &self.modes);
    }
}
