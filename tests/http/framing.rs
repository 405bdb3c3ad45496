//! Which body follows a head: RFC 9112, section 6.3, and what browsers agree on about
//! Content-Length.

use crawltop::http::CloseReason::UntilClose;
use crawltop::http::{BodyLength, Method, Reuse};

use crate::feed::{accepted, accepted_by, accepted_then, cut, refused};

const OK: &str = "HTTP/1.1 200 OK\r\n";

#[test]
fn no_body_follows_where_none_may_whatever_the_fields_say() {
    let claims = [
        "",
        "Content-Length: 5\r\n",
        "Transfer-Encoding: chunked\r\n",
        "Content-Length: +5\r\n",
        "Content-Length: 5\r\nContent-Length: 6\r\n",
        "Content-Length: 5\r\nTransfer-Encoding: gzip\r\n",
        "Content-Length : 5\r\n",
    ];
    for claim in claims {
        for status in [204, 304] {
            let outcome = accepted(format!("HTTP/1.1 {status} x\r\n{claim}\r\n"), status, "");
            assert_eq!(outcome.head.map(|head| head.body), Some(BodyLength::None));
        }
        for status in [200, 206, 301, 404, 500] {
            let wire = format!("HTTP/1.1 {status} x\r\n{claim}\r\n");
            accepted_by(Method::Head, wire.as_bytes(), status, b"", Reuse::Keep);
        }
        let outcome = accepted(format!("HTTP/1.1 103 x\r\n{claim}\r\n{OK}Content-Length: 1\r\n\r\n!"), 200, "!");
        assert_eq!(outcome.interims, [103]);
    }
}

#[test]
fn a_length_ends_the_body() {
    accepted(format!("{OK}Content-Length: 5\r\n\r\nhello"), 200, "hello");
    accepted(format!("{OK}Content-Length: 0\r\n\r\n"), 200, "");
    accepted(format!("{OK}CONTENT-LENGTH:5\r\n\r\nhello"), 200, "hello");
    accepted("HTTP/1.1 205 x\r\nContent-Length: 2\r\n\r\nhi", 205, "hi");
    accepted("HTTP/1.1 404 x\r\nContent-Length: 2\r\n\r\nno", 404, "no");
}

#[test]
fn without_a_length_the_close_ends_the_body() {
    accepted_then(UntilClose, format!("{OK}\r\nhello"), "hello");
    accepted_then(UntilClose, format!("{OK}\r\n"), "");
    accepted_then(UntilClose, format!("{OK}Connection: close\r\n\r\nhello"), "hello");
}

const LENGTHS_TAKEN: [(&str, usize); 14] = [
    ("Content-Length: 42", 42),
    ("Content-Length: 42,42", 42),
    ("Content-Length: 42, 42,\t42", 42),
    ("Content-Length: 42\r\nContent-Length: 42", 42),
    ("Content-Length: 42\r\nContent-Length: 42,42", 42),
    ("Content-Length: 30", 30),
    ("Content-Length: 30,30", 30),
    ("Content-Length: 30\r\nContent-Length: 30", 30),
    ("Content-Length: 30\r\nContent-Length: 30,30", 30),
    ("Content-Length: 30,30\r\nContent-Length: 30,30", 30),
    ("Content-Length: 30,30, 30 \r\nContent-Length: 30 ", 30),
    ("Content-Length: \t30\t ", 30),
    ("Content-Length: 030", 30),
    ("Content-Length: 00000000000000000000000000000030", 30),
];

