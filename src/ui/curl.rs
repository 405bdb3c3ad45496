//! A fetch as a curl command: what was asked for, in words of a shell, without what is secret. Knows no clipboard.

use crate::head::Headers;
use crate::state::{Detail, End, Leg};
use crate::text::Untrusted;

/// A command, word by word: what belongs together is one piece.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Command {
    pub pieces: Vec<String>,
    /// Fields that are left out, for they were struck out as secrets.
    pub left_out: usize,
    /// The request is known: else the command has nothing but the URL.
    pub is_known: bool,
}

/// Fields that curl writes itself, or that an option stands for.
const BY_CURL: [&str; 3] = ["host", "connection", "accept-encoding"];
/// What curl sends as Accept unless told otherwise.
const ACCEPT: &[u8] = b"*/*";

impl Command {
    /// The request that the last attempt began with, so that curl takes the same way.
    pub fn of(detail: &Detail) -> Command {
        let first = &detail.last().legs[0];
        let mut pieces = vec!["curl".to_owned()];
        pieces.extend(options(detail, first));
        let (fields, left_out) = fields(&first.request);
        pieces.extend(fields);
        pieces.push(detail.url.shell());
        Command { pieces, left_out, is_known: !first.request.is_empty() }
    }

    pub fn text(&self) -> String {
        self.pieces.join(" ")
    }

    /// The same in lines of a width, as a shell takes them too: a line that is not the last ends with a backslash.
    pub fn lines(&self, width: usize) -> Vec<String> {
        let room = width.saturating_sub(2);
        let mut lines: Vec<String> = Vec::new();
        for piece in &self.pieces {
            match lines.last_mut() {
                Some(line) if crate::text::width(line) + 1 + crate::text::width(piece) <= room => {
                    line.push(' ');
                    line.push_str(piece);
                }
                _ => lines.push(piece.clone()),
            }
        }
        let last = lines.len().saturating_sub(1);
        lines.iter_mut().take(last).for_each(|line| line.push_str(" \\"));
        lines
    }
}

/// Those that say how it was asked, as far as that is known.
fn options(detail: &Detail, first: &Leg) -> impl Iterator<Item = String> {
    let method = first.request.start_line().split_once(" ").map(|(method, _)| method);
    let redirected = detail.last().legs.iter().any(|leg| matches!(leg.end, Some(End::Redirect(_))));
    let unchecked = detail.last().legs.iter().any(|leg| leg.tls.as_ref().is_some_and(|tls| tls.unchecked));
    let flags = [
        (method.is_some_and(|method| method.is(b"HEAD")), "--head"),
        (redirected, "--location"),
        (unchecked, "--insecure"),
        // Else it would speak HTTP/2 where the server does.
        (detail.url.contains("https://"), "--http1.1"),
        (first.request.get("accept-encoding").is_some(), "--compressed"),
        // Brackets and braces of the URL are no pattern.
        (["[", "]", "{", "}"].iter().any(|sign| detail.url.contains(sign)), "--globoff"),
    ];
    let flags = flags.into_iter().filter(|(applies, _)| *applies).map(|(_, flag)| flag.to_owned());
    let proxy = first.proxy.as_ref().map(|proxy| format!("--proxy {}", proxy.shell()));
    flags.chain(proxy).chain(given(detail, first))
}

/// `--resolve`, where the user gave the address, and it is known which one was used.
fn given(detail: &Detail, first: &Leg) -> Option<String> {
    let address = first.address.filter(|_| first.given)?;
    let authority = Untrusted::from_bytes(detail.url.authority(), usize::MAX).display(usize::MAX);
    let host = authority.rsplit_once(':').filter(|(_, port)| port.bytes().all(|byte| byte.is_ascii_digit()));
    let host = host.map_or(authority.as_str(), |(host, _)| host);
    let ip = match address {
        std::net::SocketAddr::V4(address) => address.ip().to_string(),
        std::net::SocketAddr::V6(address) => format!("[{}]", address.ip()),
    };
    let words = format!("{host}:{}:{ip}", address.port());
    Some(format!("--resolve {}", Untrusted::new(&words, usize::MAX).shell()))
}

/// The fields that curl would not send of itself, and how many are left out.
fn fields(head: &Headers) -> (Vec<String>, usize) {
    let (mut options, mut left_out) = (Vec::new(), 0);
    for field in head.fields() {
        let own = |name: &&str| field.name.is_named(name);
        match &field.value {
            None => left_out += 1,
            Some(_) if BY_CURL.iter().any(own) => {}
            Some(value) if own(&"accept") && value.is(ACCEPT) => {}
            Some(value) if own(&"user-agent") => options.push(format!("--user-agent {}", value.shell())),
            Some(value) => options.push(format!("--header {}", written(&field.name, value).shell())),
        }
    }
    (options, left_out)
}

