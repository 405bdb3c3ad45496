//! What comes in masses is counted, and kept only as far as the limits go.

use super::{read, read_within, urls};
use crawltop::crawl::sitemap::{Fault, Limits, SitemapReader};

fn few() -> Limits {
    Limits { pages: 2, maps: 1, bytes: 1_000, url: 20, depth: 4 }
}

#[test]
fn pages_and_maps_beyond_the_limits_are_counted() {
    let url = "<url><loc>http://a.b/</loc></url>";
    let text = format!("<urlset>{}</urlset>", url.repeat(5));
    let sitemap = read_within(few(), [text]).unwrap();
    assert_eq!((sitemap.pages.len(), sitemap.over), (2, 3));
    let map = "<sitemap><loc>http://a.b/</loc></sitemap>";
    let sitemap = read_within(few(), [format!("<sitemapindex>{}</sitemapindex>", map.repeat(5))]).unwrap();
    assert_eq!((sitemap.maps.len(), sitemap.over), (1, 4));
    let sitemap = read_within(few(), ["http://a.b/\n".repeat(5)]).unwrap();
    assert_eq!((sitemap.pages.len(), sitemap.over), (2, 3));
}

#[test]
fn a_long_address_is_counted_in_every_form() {
    let (fits, long) = ("http://a.b/".to_owned() + &"x".repeat(9), "http://a.b/".to_owned() + &"x".repeat(10));
    let longest = "http://a.b/".to_owned() + &"x".repeat(500);
    for [before, after] in [
        ["<urlset><url><loc> ", " </loc></url></urlset>"],
        ["<urlset><url><loc><![CDATA[", "]]></loc></url></urlset>"],
        ["<feed><entry><link href='", "'/></entry></feed>"],
        ["", "\n"],
    ] {
        for (url, pages, count) in [(&fits, urls(&[&fits]), 0), (&long, urls(&[]), 1), (&longest, urls(&[]), 1)] {
            let sitemap = read_within(few(), [format!("{before}{url}{after}")]).unwrap();
            assert_eq!((sitemap.pages, sitemap.long), (pages, count), "{before}{url}{after}");
        }
    }
}

#[test]
fn a_map_that_is_too_large_ends_where_the_limit_is() {
    let text = "<urlset>".to_owned() + &"<url><loc>http://a.b/</loc></url>".repeat(100);
    let limits = Limits { pages: 1_000, ..few() };
    for pieces in [vec![text.as_bytes()], text.as_bytes().chunks(7).collect()] {
        let error = read_within(limits, pieces).unwrap_err();
        assert_eq!((error.fault, error.byte, error.line), (Fault::TooLarge { limit: 1_000 }, 1_000, 1));
        assert_eq!(error.read.pages.len(), 30);
    }
    let exact = "<urlset>".to_owned() + &" ".repeat(1_000 - 17) + "</urlset>";
    assert_eq!(exact.len(), 1_000);
    assert!(read_within(few(), [exact + "junk"]).is_ok());
}

#[test]
fn depth_and_names_are_bounded() {
    assert!(read_within(few(), ["<urlset><a><b><c/></b></a></urlset>"]).is_ok());
    let error = read_within(few(), ["<urlset><a><b><c><d/></c></b></a></urlset>"]).unwrap_err();
    assert_eq!(error.fault, Fault::TooDeep { limit: 4 });
    for text in ["<urlset><", "<urlset></", "<urlset "] {
        assert!(matches!(read([text.to_owned() + &"a".repeat(128)]).unwrap_err().fault, Fault::CutShort));
        assert_eq!(read([text.to_owned() + &"a".repeat(129)]).unwrap_err().fault, Fault::LongName { limit: 128 });
    }
}

/// An entity that stands for ten of another, which stands for ten …: nothing is expanded.
#[test]
fn no_entity_is_expanded_that_a_document_declares() {
    let text = "<!DOCTYPE urlset [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;\">]><urlset><url><loc>&b;</loc>";
    assert_eq!(read([text]).unwrap_err().fault, Fault::Declares);
}

#[test]
fn what_was_drained_is_not_found_again_but_counted_in() {
    let mut reader = SitemapReader::new(few());
    reader.take(b"<urlset><url><loc>http://a.b/1</loc></url>");
    assert_eq!(reader.drain().pages, urls(&["http://a.b/1"]));
    assert!(!reader.is_done());
    reader.take(b"<url><loc>http://a.b/2</loc></url><url><loc>http://a.b/3</loc></url></urlset>");
    assert!(reader.is_done());
    reader.take(b"<anything");
    let rest = reader.finish().unwrap();
    assert_eq!((rest.pages, rest.over), (urls(&["http://a.b/2"]), 1));
}

/// A hundred megabytes that are one tag, one text, one comment, one line: no more is kept than an address has.
#[test]
fn text_without_end_is_read_without_being_kept() {
    let limits = Limits { bytes: u64::MAX, ..Limits::default() };
    for start in ["<urlset ", "<urlset><url><loc>", "<urlset><!--", "<urlset><url><loc><![CDATA[", "<?", "http://"] {
        let mut reader = SitemapReader::new(limits);
        reader.take(start.as_bytes());
        for _ in 0..100 {
            reader.take(&[b' '; 64 << 10]);
            reader.take(&[b'-'; 64 << 10]);
            reader.take(&[b']'; 64 << 10]);
        }
        let _ = reader.finish();
    }
}
