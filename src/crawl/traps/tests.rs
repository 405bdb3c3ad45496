use super::*;
use crate::crawl::address::normal;
use proptest::prelude::*;
use url::Url;

fn check(traps: &mut Traps, url: &str) -> Option<Trap> {
    let parsed = Url::parse(url).unwrap();
    let url = normal(&parsed).unwrap();
    traps.check(&url, parsed.origin().ascii_serialization().len())
}

fn kind(url: &str) -> Option<TrapKind> {
    check(&mut Traps::new(1), url).map(|trap| trap.kind)
}

/// How many of the URLs are let through, and what is told of the first that isn't.
fn through(urls: impl Iterator<Item = String>) -> (u64, Option<String>) {
    let mut traps = Traps::new(1);
    let (mut through, mut told) = (0, None);
    for url in urls {
        match check(&mut traps, &url) {
            None => through += 1,
            Some(trap) => told = told.or(trap.told()),
        }
    }
    (through, told)
}

#[test]
fn a_url_alone_shows_some_traps() {
    let depth = |count: usize| (0..count).map(|at| format!("/d{at}")).collect::<String>();
    let pairs = |count: usize| (0..count).map(|at| format!("&n{at}=1")).collect::<String>();
    for (path, expected) in [
        ("/".to_owned(), None),
        (format!("/{}", "a".repeat(URL_BYTES - 17)), None),
        (format!("/{}", "a".repeat(URL_BYTES - 16)), Some(TrapKind::UrlLength)),
        (depth(32), None),
        (depth(32) + "/", None),
        (depth(33), Some(TrapKind::PathDepth)),
        ("/".repeat(40), Some(TrapKind::PathDepth)),
        ("/".repeat(9), Some(TrapKind::RepeatedSegments)),
        ("/a/b/a/c/a".to_owned(), None),
        ("/a/b/a/c/a/d/a".to_owned(), Some(TrapKind::RepeatedSegments)),
        ("/a/a/a".to_owned(), None),
        ("/a/a/a/".to_owned(), None),
        ("/a/a/a/a/".to_owned(), Some(TrapKind::RepeatedSegments)),
        ("/a/b/a/b".to_owned(), None),
        ("/a/b/a/b/".to_owned(), None),
        ("/a/b/a/b/a/b".to_owned(), Some(TrapKind::RepeatedSegments)),
        ("/x/a/b/c/a/b/c/a/b/c/".to_owned(), Some(TrapKind::RepeatedSegments)),
        ("/x/a/b/c/a/b/c/a/b/x".to_owned(), None),
        ("/p/17/0017.html".to_owned(), None),
        ("/2026/01/01/01/".to_owned(), None),
        (format!("/?a=1{}", pairs(31)), None),
        (format!("/?a=1{}", pairs(32)), Some(TrapKind::QueryPairs)),
    ] {
        assert_eq!(kind(&format!("http://a.example{path}")), expected, "{path}");
    }
}

#[test]
fn a_site_of_many_pages_is_no_trap() {
    let site = |page: u32| format!("http://127.0.0.1:8080/p/{:02}/{page:04}.html", page / 100);
    assert_eq!(through((0..10_000).map(site)), (10_000, None));
    let ids = |page: u32| format!("http://a.example/p/{:04}/{:02}.html", page / 100, page % 100);
    assert_eq!(through((0..200_000).map(ids)), (200_000, None));
    let chapters = |page: u32| format!("http://a.example/book/{:04}/{}", page / 12, page % 12 + 1);
    assert_eq!(through((0..120_000).map(chapters)), (120_000, None));
    let ids = |page: u32| format!("http://a.example/p/{}", 20_000_000 + page * 7);
    assert_eq!(through((0..100_000).map(ids)), (100_000, None));
    let words = |page: u32| format!("http://a.example/2026/01/words-of-{page}-and-more/");
    assert_eq!(through((0..20_000).map(words)), (20_000, None));
    let pages = |page: u32| format!("http://a.example/list?page={page}&sort=name");
    assert_eq!(through((0..5_000).map(pages)), (5_000, None));
    let stories = |page: u32| format!("http://a.example/article.php?sid={page}");
    assert_eq!(through((0..5_000).map(stories)), (5_000, None));
    let days =
        |day: u32| format!("http://a.example/{}/{:02}/{:02}/", 2000 + day / 372, day / 31 % 12 + 1, day % 31 + 1);
    assert_eq!(through((0..9_000).map(days)), (9_000, None));
    let session = |page: u32| format!("http://a.example/page{page}.php?PHPSESSID=0123456789abcdef");
    assert_eq!(through((0..9_000).map(session)).1, None);
}

