use super::*;
use crate::failure::FailureKind;
use std::sync::Arc;
use std::time::Duration;

/// Keeps out what begins with `kept`, and asks for `delay`.
struct Sheet {
    kept: &'static str,
    delay: Option<Duration>,
}

impl Rules for Sheet {
    fn against(&self, path: &str) -> Option<(u32, &str)> {
        (!self.kept.is_empty() && path.starts_with(self.kept)).then_some((2, self.kept))
    }

    fn delay(&self) -> Option<Duration> {
        self.delay
    }
}

const OPEN: Manners = Manners {
    per_host: 8,
    slots: u32::MAX,
    wait: Duration::ZERO,
    rate: None,
    robots: false,
    max_pages: None,
    most_known: MOST_KNOWN,
    seed: 1,
};
const OK: Ended =
    Ended { status: Some(200), failure: None, latency: Some(Duration::from_millis(5)), retry_after: None };
const SECOND: u64 = 1_000_000;

fn origin_end(url: &str) -> usize {
    let host = url.find("://").unwrap() + 3;
    url[host..].find('/').map_or(url.len(), |path| host + path)
}

fn add_from(frontier: &mut Frontier, url: &str, page: u64, depth: u32) -> Added {
    let page = (page > 0).then_some(FetchId(page));
    frontier.add(url, origin_end(url), Whence { page, depth, ..Whence::default() })
}

fn add(frontier: &mut Frontier, url: &str) -> Added {
    add_from(frontier, url, 0, 0)
}

fn with(manners: Manners, urls: &[&str]) -> Frontier {
    let mut frontier = Frontier::new(manners);
    urls.iter().for_each(|url| assert!(matches!(add(&mut frontier, url), Added::New(_))));
    frontier
}

/// The ids that go now, until something is to be waited for, and what that is.
fn go(frontier: &mut Frontier, now: u64) -> (Vec<u64>, Next) {
    let mut ids = Vec::new();
    loop {
        match frontier.next(At(now)) {
            Next::Target(taken) => ids.push(taken.id.0),
            other => return (ids, other),
        }
    }
}

fn status(status: u16) -> Ended {
    Ended { status: Some(status), ..OK }
}

fn failed(kind: FailureKind) -> Ended {
    Ended { status: None, failure: Some(kind), latency: None, retry_after: None }
}

fn many(host: &str, count: usize) -> Vec<String> {
    (0..count).map(|page| format!("http://{host}/{page}")).collect()
}

fn with_many(manners: Manners, host: &str, count: usize) -> Frontier {
    let urls = many(host, count);
    with(manners, &urls.iter().map(String::as_str).collect::<Vec<_>>())
}

#[test]
fn a_url_is_new_once_and_ids_are_the_order_of_finding() {
    let mut frontier = Frontier::new(OPEN);
    assert_eq!(add(&mut frontier, "http://a.example/"), Added::New(FetchId(1)));
    assert_eq!(frontier.reserve_id(), FetchId(2));
    assert_eq!(add_from(&mut frontier, "https://a.example/", 1, 3), Added::New(FetchId(3)));
    assert_eq!(add(&mut frontier, "http://a.example/"), Added::Known(FetchId(1)));
    assert_eq!(add(&mut frontier, "https://a.example/"), Added::Known(FetchId(3)));
    let urls = [0, 1, 2, 3, 4].map(|id| frontier.url(FetchId(id)));
    let text = |url: &str| Some(url.to_owned());
    assert_eq!(urls, [None, text("http://a.example/"), None, text("https://a.example/"), None]);
    let Next::Target(taken) = frontier.next(At(0)) else { panic!() };
    assert_eq!((taken.id, taken.depth, taken.source, taken.attempt), (FetchId(1), 0, None, 1));
    let Next::Target(taken) = frontier.next(At(0)) else { panic!() };
    assert_eq!((taken.id, taken.depth, taken.source), (FetchId(3), 3, Some(FetchId(1))));
    assert_eq!(&taken.url[..taken.origin_end], "https://a.example");
}

#[test]
fn a_crawl_without_anything_is_at_its_end() {
    assert_eq!(Frontier::new(OPEN).next(At(0)), Next::End);
}

#[test]
fn what_is_nearer_to_the_start_goes_first_though_it_was_found_later() {
    let mut frontier = Frontier::new(OPEN);
    for (path, depth) in [("/c", 2), ("/b", 1), ("/d", 2), ("/a", 0), ("/b2", 1)] {
        add_from(&mut frontier, &format!("http://a.example{path}"), 0, depth);
    }
    assert_eq!(go(&mut frontier, 0).0, [4, 2, 5, 1, 3]);
}

#[test]
fn a_shorter_path_lets_go_earlier_what_waits_and_changes_the_depth_of_what_does_not() {
    let mut frontier = Frontier::new(Manners { per_host: 1, ..OPEN });
    for (path, depth) in [("/a", 1), ("/b", 3), ("/c", 3), ("/d", 3), ("/e", 2), ("/f", 4)] {
        add_from(&mut frontier, &format!("http://a.example{path}"), 0, depth);
    }
    assert!(frontier.lower(FetchId(3), 2) && frontier.lower(FetchId(6), 1) && frontier.lower(FetchId(3), 1));
    assert!(!frontier.lower(FetchId(3), 1) && !frontier.lower(FetchId(9), 0));
    let mut order = Vec::new();
    for now in 0..20 {
        let Next::Target(taken) = frontier.next(At(now)) else { break };
        order.push((taken.id.0, taken.depth));
        // The one that was queued elsewhere is asked twice, and more is queued behind its old place.
        match (taken.id.0, taken.attempt) {
            (3, 1) => {
                frontier.retry(taken.id, status(500), At(now), At(now));
                add_from(&mut frontier, "http://a.example/g", 0, 3);
            }
            _ => frontier.done(taken.id, OK, At(now)),
        }
    }
    assert_eq!(order, [(1, 1), (3, 1), (3, 1), (6, 1), (5, 2), (2, 3), (4, 3), (7, 3)]);
    assert!(frontier.lower(FetchId(2), 0) && frontier.depth(FetchId(2)) == 0);
    assert!(frontier.again(FetchId(3), At(30)) && go(&mut frontier, 30).0 == [3]);
    frontier.done(FetchId(3), OK, At(31));
    assert_eq!(frontier.next(At(31)), Next::End);
}

