//! Finds where the title lies: the first `title` outside of comments, scripts, other raw text, templates and pictures. As
//! in browsers, where scripts run, `noscript` is raw text. Knows nothing of charsets but that tags are ASCII.

use super::READ;
use std::ops::Range;

/// Elements whose content is text and no tags (WHATWG HTML, 13.2.5), and two whose titles are not the page's.
const OPAQUE: [&[u8]; 11] = [
    b"title",
    b"template",
    b"script",
    b"style",
    b"textarea",
    b"xmp",
    b"iframe",
    b"noembed",
    b"noframes",
    b"noscript",
    b"svg",
];
const TITLE: usize = 0;
const TEMPLATE: usize = 1;
/// Bytes of the longest of these names, and the one that ends it.
const NAME: usize = 9;
/// Bytes that are looked at one by one before a search begins.
const NEAR: usize = 3;

#[derive(Clone, Copy, Default)]
enum Place {
    #[default]
    Data,
    Comment,
    /// A tag, and which of the opaque elements it begins; a quote that is open, and the last byte that is no blank.
    Tag {
        opens: Option<usize>,
        quote: Option<u8>,
        last: u8,
    },
    /// To the next `>`.
    Declaration,
    Opaque(usize),
    Done,
}

/// Looks at each byte once or twice, however small the pieces.
#[derive(Default)]
pub(super) struct Finder {
    place: Place,
    /// Up to here the page was looked at.
    at: usize,
    title: Option<Range<usize>>,
    /// Templates that are open: what is in them is no part of the page.
    templates: usize,
    /// It is XML, where any element can be empty.
    xml: bool,
}

impl Finder {
    pub fn new(xml: bool) -> Finder {
        Finder { xml, ..Finder::default() }
    }

    /// Where the title ends, once that has come.
    pub fn end(&self) -> Option<usize> {
        matches!(self.place, Place::Done).then_some(self.at)
    }

    /// Goes on in `page`, which is longer than before.
    pub fn advance(&mut self, page: &[u8]) {
        while self.step(page) {}
    }

