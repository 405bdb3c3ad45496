//! Bytes on their way to a file or a pipe, on a thread of their own. Knows nothing of what they say.
//!
//! Whoever puts bytes in never waits: what waits to be written is counted, and the count holds back the start of new
//! fetches ([`crate::emit::Waiting`]). The thread is started when the first bytes come: a short run has none.

mod file;
mod packed;

pub use file::{OutFile, regular};

use crate::emit::Waiting;
use packed::Packed;
use std::io::{self, ErrorKind, Write};
use std::path::Path;
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
    Unused(Box<dyn Out>),
    Thread(Sender<Load>, JoinHandle<Box<dyn Out>>),
    Closed,
}

/// A file for results, packed where its name ends in `.gz`.
///
/// # Errors
/// As [`OutFile::create`].
pub fn create(path: &Path) -> io::Result<Box<dyn Out>> {
    let file = OutFile::create(path)?;
    let packed = path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("gz"));
    Ok(if packed { Box::new(Packed::new(file)) } else { Box::new(file) })
}

/// Where bytes are written.
pub trait Out: Write + Send {
    /// All is written.
    ///
    /// # Errors
    /// Where it can't be kept.
    fn finish(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Out for io::Stdout {}

/// What is to be written next.
enum Load {
    Bytes(Vec<u8>),
    Pieces(Box<dyn Pieces>),
}

/// What is read only as it is written.
pub trait Pieces: Iterator<Item = io::Result<Vec<u8>>> + Send {}

impl<I: Iterator<Item = io::Result<Vec<u8>>> + Send> Pieces for I {}

/// Why nothing more can be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The reader went away.
    Closed,
    Failed(String),
}

impl Outbox {
    /// `name`: for messages. `out` is flushed after each batch.
    pub fn new(name: &str, out: Box<dyn Out>, waiting: Waiting) -> Outbox {
        Outbox { name: name.to_owned(), way: Way::Unused(out), waiting, fault: Arc::default() }
    }

    pub fn send(&mut self, bytes: Vec<u8>) {
        let length = bytes.len();
        self.waiting.add(length);
        if !self.load(Load::Bytes(bytes)) {
            self.waiting.remove(length);
        }
    }

    /// Has all these pieces written. They count as waiting by themselves. That one can't be read is a fault, too.
    pub fn send_pieces(&mut self, pieces: Box<dyn Pieces>) {
        self.load(Load::Pieces(pieces));
    }

    /// Says whether there is anybody to write it.
    fn load(&mut self, load: Load) -> bool {
        if let Way::Unused(_) = self.way {
            self.start();
        }
        matches!(&self.way, Way::Thread(sender, _) if sender.send(load).is_ok())
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
        let out = match std::mem::replace(&mut self.way, Way::Closed) {
            Way::Unused(out) => Some(out),
            Way::Thread(sender, writer) => {
                drop(sender);
                match writer.join() {
                    Ok(out) => Some(out),
                    Err(_) => return Some(Fault::Failed("the writer panicked".to_owned())),
                }
            }
            Way::Closed => None,
        };
        self.fault().or_else(|| out?.finish().err().map(|error| Fault::of(&error)))
    }
}

fn write_all(
    mut out: Box<dyn Out>,
    receiver: &Receiver<Load>,
    waiting: &Waiting,
    fault: &Mutex<Option<Fault>>,
) -> Box<dyn Out> {
    for load in receiver {
        match load {
            Load::Bytes(bytes) => {
                if lock(fault).is_none() {
                    write(&mut out, &bytes, fault);
                }
                waiting.remove(bytes.len());
            }
            Load::Pieces(pieces) => write_pieces(&mut out, pieces, fault),
        }
    }
    out
}

fn write_pieces(out: &mut impl Write, pieces: Box<dyn Pieces>, fault: &Mutex<Option<Fault>>) {
    for piece in pieces {
        if lock(fault).is_some() {
            return;
        }
        match piece {
            Ok(bytes) => write(out, &bytes, fault),
            Err(error) => *lock(fault) = Some(Fault::Failed(error.to_string())),
        }
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

    impl Out for Vec<u8> {}

    struct Broken(ErrorKind);

    impl Out for Broken {}

    impl Write for Broken {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(self.0.into())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn outbox(out: impl Out + 'static) -> (crate::emit::Emitter, Outbox) {
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

    #[test]
    fn pieces_go_out_in_their_turn_and_one_that_cannot_be_read_ends_the_output() {
        let (go, written) = std::sync::mpsc::channel();
        let (_, mut outbox) = outbox(Told(go));
        outbox.send(b"a".to_vec());
        outbox.send_pieces(Box::new([Ok(b"b".to_vec()), Ok(b"c".to_vec())].into_iter()));
        outbox.send(b"d".to_vec());
        outbox.send_pieces(Box::new([Err(ErrorKind::UnexpectedEof.into()), Ok(b"e".to_vec())].into_iter()));
        assert!(matches!(outbox.close(b"f".to_vec()), Some(Fault::Failed(_))));
        assert_eq!(written.iter().collect::<Vec<_>>().concat(), b"abcd");
    }

    struct Told(Sender<Vec<u8>>);

    impl Out for Told {}

    impl Write for Told {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.send(bytes.to_vec()).map_or(Err(ErrorKind::Other.into()), |()| Ok(bytes.len()))
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    /// Takes nothing until it is told to.
    struct Stuck(std::sync::mpsc::Receiver<()>);

    impl Out for Stuck {}

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
