use crate::story::everything;
use crawltop::control::EndReason;
use crawltop::event::EventKind;
use crawltop::report::{Caps, Jsonl, Lines, Markdown, Verbosity, findings, summary};
use crawltop::state::State;
use crawltop::text::Charset;

#[test]
fn on_a_screen() {
    let state = everything(EndReason::Finished).state();
    let told = findings(&state, Charset::Unicode, 100, Caps::SHORT) + &summary(&state, Charset::Unicode);
    assert!(told.lines().all(|line| crawltop::text::width(line) <= 100), "{told}");
    insta::assert_snapshot!(told);
}

#[test]
fn in_ascii_and_narrow() {
    let state = everything(EndReason::Finished).state();
    let told = findings(&state, Charset::Ascii, 60, Caps::SHORT);
    assert!(told.is_ascii(), "{told}");
    insta::assert_snapshot!(told);
}

#[test]
fn as_a_file_of_text() {
    let lines = Lines::new(Verbosity::Verbose, Charset::Unicode, false, false).with_report();
    insta::assert_snapshot!(everything(EndReason::Finished).told(lines));
}

#[test]
fn as_markdown() {
    insta::assert_snapshot!(everything(EndReason::Finished).told(Markdown));
}

#[test]
fn as_json_lines() {
    let told = everything(EndReason::Finished).told(Jsonl::default());
    let lines: Vec<serde_json::Value> = told.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let (results, report): (Vec<_>, Vec<_>) = lines[1..].iter().partition(|line| line["type"] == "result");
    let placed: Vec<String> = results
        .iter()
        .map(|line| format!("{} {} {} {} {}", line["order"], line["url"], line["depth"], line["role"], line["source"]))
        .collect();
    insta::assert_snapshot!("json_results", placed.join("\n"));
    let report: Vec<String> = report.iter().map(ToString::to_string).collect();
    insta::assert_snapshot!("json_report", report.join("\n"));
}

#[test]
fn a_run_that_was_stopped_is_marked_in_each_format() {
    let story = everything(EndReason::Interrupt);
    let words = EndReason::Interrupt.words();
    assert!(
        summary(&story.state(), Charset::Unicode).contains(&format!("\npartial: {words}; 13 of 16 were fetched\n"))
    );
    assert!(story.told(Markdown).contains(&format!("\n**Partial: {words}.**")));
    let last: serde_json::Value = serde_json::from_str(story.told(Jsonl::default()).lines().last().unwrap()).unwrap();
    assert_eq!((&last["type"], &last["partial"]), (&"report".into(), &words.into()));
    let mut cut = everything(EndReason::Finished);
    cut.events.pop();
    assert!(cut.told(Markdown).contains("\n**Partial: cut off before its end.**"));
}

/// Who looks on is shown more; what is reported does not depend on that.
#[test]
fn a_report_is_the_same_whether_somebody_looks_on_or_nobody() {
    for crawl in [true, false] {
        let mut story = everything(EndReason::Finished);
        let EventKind::RunStarted(started) = &mut story.events[0].kind else { panic!("it begins otherwise") };
        started.crawl = crawl;
        let all = |state: State| {
            let lines = Lines::new(Verbosity::Verbose, Charset::Unicode, false, false).with_report();
            let told = [story.told_of(state.clone(), Markdown), story.told_of(state.clone(), lines)];
            let mut last = state;
            story.events.iter().for_each(|event| last.apply(event));
            (told, findings(&last, Charset::Unicode, 100, Caps::SHORT) + &summary(&last, Charset::Unicode))
        };
        let (watched, unseen) = (all(State::default()), all(State::unseen()));
        assert_eq!(watched, unseen);
        let markdown = &watched.0[0];
        assert_eq!(markdown.contains("\n## Hosts: "), crawl, "{markdown}");
    }
}

#[test]
fn what_is_read_to_know_the_way_is_no_result() {
    let story = everything(EndReason::Finished);
    let state = story.state();
    assert_eq!((state.done.count, state.tally.responses(), state.run.started), (13, 10, 13));
    assert!(state.requests.is_empty());
    let lines = story.told(Lines::new(Verbosity::Normal, Charset::Unicode, false, false));
    assert_eq!(lines.lines().count(), 13, "{lines}");
    assert!(!lines.contains("robots.txt of"), "{lines}");
    assert!(lines.contains("http://a.example/gone  on http://a.example/\n"), "{lines}");
}

#[test]
fn only_what_is_broken_or_failed_or_misses_its_part_is_a_finding() {
    assert!(everything(EndReason::Finished).state().has_findings());
    let mut sound = crate::story::Story::of("http://a.example", crawltop::event::Order::Completed);
    let place = sound.place(crawltop::place::Role::Page, 0, None);
    sound.fetch(1, "/", place.clone(), crate::story::ok);
    sound.fetch(2, "/b", place.clone(), crate::story::status(403));
    sound.fetch(3, "/c", place, crate::story::redirect(302, "http://a.example/"));
    sound.end(EndReason::Finished, 3);
    assert!(!sound.state().has_findings());
}
