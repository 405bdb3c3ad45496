//! The wiring: from a command line to a run, its ends joined, to an exit code. The one place that names both columns.

mod race;
mod replay;
mod words;

use crate::cli::{Cli, CrawlArgs, DemoArgs, ExplainArgs, FetchArgs, Format, LabArgs, OnHangup, Screen, Verb};
use crate::clock::{Clock, wall_clock_ms};
use crate::config::{Config, Outputs, Usage, charset, demo_lab, depth, lab_alone, pace, theme};
use crate::control::{Control, EndReason};
use crate::emit::{Emitter, Events, Waiting, channel};
use crate::engine::{EventLoop, Feed};
use crate::event::{EventKind, RunStarted};
use crate::explain;
use crate::hub::{Hub, Output};
use crate::input;
use crate::lab::Lab;
use crate::net::{Fetcher, raise_open_files};
use crate::outbox::{Fault, Outbox};
use crate::password;
use crate::recording::{PATIENCE, Recording};
use crate::report::{Caps, Journal, Jsonl, Lines, Markdown, Report, Verbosity, bad_input, failed, findings, summary};
use crate::signals::{Ending, Signal, Signals, is_ignored};
use crate::state::State;
use crate::text::{Charset, Cut, Untrusted};
use crate::ui::{Dashboard, Settings, Slow, Theme, has_clipboard};
use crate::unwatched::Unwatched;
use std::fs::File;
use std::io::{self, IsTerminal, Write};
use std::os::unix::fs::FileTypeExt as _;
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{self, Sender};
use std::time::Duration;
use tokio::runtime::Builder;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

/// Descriptors that are left to everything but fetches.
const SPARE_FILES: u64 = 32;
const TITLE_BYTES: usize = 2048;
/// Bytes and columns of an error and of its hint.
const REFUSAL: usize = 8192;
/// Columns of text where there is no terminal to ask.
const COLUMNS: usize = 80;
const STANDARD_OUTPUT: &str = "standard output";
const MAKE_ROOM: &str = "make room, or write somewhere else";

/// Parses the command line, runs, and tells the exit code.
pub fn main() -> u8 {
    crate::memory::share();
    crate::panic::install();
    let cli = match Cli::of_words(std::env::args_os()) {
        Ok(cli) => cli,
        Err(error) => return words::refuse(&error),
    };
    let ran = match cli.verb {
        Verb::Fetch(args) => fetch(args),
        Verb::Crawl(args) => crawl(args),
        Verb::Race(args) => race::race(args),
        Verb::Demo(args) => demo(args),
        Verb::Lab(args) => lab(&args),
        Verb::Replay(args) => replay::replay(args),
        Verb::Explain(args) => explain(&args),
    };
    ran.unwrap_or_else(|usage| refuse(&usage.message, &usage.hint))
}

/// One line for the error and one for the hint, whatever names and words from outside they quote.
fn refuse(message: &str, hint: &str) -> u8 {
    let charset = charset(false, var);
    let [message, hint] = [message, hint].map(|words| Untrusted::new(words, REFUSAL).shown(REFUSAL, Cut::End, charset));
    // Whoever closed standard error wants to hear nothing.
    let _ = writeln!(io::stderr(), "error: {message}\nhint: {hint}");
    2
}

/// Standard output can't be written, where no run is concerned. Whoever closed it has seen enough.
fn unwritable(error: &io::Error) -> u8 {
    match Fault::of(error) {
        Fault::Closed => 0,
        Fault::Failed(reason) => refuse(&format!("can't write to {STANDARD_OUTPUT}: {reason}"), MAKE_ROOM),
    }
}

