//! Signals, and the way a run ends by them: first gently, then at once. Knows no screen.

use crate::control::{Control, EndReason};
use crate::emit::Emitter;
use crate::outbox::Fault;
use signal_hook::flag::{register, register_conditional_shutdown, register_usize};
use std::io;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use tokio::signal::unix::{Signal as Stream, SignalKind, signal};
use tokio::sync::mpsc::UnboundedSender;
use tokio::time::Instant;

/// A signal that crawltop answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signal {
    Interrupt,
    Terminate,
    Hangup,
    /// SIGTSTP, from outside or by a key.
    Suspend,
    Continue,
}

impl Signal {
    /// 128 and the number, as shells tell it.
    pub fn exit_code(self) -> u8 {
        match self {
            Signal::Hangup => 129,
            Signal::Interrupt => 130,
            Signal::Terminate => 143,
            Signal::Suspend => 148,
            Signal::Continue => 146,
        }
    }

    fn number(self) -> i32 {
        use signal_hook::consts::{SIGCONT, SIGHUP, SIGINT, SIGTERM, SIGTSTP};
        [SIGINT, SIGTERM, SIGHUP, SIGTSTP, SIGCONT][self as usize]
    }

    fn reason(self) -> Option<EndReason> {
        match self {
            Signal::Interrupt => Some(EndReason::Interrupt),
            Signal::Terminate => Some(EndReason::Terminate),
            Signal::Hangup => Some(EndReason::Hangup),
            Signal::Suspend | Signal::Continue => None,
        }
    }
}

/// Each is absent where whoever started the program wants it ignored.
pub struct Signals {
    interrupt: Option<Stream>,
    terminate: Option<Stream>,
    hangup: Option<Stream>,
    suspend: Option<Stream>,
    resume: Option<Stream>,
}

impl Signals {
    /// To be made within a runtime.
    ///
    /// # Errors
    /// Where the handlers can't be installed.
    pub fn new() -> io::Result<Signals> {
        Ok(Signals {
            interrupt: listen(Signal::Interrupt)?,
            terminate: listen(Signal::Terminate)?,
            hangup: listen(Signal::Hangup)?,
            suspend: listen(Signal::Suspend)?,
            resume: listen(Signal::Continue)?,
        })
    }

    pub async fn next(&mut self) -> Signal {
        tokio::select! {
            biased;
            () = heard(&mut self.hangup) => Signal::Hangup,
            () = heard(&mut self.terminate) => Signal::Terminate,
            () = heard(&mut self.interrupt) => Signal::Interrupt,
            () = heard(&mut self.suspend) => Signal::Suspend,
            () = heard(&mut self.resume) => Signal::Continue,
        }
    }
}

fn listen(kind: Signal) -> io::Result<Option<Stream>> {
    if is_ignored(kind.number()) {
        return Ok(None);
    }
    signal(SignalKind::from_raw(kind.number())).map(Some)
}

async fn heard(stream: &mut Option<Stream>) {
    match stream {
        Some(stream) => drop(stream.recv().await),
        None => std::future::pending().await,
    }
}

/// Whether a signal was ignored when the program began, as `nohup` has it, and a shell for what it starts with `&`: it
/// stays so. To be asked before anyone listens for signals. Where the system does not tell, none was.
pub fn is_ignored(number: i32) -> bool {
    static IGNORED: OnceLock<u64> = OnceLock::new();
    let ignored = IGNORED.get_or_init(|| {
        let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
        ignored(&status).unwrap_or(0)
    });
    ignored & (1 << (number - 1)) != 0
}

/// The ignored signals in what the kernel tells of a process, the first as the lowest bit.
fn ignored(status: &str) -> Option<u64> {
    let digits = status.lines().find_map(|line| line.strip_prefix("SigIgn:"))?;
    u64::from_str_radix(digits.trim(), 16).ok()
}

/// How long a run that was told to end at once may take to say so: a machine may be busy, and hundreds are to be let go of.
const LATE: Duration = Duration::from_secs(2);
/// And one that was told to drain: its two seconds, and that.
const DRAINED: Duration = Duration::from_secs(4);
/// How long a signal may stand unheard while only writing is left.
const HEARD: Duration = Duration::from_millis(50);
/// What writing may take then.
const GRACE: Duration = Duration::from_millis(500);

/// Ends a run: the first wish drains it, the second lets go of everything.
pub struct Ending {
    controls: UnboundedSender<Control>,
    /// The first signal that asked for the end.
    pub signal: Option<Signal>,
    /// Why it was to end, first of all.
    pub reason: Option<EndReason>,
    /// When the end is taken for granted, whatever the run says.
    pub overdue: Option<Instant>,
    /// The terminal took nothing when it was left: nothing can be told on it.
    pub unheard: bool,
    /// The terminal went away, and with it whoever would read what is told there.
    pub hung_up: bool,
    /// The run goes on when the terminal goes away.
    pub outlives: bool,
    /// The output that may go away with the terminal while the run goes on.
    pub spared: Option<&'static str>,
    /// It was asked for more than once.
    urgent: bool,
}

impl Ending {
    pub fn new(controls: UnboundedSender<Control>) -> Ending {
        Ending {
            controls,
            signal: None,
            reason: None,
            overdue: None,
            unheard: false,
            hung_up: false,
            outlives: false,
            spared: None,
            urgent: false,
        }
    }

