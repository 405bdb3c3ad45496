//! Where results go: files, standard output, both; and devices that are full.

use rustix::process::Signal;
use std::fs;
use std::io::Read as _;
use std::path::PathBuf;

use crate::program::{crawltop, json_lines, run, start, until};
use crate::scripted::{Server, Step, page};

fn fine() -> Server {
    Server::always(vec![Step::Send(page("fine"))])
}

#[test]
fn a_file_takes_the_results_and_standard_output_the_summary() {
    let (server, folder) = (fine(), tempfile::tempdir().unwrap());
    let file = folder.path().join("results.jsonl");
    let ended = run(["fetch", "-o", file.to_str().unwrap(), &server.url("/[1-3]")]);
    assert_eq!((ended.code, ended.stderr.as_str()), (Some(0), ""), "{ended:#?}");
    assert!(ended.stdout.starts_with("last time: "), "{ended:#?}");
    assert_eq!(json_lines(&fs::read_to_string(file).unwrap()).len(), 3);
}

#[test]
fn several_outputs_tell_the_same_in_the_format_of_their_extensions() {
    let (server, folder) = (fine(), tempfile::tempdir().unwrap());
    let files = ["a.jsonl", "b.txt", "c.ndjson"].map(|name| folder.path().join(name).to_str().unwrap().to_owned());
    let outputs = files.iter().flat_map(|file| ["-o", file]);
    let words = ["fetch", "-o", "-"].into_iter().chain(outputs);
    let ended = start(crawltop(words).arg(server.url("/[1-3]"))).end();
    assert_eq!((ended.code, ended.results().len()), (Some(0), 3), "{ended:#?}");
    let [first, text, second] = files.map(|file| fs::read_to_string(file).unwrap());
    assert_eq!((json_lines(&first).len(), &first), (3, &second));
    assert!(ended.stdout.starts_with(&text) && text.lines().count() == 3, "{text}");
}

#[test]
fn a_dash_is_standard_output_in_the_format_asked_for() {
    let server = fine();
    let ended = run(["fetch", "-o", "-", "--format", "jsonl", &server.url("/page")]);
    assert_eq!(ended.json().len(), 1);
    assert!(ended.stderr.starts_with("last time: "), "{ended:#?}");
}

#[test]
fn an_old_file_is_replaced_whole() {
    let (server, folder) = (fine(), tempfile::tempdir().unwrap());
    let file = folder.path().join("results.txt");
    fs::write(&file, "old line\n".repeat(1000)).unwrap();
    run(["fetch", "-o", file.to_str().unwrap(), &server.url("/page")]);
    assert_eq!(fs::read_to_string(file).unwrap().lines().count(), 1);
}

/// What is packed, unpacked.
fn unpacked(file: &std::path::Path) -> String {
    let mut text = String::new();
    flate2::read::GzDecoder::new(fs::File::open(file).unwrap()).read_to_string(&mut text).expect("it is whole");
    text
}

#[test]
fn a_file_whose_name_ends_in_gz_is_packed_and_has_the_format_of_the_extension_before() {
    let (server, folder) = (fine(), tempfile::tempdir().unwrap());
    let files = ["a.jsonl.gz", "b.md.GZ", "c.gz"].map(|name| folder.path().join(name));
    let words = ["fetch"].into_iter().chain(files.iter().flat_map(|file| ["-o", file.to_str().unwrap()]));
    let ended = start(crawltop(words).arg(server.url("/[1-3]"))).end();
    assert_eq!(ended.code, Some(0), "{ended:#?}");
    let [json, markdown, text] = files.each_ref().map(|file| unpacked(file));
    assert_eq!(json_lines(&json).len(), 3);
    assert!(markdown.starts_with("# ") && text.lines().count() >= 3, "{markdown}\n{text}");
    let refused = run(["fetch", "-o", "x.csv.gz", &server.url("/")]);
    refused.assert_refused();
    assert!(refused.stderr.contains("csv"), "{refused:#?}");
}

