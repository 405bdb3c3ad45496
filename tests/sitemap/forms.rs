//! What is found in which form, and where a broken one breaks; whole, byte by byte, and cut at each offset.

use super::{read, read_within, urls};
use crawltop::crawl::sitemap::{Limits, SitemapError, SitemapReader};

/// A sitemap, its pages, its maps.
const WHOLE: &[(&str, &[&str], &[&str])] = &[
    ("<urlset/>", &[], &[]),
    (
        "\u{feff}<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n\
      <url>\n<loc>http://a.b/1</loc><lastmod>2005-01-01</lastmod></url><url><loc>\n http://a.b/2 \t</loc></url></urlset>\n",
        &["http://a.b/1", "http://a.b/2"],
        &[],
    ),
    (
        "<sitemapindex><sitemap><loc>http://a.b/1.xml</loc></sitemap><sitemap><loc>http://a.b/2.xml.gz</loc></sitemap>\
      </sitemapindex>",
        &[],
        &["http://a.b/1.xml", "http://a.b/2.xml.gz"],
    ),
    ("<sm:urlset xmlns:sm='x'><sm:url><sm:loc>http://a.b/</sm:loc></sm:url></sm:urlset>", &["http://a.b/"], &[]),
    (
        "<urlset><url><image:image><image:loc>http://a.b/1.png</image:loc></image:image><loc>http://a.b/</loc>\
      <video:video><video:content_loc>http://a.b/v</video:content_loc></video:video></url><loc>http://no</loc></urlset>",
        &["http://a.b/"],
        &[],
    ),
    ("<urlset><url><loc>http://a.b/?c=1&amp;d=&#50;&#x26;e</loc></url></urlset>", &["http://a.b/?c=1&d=2&e"], &[]),
    ("<urlset><url><loc>http://a.b/?c=1&d=&xxe;</loc></url></urlset>", &["http://a.b/?c=1&d=&xxe;"], &[]),
    (
        "<urlset><url><loc><![CDATA[http://a.b/?c&amp;d]]></loc></url><url><loc><![CDATA[ ]]><![CDATA[http://a.b/]>]]x]]]>\
      </loc></url></urlset>",
        &["http://a.b/?c&amp;d", "http://a.b/]>]]x]"],
        &[],
    ),
    (
        "<urlset><!-- <url><loc>http://no</loc></url> -- -><b>--><url><loc>http://a.<!-- x -->b/</loc></url></urlset>",
        &["http://a.b/"],
        &[],
    ),
    ("<urlset><url><loc>http://a.b/<b>x</b>y</loc></url></urlset>", &["http://a.b/y"], &[]),
    (
        "<urlset><?a <url><loc>x</loc></url> ? > ??><url  ><loc a='>' b = \"</\">http://a.b/</loc\n></url\t></urlset >",
        &[],
        &[],
    ),
    (
        "<urlset><?a <url><loc>x</loc></url> ? > ??><url  ><loc a='>' b = \"'/\">http://a.b/</loc\n></url\t></urlset >",
        &["http://a.b/"],
        &[],
    ),
    ("<!DOCTYPE urlset SYSTEM \"a>b\"><urlset><url><loc>http://a.b/</loc></url></urlset><junk", &["http://a.b/"], &[]),
    (
        "<rss version='2.0'><channel><link>http://a.b/</link><item><title>t</title><link>http://a.b/1</link>\
      <guid>http://a.b/g</guid></item></channel></rss>",
        &["http://a.b/1"],
        &[],
    ),
    (
        "<feed xmlns='http://www.w3.org/2005/Atom'><link href='http://a.b/feed' rel='self'/><entry><link rel='edit' \
      href='http://no'/><link href='http://a.b/1?a&amp;b'/><link rel=\"alternate\" href=\"http://a.b/2\"></link>\
      </entry></feed>",
        &["http://a.b/1?a&b", "http://a.b/2"],
        &[],
    ),
    (
        "http://a.b/1\r\n\r\n  HTTPS://a.b/2 \nhttp://a.b/ü\rhttp://a.b/4",
        &["http://a.b/1", "HTTPS://a.b/2", "http://a.b/ü", "http://a.b/4"],
        &[],
    ),
    ("\u{feff}http://a.b/1\n# no\n/no\nhttp://a.b/2\n", &["http://a.b/1", "http://a.b/2"], &[]),
];

