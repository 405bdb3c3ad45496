//! From the words of `crawltop replay` to its settings.

use super::{Outputs, Usage, outputs};
use crate::cli::{Output, ReplayArgs, Screen};
use crate::timeline::Speed;
use std::path::PathBuf;

pub struct ReplayConfig {
    pub file: PathBuf,
    pub speed: Option<Speed>,
    pub outputs: Outputs,
    /// It is to be told in a format or into a file: nobody watches.
    pub export: bool,
    pub screen: Screen,
    pub fail: bool,
}

impl ReplayConfig {
    /// # Errors
    /// What of the command line can't be carried out.
    pub fn of(args: ReplayArgs) -> Result<ReplayConfig, Usage> {
        let ReplayArgs { file, speed, format, output, body, quiet, verbose, fail, screen } = args;
        let export = format.is_some() || !output.is_empty() || body;
        let record = None;
        let outputs = outputs(Output { format, output, record, hash: false, body, quiet, verbose, fail })?;
        Ok(ReplayConfig { file, speed, outputs, export, screen, fail })
    }
}
