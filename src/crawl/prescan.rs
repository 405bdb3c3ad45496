//! The charset that a page names itself, by a `meta` or as XML does (WHATWG HTML, "prescan a byte stream to determine its
//! encoding" and "get an XML encoding"). Knows nothing of what else the page says.

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252, X_USER_DEFINED};

/// Bytes that are looked at before a page is read.
pub const PRESCANNED: usize = 1024;

/// The charset of the first `meta` of the first kilobyte that names a known one, or else that of its XML declaration.
pub fn prescan(page: &[u8]) -> Option<&'static Encoding> {
    named_by_meta(&page[..page.len().min(PRESCANNED)]).or_else(|| declared_in_xml(page))
}

/// Whether a page of such a type is read as XML, where a `meta` names nothing (RFC 7303).
pub fn is_xml(content_type: &[u8]) -> bool {
    let essence = content_type.split(|&byte| byte == b';').next().unwrap_or_default().trim_ascii();
    let ends = |end: &[u8]| {
        essence.len().checked_sub(end.len()).is_some_and(|begin| essence[begin..].eq_ignore_ascii_case(end))
    };
    ends(b"+xml") || ends(b"/xml")
}

/// The charset of an XML declaration that a page begins with.
pub fn declared_in_xml(page: &[u8]) -> Option<&'static Encoding> {
    let page = &page[..page.len().min(PRESCANNED)];
    match page {
        [b'<', 0, b'?', 0, b'x', 0, ..] => return Some(UTF_16LE),
        [0, b'<', 0, b'?', 0, b'x', ..] => return Some(UTF_16BE),
        _ => {}
    }
    let declaration = page.strip_prefix(b"<?xml")?;
    let declaration = &declaration[..memchr::memchr(b'>', declaration)?];
    let named = &declaration[memchr::memmem::find(declaration, b"encoding")? + b"encoding".len()..];
    let value = skip_controls(skip_controls(named).strip_prefix(b"=")?);
    let (quote, value) = value.split_first().filter(|(quote, _)| matches!(quote, b'"' | b'\''))?;
    let label = &value[..memchr::memchr(*quote, value)?];
    if label.iter().any(|&byte| byte <= b' ') {
        return None;
    }
    Encoding::for_label(label).map(read_as_ascii)
}

/// What the standard takes for white space there.
fn skip_controls(text: &[u8]) -> &[u8] {
    &text[text.iter().take_while(|&&byte| byte <= b' ').count()..]
}

/// Bytes in which what names the charset is looked for at most, once it matters: a browser reads a page anew that names it
/// late.
pub const LATE: usize = 64 << 10;

/// The charset that a page names, if not at its beginning then later.
pub fn named_in(page: &[u8]) -> Option<&'static Encoding> {
    prescan(page).or_else(|| named_by_meta(&page[..page.len().min(LATE)]))
}

/// The charset of the first `meta` that names a known one.
pub fn named_by_meta(page: &[u8]) -> Option<&'static Encoding> {
    let mut bytes = Bytes { page, at: 0 };
    while bytes.at < bytes.page.len() {
        let rest = bytes.rest();
        if rest.starts_with(b"<!--") {
            // `-->` may share its dashes with the beginning.
            bytes.at += 2;
            bytes.skip_past(b"-->")?;
        } else if is_meta(rest) {
            bytes.at += b"<meta".len();
            if let Some(charset) = bytes.meta() {
                return Some(charset);
            }
        } else if is_tag(rest) {
            bytes.skip_name()?;
            while bytes.attribute()?.is_some() {}
        } else if matches!(rest, [b'<', b'!' | b'/' | b'?', ..]) {
            bytes.skip_past(b">")?;
        } else {
            bytes.at += 1;
        }
    }
    None
}

/// Whether a `meta` with this `http-equiv` gives a content type.
pub fn names_type(http_equiv: &[u8]) -> bool {
    http_equiv.eq_ignore_ascii_case(b"content-type")
}

/// What a `meta` names by its `charset`, or by its `content`, where that is a content type.
pub fn of_meta(direct: Option<&[u8]>, pragma: bool, content: Option<&[u8]>) -> Option<&'static Encoding> {
    let charset = match direct {
        Some(label) => Encoding::for_label(label)?,
        None => content.filter(|_| pragma).and_then(charset_in)?,
    };
    Some(read_as_ascii(charset))
}