/// A sitemap, its pages, and what is wrong with it.
const BROKEN: &[(&str, &[&str], &str)] = &[
    ("", &[], "line 1, byte 0: no sitemap: it is empty"),
    (" \r\n", &[], "line 2, byte 3: no sitemap: it is empty"),
    ("<html><body>", &[], "line 1, byte 5: no sitemap: its root is <html>"),
    ("\n\n  <!DOCTYPE html>\n<h\u{1f}", &[], "line 4, byte 22: no sitemap: its root is <h>"),
    ("not found\n", &[], "line 2, byte 10: no sitemap: none of its lines is a URL"),
    ("<urlset>\n<url><loc>http://a.b/</loc></url>\n<url", &["http://a.b/"], "line 3, byte 47: ended in the middle"),
    (
        "<urlset><url><loc>http://a.b/</loc></url><url><loc>http://a.b/2</lo></url></urlset>",
        &["http://a.b/"],
        "line 1, byte 67: </lo> closes no such element",
    ),
    ("<urlset></urlset-><url>", &[], "line 1, byte 17: </urlset-> closes no such element"),
    ("</urlset>", &[], "line 1, byte 8: </urlset> closes no such element"),
    ("<!DOCTYPE urlset [<!ENTITY a 'b'>]><urlset/>", &[], "line 1, byte 17: a document type that declares something"),
    ("<urlset><1>", &[], "line 1, byte 9: broken markup: a < that begins no tag"),
    ("<urlset><!x>", &[], "line 1, byte 10: broken markup: a <! that begins nothing"),
    ("<urlset a>", &[], "line 1, byte 9: broken markup: an attribute without a value in quotes"),
    ("<urlset a=b>", &[], "line 1, byte 10: broken markup: an attribute without a value in quotes"),
    ("<urlset a='<'>", &[], "line 1, byte 11: broken markup: a < within an attribute"),
    ("<urlset =''>", &[], "line 1, byte 8: broken markup: no attribute where one should be"),
    ("<urlset / >", &[], "line 1, byte 9: broken markup: a slash within a tag"),
    ("<urlset></urlset a>", &[], "line 1, byte 17: broken markup: a closing tag with more than a name"),
];

/// Everything that can be told of a sitemap.
fn told(result: Result<crawltop::crawl::sitemap::Sitemap, SitemapError>) -> String {
    format!("{result:?}")
}

fn in_pieces_too(text: impl AsRef<[u8]>) {
    let bytes = text.as_ref();
    in_pieces_too_at(bytes, 0..bytes.len() + 1);
}

fn in_pieces_too_at(text: impl AsRef<[u8]>, cuts: std::ops::Range<usize>) {
    let bytes = text.as_ref();
    let (whole, text) = (told(read([bytes])), String::from_utf8_lossy(bytes));
    assert_eq!(told(read(bytes.chunks(1))), whole, "byte by byte: {text}");
    for at in cuts {
        let (one, other) = bytes.split_at(at);
        assert_eq!(told(read([one, &[], other])), whole, "cut at {at}: {text}");
    }
}

#[test]
fn each_form_gives_its_pages_and_maps() {
    for (text, pages, maps) in WHOLE {
        in_pieces_too(text);
        if let Ok(sitemap) = read([text]) {
            assert_eq!((sitemap.pages, sitemap.maps), (urls(pages), urls(maps)), "{text}");
        } else {
            assert!(text.contains("\"</\""), "{text}: {:?}", read([text]));
        }
    }
}

#[test]
fn a_broken_sitemap_says_where_and_keeps_what_was_read() {
    for (text, pages, words) in BROKEN {
        in_pieces_too(text);
        let error = read([text]).expect_err(text);
        assert_eq!(error.to_string(), *words, "{text}");
        assert_eq!(error.read.pages, urls(pages), "{text}");
    }
}

