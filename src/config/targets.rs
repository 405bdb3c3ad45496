//! From URLs, patterns and a list to what a run is given to fetch.

use super::Usage;
use crate::cli::Targets;
use crate::engine::Word;
use crate::target::{Glob, Target, masked, quoted};
use std::path::{Path, PathBuf};

/// Targets that patterns may make in all.
const MOST_TARGETS: u64 = 10_000_000;
/// What a run is given to fetch.
pub(super) struct Given {
    pub title: String,
    pub words: Vec<Word>,
    pub list: Option<PathBuf>,
    pub keep_going: bool,
}

impl Given {
    pub(super) fn of(targets: Targets) -> Result<Given, Usage> {
        let Targets { urls, input_file: list, keep_going, globoff } = targets;
        let words = words(&urls, globoff)?;
        Ok(Given { title: title(&urls, &words, list.as_deref()), words, list, keep_going })
    }
}

/// What is fetched, in a few words, without passwords.
fn title(urls: &[String], words: &[Word], list: Option<&Path>) -> String {
    let first = urls.first().zip(words.first()).map(|(url, word)| match word {
        Word::Target(target) => target.url().to_owned(),
        Word::Glob(_) => masked(url),
    });
    match (first, list) {
        (Some(first), None) if urls.len() == 1 => first,
        (Some(first), _) => format!("{first} and others"),
        (None, list) => list.map(list_name).unwrap_or_default(),
    }
}

fn list_name(list: &Path) -> String {
    if list == Path::new("-") { "standard input".to_owned() } else { list.display().to_string() }
}

fn words(urls: &[String], globoff: bool) -> Result<Vec<Word>, Usage> {
    let mut made = 0_u64;
    urls.iter()
        .map(|url| {
            let word = if globoff { target(url)? } else { word(url)? };
            made = made.saturating_add(count(&word));
            if made > MOST_TARGETS {
                return Err(too_many(url));
            }
            Ok(word)
        })
        .collect()
}

fn count(word: &Word) -> u64 {
    match word {
        Word::Target(_) => 1,
        Word::Glob(glob) => glob.count(),
    }
}

fn too_many(url: &str) -> Usage {
    Usage::new(
        format!("more than 10 million targets with {}", quoted(url)),
        "narrow the ranges, or give a list with -i FILE",
    )
}

fn word(url: &str) -> Result<Word, Usage> {
    let glob = Glob::parse(url).map_err(|error| Usage::new(error.to_string(), error.hint()))?;
    let first = target(&glob.word(0))?;
    Ok(if glob.count() == 1 { first } else { Word::Glob(glob) })
}

pub(super) fn target(url: &str) -> Result<Word, Usage> {
    Target::parse(url).map(Word::Target).map_err(|error| Usage::new(error.to_string(), error.hint()))
}
