//! Text from outside: bounded at entry, kept as it came, made safe as it leaves. Knows nothing of
//! who sent it.

mod class;
mod escape;
mod fit;
mod json;
mod needle;
mod pack;
mod percent;
mod show;
#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::secrets::{struck, struck_bytes};

pub use class::is_printable_ascii;
pub use escape::{json_fragment, json_text};
pub use fit::{Charset, Cut, fit, fit_in, folded, folded_softly, width};
pub use json::json_line;
pub use needle::Needle;
pub use pack::Pack;

/// The columns that `display_all` shows at most.
pub const DISPLAY_COLUMNS: usize = 512;

/// Bytes of a URL that is decoded for readers.
const READ_BYTES: usize = 4096;

const ELLIPSIS: &str = "…";

/// A URL, a header, a title, a reason phrase, a certificate's name or an error text, as a peer
/// wrote it.
///
/// It is unchanged inside, in events and in the journal, and leaves only by the methods below.
/// There is no `Display` and no `Deref`, so that it can't leave by accident:
///
/// ```compile_fail,E0277
/// println!("{}", crawltop::text::Untrusted::new("\x1b[2J", 80));
/// ```
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Untrusted(Arc<str>);

impl Untrusted {
    /// Keeps at most `max_bytes` bytes; a longer text is cut between characters and ends with `…`. What the run is not
    /// to tell is struck out ([`crate::secrets`]), here and wherever else text enters.
    pub fn new(text: &str, max_bytes: usize) -> Self {
        let text = &*struck(text);
        if text.len() <= max_bytes {
            return Self(text.into());
        }
        let mark = if max_bytes < ELLIPSIS.len() { "" } else { ELLIPSIS };
        let kept = &text[..boundary(text, max_bytes - mark.len())];
        Self([kept, mark].concat().into())
    }

    /// Keeps a text that others have too, whole.
    pub fn shared(text: &Arc<str>) -> Self {
        match struck(text) {
            Cow::Borrowed(_) => Self(Arc::clone(text)),
            Cow::Owned(text) => Self(text.into()),
        }
    }

    /// Reads bytes as UTF-8, or else each byte as the character of its number (ISO 8859-1, which
    /// RFC 9110, section 5.5, names for fields). A character that only the limit cuts apart is no
    /// reason to doubt the rest.
    pub fn from_bytes(bytes: &[u8], max_bytes: usize) -> Self {
        let bytes = &*struck_bytes(bytes);
        let head = &bytes[..bytes.len().min(max_bytes)];
        let cut = head.len() < bytes.len();
        if let (false, Ok(text)) = (cut, std::str::from_utf8(head)) {
            return Self(text.into());
        }
        let text = match std::str::from_utf8(head) {
            Ok(text) => text.to_owned(),
            Err(error) if cut && error.error_len().is_none() => {
                String::from_utf8_lossy(&head[..error.valid_up_to()]).into_owned()
            }
            Err(_) => head.iter().copied().map(char::from).collect(),
        };
        if cut { Self::new(&(text + ELLIPSIS), max_bytes) } else { Self::new(&text, max_bytes) }
    }

    /// One line for the screen, at most `width` columns, cut at the end. It shows what would act or
    /// hide, and strips nothing: C0 and DEL as their pictures (`␛`), C1 as `\x9b`, bidi controls,
    /// tags and other invisible characters as `\u{202e}`, joiners and variation selectors, which
    /// honest text uses too, as `�`, a ninth mark on a base as `�`.
    pub fn display(&self, width: usize) -> String {
        self.shown(width, Cut::End, Charset::Unicode)
    }

    /// As `display`, but cut in the middle: of a URL, the host and the end of the path matter.
    pub fn display_middle(&self, width: usize) -> String {
        self.shown(width, Cut::Middle, Charset::Unicode)
    }

    /// As `display`, for places without a width of their own: at most 512 columns.
    pub fn display_all(&self) -> String {
        self.display(DISPLAY_COLUMNS)
    }

    /// As `display`, cut where `cut` says. `Charset::Ascii` spells every other character: `\x1b`,
    /// `\u{e9}`.
    pub fn shown(&self, width: usize, cut: Cut, charset: Charset) -> String {
        show::display(&self.0, width, cut, charset)
    }

    /// As [`Untrusted::shown`], behind what is there already.
    pub fn shown_into(&self, out: &mut String, width: usize, cut: Cut, charset: Charset) {
        if self.0.len() <= width && is_printable_ascii(&self.0) {
            out.push_str(&self.0);
        } else {
            out.push_str(&self.shown(width, cut, charset));
        }
    }

