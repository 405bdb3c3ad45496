//! What a run comes to: its summary, and its exit code.

use super::explain::columns;
use super::{MAKE_ROOM, STANDARD_OUTPUT, refuse, words};
use crate::cli::Format;
use crate::config::{Config, Outputs};
use crate::control::EndReason;
use crate::outbox::Fault;
use crate::report::{Caps, bad_input, findings, no_target, summary};
use crate::signals::{Ending, Signal};
use crate::state::State;
use crate::text::Charset;
use std::io::{self, IsTerminal, Write};

/// On standard output, unless that carries another format than text. Who reads it on a screen gets what fits there; a
/// pipe or a file gets it as a file of text does.
pub(super) fn tell_summary(first: String, state: &State, outputs: &Outputs, charset: Charset) -> io::Result<()> {
    let width = if io::stdout().is_terminal() { columns() } else { usize::MAX };
    // Where another format is there, that has all of it.
    let has_all = matches!(outputs.stdout, Some(Format::Text) | None) && !io::stdout().is_terminal();
    let caps = if has_all { Caps::LONG } else { Caps::SHORT };
    let text = first + &findings(state, charset, width, caps) + &words::fitted(&summary(state, charset), width);
    match outputs.stdout {
        Some(Format::Text) | None => io::stdout().write_all(text.as_bytes()).and_then(|()| io::stdout().flush()),
        Some(Format::Jsonl | Format::Markdown) => {
            // Whoever closed standard error wants no summary.
            let _ = io::stderr().write_all(text.as_bytes());
            Ok(())
        }
        // Whoever reads the events can add them up.
        Some(Format::Events) => Ok(()),
    }
}

pub(super) fn exit_code(state: &State, ending: &Ending, config: &Config, fault: Option<(String, Fault)>) -> u8 {
    // A terminal that hung up takes no results either, and that is no fault.
    let hung_up = ending.hung_up || ending.signal == Some(Signal::Hangup);
    let fault = fault.filter(|(name, _)| !hung_up || name != STANDARD_OUTPUT);
    if let Some((name, Fault::Failed(reason))) = fault {
        return refuse(&format!("can't write to {name}: {reason}"), MAKE_ROOM);
    }
    if let Some(signal) = ending.signal {
        return signal.exit_code();
    }
    let reason = state.run.ended.map_or(EndReason::Quit, |(_, reason)| reason);
    match reason {
        EndReason::BadInput | EndReason::UnreadableInput => {
            let (message, hint) = bad_input(state);
            refuse(&message, hint)
        }
        EndReason::Unwritable => 2,
        EndReason::Panicked => 101,
        EndReason::ClosedPipe | EndReason::First => 0,
        EndReason::FirstError => 1,
        EndReason::Quit | EndReason::Deadline | EndReason::MaxPages => early(state.had_findings(), config),
        EndReason::LeftAlone if state.tally.responses() == 0 => 2,
        // That they do not answer is one.
        EndReason::LeftAlone => early(true, config),
        EndReason::Finished | EndReason::Hangup | EndReason::Interrupt | EndReason::Terminate => whole(state, config),
    }
}

/// The run was stopped before its own end. What was found until then is found, and says more than that there is more.
fn early(findings: bool, config: &Config) -> u8 {
    match (config.demo, config.fail && findings) {
        (true, _) => 0,
        (false, true) => 1,
        (false, false) => 3,
    }
}

/// The run came to its own end: were there responses, and findings?
fn whole(state: &State, config: &Config) -> u8 {
    if config.demo {
        return 0;
    }
    if state.done.count == 0 {
        let (message, hint) = no_target(state);
        return refuse(&message, hint);
    }
    if state.tally.responses() == 0 {
        return 2;
    }
    u8::from(config.fail && state.has_findings())
}
