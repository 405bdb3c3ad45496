//! The command line: what can be typed, and what it means word by word. Knows nothing of how it is carried out.

mod crawl;
mod network;
mod race;
mod replay;
mod request;
mod retry;
mod way;

pub use crawl::{CrawlArgs, Exploring, Level, Rate, ScopeArg};
pub use network::NetworkArgs;
pub use race::RaceArgs;
pub use replay::ReplayArgs;
pub use request::{RequestArgs, Secret};
pub use retry::RetryArgs;
pub use way::WayArgs;

use clap::error::{Error, ErrorKind};
use clap::parser::ValueSource;
use clap::{ArgMatches, Args, CommandFactory, FromArgMatches, Parser, Subcommand, ValueEnum};
use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

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
    /// URLs, bare hosts (https is tried first) or :PORT for localhost; [0-19] and {a,b} expand as in curl
    #[arg(value_name = "URL")]
    pub urls: Vec<String>,
    /// Read targets from FILE, one a line, or from standard input with -; # comments and blank lines are skipped
    #[arg(short, long, value_name = "FILE", env = "CRAWLTOP_INPUT_FILE")]
    pub input_file: Option<PathBuf>,
    /// Pass over lines of the list that are no target, instead of ending there
    #[arg(long)]
    pub keep_going: bool,
    /// Take [] and {} in URLs as they stand
    #[arg(short, long)]
    pub globoff: bool,
    /// Requests in a second at most, or in a minute with /m
    #[arg(long, value_name = "N[/s|/m]", value_parser = crawl::rate, help_heading = "Fetching", env = "CRAWLTOP_RATE")]
    pub rate: Option<Rate>,
    /// A connection a request, as a race wants it
    #[arg(long, hide = true)]
    pub fresh: bool,
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
pub struct DemoArgs {
    /// Port of the site [default: a free one]
    #[arg(long, value_name = "N", env = "CRAWLTOP_PORT")]
    pub port: Option<u16>,
    #[command(flatten)]
    pub site: Site,
    #[command(flatten)]
    pub exploring: Exploring,
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

#[derive(Debug, Args)]
#[command(next_help_heading = "Site")]
pub struct Site {
    /// The same seed makes the same site
    #[arg(long, value_name = "N", default_value_t = 7, env = "CRAWLTOP_SEED")]
    pub seed: u64,
    /// Pages, images and other files
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(..=i64::from(crate::lab::MAX_PAGES)), env = "CRAWLTOP_PAGES")]
    pub pages: Option<u32>,
    /// How long pages take to answer: DUR for all, or DUR..DUR
    #[arg(long, value_name = "DUR", value_parser = latency, env = "CRAWLTOP_LATENCY")]
    pub latency: Option<Latency>,
    /// How many pages are wrong on purpose: none, some, all [default: some]
    #[arg(long, value_name = "HOW", env = "CRAWLTOP_FAULTS")]
    pub faults: Option<FaultsArg>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum FaultsArg {
    None,
    Some,
    All,
}

/// The shortest and the longest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Latency(pub Duration, pub Duration);

