//! Any robots.txt, in pieces whose sizes the input chooses: what it says does not depend on them, and a line that keeps
//! a URL out is one of its own.
#![no_main]

use crawltop::crawl::robots::{RULE_BYTES, Robots, RobotsReader, Verdict};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    let Some((sizes, text)) = input.split_at_checked(4) else { return };
    let whole = read(text, &[255]);
    let pieces = read(text, sizes);
    assert_eq!(whole.sitemaps(), pieces.sitemaps());
    assert_eq!((whole.delay(), whole.cut()), (pieces.delay(), pieces.cut()));
    let lines = text.split(|byte| matches!(byte, b'\r' | b'\n')).count();
    for target in text.split(|byte| matches!(byte, b'\r' | b'\n' | b' ' | b'$')).take(64) {
        let target = String::from_utf8_lossy(target);
        for target in [&*target, &target.replace('*', "a/b"), &target.replace('%', "%25")] {
            let verdict = whole.verdict(target);
            assert_eq!(verdict, pieces.verdict(target));
            if let Verdict::Kept { line, rule } = verdict {
                assert!(line >= 1 && line as usize <= lines);
                assert!(rule.starts_with("Disallow: ") && rule.len() <= RULE_BYTES * 3 + 20);
            }
        }
    }
    assert_eq!(whole.verdict("/robots.txt"), Verdict::Allowed);
});

fn read(mut text: &[u8], sizes: &[u8]) -> Robots {
    let mut reader = RobotsReader::new("crawltop");
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
