//! The names of elements and attributes that matter to links, and how a name is read. Knows nothing of what they mean.

use super::near;

/// Up to eight bytes of a name as a number, lower case, the first of them lowest; zero for a longer one and for none.
pub(super) type Key = u64;

/// The key of a name in lower case.
pub(super) const fn key(name: &str) -> Key {
    let name = name.as_bytes();
    let (mut key, mut at) = (0, 0);
    while at < name.len() {
        key |= (name[at] as u64) << (8 * at);
        at += 1;
    }
    key
}

pub(super) const fn is_blank(byte: u8) -> bool {
    matches!(byte, b'\t' | b'\n' | 0x0c | b'\r' | b' ')
}

/// What ends the name of a tag.
#[inline(always)]
pub(super) const fn ends_tag_name(byte: u8) -> bool {
    is_blank(byte) || matches!(byte, b'/' | b'>')
}

/// The name of a tag that begins at `from`: its key, and where it ends. Nothing where the bytes end before that.
#[inline(always)]
pub(super) fn tag_name(bytes: &[u8], from: usize) -> Option<(Key, usize)> {
    short(bytes, from, |_| 0).or_else(|| long(bytes, from, from, ends_tag_name))
}

/// The name of an attribute, whose first byte may be an equals sign.
#[inline(always)]
pub(super) fn attribute_name(bytes: &[u8], from: usize) -> Option<(Key, usize)> {
    let ends = |byte| byte == b'=' || ends_tag_name(byte);
    let quick = short(bytes, from, |word| near::equal(word, b'=')).filter(|&(_, end)| end > from);
    quick.or_else(|| long(bytes, from, from + 1, ends))
}

/// A name of less than eight bytes that are letters, or what stands between them. `ends` marks what else ends it.
#[inline(always)]
fn short(bytes: &[u8], from: usize, ends: impl Fn(u64) -> u64) -> Option<(Key, usize)> {
    let word = near::word(bytes, from)?;
    let marks = near::less(word, b'!') | near::equal(word, b'/') | near::equal(word, b'>') | ends(word);
    if marks == 0 {
        return None;
    }
    let length = near::lowest(marks);
    let end = from + length;
    // Some controls do not end a name.
    if bytes[end] < b'!' && !is_blank(bytes[end]) {
        return None;
    }
    // What becomes a letter by this bit is a letter: nothing less than a blank is left.
    let key = (word | LOWER) & !(u64::MAX << (8 * length));
    Some((key, end))
}

/// A byte of a key. A zero would be none.
pub(super) const fn letter(byte: u8) -> u64 {
    if byte == 0 { 255 } else { byte.to_ascii_lowercase() as u64 }
}

/// The key of a name, however it is written.
pub(super) fn key_of(name: &[u8]) -> Key {
    if name.len() > 8 { 0 } else { name.iter().rev().fold(0, |key, byte| key << 8 | letter(*byte)) }
}

const LOWER: u64 = 0x2020_2020_2020_2020;

#[inline(never)]
fn long(bytes: &[u8], from: usize, search: usize, ends: impl Fn(u8) -> bool) -> Option<(Key, usize)> {
    let end = search + bytes.get(search..)?.iter().position(|byte| ends(*byte))?;
    let name = &bytes[from..end];
    Some((key_of(name), end))
}

/// A table of names, as comparisons that the compiler makes a search of.
macro_rules! table {
    ($(#[$doc:meta])* $type:ident::$function:ident, $($name:literal $variant:ident,)*) => {
        impl $type {
            $(#[$doc])*
            pub(super) fn $function(key: Key) -> Option<$type> {
                $(if key == const { self::key($name) } {
                    return Some($type::$variant);
                })*
                None
            }
        }
    };
}

/// A set of names, as comparisons, of which the compiler makes a search.
macro_rules! names {
    ($(#[$doc:meta])* $function:ident: $($name:literal)*) => {
        $(#[$doc])*
        #[inline]
        pub(super) fn $function(key: $crate::crawl::links::names::Key) -> bool {
            $(if key == const { $crate::crawl::links::names::key($name) } {
                return true;
            })*
            false
        }
    };
}
pub(super) use names;

names! {
    /// Whether browsers begin a line, or a cell, where such an element begins and ends: what stands before it and behind it
    /// are two words.
    parts_words:
    "address" "article" "aside" "br" "caption" "center" "dd" "details" "dialog" "dir" "div" "dl" "dt" "fieldset"
    "figure" "footer" "form" "h1" "h2" "h3" "h4" "h5" "h6" "header" "hgroup" "hr" "legend" "li" "main" "menu" "nav"
    "ol" "p" "pre" "section" "summary" "table" "td" "th" "ul"
}

/// Elements that have links, or that change how the bytes after them are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Element {
    A,
    Area,
    Base,
    Embed,
    Form,
    Frame,
    Iframe,
    Image,
    Input,
    Link,
    Math,
    Media,
    Meta,
    Object,
    Plaintext,
    /// Of text in which there are no tags.
    RawText,
    Script,
    Source,
    Style,
    Svg,
    Template,
    Video,
}

table! {
    Element::of,
    "a" A,
    "area" Area,
    "audio" Media,
    "base" Base,
    "embed" Embed,
    "form" Form,
    "frame" Frame,
    "iframe" Iframe,
    "image" Image,
    "img" Image,
    "input" Input,
    "link" Link,
    "math" Math,
    "meta" Meta,
    "noembed" RawText,
    "noframes" RawText,
    "object" Object,
    "script" Script,
    "source" Source,
    "style" Style,
    "svg" Svg,
    "template" Template,
    "textarea" RawText,
    "title" RawText,
    "track" Media,
    "video" Video,
    "xmp" RawText,
}

impl Element {
    /// Those whose names are too long for a key.
    pub(super) fn of_long(name: &[u8]) -> Option<Element> {
        name.eq_ignore_ascii_case(b"plaintext").then_some(Element::Plaintext)
    }
}

/// Attributes that say where a link leads, or what it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Attribute {
    Action,
    Alt,
    Charset,
    Content,
    Data,
    Encoding,
    /// Any of those that make a `font` HTML inside of SVG.
    Font,
    Href,
    HttpEquiv,
    Id,
    ImageSrcset,
    Name,
    Poster,
    Rel,
    Src,
    Srcset,
    Style,
    Title,
    Type,
    XlinkHref,
}

impl Attribute {
    pub(super) const COUNT: usize = Attribute::XlinkHref as usize + 1;

    /// Those whose names are too long for a key.
    pub(super) fn of_long(name: &[u8]) -> Option<Attribute> {
        match name.len() {
            10 if name.eq_ignore_ascii_case(b"http-equiv") => Some(Attribute::HttpEquiv),
            10 if name.eq_ignore_ascii_case(b"xlink:href") => Some(Attribute::XlinkHref),
            11 if name.eq_ignore_ascii_case(b"imagesrcset") => Some(Attribute::ImageSrcset),
            _ => None,
        }
    }
}

table! {
    Attribute::of,
    "action" Action,
    "alt" Alt,
    "charset" Charset,
    "color" Font,
    "content" Content,
    "data" Data,
    "encoding" Encoding,
    "face" Font,
    "href" Href,
    "id" Id,
    "name" Name,
    "poster" Poster,
    "rel" Rel,
    "size" Font,
    "src" Src,
    "srcset" Srcset,
    "style" Style,
    "title" Title,
    "type" Type,
}
