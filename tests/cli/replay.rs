//! `crawltop replay` without a terminal: what the run told, told again, and recordings that are not whole.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use std::time::{Duration, Instant};

use flate2::Compression;
use flate2::write::GzEncoder;
use rustix::process::Signal;
use tempfile::TempDir;

use crate::program::{Ended, crawltop, run, run_fed, start, start_unread};

/// A run that was told in every way, and the record of it.
struct Told {
    folder: TempDir,
    journal: Vec<u8>,
}

/// Run once, and read by all tests here. Something of every kind is wrong in it.
static TOLD: LazyLock<Told> = LazyLock::new(|| {
    let folder = tempfile::tempdir().unwrap();
    let mut words: Vec<String> = ["demo", "--pages", "30", "--latency", "1ms", "--idle-timeout", "300ms"]
        .into_iter()
        .chain(["--max-time", "600ms", "-v", "--format", "events", "-o", "-"])
        .map(str::to_owned)
        .collect();
    for file in ["run.txt", "run.jsonl", "run.md"] {
        words.extend(["-o".to_owned(), folder.path().join(file).display().to_string()]);
    }
    let ended = start(crawltop(words).env_remove("CRAWLTOP_RETRY")).end();
    assert_eq!(ended.code, Some(0), "{ended:#?}");
    // What it printed is for programs; for the tests here, it is the recording of a run that printed text.
    let journal = ended.stdout.replacen("\"form\":\"events\"", "\"form\":\"text\"", 1).into_bytes();
    fs::write(folder.path().join("run.journal"), &journal).unwrap();
    Told { folder, journal }
});

fn recording() -> String {
    TOLD.folder.path().join("run.journal").display().to_string()
}

fn told(file: &str) -> String {
    fs::read_to_string(TOLD.folder.path().join(file)).unwrap()
}

/// What a run said in the end, on standard output.
fn again(words: &[&str]) -> String {
    let ended = run(["replay", &recording()].iter().chain(words));
    assert!(ended.code == Some(0) && !ended.stderr.contains("note: "), "{}", ended.stderr);
    ended.stdout
}

fn file(folder: &TempDir, name: &str, bytes: &[u8]) -> PathBuf {
    let path = folder.path().join(name);
    fs::write(&path, bytes).unwrap();
    path
}

fn replay(path: &Path) -> Ended {
    run(["replay".as_ref(), path.as_os_str()])
}

