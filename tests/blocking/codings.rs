//! Content codings in both drivers: taken off, told where they are broken, and bounded.

use crate::drivers::{Story, assert_alike, options};
use crate::framings::PAGE;
use crate::loopback::Server;
use crawltop::failure::FailureKind::{Decode, TooLarge, Truncated};
use crawltop::net::Options;
use crawltop::phase::Phase;
use flate2::Compression;
use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};
use sha2::{Digest, Sha256};
use std::io::Write;

fn gzip(content: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(content).unwrap();
    encoder.finish().unwrap()
}

fn zlib(content: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(content).unwrap();
    encoder.finish().unwrap()
}

fn raw(content: &[u8]) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(content).unwrap();
    encoder.finish().unwrap()
}

/// The same content in each framing that a response can have.
fn framed(encoding: &str, content: &[u8]) -> [Vec<u8>; 3] {
    let head = format!("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: {encoding}\r\n");
    let with = |fields: String, content: &[u8]| [head.as_bytes(), fields.as_bytes(), b"\r\n", content].concat();
    let chunks = content.chunks(3).map(|chunk| [format!("{:x}\r\n", chunk.len()).as_bytes(), chunk, b"\r\n"].concat());
    let chunked = [chunks.collect::<Vec<_>>().concat(), b"0\r\n\r\n".to_vec()].concat();
    [
        with(format!("Content-Length: {}\r\n", content.len()), content),
        with("Transfer-Encoding: chunked\r\n".to_owned(), &chunked),
        with("Connection: close\r\n".to_owned(), content),
    ]
}

fn told(options: &Options, answer: &[u8]) -> Story {
    let start = || {
        let answer = answer.to_vec();
        Server::start(move |peer| {
            peer.answer(&answer);
            peer.half_close();
        })
    };
    assert_alike(options, start, |server| server.url("/"))
}

#[test]
fn each_coding_in_each_framing_is_taken_off_alike() {
    let page = PAGE.as_bytes();
    let codings = [
        ("gzip", gzip(page)),
        ("X-Gzip", gzip(page)),
        ("deflate", zlib(page)),
        ("deflate", raw(page)),
        ("deflate, gzip", gzip(&zlib(page))),
        ("gzip, gzip, gzip, deflate, gzip", gzip(&zlib(&gzip(&gzip(&gzip(page)))))),
        ("identity", page.to_vec()),
    ];
    for (encoding, content) in codings {
        for answer in framed(encoding, &content) {
            let story = told(&options(), &answer);
            assert_eq!((story.kind(), story.title.as_deref()), (None, Some("A shop of goods")), "{encoding}");
            assert_eq!(story.bytes, Some((page.to_vec(), page.len() as u64, answer.len() as u64)), "{encoding}");
            let hash: String = Sha256::digest(page).iter().map(|byte| format!("{byte:02x}")).collect();
            assert_eq!(story.sha256.as_deref(), Some(hash.as_str()));
            assert_eq!(story.content_encoding.as_deref(), Some(encoding));
        }
    }
}

#[test]
fn br_and_zstd_are_taken_off_alike() {
    for (encoding, content) in [
        ("br", &include_bytes!("../coding/fixtures/zeros.br")[..]),
        ("zstd", include_bytes!("../coding/fixtures/zeros.zst")),
    ] {
        for answer in framed(encoding, content) {
            let story = told(&options(), &answer);
            assert_eq!(story.kind(), None, "{encoding}");
            assert_eq!(story.bytes, Some((vec![0; 1_000_000], 1_000_000, answer.len() as u64)), "{encoding}");
        }
    }
}

#[test]
fn a_coding_cut_short_is_truncated_though_the_framing_is_whole() {
    for (encoding, content, name) in
        [("gzip", gzip(PAGE.as_bytes()), "gzip"), ("deflate, gzip", gzip(&zlib(PAGE.as_bytes())[..40]), "deflate")]
    {
        let end = content.len() - usize::from(name == "gzip");
        for answer in framed(encoding, &content[..end]) {
            let story = told(&options(), &answer);
            story.assert_failed(Truncated, Phase::Body, &format!("body: {name} ended in the middle"));
            assert_eq!((story.status, &story.sha256), (Some(200), &None));
        }
    }
}

#[test]
fn what_can_not_be_decoded_is_told_by_its_cause() {
    let page = PAGE.as_bytes();
    let mut damaged = gzip(page);
    let middle = damaged.len() / 2;
    damaged[middle..middle + 8].fill(0xff);
    let mut sum = gzip(page);
    let at = sum.len() - 8;
    sum[at] ^= 1;
    for (encoding, content, words) in [
        ("gzip", page.to_vec(), "body: broken gzip: it does not begin as gzip does: 127.0.0.1:"),
        ("gzip", damaged, "body: broken gzip: "),
        ("gzip", sum, "body: broken gzip: its checksum is wrong: 127.0.0.1:"),
        ("snappy", page.to_vec(), "body: unknown content-encoding \"snappy\": 127.0.0.1:"),
        ("gzip,gzip,gzip,gzip,gzip,gzip", gzip(page), "body: more than 5 content codings: 127.0.0.1:"),
    ] {
        for answer in framed(encoding, &content) {
            told(&options(), &answer).assert_failed(Decode, Phase::Body, words);
        }
    }
}

#[test]
fn no_content_is_fine_whatever_its_coding() {
    for (status, encoding) in
        [(200, "gzip"), (200, "br, zstd"), (404, "snappy"), (204, "gzip"), (304, "gzip"), (301, "deflate")]
    {
        let answer = format!("HTTP/1.1 {status} X\r\nContent-Encoding: {encoding}\r\nContent-Length: 0\r\n\r\n");
        let story = told(&options(), answer.as_bytes());
        assert_eq!((story.kind(), story.status), (None, Some(status)));
        assert_eq!(story.bytes, Some((vec![], 0, answer.len() as u64)));
        assert_eq!(story.content_encoding.as_deref(), Some(encoding));
    }
}

#[test]
fn content_is_bounded_as_it_is_decoded_whatever_the_status() {
    let options = Options { max_filesize: 100_000, ..options() };
    let zeros = include_bytes!("../coding/fixtures/zeros.br");
    for status in ["200 OK", "404 Not Found", "500 Oops", "300 Multiple Choices"] {
        for answer in framed("br", zeros) {
            let answer = [format!("HTTP/1.1 {status}").as_bytes(), &answer["HTTP/1.1 200 OK".len()..]].concat();
            told(&options, &answer).assert_failed(TooLarge, Phase::Body, "body: more than 100000 bytes of content: ");
        }
    }
    let twice = gzip(&gzip(&vec![0; 300_000]));
    told(&options, &framed("gzip, gzip", &twice)[0]).assert_failed(TooLarge, Phase::Body, "more than 100000 bytes");
}

#[test]
fn the_request_names_the_codings_that_can_be_taken_off() {
    let start = || {
        Server::start(|peer| {
            let request = peer.request();
            let named = request.contains("\r\nAccept-Encoding: gzip, deflate, br, zstd\r\n");
            peer.send(if named { "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n" } else { "no" });
        })
    };
    assert_eq!(assert_alike(&options(), start, |server| server.url("/")).kind(), None);
}