#[test]
fn what_was_to_be_checked_goes_with_the_pages_and_counts_as_one_as_soon_as_it_is_one() {
    let mut frontier = with(Manners { max_pages: Some(3), ..OPEN }, &["http://a.example/"]);
    let check = Whence { depth: 1, check_only: true, ..Whence::default() };
    for url in ["http://b.example/1", "http://b.example/2", "http://b.example/3", "http://b.example/4"] {
        assert!(matches!(frontier.add(url, 16, check), Added::New(_)));
    }
    assert!(matches!(add_from(&mut frontier, "http://b.example/page", 1, 2), Added::New(_)));
    assert!(frontier.make_page(FetchId(4)) && !frontier.make_page(FetchId(4)) && !frontier.make_page(FetchId(6)));
    assert_eq!(frontier.counts().waiting, 6);
    let Next::Target(first) = frontier.next(At(0)) else { panic!("it is free") };
    let Next::Target(second) = frontier.next(At(0)) else { panic!("it is free") };
    assert_eq!((first.id.0, second.id.0, second.check_only), (1, 4, false), "it is nearer than the page");
    let Next::Target(third) = frontier.next(At(0)) else { panic!("it is free") };
    assert_eq!((third.id.0, frontier.counts().refused.over), (6, 0), "the last page that may be");
    assert!(frontier.make_page(FetchId(2)));
    assert_eq!((frontier.counts().refused.over, frontier.standing(FetchId(2))), (1, Standing::Refused));
    let (rest, _) = go(&mut frontier, 0);
    assert_eq!(rest, [3, 5]);
    assert!(!frontier.make_page(FetchId(3)) && frontier.is_check(FetchId(3)), "it was asked as a check");
    [1, 4, 6, 3, 5].into_iter().for_each(|id| frontier.done(FetchId(id), OK, At(0)));
    assert!(!frontier.make_page(FetchId(5)));
    assert_eq!((frontier.next(At(0)), frontier.counts().done), (Next::End, 5));
}

#[test]
fn checks_that_are_put_off_wait_wherever_they_are_looked_for_and_go_when_they_may() {
    let mut frontier = with(OPEN, &["http://a.example/"]);
    frontier.defer_checks(true);
    let check = Whence { page: Some(FetchId(1)), depth: 5, check_only: true, ..Whence::default() };
    for url in ["http://b.example/1", "http://b.example/2", "http://b.example/3", "http://b.example/4"] {
        assert!(matches!(frontier.add(url, 16, check), Added::New(_)));
    }
    let map = Whence { map: true, ..check };
    assert_eq!(frontier.add("http://b.example/map", 16, map), Added::New(FetchId(6)));
    assert_eq!(go(&mut frontier, 0).0, [1, 6], "a sitemap is not put off");
    frontier.done(FetchId(6), OK, At(0));
    let view = frontier.hosts(9).into_iter().find(|host| host.host == "b.example").unwrap();
    assert_eq!((view.waiting, view.why, frontier.counts().waiting), (4, Some(Limit::Starts), 4));
    assert_eq!(
        (frontier.limited_by(At(0)).unwrap().by, frontier.standing(FetchId(2))),
        (Limit::Starts, Standing::Waiting)
    );
    // A nearer way, a page after all, one let go of: none of them goes twice.
    assert!(frontier.lower(FetchId(4), 1) && frontier.make_page(FetchId(3)) && frontier.cancel(FetchId(2)));
    assert_eq!(go(&mut frontier, 0).0, [3], "what is a page is not put off any more");
    frontier.done(FetchId(1), OK, At(0));
    frontier.defer_checks(false);
    assert_eq!(go(&mut frontier, 0).0, [4, 5], "the nearer one first");
    [3, 4, 5].into_iter().for_each(|id| frontier.done(FetchId(id), OK, At(0)));
    let counts = frontier.counts();
    assert_eq!((frontier.next(At(0)), counts.found, counts.done, counts.refused.told), (Next::End, 6, 5, 1));
}

#[test]
fn hosts_take_turns() {
    let urls =
        ["http://a.example/1", "http://a.example/2", "http://a.example/3", "http://b.example/1", "http://b.example/2"];
    let mut frontier = with(OPEN, &urls);
    assert_eq!(go(&mut frontier, 0).0, [1, 4, 2, 5, 3]);
}

