//! URLs that are in their normal form as they are written, which most in lists and pages are: for them the whole parser
//! would only copy. Knows nothing of any other, and leaves it to that parser.

use super::{Scheme, Target};
use memchr::memchr;
use std::cell::RefCell;

/// The target, where the text is plain: lower case, a name or an address in its usual form, no port but another than
/// the scheme's own, a path without segments that begin with a dot and without anything that is escaped or to be escaped.
pub fn plain(text: &str) -> Option<Target> {
    let (scheme, host, own) = match text.strip_prefix("http://") {
        Some(_) => (Scheme::Http, 7, 80),
        None => (Scheme::Https, text.strip_prefix("https://").map(|_| 8)?, 443),
    };
    let path = host + memchr(b'/', &text.as_bytes()[host..])?;
    let (name, port) = plain_authority(&text[host..path], own)?;
    let fits = text.len() <= super::URL_LIMIT && is_plain_path(&text.as_bytes()[path..]);
    let host_end = host + name.len();
    fits.then(|| Target { url: text.into(), scheme, port, host, host_end, path, credentials: None, fallback: None })
}

/// Whether host and port are in their normal form; `scheme` has its colon.
pub fn is_plain_authority(scheme: &str, text: &str) -> bool {
    plain_authority(text, if scheme == "http:" { 80 } else { 443 }).is_some()
}

/// Host and port, where they are plain; `own` is the scheme's port. Most targets have those of the one before.
fn plain_authority(text: &str, own: u16) -> Option<(&str, u16)> {
    thread_local! {
        static LAST: RefCell<Last> = RefCell::default();
    }
    LAST.with_borrow_mut(|last| {
        if last.text == text && last.own == own {
            return Some((&text[..last.name_end], last.port));
        }
        let (name, port) = examine(text, own)?;
        last.text.clear();
        last.text.push_str(text);
        (last.own, last.name_end, last.port) = (own, name.len(), port);
        Some((name, port))
    })
}

/// What was plain last.
#[derive(Default)]
struct Last {
    text: String,
    own: u16,
    name_end: usize,
    port: u16,
}

fn examine(text: &str, own: u16) -> Option<(&str, u16)> {
    let (name, port) = match memchr(b':', text.as_bytes()) {
        Some(colon) => (&text[..colon], plain_port(&text[colon + 1..]).filter(|port| *port != own)?),
        None => (text, own),
    };
    is_plain_host(name.as_bytes()).then_some((name, port))
}

fn plain_port(port: &str) -> Option<u16> {
    let digits = port.bytes().all(|byte| byte.is_ascii_digit()) && !port.starts_with('0');
    port.parse().ok().filter(|_| digits)
}

/// A name of letters, or an IPv4 address of four decimal numbers. What ends in a number is read as an address, and a
/// label with `xn--` is checked: both are left to the parser.
fn is_plain_host(host: &[u8]) -> bool {
    let (mut label, mut before) = (0, b'.');
    for (at, &byte) in host.iter().enumerate() {
        match byte {
            b'a'..=b'z' | b'0'..=b'9' => {}
            b'-' if before != b'.' && !(before == b'-' && at - label == 3) => {}
            b'.' if is_label_end(before, at - label) => label = at + 1,
            _ => return false,
        }
        before = byte;
    }
    if host.get(label).is_some_and(u8::is_ascii_digit) {
        return is_plain_address(host);
    }
    host.len() <= 253 && is_label_end(before, host.len() - label)
}

/// Whether a label may end after `before`, having `length` letters.
fn is_label_end(before: u8, length: usize) -> bool {
    (1..=63).contains(&length) && before != b'-'
}

/// Four numbers from 0 to 255, without zeros before them.
fn is_plain_address(host: &[u8]) -> bool {
    let (mut dots, mut digits, mut value) = (0, 0, 0);
    for &byte in host {
        match byte {
            b'.' if digits > 0 => (dots, digits, value) = (dots + 1, 0, 0),
            b'0'..=b'9' if digits == 0 || value > 0 => (digits, value) = (1, value * 10 + u32::from(byte - b'0')),
            _ => return false,
        }
        if value > 255 {
            return false;
        }
    }
    dots == 3 && digits > 0
}