    /// A URL as people read it: what is percent-encoded and comes out as letters, signs or emoji that are not ASCII is
    /// decoded, for display only; all else stays as it is, so that no delimiter, blank, control or invisible character
    /// comes to stand where there was none.
    pub fn readable(&self) -> Untrusted {
        // What is longer is cut in its middle wherever it is shown, and reading all of it each time would cost too much.
        let read = Some(&*self.0).filter(|text| text.len() <= READ_BYTES).and_then(percent::readable);
        read.map_or_else(|| self.clone(), |text| Untrusted(text.into()))
    }

    /// The content of a JSON string, without its quotes. Lossless: controls and invisible
    /// characters are `\uXXXX`.
    pub fn json(&self) -> String {
        let mut out = String::with_capacity(self.0.len());
        json_fragment(&self.0, &mut out);
        out
    }

    /// As `json`, appended to bytes.
    pub fn json_into(&self, out: &mut Vec<u8>) {
        json_text(&self.0, out);
    }

    /// As `json_into`, for a text of lines that need few escapes.
    pub fn json_lines_into(&self, out: &mut Vec<u8>) {
        let mut rest = &*self.0;
        while let Some(end) = memchr::memchr(b'\n', rest.as_bytes()) {
            json_text(&rest[..end], out);
            out.extend_from_slice(b"\\n");
            rest = &rest[end + 1..];
        }
        json_text(rest, out);
    }

    /// A cell of a CSV file. Controls and invisible characters are spelled (`\x0a`, `\u{202e}`),
    /// and a cell that a spreadsheet would take for a formula begins with an apostrophe. Quotes,
    /// commas and semicolons are the CSV writer's to quote.
    pub fn cell(&self) -> String {
        escape::cell(&self.0)
    }

    /// Text inside a Markdown line or table cell, not at the start of a line. Markup characters are
    /// character references; controls and invisible characters look as in `display`.
    pub fn markdown(&self) -> String {
        escape::markdown(&show::pictures(&self.0))
    }

    /// One word of a shell: `'…'`, and `$'…'` (POSIX.1-2024; bash, zsh, ksh and busybox have it, an
    /// old dash does not) where a raw control or invisible character would reach the terminal or
    /// the clipboard. A NUL, which no word can hold, becomes `␀`.
    pub fn shell(&self) -> String {
        escape::shell(&self.0)
    }

    /// Whether nothing in it needs to be shown otherwise than it came.
    pub fn is_clean(&self) -> bool {
        *show::pictures(&self.0) == *self.0
    }

    /// Whether it is these bytes, all of them.
    pub fn is(&self, bytes: &[u8]) -> bool {
        self.0.as_bytes() == bytes
    }

    /// Whether it holds `needle`; for filters.
    pub fn contains(&self, needle: &str) -> bool {
        self.0.contains(needle)
    }

    /// Whether what is shown of it holds `needle`, where the first `hidden` bytes are not shown. Of a URL, that is what is
    /// written and what people read of it.
    pub fn shows(&self, needle: &Needle, hidden: usize) -> bool {
        let shown = &self.0[boundary(&self.0, hidden)..];
        // What is decoded is beyond ASCII, and so is whatever may only then be found.
        let readable = || Some(shown).filter(|text| text.len() <= READ_BYTES).and_then(percent::readable);
        needle.is_shown_in(shown) || !needle.is_ascii() && readable().is_some_and(|text| needle.is_shown_in(&text))
    }

    /// The bytes of its scheme and what parts that from the rest, where it is `http` or `https`.
    pub fn scheme_len(&self) -> usize {
        ["http://", "https://"].into_iter().find(|scheme| self.0.starts_with(scheme)).map_or(0, str::len)
    }

    /// The part of a URL that all of one server's URLs begin with, `http://host:port`, if it has one.
    pub fn origin(&self) -> Option<Untrusted> {
        let host = self.0.find("://")? + 3;
        let end = self.0[host..].find('/').map_or(self.0.len(), |end| host + end);
        Some(Untrusted(self.0[..end].into()))
    }

    /// The host of a URL, or of what is no more than a host, with its port where that is written: as bytes, to look
    /// it up by and not to show it.
    pub fn authority(&self) -> &[u8] {
        let scheme = ["http://", "https://"].into_iter().find(|scheme| self.0.starts_with(scheme)).map(str::len);
        let host = scheme.or_else(|| self.0.find("://").map(|at| at + 3)).unwrap_or(0);
        let rest = &self.0.as_bytes()[host..];
        let end = rest.iter().position(|byte| matches!(byte, b'/' | b'?' | b'#')).unwrap_or(rest.len());
        let user = rest[..end].iter().rposition(|&byte| byte == b'@').map_or(0, |at| at + 1);
        &rest[user..end]
    }

