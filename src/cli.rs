//! The command line: what can be typed, and what it means word by word. Knows nothing of how it is carried out.

mod crawl;
mod fetching;
mod manner;
mod network;
mod output;
mod race;
mod replay;
mod request;
mod retry;
mod screen;
mod site;
mod targets;
mod way;

pub use crawl::{CrawlArgs, Exploring, Level, Rate, ScopeArg};
pub use fetching::Fetching;
pub use manner::{EngineArg, Manner, OrderArg, TraceArg, UntilArg};
pub use network::{NetworkArgs, PROXY};
pub use output::{Format, Output};
pub use race::RaceArgs;
pub use replay::ReplayArgs;
pub use request::{RequestArgs, Secret, USER};
pub use retry::RetryArgs;
pub use screen::{OnHangup, Screen, ThemeArg, When};
pub use site::{FaultsArg, Latency, Site};
pub use targets::Targets;
pub use way::WayArgs;

use clap::builder::Resettable;
use clap::error::{Error, ErrorKind};
use clap::parser::ValueSource;
use clap::{ArgMatches, Args, CommandFactory, FromArgMatches, Parser, Subcommand};
use std::ffi::{OsStr, OsString};
use std::path::PathBuf;
use std::time::Duration;

/// What the variables begin with that set options.
const SETTING: &str = "CRAWLTOP_";

const EXAMPLES: &str = "\
Examples:
  crawltop demo                                          watch a built-in site being crawled
  crawltop https://example.com                           follow its links; what is broken, and where
  crawltop fetch 'https://example.com/goods/[0-19]/'     twenty pages at once, and the last time
  crawltop fetch -i urls.txt --format jsonl > out.jsonl  a JSON object a result, as completed
  sort -u urls.txt | crawltop fetch -i - -q              tell only what is not ok
  crawltop replay run.jsonl.gz                           watch a run again that --record has written
  crawltop lab --latency 100ms --faults none             serve the built-in site for other clients
  crawltop explain wait                                  what a word of the screen means";

const CRAWL_EXAMPLES: &str = "\
Examples:
  crawltop crawl https://example.com                    the whole site, as a good guest
  crawltop crawl -l 2 --external https://example.com    two links deep; do links that lead out work
  crawltop crawl -f -o report.md https://example.com    a report; exit code 1 where links are broken
  crawltop crawl --format jsonl :8080 > pages.jsonl     a JSON object a page, from localhost
  crawltop crawl -w 1s --max-pages 500 example.com      a second between two requests, 500 pages";

/// htop for crawls: every request in flight, in which phase, and why.
#[derive(Debug, Parser)]
#[command(name = "crawltop", version, before_help = EXAMPLES, max_term_width = 100, disable_help_subcommand = true)]
pub struct Cli {
    #[command(subcommand)]
    pub verb: Verb,
}

// Only the verb that is typed has its options made.
#[derive(Debug, Subcommand)]
#[command(defer = true)]
pub enum Verb {
    /// Fetch these URLs and no others
    #[command(before_help = EXAMPLES)]
    Fetch(FetchArgs),
    /// Follow the links of these sites, and tell what is broken, what is slow, and where each bad link stands
    #[command(before_help = CRAWL_EXAMPLES)]
    Crawl(CrawlArgs),
    /// Fetch the same URLs by one after another, by threads and by tasks, and compare
    Race(RaceArgs),
    /// Crawl a built-in site and watch; the first thing to run
    Demo(DemoArgs),
    /// Serve the built-in site, for curl, for other crawlers, for lessons
    Lab(LabArgs),
    /// Watch a recorded run again: pause, step, seek, at any speed; or tell its results
    #[command(before_help = replay::EXAMPLES)]
    Replay(ReplayArgs),
    /// Tell what a word of the screen, the event log or a result means, and what it is in asyncio
    Explain(ExplainArgs),
}

#[derive(Debug, Args)]
pub struct FetchArgs {
    #[command(flatten)]
    pub targets: Targets,
    /// Requests in a second at most, or in a minute with /m
    #[arg(long, value_name = "N[/s|/m]", value_parser = crawl::rate, help_heading = "Fetching", env = "CRAWLTOP_RATE")]
    pub rate: Option<Rate>,
    /// A connection a request, as a race wants it
    #[arg(long, hide = true)]
    pub fresh: bool,
    #[command(flatten)]
    pub running: Running,
}

#[derive(Debug, Args)]
pub struct DemoArgs {
    /// Port of the site [default: a free one]
    #[arg(long, value_name = "N", env = "CRAWLTOP_PORT")]
    pub port: Option<u16>,
    #[command(flatten)]
    pub site: Site,
    #[command(flatten)]
    pub exploring: Exploring,
    #[command(flatten)]
    pub running: Running,
}

// What every run that fetches is told, whatever its targets are. No doc comment: clap would tell it as what the verb does.
#[derive(Debug, Args)]
pub struct Running {
    #[command(flatten)]
    pub manner: Manner,
    #[command(flatten)]
    pub fetching: Fetching,
    #[command(flatten)]
    pub output: Output,
    #[command(flatten)]
    pub screen: Screen,
}

#[derive(Debug, Args)]
pub struct LabArgs {
    /// Port of the site; 0 for a free one
    #[arg(long, value_name = "N", default_value_t = 8080, env = "CRAWLTOP_PORT")]
    pub port: u16,
    #[command(flatten)]
    pub site: Site,
}

