//! From the words of the command line to the settings of a run, or to an error that says what to do. Opens no
//! connection.

mod crawl;
mod network;
mod race;
mod replay;
mod request;
mod retry;
mod terminal;
mod way;

pub use race::{RaceConfig, race_lab, races_the_lab};
pub use replay::ReplayConfig;
pub use terminal::{charset, depth, pace, theme};

use crate::cli::{
    CrawlArgs, DemoArgs, EngineArg, Exploring, FaultsArg, FetchArgs, Fetching, Format, LabArgs, Manner, OrderArg,
    Output, Screen, Site, Targets, UntilArg,
};
use crate::engine::{CrawlTerms, Terms, Until, Word};
use crate::event::{Engine, Order};
use crate::lab::{Faults, LabConfig};
use crate::net::{Limits, Options, Trust};
use crate::report::Verbosity;
use crate::target::{Glob, Target, masked, quoted};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Targets that patterns may make in all.
const MOST_TARGETS: u64 = 10_000_000;
/// Connections that are kept at least, however few fetches there are at once: they may go to several origins.
const KEPT: usize = 16;

/// What is wrong with the command line, and what to do.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct Usage {
    pub message: String,
    pub hint: String,
}

impl Usage {
    pub fn new(message: impl Into<String>, hint: impl Into<String>) -> Usage {
        Usage { message: message.into(), hint: hint.into() }
    }
}

/// The settings of a run that fetches.
pub struct Config {
    /// What is fetched, in a few words.
    pub title: String,
    pub words: Vec<Word>,
    pub list: Option<PathBuf>,
    pub terms: Terms,
    /// Links are followed.
    pub crawl: Option<CrawlTerms>,
    /// Threads of the loop.
    pub loop_threads: u16,
    /// Each step is told.
    pub trace: bool,
    pub options: Options,
    pub outputs: Outputs,
    pub screen: Screen,
    pub fail: bool,
    /// Its broken pages are on purpose: the exit code is 0.
    pub demo: bool,
}

/// Where results go, and how.
pub struct Outputs {
    pub stdout: Option<Format>,
    pub files: Vec<(PathBuf, Format)>,
    pub verbosity: Verbosity,
    pub body: bool,
    /// An `-o` takes the results.
    pub taken: bool,
    /// Where the run is recorded.
    pub record: Option<PathBuf>,
}

/// What a run is given to fetch.
struct Given {
    title: String,
    words: Vec<Word>,
    list: Option<PathBuf>,
    keep_going: bool,
}

impl Config {
    /// # Errors
    /// What of the command line can't be carried out.
    pub fn of_fetch(args: FetchArgs) -> Result<Config, Usage> {
        if args.targets.are_missing() {
            return Err(Usage::new(
                "no URL",
                "name one, as in `crawltop fetch https://example.com`, or a list with -i FILE",
            ));
        }
        let targets = Given::of(args.targets)?;
        let mut config = Config::new(targets, args.manner, args.fetching, args.output, args.screen)?;
        config.terms.rate = args.rate.map(crawl::rate);
        if args.fresh {
            config.options.keep = 0;
        }
        Ok(config)
    }

    /// # Errors
    /// What of the command line can't be carried out.
    pub fn of_crawl(args: CrawlArgs) -> Result<Config, Usage> {
        if args.targets.are_missing() && args.exploring.sitemap.is_empty() {
            return Err(Usage::new(
                "no URL to begin with",
                "name one, as in `crawltop crawl https://example.com`, or a list with -i FILE",
            ));
        }
        let targets = Given::of(args.targets)?;
        let config = Config::new(targets, args.manner, args.fetching, args.output, args.screen)?;
        config.crawling(&args.exploring)
    }

    fn crawling(self, exploring: &Exploring) -> Result<Config, Usage> {
        crawl::agree(&self.terms, &self.options)?;
        Ok(Config { crawl: Some(crawl::crawl(exploring, &self.options)?), ..self })
    }

