//! Pages that are made to cost much: the work is counted in bytes kept and links told, never in time.

use super::{WANTED, found};
use crawltop::crawl::{LONGEST_LINK, LinkFinder, Links, MOST_TEXT, Wanted};

fn finder() -> LinkFinder {
    LinkFinder::html(b"text/html; charset=utf-8", Wanted { links: 10_000, ..WANTED })
}

/// The same bytes, over and over, in pieces that end anywhere.
fn repeated(begin: &str, again: &str, bytes: usize, end: &str) -> Links {
    let mut finder = finder();
    finder.take(begin.as_bytes());
    let piece = again.repeat(64_000 / again.len() + 1);
    (0..bytes.div_ceil(piece.len())).for_each(|_| finder.take(piece.as_bytes()));
    finder.take(end.as_bytes());
    finder.finish()
}

#[test]
fn whatever_is_repeated_the_link_behind_it_is_found() {
    let cases = [
        ("", "x", ""),
        ("", "<", ""),
        ("", "\n", ""),
        ("<!--", "-", "-->"),
        ("<!--", "--!", ">"),
        ("<!--", ">", "-->"),
        ("<!", "-", ">"),
        ("<script>", "</scrip", "</script>"),
        ("<script><!--", "<script>", "</script></script>"),
        ("<svg><![CDATA[", "]", "]]></svg>"),
        ("<p ", "a ", ">"),
        ("<p ", "a=b ", ">"),
        ("<p ", "a='>' ", ">"),
        ("<p ", "href=x href=y ", ">"),
        ("<p a='", "x>", "'>"),
        ("<p ", "=", ">"),
        ("<p", "p", ">"),
        ("</p", " a=b", ">"),
        ("", "<p>", ""),
        ("", "</p>", ""),
        ("<svg>", "<g>", "</svg>"),
        ("<svg>", "</g>", "</svg>"),
        ("<svg>", "<desc>", "</svg>"),
        ("", "<template></template>", ""),
        ("<a name=x>", "x ", ""),
        ("", "&amp", ""),
        ("", "<style>", "</style>"),
    ];
    for (begin, again, end) in cases {
        let links = repeated(begin, again, 600 << 10, &format!("{end}<a href=behind>"));
        assert_eq!(links.iter().map(|link| link.href).collect::<Vec<_>>(), ["behind"], "{begin}{again}…");
    }
}

#[test]
fn a_flood_of_links_is_counted_and_few_are_kept() {
    let links = repeated("", "<a href=/x>y</a>\n<a href=/z>y</a>\n", 3_400_000, "");
    assert_eq!(links.len(), 10_000);
    assert!(links.over() > 190_000);
    assert_eq!(links.get(9_999).unwrap().line, 10_000);
    // Those of one target must not keep out what stands behind them.
    let links = repeated("", "<a href=/x>y</a>\n", 3_400_000, "<a href=/behind>z</a>");
    assert!(links.len() < 10_000 && links.over() > 190_000, "{}", links.len());
    assert_eq!(links.iter().last().unwrap().href, "/behind");
}

#[test]
fn a_link_that_is_too_long_is_counted_and_not_kept() {
    let page = |length: usize| format!("<a href='{}'>x</a><a href=behind>", "y".repeat(length));
    for (length, kept, over) in [(LONGEST_LINK, 2, 0), (LONGEST_LINK + 1, 1, 1), (250 << 10, 1, 1), (300 << 10, 1, 1)] {
        let page = page(length);
        for piece in [1000, page.len()] {
            let links = found(page.as_bytes(), piece);
            assert_eq!((links.len(), links.over()), (kept, over), "{length} by {piece}");
        }
    }
}

#[test]
fn all_links_together_are_no_longer_than_is_allowed() {
    let links = repeated("", &format!("<a href={}>", "y".repeat(LONGEST_LINK - 1)), 32 << 20, "");
    let bytes: usize = links.iter().map(|link| link.href.len()).sum();
    assert!(bytes <= MOST_TEXT && bytes > MOST_TEXT / 2, "{bytes}");
    assert!(links.over() > 0);
}

#[test]
fn a_tag_is_read_to_what_is_looked_at_of_it_however_it_comes() {
    let long = "x".repeat(20_000);
    let attributes = |count: usize| (0..count).map(|number| format!(" a{number}={long}")).collect::<String>();
    for (count, kept) in [(0, 1), (12, 1), (14, 0), (40, 0)] {
        let page = format!("<a{} href=x>y</a>", attributes(count));
        for piece in [1, 1024, 4096, page.len()] {
            assert_eq!(found(page.as_bytes(), piece).len(), kept, "{count} by {piece}");
            let mut finder = finder();
            page.as_bytes().chunks(piece).for_each(|piece| finder.take(piece));
            assert_eq!(finder.finish().over(), 1 - kept as u64, "what is not looked at is counted");
        }
    }
}

#[test]
fn a_tag_that_is_too_long_counts_only_where_it_may_lead_somewhere_and_no_link_of_it_was_found() {
    let long = "x".repeat(300_000);
    for (page, links, over) in [
        (format!("<a href=x title='{long}'>y</a>"), 1, 0),
        (format!("<a title='{long}' href=x>y</a>"), 0, 1),
        (format!("<img src='data:{long}'>"), 0, 1),
        (format!("<p title='{long}'><b id='{long}'>"), 0, 0),
        (format!("<template><a title='{long}' href=x>y</a></template>"), 0, 0),
    ] {
        let mut finder = finder();
        page.as_bytes().chunks(16_000).for_each(|piece| finder.take(piece));
        let found = finder.finish();
        assert_eq!((found.len(), found.over()), (links, over), "{}", &page[..40]);
    }
}

#[test]
fn a_srcset_of_a_million_candidates_is_bounded() {
    let set = "a 1x, b 2x, ".repeat(15_000);
    let links = repeated("", &format!("<img srcset='{set}'>"), 1, "");
    assert_eq!((links.len(), links.over()), (10_000, 20_000));
}

#[test]
fn what_is_only_counted_is_not_kept() {
    let page = b"<img src=i alt=picture><script src=s title=t></script><area href=a alt=place><a href=b>b</a>";
    let texts = |assets| {
        let mut finder = LinkFinder::html(b"text/html", Wanted { assets, ..WANTED });
        finder.take(page);
        finder.finish().iter().map(|link| link.text.to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(texts(true), ["picture", "t", "place", "b"]);
    assert_eq!(texts(false), ["place", "b"]);
}

#[test]
fn anchors_that_stand_in_each_other_have_their_texts_however_many_they_are() {
    for within in ["<svg>", "<table><td>"] {
        let page: String = (0..2000).map(|number| format!("{within}<a href=u{number}>x{number} ")).collect();
        let links = found(page.as_bytes(), 4096);
        assert_eq!(links.len(), 2000);
        assert!(links.iter().enumerate().all(|(number, link)| link.text == format!("x{number}")), "{within}");
    }
}