/// In UTF-16, each unit by `bytes`, behind a byte order mark.
fn utf16(text: &str, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    ["\u{feff}", text].concat().encode_utf16().flat_map(bytes).collect()
}

#[test]
fn a_sitemap_in_utf_16_is_read_as_one_in_utf_8() {
    for bytes in [u16::to_le_bytes, u16::to_be_bytes] {
        for (text, pages, maps) in WHOLE.iter().filter(|(text, ..)| !text.contains("\"</\"")) {
            let sitemap = read([utf16(text, bytes)]).expect(text);
            assert_eq!((sitemap.pages, sitemap.maps), (urls(pages), urls(maps)), "{text}");
            in_pieces_too(utf16(text, bytes));
            assert_eq!(told(read([packed(&utf16(text, bytes))])), told(read([utf16(text, bytes)])), "packed: {text}");
        }
        for (text, _, words) in BROKEN {
            assert_eq!(read([utf16(text, bytes)]).expect_err(text).to_string(), *words);
        }
        let declared = "<?xml version='1.0' encoding='UTF-16'?><urlset><url><loc>http://a.b/é𝄞</loc></url></urlset>";
        let unmarked = &utf16(declared, bytes)[2..];
        for written in [unmarked, &utf16(declared, bytes)] {
            assert_eq!(read([written]).unwrap().pages, urls(&["http://a.b/é𝄞"]));
            in_pieces_too(written);
        }
        let cut = &unmarked[..unmarked.len() - 4];
        assert_eq!(read([cut]).unwrap_err().to_string(), "line 1, byte 93: ended in the middle");
    }
}

#[test]
fn a_sitemap_is_read_in_the_charset_that_it_declares() {
    let written = |label: &str, path: &[u8]| {
        let declaration = format!("<?xml version=\"1.0\" encoding=\"{label}\"?>\n");
        [declaration.as_bytes(), b"<urlset><url><loc>http://a.b/", path, b"</loc></url></urlset>"].concat()
    };
    let cases: [(&str, &[u8], &str); 7] = [
        ("ISO-8859-1", b"\xe9", "é"),
        ("windows-1251", b"\xe9", "й"),
        ("Shift_JIS", b"\x83\x65", "テ"),
        ("UTF-8", "é".as_bytes(), "é"),
        // What is written so can't be in it.
        ("UTF-16", "é".as_bytes(), "é"),
        ("no such", "é".as_bytes(), "é"),
        ("UTF-8", b"\xe9", "\u{fffd}"),
    ];
    for (label, path, expected) in cases {
        let text = written(label, path);
        assert_eq!(read([&text]).unwrap().pages, urls(&[&format!("http://a.b/{expected}")]), "{label}");
        in_pieces_too(text);
    }
    let marked = [b"\xef\xbb\xbf", &written("windows-1251", "é".as_bytes())[..]].concat();
    assert_eq!(read([marked]).unwrap().pages, urls(&["http://a.b/é"]), "a byte order mark counts for more");
}

#[test]
fn a_sitemap_is_read_in_the_charset_of_its_content_type() {
    let list = "http://a.b/é\nhttp://a.b/я\n";
    let wide = |bytes: fn(u16) -> [u8; 2]| utf16(list, bytes)[2..].to_vec();
    let xml = b"<?xml version='1.0' encoding='windows-1251'?><urlset><url><loc>http://a.b/\xe9</loc></url></urlset>";
    let marked = [&b"\xef\xbb\xbf"[..], list.as_bytes()].concat();
    let cases: [(&str, Vec<u8>, &[&str]); 9] = [
        ("text/plain; charset=utf-16", wide(u16::to_le_bytes), &["http://a.b/é", "http://a.b/я"]),
        ("text/plain; charset=utf-16", wide(u16::to_be_bytes), &["http://a.b/é", "http://a.b/я"]),
        ("text/plain; charset=UTF-16", list.into(), &["http://a.b/é", "http://a.b/я"]),
        ("text/plain; charset=\"iso-8859-1\"", b"http://a.b/\xe9".to_vec(), &["http://a.b/é"]),
        ("text/plain; charset=iso-8859-1", marked, &["http://a.b/é", "http://a.b/я"]),
        ("application/xml; charset=iso-8859-1", xml.to_vec(), &["http://a.b/é"]),
        ("application/atom+xml", xml.to_vec(), &["http://a.b/й"]),
        ("application/gzip; charset=iso-8859-1", xml.to_vec(), &["http://a.b/й"]),
        ("text/xml; charset=none", xml.to_vec(), &["http://a.b/й"]),
    ];
    for (content_type, text, pages) in cases {
        for size in [1, 2, 3, text.len()] {
            let mut reader = SitemapReader::new(Limits::default()).typed(content_type.as_bytes());
            text.chunks(size).for_each(|piece| reader.take(piece));
            assert_eq!(reader.finish().expect(content_type).pages, urls(pages), "{content_type}, by {size}");
        }
    }
}

