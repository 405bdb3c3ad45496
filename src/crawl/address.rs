//! The normal form of an address, and what a page's links name. Knows nothing of scope, of robots and of what was seen.
//!
//! One page is fetched once, so it must have one name. The normal form of an http(s) URL is what the WHATWG's parser
//! makes of it (scheme and host in lower case, IDN as punycode, numbers as IPv4 addresses, default port dropped, dot
//! segments resolved, `%2e` too, an empty path as `/`), and beyond that:
//!
//! - no fragment, no user and no password;
//! - no empty query: `/a?` is `/a`;
//! - escapes in upper case, and none of a character that means the same without: `%7e` is `~`, `%41` is `A`
//!   (RFC 3986, section 6.2.2). Reserved characters are never unescaped: `%2F` stays;
//! - what a URL can't hold is escaped, also where the WHATWG leaves it: ``[ ] ^ ` { | } \ " < >``. A `%` without two
//!   digits stays as it is, for that is what a browser asks for.
//!
//! A link is joined to its page as browsers do. Before a host there may be any number of slashes of either kind, so that
//! `///b.example/x`, `/\b.example/x`, `\\b.example/x` and `http:///b.example/x` are all `http://b.example/x` on a page of
//! http; `http:x` and `http:/x` are relative to a page of http, and name the host `x` on one of https.
//!
//! What servers may tell apart is not unified: `/a` and `/a/`, `/` and `/index.html`, the order of a query, `+` and
//! `%20`, the case of a path, `//` in it, `example.com` and `example.com.`, http and https.

mod broken;
mod escapes;
mod fragment;
mod plain;
mod scheme;
#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::cell::OnceCell;

use url::{Position, Url};

use crate::target::{Target, URL_LIMIT, reference};
pub use broken::Broken;
pub use fragment::Fragment;
pub use scheme::OtherScheme;

/// The normal form of a URL. It is that of itself. An error where no page can be asked for by it.
pub fn normal(url: &Url) -> Result<String, Broken> {
    let mut out = String::with_capacity(url.as_str().len());
    write(url, &mut out)?;
    Ok(out)
}

/// What a link names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Joined<'b> {
    /// A page of http or https, which may be the one that the link stands on.
    Page {
        /// In normal form: at most 64 KiB of printable ASCII.
        url: &'b str,
        /// `url[..origin_end]` is scheme, host and port, as in `http://example.com:8080`.
        origin_end: usize,
        fragment: Option<Fragment<'b>>,
    },
    /// Nothing that is fetched.
    Other(OtherScheme),
    /// No URL at all.
    Broken(Broken),
}

/// What the links of a page are relative to, made ready for many of them.
#[derive(Clone, Debug)]
pub struct Base {
    /// In normal form.
    url: String,
    origin_end: usize,
    /// Where the path ends, and the query begins if there is one.
    path_end: usize,
    /// Behind the last `/` of the path.
    dir_end: usize,
    parsed: OnceCell<Option<Url>>,
}

/// Where the parts of a written URL end; a fragment follows behind a `#`.
#[derive(Clone, Copy, Debug)]
struct Ends {
    origin: usize,
    url: usize,
}

/// Why nothing was written.
enum Away {
    Other(OtherScheme),
    Broken(Broken),
}

impl Base {
    /// `base_href`: that of the page's first `<base>`, as written. Where it names no page of http or https, the page
    /// itself is the base.
    pub fn new(page: &Target, base_href: Option<&str>) -> Base {
        let page = Base::of(page);
        let Some(href) = base_href else { return page };
        let mut buffer = String::new();
        match page.join(href, &mut buffer) {
            Joined::Page { url, origin_end, .. } => Base::at(url.to_owned(), origin_end),
            Joined::Other(_) | Joined::Broken(_) => page,
        }
    }

