//! The thread that writes a recording, and the desk on which it is told what to write. Knows nothing of events.

use super::file::{File, Open};
use crate::clock::Clock;
use crate::emit::Waiting;
use std::io::{self, ErrorKind};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Bytes that are written at once: a slow reader that takes as many within its time is not stuck.
const PIECE: usize = 64 << 10;
/// Buffers are used again, but for those that a single line has made larger.
const LARGEST_SPARE: usize = 1 << 20;

pub(super) enum Order {
    /// Whole lines.
    Write(Vec<u8>),
    /// Perhaps nothing more comes: the file is to be whole as it is.
    Rest,
    /// Nothing more comes.
    End,
}

/// What the writer and those who have something written share.
pub(super) struct Desk {
    orders: Sender<Order>,
    waiting: Waiting,
    books: Mutex<Books>,
    /// The books have changed in what [`Desk::wait`] waits for.
    changed: Condvar,
    /// Pieces that were written.
    written: AtomicU64,
    /// Bytes that went into the file.
    size: AtomicU64,
    /// Nothing more is taken.
    over: AtomicBool,
    /// The last order left the file whole.
    rests: AtomicBool,
}

#[derive(Default)]
struct Books {
    /// Bytes that were ordered and not yet written.
    owed: usize,
    /// The last order was given.
    ending: bool,
    /// The writer has gone, or is waited for no longer.
    gone: bool,
    /// Why not everything was written.
    trouble: Option<String>,
    /// What is to be written behind the line that is stuck.
    mark: Option<Vec<u8>>,
    /// A buffer that was written, for what comes next: memory that is warm, and is not asked for again.
    spare: Vec<u8>,
}

pub(super) fn start(file: File, clock: Clock, waiting: Waiting) -> io::Result<Arc<Desk>> {
    let (orders, received) = channel();
    let desk = Arc::new(Desk {
        orders,
        waiting,
        books: Mutex::default(),
        changed: Condvar::new(),
        written: AtomicU64::new(0),
        size: AtomicU64::new(0),
        over: AtomicBool::new(false),
        rests: AtomicBool::new(false),
    });
    let own = Arc::clone(&desk);
    std::thread::Builder::new().name("record".to_owned()).spawn(move || own.serve(file, &received, &clock))?;
    Ok(desk)
}

impl Desk {
    /// Puts an order in; where nothing more is taken, it is forgotten.
    pub fn order(&self, order: Order) {
        let mut books = self.books();
        if books.ending || books.trouble.is_some() {
            return;
        }
        match &order {
            Order::Write(bytes) => {
                books.owed += bytes.len();
                self.waiting.add(bytes.len());
            }
            Order::Rest => {}
            Order::End => {
                books.ending = true;
                self.over.store(true, Relaxed);
            }
        }
        self.rests.store(!matches!(order, Order::Write(_)), Relaxed);
        // Within the lock, so that nothing comes behind the end.
        let _ = self.orders.send(order);
    }

    /// Whether nothing more is taken.
    pub fn is_over(&self) -> bool {
        self.over.load(Relaxed)
    }

    /// Whether nothing was ordered since the end of the run.
    pub fn rests(&self) -> bool {
        self.rests.load(Relaxed)
    }

    /// Pieces that were written up to now.
    pub fn written(&self) -> u64 {
        self.written.load(Relaxed)
    }

    /// Bytes that went into the file up to now.
    pub fn size(&self) -> u64 {
        self.size.load(Relaxed)
    }

    /// Whether something is still to be written.
    pub fn owes(&self) -> bool {
        let books = self.books();
        !books.gone && (books.owed > 0 || books.ending)
    }

    /// An empty buffer, used before if possible.
    pub fn spare(&self) -> Vec<u8> {
        std::mem::take(&mut self.books().spare)
    }

    /// Why not everything was written.
    pub fn trouble(&self) -> Option<String> {
        self.books().trouble.clone()
    }

    /// The writer is waited for no longer. It leaves a mark, should it ever go on.
    pub fn abandon(&self, trouble: String, mark: Vec<u8>) {
        let mut books = self.books();
        if !books.gone {
            books.mark = Some(mark);
            self.end(&mut books, Some(trouble));
            // Should it go on, there is nothing more to wait for.
            let _ = self.orders.send(Order::End);
        }
    }

    /// Waits for the writer's end, as long as it writes something within `patience`; whether it came.
    pub fn wait(&self, patience: Duration) -> bool {
        let mut books = self.books();
        let mut written = self.written();
        loop {
            let waited = self.changed.wait_timeout_while(books, patience, |books| !books.gone);
            books = waited.unwrap_or_else(PoisonError::into_inner).0;
            let before = std::mem::replace(&mut written, self.written());
            if books.gone || before == written {
                return books.gone;
            }
        }
    }

    fn books(&self) -> MutexGuard<'_, Books> {
        self.books.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn end(&self, books: &mut Books, trouble: Option<String>) {
        self.over.store(true, Relaxed);
        self.waiting.remove(std::mem::take(&mut books.owed));
        if books.trouble.is_none() {
            books.trouble = trouble;
        }
        books.gone = true;
        self.changed.notify_all();
    }

    /// The life of the writer.
    fn serve(&self, file: File, orders: &Receiver<Order>, clock: &Clock) {
        let trouble = file.open().and_then(|file| self.write_all(file, orders, clock)).err();
        let words = trouble.map(|error| match error.kind() {
            ErrorKind::BrokenPipe => "its reader has gone".to_owned(),
            _ => error.to_string(),
        });
        let mut books = self.books();
        if !books.gone {
            self.end(&mut books, words);
        }
    }

    fn write_all(&self, mut file: Open, orders: &Receiver<Order>, clock: &Clock) -> io::Result<()> {
        loop {
            let bytes = match orders.recv() {
                Ok(Order::Write(bytes)) => bytes,
                Ok(Order::Rest) => {
                    file = file.rest()?;
                    continue;
                }
                Ok(Order::End) | Err(_) => break,
            };
            for (number, piece) in bytes.chunks(PIECE).enumerate() {
                if let Some(mark) = self.mark() {
                    return sign_off(file, &bytes, number * PIECE, self.written() == 0, &mark);
                }
                file = file.write(piece)?;
                self.written.fetch_add(1, Relaxed);
            }
            file.flush(clock.now())?;
            self.size.store(file.size(), Relaxed);
            self.pay(bytes);
        }
        if let Some(mark) = self.mark() {
            file = file.write(&mark)?;
        }
        file.finish()
    }

    fn pay(&self, mut bytes: Vec<u8>) {
        let mut books = self.books();
        let paid = bytes.len().min(books.owed);
        books.owed -= paid;
        self.waiting.remove(paid);
        if bytes.capacity() <= LARGEST_SPARE {
            bytes.clear();
            books.spare = bytes;
        }
    }

    /// What to leave behind, if the writer is waited for no longer.
    fn mark(&self) -> Option<Vec<u8>> {
        if !self.is_over() { None } else { self.books().mark.take() }
    }
}

/// Ends the line that was begun before `at`, or the first of all, which says what this is, and writes the mark behind it.
fn sign_off(file: Open, bytes: &[u8], at: usize, first: bool, mark: &[u8]) -> io::Result<()> {
    let begun = if at == 0 { first } else { bytes[at - 1] != b'\n' };
    let rest = &bytes[at..];
    let line = memchr::memchr(b'\n', rest).filter(|_| begun).map_or(0, |end| end + 1);
    file.write(&rest[..line])?.write(mark)?.finish()
}
