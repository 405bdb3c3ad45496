//! The wiring of a replay: a recording read again, watched or told, to an exit code.

use super::files;
use super::telling::Telling;
use super::verdict::tell_summary;
use super::watching::{is_terminal, is_watched, settings};
use super::{MAKE_ROOM, STANDARD_OUTPUT, enough_files, no_loop, note_no_robots, refuse, runtime, var};
use crate::cli::ReplayArgs;
use crate::clock::Clock;
use crate::config::{ReplayConfig, Usage, charset};
use crate::emit::channel;
use crate::event::{EventKind, RunStarted, Verbosity};
use crate::hub::Hub;
use crate::outbox::Fault;
use crate::replay;
use crate::signals::{Ending, Signals};
use crate::state::State;
use crate::tape::{Ended, Tape};
use crate::text::{Charset, Cut, Untrusted};
use crate::timeline::{Player, Timeline};
use crate::ui::ReplayBoard;
use crate::unwatched::{Contents, UnwatchedReplay, reading};
use std::io::{self, IsTerminal, Write};
use std::sync::Arc;
use tokio::sync::mpsc::unbounded_channel;

/// Bytes and columns of a note about the recording.
const NOTE: usize = 2048;
const TO_RECORD: &str = "a recording is what --record FILE has written, as in `crawltop crawl --record run.jsonl URL`";

const TO_HOLD: &str =
    "leave --body out, or give it to the run too, as in `crawltop fetch --body --record run.jsonl URL`";

pub(super) fn replay(args: ReplayArgs) -> Result<u8, Usage> {
    let config = ReplayConfig::of(args)?;
    let name = name(&config);
    files::of_replay(&config)?;
    enough_files()?;
    let tape = replay::read(&config.file)
        .map_err(|error| Usage::new(format!("can't read {name}: {error}"), "name a file that --record has written"))?;
    let charset = charset(config.screen.ascii, var);
    let watched = !config.export && !is_terminal(&config.file) && is_watched(&config.screen, &config.outputs);
    let go = if watched { watch } else { tell };
    let code = go(&config, tape.clone(), charset)?;
    match tape.extent().ended {
        Some(Ended::Refused(why)) => return Err(Usage::new(format!("{name}: {why}"), TO_RECORD)),
        Some(Ended::Torn(why)) => note(&format!("{name}: {why}"), charset),
        Some(Ended::Whole) | None => {}
    }
    // The process ends, and its memory goes as a whole.
    std::mem::forget(tape);
    Ok(code)
}

fn name(config: &ReplayConfig) -> String {
    if config.file.as_os_str() == "-" { "standard input".to_owned() } else { config.file.display().to_string() }
}

fn note(words: &str, charset: Charset) {
    let words = Untrusted::new(words, NOTE).shown(NOTE, Cut::End, charset);
    // Whoever closed standard error wants to hear nothing.
    let _ = writeln!(io::stderr(), "note: {words}");
}

/// In the dashboard, until it is left. What was seen last is summed up on the normal screen.
fn watch(config: &ReplayConfig, tape: Arc<Tape>, charset: Charset) -> Result<u8, Usage> {
    let timeline = Timeline::follow(tape.clone()).map_err(no_loop)?;
    let player = Player::new(timeline, config.speed.unwrap_or_default(), true);
    let (emitter, _events) = channel(Clock::start(), false);
    let (controls, _wishes) = unbounded_channel();
    let runtime = runtime()?;
    let settings = settings(&config.screen, charset);
    let (player, ending) = runtime
        .block_on(async {
            let signals = Signals::new()?;
            let ending = Ending::new(controls);
            ReplayBoard { player, emitter, signals, ending, settings }.watch().await
        })
        .map_err(|error| {
            Usage::new(format!("the terminal can't be used: {error}"), "give --no-tui for lines instead")
        })?;
    ending.close();
    let refused = matches!(tape.extent().ended, Some(Ended::Refused(_)));
    let unheard = ending.unheard && io::stdout().is_terminal();
    if !refused && !unheard {
        // Whoever closed standard output has seen enough.
        let _ = tell_summary(String::new(), player.state(), &config.outputs, charset);
    }
    let code = exit_code(player.state(), &ending, config, None);
    std::mem::forget(player);
    Ok(code)
}

