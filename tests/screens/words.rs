//! The words that are drawn: each label, column, figure and key of the picture is explained, and the help says so.

use crate::scenario::{Scenario, crawling, crawling_one_host, retrying, running};
use crate::{picture, text};
use crawltop::callback::Callback;
use crawltop::clock::At;
use crawltop::control::EndReason;
use crawltop::event::{Event, EventKind, Hold};
use crawltop::explain::{Group, entries, wrap};
use crawltop::host::Paced;
use crawltop::id::FetchId;
use crawltop::reuse::CloseReason;
use crawltop::text::{Charset, Untrusted};
use crawltop::ui::{Meanwhile, Pane, View};
use crawltop::usage::Usage;
use crawltop::wake::Wake;
use std::collections::BTreeSet;
use std::sync::Arc;

/// The rows of a picture, without frames.
fn rows(scenario: &Scenario, view: &View, size: (u16, u16)) -> Vec<String> {
    let shown = text(&picture(scenario, view, size, Charset::Unicode));
    shown.lines().map(|line| line.trim_matches('"').replace(['│', '╭', '╮', '╰', '╯', '─'], " ")).collect()
}

/// What is left of a row when all words that are explained, all numbers with their units, and all texts from outside
/// are taken out.
fn unexplained(row: &str) -> Vec<String> {
    let names = entries().flat_map(|entry| [entry.word].into_iter().chain(entry.also.iter().copied()));
    let mut known: Vec<&str> = names.chain(Pane::ALL.map(Pane::name)).collect();
    known.extend(["crawltop", "of", "B", "kB", "MB", "nothing in flight", "r", "R"]);
    known.sort_by_key(|word| std::cmp::Reverse(word.len()));
    let mut row = format!(" {} ", row.replace(['(', ')', ','], " ").replace("  ", " "));
    for word in known {
        row = row.replace(&format!(" {word} "), "  ").replace(&format!(" {word} "), "  ");
    }
    let is_word = |token: &&str| token.chars().next().is_some_and(char::is_alphabetic) && !token.starts_with("http");
    row.split_whitespace().filter(is_word).map(str::to_owned).collect()
}

#[test]
fn a_label_that_nobody_explains_is_noticed() {
    assert_eq!(unexplained(" frobs 7  last time 3.94s   speed-up 1.4x /img/hero.jpg (3 of 64 busy)"), ["frobs"]);
}

fn after(kinds: impl IntoIterator<Item = EventKind>) -> Scenario {
    let mut scenario = running();
    kinds.into_iter().for_each(|kind| scenario.state.apply(&Event { at: At(4_150_000), kind }));
    scenario
}

/// However the run stands, and whatever limits it: the header's three rows, and its one where there is no more room.
#[test]
fn every_word_of_the_header_is_explained() {
    let draining = EventKind::Draining { until: At(6_000_000), reason: EndReason::Interrupt };
    let ended = |reason| EventKind::RunEnded { reason, unread: 7 };
    let scenarios = [
        after([]),
        after([EventKind::Paused]),
        after([EventKind::ConcurrencySet { cap: 3 }]),
        after([draining]),
        after([ended(EndReason::Finished)]),
        after([ended(EndReason::Quit)]),
        retrying(),
        crawling(),
        crawling_one_host(),
    ];
    for (scenario, size) in scenarios.iter().flat_map(|it| [(120, 34), (80, 24), (30, 5)].map(|size| (it, size))) {
        let mut view = View::default();
        for _ in 0..2 {
            for row in rows(scenario, &view, size).iter().take(3) {
                assert_eq!(unexplained(row), [] as [&str; 0], "{size:?}: {row}");
            }
            view.freeze(&scenario.state, scenario.now);
        }
    }
}

