//! The files that a command names: none that is read is also written, and none is written twice. Knows nothing of what is
//! in them.

use super::STANDARD_OUTPUT;
use crate::config::{Config, Outputs, ReplayConfig, Usage};
use crate::net::Trust;
use crate::outbox::regular;
use rustix::fs::{FileType, fstat};
use std::ffi::OsString;
use std::fs;
use std::io;
use std::os::fd::AsFd;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

/// What a file is for, as it is told.
type Named<'a> = (&'static str, &'a Path);

/// What a file is, by whatever name: its device and number, or, where there is none yet, those of its folder and its name.
#[derive(PartialEq, Eq)]
struct Identity(u64, u64, Option<OsString>);

/// # Errors
/// A file of the run that would be written over.
pub(super) fn of_run(config: &Config) -> Result<(), Usage> {
    let roots = match &config.options.trust {
        Trust::File(path) => Some(("--cacert", &**path)),
        Trust::System | Trust::Anyone => None,
    };
    let list = config.list.as_deref().map(|path| ("-i", path));
    apart(&list.into_iter().chain(roots).collect::<Vec<_>>(), &written(&config.outputs))
}

/// # Errors
/// As [`of_run`], of a replay.
pub(super) fn of_replay(config: &ReplayConfig) -> Result<(), Usage> {
    apart(&[("replay", &config.file)], &written(&config.outputs))
}

/// # Errors
/// As [`of_run`], of a race.
pub(super) fn of_race(list: Option<&Path>, outputs: &Outputs) -> Result<(), Usage> {
    apart(&list.map(|path| ("-i", path)).into_iter().collect::<Vec<_>>(), &written(outputs))
}

fn written(outputs: &Outputs) -> Vec<Named<'_>> {
    let record = outputs.record.as_deref().map(|path| ("--record", path));
    let results = outputs.stdout.map(|_| (STANDARD_OUTPUT, Path::new("-")));
    results.into_iter().chain(outputs.files.iter().map(|(path, _)| ("-o", &**path))).chain(record).collect()
}

fn apart(read: &[Named<'_>], written: &[Named<'_>]) -> Result<(), Usage> {
    let mut known: Vec<(Named<'_>, Identity, bool)> = Vec::new();
    let all = read.iter().map(|named| (*named, true)).chain(written.iter().map(|named| (*named, false)));
    for ((what, path), is_read) in all {
        let identity = match path == Path::new("-") {
            true if is_read => redirected(io::stdin()),
            true => redirected(io::stdout()),
            false => identity(path),
        };
        let Some(identity) = identity else { continue };
        let other = known.iter().find(|(_, other, reads)| *other == identity && !(is_read && *reads));
        if let Some(((first, _), _, reads)) = other {
            return Err(clash(first, what, *reads, path));
        }
        known.push(((what, path), identity, is_read));
    }
    Ok(())
}

fn clash(first: &str, what: &str, reads: bool, path: &Path) -> Usage {
    let path = if path == Path::new("-") { "the file it goes to".to_owned() } else { path.display().to_string() };
    let words = match (reads, first == what) {
        (true, _) => format!("{what} would write over {path}, which {first} reads"),
        (false, true) => format!("two times {what} would write to {path}"),
        (false, false) => format!("{first} and {what} would both write to {path}"),
    };
    Usage::new(words, "give them a file each")
}

/// A file that the shell has opened in the place of a terminal.
fn redirected(stream: impl AsFd) -> Option<Identity> {
    let file = fstat(stream).ok()?;
    FileType::from_raw_mode(file.st_mode).is_file().then_some(Identity(file.st_dev, file.st_ino, None))
}

/// None of what is no regular file, whether or not it is there, nor of what can't be looked at: whoever opens it says why.
fn identity(path: &Path) -> Option<Identity> {
    let path = regular(path).ok()??;
    if let Ok(file) = fs::metadata(&path) {
        return Some(Identity(file.dev(), file.ino(), None));
    }
    let folder = path.parent().filter(|folder| *folder != Path::new("")).unwrap_or(Path::new("."));
    let folder = fs::metadata(folder).ok()?;
    Some(Identity(folder.dev(), folder.ino(), Some(path.file_name()?.to_owned())))
}