/// What makes the fetches run, and when results are told.
#[derive(Debug, Args)]
#[command(next_help_heading = "Engine")]
pub struct Manner {
    /// What makes the fetches run: tasks on one loop, a pool of threads, or one after another
    #[arg(long, value_name = "ENGINE", default_value = "tasks", env = "CRAWLTOP_ENGINE")]
    pub engine: EngineArg,
    /// Threads of the pool [default: processors + 4, at most 32]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..), env = "CRAWLTOP_WORKERS")]
    pub workers: Option<u16>,
    /// Threads of the loop that runs the tasks [default: 1]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256), env = "CRAWLTOP_LOOP_THREADS")]
    pub loop_threads: Option<u16>,
    /// Tell each step of each task, its length and what woke it, in the event log
    #[arg(long, value_name = "WHAT", env = "CRAWLTOP_TRACE")]
    pub trace: Option<TraceArg>,
    /// Tell results as they complete, or in the order of the targets
    #[arg(long, value_name = "ORDER", default_value = "completed", env = "CRAWLTOP_ORDER")]
    pub order: OrderArg,
    /// End when all results are there, at the first, or at the first error
    #[arg(long, value_name = "WHEN", default_value = "all", env = "CRAWLTOP_UNTIL")]
    pub until: UntilArg,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Fetching")]
pub struct Fetching {
    /// Fetches at once
    #[arg(short, long, value_name = "N", default_value_t = 64, value_parser = clap::value_parser!(u32).range(1..), env = "CRAWLTOP_CONCURRENCY")]
    pub concurrency: u32,
    /// For name, connection and TLS together; 0 for no limit [default: 10s]
    #[arg(long, value_name = "DUR", value_parser = duration, env = "CRAWLTOP_CONNECT_TIMEOUT")]
    pub connect_timeout: Option<Duration>,
    /// Without a byte, while waiting and reading; 0 for no limit [default: 10s, demo: 3s]
    #[arg(long, value_name = "DUR", value_parser = duration, env = "CRAWLTOP_IDLE_TIMEOUT")]
    pub idle_timeout: Option<Duration>,
    /// For a whole fetch; 0 for no limit [default: 30s, demo: 6s]
    #[arg(short, long, value_name = "DUR", value_parser = duration, env = "CRAWLTOP_MAX_TIME")]
    pub max_time: Option<Duration>,
    /// For the whole run; what is in flight then is let go of
    #[arg(long, value_name = "DUR", value_parser = duration, env = "CRAWLTOP_DEADLINE")]
    pub deadline: Option<Duration>,
    /// Bytes of content at most, 0 for no limit; K, M and G are understood
    #[arg(long, value_name = "N", default_value = "32M", value_parser = size, env = "CRAWLTOP_MAX_FILESIZE")]
    pub max_filesize: u64,
    /// Name to give to servers
    #[arg(short = 'A', long, value_name = "NAME", env = "CRAWLTOP_USER_AGENT")]
    pub user_agent: Option<String>,
    /// Believe any certificate
    #[arg(short = 'k', long)]
    pub insecure: bool,
    /// Believe the certificates of this PEM file and no others
    #[arg(long, value_name = "FILE", env = "CRAWLTOP_CACERT")]
    pub cacert: Option<PathBuf>,
    #[command(flatten)]
    pub network: NetworkArgs,
    #[command(flatten)]
    pub request: RequestArgs,
    #[command(flatten)]
    pub retry: RetryArgs,
    #[command(flatten)]
    pub way: WayArgs,
}

impl Cli {
    /// # Errors
    /// What the words say where they can't be understood, or say nothing together; help and version too.
    pub fn of_words<W: Into<OsString> + Clone>(words: impl IntoIterator<Item = W>) -> Result<Cli, Error> {
        let mut command = Cli::command();
        let words = with_verb(words.into_iter().map(Into::into).collect(), &command);
        let given = command.try_get_matches_from_mut(words)?;
        if given.subcommand().is_some_and(|(_, given)| has_idle_format(given)) {
            return Err(command.error(ErrorKind::ArgumentConflict, IDLE_FORMAT));
        }
        Cli::from_arg_matches(&given)
    }
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

const IDLE_FORMAT: &str = "--format is that of standard output, and -o puts all results elsewhere
tip: a file has the format of its extension, as in x.jsonl or x.txt; add -o - for standard output too";

/// Whether a format was typed for an output that there is none of. One from the environment is for other runs, too.
fn has_idle_format(given: &ArgMatches) -> bool {
    let typed = |name| {
        let known = given.try_contains_id(name).unwrap_or(false);
        known && given.value_source(name) == Some(ValueSource::CommandLine)
    };
    let mut files = given.try_get_many::<PathBuf>("output").ok().flatten().into_iter().flatten();
    typed("format") && typed("output") && files.all(|file| file.as_os_str() != "-")
}

impl Default for Manner {
    /// As where none of its options is given.
    fn default() -> Manner {
        let (engine, order, until) = (EngineArg::Tasks, OrderArg::Completed, UntilArg::All);
        Manner { engine, workers: None, loop_threads: None, trace: None, order, until }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum EngineArg {
    Tasks,
    Threads,
    Sequential,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum TraceArg {
    Steps,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum OrderArg {
    Completed,
    Given,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum UntilArg {
    All,
    First,
    FirstError,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Output")]
pub struct Output {
    /// How results are told on standard output [default: text]
    #[arg(long, value_name = "FORMAT", env = "CRAWLTOP_FORMAT")]
    pub format: Option<Format>,
    /// Put results into FILE, in the format of its extension, or on standard output with -; may be given again
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
    /// Exit with 1 where anything was broken or failed
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

#[derive(Debug, Args)]
#[command(next_help_heading = "Screen")]
pub struct Screen {
    /// Lines instead of the dashboard
    #[arg(long)]
    pub no_tui: bool,
    /// Leave the dashboard when the run ends, instead of staying until q
    #[arg(long)]
    pub exit_on_end: bool,
    /// Ages from which on a request is marked as slow; from three times as much on, as very slow
    #[arg(long, value_name = "DUR", default_value = "1s", value_parser = duration, env = "CRAWLTOP_SLOW")]
    pub slow: Duration,
    /// Pictures a second at most [default: 10; over ssh as many as 4 kB a second hold]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=60), env = "CRAWLTOP_FPS")]
    pub fps: Option<u32>,
    /// When the terminal goes away: stop and save, or go on without it
    #[arg(long, value_name = "WHAT", default_value = "stop", env = "CRAWLTOP_ON_HANGUP")]
    pub on_hangup: OnHangup,
    /// Whether colours are used
    #[arg(long, value_name = "WHEN", default_value = "auto", env = "CRAWLTOP_COLOR")]
    pub color: When,
    /// The colours of the dashboard; t goes round them
    #[arg(long, value_name = "NAME", default_value = "default", env = "CRAWLTOP_THEME")]
    pub theme: ThemeArg,
    /// Draw with ASCII characters only
    #[arg(long)]
    pub ascii: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum When {
    Auto,
    Always,
    Never,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum OnHangup {
    Stop,
    Continue,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ThemeArg {
    /// The terminal's own sixteen colours
    Default,
    /// For a light background
    Light,
    /// For a dark background
    Dark,
    /// The colours of Okabe and Ito, told apart by those who see fewer
    Cvd,
    /// No colours
    Mono,
}

/// A duration as humantime reads it; a bare number is seconds.
fn duration(text: &str) -> Result<Duration, String> {
    let bare = text.trim().parse::<f64>().ok().filter(|seconds| seconds.is_finite() && *seconds >= 0.0);
    match bare {
        Some(seconds) => Duration::try_from_secs_f64(seconds).map_err(|error| error.to_string()),
        None => {
            humantime::parse_duration(text).map_err(|_| "not a length of time; write 250ms, 3s or 1m 30s".to_owned())
        }
    }
}

fn latency(text: &str) -> Result<Latency, String> {
    let (low, high) = text.split_once("..").unwrap_or((text, text));
    let latency = Latency(duration(low)?, duration(high)?);
    if latency.0 > latency.1 { Err("the first is longer than the second".to_owned()) } else { Ok(latency) }
}

fn size(text: &str) -> Result<u64, String> {
    let digits = text.trim_end_matches(|letter: char| letter.is_ascii_alphabetic());
    let unit: u64 = match text[digits.len()..].to_ascii_uppercase().as_str() {
        "" | "B" => 1,
        "K" => 1 << 10,
        "M" => 1 << 20,
        "G" => 1 << 30,
        other => return Err(format!("unknown unit {other}; write 500K, 32M or 1G")),
    };
    let number: u64 = digits.parse().map_err(|_| "not a number of bytes; write 500K, 32M or 1G".to_owned())?;
    number.checked_mul(unit).ok_or_else(|| "too large".to_owned())
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
        assert_eq!(latency("10ms..2s"), Ok(Latency(Duration::from_millis(10), Duration::from_secs(2))));
        assert!(latency("2s..1s").is_err());
    }

    #[test]
    fn sizes_know_their_units() {
        assert_eq!([size("7"), size("32M"), size("1g")], [Ok(7), Ok(32 << 20), Ok(1 << 30)]);
        assert!(["", "M", "1X", "99999999999G", "-1"].into_iter().all(|text| size(text).is_err()));
    }
}
