//! Heads as they are told: what may be a secret is struck out before anyone hears of it. Knows no connection.
//!
//! Of a request, what goes along to no other origin is a secret (`asks.rs`): all that a user gave but the harmless.
//! Of a response, what it sets for later, and whatever names a user before a host.

use super::asks::HARMLESS;
use crate::head::{Headers, Lines, STRUCK};
use crate::http::Head;
use std::borrow::Cow;
use std::cell::RefCell;

/// What a request says beside the fields that the user may give.
const OWN: [&str; 2] = ["host", "connection"];
/// Fields of a response whose values let someone in, or are answers to what did.
const SECRET: [&str; 20] = [
    "set-cookie",
    "set-cookie2",
    "cookie",
    "authorization",
    "proxy-authorization",
    "authentication-info",
    "proxy-authentication-info",
    "api-key",
    "apikey",
    "x-api-key",
    "x-auth-token",
    "x-access-token",
    "x-refresh-token",
    "x-session-id",
    "x-session-token",
    "x-csrf-token",
    "x-xsrf-token",
    "x-amz-security-token",
    "x-vault-token",
    "x-secret",
];

thread_local! {
    /// The fields of the request that was told last, as they were written and as they are told: the next has the same,
    /// if it goes to the same host.
    static LAST: RefCell<(Vec<u8>, Vec<u8>)> = RefCell::default();
}

/// The head of a request, as it was written.
pub fn request(written: &[u8]) -> Headers {
    let start = memchr::memchr(b'\n', written).map_or(written.len(), |end| end + 1);
    let (start, fields) = written.split_at(start);
    let mut lines = Lines::start(start.trim_ascii_end());
    LAST.with_borrow_mut(|(last, told)| {
        if last != fields {
            *told = harmless(fields).into_bytes();
            last.clear();
            last.extend_from_slice(fields);
        }
        lines.add(told);
    });
    Headers::new(&lines)
}

/// The fields of a request; of what may be a secret, the names.
fn harmless(written: &[u8]) -> Lines {
    let mut lines = Lines::default();
    for line in written.split(|&byte| byte == b'\n').map(|line| line.strip_suffix(b"\r").unwrap_or(line)) {
        let colon = line.iter().position(|&byte| byte == b':').unwrap_or(line.len());
        let (name, value) = (&line[..colon], line.get(colon + 1..).unwrap_or_default());
        match OWN.iter().chain(&HARMLESS).any(|harmless| name.eq_ignore_ascii_case(harmless.as_bytes())) {
            _ if line.is_empty() => {}
            true => lines.field(name, value.trim_ascii()),
            false => lines.struck(name),
        }
    }
    lines
}

/// The head of a response.
pub fn response(head: &Head<'_>) -> Headers {
    let mut lines = Lines::start(&without_users(start_line(head.raw)));
    for (name, value) in head.fields.iter() {
        match SECRET.iter().any(|secret| name.eq_ignore_ascii_case(secret)) {
            true => lines.struck(name.as_bytes()),
            false => lines.field(name.as_bytes(), &without_users(&in_a_line(value))),
        }
    }
    Headers::new(&lines)
}

fn start_line(raw: &[u8]) -> &[u8] {
    let end = raw.iter().position(|&byte| byte == b'\n').unwrap_or(raw.len());
    raw[..end].trim_ascii_end()
}

/// A value holds no end of a line but where it was folded.
fn in_a_line(value: &[u8]) -> Cow<'_, [u8]> {
    let ends = |byte: &u8| matches!(byte, b'\n' | b'\r');
    match value.iter().any(ends) {
        false => Cow::Borrowed(value),
        true => Cow::Owned(value.iter().map(|byte| if ends(byte) { b' ' } else { *byte }).collect()),
    }
}

/// The same without what stands before a host in a URL: `http://user:password@host/`. A browser takes `\` for `/`, and
/// one slash, or none behind the scheme, for two.
pub fn without_users(value: &[u8]) -> Cow<'_, [u8]> {
    if !value.contains(&b'@') {
        return Cow::Borrowed(value);
    }
    let (mut out, mut rest) = (Vec::with_capacity(value.len()), value);
    while let Some(begin) = authority(rest) {
        let (before, behind) = rest.split_at(begin);
        let end = behind.iter().position(|byte| b"/\\?#".contains(byte)).unwrap_or(behind.len());
        out.extend_from_slice(before);
        if let Some(at) = behind[..end].iter().rposition(|&byte| byte == b'@') {
            out.extend_from_slice(STRUCK.as_bytes());
            out.extend_from_slice(&behind[at..end]);
        } else {
            out.extend_from_slice(&behind[..end]);
        }
        rest = &behind[end..];
    }
    out.extend_from_slice(rest);
    Cow::Owned(out)
}

