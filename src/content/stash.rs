//! Where contents are set aside that would take too much memory: blocks of one file without a name, which goes with the
//! process. Knows nothing of what they say.

use std::fs::{File, OpenOptions};
use std::io::{self, ErrorKind};
use std::os::unix::fs::{FileExt as _, OpenOptionsExt as _};
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Bytes of a block.
const BLOCK: u64 = 256 << 10;
/// Bytes of contents that are in memory at once, of all fetches.
const MEMORY: usize = 8 << 20;
/// Names that are tried before the folder is given up.
const NAMES: u32 = 16;

/// Shared by all fetches of a run. The file is made when the first content is set aside.
#[derive(Debug, Default)]
pub struct Stash {
    memory: AtomicUsize,
    blocks: Mutex<Blocks>,
}

#[derive(Debug, Default)]
struct Blocks {
    file: Option<Arc<File>>,
    free: Vec<u32>,
    /// Blocks that the file has, free or not.
    count: u32,
}

/// Memory that a content has taken of what there is for all. It is given back when this goes.
#[derive(Debug)]
pub(super) struct Room {
    pub stash: Arc<Stash>,
    taken: usize,
}

impl Room {
    pub fn new(stash: Arc<Stash>) -> Room {
        Room { stash, taken: 0 }
    }

    /// Takes some more, if there is any.
    pub fn take(&mut self, bytes: usize) -> bool {
        let before = self.stash.memory.fetch_add(bytes, Relaxed);
        self.taken += bytes;
        let fits = before + bytes <= MEMORY;
        if !fits {
            self.give_back(bytes);
        }
        fits
    }

    pub fn clear(&mut self) {
        self.give_back(self.taken);
    }

    fn give_back(&mut self, bytes: usize) {
        self.taken -= bytes;
        self.stash.memory.fetch_sub(bytes, Relaxed);
    }
}

impl Drop for Room {
    fn drop(&mut self) {
        self.clear();
    }
}

/// A content that is set aside. Its blocks are free again when it goes.
#[derive(Debug)]
pub(super) struct Aside {
    stash: Arc<Stash>,
    file: Arc<File>,
    blocks: Vec<u32>,
    pub length: u64,
}

impl Aside {
    /// # Errors
    /// Where no file can be made, in words that name the folder.
    pub fn new(stash: Arc<Stash>) -> io::Result<Aside> {
        let file = stash.file()?;
        Ok(Aside { stash, file, blocks: Vec::new(), length: 0 })
    }

    /// # Errors
    /// Where the file can't be written, in words that name the folder.
    pub fn write(&mut self, mut bytes: &[u8]) -> io::Result<()> {
        while !bytes.is_empty() {
            let begun = self.length % BLOCK;
            if begun == 0 && self.blocks.len() as u64 * BLOCK == self.length {
                self.blocks.push(self.stash.block()?);
            }
            let (piece, rest) = bytes.split_at(bytes.len().min((BLOCK - begun) as usize));
            self.file.write_all_at(piece, self.place(self.length)).map_err(|error| within(&error))?;
            self.length += piece.len() as u64;
            bytes = rest;
        }
        Ok(())
    }

    /// Reads from the byte `at` on, as much as fits and lies together.
    ///
    /// # Errors
    /// Where the file can't be read.
    pub fn read(&self, at: u64, out: &mut [u8]) -> io::Result<usize> {
        let together = (BLOCK - at % BLOCK).min(self.length.saturating_sub(at)) as usize;
        let length = together.min(out.len());
        if length > 0 {
            self.file.read_exact_at(&mut out[..length], self.place(at)).map_err(|error| within(&error))?;
        }
        Ok(length)
    }

    /// Where a byte of the content is in the file.
    fn place(&self, at: u64) -> u64 {
        u64::from(self.blocks[(at / BLOCK) as usize]) * BLOCK + at % BLOCK
    }
}

impl Drop for Aside {
    fn drop(&mut self) {
        self.stash.free(&mut self.blocks);
    }
}

impl Stash {
    fn file(&self) -> io::Result<Arc<File>> {
        let mut blocks = self.lock();
        if let Some(file) = &blocks.file {
            return Ok(file.clone());
        }
        let file = Arc::new(unnamed(&std::env::temp_dir()).map_err(|error| within(&error))?);
        blocks.file = Some(file.clone());
        Ok(file)
    }