    /// Of a demo whose site is served at `url`.
    ///
    /// # Errors
    /// What of the command line can't be carried out.
    pub fn of_demo(args: DemoArgs, url: &str) -> Result<Config, Usage> {
        let words = vec![target(url)?];
        let mut fetching = args.fetching;
        fetching.idle_timeout.get_or_insert(Duration::from_secs(3));
        fetching.max_time.get_or_insert(Duration::from_secs(6));
        // The site is on this machine: the environment's proxy can't know it.
        fetching.network.proxy.get_or_insert_default();
        // Its faults do not pass: one retry shows what becomes of it, and soon enough not to be waited for at the end.
        fetching.retry.retry.get_or_insert(1);
        fetching.retry.retry_delay.get_or_insert(Duration::from_millis(500));
        let targets = Given { title: url.to_owned(), words, list: None, keep_going: false };
        let mut exploring = args.exploring;
        // One host is all there is.
        exploring.per_host.get_or_insert(fetching.concurrency);
        exploring.assets = true;
        let config = Config::new(targets, args.manner, fetching, args.output, args.screen)?;
        Ok(Config { demo: true, ..config.crawling(&exploring)? })
    }

    fn new(
        targets: Given,
        manner: Manner,
        fetching: Fetching,
        output: Output,
        screen: Screen,
    ) -> Result<Config, Usage> {
        let Given { title, words, list, keep_going } = targets;
        let fail = output.fail;
        let terms = terms(&manner, &fetching, keep_going)?;
        let loop_threads = manner.loop_threads.unwrap_or(1);
        let trace = manner.trace.is_some();
        let options = options(fetching, &output)?;
        let outputs = outputs(output)?;
        let crawl = None;
        Ok(Config {
            title,
            words,
            list,
            terms,
            crawl,
            loop_threads,
            trace,
            options,
            outputs,
            screen,
            fail,
            demo: false,
        })
    }
}

