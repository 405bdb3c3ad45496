//! Sitemaps that are passed over are counted, and told with why.

use crate::run::state;
use crate::site::{Site, dripping, held, html, missing, robots, status, typed};
use crate::sitemaps::{map, mapped};
use crate::told::{Told, crawl_with, plan};
use crawltop::control::{Control, EndReason};
use crawltop::event::{EventKind, Unread};
use crawltop::phase::Phase;
use crawltop::place::Role;
use crawltop::report::{Jsonl, Lines, Markdown, Verbosity};
use crawltop::text::Charset;
use std::cell::Cell;

/// Sitemaps that are not read, by why.
pub fn unread(told: &Told) -> Vec<(Unread, u64)> {
    let state = state(&told.events);
    let unread = Unread::ALL.into_iter().map(|why| (why, state.notices.unread[why as usize]));
    unread.filter(|(_, count)| *count > 0).collect()
}

#[test]
fn sitemaps_that_are_not_read_for_max_pages_are_counted_and_told_in_each_report() {
    let site = Site::start(|asked| match asked.path.as_str() {
        // The first one is named twice.
        "/robots.txt" => robots(&(0..31).map(|number| format!("Sitemap: /{}.xml\n", number % 30)).collect::<String>()),
        path if path.ends_with(".xml") => {
            let pages: Vec<String> = (0..5).map(|number| format!("{path}/{number}")).collect();
            typed("text/xml", map(&pages.iter().map(String::as_str).collect::<Vec<_>>()))
        }
        _ => html(""),
    });
    let plan = plan([site.url("/")], |terms| terms.manners.max_pages = Some(10));
    let told = Told::by(plan.prepare().announced().start());
    let (read, left) = (told.sitemaps().len() as u64, unread(&told));
    assert_eq!((left.clone(), told.reason()), (vec![(Unread::MaxPages, 30 - read)], EndReason::MaxPages));
    assert!(left[0].1 > 0 && told.results.len() == 10, "{left:?}");
    let title = format!("itemaps: {read} read, {} not read: --max-pages", left[0].1);
    let text = told.report(Lines::new(Verbosity::Normal, Charset::Unicode, false, false).with_report());
    assert!(text.contains(&title), "{title}: {text}");
    assert!(told.report(Markdown).contains(&title));
    let lines = told.report(Jsonl::default());
    let counts =
        [format!("\"sitemaps\":{{\"read\":{read},"), format!("\"ended\":0,\"failed\":0,\"max_pages\":{},", left[0].1)];
    assert!(counts.iter().all(|counts| lines.contains(counts)), "{counts:?}: {lines}");
}

#[test]
fn a_run_that_leaves_a_sitemap_unread_for_max_pages_is_partial_though_no_page_that_it_knows_is_left() {
    let site = mapped(|asked| (asked.path == "/map").then(|| typed("text/xml", map(&["/more"]))));
    let told = crawl_with(&site, |terms| terms.manners.max_pages = Some(1));
    assert_eq!((site.sorted(), unread(&told)), (vec!["/".to_owned()], vec![(Unread::MaxPages, 1)]));
    assert_eq!((told.reason(), told.unread()), (EndReason::MaxPages, 0));
    let whole = crawl_with(&site, |terms| terms.manners.max_pages = Some(2));
    assert_eq!((unread(&whole), whole.reason()), (vec![], EndReason::Finished));
}

#[test]
fn sitemaps_that_the_end_of_the_run_left_unread_are_counted() {
    let site = Site::start(|asked| match asked.path.as_str() {
        "/robots.txt" => robots("Sitemap: /1.xml\nSitemap: /2.xml\nSitemap: /3.xml"),
        "/1.xml" => held(),
        _ => html(""),
    });
    let mut run = plan([site.url("/")], |terms| terms.manners.per_host = 1).start();
    let is_map =
        |kind: &EventKind| matches!(kind, EventKind::Started { place: Some(place), .. } if place.role == Role::Sitemap);
    run.until(is_map);
    run.tell(Control::Quit(EndReason::Quit));
    let told = Told::by(run);
    assert_eq!((unread(&told), told.sitemaps().len()), (vec![(Unread::Ended, 3)], 1), "one was asked for");
}

#[test]
fn sitemaps_that_came_to_nothing_are_told_with_why_and_count_as_not_read() {
    let site = Site::start(|asked| match asked.path.as_str() {
        "/robots.txt" => {
            let maps = ["good", "private", "gone", "error", "page", "cut", "lines", "also/gone"];
            let maps: String = maps.iter().map(|map| format!("Sitemap: /{map}\n")).collect();
            robots(&format!("{maps}User-agent: *\nDisallow: /private"))
        }
        "/good" => typed("text/xml", map(&["/listed"])),
        "/gone" | "/also/gone" => missing(),
        "/error" => status("403 Forbidden"),
        "/page" => html("<p>There is no such thing"),
        "/cut" => typed("text/xml", map(&["/before"]).replace("</urlset>", "")),
        "/lines" => typed("text/plain", "nothing\nto see".to_owned()),
        _ => html(""),
    });
    let told = Told::by(plan([site.url("/")], |_| {}).prepare().announced().start());
    use Unread::{Cut, Missing, NoSitemap, Refused, Robots};
    assert_eq!(unread(&told), [(Robots, 1), (Missing, 2), (Refused, 1), (NoSitemap, 2), (Cut, 1)]);
    assert!(told.results.keys().any(|url| url.ends_with("/before")), "what stands before the cut is read");
    let title = "itemaps: 1 read, 7 not read: robots.txt 1, not there 2, refused 1, no sitemap 2, not to the end 1";
    let text = told.report(Lines::new(Verbosity::Normal, Charset::Unicode, false, false).with_report());
    assert!(text.contains(title), "{text}");
    assert!(told.report(Markdown).contains(title));
    let lines = told.report(Jsonl::default());
    let own = |map: &str, why: &str| {
        let mut own = lines.lines().filter(|line| line.contains("\"type\":\"sitemap\"") && line.contains(map));
        own.any(|line| line.contains(&format!("\"unread\":{why},")))
    };
    assert!(own("/good", "null") && own("/private", "\"robots\"") && own("/page", "\"no_sitemap\""), "{lines}");
    assert!(lines.contains("\"sitemaps\":{\"read\":1,\"unread\":{\"cut\":1,"), "{lines}");
}