#[test]
fn a_host_has_no_more_in_flight_than_its_cap_and_goes_on_as_one_ends() {
    let mut frontier = with_many(Manners { per_host: 2, ..OPEN }, "a.example", 4);
    assert_eq!(go(&mut frontier, 0), (vec![1, 2], Next::Wait(Limit::HostCap)));
    let held = frontier.limited_by(At(0)).unwrap();
    assert_eq!((held.by, held.host.as_deref()), (Limit::HostCap, Some("a.example")));
    assert_eq!((held.in_flight, held.allowed, held.waiting), (2, 2, 2));
    frontier.done(FetchId(1), OK, At(5));
    assert_eq!(go(&mut frontier, 5).0, [3]);
    frontier.set_per_host(3);
    assert_eq!(go(&mut frontier, 6), (vec![4], Next::Wait(Limit::InFlight)));
    [2, 3, 4].into_iter().for_each(|id| frontier.done(FetchId(id), OK, At(7)));
    assert_eq!(frontier.next(At(8)), Next::End);
    assert_eq!((frontier.counts().done, frontier.counts().found, frontier.limited_by(At(8))), (4, 4, None));
}

/// As [`go`], while there are slots.
fn fill(frontier: &mut Frontier, slots: u64, now: u64) -> Vec<u64> {
    let mut ids = Vec::new();
    while frontier.counts().in_flight < slots {
        let Next::Target(taken) = frontier.next(At(now)) else { break };
        ids.push(taken.id.0);
    }
    ids
}

fn host_of(frontier: &Frontier, id: u64) -> String {
    let url = frontier.url(FetchId(id)).unwrap();
    url[7..origin_end(&url)].to_owned()
}

#[test]
fn a_host_that_is_alone_has_all_slots_and_one_that_is_not_leaves_an_eighth() {
    for (slots, left) in [(2, 1), (3, 1), (8, 1), (9, 1), (16, 2), (64, 8)] {
        let manners = Manners { per_host: 99, slots: slots as u32, ..OPEN };
        let mut frontier = with_many(manners, "a.example", 200);
        assert_eq!(fill(&mut frontier, slots, 0).len() as u64, slots, "alone");
        let mut frontier = with_many(manners, "a.example", 200);
        add(&mut frontier, "http://b.example/");
        let ids = fill(&mut frontier, slots, 0);
        let at_a = ids.iter().filter(|id| **id <= 200).count() as u64;
        assert!(at_a <= slots - left && ids.contains(&201), "{slots}: {ids:?}");
    }
}

/// Slow hosts answer after ten seconds, and a fast one at once: when the fast one is asked, at the latest.
fn longest_gap(slots: u64, slow: u64, per_host: u32, first_is_quick: bool) -> u64 {
    let mut frontier = Frontier::new(Manners { per_host, slots: slots as u32, ..OPEN });
    for page in 0..50 {
        (0..slow).for_each(|host| {
            assert!(matches!(add(&mut frontier, &format!("http://s{host}.example/{page}")), Added::New(_)))
        });
    }
    let (mut back, mut now, mut last, mut longest, mut pages) = (std::collections::BTreeSet::new(), 0, 0, 0, 0);
    add(&mut frontier, "http://fast.example/0");
    while now < 60 * SECOND {
        for id in fill(&mut frontier, slots, now) {
            let is_fast = host_of(&frontier, id) == "fast.example";
            if is_fast {
                longest = longest.max(now - last);
                last = now;
            }
            let quick = is_fast || (first_is_quick && id <= slow);
            back.insert((now + if quick { SECOND / 100 } else { 10 * SECOND }, id));
        }
        let Some(&(at, _)) = back.first() else { break };
        now = at;
        while let Some(&(at, id)) = back.first().filter(|(at, _)| *at == now) {
            back.remove(&(at, id));
            let is_fast = host_of(&frontier, id) == "fast.example";
            let quick = is_fast || (first_is_quick && id <= slow);
            let latency = Some(Duration::from_millis(if quick { 10 } else { 10_000 }));
            frontier.done(FetchId(id), Ended { latency, ..OK }, At(now));
            // Nothing of the fast host waits while its page is on its way.
            if is_fast {
                pages += 1;
                add(&mut frontier, &format!("http://fast.example/{pages}"));
            }
        }
    }
    longest.max(now.saturating_sub(last))
}

#[test]
fn slow_hosts_however_many_leave_a_slot_to_one_that_answers_soon() {
    for (slots, slow, per_host) in [(2, 1, 8), (4, 1, 8), (8, 1, 8), (8, 3, 8), (8, 7, 4), (64, 8, 8), (64, 30, 8)] {
        for first_is_quick in [false, true] {
            let gap = longest_gap(slots, slow, per_host, first_is_quick);
            assert!(gap <= SECOND / 10, "{slots} slots, {slow} slow hosts: {gap} µs");
        }
    }
}

#[test]
fn hosts_that_answer_soon_share_all_slots() {
    let mut frontier = with_many(Manners { slots: 16, ..OPEN }, "a.example", 200);
    many("b.example", 200).iter().for_each(|url| assert!(matches!(add(&mut frontier, url), Added::New(_))));
    let mut now = 0;
    let mut at_once = 0;
    for _ in 0..20 {
        let ids = fill(&mut frontier, 16, now);
        at_once = ids.len();
        now += 5000;
        ids.iter().for_each(|&id| frontier.done(FetchId(id), OK, At(now)));
    }
    assert_eq!(at_once, 16);
}

