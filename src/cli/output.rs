//! The words about what is told: in which format, where, and how much of it.

use clap::{Args, ValueEnum};
use std::path::{Path, PathBuf};

#[derive(Debug, Args)]
#[command(next_help_heading = "Output")]
pub struct Output {
    /// How results are told on standard output, and in files whose extension does not say [default: text]
    #[arg(long, value_name = "FORMAT", env = "CRAWLTOP_FORMAT")]
    pub format: Option<Format>,
    /// Put results into FILE, in the format of its extension (.jsonl, .md, .txt) or else of --format, packed where its
    /// name ends in .gz; or on standard output with -; may be given again
    #[arg(short, long, value_name = "FILE", env = "CRAWLTOP_OUTPUT")]
    pub output: Vec<PathBuf>,
    /// Record the run in FILE as it happens, packed where its name ends in .gz; `crawltop replay FILE` plays it again
    #[arg(long, value_name = "FILE", env = "CRAWLTOP_RECORD")]
    pub record: Option<PathBuf>,
    /// Tell the SHA-256 of each content
    #[arg(long)]
    pub hash: bool,
    /// Print each content after its line
    #[arg(long)]
    pub body: bool,
    /// Tell only what is not ok
    #[arg(short, long)]
    pub quiet: bool,
    /// Tell phases, steps and callbacks too
    #[arg(short, long, conflicts_with = "quiet")]
    pub verbose: bool,
    /// Exit with 1 where anything was broken or failed; in a crawl also for malformed links, and with --check-fragments for
    /// missing parts
    #[arg(short, long)]
    pub fail: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    Text,
    Jsonl,
    /// One document at the end, in tables
    Markdown,
    /// A journal: every event, for a program that applies them
    #[value(hide = true)]
    Events,
}

/// The extensions that tell a format, in any case.
const EXTENSIONS: [(&str, Format); 7] = [
    ("jsonl", Format::Jsonl),
    ("ndjson", Format::Jsonl),
    ("md", Format::Markdown),
    ("markdown", Format::Markdown),
    ("txt", Format::Text),
    ("log", Format::Text),
    ("text", Format::Text),
];

/// Extensions whose readers would not understand lines of text.
const UNWRITTEN: [&str; 5] = ["csv", "har", "html", "json", "xml"];

impl Format {
    /// That of a file with this name, if its extension tells one.
    pub fn of(file: &Path) -> Option<Format> {
        let extension = extension(file)?;
        EXTENSIONS.into_iter().find(|(known, _)| known.eq_ignore_ascii_case(extension)).map(|(_, format)| format)
    }

    /// The extension of a file that is another program's format, which no results are written in.
    pub(super) fn unwritten(file: &Path) -> Option<&str> {
        let extension = extension(file)?;
        UNWRITTEN.iter().any(|known| known.eq_ignore_ascii_case(extension)).then_some(extension)
    }

    /// As it is typed.
    pub(super) fn name(self) -> String {
        self.to_possible_value().map_or_else(String::new, |value| value.get_name().to_owned())
    }
}

/// The extension that tells a format: of a packed file, the one before `.gz`.
fn extension(file: &Path) -> Option<&str> {
    let extension = file.extension()?.to_str()?;
    if extension.eq_ignore_ascii_case("gz") {
        Path::new(file.file_stem()?).extension()?.to_str()
    } else {
        Some(extension)
    }
}
