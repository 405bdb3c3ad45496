//! Streams of several parts: members of gzip, frames of zstd.

use crate::feed::{pieces, whole};
use crate::fixtures::{gzip, text};
use crawltop::failure::FailureKind;

fn both(codings: &str, encoded: &[u8]) -> Vec<u8> {
    let (content, end) = whole(codings, encoded);
    assert_eq!(end, Ok(()));
    assert_eq!(pieces(codings, encoded.chunks(1)), (content.clone(), Ok(())));
    content
}

#[test]
fn members_are_concatenated_also_behind_padding() {
    let (one, two) = (gzip(b"one"), gzip(&text(600)));
    assert_eq!(both("gzip", &[&one[..], &two].concat()), [b"one", &text(600)[..]].concat());
    assert_eq!(both("gzip", &[&one[..], &[0; 512], &two].concat()), [b"one", &text(600)[..]].concat());
    assert_eq!(both("gzip", &gzip(b"").repeat(1000)), b"");
}

#[test]
fn a_member_that_was_begun_must_be_whole() {
    let (one, two) = (gzip(b"one"), gzip(b"two"));
    for end in 1..two.len() {
        let (content, cut) = whole("gzip", &[&one[..], &two[..end]].concat());
        assert_eq!(cut.expect_err("it is cut").kind(), FailureKind::Truncated, "after {end} bytes");
        assert!(content.starts_with(b"one"));
    }
    let mut broken = two.clone();
    broken[12] ^= 0xff;
    assert!(whole("gzip", &[one, broken].concat()).1.is_err());
}

#[test]
fn frames_are_concatenated_and_skippable_ones_skipped() {
    let frame = include_bytes!("fixtures/text-3.zst");
    let skippable = b"\x5e\x2a\x4d\x18\x03\0\0\0abc";
    let empty = b"\x50\x2a\x4d\x18\0\0\0\0";
    let twice = text(600).repeat(2);
    assert_eq!(both("zstd", &[&skippable[..], frame, empty, frame, skippable].concat()), twice);
    assert_eq!(both("zstd", skippable), b"");
    for end in 1..frame.len() {
        let cut = whole("zstd", &[&frame[..], &frame[..end]].concat()).1;
        assert_eq!(cut.expect_err("it is cut").kind(), FailureKind::Truncated, "after {end} bytes");
    }
}

/// Repeats, raw bytes and nothing, one block after the other.
#[test]
fn blocks_of_each_simple_kind_are_read() {
    let frame = b"\x28\xb5\x2f\xfd\x00\x00\x22\0\0a\x18\0\0bcd\x00\0\0\x03\0\0e";
    assert_eq!(both("zstd", frame), b"aaaabcd");
    let reserved = b"\x28\xb5\x2f\xfd\x00\x00\x07\0\0";
    assert_eq!(whole("zstd", reserved).1.unwrap_err().to_string(), "broken zstd: a block is of no known kind");
    let long = b"\x28\xb5\x2f\xfd\x00\x00\x03\x28\0a";
    assert_eq!(whole("zstd", long).1.unwrap_err().to_string(), "broken zstd: a block is longer than it may be");
}