    /// Whether it begins with `prefix`, and that is not all of it.
    pub fn has_prefix(&self, prefix: &Untrusted) -> bool {
        self.0.len() > prefix.0.len() && self.0.starts_with(&*prefix.0)
    }

    /// What follows `prefix`, or all of it.
    pub fn without_prefix(&self, prefix: &Untrusted) -> Untrusted {
        match self.0.strip_prefix(&*prefix.0) {
            Some(rest) if !rest.is_empty() => Untrusted(rest.into()),
            _ => self.clone(),
        }
    }

    /// The path of a URL of that origin, and what follows it; none, where it is of another.
    pub fn below(&self, origin: &Untrusted) -> Option<Untrusted> {
        self.is_below(origin).then(|| Untrusted(self.0[origin.0.len()..].into()))
    }

    /// Whether it is a URL of that origin.
    pub fn is_below(&self, origin: &Untrusted) -> bool {
        let rest = self.0.strip_prefix(&*origin.0);
        rest.is_some_and(|rest| rest.as_bytes().first().is_some_and(|byte| b"/?#".contains(byte)))
    }

    /// A URL without `http://` or `https://`.
    pub fn without_scheme(&self) -> Untrusted {
        let rest = self.0.strip_prefix("http://").or_else(|| self.0.strip_prefix("https://"));
        rest.map_or_else(|| self.clone(), |rest| Untrusted(rest.into()))
    }

    /// The same with `more` behind it, bounded anew.
    pub fn followed_by(&self, more: &str, max_bytes: usize) -> Untrusted {
        Untrusted::new(&[&*self.0, more].concat(), max_bytes)
    }

    /// The same behind own words.
    pub fn preceded_by(&self, own: &str) -> Untrusted {
        Untrusted([&*struck(own), &*self.0].concat().into())
    }

    /// Its lines, as they stand between line feeds.
    pub fn lines(&self) -> impl Iterator<Item = Untrusted> {
        self.0.split('\n').map(|line| Untrusted(line.into()))
    }

    /// What stands before and behind the first `mark`.
    pub fn split_once(&self, mark: &str) -> Option<(Untrusted, Untrusted)> {
        let (before, behind) = self.0.split_once(mark)?;
        Some((Untrusted(before.into()), Untrusted(behind.into())))
    }

    /// How many bytes both begin with, at most so many.
    pub fn common_prefix(&self, other: &Untrusted, most: usize) -> usize {
        let [one, other] = [self, other].map(|text| &text.0.as_bytes()[..text.0.len().min(most)]);
        let end = one.len().min(other.len());
        // Most often all of it is the same.
        if one[..end] == other[..end] {
            end
        } else {
            one.iter().zip(other).take_while(|(one, other)| one == other).count()
        }
    }

    /// The first sixteen bytes behind so many as one number: texts that are equal up to there stand in the order of these
    /// numbers, where they differ.
    pub fn lead(&self, behind: usize) -> u128 {
        let rest = &self.0.as_bytes()[behind.min(self.0.len())..];
        let mut bytes = [0; 16];
        let taken = rest.len().min(16);
        bytes[..taken].copy_from_slice(&rest[..taken]);
        u128::from_be_bytes(bytes)
    }

    /// Whether it is this name, in letters of either case.
    pub fn is_named(&self, name: &str) -> bool {
        self.0.eq_ignore_ascii_case(name)
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Where it is kept: at the same place lies the same text as long as any copy of it is there.
    pub fn place(&self) -> usize {
        self.0.as_ptr().addr()
    }

    /// Its size in bytes.
    pub fn len(&self) -> usize {
        self.0.len()
    }
}

/// For developers: bounded and shown, as everywhere.
impl fmt::Debug for Untrusted {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "Untrusted({:?})", self.display_all())
    }
}

/// Whether all of a text may reach a terminal as it is: it takes columns, does nothing and hides nothing.
pub fn is_seen(text: &str) -> bool {
    let mut chars = text.chars();
    chars.next().is_some_and(class::is_base) && chars.all(class::is_seen)
}

/// The last character boundary at or before `at`.
fn boundary(text: &str, at: usize) -> usize {
    let at = at.min(text.len());
    (0..=at).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
}
