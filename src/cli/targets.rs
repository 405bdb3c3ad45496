//! The words about what is fetched: URLs, patterns of them, and a list.

use clap::Args;
use std::path::PathBuf;

#[derive(Debug, Default, Args)]
pub struct Targets {
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
}

impl Targets {
    /// Whether none is named.
    pub fn are_missing(&self) -> bool {
        self.urls.is_empty() && self.input_file.is_none()
    }
}
