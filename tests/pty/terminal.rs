//! A terminal of our own with the program in it: bytes out to an emulator, keys in, and what is left in the end.
//!
//! The program runs under a shell that waits for it and then for a line. As in real life it is not the leader of its
//! session: where the leader ends, the kernel itself sets the terminal right, and nothing could be told from that.

use std::fs::{self, File};
use std::io::{Read, Write};
use std::os::unix::fs::OpenOptionsExt as _;
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};
use rustix::fs::OFlags;
use rustix::process::{Pid, Signal, kill_process, kill_process_group};
use rustix::termios::{InputModes, LocalModes, OptionalActions, OutputModes, tcgetattr, tcsetattr};
use vt100::{MouseProtocolMode, Parser, Screen};

/// Only a test that hangs waits so long.
const HANGING: Duration = Duration::from_secs(60);
const PROGRAM: &str = env!("CARGO_BIN_EXE_crawltop");
/// Lines, echo and signals.
const COOKED: LocalModes = LocalModes::ICANON.union(LocalModes::ECHO).union(LocalModes::ISIG);
const SHELL: &str = r#""$@"; code=$?; read line; exit $code"#;

/// How a terminal is to be made.
pub(crate) struct Setup {
    columns: u16,
    rows: u16,
    variables: Vec<(&'static str, &'static str)>,
    shell: bool,
}

impl Setup {
    pub(crate) fn size(columns: u16, rows: u16) -> Setup {
        Setup { columns, rows, variables: vec![("TERM", "xterm-256color"), ("LANG", "C.UTF-8")], shell: true }
    }

    /// A later value of a variable takes the place of an earlier one.
    pub(crate) fn var(mut self, name: &'static str, value: &'static str) -> Setup {
        self.variables.push((name, value));
        self
    }

    /// The program leads the session itself: it alone hears of a hang-up, and its exit code can be read after one.
    pub(crate) fn without_shell(mut self) -> Setup {
        self.shell = false;
        self
    }

    pub(crate) fn start<S: AsRef<str>>(self, words: impl IntoIterator<Item = S>) -> Terminal {
        let size = PtySize { rows: self.rows, cols: self.columns, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).unwrap();
        let child = pair.slave.spawn_command(self.command(words)).unwrap();
        drop(pair.slave);
        let shared = Arc::new(Shared { seen: Mutex::new(Seen::new(self.rows, self.columns)), changed: Condvar::new() });
        let (out, told) = (pair.master.try_clone_reader().unwrap(), shared.clone());
        let reader = thread::spawn(move || read(out, &told));
        let leader = i32::try_from(child.process_id().unwrap()).unwrap();
        let mut terminal = Terminal {
            keys: Some(pair.master.take_writer().unwrap()),
            master: Some(pair.master),
            child,
            leader,
            program: leader,
            shell: self.shell,
            shared,
            reader: Some(reader),
        };
        if terminal.shell {
            terminal.program = eventually("the shell to start the program", || child_of(leader));
        }
        terminal
    }

    fn command<S: AsRef<str>>(&self, words: impl IntoIterator<Item = S>) -> CommandBuilder {
        let mut command = CommandBuilder::new(if self.shell { "/bin/sh" } else { PROGRAM });
        if self.shell {
            command.args(["-c", SHELL, "sh", PROGRAM]);
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

pub(crate) struct Terminal {
    keys: Option<Box<dyn Write + Send>>,
    master: Option<Box<dyn MasterPty + Send>>,
    child: Box<dyn Child + Send + Sync>,
    leader: i32,
    program: i32,
    shell: bool,
    shared: Arc<Shared>,
    reader: Option<JoinHandle<()>>,
}

struct Shared {
    seen: Mutex<Seen>,
    changed: Condvar,
}

struct Seen {
    parser: Parser,
    bytes: Vec<u8>,
    gate: Gate,
}

impl Seen {
    /// The screen between two frames: within one, a terminal shows nothing of it either.
    fn whole(&self) -> Option<&Screen> {
        (!is_updating(&self.bytes)).then_some(self.parser.screen())
    }
}

/// Whether the terminal reads what the program writes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Gate {
    Open,
    Held,
    Closed,
}

impl Seen {
    fn new(rows: u16, columns: u16) -> Seen {
        let parser = Parser::new(rows.try_into().unwrap(), columns.try_into().unwrap(), 0);
        Seen { parser, bytes: Vec::new(), gate: Gate::Open }
    }
}

/// Feeds the emulator until the program's side is closed, or the gate is.
fn read(mut out: Box<dyn Read + Send>, shared: &Shared) {
    let mut buffer = [0; 4096];
    while let Ok(count @ 1..) = out.read(&mut buffer) {
        let mut seen = shared.seen.lock().unwrap();
        seen.bytes.extend_from_slice(&buffer[..count]);
        seen.parser.process(&buffer[..count]);
        shared.changed.notify_all();
        seen = shared.changed.wait_while(seen, |seen| seen.gate == Gate::Held).unwrap();
        if seen.gate == Gate::Closed {
            return;
        }
    }
}

/// Looks again and again for what no one tells of.
pub(crate) fn eventually<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let began = Instant::now();
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(began.elapsed() < HANGING, "waited in vain for {what}");
        thread::sleep(Duration::from_millis(3));
    }
}

