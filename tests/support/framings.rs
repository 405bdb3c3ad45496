//! The same page in every framing that HTTP/1.1 knows.

use crawltop::fetched::HttpVersion;

pub const PAGE: &str = "<html><title>A shop\n of goods</title>";

/// Each is whole; the second text is what comes after it and does no harm.
pub fn framings() -> [(String, &'static str, HttpVersion); 7] {
    let (length, html) = (PAGE.len(), "Content-Type: text/html; charset=utf-8");
    let (first, rest) = PAGE.split_at(11);
    let (a, b) = (first.len(), rest.len());
    let chunks = format!("{a:x};x=\"y\"\r\n{first}\r\n{b:X}\r\n{rest}\r\n0\r\n");
    let chunked = format!("Transfer-Encoding: chunked\r\n{html}\r\n\r\n{chunks}");
    [
        (format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n{html}\r\n\r\n{PAGE}"), "", HttpVersion::Http11),
        (format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n{html}\r\n\r\n{PAGE}"), "junk", HttpVersion::Http11),
        (format!("HTTP/1.1 200 OK\r\n{chunked}\r\n"), "", HttpVersion::Http11),
        (format!("HTTP/1.1 200 OK\r\n{chunked}X-Trailer: yes\r\n\r\n"), "HTTP/1.1 500 No\r\n\r\n", HttpVersion::Http11),
        (format!("HTTP/1.1 200 OK\r\n{html}\r\n\r\n{PAGE}"), "", HttpVersion::Http11),
        (format!("HTTP/1.0 200 OK\r\n{html}\r\n\r\n{PAGE}"), "", HttpVersion::Http10),
        (
            format!(
                "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 100 \r\n\r\nHTTP/1.1 200\r\n\
                 Content-Length: {length}\r\n{html}\r\n\r\n{PAGE}"
            ),
            "",
            HttpVersion::Http11,
        ),
    ]
}
