//! The words of `crawltop race`, and those that start one of its runs.

use super::{EngineArg, Fetching, Format, OrderArg, Screen, Site, Targets};
use crate::event::{Engine, Order};
use crate::race::Contestant;
use clap::Args;
use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

const URLS: &str = "URLs, bare hosts (https is tried first) or :PORT for localhost; [0-19] and {a,b} expand as in curl \
                    [default: 20 pages of a built-in site]";

#[derive(Debug, Args)]
#[command(mut_arg("urls", |urls| urls.help(URLS)), mut_arg("slow", |slow| slow.hide(true)))]
pub struct RaceArgs {
    #[command(flatten)]
    pub targets: Targets,
    /// Runs of each contestant; their order is rotated from round to round
    #[arg(long, value_name = "N", default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..=1000), env = "CRAWLTOP_ROUNDS")]
    pub rounds: u32,
    /// The engines that race
    #[arg(
        long,
        value_name = "LIST",
        value_delimiter = ',',
        default_value = "sequential,threads,tasks",
        env = "CRAWLTOP_ENGINES"
    )]
    pub engines: Vec<EngineArg>,
    /// The orders of results that each engine races in
    #[arg(long, value_name = "LIST", value_delimiter = ',', default_value = "completed", env = "CRAWLTOP_ORDERS")]
    pub orders: Vec<OrderArg>,
    /// Threads of the pool, where threads race [default: processors + 4, at most 32]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..), env = "CRAWLTOP_WORKERS")]
    pub workers: Option<u16>,
    /// Threads of the loop, where tasks race [default: 1]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256), env = "CRAWLTOP_LOOP_THREADS")]
    pub loop_threads: Option<u16>,
    /// How the figures are told on standard output [default: text]
    #[arg(long, value_name = "FORMAT", env = "CRAWLTOP_FORMAT", help_heading = "Output")]
    pub format: Option<Format>,
    /// Put the figures into FILE, in the format of its extension, or on standard output with -; may be given again
    #[arg(short, long, value_name = "FILE", env = "CRAWLTOP_OUTPUT", help_heading = "Output")]
    pub output: Vec<PathBuf>,
    /// Refused, with a word on what to do instead
    #[arg(long, value_name = "FILE", hide = true)]
    pub record: Option<PathBuf>,
    #[command(flatten)]
    pub fetching: Fetching,
    #[command(flatten)]
    pub screen: Screen,
    #[command(flatten)]
    pub site: Site,
}

impl RaceArgs {
    /// Each engine in each order, once.
    pub fn contestants(&self) -> Vec<Contestant> {
        let mut all = Vec::new();
        for (&order, &engine) in self.orders.iter().flat_map(|order| self.engines.iter().map(move |it| (order, it))) {
            let engine = [Engine::Tasks, Engine::Threads, Engine::Sequential][engine as usize];
            let order = [Order::Completed, Order::Given][order as usize];
            let contestant = Contestant { engine, order };
            if !all.contains(&contestant) {
                all.push(contestant);
            }
        }
        all
    }

    /// What starts a run of `contestant` with the same settings: a journal of the same targets. `listed`: a list of
    /// targets comes on standard input.
    pub fn words(&self, contestant: Contestant, listed: bool) -> Vec<OsString> {
        let mut words: Vec<OsString> =
            ["fetch", "--fresh", "--no-tui", "--quiet", "--format", "events", "--engine", contestant.engine.name()]
                .into_iter()
                .chain(["--order", contestant.order.name()])
                .map(OsString::from)
                .collect();
        let threads = match contestant.engine {
            Engine::Threads => self.workers.map(|count| format!("--workers={count}")),
            Engine::Tasks => self.loop_threads.map(|count| format!("--loop-threads={count}")),
            Engine::Sequential => None,
        };
        words.extend(threads.map(OsString::from));
        words.extend(fetching(&self.fetching));
        let Targets { urls, input_file: _, keep_going, globoff } = &self.targets;
        let flags = [(*keep_going, "--keep-going"), (*globoff, "--globoff"), (listed, "--input-file=-")];
        words.extend(flags.into_iter().filter(|(given, _)| *given).map(|(_, word)| word.into()));
        words.push("--".into());
        words.extend(urls.iter().map(OsString::from));
        words
    }
}