#[test]
fn a_declaration_without_end_is_read_all_the_same() {
    let text = format!("<?xml {}", "a".repeat(5_000));
    in_pieces_too_at(&text, 1_000..1_100);
    assert_eq!(read([text]).unwrap_err().to_string(), "line 1, byte 5006: ended in the middle");
}

#[test]
fn a_sitemap_cut_short_is_never_taken_for_whole() {
    let text =
        "<urlset><url><loc>http://a.b/</loc></url><!-- a --><url><loc><![CDATA[http://a.b/]]></loc></url></urlset>";
    for end in 1..text.len() {
        assert!(read([&text[..end]]).is_err(), "{}", &text[..end]);
    }
    assert!(read([text]).is_ok());
}

#[test]
fn what_is_packed_by_its_bytes_is_unpacked() {
    for (text, ..) in WHOLE.iter().filter(|(text, ..)| !text.is_empty()) {
        let packed = packed(text.as_bytes());
        assert_eq!(told(read([&packed])), told(read([text])), "{text}");
        assert_eq!(told(read(packed.chunks(1))), told(read([text])), "{text}");
    }
    for (text, _, words) in BROKEN {
        assert_eq!(read([packed(text.as_bytes())]).expect_err(text).to_string(), *words);
    }
}

#[test]
fn what_is_packed_is_whole_or_an_error() {
    let text = "http://a.b/1\nhttp://a.b/2\n";
    let packed = packed(text.as_bytes());
    for end in 2..packed.len() {
        let error = read([&packed[..end]]).unwrap_err().to_string();
        assert!(error.contains(": gzip ended in the middle, after "), "{error}");
    }
    let mut damaged = packed.clone();
    damaged[packed.len() - 5] ^= 1;
    let error = read([damaged]).unwrap_err();
    assert_eq!(error.to_string(), "line 3, byte 26: broken gzip: its checksum is wrong");
    assert_eq!(error.read.pages.len(), 2);
    // What the first byte of a member begins may still be a text.
    assert_eq!(read(["\u{1f}\nhttp://a.b/"]).unwrap().strays, 1);
    assert!(read(["\u{1f}"]).unwrap_err().read.pages.is_empty(), "it says nothing");
}

#[test]
fn a_bomb_ends_at_the_limit_and_is_read_in_slices() {
    let text = "http://a.b/\n".repeat(1 << 20);
    let bomb = packed(text.as_bytes());
    let limits = Limits { bytes: 1 << 20, ..Limits::default() };
    let error = read_within(limits, [&bomb]).unwrap_err();
    assert_eq!((error.byte, error.to_string().ends_with("more than 1048576 bytes")), (1 << 20, true));
    assert_eq!(error.read.pages.len(), 50_000);

    let (mut reader, mut rest, mut slices) = (SitemapReader::new(limits), &bomb[..], 0);
    while let Some(used) = reader.take_some(rest) {
        rest = &rest[used..];
        slices += 1;
    }
    assert!(reader.is_done() && slices >= 16, "{slices}");
}

fn packed(content: &[u8]) -> Vec<u8> {
    use flate2::write::GzEncoder;
    use std::io::Write;
    let mut encoder = GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(content).unwrap();
    encoder.finish().unwrap()
}