#[test]
fn a_calendar_ends() {
    let months = |month: u32| format!("http://a.example/cal/{}/{}/", 1990 + month / 12, month % 12 + 1);
    let (count, told) = through((0..2_000).map(months));
    assert_eq!((count, told.unwrap().as_str()), (600, "over 600 months of one calendar: http://a.example/cal/*/*/"));
    assert_eq!(through((1_900..3_000).map(|year| format!("http://a.example/cal/Mar-{year}"))).0, 600);
    assert_eq!(through((1_900..3_000).map(|year| format!("http://a.example/{year}/may"))).0, 600);
    let compact = |month: u32| format!("http://a.example/cal/{}{:02}05", 1990 + month / 12, month % 12 + 1);
    let (count, told) = through((0..2_000).map(compact));
    assert_eq!((count, told.unwrap().as_str()), (600, "over 600 months of one calendar: http://a.example/cal/*"));
    let compact = |month: u32| format!("http://a.example/cal/{}{:02}", 1990 + month / 12, month % 12 + 1);
    assert_eq!(through((0..2_000).map(compact)).0, 600);
    let asked = |month: u32| format!("http://a.example/calendar?year={}&month={}", 1990 + month / 12, month % 12 + 1);
    let (count, told) = through((0..9_000).map(asked));
    assert_eq!(count, 1_000);
    assert_eq!(told.unwrap(), "over 1000 dates of one query: http://a.example/calendar?month=*&year=*");
    let dated =
        |day: u32| format!("http://a.example/c?date={}-{:02}-{:02}", 2000 + day / 372, day / 31 % 12 + 1, day % 31 + 1);
    assert_eq!(through((0..9_000).map(dated)).0, 1_000);
}

#[test]
fn pages_that_share_a_date_are_counted_apart_from_it() {
    let articles = |id: u32| format!("http://a.example/a?date=2026-01-{:02}&id={id}", id % 28 + 1);
    assert_eq!(through((0..5_000).map(articles)), (5_000, None));
}

#[test]
fn a_session_id_bites_early() {
    let id = |at: u32| format!("{:016x}{at:04}", u64::from(at) * 0x9e37_79b9);
    for form in ["/x?PHPSESSID=*", "/x;jsessionid=*", "/x;jsessionid=*?a=1", "/x?a=1&sid=*", "/(S(*))/x", "/x?s=*&t=1"]
    {
        let urls = (0..500).map(|at| format!("http://a.example{}", form.replace('*', &id(at))));
        let (count, told) = through(urls);
        assert_eq!(count, 5, "{form}");
        assert!(told.unwrap().starts_with("over 5 session ids for one page: http://a.example/"), "{form}");
    }
}

#[test]
fn a_query_without_end_ends() {
    let (count, told) = through((0..9_000).map(|page| format!("http://a.example/list?page={page}")));
    assert_eq!((count, told.unwrap().as_str()), (5_000, "over 5000 pages of one query: http://a.example/list?page=*"));
    let facets = |at: u32| {
        let names: Vec<String> =
            (0..17).filter(|bit| at >> bit & 1 == 1).map(|bit| format!("{}=1", (b'a' + bit) as char)).collect();
        format!("http://a.example/?{}", names.join("&"))
    };
    let (count, told) = through((1..70_000).map(facets));
    assert_eq!((count, told.unwrap().as_str()), (50_000, "over 50000 queries of one path: http://a.example/?*"));
}

