use proptest::prelude::*;
use serde_json::Value;

use super::*;

fn normal_of(text: &str) -> String {
    let url = Url::parse(text).unwrap_or_else(|error| panic!("{text:?}: {error}"));
    normal(&url).unwrap_or_else(|error| panic!("{text:?}: {error}"))
}

/// A URL, and its normal form.
const NORMAL: &[(&str, &str)] = &[
    ("HTTP://User:Secret@A.Example:80/B?c#d", "http://a.example/B?c"),
    ("https://a.example:443", "https://a.example/"),
    ("https://a.example:80/", "https://a.example:80/"),
    ("http://a.example?", "http://a.example/"),
    ("http://a.example/a?", "http://a.example/a"),
    ("http://a.example/a?#b", "http://a.example/a"),
    ("http://a.example/a??", "http://a.example/a??"),
    ("http://a.example/a/./b/../c", "http://a.example/a/c"),
    ("http://a.example/a/%2e/b/.%2E/%2e%2e/c", "http://a.example/c"),
    ("http://a.example/../../a", "http://a.example/a"),
    ("http://a.example/a%2eb/...", "http://a.example/a.b/..."),
    ("http://a.example/%7Euser/%41%2d%5F", "http://a.example/~user/A-_"),
    ("http://a.example/%2f%3a%e4%c3", "http://a.example/%2F%3A%E4%C3"),
    ("http://a.example/%252e%2541", "http://a.example/%252e%2541"),
    ("http://a.example/ä b\"<>`{}|^[]\\x", "http://a.example/%C3%A4%20b%22%3C%3E%60%7B%7D%7C%5E%5B%5D/x"),
    ("http://a.example/?ä b\"<>`{}|^[]\\'", "http://a.example/?%C3%A4%20b%22%3C%3E%60%7B%7D%7C%5E%5B%5D%5C%27"),
    ("http://a.example/!$&'()*+,;=:@-._~", "http://a.example/!$&'()*+,;=:@-._~"),
    ("http://a.example/100%", "http://a.example/100%"),
    ("http://a.example/%zz%4", "http://a.example/%zz%4"),
    ("http://a.example/%%341%4%31", "http://a.example/%%341%4%31"),
    ("http://a.example/%00%0a", "http://a.example/%00%0A"),
    ("http://bücher.example/", "http://xn--bcher-kva.example/"),
    ("http://ａ．example/", "http://a.example/"),
    ("http://１２７.1/", "http://127.0.0.1/"),
    ("http://2130706433/", "http://127.0.0.1/"),
    ("http://0x7F.0.0.01:080/", "http://127.0.0.1/"),
    ("http://[0:0::1]:8080/", "http://[::1]:8080/"),
    ("http://a.example\\@b.example/", "http://a.example/@b.example/"),
    ("http://a.example/a//b/", "http://a.example/a//b/"),
];

#[test]
fn one_page_has_one_name() {
    for (text, expected) in NORMAL {
        assert_eq!(normal_of(text), *expected, "{text:?}");
        assert_eq!(normal_of(expected), *expected, "of itself, {text:?}");
    }
}

/// What servers may tell apart.
#[test]
fn what_may_be_two_pages_has_two_names() {
    for (one, other) in [
        ("http://a.example/a", "http://a.example/a/"),
        ("http://a.example/", "http://a.example/index.html"),
        ("http://a.example/?a&b", "http://a.example/?b&a"),
        ("http://a.example/?a+b", "http://a.example/?a%20b"),
        ("http://a.example/a", "http://a.example/A"),
        ("http://a.example/a/b", "http://a.example/a%2Fb"),
        ("http://a.example/a/b", "http://a.example/a//b"),
        ("http://a.example/", "http://a.example./"),
        ("http://a.example/", "https://a.example/"),
    ] {
        assert_ne!(normal_of(one), normal_of(other));
    }
}

#[test]
fn what_can_not_be_asked_for_has_no_normal_form() {
    let broken = |text: &str| normal(&Url::parse(text).unwrap()).unwrap_err();
    assert_eq!(broken("ftp://a.example/"), Broken::NotHttp);
    assert_eq!(broken("http://a.example:0/"), Broken::Port);
    assert_eq!(broken(&format!("http://a.example/{}", "|".repeat(URL_LIMIT / 2))), Broken::TooLong);
}

/// As much of an answer as two ways can agree on: the URL, its origin, the decoded fragment.
type Told = Result<(String, String, Option<String>), String>;

