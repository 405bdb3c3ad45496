//! A line of text a result, as completed. Knows no terminal: whether one reads along is an argument.

use super::body::Body;
use super::columns::Columns;
use super::gather::{Earlier, Gather, Told};
use super::{Caps, Report, findings, summary, symbol};
use crate::content::Content;
use crate::event::{Event, EventKind, Verbosity};
use crate::fetched::{Fetched, Outcome};
use crate::host::{RobotsRead, SitemapRead};
use crate::phase::Phase;
use crate::state::{State, Verdict};
use crate::text::{Charset, Cut, Untrusted};
use crate::units;

/// Widest text of one piece from outside.
const COLUMNS: usize = 2048;
/// Bytes of a content that go out with its line; a larger one goes by itself.
const ALONG: usize = 16 << 10;

/// Bytes that most lines have room in.
const LINE_BYTES: usize = 160;

pub struct Lines {
    gather: Gather,
    wording: Wording,
    bodies: Vec<(usize, Body)>,
    /// The line that is put together; its room serves the next one too.
    line: String,
    closing: bool,
}

/// What is told of a result, and how.
struct Wording {
    verbosity: Verbosity,
    charset: Charset,
    /// Each content goes out after its line.
    bodies: bool,
    /// A person reads it on a terminal: content is made safe.
    terminal: bool,
}

impl Lines {
    pub fn new(verbosity: Verbosity, charset: Charset, bodies: bool, terminal: bool) -> Lines {
        let wording = Wording { verbosity, charset, bodies, terminal };
        Lines { gather: Gather::default(), wording, bodies: Vec::new(), line: String::new(), closing: false }
    }

    /// The same, with the report of a crawl at the end: for a file, which nothing else is written to.
    pub fn with_report(self) -> Lines {
        Lines { closing: true, ..self }
    }
}

impl Wording {
    fn tell(&self, told: &Told, line: &mut String, out: &mut Vec<u8>, bodies: &mut Vec<(usize, Body)>) {
        if self.verbosity == Verbosity::Quiet && told.fetched.outcome() == Outcome::Ok {
            return;
        }
        line.clear();
        line.shrink_to(LINE_BYTES);
        self.line(told, line);
        line.push('\n');
        out.extend_from_slice(line.as_bytes());
        if self.verbosity == Verbosity::Verbose {
            for earlier in &told.earlier {
                out.extend_from_slice(self.earlier(earlier).as_bytes());
                out.push(b'\n');
            }
            out.extend_from_slice(self.detail(told).as_bytes());
            out.push(b'\n');
        }
        if let Some(content) = told.content.as_ref().filter(|_| self.bodies) {
            self.body(content, out, bodies);
        }
    }

    fn line(&self, told: &Told, line: &mut String) {
        let fetched = &told.fetched;
        self.numbers(told, line);
        self.put(&fetched.url, line);
        if let Some(elsewhere) = &fetched.final_url {
            *line += "  -> ";
            self.put(elsewhere, line);
        }
        match fetched.redirects.len() {
            0 => {}
            1 => *line += " (1 redirect)",
            count => *line += &format!(" ({count} redirects)"),
        }
        if let Some(failure) = &fetched.failure {
            *line += &format!("  {}: {}", failure.kind.name(), self.show(&failure.without_kind()));
        }
        if fetched.attempt > 1 {
            *line += &format!("  attempt {}", fetched.attempt);
        }
        if let Some(source) = linked_from(fetched) {
            *line += &format!("  on {}", self.show(source));
        }
        if let Some(after) = fetched.retry_after.filter(|after| after.is_ahead() && fetched.outcome() != Outcome::Ok) {
            *line += &format!("  retry after {}", after.rfc3339());
        }
    }

    /// The columns before the URL, by hand: for a run of thousands, a line takes no more than its fetch.
    fn numbers(&self, told: &Told, line: &mut String) {
        let fetched = &told.fetched;
        let mut columns = Columns(line);
        columns.right(6, |line| units::put_digits(line, told.order));
        *columns.0 += "  ";
        *columns.0 += symbol(fetched, self.charset);
        columns.0.push(' ');
        columns.left(3, |line| match fetched.status.filter(|_| fetched.failure.is_none()) {
            Some(status) => units::put_digits(line, u64::from(status)),
            None => line.push_str("err"),
        });
        columns.0.push(' ');
        columns.right(7, |line| match fetched.took() {
            Some(took) if self.charset == Charset::Ascii => *line += &self.plain(units::span(took)),
            Some(took) => units::put_span(line, took),
            None => line.push('-'),
        });
        columns.0.push(' ');
        columns.right(8, |line| units::put_bytes(line, fetched.body_bytes));
        *columns.0 += "  ";
    }

    /// An attempt before the one that is told: what it met, and how long the next one was waited for.
    fn earlier(&self, earlier: &Earlier) -> String {
        let Earlier { fetched, until, because } = earlier;
        let (number, total) = (fetched.attempt, units::span(fetched.total()));
        let (gap, because) = (units::span(*until - fetched.ended), because.words());
        let met = match (&fetched.failure, fetched.status) {
            (Some(failure), _) => format!("{}: {}", failure.kind.name(), self.show(&failure.without_kind())),
            (None, status) => status.map_or(String::new(), |status| status.to_string()),
        };
        self.plain(format!("        attempt {number}  {met}  {total}  again after {gap} ({because})"))
    }

