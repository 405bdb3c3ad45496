//! What the published tests of Google's parser expect, as a table of our own.
//!
//! | published test | here |
//! | --- | --- |
//! | `GoogleOnly_SystemTest`, `ID_LineSyntax_Line` | [`a_line_is_a_name_and_a_value`], [`who_has_no_name_is_anybody`] |
//! | `ID_LineSyntax_Groups` | [`groups_of_one_agent_are_one_and_rules_outside_of_groups_are_none`] |
//! | `ID_LineSyntax_Groups_OtherRules` | [`a_line_that_is_no_rule_ends_no_run_of_agents`] |
//! | `ID_REPLineNamesCaseInsensitive`, `ID_UserAgentValueCaseInsensitive`, `ID_AllowDisallow_Value_CaseSensitive` | [`names_and_agents_have_no_case_but_paths_have`] |
//! | `ID_VerifyValidUserAgentsToObey` | [`the_own_name_is_a_token`] |
//! | `GoogleOnly_AcceptUserAgentUpToFirstSpace` | [`an_agent_ends_at_the_first_character_that_is_none_of_a_token`], [`the_own_name_is_a_token`] |
//! | `ID_GlobalGroups_Secondary` | [`the_group_for_everyone_is_for_those_without_their_own`] |
//! | `ID_LongestMatch` | [`the_longest_match_wins_and_allow_of_two_as_long`] |
//! | `ID_Encoding`, `TestMaybeEscapePattern` | [`both_sides_are_compared_in_one_encoding`] |
//! | `ID_SpecialCharacters` | [`star_dollar_and_hash_are_special`] |
//! | `GoogleOnly_IndexHTMLisDirectory` | [`an_allowed_index_allows_its_folder`] |
//! | `GoogleOnly_LineTooLong` | [`a_line_is_read_up_to_sixteen_kilobytes`] |
//! | `GoogleOnly_DocumentationChecks` | [`paths_match_as_the_documentation_says`], [`the_longest_match_wins_and_allow_of_two_as_long`] |
//! | `ID_LinesNumbersAreCountedCorrectly` | [`lines_are_counted_right`] |
//! | `ID_UTF8ByteOrderMarkIsSkipped` | [`a_byte_order_mark_is_skipped_at_the_start_whole_or_in_part`] |
//! | `ID_NonStandardLineExample_Sitemap` | [`sitemaps_stand_anywhere`] |
//! | `TestGetPathParamsQuery` | [`a_target_begins_with_a_slash_or_is_read_as_if`], [`what_is_matched_of_a_url_is_its_path_and_its_query`] |

use super::{Case, allows, check, read};
use crawltop::crawl::address::Base;
use crawltop::crawl::robots::Verdict;
use crawltop::target::Target;
use std::time::Duration;

#[test]
fn a_line_is_a_name_and_a_value() {
    check(&[
        ("user-agent: FooBot\ndisallow: /\n", "FooBot", &["-/x/y", "-", "-/"]),
        ("", "FooBot", &["+", "+/x"]),
        ("foo: FooBot\nbar: /\n", "FooBot", &["+/x/y"]),
        ("user-agent FooBot\ndisallow /\n", "FooBot", &["-/x/y"]),
    ]);
}

/// As there: nobody's group is for someone without a name.
#[test]
fn who_has_no_name_is_anybody() {
    check(&[
        ("user-agent: FooBot\ndisallow: /\n", "", &["+/x/y", "+"]),
        ("user-agent: *\ndisallow: /x/\n", "", &["-/x/y", "+/a"]),
    ]);
}

#[test]
fn a_line_that_is_no_rule_ends_no_run_of_agents() {
    let sitemap = "User-agent: BarBot\nSitemap: https://foo.bar/sitemap\nUser-agent: *\nDisallow: /\n";
    let unknown = "User-agent: FooBot\nInvalid-Unknown-Line: unknown\nUser-agent: *\nDisallow: /\n";
    for text in [sitemap, unknown] {
        check(&[(text, "FooBot", &["-/"]), (text, "BarBot", &["-/"])]);
    }
}

