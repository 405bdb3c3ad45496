use super::super::*;
use std::collections::BTreeSet;
use std::time::Duration;

const MS: u64 = 1000;

/// A crawl of one host, whose page of a number takes so many milliseconds at a time: when and to how many requests at once
/// it was cut, and how many it has in the end.
fn crawl(pages: u64, per_host: u32, takes: impl Fn(u64, u64) -> u64) -> (Vec<(u64, u32)>, u32) {
    let (cuts, allowed, _) = crawl_loaded(pages, per_host, |page, now, _| takes(page, now));
    (cuts, allowed)
}

/// As [`crawl`], where how long it takes may depend on how many requests there are at once, itself included; and how many
/// milliseconds all of it took.
fn crawl_loaded(pages: u64, per_host: u32, takes: impl Fn(u64, u64, u64) -> u64) -> (Vec<(u64, u32)>, u32, u64) {
    let manners = Manners { per_host, slots: u32::MAX, wait: Duration::ZERO, rate: None, robots: false, ..MANNERS };
    let mut frontier = Frontier::new(manners);
    (0..pages).for_each(|page| _ = frontier.add(&format!("http://a.example/{page}"), 16, Whence::default()));
    let (mut now, mut back, mut cuts) = (0, BTreeSet::new(), Vec::new());
    loop {
        while let Next::Target(taken) = frontier.next(At(now)) {
            let takes = takes(taken.id.0, now / MS, back.len() as u64 + 1);
            back.insert((now + takes * MS, taken.id.0, takes));
        }
        let Some((at, id, took)) = back.pop_first() else { break };
        now = at;
        let latency = Some(Duration::from_millis(took));
        frontier.done(FetchId(id), Ended { status: Some(200), latency, ..Ended::default() }, At(now));
        let slow = |paced: &HostPaced| paced.why == Some(Limit::Backoff(Trouble::Slow));
        cuts.extend(frontier.changes().filter(slow).map(|paced| (now / MS, paced.allowed)));
    }
    assert_eq!(frontier.counts().done, pages);
    let allowed = frontier.host(OriginId(0)).map_or(0, |host| host.allowed);
    (cuts, allowed, now / MS)
}

const MANNERS: Manners = Manners {
    per_host: 8,
    slots: u32::MAX,
    wait: Duration::ZERO,
    rate: None,
    robots: false,
    max_pages: None,
    most_known: MOST_KNOWN,
    seed: 1,
};

/// Between 0 and 1, and the same for the same number.
fn thrown(seed: u64, number: u64) -> f64 {
    fastrand::Rng::with_seed(seed.wrapping_mul(0x9e37_79b9).wrapping_add(number)).f64()
}

/// Pages of 20 ms, and so many percent of them so slow, in runs on end; each by half quicker or slower than that.
fn mixed(seed: u64, percent: u64, slow_ms: u64, run: u64) -> impl Fn(u64) -> u64 {
    move |page| {
        let slow = thrown(seed, page / run) * 100.0 < percent as f64;
        let takes = if slow { slow_ms } else { 20 };
        (takes as f64 * (0.5 + thrown(seed + 99, page))) as u64
    }
}

#[test]
fn a_site_with_slow_pages_among_quick_ones_is_none_that_slows_down() {
    for (per_host, percent, slow_ms) in each_of([8, 16, 64], [1, 5, 10, 25, 50, 95, 99], [700, 3000]) {
        for seed in 0..2 {
            let takes = mixed(seed, percent, slow_ms, 1);
            let (cuts, _) = crawl(1500, per_host, |page, _| takes(page));
            assert_eq!(cuts, [], "{per_host} at once, {percent} % of {slow_ms} ms, {seed}");
        }
    }
}

#[test]
fn slow_pages_in_runs_are_taken_for_a_host_that_slows_down_a_few_times_at_most() {
    for (per_host, percent, slow_ms) in each_of([8, 16, 64], [5, 10, 25, 50, 90], [700, 3000]) {
        for run in [5, 12, 30] {
            let takes = mixed(3, percent, slow_ms, run);
            let (cuts, _) = crawl(3000, per_host, |page, _| takes(page));
            let context = format!("{per_host} at once, {percent} % of {slow_ms} ms, runs of {run}: {cuts:?}");
            assert!(cuts.len() <= 8, "{context}");
        }
    }
}

#[test]
fn a_host_whose_pages_all_become_slower_is_seen_and_recovers() {
    for (per_host, percent, times) in each_of([8, 64], [0, 10, 25], [30, 200]) {
        let takes = mixed(5, percent, 1000, 1);
        let slower = |now| if (5_000..45_000).contains(&now) { times } else { 1 };
        let pages = if per_host == 8 { 12_000 } else { 40_000 };
        let (cuts, allowed) = crawl(pages, per_host, |page, now| (takes(page) * slower(now)).min(30_000));
        let context = format!("{per_host} at once, {percent} %, {times} times: {cuts:?}");
        assert!(cuts.first().is_some_and(|&(at, _)| (5_000..30_000).contains(&at)), "{context}");
        assert_eq!(allowed, per_host, "{context}");
    }
}

#[test]
fn a_host_that_is_no_quicker_with_fewer_requests_has_them_back_at_once() {
    for (per_host, slow_ms, quick) in each_of([4, 8, 64], [300, 500, 5000], [60]) {
        let pages = quick + 40 * u64::from(per_host);
        let (cuts, allowed, took) = crawl_loaded(pages, per_host, |page, _, _| if page <= quick { 5 } else { slow_ms });
        let context = format!("{per_host} at once, {slow_ms} ms: {cuts:?}, {took} ms");
        assert_eq!((cuts.len(), allowed), (1, per_host), "{context}");
        assert!(took < slow_ms * 44, "of 40 rounds: {context}");
    }
}

#[test]
fn a_host_that_is_quicker_with_fewer_requests_is_held_at_fewer() {
    for (per_host, each_ms, quick) in each_of([4, 8, 16], [300, 900], [120]) {
        let loaded = |page, _, at_once| if page <= quick { 5 } else { each_ms * at_once };
        let (cuts, allowed, _) = crawl_loaded(quick + 150, per_host, loaded);
        let context = format!("{per_host} at once, {each_ms} ms for each of them: {cuts:?}, {allowed}");
        assert!(allowed <= 2 && cuts.iter().any(|&(_, allowed)| allowed == 1), "{context}");
    }
}

fn each_of<const A: usize, const B: usize, const C: usize>(
    per_host: [u32; A],
    percent: [u64; B],
    third: [u64; C],
) -> impl Iterator<Item = (u32, u64, u64)> {
    let pairs = per_host.into_iter().flat_map(move |one| percent.into_iter().map(move |two| (one, two)));
    pairs.flat_map(move |(one, two)| third.into_iter().map(move |three| (one, two, three)))
}
