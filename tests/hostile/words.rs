//! What is said about hostile words on the command line, in a list and in the environment.

use crate::program::{crawltop, run, run_fed, start};
use crate::site::{self, anywhere, in_text};
use crate::tame::assert_plain;

#[test]
fn nothing_acts_in_what_is_said_about_words() {
    let acts = in_text();
    let file = format!("/nowhere/{acts}");
    let (url, option) = (format!("http://h/{acts}"), format!("--{acts}"));
    let cases: Vec<Vec<&str>> = vec![
        vec![&acts],
        vec!["explain", &acts],
        vec!["fetch", &acts],
        vec!["fetch", &option],
        vec!["crawl", "--scope", &acts, &url],
        vec!["crawl", "--include", &acts, "--exclude", "(", &url],
        vec!["crawl", "--include", "(", &url],
        vec!["crawl", "--exclude", &acts, "--sitemap", &acts],
        vec!["fetch", "-H", &acts, &url],
        vec!["fetch", "-b", &acts, &url],
        vec!["fetch", "-u", &acts, "--engine", &acts, &url],
        vec!["fetch", "--resolve", &acts, &url],
        vec!["fetch", "-x", &acts, &url],
        vec!["fetch", "--max-time", &acts, &url],
        vec!["fetch", "--theme", &acts, &url],
        vec!["fetch", "--record", &file, &url],
        vec!["fetch", "-o", &file, &url],
        vec!["fetch", "-i", &file],
        vec!["replay", &file],
        vec!["replay", "--speed", &acts, &file],
        vec!["race", "--engines", &acts, &url],
        vec!["race", &acts],
        vec!["lab", "--port", &acts],
        vec!["demo", "--latency", &acts],
    ];
    for words in cases {
        let ended = run(&words);
        assert_eq!(ended.code, Some(2), "{words:?}: {ended:#?}");
        assert_plain(&format!("standard output of {words:?}"), ended.stdout.as_bytes());
        assert_plain(&format!("standard error of {words:?}"), ended.stderr.as_bytes());
    }
    for name in ["CRAWLTOP_MAX_TIME", "CRAWLTOP_PROXY", "CRAWLTOP_CONCURRENCY", "CRAWLTOP_SPEED", "http_proxy"] {
        let ended = start(crawltop(["fetch", "http://127.0.0.1:1/"]).env(name, &acts)).end();
        assert_plain(&format!("standard error with {name}"), ended.stderr.as_bytes());
    }
}

#[test]
fn nothing_acts_in_what_is_said_about_lists_and_recordings() {
    let (server, folder) = (site::start(), tempfile::tempdir().unwrap());
    let list = [server.url("/").as_bytes(), b"\n", &*anywhere(), b"\n"].concat();
    for words in [["fetch", "-i", "-"].as_slice(), &["crawl", "-i", "-", "--keep-going"]] {
        let ended = run_fed(list.clone(), words);
        assert_plain(&format!("{words:?}"), &[ended.stdout, ended.stderr].concat().into_bytes());
    }
    let header = b"{\"type\":\"journal\",\"version\":1,\"program\":\"a test\"}\n";
    let event = br#"{"at":1,"event":"line_skipped","line":7,"message":""#;
    let journals = [
        anywhere(),
        [&header[..], &anywhere(), b"\n"].concat(),
        [&header[..], event, &anywhere(), b"\"}\n"].concat(),
        [&header[..], event, b"x\"}\n{\"at\":2,\"event\":\"", &anywhere(), b"\"}\n"].concat(),
        [b"{\"type\":\"journal\",\"version\":\"", &*anywhere(), b"\"}\n"].concat(),
    ];
    for (number, journal) in journals.iter().enumerate() {
        let file = folder.path().join(format!("{number}.jsonl"));
        std::fs::write(&file, journal).unwrap();
        let ended = run(["replay".as_ref(), file.as_os_str()]);
        assert_plain(
            &format!("what is said of recording {number}"),
            &[ended.stdout, ended.stderr].concat().into_bytes(),
        );
    }
}
