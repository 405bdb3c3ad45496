//! A file that is written beside its place and takes it at the end, so that whoever reads it finds the old content or
//! all of the new. Knows nothing of what is written.

use super::Out;
use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::os::unix::fs::{MetadataExt as _, fchown};
use std::path::{Path, PathBuf};

/// Names that are followed from one to the next at most, as by the system.
const LINKS: u32 = 40;
/// Names beside the target that are tried.
const NAMES: u32 = 16;
/// Bytes of a target's name that go into that of the file beside it.
const NAME_BYTES: usize = 200;
/// What has names here is open already, or a device, and is never replaced.
const DEVICES: [&str; 2] = ["/dev", "/proc"];

pub struct OutFile {
    file: File,
    /// Where it is until its end, and where it goes then; devices, pipes and the like are written where they are.
    beside: Option<Beside>,
}

struct Beside {
    path: PathBuf,
    target: PathBuf,
    is_empty: bool,
}

impl OutFile {
    /// # Errors
    /// Where the file, or one beside it, can't be made or written.
    pub fn create(path: &Path) -> io::Result<OutFile> {
        let Some(target) = regular(path)? else {
            return File::create(path).map(|file| OutFile { file, beside: None });
        };
        let old = match fs::metadata(&target) {
            // What may not be written may not be replaced either.
            Ok(old) => OpenOptions::new().write(true).open(&target).map(|_| Some(old))?,
            Err(error) if error.kind() == ErrorKind::NotFound => None,
            Err(error) => return Err(error),
        };
        let (file, path) = beside(&target)?;
        let out = OutFile { file, beside: Some(Beside { path, target, is_empty: true }) };
        old.map_or(Ok(()), |old| take_after(&out.file, &old))?;
        Ok(out)
    }

    /// Whether what is written is at once where its reader looks for it.
    pub(super) fn is_in_place(&self) -> bool {
        self.beside.is_none()
    }
}

/// The path of a regular file, there or not, behind all links; `None`, where it is anything else.
///
/// # Errors
/// Where a folder on the way can't be looked into.
pub fn regular(path: &Path) -> io::Result<Option<PathBuf>> {
    let mut path = path.to_owned();
    for _ in 0..LINKS {
        if DEVICES.iter().any(|folder| path.starts_with(folder)) {
            return Ok(None);
        }
        match fs::symlink_metadata(&path) {
            Ok(found) if found.is_symlink() => path = parent(&path).join(fs::read_link(&path)?),
            Ok(found) => return Ok(found.is_file().then_some(path)),
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Some(path)),
            Err(error) => return Err(error),
        }
    }
    // The system says it in its own words.
    Ok(None)
}

fn parent(path: &Path) -> &Path {
    path.parent().filter(|parent| *parent != Path::new("")).unwrap_or(Path::new("."))
}

/// A new file in the folder of `target`, hidden there.
fn beside(target: &Path) -> io::Result<(File, PathBuf)> {
    let name = target.file_name().unwrap_or_default().to_string_lossy();
    let name = if name.len() <= NAME_BYTES { &*name } else { "crawltop" };
    let mut last = ErrorKind::AlreadyExists.into();
    for _ in 0..NAMES {
        let path = parent(target).join(format!(".{name}.{:08x}.part", fastrand::u32(..)));
        match OpenOptions::new().write(true).create_new(true).open(&path) {
            Ok(file) => return Ok((file, path)),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => last = error,
            Err(error) => {
                return Err(io::Error::new(error.kind(), format!("no file can be made in its folder: {error}")));
            }
        }
    }
    Err(last)
}

/// Whoever could read and write the old file can read and write the new one.
fn take_after(file: &File, old: &Metadata) -> io::Result<()> {
    let new = file.metadata()?;
    if (new.uid(), new.gid()) != (old.uid(), old.gid()) {
        // Only root may give files away; for everybody else it is a file of their own then.
        let _ = fchown(file, Some(old.uid()), Some(old.gid()));
    }
    file.set_permissions(old.permissions())
}

impl Write for OutFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let Some(beside) = &mut self.beside else { return self.file.write(bytes) };
        match self.file.write(bytes) {
            Ok(written) => {
                beside.is_empty &= written == 0;
                Ok(written)
            }
            Err(error) if error.kind() != ErrorKind::Interrupted && !beside.is_empty => {
                let words = format!("{error}; what came before is in {}", beside.path.display());
                Err(io::Error::new(error.kind(), words))
            }
            Err(error) => Err(error),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl Out for OutFile {
    fn finish(&mut self) -> io::Result<()> {
        let Some(beside) = &mut self.beside else { return Ok(()) };
        let kept = self.file.sync_all().and_then(|()| fs::rename(&beside.path, &beside.target));
        kept.map_err(|error| {
            io::Error::new(error.kind(), format!("{error}; what was written is in {}", beside.path.display()))
        })?;
        self.beside = None;
        Ok(())
    }
}

impl Drop for OutFile {
    /// What has not taken its place stays where it is, unless there is nothing in it.
    fn drop(&mut self) {
        if let Some(beside) = self.beside.as_ref().filter(|beside| beside.is_empty) {
            let _ = fs::remove_file(&beside.path);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::{PermissionsExt as _, symlink};

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<_> =
            fs::read_dir(folder).unwrap().map(|it| it.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn the_old_content_stands_until_the_new_one_is_whole() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.jsonl");
        fs::write(&path, "old").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        let mut out = OutFile::create(&path).unwrap();
        out.write_all(b"new").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"old");
        out.finish().unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"new");
        assert_eq!(fs::metadata(&path).unwrap().mode() & 0o777, 0o640);
        assert_eq!(names(folder.path()), ["x.jsonl"]);
    }

    #[test]
    fn a_link_stays_one_wherever_it_leads_and_whether_its_end_is_there() {
        let folder = tempfile::tempdir().unwrap();
        let inside = |name: &str| folder.path().join(name);
        fs::create_dir(inside("far")).unwrap();
        symlink("near", inside("link")).unwrap();
        symlink("far/file", inside("near")).unwrap();
        for content in ["first", "second"] {
            let mut out = OutFile::create(&inside("link")).unwrap();
            out.write_all(content.as_bytes()).unwrap();
            out.finish().unwrap();
            assert_eq!(fs::read_to_string(inside("far/file")).unwrap(), content);
        }
        assert!([inside("link"), inside("near")].iter().all(|link| fs::symlink_metadata(link).unwrap().is_symlink()));
        assert_eq!((names(folder.path()).len(), names(&inside("far")).len()), (3, 1));
    }

    #[test]
    fn what_did_not_end_leaves_the_old_file_and_nothing_empty() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.txt");
        drop(OutFile::create(&path).unwrap());
        assert_eq!(names(folder.path()), Vec::<String>::new());
        let mut out = OutFile::create(&path).unwrap();
        out.write_all(b"a line").unwrap();
        drop(out);
        assert!(matches!(&names(folder.path())[..], [part] if part.starts_with(".x.txt.")));
    }

    #[test]
    fn what_is_no_regular_file_is_written_where_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let link = folder.path().join("null");
        symlink("/dev/null", &link).unwrap();
        for path in [Path::new("/dev/null"), Path::new("/dev/stdout"), &link] {
            assert!(regular(path).unwrap().is_none(), "{}", path.display());
        }
        symlink("loop", folder.path().join("loop")).unwrap();
        assert!(OutFile::create(&folder.path().join("loop")).is_err());
        assert!(OutFile::create(folder.path()).is_err());
        assert!(OutFile::create(&folder.path().join("missing/x.txt")).is_err());
    }
}
