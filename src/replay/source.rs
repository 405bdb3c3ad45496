//! The bytes of a recording, unpacked where it is packed: that is told by how it begins, not by its name. Knows nothing
//! of what they say.

use super::packed::Packed;
use std::fs::File;
use std::io::{self, Cursor, Read};
use std::os::fd::AsFd;
use std::path::Path;

/// What gzip begins with.
const MAGIC: [u8; 2] = [0x1f, 0x8b];

pub struct Source {
    pub bytes: Box<dyn Read + Send>,
    /// Packed text that ends in its middle says so, and not by an end of file.
    pub packed: bool,
    /// The same bytes, where each can be read at its place.
    pub file: Option<File>,
}

impl Source {
    /// # Errors
    /// Where it can't be opened, or not even its beginning can be read.
    pub fn open(name: &Path) -> io::Result<Source> {
        let file = if name == Path::new("-") {
            // Standard input becomes the terminal's, once a dashboard takes its keys.
            File::from(io::stdin().as_fd().try_clone_to_owned()?)
        } else {
            File::open(name)?
        };
        let metadata = file.metadata()?;
        if metadata.is_dir() {
            return Err(io::ErrorKind::IsADirectory.into());
        }
        let again = if metadata.is_file() && name != Path::new("-") { Some(file.try_clone()?) } else { None };
        Source::of(file, again)
    }

    pub(super) fn of(mut bytes: impl Read + Send + 'static, file: Option<File>) -> io::Result<Source> {
        let mut begin = Vec::new();
        bytes.by_ref().take(MAGIC.len() as u64).read_to_end(&mut begin)?;
        let packed = begin == MAGIC;
        let whole = Cursor::new(begin).chain(bytes);
        if packed {
            return Ok(Source { bytes: Box::new(Packed::new(whole)), packed, file: None });
        }
        Ok(Source { bytes: Box::new(whole), packed, file })
    }
}
