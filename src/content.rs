//! The decoded content of one response, on its way to whoever prints it. It counts as waiting until the last who holds
//! it has let go. Knows nothing of where it goes.

use crate::emit::Waiting;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::sync::Arc;

/// Clones are the same bytes. In the journal it is base64.
#[derive(Clone)]
pub struct Content(Arc<Held>);

struct Held {
    bytes: Vec<u8>,
    waiting: Option<Waiting>,
}

impl Content {
    /// Counts in `waiting`, and so holds back new fetches, as long as it is there.
    pub fn new(bytes: Vec<u8>, waiting: Waiting) -> Content {
        waiting.add(bytes.len());
        Content(Arc::new(Held { bytes, waiting: Some(waiting) }))
    }

    pub fn bytes(&self) -> &[u8] {
        &self.0.bytes
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        if let Some(waiting) = &self.waiting {
            waiting.remove(self.bytes.len());
        }
    }
}

impl PartialEq for Content {
    fn eq(&self, other: &Content) -> bool {
        self.bytes() == other.bytes()
    }
}

impl fmt::Debug for Content {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Content({} bytes)", self.bytes().len())
    }
}

impl Serialize for Content {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use base64::Engine as _;
        serializer.serialize_str(&base64::engine::general_purpose::STANDARD.encode(self.bytes()))
    }
}

impl<'de> Deserialize<'de> for Content {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Content, D::Error> {
        use base64::Engine as _;
        let text = String::deserialize(deserializer)?;
        let bytes = base64::engine::general_purpose::STANDARD.decode(text).map_err(serde::de::Error::custom)?;
        Ok(Content(Arc::new(Held { bytes, waiting: None })))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Clock;
    use crate::emit::channel;

    #[test]
    fn content_holds_back_new_fetches_until_the_last_who_holds_it_lets_go() {
        let (emitter, _events) = channel(Clock::start(), false);
        let content = Content::new(vec![0; 8 << 20], emitter.waiting());
        let other = content.clone();
        drop(content);
        assert_eq!(emitter.pressure(), Some(crate::event::Hold::Output));
        drop(other);
        assert_eq!(emitter.pressure(), None);
    }
}
