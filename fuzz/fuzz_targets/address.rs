//! What a link names: the same whether by the fast way or by the url crate alone, in a form that is its own normal form,
//! and judged by scope and traps without a fault.
#![no_main]

use crawltop::crawl::address::{Base, Broken, Fragment, Joined, OtherScheme, normal};
use crawltop::crawl::scope::{Reach, Rules, Ruling, Scope};
use crawltop::crawl::traps::Traps;
use crawltop::target::{Target, reference};
use libfuzzer_sys::fuzz_target;
use url::Url;

fuzz_target!(|input: &[u8]| {
    let Ok(text) = std::str::from_utf8(input) else { return };
    let mut lines = text.split('\x1f');
    let Ok(start) = Target::parse(lines.next().unwrap_or_default()) else { return };
    let mut traps = Traps::new(1);
    let rules = Rules { reach: Reach::Site, level: Some(3), no_parent: true, ..Rules::default() };
    let mut scope = Scope::new(rules, [&start]);
    let mut page = Base::new(&start, None);
    for href in lines.take(8) {
        let mut buffer = String::new();
        let joined = page.join(href, &mut buffer);
        compare(page.url(), href, joined);
        let Joined::Page { url, origin_end, .. } = joined else { continue };
        check(url, origin_end);
        let ruling = scope.verdict(url, origin_end, 1);
        if let Some(trap) = traps.check(url, origin_end) {
            assert!(trap.told().is_none_or(|told| !told.contains(|c: char| c.is_control())));
        }
        let next = Target::parse(url).expect("a page is a target");
        if matches!(ruling, Ruling::Outside) {
            scope.widen(&start, &next);
            assert_eq!(scope.verdict(url, origin_end, 9), Ruling::Inside);
        }
        page = Base::new(&next, None);
    }
});

fn compare(page: &str, href: &str, joined: Joined) {
    let page_url = Url::parse(page).expect("a page is a URL");
    let parsed = reference::join(&page_url, href).map_err(Broken::from);
    match joined {
        Joined::Page { url, fragment, .. } => {
            let parsed = parsed.expect("the url crate reads it as well");
            assert_eq!(url, normal(&parsed).expect("a page has a normal form"), "{href:?} on {page:?}");
            let expected = parsed.fragment().map(|it| Fragment::new(it).decoded());
            assert_eq!(fragment.map(Fragment::decoded), expected, "{href:?} on {page:?}");
        }
        Joined::Other(scheme) => {
            let of_http = |url: Url| ["http", "https"].contains(&url.scheme());
            assert!(!parsed.is_ok_and(of_http), "{href:?} on {page:?} as {}", OtherScheme::name(scheme));
        }
        Joined::Broken(broken) => {
            assert!(!broken.told(href).contains(|c: char| c.is_control()));
            let too_long = broken == Broken::TooLong;
            assert!(too_long || parsed.and_then(|url| normal(&url)).is_err(), "{href:?} on {page:?}: {broken}");
        }
    }
}

fn check(url: &str, origin_end: usize) {
    let again = Url::parse(url).expect("a normal form is a URL");
    assert_eq!(normal(&again).as_deref(), Ok(url));
    assert_eq!(url[..origin_end], again.origin().ascii_serialization());
    assert!(url[origin_end..].starts_with('/') && url.bytes().all(|byte| byte.is_ascii_graphic()));
    assert!(again.username().is_empty() && again.password().is_none() && again.fragment().is_none());
}
