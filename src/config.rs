//! From the words of the command line to the settings of a run, or to an error that says what to do. Opens no
//! connection.

mod crawl;
mod lab;
mod network;
mod outputs;
mod race;
mod replay;
mod request;
mod retry;
mod targets;
mod terminal;
mod terms;
mod way;

pub use lab::{demo_lab, lab_alone};
pub use outputs::Outputs;
pub use race::{RaceConfig, race_lab, races_the_lab};
pub use replay::ReplayConfig;
pub use terminal::{charset, depth, pace, theme};

use crate::cli::{CrawlArgs, DemoArgs, Exploring, FetchArgs, Fetching, Output, Running, Screen};
use crate::engine::{CrawlTerms, Terms, Word};
use crate::net::{Limits, Options, Trust};
use lab::lab;
use outputs::outputs;
use std::path::PathBuf;
use std::time::Duration;
use targets::{Given, target};
use terms::terms;

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
    /// The user whose password is to be asked for before anything is fetched.
    pub user_alone: Option<String>,
    pub outputs: Outputs,
    pub screen: Screen,
    pub fail: bool,
    /// Its broken pages are on purpose: the exit code is 0.
    pub demo: bool,
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
        let mut config = Config::new(targets, args.running)?;
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
        let config = Config::new(targets, args.running)?;
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
        let mut running = args.running;
        let fetching = &mut running.fetching;
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
        let config = Config::new(targets, running)?;
        Ok(Config { demo: true, ..config.crawling(&exploring)? })
    }

    fn new(given: Given, running: Running) -> Result<Config, Usage> {
        let Given { title, words, list, keep_going } = given;
        let Running { manner, fetching, output, screen } = running;
        let fail = output.fail;
        let terms = terms(&manner, &fetching, keep_going)?;
        let loop_threads = manner.loop_threads.unwrap_or(1);
        let trace = manner.trace.is_some();
        let user_alone = fetching.request.user_alone().map(str::to_owned);
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
            user_alone,
            outputs,
            screen,
            fail,
            demo: false,
        })
    }
}

fn options(fetching: Fetching, output: &Output) -> Result<Options, Usage> {
    let limit = |given: Option<Duration>, seconds| {
        Some(given.unwrap_or(Duration::from_secs(seconds))).filter(|span| !span.is_zero())
    };
    let user_agent = fetching.user_agent.unwrap_or_else(|| concat!("crawltop/", env!("CARGO_PKG_VERSION")).to_owned());
    crate::http::valid_field("User-Agent", &user_agent)
        .map_err(|error| Usage::new(error.to_string(), "a field's value is one line of printable characters"))?;
    let asks = request::asks(&fetching.request)?;
    let keep = if asks.close { 0 } else { (fetching.concurrency as usize).max(KEPT) };
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
        keep,
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