const GROUPS: &str = "allow: /foo/bar/\n\nuser-agent: FooBot\ndisallow: /\nallow: /x/\nuser-agent: BarBot\n\
    disallow: /\nallow: /y/\n\n\nallow: /w/\nuser-agent: BazBot\n\nuser-agent: FooBot\nallow: /z/\ndisallow: /\n";

#[test]
fn groups_of_one_agent_are_one_and_rules_outside_of_groups_are_none() {
    check(&[
        (GROUPS, "FooBot", &["+/x/b", "+/z/d", "-/y/c", "-/foo/bar/"]),
        (GROUPS, "BarBot", &["+/y/c", "+/w/a", "-/z/d", "-/foo/bar/"]),
        (GROUPS, "BazBot", &["+/z/d", "-/foo/bar/"]),
    ]);
}

#[test]
fn names_and_agents_have_no_case_but_paths_have() {
    let names =
        [["USER-AGENT", "ALLOW", "DISALLOW"], ["user-agent", "allow", "disallow"], ["uSeR-aGeNt", "AlLoW", "dIsAlLoW"]];
    for [user_agent, allow, disallow] in names {
        let text = format!("{user_agent}: FooBot\n{allow}: /x/\n{disallow}: /\n");
        assert!(allows(&text, "FooBot", "/x/y") && !allows(&text, "FooBot", "/a/b"), "{text}");
    }
    for written in ["FOO BAR", "foo bar", "FoO bAr"] {
        for agent in ["Foo", "foo"] {
            let text = format!("User-Agent: {written}\nAllow: /x/\nDisallow: /\n");
            assert!(allows(&text, agent, "/x/y") && !allows(&text, agent, "/a/b"), "{agent} by {text}");
        }
    }
    check(&[
        ("user-agent: FooBot\ndisallow: /x/\n", "FooBot", &["-/x/y"]),
        ("user-agent: FooBot\ndisallow: /X/\n", "FooBot", &["+/x/y"]),
    ]);
}

#[test]
fn an_agent_ends_at_the_first_character_that_is_none_of_a_token() {
    let written = ["crawltop", "crawltop/2.1", "crawltop*", "crawltop bar", "CrawlTop\u{30c4}"];
    for agent in written {
        assert!(!allows(&format!("User-agent: {agent}\nDisallow: /"), "crawltop", "/"), "{agent}");
    }
    for other in ["", "crawl", "crawltopper", "crawltop-images", "crawl_top", "mycrawltop", "\u{30c4}", "*crawltop"] {
        assert!(allows(&format!("User-agent: {other}\nDisallow: /"), "crawltop", "/"), "{other}");
    }
    let text = "User-Agent: *\nDisallow: /\nUser-Agent: Foo Bar\nAllow: /x/\nDisallow: /\n";
    check(&[(text, "Foo", &["+/x/y", "-/"])]);
}

/// Google's matcher can say whether a name is a token and nothing else. Ours is one: what of a User-Agent is not of the
/// token is left out before (RFC 9309, 2.2.1).
#[test]
fn the_own_name_is_a_token() {
    let text = "User-agent: Foobot\nDisallow: /foobot\nUser-agent: Foobot-Bar\nUser-agent: Foo_Bar\nDisallow: /bar\n\
        User-agent: *\nDisallow: /other\n";
    for (own, kept) in
        [("Foobot", "/foobot"), ("Foobot-Bar", "/bar"), ("Foo_Bar", "/bar"), ("Foo", "/other"), ("", "/other")]
    {
        let all = ["/foobot", "/bar", "/other"].into_iter().filter(|path| !allows(text, own, path));
        assert_eq!(all.collect::<Vec<_>>(), [kept], "{own}");
    }
}

