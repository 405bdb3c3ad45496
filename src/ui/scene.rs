//! What a picture is made from: the state, the view, the moment, and the ink. Drawing only reads it.

use super::theme::Theme;
use super::view::{Pane, View};
use super::waterfall;
use crate::clock::At;
use crate::state::{Mark, Run, State};
use crate::text::{self, Charset, Cut, Untrusted};
use crate::units;
use ratatui::style::Style;
use std::time::Duration;

/// Bytes of a host's name, the columns in which the end of a path says something, and below how many of a host nobody
/// knows it.
const HOST: usize = 256;
const LEAST_PATH: usize = 6;
const STUMP: usize = 6;
/// From so many seconds on, an age over a slow line is told in steps.
const COARSE: u64 = 5;
/// Seconds of a step, of ages below ten seconds, below a minute, and above: the more requests there are, the more of them
/// change, and each change costs bytes.
const STEPS: [(usize, [u64; 3]); 3] = [(4, [1, 2, 5]), (16, [2, 5, 5]), (usize::MAX, [5, 10, 30])];
const SHORT: u64 = 10;
const LONG: u64 = 60;

pub struct Scene<'a> {
    pub state: &'a State,
    pub view: &'a View,
    /// The moment that is shown.
    pub now: At,
    pub theme: &'a Theme,
    pub charset: Charset,
}

/// What words about the state are made from.
#[derive(Clone, Copy)]
pub struct Telling<'a> {
    pub state: &'a State,
    pub now: At,
    pub charset: Charset,
}

impl Telling<'_> {
    /// A URL in at most `width` columns, without its origin where the whole run has only that one. In a crawl, those of
    /// the first origin are paths, and those of others begin with their host. Letters that are percent-encoded are read,
    /// where the terminal has them.
    pub fn url(&self, url: &Untrusted, width: usize) -> String {
        let run = &self.state.run;
        let shown = match (run.origin(), run.home()) {
            (Some(origin), _) => url.without_prefix(origin),
            (None, Some(home)) => url.below(home).unwrap_or_else(|| url.without_scheme()),
            // Of several hosts, each is told, and before that the scheme where there is room for all of it.
            (None, None) => return self.whole(url, width),
        };
        let shown = if self.charset == Charset::Unicode { shown.readable() } else { shown };
        shown.shown(width, Cut::Early, self.charset)
    }

    /// A URL with its host: by that alone two of them may differ, and most often by the end of the path. Where both have
    /// no room, the path has a third of it, and what its host leaves; where a host would be a stump, it has all.
    fn whole(&self, url: &Untrusted, width: usize) -> String {
        let read = |url: &Untrusted| if self.charset == Charset::Unicode { url.readable() } else { url.clone() };
        let fits = |url: &Untrusted| {
            // Room for one more, though it be wide: what is cut is then too wide.
            let shown = url.shown(width + 2, Cut::End, self.charset);
            (text::width(&shown) <= width).then_some(shown)
        };
        let bare = url.without_scheme();
        if let Some(shown) = fits(&read(url)).or_else(|| fits(&read(&bare))) {
            return shown;
        }
        let host = Untrusted::from_bytes(url.authority(), HOST);
        if !bare.has_prefix(&host) {
            return read(&bare).shown(width, Cut::Middle, self.charset);
        }
        let path = read(&bare.without_prefix(&host));
        let needed = text::width(&path.shown(width, Cut::End, self.charset));
        let room = width - needed.min((width / 3).max(LEAST_PATH)).min(width);
        let name = if room < STUMP { String::new() } else { host.shown(room, Cut::Middle, self.charset) };
        let path = path.shown(width - text::width(&name), Cut::Early, self.charset);
        format!("{name}{path}")
    }

    pub fn text(&self, text: &Untrusted, width: usize) -> String {
        text.shown(width, Cut::End, self.charset)
    }
}

impl<'a> Scene<'a> {
    pub fn telling(&self) -> Telling<'a> {
        Telling { state: self.state, now: self.now, charset: self.charset }
    }

    /// The run as it is now, whatever is shown of it, and its moment.
    pub fn run(&self) -> (&'a Run, At) {
        let frozen = self.view.frozen.as_ref().map(|frozen| &frozen.meanwhile);
        frozen.map_or((&self.state.run, self.now), |meanwhile| (&meanwhile.run, meanwhile.now))
    }

    /// What was changed by hand last.
    pub fn mark(&self) -> Option<Mark> {
        let frozen = self.view.frozen.as_ref().map(|frozen| frozen.meanwhile.mark);
        frozen.unwrap_or_else(|| self.state.chart.marks.last().copied())
    }

    /// As [`Telling::url`].
    pub fn url(&self, url: &Untrusted, width: usize) -> String {
        self.telling().url(url, width)
    }

    pub fn text(&self, text: &Untrusted, width: usize) -> String {
        self.telling().text(text, width)
    }

    /// How long something goes on already. Over a slow line, what goes on for long is told to few seconds: each change of
    /// a number costs bytes, and of ten that hang all numbers change. Never wider than six columns.
    pub fn age(&self, age: Duration) -> String {
        let told = self.told(age);
        if told == age { units::close_span(age) } else { units::wait(told).replace(' ', "") }
    }

    /// The same for a bar.
    pub fn told(&self, age: Duration) -> Duration {
        match age.as_secs() {
            seconds @ COARSE.. if self.view.coarse => Duration::from_secs(seconds - seconds % self.step(seconds)),
            _ => age,
        }
    }

    /// How long the longest bar may be. Over a slow line, the axis grows with what hangs: bars that fill it stay as they are,
    /// while of forty that grow each column would cost bytes.
    pub fn axis(&self, longest: Duration) -> Duration {
        let is_coarse = self.view.coarse && longest.as_secs() >= COARSE;
        if is_coarse { self.told(longest) } else { waterfall::axis(longest) }
    }

    /// How long something still waits, told as rarely over a slow line but for its last seconds; in the last one by tenths,
    /// and where there is less, by hundredths.
    pub fn left(&self, left: Duration) -> String {
        let millis = left.as_micros().div_ceil(1_000);
        let millis = millis.next_multiple_of(if millis > 100 { 100 } else { 10 });
        if millis < 1_000 {
            return format!("{millis}ms");
        }
        let seconds = left.as_secs_f64().ceil() as u64;
        let is_coarse = self.view.coarse && seconds > COARSE;
        let told = if is_coarse { seconds.next_multiple_of(self.step(seconds)) } else { seconds };
        units::wait(Duration::from_secs(told))
    }

    fn step(&self, seconds: u64) -> u64 {
        let requests = self.state.requests.len();
        let steps = STEPS.iter().find(|(most, _)| requests <= *most).map_or([1; 3], |(_, steps)| *steps);
        steps[usize::from(seconds >= SHORT) + usize::from(seconds >= LONG)]
    }

    /// Whether keys are about the requests in flight, and there are none and will be no more.
    pub fn is_idle(&self) -> bool {
        let (view, state) = (self.view, self.state);
        let is_over = state.run.ended.is_some() && state.requests.is_empty();
        // What was selected and has gone has a page.
        is_over && view.focus == Pane::InFlight && view.request.is_none() && view.detail.is_none()
    }

    /// The ink of the selected row of a pane: one of two such rows is the one that keys are about.
    pub fn selected(&self, pane: Pane) -> Style {
        if self.view.focus == pane { self.theme.selected } else { self.theme.beside }
    }

    /// The ink of a pane's frame.
    pub fn frame(&self, pane: Pane) -> Style {
        if self.view.focus == pane { self.theme.focus } else { self.theme.dim }
    }
}
