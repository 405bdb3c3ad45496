//! A terminal of our own with the program in it: keys and signals in, the screen out, and what is left in the end.

use std::fs::{self, File};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt as _;
use std::sync::{Arc, MutexGuard};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use portable_pty::{Child, MasterPty, PtySize};
use rustix::fs::OFlags;
use rustix::process::{Pid, Signal, kill_process, kill_process_group};
use rustix::termios::{InputModes, LocalModes, OptionalActions, OutputModes, tcgetattr, tcsetattr};
use vt100::Screen;

use crate::emulator::{Emulator, Gate, Seen};
use crate::picture::{assert_whole, clock, picture};

/// Only a test that hangs waits so long.
pub(crate) const HANGING: Duration = Duration::from_secs(60);
/// Lines, echo and signals.
const COOKED: LocalModes = LocalModes::ICANON.union(LocalModes::ECHO).union(LocalModes::ISIG);

type Running = Box<dyn Child + Send + Sync>;

pub(crate) struct Terminal {
    keys: Option<Box<dyn Write + Send>>,
    master: Option<Box<dyn MasterPty + Send>>,
    child: Running,
    leader: i32,
    program: i32,
    shell: bool,
    emulator: Arc<Emulator>,
    reader: Option<JoinHandle<()>>,
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

/// Whether a process is gone with all its threads: one of them may still read the terminal while the first is no more.
fn is_gone(process: i32) -> bool {
    let threads = || fs::read_dir(format!("/proc/{process}/task")).map_or(0, Iterator::count);
    matches!(state(process), None | Some('Z')) && threads() <= 1
}

impl Terminal {
    /// Puts the terminal and what runs in it together; under a shell, waits for the program and lets it begin.
    pub(crate) fn new(master: Box<dyn MasterPty + Send>, child: Running, emulator: Emulator, shell: bool) -> Terminal {
        let emulator = Arc::new(emulator);
        let (out, feeding) = (master.try_clone_reader().unwrap(), emulator.clone());
        let reader = thread::spawn(move || feeding.feed(out));
        let leader = i32::try_from(child.process_id().unwrap()).unwrap();
        let keys = Some(master.take_writer().unwrap());
        let (master, reader) = (Some(master), Some(reader));
        let mut terminal = Terminal { keys, master, child, leader, program: leader, shell, emulator, reader };
        if shell {
            terminal.program = eventually("the shell to start", || child_of(leader));
            terminal.press("\n");
        }
        terminal
    }

    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.emulator.seen()
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
        self.emulator.until_some(what, find)
    }

    /// Waits until the run's clock on the screen has gone on by so much.
    pub(crate) fn until_later(&self, span: Duration) {
        let later = self.until_some("the clock", clock) + span;
        self.until("the clock to go on", |screen| clock(screen) > Some(later));
    }

    /// As [`Terminal::until_some`], with how many pictures came so far.
    pub(crate) fn until_framed<T>(&self, what: &str, find: impl Fn(&Screen, usize) -> Option<T>) -> T {
        self.emulator.until_seen(what, |seen| seen.whole().and_then(|screen| find(screen, seen.frames())))
    }

    /// How many pictures came so far.
    pub(crate) fn frames(&self) -> usize {
        self.seen().frames()
    }

    /// The number of its process.
    pub(crate) fn process(&self) -> i32 {
        self.program
    }

    pub(crate) fn picture(&self) -> String {
        self.until_some("a whole frame", |screen| Some(picture(screen)))
    }

    /// How many bytes came so far.
    pub(crate) fn received(&self) -> usize {
        self.seen().bytes.len()
    }

    /// All bytes that came so far.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        self.seen().bytes.clone()
    }

    /// Waits until nothing has come for a good while.
    pub(crate) fn until_quiet(&self) {
        let (mut received, mut since) = (self.received(), Instant::now());
        eventually("the terminal to be quiet", || {
            if self.received() != received {
                (received, since) = (self.received(), Instant::now());
            }
            (since.elapsed() > Duration::from_secs(3)).then_some(())
        });
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
        eventually("the program to end", || is_gone(self.program).then_some(()));
    }

    /// What the program has used so far, of all its threads.
    pub(crate) fn processor_time(&self) -> Duration {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.program)).unwrap();
        let fields: Vec<&str> = stat.rsplit_once(") ").unwrap().1.split(' ').collect();
        let ticks: u64 = fields[11..13].iter().map(|field| field.parse::<u64>().unwrap()).sum();
        // A tick is a hundredth of a second on every Linux.
        Duration::from_millis(ticks * 10)
    }

    /// Bytes that the program has written so far, wherever that was.
    pub(crate) fn written(&self) -> u64 {
        let told = fs::read_to_string(format!("/proc/{}/io", self.program)).unwrap();
        let written = told.lines().find_map(|line| line.strip_prefix("wchar: "));
        written.expect("the kernel counts what is written").parse().unwrap()
    }

    pub(crate) fn is_running(&self) -> bool {
        !matches!(state(self.program), None | Some('Z'))
    }

    /// The terminal stops reading, but for one piece.
    pub(crate) fn hold(&self) {
        self.emulator.set(Gate::Held);
    }

    pub(crate) fn read_on(&self) {
        self.emulator.set(Gate::Open);
    }

    /// Takes the terminal away, as when its window is closed.
    pub(crate) fn hang_up(&mut self) {
        self.emulator.set(Gate::Closed);
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
