//! What a reference names, and a URL, by the url crate but for what that has wrong: slashes before a host, and segments
//! named like a drive letter. Knows nothing of targets.

use std::borrow::Cow;

use url::{ParseError, Url};

/// Stands behind a segment that looks like a drive letter, so often that nothing which is written looks the same.
const MARK: char = '~';

/// What a URL of http or https names. As [`Url::parse`] but for drive letters.
pub fn parse(text: &str) -> Result<Url, ParseError> {
    if !may_have_drives(text) {
        return Url::parse(text);
    }
    let mark = mark_for(&[text]);
    match marked(text, None, &mark) {
        Some(marked) => Url::parse(&marked).map(|url| unmarked(url, &mark)),
        None => Url::parse(text),
    }
}

/// What `reference` names on a URL of http or https, which is in the form that the url crate gives it.
pub fn join(base: &Url, reference: &str) -> Result<Url, ParseError> {
    let reference = with_two_slashes(reference);
    if !may_have_drives(&reference) && !may_have_drives(base.as_str()) {
        return base.join(&reference);
    }
    let mark = mark_for(&[base.as_str(), &reference]);
    match (marked(&reference, Some(base.scheme()), &mark), marked(base.as_str(), None, &mark)) {
        (None, None) => base.join(&reference),
        (marked, marked_base) => {
            let text = marked.as_deref().unwrap_or(&reference);
            let joined = match &marked_base {
                Some(base) => Url::parse(base)?.join(text)?,
                None => base.join(text)?,
            };
            Ok(unmarked(joined, &mark))
        }
    }
}

/// A reference to be joined to a URL of http or https, with its host behind two slashes: browsers pass over however many
/// there are of either kind (WHATWG, "special authority ignore slashes state"), and the url crate takes a third one for
/// the end of an empty host.
pub fn with_two_slashes(reference: &str) -> Cow<'_, str> {
    let from_slash = reference.trim_start_matches(|c: char| c <= ' ');
    let host = from_slash.trim_start_matches(['/', '\\', '\t', '\n', '\r']);
    let before = &from_slash.as_bytes()[..from_slash.len() - host.len()];
    let slashes = before.iter().filter(|byte| matches!(byte, b'/' | b'\\')).count();
    if slashes > 2 { format!("//{host}").into() } else { reference.into() }
}

/// Whether a segment may look like a drive letter, where all is read.
fn may_have_drives(text: &str) -> bool {
    let may_be = |segment: &str| match segment.as_bytes() {
        [letter, b':' | b'|'] | [.., b':', letter, b':' | b'|'] => letter.is_ascii_alphabetic(),
        _ => false,
    };
    text.bytes().any(|byte| byte <= b' ') || text.split(['/', '\\']).any(may_be)
}

/// The same where no segment looks like a drive letter any more: the url crate does not go up past one, as in
/// `/a/c:/../x`, though that is a rule of `file` alone (WHATWG URL, "shorten a URL's path"). Nothing where none is to be
/// marked, as almost everywhere. `base`: the scheme of what it is joined to.
fn marked(text: &str, base: Option<&str>, mark: &str) -> Option<String> {
    let text: String = text.trim_matches(|c: char| c <= ' ').replace(['\t', '\n', '\r'], "");
    let from = path_start(&text, base)?;
    let to = text[from..].find(['?', '#']).map_or(text.len(), |end| from + end);
    let path = &text[from..to];
    path.split(['/', '\\']).find(|segment| is_drive(segment))?;
    let mut marked = text[..from].to_owned();
    for segment in path.split_inclusive(['/', '\\']) {
        let name = segment.trim_end_matches(['/', '\\']);
        let mark = if is_drive(name) { mark } else { "" };
        marked.extend([name, mark, &segment[name.len()..]]);
    }
    marked.push_str(&text[to..]);
    Some(marked)
}

fn unmarked(mut url: Url, mark: &str) -> Url {
    if url.path().contains(mark) {
        let path = url.path().replace(mark, "");
        // No dot segment is left in it.
        url.set_path(&path);
    }
    url
}

/// Behind a drive letter it makes what stands nowhere in these.
fn mark_for(texts: &[&str]) -> String {
    let run = |text: &&str| text.split(|c| c != MARK).map(str::len).max().unwrap_or(0);
    String::from(MARK).repeat(1 + texts.iter().map(run).max().unwrap_or(0))
}

/// Where the path begins, if it is one of http or https.
fn path_start(text: &str, base: Option<&str>) -> Option<usize> {
    let scheme = text.find([':', '/', '\\', '?', '#']).filter(|end| text[*end..].starts_with(':'));
    let named = scheme.map(|end| &text[..end]);
    if named.is_some_and(|named| !["http", "https"].iter().any(|http| named.eq_ignore_ascii_case(http))) {
        return None;
    }
    let after = scheme.map_or(0, |end| end + 1);
    let slashes = text[after..].bytes().take_while(|byte| matches!(byte, b'/' | b'\\')).count();
    let other = named.is_some_and(|named| base.is_none_or(|base| !named.eq_ignore_ascii_case(base)));
    if slashes < 2 && !other {
        return Some(after);
    }
    let host = after + slashes;
    Some(text[host..].find(['/', '\\', '?', '#']).map_or(text.len(), |end| host + end))
}

/// Whether a segment is a letter with a colon or a bar.
fn is_drive(segment: &str) -> bool {
    matches!(segment.as_bytes(), [letter, b':' | b'|'] if letter.is_ascii_alphabetic())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_goes_up_past_what_looks_like_a_drive_letter() {
        for (base, reference, expected) in [
            ("http://a.example/b/", "/a/c:/../x", "http://a.example/a/x"),
            ("http://a.example/b/", "/a/c|/../../x", "http://a.example/x"),
            ("http://a.example/b/", "\\c:\\..\\x?c:/../y#c:/../z", "http://a.example/x?c:/../y#c:/../z"),
            ("http://a.example/b/", "./c:/d/%2e%2E/.%2e/x", "http://a.example/b/x"),
            ("http://a.example/b/", "./~/c:/~~", "http://a.example/b/~/c:/~~"),
            ("http://a.example/b/", "//c:/d:/../x", "http://c/x"),
            ("http://a.example/b/", "///c:/d:/../x", "http://c/x"),
            ("http://a.example/b/", "http:./c:/../x", "http://a.example/b/x"),
            ("http://a.example/b/", "https:c:/d:/../x", "https://c/x"),
            ("http://a.example/b/", "./c:\t/.\n./x", "http://a.example/b/x"),
            ("http://a.example/c:/d", "../x", "http://a.example/x"),
            ("http://a.example/c:/d:/", "../x", "http://a.example/c:/x"),
            ("http://a.example/c:/~d:/", "e", "http://a.example/c:/~d:/e"),
            ("http://a.example/c:/d", "?y", "http://a.example/c:/d?y"),
            ("http://a.example/c:/d", "file:///c:/../x", "file:///c:/x"),
        ] {
            let joined = join(&Url::parse(base).unwrap(), reference).unwrap();
            assert_eq!(joined.as_str(), expected, "{reference} on {base}");
        }
        assert_eq!(parse(" http:\\\\c:\\d:/../x ").unwrap().as_str(), "http://c/x");
    }
}
