//! What the runs of a race add up to, and in which words it is told.

use crate::made::{Plan, contestants, plan, race, run, run_all, run_until, usual};
use crawltop::clock::At;
use crawltop::control::EndReason;
use crawltop::event::{Engine, Order};
use crawltop::race::{Contestant, End, Json, Race, Standing, Table, Telling, standings};
use crawltop::text::{Charset, Untrusted};
use serde_json::Value;
use std::time::Duration;

const MS: Duration = Duration::from_millis(1);

fn finished() -> Race {
    let mut race = race(3);
    let now = run_all(&mut race, At(0), usual);
    race.end(now, End::Finished);
    race
}

#[test]
fn every_contestant_runs_in_every_round_and_another_one_begins_each() {
    let mut race = race(4);
    run_all(&mut race, At(0), usual);
    let order: Vec<(u32, usize)> = race.runs.iter().map(|run| (run.round, run.contestant)).collect();
    let expected = [[0, 1, 2], [1, 2, 0], [2, 0, 1], [0, 1, 2]];
    let expected = (1..).zip(expected).flat_map(|(round, turns)| turns.map(|turn| (round, turn)));
    assert_eq!(order, expected.collect::<Vec<_>>());
    assert_eq!(race.next(), None);
    assert_eq!(Race::new(Untrusted::default(), Vec::new(), 3).next(), None, "nobody races");
}

#[test]
fn the_overhead_is_what_the_slowest_page_does_not_explain() {
    let standings = standings(&finished());
    assert_eq!((standings.ideal, standings.measured_by), (100 * MS, Some(2)));
    let lasts: Vec<_> = standings.verdicts.iter().map(|it| (it.last.median, it.overhead)).collect();
    assert_eq!(lasts, [(2_000 * MS, 1_900 * MS), (400 * MS, 300 * MS), (100 * MS, Duration::ZERO)]);
    let speed_ups: Vec<_> = standings.verdicts.iter().map(|it| it.speed_up).collect();
    assert_eq!(speed_ups, [Some(1.0), Some(5.0), Some(20.0)]);
    let used: Vec<_> = standings.verdicts.iter().map(|it| (it.cpu, it.peak_bytes, it.threads)).collect();
    assert_eq!(used, [4, 9, 23].map(|threads| (Some(40 * MS), Some(14_000 << 10), Some(threads))));
}

#[test]
fn the_middle_run_decides_and_the_others_are_its_spread() {
    let mut race = Race::new(Untrusted::default(), contestants(&[Engine::Tasks]), 3);
    for slower_ms in [40, 0, 10] {
        run(&mut race, 0, |_| Plan { slower_ms, ..plan(Engine::Tasks, 20, 20) });
    }
    let standings = standings(&race);
    let verdict = &standings.verdicts[0];
    assert_eq!((verdict.last.median, verdict.last.least, verdict.last.most), (110 * MS, 100 * MS, 140 * MS));
    assert_eq!((standings.ideal, verdict.overhead), (100 * MS, 10 * MS), "no run is faster than the ideal");
    assert_eq!(verdict.speed_up, None, "nothing sequential raced");
}

#[test]
fn a_run_that_was_cut_short_counts_for_nothing() {
    let mut race = race(1);
    run(&mut race, 0, usual);
    run_until(&mut race, 3_000_000, 150_000, usual);
    race.settle(Standing::Partial(EndReason::Deadline));
    run_until(&mut race, 4_000_000, 50_000, usual);
    race.end(At(4_100_000), End::Stopped(EndReason::Interrupt));
    let standings = standings(&race);
    assert_eq!(standings.verdicts.iter().map(|it| it.contestant).collect::<Vec<_>>(), [0]);
    let text = Table::verdicts(&race, Charset::Unicode);
    assert!(text.ends_with("partial: stopped by an interrupt; 1 of 3 runs done\n"), "{text}");
}

#[test]
fn a_race_is_told_in_lines_then_in_a_table_then_in_words() {
    let (mut race, mut table, mut text) = (race(1), Table::new(Charset::Unicode), Vec::new());
    let mut now = At(0);
    while race.next().is_some() {
        now = run(&mut race, now.0, usual);
        table.apply(&race, &mut text);
        table.apply(&race, &mut text);
    }
    race.end(now, End::Finished);
    table.apply(&race, &mut text);
    table.apply(&race, &mut text);
    insta::assert_snapshot!("table", String::from_utf8(text).unwrap());
}

fn json(race: &Race) -> Vec<Value> {
    let mut bytes = Vec::new();
    Json::default().apply(race, &mut bytes);
    String::from_utf8(bytes).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn a_race_is_told_in_json_by_names_that_stay() {
    let lines = json(&finished());
    let types: Vec<&str> = lines.iter().map(|line| line["type"].as_str().unwrap()).collect();
    assert_eq!(types, [vec!["meta"], vec!["run"; 9], vec!["verdict"; 3]].concat());
    insta::assert_snapshot!("json", [0, 2, 12].map(|at| lines[at].to_string()).join("\n"));
}

#[test]
fn what_was_not_whole_says_so_in_json() {
    let mut race = race(1);
    run_until(&mut race, 0, 150_000, usual);
    race.settle(Standing::Partial(EndReason::Deadline));
    run_until(&mut race, 0, 150_000, usual);
    race.settle(Standing::Failed);
    let lines = json(&race);
    let ends: Vec<_> = lines[1..].iter().map(|line| (line["whole"].clone(), line["end"].clone())).collect();
    assert_eq!(ends, [(false.into(), "deadline".into()), (false.into(), Value::Null)]);
}

#[test]
fn where_two_orders_race_names_tell_them_apart() {
    let both = [Order::Completed, Order::Given].map(|order| Contestant { engine: Engine::Tasks, order });
    let race = Race::new(Untrusted::default(), both.to_vec(), 1);
    assert_eq!([race.name(0), race.name(1), race.name(2)], ["tasks (completed)", "tasks (given)", ""]);
}

#[test]
fn a_run_began_when_the_soonest_told_event_says_so() {
    let mut race = race(1);
    race.start(At(1_000));
    let events = crate::made::events(plan(Engine::Sequential, 1, 1));
    race.apply(&events[..1], At(9_000));
    assert_eq!(race.runs[0].began, At(1_000), "not later than it was started");
    let mut race = crate::made::race(1);
    race.start(At(50_000));
    let late = events.into_iter().filter(|event| event.at.0 > 20_000).collect::<Vec<_>>();
    race.apply(&late[..1], At(late[0].at.0 + 30_000));
    assert_eq!(race.runs[0].began, At(30_000));
}
