//! Writes text from outside into files and command lines. Knows nothing of columns.

use std::fmt::Write;

use super::class::is_seen;
use super::show::picture;

/// What makes a spreadsheet take a cell for a formula; the wide forms do so in East Asian locales.
const FORMULA: [char; 11] = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];

/// Characters with a meaning inside a line of Markdown or HTML.
const MARKUP: &str = "\\`*_{}[]<>&#|~$";

/// Appends `text` as a part of a JSON string, also where the parts are written one by one. Own
/// escapes, since JSON asks for those of C0 only: DEL, C1, bidi and invisible characters are
/// `\uXXXX` too.
pub fn json_fragment(text: &str, out: &mut String) {
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            c if is_seen(c) => out.push(c),
            c => push_units(c, out),
        }
    }
}

/// As [`json_fragment`], into bytes; what needs no escape is copied in one piece.
pub fn json_text(text: &str, out: &mut Vec<u8>) {
    // Without an early end, so that many bytes are looked at at once: most texts are such.
    if text.bytes().fold(true, |all, byte| all & is_plain(byte)) {
        return out.extend_from_slice(text.as_bytes());
    }
    let (bytes, mut copied, mut at) = (text.as_bytes(), 0, 0);
    while let Some(plain) = bytes[at..].iter().position(|&byte| !is_plain(byte)) {
        at += plain;
        let Some(c) = text[at..].chars().next() else { break };
        let end = at + c.len_utf8();
        if c.is_ascii() || !is_seen(c) {
            out.extend_from_slice(&bytes[copied..at]);
            let mut escape = String::with_capacity(12);
            json_fragment(&text[at..end], &mut escape);
            out.extend_from_slice(escape.as_bytes());
            copied = end;
        }
        at = end;
    }
    out.extend_from_slice(&bytes[copied..]);
}

/// Whether it stands for itself in JSON and on a terminal.
fn is_plain(byte: u8) -> bool {
    (b' '..0x7f).contains(&byte) & (byte != b'"') & (byte != b'\\')
}

pub(super) fn cell(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    if text.starts_with(FORMULA) {
        out.push('\'');
    }
    for c in text.chars() {
        if is_seen(c) { out.push(c) } else { spell(c, &mut out) }
    }
    out
}

/// Character references rather than backslashes, which would stay in what GFM takes for a bare
/// link.
pub(super) fn markdown(shown: &str) -> String {
    let mut out = String::with_capacity(shown.len());
    for c in shown.chars() {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            c if MARKUP.contains(c) => write(&mut out, format_args!("&#{};", u32::from(c))),
            c => out.push(c),
        }
    }
    out
}

pub(super) fn shell(text: &str) -> String {
    if text.chars().all(is_seen) {
        return format!("'{}'", text.replace('\'', r"'\''"));
    }
    let mut out = String::from("$'");
    for c in text.chars() {
        match c {
            '\0' => out.push(picture(c)),
            // `!` too: an interactive shell may not see that it is quoted.
            '\'' | '\\' | '!' => push_octets(c, &mut out),
            c if is_seen(c) => out.push(c),
            c => push_octets(c, &mut out),
        }
    }
    out.push('\'');
    out
}

/// A character by its number: `\x1b`, `\u{202e}`.
pub(super) fn spell(c: char, out: &mut String) {
    match u32::from(c) {
        number @ 0..0x100 => write(out, format_args!("\\x{number:02x}")),
        number => write(out, format_args!("\\u{{{number:x}}}")),
    }
}

fn push_units(c: char, out: &mut String) {
    for unit in c.encode_utf16(&mut [0; 2]) {
        write(out, format_args!("\\u{unit:04x}"));
    }
}

/// Octal, for it always ends after three digits and does not depend on the locale.
fn push_octets(c: char, out: &mut String) {
    for byte in c.encode_utf8(&mut [0; 4]).bytes() {
        write(out, format_args!("\\{byte:03o}"));
    }
}

fn write(out: &mut String, text: std::fmt::Arguments) {
    out.write_fmt(text).expect("a String takes all that is written");
}
