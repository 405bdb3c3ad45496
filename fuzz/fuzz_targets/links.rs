//! The links of a page, whole and in pieces: the same, within their bounds, and each where a `<` stands.
#![no_main]

use crawltop::crawl::{LONGEST_LINK, LONGEST_TEXT, LinkFinder, LinkKind, Links, Wanted};
use libfuzzer_sys::fuzz_target;

const TYPES: [&str; 6] = [
    "text/html",
    "text/html; charset=utf-8",
    "text/html;charset=\"shift_jis\"",
    "text/html;charset=iso-2022-jp",
    "application/xhtml+xml; charset=utf-16",
    "text/html; charset=gb18030",
];

fn find(form: u8, page: &[u8], size: usize) -> Links {
    let wanted = Wanted { links: 20, assets: form & 1 != 0, ids: form & 2 != 0 };
    let content_type = TYPES[usize::from(form >> 3) % TYPES.len()].as_bytes();
    let mut finder =
        if form & 4 != 0 { LinkFinder::css(content_type, wanted) } else { LinkFinder::html(content_type, wanted) };
    page.chunks(size.max(1)).for_each(|piece| finder.take(piece));
    finder.finish()
}

/// Lines end with a line feed, a carriage return, or both.
fn line(page: &[u8], number: u32) -> Option<&[u8]> {
    let mut rest = page;
    for _ in 1..number {
        let end = rest.iter().position(|byte| b"\r\n".contains(byte))?;
        rest = &rest[end + if rest[end..].starts_with(b"\r\n") { 2 } else { 1 }..];
    }
    rest.split(|byte| b"\r\n".contains(byte)).next()
}

fuzz_target!(|input: &[u8]| {
    let [form, size, page @ ..] = input else { return };
    let whole = find(*form, page, page.len());
    assert_eq!(format!("{whole:?}"), format!("{:?}", find(*form, page, 1 + usize::from(*size))));
    // Behind what is collected for the charset, so that the smallest pieces are met too.
    let late = [&[b' '; 1024], page].concat();
    assert_eq!(
        format!("{:?}", find(*form, &late, late.len())),
        format!("{:?}", find(*form, &late, 1 + usize::from(*size)))
    );
    assert!(whole.len() <= 20);
    for link in whole.iter() {
        assert!(link.href.len() <= LONGEST_LINK && link.text.len() <= LONGEST_TEXT);
        assert!(link.line >= 1 && link.column >= 1);
        let line = line(page, link.line);
        let ascii =
            line.filter(|line| line.is_ascii() && form >> 3 == 1 && form & 4 == 0 && link.kind != LinkKind::Css);
        if let Some(line) = ascii.filter(|_| !page.starts_with(b"\xfe\xff") && !page.starts_with(b"\xff\xfe")) {
            assert_eq!(line.get(link.column as usize - 1), Some(&b'<'), "line {}", link.line);
        }
    }
});