    fn of(page: &Target) -> Base {
        let mut url = String::with_capacity(page.url().len());
        if let Some(ends) = plain::absolute("", page.url(), &mut url) {
            return Base::at(url, ends.origin);
        }
        url.clear();
        match reference::parse(page.url()).map_err(Broken::from).and_then(|page| write(&page, &mut url)) {
            Ok(origin_end) => Base::at(url, origin_end),
            // Only where escapes make it too long: it is then its own name.
            Err(_) => Base::at(page.url().to_owned(), page.origin().len()),
        }
    }

    fn at(url: String, origin_end: usize) -> Base {
        let bytes = url.as_bytes();
        let path_end = memchr::memchr(b'?', bytes).unwrap_or(bytes.len());
        let dir_end = memchr::memrchr(b'/', &bytes[..path_end]).map_or(path_end, |slash| slash + 1);
        Base { url, origin_end, path_end, dir_end, parsed: OnceCell::new() }
    }

    /// The base in normal form; that of a page, where it has no `<base>`.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// `url()[..origin_end()]` is scheme, host and port.
    pub fn origin_end(&self) -> usize {
        self.origin_end
    }

    /// What `href` names here, by the WHATWG's rules. `buffer` is written over; what is told lies in it.
    pub fn join<'b>(&self, href: &str, buffer: &'b mut String) -> Joined<'b> {
        buffer.clear();
        let ends = match plain::join(self, href, buffer) {
            Some(ends) => Ok(ends),
            None => self.join_any(href, buffer),
        };
        match ends {
            Ok(ends) => Joined::Page {
                url: &buffer[..ends.url],
                origin_end: ends.origin,
                fragment: buffer.get(ends.url + 1..).map(Fragment::new),
            },
            Err(Away::Other(scheme)) => Joined::Other(scheme),
            Err(Away::Broken(broken)) => Joined::Broken(broken),
        }
    }

    fn join_any(&self, href: &str, buffer: &mut String) -> Result<Ends, Away> {
        buffer.clear();
        let href = cleaned(href);
        if let Some(scheme) = scheme::other(&href) {
            return Err(Away::Other(scheme));
        }
        self.join_whole(&href, buffer).map_err(Away::Broken)
    }

    fn join_whole(&self, href: &str, buffer: &mut String) -> Result<Ends, Broken> {
        if href.len() > URL_LIMIT {
            return Err(Broken::TooLong);
        }
        let base = self.parsed.get_or_init(|| Url::parse(&self.url).ok());
        let url = reference::join(base.as_ref().ok_or(Broken::Form)?, href)?;
        let origin = write(&url, buffer)?;
        let ends = Ends { origin, url: buffer.len() };
        if let Some(fragment) = url.fragment() {
            buffer.push('#');
            buffer.push_str(fragment);
        }
        Ok(ends)
    }
}

/// What the WHATWG's parser drops before it reads: white space and controls around it, tabs and line ends everywhere.
fn cleaned(href: &str) -> Cow<'_, str> {
    let href = href.trim_matches(|c: char| c <= ' ');
    if href.contains(['\t', '\n', '\r']) { href.replace(['\t', '\n', '\r'], "").into() } else { href.into() }
}

/// Writes the normal form, and tells where its origin ends.
fn write(url: &Url, out: &mut String) -> Result<usize, Broken> {
    if !matches!(url.scheme(), "http" | "https") {
        return Err(Broken::NotHttp);
    }
    if url.port() == Some(0) {
        return Err(Broken::Port);
    }
    out.push_str(url.scheme());
    out.push_str("://");
    out.push_str(&url[Position::BeforeHost..Position::AfterPort]);
    let origin_end = out.len();
    escapes::unify(url.path(), out);
    if let Some(query) = url.query().filter(|query| !query.is_empty()) {
        out.push('?');
        escapes::unify(query, out);
    }
    if out.len() > URL_LIMIT { Err(Broken::TooLong) } else { Ok(origin_end) }
}
