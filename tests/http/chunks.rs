//! The chunked coding: what is taken, what is refused.

use crate::feed::{Outcome, accepted, refused};

const CHUNKED: &str = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";

#[track_caller]
fn taken(body: &str, content: &str) -> Outcome {
    accepted(format!("{CHUNKED}{body}"), 200, content)
}

#[track_caller]
fn wrong(body: &str, message: &str) {
    refused(format!("{CHUNKED}{body}"), message);
}

#[test]
fn chunks_are_joined() {
    taken("0\r\n\r\n", "");
    taken("5\r\nhello\r\n0\r\n\r\n", "hello");
    taken("5\r\nhello\r\n1\r\n \r\n5\r\nworld\r\n0\r\n\r\n", "hello world");
    taken("2\r\n\r\n\r\n3\r\n0\r\n\r\n0\r\n\r\n", "\r\n0\r\n");
    taken("a\r\n0123456789\r\nA\r\n0123456789\r\n0\r\n\r\n", "01234567890123456789");
    taken("1c\r\n0123456789012345678901234567\r\n0\r\n\r\n", "0123456789012345678901234567");
}

#[test]
fn a_size_may_have_zeros_before_it_and_blanks_after_it() {
    taken("0000000000000002\r\nhi\r\n0000000000000000\r\n\r\n", "hi");
    taken("2 \t\r\nhi\r\n0               \r\n\r\n", "hi");
    taken("2                \r\nhi\r\n0\r\n\r\n", "hi");
    taken("2                \r\nhi\r\n2                \r\nho\r\n0\r\n\r\n", "hiho");
}

#[test]
fn a_size_that_is_not_hexadecimal_is_refused() {
    wrong("0x2\r\nhi\r\n0\r\n\r\n", r#"chunk size "0x" is not hexadecimal"#);
    wrong("+2\r\nhi\r\n0\r\n\r\n", r#"chunk size "+" is not hexadecimal"#);
    wrong("-2\r\nhi\r\n0\r\n\r\n", r#"chunk size "-" is not hexadecimal"#);
    wrong(" 2\r\nhi\r\n0\r\n\r\n", r#"chunk size " " is not hexadecimal"#);
    wrong("\r\n2\r\nhi\r\n0\r\n\r\n", r#"chunk size "" is not hexadecimal"#);
    wrong(";a=b\r\n", r#"chunk size ";" is not hexadecimal"#);
    wrong("2g\r\nhi\r\n0\r\n\r\n", r#"chunk size "2g" is not hexadecimal"#);
    wrong("2,2\r\nhi\r\n0\r\n\r\n", r#"chunk size "2," is not hexadecimal"#);
    wrong("2\0\r\nhi\r\n0\r\n\r\n", r#"chunk size "2\x00" is not hexadecimal"#);
    wrong("٢\r\nhi", r#"chunk size "\xd9" is not hexadecimal"#);
    wrong("<html>", r#"chunk size "<" is not hexadecimal"#);
    wrong("2 2\r\nhi\r\n0\r\n\r\n", r#"line of a chunk size has "2""#);
    wrong("2\rhi\r\n0\r\n\r\n", r#"line of a chunk size has "\rh""#);
}

#[test]
fn a_size_of_more_than_16_digits_is_refused() {
    wrong("00000000000000002\r\nhi\r\n0\r\n\r\n", r#"chunk size "00000000000000002" has more than 16 digits"#);
    wrong("10000000000000000\r\n", r#"chunk size "10000000000000000" has more than 16 digits"#);
    wrong("fffffffffffffffff\r\n", "chunk size \"fffffffffffffffff\" has more than 16 digits");
    wrong("2                 \r\n", "chunk size is followed by more than 16 blanks");
}

#[test]
fn data_without_its_line_end_is_refused() {
    wrong("2\r\nhi0\r\n\r\n", r#"chunk of 2 bytes is followed by "0", not by its line end"#);
    wrong("2\r\nhiho\r\n0\r\n\r\n", r#"chunk of 2 bytes is followed by "h""#);
    wrong("2\r\nhi\r0\r\n\r\n", r#"chunk of 2 bytes is followed by "\r0""#);
    wrong("2\r\nhi\r\n1a\r\n01234567890123456789012345\r\r\n", r#"chunk of 26 bytes is followed by "\r\r""#);
    // Else a size that is too large by one would go unseen, with the CR as content.
    wrong("3\r\nhi\r\n0\r\n\r\n", r#"chunk of 3 bytes is followed by "\n""#);
    wrong("2\r\nhi\r\n\r\n0\r\n\r\n", r#"chunk size "" is not"#);
}

#[test]
fn bare_lf_is_taken_as_by_curl_and_browsers() {
    taken("2\nhi\n0\n\n", "hi");
    taken("2\nhi\r\n0\r\n\n", "hi");
    taken("2\r\nhi\r\n0\n\n", "hi");
    taken("2;a=b\nhi\r\n0;c\nX: y\n\r\n", "hi");
}

#[test]
fn extensions_are_passed_over_with_their_quotes() {
    taken("2;a=b\r\nhi\r\n0;last\r\n\r\n", "hi");
    taken("2;\r\nhi\r\n0;;;\r\n\r\n", "hi");
    taken("2 ; a = b ;c\r\nhi\r\n0\r\n\r\n", "hi");
    taken("2;a=\"b;c\"\r\nhi\r\n0\r\n\r\n", "hi");
    taken("2;a=\"\\\"\\\\\";b=\"\"\r\nhi\r\n0\r\n\r\n", "hi");
    taken("2;schön\r\nhi\r\n0\r\n\r\n", "hi");
    wrong("2;a=\"b\r\nhi\r\n0\r\n\r\n", r#"chunk extension has "\r" inside"#);
    wrong("2;a=\"b\nhi\r\n0\r\n\r\n", r#"chunk extension has "\n" inside"#);
    wrong("2;a=\"b\\\nc\"\r\nhi\r\n0\r\n\r\n", r#"chunk extension has "\n" inside"#);
    wrong("2;a\0\r\nhi\r\n0\r\n\r\n", r#"chunk extension has "\x00" inside"#);
    wrong("2;a\rb\r\nhi\r\n0\r\n\r\n", r#"line of a chunk size has "\rb""#);
}

#[test]
fn trailers_are_dropped_and_never_join_the_head() {
    let before = taken("2\r\nhi\r\n0\r\n\r\n", "hi").head;
    let trailers = [
        "X: y",
        "Content-Length: 99\r\nTransfer-Encoding: gzip\r\nConnection: close",
        "X:",
        "X: a\r\n b\r\nY: c",
        "X:\n b",
    ];
    for trailer in trailers {
        assert_eq!(taken(&format!("2\r\nhi\r\n0\r\n{trailer}\r\n\r\n"), "hi").head, before, "{trailer}");
    }
}

#[test]
fn malformed_trailers_are_refused() {
    wrong("0\r\nHTTP/1.1 200 OK\r\n\r\n", r#"trailer has "/" where it can't be"#);
    wrong("0\r\nX\r\n\r\n", r#"trailer has "\r" where"#);
    wrong("0\r\nX : y\r\n\r\n", r#"trailer has " " where"#);
    wrong("0\r\n X: y\r\n\r\n", r#"trailer has " " where"#);
    wrong("0\r\n: y\r\n\r\n", r#"trailer has ":" where"#);
    wrong("0\r\nX: \0\r\n\r\n", r#"trailer has "\x00" where"#);
    wrong("0\r\nX: y\rz\r\n\r\n", r#"trailer has "z" where"#);
    wrong("0\r\n\rX", r#"trailer has "\rX" where"#);
}
