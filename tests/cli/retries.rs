//! Attempts that are made again, as lines, as JSON and in the summary.

use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

use crate::program::{Ended, crawltop, start};
use crate::scripted::{Server, Step, answer, page};

/// The words as a user types them: nothing of the environment is about retries.
fn fetch(words: &[&str]) -> Ended {
    start(crawltop(["fetch"].iter().chain(words)).env_remove("CRAWLTOP_RETRY")).end()
}

/// Is overloaded so often, and then well.
fn recovers_after(failures: usize) -> Server {
    let asked = AtomicUsize::new(0);
    Server::start(move |_| {
        let well = asked.fetch_add(1, SeqCst) >= failures;
        vec![Step::Send(if well { page("hi") } else { answer("503 Oh", "text/html", b"") })]
    })
}

fn asks_for(retry_after: &'static str) -> Server {
    Server::always(vec![Step::Send(
        format!("HTTP/1.1 503 Oh\r\nRetry-After: {retry_after}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
            .into(),
    )])
}

#[test]
fn the_line_tells_which_attempt_it_was_and_the_summary_how_many_were_made_again() {
    let server = recovers_after(2);
    let ended = fetch(&[&server.url("/"), "--retry-delay", "1ms"]);
    assert_eq!((ended.code, server.requests()), (Some(0), 3), "{ended:#?}");
    assert!(ended.results()[0].contains(" 200 ") && ended.results()[0].ends_with("/  attempt 3"), "{ended:#?}");
    assert!(ended.stdout.contains("\nok 1  redirect 0  broken 0  failed 0  of 1, 2 B of content\nretried 2\n"));
}

#[test]
fn verbose_lines_tell_each_attempt() {
    let server = recovers_after(1);
    let ended = fetch(&[&server.url("/"), "-v", "--retry-delay", "1ms"]);
    let lines: Vec<&str> = ended.stdout.lines().take(3).collect();
    assert!(lines[1].starts_with("        attempt 1  503  ") && lines[1].ends_with(" (503)"), "{lines:#?}");
    assert!(lines[2].contains(" steps in ") && lines[2].contains(" report after "), "{lines:#?}");
}

#[test]
fn json_has_one_line_a_target_with_its_last_attempt() {
    let server = recovers_after(1);
    let ended = fetch(&[&server.url("/"), "--format", "jsonl", "--retry-delay=0"]);
    let [line] = &ended.json()[..] else { panic!("{ended:#?}") };
    assert_eq!((&line["attempt"], &line["status_code"]), (&2.into(), &200.into()));
    assert_eq!((&line["retry_after"], &line["order"]), (&serde_json::Value::Null, &1.into()));
    let callbacks: Vec<&str> =
        line["callbacks"].as_array().unwrap().iter().map(|it| it["name"].as_str().unwrap()).collect();
    assert_eq!(callbacks, ["report", "release"]);
}

#[test]
fn there_are_two_retries_unless_another_number_is_given() {
    for (words, attempts) in
        [(["--retry-delay", "1ms"].as_slice(), 3), (&["--retry", "0"], 1), (&["--retry=1", "--retry-delay=0"], 2)]
    {
        let server = recovers_after(9);
        let url = server.url("/");
        let ended = fetch(&[&[url.as_str()], words].concat());
        assert_eq!((ended.code, server.requests()), (Some(0), attempts), "{words:?}: {ended:#?}");
        assert!(ended.results()[0].contains(" 503 "), "{ended:#?}");
    }
}

#[test]
fn a_date_that_is_too_far_away_is_told_and_not_waited_for() {
    let server = asks_for("Sun, 22 Nov 2099 15:00:00 GMT");
    let ended = fetch(&[&server.url("/")]);
    assert_eq!(server.requests(), 1);
    assert!(ended.results()[0].ends_with("/  retry after 2099-11-22T15:00:00Z"), "{ended:#?}");
    let ended = fetch(&[&server.url("/"), "--format", "jsonl"]);
    assert_eq!(ended.json()[0]["retry_after"], "2099-11-22T15:00:00Z");
    assert_eq!(ended.json()[0]["attempt"], 1);
}

#[test]
fn numbers_and_spans_that_are_none_are_refused() {
    let cases =
        ["--retry=-1", "--retry=two", "--retry=1001", "--retry-delay=soon", "--retry-delay=-1", "--retry-delay=61s"];
    for word in cases {
        let ended = fetch(&["http://127.0.0.1:9/", word]);
        ended.assert_refused();
        assert!(ended.stderr.contains(word.split('=').next().unwrap()), "{ended:#?}");
    }
}

#[test]
fn the_environment_says_how_often_and_how_long_too() {
    let server = recovers_after(9);
    let mut command = crawltop(["fetch", &server.url("/")]);
    let ended = start(command.env("CRAWLTOP_RETRY", "1").env("CRAWLTOP_RETRY_DELAY", "1ms")).end();
    assert_eq!(server.requests(), 2, "{ended:#?}");
}

#[test]
fn an_origin_that_asks_for_more_than_is_waited_for_is_not_asked_again_and_another_is() {
    for engine in ["tasks", "threads", "sequential"] {
        let (server, other) = (asks_for("3600"), recovers_after(0));
        let words = ["-c", "1", "--engine", engine, &server.url("/[1-3]"), &other.url("/")];
        let ended = fetch(&[&words[..], &["--format", "jsonl"]].concat());
        let results = ended.json();
        assert_eq!((server.requests(), other.requests(), results.len()), (1, 1, 4), "{ended:#?}");
        assert_eq!((&results[0]["status_code"], &results[3]["status_code"]), (&503.into(), &200.into()));
        for result in &results[1..3] {
            let error = &result["error"];
            assert_eq!((&error["kind"], &error["phase"]), (&"cancelled".into(), &"blocked".into()), "{result}");
            let begin = format!("blocked: {} asked to be left until 20", server.address());
            let message = error["message"].as_str().unwrap();
            assert!(message.starts_with(&begin) && message.ends_with(" UTC (Retry-After)"), "{message}");
        }
        assert_eq!(ended.code, Some(0), "{ended:#?}");
        // The summary counts them as the header does: what nobody asked for has not failed.
        let counts = "ok 1  redirect 0  broken 1  failed 0  cancelled 2  of 4, ";
        assert!(ended.stderr.contains(counts), "{ended:#?}");
    }
}

/// The content of an attempt that is not made again after all is printed behind its line, and recorded.
#[test]
fn the_content_of_a_result_whose_retry_was_withdrawn_is_printed_by_the_run_and_by_its_replay() {
    let server = Server::start(|path| {
        vec![Step::Send(match path {
            "/a" => answer("500 Oh", "text/plain", b"what it says of its trouble\n"),
            _ => page("fine\n"),
        })]
    });
    let folder = tempfile::tempdir().unwrap();
    for engine in ["tasks", "threads", "sequential"] {
        let file = folder.path().join(format!("{engine}.jsonl")).display().to_string();
        let words = ["-c", "1", "--engine", engine, "--until", "first", "--retry-delay", "60s", "--body"];
        let ended = fetch(&[&words[..], &["--record", &file, &server.url("/a"), &server.url("/b")]].concat());
        let lines: Vec<&str> = ended.stdout.lines().take(4).collect();
        assert!(lines[0].contains(" 200 ") && lines[1] == "fine", "{ended:#?}");
        assert!(lines[2].contains(" 500 ") && lines[3] == "what it says of its trouble", "{ended:#?}");
        for words in [&["replay", "--no-tui", &file][..], &["replay", "--no-tui", "--body", &file]] {
            let again = start(&mut crawltop(words)).end();
            assert_eq!((again.code, again.stdout, again.stderr), (Some(0), ended.stdout.clone(), String::new()));
        }
    }
}

#[test]
fn contents_that_wait_for_their_turn_do_not_hold_back_the_retry_that_they_wait_for() {
    let (asked, large) = (AtomicUsize::new(0), answer("200 OK", "text/plain", &vec![b'x'; 3 << 20]));
    let server = Server::start(move |path| match path {
        "/1" if asked.fetch_add(1, SeqCst) == 0 => vec![Step::Send(answer("503 Oh", "text/html", b""))],
        _ => vec![Step::Send(large.clone())],
    });
    let ended =
        fetch(&["--body", "--order", "given", "--retry-delay", "300ms", "--deadline", "20s", &server.url("/[1-4]")]);
    assert_eq!((ended.code, server.requests()), (Some(0), 5));
    assert_eq!(ended.stdout.bytes().filter(|&byte| byte == b'x').count() >> 20, 12);
}
