//! The same, whatever the pieces; and limits that hold.

use crawltop::crawl::robots::{LIMIT, LONGEST_DELAY, Robots, RobotsReader, SITEMAP_BYTES, SITEMAPS, Verdict};
use std::time::Duration;

const TEXT: &[u8] =
    b"\xef\xbb\xbf# hello\r\nSitemap: http://a.b/1.xml\r\rUser-agent: other\n\rDisallow: /\r\nUser-Agent:\
    crawltop/2\r\n\r\nDisallow: /a\0b\nDisallow: /caf\xe9\nDisallow: /*.php$ # no\nAllow: /x.php$\n\
    Crawl-delay: 1.5\nnonsense\nUser-agent: crawltop\rSitemap: http://a.b/2.xml\nDisallow: /last";

fn all(robots: &Robots) -> String {
    let targets = ["/", "/a%00b", "/caf%e9", "/x.php", "/y.php", "/last/1"];
    let verdicts = targets.map(|target| robots.verdict(target));
    format!("{verdicts:?} {:?} {:?} {}", robots.delay(), robots.sitemaps(), robots.cut())
}

fn read<P: AsRef<[u8]>>(pieces: impl IntoIterator<Item = P>) -> Robots {
    let mut reader = RobotsReader::new("crawltop");
    pieces.into_iter().for_each(|piece| reader.take(piece.as_ref()));
    reader.finish()
}

#[test]
fn the_pieces_do_not_matter() {
    let whole = read([TEXT]);
    assert_eq!(whole.verdict("/last/1"), Verdict::Kept { line: 17, rule: "Disallow: /last" });
    assert_eq!(whole.verdict("/caf%e9"), Verdict::Kept { line: 10, rule: "Disallow: /caf\u{fffd}" });
    assert_eq!(whole.verdict("/x.php"), Verdict::Allowed);
    assert_eq!(whole.sitemaps().len(), 2);
    assert_eq!(all(&read(TEXT.chunks(1))), all(&whole));
    for at in 0..=TEXT.len() {
        let (one, other) = TEXT.split_at(at);
        assert_eq!(all(&read([one, &[], other])), all(&whole), "cut at {at}");
    }
}

#[test]
fn what_is_beyond_500_kib_is_dropped_with_the_line_it_cuts() {
    let start = b"User-agent: *\nDisallow: /first\n".to_vec();
    let pad = |length: usize| [&b"#"[..], &b"x".repeat(length - 2), b"\n"].concat();
    let cut = [&start[..], &pad(LIMIT - start.len() - 15), b"Disallow: /second\nDisallow: /third\n"].concat();
    let robots = read([&cut[..]]);
    assert!(robots.cut());
    assert_eq!(robots.verdict("/first"), Verdict::Kept { line: 2, rule: "Disallow: /first" });
    assert_eq!(robots.verdict("/seco"), Verdict::Allowed, "half a rule is none");
    assert_eq!(robots.verdict("/third"), Verdict::Allowed);

    let line = b"Disallow: /second";
    let fits = [&start[..], &pad(LIMIT - start.len() - line.len()), line].concat();
    assert_eq!(fits.len(), LIMIT);
    for (more, cut, second) in
        [(&b""[..], false, true), (b"\n", true, true), (b"\r\nDisallow: /", true, true), (b"/x", true, false)]
    {
        for pieces in [vec![&[&fits[..], more].concat()[..]], vec![&fits[..], more], vec![&fits[..], &[], more]] {
            let robots = read(pieces);
            assert_eq!((robots.cut(), robots.verdict("/second") != Verdict::Allowed), (cut, second), "{more:?}");
            assert_eq!(robots.verdict("/other"), Verdict::Allowed);
        }
    }
}

#[test]
fn an_endless_file_keeps_the_rules_read_so_far_and_says_when_it_is_full() {
    let mut reader = RobotsReader::new("crawltop");
    reader.take(b"User-agent: *\nDisallow: /private\n");
    let mut pieces = 0;
    while !reader.is_full() {
        reader.take(&[b'a'; 4096]);
        pieces += 1;
    }
    assert_eq!(pieces, LIMIT / 4096);
    let robots = reader.finish();
    assert_eq!(robots.verdict("/private"), Verdict::Kept { line: 2, rule: "Disallow: /private" });
}