/// A recording of two pages, so many seconds apart.
fn slow(seconds: u64) -> Vec<u8> {
    let target = |at: u64, event: &str| format!("{{\"at\":{at},{event}}}\n");
    let counted = target(0, r#""event":"targets_counted","total":2,"more":false"#);
    let skipped = target(seconds * 1_000_000, r#""event":"line_skipped","line":7,"message":"no URL""#);
    let ended = target(seconds * 1_000_000, r#""event":"run_ended","reason":"finished","unread":0"#);
    let header = "{\"type\":\"journal\",\"version\":1,\"program\":\"a test\"}\n";
    [header, &counted, &skipped, &ended].concat().into_bytes()
}

/// However it was told to print: the replay of a recording prints what its run has printed, to the byte, and need not be
/// told how.
#[test]
fn what_a_run_printed_is_printed_again() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).display().to_string();
    let results = path("results.md");
    let lab = ["demo", "--pages", "20", "--latency", "1ms", "--idle-timeout", "300ms", "--max-time", "600ms"];
    let runs: [(&[&str], &str); 6] = [
        (&["--no-tui"], "run.jsonl"),
        (&["-q"], "quiet.jsonl.gz"),
        (&["-v"], "verbose.jsonl"),
        (&["--format", "jsonl"], "format.jsonl"),
        (&["--format", "events"], "events.jsonl"),
        (&["-o", &results], "taken.jsonl"),
    ];
    for (options, name) in runs {
        let file = path(name);
        let words = lab.into_iter().chain(["--record", &file]).chain(options.iter().copied());
        let ended = start(crawltop(words).env_remove("CRAWLTOP_RETRY")).end();
        assert_eq!(ended.code, Some(0), "{ended:#?}");
        for again in [run(["replay", &file]), run(["replay", "--no-tui", &file])] {
            assert_eq!((again.code, again.stderr.as_str()), (Some(0), ended.stderr.as_str()), "{options:?}");
            assert!(again.stdout == ended.stdout, "{}\n\n{}", ended.stdout, again.stdout);
        }
    }
    let told = |words: &[&str]| run(["replay"].iter().chain(words)).stdout;
    let [quiet, verbose] = [path("quiet.jsonl.gz"), path("verbose.jsonl")];
    let fine = |text: &str| text.contains("✓ 200");
    assert!(fine(&told(&["-v", &quiet])) && !fine(&told(&["-q", &verbose])), "what is given wins");
    assert!(told(&["--format", "text", &path("format.jsonl")]).contains("\nlast time"), "what is given wins");
}

/// Where results go may be given without how: that is as the run did it.
#[test]
fn what_is_put_elsewhere_has_the_format_and_the_contents_of_the_run_unless_others_are_given() {
    use crate::scripted::{Server, Step, page};
    let server = Server::start(|_| vec![Step::Send(page("<p>a page</p>\n"))]);
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).display().to_string();
    let replayed = |words: &[&str]| run(["replay"].iter().chain(words));
    let formats = ["jsonl", "markdown", "events", "text"].map(|format| ["--format", format]);
    for options in formats.iter().map(|format| &format[..]).chain([&["--body"][..]]) {
        let (recording, unnamed) = (path("run.jsonl"), path("results"));
        let ended = run(["fetch", &server.url("/"), "--record", &recording].iter().chain(options));
        for words in [&["-o", "-", &recording][..], &["--no-tui", "-o", "-", &recording]] {
            let again = replayed(words);
            assert_eq!((again.stdout, again.stderr), (ended.stdout.clone(), ended.stderr.clone()), "{options:?}");
        }
        replayed(&["-o", &unnamed, &recording]);
        let told = fs::read_to_string(unnamed).unwrap();
        assert!(options == ["--body"] || ended.stdout.starts_with(&told[..told.len().min(200)]), "{told}");
        let text = replayed(&["--format", "text", "-o", "-", &recording]).stdout;
        assert!(text.contains(" 200 ") && text.contains("\nlast time: "), "{text}");
        assert_eq!(text.contains("<p>a page</p>\n"), options == ["--body"], "{text}");
        let bodies = replayed(&["--body", "-o", "-", &recording]);
        assert_eq!(bodies.code, Some(if options == ["--body"] { 0 } else { 2 }), "{bodies:#?}");
    }
    let recording = path("taken.jsonl");
    run(["fetch", &server.url("/"), "--record", &recording, "-o", &path("results.md")]);
    assert!(replayed(&["-o", "-", &recording]).stdout.contains(" 200 "), "text, where standard output had none");
}

/// So is the note about robots.txt, which nobody is to overlook.
#[test]
fn that_no_robots_txt_was_asked_is_said_again() {
    use crate::scripted::{Server, Step, page};
    let server = Server::start(|_| vec![Step::Send(page("<p>a page</p>"))]);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("rude.jsonl").display().to_string();
    let ended = run(["crawl", "-q", "--no-robots", "--record", &file, &server.url("/")]);
    assert!(ended.stderr.starts_with("note: no robots.txt is asked"), "{ended:#?}");
    let again = run(["replay", "--no-tui", &file]);
    assert_eq!((again.code, &again.stderr, &again.stdout), (Some(0), &ended.stderr, &ended.stdout));
}

