//! What a crawl has found, as JSON Lines behind those of its results: a line for each place of a link to what is wrong,
//! a line a chain of redirects, and at last the numbers. The names are a promise here too.

use super::Error;
use crate::event;
use crate::fetched::{Fetched, Nowhere};
use crate::followed::Why;
use crate::report::digest::{Chain, Digest, End, Place, Target, Totals, Twins};
use crate::report::slowest_phase;
use crate::state::{Host, State};
use crate::text::{Untrusted, json_line};
use serde::Serialize;
use serde_json::{Map, Value};

pub(super) fn tell(digest: &Digest, out: &mut Vec<u8>) {
    for (kind, targets) in [("broken", &digest.broken), ("failed", &digest.failed), ("blocked", &digest.blocked)] {
        for target in targets {
            tell_target(digest, kind, target, out);
        }
    }
    tell_fragments(digest, out);
    tell_unchecked(digest, out);
    tell_unfollowed(digest, out);
    digest.chains.iter().for_each(|chain| json_line(&Redirects::of(chain), out));
    digest.duplicates().iter().for_each(|twins| json_line(&Duplicates::of(digest, twins), out));
    super::notices::tell(digest, out);
    json_line(&Closing::of(digest), out);
}

/// A link to a target that is wrong.
#[derive(Serialize)]
struct Wrong<'a> {
    r#type: &'static str,
    url: &'a Untrusted,
    status_code: Option<u16>,
    error: Option<Error<'a>>,
    /// Why an answer of 3xx leads nowhere: `no_location` or `no_redirect`.
    #[serde(skip_serializing_if = "Option::is_none")]
    nowhere: Option<&'static str>,
    depth: u32,
    /// Null, where it was given as a start.
    page: Option<&'a Untrusted>,
    page_task: Option<u64>,
    line: Option<u32>,
    column: Option<u32>,
    text: Option<Untrusted>,
    /// What the link says, where that is a redirect to the target.
    via: Option<&'a Untrusted>,
    /// Links to the target, those without a line of their own too.
    links: u64,
}

fn tell_target(digest: &Digest, kind: &'static str, target: &Target, out: &mut Vec<u8>) {
    if target.places.is_empty() {
        json_line(&Wrong::of(digest, kind, target, None), out);
    }
    target.places.iter().for_each(|place| json_line(&Wrong::of(digest, kind, target, Some(place)), out));
}

impl<'a> Wrong<'a> {
    fn of(digest: &'a Digest, kind: &'static str, target: &'a Target, place: Option<&'a Place>) -> Wrong<'a> {
        let finding = target.finding;
        let known = |number: u32| Some(number).filter(|&number| number > 0);
        Wrong {
            r#type: kind,
            url: &finding.url,
            status_code: finding.status,
            error: target.failure.as_ref().map(Error::of),
            nowhere: finding.nowhere.map(Nowhere::name),
            depth: target.depth,
            page: place.and_then(|place| place.url.or_else(|| digest.url(place.link.from))),
            page_task: place.map(|place| place.link.from.0),
            line: place.and_then(|place| known(place.link.line)),
            column: place.and_then(|place| known(place.link.column)),
            text: place.map(|place| place.link.text()),
            via: place.and_then(|place| place.via),
            links: target.count,
        }
    }
}

/// A link to a part of a page that is not there.
#[derive(Serialize)]
struct Missing<'a> {
    r#type: &'static str,
    url: Option<&'a Untrusted>,
    fragment: &'a Untrusted,
    page: Option<&'a Untrusted>,
    page_task: u64,
    line: u32,
    column: u32,
    text: Untrusted,
    /// What the link says, where that is a redirect to the page.
    via: Option<&'a Untrusted>,
}

fn tell_fragments(digest: &Digest, out: &mut Vec<u8>) {
    for (page, missed) in digest.missing() {
        let missing = Missing {
            r#type: "missing_fragment",
            url: digest.url(missed.to),
            fragment: &missed.fragment,
            page: digest.url(*page),
            page_task: page.0,
            line: missed.line,
            column: missed.column,
            text: digest.text(*page, missed),
            via: missed.via.and_then(|via| digest.url(via)),
        };
        json_line(&missing, out);
    }
}

