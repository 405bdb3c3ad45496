//! The chunked coding: what is taken, what is refused, and where it may be cut.

use super::taken;
use crate::case::{Case, case, fails, ok};
use crate::script::{Act, finished, held};

pub fn cases() -> Vec<Case> {
    [good(), bad(), cuts(), pieces()].concat()
}

fn chunked(body: &str) -> String {
    format!("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{body}")
}

fn good() -> Vec<Case> {
    let good = |name, body: &str, content: &str| taken(name, chunked(body), ok(content));
    vec![
        good("chunks are joined", "5\r\nhello\r\n1\r\n \r\n5\r\nworld\r\n0\r\n\r\n", "hello world"),
        good("a last chunk alone is an empty body", "0\r\n\r\n", ""),
        good("a size may be in either case", "a\r\n0123456789\r\nA\r\n0123456789\r\n0\r\n\r\n", "01234567890123456789"),
        good("a size may have zeros before it", "0000000000000002\r\nhi\r\n00\r\n\r\n", "hi"),
        good("a size may have blanks behind it", "2 \t \r\nhi\r\n0   \r\n\r\n", "hi"),
        good("content that looks like chunks is content", "5\r\n0\r\n\r\n\r\n0\r\n\r\n", "0\r\n\r\n"),
        good("bare LF may end the lines of chunks", "2\nhi\n0\n\n", "hi"),
        good("extensions are passed over", "2;a=b;c\r\nhi\r\n0;last=\"x;y\"\r\n\r\n", "hi"),
        good("an extension may be nothing", "2;\r\nhi\r\n0;;\r\n\r\n", "hi"),
        good("trailers are dropped", "2\r\nhi\r\n0\r\nX: y\r\nContent-Length: 99\r\n\r\n", "hi"),
        good("a trailer does not make the connection close", "2\r\nhi\r\n0\r\nConnection: close\r\n\r\n", "hi"),
        good("a folded trailer is dropped", "2\r\nhi\r\n0\r\nX: y\r\n z\r\n\r\n", "hi"),
        good("bytes behind the last chunk do no harm", "2\r\nhi\r\n0\r\n\r\nand more", "hi"),
    ]
}

fn bad() -> Vec<Case> {
    let bad = |name, body: &str, words| case(name, held(chunked(body)), fails("protocol", "body", words).status(200));
    let no_hex = "is not hexadecimal";
    vec![
        bad("a size too large by one is refused", "6\r\nhello\r\n5\r\nworld\r\n0\r\n\r\n", "chunk"),
        bad("a size with 0x is refused", "0x2\r\nhi\r\n0\r\n\r\n", no_hex),
        bad("a size with a sign is refused", "+2\r\nhi\r\n0\r\n\r\n", no_hex),
        bad("a negative size is refused", "-2\r\nhi\r\n0\r\n\r\n", no_hex),
        bad("a blank before a size is refused", " 2\r\nhi\r\n0\r\n\r\n", no_hex),
        bad("a size that is missing is refused", "\r\nhi\r\n0\r\n\r\n", no_hex),
        bad("a size of an extension alone is refused", ";a=b\r\nhi\r\n0\r\n\r\n", no_hex),
        bad("a page without sizes is refused", "<html>", no_hex),
        bad("a size with a comma is refused", "2,2\r\nhi\r\n0\r\n\r\n", no_hex),
        bad("a NUL behind a size is refused", "2\0\r\nhi\r\n0\r\n\r\n", no_hex),
        bad("an underscore in a size is refused", "1_0\r\nhi\r\n0\r\n\r\n", no_hex),
        bad("a size of 17 digits is refused", "00000000000000002\r\nhi\r\n", "more than 16 digits"),
        bad("a size that wraps around is refused", "10000000000000002\r\nhi\r\n", "more than 16 digits"),
        bad("a size in two parts is refused", "2 2\r\nhi\r\n0\r\n\r\n", "line of a chunk size has"),
        bad("a bare CR behind a size is refused", "2\rhi\r\n0\r\n\r\n", "line of a chunk size has"),
        bad("17 blanks behind a size are refused", "2                 \r\nhi\r\n", "more than 16 blanks"),
        bad("data that is longer than its size is refused", "2\r\nhiho\r\n0\r\n\r\n", "followed by \"h\""),
        bad("data without its line end is refused", "2\r\nhi0\r\n\r\n", "followed by \"0\""),
        bad("data that is shorter than its size is refused", "4\r\nhi\r\n0\r\n\r\n", "chunk of 4 bytes is followed by"),
        bad("an empty line between chunks is refused", "2\r\nhi\r\n\r\n0\r\n\r\n", no_hex),
        bad("a line end within quotes of an extension is refused", "2;a=\"b\r\nhi\r\n0\r\n\r\n", "chunk extension has"),
        bad("a NUL in an extension is refused", "2;a\0\r\nhi\r\n0\r\n\r\n", "chunk extension has"),
        bad("a trailer without a colon is refused", "0\r\nX\r\n\r\n", "trailer has"),
        bad("a trailer with a NUL is refused", "0\r\nX: \0\r\n\r\n", "trailer has"),
        bad("an answer in the place of trailers is refused", "0\r\nHTTP/1.1 200 OK\r\n\r\n", "trailer has"),
    ]
}

fn cuts() -> Vec<Case> {
    let cut =
        |name, body: &str, words| case(name, finished(chunked(body)), fails("truncated", "body", words).status(200));
    let no_last = "bytes without its last chunk: {0}";
    vec![
        cut("chunks cut before the first are reported", "", "after 0 bytes without its last chunk"),
        cut("chunks cut in a size are reported", "5\r\nhello\r\n1", no_last),
        cut("chunks cut in their data are reported", "9\r\nhello", "after 5 bytes without its last chunk"),
        cut("chunks cut before a line end are reported", "5\r\nhello", no_last),
        cut("chunks cut between two are reported", "5\r\nhello\r\n", no_last),
        cut("chunks cut in the last size are reported", "5\r\nhello\r\n0\r", no_last),
        cut("chunks cut behind the last size are reported", "5\r\nhello\r\n0\r\n", "ended in its trailers"),
        cut("chunks cut in a trailer are reported", "5\r\nhello\r\n0\r\nX: y", "ended in its trailers"),
        cut(
            "chunks cut before the last line end are reported",
            "5\r\nhello\r\n0\r\nX: y\r\n\r",
            "ended in its trailers",
        ),
        cut("a chunk of the greatest size is awaited without overflow", "ffffffffffffffff\r\nhi", no_last)
            .with(&["--max-filesize", "0"]),
    ]
}

fn pieces() -> Vec<Case> {
    let body = "b;x=\"y\"\r\nhello world\r\n1\r\n!\r\n0\r\nX: y\r\n\r\n";
    let small: String = "1\r\nx\r\n".repeat(20_000);
    vec![
        case(
            "chunks that come byte by byte are whole",
            vec![Act::Request, Act::Drip(1, chunked(body).into()), Act::Hold],
            ok("hello world!"),
        ),
        taken("twenty thousand chunks of a byte are whole", chunked(&(small + "0\r\n\r\n")), ok("x".repeat(20_000))),
    ]
}
