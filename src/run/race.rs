//! The wiring of a race: its runs as processes of this same program, watched or not, to an exit code.

use super::files;
use super::lab::start_lab;
use super::watching::{ending, is_watched, settings};
use super::{MAKE_ROOM, STANDARD_OUTPUT, TITLE_BYTES, enough_files, no_loop, refuse, runtime, var};
use crate::cli::{Format, RaceArgs};
use crate::clock::Clock;
use crate::config::{Outputs, RaceConfig, Usage, charset, race_lab, races_the_lab};
use crate::control::EndReason;
use crate::emit::{Emitter, Waiting, channel};
use crate::lab::{Lab, LabConfig};
use crate::outbox::{self, Fault, Out, Outbox};
use crate::password::{self, Asked};
use crate::race::{End, Json, Race, Standing, Table, Telling};
use crate::signals::{Ending, Signals};
use crate::starter::{Command, Output, Starter};
use crate::text::{Charset, Untrusted};
use crate::ui::RaceBoard;
use crate::units;
use crate::unwatched::UnwatchedRace;
use std::fs::File;
use std::io::{self, IsTerminal, Read, Write};
use std::path::Path;
use std::sync::Arc;
use tokio::sync::mpsc::unbounded_channel;

/// Bytes of a list of targets at most: each run is given all of it.
const LIST_BYTES: u64 = 64 << 20;

pub(super) fn race(args: RaceArgs) -> Result<u8, Usage> {
    enough_files()?;
    let site = races_the_lab(&args).then(|| race_lab(&args));
    let title = site.as_ref().map(site_words);
    let mut config = RaceConfig::of(args, title.as_deref())?;
    if let Some(user) = config.user_alone.take() {
        match password::ask_for(&user)? {
            Asked::Password(password) => config.complete(&user, &password),
            Asked::Signal(code) => return Ok(code),
        }
    }
    let lab = site.map(start_lab).transpose()?;
    files::of_race(config.list.as_deref(), &config.outputs)?;
    let list = match (&lab, &config.list) {
        (Some(lab), _) => Some(pages(lab)),
        (None, Some(list)) => Some(read(list)?),
        (None, None) => None,
    };
    let commands = commands(&config, list)?;
    go(&config, commands)
}

fn site_words(site: &LabConfig) -> String {
    let (low, high) = (units::span(*site.latency.start()), units::span(*site.latency.end()));
    let latency = if low == high { low } else { format!("{low} to {high}") };
    format!("{} pages of {latency} of the built-in site", units::count(u64::from(site.pages)))
}

/// The pages of a site but the first, which only links to them.
fn pages(lab: &Lab) -> Arc<[u8]> {
    let base = format!("http://{}", lab.address());
    let lines: Vec<String> = lab.site().pages.iter().skip(1).map(|page| format!("{base}{}\n", page.path)).collect();
    lines.concat().into_bytes().into()
}

fn read(list: &Path) -> Result<Arc<[u8]>, Usage> {
    let shown = list.display();
    let mut bytes = Vec::new();
    let reader: io::Result<Box<dyn Read>> = if list == Path::new("-") {
        Ok(Box::new(io::stdin()))
    } else {
        File::open(list).map(|file| Box::new(file) as _)
    };
    reader.and_then(|reader| reader.take(LIST_BYTES + 1).read_to_end(&mut bytes)).map_err(|error| {
        Usage::new(format!("can't read {shown}: {error}"), "name a file with a URL a line, or - for standard input")
    })?;
    if bytes.len() as u64 > LIST_BYTES {
        let limit = LIST_BYTES >> 20;
        return Err(Usage::new(format!("{shown} has over {limit} MiB"), "race over a part of the list"));
    }
    Ok(bytes.into())
}

fn commands(config: &RaceConfig, input: Option<Arc<[u8]>>) -> Result<Vec<Command>, Usage> {
    let program = std::env::current_exe().map_err(|error| {
        Usage::new(format!("this program can't be found again: {error}"), "start it by its whole path")
    })?;
    let command = |words: &Vec<_>| Command {
        program: program.clone().into(),
        words: words.clone(),
        secrets: config.secrets.clone(),
        input: input.clone(),
    };
    Ok(config.words.iter().map(command).collect())
}