/// Links to parts of a page that can't be held against it.
#[derive(Serialize)]
struct Unchecked<'a> {
    r#type: &'static str,
    url: Option<&'a Untrusted>,
    task: u64,
    links: u64,
    /// `head`, `not_html`, `too_many`, `outside` or `not_asked`.
    reason: &'static str,
}

fn tell_unchecked(digest: &Digest, out: &mut Vec<u8>) {
    for (page, why, links) in digest.unchecked() {
        let (r#type, url) = ("unchecked_fragments", digest.url(*page));
        json_line(&Unchecked { r#type, url, task: page.0, links: *links, reason: why.name() }, out);
    }
}

/// A link that the page asks not to follow, or that is no URL.
#[derive(Serialize)]
struct Unfollowed<'a> {
    /// `nofollow` or `malformed`.
    r#type: &'static str,
    url: &'a Untrusted,
    page: Option<&'a Untrusted>,
    page_task: u64,
    line: u32,
    column: u32,
    text: &'a Untrusted,
    /// `link`, by its `rel`, or `page`, by `meta` or `X-Robots-Tag`; of what is no URL nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    by: Option<&'static str>,
}

fn tell_unfollowed(digest: &Digest, out: &mut Vec<u8>) {
    for (page, link) in digest.unfollowed() {
        let by = Some(link.why).filter(|why| *why != Why::Malformed).map(Why::name);
        let unfollowed = Unfollowed {
            r#type: if by.is_some() { "nofollow" } else { Why::Malformed.name() },
            url: &link.url,
            page: digest.url(*page),
            page_task: page.0,
            line: link.line,
            column: link.column,
            text: &link.text,
            by,
        };
        json_line(&unfollowed, out);
    }
}

/// Redirects from the first URL to the last.
#[derive(Serialize)]
struct Redirects<'a> {
    r#type: &'static str,
    hops: Vec<Hop<'a>>,
    final_url: Option<&'a Untrusted>,
    final_status_code: Option<u16>,
    /// What is at their end.
    end: &'static str,
    permanent: bool,
}

#[derive(Serialize)]
struct Hop<'a> {
    status_code: u16,
    url: &'a Untrusted,
}

impl<'a> Redirects<'a> {
    fn of(chain: &'a Chain) -> Redirects<'a> {
        let (end, final_status_code) = match chain.end {
            End::Status(status) => ("status", Some(status)),
            End::Failure(kind) => (kind.name(), None),
            End::Loop => ("loop", None),
            End::Long => ("too_long", None),
            End::Nowhere => ("nowhere", None),
            End::Unknown => ("unknown", None),
        };
        let hops = chain.hops.iter().map(|hop| Hop { status_code: hop.status, url: hop.url }).collect();
        let permanent = chain.is_permanent();
        Redirects { r#type: "redirects", hops, final_url: chain.to, final_status_code, end, permanent }
    }
}

/// Pages with one content.
#[derive(Serialize)]
struct Duplicates<'a> {
    r#type: &'static str,
    body_bytes: u64,
    pages: u64,
    urls: Vec<&'a Untrusted>,
}

impl<'a> Duplicates<'a> {
    fn of(digest: &'a Digest, twins: &Twins) -> Duplicates<'a> {
        let urls = twins.pages.iter().filter_map(|&page| digest.url(page)).collect();
        let (body_bytes, pages) = (twins.group.body_bytes, twins.group.count + 1);
        Duplicates { r#type: "duplicates", body_bytes, pages, urls }
    }
}

/// The numbers, in the last line of all.
#[derive(Serialize)]
struct Closing<'a> {
    r#type: &'static str,
    /// Why it is not about the whole site.
    partial: Option<&'static str>,
    /// No robots.txt was asked, and `nofollow` was not kept to.
    no_robots: bool,
    /// Targets by what became of them; `found` is the sum of the others.
    targets: Map<String, Value>,
    /// Links by what became of them; `all` is the sum of the others.
    links: Map<String, Value>,
    /// Of the links, those that are excluded, by the option that keeps them out.
    excluded_by: Map<String, Value>,
    missing_fragments: u64,
    /// Links to parts that could not be checked, by the reason.
    unchecked_fragments: Map<String, Value>,
    /// Links whose place is known, and others.
    sitemaps: Map<String, Value>,
    places_kept: u64,
    places_dropped: u64,
    slowest: Vec<Slow<'a>>,
    largest: Vec<Large<'a>>,
    hosts: Vec<HostRow<'a>>,
}

/// Milliseconds with three decimals; null where there was no answer.
#[derive(Serialize)]
struct HostRow<'a> {
    /// Null for all those that were too many to be counted one by one.
    host: Option<&'a Untrusted>,
    done: u64,
    broken: u64,
    blocked: u64,
    failed: u64,
    p50_ms: Option<f64>,
    delay_ms: f64,
}

#[derive(Serialize)]
struct Slow<'a> {
    url: &'a Untrusted,
    status_code: Option<u16>,
    error: Option<Error<'a>>,
    ms: f64,
    phase: Option<&'static str>,
    phase_ms: Option<f64>,
}

