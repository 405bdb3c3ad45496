//! Sites without end and pages without measure: each is bounded, each is told, and the crawl comes to its end.

use crate::loopback::Gate;
use crate::site::{Site, dripping, html, links, missing, typed};
use crate::told::{Told, crawl, crawl_with, plan};
use crawltop::callback::Callback;
use crawltop::control::{Control, EndReason};
use crawltop::crawl::traps::{
    CALENDAR_PAGES, MONTHS, QUERY_PAGES, QUERY_PAIRS, SAME_SEGMENT, SEGMENTS, SESSIONS, TrapKind, URL_BYTES,
};
use crawltop::event::{Engine, Event, EventKind};
use crawltop::failure::FailureKind;
use crawltop::fetched::Outcome;
use crawltop::report::{Jsonl, Lines, Markdown, Verbosity};
use crawltop::text::Charset;

/// Each page leads to the next one, which is made from its path.
fn endless(next: impl Fn(&str) -> Vec<String> + Send + Sync + 'static) -> Site {
    Site::start(move |asked| if asked.path == "/robots.txt" { missing() } else { links(next(&asked.path)) })
}

#[test]
fn a_calendar_without_end_ends() {
    let site = endless(|path| {
        let month = path.rsplit_once("/calendar/").and_then(|(_, month)| {
            let (year, month) = month.split_once('/')?;
            Some((year.parse::<u32>().ok()?, month.trim_end_matches('/').parse::<u32>().ok()?))
        });
        let (year, month) = month.unwrap_or((2026, 11));
        let (year, month) = if month == 12 { (year + 1, 1) } else { (year, month + 1) };
        vec![format!("/calendar/{year}/{month:02}/")]
    });
    let told = crawl(&site);
    assert!(site.paths().len() as u32 <= MONTHS + 2, "{}", site.paths().len());
    assert!(told.trapped().iter().any(|words| words.contains("months of one calendar")), "{:?}", told.trapped());
}

#[test]
fn a_calendar_in_the_query_ends() {
    let site = endless(|path| {
        let day =
            path.split_once("day=").map_or(0, |(_, day)| day.replace('-', "").parse::<u32>().unwrap() - 20_000_101);
        let date = 20_000_101 + day + if (day + 1) % 100 > 27 { 100 - 27 } else { 1 };
        let (year, month, day) = (date / 10_000, (date / 100 % 100).clamp(1, 12), (date % 100).clamp(1, 28));
        let next = if date / 100 % 100 > 12 { (year + 1, 1, 1) } else { (year, month, day) };
        vec![format!("/day?day={:04}-{:02}-{:02}", next.0, next.1, next.2)]
    });
    let told = crawl(&site);
    assert!(site.paths().len() as u32 <= CALENDAR_PAGES + 2, "{}", site.paths().len());
    assert_eq!(told.trapped().len(), 1, "{:?}", told.trapped());
}

#[test]
fn a_path_that_grows_ends() {
    let site = endless(|path| vec![format!("{}x{}/", path, path.len())]);
    let told = crawl(&site);
    assert!(site.paths().len() <= SEGMENTS + 2, "{}", site.paths().len());
    assert_eq!(told.trapped().len(), 1, "{:?}", told.trapped());
    assert!(told.trapped()[0].contains("segments"), "{:?}", told.trapped());
}

#[test]
fn a_path_that_repeats_itself_ends() {
    let site = endless(|path| vec![format!("{path}a/b/"), "same/".to_owned()]);
    let told = crawl(&site);
    assert!(site.paths().len() < 500, "{}", site.paths().len());
    assert!(told.trapped().iter().all(|words| words.contains("repeats itself")), "{:?}", told.trapped());
    let trapped: u32 = told.results.keys().map(|url| told.followed(url).trapped).sum();
    assert!(trapped > 0);
}

