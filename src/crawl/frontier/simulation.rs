//! Whole crawls of invented sites, on a clock that jumps, with what the servers saw held against the promises.

use super::*;
use crate::failure::FailureKind;
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

#[derive(Clone, Copy, Debug)]
enum Fault {
    TooMany(Option<u64>),
    Unavailable,
    Refused,
    TimedOut,
    Missing,
}

#[derive(Clone, Debug)]
struct Page {
    /// Hosts and pages, by number.
    links: Vec<(usize, usize)>,
    /// Of the first attempts; the next one is answered.
    faults: Vec<Fault>,
    kept: bool,
    secure: bool,
}

#[derive(Clone, Debug)]
struct Site {
    pages: Vec<Page>,
    /// Until a request is at the server, and until the answer is back.
    dial_us: u64,
    answer_us: u64,
    crawl_delay_ms: Option<u64>,
}

#[derive(Clone, Debug)]
struct World {
    sites: Vec<Site>,
    manners: Manners,
    slots: usize,
    attempts: u32,
}

struct Sheet(Option<Duration>);

impl Rules for Sheet {
    fn against(&self, path: &str) -> Option<(u32, &str)> {
        path.starts_with("/kept/").then_some((2, "Disallow: /kept/"))
    }

    fn delay(&self) -> Option<Duration> {
        self.0
    }
}

/// What became of a URL in the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    Answered,
    Failed,
    Kept,
    Parked,
}

/// What will be back, and when.
enum Back {
    Page(Taken, Ended),
    Robots(OriginId, usize),
}

struct Run<'w> {
    world: &'w World,
    frontier: Frontier,
    now: u64,
    back: BTreeMap<(u64, u64), Back>,
    requests: u64,
    fates: BTreeMap<String, Fate>,
    fresh: u64,
    /// When requests came to each host, and when each ended.
    arrived: Vec<Vec<u64>>,
    at_once: Vec<u32>,
    starts: Vec<u64>,
    last_end: Vec<u64>,
}

impl World {
    fn url(&self, (host, page): (usize, usize)) -> Option<String> {
        let it = self.sites.get(host)?.pages.get(page)?;
        let (scheme, folder) = (if it.secure { "https" } else { "http" }, if it.kept { "kept" } else { "open" });
        Some(format!("{scheme}://h{host}.example/{folder}/{page}"))
    }

    /// Host and page of a URL.
    fn place(url: &str) -> (usize, usize) {
        let host = url.split_once("://h").unwrap().1.split_once('.').unwrap().0;
        let page = url.rsplit_once('/').unwrap().1;
        (host.parse().unwrap(), page.parse().unwrap_or(0))
    }

    fn page(&self, url: &str) -> &Page {
        let (host, page) = World::place(url);
        &self.sites[host].pages[page]
    }

    fn run(&self) -> Run<'_> {
        let hosts = self.sites.len();
        let mut run = Run {
            world: self,
            frontier: Frontier::new(self.manners),
            now: 0,
            back: BTreeMap::new(),
            requests: 0,
            fates: BTreeMap::new(),
            fresh: 0,
            arrived: vec![Vec::new(); hosts],
            at_once: vec![0; hosts],
            starts: Vec::new(),
            last_end: vec![0; hosts],
        };
        for host in 0..hosts {
            run.find((host, 0), None, 0);
        }
        run.go();
        run
    }
}

