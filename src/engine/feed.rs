//! The targets of a fetch, one after another as they are needed: words of the command line, then lines of a list.
//! Knows nothing of slots or of what becomes of them.

use crate::secrets;
use crate::target::{Glob, Target, TargetError};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use tokio::sync::mpsc::{Receiver, Sender, channel};

/// Lines that are handed over at once, where so many are there: a line alone would wake a thread each time.
const BATCH: usize = 128;
/// Batches that are read ahead.
const READ_AHEAD: usize = 8;

/// A word of the command line: one target, or a pattern that makes many.
pub enum Word {
    Target(Target),
    Glob(Glob),
}

/// What the reader of a list found in one of its lines.
pub enum Line {
    Target(Target),
    /// No target.
    Refused {
        line: u64,
        error: String,
    },
    /// Nothing more can be read.
    Failed(String),
}

/// The next thing the feed has.
pub enum Next {
    Target(Target),
    /// A pattern made a text that is no target.
    Unusable {
        text: String,
        error: TargetError,
    },
    Refused {
        line: u64,
        error: String,
    },
    Failed(String),
    /// Not yet; see [`Feed::ready`].
    Wait,
    End,
}

pub struct Feed {
    words: std::vec::IntoIter<Word>,
    glob: Option<(Glob, u64)>,
    lines: Option<Lines>,
    /// Lines that were handed over, the next one last.
    batch: Vec<Line>,
    /// Targets of the words, whether given out or not.
    worded: u64,
    given: u64,
}

struct Lines {
    receiver: Receiver<Vec<Line>>,
    count: Arc<Count>,
}

#[derive(Default)]
struct Count {
    targets: AtomicU64,
    whole: AtomicBool,
}

/// The end that reads a list, on a thread of its own.
pub struct Reader {
    sender: Sender<Vec<Line>>,
    count: Arc<Count>,
    batch: Vec<Line>,
}

impl Reader {
    /// Hands a line over, with those before it unless `more` is there to read at once, and waits while enough are read
    /// ahead. Says whether anyone wants more.
    pub fn hand(&mut self, line: Line, more: bool) -> bool {
        self.batch.push(line);
        (more && self.batch.len() < BATCH) || self.flush()
    }

    /// Hands over what is still held back. Says whether anyone wants more.
    pub fn flush(&mut self) -> bool {
        if self.batch.is_empty() {
            return true;
        }
        let mut batch = std::mem::take(&mut self.batch);
        let targets = batch.iter().filter(|line| matches!(line, Line::Target(_))).count();
        batch.reverse();
        // Counted first: whoever takes the last of them looks at the count only once more.
        self.count.targets.fetch_add(targets as u64, Relaxed);
        self.sender.blocking_send(batch).is_ok()
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        // Nobody may want what is left.
        self.flush();
        self.count.whole.store(true, Relaxed);
    }
}

impl Feed {
    pub fn new(words: Vec<Word>) -> Feed {
        let count = |word: &Word| match word {
            Word::Target(_) => 1,
            Word::Glob(glob) => glob.count(),
        };
        let worded = words.iter().map(count).sum();
        Feed { words: words.into_iter(), glob: None, lines: None, batch: Vec::new(), worded, given: 0 }
    }

    /// Adds a list, whose lines come from the reader.
    pub fn list(&mut self) -> Reader {
        let (sender, receiver) = channel(READ_AHEAD);
        let count = Arc::new(Count::default());
        self.lines = Some(Lines { receiver, count: count.clone() });
        Reader { sender, count, batch: Vec::new() }
    }

    /// How many targets are known, and whether more may come.
    pub fn known(&self) -> (u64, bool) {
        let Some(lines) = &self.lines else { return (self.worded, false) };
        let more = !lines.count.whole.load(Relaxed);
        (self.worded + lines.count.targets.load(Relaxed), more)
    }

    /// Known targets that were not given out.
    pub fn unread(&self) -> u64 {
        self.known().0.saturating_sub(self.given)
    }

    pub fn give(&mut self) -> Next {
        let next = self.next_word().unwrap_or_else(|| self.next_line());
        self.given += u64::from(matches!(next, Next::Target(_) | Next::Unusable { .. }));
        if let Next::Target(target) = &next {
            secrets::meet(target);
        }
        next
    }

    fn next_word(&mut self) -> Option<Next> {
        loop {
            if let Some(text) = self.next_of_glob() {
                return Some(match Target::parse(&text) {
                    Ok(target) => Next::Target(target),
                    Err(error) => Next::Unusable { text, error },
                });
            }
            match self.words.next()? {
                Word::Target(target) => return Some(Next::Target(target)),
                Word::Glob(glob) => self.glob = Some((glob, 0)),
            }
        }
    }

    fn next_of_glob(&mut self) -> Option<String> {
        let (glob, given) = self.glob.as_mut()?;
        let text = (*given < glob.count()).then(|| glob.word(*given));
        *given += 1;
        text
    }

    fn next_line(&mut self) -> Next {
        use tokio::sync::mpsc::error::TryRecvError;
        let Some(lines) = &mut self.lines else { return Next::End };
        loop {
            match self.batch.pop() {
                Some(Line::Target(target)) => return Next::Target(target),
                Some(Line::Refused { line, error }) => return Next::Refused { line, error },
                Some(Line::Failed(message)) => return Next::Failed(message),
                None => {}
            }
            match lines.receiver.try_recv() {
                Ok(batch) => self.batch = batch,
                Err(TryRecvError::Empty) => return Next::Wait,
                Err(TryRecvError::Disconnected) => return Next::End,
            }
        }
    }

    /// Waits until [`Feed::give`] has something other than [`Next::Wait`].
    pub async fn ready(&mut self) {
        if self.batch.is_empty()
            && let Some(lines) = &mut self.lines
        {
            self.batch = lines.receiver.recv().await.unwrap_or_default();
        }
    }
}
