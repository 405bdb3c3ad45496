//! Where results go: files, standard output, both; and devices that are full.

use std::fs;
use std::path::PathBuf;

use crate::program::{crawltop, json_lines, run, start};
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
