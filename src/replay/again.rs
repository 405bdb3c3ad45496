//! Where lines of a recording are read a second time: in its own file; those of a pipe and of packed text in a file
//! without a name, which holds only what memory does not.

use super::source::Source;
use crate::event::Event;
use crate::journal::Reader;
use crate::tape::{Place, Store};
use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::{FileExt as _, OpenOptionsExt as _};
use std::sync::{Mutex, OnceLock, PoisonError};

pub struct Again {
    /// The first line, without which nothing behind it is read.
    header: OnceLock<Vec<u8>>,
    lines: Lines,
}

enum Lines {
    Own(File),
    Copied(Mutex<Option<Copied>>),
}

struct Copied {
    file: File,
    end: u64,
}

impl Again {
    /// # Errors
    /// Where its file has no second description.
    pub fn of(source: &Source) -> io::Result<Again> {
        let lines = match &source.file {
            Some(file) => Lines::Own(file.try_clone()?),
            None => Lines::Copied(Mutex::default()),
        };
        Ok(Again { header: OnceLock::new(), lines })
    }

    pub fn begin_with(&self, header: &[u8]) {
        self.header.get_or_init(|| header.to_vec());
    }

    /// Where these lines, which begin at `offset`, will be found.
    ///
    /// # Errors
    /// Where a copy is needed and can't be made.
    pub fn keep(&self, offset: u64, text: &[u8]) -> io::Result<Place> {
        let length = text.len();
        let Lines::Copied(copied) = &self.lines else { return Ok(Place { offset, length }) };
        let mut copied = copied.lock().unwrap_or_else(PoisonError::into_inner);
        let copied = match &mut *copied {
            Some(copied) => copied,
            none => none.insert(Copied { file: nameless()?, end: 0 }),
        };
        let offset = copied.end;
        copied.file.write_all_at(text, offset)?;
        copied.end += length as u64;
        Ok(Place { offset, length })
    }

    fn text(&self, place: Place) -> io::Result<Vec<u8>> {
        let mut text = vec![0; place.length];
        match &self.lines {
            Lines::Own(file) => file.read_exact_at(&mut text, place.offset)?,
            Lines::Copied(copied) => {
                let copied = copied.lock().unwrap_or_else(PoisonError::into_inner);
                let file = copied.as_ref().map(|copied| &copied.file).ok_or(io::ErrorKind::NotFound)?;
                file.read_exact_at(&mut text, place.offset)?;
            }
        }
        Ok(text)
    }
}

impl Store for Again {
    fn read(&self, place: Place) -> io::Result<Vec<Event>> {
        let (mut reader, mut events) = (Reader::default(), Vec::new());
        let (header, text) = (self.header.get().map(Vec::as_slice).unwrap_or_default(), self.text(place)?);
        reader.receive(header, &mut events).map_err(io::Error::other)?;
        reader.receive(&text, &mut events).map_err(io::Error::other)?;
        Ok(events)
    }
}

/// A file that only this process can read, and that is gone when it ends.
fn nameless() -> io::Result<File> {
    let name = std::env::temp_dir().join(format!("crawltop-replay-{}", std::process::id()));
    let file = OpenOptions::new().read(true).write(true).create_new(true).mode(0o600).open(&name)?;
    std::fs::remove_file(&name)?;
    Ok(file)
}
