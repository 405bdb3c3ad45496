//! `--record FILE`: what is in the file, what becomes of a run whose file can't be written, and what is never in it.

use std::fs::{self, File};
use std::io::Read;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use crawltop::clock::At;
use crawltop::control::EndReason;
use crawltop::event::{Event, EventKind, Hold};
use crawltop::journal::{Ended as JournalEnded, Reader};
use crawltop::report::{Caps, Lines, Report, Verbosity, findings, summary};
use crawltop::state::State;
use crawltop::text::Charset;
use flate2::read::MultiGzDecoder;
use rustix::process::Signal;
use tempfile::TempDir;

use crate::program::{Ended, Running, crawltop, run, start, until};
use crate::scripted::{Gate, Server, Step, answer, page};

struct Folder(TempDir);

impl Folder {
    fn new() -> Folder {
        Folder(tempfile::tempdir().unwrap())
    }

    fn file(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn fifo(&self) -> PathBuf {
        let path = self.file("fifo");
        assert!(Command::new("mkfifo").arg(&path).status().unwrap().success());
        path
    }
}

/// All events of a journal, and how it ended.
fn read(bytes: &[u8]) -> (Vec<Event>, JournalEnded) {
    let (mut reader, mut events) = (Reader::default(), Vec::new());
    reader.receive(bytes, &mut events).unwrap();
    (events, reader.finish().unwrap())
}

fn whole(file: &Path) -> Vec<Event> {
    let (events, ended) = read(&fs::read(file).unwrap());
    assert_eq!(ended, JournalEnded::Whole);
    events
}

fn reason(events: &[Event]) -> EndReason {
    match events.last().expect("an event").kind {
        EventKind::RunEnded { reason, .. } => reason,
        ref other => panic!("it ends with {other:?}"),
    }
}

fn site() -> Server {
    Server::start(|path| match path {
        "/robots.txt" => vec![Step::Send(answer("404 No", "text/plain", b""))],
        "/" => vec![Step::Send(page("<title>all</title><a href=/a>a</a> <a href=/b>b</a> <a href=/gone>gone</a>"))],
        "/a" => vec![Step::Send(page("<a href=/b>b\u{202e}</a> <a href=/>home</a> <a href=//127.0.0.2/>out</a>"))],
        "/b" => vec![Step::Send(page(&"fine ".repeat(1000)))],
        _ => vec![Step::Send(answer("404 No", "text/html", b"<title>no</title>"))],
    })
}

fn words<'a>(verb: &'a str, url: &'a str, file: &'a Path) -> Vec<&'a str> {
    vec![verb, "--record", file.to_str().unwrap(), url]
}

/// What is printed of a run that its events make.
fn printed(events: &[Event]) -> String {
    let (mut lines, mut out, mut state) =
        (Lines::new(Verbosity::Normal, Charset::Unicode, false, false), Vec::new(), State::default());
    for event in events {
        state.apply(event);
        lines.apply(event, &mut out);
    }
    lines.end(&state, &mut out);
    let first = String::from_utf8(out).unwrap();
    first + &findings(&state, Charset::Unicode, usize::MAX, Caps::LONG) + &summary(&state, Charset::Unicode)
}

#[test]
fn what_was_printed_can_be_told_from_the_recording_to_the_byte() {
    let (server, folder) = (site(), Folder::new());
    for verb in ["crawl", "fetch"] {
        let (file, url) = (folder.file("run.jsonl"), server.url("/"));
        let ended = run(words(verb, &url, &file));
        assert_eq!((ended.code, ended.stderr.as_str()), (Some(0), ""), "{ended:#?}");
        let events = whole(&file);
        assert_eq!(printed(&events), ended.stdout);
        assert_eq!(reason(&events), EndReason::Finished);
        let is_detailed = |kind: &EventKind| matches!(kind, EventKind::PhaseEntered { .. });
        assert!(events.iter().filter(|event| is_detailed(&event.kind)).count() >= 3, "phases are told one by one");
        assert!(events.iter().any(|event| matches!(event.kind, EventKind::Sampled(_))));
    }
}

