//! What Protego's tests expect, as a table of our own. Left out are Request-rate and Visit-time, which are not read, and
//! agents that are no product token by RFC 9309 (with digits, spaces, `*` or other letters): Protego looks for a group's
//! name anywhere in a User-Agent field, where the RFC compares one token.

use super::{allows, check, read};
use std::time::Duration;

#[test]
fn names_are_taken_as_meant() {
    let misspelt = "User-agent: * \nDisallow: /one \nDissallow: /two \nDissalow: /three \nDisalow: /four \n\
        Diasllow: /five \nDisallaw: /six \n";
    let without_colon = "User-Agent FooBot\nDisallow /disallowed\nAllow /disallowed/exception\nCrawl-delay 5\n";
    check(&[
        (
            "User-agent: * \nDisallow: /disallowed \nAllow: /allowed \nCrawl-delay: 10",
            "x",
            &["+/allowed", "-/disallowed"],
        ),
        ("User-agent: * \nDisallow: /d \nCrawl-delay: 10", "x", &["+/abc/d", "-/disallowed"]),
        (misspelt, "x", &["-/one", "-/two", "-/three", "-/four", "-/five", "-/six", "+/seven"]),
        ("Foo: Foobot\nBar: /", "FooBot", &["+/x/y"]),
        ("user-agent foobot\ndisallow /\n", "FooBot", &["-/x/y"]),
        (without_colon, "FooBot", &["-/disallowed", "+/disallowed/exception"]),
        (without_colon, "BarBot", &["+/disallowed"]),
        ("User-agent: *\nDisallow\t/disallowed", "FooBot", &["-/disallowed"]),
        ("USER-AGENT: onebot\nALLOW: /x\nDISALLOW: /\n", "onebot", &["+/x/y", "-/a/b"]),
        ("uSEr-aGEnT: threeBot\nAlLoW: /x\nDIsALlOw: /\n", "threebot", &["+/x/y", "-/a/b"]),
    ]);
    assert_eq!(read(without_colon.as_bytes(), "FooBot").delay(), Some(Duration::from_secs(5)));
    let sitemap = read(b"User-agent: *\nDisallow: /disallowed\nSitemap https://site.local/sitemap.xml\n", "FooBot");
    assert_eq!(sitemap.sitemaps(), [Box::from("https://site.local/sitemap.xml")]);
}

#[test]
fn prose_is_no_directive() {
    let prose = "User-agent: *\nDisallow: /disallowed\nUser-agent must match exactly: see the docs\n\
        Allow: /disallowed/exception\n";
    check(&[(prose, "FooBot", &["-/disallowed", "+/disallowed/exception"])]);
    let host =
        "Host: www.site.local\nHost name: www.other.example\nSitemap index: see https://site.local/sitemap.xml\n";
    assert!(read(host.as_bytes(), "FooBot").sitemaps().is_empty());
}

