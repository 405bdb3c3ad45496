//! What a found link costs before it is looked up: its joining, the scope's verdict, and for a new one the traps.

use std::hint::black_box;

use crawltop::crawl::address::{Base, Joined};
use crawltop::crawl::scope::{Reach, Rules, Scope};
use crawltop::crawl::traps::Traps;
use crawltop::target::Target;
use divan::Bencher;
use divan::counter::ItemsCount;

const PAGE: &str = "http://127.0.0.1:8080/p/17/0017.html";

const LINKS: &[&str] = &[
    "/p/42/4217.html",
    "../18/1803.html",
    "./next.html",
    "0018.html#part-2",
    "#top",
    "?page=2&sort=name",
    "//cdn.example.org/lib/app.js",
    "http://127.0.0.1:8080/p/42/4217.html",
    "https://www.example.org/about/",
    "/wiki/Caf%C3%A9:History",
    "mailto:me@example.org",
    "/B%c3%bccher/%7eme/a b",
];

fn main() {
    divan::main();
}

fn target(url: &str) -> Target {
    Target::parse(url).expect("a URL")
}

#[divan::bench(args = LINKS)]
fn join(bencher: Bencher, href: &str) {
    let base = Base::new(&target(PAGE), None);
    let mut buffer = String::new();
    bencher.counter(ItemsCount::new(1usize)).bench_local(|| match base.join(black_box(href), &mut buffer) {
        Joined::Page { url, .. } => url.len(),
        Joined::Other(_) | Joined::Broken(_) => 0,
    });
}

/// What the fast path saves.
#[divan::bench(args = &LINKS[..1])]
fn join_by_the_url_crate(bencher: Bencher, href: &str) {
    let base = url::Url::parse(PAGE).expect("a URL");
    bencher.counter(ItemsCount::new(1usize)).bench_local(|| base.join(black_box(href)));
}

#[divan::bench]
fn base_of_a_page(bencher: Bencher) {
    let page = target(PAGE);
    bencher.counter(ItemsCount::new(1usize)).bench_local(|| Base::new(black_box(&page), None));
}

#[divan::bench(args = [Reach::Host, Reach::Site, Reach::Any])]
fn verdict(bencher: Bencher, reach: &Reach) {
    let rules = Rules { reach: *reach, ..Rules::default() };
    let scope = Scope::new(rules, [&target("http://www.example.org/")]);
    let (inside, outside) = ("http://www.example.org/p/42/4217.html", "https://cdn.example.net/lib/app.js");
    bencher
        .counter(ItemsCount::new(2usize))
        .bench_local(|| (scope.verdict(black_box(inside), 22, 3), scope.verdict(black_box(outside), 23, 3)));
}

#[divan::bench(args = ["/p/*/00*.html", "/list?page=*&sort=name", "/about/us.html"])]
fn traps(bencher: Bencher, path: &str) {
    let urls: Vec<String> =
        (0..4096).map(|page| format!("http://127.0.0.1:8080{}", path.replace('*', &page.to_string()))).collect();
    let mut traps = Traps::new(1);
    let mut next = 0;
    bencher.counter(ItemsCount::new(1usize)).bench_local(|| {
        next = (next + 1) % urls.len();
        traps.check(black_box(&urls[next]), 21)
    });
}
