//! Feeds encoded content to a decoder in pieces.

use crawltop::coding::{CodingError, Decoder, Piece, SLICE};

/// More than any content here, and no limit.
pub const AMPLE: u64 = 1 << 40;

/// The content, and how it ended.
pub type Outcome = (Vec<u8>, Result<(), CodingError>);

pub fn decoder(codings: &str, max: u64) -> Decoder {
    Decoder::new([codings.as_bytes()].into_iter(), max).expect("known codings").expect("at least one")
}

pub fn whole(codings: &str, encoded: &[u8]) -> Outcome {
    pieces(codings, [encoded].into_iter())
}

pub fn pieces<'e>(codings: &str, pieces: impl Iterator<Item = &'e [u8]>) -> Outcome {
    let mut content = Vec::new();
    let end = feed(&mut decoder(codings, AMPLE), pieces, |slice| content.extend_from_slice(slice));
    (content, end)
}

/// Drives a decoder as a fetch does.
pub fn feed<'e>(
    decoder: &mut Decoder,
    pieces: impl Iterator<Item = &'e [u8]>,
    mut take: impl FnMut(&[u8]),
) -> Result<(), CodingError> {
    let fed = feed_all(decoder, pieces, &mut take);
    let Err(error) = &fed else { return decoder.end() };
    assert_eq!(decoder.decode(b"more"), Err(error.clone()), "an error is final");
    assert_eq!(decoder.end(), Err(error.clone()));
    fed
}

fn feed_all<'e>(
    decoder: &mut Decoder,
    pieces: impl Iterator<Item = &'e [u8]>,
    take: &mut impl FnMut(&[u8]),
) -> Result<(), CodingError> {
    for mut piece in pieces {
        loop {
            let (used, decoded) = decoder.decode(piece)?;
            piece = &piece[used..];
            match decoded {
                Piece::NeedMore => break,
                Piece::Content(slice) => {
                    assert!(slice.len() <= SLICE);
                    take(slice);
                }
            }
        }
        assert!(piece.is_empty(), "more is needed, and some was not read");
    }
    Ok(())
}