#[test]
fn a_sitemap_that_is_empty_is_not_read() {
    let site = Site::start(|asked| match asked.path.as_str() {
        "/robots.txt" => robots("Sitemap: /none\nSitemap: /zero\nSitemap: /blank\nSitemap: /mark\nSitemap: /packed"),
        "/none" => status("204 No Content"),
        "/zero" => typed("text/xml", ""),
        "/blank" => typed("text/xml", " \r\n\t\n"),
        "/mark" => typed("text/plain", "\u{feff}"),
        "/packed" => typed("application/gzip", ""),
        _ => html(""),
    });
    let told = Told::by(plan([site.url("/")], |_| {}).prepare().announced().start());
    assert_eq!(unread(&told), [(Unread::Empty, 5)]);
    let trouble: Vec<String> = told.sitemaps().iter().map(|map| map.trouble.as_ref().unwrap().display_all()).collect();
    assert_eq!(trouble, ["no sitemap: it is empty"; 5]);
    let text = told.report(Lines::new(Verbosity::Normal, Charset::Unicode, false, false).with_report());
    assert!(text.contains("itemaps: 0 read, 5 not read: empty"), "{text}");
}

#[test]
fn a_sitemap_that_the_end_of_the_run_or_a_limit_of_its_size_cuts_says_which_of_them() {
    let site = Site::start(|asked| match asked.path.as_str() {
        "/robots.txt" => robots("Sitemap: /begun"),
        "/begun" => dripping("text/xml", map(&["/listed"]).trim_end_matches("</urlset>")),
        _ => html(""),
    });
    let mut run = plan([site.url("/")], |_| {}).start();
    let begun = Cell::new(None);
    run.until(|kind| match kind {
        EventKind::Started { id, place: Some(place), .. } if place.role == Role::Sitemap => {
            begun.set(Some(*id));
            false
        }
        EventKind::PhaseEntered { id, phase: Phase::Body, .. } => begun.get() == Some(*id),
        _ => false,
    });
    run.tell(Control::Quit(EndReason::Deadline));
    let told = Told::by(run);
    assert_eq!(unread(&told), [(Unread::Ended, 1)]);
    assert!(told.sitemaps()[0].trouble.as_ref().unwrap().display_all().contains("the run stopped at the deadline"));

    let pages: Vec<String> = (0..400).map(|number| format!("/{}", "x".repeat(number))).collect();
    let large = map(&pages.iter().map(String::as_str).collect::<Vec<_>>());
    let site = Site::start(move |asked| match asked.path.as_str() {
        "/robots.txt" => robots("Sitemap: /large\nSitemap: /dripping"),
        "/large" => typed("text/xml", large.clone()),
        "/dripping" => dripping("text/xml", &large),
        _ => html(""),
    });
    let mut plan = plan([site.url("/")], |_| {});
    plan.options.max_filesize = 9_000;
    let told = Told::of(plan.run());
    assert_eq!(unread(&told), [(Unread::TooLarge, 2)]);
    let trouble = told.sitemaps().iter().map(|map| map.trouble.as_ref().unwrap().display_all()).collect::<Vec<_>>();
    assert!(trouble.iter().all(|words| words.contains("more than 9000 bytes of content")), "{trouble:?}");
}

#[test]
fn a_sitemap_whose_content_stops_is_not_read_and_half_an_address_is_none() {
    let site = Site::start(|asked| match asked.path.as_str() {
        "/robots.txt" => robots("Sitemap: /empty\nSitemap: /list\nSitemap: /done\nSitemap: /lower"),
        "/empty" => typed("text/xml", "").cut(),
        "/list" => typed("text/plain", format!("http://{0}/whole\nhttp://{0}/hal", asked.field("Host").unwrap())).cut(),
        "/done" => typed("text/xml", map(&["/listed"])).cut(),
        "/lower" => html("<!doctype html>\n<html lang=en><p>Nothing here"),
        _ => html(""),
    });
    let told = Told::by(plan([site.url("/")], |_| {}).prepare().announced().start());
    use Unread::{Cut, Failed, NoSitemap};
    assert_eq!(unread(&told), [(Failed, 1), (NoSitemap, 1), (Cut, 1)]);
    let count = |page: &str| site.paths().iter().filter(|path| *path == page).count();
    assert_eq!((count("/whole"), count("/hal"), count("/listed")), (1, 0, 1));
    let lines = told.report(Jsonl::default());
    let list = lines.lines().find(|line| line.contains("\"type\":\"sitemap\"") && line.contains("/list\"")).unwrap();
    assert!(list.contains("\"unread\":\"cut\"") && !list.contains("ended in the middle"), "it is the fetch's: {list}");
}