impl Run<'_> {
    fn go(&mut self) {
        for _ in 0..200_000 {
            let counts = self.frontier.counts();
            assert_eq!(counts.in_flight + counts.asking, self.back.len() as u64);
            let next = if self.back.len() < self.world.slots { Some(self.frontier.next(At(self.now))) } else { None };
            assert!(self.frontier.counts().add_up());
            match next {
                Some(Next::End) => return assert!(self.back.is_empty(), "it ended with something in flight"),
                Some(Next::Until(at, _)) => self.jump(Some(at.0)),
                Some(Next::Wait(_)) | None => self.jump(None),
                Some(Next::Target(taken)) => self.start(taken),
                Some(Next::Robots { origin, url }) => self.ask(origin, &url),
                Some(Next::Kept { url, .. }) => self.end(url, Fate::Kept),
                Some(Next::Parked { url, .. }) => self.end(url, Fate::Parked),
            }
        }
        panic!("it does not end: {:?}", self.frontier.counts());
    }

    /// To the next moment at which something happens.
    fn jump(&mut self, until: Option<u64>) {
        let back = self.back.first_key_value().map(|(&(at, _), _)| at);
        let next = back.into_iter().chain(until).min().expect("it waits for nothing");
        assert!(next > self.now || back == Some(next), "it waits for what is past");
        self.now = self.now.max(next);
        while let Some(entry) = self.back.first_entry().filter(|entry| entry.key().0 <= self.now) {
            match entry.remove() {
                Back::Robots(origin, host) => {
                    let delay = self.world.sites[host].crawl_delay_ms.map(Duration::from_millis);
                    self.over(host);
                    self.frontier.robots(origin, Arc::new(Sheet(delay)), At(self.now));
                }
                Back::Page(taken, how) => self.finish(taken, how),
            }
        }
    }

    fn start(&mut self, taken: Taken) {
        let (host, page) = World::place(&taken.url);
        assert!(!self.fates.contains_key(&taken.url), "{} goes though its fate is known", taken.url);
        assert_eq!(self.frontier.url(taken.id).as_ref(), Some(&taken.url));
        self.fresh += u64::from(taken.attempt == 1);
        let site = &self.world.sites[host];
        let fault = site.pages[page].faults.get(taken.attempt as usize - 1).copied();
        let at = self.request(host);
        let how = self.outcome(fault, at, site.answer_us);
        self.requests += 1;
        self.back.insert((at, self.requests), Back::Page(taken, how));
    }

    fn outcome(&self, fault: Option<Fault>, back: u64, answer_us: u64) -> Ended {
        let latency = Some(Duration::from_micros(answer_us));
        let answered = |status| Ended { status: Some(status), failure: None, latency, retry_after: None };
        let failed = |kind| Ended { failure: Some(kind), ..Ended::default() };
        match fault {
            None => answered(200),
            Some(Fault::Missing) => answered(404),
            Some(Fault::Unavailable) => answered(503),
            Some(Fault::TooMany(seconds)) => {
                Ended { retry_after: seconds.map(|seconds| At(back + seconds * 1_000_000)), ..answered(429) }
            }
            Some(Fault::Refused) => failed(FailureKind::ConnectRefused),
            Some(Fault::TimedOut) => failed(FailureKind::Timeout),
        }
    }

    fn ask(&mut self, origin: OriginId, url: &str) {
        let (host, _) = World::place(url.trim_end_matches("/robots.txt"));
        let at = self.request(host);
        self.requests += 1;
        self.back.insert((at, self.requests), Back::Robots(origin, host));
    }

    /// A request goes to a host; when it will be over.
    fn request(&mut self, host: usize) -> u64 {
        let site = &self.world.sites[host];
        self.starts.push(self.now);
        self.at_once[host] += 1;
        let cap = self.world.manners.per_host.max(1);
        assert!(self.at_once[host] <= cap, "{} at once at h{host}", self.at_once[host]);
        // Each request is some other time late.
        let dialled = self.now + site.dial_us * (1 + self.arrived[host].len() as u64 % 5);
        self.arrived[host].push(dialled);
        dialled + site.answer_us
    }

    fn over(&mut self, host: usize) {
        self.at_once[host] -= 1;
        self.last_end[host] = self.now;
    }

    fn finish(&mut self, taken: Taken, how: Ended) {
        self.over(World::place(&taken.url).0);
        let passes = how.status == Some(200) || how.status == Some(404);
        let asked_long = how.retry_after.is_some_and(|at| at.since(At(self.now)) > LONGEST_PAUSE);
        if !passes && !asked_long && taken.attempt < self.world.attempts {
            let gap = Duration::from_millis(100 << taken.attempt);
            return self.frontier.retry(taken.id, how, At(self.now) + gap, At(self.now));
        }
        self.frontier.done(taken.id, how, At(self.now));
        let answered = how.status == Some(200);
        self.end(taken.url.clone(), if answered { Fate::Answered } else { Fate::Failed });
        if answered {
            for link in self.world.page(&taken.url).links.clone() {
                self.find(link, Some(taken.id), taken.depth + 1);
            }
        }
    }

    fn find(&mut self, place: (usize, usize), page: Option<FetchId>, depth: u32) {
        let Some(url) = self.world.url(place) else { return };
        let origin_end = url.rfind(".example").unwrap() + ".example".len();
        self.frontier.add(&url, origin_end, Whence { page, depth, ..Whence::default() });
    }

    fn end(&mut self, url: String, fate: Fate) {
        let before = self.fates.insert(url.clone(), fate);
        assert_eq!(before, None, "{url} has two results");
    }
}

