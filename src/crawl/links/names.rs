//! The names of elements and attributes that matter to links, and how a name is read. Knows nothing of what they mean.

/// Up to eight bytes of a name as a number, lower case; zero for a longer one and for none.
pub(super) type Key = u64;

/// The key of a name in lower case.
pub(super) const fn key(name: &str) -> Key {
    let name = name.as_bytes();
    let (mut key, mut at) = (0, 0);
    while at < name.len() {
        key = key << 8 | name[at] as u64;
        at += 1;
    }
    key
}

/// What ends the name of a tag.
const fn ends_tag_name(byte: u8) -> bool {
    is_blank(byte) || matches!(byte, b'/' | b'>')
}

pub(super) const fn is_blank(byte: u8) -> bool {
    matches!(byte, b'\t' | b'\n' | 0x0c | b'\r' | b' ')
}

/// For each byte of a name its lower case, and zero for one that ends it. (A zero of the page is no letter of any name
/// that is known, and stands as 255.)
const fn letters(equals_ends: bool) -> [u8; 256] {
    let mut letters = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        let it = byte as u8;
        letters[byte] = match it {
            0 => 255,
            b'=' if equals_ends => 0,
            _ if ends_tag_name(it) => 0,
            _ => it.to_ascii_lowercase(),
        };
        byte += 1;
    }
    letters
}

static TAG: [u8; 256] = letters(false);
static ATTRIBUTE: [u8; 256] = letters(true);

/// The name of a tag that begins at `from`: its key, and where it ends. Nothing where the bytes end before that.
pub(super) fn tag_name(bytes: &[u8], from: usize) -> Option<(Key, usize)> {
    name(&TAG, bytes, from, from)
}

/// The name of an attribute, whose first byte may be an equals sign.
pub(super) fn attribute_name(bytes: &[u8], from: usize) -> Option<(Key, usize)> {
    match bytes.get(from)? {
        b'=' => name(&ATTRIBUTE, bytes, from, from + 1).map(|(_, end)| (0, end)),
        _ => name(&ATTRIBUTE, bytes, from, from),
    }
}

fn name(letters: &[u8; 256], bytes: &[u8], from: usize, mut at: usize) -> Option<(Key, usize)> {
    let mut key = 0;
    loop {
        let letter = letters[usize::from(*bytes.get(at)?)];
        if letter == 0 {
            return Some((if at - from > 8 { 0 } else { key }, at));
        }
        key = key << 8 | u64::from(letter);
        at += 1;
    }
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
    Content,
    Data,
    Encoding,
    /// Any of those that make a `font` HTML inside of SVG.
    Font,
    Href,
    HttpEquiv,
    Id,
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
            _ => None,
        }
    }
}

table! {
    Attribute::of,
    "action" Action,
    "alt" Alt,
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
