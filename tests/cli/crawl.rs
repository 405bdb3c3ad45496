//! `crawltop crawl`: its words, its lines, its exit codes.

use std::process::{Command, Stdio};
use std::time::Duration;

use crawltop::lab::{Faults, Lab, LabConfig};

use rustix::process::Signal;
use serde_json::Value;

use crate::program::{Ended, Refusing, crawltop, run, run_fed, start};
use crate::scripted::{Server, Step, answer, page};

/// Three pages, one of them gone and one kept out.
fn site() -> Server {
    Server::start(|path| {
        vec![Step::Send(match path {
            "/robots.txt" => answer("200 OK", "text/plain", b"User-agent: *\nDisallow: /kept"),
            "/" => page("<title>start</title>\n<a href=/a>first</a> <a href=/gone>lost <b>page</b></a>"),
            "/a" => page("<a href=/moved>m</a><a rel=nofollow href=/kept2>k</a><a href=/kept>k</a>"),
            "/moved" => {
                b"HTTP/1.1 301 Moved\r\nLocation: /b\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".to_vec()
            }
            "/gone" => answer("404 Not Found", "text/html", b"<a href=/never>n</a>"),
            _ => page("<title>leaf</title>"),
        })]
    })
}

fn sorted(server: &Server) -> Vec<String> {
    let mut paths = server.paths();
    paths.sort();
    paths
}

const PATHS: [&str; 6] = ["/", "/a", "/b", "/gone", "/moved", "/robots.txt"];

/// The lines of JSON of one type.
fn lines(ended: &Ended, of: &str) -> Vec<Value> {
    let all = ended.stdout.lines().map(|line| serde_json::from_str::<Value>(line).expect("a line is JSON"));
    all.filter(|line| line["type"] == of).collect()
}

#[test]
fn a_word_that_is_a_url_means_crawl() {
    let (one, other) = (site(), site());
    let [meant, said] = [vec![one.url("/")], vec!["crawl".to_owned(), other.url("/")]].map(run);
    assert_eq!((meant.code, said.code), (Some(0), Some(0)), "{meant:#?}");
    assert_eq!((sorted(&one), sorted(&other)), (PATHS.map(str::to_owned).to_vec(), PATHS.map(str::to_owned).to_vec()));
    assert_eq!((meant.results().len(), said.results().len()), (6, 6), "{meant:#?}");
}

#[test]
fn a_json_line_says_how_deep_a_page_is_and_what_led_there() {
    let server = site();
    let ended = run(["crawl", "--format", "jsonl", &server.url("/")]);
    let results = lines(&ended, "result");
    let of = |path: &str| {
        let found = results.iter().find(|result| result["url"] == server.url(path));
        found.unwrap_or_else(|| panic!("no result of {path}: {ended:#?}"))
    };
    assert_eq!(results.len(), 6);
    assert_eq!((&of("/")["depth"], &of("/")["source"]), (&0.into(), &Value::Null));
    assert_eq!((&of("/gone")["depth"], &of("/gone")["source"]), (&1.into(), &server.url("/").into()));
    assert_eq!((&of("/moved")["outcome"], &of("/moved")["status_code"]), (&"redirect".into(), &301.into()));
    let hop = &of("/b")["redirects"][0];
    assert_eq!((&hop["status_code"], &hop["url"]), (&301.into(), &server.url("/moved").into()));
    assert_eq!((&of("/b")["depth"], &of("/b")["source"]), (&2.into(), &server.url("/moved").into()));
    let kept = &of("/kept")["error"];
    assert_eq!((&kept["kind"], &kept["phase"]), (&"robots".into(), &"blocked".into()));
    assert!(kept["message"].as_str().unwrap().contains("\"Disallow: /kept\" in line 2"), "{kept}");
    let orders: Vec<u64> = results.iter().map(|result| result["order"].as_u64().unwrap()).collect();
    assert_eq!(orders, [1, 2, 3, 4, 5, 6]);
    let follow = |result: &Value| result["callbacks"].as_array().unwrap().iter().any(|it| it["name"] == "follow");
    assert!(follow(of("/")) && follow(of("/moved")) && !follow(of("/gone")), "{ended:#?}");
}

#[test]
fn a_broken_link_is_told_with_its_page_line_column_and_text() {
    let server = site();
    let ended = run(["crawl", "--format", "jsonl", &server.url("/")]);
    let broken = lines(&ended, "broken");
    assert_eq!(broken.len(), 1, "{ended:#?}");
    let told = ["url", "page", "line", "column", "text", "status_code"].map(|name| broken[0][name].clone());
    let expected: [Value; 6] =
        [server.url("/gone").into(), server.url("/").into(), 2.into(), 22.into(), "lost page".into(), 404.into()];
    assert_eq!(told, expected);
    let text = run(["crawl", &site().url("/")]);
    assert!(text.stdout.contains("2:22") && text.stdout.contains("lost page"), "{text:#?}");
}

