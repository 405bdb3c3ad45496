//! What holds for any bytes, and for any way of cutting them.

use crate::feed::{AMPLE, decoder, feed, pieces, whole};
use crate::fixtures::{gzip, large, raw, small, zlib};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};

fn content() -> impl Strategy<Value = Vec<u8>> {
    let runs = vec((any::<u8>(), 1..3000usize), 0..20)
        .prop_map(|runs| runs.into_iter().flat_map(|(byte, length)| std::iter::repeat_n(byte, length)).collect());
    prop_oneof![vec(any::<u8>(), 0..3000), vec(select(b"abc <>".to_vec()), 0..5000), runs]
}

/// Names, and what puts each coding on.
type Encoder = (&'static str, fn(&[u8]) -> Vec<u8>);

const ENCODERS: [Encoder; 3] = [("gzip", gzip), ("deflate", zlib), ("deflate", raw)];

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_content_comes_back_through_any_codings(
        content in content(),
        layers in vec(select(ENCODERS.to_vec()), 1..=5),
        piece in 1..2000usize,
    ) {
        let encoded = layers.iter().fold(content.clone(), |content, (_, encode)| encode(&content));
        let names: Vec<&str> = layers.iter().map(|(name, _)| *name).collect();
        prop_assert_eq!(pieces(&names.join(", "), encoded.chunks(piece)), (content, Ok(())));
    }

    #[test]
    fn bytes_that_mean_nothing_do_no_harm(
        coding in select(vec!["gzip", "deflate", "br", "zstd", "zstd, gzip"]),
        bytes in vec(any::<u8>(), 1..500),
        piece in 1..100usize,
    ) {
        let begin: &[u8] = match coding {
            "zstd" => b"\x28\xb5\x2f\xfd",
            "gzip" => b"\x1f\x8b\x08",
            _ => b"",
        };
        let bytes = [begin, &bytes].concat();
        let mut given = 0;
        let _ = feed(&mut decoder(coding, 1 << 20), bytes.chunks(piece), |slice| given += slice.len());
        prop_assert!(given <= 1 << 20);
    }

    #[test]
    fn damage_and_cuts_do_no_harm(
        index in any::<Index>(),
        damage in vec((any::<Index>(), any::<u8>()), 0..6),
        end in any::<Index>(),
        piece in 1..5000usize,
    ) {
        let mut fixtures = small();
        fixtures.extend(large());
        let fixture = index.get(&fixtures);
        let mut encoded = fixture.encoded.clone();
        for (at, byte) in damage {
            *at.get_mut(&mut encoded) = byte;
        }
        encoded.truncate(end.index(encoded.len()).max(1));
        let (content, end) = whole(fixture.coding, &encoded);
        let (again, same) = pieces(fixture.coding, encoded.chunks(piece));
        // The library for br notices some damage only where the pieces are small.
        if fixture.coding != "br" {
            prop_assert_eq!(end.map_err(|error| error.kind()), same.map_err(|error| error.kind()));
        }
        prop_assert!(content.starts_with(&again) || again.starts_with(&content));
        prop_assert!((content.len() as u64) < AMPLE);
    }
}
