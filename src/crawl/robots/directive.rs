//! What one line of a robots.txt says. Knows nothing of the lines around it.
//!
//! A line is `name: value` (RFC 9309, 2.2). As Google's parser and Protego do, it is also taken as meant where the colon
//! is missing (`Disallow /private`), where the name is misspelt in one of a few usual ways, and where it is
//! `user agent`. A name must be whole: `User-agent must match exactly: see the docs` is prose.

/// What a line is about, by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Name {
    UserAgent,
    Allow,
    Disallow,
    CrawlDelay,
    Sitemap,
    /// It concerns the whole site, and stands in no group.
    Aside,
    Unknown,
}

const NAMES: &[(&[u8], Name)] = &[
    (b"disallow", Name::Disallow),
    (b"allow", Name::Allow),
    (b"user-agent", Name::UserAgent),
    (b"sitemap", Name::Sitemap),
    (b"crawl-delay", Name::CrawlDelay),
    (b"host", Name::Aside),
    (b"clean-param", Name::Aside),
    (b"useragent", Name::UserAgent),
    (b"user agent", Name::UserAgent),
    (b"crawl delay", Name::CrawlDelay),
    (b"crawldelay", Name::CrawlDelay),
    (b"sitemaps", Name::Sitemap),
    (b"site-map", Name::Sitemap),
    (b"dissallow", Name::Disallow),
    (b"dissalow", Name::Disallow),
    (b"disalow", Name::Disallow),
    (b"diasllow", Name::Disallow),
    (b"disallaw", Name::Disallow),
];

/// The name and the value, without white space around it. `None` where the line says nothing: it is empty, a comment,
/// or prose.
pub(super) fn directive(line: &[u8]) -> Option<(Name, &[u8])> {
    let end = memchr::memchr(b'#', line).unwrap_or(line.len());
    let line = trim(&line[..end]);
    let Some(colon) = memchr::memchr(b':', line) else { return words(line) };
    let (name, value) = (trim(&line[..colon]), &line[colon + 1..]);
    if name.is_empty() {
        return None;
    }
    // A colon that white space follows divides, whatever the name; another may stand in a URL.
    match (known(name), value.first()) {
        (Name::Unknown, Some(next)) if !is_space(*next) => words(line).or(Some((Name::Unknown, trim(value)))),
        (name, _) => Some((name, trim(value))),
    }
}

/// Reads a line without a colon: a known name of one word or two, and at most one word of value. Any other two words
/// are a directive that is not known.
fn words(line: &[u8]) -> Option<(Name, &[u8])> {
    let (first, after) = next_word(line);
    let (_, rest) = next_word(after);
    for (name, value) in [(first, after), (trim(&line[..line.len() - rest.len()]), rest)] {
        let name = known(name);
        if name != Name::Unknown && next_word(value).1.is_empty() {
            return Some((name, value));
        }
    }
    (!after.is_empty() && rest.is_empty()).then_some((Name::Unknown, after))
}

/// The first word, and what follows it and its white space.
fn next_word(text: &[u8]) -> (&[u8], &[u8]) {
    let end = text.iter().position(|byte| is_space(*byte)).unwrap_or(text.len());
    (&text[..end], trim(&text[end..]))
}

fn known(name: &[u8]) -> Name {
    NAMES.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map_or(Name::Unknown, |(_, name)| *name)
}

/// White space as in C, form feed and vertical tab included.
fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t'..=b'\r')
}

/// Without white space at both ends, also what only Unicode calls so: a space that does not break, pasted behind a path,
/// is no part of it.
fn trim(text: &[u8]) -> &[u8] {
    let start = text.iter().position(|byte| !is_space(*byte)).unwrap_or(text.len());
    let end = text.iter().rposition(|byte| !is_space(*byte)).map_or(start, |last| last + 1);
    match &text[start..end] {
        [first, .., last] if first.is_ascii() && last.is_ascii() => &text[start..end],
        trimmed => std::str::from_utf8(trimmed).map_or(trimmed, |trimmed| trimmed.trim().as_bytes()),
    }
}

#[cfg(test)]
mod tests {
    use super::{Name, directive};

    #[test]
    fn a_line_is_taken_as_it_was_meant() {
        let cases: [(&str, Option<(Name, &str)>); 30] = [
            ("", None),
            ("# Disallow: /", None),
            (":", None),
            (": foo", None),
            ("word", None),
            ("some prose that is long", None),
            ("Disallow: /a # why", Some((Name::Disallow, "/a"))),
            ("  DISALLOW\t:\t/a b \t", Some((Name::Disallow, "/a b"))),
            ("Disallow: /a\u{a0} ", Some((Name::Disallow, "/a"))),
            ("\u{a0}Disallow:\u{2002}/a\u{2002}", Some((Name::Disallow, "/a"))),
            ("disallow:", Some((Name::Disallow, ""))),
            ("disallow", Some((Name::Disallow, ""))),
            ("disallow /a", Some((Name::Disallow, "/a"))),
            ("disallow\t/a:b", Some((Name::Disallow, "/a:b"))),
            ("disallow /a b", None),
            ("Dissalow: /a", Some((Name::Disallow, "/a"))),
            ("Allow:/", Some((Name::Allow, "/"))),
            ("user agent foo", Some((Name::UserAgent, "foo"))),
            ("user agent", Some((Name::UserAgent, ""))),
            ("User Agent: foo bar", Some((Name::UserAgent, "foo bar"))),
            ("crawl delay 5", Some((Name::CrawlDelay, "5"))),
            ("Sitemap https://a.b/c", Some((Name::Sitemap, "https://a.b/c"))),
            ("Sitemap:https://a.b/c", Some((Name::Sitemap, "https://a.b/c"))),
            ("Sitemap index: see https://a.b/", Some((Name::Unknown, "see https://a.b/"))),
            ("User-agent must match exactly: see", Some((Name::Unknown, "see"))),
            ("Host: a.b", Some((Name::Aside, "a.b"))),
            ("Harry Potter", Some((Name::Unknown, "Potter"))),
            ("Harry: Potter", Some((Name::Unknown, "Potter"))),
            ("Harry:Potter", Some((Name::Unknown, "Potter"))),
            ("\u{feff}Allow: /", Some((Name::Unknown, "/"))),
        ];
        for (line, expected) in cases {
            assert_eq!(directive(line.as_bytes()), expected.map(|(name, value)| (name, value.as_bytes())), "{line}");
        }
    }
}
