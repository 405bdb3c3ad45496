//! What a head may look like, and what it may not.

use crawltop::http::{Exchange, Limits, Method, Reuse, Step, Version};

use crate::feed::{OwnedHead, accepted, accepted_by, every_way, refused};

const END: &str = "Content-Length: 2\r\n\r\nhi";

#[track_caller]
fn head_of(wire: &str) -> OwnedHead {
    every_way(Method::Head, wire.as_bytes()).head.expect("a head")
}

#[test]
fn a_head_is_told_whole_and_in_order() {
    let raw = "HTTP/1.1 200 Fine by me\r\nServer: a\r\nSet-Cookie: b=c\r\nset-cookie:\t d=e  \r\nEmpty:\r\n\r\n";
    let head = head_of(raw);
    assert_eq!((head.status, head.version, head.reason.as_slice()), (200, Version::Http11, &b"Fine by me"[..]));
    assert_eq!(head.raw, raw.as_bytes());
    let fields: Vec<_> = head.fields.iter().map(|(name, value)| (name.as_str(), value.as_slice())).collect();
    let given: [(&str, &[u8]); 4] = [("Server", b"a"), ("Set-Cookie", b"b=c"), ("set-cookie", b"d=e"), ("Empty", b"")];
    assert_eq!(fields, given);
}

#[test]
fn fields_are_found_without_case_and_first_of_a_name_first() {
    let wire = b"HTTP/1.1 200 OK\r\nSet-Cookie: a\r\nX: y\r\nset-cookie: b\r\n\r\n";
    let mut exchange = Exchange::new(Method::Head, Limits::default());
    let Ok((_, Step::Head(head))) = exchange.receive(wire) else { panic!("a head") };
    assert_eq!(head.fields.get("SET-COOKIE"), Some(&b"a"[..]));
    assert_eq!(head.fields.get_all("set-cookie").collect::<Vec<_>>(), [b"a", b"b"]);
    assert!(head.fields.contains("x") && !head.fields.contains("set"));
    assert_eq!((head.fields.get("z"), head.fields.len(), head.fields.is_empty()), (None, 3, false));
}

#[test]
fn status_lines_that_browsers_and_curl_take_are_taken() {
    for (line, status, reason) in [
        ("HTTP/1.1 200 OK\r\n", 200, &b"OK"[..]),
        ("HTTP/1.1 200 \r\n", 200, b""),
        ("HTTP/1.1 200\r\n", 200, b""),
        ("HTTP/1.1 200\n", 200, b""),
        ("HTTP/1.1 200 OK\n", 200, b"OK"),
        ("HTTP/1.1   200   not  that OK  \r\n", 200, b"not  that OK"),
        ("HTTP/1.1 200 \t\r\n", 200, b""),
        ("HTTP/1.1 200 200\r\n", 200, b"200"),
        ("HTTP/1.1 200 schön\r\n", 200, "schön".as_bytes()),
        ("HTTP/1.1 451 x\r\n", 451, b"x"),
        ("HTTP/1.1 599 x\r\n", 599, b"x"),
        ("HTTP/1.1 600 x\r\n", 600, b"x"),
        ("HTTP/1.1 999 x\r\n", 999, b"x"),
    ] {
        let outcome = accepted(format!("{line}{END}"), status, "hi");
        assert_eq!(outcome.head.expect("a head").reason, reason, "{line:?}");
    }
    let wire = [b"HTTP/1.1 200 \xff\xfe\r\n", END.as_bytes()].concat();
    assert_eq!(accepted(wire, 200, "hi").head.expect("a head").reason, b"\xff\xfe");
}

