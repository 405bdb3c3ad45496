//! From the words of `crawltop replay` to its settings.

use super::{Outputs, Usage, outputs};
use crate::cli::{Format, Output, ReplayArgs, Screen};
use crate::event::{Form, Printed};
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
    /// How much of each result is told was asked for, and need not be as the run told it.
    measured: bool,
    /// So was in which format.
    formatted: bool,
}

impl ReplayConfig {
    /// # Errors
    /// What of the command line can't be carried out.
    pub fn of(args: ReplayArgs) -> Result<ReplayConfig, Usage> {
        let ReplayArgs { file, speed, format, output, body, quiet, verbose, fail, screen } = args;
        let export = format.is_some() || !output.is_empty() || body;
        let (measured, formatted) = (quiet || verbose, format.is_some());
        let record = None;
        let outputs = outputs(Output { format, output, record, hash: false, body, quiet, verbose, fail })?;
        Ok(ReplayConfig { file, speed, outputs, export, screen, fail, measured, formatted })
    }

    /// Where results go, and how: as the run printed them, but for what was asked for.
    pub fn outputs_of(&self, printed: Printed) -> Outputs {
        let mut outputs = self.outputs.clone();
        if !self.measured {
            outputs.verbosity = printed.verbosity;
        }
        // Contents stand between lines of text: whoever wants them has chosen.
        if !self.formatted && !outputs.body {
            let format = format(printed.form);
            outputs.stdout = match outputs.taken {
                true => outputs.stdout.map(|_| format.unwrap_or(Format::Text)),
                false => format,
            };
            let unnamed = outputs.files.iter_mut().filter(|(file, _)| Format::of(file).is_none());
            unnamed.for_each(|(_, told)| *told = format.unwrap_or(Format::Text));
        }
        outputs.body |= printed.body && outputs.stdout == Some(Format::Text);
        outputs
    }
}

/// What standard output carried; nothing, where files took the results.
fn format(form: Form) -> Option<Format> {
    match form {
        Form::Text => Some(Format::Text),
        Form::Jsonl => Some(Format::Jsonl),
        Form::Markdown => Some(Format::Markdown),
        Form::Events => Some(Format::Events),
        Form::Nothing => None,
    }
}
