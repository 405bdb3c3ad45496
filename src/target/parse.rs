//! Reads a word of the command line as a target: a URL, a bare host, or a port of this machine.

use std::net::Ipv6Addr;
use std::sync::Arc;

use url::Url;

use super::plain::plain;
use super::{Credentials, Target, TargetError, URL_LIMIT, reference};

/// What may end the part of a URL that names the host.
const ENDS: [char; 4] = ['/', '\\', '?', '#'];

/// What a word is, before the URL parser sees it: that one takes `localhost:3000` for a URL of the
/// scheme `localhost`.
enum Form<'a> {
    Url(&'a str),
    Port(&'a str),
    Bare(&'a str),
}

impl Target {
    /// Reads a URL, a bare host (`example.com:8080/x`: https, with http as its fallback), or a port
    /// of this machine (`:8080/x`: http). White space around it is dropped. What the WHATWG's
    /// parser forgives is forgiven, but for `http:///x`: there the host is missing, as an empty
    /// shell variable leaves it, and `x` is not taken for one.
    pub fn parse(word: &str) -> Result<Target, TargetError> {
        let word = word.trim();
        if let Some(target) = plain(word) {
            return Ok(target);
        }
        if word.len() > URL_LIMIT {
            return Err(TargetError::too_long());
        }
        match form(word)? {
            Form::Url(url) => read(url, word),
            Form::Port(port) => read(&format!("http://localhost{port}"), word),
            Form::Bare(host) => {
                let first = read(&format!("https://{host}"), word)?;
                let second = read(&format!("http://{host}"), word)?;
                Ok(Target { fallback: Some(Arc::new(second)), ..first })
            }
        }
    }
}

fn read(url: &str, word: &str) -> Result<Target, TargetError> {
    let url = reference::parse(url).map_err(|error| TargetError::bad_url(error, word))?;
    Target::try_from(url)
}

fn form(word: &str) -> Result<Form<'_>, TargetError> {
    if word.is_empty() {
        return Err(TargetError::empty());
    }
    if word.parse::<Ipv6Addr>().is_ok() {
        return Err(TargetError::bare_ipv6(word));
    }
    if let Some(port) = word.strip_prefix(':') {
        return if leads_with_port(port) { Ok(Form::Port(word)) } else { Err(TargetError::bad_port(word)) };
    }
    match scheme(word) {
        Some((name, rest)) if is_http(name) => {
            let slashes = rest.bytes().take(2).take_while(|byte| b"/\\".contains(byte)).count();
            hosted(&rest[slashes..], word).map(|_| Form::Url(word))
        }
        Some((name, _)) => Err(TargetError::bad_scheme(name)),
        None => hosted(word.strip_prefix("//").unwrap_or(word), word).map(Form::Bare),
    }
}

/// The scheme of a word and what follows its colon (RFC 3986, section 3.1). A port after the colon,
/// or a dot before it, means a host.
fn scheme(word: &str) -> Option<(&str, &str)> {
    let (name, rest) = word.split_once(':')?;
    let letters = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte));
    let host = leads_with_port(rest) || name.contains('.') && !rest.starts_with("//");
    (name.starts_with(|c: char| c.is_ascii_alphabetic()) && letters && !host).then_some((name, rest))
}

fn is_http(scheme: &str) -> bool {
    ["http", "https"].iter().any(|name| scheme.eq_ignore_ascii_case(name))
}

/// Whether digits come first, and then nothing or a path.
fn leads_with_port(text: &str) -> bool {
    let port = text.split(ENDS).next().unwrap_or_default();
    !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit())
}

/// The rest of a word after its scheme, if a host can begin there.
fn hosted<'a>(rest: &'a str, word: &str) -> Result<&'a str, TargetError> {
    if rest.is_empty() || rest.starts_with(ENDS) { Err(TargetError::no_host(word)) } else { Ok(rest) }
}

/// Moves user and password out of a URL.
pub(super) fn take_credentials(url: &mut Url) -> Option<Credentials> {
    let credentials = Credentials {
        user: percent_decoded(url.username()),
        password: percent_decoded(url.password().unwrap_or_default()),
    };
    if url.username().is_empty() && url.password().is_none() {
        return None;
    }
    url.set_password(None).and_then(|()| url.set_username("")).expect("a URL of http or https has a host");
    Some(credentials)
}

/// RFC 3986, section 2.1; a `%` without two digits stands for itself.
fn percent_decoded(text: &str) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, after @ ..] = rest {
        let octet = if *first == b'%' { after.first_chunk::<2>().and_then(hex) } else { None };
        out.push(octet.unwrap_or(*first));
        rest = if octet.is_some() { &after[2..] } else { after };
    }
    out
}

fn hex(digits: &[u8; 2]) -> Option<u8> {
    let [high, low] = digits.map(|digit| char::from(digit).to_digit(16));
    u8::try_from(high? * 16 + low?).ok()
}