#[test]
fn a_demo_of_every_fault_is_recorded_packed_and_told_again() {
    let folder = Folder::new();
    let file = folder.file("demo.jsonl.GZ");
    let demo = ["demo", "--no-tui", "--pages", "30", "--latency", "1ms", "--faults", "all", "--record"];
    let ended = run(demo.into_iter().chain([file.to_str().unwrap()]));
    assert_eq!(ended.code, Some(0), "{ended:#?}");
    let packed = fs::read(&file).unwrap();
    let mut bytes = Vec::new();
    MultiGzDecoder::new(&packed[..]).read_to_end(&mut bytes).unwrap();
    let (events, journal_ended) = read(&bytes);
    assert_eq!((journal_ended, printed(&events)), (JournalEnded::Whole, ended.stdout));
    // Cut anywhere, what came before can still be read.
    let mut before = Vec::new();
    assert!(MultiGzDecoder::new(&packed[..packed.len() / 2]).read_to_end(&mut before).is_err());
    assert!(!before.is_empty() && bytes.starts_with(&before));
}

#[test]
fn what_can_not_be_recorded_is_refused_before_anything_is_fetched() {
    let (server, folder) = (site(), Folder::new());
    let url = server.url("/");
    let results = folder.file("x.jsonl");
    let results = results.to_str().unwrap();
    let cases = [
        (vec!["fetch", "--record", "/nowhere/at/all.jsonl", &url], "can't record to /nowhere/at/all.jsonl: "),
        (vec!["crawl", "--record", folder.0.path().to_str().unwrap(), &url], "can't record to "),
        (vec!["fetch", "--record", "-", &url], "--record takes a file"),
        (vec!["fetch", "--record", results, "-o", results, &url], "-o and --record would both write to "),
        (vec!["race", "--record", results, &url], "a race is many runs"),
    ];
    for (words, said) in cases {
        let ended = run(words);
        ended.assert_refused();
        assert!(ended.stderr.contains(said), "{ended:#?}");
    }
    assert_eq!(server.requests(), 0);
}

#[test]
fn no_file_that_a_command_reads_or_writes_is_written_over_by_whatever_name_it_goes() {
    let (server, folder) = (site(), Folder::new());
    let url = server.url("/");
    let at = |name: &str| folder.file(name).to_str().unwrap().to_owned();
    let content = "{\"journal\":\"crawltop\",\"version\":1}\n";
    for name in ["old.jsonl", "list"] {
        fs::write(folder.file(name), content).unwrap();
    }
    std::os::unix::fs::symlink("old.jsonl", folder.file("link")).unwrap();
    std::os::unix::fs::symlink("new.jsonl", folder.file("ahead")).unwrap();
    fs::hard_link(folder.file("old.jsonl"), folder.file("other")).unwrap();
    let roots = rcgen::generate_simple_self_signed(["a.example".to_owned()]).unwrap().cert.pem();
    fs::write(folder.file("roots"), roots).unwrap();
    let [old, new, list, roots] = ["old.jsonl", "new.jsonl", "list", "roots"].map(at);
    let [old_again, link, ahead, other] = ["./old.jsonl", "link", "ahead", "other"].map(at);
    let cases = [
        (vec!["replay", "-o", &old, &old], "-o would write over "),
        (vec!["replay", "-o", &old_again, &old], ", which replay reads"),
        (vec!["replay", "-o", &link, &old], ", which replay reads"),
        (vec!["replay", "-o", &old, &other], ", which replay reads"),
        (vec!["fetch", "--record", &old, "-o", &old_again, &url], "-o and --record would both write to "),
        (vec!["fetch", "--record", &new, "-o", &ahead, &url], "-o and --record would both write to "),
        (vec!["fetch", "-o", &new, "-o", &ahead, &url], "two times -o would write to "),
        (vec!["fetch", "-i", &list, "--record", &list], ", which -i reads"),
        (vec!["crawl", "-o", &list, "-i", &list], ", which -i reads"),
        (vec!["race", "-o", &list, "-i", &list], ", which -i reads"),
        (vec!["fetch", "--cacert", &roots, "--record", &roots, &url], ", which --cacert reads"),
        // What is refused later than that leaves the old recording alone too.
        (vec!["fetch", "--record", &old, "-o", "/nowhere/at/all.md", &url], "can't write to /nowhere/at/all.md"),
    ];
    for (words, said) in cases {
        let ended = run(&words);
        ended.assert_refused();
        assert!(ended.stderr.contains(said), "{words:?}: {ended:#?}");
        let left = ["old.jsonl", "list"].map(|name| fs::read_to_string(folder.file(name)).unwrap());
        assert_eq!(left, [content; 2], "{words:?}");
    }
    // Nor is one that the shell has opened.
    let shell = |script: String| {
        let mut command = Command::new("bash");
        command.args(["-c", &script, "bash", env!("CARGO_BIN_EXE_crawltop")]);
        start(command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped())).end()
    };
    for (script, said) in [
        (format!("\"$1\" replay - -o {old} < {old}"), "-o would write over "),
        (format!("\"$1\" fetch -i - --record {list} < {list}"), "--record would write over "),
        (
            format!("\"$1\" fetch {url} --format jsonl --record {new} > {new}"),
            "standard output and --record would both",
        ),
        (format!("\"$1\" fetch {url} -o - -o {new} > {new}"), "standard output and -o would both"),
    ] {
        let ended = shell(script.clone());
        ended.assert_refused();
        assert!(ended.stderr.contains(said), "{script}: {ended:#?}");
        let left = ["old.jsonl", "list"].map(|name| fs::read_to_string(folder.file(name)).unwrap());
        assert_eq!(left, [content; 2], "{script}");
    }
    assert_eq!(server.requests(), 0);
    // What is no file may take as much as comes.
    let ended = run(["fetch", "-o", "/dev/null", "-o", "/dev/null", "--record", "/dev/null", &url]);
    assert_eq!(ended.code, Some(0), "{ended:#?}");
}

