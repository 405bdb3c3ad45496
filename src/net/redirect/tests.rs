use super::*;
use crate::http::{Exchange, Limits, Method, Step};
use proptest::prelude::*;

const MOST: u32 = 20;
const BASE: &str = "http://a.example/dir/page?q=1";

fn target(url: &str) -> Target {
    Target::parse(url).unwrap()
}

/// What a head with these fields says.
fn location(status: u16, fields: &[u8]) -> Option<Location> {
    let head = [format!("HTTP/1.1 {status} Moved\r\nContent-Length: 0\r\n").as_bytes(), fields, b"\r\n"].concat();
    let mut exchange = Exchange::new(Method::Get, Limits::default());
    match exchange.receive(&head).unwrap().1 {
        Step::Head(head) => Location::of(head.status, head.fields),
        other => panic!("{other:?}"),
    }
}

fn led(value: &[u8]) -> Result<Target, Stop> {
    let location = location(302, &[b"Location: ", value, b"\r\n"].concat()).expect("a redirect");
    Chain::new(MOST).next(&target(BASE), 302, &location, Duration::ZERO)
}

/// A location, and where it leads from the base.
const JOINED: &[(&[u8], &str)] = &[
    (b"/x", "http://a.example/x"),
    (b"x", "http://a.example/dir/x"),
    (b"../x/./y", "http://a.example/x/y"),
    (b"?r", "http://a.example/dir/page?r"),
    (b"//b.example/x", "http://b.example/x"),
    (b"//b.example:8080", "http://b.example:8080/"),
    (b"https://b.example", "https://b.example/"),
    (b"HTTP://B.EXAMPLE:80/x", "http://b.example/x"),
    (b"http://b.example:443/", "http://b.example:443/"),
    (b"https:/b.example/x", "https://b.example/x"),
    (b"http:x", "http://a.example/dir/x"),
    (b"/x#y", "http://a.example/x"),
    (b"/x y", "http://a.example/x%20y"),
    (b"/x\ty", "http://a.example/xy"),
    (b"  /x  ", "http://a.example/x"),
    (b"/\x1b[2J\x07\x7f", "http://a.example/%1B[2J%07%7F"),
    (b"\\x\\..\\y", "http://a.example/y"),
    (b"\\\\b.example\\x", "http://b.example/x"),
    ("/ä?ö".as_bytes(), "http://a.example/%C3%A4?%C3%B6"),
    (b"/\xe4?\xf6", "http://a.example/%E4?%F6"),
    ("//bücher.example/".as_bytes(), "http://xn--bcher-kva.example/"),
    (b"/%2e%2e/x%", "http://a.example/x%"),
    (b"//me:secret@b.example/", "http://b.example/"),
    (b"//2130706433/", "http://127.0.0.1/"),
    (b"//0x7f.1/", "http://127.0.0.1/"),
    ("//１２７.0.0.1/".as_bytes(), "http://127.0.0.1/"),
    (b"//[::ffff:127.0.0.1]/", "http://[::ffff:7f00:1]/"),
    (b"//b.example;@c.example/", "http://c.example/"),
    (b"http:///b.example/x", "http://b.example/x"),
    (b"///b.example/x", "http://b.example/x"),
    (b"/\\b.example/x", "http://b.example/x"),
    (b":8080/x", "http://a.example/dir/:8080/x"),
    (b"/\"<>`{|}^", "http://a.example/%22%3C%3E%60%7B|%7D^"),
];

#[test]
fn a_location_is_joined_as_browsers_do() {
    for (value, url) in JOINED {
        let led = led(value).unwrap_or_else(|stop| panic!("{}: {stop:?}", value.escape_ascii()));
        assert_eq!(led.url(), *url, "{}", value.escape_ascii());
        assert_eq!(led.credentials(), None);
    }
}

/// A location that can't be followed, and what is said of it.
const REFUSED: &[(&[u8], &str)] = &[
    (b"ftp://b.example/", "scheme \"ftp\" is not http or https"),
    (b"file:///etc/passwd", "scheme \"file\""),
    (b"javascript:alert(1)", "scheme \"javascript\""),
    (b"data:text/plain,x", "scheme \"data\""),
    (b"s3://bucket/x", "scheme \"s3\""),
    (b"mailto:a@b.example", "scheme \"mailto\""),
    (b"ws://b.example/", "scheme \"ws\""),
    (b"http://", "no host"),
    (b"//", "no host"),
    (b"//b.example:0/", "no port from 1 to 65535"),
    (b"//b.example:65536/", "no port from 1 to 65535"),
    (b"//b.example:x/", "no port from 1 to 65535"),
    (b"//b c/", "no valid host"),
    (b"//b%2Fc/", "no valid host"),
    (b"//b\x1bc/", "no valid host"),
    (b"//\xff/", "no valid host"),
    (b"//1.2.3.256/", "no valid IPv4 address"),
    (b"//[::1/", "no valid IPv6 address"),
];

#[test]
fn a_location_that_can_not_be_followed_is_told_with_its_reason() {
    for (value, words) in REFUSED {
        let (kind, said) = led(value).expect_err(&value.escape_ascii().to_string());
        assert_eq!(kind, FailureKind::Protocol, "{said}");
        assert!(said.starts_with("status 302 leads to no http or https URL: ") && said.contains(words), "{said}");
    }
    let (_, said) = led(b"ftp://me:secret@b.example/").unwrap_err();
    assert!(!said.contains("secret"), "{said}");
    let (_, said) = led(b"http://me:secret@b.example:0/").unwrap_err();
    assert!(!said.contains("secret"), "{said}");
}