/// Contents too, where the run printed them; of one that the recording does not hold, that is said.
#[test]
fn contents_that_a_run_printed_are_printed_again_and_what_is_not_recorded_is_said() {
    use crate::scripted::{Server, Step, answer, page};
    let large = vec![b'x'; 300 << 10];
    let server = Server::start(move |path| match path {
        "/large" => vec![Step::Send(answer("200 OK", "text/plain", &large))],
        "/none" => vec![Step::Send(answer("404 Not Found", "text/plain", b""))],
        path => vec![Step::Send(page(&format!("<p>the content of {path}</p>\n")))],
    });
    let folder = tempfile::tempdir().unwrap();
    let recorded = |name: &str, option: &[&str], paths: &[&str]| {
        let file = folder.path().join(name).display().to_string();
        let urls: Vec<String> = paths.iter().map(|path| server.url(path)).collect();
        let urls = urls.iter().map(String::as_str);
        let ended = run(["fetch", "--record", &file].into_iter().chain(option.iter().copied()).chain(urls));
        (file, ended)
    };
    let (file, ended) = recorded("held.jsonl", &["--body"], &["/1", "/none", "/2"]);
    for again in [run(["replay", "--body", &file]), run(["replay", &file])] {
        assert_eq!((again.code, again.stderr.as_str()), (Some(0), ""));
        assert!(again.stdout.contains("<p>the content of /2</p>\n"), "{}", again.stdout);
        assert_eq!(again.stdout, ended.stdout);
    }
    let (file, ended) = recorded("large.jsonl", &["--body"], &["/1", "/large"]);
    let again = run(["replay", "--body", &file]);
    assert_eq!(again.code, Some(0));
    let note = "does not hold the content of 1 result: a recording takes up to 256 KiB of each\n";
    assert!(again.stderr.starts_with("note: ") && again.stderr.ends_with(note), "{}", again.stderr);
    assert!(ended.stdout.len() > again.stdout.len() + (300 << 10) && again.stdout.contains("the content of /1"));
    let (file, _) = recorded("without.jsonl", &[], &["/1"]);
    let again = run(["replay", "--body", &file]);
    assert_eq!(again.code, Some(2));
    for words in
        ["without.jsonl holds no content, for the run that it is of printed none\n", "\nhint: leave --body out"]
    {
        assert!(again.stderr.contains(words), "{}", again.stderr);
    }
    run(["replay", "--body", "--format", "jsonl", &file]).assert_refused();
}

/// Where it takes its time, it says where the run was as the run did, and else not: all of it would come at once.
#[test]
fn with_a_speed_the_progress_is_told_at_the_moments_of_the_run() {
    let folder = tempfile::tempdir().unwrap();
    let path = file(&folder, "slow", &slow(12)).display().to_string();
    let told = |words: &[&str]| {
        let ended = crawltop(["replay", &path].iter().chain(words)).output().unwrap();
        String::from_utf8(ended.stderr).unwrap()
    };
    assert_eq!(told(&["--speed", "100"]), "00:05.0 0 of 2 done, 0 in flight\n00:10.0 0 of 2 done, 0 in flight\n");
    assert_eq!(told(&["--speed", "100", "-q"]), "");
    assert_eq!(told(&[]), "");
}

#[test]
fn files_are_written_again_byte_for_byte() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["run.txt", "run.jsonl", "run.md"] {
        let path = folder.path().join(name).display().to_string();
        again(&["-v", "-o", &path]);
        assert!(fs::read_to_string(path).unwrap() == told(name), "{name}");
    }
    assert!(told("run.md").contains("404") && told("run.txt").contains("attempt 1"), "something was wrong in it");
}

#[test]
fn standard_output_carries_what_the_run_told_in_each_format() {
    assert!(again(&["--format", "jsonl"]) == told("run.jsonl"));
    assert!(again(&["--format", "markdown"]) == told("run.md"));
    assert!(again(&["--format", "events"]).into_bytes() == TOLD.journal);
    let text = again(&["-v"]);
    let summary = text.find("\nlast time: ").expect("a summary");
    assert!(told("run.txt").contains(&text[summary..]), "{text}");
    // The report on standard output is shorter than that in a file; the lines before it are the same.
    let lines = text.split("\n\n").next().expect("there are lines");
    assert!(lines.lines().count() > 60 && told("run.txt").starts_with(lines), "{text}");
    assert!(again(&["-v", "--no-tui"]) == text);
    let quiet = again(&["-q"]);
    assert!(quiet.len() < text.len() && !quiet.contains("✓ 200") && quiet.contains("✗ "), "{quiet}");
}

#[test]
fn packed_and_by_a_pipe_it_is_the_same_recording() {
    let folder = tempfile::tempdir().unwrap();
    let mut packer = GzEncoder::new(Vec::new(), Compression::default());
    packer.write_all(&TOLD.journal).unwrap();
    let packed = packer.finish().unwrap();
    let expected = again(&[]);
    // It is not the name that says so.
    let ended = replay(&file(&folder, "run.jsonl", &packed));
    assert!(ended.stdout == expected && ended.code == Some(0), "{ended:#?}");
    for bytes in [packed, TOLD.journal.clone()] {
        let ended = run_fed(bytes, &["replay", "-"]);
        assert!(ended.stdout == expected && ended.code == Some(0), "{ended:#?}");
    }
}

