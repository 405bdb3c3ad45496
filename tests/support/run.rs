//! A run of the engine on a thread of its own, as the program has it, whose events a test reads as they come.

use crawltop::clock::Clock;
use crawltop::control::{Control, EndReason};
use crawltop::emit::{Emitter, Events, Waiting, channel};
use crawltop::engine::{CrawlTerms, EventLoop, Feed, Reader, Retry, Terms, Until, Word};
use crawltop::event::{Engine, Event, EventKind, Order, RunStarted};
use crawltop::fetched::Fetched;
use crawltop::id::FetchId;
use crawltop::net::{Fetcher, Limits, Options, Proxies, Trust};
use crawltop::state::State;
use crawltop::target::Target;
use crawltop::text::Untrusted;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};

/// Only a test that hangs waits so long.
const HANGING: Duration = Duration::from_secs(60);

/// A run that is not started yet.
pub struct Plan {
    pub terms: Terms,
    pub options: Options,
    pub detailed: bool,
    pub words: Vec<Word>,
    /// Threads of the loop.
    pub loop_threads: usize,
    /// Links are followed.
    pub crawl: Option<CrawlTerms>,
    feed: Option<Feed>,
}

impl Plan {
    pub fn of<T: AsRef<str>>(urls: impl IntoIterator<Item = T>) -> Plan {
        let word = |url: T| Word::Target(Target::parse(url.as_ref()).unwrap());
        Plan {
            terms: Terms {
                cap: 64,
                most: u32::MAX,
                engine: Engine::Tasks,
                workers: None,
                order: Order::Completed,
                until: Until::All,
                keep_going: false,
                deadline: None,
                retry: Retry::NEVER,
                rate: None,
                stays: false,
                watched: true,
            },
            options: Options {
                limits: Limits { connect: None, idle: None, max: None },
                trust: Trust::Anyone,
                proxies: Proxies::default(),
                way: Default::default(),
                user_agent: "crawltop/test".to_owned(),
                asks: Default::default(),
                max_filesize: 32 << 20,
                hash: false,
                keep_content: false,
                keep: 0,
                panic: false,
            },
            detailed: true,
            words: urls.into_iter().map(word).collect(),
            loop_threads: 1,
            crawl: None,
            feed: None,
        }
    }

    pub fn cap(mut self, cap: u32) -> Plan {
        self.terms.cap = cap;
        self
    }

    pub fn engine(mut self, engine: Engine) -> Plan {
        self.terms.engine = engine;
        self
    }

    /// By threads, so many of them.
    pub fn workers(mut self, workers: u16) -> Plan {
        self.terms.workers = Some(workers);
        self.engine(Engine::Threads)
    }

    pub fn order(mut self, order: Order) -> Plan {
        self.terms.order = order;
        self
    }

    pub fn until(mut self, until: Until) -> Plan {
        self.terms.until = until;
        self
    }

    pub fn limits(mut self, limits: Limits) -> Plan {
        self.options.limits = limits;
        self
    }

    pub fn trust(mut self, trust: Trust) -> Plan {
        self.options.trust = trust;
        self
    }

    /// Waits at its end for whoever wants some of it again.
    pub fn stays(mut self) -> Plan {
        self.terms.stays = true;
        self
    }

    /// Adds a list, whose lines are the test's to hand over.
    pub fn list(&mut self) -> Reader {
        self.feed.get_or_insert_with(|| Feed::new(std::mem::take(&mut self.words))).list()
    }

    /// Runs to its end.
    pub fn run(self) -> Vec<Event> {
        self.start().finish()
    }

    pub fn start(self) -> Run {
        self.prepare().start()
    }

    /// Everything is there, but nothing begins yet.
    pub fn prepare(self) -> Ready {
        let (emitter, events) = channel(Clock::start(), self.detailed);
        let feed = self.feed.unwrap_or_else(|| Feed::new(self.words));
        let Plan { terms, options, loop_threads, crawl, .. } = self;
        Ready { terms, options, loop_threads, crawl, feed, emitter, events }
    }
}

pub struct Ready {
    terms: Terms,
    options: Options,
    loop_threads: usize,
    crawl: Option<CrawlTerms>,
    feed: Feed,
    pub emitter: Emitter,
    events: Events,
}

impl Ready {
    /// What waits to be written, to play a reader that does not keep up.
    pub fn waiting(&self) -> Waiting {
        self.events.waiting()
    }