#[test]
fn every_column_figure_and_key_is_explained() {
    let zoomed = |focus| View { focus, zoom: true, ..View::default() };
    let timing = rows(&running(), &zoomed(Pane::Timing), (120, 34));
    let inflight = rows(&running(), &zoomed(Pane::InFlight), (120, 34));
    let strip = rows(&running(), &View::default(), (80, 24));
    let hosts = rows(&crawling(), &zoomed(Pane::Hosts), (120, 34));
    for row in timing.iter().chain(&hosts[4..5]).chain(&inflight[3..5]).chain(&strip[22..]) {
        assert_eq!(unexplained(row), [] as [&str; 0], "{row}");
    }
    assert!(hosts[4].contains("held by"), "{hosts:?}");
    assert!(inflight[4].contains("steps") && timing.iter().any(|row| row.contains("loop lag")));
    assert!(strip[22].contains("last time") && strip[23].contains("quit"), "{strip:?}");
}

/// What joins the words of a line, and tells nothing by itself.
const JOINS: &str =
    "a after already be by could for had in it more no nothing of on one only so started than the to was within";

/// Events of which a short run has none.
fn rare() -> Vec<EventKind> {
    let (id, worker, workers) = (FetchId(10), 2, 2);
    let text = |text: &str| Untrusted::new(text, 99);
    let paced = Paced { host: text("http://a.example/"), why: text("429"), allowed: 1, delay_us: 9_000_000 };
    vec![
        EventKind::Paused,
        EventKind::Resumed,
        EventKind::Queued { id },
        EventKind::Running { id, worker },
        EventKind::WorkerRefused { workers, message: text("429") },
        EventKind::Stepped { id, step: 3, busy_us: 900, woken_by: Wake::Socket },
        EventKind::LoopLagged { id, busy_us: 9_000 },
        EventKind::Reused { id, carried: 2, address: None, tls: None },
        EventKind::NotReused { id, reason: CloseReason::ALL[0] },
        EventKind::Resent { id },
        EventKind::ResultRefused { id },
        EventKind::CallbackPanicked { id, callback: Callback::Report },
        EventKind::Held { by: Some(Hold::Output) },
        EventKind::Held { by: None },
        EventKind::ConcurrencySet { cap: 7 },
        EventKind::PerHostSet { cap: 7 },
        EventKind::RateSet { rate: None },
        EventKind::FailedReopened { count: 2 },
        EventKind::Continued { stood_us: 7 },
        EventKind::HostPaced(Arc::new(paced)),
        EventKind::Limited { limited: None },
        EventKind::Sampled(Box::new(Usage {
            cpu_us: Some(7),
            peak_kib: Some(7),
            threads: Some(7),
            ..Usage::default()
        })),
    ]
}

/// Behind the word of an event stands a text: what it is about, which comes from outside, and words.
#[test]
fn every_word_of_the_event_log_is_explained() {
    let view = View { focus: Pane::Events, zoom: true, verbose: true, ..View::default() };
    let own = |reason: &CloseReason| reason.description();
    let mut unknown = BTreeSet::new();
    for scenario in [after(rare()), retrying()] {
        let rows = rows(&scenario, &view, (200, 100));
        let rows = rows[3..99].iter().filter(|row| !CloseReason::ALL.iter().any(|reason| row.contains(own(reason))));
        unknown.extend(rows.flat_map(|row| unexplained(&row.replace([':', ';'], " "))));
    }
    unknown.retain(|word| !word.contains(['/', '.']) && !JOINS.split(' ').any(|join| join == word));
    assert_eq!(unknown, BTreeSet::new());
}

/// The keys of a replay, and the words of its row.
#[test]
fn every_word_of_a_replay_is_explained() {
    use crawltop::ui::Scrub;
    let view = View { scrub: Some(Box::new(Scrub::default())), ..View::default() };
    for size in [(80, 24), (200, 50)] {
        let rows = rows(&running(), &view, size);
        assert_eq!(unexplained(rows.last().unwrap()), [] as [&str; 0], "{rows:?}");
    }
}

/// The inner rows of the help, from its first line to its last, page by page.
fn help(focus: Pane, size: (u16, u16)) -> Vec<String> {
    let mut lines = Vec::new();
    for help_line in 0..400 {
        let view = View { focus, help: true, help_line, ..View::default() };
        let shown = text(&picture(&running(), &view, size, Charset::Unicode));
        let boxed = shown.lines().skip_while(|line| !line.contains("╭ Help")).skip(1).map(|line| inside(line, size));
        let seen: Vec<String> = boxed.take_while(Option::is_some).flatten().collect();
        assert!(!seen.iter().any(|line| line.contains('…')), "{focus:?}: {seen:#?}");
        match lines.is_empty() {
            true => lines = seen,
            false if lines[lines.len() - seen.len()..] == seen => break,
            false => lines.extend(seen.last().cloned()),
        }
    }
    lines
}

