//! Little that becomes much ends early, and in little memory.

use crate::feed::{AMPLE, decoder, feed};
use crate::fixtures::{gzip, text};
use crawltop::coding::{CodingError, FREE, RATIO};
use crawltop::failure::FailureKind;
use flate2::{Compress, Compression, FlushCompress};
use std::iter;

/// Zeros without an end, deflated: each mebibyte after the first gives the same.
fn endless_zeros(coding: &str) -> impl Iterator<Item = Vec<u8>> {
    let mut library = Compress::new(Compression::best(), coding == "zlib");
    let header = if coding == "gzip" { vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3] } else { vec![] };
    let mut piece = || {
        let mut out = Vec::with_capacity(4096);
        library.compress_vec(&vec![0; 1 << 20], &mut out, FlushCompress::Sync).unwrap();
        out
    };
    let (first, again) = (piece(), piece());
    [header, first].into_iter().chain(iter::repeat(again))
}

/// What it took from the peer, what it gave, and how it ended.
fn blow(codings: &str, max: u64, pieces: impl Iterator<Item = Vec<u8>>) -> (u64, u64, CodingError) {
    let (mut decoder, mut taken, mut given) = (decoder(codings, max), 0, 0);
    for piece in pieces {
        taken += piece.len() as u64;
        let mut count = |slice: &[u8]| given += slice.len() as u64;
        match feed(&mut decoder, [&piece[..]].into_iter(), &mut count) {
            Err(error) if error.kind() != FailureKind::Truncated => return (taken, given, error),
            _ => {}
        }
    }
    panic!("{codings} never ended");
}

/// A br stream of zeros without an end: 16 MiB a command (RFC 7932, 9).
fn br_zeros() -> Vec<u8> {
    include_bytes!("fixtures/zeros.br").to_vec()
}

fn zstd_zeros() -> impl Iterator<Item = Vec<u8>> {
    let block = b"\x02\0\x10\0".repeat(1000);
    iter::once(b"\x28\xb5\x2f\xfd\x00\x68".to_vec()).chain(iter::repeat(block))
}

#[test]
fn content_beyond_the_limit_is_refused_within_a_slice() {
    for (coding, pieces) in [
        ("gzip", Box::new(endless_zeros("gzip")) as Box<dyn Iterator<Item = Vec<u8>>>),
        ("deflate", Box::new(endless_zeros("zlib"))),
        ("zstd", Box::new(zstd_zeros())),
        ("br", Box::new(iter::once(br_zeros()))),
    ] {
        let (_, given, error) = blow(coding, 200_000, pieces);
        assert_eq!((error.kind(), &error), (FailureKind::TooLarge, &CodingError::TooLarge { limit: 200_000 }));
        assert!(given <= 200_000, "{coding}: {given}");
    }
}

#[test]
fn what_expands_more_than_deflate_can_is_refused_whatever_the_limit() {
    let (taken, given, error) = blow("zstd", AMPLE, zstd_zeros());
    assert!(matches!(error, CodingError::Bomb { .. }), "{error}");
    assert!(given <= FREE.max(taken * RATIO) + (1 << 20), "{given} of {taken}");
    assert_eq!(error.kind(), FailureKind::TooLarge);

    let twice = gzip(&endless_zeros("gzip").take(20).flatten().collect::<Vec<u8>>());
    let (_, given, error) = blow("gzip, gzip", AMPLE, iter::once(twice));
    assert!(matches!(error, CodingError::Bomb { .. }), "{error}");
    assert!(given <= FREE + (1 << 20), "{given}");
}

#[test]
fn one_deflate_is_never_taken_for_a_bomb() {
    let (_, given, error) = blow("gzip", 20 << 20, endless_zeros("gzip"));
    assert!(matches!(error, CodingError::TooLarge { .. }) && given > 19 << 20, "{error}");
}

#[test]
fn layers_between_obey_the_limit_too() {
    // The inner stream is whole at once, and zeros without an end follow it.
    let small = gzip(b"small");
    let mut library = Compress::new(Compression::best(), false);
    let mut outer = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3];
    outer.reserve(1 << 20);
    library.compress_vec(&small, &mut outer, FlushCompress::Sync).unwrap();
    for _ in 0..2 {
        library.compress_vec(&vec![0; 1 << 20], &mut outer, FlushCompress::Sync).unwrap();
    }
    let (_, given, error) = blow("gzip, gzip", 1 << 20, iter::once(outer));
    assert_eq!((given, &error), (5, &CodingError::TooLargeBetween { limit: (1 << 20) + (1 << 14) + (1 << 16) }));
}

#[test]
fn encoded_content_that_comes_to_nothing_obeys_the_limit_too() {
    let skippable = b"\x50\x2a\x4d\x18\xff\xff\xff\xff".to_vec();
    let cases: [(&str, Vec<u8>, Vec<u8>); 4] = [
        ("gzip", vec![0x1f, 0x8b, 8, 8, 0, 0, 0, 0, 0, 3], vec![b'n'; 10_000]),
        ("gzip", gzip(b"padded"), vec![0; 10_000]),
        ("deflate", vec![], b"\0\0\0\xff\xff".repeat(2000)),
        ("zstd", skippable, vec![b's'; 10_000]),
    ];
    for (coding, begin, more) in cases {
        let (taken, _, error) = blow(coding, 100_000, iter::once(begin).chain(iter::repeat(more)));
        assert!(matches!(error, CodingError::TooLargeEncoded { .. }), "{coding}: {error}");
        assert!(taken < 200_000);
    }
}

/// A sequence of two bytes could otherwise stand for 128 KiB, 40,000 times in one block.
#[test]
fn a_block_of_zstd_gives_no_more_than_it_may() {
    // One literal, then many matches of the greatest length at offset 1, all codes by tables of one symbol.
    let mut block = vec![1 << 3, b'a', 0xff, 0, 0, 0x54, 0, 0, 52];
    block.extend_from_slice(&[0xff; 70_000]);
    let size = (block.len() as u32) << 3 | 2 << 1 | 1;
    let frame = [&b"\x28\xb5\x2f\xfd\x00\x68"[..], &size.to_le_bytes()[..3], &block].concat();
    let (_, given, error) = blow("zstd", AMPLE, iter::once(frame));
    assert_eq!((given, error.to_string().as_str()), (0, "broken zstd: a block is longer than it may be"));
}

#[test]
fn honest_pages_that_pack_well_pass() {
    let page = text(100).repeat(150_000);
    let mut given = 0;
    let end = feed(&mut decoder("gzip", 32 << 20), [&gzip(&page)[..]].into_iter(), |slice| given += slice.len());
    assert_eq!((end, given), (Ok(()), page.len()));
}