fn fault() -> impl Strategy<Value = Fault> {
    prop_oneof![
        Just(Fault::TooMany(None)),
        (1..5_u64).prop_map(|seconds| Fault::TooMany(Some(seconds))),
        Just(Fault::TooMany(Some(100))),
        Just(Fault::Unavailable),
        Just(Fault::Refused),
        Just(Fault::TimedOut),
        Just(Fault::Missing),
    ]
}

fn page(hosts: usize) -> impl Strategy<Value = Page> {
    let links = prop::collection::vec((0..hosts, 0..30_usize), 0..8);
    let faults = prop_oneof![4 => Just(vec![]), 1 => prop::collection::vec(fault(), 1..4)];
    (links, faults, prop::bool::weighted(0.1), prop::bool::weighted(0.2))
        .prop_map(|(links, faults, kept, secure)| Page { links, faults, kept, secure })
}

fn site(hosts: usize) -> impl Strategy<Value = Site> {
    let pages = prop::collection::vec(page(hosts), 1..30);
    let delay = prop_oneof![3 => Just(None), 1 => (1..5000_u64).prop_map(Some)];
    (pages, 0..50_000_u64, 1..400_000_u64, delay).prop_map(|(pages, dial_us, answer_us, crawl_delay_ms)| Site {
        pages,
        dial_us,
        answer_us,
        crawl_delay_ms,
    })
}

fn manners() -> impl Strategy<Value = Manners> {
    let wait = prop_oneof![3 => Just(0), 1 => 1..2000_u64];
    let rate = prop_oneof![2 => Just(None), 1 => (1..300_u32).prop_map(Some)];
    let max_pages = prop_oneof![2 => Just(None), 1 => (0..40_u64).prop_map(Some)];
    (0..9_u32, wait, rate, any::<bool>(), max_pages, any::<u64>()).prop_map(
        |(per_host, wait, rate, robots, max_pages, seed)| Manners {
            per_host,
            wait: Duration::from_millis(wait),
            rate: rate.map(|requests| Rate { requests, per: Duration::from_secs(1) }),
            robots,
            max_pages,
            seed,
            ..Manners::default()
        },
    )
}

fn world() -> impl Strategy<Value = World> {
    let sites = (1..6_usize).prop_flat_map(|hosts| prop::collection::vec(site(hosts), hosts));
    (sites, manners(), 1..40_usize, 1..4_u32).prop_map(|(sites, manners, slots, attempts)| World {
        sites,
        manners,
        slots,
        attempts,
    })
}

/// Every link of every page that answered has come to an end, and so has every start.
fn nothing_is_lost(run: &Run<'_>) {
    let answered = run.fates.iter().filter(|(_, fate)| **fate == Fate::Answered);
    let linked = answered.flat_map(|(url, _)| run.world.page(url).links.clone());
    let starts = (0..run.world.sites.len()).map(|host| (host, 0));
    let lost: BTreeSet<String> = linked
        .chain(starts)
        .filter_map(|place| run.world.url(place))
        .filter(|url| !run.fates.contains_key(url))
        .collect();
    let counts = run.frontier.counts();
    assert!(counts.waiting == 0 && counts.in_flight == 0);
    match run.world.manners.max_pages {
        Some(most) if run.fresh == most => {}
        _ => assert!(lost.is_empty() && counts.refused.over == 0, "{lost:?}"),
    }
    assert_eq!(counts.found - counts.refused.over, run.fates.len() as u64);
}

