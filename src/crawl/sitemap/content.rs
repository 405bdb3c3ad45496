//! A sitemap as it comes, in whatever charset: which form it has, how far it was read, and what is wrong. Knows nothing of
//! how it was packed.

use super::charset::Charset;
use super::list::List;
use super::outline::Outline;
use super::xml::Xml;
use super::{Fault, Found, Sitemap, SitemapError};
use crate::coding::CodingError;
use encoding_rs::Encoding;

/// A sitemap that is not packed.
pub(super) struct Content {
    charset: Charset,
    text: Text,
}

/// Its text, in UTF-8.
struct Text {
    form: Form,
    found: Found,
    /// Bytes before the piece that is being read.
    read: u64,
    /// Line ends in them.
    lines: u64,
    /// What is wrong, after how many bytes, in which line.
    broken: Option<(Fault, u64, u64)>,
}

enum Form {
    /// Nothing but white space and a byte order mark came.
    Unknown,
    Xml(Box<Xml>, Outline),
    Text(List),
}

impl Content {
    pub fn new(found: Found) -> Content {
        let text = Text { form: Form::Unknown, found, read: 0, lines: 0, broken: None };
        Content { charset: Charset::default(), text }
    }

    /// It is in the charset that the server says.
    pub fn told(&mut self, charset: Option<&'static Encoding>) {
        self.charset = Charset::told(charset);
    }

    pub fn take(&mut self, piece: &[u8]) {
        let Content { charset, text } = self;
        charset.read(piece, |piece| text.take(piece));
    }

    /// Nothing more comes; what became of unpacking is of no interest once enough was read.
    pub fn unpacked(&mut self, result: Result<(), CodingError>) {
        let Content { charset, text } = self;
        charset.end(|piece| text.take(piece));
        text.unpacked(result);
    }

    pub fn is_done(&self) -> bool {
        self.text.is_done()
    }

    pub fn found(&self) -> &Found {
        &self.text.found
    }

    pub fn found_mut(&mut self) -> &mut Found {
        &mut self.text.found
    }

    pub fn finish(self) -> Result<Sitemap, SitemapError> {
        self.text.finish()
    }

    /// It did not come to its end.
    pub fn cut(self) -> Result<Sitemap, SitemapError> {
        self.text.cut()
    }
}

impl Text {
    fn take(&mut self, piece: &[u8]) {
        if self.is_done() {
            return;
        }
        let room = usize::try_from(self.found.limits.bytes - self.read).unwrap_or(usize::MAX);
        let kept = &piece[..piece.len().min(room)];
        let mut result = self.form.read(kept, &mut self.found);
        if kept.len() < piece.len() && result.is_ok() && !self.form.is_done() {
            result = Err((kept.len(), Fault::TooLarge { limit: self.found.limits.bytes }));
        }
        if let Err((at, fault)) = result {
            let line = self.lines + line_ends(&kept[..at]) + 1;
            self.broken = Some((fault, self.read + at as u64, line));
        }
        self.read += kept.len() as u64;
        self.lines += line_ends(kept);
    }

    fn unpacked(&mut self, result: Result<(), CodingError>) {
        if let Err(error) = result
            && !self.is_done()
        {
            self.broken = Some((Fault::Packed(error), self.read, self.lines + 1));
        }
    }

    fn is_done(&self) -> bool {
        self.broken.is_some() || self.form.is_done()
    }

    fn cut(mut self) -> Result<Sitemap, SitemapError> {
        if !self.is_done() {
            self.broken = Some((Fault::CutShort, self.read, self.lines + 1));
        }
        self.finish()
    }

    fn finish(mut self) -> Result<Sitemap, SitemapError> {
        let broken = self.broken.take().or_else(|| {
            let fault = self.form.end(&mut self.found).err()?;
            Some((fault, self.read, self.lines + 1))
        });
        match broken {
            None => Ok(self.found.sitemap),
            Some((fault, byte, line)) => Err(SitemapError { fault, byte, line, read: self.found.sitemap }),
        }
    }
}

fn line_ends(bytes: &[u8]) -> u64 {
    memchr::memchr_iter(b'\n', bytes).count() as u64
}

impl Form {
    /// # Errors
    /// What is wrong, after how many of `bytes`.
    fn read(&mut self, bytes: &[u8], found: &mut Found) -> Result<(), (usize, Fault)> {
        let mut start = 0;
        if let Form::Unknown = self {
            // A byte order mark's bytes can't begin an address or a tag.
            let blank = |byte: &u8| byte.is_ascii_whitespace() || b"\xef\xbb\xbf".contains(byte);
            let Some(first) = bytes.iter().position(|byte| !blank(byte)) else { return Ok(()) };
            start = first;
            *self = match bytes[first] {
                b'<' => Form::Xml(Box::default(), Outline::default()),
                _ => Form::Text(List::default()),
            };
        }
        let rest = &bytes[start..];
        match self {
            Form::Unknown => Ok(()),
            Form::Xml(xml, outline) => xml.read(rest, outline, found).map_err(|(at, fault)| (start + at, fault)),
            Form::Text(list) => {
                list.read(rest, found);
                Ok(())
            }
        }
    }

    fn is_done(&self) -> bool {
        matches!(self, Form::Xml(_, outline) if outline.is_done())
    }

    fn end(&mut self, found: &mut Found) -> Result<(), Fault> {
        match self {
            Form::Unknown => Err(Fault::Empty),
            Form::Xml(_, outline) => {
                if outline.is_done() {
                    Ok(())
                } else {
                    Err(Fault::CutShort)
                }
            }
            Form::Text(list) => list.end(found),
        }
    }
}
