//! What a large crawl takes, counted by the allocator itself. It has this process for itself: one test, and no other.

#[path = "support/held.rs"]
mod held;

use crawltop::clock::At;
use crawltop::crawl::{Added, Ended, Frontier, LinkFinder, Manners, Next, Wanted, Whence};
use crawltop::event::{Event, EventKind};
use crawltop::followed::{Edge, Followed};
use crawltop::id::FetchId;
use crawltop::report::summary;
use crawltop::state::State;
use crawltop::text::Charset;
use held::held_by;
use std::fmt::Write;
use std::sync::Arc;
use std::time::Duration;

const MIB: usize = 1 << 20;

#[test]
fn a_large_crawl_takes_no_more_than_is_said() {
    a_million_known_urls_take_less_than_100_mib();
    a_million_hosts_of_one_url_take_less_than_100_mib();
    links_take_16_bytes_each_and_those_beyond_four_million_are_said();
    the_links_of_a_page_are_found_while_it_comes_and_no_more_of_it_is_kept();
}

/// What is not kept can't be looked at later: whatever is found of it was found when it came.
fn the_links_of_a_page_are_found_while_it_comes_and_no_more_of_it_is_kept() {
    const PAGES: [(&[u8], &str); 2] =
        [(b"text/html; charset=utf-8", "the charset is told"), (b"text/html", "nobody has told the charset")];
    let text = "<p title='what stands here'>leads <b>nowhere</b></p>\n".repeat(1_000);
    for (content_type, what) in PAGES {
        let (bytes, finder) = held_by(|| {
            let mut finder = LinkFinder::html(content_type, Wanted { links: 10_000, assets: false, ids: false });
            for number in 0..400 {
                finder.take(text.as_bytes());
                finder.take(format!("<a href=/{number}>to</a>").as_bytes());
            }
            finder
        });
        let page = 400 * text.len();
        assert!(page > 20 * MIB && bytes < MIB / 8, "{what}: {bytes} bytes of {page} are kept");
        assert_eq!(finder.finish().len(), 400, "{what}: all of them were found by then");
    }
}

fn a_million_hosts_of_one_url_take_less_than_100_mib() {
    let fill = || {
        let mut frontier = Frontier::new(Manners { robots: false, ..Manners::default() });
        let mut url = String::new();
        for number in 0..1_000_000 {
            url.clear();
            write!(url, "https://h{number}.example/").unwrap();
            assert!(matches!(frontier.add(&url, url.len() - 1, Whence::default()), Added::New(_)));
        }
        frontier
    };
    let answered = || {
        let mut frontier = fill();
        let how = Ended { status: Some(200), latency: Some(Duration::from_millis(1)), ..Ended::default() };
        while let Next::Target(taken) = frontier.next(At(1)) {
            frontier.done(taken.id, how, At(2));
        }
        assert_eq!(frontier.counts().done, 1_000_000);
        frontier
    };
    for (what, (bytes, frontier)) in [("wait", held_by(fill)), ("have answered", held_by(answered))] {
        assert_eq!(frontier.hosts_found(), 1_000_000);
        println!("{} KiB of a million hosts that {what}", bytes >> 10);
        assert!(bytes < 100 * MIB, "{} MiB of those that {what}", bytes / MIB);
        let own = frontier.bytes();
        assert!(own.abs_diff(bytes) < bytes / 20, "{own} by its own account, {bytes} by the allocator's");
    }
}

fn a_million_known_urls_take_less_than_100_mib() {
    let (bytes, frontier) = held_by(|| {
        let mut frontier = Frontier::new(Manners::default());
        let mut url = String::new();
        for number in 0..1_000_000 {
            url.clear();
            write!(url, "http://site-{}.example/articles/2026/a-title/{number}", number % 100).unwrap();
            let origin_end = url.find(".example").unwrap() + ".example".len();
            assert!(matches!(frontier.add(&url, origin_end, Whence::default()), Added::New(_)));
        }
        frontier
    });
    assert_eq!(frontier.counts().found, 1_000_000);
    println!("{} KiB of a million URLs", bytes >> 10);
    assert!(bytes < 100 * MIB, "{} MiB", bytes / MIB);
    let own = frontier.bytes();
    assert!(own.abs_diff(bytes) < 8 * MIB, "its own account is {} MiB, and {} are taken", own / MIB, bytes / MIB);
}

fn links_take_16_bytes_each_and_those_beyond_four_million_are_said() {
    const A_PAGE: u64 = 10_000;
    const PAGES: u64 = 401;
    let edge = |number| Edge { to: FetchId(number % 1_000 + 1), line: 3, column: 4, text_end: 0 };
    let followed = Arc::new(Followed { edges: (0..A_PAGE).map(edge).collect(), ..Followed::default() });
    let (bytes, state) = held_by(|| {
        let mut state = State::default();
        state.run.crawl = true;
        for page in 1..=PAGES {
            let kind = EventKind::Followed { id: FetchId(page), followed: followed.clone() };
            state.apply(&Event { at: At(page), kind });
        }
        state
    });
    let links = state.edges.len();
    assert_eq!((links, state.edges.over), (4_000_000, 10_000));
    assert!(bytes < 17 * links, "{bytes} bytes for {links}");
    let told = summary(&state, Charset::Unicode);
    assert!(told.contains("places of links: 4,000,000 are kept"), "{told}");
    assert!(told.contains("10,000 are only counted"), "{told}");
}
