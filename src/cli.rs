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
use clap::error::{ContextKind, ContextValue, Error, ErrorKind};
use clap::parser::ValueSource;
use clap::{ArgMatches, Args, CommandFactory, FromArgMatches, Parser, Subcommand};
use std::ffi::{OsStr, OsString};
use std::path::PathBuf;
use std::time::Duration;

/// What the variables begin with that set options.
const SETTING: &str = "CRAWLTOP_";

/// As wide as a terminal is at least.
const EXAMPLES: &str = "\
Examples:
  crawltop demo                                 a built-in site, being crawled
  crawltop https://example.com                  what is broken there, and where
  crawltop fetch 'https://example.com/p/[0-9]'  ten pages at once
  crawltop fetch -i urls.txt -o results.jsonl   a JSON object a result
  sort -u urls.txt | crawltop fetch -i - -q     only what is not ok
  crawltop replay run.jsonl.gz                  what --record has written
  crawltop lab --latency 100ms --faults none    the site, for other clients
  crawltop explain wait                         what a word means";

const CRAWL_EXAMPLES: &str = "\
Examples:
  crawltop crawl https://example.com         the whole site, as a good guest
  crawltop crawl -l 2 --external a.example   two links deep, and links out
  crawltop crawl -f -o report.md a.example   a report; exit code 1 on findings
  crawltop crawl --format jsonl :8080        a JSON object a page
  crawltop crawl -w 1s --max-pages 9 :8080   a second between two requests";

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
        let words: Vec<OsString> = words.into_iter().map(Into::into).collect();
        let mut command = with_settings(Cli::command(), &words);
        let words = with_verb(words, &command);
        let given = command.try_get_matches_from_mut(&words).map_err(|error| with_variable(error, &command, &words))?;
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

/// A variable without a word says nothing: with it, an option has the value that it has without the variable. Help names
/// each, and the value of those that have one.
fn with_settings(mut command: clap::Command, words: &[OsString]) -> clap::Command {
    let is_empty = |name: &OsStr| name != PROXY && std::env::var_os(name).is_some_and(|value| value.is_empty());
    let of_this = |name: &OsStr| name.to_str().is_some_and(|name| name.starts_with(SETTING));
    let helps = words.iter().take_while(|word| *word != "--").any(|word| word == "-h" || word == "--help");
    if !helps && !std::env::vars_os().any(|(name, _)| of_this(&name) && is_empty(&name)) {
        return command;
    }
    // Only so have the verbs their options before one of them is read.
    command.build();
    for verb in command.get_subcommands_mut() {
        *verb = std::mem::take(verb).mut_args(|option| match option.get_env() {
            Some(name) if !helps && is_empty(name) => option.env(Resettable::Reset),
            Some(name) if std::env::var_os(name).is_none_or(|value| value.is_empty()) => option.hide_env_values(true),
            _ => option,
        });
    }
    command
}

/// What is wrong with the value of an option that was not typed is wrong with its variable, which is named.
fn with_variable(mut error: Error, command: &clap::Command, words: &[OsString]) -> Error {
    let Some(ContextValue::String(told)) = error.get(ContextKind::InvalidArg) else { return error };
    let name = told.trim_start_matches('-').split([' ', '=']).next().unwrap_or_default();
    let options = command.get_subcommands().flat_map(clap::Command::get_arguments);
    let option = options.into_iter().find(|option| option.get_long() == Some(name));
    let variable = option.and_then(|option| option.get_env()).and_then(OsStr::to_str).map(str::to_owned);
    let (long, short) = (format!("--{name}"), option.and_then(clap::Arg::get_short));
    let is_it = |word: &str| {
        let of_short = |short| word.starts_with('-') && !word.starts_with("--") && word.contains(short);
        word == long || word.starts_with(&format!("{long}=")) || short.is_some_and(of_short)
    };
    let typed = words.iter().filter_map(|word| word.to_str()).any(is_it);
    if let Some(variable) = variable.filter(|variable| !typed && std::env::var_os(variable).is_some()) {
        let tip = format!("that is what the variable {variable} says");
        error.insert(ContextKind::Suggested, ContextValue::StyledStrs(vec![tip.into()]));
    }
    error
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
    fn each_option_with_a_value_says_once_by_which_variable_it_is_set() {
        let mut command = Cli::command();
        command.build();
        for verb in command.get_subcommands() {
            for option in verb.get_opts().filter(|option| !option.is_hide_set() && option.get_action().takes_values()) {
                let long = option.get_long().expect("each has a long name");
                let variable = format!("{SETTING}{}", long.to_uppercase().replace('-', "_"));
                let said = option.get_env().map(|name| name.to_string_lossy().into_owned());
                let help = option.get_long_help().or(option.get_help()).map(ToString::to_string).unwrap_or_default();
                let in_words = help.contains(&format!("[env: {variable}"));
                assert!((said == Some(variable)) != in_words, "{} --{long}: {said:?}, {help}", verb.get_name());
            }
        }
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
