//! The exit code of a run that nobody interrupts.

use crate::program::{Refusing, crawltop, run, start};
use crate::scripted::{Server, Step, answer, page};

fn mixed() -> Server {
    Server::start(|path| match path {
        "/broken" => vec![Step::Send(answer("404 Not Found", "text/plain", b"no such page"))],
        "/reset" => vec![Step::Reset],
        _ => vec![Step::Send(page("<title>fine</title>"))],
    })
}

#[test]
fn a_run_that_finished_ends_with_0_broken_pages_or_not() {
    let server = mixed();
    for path in ["/fine", "/broken"] {
        assert_eq!(run(["fetch", &server.url(path)]).code, Some(0), "{path}");
    }
    let ended = run(["fetch", &server.url("/{fine,broken,reset}")]);
    assert_eq!(ended.code, Some(0), "{ended:#?}");
}

#[test]
fn fail_makes_findings_a_1_and_leaves_a_whole_site_at_0() {
    let server = mixed();
    for (paths, code) in [("/fine", 0), ("/{fine,broken}", 1), ("/{fine,reset}", 1)] {
        assert_eq!(run(["fetch", "--fail", &server.url(paths)]).code, Some(code), "{paths}");
    }
}

#[test]
fn what_is_kept_from_us_fails_a_fetch_and_no_crawl() {
    let server = Server::start(|path| {
        vec![Step::Send(match path {
            "/" => page("<a href=/kept>kept</a>"),
            "/kept" => answer("403 Forbidden", "text/plain", b"not for you"),
            _ => answer("404 Not Found", "text/plain", b""),
        })]
    });
    let (start, kept) = (server.url("/"), server.url("/kept"));
    let ended = [run(["fetch", "-f", &start, &kept]), run(["crawl", "-f", &start])];
    assert_eq!(ended.each_ref().map(|ended| ended.code), [Some(1), Some(0)], "{ended:#?}");
    assert!(ended.iter().all(|ended| ended.stdout.contains(" 403 ")), "{ended:#?}");
}

#[test]
fn where_no_target_gave_a_response_it_is_2_and_with_one_it_is_0() {
    let (refusing, server) = (Refusing::port(), mixed());
    let (gone, reset, fine) = (refusing.url(), server.url("/reset"), server.url("/fine"));
    let ended = run(["fetch", &gone, &reset]);
    assert_eq!((ended.code, ended.results().len()), (Some(2), 2), "{ended:#?}");
    assert_eq!(run(["fetch", &gone, &reset, &fine]).code, Some(0));
    assert_eq!(run(["fetch", "--fail", &gone]).code, Some(2), "nothing fetched weighs more than findings");
}

#[test]
fn a_deadline_ends_it_with_3_and_what_was_in_flight_is_told_as_cancelled() {
    let server = Server::always(vec![Step::Silence]);
    let ended = run(["fetch", "--deadline", "300ms", "-c", "2", &server.url("/[1-5]")]);
    assert_eq!((ended.code, ended.results().len()), (Some(3), 2), "{ended:#?}");
    assert!(ended.results().iter().all(|line| line.contains("cancelled: ")), "{ended:#?}");
    assert!(
        ended.stdout.contains("partial: stopped at the deadline; 0 done, 2 cancelled, 3 not started"),
        "{ended:#?}"
    );
}

#[test]
fn findings_that_fail_a_run_do_so_however_it_was_stopped_and_what_was_let_go_of_is_none() {
    let site = || {
        Server::start(|path| match path {
            "/" => vec![Step::Send(page("<a href=/gone>gone</a> <a href=/hangs>hangs</a>"))],
            "/hangs" | "/hangs/too" => vec![Step::Silence],
            _ => vec![Step::Send(answer("404 Not Found", "text/plain", b"no such page"))],
        })
    };
    let stops = [["--deadline", "700ms"], ["--max-pages", "2"]];
    for (verb, path, stop, fail, code) in [
        ("crawl", "/", stops[0], true, 1),
        ("crawl", "/", stops[1], true, 1),
        ("crawl", "/", stops[0], false, 3),
        ("crawl", "/", stops[1], false, 3),
        ("crawl", "/hangs", stops[0], true, 3),
        ("fetch", "/{gone,hangs}", stops[0], true, 1),
        ("fetch", "/{gone,hangs}", stops[0], false, 3),
        ("fetch", "/{hangs,hangs/too}", stops[0], true, 3),
    ] {
        let (server, fail) = (site(), if fail { &["--fail"][..] } else { &[] });
        let url = server.url(path);
        let words = [&[verb, "-c", "2"], fail, &stop, &[&url]].concat();
        let ended = run(&words);
        assert_eq!(ended.code, Some(code), "{words:?}: {ended:#?}");
    }
}

#[test]
fn a_panic_in_a_task_is_an_internal_failure_of_that_fetch() {
    let server = mixed();
    let words = ["fetch", "--format", "jsonl", &server.url("/[1-3]")];
    let ended = start(crawltop(words).env("CRAWLTOP_TEST_PANIC", "task")).end();
    assert_eq!(ended.code, Some(2), "{ended:#?}");
    let kinds: Vec<_> = ended.json().iter().map(|result| result["error"]["kind"].clone()).collect();
    assert_eq!(kinds, ["internal"; 3]);
    assert!(!ended.stderr.contains("panicked at"), "{ended:#?}");
}

#[test]
fn a_panic_of_the_program_itself_is_101() {
    let server = mixed();
    let ended = start(crawltop(["fetch", &server.url("/fine")]).env("CRAWLTOP_TEST_PANIC", "hub")).end();
    assert_eq!(ended.code, Some(101), "{ended:#?}");
    assert!(ended.stderr.starts_with("error: crawltop panicked"), "{ended:#?}");
    assert!(ended.stderr.contains("\nhint: "), "{ended:#?}");
}
