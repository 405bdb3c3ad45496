//! The explanations: whole over the program's own tables, found however they are typed, and told within the width.

use crawltop::callback::Callback;
use crawltop::clock::At;
use crawltop::control::EndReason;
use crawltop::event::{Engine, Event, EventKind, Hold, Order, RunStarted};
use crawltop::explain::{Entry, Group, entries, find, page};
use crawltop::failure::FailureKind;
use crawltop::fetched::Outcome;
use crawltop::phase::Phase;
use crawltop::reuse::CloseReason;
use crawltop::state::State;
use crawltop::text::Untrusted;
use portable_pty::{CommandBuilder, PtySize, native_pty_system};
use std::collections::BTreeSet;
use std::io::Read;
use std::process::{Command, Output};

fn words(group: Group) -> Vec<&'static str> {
    group.entries().iter().map(|entry| entry.word).collect()
}

fn named<T: Copy>(all: &[T], name: impl Fn(T) -> &'static str) -> Vec<&'static str> {
    all.iter().map(|&it| name(it)).collect()
}

/// Whoever reads a journal looks its words up.
#[test]
fn each_event_of_a_journal_is_explained_by_the_name_it_has_there() {
    let demo = ["demo", "--no-tui", "--pages", "30", "--latency", "1ms", "--faults", "all", "--format", "events"];
    let told = Command::new(env!("CARGO_BIN_EXE_crawltop")).args(demo).output().unwrap().stdout;
    let told = String::from_utf8(told).unwrap();
    let name =
        |line: &str| serde_json::from_str::<serde_json::Value>(line).unwrap()["event"].as_str().map(str::to_owned);
    let names: BTreeSet<String> = told.lines().filter_map(name).collect();
    assert!(names.len() > 20, "{names:?}");
    let unknown: Vec<_> = names.iter().filter(|name| find(name).is_err()).collect();
    assert!(unknown.is_empty(), "{unknown:?}");
}

#[test]
fn each_phase_callback_outcome_failure_kind_and_close_reason_is_explained() {
    assert_eq!(words(Group::Phase), named(&Phase::ALL, Phase::name));
    assert_eq!(words(Group::Callback), named(&Callback::ALL, Callback::name));
    assert_eq!(words(Group::Outcome), named(&Outcome::ALL, Outcome::name));
    assert_eq!(words(Group::Failure), named(FailureKind::ALL, FailureKind::name));
    for (entry, kind) in Group::Failure.entries().iter().zip(FailureKind::ALL) {
        assert_eq!(entry.means[0], kind.meaning());
    }
    assert_eq!(words(Group::Reuse), named(CloseReason::ALL, CloseReason::name));
    for engine in Engine::ALL {
        assert!(words(Group::Engine).contains(&engine.name()));
    }
}

#[test]
fn whatever_may_limit_a_run_is_explained() {
    let holds = Hold::ALL;
    let limits = holds.map(|by| limited_by(&[EventKind::Held { by: Some(by) }], 1));
    let draining = EventKind::Draining { until: At(9), reason: EndReason::Interrupt };
    let others =
        [limited_by(&[], 1), limited_by(&[], 4), limited_by(&[EventKind::Paused], 1), limited_by(&[draining], 1)];
    let engines = [limited(Engine::Sequential, &[], 1), limited(Engine::Threads, &[], 3)];
    let met: BTreeSet<&str> = limits.into_iter().chain(others).chain(engines).collect();
    assert_eq!(met, words(Group::Limit).into_iter().collect(), "no word is missing, and none too many");
    let values = find("limited by").unwrap()[0].means[1];
    assert!(met.iter().all(|limit| values.contains(limit)), "{values}");
}

/// What limits a run of four at once, after these events, with so many in flight.
fn limited_by(kinds: &[EventKind], in_flight: usize) -> &'static str {
    limited(Engine::Tasks, kinds, in_flight)
}

fn limited(engine: Engine, kinds: &[EventKind], in_flight: usize) -> &'static str {
    let started = RunStarted {
        wall_clock_ms: 0,
        version: "".into(),
        target: Untrusted::default(),
        engine,
        workers: 2,
        order: Order::Completed,
        cap: 4,
        open_files: 64,
        crawl: false,
        no_robots: false,
        printed: crawltop::event::Printed::default(),
        way: crawltop::event::Way::default(),
    };
    let mut state = State::default();
    let kinds = [EventKind::RunStarted(Box::new(started))].into_iter().chain(kinds.iter().cloned());
    kinds.for_each(|kind| state.apply(&Event { at: At(1), kind }));
    state.run.limited_by(in_flight)
}