/// Every option is named here, so that one more does not compile until it is passed on.
fn fetching(fetching: &Fetching) -> Vec<OsString> {
    let Fetching {
        concurrency,
        connect_timeout,
        idle_timeout,
        max_time,
        deadline,
        max_filesize,
        user_agent,
        insecure,
        cacert,
        network,
        way,
        retry,
        request,
    } = fetching;
    let spans = [
        ("--connect-timeout", connect_timeout),
        ("--idle-timeout", idle_timeout),
        ("--max-time", max_time),
        ("--deadline", deadline),
    ];
    let valued = [("--concurrency", concurrency.to_string()), ("--max-filesize", max_filesize.to_string())];
    let spans = spans.into_iter().filter_map(|(name, span)| Some((name, seconds((*span)?))));
    let valued = valued.into_iter().chain(spans).chain(user_agent.clone().map(|name| ("--user-agent", name)));
    let mut words: Vec<OsString> = valued.map(|(name, value)| format!("{name}={value}").into()).collect();
    words.extend(request.words());
    words.extend(insecure.then(|| "--insecure".into()));
    words.extend(cacert.iter().map(|file| {
        let mut word = OsString::from("--cacert=");
        word.push(file);
        word
    }));
    words.extend(network.words());
    words.extend(way.words());
    // Waits between attempts would be raced, too.
    words.extend(retry.or_never().words());
    words
}

pub(super) fn seconds(span: Duration) -> String {
    format!("{}.{:09}", span.as_secs(), span.subsec_nanos())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::{Cli, Verb};
    use clap::Parser;

    fn race(words: &[&str]) -> RaceArgs {
        match Cli::try_parse_from(["crawltop", "race"].iter().chain(words)).unwrap().verb {
            Verb::Race(args) => args,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_run_fetches_with_the_settings_of_the_race() {
        let given = [
            "-c7",
            "-m",
            "1m 3s",
            "--idle-timeout",
            "250ms",
            "--connect-timeout",
            "0",
            "--deadline",
            "9",
            "-k",
            "-A--odd name",
            "--max-filesize",
            "2M",
            "--cacert=-dash.pem",
            "--proxy=socks5://a:1",
            "--resolve",
            "a:80:[::1],127.0.0.1",
            "--resolve=*:81:::1",
            "-6",
            "--retry",
            "3",
            "--retry-delay",
            "7ms",
            "-XHEAD",
            "-HX: secret",
            "-HY: z",
            "-u me:secret",
            "-ba=secret",
            "-bb=2",
            "--max-redirs=3",
            "--no-location",
            "--allow-private",
            "-g",
            "--keep-going",
            "http://a/[1-2]",
        ];
        let args = race(&given);
        for contestant in args.contestants() {
            let words = args.words(contestant, true);
            assert!(!words.iter().any(|word| word.to_string_lossy().contains("secret")), "{words:?}");
            let verb = Cli::try_parse_from(std::iter::once("crawltop".into()).chain(words)).unwrap().verb;
            let Verb::Fetch(fetch) = verb else { panic!("{verb:?}") };
            let mut expected = args.fetching.request.clone();
            (expected.header, expected.user, expected.cookie) = (Vec::new(), None, Vec::new());
            let expected = format!("{:?}", args.fetching)
                .replace(&format!("{:?}", args.fetching.request), &format!("{expected:?}"));
            assert_eq!(format!("{:?}", fetch.running.fetching), expected, "secrets go by the environment");
            let Targets { urls, input_file, keep_going, globoff } = fetch.targets;
            assert_eq!((globoff, keep_going, input_file), (true, true, Some("-".into())));
            let secrets = args.fetching.request.secrets();
            let secrets = secrets.iter().map(|(name, value)| (*name, value.to_str().unwrap())).collect::<Vec<_>>();
            let expected = [
                ("CRAWLTOP_HEADER", "X: secret\nY: z"),
                ("CRAWLTOP_COOKIE", "a=secret; b=2"),
                ("CRAWLTOP_USER", " me:secret"),
            ];
            assert_eq!(secrets, expected);
            assert_eq!((urls, fetch.running.output.format), (args.targets.urls.clone(), Some(Format::Events)));
        }
    }

    #[test]
    fn nothing_is_raced_again_unless_that_is_asked_for() {
        let args = race(&["http://a/"]);
        let words = args.words(args.contestants()[0], false);
        assert!(words.contains(&"--retry=0".into()), "{words:?}");
    }

    #[test]
    fn each_engine_races_in_each_order_once() {
        let names = |words: &[&str]| -> Vec<_> {
            let contestants = race(words).contestants();
            contestants.iter().map(|it| format!("{} {}", it.engine.name(), it.order.name())).collect()
        };
        assert_eq!(names(&[]), ["sequential completed", "threads completed", "tasks completed"]);
        assert_eq!(
            names(&["--engines", "tasks,threads,tasks", "--orders", "given,completed"]),
            ["tasks given", "threads given", "tasks completed", "threads completed"]
        );
    }
}