#[test]
fn findings_make_the_exit_code_where_that_is_asked_for() {
    assert_eq!(run(["replay", "-q", "--fail", &recording()]).code, Some(1));
    let folder = tempfile::tempdir().unwrap();
    let path = file(&folder, "whole", &slow(0)).display().to_string();
    assert_eq!(run(["replay", "--fail", &path]).code, Some(0), "nothing is wrong in it");
}

#[test]
fn a_recording_that_is_torn_is_told_as_far_as_it_goes_with_a_note() {
    let folder = tempfile::tempdir().unwrap();
    let lines = TOLD.journal.iter().filter(|byte| **byte == b'\n').count();
    let path = file(&folder, "torn", &TOLD.journal[..TOLD.journal.len() - 5]);
    let ended = replay(&path);
    assert_eq!(ended.code, Some(0), "{ended:#?}");
    let note = format!("note: {}: line {lines} has no end and is left out\n", path.display());
    assert_eq!(ended.stderr, note);
    assert!(ended.stdout.contains("\nlast time: ") && ended.results().len() > 30);
}

#[test]
fn what_is_no_recording_is_refused_with_its_line() {
    let folder = tempfile::tempdir().unwrap();
    let header = slow(0).split_inclusive(|byte| *byte == b'\n').next().unwrap().to_vec();
    let version = String::from_utf8(header.clone()).unwrap().replace("\"version\":1", "\"version\":0");
    let cases: [(&[u8], &str); 6] = [
        (b"", "the journal is empty"),
        (b"<html>\n", "line 1: not the beginning of a journal"),
        (version.as_bytes(), "version 0"),
        (&[&header[..], b"garbage\n"].concat(), "line 2: not JSON, at column 1"),
        (&[&header[..], b"{\"at\":1,\"event\":\"baked\"}\n"].concat(), "line 2: no event that this program knows"),
        (&[&header[..], b"\n"].concat(), "line 2: not JSON"),
    ];
    for (bytes, words) in cases {
        let path = file(&folder, "bad", bytes);
        let ended = replay(&path);
        ended.assert_refused();
        assert!(ended.stderr.contains(words) && ended.stderr.contains("bad: "), "{words}: {ended:#?}");
    }
    for path in [folder.path().join("none"), folder.path().to_path_buf()] {
        replay(&path).assert_refused();
    }
}

#[test]
fn results_before_garbage_are_told_and_the_garbage_is() {
    let folder = tempfile::tempdir().unwrap();
    let bytes = [&TOLD.journal[..], b"garbage\n"].concat();
    let ended = replay(&file(&folder, "bad", &bytes));
    assert_eq!(ended.code, Some(2), "{ended:#?}");
    assert!(ended.results().len() > 30 && !ended.stdout.contains("last time"), "{ended:#?}");
    assert!(ended.stderr.contains("not JSON, at column 1"), "{ended:#?}");
}

#[test]
fn with_a_speed_it_takes_its_time_and_a_signal_ends_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = file(&folder, "slow", &slow(10)).display().to_string();
    let began = Instant::now();
    assert_eq!(run(["replay", "--speed", "50x", &path]).code, Some(0));
    assert!(began.elapsed() >= Duration::from_millis(200), "{:?}", began.elapsed());
    let path = file(&folder, "slower", &slow(100_000)).display().to_string();
    for (signal, code) in [(Signal::INT, 130), (Signal::TERM, 143)] {
        let mut running = start(&mut crawltop(["replay", "--speed", "1", "--format", "events", &path]));
        running.until_stdout("targets_counted");
        running.signal(signal);
        let ended = running.end();
        assert_eq!(ended.code, Some(code), "{ended:#?}");
        assert!(!ended.stdout.contains("run_ended"));
    }
    for speed in ["0", "101", "fast", "-1"] {
        run(["replay", "--speed", speed, &path]).assert_refused();
    }
}

#[test]
fn a_closed_pipe_ends_it_quietly() {
    let (mut running, stdout) = start_unread(&mut crawltop(["replay", "--format", "events", &recording()]));
    drop(stdout);
    crate::program::until("it ends", || !running.is_running());
    let ended = running.end();
    assert_eq!((ended.code, ended.stderr.as_str()), (Some(0), ""), "{ended:#?}");
}
