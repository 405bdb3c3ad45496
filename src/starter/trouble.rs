//! What the end of a run's process means: a run that counts, one that was cut short, or the end of the race. Knows
//! nothing of what led to it but what was told.

use super::Exit;
use crate::control::EndReason;
use crate::fetched::Fetched;
use crate::journal::Ended;
use crate::race::{Race, Standing, Trouble};
use crate::report::bad_input;
use crate::state::State;
use std::os::unix::process::ExitStatusExt;
use std::process::ExitStatus;

const AGAIN: &str = "race again; what one of its runs does alone, `crawltop fetch` with the same words shows";

pub fn no_start(error: &std::io::Error) -> Trouble {
    Trouble {
        message: format!("no process can be started for a run: {error}"),
        hint: "look at the limits of open files and processes: ulimit -a".to_owned(),
    }
}

/// How the run that was running stands.
///
/// # Errors
/// Why the race can't go on.
pub fn standing(race: &Race, exit: &Exit) -> Result<Standing, Trouble> {
    let Some((run, state)) = race.running().and_then(|run| Some((run, run.state()?))) else {
        return Ok(Standing::Failed);
    };
    let place = format!("{}, round {}", race.name(run.contestant), run.round);
    let told = |words: &str| trouble(&place, words, AGAIN);
    match (state.run.ended, &exit.journal) {
        (Some((_, reason)), Ok(Ended::Whole)) => ended(state, reason, &place),
        // What it says itself is the better reason.
        _ if said(&exit.words, "error: ").is_some() => Err(own_words(&exit.words, &place)),
        (_, Err(error)) if succeeded(exit) => Err(told(&format!("its journal can't be read: {error}"))),
        (_, Ok(Ended::Torn { line })) if succeeded(exit) => {
            Err(told(&format!("its journal ends in the middle of line {line}")))
        }
        _ => Err(told(&format!("its process {}", exit.status.as_ref().map_or("was lost".to_owned(), how)))),
    }
}

fn trouble(place: &str, message: &str, hint: &str) -> Trouble {
    Trouble { message: format!("{place}: {message}"), hint: hint.to_owned() }
}

fn succeeded(exit: &Exit) -> bool {
    exit.status.as_ref().is_ok_and(ExitStatus::success)
}

fn how(status: &ExitStatus) -> String {
    match (status.signal(), status.code()) {
        (Some(signal), _) => format!("was killed by signal {signal}"),
        (None, Some(0)) => "ended without telling so".to_owned(),
        (None, code) => format!("ended with exit code {}", code.unwrap_or_default()),
    }
}

/// The run told its end itself.
fn ended(state: &State, reason: EndReason, place: &str) -> Result<Standing, Trouble> {
    match reason {
        EndReason::Finished if state.done.count == 0 => {
            Err(trouble("nothing to race", "no target in the input", "give a URL a line; # begins a comment"))
        }
        EndReason::Finished if state.tally.responses() == 0 => Err(nothing_came(state)),
        EndReason::Finished => Ok(Standing::Whole),
        EndReason::Deadline => Ok(Standing::Partial(reason)),
        EndReason::BadInput | EndReason::UnreadableInput => {
            let (message, hint) = bad_input(state);
            Err(Trouble { message, hint: hint.to_owned() })
        }
        other => Err(trouble(place, other.words(), AGAIN)),
    }
}

fn nothing_came(state: &State) -> Trouble {
    let failure = state.done.newest(state.done.kept().saturating_sub(1)).and_then(|row| why(&row.fetched));
    trouble(
        "nothing could be fetched",
        &failure.unwrap_or_else(|| "no page gave a response".to_owned()),
        "a race needs pages that answer: try one with `crawltop fetch`",
    )
}

fn why(fetched: &Fetched) -> Option<String> {
    fetched.failure.as_ref().map(|failure| failure.message.display_all())
}

fn own_words(words: &str, place: &str) -> Trouble {
    let [error, hint] = ["error: ", "hint: "].map(|lead| said(words, lead));
    trouble(place, error.unwrap_or_default(), hint.unwrap_or(AGAIN))
}

/// The rest of the line that begins with `lead`.
fn said<'a>(words: &'a str, lead: &str) -> Option<&'a str> {
    words.lines().find_map(|line| line.strip_prefix(lead))
}
