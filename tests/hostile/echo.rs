//! A site that sends back what it was given to let someone in, in everything that it says and in every spelling. None of it
//! stands in what a run tells, records or shows.

use crate::program::{crawltop, start};
use crate::scripted::{Server, Step, answer};
use crate::setup::Setup;
use std::io::Read;
use std::path::Path;

/// What is given, as it goes on the wire: the password of -u, a field, a cookie, the password in a URL.
const GIVEN: [&str; 4] = ["pa55 w/\"rd", "k3y&of=mine", "c00kie.value", "Ann's-pass"];

fn base64() -> [String; 2] {
    use base64::Engine as _;
    let of = |user: &str| base64::engine::general_purpose::STANDARD_NO_PAD.encode(user);
    [of(&format!("me:{}", GIVEN[0])), of(&format!("ann:{}", GIVEN[3]))]
}

/// Each secret in each spelling.
fn spelled() -> Vec<String> {
    let all = |secret: &str| secret.bytes().map(|byte| format!("%{byte:02x}")).collect::<String>();
    let signs = |secret: &str| {
        let one =
            |byte: u8| if byte.is_ascii_alphanumeric() { char::from(byte).into() } else { format!("%{byte:02X}") };
        secret.bytes().map(one).collect::<String>()
    };
    let some = |secret: &str| secret.replace(' ', "%20").replace('"', "%22");
    let json = |secret: &str| secret.replace('"', "\\\"");
    let of = |secret: &str| [secret.to_owned(), all(secret), signs(secret), some(secret), json(secret)];
    let mut spelled: Vec<String> = GIVEN.iter().flat_map(|secret| of(secret)).chain(base64()).collect();
    spelled.sort_by_key(|spelled| std::cmp::Reverse(spelled.len()));
    spelled.dedup();
    spelled
}

/// All of them in one line, and in a path.
fn line() -> String {
    format!("begin {} end", spelled().join(" | "))
}

fn path() -> String {
    spelled().join("/").replace(['"', ' ', '&', '\''], "")
}

fn said(start: &str, fields: &[(&str, String)], content: &str) -> Vec<u8> {
    let fields: String = fields.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    format!("HTTP/1.1 {start}\r\n{fields}\r\n{content}").into_bytes()
}

fn echo(status: &str) -> Vec<u8> {
    let fields = ["Server", "X-Echo", "WWW-Authenticate", "Set-Cookie", "Retry-After", "Content-Language", "Link"];
    let fields: Vec<_> = fields.iter().map(|&name| (name, line())).collect();
    let html = [("Content-Type", format!("text/html; charset=utf-8; x={}", path()))];
    said(&format!("{status} {}", line()), &[&html[..], &fields].concat(), &page())
}

/// Titles are kept to a kibibyte; each secret is in one of them.
fn page() -> String {
    let escaped = |text: &str| text.replace('&', "&amp;").replace('"', "&quot;").replace('\'', "&#39;");
    let links: String = WAYS
        .iter()
        .map(|way| format!("/{way}"))
        .chain(spelled().iter().map(|secret| format!("/in/{secret}?{secret}#{secret}")))
        .chain(spelled().iter().flat_map(|secret| [format!("http://[{secret}/"), format!("//h/{secret}")]))
        .chain(["http://S.k3y.c00kie.value.a.example/".to_owned()])
        .map(|href| format!("<a href=\"{}\">{}</a>\n", escaped(&href), escaped(&line())))
        .collect();
    format!("<title>{}</title>{links}", escaped(&line()))
}

const WAYS: [&str; 12] = [
    "gone",
    "busy",
    "moved",
    "moved-spelled",
    "away",
    "coding",
    "transfer",
    "length",
    "status",
    "version",
    "garbage",
    "name",
];