#[test]
fn a_slow_host_gets_its_slots_back_when_there_are_more() {
    let mut frontier = with_many(Manners { slots: 2, ..OPEN }, "a.example", 9);
    many("b.example", 2).iter().for_each(|url| assert!(matches!(add(&mut frontier, url), Added::New(_))));
    frontier.set_slots(3);
    assert_eq!(fill(&mut frontier, 3, 0), [1, 10]);
    frontier.done(FetchId(10), OK, At(1));
    assert_eq!(fill(&mut frontier, 3, 1), [11]);
    assert_eq!(frontier.limited_by(At(1)).unwrap().by, Limit::HostCap);
    frontier.set_slots(5);
    assert_eq!(fill(&mut frontier, 5, 2), [2, 3]);
    frontier.done(FetchId(1), OK, At(3));
    assert_eq!(fill(&mut frontier, 5, 3), [4]);
    [2, 3, 4].into_iter().for_each(|id| frontier.done(FetchId(id), OK, At(4)));
    assert_eq!(fill(&mut frontier, 5, 4).len(), 4);
}

#[test]
fn http_and_https_of_one_name_share_a_cap_and_another_port_does_not() {
    let manners = Manners { per_host: 1, ..OPEN };
    let mut frontier = with(manners, &["http://a.example/", "https://a.example/", "http://a.example:81/"]);
    assert_eq!(go(&mut frontier, 0).0, [1, 3]);
    frontier.done(FetchId(1), OK, At(1));
    assert_eq!(go(&mut frontier, 1).0, [2]);
    assert_eq!((frontier.origins(), frontier.hosts_found()), (3, 2));
}

#[test]
fn robots_is_asked_once_an_origin_and_nothing_goes_before_it_is_there() {
    let urls = ["http://a.example/x", "http://a.example/private/y", "https://a.example/z"];
    let mut frontier = with(Manners { robots: true, ..OPEN }, &urls);
    let Next::Robots { origin, url } = frontier.next(At(0)) else { panic!() };
    assert_eq!(url, "http://a.example/robots.txt");
    let Next::Robots { origin: other, url } = frontier.next(At(0)) else { panic!() };
    assert_eq!(url, "https://a.example/robots.txt");
    assert_eq!(frontier.next(At(0)), Next::Wait(Limit::Robots));
    assert_eq!(frontier.limited_by(At(0)).unwrap().by, Limit::Robots);
    let rules = Arc::new(Sheet { kept: "/private/", delay: None });
    frontier.robots(origin, Arc::clone(&rules) as _, At(3));
    frontier.robots(origin, rules, At(3));
    let Next::Target(taken) = frontier.next(At(3)) else { panic!() };
    assert_eq!(taken.id, FetchId(1));
    let Next::Kept { id, line, rule, url } = frontier.next(At(3)) else { panic!() };
    assert_eq!((id, line, rule.as_str(), url.as_str()), (FetchId(2), 2, "/private/", urls[1]));
    frontier.robots(other, Arc::new(Sheet { kept: "/", delay: None }), At(4));
    assert!(matches!(frontier.next(At(4)), Next::Kept { id: FetchId(3), .. }));
    frontier.done(FetchId(1), OK, At(5));
    assert_eq!(frontier.next(At(5)), Next::End);
    assert_eq!(frontier.counts().refused, Refused { kept: 2, ..Refused::default() });
}

#[test]
fn a_crawl_delay_counts_from_the_end_and_holds_where_it_is_longer_than_the_wait() {
    let mut frontier = with_many(Manners { robots: true, ..OPEN }, "a.example", 3);
    let Next::Robots { origin, .. } = frontier.next(At(0)) else { panic!() };
    frontier.robots(origin, Arc::new(Sheet { kept: "", delay: Some(Duration::from_secs(2)) }), At(100));
    let told: Vec<HostPaced> = frontier.changes().collect();
    assert_eq!((told[0].delay, told[0].why, told[0].allowed), (Duration::from_secs(2), Some(Limit::CrawlDelay), 1));
    let due = 100 + 2 * SECOND;
    assert_eq!(go(&mut frontier, 100), (vec![], Next::Until(At(due), Limit::CrawlDelay)));
    assert_eq!(go(&mut frontier, due), (vec![1], Next::Wait(Limit::HostCap)));
    assert_eq!(frontier.limited_by(At(due)).unwrap().by, Limit::CrawlDelay);
    frontier.done(FetchId(1), OK, At(due + 7));
    assert_eq!(go(&mut frontier, due + 8), (vec![], Next::Until(At(due + 7 + 2 * SECOND), Limit::CrawlDelay)));
}

#[test]
fn a_wait_is_never_shorter_and_up_to_a_half_longer() {
    let mut frontier = with_many(Manners { wait: Duration::from_secs(1), ..OPEN }, "a.example", 100);
    let (mut now, mut gaps) = (0, Vec::new());
    for id in 1..100 {
        assert_eq!(go(&mut frontier, now).0, [id]);
        frontier.done(FetchId(id), OK, At(now));
        let (_, Next::Until(At(until), Limit::Wait)) = go(&mut frontier, now) else { panic!() };
        gaps.push(until - now);
        now = until;
    }
    assert!(gaps.iter().all(|&gap| (SECOND..=SECOND * 3 / 2).contains(&gap)));
    assert!(gaps.iter().any(|&gap| gap < SECOND * 9 / 8) && gaps.iter().any(|&gap| gap > SECOND * 11 / 8));
}

#[test]
fn the_rate_holds_over_all_hosts_and_robots_counts_in_it() {
    let rate = Some(Rate { requests: 2, per: Duration::from_secs(1) });
    let urls = ["http://a.example/", "http://b.example/"];
    let mut frontier = with(Manners { rate, robots: true, ..OPEN }, &urls);
    assert!(matches!(frontier.next(At(0)), Next::Robots { .. }));
    assert_eq!(frontier.next(At(1)), Next::Until(At(SECOND / 2), Limit::Rate));
    assert_eq!(frontier.limited_by(At(1)).unwrap().by, Limit::Rate);
    frontier.set_rate(None, At(0));
    assert!(matches!(frontier.next(At(2)), Next::Robots { .. }));
}

