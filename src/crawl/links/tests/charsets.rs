//! In which charset a page, its links and its columns are read.

use super::*;

#[test]
fn the_charset_is_that_of_mark_header_and_meta_in_this_order() {
    let cases: &[(&str, &[u8], &str)] = &[
        ("", b"<a href=/\xe4?\xe4#\xe4>", "a /\u{e4}?%E4#\u{e4} \"\" 1:1"),
        ("", b"<meta charset=utf-8><a href=/\xc3\xa4?\xc3\xa4>", "a /\u{e4}?\u{e4} \"\" 1:21"),
        ("text/html; charset=latin1", b"<meta charset=utf-8><a href=/\xe4>", "a /\u{e4} \"\" 1:21"),
        ("text/html; charset=latin1", b"\xef\xbb\xbf<a href=/\xc3\xa4>", "a /\u{e4} \"\" 1:1"),
        (
            "text/html; charset=shift_jis",
            b"<a href='/\x83\x5c\x83\x7c?\x83\x5c'>\x83\x5c</a>",
            "a /\u{30bd}\u{30dd}?%83\\ \"\u{30bd}\" 1:1",
        ),
        (
            "text/html; charset=iso-2022-jp",
            b"<a href='/\x1b$B$\"\x1b(B'>\x1b$B<a\x1b(B</a>",
            "a /\u{3042} \"\u{91c8}\" 1:1",
        ),
        ("text/html; charset=gbk", b"<a href='?\xb0\xa1&#x20ac;&#x1f600;'>", "a ?%B0%A1%80%26%23128512%3B \"\" 1:1"),
        // Katakana "te", as a browser sends it: a percent sign of its bytes is none that begins an escape.
        (
            "text/html; charset=iso-2022-jp",
            b"<a href='/?\x1b$B%F\x1b(B&a=&#x20ac;'>x",
            "a /?%1B$B%F%1B(B&a=%26%238364%3B \"x\" 1:1",
        ),
        ("", b"<meta charset=iso-2022-jp><a href='/?\x1b$B%F\x1b(B'>\x1b$B%F", "a /?%1B$B%F%1B(B \"\u{30c6}\" 1:27"),
        ("text/html; charset=iso-2022-jp", b"<a href='/?&#12486;'>x", "a /?%1B$B%F%1B(B \"x\" 1:1"),
        ("", b"<a href='/?&auml;'>x</a><meta charset=utf-8>", "a /?\u{e4} \"x\" 1:1"),
        ("", b"<a href='/?&auml;&#x30c6;'>x", "a /?%E4%26%2312486%3B \"x\" 1:1"),
        ("text/html; charset=latin1", b"<a href='mailto:x?\xe4'>", "a mailto:x?\u{e4} \"\" 1:1"),
        ("text/html; charset=utf-16le", b"<\0a\0 \0h\0r\0e\0f\0=\0\xe4\0>\0", "a \u{e4} \"\" 1:1"),
        ("", b"\xfe\xff\0<\0a\0 \0h\0r\0e\0f\0=\0x\0>", "a x \"\" 1:1"),
    ];
    for (content_type, page, expected) in cases {
        for piece in [1, 2, 3, usize::MAX] {
            assert_eq!(told(&found(content_type, page, piece)), [*expected], "{}", page.escape_ascii());
        }
    }
}

#[test]
fn a_charset_that_is_named_late_holds_for_what_stands_before_it_as_well() {
    let link = b"<a href='/?\xc3\xa4&amp;&ouml;'>\xc3\xa4</a>";
    let after = b"<meta http-equiv=content-type content='text/html; charset=utf-8'>";
    for (fill, within) in [(2_000, true), (60_000, true), (70_000, false)] {
        let before = [link, &vec![b' '; fill][..], after].concat();
        let behind = [&vec![b' '; fill], &after[..], link].concat();
        for (page, is_read) in [(&before, within), (&behind, true)] {
            for piece in [1, 7, 4096, usize::MAX] {
                let links = found("", page, piece);
                let link = links.iter().next().unwrap();
                let expected = if is_read { ("/?\u{e4}&\u{f6}", "\u{e4}") } else { ("/?%C3%A4&%F6", "\u{c3}\u{a4}") };
                assert_eq!((link.href, link.text), expected, "{fill}, in pieces of {piece}");
            }
        }
    }
}

#[test]
fn a_base_whose_query_is_written_with_references_waits_for_the_charset_too() {
    for (rest, expected) in [("", "/?%E4"), ("<meta charset=utf-8>", "/?\u{e4}")] {
        let page = format!("<base href='/?&auml;'>{rest}");
        assert_eq!(found("", page.as_bytes(), 3).base(), Some(expected));
    }
}

#[test]
fn a_column_is_a_character_whatever_the_charset_and_the_pieces() {
    let cases = [
        ("windows-1252", "«ä»\u{a0}€ "),
        ("ISO-8859-15", "Œuvré"),
        ("windows-1251", "привет"),
        ("KOI8-R", "привет"),
        ("EUC-JP", "日本語ﾃｽﾄ"),
        ("Shift_JIS", "ｱソ表日本"),
        ("GBK", "漢字a漢"),
        ("gb18030", "😀漢x"),
        ("Big5", "漢字中"),
        ("EUC-KR", "한국어 b"),
        ("UTF-8", "é日😀"),
        ("UTF-16LE", "é日😀"),
    ];
    for (label, before) in cases {
        let charset = encoding_rs::Encoding::for_label(label.as_bytes()).unwrap();
        let meta = format!("<meta charset={label}>\n");
        // Of a short page all is collected first; behind a long beginning it comes in pieces.
        let long = format!("{}\n{meta}", " ".repeat(PRESCANNED));
        let told = format!("text/html; charset={label}");
        for (content_type, head) in [(&*told, ""), (&told, &long), ("text/html", &meta), ("text/html", &long)] {
            if content_type.len() == "text/html".len() && !charset.is_ascii_compatible() {
                continue;
            }
            let text = format!("{head}{before}\n{before}<a href=x>{before}</a>{before}<a href=y>");
            let bytes = match label {
                "UTF-16LE" => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
                _ => charset.encode(&text).0.into_owned(),
            };
            let wanted = Wanted { links: 9, assets: false, ids: false };
            for piece in [1, 2, 3, 5, bytes.len()] {
                let mut finder = LinkFinder::html(content_type.as_bytes(), wanted);
                bytes.chunks(piece).for_each(|piece| finder.take(piece));
                let links = finder.finish();
                let found: Vec<_> = links.iter().map(|link| (link.line, link.column)).collect();
                let (line, width) = (2 + head.lines().count() as u32, before.chars().count() as u32);
                let second = 3 * width + "<a href=x></a>".len() as u32 + 1;
                assert_eq!(found, [(line, width + 1), (line, second)], "{label} {head} by {piece}");
            }
        }
    }
}