#[test]
fn escapes_and_what_they_stand_for_are_one() {
    let both: &[&str] = &["+/a<d.html", "+/a%3cd.html", "-/a"];
    check(&[
        ("User-agent: * \nDisallow: / \nAllow: /a%3cd.html", "x", both),
        ("User-agent: * \nDisallow: / \nAllow: /a%3c*", "x", both),
        ("User-agent: * \nDisallow: / \nAllow: /a<d.html", "x", both),
        ("User-agent: * \nDisallow: / \nAllow: /a<*", "x", both),
        ("User-agent: FooBot\nDisallow: /\nAllow: /foo/bar/ツ\n", "FooBot", &["+/foo/bar/%E3%83%84", "+/foo/bar/ツ"]),
        (
            "User-agent: FooBot\nDisallow: /\nAllow: /foo/bar/%E3%83%84\n",
            "FooBot",
            &["+/foo/bar/%E3%83%84", "+/foo/bar/ツ"],
        ),
        (
            "User-agent: FooBot\nDisallow: /\nAllow: /foo/bar/%62%61%7A\n",
            "FooBot",
            &["+/foo/bar/baz", "+/foo/bar/%62%61%7A"],
        ),
        (
            "User-agent: FooBot\nDisallow: /en-uk/*q=*relevance*\n",
            "FooBot",
            &["-/en-uk/c/4018?q=%3Arelevance%3Atype%3AFood", "-/en-uk/c/4018?q=:relevance", "+/en-uk/c/4018?q=:price"],
        ),
        (
            "User-agent: FooBot\nDisallow: /\nAllow: /foo?bar=ツ\n",
            "FooBot",
            &["+/foo?bar=ツ", "+/foo?bar=%E3%83%84", "+/foo?bar=%e3%83%84"],
        ),
        ("User-agent: FooBot\nDisallow: /foo;a=b?c=d$\n", "FooBot", &["-/foo;a=b?c=d", "-/foo;a=b?c=d#e"]),
        (
            "User-agent: *\nAllow: /*/filter/page=*/$\nDisallow: /\n",
            "x",
            &["+/1/filter/page=5/", "+/1/filter/page%3D5/", "-/1/filter/page=5/x"],
        ),
        (
            "User-Agent: *\nDisallow: /wiki/K%C3%A4ytt%C3%A4j%C3%A4:\nDisallow: /wiki/Keskustelu_käyttäjästä:\n",
            "x",
            &[
                "-/wiki/K%C3%A4ytt%C3%A4j%C3%A4:",
                "-/wiki/Käyttäjä:",
                "-/wiki/Keskustelu_k%C3%A4ytt%C3%A4j%C3%A4st%C3%A4:",
                "-/wiki/Keskustelu_käyttäjästä:",
                "+/some/randome/page.html",
            ],
        ),
    ]);
}

#[test]
fn a_dollar_and_a_star_may_be_meant_as_such() {
    let dollars =
        "user-agent: FooBot\ndisallow: /x$/abc\ndisallow: /y/abc$\ndisallow: /x*x$/abc\ndisallow: /y*y/abc$\n";
    check(&[
        (
            dollars,
            "FooBot",
            &[
                "-/x$/abcdef",
                "-/x%24/abcdef",
                "+/y/abcdef",
                "-/y/abc",
                "-/xabcx$/abcdef",
                "-/xabcx%24/abcdef",
                "-/yabcy/abc",
                "+/yabcy/abcdef",
            ],
        ),
        (
            "user-agent: FooBot\ndisallow: /x/abc%24\ndisallow: /x%2Ax/abc\n",
            "FooBot",
            &["-/x/abc$abc", "-/x/abc$", "+/x/abc", "-/x*x/abc", "-/x*x/abcdef", "+/xabcx/abc"],
        ),
        (
            "user-agent: FooBot\ndisallow: /x/abc$\ndisallow: /x*x/abc\n",
            "FooBot",
            &["-/x*x/abc", "-/x/abc$", "-/x/abc%24"],
        ),
    ]);
}

#[test]
fn a_query_and_parameters_are_matched_and_a_fragment_is_not() {
    check(&[
        ("User-agent: * \nDisallow: /path;params?query \n", "x", &["-/path;params?query#fragment"]),
        ("User-agent: * \nDisallow: /? \n", "x", &["-/?query", "+/"]),
        ("User-agent: * \nDisallow: /; \n", "x", &["-/;params", "+/"]),
        ("User-agent: * \nDisallow: /*s=", "x", &["+/", "+/s/", "-/?s=asd"]),
        ("User-Agent: *\nDisallow: /\n", "x", &["-/", "-"]),
        (
            "User-Agent: *\nDisallow: //folder/*\n",
            "x",
            &["+/", "+/folder", "+/folder/", "+/folder/page", "+//folder", "-//folder/page"],
        ),
    ]);
}

#[test]
fn a_value_that_is_no_path_is_no_rule() {
    check(&[
        ("User-Agent: one\nDisallow:\n\nUser-Agent: two\nAllow:\n", "one", &["+/path"]),
        ("User-Agent: one\nDisallow:\n\nUser-Agent: two\nAllow:\n", "two", &["+/path"]),
        ("User-Agent: one\nDisallow: ftp://site.local\n", "one", &["+/path"]),
        ("User-Agent: two\nAllow: ftp://site.local\nDisallow: /\n", "two", &["-/path"]),
        (
            "user-agent: *\ndisallow: http://ms-web00.walkerplus.com/\n",
            "x",
            &["+/", "-/http://ms-web00.walkerplus.com/"],
        ),
    ]);
}

