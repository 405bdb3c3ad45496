use std::process::Command;

use proptest::prelude::*;
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::*;

fn untrusted(text: &str) -> Untrusted {
    Untrusted::new(text, usize::MAX)
}

/// What must never reach a terminal raw. Written apart from the table under test, on purpose.
fn acts_or_hides(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{180e}'
            | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{2800}' | '\u{16fe4}' | '\u{1d159}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}'
            | '\u{fff9}'..='\u{fffb}' | '\u{fffe}'..='\u{ffff}' | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0000}'..='\u{e0fff}')
}

/// The classic payloads, as they are shown in Unicode and in ASCII.
const SHOWN: &[(&str, &str, &str)] = &[
    ("plain text", "plain text", "plain text"),
    ("", "", ""),
    ("\x1b]0;x\x07", "␛]0;x␇", r"\x1b]0;x\x07"),
    ("\x1b[2J", "␛[2J", r"\x1b[2J"),
    ("\u{9b}31m", r"\x9b31m", r"\x9b31m"),
    ("a\0b\x7f", "a␀b␡", r"a\x00b\x7f"),
    ("a\r\n\tb", "a␍␊␉b", r"a\x0d\x0a\x09b"),
    ("gpj.\u{202e}exe", r"gpj.\u{202e}exe", r"gpj.\u{202e}exe"),
    ("\u{2067}x\u{2069}\u{200f}\u{61c}", r"\u{2067}x\u{2069}\u{200f}\u{61c}", ""),
    ("a\u{200b}b\u{2060}\u{feff}", r"a\u{200b}b\u{2060}\u{feff}", ""),
    ("\u{2028}\u{2029}", r"\u{2028}\u{2029}", ""),
    ("\u{e0001}\u{e0041}", r"\u{e0001}\u{e0041}", ""),
    ("\u{fff9}\u{3164}", r"\u{fff9}\u{3164}", ""),
    ("a\u{2800}b\u{115f}\u{1160}\u{ffa0}", r"a\u{2800}b\u{115f}\u{1160}\u{ffa0}", ""),
    ("\u{2801}\u{16fe4}\u{1d159}", "\u{2801}\\u{16fe4}\\u{1d159}", ""),
    ("so\u{ad}ft", "so\u{fffd}ft", r"so\xadft"),
    ("❤\u{fe0f}", "❤", r"\u{2764}\u{fe0f}"),
    ("❤\u{fe0f}\u{fe0f}a\u{fe0f}", "❤\u{fffd}a\u{fffd}", ""),
    ("👨\u{200d}👩\u{200d}👧", "👨\u{fffd}👩\u{fffd}👧", ""),
    ("👍🏽", "👍🏽", r"\u{1f44d}\u{1f3fd}"),
    ("🇩🇪🇨🇳", "🇩🇪🇨🇳", ""),
    ("中文", "中文", r"\u{4e2d}\u{6587}"),
    ("café", "café", r"caf\xe9"),
    ("e\u{301}", "e\u{301}", r"e\u{301}"),
    ("\u{301}e", "\u{25cc}\u{301}e", r"\u{301}e"),
    (r"C:\x1b", r"C:\x1b", r"C:\x1b"),
];

#[test]
fn what_acts_or_hides_is_shown_not_stripped() {
    for (text, unicode, ascii) in SHOWN {
        assert_eq!(untrusted(text).display_all(), *unicode, "{text:?}");
        assert_eq!(untrusted(text).is_clean(), text == unicode, "{text:?}");
        if !ascii.is_empty() {
            assert_eq!(untrusted(text).shown(80, Cut::End, Charset::Ascii), *ascii, "{text:?}");
        }
    }
}

#[test]
fn a_base_keeps_eight_marks_and_the_others_are_counted() {
    let zalgo = format!("z{}a", "\u{336}".repeat(11));
    let shown = format!("z{}{}a", "\u{336}".repeat(8), "\u{fffd}".repeat(3));
    assert_eq!(untrusted(&zalgo).display(80), shown);
    assert!(!untrusted(&zalgo).is_clean());
}

