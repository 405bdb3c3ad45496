use super::*;
use proptest::prelude::*;

fn takes(typed: &str, facts: &Facts<'_>) -> bool {
    Filter::parse(typed).takes(facts)
}

fn url(text: &str) -> Untrusted {
    Untrusted::new(text, 999)
}

#[test]
fn all_terms_have_to_be_so_and_a_sign_before_one_means_the_contrary() {
    let text = url("http://a.example/Goods/17/");
    let facts = Facts { text: Some(&text), hidden: 16, status: Some(404), ..Facts::default() };
    for typed in ["", " ", "goods", "GOODS /17", "status:404", "status:4xx", "status:40x", "status:4", "-status:5xx"] {
        assert!(takes(typed, &facts), "{typed}");
    }
    for typed in ["goods status:5xx", "goods -status:404", "!goods", "status:200,500", "phase:wait", "slow:>1s"] {
        assert!(!takes(typed, &facts), "{typed}");
    }
    assert!(takes("STATUS:4XX", &facts) && takes("Host:a.ex", &facts));
    assert!(takes("status:200,404", &facts) && takes("host:A.EX", &facts) && takes("-host:b", &facts));
}

#[test]
fn text_is_looked_for_in_what_is_shown_unless_it_names_the_scheme() {
    let text = url("http://a.example/goods/");
    let facts = Facts { text: Some(&text), hidden: 16, ..Facts::default() };
    assert!(!takes("example", &facts));
    assert!(takes("http://a.example/goods", &facts) && takes("/goods", &facts));
    let hostile = url("http://a/\u{202e}\x1b[2JÄ/");
    let facts = Facts { text: Some(&hostile), hidden: 8, ..Facts::default() };
    assert!(takes("ä", &facts) && takes("␛[2j", &facts) && !takes("\x1b", &facts));
}

#[test]
fn text_is_looked_for_as_people_read_it_and_in_why_it_failed() {
    let text = url("http://a/%E6%BC%A2%E5%AD%97/%F0%9F%91%A9?q=%20%C3%89t%C3%A9");
    let failure = Failure::new(FailureKind::Decode, "broken gzip at byte 12 of \u{e9}t\u{e9}.js");
    let plain = Facts { text: Some(&text), hidden: 8, ..Facts::default() };
    for typed in ["漢", "漢字/", "👩", "?q=%20", "%E6%BC", "été", "-漢漢"] {
        assert!(takes(typed, &plain), "{typed}");
    }
    let failed = Facts { said: Some(&failure), ..plain };
    for typed in ["gzip", "DECODE", "é漢", "-字字", "broken byte"] {
        assert_eq!([takes(typed, &plain), takes(typed, &failed)], [typed.starts_with('-'), typed != "é漢"], "{typed}");
    }
    assert!(!takes("-gzip", &failed), "what it says is what it is found by");
    assert!(!takes("http://gzip", &failed), "a URL is looked for in URLs");
}

#[test]
fn spans_are_compared_and_a_bare_number_is_seconds() {
    let took = |millis| Facts { took: Some(Duration::from_millis(millis)), ..Facts::default() };
    for typed in ["slow:>1s", "slow:1", "slow:>=0.5", "slow:>250ms", "slow:<1m", "-slow:<1s"] {
        assert!(takes(typed, &took(1_500)), "{typed}");
    }
    assert!(!takes("slow:>1s", &took(1_000)) && !takes("slow:<1s", &took(1_000)));
    assert!(!takes("slow:<1m", &Facts::default()), "what has no time is neither");
}

#[test]
fn names_may_be_begun_and_one_that_is_whole_means_itself() {
    let failed = |kind| Facts { kind: Some(kind), outcome: Some("failed"), ..Facts::default() };
    assert!(takes("kind:time", &failed(FailureKind::Timeout)));
    assert!(takes("kind:conn", &failed(FailureKind::ConnectTimeout)));
    assert!(takes("kind:reset,timeout outcome:failed", &failed(FailureKind::Reset)));
    assert!(!takes("kind:timeout", &failed(FailureKind::ConnectTimeout)));
    assert!(takes("phase:wait", &Facts { phase: Some("wait"), ..Facts::default() }));
    let reused = Facts { connection: Some("reused"), ..Facts::default() };
    for (typed, taken) in [("conn:reused", true), ("CONN:re", true), ("conn:new", false), ("-conn:new", true)] {
        assert_eq!(takes(typed, &reused), taken, "{typed}");
    }
    assert!(!takes("conn:new,reused", &Facts::default()), "over none");
}

#[test]
fn what_is_not_understood_is_told_and_has_no_effect() {
    for (typed, told) in [
        ("status:", "status: as in status:4xx"),
        ("status:4yx", "status: as in status:4xx"),
        ("status:4444", "status: as in status:4xx"),
        ("slow:>", "slow: as in slow:>1s"),
        ("slow:nan", "slow: as in slow:>1s"),
        ("host:", "host: as in host:name"),
        ("phase:lunch", "phase: blocked dns connect tls send wait body result retry"),
        ("outcome:", "outcome: ok redirect broken failed blocked cancelled"),
        ("conn:kept", "conn: new reused"),
    ] {
        let filter = Filter::parse(typed);
        assert_eq!((filter.trouble(), filter.is_empty()), (Some(told), true), "{typed}");
    }
    let filter = Filter::parse("goods kind:x status:4xx");
    assert!(filter.trouble().is_some() && !filter.is_empty());
    assert_eq!(Filter::parse("- !").trouble(), None, "a sign alone is a term that is begun");
    assert_eq!(Filter::parse("http://a:8080 x:y").trouble(), None, "a colon alone makes no term");
}

#[test]
fn a_word_that_looks_like_a_term_and_is_none_is_text_and_is_told() {
    for (typed, told) in [
        ("foo:bar", Some("foo")),
        ("goods -Size:>1k", Some("Size")),
        ("size:", Some("size")),
        ("status:404", None),
        ("localhost:8080", None),
        ("http://a.example/b:c", None),
        ("https:", None),
        ("a.example:x", None),
        (":x", None),
    ] {
        let filter = Filter::parse(typed);
        assert_eq!((filter.unknown(), filter.trouble()), (told, None), "{typed}");
    }
    let text = url("http://a/foo:bar");
    assert!(takes("foo:bar", &Facts { text: Some(&text), ..Facts::default() }));
}

proptest! {
    #[test]
    fn whatever_is_typed_nothing_panics(typed in r"((status|host|slow|phase|kind|outcome|[-!])?:?[<>=]?\PC{0,6}[ ,]?){0,6}", text in any::<String>(), hidden in 0..40_usize) {
        let text = url(&text);
        let took = Some(Duration::from_secs(1));
        let facts = Facts { text: Some(&text), hidden, status: Some(404), took, ..Facts::default() };
        let filter = Filter::parse(&typed);
        let _ = (filter.takes(&facts), filter.takes_named(&facts));
    }
}
