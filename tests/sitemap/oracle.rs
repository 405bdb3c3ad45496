//! Sitemaps made at random: read back whole, alike in any pieces, and as another XML reader reads them.

use super::{read, urls};
use proptest::prelude::*;
use quick_xml::Reader;
use quick_xml::events::Event;

/// Text as it can be written in an element, and what it means.
fn written() -> impl Strategy<Value = (String, String)> {
    let part = prop_oneof![
        "[a-z/?=.é]{1,6}".prop_map(|text| (text.clone(), text)),
        Just(("&amp;".to_owned(), "&".to_owned())),
        Just(("&lt;".to_owned(), "<".to_owned())),
        Just(("&#x26;".to_owned(), "&".to_owned())),
        Just(("&#233;".to_owned(), "é".to_owned())),
        Just(("<!-- </loc> -->".to_owned(), String::new())),
        Just(("<?php </loc> ?>".to_owned(), String::new())),
        Just(("<![CDATA[</loc>&amp;]]]>".to_owned(), "</loc>&amp;]".to_owned())),
    ];
    prop::collection::vec(part, 0..5).prop_map(|parts| parts.into_iter().unzip())
}

/// What else may stand between elements.
fn between() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "",
        "\n  ",
        "<!-- <url><loc>http://no</loc></url> -->",
        "<lastmod>2026-01-01</lastmod>",
        "<x:y a='>' b=\"'/\"/>",
        "text",
        "<image:image ><image:loc>http://no</image:loc></image:image >",
    ])
}

/// The addresses of an urlset by quick-xml.
fn by_quick_xml(text: &str) -> Vec<String> {
    let mut reader = Reader::from_str(text);
    let (mut path, mut found, mut current) = (Vec::new(), Vec::new(), None::<String>);
    loop {
        match reader.read_event().expect("it is well-formed") {
            Event::Start(tag) => {
                path.push(tag.local_name().as_ref().to_owned());
                if path == ["urlset", "url", "loc"] {
                    current = Some(String::new());
                }
            }
            Event::End(_) => {
                if path == ["urlset", "url", "loc"] {
                    found.extend(current.take().map(|text| text.trim().to_owned()));
                }
                path.pop();
            }
            Event::Text(text) if path.len() == 3 => {
                if let Some(current) = &mut current {
                    *current += &text;
                }
            }
            Event::CData(text) if path.len() == 3 => {
                if let Some(current) = &mut current {
                    *current += &text;
                }
            }
            Event::GeneralRef(name) => {
                if let Some(current) = &mut current {
                    let character = name.resolve_char_ref().expect("it is a number or a name");
                    current.push(character.unwrap_or(if &*name == "amp" { '&' } else { '<' }));
                }
            }
            Event::Eof => return found,
            _ => {}
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn an_urlset_is_read_as_it_was_meant(
        pages in prop::collection::vec((written(), between(), between()), 0..6),
        prefix in prop::sample::select(vec!["", "sm:"]),
        size in 1..12_usize,
    ) {
        let mut text = format!("<?xml version='1.0'?><{prefix}urlset xmlns:sm='x'>");
        for ((raw, _), before, after) in &pages {
            text += &format!("{before}<{prefix}url>{after}<{prefix}loc> {raw}\n</{prefix}loc>{before}</{prefix}url>{after}");
        }
        text += &format!("</{prefix}urlset>");
        let meant: Vec<&str> = pages.iter().map(|((_, meaning), ..)| meaning.trim()).collect();
        prop_assert_eq!(&by_quick_xml(&text), &meant);
        let kept: Vec<&str> = meant.iter().copied().filter(|meaning| !meaning.is_empty()).collect();
        let sitemap = read([&text]).unwrap();
        prop_assert_eq!(sitemap.pages.clone(), urls(&kept));
        prop_assert_eq!(sitemap.strays as usize, meant.len() - kept.len());
        prop_assert_eq!(read(text.as_bytes().chunks(size)).unwrap(), sitemap);
    }

    /// Whatever comes, in whatever pieces.
    #[test]
    fn anything_is_read_alike_in_any_pieces(
        parts in prop::collection::vec(prop_oneof![
            Just("<urlset>"), Just("</urlset>"), Just("<url>"), Just("</url>"), Just("<loc>"), Just("</loc>"), Just("http://a.b/"),
            Just("\n"), Just("\r"), Just(" "), Just("<!--"), Just("-->"), Just("<![CDATA["), Just("]]>"), Just("]"), Just("&amp;"), Just("&"),
            Just("<"), Just(">"), Just("/"), Just("'"), Just("\""), Just("="), Just("?"), Just("<?"), Just("<!DOCTYPE"), Just("\u{feff}"), Just("é"),
            Just("<feed>"), Just("<entry>"), Just("<link href='a'/>"),
        ], 0..24),
        size in 1..6_usize,
    ) {
        let text = parts.concat();
        prop_assert_eq!(format!("{:?}", read(text.as_bytes().chunks(size))), format!("{:?}", read([&text])));
    }
}
