//! Targets from lists: a file or standard input, read as they are needed.

use std::io::Write;

use crate::program::{Ended, crawltop, run, run_fed, start};
use crate::scripted::{Server, Step, page};

fn fine() -> Server {
    Server::always(vec![Step::Send(page("fine"))])
}

fn sorted(mut paths: Vec<String>) -> Vec<String> {
    paths.sort();
    paths
}

fn from_file(list: impl AsRef<[u8]>, words: &[&str]) -> Ended {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), list).unwrap();
    run(["fetch", "-i", file.path().to_str().unwrap()].iter().chain(words))
}

#[test]
fn a_list_has_comments_blank_lines_either_line_end_and_a_mark_and_is_the_same_from_a_file_and_a_pipe() {
    let server = fine();
    let url = |path| server.url(path);
    let list = format!(
        "\u{feff}{}\r\n# a comment\n\n   \n\t{}  # behind a target\r\n{}#fragment\n{}",
        url("/1"),
        url("/2"),
        url("/3"),
        url("/4")
    );
    for ended in [from_file(&list, &[]), run_fed(list.as_str(), &["fetch", "-i", "-"])] {
        assert_eq!((ended.code, ended.results().len(), ended.stderr.as_str()), (Some(0), 4, ""), "{ended:#?}");
    }
    assert_eq!(sorted(server.paths()), ["/1", "/1", "/2", "/2", "/3", "/3", "/4", "/4"]);
}

#[test]
fn a_list_has_no_globs_and_arguments_come_before_it() {
    let server = fine();
    let ended = from_file(server.url("/[0-3]/{a,b}"), &["-c", "1", &server.url("/{x,y}")]);
    assert_eq!(ended.code, Some(0), "{ended:#?}");
    assert_eq!(server.paths(), ["/x", "/y", "/[0-3]/{a,b}"].map(|path| path.replace('{', "%7B").replace('}', "%7D")));
}

#[test]
fn globoff_takes_brackets_of_arguments_as_they_stand() {
    let server = fine();
    let ended = run(["fetch", "-g", &server.url("/[0-3]")]);
    assert_eq!((ended.code, server.paths()), (Some(0), vec!["/[0-3]".to_owned()]), "{ended:#?}");
}

#[test]
fn a_bad_line_ends_the_run_there_by_its_number_with_all_done_told() {
    let server = fine();
    let list = format!("{}\n# comment\n{}\nftp://nowhere/\n{}\n", server.url("/1"), server.url("/2"), server.url("/3"));
    for ended in [from_file(&list, &[]), run_fed(list.as_str(), &["fetch", "-i", "-"])] {
        assert_eq!((ended.code, ended.results().len()), (Some(2), 2), "{ended:#?}");
        assert!(ended.stdout.contains("\nlast time: ") && ended.stdout.contains("\npartial: "), "{ended:#?}");
        let [error, hint] = ended.stderr.lines().collect::<Vec<_>>()[..] else { panic!("{ended:#?}") };
        assert!(error.starts_with("error: line 4 of the input: ") && error.contains("ftp"), "{error}");
        assert!(hint.starts_with("hint: ") && hint.contains("--keep-going"), "{hint}");
    }
    assert_eq!(sorted(server.paths()), ["/1", "/1", "/2", "/2"]);
}

#[test]
fn keep_going_passes_over_bad_lines_and_counts_them() {
    let server = fine();
    let list = [
        server.url("/1").into_bytes(),
        b"http://".to_vec(),
        b"http://caf\xe9/".to_vec(),
        [server.url("/").into_bytes(), vec![b'x'; 70_000]].concat(),
        server.url("/2").into_bytes(),
    ]
    .join(&b'\n');
    let ended = from_file(&list, &["--keep-going"]);
    assert_eq!((ended.code, ended.results().len()), (Some(0), 2), "{ended:#?}");
    assert!(ended.stdout.contains("\n3 lines of the input are no target and were passed over\n"), "{ended:#?}");
    assert_eq!(sorted(server.paths()), ["/1", "/2"]);
}

#[test]
fn a_line_that_is_not_utf_8_or_too_long_is_told_by_its_number() {
    let server = fine();
    let cases =
        [(b"http://caf\xe9/".to_vec(), "UTF-8"), ([b"http://h/".to_vec(), vec![b'x'; 70_000]].concat(), "64 KiB")];
    for (line, named) in cases {
        let ended = from_file([server.url("/1\n").into_bytes(), line].concat(), &[]);
        assert_eq!((ended.code, ended.results().len()), (Some(2), 1), "{ended:#?}");
        assert!(ended.stderr.starts_with("error: line 2 of the input: ") && ended.stderr.contains(named), "{ended:#?}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_list_that_fails_to_be_read_ends_the_run_with_all_done_told() {
    let server = fine();
    // It opens, but has nothing at its beginning that could be read.
    let ended = run(["fetch", &server.url("/{1,2}"), "-i", "/proc/self/mem"]);
    assert_eq!((ended.code, ended.results().len()), (Some(2), 2), "{ended:#?}");
    assert!(ended.stderr.starts_with("error: the input can't be read: "), "{ended:#?}");
    assert!(!ended.stderr.contains("--keep-going"), "no line to pass over: {ended:#?}");
}

#[test]
fn a_list_without_a_target_is_told_and_is_2() {
    for list in ["", "\n\n", "# nothing but\n   # comments\n"] {
        for ended in [from_file(list, &[]), run_fed(list, &["fetch", "-i", "-"])] {
            assert_eq!((ended.code, ended.results().len()), (Some(2), 0), "{ended:#?}");
            assert!(ended.stderr.contains("error: no target") && ended.stderr.contains("\nhint: "), "{ended:#?}");
        }
    }
    let ended = from_file("ftp://a/\nftp://b/\n", &["--keep-going"]);
    assert_eq!(ended.code, Some(2), "{ended:#?}");
    assert!(ended.stderr.contains("error: no target"), "{ended:#?}");
}

#[test]
fn a_target_is_fetched_as_soon_as_its_line_is_there() {
    let server = fine();
    let mut running = start(crawltop(["fetch", "-i", "-"]).stdin(std::process::Stdio::piped()));
    let mut stdin = running.stdin();
    for number in 1..=3 {
        writeln!(stdin, "{}\n# with a comment", server.url(&format!("/page/{number}"))).unwrap();
        running.until_stdout(&format!("/page/{number}\n"));
    }
    assert!(!running.stdout().contains("last time"), "the list is still open");
    drop(stdin);
    let ended = running.end();
    assert_eq!((ended.code, ended.results().len()), (Some(0), 3), "{ended:#?}");
}

#[test]
fn a_list_that_never_ends_does_not_hold_up_a_deadline() {
    let server = fine();
    let mut running = start(crawltop(["fetch", "-i", "-", "--deadline", "300ms"]).stdin(std::process::Stdio::piped()));
    let mut stdin = running.stdin();
    writeln!(stdin, "{}", server.url("/page")).unwrap();
    let ended = running.end();
    drop(stdin);
    assert_eq!((ended.code, ended.results().len()), (Some(3), 1), "{ended:#?}");
    assert!(ended.stdout.contains(" or more not started"), "{ended:#?}");
}