#[test]
fn no_more_pages_are_started_than_may_be_and_checks_do_not_count() {
    let mut frontier = with_many(Manners { max_pages: Some(3), per_host: 1, ..OPEN }, "a.example", 5);
    let check = Whence { check_only: true, ..Whence::default() };
    assert_eq!(frontier.add("http://b.example/", 16, check), Added::New(FetchId(6)));
    assert_eq!(go(&mut frontier, 0).0, [1, 6]);
    frontier.retry(FetchId(1), status(500), At(9), At(1));
    assert_eq!(go(&mut frontier, 1).0, [2]);
    frontier.done(FetchId(2), OK, At(2));
    assert_eq!(go(&mut frontier, 2).0, [3]);
    assert_eq!(frontier.counts().refused.over, 2);
    assert_eq!(add(&mut frontier, "http://a.example/new"), Added::New(FetchId(7)));
    assert_eq!(add(&mut frontier, "http://new.example/new"), Added::New(FetchId(8)));
    assert_eq!(frontier.standing(FetchId(8)), Standing::Refused, "it is counted, and not fetched");
    assert_eq!(add(&mut frontier, "http://a.example/4"), Added::Known(FetchId(5)));
    assert_eq!(frontier.standing(FetchId(5)), Standing::Refused, "though nobody went to tell it");
    assert!(!frontier.cancel(FetchId(5)) && !frontier.again(FetchId(5), At(2)));
    assert_eq!(frontier.add("http://a.example/out", 16, check), Added::New(FetchId(9)));
    frontier.done(FetchId(3), OK, At(3));
    frontier.done(FetchId(6), OK, At(3));
    assert_eq!(go(&mut frontier, 9), (vec![1], Next::Wait(Limit::HostCap)));
    frontier.done(FetchId(1), OK, At(10));
    assert_eq!(go(&mut frontier, 10).0, [9]);
    frontier.done(FetchId(9), OK, At(11));
    assert_eq!(frontier.next(At(11)), Next::End);
    let counts = frontier.counts();
    assert_eq!((counts.found, counts.done, counts.refused.over, counts.turned_away), (9, 5, 4, 0));
}

#[test]
fn no_more_is_known_than_may_be() {
    let mut frontier = with_many(Manners { most_known: 2, ..OPEN }, "a.example", 2);
    assert_eq!(add(&mut frontier, "http://a.example/2"), Added::Full);
    assert_eq!(add(&mut frontier, "http://b.example/"), Added::Full);
    assert_eq!(add(&mut frontier, "http://a.example/1"), Added::Known(FetchId(2)));
    assert_eq!((frontier.origins(), frontier.counts().turned_away), (1, 2));
}

#[test]
fn a_further_attempt_waits_for_its_time_and_has_no_place_meanwhile() {
    let mut frontier = with_many(Manners { per_host: 1, ..OPEN }, "a.example", 2);
    assert_eq!(go(&mut frontier, 0).0, [1]);
    frontier.retry(FetchId(1), status(500), At(50), At(1));
    assert_eq!((frontier.counts().waiting, frontier.counts().in_flight), (2, 0));
    assert_eq!(go(&mut frontier, 1).0, [2]);
    frontier.done(FetchId(2), OK, At(2));
    assert_eq!(frontier.next(At(3)), Next::Until(At(50), Limit::Retry));
    assert_eq!(frontier.limited_by(At(3)).unwrap().by, Limit::Retry);
    let Next::Target(taken) = frontier.next(At(50)) else { panic!() };
    assert_eq!((taken.id, taken.attempt), (FetchId(1), 2));
    frontier.done(FetchId(1), OK, At(51));
    assert_eq!(frontier.next(At(52)), Next::End);
}

#[test]
fn what_waits_can_be_let_go_and_what_is_done_can_be_made_again() {
    let mut frontier = with_many(Manners { per_host: 1, ..OPEN }, "a.example", 3);
    assert_eq!(go(&mut frontier, 0).0, [1]);
    assert!(!frontier.cancel(FetchId(1)) && frontier.cancel(FetchId(2)) && !frontier.cancel(FetchId(2)));
    frontier.retry(FetchId(1), status(500), At(50), At(1));
    assert!(frontier.cancel(FetchId(1)));
    assert_eq!(go(&mut frontier, 1).0, [3]);
    frontier.done(FetchId(3), OK, At(2));
    assert!(frontier.again(FetchId(3), At(2)) && !frontier.again(FetchId(3), At(2)));
    assert_eq!(go(&mut frontier, 3).0, [3]);
    frontier.refuse(FetchId(3), At(4));
    assert_eq!(frontier.next(At(5)), Next::End);
    assert_eq!(frontier.counts().refused.told, 3);
}

#[test]
fn a_chain_of_redirects_is_told_from_its_first_hop() {
    let mut frontier = with(OPEN, &["http://a.example/"]);
    for hop in 1..4_u64 {
        let whence = Whence { page: Some(FetchId(hop)), hop: true, ..Whence::default() };
        frontier.add(&format!("http://a.example/{hop}"), 16, whence);
    }
    assert_eq!(frontier.chain(FetchId(4)), [FetchId(1), FetchId(2), FetchId(3)]);
    assert_eq!(frontier.chain(FetchId(1)), []);
}

