//! Keys on a quiet dashboard, in a pseudo-terminal: nothing but the key itself wakes it.

use portable_pty::{CommandBuilder, PtySize, native_pty_system};
use std::io::{Read, Write};
use std::num::NonZero;
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

/// How long a picture is waited for before the test fails.
const PATIENCE: Duration = Duration::from_secs(20);
const COLUMNS: NonZero<u16> = NonZero::new(120).unwrap();
const ROWS: NonZero<u16> = NonZero::new(34).unwrap();

struct Dashboard {
    child: Box<dyn portable_pty::Child + Send + Sync>,
    keys: Box<dyn Write + Send>,
    output: Receiver<Vec<u8>>,
    screen: vt100::Parser,
    // Dropped last: without it the terminal hangs up.
    _terminal: Box<dyn portable_pty::MasterPty + Send>,
}

impl Dashboard {
    fn of(args: &[&str]) -> Dashboard {
        let size = PtySize { rows: ROWS.get(), cols: COLUMNS.get(), pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).unwrap();
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_crawltop"));
        command.args(args);
        command.env("TERM", "xterm-256color");
        command.env("LC_ALL", "C.UTF-8");
        let child = pair.slave.spawn_command(command).unwrap();
        let keys = pair.master.take_writer().unwrap();
        let output = read(pair.master.try_clone_reader().unwrap());
        Dashboard { child, keys, output, screen: vt100::Parser::new(ROWS, COLUMNS, 0), _terminal: pair.master }
    }

    fn press(&mut self, key: &str) {
        self.keys.write_all(key.as_bytes()).unwrap();
        self.keys.flush().unwrap();
    }

    /// Waits until the picture is as `wanted`.
    fn until(&mut self, what: &str, wanted: impl Fn(&str) -> bool) {
        let end = Instant::now() + PATIENCE;
        while !wanted(&self.screen.screen().contents()) {
            let left = end.saturating_duration_since(Instant::now());
            match self.output.recv_timeout(left) {
                Ok(bytes) => self.screen.process(&bytes),
                Err(_) => panic!("waited for {what} in vain:\n{}", self.screen.screen().contents()),
            }
        }
    }
}

impl Drop for Dashboard {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn read(mut terminal: impl Read + Send + 'static) -> Receiver<Vec<u8>> {
    let (sender, receiver) = channel();
    std::thread::spawn(move || {
        let mut bytes = [0; 4096];
        while let Ok(count @ 1..) = terminal.read(&mut bytes) {
            if sender.send(bytes[..count].to_vec()).is_err() {
                return;
            }
        }
    });
    receiver
}

#[test]
fn after_the_run_has_ended_one_key_after_another_is_answered() {
    let mut dashboard = Dashboard::of(&["demo", "--pages", "0", "--faults", "none", "--latency", "1ms"]);
    dashboard.until("the end of the run", |screen| screen.contains("finished"));
    for _ in 0..3 {
        dashboard.press("?");
        dashboard.until("the help", |screen| screen.contains("esc goes back"));
        dashboard.press("\x1b");
        dashboard.until("the help to go", |screen| !screen.contains("esc goes back"));
    }
    dashboard.press("q");
    dashboard.until("the summary", |screen| screen.contains("one after another:"));
    assert!(dashboard.child.wait().unwrap().success());
}
