//! Content comes out as it went in, whatever the pieces.

use crate::feed::{pieces, whole};
use crate::fixtures::{large, small};

#[test]
fn content_comes_out_as_it_went_in() {
    for fixture in small().iter().chain(&large()) {
        let (content, end) = whole(fixture.coding, &fixture.encoded);
        assert_eq!(end, Ok(()), "{}", fixture.name);
        assert!(content == fixture.content, "{}", fixture.name);
    }
}

#[test]
fn content_that_comes_byte_by_byte_is_the_same() {
    for fixture in small().iter().chain(&large()) {
        let (content, end) = pieces(fixture.coding, fixture.encoded.chunks(1));
        assert_eq!(end, Ok(()), "{}", fixture.name);
        assert!(content == fixture.content, "{}", fixture.name);
    }
}

#[test]
fn content_that_is_split_anywhere_is_the_same() {
    for fixture in small() {
        for at in 0..fixture.encoded.len() {
            let (first, second) = fixture.encoded.split_at(at);
            let (content, end) = pieces(fixture.coding, [first, second].into_iter());
            assert_eq!(end, Ok(()), "{} split at {at}", fixture.name);
            assert!(content == fixture.content, "{} split at {at}", fixture.name);
        }
    }
}

#[test]
fn no_content_needs_no_stream() {
    for codings in ["gzip", "deflate", "br", "zstd", "gzip, br", "br, zstd, gzip, deflate, gzip"] {
        assert_eq!(whole(codings, b""), (vec![], Ok(())), "{codings}");
    }
}

#[test]
fn zero_bytes_and_others_after_the_end_are_skipped() {
    for fixture in small() {
        for after in [&b"\0"[..], &[0; 1000], b"\n", b"<!-- -->", b"\0\0\0end"] {
            let encoded = [&fixture.encoded, after].concat();
            for outcome in [whole(fixture.coding, &encoded), pieces(fixture.coding, encoded.chunks(1))] {
                assert!(outcome == (fixture.content.clone(), Ok(())), "{} and {}", fixture.name, after.escape_ascii());
            }
        }
    }
}
