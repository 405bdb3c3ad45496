//! Damaged streams are told, and stop nothing.

use crate::feed::{AMPLE, Outcome, pieces, whole};
use crate::fixtures::{gzip, raw, small, text, zlib};
use crawltop::coding::{Coding, CodingError, Decoder};
use crawltop::failure::FailureKind;

/// Codings with a checksum over the content tell any damage to it; the others can't.
#[test]
fn a_damaged_byte_never_panics_and_never_gives_other_content_where_there_is_a_checksum() {
    for fixture in small() {
        let checked = !fixture.name.ends_with("br") && !["text.deflate", "text-fast.zst"].contains(&fixture.name);
        for at in 0..fixture.encoded.len() {
            for flip in [0x10, 0xff] {
                let mut encoded = fixture.encoded.clone();
                encoded[at] ^= flip;
                let (content, end) = whole(fixture.coding, &encoded);
                let wrong = checked && end.is_ok() && content != fixture.content;
                assert!(!wrong, "{}, byte {at} with {flip:#x}", fixture.name);
                // The library for br notices some damage only where the pieces are small.
                if at % 32 == 0 && fixture.coding != "br" {
                    let again = pieces(fixture.coding, encoded.chunks(7));
                    assert_eq!(kind(&again), kind(&(content, end)), "{}, byte {at} with {flip:#x}", fixture.name);
                }
            }
        }
    }
}

fn kind(outcome: &Outcome) -> Option<FailureKind> {
    outcome.1.as_ref().err().map(CodingError::kind)
}

#[test]
fn what_is_no_such_stream_is_told_as_that() {
    let page = b"<!doctype html><title>not packed</title>";
    for (coding, what) in [
        ("gzip", "broken gzip: it does not begin as gzip does"),
        ("deflate", "broken deflate: the data is damaged"),
        ("zstd", "broken zstd: it does not begin as zstd does"),
    ] {
        let (content, end) = whole(coding, page);
        assert_eq!((content.len(), end.unwrap_err().to_string().as_str()), (0, what));
    }
}

#[test]
fn sums_and_lengths_are_checked() {
    let flipped = |mut encoded: Vec<u8>, back: usize| {
        let at = encoded.len() - back;
        encoded[at] ^= 1;
        encoded
    };
    let cases = [
        ("gzip", flipped(gzip(&text(600)), 8), "broken gzip: its checksum is wrong"),
        ("gzip", flipped(gzip(&text(600)), 4), "broken gzip: its length is wrong"),
        ("deflate", flipped(zlib(&text(600)), 1), "broken deflate: the data is damaged"),
        ("zstd", flipped(include_bytes!("fixtures/text-3.zst").to_vec(), 1), "broken zstd: its checksum is wrong"),
    ];
    for (coding, encoded, what) in cases {
        assert_eq!(whole(coding, &encoded).1.unwrap_err().to_string(), what);
    }
}

#[test]
fn data_after_a_damaged_block_is_no_excuse() {
    let mut encoded = raw(&text(600));
    encoded[0] |= 6;
    encoded.extend_from_slice(&gzip(b"more"));
    let end = whole("deflate", &encoded).1;
    assert_eq!(end, Err(CodingError::Broken { coding: Coding::Deflate, what: "the data is damaged" }));
}

#[test]
fn a_preset_dictionary_is_refused() {
    let end = whole("deflate", &[0x78, 0xbb, 1, 2, 3, 4, 5, 6]).1;
    assert_eq!(end.unwrap_err().to_string(), "broken deflate: it needs a preset dictionary");
    let end = whole("zstd", b"\x28\xb5\x2f\xfd\x21\x09\x05aaaaa").1;
    assert_eq!(end, Err(CodingError::Dictionary(9)));
}

#[test]
fn too_large_a_window_is_refused_before_any_memory_is_taken() {
    let largest = [&b"\x28\xb5\x2f\xfd\x00"[..], &[13 << 3], b"\x09\0\0a"].concat();
    assert_eq!(whole("zstd", &largest), (b"a".to_vec(), Ok(())));
    let larger = [&b"\x28\xb5\x2f\xfd\x00"[..], &[13 << 3 | 1], b"\x09\0\0a"].concat();
    let end = whole("zstd", &larger).1;
    assert_eq!(end, Err(CodingError::Window { bytes: 9 << 20, limit: 8 << 20 }));
    assert_eq!(end.unwrap_err().to_string(), "zstd needs a window of 9437184 bytes, and the limit is 8388608");
    // The same of a single segment, whose window is its content.
    let single = [&b"\x28\xb5\x2f\xfd\xa0"[..], &(128u32 << 20).to_le_bytes()].concat();
    assert_eq!(whole("zstd", &single).1, Err(CodingError::Window { bytes: 128 << 20, limit: 8 << 20 }));
    // A large window of br begins with a number of bits that is none of RFC 7932's.
    let end = whole("br", &[0x11, 0x3f, 0, 0, 0, 0]).1;
    assert_eq!(end, Err(CodingError::Broken { coding: Coding::Brotli, what: "the data is damaged" }));
}

/// Content of br that is not packed, in one block, with a window of so many bits, 18 to 24 (RFC 7932, 9.1 and 9.2).
fn unpacked(content: &[u8], window: u32) -> Vec<u8> {
    let length = u32::try_from(content.len() - 1).unwrap();
    let header = 1 | (window - 17) << 1 | length << 7 | 1 << 23;
    [&header.to_le_bytes()[..3], content, &[3]].concat()
}

#[test]
fn the_windows_of_all_codings_are_bounded_together() {
    for (layers, window, kept) in [(1, 24, true), (3, 24, true), (4, 24, false), (5, 24, false), (5, 23, true)] {
        let encoded = (0..layers).fold(b"hello".to_vec(), |content, _| unpacked(&content, window));
        let names = vec!["br"; layers].join(", ");
        let limit = 48 << 20;
        let bytes = (layers as u64) << window;
        let expected =
            if kept { (b"hello".to_vec(), Ok(())) } else { (vec![], Err(CodingError::Windows { bytes, limit })) };
        assert_eq!(whole(&names, &encoded), expected, "{layers} of {window} bits");
    }
    let packed = [&b"\x28\xb5\x2f\xfd\x00"[..], &[13 << 3], b"\x09\0\0a"].concat();
    let end = whole("zstd, br, br, br", &(0..3).fold(packed, |content, _| unpacked(&content, 24))).1.unwrap_err();
    let words = "the windows of all codings need 58720256 bytes, and the limit is 50331648";
    assert_eq!((end.to_string().as_str(), end.kind()), (words, FailureKind::TooLarge));
}

#[test]
fn an_unknown_coding_is_named() {
    for (codings, named) in [
        ("compress", "unknown content-encoding \"compress\""),
        ("gzip, Snappy", "unknown content-encoding \"Snappy\""),
        ("gzip;q=1", "unknown content-encoding \"gzip;q=1\""),
        ("\u{1b}[2J", "unknown content-encoding \"\\x1b[2J\""),
    ] {
        let error = Decoder::new([codings.as_bytes()].into_iter(), AMPLE).err().expect(codings);
        assert_eq!((error.kind(), error.to_string().as_str()), (FailureKind::Decode, named));
    }
}
