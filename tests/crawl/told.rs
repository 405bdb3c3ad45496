//! What a crawl has told, by URL. It checks what holds of each crawl: one result a URL, and counts that add up.

use crate::run::{Plan, Run, results};
use crate::site::Site;
use crawltop::control::EndReason;
use crawltop::crawl::scope::Rules;
use crawltop::crawl::{Manners, Wishes};
use crawltop::engine::CrawlTerms;
use crawltop::event::{Event, EventKind};
use crawltop::failure::FailureKind;
use crawltop::fetched::{Fetched, Outcome};
use crawltop::followed::Followed;
use crawltop::host::{FrontierCounts, RobotsRead, SitemapRead};
use crawltop::place::Role;
use crawltop::report::Report;
use crawltop::state::State;
use crawltop::target::Target;
use std::collections::BTreeMap;
use std::sync::Arc;

/// As the program has it where no option is given.
pub fn terms() -> CrawlTerms {
    CrawlTerms {
        agent: "crawltop".into(),
        manners: Manners { seed: 7, ..Manners::default() },
        scope: Rules::default(),
        wishes: Wishes { assets: false, external: false, nofollow: true },
        fragments: false,
        sitemaps: Vec::new(),
    }
}

pub fn target(url: &str) -> Target {
    Target::parse(url).unwrap()
}

/// A crawl from these starts.
pub fn plan<T: AsRef<str>>(starts: impl IntoIterator<Item = T>, change: impl FnOnce(&mut CrawlTerms)) -> Plan {
    let mut crawl = terms();
    change(&mut crawl);
    let mut plan = Plan::of(starts);
    plan.options.keep = 64;
    plan.crawl = Some(crawl);
    plan
}

/// Crawls a site from `/` to its end.
pub fn crawl(site: &Site) -> Told {
    crawl_with(site, |_| ())
}

pub fn crawl_with(site: &Site, change: impl FnOnce(&mut CrawlTerms)) -> Told {
    Told::of(plan([site.url("/")], change).run())
}

/// The results that did not stand, once each for as often as they were told.
fn reopened(events: &[Event]) -> Vec<Arc<Fetched>> {
    let before = |event: &Event| match &event.kind {
        EventKind::Reopened { fetched, .. } => Some(fetched.clone()),
        _ => None,
    };
    events.iter().filter_map(before).collect()
}

pub struct Told {
    pub events: Vec<Event>,
    pub results: BTreeMap<String, Arc<Fetched>>,
    ids: BTreeMap<u64, String>,
}

impl Told {
    pub fn by(run: Run) -> Told {
        Told::of(run.finish())
    }

    pub fn of(events: Vec<Event>) -> Told {
        let mut told = Told { events, results: BTreeMap::new(), ids: BTreeMap::new() };
        // What was fetched again has another result, which takes the place of the one before.
        let mut again: Vec<_> = reopened(&told.events);
        for (id, fetched) in results(&told.events) {
            told.ids.insert(id.0, fetched.url.display_all());
            if let Some(place) = again.iter().position(|before| Arc::ptr_eq(before, &fetched)) {
                again.swap_remove(place);
            } else if fetched.role().is_result() {
                let before = told.results.insert(fetched.url.display_all(), fetched);
                assert!(before.is_none(), "a second result of {before:?}");
            }
        }
        told.assert_counts();
        told
    }

    /// Whatever comes, the counts add up, and at the end they are those of the results.
    fn assert_counts(&self) {
        for counts in self.counted() {
            let FrontierCounts { found, done, in_flight, waiting, refused, .. } = counts;
            assert_eq!(found, done + in_flight + waiting + refused, "{counts:?}");
        }
        let Some(last) = self.counted().pop() else { return };
        assert_eq!(last.in_flight, 0, "{last:?}");
        if self.reason() == EndReason::Finished {
            assert_eq!((last.waiting, self.unread()), (0, 0), "{last:?}");
            assert!(last.done <= self.results.len() as u64 && self.results.len() as u64 <= last.found, "{last:?}");
        }
    }

    pub fn counted(&self) -> Vec<FrontierCounts> {
        let counts = |event: &Event| match &event.kind {
            EventKind::FrontierCounted(counts) => Some(**counts),
            _ => None,
        };
        self.events.iter().filter_map(counts).collect()
    }

    /// As the frontier stood at the end.
    pub fn counts(&self) -> FrontierCounts {
        self.counted().pop().expect("the frontier was counted")
    }

    pub fn reason(&self) -> EndReason {
        crate::run::end(&self.events).0
    }