/// Ends all that goes now, each at once, and tells how many that were.
fn all_end(frontier: &mut Frontier, how: Ended, now: u64) -> (usize, Next) {
    let (ids, next) = go(frontier, now);
    ids.iter().for_each(|&id| frontier.done(FetchId(id), how, At(now)));
    (ids.len(), next)
}

#[test]
fn a_host_that_says_429_gets_half_at_once_and_a_pause_and_recovers_later() {
    let mut frontier = with_many(OPEN, "a.example", 400);
    let (ids, _) = go(&mut frontier, 0);
    assert_eq!(ids.len(), 8);
    ids.iter().for_each(|&id| frontier.done(FetchId(id), status(429), At(10)));
    let limit = Limit::Backoff(Trouble::Status(429));
    let until = At(10 + SECOND);
    assert_eq!(frontier.next(At(10)), Next::Until(until, limit), "eight that were in flight together are one trouble");
    let told: Vec<HostPaced> = frontier.changes().collect();
    let HostPaced { allowed, why, until: told_until, .. } = told[0].clone();
    assert_eq!((told.len(), allowed, why, told_until), (1, 4, Some(limit), Some(until)));
    assert_eq!(frontier.limited_by(At(10)).unwrap().until, Some(until));
    let mut now = until.0;
    let mut at_once = Vec::new();
    while at_once.last() != Some(&8) && at_once.len() < 50 {
        let (ids, next) = go(&mut frontier, now);
        assert!(matches!(next, Next::Wait(_)), "{next:?}");
        at_once.push(ids.len());
        now += 1000;
        ids.iter().for_each(|&id| frontier.done(FetchId(id), OK, At(now)));
    }
    assert!(at_once.starts_with(&[4, 4, 5]) && at_once.is_sorted(), "{at_once:?}");
    assert_eq!(at_once.last(), Some(&8), "{at_once:?}");
    let recovered = frontier.changes().last().unwrap();
    assert_eq!((recovered.allowed, recovered.why), (8, None));
}

#[test]
fn pauses_grow_with_each_trouble_until_the_host_is_parked_and_go_when_it_answers() {
    let mut frontier = with_many(Manners { per_host: 1, ..OPEN }, "a.example", 200);
    let (mut now, mut pauses) = (0, Vec::new());
    let until = loop {
        assert_eq!(all_end(&mut frontier, status(503), now).0, 1);
        assert!(add(&mut frontier, &format!("http://b.example/{now}")) != Added::Full);
        assert_eq!(all_end(&mut frontier, OK, now).0, 1, "another host goes on");
        match frontier.host(OriginId(0)).unwrap() {
            HostView { why: Some(Limit::Backoff(_)), until: Some(At(until)), .. } => {
                pauses.push((until - now) / 1000);
                now = until;
            }
            HostView { why: Some(Limit::Parked(_)), until: Some(until), .. } => break until,
            host => panic!("{host:?}"),
        }
    };
    assert_eq!(pauses, [250, 500, 1000, 2000, 4000, 8000]);
    assert_eq!(until, At(now + 60 * SECOND));
    now = until.0;
    let mut answers = 0;
    while frontier.host(OriginId(0)).unwrap().trouble.is_some() {
        let (ids, next) = go(&mut frontier, now);
        ids.iter().for_each(|&id| frontier.done(FetchId(id), OK, At(now)));
        answers += ids.len();
        if let Next::Until(until, _) = next {
            now = until.0
        };
    }
    assert!((5..20).contains(&answers), "{answers}");
}

/// How long it takes, and how many requests, where each page that fails is asked three times, half a second between.
fn crawled(pages: u64, slots: u64, how: impl Fn(u64) -> Ended) -> (u64, u64, Frontier) {
    let mut frontier = with_many(Manners { slots: slots as u32, ..OPEN }, "a.example", pages as usize);
    let (mut now, mut requests) = (0, 0);
    loop {
        match frontier.next(At(now)) {
            Next::Target(taken) => {
                requests += 1;
                let how = how(taken.id.0);
                let good = how.status.is_some_and(|status| status < 400);
                match taken.attempt {
                    1 | 2 if !good => frontier.retry(taken.id, how, At(now + SECOND / 2), At(now)),
                    _ => frontier.done(taken.id, how, At(now)),
                }
            }
            Next::Until(At(until), _) => now = until,
            Next::Parked { .. } => {}
            Next::End => return (now, requests, frontier),
            next => panic!("{next:?}"),
        }
        assert!(now < 3600 * SECOND);
    }
}

#[test]
fn pages_that_never_come_cost_their_attempts_and_hold_up_the_others_little() {
    for refusing in [503, 429] {
        let (took, requests, frontier) = crawled(100, 64, |id| if id % 10 == 0 { status(refusing) } else { OK });
        assert_eq!((requests, frontier.counts().refused.parked), (90 + 3 * 10, 0));
        assert!(took < 25 * SECOND, "{refusing}: {took} µs");
    }
}

#[test]
fn a_host_that_refuses_everything_is_parked_and_what_waits_there_is_told() {
    for refusing in [503, 429] {
        let (took, requests, frontier) = crawled(100, 64, |_| status(refusing));
        let counts = frontier.counts();
        assert!(took < 30 * SECOND && requests < 40, "{refusing}: {took} µs, {requests}");
        assert!(counts.refused.parked > 60 && counts.waiting == 0, "{counts:?}");
    }
    let (took, _, frontier) = crawled(100, 64, |id| if id % 3 == 0 { OK } else { status(503) });
    assert!(frontier.counts().refused.parked == 0 && took < 120 * SECOND, "it answers between; {took} µs");
}

