//! No stream that is cut short passes for whole.

use crate::feed::{pieces, whole};
use crate::fixtures::{gzip, small, text};
use crawltop::coding::{Coding, CodingError};
use crawltop::failure::FailureKind;

#[test]
fn a_stream_cut_anywhere_is_reported() {
    for fixture in small() {
        for end in 1..fixture.encoded.len() {
            let (content, cut) = whole(fixture.coding, &fixture.encoded[..end]);
            let cut = cut.expect_err(fixture.name);
            assert_eq!(cut.kind(), FailureKind::Truncated, "{} cut at {end}: {cut}", fixture.name);
            assert!(fixture.content.starts_with(&content), "{} cut at {end}", fixture.name);
        }
    }
}

#[test]
fn all_content_before_a_cut_is_given() {
    let encoded = gzip(&text(600));
    let (content, end) = pieces("gzip", encoded[..encoded.len() - 1].chunks(100));
    assert_eq!(content, text(600));
    assert_eq!(end, Err(CodingError::Cut { coding: Coding::Gzip, bytes: 600 }));
    assert_eq!(end.unwrap_err().to_string(), "gzip ended in the middle, after 600 bytes of content");
}

#[test]
fn a_cut_in_an_inner_layer_names_its_coding() {
    let inner = gzip(&text(600));
    let (_, end) = whole("gzip, deflate", &crate::fixtures::zlib(&inner[..200]));
    assert!(matches!(end, Err(CodingError::Cut { coding: Coding::Gzip, .. })), "{end:?}");
}
