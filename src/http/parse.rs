//! Takes a complete head apart into its status line and where its fields lie. Knows nothing of what
//! they mean.

use std::cell::Cell;
use std::mem::MaybeUninit;
use std::ops::Range;

use httparse::{Header, ParserConfig, Response};
use memchr::memchr;

use super::controls::covered;
use super::error::{Excerpt, HttpError};
use super::fault::{faulty_field, first_line};
use super::fields::{Fields, Span, known};
use super::head::Version;
use super::usual::Usual;

/// The fields of one head; its memory serves the next one too.
#[derive(Debug, Default)]
pub(super) struct Parts {
    fields: Usual,
    /// Folded values, joined.
    unfolded: Vec<u8>,
}

thread_local! {
    /// A head that is done with, for the next one on this thread.
    static SPARE: Cell<Usual> = const { Cell::new(Usual::NONE) };
}

const USUAL_FIELDS: usize = 64;
/// What is kept of the unfolded values' memory; a hostile head's share goes back.
const KEPT_BYTES: usize = 4096;

impl Drop for Parts {
    fn drop(&mut self) {
        if (1..=USUAL_FIELDS).contains(&self.fields.spans.capacity()) {
            // A thread that ends has no next head.
            let _ = SPARE.try_with(|spare| spare.set(std::mem::take(&mut self.fields)));
        }
    }
}

impl Parts {
    pub fn reset(&mut self) {
        self.fields.shrink_to(USUAL_FIELDS);
        self.unfolded.clear();
        self.unfolded.shrink_to(KEPT_BYTES);
    }

    #[cfg(test)]
    pub fn take_spans(mut self) -> Vec<Span> {
        std::mem::take(&mut self.fields.spans)
    }

    /// How many fields there are.
    pub fn len(&self) -> usize {
        self.fields.spans.len()
    }

    pub fn fields<'a>(&'a self, raw: &'a [u8]) -> Fields<'a> {
        Fields::new(&self.fields.spans, raw, &self.unfolded)
    }

    /// As [`Parts::parse`], of a head that is written as most are, if it is there already and `bytes` begin with it; gives
    /// its length too.
    pub fn parse_usual(&mut self, bytes: &[u8], room: usize) -> Option<(u16, Version, usize)> {
        self.unfolded.clear();
        if self.fields.spans.capacity() == 0 {
            self.fields = SPARE.take();
        }
        self.fields.read(bytes, room)
    }

    /// Gives status and version. Of the `limit` on fields, `spent` are gone to heads before. `folds`: some line may go
    /// on with the value before.
    ///
    /// A head with controls that a recipient may keep is read by a copy in which they are covered: its fields lie
    /// where those of the head itself do.
    pub fn parse(&mut self, raw: &[u8], limit: usize, spent: usize, folds: bool) -> Result<(u16, Version), HttpError> {
        let parsed = self.parse_plain(raw, limit, spent, folds);
        if parsed.is_ok() {
            return parsed;
        }
        match covered(raw) {
            Some(copy) => self.parse_plain(&copy, limit, spent, folds),
            None => parsed,
        }
    }

    fn parse_plain(
        &mut self,
        raw: &[u8],
        limit: usize,
        spent: usize,
        folds: bool,
    ) -> Result<(u16, Version), HttpError> {
        let room = limit.saturating_sub(spent);
        let mut few = [const { MaybeUninit::uninit() }; USUAL_FIELDS];
        let mut parsed = self.parse_into(raw, &mut few[..room.min(USUAL_FIELDS)], folds);
        if room > USUAL_FIELDS && parsed == Err(httparse::Error::TooManyHeaders) {
            // The shortest field takes three bytes, so a generous limit reserves no more than the
            // head can hold.
            let mut many = vec![MaybeUninit::uninit(); room.min(raw.len() / 3)];
            parsed = self.parse_into(raw, &mut many, folds);
        }
        match parsed {
            Ok((status @ 100.., version)) => Ok((status, version)),
            Ok(_) | Err(httparse::Error::Status) => Err(HttpError::BadStatusLine(shown_line(raw))),
            Err(httparse::Error::Version) => Err(HttpError::BadVersion(shown_line(raw))),
            Err(httparse::Error::TooManyHeaders) => Err(HttpError::TooManyFields { limit }),
            Err(_) => Err(faulty_field(raw)),
        }
    }