#[test]
fn the_group_for_everyone_is_for_those_without_their_own() {
    let specific = "user-agent: FooBot\nallow: /\nuser-agent: BarBot\ndisallow: /\nuser-agent: BazBot\ndisallow: /\n";
    check(&[
        ("", "FooBot", &["+/x/y"]),
        ("user-agent: *\nallow: /\nuser-agent: FooBot\ndisallow: /\n", "FooBot", &["-/x/y"]),
        ("user-agent: *\nallow: /\nuser-agent: FooBot\ndisallow: /\n", "BarBot", &["+/x/y"]),
        (specific, "QuxBot", &["+/x/y"]),
        ("User-agent: * and all\nDisallow: /\n", "QuxBot", &["-/x/y"]),
        ("User-agent: *\nDisallow: /x/\nUser-agent: FooBot\nDisallow: /y/\n", "FooBot", &["+/x/page", "-/y/page"]),
    ]);
}

#[test]
fn the_longest_match_wins_and_allow_of_two_as_long() {
    check(&[
        ("user-agent: FooBot\ndisallow: /x/page.html\nallow: /x/\n", "FooBot", &["-/x/page.html"]),
        ("user-agent: FooBot\nallow: /x/page.html\ndisallow: /x/\n", "FooBot", &["+/x/page.html", "-/x/"]),
        ("user-agent: FooBot\ndisallow: \nallow: \n", "FooBot", &["+/x/page.html"]),
        ("user-agent: FooBot\ndisallow: /\nallow: /\n", "FooBot", &["+/x/page.html"]),
        ("user-agent: FooBot\ndisallow: /x\nallow: /x/\n", "FooBot", &["-/x", "+/x/"]),
        ("user-agent: FooBot\ndisallow: /x/page.html\nallow: /x/page.html\n", "FooBot", &["+/x/page.html"]),
        ("user-agent: FooBot\nallow: /page\ndisallow: /*.html\n", "FooBot", &["-/page.html", "+/page"]),
        ("user-agent: FooBot\nallow: /x/page.\ndisallow: /*.html\n", "FooBot", &["+/x/page.html", "-/x/y.html"]),
        ("user-agent: FooBot\nallow: /p\ndisallow: /\n", "FooBot", &["+/page"]),
        ("user-agent: FooBot\nallow: /folder\ndisallow: /folder\n", "FooBot", &["+/folder/page"]),
        ("user-agent: FooBot\nallow: /page\ndisallow: /*.htm\n", "FooBot", &["-/page.htm"]),
        ("user-agent: FooBot\nallow: /$\ndisallow: /\n", "FooBot", &["+/", "-/page.html"]),
    ]);
}

/// Google's own matcher compares escapes as they are written, so that `%62%61%7A` is not `baz`, and a raw `ツ` in a URL
/// matches nothing; RFC 9309, 2.2.2, and Protego unify them, and so do we.
#[test]
fn both_sides_are_compared_in_one_encoding() {
    let query = "User-agent: FooBot\nDisallow: /\nAllow: /foo/bar?qux=taz&baz=http://foo.bar?tar&par\n";
    check(&[
        (query, "FooBot", &["+/foo/bar?qux=taz&baz=http://foo.bar?tar&par", "-/foo/bar?qux=taz"]),
        ("User-agent: FooBot\nDisallow: /\nAllow: /foo/bar/ツ\n", "FooBot", &["+/foo/bar/%E3%83%84", "+/foo/bar/ツ"]),
        ("User-agent: FooBot\nDisallow: /\nAllow: /foo/bar/%E3%83%84\n", "FooBot", &["+/foo/bar/%E3%83%84"]),
        ("User-agent: FooBot\nDisallow: /\nAllow: /a/%62%61%7A\n", "FooBot", &["+/a/baz", "+/a/%62%61%7A"]),
        ("User-agent: FooBot\nDisallow: /%aa\n", "FooBot", &["-/%AA", "-/%aa"]),
        ("User-agent: FooBot\nDisallow: /á\n", "FooBot", &["-/%C3%A1", "+/a"]),
    ]);
}

