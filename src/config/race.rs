//! From the words of `crawltop race` to its settings.

use super::{Config, Outputs, Usage, lab, outputs};
use crate::cli::{FetchArgs, Format, Manner, Output, RaceArgs, Running, Screen, USER};
use crate::lab::{Faults, LabConfig};
use crate::race::Contestant;
use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

/// The article's own case.
const PAGES: u32 = 20;
const LATENCY: Duration = Duration::from_millis(100);

pub struct RaceConfig {
    /// What is fetched, in a few words.
    pub title: String,
    pub contestants: Vec<Contestant>,
    pub rounds: u32,
    /// What starts a run of each contestant.
    pub words: Vec<Vec<OsString>>,
    /// What each run finds in its environment.
    pub secrets: Vec<(&'static str, OsString)>,
    /// The user whose password is to be asked for, and given to each run.
    pub user_alone: Option<String>,
    pub list: Option<PathBuf>,
    pub outputs: Outputs,
    pub screen: Screen,
}

impl RaceConfig {
    /// Of a race with these words; `lab` tells the site that is raced against where they name no target.
    ///
    /// # Errors
    /// What of the command line can't be carried out.
    pub fn of(mut args: RaceArgs, lab: Option<&str>) -> Result<RaceConfig, Usage> {
        if lab.is_some() {
            // The site is on this machine: the environment's proxy can't know it.
            args.fetching.network.proxy.get_or_insert_default();
        }
        let contestants = args.contestants();
        let listed = lab.is_some() || args.targets.input_file.is_some();
        let words = contestants.iter().map(|&contestant| args.words(contestant, listed)).collect();
        let secrets = [args.fetching.request.secrets(), args.fetching.network.secrets()].concat();
        if args.record.is_some() {
            return Err(Usage::new(
                "a race is many runs, and --record records one",
                "record one of them: crawltop fetch --engine threads --record FILE",
            ));
        }
        let outputs = outputs(quiet(args.format, std::mem::take(&mut args.output)))?;
        let mut formats = outputs.files.iter().map(|(_, format)| *format).chain(outputs.stdout);
        if formats.clone().any(|format| format == Format::Events) {
            return Err(Usage::new("a race has no journal of its own", "give --format text or jsonl"));
        }
        if formats.any(|format| format == Format::Markdown) {
            return Err(Usage::new("a race tells no document", "give --format text or jsonl"));
        }
        let rounds = args.rounds;
        let config = Config::of_fetch(run(args, lab.is_some()))?;
        let title = lab.map_or(config.title, str::to_owned);
        let Config { user_alone, list, screen, .. } = config;
        Ok(RaceConfig { title, contestants, rounds, words, secrets, user_alone, list, outputs, screen })
    }

    /// The password that the user's words left out.
    pub fn complete(&mut self, user: &str, password: &str) {
        self.secrets.retain(|(name, _)| *name != USER);
        self.secrets.push((USER, format!("{user}:{password}").into()));
    }
}

/// Whether a race with these words is one against the built-in site.
pub fn races_the_lab(args: &RaceArgs) -> bool {
    args.targets.are_missing()
}

/// The site that is raced against where no target is named.
pub fn race_lab(args: &RaceArgs) -> LabConfig {
    let mut config = lab(0, &args.site, PAGES, (LATENCY, LATENCY));
    if args.site.faults.is_none() {
        config.faults = Faults::None;
    }
    config
}

/// One of its runs, so that its words are judged as those of a fetch.
fn run(args: RaceArgs, against_the_lab: bool) -> FetchArgs {
    let RaceArgs { mut targets, fetching, screen, .. } = args;
    if against_the_lab {
        targets.urls.push(":1".to_owned());
    }
    let (manner, output) = (Manner::default(), quiet(None, Vec::new()));
    FetchArgs { targets, rate: None, fresh: true, running: Running { manner, fetching, output, screen } }
}

fn quiet(format: Option<Format>, output: Vec<PathBuf>) -> Output {
    Output { format, output, record: None, hash: false, body: false, quiet: true, verbose: false, fail: false }
}
