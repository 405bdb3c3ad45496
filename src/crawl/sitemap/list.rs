//! A sitemap as text: an address a line, in UTF-8.

use super::Found;
use super::error::Fault;

const SCHEMES: [&str; 2] = ["http:", "https:"];

#[derive(Default)]
pub(super) struct List {
    /// The start of a line whose end did not come yet, as far as it could be an address.
    held: Vec<u8>,
    /// Whether an address was found, or one that was counted.
    any: bool,
}

impl List {
    pub fn read(&mut self, bytes: &[u8], found: &mut Found) {
        let mut rest = bytes;
        while let Some(end) = memchr::memchr2(b'\n', b'\r', rest) {
            self.hold(&rest[..end], found);
            self.line(found);
            rest = &rest[end + 1..];
        }
        self.hold(rest, found);
    }

    /// # Errors
    /// That none of the lines was an address.
    pub fn end(&mut self, found: &mut Found) -> Result<(), Fault> {
        self.line(found);
        if self.any || found.sitemap.strays == 0 { Ok(()) } else { Err(Fault::NoUrls) }
    }

    fn hold(&mut self, bytes: &[u8], found: &Found) {
        // White space in front is not held, however much of it there is.
        let start =
            if self.held.is_empty() { bytes.iter().position(|byte| !byte.is_ascii_whitespace()) } else { Some(0) };
        let bytes = &bytes[start.unwrap_or(bytes.len())..];
        let room = found.raw() - self.held.len();
        self.held.extend_from_slice(&bytes[..bytes.len().min(room)]);
    }

    fn line(&mut self, found: &mut Found) {
        if self.held.is_empty() {
            return;
        }
        let line = String::from_utf8_lossy(&self.held);
        let is_address = |scheme: &&str| line.get(..scheme.len()).is_some_and(|it| it.eq_ignore_ascii_case(scheme));
        if SCHEMES.iter().any(is_address) {
            self.any = true;
            found.add(&line, false);
        } else {
            found.sitemap.strays += 1;
        }
        self.held.clear();
    }
}
