//! Which charset a page is in, as browsers choose (WHATWG HTML, 13.2.3): byte order mark, then header, then `meta` within
//! the first kilobyte, then windows-1252. Decodes nothing.

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252, X_USER_DEFINED};

/// Bytes in which a `meta` charset is looked for.
pub(super) const PRESCANNED: usize = 1024;

/// What the header says.
pub(super) struct Declared(Option<&'static Encoding>);

impl Declared {
    /// `content_type`: the header's value. Its first `charset` counts.
    pub fn of(content_type: &[u8]) -> Declared {
        let parameters = content_type.split(|&byte| byte == b';').skip(1);
        let named =
            parameters.map(|parameter| parameter.split_at(parameter.iter().position(|&it| it == b'=').unwrap_or(0)));
        let mut charsets = named.filter(|(name, _)| name.trim_ascii().eq_ignore_ascii_case(b"charset"));
        Declared(charsets.next().and_then(|(_, value)| Encoding::for_label(unquoted(&value[1..]))))
    }

    pub fn charset(&self, page: &[u8]) -> &'static Encoding {
        let marked = Encoding::for_bom(page).map(|(charset, _)| charset);
        marked.or(self.0).or_else(|| prescan(&page[..page.len().min(PRESCANNED)])).unwrap_or(WINDOWS_1252)
    }
}

fn unquoted(value: &[u8]) -> &[u8] {
    let value = value.trim_ascii();
    let value = value.strip_prefix(b"\"").unwrap_or(value);
    value.split(|&byte| byte == b'"').next().unwrap_or(value)
}

/// "Prescan a byte stream to determine its encoding".
fn prescan(page: &[u8]) -> Option<&'static Encoding> {
    if page.starts_with(b"<\0?\0x\0") {
        return Some(UTF_16LE);
    }
    if page.starts_with(b"\0<\0?\0x") {
        return Some(UTF_16BE);
    }
    let mut rest = page;
    while let Some(at) = memchr::memchr(b'<', rest) {
        rest = &rest[at..];
        rest = match rest {
            [b'<', b'!', b'-', b'-', ..] => after_comment(rest)?,
            [b'<', b'!' | b'/' | b'?', ..] => &rest[memchr::memchr(b'>', rest)? + 1..],
            [b'<', letter, ..] if letter.is_ascii_alphabetic() => {
                let (name, mut attributes) = tag(&rest[1..]);
                let mut meta = Meta::default();
                while let Some((name, value)) = attributes.next()? {
                    meta.note(name, value);
                }
                if name.eq_ignore_ascii_case(b"meta")
                    && let Some(charset) = meta.charset()
                {
                    return Some(charset);
                }
                attributes.0
            }
            _ => &rest[1..],
        };
    }
    None
}

fn after_comment(rest: &[u8]) -> Option<&[u8]> {
    // The dashes of the beginning may be those of the end too.
    memchr::memmem::find(&rest[2..], b"-->").map(|end| &rest[2 + end + 3..])
}

fn tag(bytes: &[u8]) -> (&[u8], Attributes<'_>) {
    let end = bytes.iter().position(|&byte| is_space(byte) || b"/>".contains(&byte)).unwrap_or(bytes.len());
    (&bytes[..end], Attributes(&bytes[end..]))
}

#[derive(Default)]
struct Meta<'p> {
    content_type: bool,
    charset: Option<&'p [u8]>,
    content: Option<&'p [u8]>,
}

impl<'p> Meta<'p> {
    /// Of an attribute that is there twice the first counts.
    fn note(&mut self, name: &[u8], value: &'p [u8]) {
        if name.eq_ignore_ascii_case(b"http-equiv") {
            self.content_type |= value.eq_ignore_ascii_case(b"content-type");
        } else if name.eq_ignore_ascii_case(b"charset") {
            self.charset.get_or_insert(value);
        } else if name.eq_ignore_ascii_case(b"content") {
            self.content.get_or_insert(value);
        }
    }

    /// What can be read as ASCII so far is not UTF-16, whatever it says.
    fn charset(&self) -> Option<&'static Encoding> {
        let pragma = || self.content.filter(|_| self.content_type).and_then(within_content);
        let label = self.charset.or_else(pragma)?;
        Encoding::for_label(label).map(|charset| match charset {
            it if it == UTF_16BE || it == UTF_16LE => UTF_8,
            it if it == X_USER_DEFINED => WINDOWS_1252,
            it => it,
        })
    }
}

/// "Extracting a character encoding from a meta element".
fn within_content(content: &[u8]) -> Option<&[u8]> {
    const WORD: &[u8] = b"charset";
    let mut at = 0;
    loop {
        at += content[at..].windows(WORD.len()).position(|it| it.eq_ignore_ascii_case(WORD))? + WORD.len();
        let Some(value) = content[at..].trim_ascii_start().strip_prefix(b"=") else { continue };
        let value = value.trim_ascii_start();
        return match value.first()? {
            quote @ (b'"' | b'\'') => memchr::memchr(*quote, &value[1..]).map(|end| &value[1..=end]),
            _ => value.split(|&byte| is_space(byte) || byte == b';').next(),
        };
    }
}

/// "Get an attribute", again and again until the tag ends.
struct Attributes<'p>(&'p [u8]);

impl<'p> Attributes<'p> {
    /// `None` where the bytes end before the tag does; `Some(None)` at its end.
    fn next(&mut self) -> Option<Option<(&'p [u8], &'p [u8])>> {
        let skipped = self.0.iter().position(|&byte| !is_space(byte) && byte != b'/')?;
        let bytes = &self.0[skipped..];
        if bytes[0] == b'>' {
            self.0 = &bytes[1..];
            return Some(None);
        }
        // A name may begin with an equals sign.
        let end = bytes.iter().skip(1).position(|&byte| is_space(byte) || b"=/>".contains(&byte))? + 1;
        let (name, rest) = bytes.split_at(end);
        let spaces = rest.iter().position(|&byte| !is_space(byte))?;
        let Some(value) = rest[spaces..].strip_prefix(b"=") else {
            self.0 = rest;
            return Some(Some((name, b"")));
        };
        let value = &value[value.iter().position(|&byte| !is_space(byte))?..];
        let (value, rest) = match value[0] {
            quote @ (b'"' | b'\'') => {
                let end = memchr::memchr(quote, &value[1..])? + 1;
                (&value[1..end], &value[end + 1..])
            }
            _ => value.split_at(value.iter().position(|&byte| is_space(byte) || byte == b'>')?),
        };
        self.0 = rest;
        Some(Some((name, value)))
    }
}

fn is_space(byte: u8) -> bool {
    matches!(byte, b'\t' | b'\n' | 0x0c | b'\r' | b' ')
}
