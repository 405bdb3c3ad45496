//! Encoded content, whole and in pieces: bounded, without a panic, and told the same where the decoder is ours or zlib's.
#![no_main]

use crawltop::coding::{CodingError, Decoder, FREE, Piece, RATIO, SLICE};
use libfuzzer_sys::fuzz_target;

const CODINGS: [&str; 8] =
    ["gzip", "deflate", "br", "zstd", "zstd", "gzip, gzip", "zstd, br", "deflate, zstd, gzip, br, deflate"];
const MAX: u64 = 1 << 20;
/// zstd's first bytes, which chance would take long to find.
const MAGIC: &[u8] = b"\x28\xb5\x2f\xfd";

fuzz_target!(|input: &[u8]| {
    let [form, size, encoded @ ..] = input else { return };
    let coding = CODINGS[usize::from(*form) % CODINGS.len()];
    let framed = if form & 0x80 != 0 && coding == "zstd" { [MAGIC, encoded].concat() } else { encoded.to_vec() };
    let (content, end) = decode(coding, &framed, framed.len().max(1));
    let (again, same) = decode(coding, &framed, 1 + usize::from(*size));
    assert!(content.starts_with(&again) || again.starts_with(&content), "{coding}");
    // The library for br notices some damage only where the pieces are small.
    if !coding.contains("br") {
        let kind = |end: Result<(), CodingError>| end.map_err(|error| error.kind());
        assert_eq!(kind(end), kind(same), "{coding}");
    }
});

fn decode(coding: &str, encoded: &[u8], piece: usize) -> (Vec<u8>, Result<(), CodingError>) {
    let mut decoder = Decoder::new([coding.as_bytes()].into_iter(), MAX).expect("known").expect("some");
    let mut content = Vec::new();
    let end = feed(&mut decoder, encoded, piece, &mut content);
    assert!(content.len() as u64 <= MAX.min(FREE.max(encoded.len() as u64 * RATIO)));
    assert!(!matches!(end, Err(CodingError::Broken { what: "the decoder gave up" | "the decoder stands still", .. })));
    (content, end)
}

fn feed(decoder: &mut Decoder, encoded: &[u8], piece: usize, content: &mut Vec<u8>) -> Result<(), CodingError> {
    for mut piece in encoded.chunks(piece) {
        loop {
            let (used, decoded) = decoder.decode(piece)?;
            piece = &piece[used..];
            match decoded {
                Piece::NeedMore => break,
                Piece::Content(slice) => {
                    assert!(slice.len() <= SLICE);
                    content.extend_from_slice(slice);
                }
            }
        }
        assert!(piece.is_empty());
    }
    decoder.end()
}