#[derive(Debug, Args)]
pub struct ExplainArgs {
    /// A column, phase, event, callback, outcome, failure kind or figure; its beginning is enough, and without it all
    /// words are listed
    #[arg(value_name = "WORD")]
    pub words: Vec<String>,
}

impl Cli {
    /// # Errors
    /// What the words say where they can't be understood, or say nothing together; help and version too.
    pub fn of_words<W: Into<OsString> + Clone>(words: impl IntoIterator<Item = W>) -> Result<Cli, Error> {
        let mut command = with_settings(Cli::command());
        let words = with_verb(words.into_iter().map(Into::into).collect(), &command);
        let given = command.try_get_matches_from_mut(words)?;
        if let Some(words) = given.subcommand().and_then(|(_, given)| contradiction(given).or_else(|| unwritten(given)))
        {
            return Err(command.error(ErrorKind::ArgumentConflict, words));
        }
        if given.subcommand().is_some_and(|(verb, given)| verb == "race" && is_typed("slow", given)) {
            return Err(command.error(ErrorKind::ArgumentConflict, IDLE_SLOW));
        }
        Cli::from_arg_matches(&given)
    }
}

/// A variable without a word says nothing: with it, an option has the value that it has without the variable.
fn with_settings(mut command: clap::Command) -> clap::Command {
    let is_empty = |name: &OsStr| name != PROXY && std::env::var_os(name).is_some_and(|value| value.is_empty());
    let of_this = |name: &OsStr| name.to_str().is_some_and(|name| name.starts_with(SETTING));
    if !std::env::vars_os().any(|(name, _)| of_this(&name) && is_empty(&name)) {
        return command;
    }
    // Only so have the verbs their options before one of them is read.
    command.build();
    for verb in command.get_subcommands_mut() {
        *verb = std::mem::take(verb).mut_args(|option| match option.get_env().is_some_and(is_empty) {
            true => option.env(Resettable::Reset),
            false => option,
        });
    }
    command
}

/// A first word that is a URL and no verb means `crawl`.
fn with_verb(mut words: Vec<OsString>, command: &clap::Command) -> Vec<OsString> {
    let first = words.get(1).and_then(|word| word.to_str()).unwrap_or_default();
    let is_verb = command.get_subcommands().any(|verb| verb.get_name() == first);
    let is_url = first.contains(['.', ':', '/']) || first == "localhost";
    if !is_verb && is_url && !first.starts_with('-') {
        words.insert(1, "crawl".into());
    }
    words
}

const IDLE_SLOW: &str = "a race shows its runs and not their requests, so that --slow would mark none
tip: leave it out; crawltop fetch and crawltop crawl mark slow requests";

/// What is wrong where a format was typed, and a file for the results whose extension tells another one. What comes from
/// the environment gives way; with `-o -`, the format is that of standard output.
fn contradiction(given: &ArgMatches) -> Option<String> {
    if !is_typed("format", given) || !is_typed("output", given) {
        return None;
    }
    let format = *given.get_one::<Format>("format")?;
    let files: Vec<&PathBuf> = given.get_many("output")?.collect();
    if files.iter().any(|file| file.as_os_str() == "-") {
        return None;
    }
    let other = |file: &PathBuf| Some((file.clone(), Format::of(file).filter(|told| *told != format)?));
    let (file, told) = files.into_iter().find_map(other)?;
    let (name, told, file) = (format.name(), told.name(), file.display());
    Some(format!(
        "--format {name} says one thing, and -o {file} another: its extension is that of {told}
tip: leave --format out, or give the file another extension or none; with -o - too, --format is that of standard output"
    ))
}

/// What is wrong where no format is given, and a file for the results has the extension of one that nobody writes: text
/// in a table's or a tool's file would be taken for something else.
fn unwritten(given: &ArgMatches) -> Option<String> {
    if given.try_get_one::<Format>("format").ok()?.is_some() {
        return None;
    }
    let mut files = given.try_get_many::<PathBuf>("output").ok()??;
    let (file, extension) = files.find_map(|file| Some((file.display(), Format::unwritten(file)?)))?;
    Some(format!(
        "-o {file} can't be written as {extension}: there is no such format
tip: .jsonl, .md and .txt tell one; with --format, the file may be called anything"
    ))
}

/// Whether the option is one of the words. What comes from the environment is for other runs, too.
fn is_typed(name: &str, given: &ArgMatches) -> bool {
    let known = given.try_contains_id(name).unwrap_or(false);
    known && given.value_source(name) == Some(ValueSource::CommandLine)
}

/// A duration as humantime reads it; a bare number is seconds.
fn duration(text: &str) -> Result<Duration, String> {
    let bare = text.trim().parse::<f64>().ok().filter(|seconds| seconds.is_finite() && *seconds >= 0.0);
    match bare {
        Some(seconds) => Duration::try_from_secs_f64(seconds)
            .map_err(|_| "longer than can be counted; 0 is no limit, where there may be none".to_owned()),
        None => {
            humantime::parse_duration(text).map_err(|_| "not a length of time; write 250ms, 3s or 1m 30s".to_owned())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_definition_holds_together() {
        Cli::command().debug_assert();
    }

    #[test]
    fn durations_are_humantimes_and_a_bare_number_is_seconds() {
        let cases = [("90", 90_000), ("0.25", 250), ("250ms", 250), ("1m 30s", 90_000), ("0", 0)];
        for (text, ms) in cases {
            assert_eq!(duration(text), Ok(Duration::from_millis(ms)), "{text}");
        }
        for text in ["", "soon", "-1", "inf", "NaN", "1e300"] {
            assert!(duration(text).is_err(), "{text}");
        }
    }
}
