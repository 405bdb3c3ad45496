use std::io::{self, BufRead, BufReader, Read};

use proptest::prelude::*;

use super::glob::GLOB_LIMIT;
use super::list::{LineError, Lines, line};
use super::*;

fn target(word: &str) -> Target {
    Target::parse(word).unwrap_or_else(|error| panic!("{word:?}: {error}"))
}

/// A word, and what a request to it needs: URL, host, port, Host field, path.
const PARSED: &[(&str, &str, &str, u16, &str, &str)] = &[
    ("http://example.com", "http://example.com/", "example.com", 80, "example.com", "/"),
    ("https://example.com/a?b=1#c", "https://example.com/a?b=1", "example.com", 443, "example.com", "/a?b=1"),
    (" HTTP://EXAMPLE.com:80/%7e ", "http://example.com/%7e", "example.com", 80, "example.com", "/%7e"),
    ("http://h:443/", "http://h:443/", "h", 443, "h:443", "/"),
    ("http://u:p@h:81/x@y", "http://h:81/x@y", "h", 81, "h:81", "/x@y"),
    ("http://[::1]:8080/x", "http://[::1]:8080/x", "::1", 8080, "[::1]:8080", "/x"),
    ("http://[0:0::1]", "http://[::1]/", "::1", 80, "[::1]", "/"),
    ("http://0x7f.1/", "http://127.0.0.1/", "127.0.0.1", 80, "127.0.0.1", "/"),
    (
        "http://münchen.de/ä?ö",
        "http://xn--mnchen-3ya.de/%C3%A4?%C3%B6",
        "xn--mnchen-3ya.de",
        80,
        "xn--mnchen-3ya.de",
        "/%C3%A4?%C3%B6",
    ),
    (r"http:\\h\a\..\b", "http://h/b", "h", 80, "h", "/b"),
    ("http://h?q", "http://h/?q", "h", 80, "h", "/?q"),
    ("http://h/a b\u{7f}\u{202e}|", "http://h/a%20b%7F%E2%80%AE|", "h", 80, "h", "/a%20b%7F%E2%80%AE|"),
    ("http:/h/x", "http://h/x", "h", 80, "h", "/x"),
    ("example.com", "https://example.com/", "example.com", 443, "example.com", "/"),
    ("example.com/path?q", "https://example.com/path?q", "example.com", 443, "example.com", "/path?q"),
    ("example.com:8080/x", "https://example.com:8080/x", "example.com", 8080, "example.com:8080", "/x"),
    ("localhost:3000", "https://localhost:3000/", "localhost", 3000, "localhost:3000", "/"),
    ("localhost:3000?q", "https://localhost:3000/?q", "localhost", 3000, "localhost:3000", "/?q"),
    ("127.0.0.1:9", "https://127.0.0.1:9/", "127.0.0.1", 9, "127.0.0.1:9", "/"),
    ("[::1]:3000/x", "https://[::1]:3000/x", "::1", 3000, "[::1]:3000", "/x"),
    ("//example.com/x", "https://example.com/x", "example.com", 443, "example.com", "/x"),
    ("http:8080", "https://http:8080/", "http", 8080, "http:8080", "/"),
    (":8080", "http://localhost:8080/", "localhost", 8080, "localhost:8080", "/"),
    (":8080/path?q", "http://localhost:8080/path?q", "localhost", 8080, "localhost:8080", "/path?q"),
    (":80", "http://localhost/", "localhost", 80, "localhost", "/"),
];

#[test]
fn a_target_has_what_a_request_needs() {
    for &(word, url, host, port, host_field, path) in PARSED {
        let target = target(word);
        let told = (target.url(), target.host(), target.port(), target.host_field(), target.path());
        assert_eq!(told, (url, host, port, host_field, path), "{word:?}");
        assert_eq!(target.origin(), format!("{}://{host_field}", target.scheme().as_str()));
    }
}