/// That the run went on, said so once, and told in the summary why the recording ended.
fn assert_goes_on(ended: &Ended, pages: usize, why: &str) {
    assert_eq!((ended.code, ended.results().len()), (Some(0), pages), "{ended:#?}");
    assert!(ended.stdout.contains("\nthe recording ended early: ") && ended.stdout.contains(why), "{ended:#?}");
    assert!(ended.stderr.lines().count() <= 1, "{ended:#?}");
}

#[test]
fn a_full_disk_is_told_and_the_run_goes_on() {
    let server = site();
    let url = server.url("/[1-50]");
    for quiet in [false, true] {
        let mut command = crawltop(["fetch", "--record", "/dev/full", &url]);
        let ended = start(command.args(quiet.then_some("-q"))).end();
        assert_goes_on(&ended, 50, "/dev/full: No space left on device");
    }
}

#[test]
fn a_file_that_may_not_grow_is_told_as_a_full_disk_is() {
    let (server, folder) = (site(), Folder::new());
    let (url, file) = (server.url("/[1-400]"), folder.file("run.jsonl"));
    let mut command = Command::new("bash");
    let script = "ulimit -f 16; exec \"$@\"";
    command.args(["-c", script, "bash", env!("CARGO_BIN_EXE_crawltop"), "fetch", "--record"]).arg(&file).arg(&url);
    let ended = start(command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped())).end();
    assert_goes_on(&ended, 400, "File too large");
}

#[test]
fn a_note_says_at_once_that_the_recording_has_ended() {
    let (gate, folder) = (Gate::default(), Folder::new());
    let server = Server::always(vec![Step::Await(gate.clone()), Step::Send(page("late"))]);
    let fifo = folder.fifo();
    let running = start(&mut crawltop(words("fetch", &server.url("/[1-3]"), &fifo)));
    // Its reader sees the beginning, and goes.
    let mut reader = File::open(&fifo).unwrap();
    assert!(reader.read(&mut [0; 10]).unwrap() > 0);
    drop(reader);
    running.until_stderr("note: the recording ends, and the run goes on: ");
    gate.open();
    assert_goes_on(&running.end(), 3, "fifo: its reader has gone");
}

fn impatient(words: &[&str], patience: &str) -> Running {
    start(crawltop(words).env("CRAWLTOP_TEST_PATIENCE", patience))
}

