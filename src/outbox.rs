//! Bytes on their way to a file or a pipe, on a thread of their own. Knows nothing of what they say.
//!
//! Whoever puts bytes in never waits: what waits to be written is counted, and the count holds back the start of new
//! fetches ([`crate::emit::Waiting`]).

use crate::emit::Waiting;
use std::io::{self, ErrorKind, Write};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

pub struct Outbox {
    name: String,
    sender: Option<Sender<Vec<u8>>>,
    writer: Option<JoinHandle<()>>,
    waiting: Waiting,
    fault: Arc<Mutex<Option<Fault>>>,
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
    ///
    /// # Errors
    /// Where no thread can be started.
    pub fn open(name: &str, out: Box<dyn Write + Send>, waiting: Waiting) -> io::Result<Outbox> {
        let (sender, receiver) = channel();
        let fault = Arc::default();
        let (counter, told) = (waiting.clone(), Arc::clone(&fault));
        let write = move || write_all(out, &receiver, &counter, &told);
        let writer = std::thread::Builder::new().name(format!("write {name}")).spawn(write)?;
        Ok(Outbox { name: name.to_owned(), sender: Some(sender), writer: Some(writer), waiting, fault })
    }

    pub fn send(&self, bytes: Vec<u8>) {
        let length = bytes.len();
        self.waiting.add(length);
        if self.sender.as_ref().is_none_or(|sender| sender.send(bytes).is_err()) {
            self.waiting.remove(length);
        }
    }

    pub fn name(&self) -> &str {
        &self.name
    }

    pub fn fault(&self) -> Option<Fault> {
        lock(&self.fault).clone()
    }

    /// Waits until everything is written, and tells what went wrong.
    pub fn close(&mut self) -> Option<Fault> {
        self.sender = None;
        if let Some(writer) = self.writer.take()
            && writer.join().is_err()
        {
            return Some(Fault::Failed("the writer panicked".to_owned()));
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
        if lock(fault).is_none()
            && let Err(error) = out.write_all(&bytes).and_then(|()| out.flush())
        {
            *lock(fault) = Some(Fault::of(&error));
        }
        waiting.remove(bytes.len());
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
        (emitter, Outbox::open("a test", Box::new(out), events.waiting()).unwrap())
    }

    #[test]
    fn a_closed_pipe_is_told_from_a_full_disk() {
        for (kind, closed) in [(ErrorKind::BrokenPipe, true), (ErrorKind::StorageFull, false)] {
            let (_, mut outbox) = outbox(Broken(kind));
            outbox.send(b"a line\n".to_vec());
            let fault = outbox.close().unwrap();
            assert_eq!(fault == Fault::Closed, closed, "{fault:?}");
        }
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
        assert!(!emitter.pressure());
        outbox.send(vec![0; 8 << 20]);
        assert!(emitter.pressure());
        drop(go);
        assert_eq!(outbox.close(), None);
        assert!(!emitter.pressure());
    }
}
