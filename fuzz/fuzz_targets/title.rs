//! The title of a page, whole and in pieces: the same, and at most a kilobyte.
#![no_main]

use crawltop::crawl::TitleScanner;
use libfuzzer_sys::fuzz_target;

const TYPES: [&str; 5] = [
    "text/html",
    "text/html; charset=utf-8",
    "text/html;charset=\"shift_jis\"",
    "application/xhtml+xml; charset=utf-16",
    "text/html; charset=x-user-defined",
];

fuzz_target!(|input: &[u8]| {
    let [form, size, page @ ..] = input else { return };
    let title = |piece: usize| {
        let mut scanner = TitleScanner::new(TYPES[usize::from(*form) % TYPES.len()].as_bytes());
        page.chunks(piece).for_each(|piece| scanner.take(piece));
        scanner.title()
    };
    let whole = title(page.len().max(1));
    assert!(whole.as_ref().is_none_or(|title| title.len() <= 1024));
    assert_eq!(whole, title(1 + usize::from(*size)));
});
