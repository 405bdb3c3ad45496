//! The part of a link behind its `#`. Knows nothing of the page that it points into.

use std::borrow::Cow;

use super::escapes::decoded;

/// What parts the name of an element from text to be found (the WICG's text fragments): no id.
const DIRECTIVE: &str = ":~:";

/// The fragment of a link, escaped as the link has it or as the WHATWG's parser escapes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fragment<'a>(&'a str);

impl<'a> Fragment<'a> {
    /// `text`: what follows the `#`.
    pub fn new(text: &'a str) -> Self {
        Self(text.find(DIRECTIVE).map_or(text, |at| &text[..at]))
    }

    /// As in the link, without its `#`. HTML looks for this as an id before it looks for the decoded one.
    pub fn as_str(self) -> &'a str {
        self.0
    }

    /// Percent-decoded; what is then no UTF-8 is replaced.
    pub fn decoded(self) -> Cow<'a, str> {
        decoded(self.0)
    }

    /// Whether every page has it: nothing, or `top` where no element is called that.
    pub fn is_top(self) -> bool {
        self.0.is_empty() || self.decoded().eq_ignore_ascii_case("top")
    }
}
