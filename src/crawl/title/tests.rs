//! Titles of pages in every charset, whole and in pieces.

use super::*;

fn title(content_type: &str, page: &[u8], piece: usize) -> Option<Untrusted> {
    let mut scanner = TitleScanner::new(content_type.as_bytes());
    page.chunks(piece).for_each(|piece| scanner.take(piece));
    scanner.title()
}

fn cases() -> Vec<(&'static str, Vec<u8>, Option<&'static str>)> {
    vec![
        ("text/html", b"<html><TITLE lang=en>\n Goods &amp; more \n</TITLE>".to_vec(), Some("Goods & more")),
        ("text/html; charset=utf-8", "<title>Käse &#8211; &#x2013;</title>".into(), Some("Käse – –")),
        ("text/html", b"<meta charset='utf-8'><title>\xc3\xa9</title>".to_vec(), Some("é")),
        ("text/html", b"<title>\xe9 &unknown; &</title>".to_vec(), Some("é &unknown; &")),
        ("text/html;charset=latin1", b"\xef\xbb\xbf<title>\xc3\xa9</title>".to_vec(), Some("é")),
        ("text/html", b"<titles>no</titles><title></title>".to_vec(), None),
        ("text/html", b"<title>never closed".to_vec(), Some("never closed")),
        ("text/html", b"<title".to_vec(), None),
        ("text/html", b"".to_vec(), None),
        ("text/html", b"<title>a\0b</title>".to_vec(), Some("a\u{fffd}b")),
        ("text/html", b"<meta charset=utf-16le><title>a\xc3\xa9</title>".to_vec(), Some("aé")),
        ("text/html", b"<meta charset=x-user-defined><title>\xe9</title>".to_vec(), Some("é")),
        ("text/html", b"<meta charset=nonsense><meta charset=koi8-r><title>\xc1</title>".to_vec(), Some("а")),
        ("text/html", b"<meta name=charset content=utf-8><title>\xc3\xa9</title>".to_vec(), Some("Ã©")),
        (
            "text/html",
            b"<meta content='text/html; charset = \"utf-8\"' http-equiv=Content-Type><title>\xc3\xa9</title>".to_vec(),
            Some("é"),
        ),
        ("text/html", b"<meta content='charset=utf-8'><title>\xc3\xa9</title>".to_vec(), Some("Ã©")),
        ("text/html", b"<!-- <meta charset=koi8-r> --><meta charset=utf-8><title>\xc3\xa9".to_vec(), Some("é")),
        ("text/html", b"<title>\xc3\xa9</title><meta charset=utf-8>".to_vec(), Some("é")),
        ("text/html", [&b"<title>\xc3\xa9</title>"[..], &[b' '; 9000], b"<meta charset=utf-8>"].concat(), Some("é")),
        ("text/html", [&b"<title>\xc3\xa9</title>"[..], &[b' '; 70000], b"<meta charset=utf-8>"].concat(), Some("Ã©")),
        ("text/html", b"<meta charset=iso-2022-jp><title>\x1b$B%F\x1b(B</title>".to_vec(), Some("テ")),
        ("text/html", [&b"<!--"[..], &[b' '; 1100], b"--><meta charset=utf-8><title>\xc3\xa9"].concat(), Some("é")),
        ("application/xhtml+xml", b"<html><meta charset=koi8-r><title>\xc3\xa9</title>".to_vec(), Some("é")),
        ("text/xml", b"<?xml version='1.0' encoding='koi8-r'?><title>\xc1</title>".to_vec(), Some("а")),
        ("text/html", b"<?xml version='1.0' encoding='utf-8'?><title>\xc3\xa9</title>".to_vec(), Some("é")),
        ("application/xhtml+xml;charset=koi8-r", b"<title>\xc1</title>".to_vec(), Some("а")),
        ("application/xhtml+xml", b"<script src='x'/><style/><title>a</title>".to_vec(), Some("a")),
        ("application/xhtml+xml", b"<template/><title>a</title>".to_vec(), Some("a")),
        ("application/xhtml+xml", b"<title/><title>a</title>".to_vec(), None),
        (
            "text/html",
            b"<script><!--<script></script><title>no</title>--></script><title>yes</title>".to_vec(),
            Some("yes"),
        ),
        ("text/html", b"<script><!--</script><title>yes</title>".to_vec(), Some("yes")),
        ("text/html", b"<script src='x'/><title>a</title>".to_vec(), None),
        (
            "application/xhtml+xml",
            b"<h:html xmlns:h='http://www.w3.org/1999/xhtml'><s:title>no</s:title><h:title>a &lt; b</h:title>".to_vec(),
            Some("a < b"),
        ),
        ("application/xhtml+xml", b"<title><![CDATA[A &amp; <b>]]> &amp; C</title>".to_vec(), Some("A &amp; <b> & C")),
        ("application/xhtml+xml", b"<title><![CDATA[</title>]]></title>".to_vec(), Some("</title>")),
        ("application/xhtml+xml", b"<p><![CDATA[<title>no</title>]]></p><title>yes</title>".to_vec(), Some("yes")),
        ("application/xhtml+xml", b"<TITLE>no</TITLE><title>yes</TITLE></title>".to_vec(), Some("yes")),
        ("application/xhtml+xml", b"<title>a<!-- no </title> -->b<?no?> c</title>".to_vec(), Some("ab c")),
        ("application/xhtml+xml", b"<title>a<!-- never closed".to_vec(), Some("a")),
        ("application/xhtml+xml", b"<title>a<b t='1'>no<i/>no</b>d<br/>e</title>".to_vec(), Some("ade")),
        ("application/xhtml+xml", b"<noscript><title>yes</title></noscript>".to_vec(), Some("yes")),
        ("application/xhtml+xml", b"<textarea><title>yes</title></textarea>".to_vec(), Some("yes")),
        ("application/xhtml+xml", b"<template><title>no</title></template><title>yes</title>".to_vec(), Some("yes")),
        ("text/html", b"<title>a<!-- b --></title>".to_vec(), Some("a<!-- b -->")),
        ("application/xhtml+xml", b"<title><![CDATA[never closed".to_vec(), Some("never closed")),
        ("text/html", b"<title><![CDATA[x]]></title>".to_vec(), Some("<![CDATA[x]]>")),
        ("text/html", b"<plaintext><title>no</title>".to_vec(), None),
        ("text/html", b"<math><title>no</title></math><title>yes</title>".to_vec(), Some("yes")),
        ("text/html", b"<svg><title>no</title><p><title>yes</title>".to_vec(), Some("yes")),
        ("text/html", b"<svg><desc><title>yes</title></desc></svg>".to_vec(), Some("yes")),
        ("text/html", b"<b><svg></b><title>yes</title>".to_vec(), Some("yes")),
        ("text/html", b"<a><table><td><svg></a><title>no</title></svg><title>yes</title>".to_vec(), Some("yes")),
        ("text/html", b"<div><b></div>x<table><svg></b><title>no</title>".to_vec(), None),
        ("text/html", b"<svg><![CDATA[<p>]]><title>no</title></svg><title>yes</title>".to_vec(), Some("yes")),
        ("text/html", b"<title>a &amp b &copy 2026 &notit;</title>".to_vec(), Some("a & b © 2026 ¬it;")),
        (
            "text/html; charset=shift_jis",
            b"<meta charset=utf-8><title>\x83e\x83X\x83g</title>".to_vec(),
            Some("テスト"),
        ),
        ("text/html; charset=nonsense", b"<meta charset=utf-8><title>\xc3\xa9</title>".to_vec(), Some("é")),
        ("text/html; charset=utf-16be", b"\0<\0t\0i\0t\0l\0e\0>\0\xe9\0<\0/\0t\0i\0t\0l\0e\0>".to_vec(), Some("é")),
        ("text/html", b"\xff\xfe<\0t\0i\0t\0l\0e\0>\0\xe9\0".to_vec(), Some("é")),
        ("text/html; charset=iso-2022-jp", b"<title>\x1b$B%F\x1b(B</title>".to_vec(), Some("テ")),
        ("text/html", b"</title><title>later</title>".to_vec(), Some("later")),
        ("text/html", [b"<title>long</title>".to_vec(), vec![b' '; 5000]].concat(), Some("long")),
        ("text/html", b"<!-- <title>no</title> --><title>yes</title>".to_vec(), Some("yes")),
        ("text/html", b"<!--><title>yes</title>".to_vec(), Some("yes")),
        ("text/html", b"<!-- - -- --! --!><title>yes</title>--><title>no</title>".to_vec(), Some("yes")),
        ("text/html", b"<!-----><title>yes</title>".to_vec(), Some("yes")),
        ("application/xhtml+xml", b"<p><!-- --!><title>no</title>--><title>yes</title></p>".to_vec(), Some("yes")),
        ("text/html", b"<script>'<title>no</title>'</script ><title>yes</title>".to_vec(), Some("yes")),
        ("text/html", b"<svg><title>no</title></svg><svg/><title a='>'>yes</title>".to_vec(), Some("yes")),
        ("text/html", b"<head><noscript><title>no</title></noscript><title>yes</title>".to_vec(), Some("yes")),
        ("text/html", b"<template><title>no</title></template><title>yes</title>".to_vec(), Some("yes")),
        (
            "text/html",
            b"<template><TEMPLATE a></template ><script></template></script><title>no</title></Template><title>yes"
                .to_vec(),
            Some("yes"),
        ),
        ("text/html", b"<template><title>never closed".to_vec(), None),
        ("text/html", b"</template><title>yes</title></templates>".to_vec(), Some("yes")),
        ("text/html", b"<a b=\"<title>no</title>\"><title>yes</title>".to_vec(), Some("yes")),
        ("text/html", b"<p =\"><title>yes</title>\">".to_vec(), Some("yes")),
        ("text/html", b"<p a==\"><title>yes</title>".to_vec(), Some("yes")),
        ("text/html", b"<p a=\"b\"=\"><title>yes</title>".to_vec(), Some("yes")),
        ("text/html", b"<base href=/?a=\"><title>yes</title>".to_vec(), Some("yes")),
        ("text/html", b"<meta a= b=\"><title>yes</title>\">".to_vec(), Some("yes")),
        ("text/html", b"<br/a=\"<title>no</title>\"><title>yes</title>".to_vec(), Some("yes")),
        ("text/html", b"<p a = '<title>no</title>'><title>yes</title>".to_vec(), Some("yes")),
        ("text/html", b"<title>a < b </titles> c</title><title>second</title>".to_vec(), Some("a < b </titles> c")),
        (
            "text/html",
            b"<title>&#128; &#x99; &Eacute; &#0; &#xd800; &nbsp;</title>".to_vec(),
            Some("€ ™ É \u{fffd} \u{fffd}"),
        ),
    ]
}