    /// The phases, the steps and the callbacks.
    fn detail(&self, told: &Told) -> String {
        let fetched = &told.fetched;
        let mut parts: Vec<String> = Phase::ALL
            .into_iter()
            .filter_map(|phase| Some(format!("{} {}", phase.name(), units::span(fetched.spent(phase)?))))
            .collect();
        for hop in &fetched.redirects {
            let took = units::span(std::time::Duration::from_micros(hop.us));
            parts.push(format!("{} of {} after {took}", hop.status, self.show(&hop.url)));
        }
        if let Some(place) = &fetched.place {
            let source =
                place.source.as_ref().map_or(String::new(), |source| format!(" on {}", self.show(&source.url)));
            parts.push(format!("{} at depth {}{source}", place.role.name(), place.depth));
        }
        let busy = units::span(std::time::Duration::from_micros(fetched.busy_us));
        let steps = if fetched.steps == 1 { "step" } else { "steps" };
        parts.push(format!("{} {steps} in {busy}", fetched.steps));
        for fired in &told.callbacks {
            parts.push(format!("{} after {}µs", fired.callback.name(), fired.lag_us));
        }
        if let Some(proxy) = &fetched.proxy {
            parts.push(format!("by {}", self.show(proxy)));
        }
        if let Some(tls) = &fetched.tls {
            parts.push(tls.words());
        }
        if let Some(reason) = &fetched.fell_back {
            parts.push(format!("no https: {}", self.show(&reason.message)));
        }
        if let Some(title) = &fetched.title {
            parts.push(format!("\"{}\"", self.show(title)));
        }
        if let Some(hash) = &fetched.sha256 {
            parts.push(format!("sha256 {hash}"));
        }
        self.plain(format!("        {}", parts.join("  ")))
    }

    /// A step, as it happened; there are such events only where steps are traced.
    fn step(&self, event: &Event, out: &mut Vec<u8>) {
        let EventKind::Stepped { id, step, busy_us, woken_by } = event.kind else { return };
        if self.verbosity > Verbosity::Quiet {
            let took = units::span(std::time::Duration::from_micros(busy_us));
            let line = format!("        step {step} of task {} took {took}, woken by {}\n", id.0, woken_by.name());
            out.extend_from_slice(self.plain(line).as_bytes());
        }
    }

    /// What a crawl reads to know the way, which is no result.
    fn note(&self, event: &Event, out: &mut Vec<u8>) {
        let words = match &event.kind {
            EventKind::RobotsRead { robots, .. } => self.robots(robots),
            EventKind::SitemapRead { sitemap, .. } => self.sitemap(sitemap),
            EventKind::SitemapsUnread { sitemaps, why } => {
                format!("sitemaps not read: {}, {}", units::count(*sitemaps), why.words())
            }
            EventKind::Widened { from, to } => {
                format!("{} leads to {}, which is in the scope", self.show(from), self.show(to))
            }
            EventKind::Trapped { words, url } => format!("{}: first at {}", self.show(words), self.show(url)),
            _ => return,
        };
        if self.verbosity == Verbosity::Verbose {
            out.extend_from_slice(self.plain(format!("        {words}\n")).as_bytes());
        }
    }

    fn robots(&self, read: &RobotsRead) -> String {
        let status = read.status.map_or("no answer".to_owned(), |status| status.to_string());
        let delay = read.delay_us.map(|us| units::span(std::time::Duration::from_micros(us)));
        let delay = delay.map_or(String::new(), |delay| format!(", Crawl-delay {delay}"));
        let (origin, meaning) = (self.show(&read.origin), self.show(&read.meaning));
        let (rules, sitemaps) = (read.rules, read.sitemaps);
        format!("robots.txt of {origin}: {status}, rules {rules}, sitemaps {sitemaps}{delay}: {meaning}")
    }

    fn sitemap(&self, read: &SitemapRead) -> String {
        let trouble = read.trouble.as_ref().map_or(String::new(), |trouble| format!(": {}", self.show(trouble)));
        let url = self.show(&read.url);
        format!("sitemap {url}: pages {}, new {}, sitemaps {}{trouble}", read.pages, read.new, read.maps)
    }

    fn put(&self, text: &Untrusted, line: &mut String) {
        text.shown_into(line, COLUMNS, Cut::Middle, self.charset);
    }

    fn show(&self, text: &Untrusted) -> String {
        text.shown(COLUMNS, Cut::Middle, self.charset)
    }

    fn plain(&self, own: String) -> String {
        if self.charset == Charset::Ascii { own.replace('µ', "u") } else { own }
    }

    fn body(&self, content: &Content, out: &mut Vec<u8>, bodies: &mut Vec<(usize, Body)>) {
        let body = Body::new(content, self.terminal.then_some(self.charset));
        if content.in_memory().is_some_and(|bytes| bytes.len() <= ALONG) {
            body.flatten().for_each(|piece| out.extend_from_slice(&piece));
        } else {
            bodies.push((out.len(), body));
        }
    }
}

impl Report for Lines {
    fn apply(&mut self, event: &Event, out: &mut Vec<u8>) {
        self.wording.step(event, out);
        self.wording.note(event, out);
        self.gather.apply(event, |told| self.wording.tell(&told, &mut self.line, out, &mut self.bodies));
    }

    fn take_bodies(&mut self) -> Vec<(usize, Body)> {
        std::mem::take(&mut self.bodies)
    }

    fn end(&mut self, state: &State, out: &mut Vec<u8>) {
        if self.closing && state.run.crawl {
            let charset = self.wording.charset;
            out.extend_from_slice(findings(state, charset, usize::MAX, Caps::LONG).as_bytes());
            out.extend_from_slice(summary(state, charset).as_bytes());
        }
    }
}

/// The page with the link to what is wrong.
fn linked_from(fetched: &Fetched) -> Option<&Untrusted> {
    let wrong = matches!(Verdict::of(fetched), Verdict::Broken | Verdict::Blocked | Verdict::Failed);
    fetched.place.as_ref().filter(|_| wrong)?.source.as_ref().map(|source| &source.url)
}