#[test]
fn a_redirect_on_the_way_to_what_is_broken_is_no_place_of_its_own() {
    let server = Server::start(|path| {
        let moved =
            |to: &str| format!("HTTP/1.1 302 Found\r\nLocation: {to}\r\nContent-Length: 0\r\n\r\n").into_bytes();
        vec![Step::Send(match path {
            "/" => page("<a href=/r>t</a>"),
            "/r" => moved("/r2"),
            "/r2" => moved("/gone"),
            _ => answer("404 Not Found", "text/html", b""),
        })]
    });
    let ended = run(["crawl", "--format", "jsonl", &server.url("/")]);
    let broken = lines(&ended, "broken");
    let told: Vec<_> = broken.iter().map(|line| (&line["page"], &line["line"], &line["links"])).collect();
    assert_eq!(told, [(&Value::from(server.url("/")), &Value::from(1), &Value::from(1))], "{ended:#?}");
}

#[test]
fn a_link_that_is_no_url_is_told_with_its_place_and_is_a_finding() {
    let server = Server::start(|_| vec![Step::Send(page("<a href='http://[bad'>b</a>"))]);
    let ended = run(["crawl", "--fail", "--format", "jsonl", "--no-robots", &server.url("/")]);
    assert_eq!(ended.code, Some(1), "{ended:#?}");
    let malformed = lines(&ended, "malformed");
    let told: Vec<_> = malformed.iter().map(|line| (&line["url"], &line["page"], &line["line"])).collect();
    assert_eq!(told, [(&Value::from("http://[bad"), &Value::from(server.url("/")), &Value::from(1))], "{ended:#?}");
    let ended = run(["crawl", "--no-robots", &server.url("/")]);
    assert!(ended.stdout.contains("malformed: 1 link of which no URL can be made"), "{ended:#?}");
}

#[test]
fn fail_makes_broken_links_a_1() {
    let server = site();
    assert_eq!(run(["crawl", "--fail", &server.url("/")]).code, Some(1));
    assert_eq!(run(["crawl", "--fail", &server.url("/b")]).code, Some(0));
}

#[test]
fn where_nothing_could_be_fetched_at_all_it_is_2() {
    let refusing = Refusing::port();
    let ended = run(["crawl", &refusing.url()]);
    assert_eq!((ended.code, ended.results().len()), (Some(2), 1), "{ended:#?}");
    assert!(ended.stdout.contains("connect_refused"), "{ended:#?}");
    let closed = Server::start(|_| vec![Step::Send(answer("503 Later", "text/plain", b""))]);
    let ended = run(["crawl", &closed.url("/")]);
    assert_eq!((ended.code, closed.paths()), (Some(2), vec!["/robots.txt".to_owned()]), "{ended:#?}");
    assert!(ended.stdout.contains("robots.txt answered 503"), "{ended:#?}");
}

#[test]
fn a_site_that_puts_the_crawl_off_is_told_in_part_and_fail_makes_it_a_1() {
    let server = || {
        Server::start(|path| {
            vec![Step::Send(match path {
                "/robots.txt" => answer("404 No", "text/plain", b""),
                "/" => page("<a href=/1>a</a><a href=/2>b</a><a href=/3>c</a>"),
                _ => b"HTTP/1.1 429 Later\r\nRetry-After: 3600\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
                    .to_vec(),
            })]
        })
    };
    let words = "ended without hosts that refuse or give no answer";
    let ended = run(["crawl", "--per-host", "1", "--format", "jsonl", &server().url("/")]);
    let report = &lines(&ended, "report")[0];
    assert_eq!((ended.code, report["partial"].as_str()), (Some(3), Some(words)), "{ended:#?}");
    assert!(
        ended.stderr.contains(&format!("partial: {words}; their URLs are told as blocked or failed")),
        "{ended:#?}"
    );
    assert_eq!(run(["crawl", "--per-host", "1", "--fail", &server().url("/")]).code, Some(1));
}