#[test]
fn star_dollar_and_hash_are_special() {
    let stars = "User-agent: FooBot\nDisallow: /foo/bar/quz\nAllow: /foo/*/qux\n";
    let dollar = "User-agent: FooBot\nDisallow: /foo/bar$\nAllow: /foo/bar/qux\n";
    let comments = "User-agent: FooBot\n# Disallow: /\nDisallow: /foo/quz#qux\nAllow: /\n";
    check(&[
        (stars, "FooBot", &["-/foo/bar/quz", "+/foo/quz", "+/foo//quz", "+/foo/bax/quz"]),
        (dollar, "FooBot", &["-/foo/bar", "+/foo/bar/qux", "+/foo/bar/", "+/foo/bar/baz"]),
        (comments, "FooBot", &["+/foo/bar", "-/foo/quz"]),
    ]);
}

#[test]
fn an_allowed_index_allows_its_folder() {
    let text = "User-Agent: *\nAllow: /allowed-slash/index.html\nDisallow: /\n";
    check(&[(
        text,
        "foobot",
        &["+/allowed-slash/", "-/allowed-slash/index.htm", "+/allowed-slash/index.html", "-/anyother-url"],
    )]);
}

const LINE: usize = 2083 * 8;

#[test]
fn a_line_is_read_up_to_sixteen_kilobytes() {
    let longest = |name: &str, with: &str| "/x/".to_owned() + &with.repeat(LINE - name.len() - "/x/".len() - 1);
    let disallowed = longest("disallow: ", "a");
    let text = format!("user-agent: FooBot\ndisallow: {disallowed}/qux\n");
    assert!(allows(&text, "FooBot", "/fux"));
    assert!(!allows(&text, "FooBot", &format!("{disallowed}/fux")));

    let (a, b) = (longest("allow: ", "a"), longest("allow: ", "b"));
    let text = format!("user-agent: FooBot\ndisallow: /\nallow: {a}/qux\nallow: {b}/qux\n");
    assert!(!allows(&text, "FooBot", "/"));
    assert!(allows(&text, "FooBot", &format!("{a}/qux")));
    assert!(allows(&text, "FooBot", &format!("{b}/fux")));
}

#[test]
fn paths_match_as_the_documentation_says() {
    const FISH: &[&str] = &[
        "-/bar",
        "+/fish",
        "+/fish.html",
        "+/fish/salmon.html",
        "+/fishheads",
        "+/fishheads/yummy.html",
        "+/fish.html?id=anything",
        "-/Fish.asp",
        "-/catfish",
        "-/?id=fish",
    ];
    check(&[
        ("user-agent: FooBot\ndisallow: /\nallow: /fish\n", "FooBot", FISH),
        ("user-agent: FooBot\ndisallow: /\nallow: /fish*\n", "FooBot", FISH),
        (
            "user-agent: FooBot\ndisallow: /\nallow: /fish/\n",
            "FooBot",
            &[
                "-/bar",
                "+/fish/",
                "+/fish/salmon",
                "+/fish/?salmon",
                "+/fish/salmon.html",
                "+/fish/?id=anything",
                "-/fish",
                "-/fish.html",
                "-/Fish/Salmon.html",
            ],
        ),
        (
            "user-agent: FooBot\ndisallow: /\nallow: /*.php\n",
            "FooBot",
            &[
                "-/bar",
                "+/filename.php",
                "+/folder/filename.php",
                "+/folder/filename.php?parameters",
                "+//folder/any.php.file.html",
                "+/filename.php/",
                "+/index?f=filename.php/",
                "-/php/",
                "-/index?php",
                "-/windows.PHP",
            ],
        ),
        (
            "user-agent: FooBot\ndisallow: /\nallow: /*.php$\n",
            "FooBot",
            &[
                "-/bar",
                "+/filename.php",
                "+/folder/filename.php",
                "-/filename.php?parameters",
                "-/filename.php/",
                "-/filename.php5",
                "-/php/",
                "-/filename?php",
                "-/aaaphpaaa",
                "-//windows.PHP",
            ],
        ),
        (
            "user-agent: FooBot\ndisallow: /\nallow: /fish*.php\n",
            "FooBot",
            &["-/bar", "+/fish.php", "+/fishheads/catfish.php?parameters", "-/Fish.PHP"],
        ),
    ]);
}

