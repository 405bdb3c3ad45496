//! Why a link is no URL, in words. Knows nothing of the page it stands on.

use url::ParseError;

use crate::target::quoted;

/// What is wrong with a link that names nothing: a lowercase fragment as `Display`, without the link.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Broken {
    #[error("URL over 64 KiB")]
    TooLong,
    #[error("no host")]
    NoHost,
    #[error("no valid host")]
    Host,
    #[error("no valid IPv4 address")]
    Ipv4,
    #[error("no valid IPv6 address")]
    Ipv6,
    #[error("no port from 1 to 65535")]
    Port,
    #[error("neither http nor https")]
    NotHttp,
    #[error("no URL")]
    Form,
}

impl Broken {
    /// The same with the link, made safe and cut: `no valid host in "http://exa mple/"`.
    pub fn told(self, href: &str) -> String {
        match self {
            Broken::TooLong => self.to_string(),
            _ => format!("{self} in {}", quoted(href)),
        }
    }
}

impl From<ParseError> for Broken {
    fn from(error: ParseError) -> Broken {
        match error {
            ParseError::EmptyHost => Broken::NoHost,
            ParseError::IdnaError | ParseError::InvalidDomainCharacter => Broken::Host,
            ParseError::InvalidIpv4Address => Broken::Ipv4,
            ParseError::InvalidIpv6Address => Broken::Ipv6,
            ParseError::InvalidPort => Broken::Port,
            ParseError::Overflow => Broken::TooLong,
            _ => Broken::Form,
        }
    }
}