#[test]
fn session_ids_make_no_new_pages() {
    let site = endless(|path| {
        let number = path.split_once("sid=").map_or(0, |(_, sid)| u64::from_str_radix(&sid[..8], 16).unwrap());
        let sid = format!("{:08x}{:024x}", number + 1, (number + 1) * 7_919);
        vec![format!("/page?sid={sid}")]
    });
    let told = crawl(&site);
    assert!(site.paths().len() as u32 <= SESSIONS + 2, "{:?}", site.paths());
    assert!(told.trapped()[0].contains("session"), "{:?}", told.trapped());
}

#[test]
fn a_url_that_is_too_long_is_not_asked() {
    let site =
        endless(
            |path| if path == "/" { vec![format!("/{}", "x".repeat(URL_BYTES)), "/fine".into()] } else { Vec::new() },
        );
    let told = crawl(&site);
    assert_eq!((site.paths(), told.followed(&site.url("/")).trapped), (vec!["/".to_owned(), "/fine".to_owned()], 1));
}

/// Links that are one too many for each limit but the two largest, with the words for it.
fn traps() -> Vec<(TrapKind, Vec<String>)> {
    let many = |count: u32, url: &dyn Fn(u32) -> String| (0..=count).map(url).collect();
    let pairs: Vec<String> = (0..=QUERY_PAIRS).map(|number| format!("n{number}=1")).collect();
    vec![
        (TrapKind::UrlLength, vec![format!("/{}", "x".repeat(URL_BYTES))]),
        (
            TrapKind::PathDepth,
            vec!["/deep".to_owned() + &(0..SEGMENTS).map(|at| format!("/s{at}")).collect::<String>()],
        ),
        (TrapKind::RepeatedSegments, vec!["/same".repeat(SAME_SEGMENT + 1)]),
        (TrapKind::QueryPairs, vec![format!("/pairs?{}", pairs.join("&"))]),
        (TrapKind::Sessions, many(SESSIONS, &|number| format!("/page?sid={number:08x}{:024x}", (number + 1) * 7_919))),
        (TrapKind::Months, many(MONTHS, &|month| format!("/calendar/{}/{:02}/", 1950 + month / 12, month % 12 + 1))),
        (
            TrapKind::Calendar,
            many(CALENDAR_PAGES, &|day| {
                format!("/day?day={}-{:02}-{:02}", 2000 + day / 336, day / 28 % 12 + 1, day % 28 + 1)
            }),
        ),
        (TrapKind::QueryPattern, many(QUERY_PAGES, &|number| format!("/list?page={number}"))),
    ]
}

#[test]
fn each_limit_that_bites_is_told_once_in_the_log_the_report_and_in_json() {
    let page =
        traps().iter().flat_map(|(_, urls)| urls).map(|url| format!("<a href='{url}'>x</a>\n")).collect::<String>();
    let site = Site::of([("/", html(&page))]);
    let plan = plan([site.url("/")], |terms| terms.manners.max_pages = Some(1));
    let told = Told::by(plan.prepare().announced().start());
    let words: Vec<String> = traps().iter().map(|(kind, _)| kind.words()).collect();
    let trapped = told.trapped();
    assert_eq!(
        (trapped.len(), told.followed(&site.url("/")).trapped as usize),
        (words.len(), words.len()),
        "{trapped:?}"
    );
    let lines = Lines::new(Verbosity::Normal, Charset::Unicode, false, false).with_report();
    let reports = [told.report(lines), told.report(Markdown), told.report(Jsonl::default())];
    for (words, told) in words.iter().zip(&trapped) {
        assert!(told.starts_with(words), "{words}: {told}");
        for report in &reports {
            assert!(report.contains(words), "{words}: {report}");
        }
    }
}

#[test]
fn words_at_random_end_with_the_pages_that_may_be() {
    let site = endless(|path| {
        let letters = |seed: usize| -> String {
            (0..9)
                .map(|place| char::from(b'a' + ((seed * 31 + place * place * 17 + path.len() * place) % 26) as u8))
                .collect()
        };
        (0..20)
            .map(|number| format!("/{}{}", letters(number + path.as_bytes()[path.len() / 2] as usize), number))
            .collect()
    });
    let told = crawl_with(&site, |terms| terms.manners.max_pages = Some(50));
    assert_eq!((site.paths().len(), told.results.len()), (50, 50));
}

