//! Parse, run, exit code.

use std::process::ExitCode;

fn main() -> ExitCode {
    ExitCode::from(crawltop::run::main())
}
