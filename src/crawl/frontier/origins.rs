//! The origins that URLs stand behind, each once, and which of them are one host. Knows nothing of paths.

use super::Frontier;
use super::host::NONE;
use super::origin::{Gate, Origin};

impl Frontier {
    /// The origin with this text, made where it is not known; `None` where there is no room for it.
    pub(super) fn origin(&mut self, text: &str) -> Option<u32> {
        let known = self.known_origin(text);
        let origin = known.or_else(|| self.make_origin(self.known.hash(text), text))?;
        self.last_origin = origin;
        Some(origin)
    }

    pub(super) fn known_origin(&self, text: &str) -> Option<u32> {
        if self.last_origin != NONE && self.origin_text(self.last_origin) == text {
            return Some(self.last_origin);
        }
        self.find_origin(self.known.hash(text), text)
    }

    fn find_origin(&self, hash: u64, text: &str) -> Option<u32> {
        let found = self.origin_index.find(hash, |number| self.origin_texts.read(number).bytes == text.as_bytes());
        found.map(|number| self.origin_texts.read(number).number)
    }

    fn make_origin(&mut self, hash: u64, text: &str) -> Option<u32> {
        let origin = u32::try_from(self.origins.len()).ok().filter(|&origin| origin != NONE)?;
        let number = self.origin_texts.push(origin, text)?;
        let host = self.sibling(text).map(|sibling| self.host_of(sibling));
        self.line.hosts.push(host)?;
        let gate = if self.manners.robots { Gate::Unasked } else { Gate::Open };
        self.origins.push(Origin::new(number, gate));
        self.origin_index.insert(hash, number);
        Some(origin)
    }

    /// The same host by the other scheme.
    fn sibling(&self, text: &str) -> Option<u32> {
        let other = match text.split_once("://")? {
            ("http", host) => format!("https://{host}"),
            ("https", host) => format!("http://{host}"),
            _ => return None,
        };
        self.find_origin(self.known.hash(&other), &other)
    }

    /// The host of an origin.
    pub(super) fn host_of(&self, origin: u32) -> u32 {
        self.line.hosts.of(origin)
    }

    pub(super) fn origin_text(&self, origin: u32) -> &str {
        self.origin_texts.get(self.origins[origin].text)
    }
}