    /// Tells first how the run begins, as the program does, for those who build a state or a report on the events.
    pub fn announced(self) -> Ready {
        self.emitter.emit(EventKind::RunStarted(Box::new(RunStarted {
            wall_clock_ms: 0,
            version: "test".into(),
            target: Untrusted::new("a test", 99),
            engine: self.terms.engine,
            workers: u32::from(self.terms.workers()),
            order: self.terms.order,
            cap: self.terms.cap,
            open_files: 1024,
            crawl: self.crawl.is_some(),
            no_robots: false,
            printed: crawltop::event::Printed::default(),
            way: crawltop::event::Way::default(),
        })));
        self
    }

    pub fn start(self) -> Run {
        let fetcher = Arc::new(Fetcher::new(self.options, self.emitter.clone()));
        let (controls, wishes) = unbounded_channel();
        let tasks = EventLoop::new(self.terms, self.feed, self.crawl, fetcher, self.emitter, wishes).unwrap();
        let engine = std::thread::spawn(move || {
            let runtime = match self.loop_threads {
                1 => Builder::new_current_thread().enable_all().build().unwrap(),
                threads => Builder::new_multi_thread().worker_threads(threads).enable_all().build().unwrap(),
            };
            runtime.block_on(tasks.run());
            runtime.shutdown_background();
        });
        let runtime = Builder::new_current_thread().enable_all().build().unwrap();
        Run { runtime, engine, controls, events: self.events, seen: Vec::new(), read: 0 }
    }
}

/// A run that goes on.
pub struct Run {
    runtime: Runtime,
    engine: JoinHandle<()>,
    controls: UnboundedSender<Control>,
    events: Events,
    seen: Vec<Event>,
    /// Events that were waited for and passed.
    read: usize,
}

impl Run {
    pub fn tell(&self, control: Control) {
        self.controls.send(control).unwrap();
    }

    /// As [`Run::tell`], where perhaps nobody listens any more.
    pub fn wish(&self, control: Control) {
        let _ = self.controls.send(control);
    }

    /// The next event that is meant; those before it are passed over.
    pub fn until(&mut self, is_meant: impl Fn(&EventKind) -> bool) -> Event {
        loop {
            while let Some(event) = self.seen.get(self.read) {
                self.read += 1;
                if is_meant(&event.kind) {
                    return event.clone();
                }
            }
            self.take();
        }
    }

    /// As [`Run::until`], so many times.
    pub fn until_each(&mut self, count: usize, is_meant: impl Fn(&EventKind) -> bool) {
        for _ in 0..count {
            self.until(&is_meant);
        }
    }

    /// Returns when the loop has looked at everything that was told before, and at its slots since.
    pub fn settle(&mut self, cap: u32) {
        for _ in 0..2 {
            self.tell(Control::Concurrency(cap));
            self.until(|kind| matches!(kind, EventKind::ConcurrencySet { .. }));
        }
    }

    fn take(&mut self) {
        let mut batch = Vec::new();
        let taken = async { tokio::time::timeout(HANGING, self.events.take(&mut batch)).await };
        if self.runtime.block_on(taken).is_err() {
            panic!("no event came any more after {:?}", self.seen);
        }
        self.seen.append(&mut batch);
    }

    /// Waits for the end of the run, and gives all its events.
    pub fn finish(mut self) -> Vec<Event> {
        while !self.seen.iter().any(|event| matches!(event.kind, EventKind::RunEnded { .. })) {
            self.take();
        }
        // One that stays goes when nobody is there any more.
        drop(self.controls);
        self.engine.join().unwrap();
        self.events.take_now(&mut Vec::new());
        self.seen
    }

    pub fn seen(&self) -> &[Event] {
        &self.seen
    }
}

/// The results, in the order of telling.
pub fn results(events: &[Event]) -> Vec<(FetchId, Arc<Fetched>)> {
    let result = |event: &Event| match &event.kind {
        EventKind::Finished { id, fetched } => Some((*id, Arc::clone(fetched))),
        _ => None,
    };
    events.iter().filter_map(result).collect()
}

/// The result of a run with one target.
pub fn only(events: &[Event]) -> Arc<Fetched> {
    let results = results(events);
    assert_eq!(results.len(), 1, "{events:#?}");
    Arc::clone(&results[0].1)
}

/// Why the run ended, and what was not started then. A worker that was not waited for may tell something later.
pub fn end(events: &[Event]) -> (EndReason, u64) {
    let ended = events.iter().find_map(|event| match event.kind {
        EventKind::RunEnded { reason, unread } => Some((reason, unread)),
        _ => None,
    });
    ended.expect("the run has ended")
}

/// What the events add up to.
pub fn state(events: &[Event]) -> State {
    let mut state = State::default();
    events.iter().for_each(|event| state.apply(event));
    state
}