#[test]
fn nonsense_in_a_status_line_is_refused() {
    for line in [
        "HTTP/1.1 0 OK",
        "HTTP/1.1 1 OK",
        "HTTP/1.1 99 OK",
        "HTTP/1.1 099 OK",
        "HTTP/1.1 000 OK",
        "HTTP/1.1 1000 OK",
        "HTTP/1.1 2000",
        "HTTP/1.1 20 OK",
        "HTTP/1.1 20x OK",
        "HTTP/1.1 x OK",
        "HTTP/1.1 OK",
        "HTTP/1.1 -200 OK",
        "HTTP/1.1 +200 OK",
        "HTTP/1.1 200OK",
        "HTTP/1.1 200.1 OK",
        "HTTP/1.1 ２００ OK",
        "HTTP/1.1 ",
        "HTTP/1.1\t200 OK",
        "HTTP/1.1 200\tOK",
        "HTTP/1.1",
        "HTTP/1.1200 OK",
        "HTTP/1.1 200 O\0K",
        "HTTP/1.1 200 O\rK",
        "HTTP/1.1 200 OK\r",
        "HTTP/1.1\r200 OK",
        "HTTP/1.1 \r200 OK",
        "HTTP/1.1 200\rOK",
        "HTTP/1.1 200 \rOK",
    ] {
        refused(format!("{line}\r\n{END}"), "status line \"HTTP/1.1");
    }
    for line in [
        "HTTP/2 200",
        "HTTP/2.0 200 OK",
        "HTTP/1.2 200 OK",
        "HTTP/0.9 200 OK",
        "HTTP/1 200 OK",
        "HTTP/11 200 OK",
        "HTTP/1.10 200 OK",
        "HTTP/ 200 OK",
        "HTTP/1,1 200 OK",
        "HTTP/a.b 200 OK",
        "HTTP/",
        "HTTP/1.",
    ] {
        refused(format!("{line}\r\n\r\n"), "status line \"HTTP/");
    }
}

#[test]
fn what_is_not_http_is_refused_at_its_first_wrong_byte() {
    let settings = b"\x00\x00\x12\x04\x00\x00\x00\x00\x00\x00\x03\x00\x00\x00\x80";
    let others: [&[u8]; 12] = [
        b"<html>hello",
        b"SSH-2.0-OpenSSH_9.6\r\n",
        b"220 mail.example ESMTP\r\n",
        b"ICY 200 OK\r\n\r\n",
        b"http/1.1 200 OK\r\n\r\n",
        b"HTTX",
        b" HTTP/1.1 200 OK\r\n\r\n",
        b"\rHTTP/1.1 200 OK\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        settings,
        b"\x15\x03\x01\x00\x02\x02\x46",
        b"\xef\xbb\xbfHTTP/1.1 200 OK\r\n\r\n",
    ];
    for wire in others {
        refused(wire, "not an HTTP/1.1 answer: it begins with ");
        let first_wrong = wire.iter().zip(b"HTTP/").position(|(given, wanted)| given != wanted).expect("one is wrong");
        let seen = wire.len().min(first_wrong + 2);
        assert!(Exchange::new(Method::Get, Limits::default()).receive(&wire[..seen]).is_err(), "no wait for more");
    }
}

#[test]
fn empty_lines_before_the_status_line_are_skipped_but_not_forever() {
    for lines in ["\r\n", "\n", "\r\n\r\n\n", "\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n", "\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n"] {
        accepted(format!("{lines}HTTP/1.1 200 OK\r\n{END}"), 200, "hi");
        accepted(format!("{lines}HTTP/1.1 100 x\r\n\r\n{lines}HTTP/1.1 200 OK\r\n{END}"), 200, "hi");
    }
    refused("\r\n".repeat(9), "more than 16 bytes of empty lines");
    refused("\n".repeat(17) + "HTTP/1.1 200 OK\r\n\r\n", "more than 16 bytes of empty lines");
}

#[test]
fn bare_lf_ends_a_line_of_the_head() {
    for wire in [
        "HTTP/1.1 200 OK\nX: y\nContent-Length: 2\n\nhi",
        "HTTP/1.1 200 OK\r\nX: y\nContent-Length: 2\r\n\nhi",
        "HTTP/1.1 200 OK\nX: y\r\nContent-Length: 2\n\r\nhi",
    ] {
        let outcome = accepted(wire, 200, "hi");
        assert_eq!(outcome.head.expect("a head").fields[0], ("X".into(), b"y".to_vec()));
    }
}

#[test]
fn values_are_trimmed_and_may_hold_any_text() {
    for (line, value) in [
        ("X:y", "y"),
        ("X: \t y \t ", "y"),
        ("X:", ""),
        ("X:   ", ""),
        ("X: a\tb", "a\tb"),
        ("X: schön", "schön"),
        ("X : y", "y"),
        ("X\t : y", "y"),
        ("X: : y", ": y"),
        ("X: \"a, b\"", "\"a, b\""),
    ] {
        let head = head_of(&format!("HTTP/1.1 200 OK\r\n{line}\r\n\r\n"));
        assert_eq!(head.fields, [("X".to_owned(), value.as_bytes().to_vec())], "{line:?}");
    }
}

