//! The site crawled and fetched without a terminal: both streams, each format in a file, the recording, and that told
//! again in each format.

use std::path::Path;

use crate::program::{Ended, crawltop, start};
use crate::scripted::Server;
use crate::site::{self, PATHS, in_a_path};
use crate::tame::assert_plain;

const FORMATS: [&str; 4] = ["text", "jsonl", "markdown", "events"];

/// The program with these words, and files in each format that it writes; all of it is looked at.
fn told(folder: &Path, what: &str, words: &[String]) -> Ended {
    let mut files = Vec::new();
    for (name, format) in [("out.txt", "text"), ("out.jsonl", "jsonl"), ("out.md", "markdown")] {
        let file = folder.join(name);
        files.extend(["-o".to_owned(), file.display().to_string()]);
        assert!(FORMATS.contains(&format));
    }
    let ended = start(&mut crawltop(words.iter().chain(&files))).end();
    for name in ["out.txt", "out.jsonl", "out.md"] {
        let bytes = std::fs::read(folder.join(name)).unwrap_or_else(|error| panic!("{name}: {error}: {ended:#?}"));
        assert!(bytes.len() > 2_000, "{what}: {name} tells of the site");
        assert_plain(&format!("{what}: {name}"), &bytes);
    }
    look_at(what, &ended);
    ended
}

fn look_at(what: &str, ended: &Ended) {
    assert_plain(&format!("standard output of {what}"), ended.stdout.as_bytes());
    assert_plain(&format!("standard error of {what}"), ended.stderr.as_bytes());
}

fn words(words: &[&str]) -> Vec<String> {
    words.iter().map(|&word| word.to_owned()).collect()
}

/// A verb with what makes it tell most, and the recording it writes.
fn runs(server: &Server, recording: &Path) -> [Vec<String>; 2] {
    let recording = recording.display().to_string();
    let crawl =
        ["crawl", "-g", "-v", "--no-tui", "--check-fragments", "--external", "--assets", "--record", &recording];
    let mut crawl = words(&crawl);
    crawl.extend([server.url("/"), server.url(&format!("/raw/{}", in_a_path()))]);
    let mut fetch = words(&["fetch", "-g", "-v", "--no-tui", "--hash", "--record", &recording]);
    fetch.extend(PATHS.map(|path| server.url(&format!("/{path}/{}?{}", in_a_path(), in_a_path()))));
    [crawl, fetch]
}

#[test]
fn nothing_acts_in_lines_files_recordings_and_replays() {
    let (server, folder) = (site::start(), tempfile::tempdir().unwrap());
    let recording = folder.path().join("run.jsonl");
    for words in runs(&server, &recording) {
        let verb = words[0].clone();
        let ended = told(folder.path(), &verb, &words);
        assert_eq!(ended.code, Some(0), "{ended:#?}");
        let lines = std::fs::read_to_string(folder.path().join("out.txt")).unwrap();
        assert!(lines.matches(&server.url("/")).count() >= PATHS.len(), "{verb}: {lines}");
        let journal = std::fs::read(&recording).unwrap();
        assert!(journal.len() > 20_000);
        assert_plain("the recording", &journal);
        replayed(folder.path(), &recording, &ended, &verb);
        streams(&words, &verb);
    }
}

/// The recording, told again in each way.
fn replayed(folder: &Path, recording: &Path, run: &Ended, verb: &str) {
    let recording = recording.display().to_string();
    let again = told(folder, &format!("replay of {verb}"), &words(&["replay", "-v", "--no-tui", &recording]));
    assert_eq!(again.stdout, run.stdout, "it says what the run has said");
    for format in FORMATS {
        let ended = start(&mut crawltop(["replay", "--format", format, &recording])).end();
        assert!(ended.code == Some(0) && ended.stdout.len() > 2_000, "{ended:#?}");
        look_at(&format!("replay of {verb} as {format}"), &ended);
    }
}

/// The run again, with its results on standard output in each format, and without most of its lines.
fn streams(run: &[String], verb: &str) {
    let run: Vec<&String> = run.iter().filter(|word| !["-v", "--no-tui"].contains(&word.as_str())).collect();
    let without_record = run.iter().position(|word| *word == "--record").expect("it is recorded");
    let mut plain = run.clone();
    plain.drain(without_record..without_record + 2);
    for format in FORMATS {
        let mut command = crawltop(&plain);
        let ended = start(command.args(["--format", format])).end();
        assert!(ended.code == Some(0) && ended.stdout.len() > 2_000, "{ended:#?}");
        look_at(&format!("{verb} as {format}"), &ended);
    }
    let mut command = crawltop(&plain);
    let quiet = start(command.arg("-q")).end();
    assert!(quiet.stdout.contains("410"), "{quiet:#?}");
    look_at(&format!("{verb}, quiet"), &quiet);
}