#[test]
fn a_text_is_cut_where_it_was_asked_to_be() {
    let url = untrusted("https://example.com/goods/17/");
    let cases = [
        (url.display(0), ""),
        (url.display(1), "…"),
        (url.display(8), "https:/…"),
        (url.display(29), "https://example.com/goods/17/"),
        (url.display_middle(13), "https:…ds/17/"),
        (url.display_middle(2), "…/"),
        (url.display_middle(1), "…"),
        (url.shown(9, Cut::End, Charset::Ascii), "https:..."),
        (url.shown(9, Cut::Middle, Charset::Ascii), "htt...17/"),
        (url.shown(4, Cut::End, Charset::Ascii), "htt~"),
        (untrusted("中文网站").display(5), "中文…"),
        (untrusted("中文网站").display(4), "中…"),
        (untrusted("中文网站").display_middle(5), "中…站"),
        (untrusted("ae\u{301}bc").display(3), "ae\u{301}…"),
        (untrusted("🇩🇪🇨🇳🇫🇷").display(4), "🇩🇪…"),
    ];
    for (shown, expected) in cases {
        assert_eq!(shown, expected);
    }
}

#[test]
fn a_megabyte_is_shown_by_its_ends_alone() {
    let line = untrusted(&format!("a{}z", "\x1b中".repeat(1 << 18)));
    assert_eq!(line.len(), (1 << 20) + 2);
    assert_eq!(line.display(8), "a␛中␛中…");
    assert_eq!(line.display_middle(8), "a␛…␛中z");
    let zalgo = untrusted(&format!("a{}z", "\u{336}".repeat(1 << 19)));
    assert_eq!(zalgo.display(3), format!("a{}\u{fffd}…", "\u{336}".repeat(8)));
    assert_eq!(zalgo.display_middle(3), format!("a{}…z", "\u{336}".repeat(8)));
}

#[test]
fn the_densest_text_is_cut_as_well() {
    let cluster = format!("𝐀{}", "\u{1e8d0}".repeat(8));
    let dense = untrusted(&cluster.repeat(100));
    assert_eq!(dense.display(3), format!("{cluster}{cluster}…"));
    assert_eq!(dense.display_middle(3), format!("{cluster}…{cluster}"));
}

#[test]
fn own_text_is_measured_and_fitted_in_columns() {
    assert_eq!(width("abc"), 3);
    assert_eq!(width("中文 e\u{301}"), 6);
    assert_eq!((width("👍🏽"), width("❤\u{fe0f}"), width("لا")), (4, 2, 2));
    assert_eq!(fit("abc", 3), "abc");
    assert_eq!(fit("abcd", 3), "ab…");
    assert_eq!(fit_in("abcdefghij", 9, Cut::Middle, Charset::Ascii), "abc...hij");
}

#[test]
fn own_text_is_folded_between_graphemes_and_loses_nothing() {
    assert_eq!(folded("abcdef", 4), ["abcd", "ef"]);
    assert_eq!(folded("中文网站", 5), ["中文", "网站"]);
    assert_eq!(folded("ae\u{301}b", 1), ["a", "e\u{301}", "b"]);
    assert_eq!(folded_softly("one two three", 9), ["one two ", "three"]);
    assert_eq!(folded_softly("a bcdefghijkl", 9), ["a bcdefgh", "ijkl"]);
    assert_eq!((folded("", 9), folded("中a", 0)), (vec![""], vec!["中", "a"]));
}

#[test]
fn a_text_is_bounded_at_entry() {
    let cases = [
        (Untrusted::new("abcdef", 6), "abcdef"),
        (Untrusted::new("abcdefg", 6), "abc…"),
        (Untrusted::new("aéééé", 6), "aé…"),
        (Untrusted::new("abcdefg", 2), "ab"),
        (Untrusted::new("éa", 1), ""),
        (Untrusted::from_bytes("né".as_bytes(), 9), "né"),
        (Untrusted::from_bytes(b"n\xe9\x9b", 9), "né\u{9b}"),
        (Untrusted::from_bytes(b"n\xe9n\xe9n\xe9", 6), "né…"),
        (Untrusted::from_bytes("abcéé".as_bytes(), 4), "a…"),
        (Untrusted::from_bytes("abcd中".as_bytes(), 6), "abc…"),
        (Untrusted::from_bytes("ab中".as_bytes(), 4), "a…"),
        (Untrusted::from_bytes(b"", 4), ""),
    ];
    for (text, kept) in cases {
        assert_eq!(&*text.0, kept);
    }
}

#[test]
fn the_journal_has_the_text_as_it_came() {
    let text = untrusted("\x1b[2J\u{202e}\u{9b}");
    let written = serde_json::to_string(&text).unwrap();
    assert_eq!(serde_json::from_str::<Untrusted>(&written).unwrap(), text);
    assert_eq!(serde_json::from_str::<String>(&written).unwrap(), &*text.0);
}

