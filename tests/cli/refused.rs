//! Bad input: an error, a hint, exit code 2, before anything is fetched.

use crawltop::lab::{Lab, LabConfig};

use crate::program::run;
use crate::skipped::skipped;

fn lab() -> Lab {
    Lab::start(LabConfig { pages: 1, ..LabConfig::default() }).unwrap()
}

/// That these words are refused beside a good URL, which is not asked for.
fn assert_refused(words: &[&str], named: &str) {
    let lab = lab();
    let url = lab.url();
    let ended = run(["fetch", &url].iter().chain(words));
    ended.assert_refused();
    assert!(ended.stderr.contains(named), "{named:?} is named: {ended:#?}");
    assert_eq!((lab.asked().total, lab.asked().connections), (0, 0), "{words:?}");
}

#[test]
fn no_verb_and_no_url_are_refused() {
    let nothing: [&str; 0] = [];
    run(nothing).assert_refused();
    assert!(!run(nothing).stderr.contains("Examples"), "one line is not the whole help");
    run(["fetch"]).assert_refused();
    run(["fetch", ""]).assert_refused();
    run(["fetsh", "http://h/"]).assert_refused();
}

#[test]
fn the_help_of_a_verb_says_what_the_verb_does_as_the_list_of_verbs_has_it() {
    let listed = run(["-h"]).stdout;
    for verb in ["fetch", "crawl", "race", "demo", "lab", "replay", "explain"] {
        let (help, named) = (run([verb, "--help"]).stdout, format!("{verb} "));
        let line = listed.lines().find_map(|line| line.trim_start().strip_prefix(&named)).expect(verb).trim_start();
        // As wide as the list is, it goes on below.
        let begin: Vec<&str> = line.split(' ').take(4).collect();
        assert!(help.contains(&begin.join(" ")), "{verb}: {line:?} in {help}");
    }
}

#[test]
fn a_race_has_no_requests_that_could_be_marked_as_slow() {
    let ended = run(["race", "http://127.0.0.1:9/", "--slow", "250ms"]);
    ended.assert_refused();
    assert!(ended.stderr.contains("--slow") && ended.stderr.contains("hint: leave it out"), "{ended:#?}");
    let help = run(["race", "--help"]);
    assert!(!help.stdout.contains("--slow") && help.stdout.contains("--fps"), "{help:#?}");
}

#[test]
fn a_url_that_is_none_of_http_or_https_is_refused() {
    let cases = [
        ("ftp://127.0.0.1/", "ftp"),
        ("file:///etc/passwd", "file"),
        ("mailto:ann@example.com", "mailto"),
        ("http://", "no host"),
        ("http:///path", "no host"),
        ("http://127.0.0.1:0/", "port"),
        ("http://127.0.0.1:65536/", "port"),
        ("http://127.0.0.1:99999/", "port"),
        (":0", "port"),
        (":65536/", "port"),
        ("http://127.0.0.1:8o80/", "port"),
        ("http://a b/", "host"),
        ("http://256.256.256.256/", "IPv4"),
        ("http://[::1/", "IPv6"),
        ("::1", "IPv6"),
    ];
    for (url, named) in cases {
        assert_refused(&["-g", url], named);
    }
    for (url, named) in &cases[..10] {
        assert_refused(&[url], named);
    }
}

#[test]
fn a_glob_that_is_none_is_refused_with_its_place() {
    let cases = [
        ("http://127.0.0.1/[0-", "column 18"),
        ("http://127.0.0.1/{a,b", "column 18"),
        ("http://127.0.0.1/[5-1]", "before it starts"),
        ("http://127.0.0.1/[1-9:0]", "step 0"),
        ("http://127.0.0.1/a]", "column 19"),
        ("http://127.0.0.1/{a,[1-2]}", "column 21"),
        ("http://127.0.0.1/[a-9]", "not a range"),
        ("http://127.0.0.1/[0-99999999999999999999999]", "too large"),
    ];
    for (url, named) in cases {
        assert_refused(&[url], named);
    }
}

#[test]
fn an_error_names_the_word_once() {
    let ended = run(["fetch", "http://127.0.0.1/[0-"]);
    assert_eq!(ended.stderr.matches("127.0.0.1").count(), 1, "{ended:#?}");
}

#[test]
fn globs_of_more_than_ten_million_are_refused_alone_and_together() {
    assert_refused(&["http://127.0.0.1/[1-10000001]"], "10 million");
    assert_refused(&["http://127.0.0.1/[1-4000]/[1-4000]"], "10 million");
    assert_refused(&["http://127.0.0.1/[0-18446744073709551615]"], "10 million");
    assert_refused(&["http://127.0.0.1/[1-10000000]", "http://127.0.0.1/x"], "10 million");
    assert_refused(&["http://127.0.0.1/a[1-5000000]", "http://127.0.0.1/b[1-5000000]"], "10 million");
}

#[test]
fn a_list_that_can_not_be_read_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path().to_str().unwrap();
    assert_refused(&["-i", folder], folder);
    assert_refused(&["-i", &format!("{folder}/missing.txt")], "missing.txt");
}

