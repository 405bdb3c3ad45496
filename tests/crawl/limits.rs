//! What holds a crawl back is said, whatever it is.

use crate::loopback::Gate;
use crate::site::{Answer, Asked, Site, links, missing, robots, status};
use crate::told::{Told, plan};
use crawltop::control::{Control, EndReason};
use crawltop::crawl::Rate;
use crawltop::engine::CrawlTerms;
use crawltop::event::{EventKind, Hold};
use crawltop::host::Limited;
use std::sync::Arc;
use std::time::Duration;

const LONG: Duration = Duration::from_secs(20);

/// What is told as soon as a crawl of twenty pages is held back by that.
fn said(by: Hold, change: impl FnOnce(&mut CrawlTerms), script: fn(&Asked) -> Option<Answer>) -> Arc<Limited> {
    let site = Site::start(move |asked| {
        script(asked).unwrap_or_else(|| match asked.path.as_str() {
            "/robots.txt" => missing(),
            "/" => links((0..20).map(|number| format!("/{number}"))),
            _ => links([] as [&str; 0]),
        })
    });
    let mut run = plan([site.url("/")], change).start();
    let event = run.until(|kind| matches!(kind, EventKind::Limited { limited: Some(limited) } if limited.by == by));
    run.tell(Control::Quit(EndReason::Quit));
    Told::by(run);
    let EventKind::Limited { limited: Some(limited) } = event.kind else { unreachable!("it was meant") };
    limited
}

#[test]
fn it_is_said_what_holds_the_crawl_back() {
    let gate = Gate::default();
    let site = Site::gated(20, &gate);
    let mut run = plan([site.url("/")], |terms| terms.manners.per_host = 3).start();
    let event =
        run.until(|kind| matches!(kind, EventKind::Limited { limited: Some(limited) } if limited.by == Hold::Host));
    let EventKind::Limited { limited: Some(limited) } = event.kind else { unreachable!("it was meant") };
    assert_eq!((limited.busy, limited.allowed, limited.waiting), (3, 3, 17));
    assert_eq!(limited.host.as_ref().map(|host| host.display_all()), Some(format!("127.0.0.1:{}", site.port())));
    gate.open();
    let told = Told::by(run);
    let last = told.events.iter().rev().find_map(|event| match &event.kind {
        EventKind::Limited { limited } => Some(limited.clone()),
        _ => None,
    });
    assert_eq!(last, Some(None), "and when nothing does any more");
}

#[test]
fn the_rate_is_said_to_hold_back_what_could_be_started() {
    let rate = Rate { requests: 1, per: LONG };
    let limited = said(Hold::Rate, |terms| (terms.manners.rate, terms.manners.robots) = (Some(rate), false), |_| None);
    assert_eq!((limited.host.clone(), limited.waiting, limited.until.is_some()), (None, 20, true));
}

#[test]
fn the_wait_between_two_requests_is_said_with_its_end() {
    let limited = said(Hold::Wait, |terms| (terms.manners.wait, terms.manners.robots) = (LONG, false), |_| None);
    assert_eq!((limited.allowed, limited.waiting, limited.until.is_some()), (1, 20, true));
}

#[test]
fn the_crawl_delay_is_said_with_its_end() {
    let rules = |asked: &Asked| (asked.path == "/robots.txt").then(|| robots("User-agent: *\nCrawl-delay: 20"));
    let limited = said(Hold::CrawlDelay, |_| (), rules);
    assert_eq!((limited.allowed, limited.waiting, limited.until.is_some()), (1, 1, true));
}

#[test]
fn a_backoff_is_said_with_its_end() {
    let busy = |asked: &Asked| (asked.path == "/3").then(|| status("429 Slow down").with("Retry-After: 20"));
    let limited = said(Hold::Backoff, |terms| terms.manners.per_host = 1, busy);
    assert!(limited.waiting > 0 && limited.until.is_some(), "{limited:?}");
}

#[test]
fn rules_that_do_not_come_are_said() {
    let silent = |asked: &Asked| (asked.path == "/robots.txt").then(crate::site::held);
    let limited = said(Hold::Robots, |_| (), silent);
    assert_eq!((limited.waiting, limited.until), (1, None));
}