/// The charset behind `charset=` in a content type, or in what a `meta` gives for one.
pub fn charset_in(content_type: &[u8]) -> Option<&'static Encoding> {
    let mut from = 0;
    loop {
        let found = from + position(&content_type[from..], b"charset")?;
        from = found + b"charset".len();
        if let Some(value) = content_type[from..].trim_ascii_start().strip_prefix(b"=") {
            return Encoding::for_label(label(value.trim_ascii_start()));
        }
    }
}

/// A label in quotes, or up to the next blank or semicolon.
fn label(value: &[u8]) -> &[u8] {
    let (quoted, ends): (&[u8], &[u8]) = match value {
        [b'"', rest @ ..] => (rest, b"\""),
        [b'\'', rest @ ..] => (rest, b"'"),
        _ => (value, b"; \t\n\r\x0c"),
    };
    let end = quoted.iter().position(|byte| ends.contains(byte)).unwrap_or(quoted.len());
    &quoted[..end]
}

/// Where `word`, which is lower case, stands in whatever case.
fn position(text: &[u8], word: &[u8]) -> Option<usize> {
    let (low, high) = (word[0], word[0].to_ascii_uppercase());
    memchr::memchr2_iter(low, high, text)
        .find(|&at| text[at..].get(..word.len()).is_some_and(|it| it.eq_ignore_ascii_case(word)))
}

fn is_meta(rest: &[u8]) -> bool {
    let name = rest.get(..5).is_some_and(|name| name.eq_ignore_ascii_case(b"<meta"));
    name && rest.get(5).is_some_and(|byte| is_blank(*byte) || *byte == b'/')
}

fn is_tag(rest: &[u8]) -> bool {
    let name = rest.strip_prefix(b"</").or_else(|| rest.strip_prefix(b"<"));
    name.and_then(<[u8]>::first).is_some_and(u8::is_ascii_alphabetic)
}

fn is_blank(byte: u8) -> bool {
    matches!(byte, b'\t' | b'\n' | 0x0c | b'\r' | b' ')
}

/// A page whose tags can be read as ASCII is not UTF-16, whatever it says.
fn read_as_ascii(charset: &'static Encoding) -> &'static Encoding {
    match charset {
        utf16 if utf16 == UTF_16LE || utf16 == UTF_16BE => UTF_8,
        own if own == X_USER_DEFINED => WINDOWS_1252,
        charset => charset,
    }
}

struct Bytes<'p> {
    page: &'p [u8],
    at: usize,
}

/// A name, and a value that may be empty.
type Attribute<'p> = (&'p [u8], &'p [u8]);