fn told(base: &Base, href: &str) -> Told {
    let mut buffer = String::from("left over");
    match base.join(href, &mut buffer) {
        Joined::Page { url, origin_end, fragment } => {
            Ok((url.to_owned(), url[..origin_end].to_owned(), fragment.map(|it| it.decoded().into_owned())))
        }
        Joined::Other(scheme) => Err(scheme.name().to_owned()),
        Joined::Broken(broken) => Err(broken.to_string()),
    }
}

/// The same by the url crate alone, but for what it has wrong.
fn parsed(base: &str, href: &str) -> Told {
    let base = Url::parse(base).unwrap();
    let url = reference::join(&base, href).map_err(|error| Broken::from(error).to_string())?;
    if !url.scheme().starts_with("http") {
        return Err(scheme::other(&format!("{}:", url.scheme())).unwrap().name().to_owned());
    }
    let written = normal(&url).map_err(|broken| broken.to_string())?;
    let origin = url.origin().ascii_serialization();
    Ok((written, origin, url.fragment().map(|it| Fragment::new(it).decoded().into_owned())))
}

fn base(page: &str) -> Base {
    Base::new(&Target::try_from(Url::parse(page).unwrap()).unwrap(), None)
}

#[track_caller]
fn same(page: &str, href: &str) {
    let (ours, theirs) = (told(&base(page), href), parsed(page, href));
    // Another scheme is only looked at by its name, and so is never broken.
    let other = ours.as_ref().is_err_and(|name| OtherScheme::ALL.iter().any(|it| it.name() == name));
    assert!(ours == theirs || other && theirs.is_err(), "{href:?} on {page:?}: {ours:?}, not {theirs:?}");
}

const PAGES: &[&str] = &[
    "http://a.example/",
    "http://a.example/b/c/d.html?e=f",
    "https://a.example:8443/b//c/?",
    "https://a.example/%7eb/%2e/c%/%4/d;x=1?'#g",
    "http://[::1]:8080/x",
    "http://127.0.0.1:8080/p/17/0017.html",
    "http://a.example/b/c:/d:/e",
];

/// Slashes before a host, and where they lead to on http and on https, as the WHATWG's parser has it.
const SLASHES: &[(&str, &str)] = &[
    ("//b.example/x", "//b.example/x"),
    ("///b.example/x", "//b.example/x"),
    ("////b.example", "//b.example/"),
    ("//\\/\\b.example/x", "//b.example/x"),
    ("/\\b.example/x", "//b.example/x"),
    ("\\/b.example/x", "//b.example/x"),
    ("\\\\b.example\\x", "//b.example/x"),
    ("\\\\\\b.example\\x", "//b.example/x"),
    (" \t/\n/\r/b.example/x", "//b.example/x"),
    ("///me:pw@b.example:8080?y", "//b.example:8080/?y"),
    ("/x///y", "//a.example/x///y"),
    ("\\x", "//a.example/x"),
];

#[test]
fn any_number_of_slashes_leads_to_a_host_as_in_browsers() {
    for scheme in ["http", "https"] {
        let page = base(&format!("{scheme}://a.example/c/d"));
        for (href, expected) in SLASHES {
            let url = told(&page, href).map(|told| told.0);
            assert_eq!(url, Ok(format!("{scheme}:{expected}")), "{href:?}");
            let target = Target::parse(page.url()).unwrap().join(href).unwrap();
            assert_eq!(target.url(), format!("{scheme}:{expected}"), "{href:?}, as a Location");
        }
        for href in ["//", "///", "/\\/", "\\\\", "///?x", "////#x"] {
            assert_eq!(told(&page, href), Err(Broken::NoHost.to_string()), "{href:?}");
        }
        for href in ["http:///b.example/x", "http:\\\\b.example\\x", "HTTP:////b.example/x", "http:/\\b.example/x"] {
            assert_eq!(told(&page, href).map(|told| told.0), Ok("http://b.example/x".to_owned()), "{href:?}");
        }
    }
    let http = |href| told(&base("http://a.example/c/d"), href).map(|told| told.0);
    assert_eq!(http("http:x").as_deref(), Ok("http://a.example/c/x"));
    assert_eq!(http("http:/x").as_deref(), Ok("http://a.example/x"));
    assert_eq!(http("https:/x").as_deref(), Ok("https://x/"));
}

