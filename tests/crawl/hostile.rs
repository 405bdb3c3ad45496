//! Sites without end and pages without measure: each is bounded, each is told, and the crawl comes to its end.

use crate::site::{Site, html, links, missing, typed};
use crate::told::{crawl, crawl_with};
use crawltop::crawl::traps::{CALENDAR_PAGES, MONTHS, SEGMENTS, SESSIONS, URL_BYTES};
use crawltop::failure::FailureKind;
use crawltop::fetched::Outcome;

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

#[test]
fn of_a_million_links_ten_thousand_are_kept_and_the_others_counted() {
    let all: String = (0..1_000_000).map(|number| format!("<a href=/{number}>x</a>")).collect();
    let page = html(&all);
    let site = Site::start(move |asked| match asked.path.as_str() {
        "/" => page.clone(),
        "/robots.txt" => missing(),
        _ => html(""),
    });
    let told = crawl_with(&site, |terms| terms.manners.max_pages = Some(20));
    let followed = told.followed(&site.url("/"));
    assert_eq!(
        (followed.new, followed.over, followed.links()),
        (10_000, 990_000, 1_000_000),
        "{}",
        followed.edges.len()
    );
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
    let mut plan = crate::told::plan([site.url("/")], |_| ());
    plan.options.max_filesize = 200 << 20;
    let told = crate::told::Told::of(plan.run());
    assert_eq!(told.result(&site.url("/text")).body_bytes, 100_000_000);
    assert_eq!(told.followed(&site.url("/text")).links(), 0);
    assert_eq!(told.outcomes(Outcome::Ok), told.results.len(), "{:?}", told.results.keys());
}

#[test]
fn of_a_page_that_is_too_large_the_links_up_to_the_limit_are_followed() {
    let site = Site::of([
        ("/", typed("text/html", format!("<a href=/found>x</a>{}", " ".repeat(3 << 20)))),
        ("/found", html("")),
    ]);
    let mut plan = crate::told::plan([site.url("/")], |_| ());
    plan.options.max_filesize = 1 << 20;
    let told = crate::told::Told::of(plan.run());
    assert_eq!(told.kind(&site.url("/")), Some(FailureKind::TooLarge));
    assert_eq!(told.status(&site.url("/found")), Some(200));
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