#[derive(Serialize)]
struct Large<'a> {
    url: &'a Untrusted,
    body_bytes: u64,
}

impl<'a> Closing<'a> {
    fn of(digest: &'a Digest) -> Closing<'a> {
        let (state, totals) = (digest.state, digest.totals);
        let slowest = state.findings.slowest.iter().map(|(us, fetched)| Slow::of(us, fetched));
        let largest = state.findings.largest.iter();
        Closing {
            r#type: "report",
            partial: digest.partial(),
            no_robots: state.run.no_robots,
            targets: numbers(Some(("found", totals.found)), &totals.targets()),
            links: numbers(Some(("all", totals.links)), &Totals::links(state)),
            excluded_by: numbers(None, &Totals::excluded(state)),
            missing_fragments: state.findings.fragments_missed,
            unchecked_fragments: numbers(None, &unchecked(state)),
            sitemaps: sitemaps(state),
            places_kept: state.edges.len() as u64,
            places_dropped: state.edges.over,
            slowest: slowest.collect(),
            largest: largest.map(|(body_bytes, fetched)| Large { url: &fetched.url, body_bytes }).collect(),
            hosts: digest.hosts().into_iter().map(HostRow::of).collect(),
        }
    }
}

impl<'a> HostRow<'a> {
    fn of(host: &'a Host) -> HostRow<'a> {
        let p50_ms = host.totals.p50().map(|span| span.as_micros() as f64 / 1e3);
        let Host { done, broken, blocked, failed, .. } = *host;
        let delay_ms = host.delay_us as f64 / 1e3;
        HostRow { host: host.name.as_ref(), done, broken, blocked, failed, p50_ms, delay_ms }
    }
}

fn unchecked(state: &State) -> [(&'static str, u64); event::Unchecked::ALL.len()] {
    event::Unchecked::ALL.map(|why| (why.name(), state.findings.fragments_unchecked[why as usize]))
}

/// Those that were read, and those that were not, by why.
fn sitemaps(state: &State) -> Map<String, Value> {
    let unread = event::Unread::ALL.map(|why| (why.name(), state.notices.unread[why as usize]));
    let read = ("read".to_owned(), Value::from(state.notices.sitemaps_read));
    [read, ("unread".to_owned(), Value::from(numbers(None, &unread)))].into_iter().collect()
}

fn numbers(sum: Option<(&str, u64)>, parts: &[(&str, u64)]) -> Map<String, Value> {
    let all = sum.iter().chain(parts);
    all.map(|(name, count)| (name.replace([' ', '-'], "_"), Value::from(*count))).collect()
}

impl<'a> Slow<'a> {
    fn of(us: u64, fetched: &'a Fetched) -> Slow<'a> {
        let slowest = slowest_phase(fetched);
        let ms = |span: std::time::Duration| span.as_micros() as f64 / 1e3;
        let (phase, phase_ms) = (slowest.map(|(phase, _)| phase.name()), slowest.map(|(_, spent)| ms(spent)));
        let (status_code, error) = (fetched.status, fetched.failure.as_ref().map(Error::of));
        Slow { url: &fetched.url, status_code, error, ms: us as f64 / 1e3, phase, phase_ms }
    }
}