fn what_robots_keeps_out_is_not_fetched(run: &Run<'_>) {
    for (url, fate) in &run.fates {
        let kept = run.world.manners.robots && run.world.page(url).kept;
        assert!(!kept || matches!(fate, Fate::Kept | Fate::Parked), "{url} {fate:?}");
        assert!(kept || *fate != Fate::Kept, "{url} {fate:?}");
    }
}

/// By the server's own clock.
fn no_delay_is_undercut(run: &Run<'_>) {
    let manners = run.world.manners;
    for (site, arrived) in run.world.sites.iter().zip(&run.arrived) {
        let crawl_delay = site.crawl_delay_ms.filter(|_| manners.robots).unwrap_or(0) * 1000;
        let least = crawl_delay.max(manners.wait.as_micros() as u64 / 2);
        // The delay is not known before the first robots.txt is there; by then the other origin may have been asked.
        let mut arrived = arrived.clone();
        if least > 0 {
            arrived.sort_unstable();
            for pair in arrived.windows(2).skip(usize::from(manners.wait.is_zero())) {
                assert!(pair[1] - pair[0] >= least, "{} µs between two, not {least}", pair[1] - pair[0]);
            }
        }
    }
}

fn the_rate_is_kept(run: &Run<'_>) {
    let Some(rate) = run.world.manners.rate else { return };
    for (place, &start) in run.starts.iter().enumerate() {
        let within = run.starts[place..].iter().take_while(|&&later| later < start + 1_000_000).count();
        assert!(within as f64 <= 1.0 + f64::from(rate.requests) * 1.1, "{within} of {}", rate.requests);
    }
}

fn no_more_pages_than_may_be(run: &Run<'_>) {
    assert!(run.world.manners.max_pages.is_none_or(|most| run.fresh <= most));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, ..ProptestConfig::default() })]
    #[test]
    fn a_crawl_keeps_every_promise_whatever_the_sites_are_like(world in world()) {
        let run = world.run();
        nothing_is_lost(&run);
        what_robots_keeps_out_is_not_fetched(&run);
        no_delay_is_undercut(&run);
        the_rate_is_kept(&run);
        no_more_pages_than_may_be(&run);
    }

    #[test]
    fn the_same_seed_gives_the_same_crawl(world in world()) {
        let (one, other) = (world.run(), world.run());
        prop_assert_eq!((one.now, one.starts, one.fates), (other.now, other.starts, other.fates));
    }

    /// With slots for all, each site ends when it would have ended if it had been alone.
    #[test]
    fn no_host_delays_another(world in world()) {
        let alone = |site: &Site| {
            let pages = site.pages.iter().map(|page| Page { links: vec![], ..page.clone() }).collect::<Vec<_>>();
            let all = (0..pages.len()).map(|page| (0, page)).collect();
            let mut site = Site { pages, ..site.clone() };
            // A host that is parked comes back where others take longer.
            let parks = |fault: &Fault| matches!(fault, Fault::TooMany(Some(60..)) | Fault::Refused | Fault::TimedOut);
            site.pages.iter_mut().for_each(|page| page.faults.retain(|fault| !parks(fault)));
            // So is one that answers nothing else for long.
            let faulty = site.pages.iter_mut().filter(|page| !page.faults.is_empty());
            faulty.skip(FAILURES_TO_PARK as usize / 2).for_each(|page| page.faults.clear());
            site.pages[0] = Page { links: all, faults: vec![], kept: false, secure: false };
            site
        };
        let manners = Manners { rate: None, max_pages: None, wait: Duration::ZERO, ..world.manners };
        let sites: Vec<Site> = world.sites.iter().map(alone).collect();
        let ends: Vec<u64> = sites
            .iter()
            .map(|site| World { sites: vec![site.clone()], manners, slots: 1000, attempts: 2 }.run().last_end[0])
            .collect();
        let together = sites.into_iter().enumerate().map(|(host, mut site)| {
            site.pages[0].links.iter_mut().for_each(|link| link.0 = host);
            site
        });
        let together = World { sites: together.collect(), manners, slots: 1000, attempts: 2 };
        let run = together.run();
        prop_assert_eq!(ends, run.last_end);
    }
}
