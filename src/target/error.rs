//! Says what is wrong with a target, and what to do. Shows no credentials and no raw control
//! characters.

use url::ParseError;

use crate::text::Untrusted;

/// The columns of an offending word in a message.
const SHOWN: usize = 60;

/// Why a word is no target: a lowercase fragment as `Display`, and a hint.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct TargetError {
    message: String,
    hint: &'static str,
    too_long: bool,
}

impl TargetError {
    /// Whether it is only the length that is wrong.
    pub fn is_too_long(&self) -> bool {
        self.too_long
    }

    /// What to do about it; a sentence without its full stop.
    pub fn hint(&self) -> &'static str {
        self.hint
    }

    pub(super) fn empty() -> Self {
        Self::new("empty target".into(), "name a URL, a host, or a port of this machine as `:8080`")
    }

    pub(super) fn too_long() -> Self {
        Self { too_long: true, ..Self::new("URL over 64 KiB".into(), "servers refuse such a URL: shorten it") }
    }

    pub(super) fn bad_scheme(scheme: &str) -> Self {
        Self::new(
            format!("scheme {} is not http or https", quoted(scheme)),
            "begin the target with https:// or http://, also where it holds a user and a password",
        )
    }

    pub(super) fn bad_port(word: &str) -> Self {
        Self::about("no port from 1 to 65535", word, "write the port in digits after the host, as in example.com:8080")
    }

    pub(super) fn no_host(word: &str) -> Self {
        Self::about("no host", word, "write the host after the scheme, as in https://example.com/")
    }

    pub(super) fn bare_ipv6(word: &str) -> Self {
        Self::about("no brackets around the IPv6 address", word, "write it as in http://[::1]:8080/")
    }

    pub(super) fn bad_url(error: ParseError, word: &str) -> Self {
        const HOST: &str = "a host is a name or an address, without spaces and most punctuation";
        match error {
            ParseError::EmptyHost => Self::no_host(word),
            ParseError::InvalidPort => Self::bad_port(word),
            ParseError::InvalidIpv4Address => Self::about("no valid IPv4 address", word, HOST),
            ParseError::InvalidIpv6Address => Self::about("no valid IPv6 address", word, HOST),
            ParseError::IdnaError | ParseError::InvalidDomainCharacter => Self::about("no valid host", word, HOST),
            ParseError::Overflow => Self::too_long(),
            _ => Self::about("no URL", word, "write it as in https://example.com/"),
        }
    }

    fn about(cause: &str, word: &str, hint: &'static str) -> Self {
        Self::new(format!("{cause} in {}", quoted(word)), hint)
    }

    fn new(message: String, hint: &'static str) -> Self {
        Self { message, hint, too_long: false }
    }
}

/// A word from outside inside a message, masked.
pub fn quoted(word: &str) -> String {
    format!("\"{}\"", Untrusted::new(&masked(word), super::URL_LIMIT).display_middle(SHOWN))
}

/// A word without all before its last `@`, for in what was not parsed no one can tell a password from a path.
pub fn masked(word: &str) -> String {
    match word.rsplit_once('@') {
        Some((_, after)) => format!("***@{after}"),
        None => word.to_owned(),
    }
}