#[test]
fn wildcards_stand_for_anything() {
    let first = "User-agent: first\nDisallow: /disallowed/*/end$\nDisallow: /protego*work\n\nUser-agent: second\n\
        Allow: /*allowed\nDisallow: /\n";
    check(&[
        (
            first,
            "first",
            &[
                "+/disallowed",
                "-/disallowed/xyz/end",
                "-/disallowed/abc/end",
                "+/disallowed/xyz/endinglater",
                "-/protegoworks",
                "-/protego_works",
                "-/protego/works",
                "-/protego_does_work",
                "+/rotego_does_work",
                "+/protego_does_wor",
            ],
        ),
        (first, "second", &["+/allowed", "+/is_still_allowed", "+/is_allowed_too"]),
        ("User-agent: a\nDisallow:  /foo*", "a", &["+/fo.html", "-/foo.html", "-/food", "-/foo/bar.html"]),
        (
            "User-agent: a\nDisallow:  /foo*/bar.html",
            "a",
            &["+/fo.html", "-/foo/bar.html", "-/food/bar.html", "-/foo/a/b/c/x/y/z/bar.html", "+/food/xyz.html"],
        ),
        (
            "User-agent: a\nDisallow:  *m",
            "a",
            &["-/foo.htm", "-/foo.html", "+/foo", "-/foom", "-/moo", "-/foo/bar.html", "+/foo/bar.txt"],
        ),
        (
            "User-agent: a\nAllow:  /foo/bar.html\nDisallow: *",
            "a",
            &["-/fo.html", "-/foo.html", "-/foo", "+/foo/bar.html", "-/foo/bar.txt"],
        ),
        (
            "User-agent: a\nDisallow:  /foo*/*bar.html",
            "a",
            &[
                "-/foo/bar.html",
                "-/food/rebar.html",
                "+/food/rebarf.html",
                "-/foo/a/b/c/rebar.html",
                "-/foo/a/b/c/bar.html",
            ],
        ),
        ("User-agent: a\nAllow:  /foo$\nDisallow:  /foo", "a", &["+/foo", "-/foo/", "-/foo/bar.html", "-/fooey"]),
        ("User-agent: a\nAllow: *****************/****.js", "a", &["+xyz/foo.js", "+/inlife/daily/fashion-20160727/"]),
        (
            "User-agent: *\nDisallow: /admin/\nDisallow: /private/\nDisallow: /*.pdf\nDisallow: /tmp$\n",
            "bot",
            &["-/docs/manual.pdf", "-/tmp", "-/admin/index.html", "+/docs/manual.txt", "+/tmp/file"],
        ),
        ("User-Agent: *\nallow: */p\ndisallow: /\n", "x", &["+/page"]),
        ("User-Agent: *\nallow: /page\ndisallow: */*.htm\n", "x", &["-/page.htm"]),
    ]);
    let text = "User-agent: *\nDisallow: /a/".to_owned() + &"*a".repeat(32) + "b\n";
    assert!(allows(&text, "x", &("/a/".to_owned() + &"a".repeat(32) + "c")));
    assert!(!allows(&text, "x", &("/a/".to_owned() + &"a".repeat(32) + "b")));
}