/// What stands in the box on a row of the screen; none below its end.
fn inside(row: &str, (width, _): (u16, u16)) -> Option<String> {
    let box_width = usize::from(if width < 120 { width } else { 100 });
    let cells: Vec<char> = row.trim_matches('"').chars().collect();
    let left = (usize::from(width) - box_width) / 2;
    (cells[left] == '│').then(|| cells[left + 1..left + box_width - 1].iter().collect::<String>().trim_end().to_owned())
}

#[test]
fn the_help_explains_all_words_of_the_pane_and_cuts_none() {
    let panes = [
        (Pane::InFlight, vec![Group::Column, Group::Phase]),
        (Pane::Timing, vec![Group::Figure]),
        (Pane::Charts, vec![Group::Chart, Group::Mark]),
        (Pane::Events, vec![Group::Event, Group::Callback]),
        (Pane::Done, vec![Group::Done, Group::Outcome, Group::Failure]),
        (Pane::Hosts, vec![Group::Host]),
    ];
    for (size, (focus, groups)) in [(120, 34), (80, 24)].into_iter().flat_map(|size| panes.clone().map(|it| (size, it)))
    {
        let lines = help(focus, size);
        let told = lines.iter().flat_map(|line| line.split_whitespace()).collect::<Vec<_>>().join(" ");
        for entry in groups.iter().chain(&[Group::Header, Group::Limit]).flat_map(|group| group.entries()) {
            assert!(
                told.contains(&format!("{} {}", entry.word, wrap(entry.means[0], 25)[0])),
                "{}: {told}",
                entry.word
            );
            assert!(told.contains(entry.means[0]), "{}: {told}", entry.word);
        }
        let heading = format!(" {}", focus.name());
        assert!(lines.contains(&heading), "{lines:#?}");
    }
}

#[test]
fn the_help_looks_so_at_its_beginning_and_scrolled() {
    for (name, focus, help_line, size) in [
        ("help_80x24", Pane::InFlight, 0, (80, 24)),
        ("help_120x34", Pane::InFlight, 0, (120, 34)),
        ("help_words_80x24", Pane::InFlight, 19, (80, 24)),
        ("help_timing_120x34", Pane::Timing, 19, (120, 34)),
        ("help_events_80x24", Pane::Events, 1000, (80, 24)),
        ("help_done_40x12", Pane::Done, 29, (40, 12)),
    ] {
        let view = View { focus, help: true, help_line, ..View::default() };
        insta::assert_snapshot!(name, picture(&running(), &view, size, Charset::Unicode).backend());
    }
}

/// The footer, in that state of a run.
fn footer(scenario: &Scenario, view: &View) -> String {
    rows(scenario, view, (200, 34)).pop().unwrap()
}

#[test]
fn the_footer_says_what_a_key_would_do_now() {
    let plain = footer(&running(), &View::default());
    for words in ["p pause", "space freeze", "+ - concurrency", "x cancel"] {
        assert!(plain.contains(words), "{words}: {plain}");
    }
    assert!(!plain.contains("^C"), "{plain}");
    let paused = footer(&after([EventKind::Paused]), &View::default());
    assert!(paused.contains("p resume") && !paused.contains("p pause"), "{paused}");
    let mut frozen = View::default();
    frozen.freeze(&running().state, At(4_200_000));
    let held = footer(&running(), &frozen);
    assert!(held.contains("space thaw") && !held.contains("freeze"), "{held}");
    let draining = EventKind::Draining { until: At(6_000_000), reason: EndReason::Interrupt };
    let ending = footer(&after([draining]), &View::default());
    assert!(ending.contains("q quit  ? help  ^C end at once  ") && ending.contains("x cancel"), "{ending}");
    let ended = footer(&after([EventKind::RunEnded { reason: EndReason::Finished, unread: 0 }]), &View::default());
    for words in ["p pause", "x cancel", "+ - concurrency", "^C"] {
        assert!(!ended.contains(words), "{words}: {ended}");
    }
    for words in ["p pause", "+ - concurrency", "p resume"] {
        assert!(!ending.contains(words), "{words}: {ending}");
    }
}

