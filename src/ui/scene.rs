//! What a picture is made from: the state, the view, the moment, and the ink. Drawing only reads it.

use super::theme::Theme;
use super::view::{Pane, View};
use crate::clock::At;
use crate::state::State;
use crate::text::{Charset, Cut, Untrusted};
use ratatui::style::Style;

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
            (None, None) => url.clone(),
        };
        let shown = if self.charset == Charset::Unicode { shown.readable() } else { shown };
        shown.shown(width, Cut::Early, self.charset)
    }

    pub fn text(&self, text: &Untrusted, width: usize) -> String {
        text.shown(width, Cut::End, self.charset)
    }
}

impl<'a> Scene<'a> {
    pub fn telling(&self) -> Telling<'a> {
        Telling { state: self.state, now: self.now, charset: self.charset }
    }

    /// As [`Telling::url`].
    pub fn url(&self, url: &Untrusted, width: usize) -> String {
        self.telling().url(url, width)
    }

    pub fn text(&self, text: &Untrusted, width: usize) -> String {
        self.telling().text(text, width)
    }

    /// The ink of a pane's frame.
    pub fn frame(&self, pane: Pane) -> Style {
        if self.view.focus == pane { self.theme.focus } else { self.theme.dim }
    }
}