/// Where the next authority of a URL begins: behind two slashes, or behind the colon of a scheme and whatever slashes.
fn authority(text: &[u8]) -> Option<usize> {
    let is_slash = |byte: &u8| matches!(byte, b'/' | b'\\');
    let begin = (0..text.len()).find(|&at| {
        let behind = &text[at + 1..];
        let scheme = || text[..at].to_ascii_lowercase();
        match text[at] {
            b':' => behind.first().is_some_and(is_slash) || scheme().ends_with(b"http") || scheme().ends_with(b"https"),
            b'/' | b'\\' => behind.first().is_some_and(is_slash),
            _ => false,
        }
    })?;
    Some(begin + 1 + text[begin + 1..].iter().take_while(|&byte| is_slash(byte)).count())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::{Exchange, Limits, Method, Step};

    fn told(head: &Headers) -> Vec<String> {
        let value = |value: Option<crate::text::Untrusted>| value.map_or("-".to_owned(), |it| it.display_all());
        let fields = head.fields().map(|it| format!("{}={}", it.name.display_all(), value(it.value)));
        [head.start_line().display_all()].into_iter().chain(fields).collect()
    }

    fn answered(bytes: &str) -> Vec<String> {
        let mut exchange = Exchange::new(Method::Get, Limits::default());
        match exchange.receive(bytes.as_bytes()).unwrap().1 {
            Step::Head(head) => told(&response(&head)),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn of_a_request_all_is_struck_out_that_would_not_follow_a_redirect() {
        let written = "GET /x?y HTTP/1.1\r\nHost: a.example\r\nUser-Agent: me\r\naccept: */*\r\nX-Token: secret\r\n\
            Cookie: a=secret\r\nAuthorization: Basic secret\r\nProxy-Authorization: Basic secret\r\n\
            Connection: close\r\n\r\n";
        let expected = [
            "GET /x?y HTTP/1.1",
            "Host=a.example",
            "User-Agent=me",
            "accept=*/*",
            "X-Token=-",
            "Cookie=-",
            "Authorization=-",
            "Proxy-Authorization=-",
            "Connection=close",
        ];
        assert_eq!(told(&request(written.as_bytes())), expected);
    }

    #[test]
    fn a_request_after_another_has_its_own_fields() {
        let told = |fields: &str| told(&request(format!("GET /x HTTP/1.1\r\n{fields}\r\n").as_bytes()));
        let mine = ["GET /x HTTP/1.1", "Host=a.example", "Cookie=-"];
        for _ in 0..2 {
            assert_eq!(told("Host: a.example\r\nCookie: secret\r\n"), mine);
            assert_eq!(told("Host: b.example\r\n"), ["GET /x HTTP/1.1", "Host=b.example"]);
        }
    }

    #[test]
    fn of_a_response_cookies_and_users_are_struck_out_and_nothing_else() {
        let head = "HTTP/1.1 302 Found http://me:secret@here/\r\nServer: x\r\nSET-COOKIE: a=secret; Path=/\r\nX-Folded: a\r\n b\r\n\
            Location: https://me:secret@a.example/@b?c=d@e\r\nEmail: me@a.example\r\nLink: <//u@b/>; x, <http://c/d@e>\r\n\r\n";
        let expected = [
            "HTTP/1.1 302 Found http://(struck out)@here/",
            "Server=x",
            "SET-COOKIE=-",
            "X-Folded=a b",
            "Location=https://(struck out)@a.example/@b?c=d@e",
            "Email=me@a.example",
            "Link=<//(struck out)@b/>; x, <http://c/d@e>",
        ];
        assert_eq!(answered(head), expected);
    }

    #[test]
    fn whatever_lets_someone_in_is_struck_out_of_an_answer_whatever_its_case() {
        for name in SECRET.iter().flat_map(|name| [(*name).to_owned(), name.to_uppercase()]) {
            let told = answered(&format!("HTTP/1.1 200 OK\r\n{name}: secret\r\nX-Other: told\r\n\r\n"));
            assert_eq!(told[1..], [format!("{name}=-"), "X-Other=told".to_owned()]);
        }
    }

    #[test]
    fn a_user_is_struck_out_however_the_url_is_spelled() {
        for url in [
            "http://me:secret@h/",
            "HTTP:secret@h/",
            "https:/secret@h",
            "http:\\\\secret@h\\",
            "//secret:@h",
            "/\\secret@h",
            "http:///secret@h/",
            "http://se cr@et:secret@h?",
            "0;url=http://secret@h/",
            "http://a/?http://secret@h/",
        ] {
            let told = String::from_utf8(without_users(url.as_bytes()).into_owned()).unwrap();
            assert!(!told.contains("secret") && told.contains("(struck out)@h"), "{url}: {told}");
        }
        for url in ["/@user/x", "mailto:a@b", "a@b", "http://a/b@c", "http://h", "12:30 @h"] {
            assert_eq!(&*without_users(url.as_bytes()), url.as_bytes());
        }
    }
}
