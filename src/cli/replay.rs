//! The words of `crawltop replay`.

use super::{Format, Screen};
use crate::timeline::Speed;
use clap::Args;
use std::path::PathBuf;

pub(super) const EXAMPLES: &str = "\
Examples:
  crawltop crawl --record run.jsonl.gz example.com  record a run; then:
  crawltop replay run.jsonl.gz                      watch it again
  crawltop replay --speed 10 run.jsonl              ten times as fast
  crawltop replay --no-tui run.jsonl                what that run printed
  crawltop replay --format jsonl run.jsonl          its results, as JSON
  crawltop replay -f -o report.md run.jsonl         its report; 1 on findings

Keys of a replay: space plays or pauses, . and , step by an event, the arrows seek (with shift further), < and > set the \
speed, e goes to the next failure; : takes a place, as in :50%, :1m30s or :#12345. The other keys are those of a run; \
what would change the run does nothing.

Exit code: 0, also after q; 1 where --fail finds something; 2 where the file can't be read.";

#[derive(Debug, Args)]
pub struct ReplayArgs {
    /// A recording, as --record writes it, packed by gzip or not; - for standard input
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// Times as fast as it was, from 0.1 to 100 [default: 1; without the dashboard as fast as it can]
    #[arg(long, value_name = "N", value_parser = speed, env = "CRAWLTOP_SPEED")]
    pub speed: Option<Speed>,
    /// Tell the results on standard output in this way, and show no dashboard [default: as the run did]
    #[arg(long, value_name = "FORMAT", help_heading = "Output", env = "CRAWLTOP_FORMAT")]
    pub format: Option<Format>,
    /// Put the results into FILE, in the format of its extension, or on standard output with -, and show no dashboard;
    /// may be given again
    #[arg(short, long, value_name = "FILE", help_heading = "Output", env = "CRAWLTOP_OUTPUT")]
    pub output: Vec<PathBuf>,
    /// Print the content of each result after its line, as far as the recording holds it: it does where the run printed
    /// it too, up to 256 KiB of each
    #[arg(long, help_heading = "Output")]
    pub body: bool,
    /// Tell only what is not ok; where neither this nor -v is given, as much is told as the run told
    #[arg(short, long, help_heading = "Output")]
    pub quiet: bool,
    /// Tell phases, steps and callbacks too
    #[arg(short, long, conflicts_with = "quiet", help_heading = "Output")]
    pub verbose: bool,
    /// Exit with 1 where anything was broken or failed; in a crawl also for malformed links, and with --check-fragments for
    /// missing parts
    #[arg(short, long, help_heading = "Output")]
    pub fail: bool,
    #[command(flatten)]
    pub screen: Screen,
}

fn speed(text: &str) -> Result<Speed, String> {
    let times = text.strip_suffix('x').unwrap_or(text).parse().map_err(|_| "not a number".to_owned())?;
    Speed::new(times)
}
