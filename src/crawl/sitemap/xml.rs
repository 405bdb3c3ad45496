//! XML as tags and text, from pieces of any size. Knows nothing of sitemaps; keeps no more than a name.
//!
//! The usual readers pull from a stream, or want all of a document; a sitemap comes in pieces, and has up to 50 MiB.

use super::Found;
use super::error::Fault;
use super::outline::Outline;
use memchr::{memchr, memchr2};

/// Bytes of a name.
const NAME: usize = 128;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Place {
    #[default]
    Text,
    /// After `<`.
    Markup,
    /// After `<!`, until it is clear what it begins.
    Declaration,
    /// With the dashes that came last.
    Comment(u8),
    /// With the closing brackets that came last.
    Verbatim(u8),
    /// Within a document type, and within quotes.
    Doctype(Option<u8>),
    /// Whether a question mark came last.
    Instruction(bool),
    OpenName,
    CloseName,
    /// After the name of a closing tag.
    CloseEnd,
    /// Between attributes.
    Tag,
    AttributeName,
    /// After an attribute's name; and whether its `=` came.
    Assign(bool),
    /// Within these quotes.
    Value(u8),
    /// After a slash in a tag.
    Empty,
}

#[derive(Default)]
pub(super) struct Xml {
    place: Place,
    name: Vec<u8>,
    /// The name of an attribute.
    attribute: Vec<u8>,
}

impl Xml {
    /// # Errors
    /// What is wrong, after how many of `bytes`.
    pub fn read(&mut self, bytes: &[u8], outline: &mut Outline, found: &mut Found) -> Result<(), (usize, Fault)> {
        let mut at = 0;
        while at < bytes.len() && !outline.is_done() {
            at += self.run(&bytes[at..], outline, found).map_err(|(passed, fault)| (at + passed, fault))?;
            let Some(&byte) = bytes.get(at) else { break };
            self.place = self.step(byte, outline, found).map_err(|fault| (at, fault))?;
            at += 1;
        }
        Ok(())
    }

    /// Passes over bytes that do not change the place; tells how many.
    fn run(&mut self, bytes: &[u8], outline: &mut Outline, found: &Found) -> Result<usize, (usize, Fault)> {
        let end = match self.place {
            Place::Text => memchr(b'<', bytes),
            Place::Value(quote) => memchr2(quote, b'<', bytes),
            Place::Comment(0) => memchr(b'-', bytes),
            Place::Verbatim(0) => memchr(b']', bytes),
            Place::Instruction(false) => memchr(b'?', bytes),
            Place::OpenName | Place::CloseName | Place::AttributeName => bytes.iter().position(|byte| !is_name(*byte)),
            _ => return Ok(0),
        };
        let passed = &bytes[..end.unwrap_or(bytes.len())];
        match self.place {
            Place::Text if outline.wants_text() => outline.text(passed, found),
            Place::Verbatim(_) if outline.wants_text() => outline.verbatim(passed, found),
            Place::Value(_) if outline.wants_attributes() => outline.text(passed, found),
            Place::OpenName | Place::CloseName => extend(&mut self.name, passed)?,
            Place::AttributeName => extend(&mut self.attribute, passed)?,
            _ => {}
        }
        Ok(passed.len())
    }

    /// The place after `byte`.
    fn step(&mut self, byte: u8, outline: &mut Outline, found: &mut Found) -> Result<Place, Fault> {
        match self.place {
            Place::Text => Ok(Place::Markup),
            Place::Markup => self.markup(byte),
            Place::Declaration => self.declaration(byte),
            Place::Comment(dashes) => comment(dashes, byte),
            Place::Verbatim(brackets) => Ok(verbatim(brackets, byte, outline, found)),
            Place::Doctype(quote) => doctype(quote, byte),
            Place::Instruction(mark) => {
                Ok(if mark && byte == b'>' { Place::Text } else { Place::Instruction(byte == b'?') })
            }
            Place::OpenName => self.open_name(byte, outline, found),
            Place::CloseName | Place::CloseEnd => self.close(byte, outline, found),
            Place::Tag => self.tag(byte),
            Place::AttributeName | Place::Assign(_) => self.attribute(byte),
            Place::Value(_) => self.value(byte, outline),
            Place::Empty => {
                if byte != b'>' {
                    return Err(Fault::Markup("a slash within a tag"));
                }
                outline.end(found);
                Ok(Place::Text)
            }
        }
    }

    fn markup(&mut self, byte: u8) -> Result<Place, Fault> {
        self.name.clear();
        match byte {
            b'/' => Ok(Place::CloseName),
            b'!' => Ok(Place::Declaration),
            b'?' => Ok(Place::Instruction(false)),
            _ if begins_name(byte) => {
                self.name.push(byte);
                Ok(Place::OpenName)
            }
            _ => Err(Fault::Markup("a < that begins no tag")),
        }
    }