impl Given {
    fn of(targets: Targets) -> Result<Given, Usage> {
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

fn target(url: &str) -> Result<Word, Usage> {
    Target::parse(url).map(Word::Target).map_err(|error| Usage::new(error.to_string(), error.hint()))
}

fn terms(manner: &Manner, fetching: &Fetching, keep_going: bool) -> Result<Terms, Usage> {
    let engine = match manner.engine {
        EngineArg::Tasks => Engine::Tasks,
        EngineArg::Threads => Engine::Threads,
        EngineArg::Sequential => Engine::Sequential,
    };
    let order = match manner.order {
        OrderArg::Completed => Order::Completed,
        OrderArg::Given => Order::Given,
    };
    let until = match manner.until {
        UntilArg::All => Until::All,
        UntilArg::First => Until::First,
        UntilArg::FirstError => Until::FirstError,
    };
    let terms = Terms {
        cap: fetching.concurrency,
        most: u32::MAX,
        engine,
        workers: manner.workers,
        order,
        until,
        keep_going,
        deadline: fetching.deadline.filter(|span| !span.is_zero()),
        retry: retry::retry(fetching.retry)?,
        rate: None,
        stays: false,
    };
    agree(&terms, manner)?;
    Ok(terms)
}

/// Options that say nothing together.
fn agree(terms: &Terms, manner: &Manner) -> Result<(), Usage> {
    let engine = terms.engine.name();
    if terms.workers.is_some() && terms.engine != Engine::Threads {
        return Err(Usage::new(
            format!("--workers is the size of a pool, and the engine {engine} has none"),
            "give --engine threads too, or leave --workers out",
        ));
    }
    let of_tasks = [("--loop-threads", manner.loop_threads.is_some()), ("--trace steps", manner.trace.is_some())];
    if let Some((option, _)) = of_tasks.into_iter().find(|(_, given)| *given && terms.engine != Engine::Tasks) {
        return Err(Usage::new(
            format!("{option} is about tasks, and the engine {engine} has none"),
            "leave it out, or take --engine tasks",
        ));
    }
    if terms.order == Order::Given && terms.until != Until::All {
        return Err(Usage::new(
            "--order given tells each result after the one before it, and --until ends before they are all there",
            "give --until all, or --order completed",
        ));
    }
    Ok(())
}

fn options(fetching: Fetching, output: &Output) -> Result<Options, Usage> {
    let limit = |given: Option<Duration>, seconds| {
        Some(given.unwrap_or(Duration::from_secs(seconds))).filter(|span| !span.is_zero())
    };
    let user_agent = fetching.user_agent.unwrap_or_else(|| concat!("crawltop/", env!("CARGO_PKG_VERSION")).to_owned());
    crate::http::valid_field("User-Agent", &user_agent)
        .map_err(|error| Usage::new(error.to_string(), "a field's value is one line of printable characters"))?;
    let asks = request::asks(&fetching.request)?;
    let trust = match (fetching.insecure, fetching.cacert) {
        (true, _) => Trust::Anyone,
        (false, Some(file)) => Trust::File(readable(file)?),
        (false, None) => Trust::System,
    };
    Ok(Options {
        limits: Limits {
            connect: limit(fetching.connect_timeout, 10),
            idle: limit(fetching.idle_timeout, 10),
            max: limit(fetching.max_time, 30),
        },
        trust,
        proxies: network::proxies(&fetching.network)?,
        way: way::way(&fetching.way)?,
        user_agent,
        asks,
        max_filesize: if fetching.max_filesize == 0 { u64::MAX } else { fetching.max_filesize },
        hash: output.hash,
        keep_content: output.body,
        keep: (fetching.concurrency as usize).max(KEPT),
        panic: false,
    })
}

fn readable(file: PathBuf) -> Result<PathBuf, Usage> {
    let trust = Trust::File(file.clone());
    match crate::net::check(&trust) {
        Ok(()) => Ok(file),
        Err(words) => Err(Usage::new(words, "--cacert takes a file of certificates in PEM form")),
    }
}

fn outputs(output: Output) -> Result<Outputs, Usage> {
    let verbosity = match (output.quiet, output.verbose) {
        (true, _) => Verbosity::Quiet,
        (_, true) => Verbosity::Verbose,
        _ => Verbosity::Normal,
    };
    let taken = !output.output.is_empty();
    let (body, record) = (output.body, output.record);
    if record.as_deref().is_some_and(|file| file == Path::new("-")) {
        return Err(Usage::new(
            "--record takes a file, and standard output is for results",
            "name a file, as in --record run.jsonl.gz",
        ));
    }
    if let Some(file) = record.iter().find(|file| output.output.contains(file)) {
        return Err(Usage::new(
            format!("-o and --record would both write to {}", file.display()),
            "give them a file each",
        ));
    }
    let mut outputs = Outputs { stdout: None, files: Vec::new(), verbosity, body, taken, record };
    for file in &output.output {
        if file == Path::new("-") {
            outputs.stdout = Some(output.format.unwrap_or(Format::Text));
        } else {
            outputs.files.push((file.clone(), format_of(file)?));
        }
    }
    if !taken {
        outputs.stdout = Some(output.format.unwrap_or(Format::Text));
    }
    if output.body && outputs.stdout != Some(Format::Text) {
        return Err(Usage::new(
            "--body prints contents between lines of text",
            "leave --format at text and standard output to the results, or leave --body out",
        ));
    }
    Ok(outputs)
}

fn format_of(file: &Path) -> Result<Format, Usage> {
    let extension = file.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
    match extension {
        "jsonl" | "ndjson" => Ok(Format::Jsonl),
        "md" | "markdown" => Ok(Format::Markdown),
        "txt" | "log" | "text" => Ok(Format::Text),
        _ => Err(Usage::new(
            format!("no format goes by the extension of {}", file.display()),
            "name the file .jsonl, .md or .txt; with -o - and --format any name can be given by the shell",
        )),
    }
}

/// The lab of a demo: some 15 seconds in which something of every kind can be seen.
pub fn demo_lab(args: &DemoArgs) -> LabConfig {
    let latency = (Duration::from_millis(60), Duration::from_millis(2400));
    lab(args.port.unwrap_or(0), &args.site, 1200, latency)
}

pub fn lab_alone(args: &LabArgs) -> LabConfig {
    lab(args.port, &args.site, 240, (Duration::from_millis(20), Duration::from_millis(800)))
}

fn lab(port: u16, site: &Site, pages: u32, latency: (Duration, Duration)) -> LabConfig {
    let latency = site.latency.map_or(latency, |given| (given.0, given.1));
    let faults = match site.faults {
        Some(FaultsArg::None) => Faults::None,
        Some(FaultsArg::All) => Faults::All,
        Some(FaultsArg::Some) | None => Faults::Some,
    };
    LabConfig { port, seed: site.seed, pages: site.pages.unwrap_or(pages), latency: latency.0..=latency.1, faults }
}
