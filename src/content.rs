//! The decoded content of one response, on its way to whoever prints it. It counts as waiting until the last who holds
//! it has let go. Knows nothing of where it goes.
//!
//! What is large is not in memory: it is set aside ([`Stash`]) as it comes, and read again in pieces.

mod stash;

pub use stash::Stash;

use crate::emit::Waiting;
use serde::{Deserialize, Serialize};
use stash::{Aside, Room};
use std::borrow::Cow;
use std::fmt;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Bytes of a content that are in memory at most.
const IN_MEMORY: usize = 256 << 10;
/// Bytes of a piece at most.
pub const PIECE: usize = 64 << 10;

/// Clones are the same bytes. In the journal it is base64.
#[derive(Clone)]
pub struct Content(Arc<Held>);

struct Held {
    place: Place,
    waiting: Option<Waiting>,
}

enum Place {
    /// And the room that it takes, until it goes.
    Memory {
        bytes: Vec<u8>,
        _room: Option<Room>,
    },
    Aside(Aside),
}

impl Content {
    /// Counts in `waiting`, and so holds back new fetches, as long as it is there.
    pub fn new(bytes: Vec<u8>, waiting: Waiting) -> Content {
        Content::held(Place::Memory { bytes, _room: None }, waiting)
    }

    fn held(place: Place, waiting: Waiting) -> Content {
        let mut held = Held { place, waiting: None };
        held.count(Some(waiting));
        Content(Arc::new(held))
    }

    /// The same, which counts as waiting no more; where others hold it, it does until they let go.
    pub fn at_rest(mut self) -> Content {
        if let Some(held) = Arc::get_mut(&mut self.0) {
            held.count(None);
        }
        self
    }

    /// The same, which counts as [`Content::new`] says.
    pub fn going(mut self, waiting: Waiting) -> Content {
        if let Some(held) = Arc::get_mut(&mut self.0) {
            held.count(Some(waiting));
        }
        self
    }

    /// In bytes.
    #[expect(clippy::len_without_is_empty, reason = "nobody asks")]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// All of it, unless it is set aside.
    pub fn in_memory(&self) -> Option<&[u8]> {
        match &self.0.place {
            Place::Memory { bytes, .. } => Some(bytes),
            Place::Aside(_) => None,
        }
    }

    /// All of it, for whoever has room.
    ///
    /// # Errors
    /// Where it is set aside and can't be read.
    pub fn bytes(&self) -> io::Result<Cow<'_, [u8]>> {
        match self.in_memory() {
            Some(bytes) => Ok(Cow::Borrowed(bytes)),
            None => self.pieces().collect::<io::Result<Vec<_>>>().map(|pieces| Cow::Owned(pieces.concat())),
        }
    }

    /// All of it, in pieces of [`PIECE`] bytes at most.
    pub fn pieces(&self) -> Pieces {
        Pieces { content: self.clone(), at: 0 }
    }
}

/// A content, piece by piece.
pub struct Pieces {
    content: Content,
    at: usize,
}

impl Iterator for Pieces {
    type Item = io::Result<Vec<u8>>;

    fn next(&mut self) -> Option<io::Result<Vec<u8>>> {
        let left = self.content.len() - self.at;
        if left == 0 {
            return None;
        }
        let read = match &self.content.0.place {
            Place::Memory { bytes, .. } => Ok(bytes[self.at..][..left.min(PIECE)].to_vec()),
            Place::Aside(aside) => {
                let mut piece = vec![0; left.min(PIECE)];
                aside.read(self.at as u64, &mut piece).map(|length| {
                    piece.truncate(length);
                    piece
                })
            }
        };
        self.at = read.as_ref().map_or(self.content.len(), |piece| self.at + piece.len());
        Some(read)
    }
}

/// A content that still comes.
pub struct Keeping {
    room: Room,
    bytes: Vec<u8>,
    aside: Option<Aside>,
}

impl Keeping {
    pub fn new(stash: Arc<Stash>) -> Keeping {
        Keeping { room: Room::new(stash), bytes: Vec::new(), aside: None }
    }

    /// # Errors
    /// Where it would have to be set aside and can't be.
    pub fn take(&mut self, slice: &[u8]) -> io::Result<()> {
        if let Some(aside) = &mut self.aside {
            return aside.write(slice);
        }
        if self.bytes.len() + slice.len() <= IN_MEMORY && self.room.take(slice.len()) {
            self.bytes.extend_from_slice(slice);
            return Ok(());
        }
        let mut aside = Aside::new(self.room.stash.clone())?;
        aside.write(&self.bytes)?;
        self.bytes = Vec::new();
        self.room.clear();
        self.aside.insert(aside).write(slice)
    }

    /// What has come. Counts as [`Content::new`] says.
    pub fn finish(self, waiting: Waiting) -> Content {
        let Keeping { room, bytes, aside } = self;
        Content::held(aside.map_or(Place::Memory { bytes, _room: Some(room) }, Place::Aside), waiting)
    }
}

/// A content that still comes, for who takes it and for whoever may want what there is of it. Clones are the same.
#[derive(Clone)]
pub struct Coming(Arc<Mutex<Option<Keeping>>>);

impl Coming {
    pub fn new(stash: Arc<Stash>) -> Coming {
        Coming(Arc::new(Mutex::new(Some(Keeping::new(stash)))))
    }

    /// As [`Keeping::take`]; once it is finished, nothing more is taken.
    ///
    /// # Errors
    /// Those of [`Keeping::take`].
    pub fn take(&self, slice: &[u8]) -> io::Result<()> {
        self.lock().as_mut().map_or(Ok(()), |keeping| keeping.take(slice))
    }

