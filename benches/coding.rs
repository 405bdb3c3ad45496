//! How fast content codings are taken off: bytes of content a second, fed as from a socket. For br and zstd the content
//! is what the fixtures of the tests hold.

use crawltop::coding::{Decoder, Piece};
use divan::Bencher;
use divan::counter::BytesCount;
use flate2::Compression;
use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};
use std::hint::black_box;
use std::io::Write;

const READ: usize = 16 * 1024;

fn main() {
    divan::main();
}

#[divan::bench]
fn gzip(bencher: Bencher) {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(&page()).expect("it is written to memory");
    bench(bencher, "gzip", &encoder.finish().expect("it is written to memory"));
}

#[divan::bench]
fn deflate_as_zlib(bencher: Bencher) {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(&page()).expect("it is written to memory");
    bench(bencher, "deflate", &encoder.finish().expect("it is written to memory"));
}

#[divan::bench]
fn deflate_raw(bencher: Bencher) {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(&page()).expect("it is written to memory");
    bench(bencher, "deflate", &encoder.finish().expect("it is written to memory"));
}

#[divan::bench]
fn br(bencher: Bencher) {
    bench(bencher, "br", include_bytes!("../tests/coding/fixtures/text-large-4.br"));
}

#[divan::bench]
fn zstd(bencher: Bencher) {
    bench(bencher, "zstd", include_bytes!("../tests/coding/fixtures/text-large-15.zst"));
}

#[divan::bench]
fn zstd_of_zeros(bencher: Bencher) {
    bench(bencher, "zstd", include_bytes!("../tests/coding/fixtures/zeros.zst"));
}

/// A small page, where beginning costs more than going on.
#[divan::bench]
fn gzip_of_2_kib(bencher: Bencher) {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(&page()[..2048]).expect("it is written to memory");
    bench(bencher, "gzip", &encoder.finish().expect("it is written to memory"));
}

/// The text of the fixtures.
fn page() -> Vec<u8> {
    let mut page = Vec::new();
    decode("br", include_bytes!("../tests/coding/fixtures/text-large-4.br"), |slice| page.extend_from_slice(slice));
    page
}

fn bench(bencher: Bencher, coding: &str, encoded: &[u8]) {
    let mut bytes = 0;
    decode(coding, encoded, |slice| bytes += slice.len());
    bencher.counter(BytesCount::new(bytes)).bench_local(|| {
        decode(coding, black_box(encoded), |slice| {
            black_box(slice);
        })
    });
}

fn decode(coding: &str, encoded: &[u8], mut take: impl FnMut(&[u8])) {
    let decoder = Decoder::new([coding.as_bytes()].into_iter(), 1 << 30).expect("a known coding");
    let mut decoder = decoder.expect("one at least");
    for mut piece in encoded.chunks(READ) {
        loop {
            let (used, decoded) = decoder.decode(piece).expect("proper content");
            piece = &piece[used..];
            match decoded {
                Piece::NeedMore => break,
                Piece::Content(slice) => take(slice),
            }
        }
    }
    decoder.end().expect("a whole stream");
}