fn var(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

fn fetch(mut args: FetchArgs) -> Result<u8, Usage> {
    if let Some(code) = password::complete(&mut args.fetching.request)? {
        return Ok(code);
    }
    Run::new(Config::of_fetch(args)?)?.go()
}

fn crawl(mut args: CrawlArgs) -> Result<u8, Usage> {
    if let Some(code) = password::complete(&mut args.fetching.request)? {
        return Ok(code);
    }
    if args.exploring.no_robots {
        let _ = writeln!(io::stderr(), "note: no robots.txt is asked, and nofollow is not kept to (--no-robots)");
    }
    Run::new(Config::of_crawl(args)?)?.go()
}

fn demo(mut args: DemoArgs) -> Result<u8, Usage> {
    if let Some(code) = password::complete(&mut args.fetching.request)? {
        return Ok(code);
    }
    let lab = start_lab(demo_lab(&args))?;
    Run::new(Config::of_demo(args, &lab.url())?)?.go()
}

fn start_lab(config: crate::lab::LabConfig) -> Result<Lab, Usage> {
    raise_open_files();
    let port = config.port;
    Lab::start(config).map_err(|error| {
        Usage::new(
            format!("the site can't be served at port {port}: {error}"),
            "choose another with --port, 0 for a free one",
        )
    })
}

/// Serves the lab until a signal ends it.
fn lab(args: &LabArgs) -> Result<u8, Usage> {
    let lab = start_lab(lab_alone(args))?;
    let mut text = format!("{}\n", lab.url());
    for line in lab.site().describe() {
        text += &format!("{line}\n");
    }
    if let Err(error) = io::stdout().write_all(text.as_bytes()).and_then(|()| io::stdout().flush()) {
        return Ok(unwritable(&error));
    }
    let signal = runtime()?.block_on(async {
        let mut signals = Signals::new().map_err(no_loop)?;
        loop {
            match signals.next().await {
                Signal::Suspend | Signal::Continue => {}
                signal => return Ok(signal),
            }
        }
    })?;
    let asked = lab.asked();
    let _ = writeln!(io::stderr(), "asked {} times over {} connections", asked.total, asked.connections);
    Ok(signal.exit_code())
}

/// Tells what a word means; without one, which words there are.
fn explain(args: &ExplainArgs) -> Result<u8, Usage> {
    let page = |asked: &str| explain::page(asked, columns());
    let text = if args.words.is_empty() { Ok(explain::list(columns())) } else { page(&args.words.join(" ")) };
    let text = text.map_err(|error| Usage::new(error.to_string(), error.hint()))?;
    let written = io::stdout().write_all(text.as_bytes()).and_then(|()| io::stdout().flush());
    Ok(written.map_or_else(|error| unwritable(&error), |()| 0))
}

/// How wide text on standard output may be.
fn columns() -> usize {
    let size = rustix::termios::tcgetwinsize(io::stdout()).ok().filter(|size| size.ws_col > 0);
    size.map_or(COLUMNS, |size| usize::from(size.ws_col))
}

fn runtime() -> Result<tokio::runtime::Runtime, Usage> {
    Builder::new_current_thread().enable_all().build().map_err(no_loop)
}

fn no_loop(error: io::Error) -> Usage {
    Usage::new(
        format!("no event loop can be made: {error}"),
        "look at the limits of open files and processes: ulimit -a",
    )
}

/// A run, ready to go.
struct Run {
    config: Config,
    watched: bool,
    charset: Charset,
    emitter: Emitter,
    events: Events,
    feed: Feed,
    open_files: u64,
}

impl Run {
    fn new(mut config: Config) -> Result<Run, Usage> {
        let open_files = raise_open_files();
        let most = u32::try_from(open_files.saturating_sub(SPARE_FILES).max(1)).unwrap_or(u32::MAX);
        if config.terms.cap > most {
            let _ = writeln!(io::stderr(), "note: {most} fetches at once: {open_files} files may be open (ulimit -n)");
            config.terms.cap = most;
        }
        config.terms.most = most;
        config.options.panic = test_panic().as_deref() == Some("task");
        let typed = config.list.as_deref().is_some_and(is_terminal);
        let watched = !typed && is_watched(&config.screen, &config.outputs);
        // Whoever looks at the end may want some of it again.
        config.terms.stays = watched && !config.screen.exit_on_end;
        config.options.keep_content &= takes_contents(&config.outputs, watched);
        let wants_all = config.outputs.record.is_some() || config.outputs.stdout == Some(Format::Events);
        let (emitter, events) = channel(Clock::start(), watched || wants_all);
        if config.trace {
            emitter.trace_steps();
        } else if !watched && wants_results_only(&config) {
            emitter.tell_briefly();
        }
        let mut feed = Feed::new(std::mem::take(&mut config.words));
        if let Some(list) = &config.list {
            input::read(list, feed.list())?;
        }
        let charset = charset(config.screen.ascii, var);
        Ok(Run { config, watched, charset, emitter, events, feed, open_files })
    }

    fn go(mut self) -> Result<u8, Usage> {
        let recording = self.recording()?;
        let mut hub = if self.watched { Hub::new } else { Hub::unseen }(self.outputs()?);
        if let Some(recording) = recording {
            crate::panic::at_last(recording.last_words());
            hub.record(recording);
        }
        self.emitter.emit(EventKind::RunStarted(Box::new(RunStarted {
            wall_clock_ms: wall_clock_ms(),
            version: env!("CARGO_PKG_VERSION").into(),
            target: Untrusted::new(&self.config.title, TITLE_BYTES),
            engine: self.config.terms.engine,
            workers: self.workers(),
            order: self.config.terms.order,
            cap: self.config.terms.cap,
            open_files: self.open_files,
            crawl: self.config.crawl.is_some(),
        })));
        let (controls, wishes) = unbounded_channel();
        let go = self.start_loop(wishes)?;
        let runtime = runtime()?;
        let signals = runtime.block_on(async { Signals::new() }).map_err(no_loop)?;
        // Nothing is fetched before signals are heard. A loop that is gone has told so.
        let _ = go.send(());
        let (config, charset) = (self.config, self.charset);
        let ending = ending(&config.screen, controls.clone());
        let (emitter, events, clock) = (self.emitter.clone(), self.events, self.emitter.clock().clone());
        let (mut hub, ending) = if self.watched {
            let settings = settings(&config.screen, charset);
            let dashboard = Dashboard { hub, events, emitter, signals, ending, controls, settings };
            runtime.block_on(dashboard.watch()).map_err(|error| {
                Usage::new(format!("the terminal can't be used: {error}"), "give --no-tui for lines instead")
            })?
        } else {
            let notes = config.outputs.verbosity > Verbosity::Quiet && !io::stdout().is_terminal();
            let panic = test_panic().as_deref() == Some("hub");
            runtime.block_on(Unwatched { hub, events, emitter, signals, ending, notes, charset, panic }.follow())
        };
        if let Some(reason) = ending.reason {
            hub.end(clock.now(), reason);
        }
        ending.close();
        let mut fault = hub.close();
        let quiet = matches!(&fault, Some((name, Fault::Closed)) if name == STANDARD_OUTPUT);
        // Behind a dashboard, no line has told why a fetch failed.
        let unseen = self.watched && io::stdout().is_terminal();
        let first = if unseen { failed(&hub.state, charset) } else { String::new() };
        let unheard = ending.unheard && io::stdout().is_terminal();
        if !quiet
            && !unheard
            && let Err(error) = tell_summary(first, &hub.state, &config.outputs, charset)
        {
            fault.get_or_insert_with(|| (STANDARD_OUTPUT.to_owned(), Fault::of(&error)));
        }
        let code = exit_code(&hub.state, &ending, &config, fault);
        // The process ends, and its memory goes as a whole.
        std::mem::forget(hub);
        Ok(code)
    }

    /// Threads that fetch, or that run tasks.
    fn workers(&self) -> u32 {
        u32::from(self.config.terms.workers().max(self.config.loop_threads))
    }

    /// The engine runs on a thread of its own, so that neither the screen nor the reports hold it up. The thread comes up
    /// while the rest of the program does, and begins when it is told to.
    fn start_loop(&mut self, wishes: UnboundedReceiver<Control>) -> Result<Sender<()>, Usage> {
        let fetcher = Arc::new(Fetcher::new(self.config.options.clone(), self.emitter.clone()));
        let feed = std::mem::replace(&mut self.feed, Feed::new(Vec::new()));
        let terms = self.config.terms;
        let crawl = self.config.crawl.clone();
        let engine = EventLoop::new(terms, feed, crawl, fetcher, self.emitter.clone(), wishes).map_err(no_loop)?;
        let runtime = match self.config.loop_threads {
            1 => runtime()?,
            threads => {
                let threads = usize::from(threads);
                Builder::new_multi_thread().worker_threads(threads).enable_all().build().map_err(no_loop)?
            }
        };
        let (go, told) = mpsc::channel();
        let run = move || {
            if told.recv().is_ok() {
                // A task like the others: what wakes it on its own thread then needs no call of the system.
                let ran = runtime.block_on(async { tokio::spawn(engine.run()).await });
                if let Err(error) = ran
                    && let Ok(panic) = error.try_into_panic()
                {
                    std::panic::resume_unwind(panic);
                }
            }
            // A lookup that hangs is not waited for.
            runtime.shutdown_background();
        };
        std::thread::Builder::new().name("loop".to_owned()).spawn(run).map_err(no_loop)?;
        Ok(go)
    }

    fn recording(&self) -> Result<Option<Recording>, Usage> {
        let Some(path) = &self.config.outputs.record else { return Ok(None) };
        let waiting = self.events.waiting_record();
        let recording = Recording::create(path, patience(), self.emitter.clock().clone(), waiting);
        recording.map(Some).map_err(|error| {
            Usage::new(
                format!("can't record to {}: {error}", path.display()),
                "name a file in a folder that you may write to",
            )
        })
    }

    fn outputs(&self) -> Result<Vec<Output>, Usage> {
        Telling { outputs: &self.config.outputs, watched: self.watched, charset: self.charset }
            .outputs(&self.events.waiting())
    }
}

/// How results are told.
struct Telling<'a> {
    outputs: &'a Outputs,
    watched: bool,
    charset: Charset,
}

