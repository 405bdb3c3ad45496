//! Any sitemap, in pieces whose sizes the input chooses: what is found and what is wrong with it does not depend on
//! them, and the limits hold.
#![no_main]

use crawltop::crawl::sitemap::{Limits, Sitemap, SitemapError, SitemapReader};
use libfuzzer_sys::fuzz_target;

const LIMITS: Limits = Limits { pages: 20, maps: 10, bytes: 1 << 16, url: 40, depth: 6 };

fuzz_target!(|input: &[u8]| {
    let Some((sizes, text)) = input.split_at_checked(4) else { return };
    let whole = read(text, &[255]);
    let pieces = read(text, sizes);
    // How much a damaged stream gives before the damage is seen depends on how much of it there is at once.
    if !text.starts_with(b"\x1f\x8b") || whole.is_ok() {
        assert_eq!(whole, pieces);
    }
    let found = match &whole {
        Ok(sitemap) => sitemap,
        Err(error) => {
            assert!(error.byte <= LIMITS.bytes && error.line >= 1);
            assert!(error.to_string().is_ascii());
            &error.read
        }
    };
    assert!(found.pages.len() <= LIMITS.pages && found.maps.len() <= LIMITS.maps);
    for address in found.pages.iter().chain(&found.maps) {
        assert!(!address.is_empty() && address.len() <= LIMITS.url);
    }
});

fn read(mut text: &[u8], sizes: &[u8]) -> Result<Sitemap, SitemapError> {
    let mut reader = SitemapReader::new(LIMITS);
    for size in sizes.iter().cycle() {
        let (piece, rest) = text.split_at(text.len().min(usize::from(*size) + 1));
        reader.take(piece);
        text = rest;
        if text.is_empty() {
            break;
        }
    }
    reader.finish()
}
