//! The words about engines and orders: what makes the fetches run, and when results are told.

use clap::{Args, ValueEnum};

// No doc comment here: clap would tell it as what the verb does.
#[derive(Debug, Args)]
#[command(next_help_heading = "Engine")]
pub struct Manner {
    /// What makes the fetches run: tasks on one loop, a pool of threads, or one after another
    #[arg(long, value_name = "ENGINE", default_value = "tasks", env = "CRAWLTOP_ENGINE")]
    pub engine: EngineArg,
    /// Threads of the pool [default: processors + 4, at most 32]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..), env = "CRAWLTOP_WORKERS")]
    pub workers: Option<u16>,
    /// Threads of the loop that runs the tasks [default: 1]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256), env = "CRAWLTOP_LOOP_THREADS")]
    pub loop_threads: Option<u16>,
    /// Tell each step of each task, its length and what woke it, in the event log
    #[arg(long, value_name = "WHAT", env = "CRAWLTOP_TRACE")]
    pub trace: Option<TraceArg>,
    /// Tell results as they complete, or in the order of the targets
    #[arg(long, value_name = "ORDER", default_value = "completed", env = "CRAWLTOP_ORDER")]
    pub order: OrderArg,
    /// End when all results are there, at the first, or at the first error
    #[arg(long, value_name = "WHEN", default_value = "all", env = "CRAWLTOP_UNTIL")]
    pub until: UntilArg,
}

impl Default for Manner {
    /// As where none of its options is given.
    fn default() -> Manner {
        let (engine, order, until) = (EngineArg::Tasks, OrderArg::Completed, UntilArg::All);
        Manner { engine, workers: None, loop_threads: None, trace: None, order, until }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum EngineArg {
    Tasks,
    Threads,
    Sequential,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum TraceArg {
    Steps,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum OrderArg {
    Completed,
    Given,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum UntilArg {
    All,
    First,
    FirstError,
}
