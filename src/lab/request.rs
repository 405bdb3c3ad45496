//! Requests from bytes, as far as the lab needs them (RFC 9112, sections 2 to 5). Knows nothing of sockets or pages.

/// Bytes of a request line with its fields; beyond this the answer is 431.
const MAX_HEAD: usize = 16 * 1024;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Request {
    pub(super) method: Method,
    /// Without the query; of an absolute target (RFC 9112, section 3.2.2) only the path.
    pub(super) path: String,
    /// The host it names, if that is a plain one.
    pub(super) host: Option<Box<str>>,
    pub(super) is_1_0: bool,
    /// Nothing more is read from this connection.
    pub(super) closes: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Method {
    Get,
    Head,
    Other,
}

/// Why bytes are no request that can be answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    Malformed,
    TooLarge,
}

/// Received bytes that were not yet taken as requests.
#[derive(Default)]
pub(super) struct Inbox {
    bytes: Vec<u8>,
    /// The head's end is not before this: each byte is looked at once, however they arrive.
    scanned: usize,
}

impl Inbox {
    pub(super) fn push(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    /// The next request, `None` until it is there whole.
    pub(super) fn take(&mut self) -> Result<Option<Request>, Refusal> {
        self.skip_empty_lines();
        let end = self.head_end();
        if end.unwrap_or(self.bytes.len()) > MAX_HEAD {
            return Err(Refusal::TooLarge);
        }
        let Some(end) = end else { return Ok(None) };
        let request = parse(&self.bytes[..end]);
        self.bytes.drain(..end);
        self.bytes.shrink_to_fit();
        self.scanned = 0;
        request.map(Some).ok_or(Refusal::Malformed)
    }

    /// Lines before the request line are ignored (RFC 9112, section 2.2).
    fn skip_empty_lines(&mut self) {
        if self.scanned == 0 {
            let empty = self.bytes.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
            self.bytes.drain(..empty);
        }
    }

    fn head_end(&mut self) -> Option<usize> {
        let from = std::mem::replace(&mut self.scanned, self.bytes.len());
        let ends_head = |end: &usize| {
            let head = &self.bytes[..*end];
            head.ends_with(b"\n\r\n") || head.ends_with(b"\n\n")
        };
        (from + 1..=self.bytes.len()).find(ends_head)
    }
}

fn parse(head: &[u8]) -> Option<Request> {
    let text = std::str::from_utf8(head).ok()?;
    let mut lines = text.split('\n').map(|line| line.strip_suffix('\r').unwrap_or(line));
    let (method, target, is_1_0) = request_line(lines.next()?)?;
    let mut request = Request { method, path: path(target)?.to_owned(), host: None, is_1_0, closes: is_1_0 };
    let mut has_host = false;
    for line in lines.take_while(|line| !line.is_empty()) {
        let (name, value) = line.split_once(':')?;
        if !is_token(name) || value.contains(is_control) {
            return None;
        }
        let value = value.trim_matches([' ', '\t']);
        if name.eq_ignore_ascii_case("host") {
            has_host = true;
            request.host = is_plain_host(value).then(|| value.into());
        }
        request.closes |= closes(name, value);
    }
    (has_host || is_1_0).then_some(request)
}

fn request_line(line: &str) -> Option<(Method, &str, bool)> {
    let mut words = line.split(' ');
    let (method, target, version) = (words.next()?, words.next()?, words.next()?);
    if words.next().is_some() || !is_token(method) || target.contains(is_control) {
        return None;
    }
    let method = match method {
        "GET" => Method::Get,
        "HEAD" => Method::Head,
        _ => Method::Other,
    };
    let minor = version.strip_prefix("HTTP/1.").filter(|minor| minor.len() == 1)?.parse::<u8>().ok()?;
    Some((method, target, minor == 0))
}

fn path(target: &str) -> Option<&str> {
    let after_scheme = target.strip_prefix("http://");
    let path = match after_scheme {
        Some(rest) => rest.find(['/', '?']).map_or("/", |start| &rest[start..]),
        None => target,
    };
    let path = path.split('?').next().unwrap_or_default();
    let path = if path.is_empty() && after_scheme.is_some() { "/" } else { path };
    (path.starts_with('/') || path == "*").then_some(path)
}

/// Whether the field ends the connection after this request: it says so, or it announces a body, which isn't read.
fn closes(name: &str, value: &str) -> bool {
    match name.to_ascii_lowercase().as_str() {
        "connection" => value.split(',').any(|option| option.trim().eq_ignore_ascii_case("close")),
        "content-length" => value != "0",
        "transfer-encoding" => true,
        _ => false,
    }
}

/// Whether it can stand in a URL as it is.
fn is_plain_host(text: &str) -> bool {
    let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || b".-:[]".contains(&byte);
    (1..=255).contains(&text.len()) && text.bytes().all(is_allowed)
}

fn is_token(text: &str) -> bool {
    let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    !text.is_empty() && text.bytes().all(is_allowed)
}

fn is_control(character: char) -> bool {
    character.is_ascii_control() && character != '\t'
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whole(bytes: &[u8]) -> Result<Option<Request>, Refusal> {
        let mut inbox = Inbox::default();
        inbox.push(bytes);
        inbox.take()
    }

    fn path_of(bytes: &[u8]) -> String {
        whole(bytes).unwrap().unwrap().path
    }

    #[test]
    fn a_request_is_the_same_whole_and_byte_by_byte_and_leaves_what_follows() {
        let bytes = b"\r\nGET /goods/1/?q=1 HTTP/1.1\r\nHost: a\r\nConnection: x, Close\r\n\r\nHEAD / HT";
        let mut inbox = Inbox::default();
        let mut taken = Vec::new();
        for byte in bytes {
            inbox.push(&[*byte]);
            taken.extend(inbox.take().unwrap());
        }
        let request = Request {
            method: Method::Get,
            path: "/goods/1/".to_owned(),
            host: Some("a".into()),
            is_1_0: false,
            closes: true,
        };
        assert_eq!(whole(bytes), Ok(Some(request.clone())));
        assert_eq!(taken, [request]);
        assert_eq!(inbox.bytes, b"HEAD / HT");
    }

    #[test]
    fn targets_of_every_form_give_their_path() {
        assert_eq!(path_of(b"GET http://127.0.0.1:80/a/?b HTTP/1.1\nHost: x\n\n"), "/a/");
        assert_eq!(path_of(b"GET http://127.0.0.1:80 HTTP/1.0\r\n\r\n"), "/");
        assert_eq!(path_of(b"GET http://127.0.0.1:80?b HTTP/1.0\r\n\r\n"), "/");
        assert_eq!(path_of(b"OPTIONS * HTTP/1.0\r\n\r\n"), "*");
    }

    #[test]
    fn a_host_that_cannot_stand_in_a_url_is_not_taken() {
        let host =
            |value: &str| whole(format!("GET / HTTP/1.1\r\nHost: {value}\r\n\r\n").as_bytes()).unwrap().unwrap().host;
        assert_eq!(host("[::1]:8080").as_deref(), Some("[::1]:8080"));
        for hostile in ["", "<loc>", "a b", "a/b", &"a".repeat(256)] {
            assert_eq!(host(hostile), None, "{hostile}");
        }
    }

    #[test]
    fn what_is_no_request_is_refused() {
        let malformed: [&[u8]; 11] = [
            b"GET / HTTP/1.1\r\n\r\n",
            b"GET /\r\n\r\n",
            b"GET  / HTTP/1.0\r\n\r\n",
            b"GET / HTTP/1.0 \r\n\r\n",
            b"GET / HTTP/2.0\r\n\r\n",
            b"GET / HTTP/1.10\r\n\r\n",
            b"GET / HTTP/1.+\r\n\r\n",
            b"GET goods HTTP/1.0\r\n\r\n",
            b"G(T / HTTP/1.0\r\n\r\n",
            b"GET / HTTP/1.0\r\nName : x\r\n\r\n",
            b"GET /\xff HTTP/1.0\r\nno colon\r\n\r\n",
        ];
        for bytes in malformed {
            assert_eq!(whole(bytes), Err(Refusal::Malformed), "{}", bytes.escape_ascii());
        }
    }

    #[test]
    fn a_head_may_be_16_kib_and_no_more() {
        let head = |filler: usize| format!("GET / HTTP/1.0\r\nA: {}\r\n\r\n", "x".repeat(filler));
        let least = head(0).len();
        assert!(whole(head(MAX_HEAD - least).as_bytes()).is_ok());
        assert_eq!(whole(head(MAX_HEAD - least + 1).as_bytes()), Err(Refusal::TooLarge));
        assert_eq!(whole(&[b'x'; MAX_HEAD + 1]), Err(Refusal::TooLarge));
        assert_eq!(whole(&[b'\n'; MAX_HEAD + 1]), Ok(None));
    }

    #[test]
    fn a_request_with_a_body_is_the_last_of_its_connection() {
        let closes = |field: &str| whole(format!("GET / HTTP/1.1\r\nHost:\r\n{field}\r\n\r\n").as_bytes());
        assert!(closes("Content-Length: 5").unwrap().unwrap().closes);
        assert!(closes("Transfer-Encoding: chunked").unwrap().unwrap().closes);
        assert!(!closes("Content-Length: 0").unwrap().unwrap().closes);
    }
}