#[test]
fn each_word_is_explained_in_two_plain_sentences() {
    for Entry { word, means, asyncio, .. } in entries() {
        for sentence in means {
            assert!(sentence.ends_with('.') && !sentence.contains(". "), "{word}: {sentence}");
            let longest = if word == "limited by" { 240 } else { 120 };
            assert!(!sentence.contains("  ") && sentence.len() < longest, "{word}: {sentence}");
        }
        let all = [word, means[0], means[1], asyncio.unwrap_or("none")];
        assert!(all.iter().all(|text| text.is_ascii() && !text.is_empty()), "{word}");
    }
}

#[test]
fn no_word_is_explained_twice_in_one_place_and_no_other_name_hides_a_word() {
    for group in Group::ALL {
        let words = words(group);
        assert_eq!(words.iter().collect::<BTreeSet<_>>().len(), words.len(), "{group:?}: {words:?}");
    }
    for entry in entries() {
        for name in entry.also {
            let meant = find(name).unwrap();
            assert!(meant.contains(&entry), "{name} is to find {}", entry.word);
            assert!(meant.iter().all(|other| other.word == entry.word), "{name}: {meant:?}");
        }
    }
}

#[test]
fn what_asyncio_calls_it_stands_with_each_word_that_has_a_counterpart() {
    let pairs = [
        ("result set", "Future.set_result"),
        ("call_soon", "loop.call_soon"),
        ("sequential", "a plain loop"),
        ("threads", "run_in_executor"),
        ("tasks", "ensure_future"),
        ("report order completed", "as_completed"),
        ("given", "gather"),
        ("all", "ALL_COMPLETED"),
        ("first", "FIRST_COMPLETED"),
        ("first-error", "FIRST_EXCEPTION"),
        ("InvalidState", "InvalidStateError"),
        ("step", "Task.__step"),
        ("wake", "Task.__wakeup"),
        ("completion", "Future"),
        ("release", "Semaphore"),
        ("last time", "last time"),
    ];
    for (word, counterpart) in pairs {
        let told = page(word, 200).unwrap();
        let line = told.lines().find_map(|line| line.strip_prefix("asyncio: ")).unwrap_or_default();
        assert!(line.contains(counterpart), "{word}: {told}");
    }
}

#[test]
fn a_word_is_found_in_any_case_with_any_separator_and_by_its_beginning() {
    let cases = [
        ("result set", "result set"),
        ("Result-Set", "result set"),
        ("RESULT_SET", "result set"),
        ("resultset", "result set"),
        ("result", "result"),
        ("too many redirects", "too_many_redirects"),
        ("too m", "too_many_redirects"),
        ("invalid state", "InvalidState"),
        ("speed u", "speed-up"),
        ("speed", "speed"),
        ("eta", "ETA"),
        ("id", "#"),
        ("as_completed", "completed"),
    ];
    for (asked, word) in cases {
        let found = find(asked).unwrap();
        assert!(found.iter().all(|entry| entry.word == word), "{asked}: {found:?}");
    }
}

#[test]
fn a_word_with_several_meanings_tells_each_of_them() {
    let kinds = |word| find(word).unwrap().iter().map(|entry| entry.group).collect::<Vec<_>>();
    assert_eq!(kinds("dns"), [Group::Phase, Group::Failure]);
    assert_eq!(kinds("concurrency"), [Group::Event, Group::Limit, Group::Key]);
    assert_eq!(kinds("ok"), [Group::Outcome, Group::Header]);
}

#[test]
fn an_unknown_word_names_those_that_are_near() {
    let near = |word: &str| find(word).unwrap_err().near;
    assert_eq!(near("stesp")[..2], ["step", "steps"]);
    assert!(near("conected").contains(&"connected"));
    assert!(near("redirects").contains(&"redirect"));
    assert_eq!(near("zzzzzzzz"), [] as [&str; 0]);
    for nothing in ["", "_", "  ", "_-_"] {
        assert!(find(nothing).is_err(), "{nothing:?} begins no word");
    }
    let error = find("res").unwrap_err();
    assert!(error.ambiguous && error.near.contains(&"reset") && error.near.contains(&"resumed"), "{error:?}");
    assert!(find(&"x".repeat(1 << 20)).unwrap_err().to_string().len() < 200);
}