#[test]
fn once_the_run_is_over_the_footer_has_no_key_for_rows_where_there_are_none() {
    let mut over = running();
    over.finish();
    let keys = ["enter detail", "s sort", "y Y copy", "r retry"];
    let idle = footer(&over, &View::default());
    assert!(!keys.iter().any(|key| idle.contains(key)) && idle.contains("tab pane"), "{idle}");
    let done = footer(&over, &View { focus: Pane::Done, ..View::default() });
    assert!(keys.iter().all(|key| done.contains(key)), "{done}");
    let gone = footer(&over, &View { request: Some(FetchId(11)), ..View::default() });
    assert!(gone.contains("enter detail"), "what was selected and has gone has a page: {gone}");
}

#[test]
fn the_page_of_what_is_done_offers_nothing_that_only_helps_what_is_in_flight() {
    let offers = |id| footer(&running(), &View { detail: Some(FetchId(id)), ..View::default() });
    for words in ["x cancel", "+ - concurrency"] {
        assert!(offers(11).contains(words) && !offers(1).contains(words), "{words}: {} {}", offers(11), offers(1));
    }
}

/// The picture is that of the moment at which it was held, but what is told of a key is not.
#[test]
fn a_knob_turned_while_the_picture_is_held_is_told_for_a_moment() {
    let mut scenario = running();
    let mut view = View::default();
    view.freeze(&scenario.state, scenario.now);
    let frozen = view.frozen.as_deref().cloned().unwrap();
    let told = |scenario: &Scenario, view: &mut View, at: u64| {
        view.frozen.as_mut().unwrap().meanwhile = Meanwhile::of(&scenario.state, At(at));
        let held = Scenario { state: frozen.state.clone(), now: frozen.now };
        footer(&held, view)
    };
    assert!(!told(&scenario, &mut view, 5_000_000).contains('→'));
    scenario.tell(5_000_000, EventKind::ConcurrencySet { cap: 70 });
    assert!(told(&scenario, &mut view, 5_100_000).ends_with("concurrency 64→70 "));
    assert!(!told(&scenario, &mut view, 8_100_000).contains('→'));
    scenario.tell(9_000_000, EventKind::Paused);
    assert!(told(&scenario, &mut view, 9_000_000).contains("p resume"));
}

#[test]
fn nothing_of_what_is_under_the_help_is_left_beside_it() {
    for size in [(60, 20), (80, 24), (120, 34), (200, 50)] {
        let view = View { help: true, ..View::default() };
        let rows = rows(&running(), &view, size);
        let under = text(&picture(&running(), &view, size, Charset::Unicode));
        let beside = under.lines().map(|row| row.trim_matches('"'));
        let beside = beside.skip_while(|row| !row.contains("╭ Help")).take_while(|row| !row.contains(" q quit  "));
        for row in beside {
            let trimmed = row.trim();
            assert!(trimmed.is_empty() || trimmed.starts_with(['╭', '│', '╰']) && trimmed.ends_with(['╮', '│', '╯']));
            assert!(!trimmed.trim_matches('│').contains('│'), "{size:?}: {row}");
        }
        assert!(rows.last().unwrap().contains("q quit"), "the footer stays");
    }
}

#[test]
fn what_drains_at_the_end_of_a_run_is_called_so_at_each_width() {
    let draining = EventKind::Draining { until: At(6_000_000), reason: EndReason::Interrupt };
    let third = |width| rows(&after([draining.clone()]), &View::default(), (width, 34)).remove(2);
    for width in [66, 80, 90, 100, 120, 200] {
        let third = third(width);
        assert!(third.contains(" ending (3 in flight) ") && !third.contains("limited by"), "{width}: {third}");
    }
}