    /// What has come, for the first who wants it.
    pub fn finish(&self, waiting: Waiting) -> Option<Content> {
        let keeping = self.lock().take();
        keeping.map(|keeping| keeping.finish(waiting))
    }

    fn lock(&self) -> MutexGuard<'_, Option<Keeping>> {
        // What would panic under this lock is a fetch's own, and what it has kept is whole up to there.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Held {
    fn len(&self) -> usize {
        match &self.place {
            Place::Memory { bytes, .. } => bytes.len(),
            Place::Aside(aside) => aside.length as usize,
        }
    }

    /// It counts there from now on, and where it did before, no more.
    fn count(&mut self, waiting: Option<Waiting>) {
        let length = self.len();
        if let Some(now) = &waiting {
            now.add(length);
        }
        if let Some(before) = std::mem::replace(&mut self.waiting, waiting) {
            before.remove(length);
        }
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.count(None);
    }
}

impl PartialEq for Content {
    fn eq(&self, other: &Content) -> bool {
        Arc::ptr_eq(&self.0, &other.0) || matches!((self.bytes(), other.bytes()), (Ok(one), Ok(two)) if one == two)
    }
}

impl fmt::Debug for Content {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Content({} bytes)", self.len())
    }
}

impl Serialize for Content {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use base64::Engine as _;
        let bytes = self.bytes().map_err(serde::ser::Error::custom)?;
        serializer.serialize_str(&base64::engine::general_purpose::STANDARD.encode(bytes))
    }
}

impl<'de> Deserialize<'de> for Content {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Content, D::Error> {
        use base64::Engine as _;
        let text = String::deserialize(deserializer)?;
        let bytes = base64::engine::general_purpose::STANDARD.decode(text).map_err(serde::de::Error::custom)?;
        Ok(Content(Arc::new(Held { place: Place::Memory { bytes, _room: None }, waiting: None })))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Clock;
    use crate::emit::channel;
    use crate::event::Hold;

    #[test]
    fn content_at_rest_holds_back_nothing_until_it_goes() {
        let (emitter, _events) = channel(Clock::start(), false);
        let content = Content::new(vec![0; 8 << 20], emitter.waiting()).at_rest();
        assert_eq!(emitter.pressure(), None);
        let content = content.going(emitter.waiting());
        assert_eq!(emitter.pressure(), Some(Hold::Output));
        drop(content);
        assert_eq!(emitter.pressure(), None);
    }

    #[test]
    fn content_holds_back_new_fetches_until_the_last_who_holds_it_lets_go() {
        let (emitter, _events) = channel(Clock::start(), false);
        let content = Content::new(vec![0; 8 << 20], emitter.waiting());
        let other = content.clone();
        drop(content);
        assert_eq!(emitter.pressure(), Some(Hold::Output));
        drop(other);
        assert_eq!(emitter.pressure(), None);
    }

    /// A content of these bytes that came in pieces of `size`.
    fn kept(bytes: &[u8], size: usize, stash: &Arc<Stash>) -> (crate::emit::Emitter, Content) {
        let mut keeping = Keeping::new(stash.clone());
        bytes.chunks(size).try_for_each(|piece| keeping.take(piece)).unwrap();
        let (emitter, _events) = channel(Clock::start(), false);
        let waiting = emitter.waiting();
        (emitter, keeping.finish(waiting))
    }

    #[test]
    fn what_is_large_is_set_aside_comes_back_whole_and_counts_as_waiting() {
        let stash = Arc::default();
        let bytes: Vec<u8> = (0..5 << 18).flat_map(u32::to_le_bytes).collect();
        for (length, size, in_memory) in
            [(0, 1, true), (IN_MEMORY, 999, true), (IN_MEMORY + 1, 999, false), (bytes.len(), 70_000, false)]
        {
            let (emitter, content) = kept(&bytes[..length], size, &stash);
            assert_eq!((content.in_memory().is_some(), content.len()), (in_memory, length));
            assert!(*content.bytes().unwrap() == bytes[..length], "{length}");
            assert!(content.pieces().all(|piece| piece.unwrap().len() <= PIECE));
            assert_eq!(emitter.pressure().is_some(), length > 4 << 20);
            drop(content);
            assert_eq!(emitter.pressure(), None);
        }
    }

    #[test]
    fn what_has_come_is_the_first_ones_who_wants_it_and_nothing_is_taken_after() {
        let (emitter, _events) = channel(Clock::start(), false);
        let coming = Coming::new(Arc::default());
        let other = coming.clone();
        coming.take(b"be").unwrap();
        coming.take(b"gun").unwrap();
        assert_eq!(*other.finish(emitter.waiting()).unwrap().bytes().unwrap(), *b"begun");
        coming.take(b"more").unwrap();
        assert_eq!(coming.finish(emitter.waiting()), None);
    }

    #[test]
    fn many_contents_together_have_no_more_memory_than_a_few() {
        let (stash, bytes) = (Arc::default(), vec![7; 200 << 10]);
        let contents: Vec<_> = (0..100).map(|_| kept(&bytes, 64 << 10, &stash).1).collect();
        let in_memory: usize = contents.iter().filter_map(|content| Some(content.in_memory()?.len())).sum();
        assert!((4 << 20..=8 << 20).contains(&in_memory), "{in_memory}");
        assert!(contents.iter().all(|content| *content.bytes().unwrap() == bytes));
    }
}
