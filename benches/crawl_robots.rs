//! What it costs to read a robots.txt or a sitemap, and to ask whether a URL is allowed.

use crawltop::crawl::robots::{Robots, RobotsReader};
use crawltop::crawl::sitemap::{Limits, SitemapReader};
use divan::Bencher;
use divan::counter::BytesCount;
use std::fmt::Write;
use std::hint::black_box;

const READ: usize = 16 * 1024;

fn main() {
    divan::main();
}

/// As most sites have it.
const SMALL: &str = "User-agent: *\nDisallow: /wp-admin/\nAllow: /wp-admin/admin-ajax.php\nDisallow: /cart\nDisallow: \
    /checkout/\nDisallow: /*?s=\nDisallow: /*.pdf$\nDisallow: /search\nDisallow: /tmp/\nSitemap: https://a.b/sitemap.xml\n";

const TARGETS: [&str; 4] =
    ["/", "/goods/1234/a-thing-to-buy.html", "/wp-admin/index.php", "/goods/?page=12&sort=price"];

fn robots(text: &str) -> Robots {
    let mut reader = RobotsReader::new("crawltop");
    reader.take(text.as_bytes());
    reader.finish()
}

#[divan::bench(args = TARGETS)]
fn verdict_of_a_small_file(bencher: Bencher, target: &str) {
    let robots = robots(SMALL);
    bencher.bench(|| robots.verdict(black_box(target)));
}

#[divan::bench]
fn verdict_where_the_path_has_escapes(bencher: Bencher) {
    let robots = robots(SMALL);
    bencher.bench(|| robots.verdict(black_box("/goods/caf%c3%a9/%7Ejoe.html")));
}

/// 500 KiB without a wildcard.
fn many() -> String {
    let mut text = String::from("User-agent: *\n");
    for number in 0..50_000 {
        let _ = writeln!(text, "Allow:/{number:x}");
    }
    text
}

#[divan::bench(args = TARGETS)]
fn verdict_of_50_000_rules(bencher: Bencher, target: &str) {
    let robots = robots(&many());
    bencher.bench(|| robots.verdict(black_box(target)));
}

/// As many wildcards as are kept, none of which ever decides: the worst that a site can do.
fn wild(pattern: impl Fn(u32) -> String) -> Robots {
    let lines = (0..30_000).map(|number| format!("Allow: {}\n", pattern(number)));
    robots(&("User-agent: *\n".to_owned() + &lines.collect::<String>()))
}

#[divan::bench]
fn verdict_of_10_000_wildcards(bencher: Bencher) {
    let robots = wild(|number| format!("/*{number}"));
    bencher.bench(|| robots.verdict(black_box("/goods/item/a-thing-to-buy.html")));
}

#[divan::bench]
fn verdict_of_20_000_pieces_that_nearly_fit_2_000_bytes(bencher: Bencher) {
    let robots = wild(|_| "/*a".repeat(8) + "*/b");
    let target = "/a".repeat(1_000);
    bencher.bench(|| robots.verdict(black_box(&target)));
}

#[divan::bench]
fn reading_a_small_file(bencher: Bencher) {
    bencher.bench(|| robots(black_box(SMALL)));
}

#[divan::bench]
fn reading_50_000_rules(bencher: Bencher) {
    let text = many();
    bencher.counter(BytesCount::new(text.len())).bench(|| robots(black_box(&text)));
}

#[divan::bench]
fn reading_a_sitemap_of_50_000_pages(bencher: Bencher) {
    let mut text = String::from("<urlset>\n");
    for number in 0..50_000 {
        let _ = write!(
            text,
            "<url>\n<loc>https://a.example/goods/{number}?a=1&amp;b=2</loc>\n<lastmod>2026-01-01</lastmod>\n</url>\n"
        );
    }
    text += "</urlset>\n";
    bencher.counter(BytesCount::new(text.len())).bench(|| {
        let mut reader = SitemapReader::new(Limits::default());
        text.as_bytes().chunks(READ).for_each(|piece| reader.take(piece));
        reader.finish()
    });
}
