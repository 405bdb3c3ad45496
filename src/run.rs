//! The wiring: from a command line to a run, its ends joined, to an exit code. The one place that names both columns.

mod explain;
mod files;
mod lab;
mod race;
mod replay;
mod telling;
mod verdict;
mod watching;
mod way;
mod words;

use crate::cli::{Cli, CrawlArgs, DemoArgs, FetchArgs, Verb};
use crate::clock::{Clock, wall_clock_ms};
use crate::config::{Config, Usage, charset, demo_lab};
use crate::control::Control;
use crate::emit::{Emitter, Events, channel};
use crate::engine::{EventLoop, Feed};
use crate::event::Verbosity;
use crate::event::{EventKind, RunStarted, SPARE_FILES};
use crate::hub::{Hub, Output};
use crate::input;
use crate::net::{self, Fetcher, Preparation, make_room, raise_open_files};
use crate::outbox::Fault;
use crate::password::{self, Asked};
use crate::recording::{PATIENCE, Recording};
use crate::report::failed;
use crate::secrets;
use crate::signals::{Ending, Signals};
use crate::text::{Charset, Cut, Untrusted};
use crate::ui::Dashboard;
use crate::unwatched::Unwatched;
use lab::start_lab;
use std::io::{self, IsTerminal, Write};
use std::sync::Arc;
use std::sync::mpsc::{self, Sender};
use std::time::Duration;
use telling::{Telling, detail, takes_contents, tell_waiting};
use tokio::runtime::Builder;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use verdict::{exit_code, tell_summary};
use watching::{ending, is_terminal, is_watched, settings};
use way::way;

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
    // A file that has reached the limit of its size is told as one on a disk that is full.
    let _ = signal_hook::flag::register(signal_hook::consts::SIGXFSZ, Arc::default());
    let cli = match Cli::of_words(std::env::args_os()) {
        Ok(cli) => cli,
        Err(error) => return words::refuse(&error),
    };
    let ran = match cli.verb {
        Verb::Fetch(args) => fetch(args),
        Verb::Crawl(args) => crawl(args),
        Verb::Race(args) => race::race(args),
        Verb::Demo(args) => demo(args),
        Verb::Lab(args) => lab::lab(&args),
        Verb::Replay(args) => replay::replay(args),
        Verb::Explain(args) => explain::explain(&args),
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

fn fetch(args: FetchArgs) -> Result<u8, Usage> {
    go(Config::of_fetch(args)?)
}

fn crawl(args: CrawlArgs) -> Result<u8, Usage> {
    let no_robots = args.exploring.no_robots;
    let config = Config::of_crawl(args)?;
    if no_robots {
        note_no_robots();
    }
    go(config)
}

/// Said loudly, by a run and by its replay.
fn note_no_robots() {
    let _ = writeln!(io::stderr(), "note: no robots.txt is asked, and nofollow is not kept to (--no-robots)");
}

fn demo(args: DemoArgs) -> Result<u8, Usage> {
    let lab = start_lab(demo_lab(&args))?;
    go(Config::of_demo(args, &lab.url())?)
}

/// Goes, once there is the password that was left out. It is asked for after all that may be wrong with the words.
fn go(mut config: Config) -> Result<u8, Usage> {
    if let Some(user) = config.user_alone.take() {
        match password::ask_for(&user)? {
            Asked::Password(password) => config.options.asks.user = Some((user.into(), password.into())),
            Asked::Signal(code) => return Ok(code),
        }
    }
    keep_secrets(&config);
    Run::new(config)?.go()
}

/// Before anything is told.
fn keep_secrets(config: &Config) {
    secrets::begin(&net::secrets(&config.options.asks, &config.options.proxies));
    secrets::open(&config.title);
    let sitemaps = config.crawl.iter().flat_map(|crawl| &crawl.sitemaps);
    sitemaps.for_each(secrets::meet);
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

/// Open files without which nothing can be fetched and nobody could watch.
const LEAST_FILES: u64 = 28;

/// As many as the machine allows.
fn enough_files() -> Result<u64, Usage> {
    let open_files = raise_open_files();
    if open_files >= LEAST_FILES {
        return Ok(open_files);
    }
    Err(Usage::new(
        format!("only {open_files} files may be open, and {LEAST_FILES} are needed at least"),
        "raise the limit, as in `ulimit -n 256`",
    ))
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
        let open_files = enough_files()?;
        let most = u32::try_from(open_files.saturating_sub(SPARE_FILES).max(1)).unwrap_or(u32::MAX);
        if config.terms.cap > most {
            let _ =
                writeln!(io::stderr(), "note: no more than {most} at once: {open_files} files may be open (ulimit -n)");
            config.terms.cap = most;
        }
        make_room(u64::from(config.terms.cap) + SPARE_FILES);
        config.terms.most = most;
        config.options.panic = test_panic().as_deref() == Some("task");
        let typed = config.list.as_deref().is_some_and(is_terminal);
        let watched = !typed && is_watched(&config.screen, &config.outputs);
        config.terms.watched = watched;
        // Whoever looks at the end may want some of it again.
        config.terms.stays = watched && !config.screen.exit_on_end;
        config.options.keep_content &= takes_contents(&config.outputs, watched);
        let (emitter, events) = channel(Clock::start(), false);
        emitter.tell(detail(&config, watched));
        files::of_run(&config)?;
        let mut feed = Feed::new(std::mem::take(&mut config.words));
        if let Some(list) = &config.list {
            input::read(list, feed.list())?;
        }
        let charset = charset(config.screen.ascii, var);
        Ok(Run { config, watched, charset, emitter, events, feed, open_files })
    }

    fn go(mut self) -> Result<u8, Usage> {
        let mut hub = if self.watched { Hub::new } else { Hub::unseen }(self.outputs()?);
        // After all that may be refused: what stood in the file is lost.
        if let Some(recording) = self.recording()? {
            crate::panic::at_last(recording.last_words());
            hub.record(recording);
        }
        self.announce();
        let (controls, wishes) = unbounded_channel();
        let (go, preparation) = self.start_loop(wishes)?;
        let runtime = runtime()?;
        let signals = runtime.block_on(async { Signals::new() }).map_err(no_loop)?;
        // Nothing is fetched before signals are heard. A loop that is gone has told so.
        let _ = go.send(());
        let (watched, charset, clock) = (self.watched, self.charset, self.emitter.clock().clone());
        let (config, mut hub, ending) = runtime.block_on(self.follow(hub, signals, controls))?;
        if let Some(reason) = ending.reason {
            hub.end(clock.now(), reason);
        }
        ending.close();
        // The terminal of the dashboard was left, and would stand there without a word.
        let told = watched && !ending.unheard;
        let mut fault = hub.close(|name, longest| {
            if told {
                tell_waiting(name, longest, charset);
            }
        });
        let quiet = matches!(&fault, Some((name, Fault::Closed)) if name == STANDARD_OUTPUT);
        // Behind a dashboard, no line has told why a fetch failed.
        let unseen = watched && io::stdout().is_terminal();
        let first = if unseen { failed(&hub.state, charset) } else { String::new() };
        let unheard = ending.unheard && io::stdout().is_terminal();
        if !quiet
            && !unheard
            && let Err(error) = tell_summary(first, &hub.state, &config.outputs, charset)
        {
            fault.get_or_insert_with(|| (STANDARD_OUTPUT.to_owned(), Fault::of(&error)));
        }
        note_what_is_named_in_vain(&preparation);
        let code = exit_code(&hub.state, &ending, &config, fault);
        // The process ends, and its memory goes as a whole.
        std::mem::forget(hub);
        Ok(code)
    }

    fn announce(&self) {
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
            no_robots: self.config.crawl.as_ref().is_some_and(|crawl| !crawl.manners.robots),
            printed: self.config.outputs.printed(),
            way: way(&self.config.options),
        })));
    }

    /// Until the run has ended, or whoever watches it has left.
    async fn follow(
        self,
        hub: Hub,
        signals: Signals,
        controls: UnboundedSender<Control>,
    ) -> Result<(Config, Hub, Ending), Usage> {
        let Run { config, watched, charset, emitter, events, .. } = self;
        let ending = ending(&config.screen, controls.clone());
        let (hub, ending) = if watched {
            let settings = settings(&config.screen, charset);
            let dashboard = Dashboard { hub, events, emitter, signals, ending, controls, settings };
            // It is large, and a run without it has no room for it on its stack.
            Box::pin(dashboard.watch()).await.map_err(|error| {
                Usage::new(format!("the terminal can't be used: {error}"), "give --no-tui for lines instead")
            })?
        } else {
            let notes = config.outputs.verbosity > Verbosity::Quiet && !io::stdout().is_terminal();
            let panic = test_panic().as_deref() == Some("hub");
            Unwatched { hub, events, emitter, signals, ending, notes, charset, panic }.follow().await
        };
        Ok((config, hub, ending))
    }

    /// Threads that fetch, or that run tasks.
    fn workers(&self) -> u32 {
        u32::from(self.config.terms.workers().max(self.config.loop_threads))
    }

    /// The engine runs on a thread of its own, so that neither the screen nor the reports hold it up. The thread comes up
    /// while the rest of the program does, and begins when it is told to.
    fn start_loop(&mut self, wishes: UnboundedReceiver<Control>) -> Result<(Sender<()>, Arc<Preparation>), Usage> {
        let fetcher = Arc::new(Fetcher::new(self.config.options.clone(), self.emitter.clone()));
        let preparation = fetcher.preparation();
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
        Ok((go, preparation))
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

/// What a test asks to panic, in builds that are not for release.
fn test_panic() -> Option<String> {
    if cfg!(debug_assertions) { var("CRAWLTOP_TEST_PANIC") } else { None }
}

/// How long the file of a recording may take nothing; a test may have less, in builds that are not for release.
fn patience() -> Duration {
    let asked = if cfg!(debug_assertions) { var("CRAWLTOP_TEST_PATIENCE") } else { None };
    asked.and_then(|asked| humantime::parse_duration(&asked).ok()).unwrap_or(PATIENCE)
}

/// What the environment names for TLS, and could not be used.
fn note_what_is_named_in_vain(preparation: &Preparation) {
    for (words, instead) in preparation.in_vain() {
        let words = Untrusted::new(&words, REFUSAL).shown(REFUSAL, Cut::End, charset(false, var));
        let _ = writeln!(io::stderr(), "note: {words}; {instead}");
    }
}
