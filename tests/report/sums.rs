//! Whatever happens in whatever order, the numbers add up, the same events make the same state, and no format panics.

use crate::story::{Story, failure, ok, redirect, status};
use crawltop::control::EndReason;
use crawltop::event::Order;
use crawltop::failure::FailureKind;
use crawltop::place::Role;
use crawltop::report::{Caps, Jsonl, Markdown, findings, summary};
use crawltop::state::Verdict;
use crawltop::text::Charset;
use proptest::prelude::*;
use serde_json::Value;
use std::collections::BTreeSet;

#[derive(Clone, Debug)]
enum Step {
    Fetch { id: u64, role: usize, what: u16, to: u64, source: u64 },
    Follow { id: u64, links: Vec<(u64, u32, u32)> },
}

fn step() -> impl Strategy<Value = Step> {
    let fetch = (1..30u64, 0..4usize, 0..700u16, 1..30u64, 0..30u64);
    let fetch = fetch.prop_map(|(id, role, what, to, source)| Step::Fetch { id, role, what, to, source });
    let links = prop::collection::vec((1..30u64, any::<u32>(), any::<u32>()), 0..9);
    let follow = (1..30u64, links).prop_map(|(id, links)| Step::Follow { id, links });
    prop_oneof![2 => fetch, 1 => follow]
}

fn told(steps: &[Step], found: u64) -> Story {
    let mut story = Story::of("http://a.example", Order::Completed);
    for step in steps {
        match step {
            Step::Fetch { id, role, what, to, source } => {
                let source = (*source > 0).then(|| (*source, format!("/{source}")));
                let place = story.place(Role::ALL[*role], 1, source.as_ref().map(|(id, path)| (*id, path.as_str())));
                let path = format!("/{id}");
                match what {
                    0..100 => story.fetch(*id, &path, place, failure(FailureKind::ALL[*what as usize % 18], "why")),
                    300..400 => {
                        story.fetch(*id, &path, place, redirect(*what, &format!("http://a.example/{to}")));
                    }
                    200 => story.fetch(*id, &path, place, ok),
                    _ => story.fetch(*id, &path, place, status(*what)),
                }
            }
            Step::Follow { id, links } => {
                let links: Vec<_> = links.iter().map(|&(to, line, column)| (to, line, column, "text")).collect();
                story.follow(*id, &links);
            }
        }
    }
    story.end(EndReason::Finished, found);
    story
}

proptest! {
    #[test]
    fn the_totals_add_up_in_each_format(steps in prop::collection::vec(step(), 0..60), found in 0..80u64) {
        let story = told(&steps, found);
        let state = story.state();
        prop_assert_eq!(&state, &story.state());
        prop_assert_eq!(state.findings.results(), state.done.count);
        let sum: u64 = Verdict::ALL.iter().map(|&verdict| state.findings.of(verdict)).sum();
        prop_assert_eq!(sum, state.done.count);
        let lines: Vec<Value> =
            story.told(Jsonl::default()).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let report = lines.last().unwrap();
        for (numbers, all) in [(&report["targets"], "found"), (&report["links"], "all")] {
            let parts = numbers.as_object().unwrap().iter().filter(|(name, _)| *name != all);
            prop_assert_eq!(parts.map(|(_, count)| count.as_u64().unwrap()).sum::<u64>(), numbers[all].as_u64().unwrap());
        }
        let links: usize = state.edges.len();
        prop_assert_eq!(report["links"]["all"].as_u64(), Some(links as u64));
        story.told(Markdown);
        for columns in [0, 40, 80, usize::MAX] {
            findings(&state, Charset::Unicode, columns, Caps::SHORT);
        }
        summary(&state, Charset::Ascii);
    }

    #[test]
    fn each_link_to_what_is_broken_is_told_once(mut steps in prop::collection::vec(step(), 0..60)) {
        // A run fetches each target once.
        let mut fetched = BTreeSet::new();
        steps.retain(|step| if let Step::Fetch { id, .. } = step { fetched.insert(*id) } else { true });
        let story = told(&steps, 0);
        let (state, told) = (story.state(), story.told(Jsonl::default()));
        let lines: Vec<Value> = told.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        for broken in state.findings.kept(Verdict::Broken) {
            let url = format!("http://a.example/{}", broken.id.0);
            let direct = |line: &&Value| line["type"] == "broken" && line["url"] == url && line["via"].is_null();
            let placed = lines.iter().filter(direct).filter(|line| !line["line"].is_null()).count();
            let known = state.edges.iter().filter(|link| link.to == broken.id && link.line > 0).count();
            prop_assert_eq!(placed, known);
        }
    }
}
