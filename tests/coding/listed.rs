//! Which codings there are, and in which order.

use crate::feed::{AMPLE, feed};
use crate::fixtures::{gzip, text, zlib};
use crawltop::coding::{CodingError, Decoder, LAYERS};

fn new(fields: &[&str]) -> Result<Option<Decoder>, CodingError> {
    Decoder::new(fields.iter().map(|field| field.as_bytes()), AMPLE)
}

#[test]
fn nothing_is_taken_off_where_nothing_was_put_on() {
    for fields in [&[][..], &[""], &[",, ,"], &["identity"], &["Identity, none", "identity"]] {
        assert!(new(fields).unwrap().is_none(), "{fields:?}");
    }
}

#[test]
fn codings_are_taken_off_from_the_last_to_the_first_across_fields() {
    let encoded = zlib(&gzip(&text(600)));
    for fields in [&["gzip, deflate"][..], &["x-gzip", "DEFLATE"], &["gzip , , identity", ",deflate"]] {
        let (mut decoder, mut content) = (new(fields).unwrap().unwrap(), Vec::new());
        let end = feed(&mut decoder, [&encoded[..]].into_iter(), |slice| content.extend_from_slice(slice));
        assert_eq!((content, end), (text(600), Ok(())), "{fields:?}");
    }
}

#[test]
fn there_are_five_codings_at_most() {
    let encoded = (0..LAYERS).fold(text(600), |content, _| gzip(&content));
    let mut decoder = new(&["gzip,gzip,gzip", "gzip", "gzip"]).unwrap().unwrap();
    let mut content = Vec::new();
    assert_eq!(feed(&mut decoder, encoded.chunks(1), |slice| content.extend_from_slice(slice)), Ok(()));
    assert_eq!(content, text(600));
    let many = new(&["gzip,gzip,gzip", "br", "gzip,gzip"]).err().unwrap();
    assert_eq!(many, CodingError::TooManyCodings { limit: LAYERS });
    assert_eq!(many.to_string(), "more than 5 content codings");
}
