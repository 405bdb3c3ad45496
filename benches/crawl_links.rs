//! How fast links are found: a page of a shop in one piece and as from a socket, and what is all text or all tags.

use crawltop::crawl::{LinkFinder, Links, Wanted};
use divan::Bencher;
use divan::counter::BytesCount;

const READ: usize = 16 * 1024;
const WANTED: Wanted = Wanted { links: 10_000, assets: false, ids: false };

fn main() {
    divan::main();
}

fn find(content_type: &[u8], wanted: Wanted, page: &[u8], piece: usize) -> Links {
    let mut finder = LinkFinder::html(content_type, wanted);
    page.chunks(piece).for_each(|piece| finder.take(piece));
    finder.finish()
}

/// 8.7 KB with 21 anchors.
fn page() -> Vec<u8> {
    let head = "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>Goods</title>\n\
        <link rel=\"stylesheet\" href=\"/assets/site.css\">\n<script src=\"/assets/site.js\" defer></script>\n</head>\n<body>\n";
    let words = "event parser review path section anchor record chapter fetch median index crawl yield record thread ";
    let good = |number: usize| {
        format!(
            "<article class=\"card card-{number}\"><div class=\"card-body\"><h2 id=\"g{number}\">{words}</h2>\n<p>{words}{words}\
             <a class=\"more\" href=\"/goods/{number}/\" title=\"Good {number}\">good {number}</a> latency</p></div></article>\n"
        )
    };
    [head.to_owned(), (0..21).map(good).collect(), "</body>\n</html>\n".to_owned()].concat().into_bytes()
}

#[divan::bench]
fn a_page(bencher: Bencher) {
    bench(bencher, page(), |page| find(b"text/html; charset=utf-8", WANTED, page, page.len()));
}

#[divan::bench]
fn a_page_without_charset(bencher: Bencher) {
    bench(bencher, page(), |page| find(b"text/html", WANTED, page, page.len()));
}

#[divan::bench]
fn a_page_with_ids(bencher: Bencher) {
    let wanted = Wanted { ids: true, ..WANTED };
    bench(bencher, page(), |page| find(b"text/html; charset=utf-8", wanted, page, page.len()));
}

#[divan::bench]
fn a_page_in_pieces_of_100_bytes(bencher: Bencher) {
    bench(bencher, page(), |page| find(b"text/html; charset=utf-8", WANTED, page, 100));
}

#[divan::bench]
fn a_page_of_utf_16(bencher: Bencher) {
    let page = page().into_iter().flat_map(|byte| [byte, 0]).collect();
    bench(bencher, page, |page| find(b"text/html; charset=utf-16le", WANTED, page, page.len()));
}

#[divan::bench]
fn text_without_a_tag(bencher: Bencher) {
    bench(bencher, b"all work and no play\n".repeat(50_000), |page| find(b"", WANTED, page, READ));
}

#[divan::bench]
fn nothing_but_tags(bencher: Bencher) {
    bench(bencher, b"<b></b>".repeat(150_000), |page| find(b"", WANTED, page, READ));
}

#[divan::bench]
fn nothing_but_attributes(bencher: Bencher) {
    let page = [&b"<p"[..], &b" a=b".repeat(250_000), b">"].concat();
    bench(bencher, page, |page| find(b"", WANTED, page, READ));
}

fn bench(bencher: Bencher, page: Vec<u8>, find: impl Fn(&[u8]) -> Links + Sync) {
    bencher.counter(BytesCount::new(page.len())).bench(|| find(divan::black_box(&page)));
}
