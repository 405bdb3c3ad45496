//! A case: what servers do, what is asked of them, and what is to be told. Data; knows nothing of how it is played.

use crate::place::Place;
use crate::script::Act;
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::fmt::Write;

#[derive(Clone)]
pub struct Case {
    /// A claim.
    pub name: &'static str,
    pub setting: Setting,
    pub places: Vec<Place>,
    pub asks: Vec<Ask>,
    pub seen: Vec<Seen>,
    /// Names that are told to be the address of a place.
    pub names: Vec<(&'static str, usize)>,
}

/// How the program is called. In words and values, `{0}` is the address of the first place with its port, `{0p}` its
/// port, and `{ca}` the file of the authority that the good certificates are from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Setting {
    pub words: Vec<&'static str>,
    pub environment: Vec<(&'static str, &'static str)>,
}

impl Setting {
    /// Whether other cases may go into the same process.
    pub fn is_shared(&self) -> bool {
        let mut texts = self.words.iter().chain(self.environment.iter().map(|(_, value)| value));
        !texts.any(|text| text.contains("{0") || text.contains("{1"))
    }
}

/// A target, with places named as in [`Setting`], and what is told of it.
#[derive(Clone)]
pub struct Ask {
    pub url: String,
    pub told: Told,
}

/// What a line of the results must hold; places are named as in [`Setting`] there, too.
#[derive(Clone, Default)]
pub struct Told(pub Vec<Check>);

#[derive(Clone, Debug)]
pub enum Check {
    /// The value under a JSON pointer.
    Is(&'static str, Value),
    Has(&'static str, &'static str),
    Lacks(&'static str, &'static str),
    AtLeast(&'static str, f64),
}

/// What a place must have seen.
#[derive(Clone, Debug)]
pub enum Seen {
    Connections(usize, usize),
    Requests(usize, usize),
    /// In one of the requests, counted from 0.
    Has(usize, usize, &'static str),
    Lacks(usize, usize, &'static str),
    /// The request lines, in the order they came.
    Lines(usize, &'static [&'static str]),
    /// At least so many milliseconds between a request and the one after it.
    Gap(usize, usize, u64),
}

/// One target at one place: the root of the first.
pub fn case(name: &'static str, place: impl Into<Place>, told: Told) -> Case {
    Case {
        name,
        setting: Setting::default(),
        places: vec![place.into()],
        asks: vec![Ask { url: "http://{0}/".to_owned(), told }],
        seen: Vec::new(),
        names: Vec::new(),
    }
}

impl Case {
    /// With these words on the command line.
    pub fn with(mut self, words: &[&'static str]) -> Case {
        self.setting.words.extend(words);
        self
    }

    pub fn environment(mut self, name: &'static str, value: &'static str) -> Case {
        self.setting.environment.push((name, value));
        self
    }

    /// Another URL in the place of the last.
    pub fn at(mut self, url: impl Into<String>) -> Case {
        self.asks.last_mut().expect("there is one from the beginning").url = url.into();
        self
    }

    /// One target more, after those before it.
    pub fn then(mut self, url: impl Into<String>, told: Told) -> Case {
        self.asks.push(Ask { url: url.into(), told });
        self
    }

    /// One place more.
    pub fn and(mut self, place: impl Into<Place>) -> Case {
        self.places.push(place.into());
        self
    }

    /// Tells the program that the name lies at a place.
    pub fn named(mut self, name: &'static str, place: usize) -> Case {
        self.names.push((name, place));
        self
    }

    /// The same, but what servers send comes so many bytes at a time, unless it is large.
    pub fn in_pieces_of(mut self, size: usize) -> Case {
        for act in self.places.iter_mut().flat_map(Place::scripts).flatten() {
            if let Act::Send(bytes) = act
                && bytes.len() < 2000
            {
                *act = Act::Pieces(size, std::mem::take(bytes));
            }
        }
        self
    }

    pub fn seen(mut self, seen: impl IntoIterator<Item = Seen>) -> Case {
        self.seen.extend(seen);
        self
    }
}

/// A usable answer of this status with this content.
pub fn answered(status: u16, content: impl AsRef<[u8]>) -> Told {
    let content = content.as_ref();
    let outcome = match status {
        200..300 => "ok",
        300..400 => "redirect",
        _ => "http_error",
    };
    Told::default()
        .is("/outcome", outcome)
        .is("/status_code", status)
        .is("/error", Value::Null)
        .is("/body_bytes", content.len())
        .is("/sha256", sha256(content))
}

pub fn ok(content: impl AsRef<[u8]>) -> Told {
    answered(200, content)
}

/// No usable answer: the kind, the phase, and some of the words. Of half a content there is no hash.
pub fn fails(kind: &'static str, phase: &'static str, words: &'static str) -> Told {
    Told::default()
        .is("/outcome", "error")
        .is("/error/kind", kind)
        .is("/error/phase", phase)
        .is("/sha256", Value::Null)
        .has("/error/message", words)
}

impl Told {
    pub fn is(mut self, pointer: &'static str, value: impl Into<Value>) -> Told {
        self.0.push(Check::Is(pointer, value.into()));
        self
    }

    pub fn has(mut self, pointer: &'static str, words: &'static str) -> Told {
        self.0.push(Check::Has(pointer, words));
        self
    }

    pub fn lacks(mut self, pointer: &'static str, words: &'static str) -> Told {
        self.0.push(Check::Lacks(pointer, words));
        self
    }

    pub fn at_least(mut self, pointer: &'static str, number: f64) -> Told {
        self.0.push(Check::AtLeast(pointer, number));
        self
    }

    pub fn status(self, status: u16) -> Told {
        self.is("/status_code", status)
    }

    /// Of content, before the failure.
    pub fn bytes(self, bytes: u64) -> Told {
        self.is("/body_bytes", bytes)
    }
}

pub fn sha256(content: &[u8]) -> String {
    Sha256::digest(content).iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