    fn parse_into<'b>(
        &mut self,
        raw: &'b [u8],
        room: &mut [MaybeUninit<Header<'b>>],
        folds: bool,
    ) -> Result<(u16, Version), httparse::Error> {
        let mut response = Response::new(&mut []);
        let parsed = parser().parse_response_with_uninit_headers(&mut response, raw, room)?;
        let (true, Some(minor), Some(status)) = (parsed.is_complete(), response.version, response.code) else {
            return Err(httparse::Error::Status);
        };
        self.unfolded.clear();
        self.fields.forget().reserve(response.headers.len());
        for field in response.headers.iter() {
            let span = self.span(raw, field, folds);
            self.fields.spans.push(span);
        }
        let version = if minor == 0 { Version::Http10 } else { Version::Http11 };
        Ok((status, version))
    }

    fn span(&mut self, raw: &[u8], field: &Header<'_>, folds: bool) -> Span {
        let name = range_within(raw, field.name.as_bytes());
        let after_name = &raw[name.end..];
        let spaced = !after_name.starts_with(b":");
        let folded = folds && is_folded(after_name);
        let value = if folded { self.unfold(field.value) } else { range_within(raw, field.value) };
        Span { name, value, folded, spaced, known: known(field.name.as_bytes()) }
    }

    /// Keeps a copy of the value in which each fold is one space (RFC 9112, 5.2).
    fn unfold(&mut self, value: &[u8]) -> Range<usize> {
        let start = self.unfolded.len();
        let lines = value.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii);
        for line in lines.filter(|line| !line.is_empty()) {
            if self.unfolded.len() > start {
                self.unfolded.push(b' ');
            }
            self.unfolded.extend_from_slice(line);
        }
        start..self.unfolded.len()
    }
}

/// The parser trims a fold at either end of a value, so the first line end decides, not the value.
fn is_folded(after_name: &[u8]) -> bool {
    let next_line = memchr(b'\n', after_name).map_or(&[][..], |end| &after_name[end + 1..]);
    matches!(next_line, [b' ' | b'\t', ..])
}

/// The reason phrase of a head that was parsed; obs-text and all.
pub(super) fn reason(raw: &[u8]) -> &[u8] {
    let after_version = first_line(raw).get("HTTP/1.1".len()..).unwrap_or_default();
    after_version.trim_ascii_start().get("200".len()..).unwrap_or_default().trim_ascii()
}

fn parser() -> ParserConfig {
    let mut parser = ParserConfig::default();
    parser
        .allow_multiple_spaces_in_response_status_delimiters(true)
        .allow_spaces_after_header_name_in_responses(true)
        .allow_obsolete_multiline_headers_in_responses(true);
    parser
}

/// Where `part` lies in `whole`, of which it is a slice.
fn range_within(whole: &[u8], part: &[u8]) -> Range<usize> {
    let start = part.as_ptr().addr() - whole.as_ptr().addr();
    start..start + part.len()
}

fn shown_line(raw: &[u8]) -> Excerpt {
    Excerpt::of(first_line(raw))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_huge_head_took_is_given_back() {
        let mut head = b"HTTP/1.1 200 OK\r\nX: y\r\n".to_vec();
        head.extend_from_slice(&b" z\r\n".repeat(30_000));
        head.extend_from_slice(&b"X: y\r\n".repeat(900));
        head.extend_from_slice(b"\r\n");
        let mut parts = Parts::default();
        assert!(parts.parse(&head, 1000, 0, true).is_ok());
        assert!(parts.unfolded.capacity() > KEPT_BYTES && parts.fields.spans.capacity() > 2 * USUAL_FIELDS);
        parts.reset();
        assert!(parts.unfolded.capacity() <= KEPT_BYTES && parts.fields.spans.capacity() <= 2 * USUAL_FIELDS);
    }
}