/// Path and query of characters that mean themselves.
fn is_plain_path(path: &[u8]) -> bool {
    let (mut plain, mut dotted, mut before) = (true, false, 0);
    for &byte in path {
        plain &= MEANS_ITSELF[usize::from(byte)];
        dotted |= before == b'/' && byte == b'.';
        before = byte;
    }
    plain && (!dotted || !has_dotted_segment(path))
}

/// Whether it is in the path that a segment begins with a dot, and not in the query.
fn has_dotted_segment(path: &[u8]) -> bool {
    let path = memchr(b'?', path).map_or(path, |query| &path[..query]);
    path.windows(2).any(|pair| pair == b"/.")
}

/// The octets that neither path nor query escapes.
static MEANS_ITSELF: [bool; 256] = {
    let mut table = [false; 256];
    let (others, mut at) = (b"/.?-_~!$&()*+,;=:@", 0);
    while at < 256 {
        table[at] = (at as u8).is_ascii_alphanumeric();
        at += 1;
    }
    at = 0;
    while at < others.len() {
        table[others[at] as usize] = true;
        at += 1;
    }
    table
};

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use url::Url;

    fn parsed(text: &str) -> Option<Target> {
        Url::parse(text).ok().and_then(|url| Target::try_from(url).ok())
    }

    fn same(text: &str) {
        let Some(plain) = plain(text) else { return };
        let parsed = parsed(text).unwrap_or_else(|| panic!("{text} is no target"));
        let parts = |target: &Target| {
            let ends = [target.host, target.host_end, target.path];
            (target.url.to_string(), target.scheme, target.port, ends, target.credentials.is_some())
        };
        assert_eq!(parts(&plain), parts(&parsed));
    }

    #[test]
    fn the_authority_of_the_target_before_is_judged_by_the_scheme_of_this_one() {
        assert!(plain("http://a.example:443/").is_some());
        assert!(plain("https://a.example:443/").is_none());
        assert!(plain("http://a.example:443/x").is_some_and(|target| target.port == 443));
        assert!(plain("http://a.example/").is_some_and(|target| target.port == 80));
    }

    #[test]
    fn what_lists_and_pages_have_is_plain() {
        for text in [
            "http://127.0.0.1:8080/goods/17/",
            "https://a.example/",
            "http://a-b.c0.example/x?y=1&z=/..",
            "http://a/b.html",
        ] {
            assert!(plain(text).is_some(), "{text}");
            same(text);
        }
    }

    #[test]
    fn what_the_parser_would_change_or_refuse_is_left_to_it() {
        let texts = [
            "http://A.example/",
            "HTTP://a.example/",
            "http://a.example",
            "http://a.example:80/",
            "https://a.example:443/",
            "http://a.example:080/",
            "http://a.example:0/",
            "http://a.example:99999/",
            "http://a.example:/",
            "http://me@a.example/",
            "http://127.1/",
            "http://127.0.0.01/",
            "http://256.0.0.1/",
            "http://1.2.3.4.5/",
            "http://a.1/",
            "http://0x7f.1/",
            "http://xn--a/",
            "http://a..b/",
            "http://.a/",
            "http://a./",
            "http://-a/",
            "http://a_b/",
            "http://[::1]/",
            "http:///x",
            "http://a/./b",
            "http://a/b/..",
            "http://a/%2e%2E/",
            "http://a/b c",
            "http://a/b#c",
            "http://a/b?'",
            "http://a/b\\c",
            "http://a/\u{e9}",
            "http://a/{b}",
            "ftp://a/",
            "http://a/b|c",
            "http://a/^",
        ];
        for text in texts {
            assert!(plain(text).is_none(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_is_plain_is_what_the_parser_makes_of_it(
            text in "https?://([a-z0-9.-]{1,12}|[0-9]{1,3}(\\.[0-9]{1,3}){3})(:[0-9]{1,5})?/[a-z.%?/~:@!'$&()*+,;=_-]{0,16}"
        ) {
            same(&text);
        }
    }
}
