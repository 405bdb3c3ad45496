//! A request's or a response's head as it is told: its lines, bounded, with a mark in the place of each secret. Knows no
//! wire, and no rule of what is secret: whoever reads or writes the head has struck that out before.

use crate::text::Untrusted;
use serde::{Deserialize, Serialize};
use smallvec::SmallVec;

/// Bytes of a head that are told.
pub const MOST_BYTES: usize = 8 << 10;
/// The codings that are asked for where the user says nothing: those that can be taken off (`coding`).
pub const CODINGS: &str = "gzip, deflate, br, zstd";
/// What stands in the place of a secret.
pub const STRUCK: &str = "(struck out)";

/// The start line, and a line a field: `name: value`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Headers(Untrusted);

/// A field of a head.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    pub name: Untrusted,
    /// None, where it was struck out.
    pub value: Option<Untrusted>,
}

impl Headers {
    /// The head that was written in `lines`, without the ends of its last line.
    pub fn new(lines: &Lines) -> Headers {
        Headers(Untrusted::from_bytes(lines.0.strip_suffix(b"\n").unwrap_or(&lines.0), MOST_BYTES))
    }

    /// `GET / HTTP/1.1`, or `HTTP/1.1 200 OK`.
    pub fn start_line(&self) -> Untrusted {
        self.0.lines().next().unwrap_or_default()
    }

    /// In the order of the head. A line that has no colon, for the head was cut there, is a name without a value.
    pub fn fields(&self) -> impl Iterator<Item = Field> {
        self.0.lines().skip(1).map(|line| {
            let (name, value) = line.split_once(": ").unwrap_or_else(|| (line, Untrusted::default()));
            let value = (!value.is(STRUCK.as_bytes())).then_some(value);
            Field { name, value }
        })
    }

    /// The value of a field that was not struck out, whatever the case of its name.
    pub fn get(&self, name: &str) -> Option<Untrusted> {
        self.fields().find(|field| field.name.is_named(name))?.value
    }

    /// All of it, line by line.
    pub fn text(&self) -> &Untrusted {
        &self.0
    }

    /// Its size in bytes.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// As it was told once, and read back.
impl From<Untrusted> for Headers {
    fn from(text: Untrusted) -> Headers {
        Headers(text)
    }
}

/// Most heads are shorter, and take no memory but for what is kept of them.
const USUAL_BYTES: usize = 768;

/// A head that is being written down; what is beyond the bound is passed over.
#[derive(Debug, Default)]
pub struct Lines(SmallVec<[u8; USUAL_BYTES]>);

impl Lines {
    pub fn start(line: &[u8]) -> Lines {
        let mut lines = Lines::default();
        lines.push(line);
        lines.push(b"\n");
        lines
    }

    pub fn field(&mut self, name: &[u8], value: &[u8]) {
        for part in [name, b": ", value, b"\n"] {
            self.push(part);
        }
    }

    pub fn struck(&mut self, name: &[u8]) {
        self.field(name, STRUCK.as_bytes());
    }

    /// Lines that were written down before.
    pub fn add(&mut self, lines: &[u8]) {
        self.push(lines);
    }

    pub fn into_bytes(self) -> Vec<u8> {
        self.0.into_vec()
    }

    /// A byte more than is told, so that it can be told that there was more.
    fn push(&mut self, part: &[u8]) {
        let room = (MOST_BYTES + 1).saturating_sub(self.0.len());
        self.0.extend_from_slice(&part[..part.len().min(room)]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_has_its_start_line_and_its_fields_and_of_secrets_the_name() {
        let mut lines = Lines::start(b"GET /x HTTP/1.1");
        lines.field(b"Host", b"a.example");
        lines.struck(b"Cookie");
        lines.field(b"X-Empty", b"");
        let head = Headers::new(&lines);
        assert!(head.start_line().is(b"GET /x HTTP/1.1"));
        let fields: Vec<_> = head.fields().map(|it| (it.name.display(99), it.value.map(|it| it.display(99)))).collect();
        let told = |text: &str| Some(text.to_owned());
        let expected = [("Host", told("a.example")), ("Cookie", None), ("X-Empty", told(""))];
        assert_eq!(fields, expected.map(|(name, value)| (name.to_owned(), value)));
        assert_eq!((head.get("hOST"), head.get("cookie")), (Some(Untrusted::new("a.example", 99)), None));
    }

    #[test]
    fn a_head_is_cut_at_its_bound_and_says_so() {
        let mut lines = Lines::start(b"HTTP/1.1 200 OK");
        (0..1000).for_each(|_| lines.field(b"X-Long", &[b'x'; 100]));
        let head = Headers::new(&lines);
        assert!(head.len() <= MOST_BYTES && head.0.display(usize::MAX).ends_with('…'), "{} bytes", head.len());
        let mut whole = Lines::start(b"HTTP/1.1 200 OK");
        whole.field(b"X", &vec![b'x'; MOST_BYTES - 19]);
        assert_eq!(Headers::new(&whole).len(), MOST_BYTES);
        assert!(!Headers::new(&whole).0.display(usize::MAX).ends_with('…'));
    }
}
