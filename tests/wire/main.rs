//! The real binary against scripted servers: a table of what servers do, and what is to be told of it. Every case runs
//! under both ways of driving an exchange, and must come out the same.

#[expect(dead_code, reason = "other test programs use the rest of it")]
#[path = "../support/authority.rs"]
mod authority;
mod bodies;
mod case;
mod cases;
mod certificates;
mod crowd;
#[path = "../blocking/crowded.rs"]
mod crowded;
mod judge;
#[expect(dead_code, reason = "other test programs use the rest of it")]
#[path = "../support/loopback.rs"]
mod loopback;
mod machine;
#[cfg(target_os = "linux")]
mod memory;
mod middle;
mod place;
#[expect(dead_code, reason = "other test programs use the rest of it")]
#[path = "../cli/program.rs"]
mod program;
mod promises;
mod round;
mod script;

use case::{Case, Setting};
use judge::Verdict;
use round::{ENGINES, Round};
use std::collections::HashSet;
use std::sync::Mutex;
use std::{iter, thread};

/// Rounds that are played side by side: most of them wait.
const AT_ONCE: usize = 4;

/// All targets of one setting go to one process at once, which also shows that no server holds up another.
#[test]
fn every_case_comes_out_as_told_by_both_engines() {
    assert_as_told(cases::all().to_vec());
}

/// Where an answer falls apart into small pieces says nothing about it.
#[test]
fn every_case_comes_out_the_same_in_small_pieces() {
    let usual = cases::all().iter().filter(|case| case.setting == Setting::default());
    assert_as_told(usual.map(|case| case.clone().in_pieces_of(7)).collect());
}

fn assert_as_told(cases: Vec<Case>) {
    crawltop::net::raise_open_files();
    let rounds = Mutex::new(rounds(cases));
    let next = || rounds.lock().unwrap().pop();
    let some = || iter::from_fn(next).flat_map(play).collect::<Vec<Verdict>>();
    let verdicts: Vec<Verdict> = thread::scope(|scope| {
        let players: Vec<_> = (0..AT_ONCE).map(|_| scope.spawn(some)).collect();
        players.into_iter().flat_map(|player| player.join().expect("a round is played to its end")).collect()
    });
    let wrong: Vec<String> = verdicts.iter().flat_map(|verdict| &verdict.wrong).cloned().collect();
    assert!(wrong.is_empty(), "{} of {} cases:\n\n{}\n", wrong.len(), verdicts.len(), wrong.join("\n\n"));
}

/// By setting, in the order of the table.
fn rounds(cases: Vec<Case>) -> Vec<(Setting, Vec<Case>)> {
    let mut rounds: Vec<(Setting, Vec<Case>)> = Vec::new();
    for case in cases {
        match rounds.iter_mut().find(|(setting, _)| *setting == case.setting && setting.is_shared()) {
            Some((_, cases)) => cases.push(case),
            None => rounds.push((case.setting.clone(), vec![case])),
        }
    }
    rounds
}

fn play((setting, cases): (Setting, Vec<Case>)) -> Vec<Verdict> {
    let [tasks, threads] = ENGINES.map(|engine| Round::play(engine, &setting, &cases));
    cases.iter().enumerate().map(|(number, case)| Verdict::on(case, &tasks[number], &threads[number])).collect()
}

#[test]
fn no_two_cases_have_one_name() {
    let mut names = HashSet::new();
    for case in cases::all() {
        assert!(names.insert(case.name), "{} is there twice", case.name);
    }
    assert!(names.len() >= 150, "{} cases", names.len());
}
