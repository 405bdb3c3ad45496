//! What is told about a crawl beside its pages, as JSON Lines: what servers wish, which sitemaps there were, what the
//! scope took in, which limits bit. Of each kind the first ones are kept.

use crate::event::Unread;
use crate::report::digest::Digest;
use crate::text::{Untrusted, json_line};
use serde::Serialize;

/// What was read of a robots.txt.
#[derive(Serialize)]
struct Robots<'a> {
    r#type: &'static str,
    origin: &'a Untrusted,
    /// Null, where none answered.
    status_code: Option<u16>,
    /// Those for this crawler.
    rules: u32,
    /// `Crawl-delay`.
    delay_ms: Option<f64>,
    sitemaps: u32,
    /// What it means for the crawl.
    meaning: &'a Untrusted,
}

#[derive(Serialize)]
struct Sitemap<'a> {
    r#type: &'static str,
    url: &'a Untrusted,
    pages: u32,
    /// Pages that were not known.
    new: u32,
    sitemaps: u32,
    /// Why it was not read to its end, as one of the names in the report's `sitemaps`.
    unread: Option<&'static str>,
    /// The same in words, or what of it was not taken up.
    trouble: Option<&'a Untrusted>,
}

/// A start that led elsewhere, which is in the scope too.
#[derive(Serialize)]
struct Widened<'a> {
    r#type: &'static str,
    from: &'a Untrusted,
    to: &'a Untrusted,
}

/// A limit against endless sites, and the first link that it kept out.
#[derive(Serialize)]
struct Trap<'a> {
    r#type: &'static str,
    message: &'a Untrusted,
    url: &'a Untrusted,
}

pub(super) fn tell(digest: &Digest, out: &mut Vec<u8>) {
    for read in digest.robots() {
        let delay_ms = read.delay_us.map(|us| us as f64 / 1e3);
        let (origin, status_code, meaning) = (&read.origin, read.status, &read.meaning);
        let (rules, sitemaps) = (read.rules, read.sitemaps);
        json_line(&Robots { r#type: "robots", origin, status_code, rules, delay_ms, sitemaps, meaning }, out);
    }
    for read in digest.sitemaps() {
        let (url, pages, new, sitemaps, trouble) = (&read.url, read.pages, read.new, read.maps, read.trouble.as_ref());
        let unread = read.unread.map(Unread::name);
        json_line(&Sitemap { r#type: "sitemap", url, pages, new, sitemaps, unread, trouble }, out);
    }
    for (from, to) in digest.widened() {
        json_line(&Widened { r#type: "widened", from, to }, out);
    }
    for (message, url) in digest.trapped() {
        json_line(&Trap { r#type: "trap", message, url }, out);
    }
}