const HREFS: &[&str] = &[
    "",
    "#",
    "#x",
    "#%41%zz",
    "#a b",
    "#ä",
    "?",
    "?x",
    "?x=1&y=a'b",
    "?#",
    "?%41",
    "/",
    "//",
    "///",
    "////x",
    "/x",
    "/x/../y",
    "/../x",
    "/./",
    "/.",
    "/..",
    "/a/..",
    "/a/../",
    "/..a",
    "/.a/b",
    "/a/...",
    "/%2e%2e/x",
    "/a%20b/%C3%A4",
    "/a%c3",
    "/%",
    "/%4",
    "/%41",
    "/a?b?c#d#e",
    "x",
    "x.html",
    "x.html#frag",
    "./x",
    ".",
    "..",
    "./",
    "../",
    "../x",
    "../../../../x",
    "../x/./y/../z?q=../#../",
    ".x",
    "..x",
    "x/..",
    "x/.",
    "x//y",
    "./a:b",
    "a:b",
    "1:2",
    "a/b:c",
    "//b.example",
    "//b.example?x",
    "//b.example#x",
    "//b.example/x",
    "//B.example/x",
    "//a.example",
    "//a.example:80/x",
    "//a.example:8443/",
    "//u:p@a.example/",
    "//[::1]/",
    "///b.example/x",
    "//b.example:0/",
    "//b.example:99999/",
    "http://b.example",
    "http://b.example/x?y#z",
    "http://a.example/b/../c",
    "https://a.example/x",
    "https://a.example:443",
    "http://b.example:80/",
    "http://b.example:8080/",
    "HTTP://b.example/",
    "hTTps://b.example/",
    "http:foo",
    "https:foo",
    "http:/foo",
    "http:///x",
    "http:////x",
    "http:",
    "http:#x",
    "http://",
    "http://?",
    "https:../x",
    "httpx",
    "http/x",
    "http.html",
    "httpx://y",
    "http-x:y",
    "http://a.example\\@b.example/",
    "http://u:p@b.example/",
    "http://@b.example",
    "http://a.example;u@b.example/",
    "http://a.example#@b.example/",
    "http://a.example?@b.example/",
    "http://a%2eb/",
    "http://a%2Fb/",
    "http://a%00b/",
    "http://a b/",
    "http://1.2.3.256/",
    "http://[::g]/",
    "http://[::1/",
    "http://a:b/",
    "http://2130706433/",
    "http://0x7f.1/",
    "http://１２７.０.０.１/",
    "http://xn--a/",
    "http://bücher.example/ä?ö#ü",
    "http://a..b/",
    "http://.a/",
    "http://a_b/",
    "http://-a/",
    "\\x",
    "\\\\b.example\\x",
    "/\\b.example/x",
    "x\\..\\y",
    " x ",
    "\tx\n",
    "/a\tb",
    "ht\ntp://b.example/",
    "java\tscript:x",
    "\0x",
    "/a\0b",
    "/\u{202e}x",
    "#\u{202e}",
    "/a b",
    "/x\u{7f}",
    "/'",
    "?'",
    "/[x]",
    "?a[]=1",
    "/a|b",
    "?a|b",
    "/{a}",
    "/a^b",
    "/`",
    "/\"",
    "/<b>",
    "mailto:me@a.example",
    "MAILTO:me",
    "javascript:void(0)",
    "data:text/html,x",
    "tel:+49",
    "ftp://a.example/x",
    "file:///etc/passwd",
    "about:",
    "blob:http://a.example/x",
    "x-y.z+1:foo",
    "ftp://[",
    ":x",
    ":",
    "::",
    "+a:b",
    "#:~:text=x",
    "#x:~:text=y",
];

#[test]
fn a_link_leads_where_the_whatwg_says() {
    for page in PAGES {
        for href in HREFS {
            same(page, href);
        }
    }
}

#[test]
fn what_pages_have_needs_no_parser() {
    let mut buffer = String::new();
    for href in [
        "/x/y.html",
        "../p/x.html",
        "./x",
        "x.html#frag",
        "#frag",
        "?q=1",
        "//host.example/x",
        "http://host.example/x",
        "https://a.example/x",
        "http://a.example:8080",
        "/wiki/Special:Search?title=a%20b&go=%C3%A4",
        "",
        "x;y=1/a,b@c",
    ] {
        buffer.clear();
        assert!(plain::join(&base("http://a.example/b/c?d"), href, &mut buffer).is_some(), "{href}");
    }
}

#[test]
fn the_parts_of_a_page_are_told() {
    let base = base("http://a.example:8080/b/c?d");
    let mut buffer = String::new();
    let Joined::Page { url, origin_end, fragment } = base.join("../e#%C3%A4:~:text=x", &mut buffer) else { panic!() };
    assert_eq!((url, &url[..origin_end]), ("http://a.example:8080/e", "http://a.example:8080"));
    let fragment = fragment.unwrap();
    assert_eq!((fragment.as_str(), &*fragment.decoded(), fragment.is_top()), ("%C3%A4", "ä", false));
    for (href, top) in [("#", true), ("#Top", true), ("#t%6Fp", true), ("#:~:text=x", true), ("#tops", false)] {
        let Joined::Page { url, fragment: Some(fragment), .. } = base.join(href, &mut buffer) else { panic!("{href}") };
        assert_eq!((url, fragment.is_top()), (base.url(), top), "{href}");
    }
    assert_eq!(Fragment::new("%ff%").decoded(), "\u{fffd}%");
}

