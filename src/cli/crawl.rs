//! The words about a crawl: where it begins, how far it goes, how it behaves as a guest.

use super::{Running, Targets, duration};
use clap::{Args, ValueEnum};
use std::time::Duration;

const URLS: &str = "Where to begin: URLs, bare hosts (https is tried first) or :PORT for localhost; [0-19] and {a,b} \
                    expand as in curl";
const LIST: &str =
    "Read starts from FILE, one a line, or from standard input with -; # comments and blank lines are skipped";

#[derive(Debug, Args)]
#[command(mut_arg("urls", |urls| urls.help(URLS)), mut_arg("input_file", |list| list.help(LIST)))]
pub struct CrawlArgs {
    #[command(flatten)]
    pub targets: Targets,
    #[command(flatten)]
    pub exploring: Exploring,
    #[command(flatten)]
    pub running: Running,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Crawling")]
pub struct Exploring {
    /// Links away from the starts at most [default: no limit]
    #[arg(short, long, value_name = "N", value_parser = level, env = "CRAWLTOP_LEVEL")]
    pub level: Option<Level>,
    /// Pages at most; what is found beyond them is counted
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..), env = "CRAWLTOP_MAX_PAGES")]
    pub max_pages: Option<u64>,
    /// Follow links on the hosts of the starts, on their registered domains (example.co.uk with all below), or anywhere
    #[arg(long, value_name = "WHERE", default_value = "host", env = "CRAWLTOP_SCOPE")]
    pub scope: ScopeArg,
    /// Follow only links whose URL this regular expression finds something in; may be given again
    #[arg(long, value_name = "RE", env = "CRAWLTOP_INCLUDE")]
    pub include: Vec<String>,
    /// Follow no links whose URL this regular expression finds something in; may be given again
    #[arg(long, value_name = "RE", env = "CRAWLTOP_EXCLUDE")]
    pub exclude: Vec<String>,
    /// Stay below the folders of the starts
    #[arg(long)]
    pub no_parent: bool,
    /// Check links that lead out, once each and without following theirs, by HEAD or where that is refused by GET
    #[arg(long)]
    pub external: bool,
    /// Begin with the pages of this sitemap too, beside those that robots.txt names; may be given again
    #[arg(long, value_name = "URL", env = "CRAWLTOP_SITEMAP")]
    pub sitemap: Vec<String>,
    /// Fetch images, scripts and styles of the pages too
    #[arg(long)]
    pub assets: bool,
    /// Tell links to parts of pages (#part) that the pages do not have
    #[arg(long)]
    pub check_fragments: bool,
    /// Fetches at once to one host [default: 8; demo: 64]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..), env = "CRAWLTOP_PER_HOST")]
    pub per_host: Option<u32>,
    /// Requests in a second at most, or in a minute with /m
    #[arg(long, value_name = "N[/s|/m]", value_parser = rate, env = "CRAWLTOP_RATE")]
    pub rate: Option<Rate>,
    /// Between two requests to one host, and up to a half longer
    #[arg(short, long, value_name = "DUR", value_parser = duration, env = "CRAWLTOP_WAIT")]
    pub wait: Option<Duration>,
    /// Ask no robots.txt, and follow links that pages ask not to follow
    #[arg(long)]
    pub no_robots: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ScopeArg {
    Host,
    Site,
    Any,
}

/// None for no limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Level(pub Option<u32>);

/// So many requests in so long.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rate {
    pub requests: f64,
    pub per: Duration,
}

fn level(text: &str) -> Result<Level, String> {
    match text {
        "inf" => Ok(Level(None)),
        text => text.parse().map(|level| Level(Some(level))).map_err(|_| "not a number; write 2, or inf".to_owned()),
    }
}

pub(super) fn rate(text: &str) -> Result<Rate, String> {
    let (number, per) = match text.strip_suffix("/m") {
        Some(number) => (number, Duration::from_secs(60)),
        None => (text.strip_suffix("/s").unwrap_or(text), Duration::from_secs(1)),
    };
    let requests = number.trim().parse::<f64>().ok().filter(|number| *number >= 1e-3 && *number <= 1e6);
    requests.map(|requests| Rate { requests, per }).ok_or_else(|| "not a rate; write 5, 0.5/s or 30/m".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_and_rates_say_what_they_are() {
        assert_eq!([level("0"), level("3"), level("inf")], [0, 3, 9].map(|n| Ok(Level(Some(n).filter(|n| *n < 9)))));
        let second = Duration::from_secs(1);
        let cases = [("5", 5.0, second), ("0.5/s", 0.5, second), ("30/m", 30.0, second * 60)];
        for (text, requests, per) in cases {
            assert_eq!(rate(text), Ok(Rate { requests, per }), "{text}");
        }
        for text in ["", "0", "-1", "fast", "5/h", "inf", "NaN", "1e9", "/s"] {
            assert!(rate(text).is_err(), "{text}");
        }
        assert!(["", "-1", "deep", "1.5"].into_iter().all(|text| level(text).is_err()));
    }
}