    /// A signal asks for the end.
    pub fn ask(&mut self, signal: Signal) {
        let Some(reason) = signal.reason() else { return };
        // A terminal that goes away tells so more than once: by its shell, by the kernel, and whoever reads it.
        if signal == Signal::Hangup && self.signal == Some(signal) {
            return;
        }
        if self.signal.is_none() && self.overdue.is_none() {
            self.tell(Control::Drain(reason), DRAINED);
        } else {
            self.tell(Control::Quit(reason), LATE);
            self.urgent = true;
        }
        self.signal.get_or_insert(signal);
    }

    /// The terminal went away, and the run goes on: nobody is there any more who could resume it.
    pub fn outlive(&mut self) {
        self.hung_up = true;
        let _ = self.controls.send(Control::Resume);
    }

    /// Everything is let go of now.
    pub fn quit(&mut self, reason: EndReason) {
        self.tell(Control::Quit(reason), LATE);
    }

    /// Whoever the results are for can't be told any more: there is nothing left to run for.
    pub fn heed(&mut self, fault: Option<(&str, Fault)>) {
        if let (None, Some((name, fault))) = (self.overdue, fault)
            && self.spared != Some(name)
        {
            self.quit(if fault == Fault::Closed { EndReason::ClosedPipe } else { EndReason::Unwritable });
        }
    }

    fn tell(&mut self, control: Control, limit: Duration) {
        if let Control::Drain(reason) | Control::Quit(reason) = control {
            self.reason.get_or_insert(reason);
        }
        // A run that has ended listens no more, and need not.
        let _ = self.controls.send(control);
        self.overdue = Some(Instant::now() + limit);
    }

    /// The run has ended and only writing is left, for which a reader that takes nothing must not keep the program: from
    /// here on the first signal leaves it what a drain has, and the next one ends it. A signal that came already leaves
    /// what is left of its time.
    pub fn close(&self) {
        let signals = [Signal::Hangup, Signal::Terminate, Signal::Interrupt];
        let idle = |signal: &Signal| is_ignored(signal.number()) || (self.outlives && *signal == Signal::Hangup);
        let (asked, heard) = (Arc::new(AtomicBool::new(self.signal.is_some())), Arc::<AtomicUsize>::default());
        for signal in signals.into_iter().filter(|signal| !idle(signal)) {
            let code = self.signal.unwrap_or(signal).exit_code();
            // In this order: the first one finds that none was there. Without the handlers the next signal is not heard,
            // and the end only waits for its reader.
            let _ = register_conditional_shutdown(signal.number(), code.into(), asked.clone());
            let _ = register_usize(signal.number(), heard.clone(), code.into());
            let _ = register(signal.number(), asked.clone());
        }
        let (signal, left) = (self.signal, self.left());
        // Without the thread the end waits for its reader, or for the next signal.
        let _ = std::thread::Builder::new().name("end".to_owned()).spawn(move || {
            let code = signal.map_or_else(|| until_one(&heard), Signal::exit_code);
            std::thread::sleep(if signal.is_some() { left } else { LATE });
            std::process::exit(code.into())
        });
    }

    /// What writing may take yet.
    fn left(&self) -> Duration {
        let meant = Instant::now() + (LATE - GRACE);
        let left = self.overdue.map_or(GRACE, |overdue| overdue.saturating_duration_since(meant));
        if self.urgent { GRACE } else { left.max(GRACE) }
    }

    /// Comes when the end is overdue; never, where none was asked for.
    pub async fn overdue(&self) {
        match self.overdue {
            Some(at) => tokio::time::sleep_until(at).await,
            None => std::future::pending().await,
        }
    }
}

/// Waits for a signal, and tells its exit code.
fn until_one(heard: &AtomicUsize) -> u8 {
    loop {
        match u8::try_from(heard.load(Relaxed)) {
            Ok(0) | Err(_) => std::thread::park_timeout(HEARD),
            Ok(code) => return code,
        }
    }
}

/// Stops this process and its group, as the shell expects of Ctrl-Z, until it is continued. That time is no time of
/// the run; of one that has ended, whose time stands already, nothing goes on afterwards.
pub fn suspend(emitter: &Emitter) {
    stand(emitter, || rustix::process::kill_current_process_group(rustix::process::Signal::STOP));
}

/// The same of this process alone: the signal was for it, and a terminal tells all of a group.
pub fn suspend_alone(emitter: &Emitter) {
    let this = rustix::process::getpid();
    stand(emitter, || rustix::process::kill_process(this, rustix::process::Signal::STOP));
}

fn stand(emitter: &Emitter, stop: impl FnOnce() -> rustix::io::Result<()>) {
    // SIGSTOP from oneself can't be refused; should it fail all the same, the run just goes on.
    let stop = || {
        let _ = stop();
    };
    match emitter.clock().stands() {
        true => stop(),
        false => emitter.stand(stop),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kernel_tells_which_signals_are_ignored() {
        let status = "Name:\tcrawltop\nSigBlk:\t0000000000000000\nSigIgn:\t0000000000001003\nSigCgt:\t0\n";
        assert_eq!(
            ignored(status),
            Some(1 << (Signal::Hangup.number() - 1) | 1 << (Signal::Interrupt.number() - 1) | 1 << 12)
        );
        assert_eq!(ignored("SigIgn:\tmany\n").or(ignored("")), None);
    }
}