#[test]
fn a_base_element_moves_the_links_and_only_to_where_pages_are() {
    let page = Target::parse("http://a.example/b/c").unwrap();
    for (href, expected) in [
        ("/d/", "http://a.example/d/"),
        ("../e", "http://a.example/e"),
        ("//b.example", "http://b.example/"),
        ("https://b.example/x?y#z", "https://b.example/x?y"),
        ("", "http://a.example/b/c"),
        ("http://[", "http://a.example/b/c"),
        ("ftp://a.example/", "http://a.example/b/c"),
        ("data:,", "http://a.example/b/c"),
    ] {
        assert_eq!(Base::new(&page, Some(href)).url(), expected, "{href}");
    }
    assert_eq!(Base::new(&page, None).url(), page.url());
}

#[test]
fn credentials_are_never_kept() {
    for href in
        ["http://me:secret@a.example/", "//secret@b.example/x", "https:secret@c.example", "http://secret:@a/#secret"]
    {
        let (url, ..) = told(&base("http://a.example/"), href).unwrap();
        assert!(!url.contains("secret") && !url.contains('@'), "{url}");
    }
    let page = Target::parse("http://me:secret@a.example/x").unwrap();
    assert_eq!(Base::new(&page, None).url(), "http://a.example/x");
}

#[test]
fn what_is_no_url_is_told_in_words_and_without_a_password() {
    for (href, expected) in [
        ("http://exa mple/", "no valid host in \"http://exa mple/\""),
        ("http://1.2.3.256/", "no valid IPv4 address in \"http://1.2.3.256/\""),
        ("http://[::g]/", "no valid IPv6 address in \"http://[::g]/\""),
        ("http://me:secret@b:x/", "no port from 1 to 65535 in \"***@b:x/\""),
        ("//b.example:0/", "no port from 1 to 65535 in \"//b.example:0/\""),
        ("http://?", "no host in \"http://?\""),
        ("http://\x1b[2J/", "no valid host in \"http://␛[2J/\""),
    ] {
        let mut buffer = String::new();
        let Joined::Broken(broken) = base("http://a.example/").join(href, &mut buffer) else { panic!("{href:?}") };
        assert_eq!(broken.told(href), expected);
    }
}

#[test]
fn a_link_of_a_megabyte_is_too_long_and_no_work() {
    let base = base("http://a.example/b");
    let long = |text: &str| text.repeat((1 << 20) / text.len());
    for href in [long("a"), long("/"), long("../"), long("ä"), long("%"), long("?"), "#".to_owned() + &long("a")] {
        assert_eq!(told(&base, &href), Err("URL over 64 KiB".to_owned()));
    }
    assert_eq!(told(&base, &format!("data:,{}", long("x"))), Err("data".to_owned()));
    let spaces = long(" ") + "x";
    assert_eq!(told(&base, &spaces).unwrap().0, "http://a.example/x");
    let most = "/".to_owned() + &"a".repeat(URL_LIMIT - "http://a.example/".len());
    assert_eq!(told(&base, &most).unwrap().0.len(), URL_LIMIT);
    assert!(told(&base, &(most + "a")).is_err());
    assert!(told(&base, &"|".repeat(URL_LIMIT / 2)).is_err());
}

/// The file of the web-platform-tests, as the suites' folder or the sources of the url crate have it.
fn whatwg_cases() -> Option<Vec<Value>> {
    let suites = std::env::var_os("CRAWLTOP_SUITES").map(std::path::PathBuf::from);
    let Some(suites) = suites else {
        println!("skipped: CRAWLTOP_SUITES is not set");
        return None;
    };
    let home = std::env::var_os("CARGO_HOME").map(Into::into);
    let home = home.or_else(|| Some(std::path::PathBuf::from(std::env::var_os("HOME")?).join(".cargo")));
    let registries = home.and_then(|home| std::fs::read_dir(home.join("registry/src")).ok());
    let folders =
        registries.into_iter().flatten().flatten().flat_map(|it| std::fs::read_dir(it.path())).flatten().flatten();
    let crates =
        folders.filter(|it| it.file_name().to_string_lossy().starts_with("url-2")).map(|it| it.path().join("tests"));
    let mut files = [suites.join("url")].into_iter().chain(crates).map(|it| it.join("urltestdata.json"));
    let Some(text) = files.find_map(|file| std::fs::read_to_string(file).ok()) else {
        println!("skipped: no url/urltestdata.json in CRAWLTOP_SUITES, nor in the sources of the url crate");
        return None;
    };
    Some(serde_json::from_str(&text).unwrap())
}