#[test]
fn who_is_meant_is_found_in_groups_of_many_shapes() {
    let two = "User-Agent: one\nUser-Agent: two\nDisallow: /success\nUser-Agent: *\nDisallow: /failure\n";
    let comments = "# 1\nUser-Agent: one # 2\n# 3\nUser-Agent: two\nDisallow: /one-two-bot\n# Disallow: /commented\n# 4\n\
        User-Agent: *\nDisallow: /default-ua\n";
    let unknown = "User-Agent: one\nDisallow: /bot-one\nHarry: Potter\nUser-Agent: two\nDisallow: /bot-two\n";
    let malformed = "User-Agent: one\nDisallow: /bot-one\nHarry Potter\nUser-Agent: two\nDisallow: /bot-two\n";
    let keys = "User-agent: abc\nDisallow: /content/2/\nUser-agent: *\nInvalid_directive: /gb.html\n\
        Invalid_directive: /content/2/\nUser-agent: ia_archiver\nDisallow: /\n";
    let hedwig = "user-agent: hedwig-news\ndisallow: /\nallow: /group1\nuser-agent: *\ndisallow: /\nallow: /group2\n\
        user-agent: hedwig\ndisallow: /\nallow: /group3\n";
    let testbot = "User-Agent: testbot\nDisallow: /testbot\n\nUser-Agent: *\nDisallow: /default-UA\n";
    check(&[
        (two, "one", &["-/success", "+/failure"]),
        (two, "two", &["-/success", "+/failure"]),
        (two, "three", &["+/success", "-/failure"]),
        (comments, "one", &["-/one-two-bot", "+/commented", "+/default-ua"]),
        (comments, "two", &["-/one-two-bot", "+/commented", "+/default-ua"]),
        (unknown, "one", &["-/bot-one", "+/bot-two"]),
        (unknown, "two", &["-/bot-two", "+/bot-one"]),
        (malformed, "one", &["-/bot-one", "+/bot-two"]),
        (malformed, "two", &["-/bot-two", "+/bot-one"]),
        // Here Protego takes names that it does not know for rules, which end the run of agents; by RFC 9309, 2.2.4, and in
        // Google's published cases they do not.
        (keys, "agent", &["-/foo", "-/foobar", "-/content/2"]),
        (keys, "ia_archiver", &["-/bar", "-/foo", "-/foobar", "-/content/2"]),
        (hedwig, "hedwig-news", &["+/group1", "-/group2", "-/group3"]),
        (hedwig, "hedwi", &["-/group1", "+/group2", "-/group3"]),
        (hedwig, "hedwig-new", &["-/group1", "+/group2"]),
        (hedwig, "hedwig", &["-/group1", "-/group2", "+/group3"]),
        (testbot, "TESTbot", &["-/testbot", "+/default-UA"]),
        (testbot, "tEStbOt", &["-/testbot", "+/default-UA"]),
        (testbot, "mybot", &["+/testbot", "-/default-UA"]),
        ("User-Agent: harrybot\nDisallow: /\nUser-Agent: testbot\n", "testbot", &["+/path1"]),
        ("User-Agent: *\nDisallow:    /\n\nUser-agent: foobot\nDisallow:\n", "foobot", &["+/", "+/bar.html"]),
        ("User-Agent: *\nDisallow:    /\n\nUser-agent: foobot\nDisallow:\n", "SomeOtherBot", &["-/", "-/blahblahblah"]),
        ("User-Agent: bot\nDisallow: /private\n", "mybot", &["+/private"]),
        ("User-Agent: google\nDisallow: /private\n", "notgooglebot", &["+/private"]),
        ("User-Agent: foobot\nDisallow: /private\n", "FOOBOT", &["-/private"]),
    ]);
}

#[test]
fn a_user_agent_line_without_a_value_begins_a_group_of_nobody() {
    let between = "User-Agent: alpha\nDisallow: /x\nUser-Agent:\nUser-Agent: beta\nDisallow: /y\n";
    let lone = "User-Agent: alpha\nDisallow: /x\nUser-Agent:\nDisallow: /y\n";
    let shared = "User-Agent: alpha\nUser-Agent:\nUser-Agent: beta\nDisallow: /x\n";
    let colon = "User-Agent: alpha\nDisallow: /x\n:\nUser-Agent: beta\nDisallow: /y\n";
    let foo = "User-Agent: alpha\nDisallow: /x\n: foo\nUser-Agent: beta\nDisallow: /y\n";
    check(&[
        (between, "alpha", &["-/x", "+/y"]),
        (between, "beta", &["+/x", "-/y"]),
        (lone, "alpha", &["-/x", "+/y"]),
        (shared, "alpha", &["-/x"]),
        (shared, "beta", &["-/x"]),
        ("User-Agent: alpha\nDisallow: /x\nuser agent\nDisallow: /y\n", "alpha", &["-/x", "+/y"]),
        (colon, "alpha", &["-/x", "+/y"]),
        (colon, "beta", &["+/x", "-/y"]),
        (foo, "alpha", &["-/x", "+/y"]),
        (foo, "beta", &["+/x", "-/y"]),
    ]);
}