    fn declaration(&mut self, byte: u8) -> Result<Place, Fault> {
        const BEGINNINGS: [(&[u8], Place); 3] =
            [(b"--", Place::Comment(0)), (b"[CDATA[", Place::Verbatim(0)), (b"DOCTYPE", Place::Doctype(None))];
        self.name.push(byte);
        // In XML each letter counts; what begins a page of HTML, which some servers have for it, may be written otherwise.
        let length = self.name.len();
        let possible =
            |(word, _): &&(&[u8], Place)| word.get(..length).is_some_and(|it| it.eq_ignore_ascii_case(&self.name));
        match BEGINNINGS.iter().find(possible) {
            Some((word, place)) if word.len() == self.name.len() => Ok(*place),
            Some(_) => Ok(Place::Declaration),
            None => Err(Fault::Markup("a <! that begins nothing")),
        }
    }

    fn open_name(&mut self, byte: u8, outline: &mut Outline, found: &mut Found) -> Result<Place, Fault> {
        outline.open(&self.name, found)?;
        self.tag(byte)
    }

    fn close(&mut self, byte: u8, outline: &mut Outline, found: &mut Found) -> Result<Place, Fault> {
        match byte {
            b'>' => {
                outline.close(&self.name, found)?;
                Ok(Place::Text)
            }
            _ if byte.is_ascii_whitespace() => Ok(Place::CloseEnd),
            _ => Err(Fault::Markup("a closing tag with more than a name")),
        }
    }

    fn tag(&mut self, byte: u8) -> Result<Place, Fault> {
        match byte {
            b'>' => Ok(Place::Text),
            b'/' => Ok(Place::Empty),
            _ if byte.is_ascii_whitespace() => Ok(Place::Tag),
            _ if begins_name(byte) => {
                self.attribute.clear();
                self.attribute.push(byte);
                Ok(Place::AttributeName)
            }
            _ => Err(Fault::Markup("no attribute where one should be")),
        }
    }

    fn attribute(&mut self, byte: u8) -> Result<Place, Fault> {
        match (self.place, byte) {
            (Place::AttributeName | Place::Assign(false), b'=') => Ok(Place::Assign(true)),
            (Place::Assign(true), b'"' | b'\'') => Ok(Place::Value(byte)),
            (Place::AttributeName, _) if byte.is_ascii_whitespace() => Ok(Place::Assign(false)),
            (Place::Assign(_), _) if byte.is_ascii_whitespace() => Ok(self.place),
            _ => Err(Fault::Markup("an attribute without a value in quotes")),
        }
    }

    /// The end of a value: nothing else stops its run.
    fn value(&mut self, byte: u8, outline: &mut Outline) -> Result<Place, Fault> {
        if byte == b'<' {
            return Err(Fault::Markup("a < within an attribute"));
        }
        if outline.wants_attributes() {
            outline.attribute(&self.attribute);
        }
        Ok(Place::Tag)
    }
}

fn comment(dashes: u8, byte: u8) -> Result<Place, Fault> {
    match (dashes, byte) {
        (2.., b'>') => Ok(Place::Text),
        (_, b'-') => Ok(Place::Comment(2.min(dashes + 1))),
        _ => Ok(Place::Comment(0)),
    }
}

/// Brackets that turn out not to close are text.
fn verbatim(brackets: u8, byte: u8, outline: &mut Outline, found: &Found) -> Place {
    let (place, text) = match (brackets, byte) {
        (2, b'>') => (Place::Text, 0),
        (2, b']') => (Place::Verbatim(2), 1),
        (_, b']') => (Place::Verbatim(brackets + 1), 0),
        _ => (Place::Verbatim(0), brackets),
    };
    if outline.wants_text() {
        outline.text(&b"]]"[..usize::from(text)], found);
        if place == Place::Verbatim(0) {
            outline.verbatim(&[byte], found);
        }
    }
    place
}

fn doctype(quote: Option<u8>, byte: u8) -> Result<Place, Fault> {
    match (quote, byte) {
        (Some(open), _) => Ok(Place::Doctype(Some(open).filter(|open| *open != byte))),
        (None, b'"' | b'\'') => Ok(Place::Doctype(Some(byte))),
        (None, b'[') => Err(Fault::Declares),
        (None, b'>') => Ok(Place::Text),
        (None, _) => Ok(Place::Doctype(None)),
    }
}

/// Whether a byte can be part of a name; XML's own rules are narrower.
fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b':' | b'_' | b'-' | b'.') || byte >= 0x80
}

fn begins_name(byte: u8) -> bool {
    is_name(byte) && !byte.is_ascii_digit() && !matches!(byte, b'-' | b'.')
}

/// # Errors
/// That the name is too long, and after how many of `more`.
fn extend(name: &mut Vec<u8>, more: &[u8]) -> Result<(), (usize, Fault)> {
    let room = NAME - name.len();
    if more.len() > room {
        return Err((room, Fault::LongName { limit: NAME }));
    }
    name.extend_from_slice(more);
    Ok(())
}
