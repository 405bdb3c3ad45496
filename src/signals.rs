//! Signals, and the way a run ends by them: first gently, then at once. Knows no screen.

use crate::control::{Control, EndReason};
use crate::emit::Emitter;
use crate::event::EventKind;
use crate::outbox::Fault;
use signal_hook::flag::register_conditional_shutdown;
use std::io;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
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

pub struct Signals {
    interrupt: Stream,
    terminate: Stream,
    hangup: Stream,
    suspend: Stream,
    resume: Stream,
}

impl Signals {
    /// To be made within a runtime.
    ///
    /// # Errors
    /// Where the handlers can't be installed.
    pub fn new() -> io::Result<Signals> {
        Ok(Signals {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
            hangup: signal(SignalKind::hangup())?,
            suspend: signal(SignalKind::from_raw(signal_hook::consts::SIGTSTP))?,
            resume: signal(SignalKind::from_raw(signal_hook::consts::SIGCONT))?,
        })
    }

    pub async fn next(&mut self) -> Signal {
        tokio::select! {
            biased;
            _ = self.hangup.recv() => Signal::Hangup,
            _ = self.terminate.recv() => Signal::Terminate,
            _ = self.interrupt.recv() => Signal::Interrupt,
            _ = self.suspend.recv() => Signal::Suspend,
            _ = self.resume.recv() => Signal::Continue,
        }
    }
}

/// How long a run that was told to end at once may take to say so.
const GRACE: Duration = Duration::from_millis(500);
/// And one that was told to drain: its two seconds, and that.
const DRAINED: Duration = Duration::from_millis(2500);

/// Ends a run: the first wish drains it, the second lets go of everything.
pub struct Ending {
    controls: UnboundedSender<Control>,
    /// The first signal that asked for the end.
    pub signal: Option<Signal>,
    /// When the end is taken for granted, whatever the run says.
    pub overdue: Option<Instant>,
    /// It was asked for more than once.
    urgent: bool,
}

impl Ending {
    pub fn new(controls: UnboundedSender<Control>) -> Ending {
        Ending { controls, signal: None, overdue: None, urgent: false }
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
            self.tell(Control::Quit(reason), GRACE);
            self.urgent = true;
        }
        self.signal.get_or_insert(signal);
    }

    /// Everything is let go of now.
    pub fn quit(&mut self, reason: EndReason) {
        self.tell(Control::Quit(reason), GRACE);
    }

    /// Whoever the results are for can't be told any more: there is nothing left to run for.
    pub fn heed(&mut self, fault: Option<(&str, Fault)>) {
        if let (None, Some((_, fault))) = (self.overdue, fault) {
            self.quit(if fault == Fault::Closed { EndReason::ClosedPipe } else { EndReason::Unwritable });
        }
    }

    fn tell(&mut self, control: Control, limit: Duration) {
        // A run that has ended listens no more, and need not.
        let _ = self.controls.send(control);
        self.overdue = Some(Instant::now() + limit);
    }

    /// The run has ended and only writing is left, for which a reader that takes nothing must not keep the program: from
    /// here on a signal ends it, and one that came twice already leaves the writing but a moment.
    pub fn close(&self) {
        for signal in [Signal::Hangup, Signal::Terminate, Signal::Interrupt] {
            let code = self.signal.unwrap_or(signal).exit_code();
            let armed = Arc::new(AtomicBool::new(true));
            // Without the handler the next signal is not heard, and the end only waits for its reader.
            let _ = register_conditional_shutdown(signal.number(), code.into(), armed);
        }
        if let Some(signal) = self.signal.filter(|_| self.urgent) {
            std::thread::spawn(move || {
                std::thread::sleep(GRACE);
                std::process::exit(signal.exit_code().into())
            });
        }
    }

    /// Comes when the end is overdue; never, where none was asked for.
    pub async fn overdue(&self) {
        match self.overdue {
            Some(at) => tokio::time::sleep_until(at).await,
            None => std::future::pending().await,
        }
    }
}

/// Stops this process and its group, as the shell expects of Ctrl-Z, until it is continued. That time is no time of
/// the run.
pub fn suspend(emitter: &Emitter) {
    let clock = emitter.clock();
    let at = clock.freeze();
    emitter.emit_at(at, EventKind::Suspended);
    // SIGSTOP to the own group can't be refused; should it fail all the same, the run just goes on.
    let _ = rustix::process::kill_current_process_group(rustix::process::Signal::STOP);
    let stood = clock.thaw();
    let stood_us = u64::try_from(stood.as_micros()).unwrap_or(u64::MAX);
    emitter.emit(EventKind::Continued { stood_us });
}
