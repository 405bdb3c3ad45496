//! Answers with a length, and contents in every coding. Knows nothing of who reads them.

use flate2::Compression;
use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};
use std::io::Write;

/// With its length.
pub fn sized(status_line: &str, fields: &str, body: impl AsRef<[u8]>) -> Vec<u8> {
    let body = body.as_ref();
    let head = format!("HTTP/1.1 {status_line}\r\n{fields}Content-Length: {}\r\n\r\n", body.len());
    [head.as_bytes(), body].concat()
}

pub fn page(body: impl AsRef<[u8]>) -> Vec<u8> {
    sized("200 OK", "", body)
}

pub fn gzip(content: &[u8]) -> Vec<u8> {
    packed(GzEncoder::new(Vec::new(), Compression::best()), content, GzEncoder::finish)
}

pub fn zlib(content: &[u8]) -> Vec<u8> {
    packed(ZlibEncoder::new(Vec::new(), Compression::best()), content, ZlibEncoder::finish)
}

/// Without a header.
pub fn deflated(content: &[u8]) -> Vec<u8> {
    packed(DeflateEncoder::new(Vec::new(), Compression::best()), content, DeflateEncoder::finish)
}

fn packed<E: Write>(mut encoder: E, content: &[u8], finish: fn(E) -> std::io::Result<Vec<u8>>) -> Vec<u8> {
    encoder.write_all(content).unwrap();
    finish(encoder).unwrap()
}

/// Not compressed (RFC 7932, 9.2); at most 64 KiB.
pub fn brotli(content: &[u8]) -> Vec<u8> {
    let head = (content.len() as u32 - 1) << 4 | 1 << 20;
    [&head.to_le_bytes()[..3], content, b"\x03"].concat()
}

/// In blocks that are not compressed (RFC 8878, 3.1.1.2).
pub fn zstd(content: &[u8]) -> Vec<u8> {
    let mut frame = ZSTD_HEAD.to_vec();
    let blocks: Vec<&[u8]> = content.chunks(100 << 10).collect();
    for (number, block) in blocks.iter().enumerate() {
        let is_last = u32::from(number + 1 == blocks.len());
        frame.extend_from_slice(&(is_last | (block.len() as u32) << 3).to_le_bytes()[..3]);
        frame.extend_from_slice(block);
    }
    frame
}

/// Blocks of 128 KiB of zeros, four bytes each.
pub fn zstd_zeros(blocks: usize) -> Vec<u8> {
    [ZSTD_HEAD, &b"\x02\0\x10\0".repeat(blocks), b"\x03\0\x10\0"].concat()
}

/// A window of 8 MiB, no checksum.
const ZSTD_HEAD: &[u8] = b"\x28\xb5\x2f\xfd\x00\x68";
