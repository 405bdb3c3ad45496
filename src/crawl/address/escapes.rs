//! Percent-encoding, unified and undone (RFC 3986, section 2.1). Knows nothing of the parts of a URL.

use std::borrow::Cow;

/// Neither reserved nor ever to be escaped (RFC 3986, section 2.3).
const UNRESERVED: [bool; 256] = table(b"-._~");

/// What a path and a query hold as it is (RFC 3986, sections 3.3 and 3.4), `%` aside.
const HELD: [bool; 256] = table(b"-._~!$&'()*+,;=:@/?");

const UPPER: &[u8; 16] = b"0123456789ABCDEF";

/// Letters, digits and `others`.
pub const fn table(others: &[u8]) -> [bool; 256] {
    let mut table = [false; 256];
    let mut at = 0;
    while at < 256 {
        table[at] = (at as u8).is_ascii_alphanumeric();
        at += 1;
    }
    at = 0;
    while at < others.len() {
        table[others[at] as usize] = true;
        at += 1;
    }
    table
}

/// Writes a path or a query with its escapes in their normal form.
pub fn unify(text: &str, out: &mut String) {
    let mut rest = text.as_bytes();
    while let [first, after @ ..] = rest {
        let octet = if *first == b'%' { octet(after) } else { None };
        match octet {
            Some(octet) if UNRESERVED[usize::from(octet)] && !opens_escape(out) => out.push(char::from(octet)),
            Some(octet) => push_escape(octet, out),
            None if *first == b'%' || HELD[usize::from(*first)] => out.push(char::from(*first)),
            None => push_escape(*first, out),
        }
        rest = if octet.is_some() { &after[2..] } else { after };
    }
}

/// Whether an escape is in its normal form; it has its `%` and all that follows.
pub fn is_unified(escape: &[u8]) -> bool {
    let lower = escape.iter().take(3).any(u8::is_ascii_lowercase);
    let octet = escape.get(1..).and_then(octet);
    !lower && octet.is_some_and(|octet| !UNRESERVED[usize::from(octet)])
}

/// Without its escapes; a `%` without two digits stands for itself.
pub fn decoded(text: &str) -> Cow<'_, str> {
    if !text.contains('%') {
        return text.into();
    }
    let (mut out, mut rest) = (Vec::with_capacity(text.len()), text.as_bytes());
    while let [first, after @ ..] = rest {
        let octet = if *first == b'%' { octet(after) } else { None };
        out.push(octet.unwrap_or(*first));
        rest = if octet.is_some() { &after[2..] } else { after };
    }
    String::from_utf8(out).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned()).into()
}

/// Whether a `%` that is no escape would become one by what follows now, as in `%%34` and `%4%31`.
fn opens_escape(out: &str) -> bool {
    match out.as_bytes() {
        [.., b'%'] => true,
        [.., b'%', digit] => digit.is_ascii_hexdigit(),
        _ => false,
    }
}

fn push_escape(octet: u8, out: &mut String) {
    let digits = [octet >> 4, octet & 15].map(|digit| char::from(UPPER[usize::from(digit)]));
    out.push('%');
    out.extend(digits);
}

/// The octet that the first two digits are.
fn octet(digits: &[u8]) -> Option<u8> {
    let [high, low] = digits.first_chunk::<2>()?.map(|digit| char::from(digit).to_digit(16));
    u8::try_from(high? * 16 + low?).ok()
}