#[test]
fn a_retry_after_of_a_minute_is_waited_for_and_a_longer_one_parks_the_host() {
    for (seconds, parked) in [(60, false), (61, true)] {
        let mut frontier = with_many(Manners { per_host: 2, ..OPEN }, "a.example", 4);
        assert_eq!(go(&mut frontier, 0).0, [1, 2]);
        let until = At(seconds * SECOND);
        frontier.done(FetchId(1), Ended { retry_after: Some(until), ..status(429) }, At(0));
        frontier.done(FetchId(2), OK, At(0));
        let why = Trouble::Status(429);
        if !parked {
            assert_eq!(frontier.next(At(1)), Next::Until(until, Limit::Backoff(why)));
            assert_eq!(go(&mut frontier, until.0).0, [3]);
            continue;
        }
        let url = |page: u64| format!("http://a.example/{page}");
        assert_eq!(frontier.next(At(1)), Next::Parked { id: FetchId(3), url: url(2), until, why });
        assert_eq!(frontier.next(At(1)), Next::Parked { id: FetchId(4), url: url(3), until, why });
        assert_eq!(frontier.next(At(1)), Next::End);
        assert_eq!((frontier.counts().refused.parked, frontier.counts().waiting), (2, 0));
    }
}

#[test]
fn a_parked_host_is_waited_for_while_others_go_on_and_comes_back_in_time() {
    let mut frontier = with(OPEN, &["http://a.example/", "http://b.example/"]);
    assert_eq!(go(&mut frontier, 0).0, [1, 2]);
    let until = At(100 * SECOND);
    frontier.done(FetchId(1), Ended { retry_after: Some(until), ..status(503) }, At(0));
    assert_eq!(add(&mut frontier, "http://a.example/later"), Added::New(FetchId(3)));
    assert_eq!(frontier.next(At(5)), Next::Until(until, Limit::Parked(Trouble::Status(503))));
    assert_eq!(go(&mut frontier, until.0).0, [3]);
}

#[test]
fn a_host_without_a_connection_is_parked_after_some_rounds_and_an_answer_between_counts_anew() {
    use FailureKind::{ConnectRefused, Reset};
    let rounds = |how: &[Ended]| {
        let mut frontier = with_many(OPEN, "a.example", 200);
        let mut now = 0;
        for &how in how.iter().cycle() {
            loop {
                match all_end(&mut frontier, how, now) {
                    (1.., _) => break,
                    (_, Next::Until(at, _)) => now = at.0,
                    (_, Next::Parked { why, .. }) => return Some((why, frontier.counts().done)),
                    (_, next) => {
                        assert_eq!(next, Next::End);
                        return None;
                    }
                }
            }
        }
        None
    };
    let refused = failed(ConnectRefused);
    assert_eq!(rounds(&[refused]), Some((Trouble::Failure(ConnectRefused), 8 + 4 + 2 + 1 + 1)));
    assert_eq!(rounds(&[refused, OK]), None);
    assert_eq!(rounds(&[failed(Reset)]), None, "a connection that was cut off is a page's trouble");
}

#[test]
fn a_host_that_becomes_far_slower_is_asked_less_at_once_but_a_slow_page_changes_nothing() {
    let answer = |ms| Ended { latency: Some(Duration::from_millis(ms)), ..OK };
    let after = |latencies: &[(u64, usize)]| {
        let mut frontier = with_many(OPEN, "a.example", 400);
        let all = latencies.iter().flat_map(|&(ms, count)| std::iter::repeat_n(ms, count));
        let mut going: VecDeque<u64> = go(&mut frontier, 0).0.into();
        for ms in all {
            frontier.done(FetchId(going.pop_front().unwrap()), answer(ms), At(0));
            going.extend(go(&mut frontier, 0).0);
        }
        let view = frontier.host(OriginId(0)).unwrap();
        (view.allowed, view.trouble)
    };
    assert_eq!(after(&[(20, 40)]), (8, None));
    assert_eq!(after(&[(20, 40), (30_000, 1), (20, 5)]), (8, None));
    assert_eq!(after(&[(5000, 60)]), (8, None), "it was never faster");
    let (allowed, trouble) = after(&[(20, 40), (5000, 20)]);
    assert!(allowed < 8 && trouble == Some(Trouble::Slow), "{allowed} {trouble:?}");
    assert_eq!(after(&[(20, 40), (5000, 20), (20, 150)]), (8, None));
    assert_eq!(after(&[(10, 40), (600, 30)]), (8, None), "fewer at once did not help");
    let (allowed, trouble) = after(&[(10, 40), (600, 15), (400, 15)]);
    assert!(allowed < 8 && trouble == Some(Trouble::Slow), "sixty times as long: {allowed} {trouble:?}");
    assert_eq!(after(&[(2, 40), (200, 100)]), (8, None), "a machine that is busy may take so long");
    let mixed = [(600, 5), (20, 1)].repeat(20);
    assert_eq!(after(&[&[(20, 40)][..], &mixed].concat()), (8, None), "slow pages among others");
}

#[test]
fn what_this_side_let_go_of_says_nothing_about_the_host() {
    let mut frontier = with_many(OPEN, "a.example", 100);
    for kind in [FailureKind::Cancelled, FailureKind::Local, FailureKind::Internal, FailureKind::NotAllowed] {
        assert_eq!(all_end(&mut frontier, failed(kind), 0).0, 8, "{kind:?}");
    }
    assert_eq!(frontier.host(OriginId(0)).unwrap().trouble, None);
}