#[test]
fn each_fold_becomes_one_space() {
    for (field, value) in [
        ("X: a\r\n b", "a b"),
        ("X: a \t\r\n \t b", "a b"),
        ("X: a\n\tb\n c", "a b c"),
        ("X:\r\n a", "a"),
        ("X:\r\n\r\n", ""),
        ("X: a\r\n \r\n b", "a b"),
        ("X: a\r\n  ", "a"),
        ("X: a\r\n b: c", "a b: c"),
    ] {
        let head = head_of(&format!("HTTP/1.1 200 OK\r\n{}\r\nY: z\r\n\r\n", field.trim_end_matches("\r\n")));
        let given = [("X".to_owned(), value.as_bytes().to_vec()), ("Y".to_owned(), b"z".to_vec())];
        assert_eq!(head.fields, given, "{field:?}");
    }
}

#[test]
fn a_malformed_field_line_is_refused_and_shown() {
    for (line, message) in [
        ("X", r#"field "X" has no colon"#),
        ("X y", r#"field "X y" has no colon"#),
        (": y", r#"field ": y" has a name that is not a token"#),
        ("X y: z", r#"field "X y: z" has a name that is not a token"#),
        ("Content Length: 2", r#"field "Content Length: 2" has a name that is not a token"#),
        ("X(y): z", r#"field "X(y): z" has a name that is not a token"#),
        ("X\0: y", r#"field "X\x00: y" has a name that is not a token"#),
        ("é: y", r#"field "\xc3\xa9: y" has a name that is not a token"#),
        ("X: y\0z", r#"field "X" has a NUL in its value"#),
        ("X: a\r\n b\0", r#"field "X" has a NUL in its value"#),
        ("X: y\rz", r#"field "X" has a CR without LF"#),
        ("X: y\r", r#"field "X" has a CR without LF"#),
        ("X: \ry", r#"field "X" has a CR without LF"#),
    ] {
        refused(format!("HTTP/1.1 200 OK\r\n{line}\r\n{END}"), message);
        refused(format!("HTTP/1.1 200 OK\r\nA: b\r\n{line}\r\nC: d\r\n{END}"), message);
    }
    for line in [" X: y", "\tX: y", " "] {
        let shown = line.replace('\t', "\\t");
        let message = format!("field \"{shown}\" has white space before the first field");
        refused(format!("HTTP/1.1 200 OK\r\n{line}\r\n{END}"), &message);
    }
}

#[test]
fn controls_that_mean_nothing_to_http_are_kept_as_they_came() {
    for control in ["\x1b", "\x07", "\x08", "\x01", "\x7f"] {
        let wire = format!("HTTP/1.1 200 a{control}b\r\nX: c{control}[2Jd\r\nY: e\r\n f{control}g\r\n{END}");
        let head = accepted(wire, 200, "hi").head.expect("a head");
        assert_eq!(head.reason, format!("a{control}b").as_bytes());
        assert_eq!(head.fields[0], ("X".to_owned(), format!("c{control}[2Jd").into_bytes()));
    }
    for line in ["Content-Length: \x1b2", "Content-Length: 2\x7f", "Transfer-Encoding: chunked\x07"] {
        let refusal = every_way(Method::Get, format!("HTTP/1.1 200 OK\r\n{line}\r\n\r\nhi").as_bytes());
        assert!(refusal.end.is_err(), "{line:?}");
    }
}

#[test]
fn interim_heads_are_told_and_passed_over() {
    let interims = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103\r\nLink: </a>\r\n\r\nHTTP/1.1 199 x\n\n";
    let outcome = accepted(format!("{interims}HTTP/1.1 200 OK\r\n{END}"), 200, "hi");
    assert_eq!(outcome.interims, [100, 103, 199]);
    let head = outcome.head.expect("a head");
    assert_eq!(head.fields, [("Content-Length".to_owned(), b"2".to_vec())]);
    let many = "HTTP/1.1 102 x\r\n\r\n".repeat(20);
    assert_eq!(accepted(format!("{many}HTTP/1.1 200 OK\r\n{END}"), 200, "hi").interims, [102; 20]);
}

#[test]
fn a_switch_of_protocols_that_was_not_asked_for_is_refused() {
    let wire = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: upgrade\r\n\r\n";
    refused(wire, "status 101 without being asked");
    refused(format!("HTTP/1.1 100 x\r\n\r\n{wire}"), "status 101 without being asked");
}

#[test]
fn http_1_0_is_told_as_such() {
    let wire = b"HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 2\r\n\r\nhi";
    let outcome = accepted_by(Method::Get, wire, 200, b"hi", Reuse::Keep);
    assert_eq!(outcome.head.expect("a head").version.as_str(), "1.0");
}