#[test]
fn no_line_is_wider_than_asked() {
    for width in [40, 80, 132] {
        for entry in entries() {
            let told = page(entry.word, width).unwrap();
            assert!(told.lines().all(|line| line.len() <= width), "{width}: {told}");
        }
    }
}

fn crawltop(words: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_crawltop")).arg("explain").args(words).output().unwrap()
}

fn said(output: &Output) -> (Option<i32>, String, String) {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    (output.status.code(), text(&output.stdout), text(&output.stderr))
}

#[test]
fn the_command_tells_the_word_its_kind_what_it_means_and_what_asyncio_calls_it() {
    let told = "\
call_soon (event)
The callbacks of a result were put at the end of the queue, in the order in
which they were added. They fire one by one in a later turn of the loop, never
inside the setting of the result.
asyncio: loop.call_soon
";
    for words in [&["call_soon"][..], &["Call", "Soon"], &["call-s"]] {
        assert_eq!(said(&crawltop(words)), (Some(0), told.to_owned(), String::new()), "{words:?}");
    }
}

#[test]
fn the_command_without_a_word_lists_all_of_them() {
    let (code, stdout, stderr) = said(&crawltop(&[]));
    assert_eq!((code, stderr.as_str()), (Some(0), ""));
    assert!(entries().all(|entry| stdout.contains(entry.word)), "{stdout}");
    assert!(stdout.lines().all(|line| line.len() <= 80) && !stdout.contains('\x1b'), "{stdout}");
}

#[test]
fn the_command_refuses_an_unknown_word_with_an_error_and_a_hint() {
    let cases = [
        ("stesp", "near are: step, steps"),
        ("re", "begins more than one word: rec, recording, redirect, "),
        ("", "none is near"),
    ];
    for (word, error) in cases {
        let (code, stdout, stderr) = said(&crawltop(&[word]));
        assert_eq!((code, stdout.as_str()), (Some(2), ""), "{word}");
        let lines: Vec<&str> = stderr.lines().collect();
        assert!(lines.len() == 2 && lines[0].starts_with("error: ") && lines[0].contains(error), "{stderr}");
        assert!(lines[1].starts_with("hint: "), "{stderr}");
    }
    let (_, _, stderr) = said(&crawltop(&["\x1b[2Jstep"]));
    assert!(!stderr.contains('\x1b'), "{stderr}");
}

#[test]
fn on_a_terminal_lines_are_as_wide_as_it_is() {
    let size = |cols| PtySize { rows: 24, cols, pixel_width: 0, pixel_height: 0 };
    for columns in [40, 100] {
        let pty = native_pty_system().openpty(size(columns)).unwrap();
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_crawltop"));
        command.args(["explain", "call_soon"]);
        let mut child = pty.slave.spawn_command(command).unwrap();
        drop(pty.slave);
        let mut told = Vec::new();
        // The kernel tells an error once the last of it was read and the program is gone.
        let _ = pty.master.try_clone_reader().unwrap().read_to_end(&mut told);
        assert!(child.wait().unwrap().success());
        let told = String::from_utf8(told).unwrap().replace("\r\n", "\n");
        assert_eq!(told, page("call_soon", usize::from(columns)).unwrap());
    }
}

#[test]
fn a_key_is_found_by_its_letter_and_case() {
    let words = |asked: &str| find(asked).unwrap().iter().map(|entry| entry.word).collect::<Vec<_>>();
    assert_eq!((words("r"), words("R")), (vec!["retry"], vec!["retry failed"]));
    assert_eq!(words("Q"), ["quit"], "a letter that is no key in this case is one in the other");
}

#[test]
fn each_sign_of_an_outcome_and_of_what_is_slow_is_explained() {
    for sign in ["✓", "→", "!", "✗", "⏱", "⊘", "▲", "≈"] {
        assert!(find(sign).is_ok(), "{sign}");
    }
}
