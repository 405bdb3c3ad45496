//! The matcher against one that tries everything.

use super::read;
use crawltop::crawl::robots::Verdict;
use proptest::prelude::*;

/// Whether `pattern` matches the start of `path`, as RFC 9309, 2.2.3, says it, by trying.
fn matches(pattern: &[u8], path: &[u8]) -> bool {
    match (pattern, path) {
        ([], _) => true,
        ([b'$'], []) => true,
        ([b'*', after @ ..], _) => (0..=path.len()).any(|skipped| matches(after, &path[skipped..])),
        ([one, after @ ..], [other, rest @ ..]) => one == other && matches(after, rest),
        _ => false,
    }
}

/// Whether rules allow a path, by looking at each.
fn allowed(rules: &[(bool, String)], path: &str) -> bool {
    let fits = |(_, pattern): &&(bool, String)| {
        let rooted = pattern.starts_with(['/', '*']);
        rooted && matches(pattern.as_bytes(), path.as_bytes())
    };
    let best = rules.iter().filter(fits).max_by_key(|(allow, pattern)| (pattern.len(), *allow));
    best.is_none_or(|(allow, _)| *allow)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_longest_rule_that_fits_decides(
        rules in prop::collection::vec((any::<bool>(), "[/*]?[/ab*]{0,7}\\$?"), 0..12),
        paths in prop::collection::vec("/[/ab]{0,9}", 1..8),
    ) {
        let lines = rules.iter().map(|(allow, pattern)| format!("{}: {pattern}\n", if *allow { "Allow" } else { "Disallow" }));
        let robots = read(("User-agent: *\n".to_owned() + &lines.collect::<String>()).as_bytes(), "crawltop");
        for path in paths {
            let verdict = robots.verdict(&path);
            prop_assert_eq!(verdict == Verdict::Allowed, allowed(&rules, &path), "{} by {:?}", path, rules);
            if let Verdict::Kept { line, rule } = verdict {
                let (allow, pattern) = &rules[line as usize - 2];
                prop_assert!(!allow && matches(pattern.as_bytes(), path.as_bytes()), "{} by {}", path, rule);
                prop_assert_eq!(rule, format!("Disallow: {pattern}"));
            }
        }
    }

    /// However a path and a rule are written: with escapes or without, in either case.
    #[test]
    fn escapes_do_not_matter(path in "/[a-z~ä&=:<]{0,6}", spelling in prop::collection::vec(0..3_u8, 40)) {
        let mut spelling = spelling.into_iter().cycle();
        let mut spell = |text: &str| -> String {
            let mut out = String::from("/");
            for byte in text.bytes().skip(1) {
                match spelling.next() {
                    Some(0) if byte < 0x80 => out.push(char::from(byte)),
                    Some(1) => out += &format!("%{byte:02x}"),
                    _ => out += &format!("%{byte:02X}"),
                }
            }
            out
        };
        let robots = read(format!("User-agent: *\nDisallow: {}$\n", spell(&path)).as_bytes(), "crawltop");
        prop_assert_ne!(robots.verdict(&spell(&path)), Verdict::Allowed);
        prop_assert_ne!(robots.verdict(&path), Verdict::Allowed);
        prop_assert_eq!(robots.verdict(&(spell(&path) + "x")), Verdict::Allowed);
    }

    #[test]
    fn any_bytes_in_any_pieces_are_read_alike(
        text in prop::collection::vec(prop_oneof![
            Just(b"User-agent: *".to_vec()), Just(b"Disallow: /a*".to_vec()), Just(b"Allow:/\xff".to_vec()),
            Just(b"\r".to_vec()), Just(b"\n".to_vec()), Just(b"\xef\xbb\xbf".to_vec()), Just(b"Sitemap: x".to_vec()),
            prop::collection::vec(any::<u8>(), 0..5),
        ], 0..40),
        size in 1..9_usize,
    ) {
        let text = text.concat();
        let whole = read(&text, "crawltop");
        let mut reader = crawltop::crawl::robots::RobotsReader::new("crawltop");
        text.chunks(size).for_each(|piece| reader.take(piece));
        let pieces = reader.finish();
        for target in ["/", "/a", "/%FF"] {
            prop_assert_eq!(whole.verdict(target), pieces.verdict(target));
        }
        prop_assert_eq!(whole.sitemaps(), pieces.sitemaps());
    }
}
