//! Character references in the text and the attributes of a page, as WHATWG HTML decodes them (13.2.5.72 to 13.2.5.80).
//! Knows nothing of pages.

use encoding_rs::WINDOWS_1252;

/// What HTML calls its named character references: one `Name=code+code` after another in the order of their bytes, in
/// hexadecimal. A star instead of the equals sign is for those that need no semicolon.
const NAMED: &str = include_str!("entities.txt");

/// The longest name, and the shortest and longest that need no semicolon.
const LONGEST: usize = 31;
const SHORTEST_OPEN: usize = 2;
const LONGEST_OPEN: usize = 6;

/// Where a reference stands: in an attribute, one without semicolon is none before `=`, a letter or a digit, so that
/// `?a=b&copy=1` stays what it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::crawl) enum Within {
    Attribute,
    Text,
}

/// Appends `text` with its references decoded.
pub(in crate::crawl) fn decode(text: &str, within: Within, decoded: &mut String) {
    let mut rest = text;
    while let Some(at) = memchr::memchr(b'&', rest.as_bytes()) {
        decoded.push_str(&rest[..at]);
        let reference = &rest[at + 1..];
        let taken = match reference.as_bytes() {
            [b'#', ..] => numeric(reference, decoded),
            [first, ..] if first.is_ascii_alphanumeric() => named(reference, within, decoded),
            _ => None,
        };
        if taken.is_none() {
            decoded.push('&');
        }
        rest = &reference[taken.unwrap_or(0)..];
    }
    decoded.push_str(rest);
}

/// Appends what `#…` stands for. Returns the bytes that it takes.
fn numeric(reference: &str, decoded: &mut String) -> Option<usize> {
    let hex = matches!(reference.as_bytes(), [_, b'x' | b'X', ..]);
    let (base, from) = if hex { (16, 2) } else { (10, 1) };
    let digits = reference[from..].bytes().map_while(|byte| char::from(byte).to_digit(base));
    let (count, number) =
        digits.fold((0, 0u32), |(count, number), digit| (count + 1, number.saturating_mul(base).saturating_add(digit)));
    if count == 0 {
        return None;
    }
    decoded.push(numbered(number));
    let end = from + count;
    Some(end + usize::from(reference.as_bytes().get(end) == Some(&b';')))
}

/// C1 stands for what windows-1252 has there, and what is no character for U+FFFD.
fn numbered(number: u32) -> char {
    match u8::try_from(number) {
        Ok(code @ 0x80..=0x9f) => WINDOWS_1252.decode_without_bom_handling(&[code]).0.chars().next(),
        _ => char::from_u32(number).filter(|&character| character != '\0'),
    }
    .unwrap_or(char::REPLACEMENT_CHARACTER)
}

/// Appends what a name stands for. Returns the bytes that it takes.
fn named(reference: &str, within: Within, decoded: &mut String) -> Option<usize> {
    let bytes = reference.as_bytes();
    let length = bytes.iter().take(LONGEST + 1).take_while(|byte| byte.is_ascii_alphanumeric()).count();
    if bytes.get(length) == Some(&b';')
        && let Some(entity) = entity(&reference[..length])
    {
        entity.append(decoded);
        return Some(length + 1);
    }
    let (entity, length) = (SHORTEST_OPEN..=length.min(LONGEST_OPEN)).rev().find_map(|length| {
        let entity = entity(&reference[..length]).filter(|entity| entity.open)?;
        Some((entity, length))
    })?;
    let goes_on = bytes.get(length).is_some_and(|next| *next == b'=' || next.is_ascii_alphanumeric());
    if within == Within::Attribute && goes_on {
        return None;
    }
    entity.append(decoded);
    Some(length)
}

struct Entity {
    /// Needs no semicolon.
    open: bool,
    codes: &'static str,
}

