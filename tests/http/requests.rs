//! What goes on the wire, and what never does.

use crawltop::http::{Method, ReadyFields, Request, RequestError, valid_field};

const PLAIN: Request<'static> =
    Request { method: Method::Get, host: "a.example", path: "/", fields: &[], close: false };

fn written(request: Request<'_>) -> Result<String, RequestError> {
    let mut out = Vec::new();
    let result = request.write(&mut out);
    assert!(result.is_ok() || out.is_empty(), "a refused request leaves nothing behind");
    result.map(|()| String::from_utf8(out).expect("ASCII"))
}

#[test]
fn a_request_is_a_line_its_host_its_fields_and_an_empty_line() {
    assert_eq!(written(PLAIN).as_deref(), Ok("GET / HTTP/1.1\r\nHost: a.example\r\n\r\n"));
    let request = Request {
        method: Method::Head,
        host: "[::1]:8080",
        path: "/a?b=c%20d&e",
        fields: &[("User-Agent", "crawltop"), ("Accept", "*/*"), ("Authorization", "Basic eDp5")],
        close: true,
    };
    assert_eq!(
        written(request).as_deref(),
        Ok("HEAD /a?b=c%20d&e HTTP/1.1\r\nHost: [::1]:8080\r\nUser-Agent: crawltop\r\nAccept: */*\r\n\
            Authorization: Basic eDp5\r\nConnection: close\r\n\r\n")
    );
}

#[test]
fn a_request_is_appended_to_what_is_there() {
    let mut out = b"before".to_vec();
    PLAIN.write(&mut out).expect("a proper request");
    assert!(out.starts_with(b"beforeGET "));
}

#[test]
fn fields_made_ready_are_checked_once_and_come_first() {
    let mut ready = ReadyFields::default();
    assert_eq!(ready.push("Accept", "*/*"), Ok(()));
    for (name, value) in [("A\r\nB", "x"), ("A", "x\r\nB: y"), ("Host", "x")] {
        assert!(ready.push(name, value).is_err());
    }
    let request = Request { fields: &[("X", "y")], ..PLAIN };
    let mut out = Vec::new();
    request.write_with(&[&ready, &ReadyFields::default()], &mut out).expect("a proper request");
    assert_eq!(out, b"GET / HTTP/1.1\r\nHost: a.example\r\nAccept: */*\r\nX: y\r\n\r\n");
    let wrong = Request { path: "/a b", ..PLAIN };
    assert!(wrong.write_with(&[&ready], &mut out).is_err());
    assert!(out.ends_with(b"y\r\n\r\n"), "a refused request leaves nothing behind");
}

#[test]
fn a_target_is_a_path_or_a_whole_url_without_fragment() {
    for path in ["/", "//x", "/?", "/a/../b", "/%00", "http://b.example", "http://b.example:80/a?b", "http://b?c"] {
        assert!(written(Request { path, ..PLAIN }).is_ok(), "{path}");
    }
    let wrong = [
        "",
        "a",
        "?a",
        "*",
        "#a",
        "/a#b",
        "/a b",
        "/a\tb",
        "/a\r\nX: y",
        "/a\nb",
        "/a\0",
        "/\x7f",
        "/schön",
        "https://b.example/",
        "ftp://b.example/",
        "http://",
        "http:///a",
        "http://u:p@b.example/",
        "http://b.example/#a",
    ];
    for path in wrong {
        assert!(matches!(written(Request { path, ..PLAIN }), Err(RequestError::Path(_))), "{path:?}");
    }
}

#[test]
fn a_host_is_an_authority_without_userinfo() {
    for host in ["a", "a.example:8080", "127.0.0.1", "[fe80::1]:80", "xn--bcher-kva.example"] {
        assert!(written(Request { host, ..PLAIN }).is_ok(), "{host}");
    }
    let wrong =
        ["", "u@a", "u:p@a", "a/b", "a?b", "a#b", "a b", " a", "a\r\nX: y", "a\n", "a\0", "bücher.example", "a\\b"];
    for host in wrong {
        assert!(matches!(written(Request { host, ..PLAIN }), Err(RequestError::Host(_))), "{host:?}");
    }
}

#[test]
fn a_field_can_not_break_out_of_its_line() {
    let secret = "s3cret\r\nX: y";
    for value in [secret, "a\rb", "a\nb", "a\0b", "\u{1b}[2J", "\u{7f}", "a\r\n b"] {
        let refused = valid_field("Authorization", value).expect_err("refused");
        assert!(matches!(refused, RequestError::FieldValue(_)), "{value:?}");
        assert!(!refused.to_string().contains("s3cret"), "a value may be a credential");
        assert_eq!(written(Request { fields: &[("A", "b"), ("Authorization", value)], ..PLAIN }), Err(refused));
    }
    for name in ["", "a b", "a:", "a\r\n", "schön", "a\0", "(a)", " a", "a "] {
        assert!(matches!(valid_field(name, "x"), Err(RequestError::FieldName(_))), "{name:?}");
        assert!(written(Request { fields: &[(name, "x")], ..PLAIN }).is_err(), "{name:?}");
    }
    for (name, value) in [("X-A_b!", ""), ("Accept", "a\tb"), ("Referer", "http://bücher/"), ("TE", "trailers")] {
        assert_eq!(valid_field(name, value), Ok(()));
    }
}

#[test]
fn fields_that_the_request_decides_can_not_be_given() {
    for name in ["Host", "HOST", "content-length", "Transfer-Encoding", "connection", "Upgrade", "Expect"] {
        assert!(matches!(valid_field(name, "x"), Err(RequestError::ReservedField(_))), "{name}");
    }
}