#[test]
fn a_packed_file_is_whole_after_a_signal_too() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::always(vec![Step::Silence]);
    let file = folder.path().join("results.jsonl.gz");
    let mut running = start(&mut crawltop(["fetch", "-o", file.to_str().unwrap(), &server.url("/[1-3]")]));
    until("all are asked", || server.requests() == 3);
    running.signal(Signal::INT);
    let ended = running.end();
    assert_eq!(ended.code, Some(130), "{ended:#?}");
    assert_eq!(json_lines(&unpacked(&file)).len(), 3);
}

/// All names in a folder.
fn names(folder: &std::path::Path) -> Vec<String> {
    let mut names: Vec<_> =
        fs::read_dir(folder).unwrap().map(|it| it.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// One that answers but the last, with a fetch of both under way whose results go to `file`.
fn under_way(file: &std::path::Path, more: &[&str]) -> (Server, crate::program::Running) {
    let server = Server::start(|path| match path {
        "/2" => vec![Step::Silence],
        _ => vec![Step::Send(page("fine"))],
    });
    let words = ["fetch", "-o", file.to_str().unwrap(), &server.url("/[1-2]")].map(str::to_owned);
    let running = start(crawltop(words).args(more));
    until("a result is written", || {
        names(file.parent().unwrap()).iter().any(|name| {
            name.ends_with(".part") && fs::metadata(file.with_file_name(name)).is_ok_and(|part| part.len() > 500)
        })
    });
    (server, running)
}

#[test]
fn the_old_results_stand_until_the_new_ones_are_whole_however_the_run_ends() {
    use rustix::process::Signal;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("r.jsonl");
    for (signal, code) in [(Some(Signal::INT), 130), (Some(Signal::TERM), 143), (Some(Signal::HUP), 129), (None, 3)] {
        fs::write(&file, "OLD").unwrap();
        let (_server, mut running) = under_way(&file, if signal.is_none() { &["--deadline", "2s"] } else { &[] });
        assert_eq!(fs::read_to_string(&file).unwrap(), "OLD");
        signal.into_iter().for_each(|signal| running.signal(signal));
        assert_eq!(running.end().code, Some(code));
        assert_eq!(json_lines(&fs::read_to_string(&file).unwrap()).len(), 2, "{signal:?}");
        assert_eq!(names(folder.path()), ["r.jsonl"], "{signal:?}");
    }
}

#[test]
fn a_run_that_is_killed_leaves_the_old_results() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("r.jsonl");
    fs::write(&file, "OLD").unwrap();
    let (_server, mut running) = under_way(&file, &[]);
    running.signal(rustix::process::Signal::KILL);
    assert_eq!(running.end().code, None);
    assert_eq!(fs::read_to_string(&file).unwrap(), "OLD");
    assert_eq!(names(folder.path()).len(), 2);
}

#[test]
fn a_closed_pipe_beside_a_file_leaves_the_file_whole() {
    let (server, folder) = (fine(), tempfile::tempdir().unwrap());
    let file = folder.path().join("r.jsonl");
    let mut command =
        crawltop(["fetch", "-c", "4", "-o", "-", "-o", file.to_str().unwrap(), &server.url("/[1-100000]")]);
    let (running, stdout) = crate::program::start_unread(&mut command);
    drop(stdout);
    assert_eq!(running.end().code, Some(0));
    assert_eq!(names(folder.path()), ["r.jsonl"]);
    assert!(!json_lines(&fs::read_to_string(&file).unwrap()).is_empty());
}

#[test]
fn what_is_no_regular_file_is_written_as_it_comes() {
    let (server, folder) = (fine(), tempfile::tempdir().unwrap());
    let fifo = folder.path().join("fifo.jsonl");
    rustix::fs::mkfifoat(rustix::fs::CWD, &fifo, rustix::fs::Mode::RUSR | rustix::fs::Mode::WUSR).unwrap();
    let running = start(&mut crawltop(["fetch", "-o", fifo.to_str().unwrap(), &server.url("/page")]));
    assert_eq!(json_lines(&fs::read_to_string(&fifo).unwrap()).len(), 1);
    assert_eq!((running.end().code, names(folder.path())), (Some(0), vec!["fifo.jsonl".to_owned()]));
    let ended = run(["fetch", "--format", "jsonl", "-o", "/dev/stdout", &server.url("/page")]);
    assert!(ended.stdout.starts_with("{\"type\":\"meta\"") && ended.stdout.contains("\nlast time: "), "{ended:#?}");
}

#[test]
fn a_format_is_that_of_every_file_whose_extension_tells_none() {
    let (server, folder) = (fine(), tempfile::tempdir().unwrap());
    let url = server.url("/page");
    let told = |command: &mut std::process::Command, name: &str| {
        let file = folder.path().join(name);
        let ended = start(command.args(["-o", file.to_str().unwrap()])).end();
        assert_eq!((ended.code, ended.stderr.as_str()), (Some(0), ""), "{name}: {ended:#?}");
        assert!(ended.stdout.starts_with("last time: "), "{name}: {ended:#?}");
        fs::read_to_string(file).unwrap().starts_with('{')
    };
    for (name, typed, from_environment, jsonl) in [
        ("a.jsonl", Some("jsonl"), None, true),
        ("A.JSONL", None, None, true),
        ("results", Some("jsonl"), None, true),
        ("results.xls", Some("jsonl"), None, true),
        ("results", None, None, false),
        ("results.xls", None, None, false),
        ("results.csv", Some("text"), None, false),
        ("results", None, Some("jsonl"), true),
        ("a.Txt", None, Some("jsonl"), false),
        ("a.jsonl", None, Some("text"), true),
    ] {
        let mut command = crawltop(["fetch", &url]);
        command.args(typed.iter().flat_map(|format| ["--format", format]));
        command.envs(from_environment.map(|format| ("CRAWLTOP_FORMAT", format)));
        assert_eq!(told(&mut command, name), jsonl, "{name} {typed:?} {from_environment:?}");
    }
}

#[cfg(target_os = "linux")]
mod full {
    use super::*;

    fn full() -> fs::File {
        fs::OpenOptions::new().write(true).open("/dev/full").unwrap()
    }

    fn assert_told(ended: &crate::program::Ended, name: &str) {
        assert!(!matches!(ended.code, Some(0 | 101) | None), "{ended:#?}");
        let error =
            ended.stderr.lines().find(|line| line.starts_with("error: ")).unwrap_or_else(|| panic!("{ended:#?}"));
        assert!(error.contains(name) && error.contains("No space left"), "{error}");
        assert!(ended.stderr.contains("\nhint: "), "{ended:#?}");
    }

    #[test]
    fn a_full_standard_output_is_an_error_whatever_was_to_go_there() {
        let server = fine();
        let url = server.url("/page");
        for words in [["--format", "text"].as_slice(), &["--format", "jsonl"], &["-q"]] {
            let mut command = crawltop(["fetch", &url].iter().chain(words));
            assert_told(&start(command.stdout(full())).end(), "standard output");
        }
    }

    #[test]
    fn a_full_file_is_an_error_that_names_it() {
        let (server, folder) = (fine(), tempfile::tempdir().unwrap());
        let link: PathBuf = folder.path().join("results.jsonl");
        std::os::unix::fs::symlink("/dev/full", &link).unwrap();
        let ended = run(["fetch", "-o", link.to_str().unwrap(), &server.url("/page")]);
        assert_told(&ended, "results.jsonl");
    }

    #[test]
    fn a_full_device_is_told_in_any_format() {
        let server = fine();
        let ended = run(["fetch", "--format", "jsonl", "-o", "/dev/full", &server.url("/page")]);
        assert_told(&ended, "/dev/full");
    }

    #[test]
    fn help_and_the_lab_tell_of_a_full_standard_output() {
        for words in [["--help"].as_slice(), &["--version"], &["lab", "--port", "0"]] {
            assert_told(&start(crawltop(words).stdout(full())).end(), "standard output");
        }
    }

    #[test]
    fn a_full_output_ends_a_long_run_soon() {
        let server = fine();
        let url = server.url("/[1-1000000]");
        let ended = start(crawltop(["fetch", &url]).stdout(full())).end();
        assert_told(&ended, "standard output");
    }
}