/// Each input over each http(s) base: what the file says, and what the url crate says, in normal form.
#[test]
fn the_web_platform_tests_hold() {
    let Some(cases) = whatwg_cases() else { return };
    let (mut judged, mut compared) = (0, 0);
    for case in cases.iter().filter(|case| case.is_object()) {
        let input = case["input"].as_str().unwrap();
        let page = case["base"].as_str().filter(|base| base.starts_with("http"));
        let lower = input.trim().to_ascii_lowercase();
        // Any other form of the page's own scheme is a failure only where there is no base.
        let absolute = case["base"].is_null() && ["http://", "https://"].iter().any(|it| lower.starts_with(it));
        for page in PAGES.iter().copied().chain(page) {
            same(page, input);
            compared += 1;
        }
        if let Some(page) = page.or(absolute.then_some(PAGES[0])) {
            judge(case, page, input);
            judged += 1;
        }
    }
    assert!(judged > 200 && compared > 4000, "{judged} judged, {compared} compared");
}

fn judge(case: &Value, page: &str, input: &str) {
    let ours = told(&base(page), input);
    let href = case["href"].as_str().filter(|_| case["failure"].is_null());
    match href.map(|href| (href, Url::parse(href).unwrap())) {
        Some((href, url)) if matches!(url.scheme(), "http" | "https") && url.port() != Some(0) => {
            let Ok((written, ..)) = ours else { panic!("{input:?} on {page}: {ours:?}, not {href}") };
            assert_eq!(written, normal(&url).unwrap(), "{input:?} on {page}");
        }
        None => assert!(ours.is_err(), "{input:?}: {ours:?}"),
        _ => {}
    }
}

/// Links of the characters that matter, and of the forms that do.
fn links() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        8 => "[a-z0-9/.]{0,6}",
        2 => prop::sample::select(HREFS.to_vec()).prop_map(str::to_owned),
        2 => "%[0-9a-fA-F]{1,2}",
        2 => "[/?#:%\\\\@ \t'\\[|;=&.]{1,3}",
        1 => "(https?:)?//[a-z0-9.:-]{0,8}/?",
        1 => "/?([a-d][:|][/\\\\]){1,2}(\\.\\.[/\\\\]){0,2}",
        1 => "\\PC{0,3}",
    ];
    prop::collection::vec(piece, 0..6).prop_map(|pieces| pieces.concat())
}

/// What follows a link's path makes the whole parser read it.
const UNUSUAL: &str = "?\"";

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn a_plain_path_is_the_same_by_both_ways(
        page in prop::sample::select(PAGES.to_vec()), href in "(\\.{0,2}|[a-d]:?|~)(/(\\.{1,2}|[a-d]:|[a-d]|~)){0,6}/?",
    ) {
        let page = base(page);
        let unusual = told(&page, &format!("{href}{UNUSUAL}"));
        let unusual = unusual.map(|(url, ..)| url.strip_suffix("?%22").unwrap().to_owned());
        // A link to nothing has the query of its page.
        if !href.is_empty() {
            prop_assert_eq!(told(&page, &href).map(|(url, ..)| url), unusual, "{} on {}", href, page.url());
        }
    }

    #[test]
    fn a_joined_link_is_what_the_url_crate_joins(page in prop::sample::select(PAGES.to_vec()), href in links()) {
        same(page, &href);
    }

    #[test]
    fn the_normal_form_is_that_of_itself(href in links()) {
        if let Ok((url, origin, _)) = told(&base(PAGES[3]), &href) {
            prop_assert_eq!(&normal_of(&url), &url);
            prop_assert!(url.len() <= URL_LIMIT && url.bytes().all(|byte| byte.is_ascii_graphic()));
            prop_assert!(url[origin.len()..].starts_with('/') && !url.contains(['#', '|', '\\']));
            prop_assert_eq!(&told(&base(&url), "").unwrap().0, &url);
            prop_assert_eq!(&told(&base("http://x.example/"), &url).unwrap().0, &url);
        }
    }

    #[test]
    fn a_page_that_links_to_what_was_found_joins_as_before(first in links(), second in links()) {
        if let Ok((url, ..)) = told(&base(PAGES[3]), &first) {
            same(&url, &second);
        }
    }
}