#[test]
fn without_robots_all_is_asked_and_it_is_said_aloud() {
    let server = site();
    let ended = run(["crawl", "--no-robots", &server.url("/")]);
    assert!(ended.stderr.starts_with("note: ") && ended.stderr.contains("--no-robots"), "{ended:#?}");
    assert_eq!(sorted(&server), ["/", "/a", "/b", "/gone", "/kept", "/kept2", "/moved"]);
    assert!(
        ended.stdout.contains("\nno robots.txt was asked, and nofollow was not kept to (--no-robots)\n"),
        "{ended:#?}"
    );
    let ended = run(["crawl", "--no-robots", "--format", "markdown", &server.url("/")]);
    assert!(ended.stdout.contains("\n**No robots.txt was asked"), "{ended:#?}");
    let ended = run(["crawl", "--no-robots", "--format", "jsonl", &server.url("/")]);
    assert_eq!(lines(&ended, "report")[0]["no_robots"], true, "{ended:#?}");
    let ended = run(["crawl", "--format", "jsonl", &server.url("/")]);
    assert_eq!(lines(&ended, "report")[0]["no_robots"], false, "{ended:#?}");
}

#[test]
fn a_list_gives_starts_one_after_another() {
    let servers = [site(), site()];
    let list = format!("# starts\n{}\n\n{}\n", servers[0].url("/a"), servers[1].url("/b"));
    let ended = run_fed(list, &["crawl", "-i", "-", "--max-pages", "4"]);
    assert_eq!((ended.code, ended.results().len()), (Some(0), 5), "{ended:#?}");
    assert!(servers.iter().all(|server| server.paths().contains(&"/robots.txt".to_owned())));
    let ended = run_fed("# nothing\n", &["crawl", "-i", "-"]);
    assert!(ended.code == Some(2) && ended.stderr.starts_with("error: no target"), "{ended:#?}");
    let ended = run_fed("ftp://nothing\n", &["crawl", "-i", "-"]);
    assert_eq!(ended.code, Some(2), "{ended:#?}");
}

#[test]
fn a_sitemap_alone_is_a_beginning() {
    let server = Server::start(|path| {
        vec![Step::Send(match path {
            "/map.txt" => answer("200 OK", "text/plain", b""),
            _ => page("x"),
        })]
    });
    let map = server.url("/map.txt");
    let ended = run(["crawl", "--sitemap", &map]);
    assert_eq!(server.paths(), ["/robots.txt", "/map.txt"], "{ended:#?}");
}

#[test]
fn where_a_sitemap_is_all_there_is_and_comes_to_nothing_what_became_of_it_is_told() {
    let server = Server::start(|path| {
        let listed = |url: &str| format!("<urlset><url><loc>{url}</loc></url></urlset>");
        vec![Step::Send(match path {
            "/robots.txt" => answer("200 OK", "text/plain", b"User-agent: *\nDisallow: /kept"),
            "/page" => page("x"),
            "/empty" => answer("200 OK", "text/xml", b"<urlset></urlset>"),
            "/other" => answer("200 OK", "text/xml", listed("http://other.example/").as_bytes()),
            _ => answer("404 Not Found", "text/html", b""),
        })]
    });
    let cases = [
        ("/gone", "it answered 404"),
        ("/kept", "blocked: kept out by \"Disallow: /kept\" in line 2"),
        ("/page", "no sitemap: none of its lines is a URL"),
        ("/empty", "it lists none"),
        ("/other", "none that it lists is in the scope"),
    ];
    for (path, words) in cases {
        let map = server.url(path);
        let ended = run(["crawl", "--sitemap", &map]);
        assert_eq!(ended.code, Some(2), "{ended:#?}");
        let error = format!("error: no page in the sitemap {map}: ");
        let told = ended.stderr.lines().find_map(|line| line.strip_prefix(&error)).unwrap_or_default();
        assert!(told.contains(words) && ended.stderr.contains("\nhint: give a start"), "{words}: {ended:#?}");
    }
}

#[test]
fn words_of_a_crawl_that_make_no_sense_are_refused_by_name() {
    let cases: [(&[&str], &str); 20] = [
        (&["--include", "["], "--include"),
        (&["--exclude", "(a"], "--exclude"),
        (&["--exclude", "(?:a{1000}){1000}"], "--exclude"),
        (&["--level=-1"], "--level"),
        (&["-l", "deep"], "--level"),
        (&["--max-pages", "0"], "--max-pages"),
        (&["--scope", "world"], "--scope"),
        (&["--rate", "0"], "--rate"),
        (&["--rate", "fast"], "--rate"),
        (&["--rate", "5/h"], "--rate"),
        (&["--wait", "soon"], "--wait"),
        (&["--per-host", "0"], "--per-host"),
        (&["--sitemap", "ftp://a.example/"], "--sitemap"),
        (&["--sitemap", ""], "--sitemap"),
        (&["--order", "given"], "--order given"),
        (&["-X", "HEAD"], "-X HEAD"),
        (&["--levle", "3"], "--levle"),
        (&["--format", "yaml"], "--format"),
        (&["-c", "0"], "--concurrency"),
        (&["http://["], "["),
    ];
    let server = site();
    for (words, named) in cases {
        let ended = run(["crawl", &server.url("/")].iter().chain(words));
        ended.assert_refused();
        assert!(ended.stderr.contains(named), "{named:?} is named: {ended:#?}");
    }
    assert_eq!(server.connections(), 0, "nothing is fetched before");
    let ended = run(["crawl"]);
    ended.assert_refused();
    assert!(ended.stderr.contains("no URL"), "{ended:#?}");
}

