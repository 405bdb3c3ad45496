//! Bad input: what can't race is refused with the reason, before anything runs or as soon as it is known.

use crate::program::{Refusing, run, run_fed};

#[test]
fn what_can_not_race_is_refused() {
    let cases: [&[&str]; 9] = [
        &["--engines", "goroutines"],
        &["--engines", ""],
        &["--orders", "alphabetical"],
        &["--rounds", "0"],
        &["--rounds", "many"],
        &["--format", "events"],
        &["--workers", "0"],
        &["-i", "/nowhere/urls.txt"],
        &["http://[::1"],
    ];
    for words in cases {
        run(["race"].iter().chain(words)).assert_refused();
    }
}

#[test]
fn a_list_without_a_target_is_nothing_to_race() {
    let ended = run_fed("# only this\n\n", &["race", "-i", "-"]);
    assert_eq!(ended.code, Some(2), "{ended:#?}");
    assert!(ended.stderr.contains("error: nothing to race: no target in the input\n"), "{ended:#?}");
}

#[test]
fn a_line_that_is_no_target_is_told_by_its_number() {
    let ended = run_fed("http://127.0.0.1:1/\nftp://a/\n", &["race", "-i", "-"]);
    assert_eq!(ended.code, Some(2), "{ended:#?}");
    assert!(ended.stderr.contains("error: line 2 of the input: "), "{ended:#?}");
}

#[test]
fn where_nothing_answers_there_is_no_race() {
    let refusing = Refusing::port();
    let ended = run(["race", &refusing.url()]);
    assert_eq!(ended.code, Some(2), "{ended:#?}");
    assert!(
        ended.stderr.contains("error: nothing could be fetched: connect: ") && ended.stderr.contains("\nhint: "),
        "{ended:#?}"
    );
    assert_eq!(ended.stdout, "round 1  sequential  failed\n", "{ended:#?}");
}

#[test]
fn a_file_that_can_not_be_written_is_named() {
    let ended = run(["race", "-o", "/nowhere/race.jsonl"]);
    ended.assert_refused();
    assert!(ended.stderr.contains("/nowhere/race.jsonl"), "{ended:#?}");
}
