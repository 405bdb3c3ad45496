//! What to fetch: a parsed http(s) URL with what a request needs. Knows nothing of sockets, scope
//! and links.

mod error;
pub mod glob;
pub mod list;
mod parse;
mod plain;
pub mod reference;
#[cfg(test)]
mod tests;

use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use crate::text::Untrusted;
use serde::{Deserialize, Serialize};
use url::{Position, Url};

pub use error::{TargetError, masked, quoted};
pub use glob::{Glob, GlobError};
pub use plain::is_plain_authority;

/// The longest URL, as written and as sent, in bytes.
pub const URL_LIMIT: usize = 64 * 1024;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Scheme {
    Http,
    Https,
}

impl Scheme {
    pub fn as_str(self) -> &'static str {
        match self {
            Scheme::Http => "http",
            Scheme::Https => "https",
        }
    }
}

/// An http or https URL in the form of the WHATWG, without userinfo and fragment: printable ASCII,
/// safe on a terminal and on the wire. Cheap to clone. Two targets are equal when their URLs are;
/// credentials don't count, and neither `Debug` nor serde tells them.
#[derive(Clone, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Target {
    url: Arc<str>,
    scheme: Scheme,
    port: u16,
    host: usize,
    host_end: usize,
    path: usize,
    credentials: Option<Arc<Credentials>>,
    fallback: Option<Arc<Target>>,
}

#[derive(PartialEq, Eq)]
struct Credentials {
    user: Vec<u8>,
    password: Vec<u8>,
}

impl Target {
    /// The whole URL, for requests to a proxy, for display, for events.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The same, as a text from outside that it is, in the same memory.
    pub fn text(&self) -> Untrusted {
        Untrusted::shared(&self.url)
    }

    pub fn scheme(&self) -> Scheme {
        self.scheme
    }

    /// The host as the resolver and SNI want it: no brackets around an IPv6 address.
    pub fn host(&self) -> &str {
        self.url[self.host..self.host_end].trim_start_matches('[').trim_end_matches(']')
    }

    /// The host as URLs and messages have it: an IPv6 address in brackets.
    pub fn bracketed(&self) -> &str {
        &self.url[self.host..self.host_end]
    }

    /// 1 to 65535.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The value of the Host field: the port only where it is not the scheme's own (RFC 9110,
    /// section 7.2).
    pub fn host_field(&self) -> &str {
        &self.url[self.host..self.path]
    }

    /// The request target in origin form, path and query (RFC 9112, section 3.2.1); begins with
    /// `/`.
    pub fn path(&self) -> &str {
        &self.url[self.path..]
    }

    /// Scheme, host and port, as in `http://example.com:8080`.
    pub fn origin(&self) -> &str {
        &self.url[..self.path]
    }

    /// User and password of the URL, percent-decoded. They are for this target's origin and no
    /// other.
    pub fn credentials(&self) -> Option<(&[u8], &[u8])> {
        self.credentials.as_deref().map(|it| (&*it.user, &*it.password))
    }

    /// What to try when this can't be reached: for a bare host, https comes first and this is http.
    pub fn fallback(&self) -> Option<Target> {
        self.fallback.as_deref().cloned()
    }

    /// The target that `reference` (a Location, a link) names here, by the WHATWG's rules. Credentials stay within the
    /// origin; those that `reference` itself holds are dropped, since whoever wrote it has no say in who is asked for.
    pub fn join(&self, reference: &str) -> Result<Target, TargetError> {
        if reference.len() > URL_LIMIT {
            return Err(TargetError::too_long());
        }
        let joined = Url::parse(&self.url).and_then(|base| reference::join(&base, reference));
        let target = Target::try_from(joined.map_err(|error| TargetError::bad_url(error, reference))?)?;
        let own = target.origin() == self.origin();
        Ok(Target { credentials: self.credentials.clone().filter(|_| own), ..target })
    }
}

impl TryFrom<Url> for Target {
    type Error = TargetError;

    fn try_from(mut url: Url) -> Result<Self, TargetError> {
        let scheme = match url.scheme() {
            "http" => Scheme::Http,
            "https" => Scheme::Https,
            other => return Err(TargetError::bad_scheme(other)),
        };
        let port = url.port_or_known_default().filter(|port| *port > 0);
        let port = port.ok_or_else(|| TargetError::bad_port(url.as_str()))?;
        let credentials = parse::take_credentials(&mut url);
        url.set_fragment(None);
        if url.as_str().len() > URL_LIMIT {
            return Err(TargetError::too_long());
        }
        Ok(Self {
            scheme,
            port,
            host: url[..Position::BeforeHost].len(),
            host_end: url[..Position::AfterHost].len(),
            path: url[..Position::BeforePath].len(),
            credentials: credentials.map(Arc::new),
            fallback: None,
            url: url.as_str().into(),
        })
    }
}

impl TryFrom<String> for Target {
    type Error = TargetError;

    fn try_from(url: String) -> Result<Self, TargetError> {
        Target::parse(&url)
    }
}

impl From<Target> for String {
    fn from(target: Target) -> String {
        String::from(&*target.url)
    }
}

impl PartialEq for Target {
    fn eq(&self, other: &Self) -> bool {
        self.url == other.url
    }
}

impl Eq for Target {}

impl Hash for Target {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.url.hash(state);
    }
}

impl fmt::Debug for Target {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.debug_tuple("Target").field(&self.url).finish()
    }
}