fn told(path_asked: &str) -> Vec<u8> {
    let moved = |to: String| said("302 Found", &[("Location", to)], "");
    match path_asked.trim_start_matches('/') {
        "gone" => echo("404"),
        "busy" => echo("503"),
        "moved" => moved(format!("/there/{}", line())),
        "moved-spelled" => moved(format!("/there/{}", path())),
        "away" => moved(format!("ftp://{}", path())),
        "coding" => said("200 x", &[("Content-Encoding", line())], ""),
        "transfer" => said("200 x", &[("Transfer-Encoding", line())], ""),
        "length" => said("200 x", &[("Content-Length", line())], ""),
        "status" => said(&format!("2{}", line()), &[], ""),
        "version" => format!("HTTP/{}\r\n\r\n", line()).into_bytes(),
        "garbage" => format!("{}\r\n", line()).into_bytes(),
        "name" => format!("HTTP/1.1 200 x\r\n{}: x\r\n{}\r\n\r\n", GIVEN[0], GIVEN[2]).into_bytes(),
        "robots.txt" => {
            let body = format!("User-agent: *\nDisallow: /{}\nSitemap: http://h/{}\n", path(), line());
            answer("200 OK", "text/plain", body.as_bytes())
        }
        "sitemap.xml" => answer("200 OK", "text/xml", format!("<urlset><{}>", line()).as_bytes()),
        _ => echo("200"),
    }
}

fn assert_told_of_none(what: &str, bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    for secret in spelled() {
        let at = text.find(&secret);
        assert!(at.is_none(), "{what}: {secret} in {}", at.map_or("", |at| around(&text, at)));
    }
}

/// In Markdown, a star is written so that it is one.
fn is_marked(text: &str) -> bool {
    ["***", "&#42;&#42;&#42;", "\\*\\*\\*"].iter().any(|mark| text.contains(mark))
}

fn around(text: &str, at: usize) -> &str {
    let begin = (0..=at.saturating_sub(80)).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0);
    let end = (at + 80..text.len()).find(|&at| text.is_char_boundary(at)).unwrap_or(text.len());
    &text[begin..end]
}

/// Two targets, of which one has a user of its own; everything that gives something away is given.
fn words(server: &Server, verb: &str, more: &[&str]) -> Vec<String> {
    let user = format!("me:{}", GIVEN[0]);
    let (field, cookie) = (format!("X-Api-Key: {}", GIVEN[1]), format!("sid={}; a=b", GIVEN[2]));
    let own = server.url("/own").replace("http://", &format!("http://ann:{}@", GIVEN[3]));
    let given = [verb, "-g", "-u", &user, "-H", &field, "-b", &cookie, &server.url("/"), &own].map(str::to_owned);
    given.into_iter().chain(more.iter().map(|&word| word.to_owned())).collect()
}

fn ways(server: &Server) -> Vec<String> {
    WAYS.iter().map(|way| server.url(&format!("/{way}"))).collect()
}

fn unpacked(file: &Path) -> Vec<u8> {
    let (bytes, mut out) = (std::fs::read(file).unwrap(), Vec::new());
    match bytes.starts_with(&[0x1f, 0x8b]) {
        true => flate2::read::MultiGzDecoder::new(&*bytes).read_to_end(&mut out).map(|_| out).unwrap(),
        false => bytes,
    }
}