/// A page with so many links, whose pages are there when the gate is open.
fn many_links(count: usize) -> (Site, Gate) {
    let gate = Gate::default();
    let opens = gate.clone();
    let page = html(&(0..count).map(|number| format!("<a href=/{number}>x</a>")).collect::<String>());
    let site = Site::start(move |asked| match asked.path.as_str() {
        "/" => page.clone(),
        "/robots.txt" => missing(),
        _ => html("").behind(&opens),
    });
    (site, gate)
}

fn is_followed(kind: &EventKind) -> bool {
    matches!(kind, EventKind::Followed { followed, .. } if followed.links() > 0)
}

#[test]
fn of_a_million_links_ten_thousand_are_kept_and_the_others_counted() {
    let (site, gate) = many_links(1_000_000);
    let mut run = plan([site.url("/")], |terms| terms.manners.max_pages = Some(20)).start();
    run.until(is_followed);
    gate.open();
    let told = Told::by(run);
    let followed = told.followed(&site.url("/"));
    assert_eq!((followed.new, followed.over, followed.links()), (10_000, 990_000, 1_000_000));
    let words = "a page was fetched, and 990,000 of its links are beyond what is taken up of one";
    assert!(told.trapped().iter().any(|trapped| trapped.contains(words)), "{:?}", told.trapped());
    assert_eq!((site.paths().len(), told.counts().found, told.counts().refused), (20, 10_001, 9_981));
}

#[test]
fn a_hundred_megabytes_without_a_tag_are_passed_over() {
    let words = "words without a tag ".repeat(50_000);
    let text = html(&words).times(100);
    let site = Site::start(move |asked| match asked.path.as_str() {
        "/" => links(["/text", "/tag", "/inside", "/attributes"]),
        "/text" => text.clone(),
        "/tag" => typed("text/html", "<a href=/x ".repeat(200_000)).times(50),
        "/inside" => html("<a b='"),
        "/attributes" => typed("text/html", format!("<a {} href=/found>x</a>", "b=c ".repeat(2_000_000))),
        "/robots.txt" => missing(),
        _ => html(""),
    });
    let mut plan = plan([site.url("/")], |_| ());
    plan.options.max_filesize = 200 << 20;
    let told = Told::of(plan.run());
    assert_eq!(told.result(&site.url("/text")).body_bytes, 100_000_000);
    assert_eq!(told.followed(&site.url("/text")).links(), 0);
    assert_eq!(told.outcomes(Outcome::Ok), told.results.len(), "{:?}", told.results.keys());
}

#[test]
fn that_a_link_to_a_large_file_works_is_seen_by_its_head() {
    let site = Site::start(|asked| match asked.path.as_str() {
        "/robots.txt" => missing(),
        "/" => links(["/large", "/plain"]),
        "/large" => typed("application/zip", vec![b'x'; 3000]),
        _ => html("<p>a leaf</p>"),
    });
    let mut plan = plan([site.url("/")], |_| ());
    plan.options.max_filesize = 2000;
    let told = Told::of(plan.run());
    assert_eq!(told.outcomes(Outcome::Ok), 3, "{:?}", told.results);
    let large = told.result(&site.url("/large"));
    assert_eq!((large.status, large.body_bytes), (Some(200), 0));
}

#[test]
fn of_a_page_that_is_too_large_the_links_up_to_the_limit_are_followed() {
    let site = Site::of([
        ("/", typed("text/html", format!("<a href=/found>x</a>{}", " ".repeat(3 << 20)))),
        ("/found", html("")),
    ]);
    let mut plan = plan([site.url("/")], |_| ());
    plan.options.max_filesize = 1 << 20;
    let told = Told::of(plan.run());
    assert_eq!(told.kind(&site.url("/")), Some(FailureKind::TooLarge));
    assert_eq!(told.status(&site.url("/found")), Some(200));
}

