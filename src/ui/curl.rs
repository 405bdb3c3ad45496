//! A fetch as a curl command: what was asked for, in words of a shell, without what is secret. Knows no clipboard.

use crate::event::Way;
use crate::head::{CODINGS, Headers, MOST_BYTES};
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

/// Fields that curl sends of itself unless it is told that there is none.
const OF_ITSELF: [&str; 2] = ["User-Agent", "Accept"];
/// What curl sends as Accept unless told otherwise.
const ACCEPT: &[u8] = b"*/*";

impl Command {
    /// The request that the last attempt began with, so that curl takes the same way. `way`: what of it the request does not
    /// show.
    pub fn of(detail: &Detail, way: &Way) -> Command {
        let first = &detail.last().legs[0];
        let mut pieces = vec!["curl".to_owned()];
        pieces.extend(options(detail, first).chain(by_way(way)));
        let (fields, left_out) = fields(&first.request, &first.url);
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
        (first.request.get("accept-encoding").is_some_and(|value| value.is(CODINGS.as_bytes())), "--compressed"),
        // Brackets and braces of the URL are no pattern.
        (["[", "]", "{", "}"].iter().any(|sign| detail.url.contains(sign)), "--globoff"),
    ];
    let flags = flags.into_iter().filter(|(applies, _)| *applies).map(|(_, flag)| flag.to_owned());
    let proxy = first.proxy.as_ref().map(|proxy| format!("--proxy {}", proxy.shell()));
    flags.chain(proxy).chain(given(detail, first))
}

/// Those that the run was given.
fn by_way(way: &Way) -> impl Iterator<Item = String> {
    let family = way.family.map(|family| format!("--ipv{family}"));
    let roots = way.cacert.as_ref().map(|file| format!("--cacert {}", file.shell()));
    family.into_iter().chain(roots)
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

/// The fields that curl would not send of itself, and those that it would and that were not sent; and how many are left out.
fn fields(head: &Headers, url: &Untrusted) -> (Vec<String>, usize) {
    let (mut options, mut left_out) = (Vec::new(), 0);
    for field in head.fields() {
        let own = |name: &&str| field.name.is_named(name);
        match &field.value {
            None => left_out += 1,
            Some(value) if own(&"host") && value.is(url.authority()) => {}
            Some(value) if own(&"accept-encoding") && value.is(CODINGS.as_bytes()) => {}
            Some(value) if own(&"accept") && value.is(ACCEPT) => {}
            Some(value) if own(&"user-agent") && !value.is_empty() => {
                options.push(format!("--user-agent {}", value.shell()))
            }
            Some(value) => options.push(format!("--header {}", written(&field.name, value).shell())),
        }
    }
    let is_sent = |name: &&str| head.fields().any(|field| field.name.is_named(name));
    // Of a head that was cut, nobody knows what else it had.
    let is_whole = !head.is_empty() && head.len() < MOST_BYTES;
    let unsent = OF_ITSELF.iter().filter(|name| is_whole && !is_sent(name));
    options.extend(unsent.map(|name| format!("--header '{name}:'")));
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
        Command::of(state.details.get(ID).unwrap(), &Way::default())
    }

    #[test]
    fn a_command_says_what_was_asked_and_how_and_leaves_out_what_curl_does_itself() {
        let usual = [
            ("Host", Some("a")),
            ("User-Agent", Some("crawltop/1")),
            ("Accept", Some("*/*")),
            ("Accept-Encoding", Some(CODINGS)),
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
            --resolve 'a.example:8443:[::1]' --header 'accept: text/html' --header 'DNT;' \
            --header 'User-Agent:' 'https://a.example:8443/'";
        assert_eq!((full.text().as_str(), full.left_out, full.is_known), (expected, 2, true));
        let unknown = command("http://a/", []);
        assert_eq!((unknown.text().as_str(), unknown.is_known), ("curl 'http://a/'", false));
    }

    #[test]
    fn what_the_user_changed_of_a_request_is_changed_in_the_command_too() {
        let made = |fields: &[(&str, Option<&str>)]| {
            let request = request("GET / HTTP/1.1", fields, None);
            command("http://a:8/", [request]).text().replace("curl ", "").replace("'http://a:8/'", "").trim().to_owned()
        };
        let [host, agent, accept] = [("Host", Some("a:8")), ("User-Agent", Some("x")), ("Accept", Some("*/*"))];
        assert_eq!(made(&[host, agent, accept]), "--user-agent 'x'");
        assert_eq!(
            made(&[("Host", Some("foo.example")), agent, accept]),
            "--header 'Host: foo.example' --user-agent 'x'"
        );
        let closed = [host, agent, accept, ("Connection", Some("close"))];
        assert_eq!(made(&closed), "--user-agent 'x' --header 'Connection: close'");
        let plain = [host, agent, accept, ("Accept-Encoding", Some("identity"))];
        assert_eq!(made(&plain), "--user-agent 'x' --header 'Accept-Encoding: identity'");
        assert_eq!(made(&[host]), "--header 'User-Agent:' --header 'Accept:'");
        assert_eq!(made(&[host, ("user-agent", Some("")), accept]), "--header 'user-agent;'");
        assert_eq!(made(&[host, ("User-Agent", None), accept]), "", "it may be secret, and is told to be left out");
    }

    #[test]
    fn what_a_request_does_not_show_is_in_the_command_as_the_run_was_given_it() {
        let mut state = State::default();
        state.apply(&Event { at: At(1), kind: EventKind::Started { id: ID, url: text("https://a/"), place: None } });
        let detail = state.details.get(ID).unwrap();
        for (cacert, family, expected) in [
            (None, Some(4), "curl --http1.1 --ipv4 'https://a/'"),
            (Some("it's.pem"), Some(6), r"curl --http1.1 --ipv6 --cacert 'it'\''s.pem' 'https://a/'"),
        ] {
            let way = Way { cacert: cacert.map(text), family };
            assert_eq!(Command::of(detail, &way).text(), expected);
        }
    }

    #[test]
    fn lines_of_a_command_are_a_command_too() {
        let made = command("http://a/x", [request("GET / HTTP/1.1", &[("Accept", Some("text/html"))], None)]);
        let lines = ["curl \\", "--header 'Accept: text/html' \\", "--header 'User-Agent:' \\", "'http://a/x'"];
        assert_eq!(made.lines(30), lines);
        assert_eq!(made.lines(300), [made.text()]);
        assert_eq!(made.lines(0).len(), 4);
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