fn child_of(parent: i32) -> Option<i32> {
    fs::read_to_string(format!("/proc/{parent}/task/{parent}/children")).ok()?.split_whitespace().next()?.parse().ok()
}

/// The letter of a process's state; none where it is gone.
fn state(process: i32) -> Option<char> {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    stat.rsplit_once(") ")?.1.chars().next()
}

impl Terminal {
    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.shared.seen.lock().unwrap()
    }

    /// Waits until the screen is as `wanted`.
    pub(crate) fn until(&self, what: &str, wanted: impl Fn(&Screen) -> bool) {
        self.until_some(what, |screen| wanted(screen).then_some(()));
    }

    /// Waits until the screen shows `text`.
    pub(crate) fn until_text(&self, text: &str) {
        self.until(&format!("{text:?} on the screen"), |screen| screen.contents().contains(text));
    }

    /// Waits until something can be read from the screen, and tells it.
    pub(crate) fn until_some<T>(&self, what: &str, find: impl Fn(&Screen) -> Option<T>) -> T {
        let deadline = Instant::now() + HANGING;
        let mut seen = self.seen();
        loop {
            if let Some(found) = seen.whole().and_then(&find) {
                return found;
            }
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                let screen = seen.parser.screen().contents();
                drop(seen);
                panic!("waited in vain for {what}; the screen is\n{screen}");
            }
            seen = self.shared.changed.wait_timeout(seen, left).unwrap().0;
        }
    }

    /// Waits until the run's clock on the screen has gone on by so much.
    pub(crate) fn until_later(&self, span: Duration) {
        let later = self.until_some("the clock", clock) + span;
        self.until("the clock to go on", |screen| clock(screen) > Some(later));
    }

    pub(crate) fn picture(&self) -> String {
        self.until_some("a whole frame", |screen| Some(picture(screen)))
    }

    /// How many bytes came so far.
    pub(crate) fn received(&self) -> usize {
        self.seen().bytes.len()
    }

    pub(crate) fn press(&mut self, keys: &str) {
        let out = self.keys.as_mut().expect("the terminal is there");
        out.write_all(keys.as_bytes()).and_then(|()| out.flush()).unwrap();
    }

    pub(crate) fn resize(&self, columns: u16, rows: u16) {
        // The emulator first: what is drawn for the new size is then never put into the old one.
        self.seen().parser.set_size(rows.try_into().unwrap(), columns.try_into().unwrap());
        let size = PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 };
        self.master.as_ref().expect("the terminal is there").resize(size).unwrap();
    }

    /// Sends a signal to the program alone.
    pub(crate) fn signal(&self, signal: Signal) {
        kill_process(Pid::from_raw(self.program).unwrap(), signal).unwrap();
    }

    /// Lets the program go on, and the shell with it, as `fg` does.
    pub(crate) fn go_on(&self) {
        kill_process_group(Pid::from_raw(self.leader).unwrap(), Signal::CONT).unwrap();
    }

    pub(crate) fn until_stopped(&self) {
        eventually("the program to be stopped", || (state(self.program) == Some('T')).then_some(()));
    }

    /// Waits for the program's end, whatever its terminal does.
    pub(crate) fn until_gone(&self) {
        eventually("the program to end", || matches!(state(self.program), None | Some('Z')).then_some(()));
    }

    pub(crate) fn is_running(&self) -> bool {
        !matches!(state(self.program), None | Some('Z'))
    }

    /// The terminal stops reading, but for one piece.
    pub(crate) fn hold(&self) {
        self.set(Gate::Held);
    }

    pub(crate) fn read_on(&self) {
        self.set(Gate::Open);
    }

    fn set(&self, gate: Gate) {
        self.seen().gate = gate;
        self.shared.changed.notify_all();
    }

    /// Takes the terminal away, as when its window is closed.
    pub(crate) fn hang_up(&mut self) {
        self.set(Gate::Closed);
        // The reader ends with the next frame.
        self.reader.take().unwrap().join().unwrap();
        self.keys = None;
        self.master = None;
    }

    /// The exit code of a program that leads its session.
    pub(crate) fn code(&mut self) -> u32 {
        self.until_gone();
        self.child.wait().unwrap().exit_code()
    }

    /// Whether lines, echo and signals are on, as shells have them.
    fn is_cooked(&self) -> bool {
        let modes = self.master.as_ref().and_then(|master| master.get_termios()).expect("the terminal has modes");
        modes.local_flags.bits() & COOKED.bits() == COOKED.bits()
    }

    pub(crate) fn is_raw(&self) -> bool {
        !self.is_cooked()
    }

    /// Sets the modes that a shell sets when its job was stopped.
    pub(crate) fn cook(&self) {
        let name = self.master.as_ref().and_then(|master| master.tty_name()).expect("the terminal has a name");
        let noctty = i32::try_from(OFlags::NOCTTY.bits()).unwrap();
        let tty = File::options().read(true).write(true).custom_flags(noctty).open(name).unwrap();
        let mut modes = tcgetattr(&tty).unwrap();
        modes.input_modes |= InputModes::ICRNL;
        modes.output_modes |= OutputModes::OPOST;
        modes.local_modes |= COOKED;
        tcsetattr(&tty, OptionalActions::Now, &modes).unwrap();
        assert!(self.is_cooked());
    }

    /// Waits until what a stopped program has left is a terminal as it was found.
    pub(crate) fn until_whole(&self) {
        self.until("the normal screen", |screen| !screen.alternate_screen());
        assert!(self.is_cooked(), "raw mode is still on");
        let seen = self.seen();
        assert_whole(seen.parser.screen(), &seen.bytes);
    }

    /// Waits for the program's end, and sees to it that the terminal was left whole.
    pub(crate) fn end(mut self) -> Left {
        assert!(self.shell, "the modes can be looked at under a shell only");
        self.until_gone();
        assert!(self.is_cooked(), "raw mode is still on");
        self.press("\n");
        let code = self.child.wait().unwrap().exit_code();
        self.reader.take().unwrap().join().unwrap();
        let seen = self.seen();
        assert_whole(seen.parser.screen(), &seen.bytes);
        Left { code, screen: seen.parser.screen().contents(), bytes: seen.bytes.clone() }
    }
}

