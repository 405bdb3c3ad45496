//! Bytes on their way to a file or a pipe, on a thread of their own. Knows nothing of what they say.
//!
//! Whoever puts bytes in never waits: what waits to be written is counted, and the count holds back the start of new
//! fetches ([`crate::emit::Waiting`]). The thread is started when the first bytes come: a short run has none.

use crate::emit::Waiting;
use std::io::{self, ErrorKind, Write};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

pub struct Outbox {
    name: String,
    way: Way,
    waiting: Waiting,
    fault: Arc<Mutex<Option<Fault>>>,
}

/// Where bytes go.
enum Way {
    /// None came yet.
    Unused(Box<dyn Write + Send>),
    Thread(Sender<Vec<u8>>, JoinHandle<()>),
    Closed,
}

/// Why nothing more can be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The reader went away.
    Closed,
    Failed(String),
}

impl Outbox {
    /// `name`: for messages. `out` is flushed after each batch.
    pub fn new(name: &str, out: Box<dyn Write + Send>, waiting: Waiting) -> Outbox {
        Outbox { name: name.to_owned(), way: Way::Unused(out), waiting, fault: Arc::default() }
    }

    pub fn send(&mut self, bytes: Vec<u8>) {
        if let Way::Unused(_) = self.way {
            self.start();
        }
        let length = bytes.len();
        self.waiting.add(length);
        if !matches!(&self.way, Way::Thread(sender, _) if sender.send(bytes).is_ok()) {
            self.waiting.remove(length);
        }
    }

    fn start(&mut self) {
        let Way::Unused(out) = std::mem::replace(&mut self.way, Way::Closed) else { return };
        let (sender, receiver) = channel();
        let (counter, told) = (self.waiting.clone(), Arc::clone(&self.fault));
        let write = move || write_all(out, &receiver, &counter, &told);
        match std::thread::Builder::new().name(format!("write {}", self.name)).spawn(write) {
            Ok(writer) => self.way = Way::Thread(sender, writer),
            Err(error) => *lock(&self.fault) = Some(Fault::Failed(format!("no thread can be started for it: {error}"))),
        }
    }

    pub fn name(&self) -> &str {
        &self.name
    }

    pub fn fault(&self) -> Option<Fault> {
        lock(&self.fault).clone()
    }

    /// Waits until everything is written, these last bytes too, and tells what went wrong. Where none came before, they
    /// are written by the caller.
    pub fn close(&mut self, last: Vec<u8>) -> Option<Fault> {
        if !last.is_empty() && matches!(self.way, Way::Thread(..)) {
            self.send(last);
        } else if !last.is_empty()
            && let Way::Unused(out) = &mut self.way
        {
            write(out, &last, &self.fault);
        }
        if let Way::Thread(sender, writer) = std::mem::replace(&mut self.way, Way::Closed) {
            drop(sender);
            if writer.join().is_err() {
                return Some(Fault::Failed("the writer panicked".to_owned()));
            }
        }
        self.fault()
    }
}

fn write_all(
    mut out: Box<dyn Write + Send>,
    receiver: &Receiver<Vec<u8>>,
    waiting: &Waiting,
    fault: &Mutex<Option<Fault>>,
) {
    for bytes in receiver {
        if lock(fault).is_none() {
            write(&mut out, &bytes, fault);
        }
        waiting.remove(bytes.len());
    }
}

fn write(out: &mut impl Write, bytes: &[u8], fault: &Mutex<Option<Fault>>) {
    if let Err(error) = out.write_all(bytes).and_then(|()| out.flush()) {
        *lock(fault) = Some(Fault::of(&error));
    }
}

fn lock(fault: &Mutex<Option<Fault>>) -> std::sync::MutexGuard<'_, Option<Fault>> {
    fault.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Fault {
    pub fn of(error: &io::Error) -> Fault {
        match error.kind() {
            ErrorKind::BrokenPipe => Fault::Closed,
            _ => Fault::Failed(error.to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Clock;

    struct Broken(ErrorKind);

    impl Write for Broken {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(self.0.into())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn outbox(out: impl Write + Send + 'static) -> (crate::emit::Emitter, Outbox) {
        let (emitter, events) = crate::emit::channel(Clock::start(), false);
        (emitter, Outbox::new("a test", Box::new(out), events.waiting()))
    }

    #[test]
    fn a_closed_pipe_is_told_from_a_full_disk() {
        for (kind, closed) in [(ErrorKind::BrokenPipe, true), (ErrorKind::StorageFull, false)] {
            let (_, mut outbox) = outbox(Broken(kind));
            outbox.send(b"a line\n".to_vec());
            let fault = outbox.close(Vec::new()).unwrap();
            assert_eq!(fault == Fault::Closed, closed, "{fault:?}");
        }
    }

    #[test]
    fn the_only_bytes_need_no_thread_and_their_fault_is_told_too() {
        let (_, mut outbox) = outbox(Broken(ErrorKind::StorageFull));
        let fault = outbox.close(b"a line\n".to_vec());
        assert!(matches!(fault, Some(Fault::Failed(_))), "{fault:?}");
        assert_eq!(self::outbox(Vec::new()).1.close(b"a line\n".to_vec()), None);
    }

    /// Takes nothing until it is told to.
    struct Stuck(std::sync::mpsc::Receiver<()>);

    impl Write for Stuck {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            let _ = self.0.recv();
            Ok(bytes.len())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn what_a_stuck_reader_leaves_holds_back_new_fetches_and_then_no_longer() {
        let (go, stop) = channel();
        let (emitter, mut outbox) = outbox(Stuck(stop));
        assert_eq!(emitter.pressure(), None);
        outbox.send(vec![0; 8 << 20]);
        assert_eq!(emitter.pressure(), Some(crate::event::Hold::Output));
        drop(go);
        assert_eq!(outbox.close(Vec::new()), None);
        assert_eq!(emitter.pressure(), None);
    }
}
