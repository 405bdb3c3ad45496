//! Failures are results: what went wrong, in which phase, in words that name the peer.

use std::io::Write;

use serde_json::Value;

use crate::program::{Refusing, run};
use crate::scripted::{Server, Step, page};

/// One result among an ok page, which keeps the exit code at 0.
fn failed(url: &str, words: &[&str]) -> Value {
    let fine = Server::always(vec![Step::Send(page("fine"))]);
    let fine = fine.url("/fine");
    let all = ["fetch", "--format", "jsonl", &fine, url];
    let ended = run(all.iter().chain(words));
    assert_eq!(ended.code, Some(0), "{ended:#?}");
    assert_eq!(ended.json_of("/fine")["outcome"], "ok", "{ended:#?}");
    let results = ended.json();
    results.into_iter().find(|result| result["outcome"] == "error").unwrap_or_else(|| panic!("{ended:#?}"))
}

fn assert_failed(result: &Value, kind: &str, phase: &str, peer: &str) {
    assert_eq!((&result["error"]["kind"], &result["error"]["phase"]), (&kind.into(), &phase.into()), "{result:#}");
    let message = result["error"]["message"].as_str().unwrap();
    assert!(message.contains(peer), "{message} names {peer}");
    assert!(message.starts_with(|letter: char| letter.is_lowercase()) && !message.ends_with('.'), "{message}");
    assert!(result["timings"][phase].is_number(), "{result:#}");
}

fn assert_scripted(steps: Vec<Step>, words: &[&str], kind: &str, phase: &str) -> Value {
    let server = Server::always(steps);
    let result = failed(&server.url("/page"), words);
    assert_failed(&result, kind, phase, &server.address().to_string());
    result
}

const PROMISED: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 10\r\n\r\nhalf";

#[test]
fn a_host_that_does_not_resolve_is_a_dns_failure() {
    let result = failed("http://nothing.invalid/", &["--connect-timeout", "0", "--max-time", "0"]);
    assert_failed(&result, "dns", "dns", "nothing.invalid");
    assert_eq!(result["remote_ip"], Value::Null);
}

#[test]
fn a_refused_port_is_told_so() {
    let refusing = Refusing::port();
    let url = refusing.url();
    let peer = url.trim_start_matches("http://").trim_end_matches('/');
    assert_failed(&failed(&url, &[]), "connect_refused", "connect", peer);
}

#[test]
fn a_reset_is_told_in_the_phase_it_came_in() {
    assert_scripted(vec![Step::Reset], &[], "reset", "wait");
}

#[test]
fn a_close_before_the_first_byte_of_an_answer_is_a_reset() {
    assert_scripted(vec![], &[], "reset", "wait");
}

#[test]
fn a_body_cut_short_is_truncated_whether_the_peer_closes_or_half_closes() {
    for end in [vec![], vec![Step::HalfClose, Step::Silence]] {
        let steps = [vec![Step::Send(PROMISED.to_vec())], end].concat();
        let result = assert_scripted(steps, &["--hash"], "truncated", "body");
        assert_eq!((&result["status_code"], &result["body_bytes"]), (&200.into(), &4.into()));
        assert_eq!(result["sha256"], Value::Null, "of half a body there is no hash");
    }
}

#[test]
fn silence_ends_by_the_idle_timeout_in_the_wait_and_in_the_body() {
    let words = ["--idle-timeout", "150ms", "--max-time", "0"];
    assert_scripted(vec![Step::Silence], &words, "timeout", "wait");
    assert_scripted(vec![Step::Send(PROMISED.to_vec()), Step::Silence], &words, "timeout", "body");
}

#[test]
fn a_fetch_ends_by_its_total_time_whatever_the_idle_timeout() {
    let words = ["--idle-timeout", "0", "--max-time", "200ms"];
    let result = assert_scripted(vec![Step::Silence], &words, "timeout", "wait");
    assert!(result["timings"]["total"].as_f64().unwrap() >= 200.0, "{result:#}");
}

#[test]
fn what_is_no_http_is_a_protocol_failure() {
    for garbage in ["SSH-2.0-OpenSSH_9.7\r\n", "<html>no head</html>\r\n\r\n", "HTTP/1.1 2000 OK\r\n\r\n"] {
        let result = assert_scripted(vec![Step::Send(garbage.into())], &[], "protocol", "body");
        assert_eq!(result["status_code"], Value::Null, "{garbage}");
    }
}

#[test]
fn a_body_over_the_limit_is_too_large_and_is_not_read_to_its_end() {
    let endless = b"HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n".to_vec();
    let steps = vec![Step::Send(endless), Step::Send(vec![b'x'; 2000]), Step::Silence];
    assert_scripted(steps, &["--max-filesize", "1K"], "too_large", "body");
}

#[test]
fn a_handshake_that_no_one_answers_ends_by_the_connect_timeout() {
    let server = Server::always(vec![Step::Silence]);
    // Without --insecure the system's roots are read within that second, too.
    let words = ["--insecure", "--connect-timeout", "1s"];
    let result = failed(&server.url("/").replace("http:", "https:"), &words);
    assert_failed(&result, "connect_timeout", "tls", &server.address().to_string());
}

#[test]
fn a_server_that_answers_a_handshake_with_text_is_a_tls_failure() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("https://{}/", listener.local_addr().unwrap());
    std::thread::spawn(move || listener.accept()?.0.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n"));
    assert_failed(&failed(&url, &[]), "tls", "tls", "127.0.0.1");
}

#[test]
fn a_text_line_names_the_kind_and_the_cause() {
    let server = Server::always(vec![Step::Reset]);
    let ended = run(["fetch", &server.url("/page")]);
    let peer = server.address();
    let [line] = ended.results()[..] else { panic!("{ended:#?}") };
    assert!(line.contains("err") && line.contains("/page  reset: "), "{line}");
    assert!(line.ends_with(&format!("{peer}")), "{line}");
    assert!(ended.stdout.contains("\nnot ok: reset 1\n"), "{ended:#?}");
}
