//! A file of results that is packed (gzip, RFC 1952) as it is written. Knows nothing of what is written, nor of its place.

use super::{Out, OutFile};
use flate2::Compression;
use flate2::write::GzEncoder;
use std::io::{self, Write};

pub struct Packed {
    /// Until there is something to pack: what is refused meanwhile leaves nothing behind.
    unused: Option<OutFile>,
    packed: Option<GzEncoder<OutFile>>,
}

impl Packed {
    pub fn new(out: OutFile) -> Packed {
        Packed { unused: Some(out), packed: None }
    }

    fn begun(&mut self) -> io::Result<&mut GzEncoder<OutFile>> {
        if let Some(out) = self.unused.take() {
            self.packed = Some(GzEncoder::new(out, Compression::default()));
        }
        self.packed.as_mut().ok_or_else(|| io::ErrorKind::NotConnected.into())
    }
}

impl Write for Packed {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.begun()?.write(bytes)
    }

    /// Each flush costs some of the packing, and nobody reads a file before it has its place.
    fn flush(&mut self) -> io::Result<()> {
        match &mut self.packed {
            Some(packed) if packed.get_ref().is_in_place() => packed.flush(),
            _ => Ok(()),
        }
    }
}

impl Out for Packed {
    fn finish(&mut self) -> io::Result<()> {
        let packed = self.begun()?;
        packed.try_finish()?;
        packed.get_mut().finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::read::GzDecoder;
    use std::fs::{self, File};
    use std::io::Read as _;

    #[test]
    fn it_is_whole_at_its_end_also_where_nothing_was_written() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.txt.gz");
        for lines in [&["a line\n", "another\n"][..], &[]] {
            let mut out = Packed::new(OutFile::create(&path).unwrap());
            for line in lines {
                out.write_all(line.as_bytes()).unwrap();
                out.flush().unwrap();
            }
            out.finish().unwrap();
            let mut text = String::new();
            GzDecoder::new(File::open(&path).unwrap()).read_to_string(&mut text).unwrap();
            assert_eq!(text, lines.concat());
        }
    }

    #[test]
    fn what_was_never_begun_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        drop(Packed::new(OutFile::create(&folder.path().join("x.txt.gz")).unwrap()));
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}
