//! Where a recording goes: a file or a FIFO, packed or not. Knows nothing of lines.

use crate::clock::At;
use flate2::Compression;
use flate2::write::GzEncoder;
use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::FileTypeExt as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How much of a run a packed file may lack at most after a crash. Each flush costs some of the packing.
const FLUSHED: Duration = Duration::from_secs(1);

/// A file that may have to be opened yet.
pub(super) struct File {
    place: Place,
    packed: bool,
}

enum Place {
    /// To open it waits for a reader.
    Fifo(PathBuf),
    Open(Box<dyn Write + Send>),
}

/// A file that is written.
pub(super) enum Open {
    Plain(Counted),
    /// And when it was flushed last.
    Packed(Box<GzEncoder<Counted>>, At),
    /// Packed, and whole as it is: what comes next begins another part, which can be unpacked with this one or alone.
    Rests(Counted),
}

/// Bytes on their way into a file, counted.
pub(super) struct Counted {
    out: Box<dyn Write + Send>,
    bytes: u64,
}

impl Write for Counted {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let taken = self.out.write(bytes)?;
        self.bytes += taken as u64;
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

impl File {
    pub fn create(path: &Path) -> io::Result<File> {
        let packed = path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("gz"));
        let is_fifo = fs::metadata(path).is_ok_and(|file| file.file_type().is_fifo());
        let place = if is_fifo { Place::Fifo(path.to_owned()) } else { Place::Open(Box::new(fs::File::create(path)?)) };
        Ok(File { place, packed })
    }

    #[cfg(test)]
    pub fn of(out: impl Write + Send + 'static, packed: bool) -> File {
        File { place: Place::Open(Box::new(out)), packed }
    }

    /// Waits for the reader of a FIFO.
    pub fn open(self) -> io::Result<Open> {
        let out = match self.place {
            Place::Open(out) => out,
            Place::Fifo(path) => Box::new(OpenOptions::new().write(true).open(path)?),
        };
        let out = Counted { out, bytes: 0 };
        Ok(if self.packed { Open::packed(out) } else { Open::Plain(out) })
    }
}

impl Open {
    fn packed(out: Counted) -> Open {
        // A run makes more than a megabyte a second: the quickest way is packed well enough.
        Open::Packed(Box::new(GzEncoder::new(out, Compression::fast())), At(0))
    }

    pub fn write(mut self, bytes: &[u8]) -> io::Result<Open> {
        match &mut self {
            Open::Plain(out) => out.write_all(bytes)?,
            Open::Packed(out, _) => out.write_all(bytes)?,
            Open::Rests(_) => return self.begun().write(bytes),
        }
        Ok(self)
    }

    fn begun(self) -> Open {
        if let Open::Rests(out) = self { Open::packed(out) } else { self }
    }

    /// Makes readable what was written so far; of a packed file, what is older than [`FLUSHED`].
    pub fn flush(&mut self, now: At) -> io::Result<()> {
        match self {
            Open::Plain(out) | Open::Rests(out) => out.flush(),
            Open::Packed(_, flushed) if now - *flushed < FLUSHED => Ok(()),
            Open::Packed(out, flushed) => {
                *flushed = now;
                out.flush()
            }
        }
    }

    /// Perhaps nothing more comes: what was written is whole.
    pub fn rest(self) -> io::Result<Open> {
        let mut whole = match self {
            Open::Packed(out, _) => Open::Rests(out.finish()?),
            plain => plain,
        };
        whole.flush(At(0))?;
        Ok(whole)
    }

    /// Bytes that went into the file.
    pub fn size(&self) -> u64 {
        match self {
            Open::Plain(out) | Open::Rests(out) => out.bytes,
            Open::Packed(out, _) => out.get_ref().bytes,
        }
    }

    /// Nothing more comes.
    pub fn finish(self) -> io::Result<()> {
        self.rest().map(drop)
    }
}