#[test]
fn a_bare_host_falls_back_to_http_and_nothing_else_does() {
    for (word, fallback) in [
        ("example.com", Some("http://example.com/")),
        ("example.com:8080/x", Some("http://example.com:8080/x")),
        ("example.com:443", Some("http://example.com:443/")),
        ("localhost:3000", Some("http://localhost:3000/")),
        ("https://example.com", None),
        ("http://example.com", None),
        (":8080", None),
    ] {
        let second = target(word).fallback();
        assert_eq!(second.as_ref().map(Target::url), fallback, "{word:?}");
        assert!(second.is_none_or(|it| it.fallback().is_none()), "{word:?}");
    }
}

/// A word, and its message without the quoted word.
const REFUSED: &[(&str, &str)] = &[
    ("", "empty target"),
    (" \t", "empty target"),
    ("ftp://example.com/", "scheme \"ftp\" is not http or https"),
    ("file:///etc/passwd", "scheme \"file\" is not http or https"),
    ("mailto:me@example.com", "scheme \"mailto\" is not http or https"),
    ("javascript:alert(1)", "scheme \"javascript\" is not http or https"),
    ("ws.x://example.com", "scheme \"ws.x\" is not http or https"),
    ("user:secret@example.com", "scheme \"user\" is not http or https"),
    ("http:", "no host in \"http:\""),
    ("http://", "no host in \"http://\""),
    ("http:///x", "no host in \"http:///x\""),
    (r"https:\\\x", r#"no host in "https:\\\x""#),
    ("http://?x", "no host in \"http://?x\""),
    ("http://u:secret@/x", "no host in \"***@/x\""),
    ("/path", "no host in \"/path\""),
    ("?q", "no host in \"?q\""),
    (":", "no port from 1 to 65535 in \":\""),
    (":x", "no port from 1 to 65535 in \":x\""),
    (":0", "no port from 1 to 65535 in \"http://localhost:0/\""),
    (":65536", "no port from 1 to 65535 in \":65536\""),
    ("localhost:99999", "no port from 1 to 65535 in \"localhost:99999\""),
    ("example.com:x", "no port from 1 to 65535 in \"example.com:x\""),
    ("http://h:x/", "no port from 1 to 65535 in \"http://h:x/\""),
    ("::1", "no brackets around the IPv6 address in \"::1\""),
    ("http://exa mple.com/", "no valid host in \"http://exa mple.com/\""),
    ("http://a%00b/", "no valid host in \"http://a%00b/\""),
    ("http://xn--a/", "no valid host in \"http://xn--a/\""),
    ("http://1.2.3.256/", "no valid IPv4 address in \"http://1.2.3.256/\""),
    ("http://[::g]/", "no valid IPv6 address in \"http://[::g]/\""),
    ("http://u:secret@h:x/", "no port from 1 to 65535 in \"***@h:x/\""),
    ("http://u:se/cret@h/", "no port from 1 to 65535 in \"***@h/\""),
    ("exam\x1b[2Jple", "no valid host in \"exam␛[2Jple\""),
];

#[test]
fn what_is_no_target_is_told_safely_and_with_a_hint() {
    for (word, message) in REFUSED {
        let error = Target::parse(word).expect_err(word);
        assert_eq!(error.to_string(), *message, "{word:?}");
        assert!(!error.hint().is_empty() && !error.hint().ends_with('.'));
    }
}

#[test]
fn a_url_is_bounded_as_written_and_as_sent() {
    let of = |len: usize, filler: &str| format!("http://h/{}", filler.repeat(len));
    assert_eq!(target(&of(URL_LIMIT - 9, "a")).url().len(), URL_LIMIT);
    for url in [of(URL_LIMIT - 8, "a"), of(URL_LIMIT / 4, "é"), of(URL_LIMIT / 4, " x")] {
        assert_eq!(Target::parse(&url).unwrap_err().to_string(), "URL over 64 KiB");
        assert_eq!(target("http://h/").join(&url).unwrap_err().to_string(), "URL over 64 KiB");
    }
}

#[test]
fn credentials_are_decoded_and_never_told() {
    let pair = |user: &'static [u8], password: &'static [u8]| Some((user, password));
    for (word, credentials) in [
        ("http://u%40x:p%3a%zz%ff@h/", pair(b"u@x", b"p:%zz\xff")),
        ("http://secret@h/", pair(b"secret", b"")),
        ("http://:secret@h/", pair(b"", b"secret")),
        ("my.name:secret@h/", pair(b"my.name", b"secret")),
        ("http://@h/", None),
        ("http://h/", None),
    ] {
        let target = target(word);
        assert_eq!(target.credentials(), credentials, "{word:?}");
        let told = format!("{target:?} {}", serde_json::to_string(&target).unwrap());
        assert!(!told.contains("secret") && !told.contains('@'), "{told}");
    }
}

#[test]
fn a_target_is_its_url_in_events() {
    let written = serde_json::to_string(&target("http://u:p@h/x")).unwrap();
    assert_eq!(written, "\"http://h/x\"");
    assert_eq!(serde_json::from_str::<Target>(&written).unwrap(), target("http://h/x"));
    let error = serde_json::from_str::<Target>("\"ftp://h/\"").unwrap_err();
    assert!(error.to_string().contains("scheme \"ftp\" is not http"), "{error}");
}

#[test]
fn a_reference_is_joined_and_credentials_stay_within_the_origin() {
    let base = target("http://u:p@h/a/b?q");
    for (reference, url, kept) in [
        ("c#d", "http://h/a/c", true),
        ("/x\u{7f}", "http://h/x%7F", true),
        ("", "http://h/a/b?q", true),
        ("http://h:80/", "http://h/", true),
        ("//other/", "http://other/", false),
        ("https://h/", "https://h/", false),
        ("//h:81/", "http://h:81/", false),
    ] {
        let joined = base.join(reference).unwrap();
        assert_eq!(joined.url(), url);
        assert_eq!(joined.credentials().is_some(), kept, "{reference:?}");
    }
    assert_eq!(base.join("//v:w@h/").unwrap().credentials(), Some((&b"u"[..], &b"p"[..])), "its own are dropped");
    assert_eq!(base.join("//v:w@other/").unwrap().credentials(), None);
    assert!(base.join("mailto:x").is_err());
    assert!(base.join("//h:0/").is_err());
}

/// A word, and the words it makes.
const EXPANDED: &[(&str, &[&str])] = &[
    ("", &[""]),
    ("http://h/", &["http://h/"]),
    ("a[0-3]", &["a0", "a1", "a2", "a3"]),
    ("[08-12]", &["08", "09", "10", "11", "12"]),
    ("[01-7:2]/", &["01/", "03/", "05/", "07/"]),
    ("[0-9:4]", &["0", "4", "8"]),
    ("[5-5]", &["5"]),
    ("[1-2:9]", &["1"]),
    ("[a-c]", &["a", "b", "c"]),
    ("[A-G:3]", &["A", "D", "G"]),
    ("{a,b}[1-2]", &["a1", "a2", "b1", "b2"]),
    ("{x}{,.gz}", &["x", "x.gz"]),
    ("{a,,b}", &["a", "", "b"]),
    ("http://[::1]/{}[]", &["http://[::1]/{}[]"]),
    ("{[::1],localhost}", &["[::1]", "localhost"]),
    (r"\[1-2\]\{\}\n\", &[r"[1-2]{}\n\"]),
    (r"{a\,b,\}\\}", &["a,b", r"}\"]),
    ("[18446744073709551614-18446744073709551615]", &["18446744073709551614", "18446744073709551615"]),
    ("é{中,文}", &["é中", "é文"]),
];

#[test]
fn globs_expand_in_the_order_of_curl() {
    for (word, expanded) in EXPANDED {
        let glob = Glob::parse(word).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(glob.iter().collect::<Vec<_>>(), *expanded, "{word:?}");
        assert_eq!(glob.count(), expanded.len() as u64, "{word:?}");
    }
}

/// A word, where it is wrong, and how.
const NO_GLOBS: &[(&str, usize, &str)] = &[
    ("é[1-2", 2, "bracket without its end"),
    ("a{b,c", 2, "bracket without its end"),
    (r"{a,b\}", 1, "bracket without its end"),
    ("a]", 2, "bracket without its beginning"),
    ("{a}}", 4, "bracket without its beginning"),
    ("{a]}", 3, "bracket without its beginning"),
    ("{a,{b}}", 4, "bracket within a set"),
    ("{a,[1-2]}", 4, "bracket within a set"),
    ("[x]", 1, "not a range"),
    ("[-]", 1, "not a range"),
    ("[1-]", 1, "not a range"),
    ("[+1-2]", 1, "not a range"),
    ("[1-2:]", 1, "not a range"),
    ("[1-2:x]", 1, "not a range"),
    ("[a-9]", 1, "not a range"),
    ("[a-Z]", 1, "not a range"),
    ("[aa-zz]", 1, "not a range"),
    ("[1-2-3]", 1, "not a range"),
    ("[9-1]", 1, "range that ends before it starts"),
    ("[z-a]", 1, "range that ends before it starts"),
    ("[1-9:0]", 1, "range with step 0"),
    ("[a-b:0]", 1, "range with step 0"),
    ("[1-18446744073709551616]", 1, "number too large"),
    ("[000000000000000000001-2]", 1, "number too large"),
    ("[0-10000000]", 1, "more than 10 million words"),
    ("[0-18446744073709551615]", 1, "more than 10 million words"),
    ("[0-9999][0-1000]", 9, "more than 10 million words"),
];

#[test]
fn what_is_no_glob_is_told_with_its_place() {
    for (word, position, message) in NO_GLOBS {
        let error = Glob::parse(word).expect_err(word);
        assert_eq!(error.to_string(), format!("{message} at column {position} of \"{word}\""));
        assert_eq!(error.position(), *position);
        assert!(!error.hint().is_empty());
    }
    let error = Glob::parse("http://u:secret@h/[").unwrap_err();
    assert_eq!(error.to_string(), "bracket without its end at column 19 of \"***@h/[\"");
}

#[test]
fn ten_million_words_are_made_one_by_one() {
    let glob = Glob::parse("http://h/[1-9999999]").unwrap();
    assert_eq!(glob.count(), 9_999_999);
    assert_eq!(glob.iter().next().as_deref(), Some("http://h/1"));
    assert_eq!(glob.word(9_999_998), "http://h/9999999");
    assert_eq!(Glob::parse("[0-9999999]").unwrap().count(), GLOB_LIMIT);
}

#[test]
fn a_list_has_comments_and_blanks_and_no_globs() {
    for (text, url) in [
        ("", None),
        (" \t", None),
        ("# a comment", None),
        ("  #", None),
        (" http://h/ ", Some("http://h/")),
        ("http://h/#here", Some("http://h/")),
        ("http://h/a # there", Some("http://h/a")),
        ("http://h/[1-2]{a,b}", Some("http://h/[1-2]%7Ba,b%7D")),
    ] {
        let read = line(text).map(|read| read.unwrap());
        assert_eq!(read.as_ref().map(Target::url), url, "{text:?}");
    }
    assert!(line("ftp://h/").unwrap().is_err());
}

fn read_lines(reader: impl BufRead) -> Vec<(u64, String)> {
    let told = |line: Result<String, LineError>| line.unwrap_or_else(|error| format!("! {error}"));
    Lines::new(reader).map(|(number, line)| (number, told(line))).collect()
}

#[test]
fn lines_are_numbered_and_a_bad_one_does_not_hide_the_next() {
    let long = "a".repeat(URL_LIMIT);
    let text = [
        "\u{feff}one\r\n\r\n\u{feff}three\n".as_bytes(),
        b"\xff\n",
        long.as_bytes(),
        b"\n",
        long.as_bytes(),
        b"a\nlast\r",
    ]
    .concat();
    let expected = ["one", "", "\u{feff}three", "! line is not UTF-8", &long, "! line over 64 KiB", "last"];
    let expected = (1..).zip(expected.map(String::from)).collect::<Vec<_>>();
    for capacity in [1, 2, 4096, text.len()] {
        assert_eq!(read_lines(BufReader::with_capacity(capacity, &*text)), expected);
    }
    assert_eq!(read_lines(&b""[..]), []);
    assert_eq!(read_lines(&b"\n"[..]), [(1, String::new())]);
    assert_eq!(read_lines(&b"\xef\xbb\xbf"[..]), [(1, String::new())]);
}

#[test]
fn a_line_without_end_is_not_held() {
    let endless = io::repeat(b'a').take(1 << 26);
    assert_eq!(read_lines(BufReader::new(endless)), [(1, "! line over 64 KiB".to_owned())]);
}

/// Is interrupted, then gives one line, then fails for good.
struct Failing(u8);

impl Read for Failing {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        self.0 += 1;
        match self.0 {
            1 => Err(io::ErrorKind::Interrupted.into()),
            2 => (&b"one\ntw"[..]).read(buf),
            _ => Err(io::Error::other("the disk is gone")),
        }
    }
}

#[test]
fn a_list_ends_where_it_can_no_longer_be_read() {
    let expected = [(1, "one".into()), (2, "! can't read the list: the disk is gone".into())];
    assert_eq!(read_lines(BufReader::new(Failing(0))), expected);
}

proptest! {
    #[test]
    fn no_word_makes_a_panic(word in any::<String>(), mid in "(http://)?[ -~\t\n\u{80}-\u{ff}]{0,30}") {
        for word in [&word, &mid] {
            let parsed = [Target::parse(word), target("http://h/a").join(word)];
            for target in parsed.into_iter().flatten() {
                let url = target.url();
                prop_assert!(url.bytes().all(|byte| byte.is_ascii_graphic()), "{url:?}");
                prop_assert!(target.path().starts_with('/') && target.port() > 0);
                prop_assert!(!target.host().is_empty() && !target.origin().contains('@'));
                prop_assert_eq!(Target::parse(url).unwrap(), target.clone());
            }
            let _ = Glob::parse(word);
            let _ = line(word);
        }
    }

    #[test]
    fn a_glob_makes_as_many_words_as_it_counts(word in r"([a-c]|\{[a-c,]{0,4}\}|\[[0-9]{1,3}-[0-9]{1,3}(:[0-9])?\]|\[[a-z]-[a-z]\]|\\[{}\[\]]){0,3}") {
        if let Ok(glob) = Glob::parse(&word) && glob.count() <= 100_000 {
            prop_assert_eq!(glob.iter().count() as u64, glob.count());
        }
    }

    #[test]
    fn an_escaped_word_is_itself(word in r"[ -\[\]-~]{0,30}") {
        let escaped = word.split_inclusive(['{', '}', '[', ']']).map(|piece| {
            let at = piece.len() - usize::from(piece.ends_with(['{', '}', '[', ']']));
            [&piece[..at], if at < piece.len() { "\\" } else { "" }, &piece[at..]].concat()
        });
        let glob = Glob::parse(&escaped.collect::<String>()).unwrap();
        prop_assert_eq!((glob.count(), glob.word(0)), (1, word));
    }

    #[test]
    fn no_error_tells_a_password(host in "[ -~]{0,12}", port in "[0-9a-z]{0,6}") {
        let word = format!("http://me:hunter2@{host}:{port}");
        if let Err(error) = Target::parse(&word) {
            prop_assert!(!error.to_string().contains("hunter2"), "{error}");
        }
        if let Err(error) = Glob::parse(&word) {
            prop_assert!(!error.to_string().contains("hunter2"), "{error}");
        }
    }

    #[test]
    fn lines_are_those_of_the_text_whatever_the_chunks(text in "[a\u{e9}\r\n]{0,40}", capacity in 1..9usize) {
        let expected = text.split_terminator('\n').map(|line| line.strip_suffix('\r').unwrap_or(line));
        let lines = read_lines(BufReader::with_capacity(capacity, text.as_bytes()));
        prop_assert!(lines.into_iter().map(|(_, line)| line).eq(expected));
    }
}
