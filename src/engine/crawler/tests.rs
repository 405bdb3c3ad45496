use super::*;
use crate::clock::Clock;
use crate::crawl::{LinkFinder, Wanted};
use crate::emit::{self, Events};
use crate::event::EventKind;
use crate::followed::Followed;
use crate::net::{Found, Gained, LedOn};

fn target(url: &str) -> Target {
    Target::parse(url).unwrap()
}

fn crawler(level: Option<u32>) -> (Crawler, Events) {
    let (emitter, events) = emit::channel(Clock::start(), true);
    let terms = CrawlTerms {
        agent: "crawltop".into(),
        manners: Manners { robots: false, ..Manners::default() },
        scope: scope::Rules { level, ..scope::Rules::default() },
        wishes: Wishes { assets: false, external: false, nofollow: true },
        fragments: false,
        sitemaps: Vec::new(),
    };
    (Crawler::new(terms, Arc::default(), emitter), events)
}

/// The next target is answered so.
fn answered(crawler: &Crawler, whole: bool) -> (FetchId, Target, Arc<Fetched>) {
    let Next::Fetch { id, target, errand } = crawler.next(whole) else { panic!("there is one") };
    let blank = Fetched::blank(Untrusted::new(target.url(), URL_BYTES), At(0), At(0));
    (id, target, Arc::new(Fetched { status: Some(200), place: Some(errand.place.clone()), ..blank }))
}

/// A page that links to so many others of another host.
fn gained(page: &Target, links: usize) -> Gained {
    let mut finder = LinkFinder::html(b"text/html", Wanted { links, assets: false, ids: false });
    (0..links).for_each(|at| finder.take(format!("<a href=http://b.example/in/{}>x</a>", name(at)).as_bytes()));
    let found = Found::Links { links: finder.finish(), nofollow: false };
    Gained { found: Some(found), asked: Some(page.clone()), ..Gained::default() }
}

/// No calendar, and no number.
fn name(at: usize) -> String {
    (0..4).map(|place| char::from(b'a' + (at / 26_usize.pow(place) % 26) as u8)).collect()
}

/// How all links are counted in the end.
fn counted(mut events: Events) -> Followed {
    let (mut batch, mut all) = (Vec::new(), Followed::default());
    events.take_now(&mut batch);
    for event in batch {
        match event.kind {
            EventKind::Followed { followed, .. } => all.add(&followed),
            EventKind::Admitted { admitted, .. } => {
                assert!(all.links() >= admitted.before.links(), "it is told first how they were counted until then");
                all.take_off(&admitted.before);
                all.add(&admitted.now);
            }
            _ => {}
        }
    }
    all
}

#[test]
fn links_of_a_page_are_let_in_and_counted_once_where_a_start_leads_on_between_two_slices_of_them() {
    const LINKS: usize = 700;
    for level in [None, Some(0), Some(1)] {
        let (crawler, events) = crawler(level);
        crawler.start(target("http://a.example/"));
        crawler.start(target("http://c.example/"));
        let (page, at, fetched) = answered(&crawler, true);
        let (start, from, moved) = answered(&crawler, true);
        crawler.done(page, &fetched);
        let leads = crawler.gain(page, &fetched, gained(&at, LINKS)).unwrap();
        let rest = crawler.follow(page, leads, &fetched);
        let elsewhere = Some(Untrusted::new("http://b.example/", URL_BYTES));
        let moved = Arc::new(Fetched { status: Some(302), final_url: elsewhere, ..Fetched::clone(&moved) });
        crawler.done(start, &moved);
        assert!(crawler.lock().explorer.may_widen(), "it is not known yet where the start leads");
        let led = LedOn { to: target("http://b.example/"), chain: Arc::new(Chain::new(9)), fragment: None };
        assert!(
            crawler.gain(start, &moved, Gained { led: Some(led), asked: Some(from), ..Gained::default() }).is_none()
        );
        let mut rest = rest;
        while let Some(leads) = rest {
            rest = crawler.follow(page, leads, &fetched);
        }
        assert!(!crawler.is_following() && crawler.lock().held.is_empty());
        let links = counted(events);
        let inside = if level == Some(0) { 0 } else { LINKS as u32 };
        assert_eq!((links.outside, links.new, links.level), (0, inside + 1, LINKS as u32 - inside), "{level:?}");
        assert_eq!(crawler.known().0, u64::from(inside) + 3);
    }
}

#[test]
fn links_that_wait_for_the_answer_of_each_start_are_let_in_too_far_or_are_checks() {
    for external in [false, true] {
        let (emitter, events) = emit::channel(Clock::start(), true);
        let mut terms = crawler(Some(1)).0.terms;
        terms.wishes.external = external;
        let crawler = Crawler::new(terms, Arc::default(), emitter);
        crawler.start(target("http://a.example/"));
        crawler.start(target("http://c.example/"));
        let (page, at, fetched) = answered(&crawler, true);
        let (start, _, other) = answered(&crawler, true);
        crawler.done(page, &fetched);
        let mut leads = crawler.gain(page, &fetched, gained(&at, 300));
        while let Some(more) = leads {
            leads = crawler.follow(page, more, &fetched);
        }
        assert!(matches!(crawler.next(true), Next::Wait), "none is asked for before the other start has its answer");
        crawler.done(start, &other);
        let next = crawler.next(true);
        assert_eq!(matches!(next, Next::Fetch { .. }), external);
        let links = counted(events);
        assert_eq!((links.new, links.outside), if external { (300, 0) } else { (0, 300) });
    }
}

#[test]
fn a_start_that_was_asked_by_http_instead_has_its_answer_and_lets_checks_go() {
    let (crawler, _events) = crawler(None);
    crawler.start(target("http://a.example/"));
    let (start, _, fetched) = answered(&crawler, true);
    let elsewhere = Some(Untrusted::new("http://a.example/", URL_BYTES));
    crawler.done(start, &Arc::new(Fetched { final_url: elsewhere, ..Fetched::clone(&fetched) }));
    assert!(!crawler.lock().explorer.may_widen());
}
