//! A site in which every text that a server can send is meant to act on whoever reads it. Knows nothing of who reads.

use std::net::SocketAddr;

use crate::scripted::{Server, Step, answer};

/// What a terminal acts on: a title, a clipboard, a clearing, a question, a DCS, an APC, a bell, and the C0 that move.
const C0: &[u8] =
    b"\x1b]0;taken\x07\x1b]52;c;eA==\x1b\\\x1b[2J\x1b[6n\x1bPq#0\x1b\\\x1b_G\x1b\\\x1bc\x07\x08\x0b\x0c\x0e\x1f\x7f\t";
/// Ends of lines, and what can stand in no word.
const ENDS: &[u8] = b"a\nb\rc\r\nd\0e";
/// The same as C1, in UTF-8 and by number.
const C1: &[u8] = b"\xc2\x9b31m\xc2\x9d0;x\xc2\x9c\xc2\x90q\xc2\x9c\xc2\x85\xc2\x80\xc2\x9f";
const RAW_C1: &[u8] = b"\x9b31m\x9d52;c;eA==\x9c\x90q\x9c\x85\x80\x9f";
/// Turns text around, hides, or takes no room; the last ones are tags.
const UNSEEN: &str = "\u{202a}\u{202b}\u{202c}\u{202d}\u{202e}\u{2066}\u{2067}\u{2068}\u{2069}\u{200e}\u{200f}\u{61c}\
    \u{200b}\u{200c}\u{200d}\u{2060}\u{feff}\u{ad}\u{34f}\u{2028}\u{2029}\u{fe0f}\u{e0041}\u{e007f}";
/// No UTF-8: a lone byte, half a letter, a surrogate, too long a form, beyond the last one.
const BROKEN: &[u8] = b"\xff\xc3(\xed\xa0\x80\xc0\x9b\xf4\x90\x80\x80\xe2\x80";
/// What a shell, a table or a formula takes for its own.
const SIGNS: &[u8] = b"'\"`$(id);|&<b>\\ =1+1 #";

/// All that a line of a head may hold and still be one.
pub(crate) fn in_a_line() -> Vec<u8> {
    [b"<", C1, UNSEEN.as_bytes(), SIGNS, b"\t>"].concat()
}

/// The same with bytes that are no UTF-8: each of them is then a letter of its own.
pub(crate) fn in_a_raw_line() -> Vec<u8> {
    [b"<", RAW_C1, BROKEN, SIGNS, b">"].concat()
}

/// All of it, for contents.
pub(crate) fn anywhere() -> Vec<u8> {
    [b"<", C0, ENDS, C1, RAW_C1, UNSEEN.as_bytes(), BROKEN, SIGNS, b">"].concat()
}

/// All that is text, for what has to be text: arguments, and contents that are.
pub(crate) fn in_text() -> String {
    let c0 = [C0, ENDS, C1].map(|bytes| str::from_utf8(bytes).unwrap().replace('\0', ""));
    c0.concat() + UNSEEN + str::from_utf8(SIGNS).unwrap()
}

/// What goes into a path of the site without ending it.
pub(crate) fn in_a_path() -> String {
    in_text().replace(['#', '?', '"', '<', '>'], "")
}

/// A head, line by line, each from pieces, and a content.
fn said(lines: &[&[&[u8]]], content: &[u8]) -> Vec<u8> {
    let lines = lines.iter().map(|pieces| pieces.concat());
    let mut bytes: Vec<u8> = lines.flat_map(|line| [line, b"\r\n".to_vec()].concat()).collect();
    bytes.extend_from_slice(b"\r\n");
    bytes.extend_from_slice(content);
    bytes
}

/// A page whose head is one, and of which every field acts.
fn page(status: &[u8], acts: &[u8], content: &[u8]) -> Vec<u8> {
    let lines: [&[&[u8]]; 9] = [
        &[b"HTTP/1.1 ", status, b" ", acts],
        &[b"Content-Type: text/html; charset=\"", acts, b"\"; x=", acts],
        &[b"Server: ", acts],
        &[b"Set-Cookie: ", acts],
        &[b"WWW-Authenticate: ", acts],
        &[b"Retry-After: ", acts],
        &[b"Date: ", acts],
        &[b"X-Acts: ", acts],
        &[b"Content-Language: ", acts],
    ];
    said(&lines, content)
}

fn links() -> Vec<u8> {
    let (all, text) = (anywhere(), in_path_bytes());
    let mut html = [b"<title>", &*all, b"</title><h1 id=\"", &*text, b"\">"].concat();
    for path in PATHS {
        html.extend([b"<a href=\"/", path.as_bytes(), b"/", &*text, b"\">", &*all, b"</a>\n"].concat());
    }
    for other in ["//127.0.0.2:1/", "http://[", "http://a\u{202e}\u{9b}b/", "javascript:", "//u:p@127.0.0.1:1/", "#"] {
        html.extend(
            [b"<a href='", other.as_bytes(), &*text, b"'>", &*all, b"</a><img src='/i", &*text, b"'>"].concat(),
        );
    }
    html
}

