//! From the words about results to where they go, and how.

use super::Usage;
use crate::cli::{Format, Output};
use crate::event::{Form, Printed, Verbosity};
use std::path::{Path, PathBuf};

/// Where results go, and how.
#[derive(Clone)]
pub struct Outputs {
    pub stdout: Option<Format>,
    pub files: Vec<(PathBuf, Format)>,
    pub verbosity: Verbosity,
    pub body: bool,
    /// An `-o` takes the results.
    pub taken: bool,
    /// Where the run is recorded.
    pub record: Option<PathBuf>,
}

impl Outputs {
    /// How results are told on standard output, for a replay to tell them in the same way.
    pub fn printed(&self) -> Printed {
        let form = match self.stdout {
            Some(Format::Jsonl) => Form::Jsonl,
            Some(Format::Markdown) => Form::Markdown,
            Some(Format::Text) => Form::Text,
            Some(Format::Events) => Form::Events,
            None => Form::Nothing,
        };
        Printed { verbosity: self.verbosity, form, body: self.body }
    }
}

pub(super) fn outputs(output: Output) -> Result<Outputs, Usage> {
    let verbosity = match (output.quiet, output.verbose) {
        (true, _) => Verbosity::Quiet,
        (_, true) => Verbosity::Verbose,
        _ => Verbosity::Normal,
    };
    let taken = !output.output.is_empty();
    let (body, record) = (output.body, output.record);
    if record.as_deref().is_some_and(|file| file == Path::new("-")) {
        return Err(Usage::new(
            "--record takes a file, and standard output is for results",
            "name a file, as in --record run.jsonl.gz",
        ));
    }
    let mut outputs = Outputs { stdout: None, files: Vec::new(), verbosity, body, taken, record };
    for file in &output.output {
        if file == Path::new("-") {
            outputs.stdout = Some(output.format.unwrap_or(Format::Text));
        } else {
            let format = Format::of(file).or(output.format).unwrap_or(Format::Text);
            outputs.files.push((file.clone(), format));
        }
    }
    if !taken {
        outputs.stdout = Some(output.format.unwrap_or(Format::Text));
    }
    if output.body && outputs.stdout != Some(Format::Text) {
        return Err(Usage::new(
            "--body prints contents between lines of text",
            "leave --format at text and standard output to the results, or leave --body out",
        ));
    }
    Ok(outputs)
}