    pub fn unread(&self) -> u64 {
        crate::run::end(&self.events).1
    }

    pub fn result(&self, url: &str) -> &Fetched {
        self.results.get(url).unwrap_or_else(|| panic!("no result of {url} in {:?}", self.results.keys()))
    }

    /// What was fetched by this id.
    pub fn url_of(&self, id: crawltop::id::FetchId) -> String {
        self.ids.get(&id.0).cloned().unwrap_or_else(|| panic!("no result of {id}"))
    }

    /// The same, if there is a result of it.
    pub fn find_url(&self, id: crawltop::id::FetchId) -> Option<String> {
        self.ids.get(&id.0).cloned()
    }

    pub fn status(&self, url: &str) -> Option<u16> {
        self.result(url).status
    }

    pub fn kind(&self, url: &str) -> Option<FailureKind> {
        self.result(url).kind()
    }

    pub fn message(&self, url: &str) -> String {
        let failure = self.result(url).failure.as_ref();
        failure.map_or(String::new(), |failure| failure.message.display_all())
    }

    pub fn outcomes(&self, outcome: Outcome) -> usize {
        self.results.values().filter(|fetched| fetched.outcome() == outcome).count()
    }

    /// The chain that led to a URL, as `status url`.
    pub fn chain(&self, url: &str) -> Vec<String> {
        self.result(url).redirects.iter().map(|hop| format!("{} {}", hop.status, hop.url.display_all())).collect()
    }

    pub fn depth(&self, url: &str) -> u32 {
        self.result(url).place.as_ref().expect("it has a place").depth
    }

    pub fn role(&self, url: &str) -> Role {
        self.result(url).role()
    }

    /// The page that led to a URL first.
    pub fn source(&self, url: &str) -> Option<String> {
        let place = self.result(url).place.as_ref().expect("it has a place");
        place.source.as_ref().map(|source| source.url.display_all())
    }

    /// What became of the links of a page.
    pub fn followed(&self, url: &str) -> Arc<Followed> {
        let mut all = self.events.iter().filter_map(|event| match &event.kind {
            EventKind::Followed { id, followed } if self.ids.get(&id.0).is_some_and(|it| it == url) => Some(followed),
            _ => None,
        });
        let followed = all.next().unwrap_or_else(|| panic!("nothing was followed on {url}"));
        assert!(all.next().is_none(), "{url} was followed twice");
        Arc::clone(followed)
    }

    /// The edges of a page: where to, line, column, text.
    pub fn edges(&self, url: &str) -> Vec<(String, u32, u32, String)> {
        let followed = self.followed(url);
        let edge = |(edge, text): (&crawltop::followed::Edge, &str)| {
            (self.ids[&edge.to.0].clone(), edge.line, edge.column, text.to_owned())
        };
        followed.edges().map(edge).collect()
    }

    pub fn robots(&self) -> Vec<Arc<RobotsRead>> {
        let read = |event: &Event| match &event.kind {
            EventKind::RobotsRead { robots, .. } => Some(Arc::clone(robots)),
            _ => None,
        };
        self.events.iter().filter_map(read).collect()
    }

    pub fn sitemaps(&self) -> Vec<Arc<SitemapRead>> {
        let read = |event: &Event| match &event.kind {
            EventKind::SitemapRead { sitemap, .. } => Some(Arc::clone(sitemap)),
            _ => None,
        };
        self.events.iter().filter_map(read).collect()
    }

    /// From where to where the scope was widened.
    pub fn widened(&self) -> Vec<(String, String)> {
        let widened = |event: &Event| match &event.kind {
            EventKind::Widened { from, to } => Some((from.display_all(), to.display_all())),
            _ => None,
        };
        self.events.iter().filter_map(widened).collect()
    }

    pub fn trapped(&self) -> Vec<String> {
        let trapped = |event: &Event| match &event.kind {
            EventKind::Trapped { words, .. } => Some(words.display_all()),
            _ => None,
        };
        self.events.iter().filter_map(trapped).collect()
    }

    /// What a report makes of it.
    pub fn report(&self, mut report: impl Report) -> String {
        let (mut state, mut out) = (State::default(), Vec::new());
        for event in &self.events {
            state.apply(event);
            report.apply(event, &mut out);
        }
        report.end(&state, &mut out);
        String::from_utf8(out).unwrap()
    }

    /// All that was told, as one text.
    pub fn text(&self) -> String {
        let event = |event: &Event| format!("{event:?} {}\n", serde_json::to_string(event).unwrap());
        self.events.iter().map(event).collect()
    }
}