/// Every end of a line counts once, whatever it is made of.
#[test]
fn lines_are_counted_right() {
    let lines = ["User-Agent: foo", "Allow: /some/path", "User-Agent: bar", "", "", "Disallow: /"];
    for [one, other] in [["\n", "\n"], ["\r\n", "\r\n"], ["\r", "\r"], ["\n", "\r\n"], ["\r\n", "\n"]] {
        for last in ["", one] {
            let ends = [one, other].into_iter().cycle();
            let text: String = lines.iter().zip(ends).flat_map(|(line, end)| [*line, end]).collect();
            let text = text.trim_end().to_owned() + last;
            let robots = read(text.as_bytes(), "bar");
            let kept = Verdict::Kept { line: 6, rule: "Disallow: /" };
            assert_eq!(robots.verdict("/some/path"), kept, "{text:?}");
        }
    }
}

#[test]
fn a_byte_order_mark_is_skipped_at_the_start_whole_or_in_part() {
    let rest = b"User-Agent: foo\nDisallow: /x\n";
    let kept = |text: &[u8]| read(text, "foo").verdict("/x") != Verdict::Allowed;
    for mark in [&b"\xef\xbb\xbf"[..], b"\xef\xbb", b"\xef", b""] {
        assert!(kept(&[mark, rest].concat()), "{mark:?}");
    }
    assert!(!kept(&[b"\xef\x11\xbf", &rest[..]].concat()));
    assert!(!kept(b"User-Agent: foo\n\xef\xbb\xbfDisallow: /x\n"));
}

#[test]
fn sitemaps_stand_anywhere() {
    let groups = "User-Agent: foo\nAllow: /some/path\nUser-Agent: bar\n\n\n";
    let line = "Sitemap: http://foo.bar/sitemap.xml\n";
    for text in [groups.to_owned() + line, line.to_owned() + groups] {
        let robots = read(text.as_bytes(), "foo");
        assert_eq!(robots.sitemaps(), [Box::from("http://foo.bar/sitemap.xml")]);
        assert_eq!(robots.delay(), None::<Duration>);
    }
}

/// How a path is taken from a URL is another module's; these are what it can be here.
#[test]
fn a_target_begins_with_a_slash_or_is_read_as_if() {
    let case: Case = (
        "user-agent: *\ndisallow: /?a\nallow: /\ndisallow: /a;b$\n",
        "foo",
        &["-?a", "-/?a", "+", "+#a", "-/a;b#c", "+/a"],
    );
    check(&[case]);
}

/// Those of the published addresses that are one here: `` is none, and neither is `/a`.
#[test]
fn what_is_matched_of_a_url_is_its_path_and_its_query() {
    for (url, expected) in [
        ("http://www.example.com", "/"),
        ("http://www.example.com/", "/"),
        ("http://www.example.com/a", "/a"),
        ("http://www.example.com/a/", "/a/"),
        ("http://www.example.com/a/b?c=http://d.e/", "/a/b?c=http://d.e/"),
        ("http://www.example.com/a/b?c=d&e=f#fragment", "/a/b?c=d&e=f"),
        ("example.com", "/"),
        ("example.com/", "/"),
        ("example.com/a", "/a"),
        ("example.com/a/", "/a/"),
        ("example.com/a/b?c=d&e=f#fragment", "/a/b?c=d&e=f"),
        ("a", "/"),
        ("a/", "/"),
        ("a/b", "/b"),
        ("example.com?a", "/?a"),
        ("example.com/a;b#c", "/a;b"),
    ] {
        let base = Base::new(&Target::parse(url).unwrap(), None);
        assert_eq!(&base.url()[base.origin_end()..], expected, "{url}");
    }
}
