//! Content, and what real encoders make of it: zlib's here, and in `fixtures` those of the reference implementations of
//! br (1.2) and zstd (1.5), since no encoder for these is at hand. The number in a file's name is the level.

use flate2::Compression;
use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};
use std::io::Write;

/// Words and links, as a page has them.
pub fn text(length: usize) -> Vec<u8> {
    const WORDS: &str = "the of and to in is you that it he was for on are as with his they at be this have from or \
        one had by word but not";
    let words: Vec<&str> = WORDS.split(' ').collect();
    let (mut text, mut random) = (String::new(), 7u32);
    while text.len() < length {
        random = random.wrapping_mul(1_103_515_245).wrapping_add(12_345) & 0x7fff_ffff;
        let word = words[(random >> 16) as usize % words.len()];
        match (random >> 24) % 11 {
            0 => text += &format!("<a href=\"/{}\">{word}</a> ", (random >> 16) % 1000),
            _ => text += &format!("{word} "),
        }
    }
    text.truncate(length);
    text.into_bytes()
}

/// Bytes that are no text, some far more frequent than others.
pub fn symbols(length: usize) -> Vec<u8> {
    let mut random = 11u32;
    let mut symbol = || {
        random = random.wrapping_mul(1_103_515_245).wrapping_add(12_345) & 0x7fff_ffff;
        ((random >> 16) % 7 * (random >> 20) % 13) as u8
    };
    (0..length).map(|_| symbol()).collect()
}

pub struct Fixture {
    pub name: &'static str,
    pub coding: &'static str,
    pub encoded: Vec<u8>,
    pub content: Vec<u8>,
}

macro_rules! files {
    ($($coding:literal $name:literal $content:expr;)*) => {
        vec![$(Fixture {
            name: $name,
            coding: $coding,
            encoded: include_bytes!(concat!("fixtures/", $name)).to_vec(),
            content: $content,
        }),*]
    };
}

/// Each coding in the forms that it has, none larger than a few kilobytes when encoded.
pub fn small() -> Vec<Fixture> {
    let mut all = files! {
        "br" "empty.br" vec![];
        "br" "symbols-9.br" symbols(600);
        "br" "text-0.br" text(600);
        "br" "text-11.br" text(600);
        "br" "text-5-window-10.br" text(2500);
        "zstd" "empty.zst" vec![];
        "zstd" "symbols-1.zst" symbols(600);
        "zstd" "text-3.zst" text(600);
        "zstd" "text-19.zst" text(600);
        "zstd" "text-fast.zst" text(600);
    };
    let packed = [
        ("gzip", "text.gz", gzip(&text(600))),
        ("X-GZip", "described.gz", described_gzip(&text(600))),
        ("deflate", "text.zlib", zlib(&text(600))),
        ("deflate", "text.deflate", raw(&text(600))),
        ("gzip, deflate", "twice", zlib(&gzip(&text(600)))),
    ];
    all.extend(packed.map(|(coding, name, encoded)| Fixture { name, coding, encoded, content: text(600) }));
    all
}

/// Larger than a block, a window or a slice.
pub fn large() -> Vec<Fixture> {
    let mut all = files! {
        "br" "text-large-4.br" text(140_000);
        "br" "zeros.br" vec![0; 1_000_000];
        "zstd" "text-large-15.zst" text(140_000);
        "zstd" "text-streamed-window-10.zst" text(30_000);
        "zstd" "zeros.zst" vec![0; 1_000_000];
    };
    let (text, zeros) = (text(140_000), vec![0; 1_000_000]);
    all.push(Fixture { name: "text.gz", coding: "gzip", encoded: gzip(&text), content: text.clone() });
    all.push(Fixture { name: "zeros.deflate", coding: "deflate", encoded: raw(&zeros), content: zeros });
    all.push(Fixture { name: "thrice", coding: "deflate,gzip,gzip", encoded: gzip(&gzip(&raw(&text))), content: text });
    all
}

pub fn gzip(content: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(content).unwrap();
    encoder.finish().unwrap()
}

/// With each of the optional parts of a header, its checksum too.
pub fn described_gzip(content: &[u8]) -> Vec<u8> {
    let mut encoded = vec![0x1f, 0x8b, 8, 0x1f, 1, 2, 3, 4, 0, 3];
    encoded.extend_from_slice(b"\x05\0extraname\0comment\0");
    let mut crc = flate2::Crc::new();
    crc.update(&encoded);
    encoded.extend_from_slice(&crc.sum().to_le_bytes()[..2]);
    encoded.extend_from_slice(&gzip(content)[10..]);
    encoded
}

pub fn zlib(content: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(content).unwrap();
    encoder.finish().unwrap()
}

pub fn raw(content: &[u8]) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(content).unwrap();
    encoder.finish().unwrap()
}
