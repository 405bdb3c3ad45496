//! The words about the dashboard and its terminal.

use super::duration;
use clap::{Args, ValueEnum};
use std::time::Duration;

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