#[test]
fn each_way_out_has_its_own_escapes() {
    let cases = [
        (untrusted("a\"\\\n\u{9b}\u{202e}\u{e0041}é").json(), r#"a\"\\\u000a\u009b\u202e\udb40\udc41é"#),
        (untrusted("=1+1").cell(), "'=1+1"),
        (untrusted("\t=1").cell(), r"'\x09=1"),
        (untrusted("\r@x").cell(), r"'\x0d@x"),
        (untrusted("＝1").cell(), "'＝1"),
        (untrusted("a,\"b\"\n\u{200d}").cell(), r#"a,"b"\x0a\u{200d}"#),
        (untrusted("a|b_c <i>&\x1b").markdown(), "a&#124;b&#95;c &lt;i&gt;&amp;␛"),
        (untrusted("![x](y)`#1").markdown(), "!&#91;x&#93;(y)&#96;&#35;1"),
        (untrusted("it's $HOME").shell(), r"'it'\''s $HOME'"),
        (untrusted("it's\n!\\\u{202e}é").shell(), r"$'it\047s\012\041\134\342\200\256é'"),
        (untrusted("a\0").shell(), "$'a␀'"),
        (untrusted("").shell(), "''"),
    ];
    for (written, expected) in cases {
        assert_eq!(written, expected);
    }
}

#[test]
fn debug_is_safe_too() {
    assert_eq!(format!("{:?}", untrusted("\x1b\u{202e}")), r#"Untrusted("␛\\u{202e}")"#);
}

/// Strings with more than their share of what is hard.
fn texts() -> impl Strategy<Value = String> {
    let ranges = [
        (' ', '~', 4),
        ('\0', '\u{ff}', 2),
        ('\u{300}', '\u{36f}', 2),
        ('\u{600}', '\u{6ff}', 1),
        ('\u{1100}', '\u{11ff}', 1),
        ('\u{1780}', '\u{17ff}', 1),
        ('\u{2000}', '\u{206f}', 2),
        ('\u{4e00}', '\u{4eff}', 1),
        ('\u{fe00}', '\u{ffff}', 1),
        ('\u{1f1e6}', '\u{1f1ff}', 1),
        ('\u{1f3f0}', '\u{1f4ff}', 1),
        ('\u{e0000}', '\u{e01ff}', 1),
        ('\0', char::MAX, 4),
    ];
    let ranges = ranges.map(|(first, last, weight)| (weight, prop::char::range(first, last)));
    let c = prop::strategy::Union::new_weighted(ranges.to_vec());
    prop::collection::vec(c, 0..90).prop_map(String::from_iter)
}

fn forms() -> impl Strategy<Value = (usize, Cut, Charset)> {
    let cut = prop_oneof![Just(Cut::End), Just(Cut::Middle)];
    let charset = prop_oneof![Just(Charset::Unicode), Just(Charset::Ascii)];
    (0..100usize, cut, charset)
}

/// What a shell hands on for a word; none where the machine has no such shell.
fn spoken_by(shell: &str, word: &str) -> Option<Vec<u8>> {
    let script = format!("printf %s {word}");
    let output = Command::new(shell).args(["-c", &script]).output().ok()?;
    assert!(output.status.success(), "{script:?}");
    Some(output.stdout)
}

proptest! {
    #[test]
    fn nothing_shown_acts_or_hides_or_overruns(text in texts(), form in forms()) {
        let (width, cut, charset) = form;
        let shown = untrusted(&text).shown(width, cut, charset);
        prop_assert!(!shown.chars().any(acts_or_hides), "{shown:?}");
        prop_assert!(shown.width() <= width, "{shown:?}");
        prop_assert!(shown.graphemes(true).map(|g| g.width()).sum::<usize>() <= width);
        prop_assert!(shown.chars().count() <= 10 * width);
        prop_assert!(charset == Charset::Unicode || shown.is_ascii());
    }

    #[test]
    fn no_base_carries_more_than_eight_marks(text in texts(), mark in prop::char::range('\u{300}', '\u{36f}')) {
        let text = text.replace(' ', &String::from_iter([mark; 10]));
        let shown = untrusted(&text).display_all();
        let marks = shown.chars().map(|c| c.width() == Some(0)).collect::<Vec<_>>();
        prop_assert!(!marks.split(|mark| !mark).any(|run| run.len() > 8), "{shown:?}");
    }

    #[test]
    fn what_is_clean_and_fits_is_shown_as_it_is(text in texts()) {
        let text = untrusted(&text);
        let once = text.display(usize::MAX);
        prop_assert_eq!(text.is_clean(), once == *text.0);
        prop_assert!(untrusted(&once).is_clean());
    }

    #[test]
    fn a_long_text_is_cut_as_if_all_of_it_were_read(text in texts(), width in 0..9usize) {
        // But for flags: where their letters pair up, only the beginning can tell.
        let text = text.replace(|c| matches!(c, '\u{1f1e6}'..='\u{1f1ff}'), "");
        let long = text.repeat(1 + 9 * 4 * 2 * (width + 2) / text.len().max(1));
        for cut in [Cut::End, Cut::Middle] {
            let whole = show::pictures(&long);
            let whole = fit_in(&whole, width, cut, Charset::Unicode);
            prop_assert_eq!(untrusted(&long).shown(width, cut, Charset::Unicode), whole);
        }
    }

    #[test]
    fn json_is_lossless_and_has_no_raw_controls(text in texts()) {
        let json = format!("\"{}\"", untrusted(&text).json());
        prop_assert!(!json.chars().any(acts_or_hides), "{json:?}");
        prop_assert_eq!(serde_json::from_str::<String>(&json).unwrap(), text);
    }

    #[test]
    fn no_cell_begins_a_formula(first in "[=+@\t\r\n-]?", text in texts()) {
        let cell = untrusted(&(first + &text)).cell();
        prop_assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']), "{cell:?}");
        prop_assert!(!cell.chars().any(acts_or_hides), "{cell:?}");
    }

    #[test]
    fn markdown_and_shell_words_have_no_raw_controls(text in texts()) {
        for written in [untrusted(&text).markdown(), untrusted(&text).shell()] {
            prop_assert!(!written.chars().any(acts_or_hides), "{written:?}");
        }
        prop_assert!(!untrusted(&text).markdown().contains(['|', '<', '[', '`', '*', '_']));
    }

    #[test]
    fn the_bound_holds_at_entry(bytes in prop::collection::vec(any::<u8>(), 0..60), max in 0..70usize) {
        let text = Untrusted::from_bytes(&bytes, max);
        prop_assert!(text.len() <= max);
        prop_assert!(bytes.len() <= max || max < 3 || text.0.ends_with('…'));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_shell_reads_the_word_as_it_was(text in texts()) {
        let text = text.replace('\0', "");
        let word = untrusted(&text).shell();
        let shell = if word.starts_with('$') { "bash" } else { "sh" };
        match spoken_by(shell, &word) {
            Some(bytes) => prop_assert_eq!(bytes, text.into_bytes()),
            None => eprintln!("skipped: no {shell} here"),
        }
    }

    #[test]
    fn a_posix_shell_reads_clean_words_as_they_were(text in "[ -~é中]{0,40}") {
        let word = untrusted(&text).shell();
        prop_assert!(word.starts_with('\''));
        match spoken_by("sh", &word) {
            Some(bytes) => prop_assert_eq!(bytes, text.into_bytes()),
            None => eprintln!("skipped: no sh here"),
        }
    }
}

#[test]
fn the_authority_is_host_and_port_and_nothing_else() {
    let cases = [
        ("http://a.example/", "a.example"),
        ("http://a.example:8080/x@y", "a.example:8080"),
        ("https://user:p@ss@a.example?q#f", "a.example"),
        ("http://[::1]:80", "[::1]:80"),
        ("a.example:81", "a.example:81"),
        ("http://", ""),
        ("", ""),
    ];
    for (url, expected) in cases {
        assert_eq!(untrusted(url).authority(), expected.as_bytes(), "{url}");
    }
}

#[test]
fn a_url_is_below_its_own_origin_only() {
    let below = |url: &str, origin: &str| untrusted(url).below(&untrusted(origin));
    assert_eq!(below("http://a:80/x?y", "http://a:80"), Some(untrusted("/x?y")));
    assert_eq!(below("http://a?y", "http://a"), Some(untrusted("?y")));
    for (url, origin) in [("http://a:8080/", "http://a:80"), ("https://a/", "http://a"), ("http://a", "http://a")] {
        assert_eq!(below(url, origin), None, "{url}");
    }
    let cases = [("http://a/", "a/"), ("https://a", "a"), ("ftp://a", "ftp://a"), ("", "")];
    for (url, rest) in cases {
        assert_eq!(untrusted(url).without_scheme(), untrusted(rest));
    }
}