impl Telling<'_> {
    fn outputs(&self, waiting: &Waiting) -> Result<Vec<Output>, Usage> {
        let mut outputs = Vec::new();
        let output = |name: &str, report, out| Output::new(report, Outbox::new(name, out, waiting.clone()));
        if let Some(format) = on_stdout(self.outputs, self.watched) {
            let report = self.report(format, io::stdout().is_terminal());
            outputs.push(output(STANDARD_OUTPUT, report, Box::new(io::stdout())));
        }
        for (path, format) in &self.outputs.files {
            let name = path.display().to_string();
            let file = File::create(path).map_err(|error| {
                Usage::new(format!("can't write to {name}: {error}"), "name a file in a folder that you may write to")
            })?;
            let report = match format {
                Format::Text => Box::new(self.lines(false).with_report()),
                format => self.report(*format, false),
            };
            outputs.push(output(&name, report, Box::new(file)));
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

/// Whether nobody looks at what a fetch does before it has its result, nor at the callbacks that tell that.
fn wants_results_only(config: &Config) -> bool {
    let outputs = &config.outputs;
    let mut formats = outputs.stdout.iter().chain(outputs.files.iter().map(|(_, format)| format));
    let plain = formats.all(|format| matches!(format, Format::Text | Format::Markdown));
    let plain = plain && outputs.record.is_none();
    plain && outputs.verbosity < Verbosity::Verbose && !config.options.keep_content && config.crawl.is_none()
}

/// What a test asks to panic, in builds that are not for release.
fn test_panic() -> Option<String> {
    if cfg!(debug_assertions) { var("CRAWLTOP_TEST_PANIC") } else { None }
}

/// How long the file of a recording may take nothing; a test may have less, in builds that are not for release.
fn patience() -> Duration {
    let asked = if cfg!(debug_assertions) { var("CRAWLTOP_TEST_PATIENCE") } else { None };
    asked.and_then(|asked| humantime::parse_duration(&asked).ok()).unwrap_or(PATIENCE)
}

/// The dashboard is drawn, on standard error, where there is a terminal for it and the results do not need it.
fn is_watched(screen: &Screen, outputs: &Outputs) -> bool {
    let term = var("TERM").filter(|term| !term.is_empty() && term != "dumb");
    !screen.no_tui
        && term.is_some()
        && var("ACCESSIBLE").is_none_or(|value| value.is_empty() || value == "0")
        && io::stderr().is_terminal()
        && (io::stdout().is_terminal() || outputs.taken)
        && File::open("/dev/tty").is_ok()
}

/// The format of what goes to standard output. With the dashboard on this terminal, results are seen there; the summary
/// comes after it.
fn on_stdout(outputs: &Outputs, watched: bool) -> Option<Format> {
    outputs.stdout.filter(|_| !watched || !io::stdout().is_terminal())
}

/// Whether there is an output that prints contents.
fn takes_contents(outputs: &Outputs, watched: bool) -> bool {
    let files = outputs.files.iter().map(|(_, format)| *format);
    on_stdout(outputs, watched).into_iter().chain(files).any(|format| format == Format::Text)
}

/// Whether a list is typed: the keys are its lines then, and can't be those of a dashboard.
fn is_terminal(list: &Path) -> bool {
    if list == Path::new("-") {
        return io::stdin().is_terminal();
    }
    // A pipe is not opened just to ask: that would take its first reader's place.
    let device = std::fs::metadata(list).is_ok_and(|list| list.file_type().is_char_device());
    device && File::open(list).is_ok_and(|list| list.is_terminal())
}

fn settings(screen: &Screen, charset: Charset) -> Settings {
    let panic = match test_panic().as_deref() {
        Some("ui") => Some("ui"),
        Some("hub") => Some("hub"),
        _ => None,
    };
    Settings {
        pace: pace(screen.fps, var),
        exit_on_end: screen.exit_on_end,
        theme: Theme::named(theme(screen.theme), depth(screen.color, var)),
        charset,
        clipboard: has_clipboard(var("TERM").as_deref()),
        slow: Slow(screen.slow),
        panic,
    }
}

/// How a run ends by signals. It goes on when its terminal goes away where it is asked to, and under `nohup`.
fn ending(screen: &Screen, controls: UnboundedSender<Control>) -> Ending {
    let outlives = screen.on_hangup == OnHangup::Continue || is_ignored(signal_hook::consts::SIGHUP);
    let spared = (outlives && io::stdout().is_terminal()).then_some(STANDARD_OUTPUT);
    let mut ending = Ending::new(controls);
    (ending.outlives, ending.spared) = (outlives, spared);
    ending
}

/// On standard output, unless that carries another format than text.
fn tell_summary(first: String, state: &State, outputs: &Outputs, charset: Charset) -> io::Result<()> {
    let width = if io::stdout().is_terminal() { columns() } else { usize::MAX };
    let text = first + &findings(state, charset, width, Caps::SHORT) + &words::fitted(&summary(state, charset), width);
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

fn exit_code(state: &State, ending: &Ending, config: &Config, fault: Option<(String, Fault)>) -> u8 {
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
        EndReason::MaxPages if config.fail && state.has_findings() => 1,
        EndReason::Quit | EndReason::Deadline | EndReason::MaxPages => {
            if config.demo {
                0
            } else {
                3
            }
        }
        EndReason::Finished | EndReason::Hangup | EndReason::Interrupt | EndReason::Terminate => whole(state, config),
    }
}

/// The run came to its own end: were there responses, and findings?
fn whole(state: &State, config: &Config) -> u8 {
    if config.demo {
        return 0;
    }
    if state.done.count == 0 {
        return refuse("no target in the input", "give a URL a line; # begins a comment");
    }
    if state.tally.responses() == 0 {
        return 2;
    }
    u8::from(config.fail && state.has_findings())
}
