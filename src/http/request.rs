//! Writes a request head. Knows nothing of URLs: host and path come ready-made, and are checked,
//! never mended.

use super::error::{Excerpt, RequestError};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Method {
    Get,
    Head,
    /// Asks a proxy for a tunnel; its request target is an authority (RFC 9112, section 3.2.3).
    Connect,
}

impl Method {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Head => "HEAD",
            Self::Connect => "CONNECT",
        }
    }
}

/// A request without content (RFC 9112, 3). It has no `Debug`: its fields may hold credentials.
#[derive(Clone, Copy)]
pub struct Request<'a> {
    pub method: Method,
    /// The Host value: an authority without userinfo, the port only where it is not the scheme's
    /// own.
    pub host: &'a str,
    /// Path and query (origin-form), or for a proxy the whole URL (absolute-form); never a
    /// fragment. Of CONNECT, host and port.
    pub path: &'a str,
    /// Further fields in the order of writing: user-agent, accept, what the user gave.
    pub fields: &'a [(&'a str, &'a str)],
    /// Asks the peer to close after this response.
    pub close: bool,
}

/// Fields that decide where a message ends, whom it is for, or what becomes of the connection.
const RESERVED: [&str; 6] = ["connection", "content-length", "expect", "host", "transfer-encoding", "upgrade"];

/// Fields that were checked and written once, for many requests. It has no `Debug`: they may be credentials.
#[derive(Clone, Default)]
pub struct ReadyFields(Vec<u8>);

impl ReadyFields {
    /// One more, unless it may not go on the wire.
    ///
    /// # Errors
    /// As [`valid_field`].
    pub fn push(&mut self, name: &str, value: &str) -> Result<(), RequestError> {
        valid_field(name, value)?;
        append(&mut self.0, &[name, ": ", value, "\r\n"]);
        Ok(())
    }
}

impl Request<'_> {
    /// Appends the head to `out`, or appends nothing and says which part may not go on the wire.
    pub fn write(&self, out: &mut Vec<u8>) -> Result<(), RequestError> {
        self.write_with(&[], out)
    }

    /// As [`Request::write`], with `ready` fields before its own.
    pub fn write_with(&self, ready: &[&ReadyFields], out: &mut Vec<u8>) -> Result<(), RequestError> {
        self.check()?;
        append(out, &[self.method.as_str(), " ", self.path, " HTTP/1.1\r\nHost: ", self.host, "\r\n"]);
        for ReadyFields(lines) in ready {
            out.extend_from_slice(lines);
        }
        for (name, value) in self.fields {
            append(out, &[name, ": ", value, "\r\n"]);
        }
        append(out, &[if self.close { "Connection: close\r\n\r\n" } else { "\r\n" }]);
        Ok(())
    }

    fn check(&self) -> Result<(), RequestError> {
        if !valid_host(self.host) {
            return Err(RequestError::Host(Excerpt::of(self.host.as_bytes())));
        }
        let valid = if self.method == Method::Connect { valid_host(self.path) } else { valid_path(self.path) };
        if !valid {
            return Err(RequestError::Path(Excerpt::of(self.path.as_bytes())));
        }
        self.fields.iter().try_for_each(|(name, value)| valid_field(name, value))
    }
}

/// Whether a field that a user gave may go into a request: a token for a name (RFC 9110, 5.1), no
/// control but the tab in the value (5.5), and not one of the fields that the request itself
/// decides.
pub fn valid_field(name: &str, value: &str) -> Result<(), RequestError> {
    if name.is_empty() || !name.bytes().all(is_token) {
        return Err(RequestError::FieldName(Excerpt::of(name.as_bytes())));
    }
    if RESERVED.iter().any(|reserved| reserved.eq_ignore_ascii_case(name)) {
        return Err(RequestError::ReservedField(Excerpt::of(name.as_bytes())));
    }
    if value.bytes().any(|byte| byte.is_ascii_control() && byte != b'\t') {
        return Err(RequestError::FieldValue(Excerpt::of(name.as_bytes())));
    }
    Ok(())
}

/// tchar of RFC 9110, 5.6.2.
pub(super) fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

/// Whether it may be the value of Host: visible characters, none of which ends a host.
pub fn valid_host(host: &str) -> bool {
    !host.is_empty() && host.bytes().all(|byte| IN_HOSTS[usize::from(byte)])
}

/// The visible characters but those that end a host.
static IN_HOSTS: [bool; 256] = {
    let (mut table, mut byte) = ([false; 256], 0);
    while byte < 256 {
        let ends = matches!(byte as u8, b'@' | b'/' | b'?' | b'#' | b'\\');
        table[byte] = (byte as u8).is_ascii_graphic() && !ends;
        byte += 1;
    }
    table
};

/// Origin-form or absolute-form. A proxy is sent no userinfo either: it has its own field.
fn valid_path(path: &str) -> bool {
    let form = match path.strip_prefix("http://") {
        Some(rest) => valid_host(rest.split(['/', '?']).next().unwrap_or("")),
        None => path.starts_with('/'),
    };
    // By pieces, each of which is looked at as a whole: compilers make a few instructions of that.
    let fits = |byte: &u8| byte.is_ascii_graphic() & (*byte != b'#');
    form && path.as_bytes().chunks(64).all(|piece| piece.iter().fold(true, |all, byte| all & fits(byte)))
}

fn append(out: &mut Vec<u8>, parts: &[&str]) {
    for part in parts {
        out.extend_from_slice(part.as_bytes());
    }
}