/// For the value of an attribute in quotes of either kind.
fn in_path_bytes() -> Vec<u8> {
    [C0, ENDS, C1, RAW_C1, UNSEEN.as_bytes(), BROKEN, b"$(id);|&\\ "].concat()
}

/// Each is a way to say something, and each leads on from the first page.
pub(crate) const PATHS: [&str; 20] = [
    "raw",
    "gone",
    "moved",
    "moved-raw",
    "moved-away",
    "type",
    "coding",
    "transfer",
    "length",
    "status",
    "version",
    "garbage",
    "name",
    "control",
    "chunk",
    "trailer",
    "cut",
    "busy",
    "packed",
    "again",
];

fn told(path: &str) -> Vec<u8> {
    let (line, raw, all) = (in_a_line(), in_a_raw_line(), anywhere());
    match path {
        "" => page(b"200", &line, &links()),
        "raw" => page(b"200", &raw, &links()),
        "gone" => page(b"404", &line, &all),
        "busy" => page(b"503", &raw, &all),
        "moved" => said(&[&[b"HTTP/1.1 301 ", &line], &[b"Location: /there/", &line]], b""),
        "moved-raw" => said(&[&[b"HTTP/1.1 302 ", &raw], &[b"Location: ", &raw]], b""),
        "moved-away" => said(&[&[b"HTTP/1.1 307 x"], &[b"Location: ftp://", &line]], b""),
        "again" => said(&[&[b"HTTP/1.1 308 x"], &[b"Location: "]], b""),
        "type" => said(&[&[b"HTTP/1.1 200 x"], &[b"Content-Type: ", &raw]], &all),
        "coding" => said(&[&[b"HTTP/1.1 200 x"], &[b"Content-Encoding: ", &line]], &all),
        "packed" => said(&[&[b"HTTP/1.1 200 x"], &[b"Content-Encoding: gzip"]], &all),
        "transfer" => said(&[&[b"HTTP/1.1 200 x"], &[b"Transfer-Encoding: ", &line]], &all),
        "length" => said(&[&[b"HTTP/1.1 200 x"], &[b"Content-Length: ", &line]], &all),
        "cut" => said(&[&[b"HTTP/1.1 200 x"], &[b"Content-Length: 99999"]], &all),
        "status" => said(&[&[b"HTTP/1.1 2", &line]], &all),
        "version" => said(&[&[b"HTTP/", &all]], &all),
        "garbage" => all,
        "name" => said(&[&[b"HTTP/1.1 200 x"], &[b"X-", &line, b": x"]], &all),
        "control" => said(&[&[b"HTTP/1.1 200 x"], &[b"X-Acts: ", C0]], &all),
        "chunk" => said(&[&[b"HTTP/1.1 200 x"], &[b"Transfer-Encoding: chunked"]], &all),
        "trailer" => said(
            &[&[b"HTTP/1.1 200 x"], &[b"Transfer-Encoding: chunked"]],
            &[b"1;x=", &*line, b"\r\nx\r\n0\r\nX-", &all, b"\r\n\r\n"].concat(),
        ),
        _ => page(b"410", &line, &all),
    }
}

fn robots(address: SocketAddr) -> Vec<u8> {
    let all = anywhere();
    let lines: [&[u8]; 5] = [
        b"User-agent: *\nDisallow: /moved/never",
        &[b"User-agent: ", &*all].concat(),
        &[b"Crawl-delay: ", &*all].concat(),
        &[format!("Sitemap: http://{address}/map/").as_bytes(), &*in_path_bytes()].concat(),
        &[format!("Sitemap: http://{address}/map\nSitemap: ").as_bytes(), &*all].concat(),
    ];
    answer("200 OK", "text/plain", &lines.map(|line| [line, b"\n", &*all, b"\n"].concat()).concat())
}

/// Two pages that are named by what acts, and then no XML any more.
fn map(address: SocketAddr) -> Vec<u8> {
    let all = anywhere();
    let mut xml = b"<?xml version='1.0'?><urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>".to_vec();
    for text in [in_a_line(), in_path_bytes()] {
        let text: Vec<u8> = text.into_iter().filter(|byte| !b"<>&".contains(byte)).collect();
        let page = [format!("<url><loc>http://{address}/mapped/").as_bytes(), &*text, b"</loc></url>"].concat();
        xml.extend(page);
    }
    xml.extend([b"<url><loc>", &*all, b"</loc><", &*all, b"></wrong>"].concat());
    answer("200 OK", "text/xml", &xml)
}

/// Serves until it is dropped.
pub(crate) fn start() -> Server {
    let told_by = |path: &str, address: SocketAddr| match path.split('/').nth(1).unwrap_or_default() {
        "robots.txt" => robots(address),
        "map" | "sitemap.xml" => map(address),
        other => told(other),
    };
    let address = std::sync::Arc::new(std::sync::OnceLock::new());
    let known = address.clone();
    let server = Server::start(move |path| vec![Step::Send(told_by(path, *known.wait()))]);
    address.set(server.address()).expect("it is set once");
    server
}