impl<'p> Bytes<'p> {
    fn rest(&self) -> &'p [u8] {
        &self.page[self.at..]
    }

    fn skip_past(&mut self, end: &[u8]) -> Option<()> {
        self.at += memchr::memmem::find(self.rest(), end)? + end.len();
        Some(())
    }

    fn skip_while(&mut self, accepted: impl Fn(u8) -> bool) -> Option<u8> {
        let rest = self.rest();
        let length = rest.iter().position(|byte| !accepted(*byte))?;
        self.at += length;
        Some(rest[length])
    }

    fn skip_name(&mut self) -> Option<u8> {
        self.skip_while(|byte| !is_blank(byte) && byte != b'>')
    }

    /// What the attributes of a `meta` say; a name counts where it stands first.
    fn meta(&mut self) -> Option<&'static Encoding> {
        let (mut pragma, mut direct, mut content) = (false, None, None);
        while let Some((name, value)) = self.attribute().flatten() {
            if name.eq_ignore_ascii_case(b"http-equiv") {
                pragma |= names_type(value);
            } else if name.eq_ignore_ascii_case(b"charset") && direct.is_none() {
                direct = Some(value);
            } else if name.eq_ignore_ascii_case(b"content") && content.is_none_or(|it| charset_in(it).is_none()) {
                content = Some(value);
            }
        }
        of_meta(direct, pragma, content)
    }

    /// The next attribute of a tag, none at its end; nothing where the bytes end before that.
    fn attribute(&mut self) -> Option<Option<Attribute<'p>>> {
        if self.skip_while(|byte| is_blank(byte) || byte == b'/')? == b'>' {
            return Some(None);
        }
        let begin = self.at;
        // A name may begin with an equals sign.
        self.at += 1;
        let end = self.skip_while(|byte| !is_blank(byte) && !b"=/>".contains(&byte))?;
        let name = &self.page[begin..self.at];
        let next = if is_blank(end) { self.skip_while(is_blank)? } else { end };
        if next != b'=' {
            return Some(Some((name, b"")));
        }
        self.at += 1;
        let value = match self.skip_while(is_blank)? {
            quote @ (b'"' | b'\'') => {
                self.at += 1;
                let begin = self.at;
                self.skip_while(|byte| byte != quote)?;
                self.at += 1;
                &self.page[begin..self.at - 1]
            }
            _ => {
                let begin = self.at;
                self.skip_name()?;
                &self.page[begin..self.at]
            }
        };
        Some(Some((name, value)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_first_meta_that_names_a_known_charset_counts() {
        let cases: [(&[u8], Option<&str>); 22] = [
            (b"<meta charset=utf-8>", Some("UTF-8")),
            (b"<META CharSet = 'Latin1' >", Some("windows-1252")),
            (b"<meta charset=\"shift_jis\"/>", Some("Shift_JIS")),
            (b"<meta http-equiv=Content-Type content=\"text/html; charset=koi8-r\">", Some("KOI8-R")),
            (b"<meta content='text/html;charset = \"gbk\"' http-equiv='content-type'>", Some("GBK")),
            (b"<meta content='text/html; charset=koi8-r'>", None),
            (b"<meta name=description content='charset=koi8-r'><meta charset=big5>", Some("Big5")),
            (b"<meta charset=nonsense><meta charset=big5>", Some("Big5")),
            (b"<!-- <meta charset=big5> --><meta charset=utf-8>", Some("UTF-8")),
            (b"<!--><meta charset=big5>", Some("Big5")),
            (b"<script data-x='<meta charset=big5>'></script>", None),
            (b"<a href=x><meta/charset=big5>", Some("Big5")),
            (b"</p ><?php > ?><!doctype html><meta charset=big5>", Some("Big5")),
            (b"<metacharset=big5>", None),
            (b"<meta charset=utf-16le>", Some("UTF-8")),
            (b"<meta charset=x-user-defined>", Some("windows-1252")),
            (b"<meta charset=big5 charset=utf-8>", Some("Big5")),
            (b"<meta charset=big5", None),
            (b"<meta charset='big5>", None),
            (b"<meta =charset=big5>", None),
            (b"<meta charset>", None),
            (b"1 < 2 <meta charset=big5>", Some("Big5")),
        ];
        for (page, expected) in cases {
            assert_eq!(prescan(page).map(Encoding::name), expected, "{}", page.escape_ascii());
        }
        let declared: [(&[u8], Option<&str>); 9] = [
            (b"<?xml version='1.0' encoding='koi8-r'?>", Some("KOI8-R")),
            (b"<?xml encoding = \"utf-16\" ?><p>", Some("UTF-8")),
            (b"<?xml encoding='koi8-r'?><meta charset=utf-8>", Some("UTF-8")),
            (b" <?xml encoding='koi8-r'?>", None),
            (b"<?xml encoding=koi8-r?>", None),
            (b"<?xml encoding='koi8-r", None),
            (b"<?xml encoding='koi8 r'?>", None),
            (b"<?xml version='1.0'?>", None),
            (b"<\0?\0x\0m\0l\0", Some("UTF-16LE")),
        ];
        for (page, expected) in declared {
            assert_eq!(prescan(page).map(Encoding::name), expected, "{}", page.escape_ascii());
        }
        let late = [&[b' '; PRESCANNED][..], b"<meta charset=utf-8>"].concat();
        assert_eq!(prescan(&late), None);
    }

    #[test]
    fn a_content_type_names_its_charset_in_any_case_and_quotes() {
        let cases: [(&[u8], Option<&str>); 6] = [
            (b"text/html; charset=utf-8", Some("UTF-8")),
            (b"text/html;Charset=\"ISO-8859-2\"; x", Some("ISO-8859-2")),
            (b"text/html; charset = 'big5'", Some("Big5")),
            (b"text/html; charset charset=big5", Some("Big5")),
            (b"text/html; charset", None),
            (b"text/html", None),
        ];
        for (value, expected) in cases {
            assert_eq!(charset_in(value).map(Encoding::name), expected, "{}", value.escape_ascii());
        }
    }

    proptest! {
        #[test]
        fn no_page_makes_it_fail(page in "[<!/?a-z='\" >-]{0,200}(<meta [a-z=' >]{0,60}){0,3}") {
            prescan(page.as_bytes());
        }
    }
}