#[test]
fn a_file_that_nobody_reads_holds_back_starts_until_it_is_given_up() {
    let folder = Folder::new();
    let fifo = folder.fifo();
    // More links than the recording may owe.
    let page =
        page(&(0..2000).map(|at| format!("<a href=/{}>{at}{}</a>", at % 60, "text ".repeat(30))).collect::<String>());
    let server = Server::start(move |path| match path {
        "/robots.txt" => vec![Step::Send(answer("404 No", "text/plain", b""))],
        _ => vec![Step::Send(page.clone())],
    });
    let journal = folder.file("events.jsonl");
    let starts: Vec<String> = (0..60).map(|at| server.url(&format!("/{at}"))).collect();
    let mut all = vec!["crawl", "--level", "0", "-c", "1", "--format", "events", "--record", fifo.to_str().unwrap()];
    all.extend(starts.iter().map(String::as_str));
    // Opened for both, it takes what its buffer holds, and never has a reader.
    let _open = File::options().read(true).write(true).custom_flags(libc::O_NONBLOCK).open(&fifo).unwrap();
    // Long enough for more to come up than may wait, on a busy machine too.
    let ended = impatient(&all, "12s").end();
    fs::write(&journal, &ended.stdout).unwrap();
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    assert!(ended.stderr.contains("fifo: it took nothing for 12s"), "{}", ended.stderr);
    let events = whole(&journal);
    let at = |is: &dyn Fn(&EventKind) -> bool| events.iter().position(|event| is(&event.kind));
    let held = at(&|kind| *kind == EventKind::Held { by: Some(Hold::Recording) }).expect("starts are held back");
    let given_up = at(&|kind| matches!(kind, EventKind::RecordingEnded { .. })).expect("it is given up");
    let is_start = |event: &Event| matches!(event.kind, EventKind::Started { .. });
    assert!(!events[held..given_up].iter().any(is_start), "nothing starts meanwhile");
    assert!(events[given_up..].iter().any(is_start), "and then the rest does");
    let state = events.iter().fold(State::default(), |mut state, event| {
        state.apply(event);
        state
    });
    assert_eq!(state.done.count, 60);
}

#[test]
fn a_fifo_without_a_reader_keeps_no_run_from_its_end() {
    let (server, folder) = (site(), Folder::new());
    let fifo = folder.fifo();
    let ended = impatient(&words("fetch", &server.url("/[1-5]"), &fifo), "300ms").end();
    assert_goes_on(&ended, 5, "fifo: it took nothing for 300ms");
}

/// A recorded run with two fetches in flight that never end.
fn stuck(file: &Path, more: &[&str]) -> Running {
    let server = Server::always(vec![Step::Silence]);
    let url = server.url("/[1-5]");
    let mut all = words("fetch", &url, file);
    all.extend(["-c", "2", "--idle-timeout", "0", "--max-time", "0"]);
    all.extend(more);
    let running = start(&mut crawltop(all));
    until("two are in flight", || server.requests() == 2);
    std::mem::forget(server);
    running
}

#[test]
fn a_recording_ends_with_the_end_of_the_run_however_that_comes() {
    let folder = Folder::new();
    let signals = [
        (&[Signal::TERM][..], EndReason::Terminate),
        (&[Signal::HUP], EndReason::Hangup),
        (&[Signal::INT, Signal::INT], EndReason::Interrupt),
    ];
    for (signals, why) in signals {
        let file = folder.file("run.jsonl");
        let mut running = stuck(&file, &[]);
        for signal in signals {
            running.signal(*signal);
            running.until_stderr("note: what is in flight has 2s to end");
        }
        let ended = running.end();
        let events = whole(&file);
        assert_eq!((reason(&events), printed(&events)), (why, ended.stdout));
    }
    let file = folder.file("deadline.jsonl");
    let ended = stuck(&file, &["--deadline", "300ms"]).end();
    let events = whole(&file);
    assert_eq!((reason(&events), printed(&events)), (EndReason::Deadline, ended.stdout));
}

#[test]
fn a_panic_is_the_last_thing_that_a_recording_tells() {
    let (server, folder) = (site(), Folder::new());
    let file = folder.file("run.jsonl");
    let ended = start(crawltop(words("fetch", &server.url("/"), &file)).env("CRAWLTOP_TEST_PANIC", "hub")).end();
    assert_eq!(ended.code, Some(101), "{ended:#?}");
    assert_eq!(reason(&whole(&file)), EndReason::Panicked);
}

#[test]
fn what_is_killed_leaves_what_it_had_told() {
    let folder = Folder::new();
    let file = folder.file("run.jsonl");
    let mut running = stuck(&file, &[]);
    let in_flight = || {
        let recorded = fs::read(&file).unwrap();
        // The file is there before its first line is.
        let events = if recorded.contains(&b'\n') { read(&recorded).0 } else { Vec::new() };
        events.iter().filter(|event| matches!(event.kind, EventKind::Started { .. })).count()
    };
    until("both starts are in the file", || in_flight() == 2);
    running.signal(Signal::KILL);
    assert_eq!(running.end().code, None);
    assert_eq!(in_flight(), 2);
}

