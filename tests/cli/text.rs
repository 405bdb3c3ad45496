//! Results as lines of text, and the summary.

use std::time::Duration;

use crawltop::lab::{Faults, Lab, LabConfig};

use crate::program::{crawltop, run, start};
use crate::scripted::{Server, Step, answer, page};

fn mixed() -> Server {
    Server::start(|path| match path {
        "/broken" => vec![Step::Send(answer("500 Oh No", "text/plain", b"broken"))],
        "/moved" => vec![Step::Send(answer("302 Found", "text/plain", b"moved"))],
        "/reset" => vec![Step::Reset],
        _ => vec![Step::Send(page("<title>fine</title>"))],
    })
}

#[test]
fn a_line_a_result_then_the_summary_and_no_escape_in_either_stream() {
    let server = mixed();
    let ended = run(["fetch", &server.url("/{fine,broken,moved,reset}")]);
    assert_eq!((ended.results().len(), ended.stderr.as_str()), (4, ""), "{ended:#?}");
    for (path, shown) in [("/fine", "✓ 200"), ("/broken", "! 500"), ("/moved", "→ 302"), ("/reset", "✗ err")] {
        let line = ended.results().into_iter().find(|line| line.contains(path)).unwrap();
        assert!(line.contains(shown), "{line}");
    }
    assert!(ended.stdout.contains("\nok 1  redirect 1  broken 1  failed 1  of 4, "), "{ended:#?}");
    assert!(ended.stdout.contains("\nnot ok: 302 1  500 1  reset 1\n"), "{ended:#?}");
    assert!(!ended.stdout.contains('\x1b') && !ended.stderr.contains('\x1b'));
}

#[test]
fn the_order_of_lines_is_that_of_completion() {
    let server = mixed();
    let ended = run(["fetch", "-c", "1", &server.url("/{a,b,c}")]);
    let ends: Vec<&str> = ended.results().iter().map(|line| line.rsplit('/').next().unwrap()).collect();
    assert_eq!(ends, ["a", "b", "c"]);
    let orders: Vec<&str> = ended.results().iter().map(|line| line[..6].trim()).collect();
    assert_eq!(orders, ["1", "2", "3"]);
}

#[test]
fn ascii_is_ascii() {
    let server = mixed();
    let url = server.url("/{fine,broken,moved,reset}");
    let asked_for = run(["fetch", "-v", "--ascii", &url]);
    let by_locale = start(crawltop(["fetch", "-v", &url]).env("LC_ALL", "C")).end();
    for ended in [asked_for, by_locale] {
        assert!(ended.stdout.is_ascii() && ended.results().len() == 4, "{ended:#?}");
    }
}

#[test]
fn quiet_tells_only_what_is_not_ok() {
    let server = mixed();
    let ended = run(["fetch", "-q", &server.url("/{fine,broken,moved,reset}")]);
    assert_eq!(ended.results().len(), 3, "{ended:#?}");
    assert!(!ended.results().iter().any(|line| line.contains("/fine")), "{ended:#?}");
}

#[test]
fn verbose_tells_phases_steps_callbacks_the_title_and_the_hash() {
    let server = mixed();
    let ended = run(["fetch", "-v", "--hash", &server.url("/fine")]);
    let detail = ended.stdout.lines().nth(1).unwrap();
    let pieces = ["connect ", "send ", "wait ", "body ", " steps in ", "report after ", "release after ", "\"fine\""];
    for piece in pieces {
        assert!(detail.contains(piece), "{piece:?} in {detail}");
    }
    let hash = detail.rsplit("sha256 ").next().unwrap();
    assert!(hash.len() == 64 && hash.bytes().all(|byte| byte.is_ascii_hexdigit()), "{hash}");
}

#[test]
fn body_prints_each_content_after_its_line_byte_for_byte() {
    let bodies: [&[u8]; 5] = [b"line\nno end", b"", b"\x00\xff\x1b[2Jraw\r\n", b"end\n", b"\n\n"];
    for body in bodies {
        let server = Server::always(vec![Step::Send(answer("200 OK", "application/octet-stream", body))]);
        let output = crawltop(["fetch", "--body", &server.url("/page")]).output().unwrap();
        let line = output.stdout.iter().position(|byte| *byte == b'\n').unwrap() + 1;
        let rest = output.stdout[line..].strip_prefix(body).unwrap_or_else(|| panic!("{body:?} in {output:?}"));
        let end: &[u8] = if body.is_empty() || body.ends_with(b"\n") { b"" } else { b"\n" };
        assert!(rest.strip_prefix(end).is_some_and(|rest| rest.starts_with(b"last time: ")), "{output:?}");
    }
}

#[test]
fn twenty_pages_at_once_and_what_one_after_another_would_have_cost() {
    let latency = Duration::from_millis(100)..=Duration::from_millis(100);
    let lab = Lab::start(LabConfig { pages: 40, latency, faults: Faults::None, ..LabConfig::default() }).unwrap();
    let ended = run(["fetch", &format!("{}goods/[0-19]/", lab.url())]);
    assert_eq!((ended.code, ended.results().len(), lab.asked().total), (Some(0), 20, 20), "{ended:#?}");
    let last_time = between(&ended.stdout, "\nlast time: ", "s\n");
    let digits = last_time.split_once('.').unwrap();
    assert!(digits.1.len() == 3 && last_time.parse::<f64>().unwrap() >= 0.1, "{last_time}");
    let sum: f64 = between(&ended.stdout, "\none after another: ", "s, speed-up ").parse().unwrap();
    assert!(sum >= 2.0, "{sum}");
    let factor: f64 = between(&ended.stdout, "s, speed-up ", "x\n").parse().unwrap();
    let quotient = sum / last_time.parse::<f64>().unwrap();
    assert!((factor - quotient).abs() < 0.1 + quotient * 0.01 && factor > 1.0, "{factor} is {quotient}");
    for row in ["connect", "wait", "body", "answered", "callback lag"] {
        assert!(ended.stdout.lines().any(|line| line.starts_with(row)), "{row} in {ended:#?}");
    }
}

fn between<'a>(text: &'a str, before: &str, after: &str) -> &'a str {
    let rest = text.split_once(before).unwrap_or_else(|| panic!("{before:?} in {text}")).1;
    rest.split_once(after).unwrap_or_else(|| panic!("{after:?} in {rest}")).0
}