impl Entity {
    fn append(&self, decoded: &mut String) {
        let codes = self.codes.split('+').filter_map(|code| u32::from_str_radix(code, 16).ok());
        decoded.extend(codes.filter_map(char::from_u32));
    }
}

/// Halves the table at the blank after its middle until the name is met.
fn entity(name: &str) -> Option<Entity> {
    let mut table = NAMED;
    while !table.is_empty() {
        let middle = table.len() / 2;
        let begin = table[..middle].rfind(is_gap).map_or(0, |gap| gap + 1);
        let end = table[middle..].find(is_gap).map_or(table.len(), |gap| middle + gap);
        let entry = &table[begin..end];
        let mark = entry.find(['=', '*']).unwrap_or(entry.len());
        match name.cmp(&entry[..mark]) {
            std::cmp::Ordering::Less => table = &table[..begin],
            std::cmp::Ordering::Greater => table = table.get(end + 1..).unwrap_or(""),
            std::cmp::Ordering::Equal => {
                return Some(Entity { open: entry[mark..].starts_with('*'), codes: entry.get(mark + 1..)? });
            }
        }
    }
    None
}

fn is_gap(character: char) -> bool {
    matches!(character, ' ' | '\n')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(text: &str, within: Within) -> String {
        let mut decoded = String::new();
        decode(text, within, &mut decoded);
        decoded
    }

    #[test]
    fn references_are_decoded_as_browsers_do() {
        let cases = [
            ("a&amp;b", "a&b", "a&b"),
            ("a&ampb", "a&ampb", "a&b"),
            ("a&amp=b", "a&amp=b", "a&=b"),
            ("a&amp b", "a& b", "a& b"),
            ("?a&copy=1&copy;=2", "?a&copy=1©=2", "?a©=1©=2"),
            ("&notit;", "&notit;", "¬it;"),
            ("&notin;&not;", "∉¬", "∉¬"),
            ("&hellip &hellip;", "&hellip …", "&hellip …"),
            ("&#47;&#x2f;&#X2F", "///", "///"),
            ("&#47x&#x2fg", "/x/g", "/x/g"),
            ("&#128;&#x99;&#129;", "€™\u{81}", "€™\u{81}"),
            (
                "&#0;&#xd800;&#x110000;&#99999999999;",
                "\u{fffd}\u{fffd}\u{fffd}\u{fffd}",
                "\u{fffd}\u{fffd}\u{fffd}\u{fffd}",
            ),
            ("&#;&#x;&#xg&", "&#;&#x;&#xg&", "&#;&#x;&#xg&"),
            ("& &&lt;&", "& &<&", "& &<&"),
            ("&NotEqualTilde;&CounterClockwiseContourIntegral;", "≂̸∳", "≂̸∳"),
            ("&AElig;&zwnj;&zwj;&Aacut;", "Æ\u{200c}\u{200d}&Aacut;", "Æ\u{200c}\u{200d}&Aacut;"),
            (
                "&é;&aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa;",
                "&é;&aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa;",
                "&é;&aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa;",
            ),
        ];
        for (written, attribute, text) in cases {
            assert_eq!(decoded(written, Within::Attribute), attribute, "{written} in an attribute");
            assert_eq!(decoded(written, Within::Text), text, "{written} in text");
        }
    }

    #[test]
    fn every_name_of_the_table_is_found_and_stands_for_something() {
        let entries: Vec<&str> = NAMED.split_ascii_whitespace().collect();
        assert_eq!(entries.len(), 2125);
        assert_eq!(entries.iter().filter(|entry| entry.contains('*')).count(), 106);
        for entry in entries {
            let (name, codes) = entry.split_once(['=', '*']).unwrap();
            assert!(name.len() <= LONGEST);
            assert_eq!(entity(name).map(|entity| entity.codes), Some(codes), "{name}");
            assert_ne!(decoded(&format!("&{name};"), Within::Attribute), format!("&{name};"));
        }
    }
}