    /// What stands in the title, also where the page ends within it.
    pub fn title<'p>(&self, page: &'p [u8]) -> Option<&'p [u8]> {
        let range = match (self.place, &self.title) {
            (Place::Done, Some(range)) => range.clone(),
            (Place::Opaque(TITLE), Some(range)) if self.templates == 0 => range.start..page.len(),
            _ => return None,
        };
        let title = &page[range];
        Some(&title[..title.len().min(READ)])
    }

    /// Goes to the next place; `false` where more of the page is needed.
    fn step(&mut self, page: &[u8]) -> bool {
        match self.place {
            Place::Done => false,
            Place::Data => match next_tag(&page[self.at..]) {
                Some(found) => {
                    self.at += found;
                    self.markup(page)
                }
                None => self.pause(page.len()),
            },
            Place::Comment => match memchr::memmem::find(&page[self.at..], b"-->") {
                Some(end) => self.turn(Place::Data, self.at + end + 3),
                None => self.pause(page.len().saturating_sub(2)),
            },
            Place::Declaration => match memchr::memchr(b'>', &page[self.at..]) {
                Some(end) => self.turn(Place::Data, self.at + end + 1),
                None => self.pause(page.len()),
            },
            Place::Tag { opens, quote, last } => self.tag(page, opens, quote, last),
            Place::Opaque(which) => self.opaque(page, which),
        }
    }

    /// Remembers that all before `at` need not be looked at again.
    fn pause(&mut self, at: usize) -> bool {
        self.at = self.at.max(at);
        false
    }

    /// What begins at `at`.
    fn turn(&mut self, place: Place, at: usize) -> bool {
        (self.place, self.at) = (place, at);
        true
    }

    /// What begins with the `<` here.
    fn markup(&mut self, page: &[u8]) -> bool {
        let rest = &page[self.at..];
        if rest.len() < 4 && b"<!--".starts_with(rest) {
            return false;
        }
        if rest.starts_with(b"<!--") {
            // The dashes of the beginning may be those of the end too.
            return self.turn(Place::Comment, self.at + 2);
        }
        match rest.get(1) {
            None => false,
            Some(b'/') if self.templates > 0 => match ends(rest, OPAQUE[TEMPLATE]) {
                None => false,
                Some(closes) => {
                    self.templates -= usize::from(closes);
                    self.turn(Place::Declaration, self.at + 1)
                }
            },
            Some(b'!' | b'/' | b'?') => self.turn(Place::Declaration, self.at + 1),
            Some(letter) if letter.is_ascii_alphabetic() => {
                let name = &rest[1..rest.len().min(1 + NAME)];
                let end = name.iter().position(|&byte| is_end(byte));
                if end.is_none() && name.len() < NAME {
                    return false;
                }
                let name = &name[..end.unwrap_or(name.len())];
                self.at += 1 + name.len();
                self.tag(page, opaque(name), None, 0)
            }
            Some(_) => self.turn(Place::Data, self.at + 1),
        }
    }

    fn tag(&mut self, page: &[u8], opens: Option<usize>, quote: Option<u8>, last: u8) -> bool {
        let (mut quote, mut last, mut at) = (quote, last, self.at);
        while let Some(&byte) = page.get(at) {
            if let Some(open) = quote {
                let Some(end) = page[at..].iter().position(|&byte| byte == open) else { break };
                (quote, last, at) = (None, open, at + end + 1);
                continue;
            }
            at += 1;
            match byte {
                // Most are letters.
                b'?'.. => last = byte,
                b'>' => {
                    let place = self.opened(opens, last, at);
                    return self.turn(place, at);
                }
                b'"' | b'\'' if last == b'=' => quote = Some(byte),
                b' ' | b'\t' | b'\n' | b'\r' | 0x0c => {}
                _ => last = byte,
            }
        }
        self.place = Place::Tag { opens, quote, last };
        self.pause(page.len())
    }

    fn opened(&mut self, opens: Option<usize>, last: u8, at: usize) -> Place {
        match opens {
            _ if self.xml && last == b'/' => Place::Data,
            Some(TITLE) => {
                self.title = Some(at..at);
                Place::Opaque(TITLE)
            }
            Some(TEMPLATE) => {
                self.templates += 1;
                Place::Data
            }
            // Of these only a picture can be empty in HTML.
            Some(which) if !(last == b'/' && OPAQUE[which] == b"svg") => Place::Opaque(which),
            _ => Place::Data,
        }
    }

    /// Looks for the end tag.
    fn opaque(&mut self, page: &[u8], which: usize) -> bool {
        let name = OPAQUE[which];
        while let Some(found) = memchr::memchr(b'<', &page[self.at..]) {
            match ends(&page[self.at + found..], name) {
                None => return self.pause(self.at + found),
                Some(false) => {
                    self.at += found + 1;
                    continue;
                }
                Some(true) => {}
            }
            let end = self.at + found;
            if which != TITLE || self.templates > 0 {
                return self.turn(Place::Declaration, end);
            }
            self.title = self.title.take().map(|title| title.start..end);
            return self.turn(Place::Done, end);
        }
        self.pause(page.len())
    }
}

/// Where the next `<` is; between the tags of a head it is near.
fn next_tag(rest: &[u8]) -> Option<usize> {
    let near = rest.iter().take(NEAR).position(|&byte| byte == b'<');
    near.or_else(|| memchr::memchr(b'<', rest))
}

/// Whether what begins here is the end tag of an element of that name; `None`, where more of it is needed.
fn ends(rest: &[u8], name: &[u8]) -> Option<bool> {
    if rest.len() < name.len() + 3 && !rest.contains(&b'>') {
        return None;
    }
    let same = rest.get(2..2 + name.len()).is_some_and(|it| it.eq_ignore_ascii_case(name));
    Some(rest.get(1) == Some(&b'/') && same && rest.get(2 + name.len()).is_some_and(|&byte| is_end(byte)))
}

/// Which of the opaque elements has this name. Most elements of a page have none of their first letters.
fn opaque(name: &[u8]) -> Option<usize> {
    let same = |opaque: &[u8]| opaque.len() == name.len() && opaque.eq_ignore_ascii_case(name);
    match name.first()?.to_ascii_lowercase() {
        b't' | b's' | b'x' | b'i' | b'n' => OPAQUE.iter().position(|opaque| same(opaque)),
        _ => None,
    }
}

/// Whether a name ends before this byte.
fn is_end(byte: u8) -> bool {
    byte <= b'>' && matches!(byte, b'\t' | b'\n' | b'\r' | 0x0c | b' ' | b'/' | b'>')
}
