//! What is asked, by the words of the command line: method, fields, who asks; where redirects lead; and that none of the
//! secrets among it is told.

use std::process::{Command, Stdio};

use crate::program::{Ended, crawltop, run, start};
use crate::scripted::{Server, Step, page};

/// Of `us:pw1`.
const BASIC: &str = "Authorization: Basic dXM6cHcx";

fn serving() -> Server {
    Server::always(vec![Step::Send(page("<title>fine</title>"))])
}

/// `/` leads to `/next`, and that one to `/end`.
fn leading() -> Server {
    Server::start(|path| {
        let to = |location: &str| {
            let head = format!("HTTP/1.1 301 Moved\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n");
            vec![Step::Send(head.into_bytes())]
        };
        match path {
            "/" => to("/next"),
            "/next" => to("end#here"),
            _ => vec![Step::Send(page("the end"))],
        }
    })
}

fn fields(server: &Server) -> Vec<String> {
    let heads = server.heads();
    assert_eq!(heads.len(), 1, "{heads:?}");
    heads[0].trim_end().split("\r\n").map(str::to_owned).collect()
}

#[test]
fn a_host_that_is_given_goes_to_the_origin_of_the_target_and_not_behind_a_redirect_elsewhere() {
    let other = serving();
    let elsewhere = other.url("/there");
    let server = Server::start(move |path| {
        let to = if path == "/" { "/next" } else { elsewhere.as_str() };
        vec![Step::Send(format!("HTTP/1.1 302 Found\r\nLocation: {to}\r\nContent-Length: 0\r\n\r\n").into_bytes())]
    });
    for engine in ["tasks", "threads", "sequential"] {
        let ended = run(["fetch", "--engine", engine, "-H", "host: v.example:99", &server.url("/")]);
        assert_eq!(ended.code, Some(0), "{ended:#?}");
    }
    let host = |head: &String| head.split("\r\n").nth(1).unwrap().to_owned();
    assert_eq!(server.heads().iter().map(host).collect::<Vec<_>>(), vec!["Host: v.example:99"; 6]);
    assert_eq!(other.heads().iter().map(host).collect::<Vec<_>>(), vec![format!("Host: {}", other.address()); 3]);
}

#[test]
fn an_empty_name_sends_none_and_another_goes_as_it_is() {
    for (words, sent) in [(["-A", ""], None), (["-A", "me/1"], Some("User-Agent: me/1"))] {
        let server = serving();
        assert_eq!(run(["fetch", words[0], words[1], &server.url("/")]).code, Some(0));
        let fields = fields(&server);
        let named = fields.iter().find(|field| field.to_ascii_lowercase().starts_with("user-agent"));
        assert_eq!(named.map(String::as_str), sent, "{fields:?}");
    }
}

#[test]
fn connection_close_keeps_none_and_keep_alive_changes_nothing() {
    let server = serving();
    let url = server.url("/[1-3]");
    for (words, closes) in
        [(&["-H", "Connection: close"][..], true), (&["-H", "connection: Keep-Alive"], false), (&[], false)]
    {
        let before = server.heads().len();
        let ended = run(["fetch", "-c", "1", &url].iter().chain(words));
        assert_eq!(ended.code, Some(0), "{ended:#?}");
        let heads = server.heads().split_off(before);
        assert_eq!(heads.len(), 3);
        assert!(heads.iter().all(|head| head.contains("\r\nConnection: close\r\n") == closes), "{heads:?}");
        assert!(heads.iter().all(|head| closes || !head.to_lowercase().contains("connection:")), "{heads:?}");
    }
}

#[test]
fn what_is_given_is_asked() {
    let server = serving();
    let url = server.url("/x");
    let words = ["fetch", "-A", "me/1", "-H", "X-A: b", "-H", "X-Empty;", "-H", "Accept:", "-u", "us:pw1", "-b", "a=1"];
    let ended = run(words.iter().copied().chain(["-b", "b=2", &url]));
    assert_eq!(ended.code, Some(0), "{ended:#?}");
    let host = format!("Host: {}", server.address());
    let fields = fields(&server);
    assert_eq!(fields[..3], ["GET /x HTTP/1.1", &host, "User-Agent: me/1"]);
    for field in ["X-A: b", "X-Empty: ", BASIC, "Cookie: a=1; b=2"] {
        assert!(fields.iter().any(|it| it == field.trim_end() || it == field), "{field}: {fields:?}");
    }
    assert!(!fields.iter().any(|field| field.starts_with("Accept:")), "{fields:?}");
}

#[test]
fn a_head_asks_for_no_content() {
    let server = serving();
    let url = server.url("/x");
    let ended = run(["fetch", "-X", "HEAD", "--format", "jsonl", &url]);
    let result = &ended.json_of("/x");
    assert_eq!((&result["outcome"], &result["body_bytes"]), (&"ok".into(), &0.into()), "{result}");
    assert!(fields(&server)[0].starts_with("HEAD /x "));
}