#[test]
fn the_title_is_found_in_any_case_charset_and_cut_of_the_bytes() {
    for (content_type, page, expected) in cases() {
        // Whole first: the beginning of a page is remembered.
        for piece in [page.len().max(1), 3, 1].into_iter().filter(|piece| *piece > 1 || page.len() < 9000) {
            let expected = expected.map(|text| Untrusted::new(text, KEPT));
            assert_eq!(title(content_type, &page, piece), expected, "{}", page.escape_ascii());
        }
    }
}

#[test]
fn content_without_a_type_has_a_title_if_it_looks_like_a_page() {
    for (page, expected) in [("<!doctype html><title>yes</title>", Some("yes")), ("a <title>no</title>", None)] {
        for piece in [1, page.len()] {
            let mut scanner = TitleScanner::untyped();
            page.as_bytes().chunks(piece).for_each(|piece| scanner.take(piece));
            assert_eq!(scanner.title(), expected.map(|text| Untrusted::new(text, KEPT)), "{page}");
        }
    }
}

#[test]
fn a_page_without_a_title_keeps_only_its_beginning() {
    let mut scanner = TitleScanner::new(b"text/html");
    for _ in 0..1000 {
        scanner.take(&[b'<'; 1000]);
    }
    assert!(scanner.page.len() <= LOOKED_AT);
    assert_eq!(scanner.title(), None);
}
