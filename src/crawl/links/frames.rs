//! Whether frames take the place of a body, for who looks for that alone, as a browser that runs scripts. Knows nothing of
//! what is open in a body.

use super::names::{Attribute, key, key_of};
use super::outline::{Outline, Way};
use super::tag::Attributes;

/// A page, from its beginning.
#[derive(Debug)]
pub(in crate::crawl) struct Frames {
    outline: Outline,
}

impl Frames {
    pub(in crate::crawl) fn new() -> Frames {
        Frames { outline: Outline::new() }
    }

    /// Takes a start tag of HTML in no `template`. Whether frames begin with it.
    pub(in crate::crawl) fn start(&mut self, name: &[u8], attributes: &Attributes<'_>) -> bool {
        let name = key_of(name);
        let hidden = attributes.get(Attribute::Type).is_some_and(|kind| kind.eq_ignore_ascii_case(b"hidden"));
        let way = self.outline.start(name, hidden && name == key("input"));
        // Where scripts run, what stands in it is text.
        if name == key("noscript") {
            self.outline.end(name);
        }
        name == key("frameset") && matches!(way, Way::Own | Way::Replaces)
    }

    /// Takes an end tag in no `template`.
    pub(in crate::crawl) fn end(&mut self, name: &[u8]) {
        self.outline.end(key_of(name));
    }

    /// Takes text in no `template`.
    pub(in crate::crawl) fn text(&mut self, text: &[u8]) {
        self.outline.text(text);
    }
}
