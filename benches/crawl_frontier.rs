//! What a link, a start and a million known URLs cost. `cargo bench --bench crawl_frontier`

#[path = "../tests/support/held.rs"]
mod held;

use crawltop::clock::At;
use crawltop::crawl::{Added, Ended, Frontier, Manners, Next, Whence};
use crawltop::id::FetchId;
use divan::{Bencher, black_box};
use held::held_by;
use std::cell::RefCell;
use std::fmt::Write;
use std::time::{Duration, Instant};

const MILLION: u64 = 1_000_000;
const MANNERS: Manners = Manners {
    per_host: 64,
    slots: 64,
    wait: std::time::Duration::ZERO,
    rate: None,
    robots: false,
    max_pages: None,
    most_known: 50_000_000,
    seed: 1,
};

/// Writes a URL of a shop, 40 bytes behind its origin, and tells where that ends.
fn url(buffer: &mut String, hosts: u64, number: u64) -> usize {
    buffer.clear();
    let _ = write!(buffer, "https://h{}.example", number % hosts);
    let end = buffer.len();
    let _ = write!(buffer, "/goods/{:08x}/the-name-of-a-page.html", number.wrapping_mul(0x9e37_79b1) as u32);
    end
}

fn filled(count: u64, hosts: u64) -> Frontier {
    let mut frontier = Frontier::new(MANNERS);
    let mut buffer = String::new();
    for number in 0..count {
        let end = url(&mut buffer, hosts, number);
        frontier.add(&buffer, end, Whence { page: Some(FetchId(1)), depth: 3, ..Whence::default() });
    }
    frontier
}

/// By the allocator's count, which has a bound, and the frontier's own; and what a link took.
fn tell_memory(count: u64, hosts: u64, most_mib: f64) {
    let begun = Instant::now();
    let (held, frontier) = held_by(|| filled(count, hosts));
    let took = begun.elapsed() / u32::try_from(count).unwrap_or(u32::MAX);
    let mib = |bytes: f64| bytes / f64::from(1 << 20);
    let taken = mib(held as f64);
    let own = mib(frontier.bytes() as f64);
    println!("{count} URLs at {hosts} hosts: {taken:.1} MiB ({own:.1} by its own account), {took:?} each");
    assert!(taken < most_mib, "more than {most_mib} MiB");
}

fn main() {
    if std::env::args().any(|arg| arg == "--memory") {
        return [(MILLION, 1, 100.0), (MILLION, 1000, 100.0), (10 * MILLION, 1, 1024.0), (MILLION, MILLION, 144.0)]
            .into_iter()
            .for_each(|(count, hosts, most_mib)| tell_memory(count, hosts, most_mib));
    }
    divan::main();
}

/// A link to what is known already, where a million is.
#[divan::bench(args = [1, 1000], sample_count = 200, sample_size = 1000)]
fn known_link(bencher: Bencher, hosts: u64) {
    let frontier = RefCell::new(filled(MILLION, hosts));
    let mut number = 0;
    let next = || {
        let mut buffer = String::new();
        number = (number + 611_953) % MILLION;
        let end = url(&mut buffer, hosts, number);
        (buffer, end)
    };
    bencher.with_inputs(next).bench_local_values(|(url, end)| {
        let added = frontier.borrow_mut().add(black_box(&url), end, Whence::default());
        assert!(matches!(added, Added::Known(_)));
        url
    });
}

/// As above, taken up as the links of a page are: the frontier reads ahead for a page's links together. Figures are of
/// twenty links.
#[divan::bench(args = [1, 1000], sample_count = 200, sample_size = 50)]
fn twenty_known_links_of_a_page(bencher: Bencher, hosts: u64) {
    let frontier = RefCell::new(filled(MILLION, hosts));
    let mut number = 0;
    let next = || {
        let link = |_| {
            let mut buffer = String::new();
            number = (number + 611_953) % MILLION;
            let end = url(&mut buffer, hosts, number);
            (buffer, end)
        };
        (0..20).map(link).collect::<Vec<_>>()
    };
    bencher.with_inputs(next).bench_local_values(|links| {
        let mut frontier = frontier.borrow_mut();
        frontier.look_ahead(links.iter().map(|(url, _)| url.as_str()));
        assert!(links.iter().all(|(url, end)| frontier.find(black_box(url), *end).is_some()));
        links
    });
}