#[test]
fn time_that_stood_is_in_the_recording_and_no_age_counts_it() {
    const STOOD: Duration = Duration::from_millis(300);
    let folder = Folder::new();
    let file = folder.file("run.jsonl");
    let mut command = crawltop(["fetch", "--idle-timeout", "0", "--max-time", "0"]);
    let gate = Gate::default();
    let server = {
        let gate = gate.clone();
        Server::always(vec![Step::Await(gate), Step::Send(page("late"))])
    };
    // It stands alone: the group that it is in is that of the tests.
    let mut running = start(command.args(["--record", file.to_str().unwrap(), &server.url("/")]));
    until("it is in flight", || server.requests() == 1);
    running.signal(Signal::TSTP);
    let status = format!("/proc/{}/stat", running.pid().as_raw_nonzero());
    until("it is stopped", || fs::read_to_string(&status).unwrap().contains(") T "));
    std::thread::sleep(STOOD);
    running.signal(Signal::CONT);
    until("it goes on", || fs::read_to_string(&file).unwrap().contains("\"continued\""));
    gate.open();
    let ended = running.end();
    assert_eq!(ended.code, Some(0), "{ended:#?}");
    let events = whole(&file);
    let at = |is: fn(&EventKind) -> bool| {
        events.iter().find(|event| is(&event.kind)).unwrap_or_else(|| panic!("{events:#?}"))
    };
    let suspended = at(|kind| matches!(kind, EventKind::Suspended));
    let continued = at(|kind| matches!(kind, EventKind::Continued { .. }));
    let EventKind::Continued { stood_us } = continued.kind else { unreachable!() };
    assert!(stood_us >= STOOD.as_micros() as u64, "{stood_us}");
    let end = events.last().unwrap().at - At(0);
    let state = events.iter().fold(State::default(), |mut state, event| {
        state.apply(event);
        // The only fetch is in flight then, and no older than the time that did not stand.
        if let (EventKind::Continued { .. }, Some(oldest)) = (&event.kind, state.requests.oldest()) {
            assert!(oldest.age(event.at) <= suspended.at - At(0) + Duration::from_millis(100));
        }
        state
    });
    assert!(state.timing.last_time() <= end);
    assert_eq!(printed(&events), ended.stdout);
}

/// Each secret as it was given, and as it goes over the wire.
const SECRETS: [&str; 9] =
    ["s3cret1", "s3cret2", "s3cret3", "s3cret4", "dXM6czNjcmV0MQ", "dXM6czNjcmV0NA", "s3cret5", "s3cret6", "s3cret7"];

#[test]
fn no_secret_is_ever_recorded() {
    let folder = Folder::new();
    let server = Server::start(|path| match path {
        "/robots.txt" => vec![Step::Send(answer("404 No", "text/plain", b""))],
        "/" => {
            let head = "HTTP/1.1 302 Found\r\nLocation: http://me:s3cret5@{HOST}/next\r\nSet-Cookie: sid=s3cret6\r\nContent-Length: 0\r\n\r\n";
            vec![Step::Send(head.into())]
        }
        "/next" => vec![Step::Send(page("<a href='http://me:s3cret7@127.0.0.1:1/x'>a</a> <a href=/broken>b</a>"))],
        _ => vec![Step::Send(b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nhalf".to_vec())],
    });
    let with_user = server.url("/").replace("http://", "http://us:s3cret4@");
    let broken = server.url("/broken").replace("http://", "http://us:s3cret4@");
    let secret = ["-b", "a=s3cret2", "-H", "X-Token: s3cret3", "-H", "Proxy-Authorization: Basic s3cret3", "--record"];
    let runs = [
        vec!["crawl", "--external", "-u", "us:s3cret1", &with_user],
        vec!["fetch", "-v", "-u", "us:s3cret1", &with_user, &broken],
        vec!["fetch", "-v", &with_user, &broken],
        vec!["fetch", "-x", "http://us:s3cret4@127.0.0.1:1", &broken],
    ];
    for run in runs {
        let file = folder.file("run.jsonl");
        let ended = start(&mut crawltop(run.iter().copied().chain(secret).chain([file.to_str().unwrap()]))).end();
        let recorded = fs::read_to_string(&file).unwrap();
        assert!(recorded.contains("run_ended") && recorded.contains("finished"), "{ended:#?}");
        for secret in SECRETS {
            let line = recorded.lines().find(|line| line.contains(secret));
            assert_eq!(line, None, "{secret} of {run:?}");
        }
    }
    assert!(server.heads().iter().any(|head| head.contains("Cookie: a=s3cret2")), "they were used");
}
