//! No secret is in any event, whoever it is for and whatever a server says.

use crate::program::run;
use crate::scripted::{Server, Step, answer};

/// What is given to the program, or said by the server, and is for nobody else.
const SECRETS: [&str; 10] = [
    "pw-answer",
    "pw-user",
    "pw-field",
    "pw-cookie",
    "pw-proxy",
    "pw-set",
    "pw-location",
    // In base64: us:pw-user and px:pw-proxy, and a beginning of either that no other text has.
    "dXM6cHctdXNlcg",
    "cHg6cHctcHJveHk",
    "cHctdXNlc",
];

/// Sets a cookie and leads on, with a user before the host; then it fails, so that there are other attempts.
fn server() -> Server {
    Server::start(|path| {
        let head = match path.contains("/next") {
            false => {
                "HTTP/1.1 302 Found\r\nSet-Cookie: sid=pw-set; Path=/\r\nLocation: http://me:pw-location@127.0.0.1:1/next\r\n"
            }
            true => {
                "HTTP/1.1 503 Busy\r\nSet-Cookie: sid=pw-set\r\nLink: <//me:pw-location@h/>\r\nX-Api-Key: pw-answer\r\n"
            }
        };
        vec![Step::Send(format!("{head}Content-Length: 0\r\n\r\n").into_bytes())]
    })
}

#[test]
fn no_secret_is_in_any_event_and_what_was_asked_and_answered_is() {
    for engine in ["tasks", "threads", "sequential"] {
        let server = server();
        let proxy = format!("http://px:pw-proxy@{}", server.address());
        let given =
            ["-u", "us:pw-user", "-H", "X-Api-Key: pw-field", "-b", "sid=pw-cookie", "-H", "Accept-Language: de"];
        let url = "http://us:pw-user@127.0.0.1:1/x";
        let words =
            ["fetch", "--format", "events", "--engine", engine, "--retry", "1", "--retry-delay", "1ms", "-x", &proxy];
        let ended = run(words.iter().chain(&given).copied().chain([url]));
        let heads = server.heads();
        assert!(heads.iter().any(|head| head.contains("pw-field") && head.contains("sid=pw-cookie")), "{heads:?}");
        for secret in SECRETS {
            assert!(!ended.stdout.contains(secret), "{engine}: {secret} in {}", ended.stdout);
            assert!(!ended.stderr.contains(secret), "{engine}: {secret} in {}", ended.stderr);
        }
        for told in [
            r#""event":"request_made""#,
            "GET http://127.0.0.1:1/x HTTP/1.1\\nHost: 127.0.0.1:1",
            "Accept-Language: de",
            "X-Api-Key: (struck out)",
            "Cookie: (struck out)",
            "Authorization: (struck out)",
            "Proxy-Authorization: (struck out)",
            "Set-Cookie: (struck out)",
            "Location: http://(struck out)@127.0.0.1:1/next",
            "HTTP/1.1 503 Busy",
        ] {
            assert!(ended.stdout.contains(told), "{engine}: {told} is not in {}", ended.stdout);
        }
    }
}

/// The recording of a crawl that is told in text, as everybody has one, and what is told of it again.
#[test]
fn a_recording_holds_no_secret_and_neither_does_what_is_made_of_it() {
    let page = |links: &str| Step::Send(answer("200 OK\r\nX-Api-Key: pw-answer", "text/html", links.as_bytes()));
    let server = Server::start(move |path| match path {
        "/" => vec![page(r#"<a href="/in?api_key=1">in</a> <a href="/no?sig=2">no</a>"#)],
        path if path.starts_with("/in") => vec![page("")],
        _ => vec![Step::Send(answer("404 Not Found", "text/plain", b""))],
    });
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("run.jsonl").display().to_string();
    let given = ["-u", "us:pw-user", "-H", "X-Api-Key: pw-field", "-b", "sid=pw-cookie"];
    let words = ["crawl", "--record", &file].into_iter().chain(given);
    let url = server.url("/");
    assert_eq!(run(words.chain([url.as_str()])).code, Some(0));
    let list = folder.path().join("list");
    std::fs::write(&list, server.url("/in?x=1")).unwrap();
    let other = folder.path().join("list.jsonl").display().to_string();
    run(["fetch", "--record", &other, "-i", list.to_str().unwrap()]);
    let mut told = vec![std::fs::read_to_string(&file).unwrap(), std::fs::read_to_string(&other).unwrap()];
    for format in ["text", "jsonl", "markdown", "events"] {
        told.extend([&file, &other].map(|file| run(["replay", "--format", format, file]).stdout));
    }
    for told in &told {
        for secret in SECRETS {
            assert!(!told.contains(secret), "{secret} in {told}");
        }
    }
    // What stands in a query is the name of a page: a replay tells pages apart by it.
    assert!(told[0].contains("/in?api_key=1") && told[0].contains("/no?sig=2"), "{}", told[0]);
}

#[test]
fn no_head_is_told_where_nobody_asks_for_events() {
    let server = server();
    let ended = run(["fetch", "--format", "jsonl", &server.url("/x")]);
    assert!(ended.stdout.contains("302") && !ended.stdout.contains("HTTP/1.1"), "{ended:#?}");
}

/// A link of which no URL can be made is told as it stands, but for whom it names.
#[test]
fn a_link_that_is_malformed_tells_nobody_how_to_come_in() {
    let links = ["http://u:pw-user@[bad/", "http://u:pw-user@h:99999/", "https://u:pw-user@/", "//u:pw-user@[x/"];
    let page: String = links.iter().map(|link| format!("<a href=\"{link}\">x</a>\n")).collect();
    let server = Server::start(move |path| match path {
        "/" => vec![Step::Send(answer("200 OK", "text/html", page.as_bytes()))],
        _ => vec![Step::Send(answer("404 Not Found", "text/plain", b""))],
    });
    let folder = tempfile::tempdir().unwrap();
    let files = ["run.jsonl", "x.md", "x.txt", "x2.jsonl"].map(|name| folder.path().join(name).display().to_string());
    let [record, markdown, text, jsonl] = &files;
    let url = server.url("/");
    let ended = run(["crawl", "--record", record, "-o", markdown, "-o", text, "-o", jsonl, "-o", "-", &url]);
    assert_eq!(ended.code, Some(0), "{ended:#?}");
    let told = files.iter().map(|file| std::fs::read_to_string(file).unwrap()).chain([ended.stdout, ended.stderr]);
    for told in told {
        assert!(!told.contains("pw-user"), "{told}");
        assert!(told.is_empty() || told.contains("bad/"), "{told}");
    }
}
