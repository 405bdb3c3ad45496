//! Which elements are the anchors whose texts are read, and whether they are open still. Knows nothing of their texts.

use super::Stack;
use crate::crawl::links::kinds::{Space, identity};
use std::num::NonZeroU32;

/// What an anchor is to the text that is read now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::crawl::links) enum Standing {
    Open,
    /// It goes on behind this.
    Waiting,
    Ended,
}

impl Stack {
    /// Gives the `a` that was begun last its number. Whether it is kept.
    pub(in crate::crawl::links) fn number_anchor(&mut self, number: NonZeroU32, space: Space) -> bool {
        if space == Space::Html {
            return self.formatting.number_anchor(number);
        }
        let is_it = |open: &&mut super::Open| open.id == identity(b"a") && open.space == space && open.anchor.is_none();
        let last = self.open.last_mut().filter(is_it);
        last.map(|open| open.anchor = Some(number)).is_some()
    }

    #[inline]
    pub(in crate::crawl::links) fn is_innermost(&self, number: NonZeroU32) -> bool {
        self.formatting.is_innermost(number)
    }

    #[inline]
    pub(in crate::crawl::links) fn holds_no_anchor(&self) -> bool {
        self.formatting.is_empty() && !self.is_drawing() && !self.has_left
    }

    /// One of formatting ends that is out of scope. What is open in it stays in it.
    pub(super) fn let_go_of_anchor(&mut self, which: usize) {
        let depth = self.formatting.depth(which).unwrap_or(self.open.len());
        let anchor = self.formatting.number(which);
        if let (Some(within), Some(_)) = (self.open.get_mut(depth), anchor) {
            (within.anchor, self.has_left) = (anchor, true);
        }
        self.formatting.remove(which);
    }

    pub(in crate::crawl::links) fn anchor(&self, number: NonZeroU32) -> Standing {
        let within =
            || (self.is_drawing() || self.has_left) && self.open.iter().rev().any(|open| open.anchor == Some(number));
        match self.formatting.anchor(number) {
            Standing::Ended if within() => Standing::Open,
            standing => standing,
        }
    }
}