#[test]
fn of_a_page_that_is_too_large_the_same_links_are_followed_however_its_bytes_come() {
    let page: String = (100..400).map(|number| format!("<a href=/{number}>x</a>")).collect();
    let within = page[..1000].matches("<a href=/").count() - usize::from(!page[..1000].ends_with("</a>"));
    for engine in Engine::ALL {
        let page = page.clone();
        let site = Site::start(move |asked| match asked.path.as_str() {
            "/robots.txt" => missing(),
            "/" => html(&page),
            "/endless" => dripping("text/html", &page),
            _ => html(""),
        });
        for start in ["/", "/endless"] {
            let mut plan = plan([site.url(start)], |_| ()).engine(engine);
            plan.options.max_filesize = 1000;
            let told = Told::of(plan.run());
            assert_eq!(told.kind(&site.url(start)), Some(FailureKind::TooLarge));
            assert_eq!(told.results.len(), 1 + within, "{engine:?} {start}");
        }
    }
}

#[test]
fn controls_in_links_stay_off_the_wire_and_out_of_what_is_shown() {
    let site = Site::of([(
        "/",
        html(
            "<a href='/a\u{1b}[31m b'>te\u{1b}]0;x\u{7}xt</a><a href='/\r\nX: y'>2</a><a href='/\u{202e}c'>3</a><a href='http://u:p@127.0.0.1:1/'>4</a>",
        ),
    )]);
    let told = crawl(&site);
    assert_eq!(site.sorted(), ["/", "/%E2%80%AEc", "/X:%20y", "/a%1B[31m%20b".replace('[', "%5B").as_str()]);
    assert!(site.asked().iter().all(|asked| asked.field("x").is_none()));
    let text = told.text();
    assert!(!text.contains('\u{1b}') && !text.contains("u:p"), "{text}");
}

#[test]
fn ten_thousand_links_are_taken_up_in_slices_and_fetches_go_on_meanwhile() {
    let (site, gate) = many_links(10_000);
    gate.open();
    let mut run = plan([site.url("/")], |_| ()).start();
    run.until(is_followed);
    run.tell(Control::Quit(EndReason::Quit));
    let told = Told::by(run);
    let place = |is_meant: fn(&EventKind) -> bool| told.events.iter().position(|event| is_meant(&event.kind)).unwrap();
    let (begun, ended) = (
        place(|kind| matches!(kind, EventKind::Finished { fetched, .. } if fetched.role().is_result())),
        place(is_followed),
    );
    let between = || told.events[begun..ended].iter();
    let is_slice = |event: &&Event| matches!(event.kind, EventKind::CallbackFired { callback: Callback::Follow, .. });
    let is_answer = |event: &&Event| matches!(event.kind, EventKind::HeadReceived { .. });
    assert!(between().filter(is_slice).count() >= 10_000 / 256, "each slice is a callback of its own");
    assert!(between().filter(is_answer).count() > 0, "answers are read meanwhile");
    assert_eq!(told.followed(&site.url("/")).new, 10_000);
}

#[test]
fn pages_that_are_counted_are_those_that_are_asked_for_whatever_becomes_of_them() {
    let site = Site::start(|asked| match asked.path.as_str() {
        "/robots.txt" => crate::site::robots("User-agent: *\nDisallow: /kept"),
        "/" => links(
            (0..9).flat_map(|number| [format!("/kept{number}"), format!("/moved{number}"), format!("/gone{number}")]),
        ),
        path if path.starts_with("/moved") => crate::site::moved(302, &path.replace("moved", "there")),
        _ => missing(),
    });
    for most in [1, 2, 5, 19, 28] {
        let before = site.paths().len();
        let told = crawl_with(&site, |terms| terms.manners.max_pages = Some(most));
        assert_eq!(site.paths().len() - before, most as usize);
        let asked = told.results.values().filter(|fetched| fetched.kind() != Some(FailureKind::Robots)).count();
        assert_eq!(asked as u64, most);
    }
}