impl Drop for Terminal {
    /// A test that failed leaves no process behind.
    fn drop(&mut self) {
        if thread::panicking() {
            for process in [self.program, self.leader] {
                let _ = kill_process(Pid::from_raw(process).unwrap(), Signal::KILL);
            }
        }
    }
}

/// What stands when the program has ended.
pub(crate) struct Left {
    pub(crate) code: u32,
    /// The normal screen.
    pub(crate) screen: String,
    /// All that ever came.
    pub(crate) bytes: Vec<u8>,
}

impl Left {
    /// Sees to it that the run was summed up on the normal screen.
    pub(crate) fn told(self, code: u32) -> Left {
        assert_eq!(self.code, code, "exit code; the screen is\n{}", self.screen);
        for words in ["last time: ", "one after another: ", "ok "] {
            assert!(self.screen.contains(words), "{words:?} is not on the normal screen:\n{}", self.screen);
        }
        self
    }
}

fn assert_whole(screen: &Screen, bytes: &[u8]) {
    assert!(!screen.alternate_screen(), "the alternate screen is still there");
    assert!(!screen.hide_cursor(), "the cursor is hidden");
    assert!(!screen.bracketed_paste(), "pastes are still bracketed");
    assert_eq!(screen.mouse_protocol_mode(), MouseProtocolMode::None);
    assert!(!screen.application_keypad() && !screen.application_cursor(), "keys are still another mode's");
    let inks = [screen.fgcolor(), screen.bgcolor()];
    assert_eq!(inks, [vt100::Color::Default; 2], "colours are left behind");
    let marks = [screen.bold(), screen.dim(), screen.italic(), screen.underline(), screen.inverse()];
    assert_eq!(marks, [false; 5], "bold, dim, italic, underline or inverse is left behind");
    assert!(!is_updating(bytes), "an update is still held back");
}

/// Whether a synchronized update was begun and has not ended.
fn is_updating(bytes: &[u8]) -> bool {
    let [begun, ended] = ["\x1b[?2026h", "\x1b[?2026l"].map(|mark| last(bytes, mark.as_bytes()));
    begun > ended
}

fn last(bytes: &[u8], mark: &[u8]) -> Option<usize> {
    bytes.windows(mark.len()).rposition(|window| window == mark)
}

/// All rows. A cell that was never written and one with a space look alike.
pub(crate) fn picture(screen: &Screen) -> String {
    let (rows, _) = screen.size();
    (0..rows.get()).map(|number| row(screen, number) + "\n").collect()
}

/// A row of the screen, its end trimmed.
pub(crate) fn row(screen: &Screen, number: u16) -> String {
    let (_, columns) = screen.size();
    screen.rows(0, columns.get()).nth(usize::from(number)).unwrap_or_default().trim_end().to_owned()
}

/// The run's clock in the header, if the dashboard is up.
pub(crate) fn clock(screen: &Screen) -> Option<Duration> {
    let header = row(screen, 0);
    let clock = header.split_whitespace().find(|word| word.len() == 7 && word.as_bytes()[2] == b':')?;
    let (minutes, seconds) = clock.split_once(':')?;
    Some(Duration::from_secs_f64(minutes.parse::<f64>().ok()? * 60.0 + seconds.parse::<f64>().ok()?))
}