#[test]
fn what_concerns_the_site_splits_no_group() {
    let three = "User-Agent: one\nSitemap: https://site.local/sitemap.xml\nUser-Agent: two\nHost: www.site.local\n\
        User-Agent: three\nDisallow: /disallowed\n";
    for agent in ["one", "two", "three"] {
        assert!(!allows(three, agent, "/disallowed"), "{agent}");
    }
    let split = "User-Agent: one\nDisallow: /disallowed\nSitemap: https://site.local/sitemap.xml\nUser-Agent: two\n\
        Crawl-delay: 5\n";
    check(&[(split, "one", &["-/disallowed"]), (split, "two", &["+/disallowed"])]);
    assert_eq!(read(split.as_bytes(), "one").delay(), None);
    assert_eq!(read(split.as_bytes(), "two").delay(), Some(Duration::from_secs(5)));
    check(&[("Host: www.site.local\nUser-Agent: *\nDisallow: /disallowed\n", "FooBot", &["-/disallowed"])]);

    let sitemaps = "User-agent: * \nDisallow: /disallowed \nSitemap: https://site.local/sitemap.xml \n\
        Allow: /another_allowed \nUser-agent: testbot \nSitemap: https://site.local/sitemap2.xml";
    assert_eq!(read(sitemaps.as_bytes(), "x").sitemaps().len(), 2);
    assert!(read(b"User-agent: * \nDisallow: /", "x").sitemaps().is_empty());
    let before = read(b"Sitemap: https://www.foo.bar/sitmap.xml\nUser-Agent: FootBot\nDisallow: /something", "x");
    assert_eq!(before.sitemaps(), [Box::from("https://www.foo.bar/sitmap.xml")]);
}

#[test]
fn delays_are_read_where_they_are_numbers_and_in_their_group() {
    for (value, expected) in
        [("0", Some(0)), ("10", Some(10)), ("15", Some(15)), ("random_word", None), ("-5", None), ("nan", None)]
    {
        let text = format!(
            "User-agent: * \nDisallow: /disallowed \nCrawl-delay: 10 \nUser-agent: testbot\nCrawl-delay: {value}\n"
        );
        assert_eq!(read(text.as_bytes(), "x").delay(), Some(Duration::from_secs(10)));
        assert_eq!(read(text.as_bytes(), "testbot").delay(), expected.map(Duration::from_secs), "{value}");
    }
    let without =
        "Disallow: /withoutUA\nAllow: /withoutUA/exception\nCrawl-delay: 5.2\nUser-Agent: testbot\nDisallow: /withUA\n";
    check(&[(without, "mybot", &["+/withoutUA", "+/withUA"]), (without, "testbot", &["+/withoutUA", "-/withUA"])]);
    assert_eq!(read(without.as_bytes(), "testbot").delay(), None);
}

