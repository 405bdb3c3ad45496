//! Schemes of links that name nothing to fetch. Knows nothing of what follows their colon.

/// Told by name where pages often have it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OtherScheme {
    Mailto,
    Javascript,
    Data,
    Tel,
    Ftp,
    /// Any other, among them `file`, `blob` and `about`.
    Other,
}

const NAMES: [(&str, OtherScheme); 5] = [
    ("mailto", OtherScheme::Mailto),
    ("javascript", OtherScheme::Javascript),
    ("data", OtherScheme::Data),
    ("tel", OtherScheme::Tel),
    ("ftp", OtherScheme::Ftp),
];

impl OtherScheme {
    pub const ALL: [OtherScheme; 6] = [
        OtherScheme::Mailto,
        OtherScheme::Javascript,
        OtherScheme::Data,
        OtherScheme::Tel,
        OtherScheme::Ftp,
        OtherScheme::Other,
    ];

    /// As in links, or `other`.
    pub fn name(self) -> &'static str {
        NAMES.iter().find(|(_, scheme)| *scheme == self).map_or("other", |(name, _)| name)
    }
}

/// The scheme that a link names (RFC 3986, section 3.1), if it names one and that is not http or https.
pub fn other(href: &str) -> Option<OtherScheme> {
    let end = href.bytes().position(|byte| !byte.is_ascii_alphanumeric() && !b"+-.".contains(&byte))?;
    let name = &href[..end];
    if href.as_bytes()[end] != b':' || !name.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return None;
    }
    if ["http", "https"].iter().any(|http| name.eq_ignore_ascii_case(http)) {
        return None;
    }
    let known = NAMES.iter().find(|(known, _)| name.eq_ignore_ascii_case(known));
    Some(known.map_or(OtherScheme::Other, |(_, scheme)| *scheme))
}
