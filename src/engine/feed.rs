//! The targets of a fetch, one after another as they are needed: words of the command line, then lines of a list.
//! Knows nothing of slots or of what becomes of them.

use crate::target::{Glob, Target, TargetError};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use tokio::sync::mpsc::{Receiver, Sender, channel};

/// Lines that are read ahead.
const READ_AHEAD: usize = 1024;

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
    peeked: Option<Line>,
    /// Targets of the words, whether given out or not.
    worded: u64,
    given: u64,
}

struct Lines {
    receiver: Receiver<Line>,
    count: Arc<Count>,
}

#[derive(Default)]
struct Count {
    targets: AtomicU64,
    whole: AtomicBool,
}

/// The end that reads a list, on a thread of its own.
pub struct Reader {
    sender: Sender<Line>,
    count: Arc<Count>,
}

impl Reader {
    /// Hands a line over and waits while enough are read ahead. Says whether anyone wants more.
    pub fn hand(&self, line: Line) -> bool {
        let counts = matches!(line, Line::Target(_));
        let wanted = self.sender.blocking_send(line).is_ok();
        self.count.targets.fetch_add(u64::from(counts), Relaxed);
        wanted
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
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
        Feed { words: words.into_iter(), glob: None, lines: None, peeked: None, worded, given: 0 }
    }

    /// Adds a list, whose lines come from the reader.
    pub fn list(&mut self) -> Reader {
        let (sender, receiver) = channel(READ_AHEAD);
        let count = Arc::new(Count::default());
        self.lines = Some(Lines { receiver, count: count.clone() });
        Reader { sender, count }
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
        let line = match self.peeked.take() {
            Some(line) => Ok(line),
            None => lines.receiver.try_recv(),
        };
        match line {
            Ok(Line::Target(target)) => Next::Target(target),
            Ok(Line::Refused { line, error }) => Next::Refused { line, error },
            Ok(Line::Failed(message)) => Next::Failed(message),
            Err(TryRecvError::Empty) => Next::Wait,
            Err(TryRecvError::Disconnected) => Next::End,
        }
    }

    /// Waits until [`Feed::give`] has something other than [`Next::Wait`].
    pub async fn ready(&mut self) {
        if self.peeked.is_none()
            && let Some(lines) = &mut self.lines
        {
            self.peeked = lines.receiver.recv().await;
        }
    }
}
