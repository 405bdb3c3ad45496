//! The words about each fetch: how long, how large, as whom, whom it believes.

use super::{NetworkArgs, RequestArgs, RetryArgs, WayArgs, duration};
use clap::Args;
use std::path::PathBuf;
use std::time::Duration;

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
    fn sizes_know_their_units() {
        assert_eq!([size("7"), size("32M"), size("1g")], [Ok(7), Ok(32 << 20), Ok(1 << 30)]);
        assert!(["", "M", "1X", "99999999999G", "-1"].into_iter().all(|text| size(text).is_err()));
    }
}
