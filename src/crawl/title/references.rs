//! Character references in a title, as browsers decode them. Knows nothing of pages.

use encoding_rs::WINDOWS_1252;
use std::borrow::Cow;

/// Decodes the character references that titles use; any other stays as it is written.
pub(super) fn decode(text: &str) -> Cow<'_, str> {
    if !text.contains('&') {
        return Cow::Borrowed(text);
    }
    let mut decoded = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        decoded.push_str(&rest[..at]);
        let reference = &rest[at + 1..];
        let end = reference.bytes().take(10).position(|byte| byte == b';');
        match end.and_then(|end| Some((character(&reference[..end])?, end))) {
            Some((character, end)) => {
                decoded.push(character);
                rest = &reference[end + 1..];
            }
            None => {
                decoded.push('&');
                rest = reference;
            }
        }
    }
    decoded.push_str(rest);
    Cow::Owned(decoded)
}

/// Those of ISO 8859-1, from the no-break space (160) on.
const LATIN: &str = "nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg plusmn sup2 sup3 \
    acute micro para middot cedil sup1 ordm raquo frac14 frac12 frac34 iquest Agrave Aacute Acirc Atilde Auml Aring AElig \
    Ccedil Egrave Eacute Ecirc Euml Igrave Iacute Icirc Iuml ETH Ntilde Ograve Oacute Ocirc Otilde Ouml times Oslash Ugrave \
    Uacute Ucirc Uuml Yacute THORN szlig agrave aacute acirc atilde auml aring aelig ccedil egrave eacute ecirc euml igrave \
    iacute icirc iuml eth ntilde ograve oacute ocirc otilde ouml divide oslash ugrave uacute ucirc uuml yacute thorn yuml";

const OTHERS: [(&str, char); 20] = [
    ("amp", '&'),
    ("lt", '<'),
    ("gt", '>'),
    ("quot", '"'),
    ("apos", '\''),
    ("mdash", '—'),
    ("ndash", '–'),
    ("hellip", '…'),
    ("lsquo", '‘'),
    ("rsquo", '’'),
    ("sbquo", '‚'),
    ("ldquo", '“'),
    ("rdquo", '”'),
    ("bdquo", '„'),
    ("lsaquo", '‹'),
    ("rsaquo", '›'),
    ("bull", '•'),
    ("euro", '€'),
    ("trade", '™'),
    ("rarr", '→'),
];

fn character(name: &str) -> Option<char> {
    if let Some(number) = name.strip_prefix('#') {
        let hex = number.strip_prefix(['x', 'X']).map(|digits| u32::from_str_radix(digits, 16).ok());
        return Some(numbered(hex.unwrap_or_else(|| number.parse().ok())?));
    }
    let other = OTHERS.iter().find(|(known, _)| *known == name).map(|&(_, character)| character);
    let latin =
        || LATIN.split(' ').zip(160u8..=255).find(|(known, _)| *known == name).map(|(_, code)| char::from(code));
    other.or_else(latin)
}

/// As browsers do (WHATWG HTML, 13.2.5.80): C1 stands for what windows-1252 has there, and what is none for U+FFFD.
fn numbered(number: u32) -> char {
    match u8::try_from(number) {
        Ok(code @ 0x80..=0x9f) => WINDOWS_1252.decode_without_bom_handling(&[code]).0.chars().next(),
        _ => char::from_u32(number).filter(|&character| character != '\0'),
    }
    .unwrap_or(char::REPLACEMENT_CHARACTER)
}
