//! The attributes of one tag, and where it ends (WHATWG HTML, 13.2.5.32 to 13.2.5.40). Knows nothing of links.

use super::names::{Attribute, attribute_name, is_blank};
use super::near;

/// How a tag ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::crawl) struct End {
    /// Behind its `>`.
    pub at: usize,
    pub self_closing: bool,
}

/// The attributes of a tag that are known, each as it stands first: a page with a million others costs no more.
pub(in crate::crawl) struct Attributes<'p> {
    values: [&'p [u8]; Attribute::COUNT],
    present: u32,
}

impl<'p> Attributes<'p> {
    pub(in crate::crawl) fn new() -> Attributes<'p> {
        Attributes { values: [&[]; Attribute::COUNT], present: 0 }
    }

    /// The value as it is written; empty where there is none but the name.
    pub(super) fn get(&self, attribute: Attribute) -> Option<&'p [u8]> {
        self.has(attribute).then(|| self.values[attribute as usize])
    }

    pub(super) fn has(&self, attribute: Attribute) -> bool {
        self.present & 1 << attribute as u32 != 0
    }

    /// Takes what follows the name of a tag, whose end it returns; nothing where the bytes end before that.
    pub(in crate::crawl) fn take(&mut self, bytes: &'p [u8], from: usize) -> Option<End> {
        each(bytes, from, |key, name, value| {
            let known = if key == 0 { Attribute::of_long(name) } else { Attribute::of(key) };
            if let Some(attribute) = known.filter(|&attribute| !self.has(attribute)) {
                self.present |= 1 << attribute as u32;
                self.values[attribute as usize] = value;
            }
        })
    }
}

/// The end of a tag whose attributes do not matter.
#[inline(always)]
pub(super) fn end(bytes: &[u8], from: usize) -> Option<usize> {
    if bytes.get(from) == Some(&b'>') { Some(from + 1) } else { end_of_attributes(bytes, from) }
}

#[inline(never)]
fn end_of_attributes(bytes: &[u8], from: usize) -> Option<usize> {
    each(bytes, from, |_, _, _| {}).map(|end| end.at)
}

/// Calls `attribute` with the key, the name and the value of each.
#[inline(always)]
pub(super) fn each<'p>(
    bytes: &'p [u8],
    mut at: usize,
    mut attribute: impl FnMut(u64, &'p [u8], &'p [u8]),
) -> Option<End> {
    loop {
        at = skip_blank(bytes, at)?;
        match bytes[at] {
            b'>' => return Some(End { at: at + 1, self_closing: false }),
            b'/' => {
                at += 1;
                if *bytes.get(at)? == b'>' {
                    return Some(End { at: at + 1, self_closing: true });
                }
                continue;
            }
            _ => {}
        }
        let (key, name_end) = attribute_name(bytes, at)?;
        let name = &bytes[at..name_end];
        at = skip_blank(bytes, name_end)?;
        if bytes[at] != b'=' {
            attribute(key, name, b"");
            continue;
        }
        at = skip_blank(bytes, at + 1)?;
        let value = value(bytes, at)?;
        attribute(key, name, &bytes[value.begin..value.end]);
        at = value.next;
    }
}

struct Value {
    begin: usize,
    end: usize,
    next: usize,
}

#[inline(always)]
fn value(bytes: &[u8], at: usize) -> Option<Value> {
    match bytes[at] {
        quote @ (b'"' | b'\'') => {
            let begin = at + 1;
            let end = near::find(quote, bytes, begin)?;
            Some(Value { begin, end, next: end + 1 })
        }
        _ => {
            let length = bytes[at..].iter().position(|byte| is_blank(*byte) || *byte == b'>')?;
            Some(Value { begin: at, end: at + length, next: at + length })
        }
    }
}

#[inline(always)]
fn skip_blank(bytes: &[u8], mut at: usize) -> Option<usize> {
    while is_blank(*bytes.get(at)?) {
        at += 1;
    }
    Some(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Where a tag ends, and whether it closes itself.
    type Ended = Option<(usize, bool)>;

    #[test]
    fn attributes_are_read_in_every_quoting() {
        let cases: [(&str, &str, Ended); 22] = [
            (" href=a>", "a", Some((8, false))),
            (" HREF = \"a b\" >", "a b", Some((15, false))),
            ("\n\thref\r=\x0c'a\"b'>", "a\"b", Some((15, false))),
            (" href=a/>", "a/", Some((9, false))),
            (" href=a />", "a", Some((10, true))),
            (" href='a'/>", "a", Some((11, true))),
            (" href='a'/ >", "a", Some((12, false))),
            (" href='a'x=y>", "a", Some((13, false))),
            (" href=a href=b>", "a", Some((15, false))),
            (" href href=b>", "", Some((13, false))),
            (" href=>x", "", Some((7, false))),
            (" x=\"href='b'\"href=c>", "c", Some((20, false))),
            (" \"href=c\">", "-", Some((10, false))),
            (" =href=c>", "-", Some((9, false))),
            (" = href=c>", "c", Some((10, false))),
            ("/href=c>", "c", Some((8, false))),
            (" href=a\"b'c<d=`e>", "a\"b'c<d=`e", Some((17, false))),
            (" a'>b' href=c>", "-", Some((4, false))),
            (" xhref=a href.=b hre=c hreff=d>", "-", Some((31, false))),
            (" href=\"a", "-", None),
            (" href=a", "-", None),
            (" href='a'/", "a", None),
        ];
        for (tag, href, expected) in cases {
            let mut attributes = Attributes::new();
            let end = attributes.take(tag.as_bytes(), 0);
            assert_eq!(end.map(|end| (end.at, end.self_closing)), expected, "{tag}");
            assert_eq!(super::end(tag.as_bytes(), 0), end.map(|end| end.at), "{tag}");
            let found = attributes.get(Attribute::Href).map_or("-".into(), String::from_utf8_lossy);
            assert_eq!(found, href, "{tag}");
        }
    }
}
