//! Which results are told where, by which report.

use super::STANDARD_OUTPUT;
use crate::cli::Format;
use crate::config::{Config, Outputs, Usage};
use crate::emit::Waiting;
use crate::hub::Output;
use crate::outbox::{self, Outbox};
use crate::plenty::Detail;
use crate::report::{Journal, Jsonl, Lines, Markdown, Report, Verbosity};
use crate::text::{Charset, Cut, Untrusted};
use std::io::{self, IsTerminal, Write};
use std::time::Duration;

/// Bytes and columns of a file's name.
const FILE_NAME: usize = 256;

/// How results are told.
pub(super) struct Telling<'a> {
    pub outputs: &'a Outputs,
    pub watched: bool,
    pub charset: Charset,
}

impl Telling<'_> {
    pub fn outputs(&self, waiting: &Waiting) -> Result<Vec<Output>, Usage> {
        let mut outputs = Vec::new();
        let output = |name: &str, report, out| Output::new(report, Outbox::new(name, out, waiting.clone()));
        if let Some(format) = on_stdout(self.outputs, self.watched) {
            let report = self.report(format, io::stdout().is_terminal());
            outputs.push(output(STANDARD_OUTPUT, report, Box::new(io::stdout())));
        }
        for (path, format) in &self.outputs.files {
            let name = path.display().to_string();
            let file = outbox::create(path).map_err(|error| {
                Usage::new(format!("can't write to {name}: {error}"), "name a file in a folder that you may write to")
            })?;
            let report = match format {
                Format::Text => Box::new(self.lines(false).with_report()),
                format => self.report(*format, false),
            };
            outputs.push(output(&name, report, file));
        }
        Ok(outputs)
    }

    fn report(&self, format: Format, terminal: bool) -> Box<dyn Report> {
        match format {
            Format::Text => Box::new(self.lines(terminal)),
            Format::Markdown => Box::new(Markdown),
            Format::Jsonl => Box::new(Jsonl::default()),
            Format::Events => Box::new(Journal::default()),
        }
    }

    fn lines(&self, terminal: bool) -> Lines {
        Lines::new(self.outputs.verbosity, self.charset, self.outputs.body, terminal)
    }
}

/// How much is told of a fetch: as much as the one wants that wants most.
pub(super) fn detail(config: &Config, watched: bool) -> Detail {
    let outputs = &config.outputs;
    let callbacks = config.options.keep_content || is_verbose(outputs) || !is_plain(outputs);
    if config.trace {
        return Detail::Steps;
    }
    if prints_events(outputs) {
        return Detail::Whole;
    }
    match (watched || outputs.record.is_some(), callbacks) {
        (true, true) => Detail::Callbacks,
        (true, false) => Detail::Followed,
        (false, true) => Detail::Results,
        (false, false) => Detail::Ends,
    }
}

/// Whether every event of every fetch is printed.
fn prints_events(outputs: &Outputs) -> bool {
    let mut formats = outputs.stdout.into_iter().chain(outputs.files.iter().map(|(_, format)| *format));
    formats.any(|format| format == Format::Events)
}

fn is_verbose(outputs: &Outputs) -> bool {
    outputs.verbosity == Verbosity::Verbose
}

/// Whether all that is written is for eyes.
fn is_plain(outputs: &Outputs) -> bool {
    let mut formats = outputs.stdout.iter().chain(outputs.files.iter().map(|(_, format)| format));
    outputs.record.is_none() && formats.all(|format| matches!(format, Format::Text | Format::Markdown))
}

/// The format of what goes to standard output. With the dashboard on this terminal, results are seen there; the summary
/// comes after it.
fn on_stdout(outputs: &Outputs, watched: bool) -> Option<Format> {
    outputs.stdout.filter(|_| !watched || !io::stdout().is_terminal())
}

/// Whether there is an output that prints contents.
pub(super) fn takes_contents(outputs: &Outputs, watched: bool) -> bool {
    let files = outputs.files.iter().map(|(_, format)| *format);
    on_stdout(outputs, watched).into_iter().chain(files).any(|format| format == Format::Text)
}

/// What is waited for before the program ends.
pub(super) fn tell_waiting(name: &str, longest: Duration, charset: Charset) {
    let name = Untrusted::new(name, FILE_NAME).shown(FILE_NAME, Cut::Middle, charset);
    let longest = humantime::format_duration(longest);
    // Who does not hear of it waits all the same.
    let _ = writeln!(io::stderr(), "waiting for the recording: {name} has not taken all of it (for {longest} at most)");
}