/// A field without a value is one that curl takes away; with a semicolon it sends it.
fn written(name: &Untrusted, value: &Untrusted) -> Untrusted {
    let name = name.display(usize::MAX);
    if value.is_empty() {
        Untrusted::new(&format!("{name};"), usize::MAX)
    } else {
        value.preceded_by(&format!("{name}: "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::At;
    use crate::event::{Event, EventKind};
    use crate::head::Lines;
    use crate::id::FetchId;
    use crate::state::State;

    const ID: FetchId = FetchId(1);

    fn text(text: &str) -> Untrusted {
        Untrusted::new(text, 9999)
    }

    fn request(line: &str, fields: &[(&str, Option<&str>)], proxy: Option<&str>) -> EventKind {
        let mut lines = Lines::start(line.as_bytes());
        for (name, value) in fields {
            match value {
                Some(value) => lines.field(name.as_bytes(), value.as_bytes()),
                None => lines.struck(name.as_bytes()),
            }
        }
        EventKind::RequestMade { id: ID, head: Headers::new(&lines), proxy: proxy.map(|it| Box::new(text(it))) }
    }

    fn command(url: &str, kinds: impl IntoIterator<Item = EventKind>) -> Command {
        let mut state = State::default();
        let started = EventKind::Started { id: ID, url: text(url), place: None };
        [started].into_iter().chain(kinds).for_each(|kind| state.apply(&Event { at: At(1), kind }));
        Command::of(state.details.get(ID).unwrap())
    }

    #[test]
    fn a_command_says_what_was_asked_and_how_and_leaves_out_what_curl_does_itself() {
        let usual = [
            ("Host", Some("a")),
            ("User-Agent", Some("crawltop/1")),
            ("Accept", Some("*/*")),
            ("Accept-Encoding", Some("br")),
        ];
        let plain = command("http://a/it's?x=[1]", [request("GET /it's?x=[1] HTTP/1.1", &usual, None)]);
        assert_eq!(plain.text(), r"curl --compressed --globoff --user-agent 'crawltop/1' 'http://a/it'\''s?x=[1]'");
        let address = "[::1]:8443".parse().unwrap();
        let tls = crate::fetched::TlsFacts {
            version: "1.3".into(),
            cipher: "x".into(),
            not_after: None,
            subject: None,
            issuer: None,
            unchecked: true,
        };
        let fields = [("accept", Some("text/html")), ("DNT", Some("")), ("Authorization", None), ("X-Token", None)];
        let kinds = [
            EventKind::AddressGiven { id: ID },
            EventKind::Connected { id: ID, address },
            EventKind::Secured { id: ID, tls: tls.into() },
            request("HEAD / HTTP/1.1", &fields, Some("http://proxy:3128")),
            EventKind::Redirected { id: ID, status: 301, url: text("https://b/") },
        ];
        let full = command("https://a.example:8443/", kinds);
        let expected = "curl --head --location --insecure --http1.1 --proxy 'http://proxy:3128' \
            --resolve 'a.example:8443:[::1]' --header 'accept: text/html' --header 'DNT;' 'https://a.example:8443/'";
        assert_eq!((full.text().as_str(), full.left_out, full.is_known), (expected, 2, true));
        let unknown = command("http://a/", []);
        assert_eq!((unknown.text().as_str(), unknown.is_known), ("curl 'http://a/'", false));
    }

    #[test]
    fn lines_of_a_command_are_a_command_too() {
        let made = command("http://a/x", [request("GET / HTTP/1.1", &[("Accept", Some("text/html"))], None)]);
        assert_eq!(made.lines(30), ["curl \\", "--header 'Accept: text/html' \\", "'http://a/x'"]);
        assert_eq!(made.lines(300), [made.text()]);
        assert_eq!(made.lines(0).len(), 3);
    }

    #[test]
    fn no_control_is_in_a_command_whatever_the_head_holds() {
        let acts = "x\x1b]52;c;eA==\x07\u{9b}31m\u{202e}\r\t'\\!";
        let fields = [("Accept", Some(acts)), ("User-Agent", Some(acts))];
        let made = command(&format!("http://a/{acts}"), [request(acts, &fields, Some(acts))]);
        let told = [made.text()].into_iter().chain(made.lines(40));
        for told in told {
            assert!(!told.chars().any(|c| c.is_control() || c == '\u{202e}'), "{told:?}");
        }
    }
}
