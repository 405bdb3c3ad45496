//! The sections about the site as a whole: its hosts, what its servers wish, which limits bit.

use super::{Caps, Cell, Column, Section, behind, counted, left, number, right};
use crate::event::Unread;
use crate::host::RobotsRead;
use crate::report::digest::Digest;
use crate::state::Host;
use crate::units;
use std::time::Duration;

const HOSTS: &[Column] = &[
    number("done ", "done"),
    number("broken ", "broken"),
    number("blocked ", "blocked"),
    number("failed ", "failed"),
    number("p50 ", "p50"),
    number("delay ", "delay"),
    left("host"),
];
const ROBOTS: &[Column] = &[left("origin"), right("status"), number("delay ", "delay"), left("meaning")];
const SITEMAPS: &[Column] = &[
    number("pages ", "pages"),
    number("new ", "new"),
    number("sitemaps ", "sitemaps"),
    left("sitemap"),
    left("trouble"),
];
const WIDENED: &[Column] = &[left("start"), behind("-> ", "led to")];
const TRAPPED: &[Column] = &[left("limit"), behind("first at ", "first met at")];

/// Those with the most results first, and those that share a row behind them.
pub(super) fn hosts(digest: &Digest, caps: Caps) -> Option<Section> {
    // In a fetch they are counted for who looks on, and what is reported is the same for those who don't.
    if !digest.state.run.crawl {
        return None;
    }
    let mut hosts: Vec<&Host> = digest.hosts().into_iter().filter(|host| host.done > 0).collect();
    hosts.sort_by_key(|host| (host.name.is_none(), std::cmp::Reverse(host.done)));
    let rows = hosts.iter().take(caps.rows).map(|host| {
        let some = |count: u64| if count > 0 { units::count(count) } else { String::new() };
        let p50 = host.totals.p50().map_or(String::new(), units::span);
        let delay = Some(host.delay_us).filter(|&us| us > 0);
        let delay = delay.map_or(String::new(), |us| units::span(Duration::from_micros(us)));
        let counts = [host.broken, host.blocked, host.failed].map(some);
        let own = [units::count(host.done)].into_iter().chain(counts).chain([p50, delay]).map(Cell::Own);
        let name = host.name.clone().map_or_else(|| Cell::own("all others"), Cell::Words);
        own.chain([name]).collect()
    });
    let count = digest.state.hosts.answered();
    let title = format!("hosts: {}", units::count(count));
    // The row of all others leaves none out.
    let all = if hosts.len() <= caps.rows { hosts.len() as u64 } else { count };
    Section::new(title, HOSTS, rows.collect(), all)
}

pub(super) fn robots(digest: &Digest, caps: Caps) -> Option<Section> {
    let robots = &digest.state.notices.robots;
    let told: Vec<_> = digest.robots().into_iter().filter(|read| caps != Caps::SHORT || says_something(read)).collect();
    let all = if caps == Caps::SHORT { told.len() as u64 } else { robots.count };
    let rows = told.into_iter().take(caps.rows).map(|read| {
        let status = read.status.map_or(String::new(), |status| status.to_string());
        let delay = read.delay_us.map_or(String::new(), |us| units::span(Duration::from_micros(us)));
        let numbers = [status, delay].map(Cell::Own);
        let origin = [Cell::Url(read.origin.clone())];
        origin.into_iter().chain(numbers).chain([Cell::Words(read.meaning.clone())]).collect()
    });
    let title = format!("robots.txt: {}", counted(robots.count, "origin", "origins"));
    Section::new(title, ROBOTS, rows.collect(), all)
}

/// That all may be asked at any speed is no news.
fn says_something(read: &RobotsRead) -> bool {
    read.rules > 0 || read.delay_us.is_some() || read.status.is_none_or(|status| status >= 500)
}

/// Those that nobody asked for stand in front, by why.
pub(super) fn sitemaps(digest: &Digest, caps: Caps) -> Option<Section> {
    let notices = &digest.state.notices;
    let sitemaps = &notices.sitemaps;
    let unread = Unread::ALL.into_iter().map(|why| (why, notices.unread[why as usize])).filter(|(_, count)| *count > 0);
    let unread: Vec<_> = unread.collect();
    let unasked: Vec<_> = unread
        .iter()
        .filter_map(|&(why, count)| {
            let asked = sitemaps.kept.iter().filter(|read| read.unread == Some(why)).count() as u64;
            Some((why, count.saturating_sub(asked))).filter(|(_, count)| *count > 0)
        })
        .collect();
    let passed = unasked.iter().map(|(why, count)| {
        let numbers = [String::new(), String::new(), units::count(*count)].map(Cell::Own);
        numbers.into_iter().chain([Cell::own("not read"), Cell::own(why.words())]).collect()
    });
    let rows = digest.sitemaps().into_iter().map(|read| {
        let numbers = [read.pages, read.new, read.maps].map(|count| Cell::Own(units::count(count.into())));
        let trouble = read.trouble.clone().map_or_else(Cell::empty, Cell::Words);
        numbers.into_iter().chain([Cell::Url(read.url.clone()), trouble]).collect()
    });
    let all = sitemaps.count + unasked.len() as u64;
    Section::new(
        sitemaps_title(notices.sitemaps_read, &unread),
        SITEMAPS,
        passed.chain(rows).take(caps.rows).collect(),
        all,
    )
}

/// `sitemaps: 8 read, 22 not read: --max-pages`, and `24 not read: --max-pages 22, no sitemap 2`.
fn sitemaps_title(read: u64, unread: &[(Unread, u64)]) -> String {
    let sum: u64 = unread.iter().map(|(_, count)| count).sum();
    let each = |&(why, count): &(Unread, u64)| format!("{} {}", why.words(), units::count(count));
    let why = match unread {
        [(why, _)] => why.words().to_owned(),
        all => all.iter().map(each).collect::<Vec<_>>().join(", "),
    };
    match sum {
        0 => format!("sitemaps: {}", units::count(read)),
        sum => format!("sitemaps: {} read, {} not read: {}", units::count(read), units::count(sum), why),
    }
}

pub(super) fn widened(digest: &Digest, caps: Caps) -> Option<Section> {
    let widened = &digest.state.notices.widened;
    let rows = digest.widened().into_iter().take(caps.rows);
    let rows = rows.map(|(from, to)| vec![Cell::Url(from.clone()), Cell::Url(to.clone())]);
    let title = "starts that led elsewhere, which is in the scope too".to_owned();
    Section::new(title, WIDENED, rows.collect(), widened.count)
}

pub(super) fn trapped(digest: &Digest, caps: Caps) -> Option<Section> {
    let trapped = &digest.state.notices.trapped;
    let rows = digest.trapped().into_iter().take(caps.rows);
    let rows = rows.map(|(words, url)| vec![Cell::Words(words.clone()), Cell::Url(url.clone())]);
    let title = format!("limits against endless sites that bit: {}", units::count(trapped.count));
    Section::new(title, TRAPPED, rows.collect(), trapped.count)
}