#[cfg(unix)]
#[test]
fn a_list_without_the_right_to_read_it_is_refused() {
    use std::os::unix::fs::PermissionsExt;
    let list = tempfile::NamedTempFile::new().unwrap();
    std::fs::set_permissions(list.path(), std::fs::Permissions::from_mode(0o000)).unwrap();
    if std::fs::File::open(list.path()).is_ok() {
        skipped("this user may read everything");
        return;
    }
    assert_refused(&["-i", list.path().to_str().unwrap()], "ermission");
}

#[test]
fn options_that_make_no_sense_are_refused_by_name() {
    let cases: [(&[&str], &str); 16] = [
        (&["--concurency", "3"], "--concurency"),
        (&["-c", "0"], "--concurrency"),
        (&["-c", "many"], "--concurrency"),
        (&["--max-time", "soon"], "--max-time"),
        (&["--idle-timeout=-1"], "--idle-timeout"),
        (&["--deadline", "1e300"], "--deadline"),
        (&["--connect-timeout", ""], "--connect-timeout"),
        (&["--max-filesize", "12X"], "--max-filesize"),
        (&["--max-filesize", "99999999999G"], "--max-filesize"),
        (&["--format", "yaml"], "--format"),
        (&["--fps", "61"], "--fps"),
        (&["--slow", "soon"], "--slow"),
        (&["-q", "-v"], "--verbose"),
        (&["-A", "two\nlines"], "User-Agent"),
        (&["--body", "--format", "jsonl"], "--body"),
        (&["--max-time"], "--max-time"),
    ];
    for (words, named) in cases {
        assert_refused(words, named);
    }
}

#[test]
fn a_misspelled_option_gets_the_right_one_as_its_hint() {
    let ended = run(["fetch", "http://127.0.0.1/", "--concurency", "3"]);
    assert!(ended.stderr.contains("hint: ") && ended.stderr.contains("'--concurrency'"), "{ended:#?}");
}

#[test]
fn certificates_that_are_none_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let (missing, empty) = (folder.path().join("missing.pem"), folder.path().join("empty.pem"));
    std::fs::write(&empty, "no certificate in here\n").unwrap();
    for file in [&missing, &empty, &folder.path().to_path_buf()] {
        assert_refused(&["--cacert", file.to_str().unwrap()], file.to_str().unwrap());
    }
}

#[test]
fn an_output_that_can_not_be_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let inside = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    assert_refused(
        &["--format", "text", "-o", &inside("results.jsonl")],
        "results.jsonl another: its extension is that of jsonl",
    );
    assert_refused(&["--format", "jsonl", "-o", &inside("a"), "-o", &inside("B.MD")], "--format jsonl says one thing");
    assert_refused(
        &["-o", &inside("a.txt"), "-o", &inside("b.CSV")],
        "can't be written as CSV: there is no such format",
    );
    assert_refused(&["-o", &inside("missing/results.jsonl")], "missing");
    assert_refused(&["-o", &inside("fine.jsonl"), "--body"], "--body");
    let in_vain = std::fs::read_dir(folder.path()).unwrap().count();
    assert_eq!(in_vain, 0, "nothing was left");
    std::fs::create_dir(inside("folder.jsonl")).unwrap();
    assert_refused(&["-o", &inside("folder.jsonl")], "folder.jsonl");
}

#[test]
fn a_lab_that_can_not_be_is_refused() {
    for words in [["--pages", "1000001"], ["--latency", "2s..1s"], ["--faults", "many"], ["--port", "65536"]] {
        for verb in ["lab", "demo"] {
            let ended = run([verb].iter().chain(&words));
            ended.assert_refused();
            assert!(ended.stderr.contains(words[0]), "{ended:#?}");
        }
    }
}

#[test]
fn what_can_not_be_asked_is_refused_without_its_value() {
    let cases: [(&[&str], &str); 14] = [
        (&["-X", "POST"], "method POST"),
        (&["-H", "X: a\r\nY: s3cret"], "control character"),
        (&["-H", "X: s3cret\nY: b"], "control character"),
        (&["-H", "X\n: s3cret"], "not a token"),
        (&["-H", "s3cret"], "without a colon"),
        (&["-H", "@s3cret"], "no fields from a file"),
        (&["-H", "Host: s3cret/"], "--resolve"),
        (&["-H", "Content-Length: 3"], "can't be given"),
        (&["-H", "Transfer-Encoding: chunked"], "can't be given"),
        (&["-b", "s3cret"], "file of cookies"),
        (&["-b", "a=s3cret\n"], "control character"),
        (&["-A", "a\r\nX: s3cret"], "control character"),
        (&["--max-redirs", "1001"], "--max-redirs"),
        (&["--max-redirs=-1"], "--max-redirs"),
    ];
    for (words, named) in cases {
        assert_refused(words, named);
        let ended = run(["fetch", "http://127.0.0.1:1/"].iter().chain(words));
        assert!(!ended.stderr.contains("s3cret"), "{ended:#?}");
    }
}