#[test]
fn a_path_without_end_ends() {
    let urls = (0..PATH_PAGES + 10).map(|page| format!("http://a.example/next/{page}"));
    assert_eq!(through(urls).0, u64::from(PATH_PAGES));
}

#[test]
fn what_is_made_is_one_pattern() {
    let mut pattern = Pattern::default();
    for (url, expected) in [
        ("http://a1.example/x/17/p0017.html", "http://a1.example/x/*/p*.html"),
        ("http://a.example/deadbeef/cafe", "http://a.example/deadbeef/cafe"),
        ("http://a.example/deadbee5/x", "http://a.example/*/x"),
        ("http://a.example/f81d4fae-7dec-11d0-a765-00a0c91e6bf6", "http://a.example/*-*-*-*-*"),
        ("http://a.example/dQw4w9WgXcQdQw4w9WgXcQ", "http://a.example/*"),
        ("http://a.example/%C3%A4/v2.1", "http://a.example/%C3%A4/v*.*"),
    ] {
        pattern.read(url, "http://a.example".len() + usize::from(url.contains("a1")));
        assert_eq!(pattern.shown(TrapKind::PathPattern), expected);
    }
}

#[test]
fn a_trap_is_told_once_and_counted_after_that() {
    let mut traps = Traps::new(7);
    let told: Vec<_> =
        (0..9).filter_map(|at| check(&mut traps, &format!("http://a.example/x{}/{at}", "/a".repeat(4)))).collect();
    assert_eq!((told.len(), told.iter().filter(|trap| trap.told().is_some()).count()), (9, 1));
    assert_eq!(told[0].told().unwrap(), "path repeats itself over 3 times");
    assert_eq!((traps.caught(TrapKind::RepeatedSegments), traps.caught(TrapKind::Months)), (9, 0));
    assert!(check(&mut traps, "http://b.example/a/a/a/a").unwrap().told().is_some(), "another host");
}

#[test]
fn what_is_counted_is_bounded_and_the_large_is_kept() {
    let mut traps = Traps::new(3);
    let list = |traps: &mut Traps, page: u32| check(traps, &format!("http://a.example/list?page={page}")).is_none();
    assert!((0..4_000).all(|page| list(&mut traps, page)));
    for at in 0..300_000 {
        traps.check(&format!("http://a.example/{}?x=1", letters(at)), "http://a.example".len());
    }
    assert!(traps.counts.len() <= 300_000, "{}", traps.counts.len());
    assert_eq!((4_000..6_000).filter(|page| list(&mut traps, *page)).count(), 1_000);
}

proptest! {
    #[test]
    fn any_address_is_judged_and_what_is_told_is_bounded(path in "[/a-c0-9?&;=()S%.-]{0,60}", more in "(/ab?){0,12}") {
        let mut traps = Traps::new(5);
        for url in [format!("http://a.example/{path}"), format!("http://a.example{more}/{path}{more}")] {
            let trap = check(&mut traps, &url);
            prop_assert!(trap.and_then(|trap| trap.told()).is_none_or(|told| told.len() < 150));
        }
    }

    /// The same as by looking at each run in each place.
    #[test]
    fn what_repeats_is_what_has_a_run_too_often(path in "(/[ab]?){1,12}/?") {
        let url = format!("http://a.example{path}");
        let segments: Vec<&str> = path[1..].strip_suffix('/').unwrap_or(&path[1..]).split('/').collect();
        let often = segments.iter().any(|one| segments.iter().filter(|it| *it == one).count() > SAME_SEGMENT);
        let run = |at: usize, length: usize| {
            let mut runs = segments[at..].chunks_exact(length);
            let first = runs.next();
            first.is_some() && (0..SAME_RUN).all(|_| runs.next() == first)
        };
        let runs = (0..segments.len()).any(|at| (2..=segments.len() - at).any(|length| run(at, length)));
        let found = shape::fault(&url, &path) == Some(TrapKind::RepeatedSegments);
        prop_assert_eq!(found, often || runs, "{}", path);
    }
}

/// A number in letters.
fn letters(number: u32) -> String {
    number.to_string().bytes().map(|digit| char::from(digit - b'0' + b'a')).collect()
}