#[test]
fn hosts_are_told_with_the_busiest_first_and_no_more_than_asked_for() {
    let mut frontier = with_many(Manners { per_host: 2, ..OPEN }, "a.example", 5);
    add(&mut frontier, "http://b.example/");
    for host in 0..1000 {
        add(&mut frontier, &format!("http://h{host}.example/"));
    }
    for _ in 0..4 {
        assert!(matches!(frontier.next(At(0)), Next::Target(_)));
    }
    let hosts = frontier.hosts(3);
    assert_eq!(hosts.len(), 3);
    assert_eq!((hosts[0].host.as_str(), hosts[0].in_flight, hosts[0].waiting), ("a.example", 1, 4));
    assert_eq!((hosts[1].host.as_str(), hosts[1].in_flight, hosts[1].waiting), ("b.example", 1, 0));
    assert_eq!(hosts[0].robots, RobotsState::Off);
}

#[test]
fn hosts_that_have_answered_nothing_leave_the_last_slots_to_one_that_is_fast() {
    for (slots, left) in [(2, 1), (6, 1), (16, 1), (64, 4)] {
        let mut frontier = with_many(Manners { slots, ..OPEN }, "fast.example", 1);
        assert_eq!(go(&mut frontier, 0).0, [1]);
        let silent: Vec<String> = (0..100).map(|host| format!("http://h{host}.example/")).collect();
        silent.iter().for_each(|url| assert!(matches!(add(&mut frontier, url), Added::New(_))));
        let later = many("fast.example", 200);
        frontier.done(FetchId(1), OK, At(5));
        let first = go(&mut frontier, 6).0.len() as u32;
        assert_eq!(first, slots - left, "{slots} slots");
        later.iter().skip(1).for_each(|url| assert!(matches!(add(&mut frontier, url), Added::New(_))));
        assert!(!go(&mut frontier, 7).0.is_empty(), "{slots} slots");
    }
}

#[test]
fn what_waits_for_those_in_flight_to_get_on_is_not_said_to_wait_for_its_host() {
    let mut frontier = with_many(Manners { slots: 2, ..OPEN }, "a.example", 20);
    assert_eq!(go(&mut frontier, 0).0.len(), 8);
    assert_eq!(frontier.limited_by(At(1)), None);
    frontier.set_slots(8);
    assert_eq!(frontier.limited_by(At(1)).unwrap().by, Limit::HostCap);
}

#[test]
fn a_host_that_has_answered_nothing_has_its_turn_however_busy_fast_ones_are() {
    for slots in [6, 16, 64] {
        let mut frontier = Frontier::new(Manners { slots, ..OPEN });
        let hosts = ["a", "b", "c", "d", "e", "f", "g", "h", "i"];
        for url in hosts.iter().flat_map(|host| many(&format!("{host}.example"), 300)) {
            add(&mut frontier, &url);
        }
        let (mut now, mut flying) = (0, std::collections::VecDeque::new());
        let mut turn = |frontier: &mut Frontier, wanted: u64| {
            now += 1;
            while flying.len() < slots as usize
                && let Next::Target(taken) = frontier.next(At(now))
            {
                flying.push_back(taken.id);
            }
            let started = flying.iter().any(|id| id.0 == wanted);
            frontier.done(flying.pop_front().unwrap(), OK, At(now));
            started
        };
        // All are fast, and have all slots.
        (0..400).for_each(|_| _ = turn(&mut frontier, 0));
        let Added::New(FetchId(stranger)) = add(&mut frontier, "http://x.example/") else { panic!() };
        let turns = (0..400).position(|_| turn(&mut frontier, stranger));
        assert!(turns.is_some_and(|turns| turns <= 2 * hosts.len()), "{slots} slots: after {turns:?}");
    }
}

#[test]
fn a_slow_host_has_all_slots_where_nobody_else_wants_them_and_never_before() {
    for slots in [2, 4, 16] {
        let mut frontier = with_many(Manners { slots, per_host: 64, ..OPEN }, "slow.example", 100);
        many("fast.example", 50).iter().for_each(|url| assert!(matches!(add(&mut frontier, url), Added::New(_))));
        let (mut now, mut flying, mut fast) = (0, std::collections::BTreeSet::new(), 50);
        let (mut beside, mut alone) = (0, 0);
        while fast > 0 || alone < slots as usize && frontier.counts().done < 150 {
            while flying.len() < slots as usize
                && let Next::Target(taken) = frontier.next(At(now))
            {
                let takes = if taken.id.0 > 100 { SECOND / 200 } else { 3 * SECOND };
                flying.insert((now + takes, taken.id.0));
            }
            let slow = flying.iter().filter(|(_, id)| *id <= 100).count();
            if fast > 0 {
                // What it had before it was known to be slow aside.
                beside = if frontier.counts().done > 60 { beside.max(slow) } else { 0 };
            } else {
                alone = alone.max(slow);
            }
            let (at, id) = flying.pop_first().unwrap();
            let took = if id > 100 { SECOND / 200 } else { 3 * SECOND };
            (now, fast) = (at, fast - u64::from(id > 100));
            frontier.done(FetchId(id), Ended { latency: Some(Duration::from_micros(took)), ..OK }, At(now));
        }
        assert!(beside < slots as usize, "{slots}: {beside}");
        assert_eq!(alone, slots as usize);
    }
}