#[test]
fn what_a_server_sends_back_of_what_it_was_given_is_in_no_line_file_recording_or_replay() {
    let server = Server::start(|path| vec![Step::Send(told(path))]);
    let folder = tempfile::tempdir().unwrap();
    let names = ["run.jsonl", "out.txt", "out.jsonl", "out.md", "out.jsonl.gz"];
    let files = names.map(|name| folder.path().join(name).display().to_string());
    for (verb, engine) in [("fetch", "tasks"), ("fetch", "threads"), ("crawl", "tasks")] {
        let ways = if verb == "fetch" { ways(&server) } else { Vec::new() };
        let base = ["--engine", engine, "-v", "--no-tui", "--record", &files[0]];
        let more: Vec<&str> = base.into_iter().chain(files[1..].iter().flat_map(|file| ["-o", file])).collect();
        let ended = start(&mut crawltop(words(&server, verb, &more).iter().chain(&ways))).end();
        assert_eq!(ended.code, Some(0), "{ended:#?}");
        assert!(server.heads().iter().any(|head| head.contains(GIVEN[1])), "{:?}", server.heads());
        assert_told_of_none(&format!("{verb}, standard output"), ended.stdout.as_bytes());
        assert_told_of_none(&format!("{verb}, standard error"), ended.stderr.as_bytes());
        for file in &files {
            let bytes = unpacked(Path::new(file));
            assert!(is_marked(&String::from_utf8_lossy(&bytes)), "{verb}: {file} tells of it");
            assert_told_of_none(&format!("{verb}: {file}"), &bytes);
        }
        for format in ["text", "jsonl", "markdown", "events"] {
            let ended = start(&mut crawltop(["replay", "--format", format, &files[0]])).end();
            assert_told_of_none(&format!("replay of {verb} as {format}"), ended.stdout.as_bytes());
            let ended = start(&mut crawltop(words(&server, verb, &["--format", format]).iter().chain(&ways))).end();
            assert!(ended.code == Some(0) && is_marked(&ended.stdout), "{ended:#?}");
            assert_told_of_none(&format!("{verb} as {format}"), ended.stdout.as_bytes());
        }
    }
}

#[test]
fn it_is_neither_on_the_screen_nor_in_the_clipboard() {
    let server = Server::start(|path| vec![Step::Send(told(path))]);
    let mut terminal = Setup::size(200, 50).start(words(&server, "crawl", &["--retry", "0"]));
    terminal.until_text("✓ finished");
    for view in ["1", "3", "4", "5", "2"] {
        terminal.press(view);
        terminal.press("\x0c");
    }
    terminal.press("3gg");
    for _ in 0..20 {
        terminal.press("\r");
        terminal.until_text("Waterfall");
        terminal.press("yYG\x0c\x1b");
        terminal.until("the page to go", |screen| !screen.contents().contains("esc back"));
        terminal.press("j");
    }
    terminal.press("q");
    let left = terminal.end().told(0);
    assert!(String::from_utf8_lossy(&left.bytes).contains("***"));
    assert_told_of_none("the screen", &left.bytes);
    for copied in crate::tame::taken_apart(&left.bytes).clipboard {
        use base64::Engine as _;
        let copied = base64::engine::general_purpose::STANDARD.decode(copied.trim_start_matches("c;")).unwrap();
        assert_told_of_none("the clipboard", &copied);
    }
}

#[test]
fn what_the_user_writes_into_a_url_is_told_as_he_wrote_it() {
    let server = Server::always(vec![Step::Send(answer("200 OK", "text/html", b"<title>passwd</title>"))]);
    let url = server.url("/basic-auth/user/passwd");
    let words = ["fetch", "-u", "user:passwd", "--format", "jsonl", &url];
    let ended = start(&mut crawltop(words)).end();
    assert!(ended.stdout.contains(&format!("\"url\":\"{url}\"")), "{ended:#?}");
    let ended = start(&mut crawltop(["fetch", "-u", "admin:admin", "--format", "jsonl", &server.url("/x")])).end();
    assert!(ended.stdout.contains("\"title\":\"passwd\""), "{ended:#?}");
}

#[test]
fn what_is_quoted_of_an_answer_that_makes_no_sense_is_no_half_of_a_secret() {
    let token = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
    let answers = [
        format!("HTTP/1.1 200 OK\r\nContent-Length: {token}\r\n\r\n"),
        format!("HTTP/1.1 200 OK\r\nTransfer-Encoding: {token}\r\n\r\n"),
        format!("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Encoding: {token}\r\n\r\nx"),
        format!("HTTP/1.1 200 OK\r\n{token}\r\n\r\n"),
        format!("{token}\r\n\r\n"),
    ];
    for answer in answers {
        let server = Server::always(vec![Step::Send(answer.clone().into_bytes())]);
        let bearer = format!("Authorization: Bearer {token}");
        let ended = start(&mut crawltop(["fetch", "-H", &bearer, &server.url("/")])).end();
        assert!(ended.stdout.contains("***") && !ended.stdout.contains(&token[..8]), "{answer}: {}", ended.stdout);
    }
}