#[test]
fn only_five_statuses_redirect_and_only_with_a_location() {
    let field = b"Location: /x\r\n";
    for status in 200..=999 {
        let redirects = [301, 302, 303, 307, 308].contains(&status);
        assert_eq!(location(status, field).is_some(), redirects, "{status}");
    }
    for fields in [&b""[..], b"Location:\r\n", b"Location: \t \r\n", b"Content-Location: /x\r\n"] {
        assert_eq!(location(301, fields), None);
    }
}

#[test]
fn several_locations_are_one_where_they_agree() {
    let at = |path: &[u8]| Some(Location::At(path.into()));
    assert_eq!(location(301, b"Location: /x\r\nlocation: /x\r\n"), at(b"/x"));
    assert_eq!(location(301, b"Location:\r\nLocation: /x\r\n"), at(b"/x"));
    let several = location(301, b"Location: /x\r\nLocation: /y\r\n");
    assert_eq!(several, Some(Location::Several));
    let (kind, said) =
        Chain::new(MOST).next(&target(BASE), 301, &Location::Several, Duration::ZERO).expect_err("they contradict");
    assert_eq!(
        (kind, &*said),
        (FailureKind::Protocol, "status 301 with locations that contradict each other: a.example:80")
    );
}

#[test]
fn a_location_is_bounded_as_written_and_as_sent() {
    let of = |filler: &str, count: usize| led(format!("/{}", filler.repeat(count)).as_bytes());
    let base = "http://a.example".len();
    assert_eq!(of("a", URL_LIMIT - base - 1).unwrap().url().len(), URL_LIMIT);
    for (filler, count) in [("a", URL_LIMIT - base), ("a", URL_LIMIT * 2), ("é", URL_LIMIT / 4), ("x ", URL_LIMIT / 3)]
    {
        let (kind, said) = of(filler, count).unwrap_err();
        assert_eq!((kind, &*said), (FailureKind::TooLarge, "status 302 with a location over 64 KiB: a.example:80"));
    }
}

/// Follows paths from `/0`, and tells how that ends.
fn follow(most: u32, paths: &[&str]) -> (Chain, Result<Target, Stop>) {
    let (mut chain, mut at) = (Chain::new(most), target("http://a.example/0"));
    for path in paths {
        let location = Location::At(path.as_bytes().into());
        match chain.next(&at, 301, &location, Duration::from_micros(7)) {
            Ok(next) => at = next,
            ended => return (chain, ended),
        }
    }
    (chain, Ok(at))
}

#[test]
fn a_chain_keeps_what_it_passed() {
    let (chain, ended) = follow(MOST, &["/1", "/2"]);
    let hop = |url| Hop { status: 301, url: Untrusted::new(url, 99), us: 7 };
    assert_eq!(chain.hops, [hop("http://a.example/0"), hop("http://a.example/1")]);
    assert_eq!(ended.unwrap().url(), "http://a.example/2");
}

#[test]
fn a_loop_and_the_limit_are_told_apart() {
    let loops = [
        (&["/0"][..], "redirects loop: http://a.example/0 leads to itself"),
        (&["#here"], "redirects loop: http://a.example/0 leads to itself"),
        (&["/1", "/0"], "redirects loop: http://a.example/1 leads back to http://a.example/0"),
        (&["/1", "/2", "/1"], "redirects loop: http://a.example/2 leads back to http://a.example/1"),
    ];
    for (paths, words) in loops {
        let (_, ended) = follow(MOST, paths);
        assert_eq!(ended, Err((FailureKind::TooManyRedirects, words.to_owned())));
    }
    let paths: Vec<String> = (1..30).map(|number| format!("/{number}")).collect();
    let paths: Vec<&str> = paths.iter().map(String::as_str).collect();
    for (most, words) in
        [(0, "more than 0 redirects: "), (1, "more than 1 redirect: "), (20, "more than 20 redirects: ")]
    {
        let (chain, ended) = follow(most, &paths);
        let (kind, said) = ended.unwrap_err();
        assert_eq!((kind, chain.hops.len()), (FailureKind::TooManyRedirects, most as usize));
        let (last, next) = (most, most + 1);
        assert_eq!(said, format!("{words}http://a.example/{last} leads on to http://a.example/{next}"));
    }
    assert!(follow(29, &paths).1.is_ok());
}

proptest! {
    #[test]
    fn whatever_a_location_holds_what_is_asked_for_is_a_clean_url(
        any in prop::collection::vec(any::<u8>(), 0..60),
        near in "(https?:|//|/|\\\\)?[ -~\t\u{80}-\u{2ff}]{0,30}",
    ) {
        for value in [&any[..], near.as_bytes()] {
            let location = Location::At(value.into());
            if let Ok(next) = Chain::new(MOST).next(&target(BASE), 302, &location, Duration::ZERO) {
                prop_assert!(next.url().bytes().all(|byte| byte.is_ascii_graphic() && byte != b'#'));
                prop_assert!(!next.origin().contains('@') && next.credentials().is_none());
                prop_assert!(next.path().starts_with('/'));
            }
        }
    }
}