/// The examples of the first two specifications, of 1994 and 1996.
#[test]
fn the_old_examples_hold() {
    let first = "User-agent: *\nDisallow: /cyberworld/map/ # This is an infinite virtual URL space\nDisallow: /tmp/\n\
        Disallow: /foo.html\n";
    let second = "User-agent: unhipbot\nDisallow: /\n\nUser-agent: webcrawler\nUser-agent: excite\nDisallow:\n\n\
        User-agent: *\nDisallow: /org/plans.html\nAllow: /org/\nAllow: /serv\nAllow: /~mak\nDisallow: /\n";
    let open: &[&str] = &["+/", "+/index.html", "+/server.html", "+/org/plans.html", "+/%7Ejim/jim.html"];
    check(&[
        (
            first,
            "CrunchyFrogBot",
            &[
                "+/",
                "-/foo.html",
                "+/foo.htm",
                "+/foo.shtml",
                "-/foo.htmlx",
                "+/cyberworld/index.html",
                "-/tmp/foo.html",
            ],
        ),
        ("User-agent: bot\nAllow: /tmp\nDisallow: /\n", "bot", &["+/tmp.html", "+/tmp", "+/tmp/a.html"]),
        ("User-agent: bot\nAllow: /tmp/\nDisallow: /\n", "bot", &["-/tmp", "+/tmp/", "+/tmp/a.html"]),
        ("User-agent: bot\nAllow: /a%3cd.html\nDisallow: /\n", "bot", &["+/a%3cd.html", "+/a%3Cd.html"]),
        ("User-agent: bot\nAllow: /a%3Cd.html\nDisallow: /\n", "bot", &["+/a%3cd.html", "+/a%3Cd.html"]),
        ("User-agent: bot\nAllow: /a%2fb.html\nDisallow: /\n", "bot", &["+/a%2fb.html", "-/a/b.html"]),
        ("User-agent: bot\nAllow: /a/b.html\nDisallow: /\n", "bot", &["-/a%2fb.html", "+/a/b.html"]),
        ("User-agent: bot\nAllow: /%7ejoe/index.html\nDisallow: /\n", "bot", &["+/~joe/index.html"]),
        ("User-agent: bot\nAllow: /~joe/index.html\nDisallow: /\n", "bot", &["+/%7Ejoe/index.html"]),
        (second, "unhipbot", &["-/", "-/index.html", "-/server.html", "-/org/about.html", "-/%7Emak/mak.html"]),
        (second, "webcrawler", open),
        (second, "excite", open),
        (
            second,
            "OtherBot",
            &[
                "-/",
                "-/index.html",
                "+/server.html",
                "+/services/fast.html",
                "+/services/slow.html",
                "-/orgo.gif",
                "+/org/about.html",
                "-/org/plans.html",
                "-/%7Ejim/jim.html",
                "+/%7Emak/mak.html",
            ],
        ),
    ]);
}

#[test]
fn an_anchored_index_leaks_no_dollar() {
    let text = "User-Agent: *\nAllow: /allowed-slash/index.html\nDisallow: /\n";
    check(&[(
        text,
        "x",
        &[
            "+/allowed-slash/",
            "+/allowed-slash/index.html",
            "-/allowed-slash/index.htm",
            "-/anyother-url",
            "-/allowed-slash/$budget",
        ],
    )]);
}

/// Protego's table of paths, from Google's documentation.
#[test]
fn paths_match_as_in_protego() {
    const PHOENIX: &[&str] = &[
        "-/phoenix",
        "-/phoenix.html",
        "-/phoenix/sparky.html",
        "-/phoenixheads",
        "-/phoenixheads/yummy.html",
        "-/phoenix.php?id=anything",
        "+/Phoenix.asp",
        "+/redphoenix",
        "+/?id=phoenix",
    ];
    check(&[
        ("User-Agent: *\ndisallow: /", "x", &["-/harry", "-/device/time-turner", "-/hogwards.html"]),
        ("User-Agent: *\ndisallow: /*", "x", &["-/harry", "-/device/time-turner", "-/hogwards.html"]),
        ("User-Agent: *\ndisallow: /phoenix", "x", PHOENIX),
        ("User-Agent: *\ndisallow: /phoenix*", "x", PHOENIX),
        (
            "User-Agent: *\ndisallow: /phoenix/",
            "x",
            &[
                "-/phoenix/",
                "-/phoenix/?id=anything",
                "-/phoenix/sparky.htm",
                "+/phoenix",
                "+/phoenix.html",
                "+/Phoenix/Sparky.asp",
            ],
        ),
        (
            "User-Agent: *\ndisallow: /*.php",
            "x",
            &[
                "-/filename.php",
                "-/folder/filename.php",
                "-/folder/filename.php?parameters",
                "-/folder/any.php.file.html",
                "-/filename.php/",
                "+/windows.PHP",
                "+/",
                "-/index?f=filename.php/",
                "+/index?php",
            ],
        ),
        (
            "User-Agent: *\ndisallow: /*.php$",
            "x",
            &[
                "-/filename.php",
                "-/folder/filename.php",
                "+/filename.php?parameters",
                "+/filename.php/",
                "+/filename.php5",
                "+/windows.PHP",
                "+/filename?php",
            ],
        ),
        (
            "User-Agent: *\ndisallow: /fish*.php",
            "x",
            &["-/fish.php", "-/fishheads/catfish.php?parameters", "+/Fish.PHP"],
        ),
    ]);
}