#[test]
fn settings_may_come_from_the_environment_and_a_help_does_not_tell_them() {
    let server = serving();
    let url = server.url("/x");
    let secrets = [("USER", "us:pw1"), ("COOKIE", "a=pw2"), ("HEADER", "X-A: pw3\nX-B: pw4"), ("REQUEST", "HEAD")];
    let given = |words: &[&str]| -> Ended {
        let mut command = crawltop(words);
        start(command.envs(secrets.map(|(name, value)| (format!("CRAWLTOP_{name}"), value)))).end()
    };
    assert_eq!(given(&["fetch", &url]).code, Some(0));
    let asked = fields(&server);
    assert!(asked[0].starts_with("HEAD "));
    for field in [BASIC, "Cookie: a=pw2", "X-A: pw3", "X-B: pw4"] {
        assert!(asked.iter().any(|it| it == field), "{field}: {asked:?}");
    }
    let help = given(&["fetch", "--help"]);
    assert!(help.stdout.contains("CRAWLTOP_USER") && !help.stdout.contains("pw"), "{}", help.stdout);
}

#[test]
fn a_chain_is_told_in_the_json_and_in_the_line() {
    let server = leading();
    let url = server.url("/");
    let ended = run(["fetch", "--format", "jsonl", &url]);
    let result = ended.json_of("/");
    assert_eq!((&result["status_code"], &result["outcome"]), (&200.into(), &"ok".into()), "{result}");
    assert_eq!(result["final_url"], server.url("/end"));
    let hops = result["redirects"].as_array().unwrap();
    let told: Vec<_> = hops.iter().map(|hop| (hop["status_code"].as_u64(), hop["url"].as_str().unwrap())).collect();
    assert_eq!(told, [(Some(301), &*url), (Some(301), &*server.url("/next"))]);
    assert!(hops.iter().all(|hop| hop["ms"].as_f64().is_some_and(|ms| ms >= 0.0)));
    let ended = run(["fetch", "-v", &url]);
    assert!(ended.stdout.contains(&format!("  -> {} (2 redirects)\n", server.url("/end"))), "{ended:#?}");
    assert!(ended.stdout.contains(&format!("301 of {url} after ")), "{ended:#?}");
    let ended = run(["fetch", "--max-redirs", "1", &url]);
    assert_eq!(ended.code, Some(2), "not one target gave a response: {ended:#?}");
    assert!(ended.stdout.contains("too_many_redirects: body: more than 1 redirect: "), "{ended:#?}");
    let ended = run(["fetch", "--no-location", &url]);
    assert!(ended.stdout.contains("→ 301") && ended.stdout.contains("\nok 0  redirect 1"), "{ended:#?}");
}

#[test]
fn no_secret_is_told_in_any_form() {
    let server = leading();
    let url = server.url("/").replacen("//", "//us:pw1@", 1);
    let glob = server.url("/{,next}").replacen("//", "//us:pw1@", 1);
    for format in ["text", "jsonl", "events"] {
        for url in [&url, &glob] {
            let ended = run(["fetch", "-v", "--format", format, "-H", "X-A: pw2", "-b", "a=pw3", "-u", "us:pw4", url]);
            assert_eq!(ended.code, Some(0), "{ended:#?}");
            let told = format!("{}{}", ended.stdout, ended.stderr);
            for secret in ["pw1", "pw2", "pw3", "pw4", "dXM6cHcx", "us:"] {
                assert!(!told.contains(secret), "{secret} in {told}");
            }
        }
    }
    assert!(server.heads().iter().all(|head| head.contains(BASIC)), "the URL goes before -u");
}

#[test]
fn a_race_asks_the_same() {
    let server = serving();
    let url = server.url("/x");
    let words = ["race", "--rounds", "1", "--engines", "tasks,threads", "-u", "us:pw1", "-b", "a=1", "-H", "X-A: b"];
    let ended = run(words.iter().copied().chain(["-H", "X-C: d", &url]));
    assert_eq!(ended.code, Some(0), "{ended:#?}");
    let heads = server.heads();
    assert_eq!(heads.len(), 2);
    for field in [BASIC, "Cookie: a=1", "X-A: b", "X-C: d"] {
        assert!(heads.iter().all(|head| head.contains(&format!("\r\n{field}\r\n"))), "{field}: {heads:?}");
    }
}

/// The program with these words behind `-u me`, where there is no terminal to ask on.
fn without_a_terminal(words: &[&str]) -> Ended {
    let mut command = Command::new("setsid");
    command.args(["--wait", env!("CARGO_BIN_EXE_crawltop"), words[0], "-u", "me"]).args(&words[1..]);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    start(&mut command).end()
}

#[test]
fn a_password_can_be_asked_for_only_on_a_terminal() {
    for verb in ["fetch", "crawl", "race"] {
        let ended = without_a_terminal(&[verb, "http://127.0.0.1:1/"]);
        ended.assert_refused();
        assert!(ended.stderr.contains("no terminal to ask for the password of \"me\""), "{ended:#?}");
        assert!(ended.stderr.contains("hint: give -u user:password"), "{ended:#?}");
    }
}

#[test]
fn a_password_is_asked_for_after_the_words_were_judged() {
    let cases: [(&[&str], &str); 5] = [
        (&["fetch"], "no URL"),
        (&["fetch", "ftp://h/"], "ftp"),
        (&["fetch", "-H", "x", "http://127.0.0.1:1/"], "-H without a colon"),
        (&["crawl", "--per-host", "1", "-b", "x", "http://127.0.0.1:1/"], "-b without ="),
        (&["race", "--format", "markdown", "http://127.0.0.1:1/"], "a race tells no document"),
    ];
    for (words, said) in cases {
        let ended = without_a_terminal(words);
        ended.assert_refused();
        assert!(ended.stderr.contains(said) && !ended.stderr.contains("no terminal"), "{words:?}: {ended:#?}");
    }
}