fn go(config: &RaceConfig, commands: Vec<Command>) -> Result<u8, Usage> {
    let charset = charset(config.screen.ascii, var);
    let watched = is_watched(&config.screen, &config.outputs);
    let (emitter, events) = channel(Clock::start(), false);
    let outputs = outputs(&config.outputs, watched, charset, &events.waiting())?;
    let (controls, wishes) = unbounded_channel();
    let target = Untrusted::new(&config.title, TITLE_BYTES);
    let race = Race::new(target, config.contestants.clone(), config.rounds);
    let starter = Starter::new(race, commands, emitter.clock().clone(), wishes, outputs);
    let runtime = runtime()?;
    let (mut starter, ending) =
        runtime.block_on(follow(config, starter, emitter, ending(&config.screen, controls), watched))?;
    ending.close();
    let mut fault = runtime.block_on(async { starter.close() });
    let quiet = matches!(&fault, Some((name, Fault::Closed)) if name == STANDARD_OUTPUT);
    let unheard = ending.unheard && io::stdout().is_terminal();
    if !quiet
        && !unheard
        && let Err(error) = tell_verdicts(&starter.race, &config.outputs, watched, charset)
    {
        fault.get_or_insert_with(|| (STANDARD_OUTPUT.to_owned(), Fault::of(&error)));
    }
    Ok(exit_code(&starter.race, &ending, fault))
}

async fn follow(
    config: &RaceConfig,
    starter: Starter,
    emitter: Emitter,
    ending: Ending,
    watched: bool,
) -> Result<(Starter, Ending), Usage> {
    let signals = Signals::new().map_err(no_loop)?;
    if !watched {
        return Ok(UnwatchedRace { starter, emitter, signals, ending }.follow().await);
    }
    let settings = settings(&config.screen, charset(config.screen.ascii, var));
    RaceBoard { starter, emitter, signals, ending, settings }
        .watch()
        .await
        .map_err(|error| Usage::new(format!("the terminal can't be used: {error}"), "give --no-tui for lines instead"))
}

fn outputs(wanted: &Outputs, watched: bool, charset: Charset, waiting: &Waiting) -> Result<Vec<Output>, Usage> {
    let mut outputs = Vec::new();
    let mut add = |name: &str, format, out: Box<dyn Out>| {
        let outbox = Outbox::new(name, out, waiting.clone());
        outputs.push(Output { telling: telling(format, charset), outbox });
    };
    // With the dashboard on this terminal, the race is seen there; the verdicts come after it.
    if let Some(format) = wanted.stdout.filter(|_| !watched || !io::stdout().is_terminal()) {
        add(STANDARD_OUTPUT, format, Box::new(io::stdout()));
    }
    for (path, format) in &wanted.files {
        let name = path.display().to_string();
        let file = outbox::create(path).map_err(|error| {
            Usage::new(format!("can't write to {name}: {error}"), "name a file in a folder that you may write to")
        })?;
        add(&name, *format, file);
    }
    Ok(outputs)
}

fn telling(format: Format, charset: Charset) -> Box<dyn Telling> {
    match format {
        Format::Text => Box::new(Table::new(charset)),
        Format::Jsonl | Format::Markdown | Format::Events => Box::new(Json::default()),
    }
}

/// On standard output, unless that carries another format than text, or has told them already.
fn tell_verdicts(race: &Race, outputs: &Outputs, watched: bool, charset: Charset) -> io::Result<()> {
    let text = Table::verdicts(race, charset);
    match outputs.stdout {
        Some(Format::Text) if !watched || !io::stdout().is_terminal() => Ok(()),
        Some(Format::Text) | None => io::stdout().write_all(text.as_bytes()).and_then(|()| io::stdout().flush()),
        Some(Format::Jsonl | Format::Markdown | Format::Events) => {
            // Whoever closed standard error wants no verdict.
            let _ = io::stderr().write_all(text.as_bytes());
            Ok(())
        }
    }
}

fn exit_code(race: &Race, ending: &Ending, fault: Option<(String, Fault)>) -> u8 {
    // A terminal that hung up takes no results either, and that is no fault.
    let fault = fault.filter(|(name, _)| !(ending.hung_up && name == STANDARD_OUTPUT));
    if let Some((name, Fault::Failed(reason))) = fault {
        return refuse(&format!("can't write to {name}: {reason}"), MAKE_ROOM);
    }
    if let Some(signal) = ending.signal {
        return signal.exit_code();
    }
    match &race.ended {
        Some((_, End::Failed(trouble))) => refuse(&trouble.message, &trouble.hint),
        Some((_, End::Stopped(EndReason::ClosedPipe))) => 0,
        Some((_, End::Stopped(EndReason::Unwritable))) => 2,
        Some((_, End::Stopped(_))) | None => 3,
        Some((_, End::Finished)) => {
            let partial = race.runs.iter().any(|run| matches!(run.standing, Standing::Partial(_)));
            if partial { 3 } else { 0 }
        }
    }
}