#[test]
fn each_option_reads_the_environment_and_the_word_beats_it() {
    let server = site();
    let ended = start(crawltop(["crawl", &server.url("/")]).env("CRAWLTOP_LEVEL", "0")).end();
    assert_eq!((ended.code, server.paths().len()), (Some(0), 2), "{ended:#?}");
    let server = site();
    let words = ["crawl", "--level", "inf", "--exclude", "gone", &server.url("/")];
    start(crawltop(words).env("CRAWLTOP_LEVEL", "0").env("CRAWLTOP_EXCLUDE", "x")).end();
    assert_eq!(sorted(&server), ["/", "/a", "/b", "/moved", "/robots.txt"]);
}

#[test]
fn the_events_of_a_crawl_are_a_journal() {
    let server = site();
    let ended = run(["crawl", "--format", "events", "--wait", "100ms", &server.url("/")]);
    assert_eq!(ended.code, Some(0), "{ended:#?}");
    let mut events = Vec::new();
    let mut reader = crawltop::journal::Reader::default();
    reader.receive(ended.stdout.as_bytes(), &mut events).unwrap();
    assert!(reader.finish().is_ok() && events.len() > 20, "{}", events.len());
}

#[test]
fn an_interrupt_in_the_middle_tells_what_there_is_as_partial() {
    let server = Server::start(|path| match path {
        "/robots.txt" => vec![Step::Send(answer("404 No", "text/plain", b""))],
        "/" => vec![Step::Send(page("<a href=/silent>s</a><a href=/fine>f</a>"))],
        "/silent" => vec![Step::Silence],
        _ => vec![Step::Send(page("fine"))],
    });
    let mut running = start(crawltop(["crawl", &server.url("/")]).stdin(Stdio::null()));
    running.until_stdout("/fine");
    running.signal(Signal::INT);
    running.signal(Signal::INT);
    let ended = running.end();
    assert_eq!(ended.code, Some(130), "{ended:#?}");
    assert!(ended.stdout.contains("partial: "), "{ended:#?}");
    assert!(ended.stdout.contains("cancelled"), "{ended:#?}");
}

#[test]
fn secrets_of_a_crawl_are_on_no_line() {
    let server = site();
    let start = server.url("/").replace("http://", "http://ann:s3cret@");
    for format in ["text", "jsonl", "events", "markdown"] {
        let ended = run(["crawl", "-v", "-b", "a=s3cret", "-H", "X-Token: s3cret", "--format", format, &start]);
        assert!(ended.code == Some(0) && !format!("{ended:?}").contains("s3cret"), "{format}: {ended:#?}");
    }
    assert!(server.heads().iter().all(|head| head.contains("X-Token: s3cret")));
}

#[test]
fn a_crawl_that_is_short_of_descriptors_waits_for_them_and_loses_nothing() {
    let lab = Lab::start(LabConfig {
        pages: 150,
        latency: Duration::ZERO..=Duration::ZERO,
        faults: Faults::None,
        ..LabConfig::default()
    });
    let lab = lab.unwrap();
    for engine in ["tasks", "threads"] {
        let script = "ulimit -n 48; exec \"$@\"";
        let mut command = Command::new("bash");
        command.args(["-c", script, "bash", env!("CARGO_BIN_EXE_crawltop"), "crawl", "--assets", "--per-host", "64"]);
        command.args(["--engine", engine, "--format", "jsonl", &lab.url()]);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let ended = start(&mut command).end();
        let results = lines(&ended, "result");
        let wrong: Vec<&Value> = results.iter().filter(|result| result["outcome"] != "ok").collect();
        assert!(
            ended.code == Some(0) && results.len() == 151 && wrong.is_empty(),
            "{engine}: {wrong:#?} {}",
            ended.stderr
        );
    }
}