/// As the run printed it, or in another format.
fn tell(config: &ReplayConfig, tape: Arc<Tape>, charset: Charset) -> Result<u8, Usage> {
    let (emitter, events) = channel(Clock::start(), false);
    let (controls, _wishes) = unbounded_channel();
    let (runtime, speed) = (runtime()?, config.speed);
    let begin = async {
        let (mut signals, mut ending) = (Signals::new()?, Ending::new(controls));
        reading(&tape, &emitter, &mut signals, &mut ending).await;
        Ok((signals, ending))
    };
    let (signals, ending) = runtime.block_on(begin).map_err(no_loop)?;
    let started = started(&tape);
    let outputs = config.outputs_of(started.as_ref().map(|started| started.printed).unwrap_or_default());
    if started.is_some_and(|started| started.no_robots) {
        note_no_robots();
    }
    let telling = Telling { outputs: &outputs, watched: false, charset };
    let hub = Hub::unseen(telling.outputs(&events.waiting())?);
    let notes = outputs.verbosity > Verbosity::Quiet && !io::stdout().is_terminal();
    let (contents, following) = (Contents::default(), tape.clone());
    let replay = UnwatchedReplay { hub, tape: following, emitter, signals, ending, speed, notes, charset, contents };
    let (mut hub, ending, contents) = runtime.block_on(replay.follow());
    ending.close();
    let mut fault = hub.close(|_, _| ());
    let quiet = matches!(&fault, Some((name, Fault::Closed)) if name == STANDARD_OUTPUT);
    if !quiet
        && !matches!(tape.extent().ended, Some(Ended::Refused(_)))
        && let Err(error) = tell_summary(String::new(), &hub.state, &outputs, charset)
    {
        fault.get_or_insert_with(|| (STANDARD_OUTPUT.to_owned(), Fault::of(&error)));
    }
    if outputs.body && !quiet {
        contents_are_there(config, &contents, charset)?;
    }
    let code = exit_code(&hub.state, &ending, config, fault);
    std::mem::forget(hub);
    Ok(code)
}

/// How the run began that a recording is of; it says so before anything else.
fn started(tape: &Tape) -> Option<RunStarted> {
    let block = tape.block(0)?;
    block.iter().find_map(|(_, event)| match &event.kind {
        EventKind::RunStarted(started) => Some((**started).clone()),
        _ => None,
    })
}

/// Says which contents were not printed, for a recording does not hold each.
///
/// # Errors
/// Where it holds none: what was asked for could not be done.
fn contents_are_there(config: &ReplayConfig, contents: &Contents, charset: Charset) -> Result<(), Usage> {
    let (name, missing) = (name(config), contents.missing);
    if config.outputs.body && contents.there == 0 && missing > 0 {
        return Err(Usage::new(format!("{name} holds no content, for the run that it is of printed none"), TO_HOLD));
    }
    if missing > 0 {
        let them = if missing == 1 { "1 result".to_owned() } else { format!("{missing} results") };
        note(&format!("{name} does not hold the content of {them}: a recording takes up to 256 KiB of each"), charset);
    }
    Ok(())
}

fn exit_code(state: &State, ending: &Ending, config: &ReplayConfig, fault: Option<(String, Fault)>) -> u8 {
    if let Some((name, Fault::Failed(reason))) = fault {
        return refuse(&format!("can't write to {name}: {reason}"), MAKE_ROOM);
    }
    if let Some(signal) = ending.signal {
        return signal.exit_code();
    }
    u8::from(config.fail && state.has_findings())
}