#[test]
fn a_delay_is_that_of_the_group_and_capped() {
    let text = "User-agent: *\nCrawl-delay: 7\nUser-agent: crawltop\nCrawl-delay: 0.5\nCrawl-delay: nonsense\n";
    assert_eq!(read([text.as_bytes()]).delay(), Some(Duration::from_millis(500)));
    assert_eq!(read([b"User-agent: *\nCrawl-delay: 7\nUser-agent: crawltop\nDisallow:\n"]).delay(), None);
    assert_eq!(read([b"Crawl-delay: 7\n"]).delay(), None);
    let long = read([b"User-agent: crawltop\nCrawl-delay: 5\nCrawl-delay: 3600\nCrawl-delay: 1\n"]);
    assert_eq!((long.delay(), long.delay_cut_from()), (Some(LONGEST_DELAY), Some(Duration::from_secs(3600))));
    let longest = read([b"User-agent: *\nCrawl-delay: 60\n"]);
    assert_eq!((longest.delay(), longest.delay_cut_from()), (Some(LONGEST_DELAY), None));
}

#[test]
fn sitemaps_are_bounded_and_counted() {
    let long = "Sitemap: http://a.b/".to_owned() + &"x".repeat(SITEMAP_BYTES) + "\n";
    let many = "Sitemap: http://a.b/\nSitemap:\n".repeat(SITEMAPS + 3);
    let robots = read([long.as_bytes(), many.as_bytes()]);
    assert_eq!((robots.sitemaps().len(), robots.sitemaps_over()), (SITEMAPS, 4));
}

#[test]
fn a_rule_is_told_in_few_bytes() {
    let text = "User-agent: *\nDisallow: /".to_owned() + &"é".repeat(5_000);
    let robots = read([text.as_bytes()]);
    let Verdict::Kept { line: 2, rule } = robots.verdict(&("/".to_owned() + &"é".repeat(5_001))) else { panic!() };
    assert!(rule.len() < 180 && rule.ends_with("é…"), "{rule}");
}

/// A verdict looks at a bounded number of pieces, however many rules there are, and forbids rather more for it than less.
#[test]
fn rules_with_wildcards_are_bounded_and_none_of_them_forbids_less_for_it() {
    let few = "User-agent: *\n".to_owned() + &"Disallow: /*a*b\n".repeat(6_666);
    assert_eq!(read([few.as_bytes()]).broad(), 0);
    let robots = read([few.as_str(), "Disallow: /in/*x*y\nAllow: /in/*z*y\nDisallow: /plain\nAllow: /in/plain\n"]);
    assert_eq!((robots.broad(), robots.narrow(), robots.cut()), (1, 1, false));
    let words = ", 1 of them taken to forbid all that begins as they do, 1 of them taken to allow nothing";
    assert!(robots.meaning().ends_with(words), "{}", robots.meaning());
    // A rule that goes by two patterns is one all the same.
    let dollar = read([few.as_str(), "Disallow: /in/*x*y$\nAllow: /*/*/in/index.html\n"]);
    assert_eq!((dollar.rules(), dollar.broad(), dollar.narrow()), (6_668, 1, 1));
    for (path, allowed) in
        [("/in/x/y", false), ("/in/", false), ("/in/zy", false), ("/in/plain", true), ("/out", true), ("/plain", false)]
    {
        assert_eq!(robots.verdict(path) == Verdict::Allowed, allowed, "{path}");
    }
}

#[test]
fn robots_txt_itself_is_always_allowed() {
    let robots = read([b"User-agent: *\nDisallow: /\n"]);
    for target in ["/robots.txt", "/robots.txt?a=b", "/robots.txt#c"] {
        assert_eq!(robots.verdict(target), Verdict::Allowed, "{target}");
    }
    for target in ["/a/robots.txt", "/robots.txt/", "/robots.txtx", "/Robots.txt", "/"] {
        assert_ne!(robots.verdict(target), Verdict::Allowed, "{target}");
    }
    assert_eq!(Robots::allow_all().verdict("/x"), Verdict::Allowed);
    let closed = Robots::disallow_all("robots.txt answered 503");
    assert_eq!(closed.verdict("/x"), Verdict::Kept { line: 0, rule: "robots.txt answered 503" });
}