const LENGTHS_REFUSED: [(&str, &str); 31] = [
    ("Content-Length: 42,30", "conflicting content-length: 42 and 30"),
    ("Content-Length: 30,42", "conflicting content-length: 30 and 42"),
    ("Content-Length: 30,42\r\nContent-Length: 30", "conflicting content-length: 30 and 42"),
    ("Content-Length: 30,42\r\nContent-Length: 30,42", "conflicting content-length: 30 and 42"),
    ("Content-Length: 42\r\nContent-Length: 30", "conflicting content-length: 42 and 30"),
    ("Content-Length: 30\r\nX: y\r\ncontent-length: 42", "conflicting content-length: 30 and 42"),
    ("Content-Length: 030, 30", "conflicting content-length: 030 and 30"),
    ("Content-Length: 030\r\nContent-Length: 30", "conflicting content-length: 030 and 30"),
    ("Content-Length: 30,", r#"content-length "" is not a decimal number"#),
    ("Content-Length: ,30", r#"content-length "" is not a decimal number"#),
    ("Content-Length: 30,,30", r#"content-length "" is not a decimal number"#),
    ("Content-Length: 30\r\nContent-Length: \t", r#"content-length "" is not"#),
    ("Content-Length: \r\nContent-Length: 30", r#"content-length "" is not"#),
    ("Content-Length:", r#"content-length "" is not"#),
    ("Content-Length: aaaah", r#"content-length "aaaah" is not"#),
    ("Content-Length: aaaah, aaaah", r#"content-length "aaaah" is not"#),
    ("Content-Length: 42s", r#"content-length "42s" is not"#),
    ("Content-Length: +8", r#"content-length "+8" is not"#),
    ("Content-Length: -1", r#"content-length "-1" is not"#),
    ("Content-Length: 4 2", r#"content-length "4 2" is not"#),
    ("Content-Length: 42;x", r#"content-length "42;x" is not"#),
    ("Content-Length: 0x20", r#"content-length "0x20" is not"#),
    ("Content-Length: 42.0", r#"content-length "42.0" is not"#),
    ("Content-Length: \"30\"", r#"content-length "\"30\"" is not"#),
    ("Content-Length: 18446744073709551616", "content-length \"18446744073709551616\" does not fit 64 bits"),
    ("Content-Length: 42\r\n ,42", "content-length is folded"),
    ("Content-Length:\r\n 4\r\n 2", "content-length is folded"),
    ("Content-Length:\r\n 42", "content-length is folded"),
    ("Content-Length: 42\r\n ", "content-length is folded"),
    ("Content-Length : 42", "content-length has white space before its colon"),
    ("Content-Length: 42\r\nContent-Length\t: 42", "content-length has white space before its colon"),
];

#[test]
fn content_lengths_are_judged_as_browsers_do() {
    // So long a content that a fallback to another length would show.
    let body = "x".repeat(42);
    for (fields, length) in LENGTHS_TAKEN {
        accepted(format!("{OK}{fields}\r\n\r\n{}", &body[..length]), 200, &body[..length]);
    }
    for (fields, message) in LENGTHS_REFUSED {
        refused(format!("{OK}{fields}\r\n\r\n{body}"), message);
    }
}

#[test]
fn the_greatest_length_is_awaited_without_overflow() {
    cut(
        format!("{OK}Content-Length: 18446744073709551615\r\n\r\nhi"),
        "body ended after 2 of 18446744073709551615 bytes",
    );
}

#[test]
fn chunked_is_the_one_coding_and_comes_once() {
    let body = "2\r\nhi\r\n0\r\n\r\n";
    for coding in ["chunked", "Chunked", "CHUNKED", "\tchunked ", "chunked,", ", ,chunked"] {
        accepted(format!("{OK}Transfer-Encoding: {coding}\r\n\r\n{body}"), 200, "hi");
    }
    let wrong = [
        ("chunked, chunked", "transfer-encoding names chunked twice"),
        ("chunked\r\nTransfer-Encoding: chunked", "transfer-encoding names chunked twice"),
        ("chunked, gzip", "chunked is not the last transfer-encoding"),
        ("chunked\r\nTransfer-Encoding: identity", "chunked is not the last transfer-encoding"),
        ("gzip, chunked", r#"unknown transfer-encoding "gzip""#),
        ("gzip", r#"unknown transfer-encoding "gzip""#),
        ("identity", r#"unknown transfer-encoding "identity""#),
        ("xchunked", r#"unknown transfer-encoding "xchunked""#),
        ("chunked;q=1", r#"unknown transfer-encoding "chunked;q=1""#),
        ("\"chunked\"", r#"unknown transfer-encoding "\"chunked\"""#),
        ("chunked chunked", r#"unknown transfer-encoding "chunked chunked""#),
        ("", "transfer-encoding names no coding"),
        (",", "transfer-encoding names no coding"),
        ("\r\n chunked", "transfer-encoding is folded"),
        ("chunked\r\n ,gzip", "transfer-encoding is folded"),
        ("chunked\r\n ", "transfer-encoding is folded"),
        ("chunked\n\t", "transfer-encoding is folded"),
    ];
    for (coding, message) in wrong {
        refused(format!("{OK}Transfer-Encoding: {coding}\r\n\r\n{body}"), message);
    }
    refused(format!("{OK}Transfer-Encoding : chunked\r\n\r\n{body}"), "transfer-encoding has white space");
}

#[test]
fn a_coding_beside_a_length_is_refused_in_either_order() {
    let both = "both transfer-encoding and content-length";
    refused(format!("{OK}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"), both);
    refused(format!("{OK}Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n"), both);
    refused(format!("{OK}Transfer-Encoding: identity\r\nContent-Length: 5\r\n\r\nhello"), both);
}

#[test]
fn a_coding_in_http_1_0_is_refused() {
    let wire = "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n";
    refused(wire, "transfer-encoding in an HTTP/1.0 response");
}