    fn block(&self) -> io::Result<u32> {
        let mut blocks = self.lock();
        if let Some(block) = blocks.free.pop() {
            return Ok(block);
        }
        let next = blocks.count.checked_add(1).ok_or(ErrorKind::FileTooLarge)?;
        Ok(std::mem::replace(&mut blocks.count, next))
    }

    /// Once nothing is set aside any more, the disk has its room back.
    fn free(&self, given_back: &mut Vec<u32>) {
        let mut blocks = self.lock();
        blocks.free.append(given_back);
        if blocks.count > 0 && blocks.free.len() == blocks.count as usize {
            let emptied = blocks.file.as_ref().is_none_or(|file| file.set_len(0).is_ok());
            if emptied {
                (blocks.free, blocks.count) = (Vec::new(), 0);
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, Blocks> {
        // Nothing that can panic runs under this lock.
        self.blocks.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A new file that nobody else can open: its name is gone before anything is in it.
fn unnamed(folder: &Path) -> io::Result<File> {
    let mut last = ErrorKind::AlreadyExists.into();
    for _ in 0..NAMES {
        let path = folder.join(format!(".crawltop-{}-{:016x}", std::process::id(), fastrand::u64(..)));
        match OpenOptions::new().read(true).write(true).create_new(true).mode(0o600).open(&path) {
            Ok(file) => return std::fs::remove_file(&path).map(|()| file),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => last = error,
            Err(error) => return Err(error),
        }
    }
    Err(last)
}

fn within(error: &io::Error) -> io::Error {
    let folder = std::env::temp_dir();
    io::Error::new(
        error.kind(),
        format!("content can't be set aside in {}: {error}; TMPDIR names another folder", folder.display()),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Bytes of which no two blocks are alike.
    fn bytes(from: u32, length: usize) -> Vec<u8> {
        (from..).flat_map(u32::to_le_bytes).take(length).collect()
    }

    fn whole(aside: &Aside) -> Vec<u8> {
        let (mut all, mut piece) = (Vec::new(), vec![0; 100_000]);
        loop {
            let read = aside.read(all.len() as u64, &mut piece).unwrap();
            if read == 0 {
                return all;
            }
            all.extend_from_slice(&piece[..read]);
        }
    }

    #[test]
    fn contents_set_aside_together_come_back_each_whole() {
        let stash = Arc::<Stash>::default();
        let [mut one, mut two] = [(); 2].map(|()| Aside::new(stash.clone()).unwrap());
        let [first, second] = [(0, 700_001), (1 << 20, 2 * BLOCK as usize)].map(|(from, length)| bytes(from, length));
        let mut pieces = first.chunks(65_537).zip(second.chunks(65_536)).collect::<Vec<_>>().into_iter();
        pieces.try_for_each(|(a, b)| one.write(a).and_then(|()| two.write(b))).unwrap();
        first.chunks(65_537).skip(8).try_for_each(|rest| one.write(rest)).unwrap();
        assert!(whole(&one) == first, "{} bytes of {}", one.length, first.len());
        assert!(whole(&two) == second, "{} bytes of {}", two.length, second.len());
    }

    #[test]
    fn blocks_are_used_again_and_the_disk_is_given_back() {
        let stash = Arc::<Stash>::default();
        let set_aside = |length| {
            let mut aside = Aside::new(stash.clone()).unwrap();
            aside.write(&bytes(7, length)).map(|()| aside).unwrap()
        };
        let (kept, gone) = (set_aside(1), set_aside(3 * BLOCK as usize));
        drop(gone);
        let again = set_aside(2 * BLOCK as usize + 1);
        assert_eq!(stash.lock().count, 4, "three of them twice");
        drop((kept, again));
        assert_eq!(stash.file().unwrap().metadata().unwrap().len(), 0);
        assert_eq!(stash.lock().count, 0);
    }

    #[test]
    fn a_folder_that_takes_no_file_is_an_error() {
        let missing = Path::new("/nowhere/at/all");
        assert_eq!(unnamed(missing).map(drop).unwrap_err().kind(), ErrorKind::NotFound);
    }

    #[test]
    fn memory_is_for_all_and_comes_back() {
        let stash = Arc::<Stash>::default();
        let [mut one, mut two] = [(); 2].map(|()| Room::new(stash.clone()));
        assert!(one.take(MEMORY - 5) && !two.take(6) && two.take(5));
        drop(one);
        assert!(two.take(MEMORY - 5));
        two.clear();
        assert_eq!(stash.memory.load(Relaxed), 0);
    }
}
