//! The words about the built-in site.

use super::duration;
use clap::{Args, ValueEnum};
use std::time::Duration;

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

fn latency(text: &str) -> Result<Latency, String> {
    let (low, high) = text.split_once("..").unwrap_or((text, text));
    let latency = Latency(duration(low)?, duration(high)?);
    if latency.0 > latency.1 { Err("the first is longer than the second".to_owned()) } else { Ok(latency) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_latency_is_one_for_all_or_from_the_shortest_to_the_longest() {
        let ms = Duration::from_millis;
        assert_eq!((latency("10ms..2s"), latency("7ms")), (Ok(Latency(ms(10), ms(2000))), Ok(Latency(ms(7), ms(7)))));
        assert!(latency("2s..1s").is_err() && latency("..").is_err());
    }
}