/// A link to one of a thousand pages, as most links of a site are, where a million is known.
#[divan::bench(sample_count = 200, sample_size = 1000)]
fn known_link_to_where_many_lead(bencher: Bencher) {
    let frontier = RefCell::new(filled(MILLION, 1));
    let mut number = 0;
    let next = || {
        let mut buffer = String::new();
        number = (number + 1) % 1000;
        let end = url(&mut buffer, 1, number * 997);
        (buffer, end)
    };
    bencher.with_inputs(next).bench_local_values(|(url, end)| {
        let added = frontier.borrow_mut().add(black_box(&url), end, Whence::default());
        assert!(matches!(added, Added::Known(_)));
        url
    });
}

/// A link to what is new, where a million is known.
#[divan::bench(args = [1, 1000], sample_count = 200, sample_size = 1000)]
fn new_link(bencher: Bencher, hosts: u64) {
    let frontier = RefCell::new(filled(MILLION, hosts));
    let mut number = MILLION;
    let next = || {
        let mut buffer = String::new();
        number += 1;
        let end = url(&mut buffer, hosts, number);
        (buffer, end)
    };
    bencher.with_inputs(next).bench_local_values(|(url, end)| {
        let added = frontier.borrow_mut().add(black_box(&url), end, Whence::default());
        assert!(matches!(added, Added::New(_)));
        url
    });
}

/// One fetch taken and another one done, with 64 in flight and a million known.
#[divan::bench(args = [1, 1000, 1_000_000], sample_count = 200, sample_size = 1000)]
fn next_and_done(bencher: Bencher, hosts: u64) {
    let frontier = RefCell::new(filled(MILLION, hosts));
    let in_flight = RefCell::new(std::collections::VecDeque::new());
    let (mut now, how) = (0, Ended { status: Some(200), ..Ended::default() });
    bencher.bench_local(|| {
        let (mut frontier, mut in_flight) = (frontier.borrow_mut(), in_flight.borrow_mut());
        now += 50;
        if let Next::Target(taken) = frontier.next(At(now)) {
            in_flight.push_back(taken.id);
        }
        if in_flight.len() >= 64 {
            let id = in_flight.pop_front().unwrap_or(FetchId(0));
            frontier.done(id, how, At(now));
        }
    });
}

/// Asked in vain: of 10,000 hosts, 48 that are slow have something and find no slot, 48 have it in flight, and one that is quick
/// may want the last ones.
#[divan::bench(sample_count = 200, sample_size = 1000)]
fn next_where_slow_hosts_find_no_slot(bencher: Bencher) {
    let mut frontier = crowded(10_000, 48);
    bencher.bench_local(|| {
        let next = frontier.next(At(u64::MAX >> 8));
        assert!(matches!(next, Next::Wait(_)), "{next:?}");
    });
}

/// So many hosts, of which so many are slow and wait for a slot, and as many have theirs; the last one of all is quick.
fn crowded(hosts: u64, slow: u64) -> Frontier {
    let mut frontier = Frontier::new(Manners { per_host: 8, ..MANNERS });
    let mut buffer = String::new();
    let mut add = |frontier: &mut Frontier, host: u64, page: u64| {
        buffer.clear();
        let _ = write!(buffer, "https://h{host}.example");
        let end = buffer.len();
        let _ = write!(buffer, "/{page}");
        frontier.add(&buffer, end, Whence::default());
    };
    let mut now = 0;
    (0..hosts).for_each(|host| add(&mut frontier, host, 0));
    while let Next::Target(taken) = frontier.next(At(now)) {
        now += 2_000_000;
        let quick = taken.url.starts_with(&format!("https://h{}.", hosts - 1));
        let latency = Duration::from_millis(if quick { 1 } else { 1500 });
        frontier.done(taken.id, Ended { status: Some(200), latency: Some(latency), ..Ended::default() }, At(now));
    }
    (0..8).for_each(|page| add(&mut frontier, hosts - 1, page + 1));
    let now = At(u64::MAX >> 8);
    while let Next::Target(_) = frontier.next(now) {}
    (0..slow).for_each(|host| (1..3).for_each(|page| add(&mut frontier, host, page)));
    while let Next::Target(_) = frontier.next(now) {}
    frontier
}
