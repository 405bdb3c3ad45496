//! The tables as a user looks for something in them: views, sorted, filtered, selected, and what has just ended.

use crate::scenario::{Scenario, crawling, later, of_target, retrying, running};
use crate::{ink, picture, text};
use crawltop::clock::At;
use crawltop::event::{Because, EventKind};
use crawltop::failure::FailureKind;
use crawltop::fetched::Fetched;
use crawltop::id::FetchId;
use crawltop::phase::Phase;
use crawltop::text::{Charset, Untrusted};
use crawltop::ui::{Pane, Step, View};
use ratatui::style::{Color, Modifier};
use std::sync::Arc;

const SIZES: [(u16, u16); 3] = [(120, 34), (80, 24), (200, 50)];

fn shown(scenario: &Scenario, view: &View, size: (u16, u16)) -> String {
    text(&picture(scenario, view, size, Charset::Unicode))
}

fn zoomed(focus: Pane) -> View {
    View { focus, zoom: true, ..View::default() }
}

/// A view in which that is looked for.
fn looking_for(typed: &str, view: View) -> View {
    let mut view = view;
    view.look_for(typed);
    view
}

fn typing(typed: &str, view: View) -> View {
    View { typing: Some(crawltop::ui::Input::of(typed)), ..looking_for(typed, view) }
}

fn sorted(focus: Pane, steps: i32, zoom: bool) -> View {
    let mut view = View { focus, zoom, ..View::default() };
    view.sort(steps, true);
    view
}

#[test]
fn sorted_and_mistyped_tables_look_so_at_each_size() {
    let views = [
        ("sorted", sorted(Pane::Done, 1, false)),
        ("trouble", typing("goods kind:lunch", View { focus: Pane::Done, zoom: true, ..View::default() })),
    ];
    for ((name, view), (width, height)) in views.iter().flat_map(|view| SIZES.map(|size| (view, size))) {
        let shown = picture(&later(), view, (width, height), Charset::Unicode);
        insta::assert_snapshot!(format!("find_{name}_{width}x{height}"), shown.backend());
    }
}

#[test]
fn the_help_of_each_pane_looks_so_at_each_size() {
    for (focus, (width, height)) in Pane::ALL.into_iter().flat_map(|focus| SIZES.map(|size| (focus, size))) {
        let view = View { focus, help: true, ..View::default() };
        let name = format!("help_of_{}_{width}x{height}", focus.name().replace(' ', "").to_lowercase());
        insta::assert_snapshot!(name, picture(&crawling(), &view, (width, height), Charset::Unicode).backend());
    }
}

#[test]
fn the_title_names_the_sort_and_the_sorted_column_is_marked() {
    let mut view = sorted(Pane::InFlight, 3, true);
    let terminal = picture(&running(), &view, (120, 34), Charset::Unicode);
    assert!(text(&terminal).contains("In flight ─ 3 ─ sorted by age ↓"), "{}", text(&terminal));
    assert!(ink(&terminal, "↓age").1.contains(Modifier::BOLD) && ink(&terminal, "phase").1.contains(Modifier::DIM));
    view.invert();
    let ids = |view: &View| flying(&shown(&running(), view, (120, 34)));
    assert!(shown(&running(), &view, (120, 34)).contains("sorted by age ↑"));
    assert_eq!(ids(&view), [12, 11, 10]);
    view.sort(1, true);
    assert_eq!(ids(&view), [10, 11, 12], "a further column begins with what is looked for: by bytes");
    let plain = text(&picture(&running(), &view, (120, 34), Charset::Ascii));
    assert!(plain.contains("sorted by bytes v") && plain.contains("vbytes"), "{plain}");
}

/// The numbers of those that are in flight in `running`, from the top.
fn flying(shown: &str) -> Vec<u64> {
    order(shown).into_iter().filter(|id| *id >= 10).collect()
}

/// The numbers of the requests, from the top.
fn order(shown: &str) -> Vec<u64> {
    let cells = shown.lines().skip(5).map(|line| line.trim_start_matches(['"', '│']));
    cells.filter_map(|line| line.split_whitespace().next()?.parse().ok()).collect()
}

#[test]
fn done_is_sorted_by_each_of_its_columns() {
    let first = |steps| order(&shown(&running(), &sorted(Pane::Done, steps, true), (120, 34)))[..3].to_vec();
    assert_eq!(first(0), [8, 7, 6]);
    assert_eq!(first(1), [6, 8, 5], "total");
    assert_eq!(first(2), [6, 5, 7], "status, failures first");
    assert_eq!(first(3), [5, 2, 1], "size");
    assert_eq!(first(-1), [1, 8, 2], "url");
}

/// One over a kept connection, one to which there was none, and three in flight, one of them over a kept connection.
fn kept() -> Scenario {
    let mut scenario = running();
    scenario.start(40, "http://127.0.0.1:41233/kept/");
    scenario.answer_over_kept(40, "/kept/", 4_100_000);
    scenario.fail(41, "http://nowhere.example/");
    scenario.fly(42, "/flies/", &[(Phase::Send, 4_100_000), (Phase::Wait, 4_100_100)], 0);
    scenario.now = At(9_000_000);
    scenario
}

#[test]
fn a_table_says_over_what_connection_a_fetch_went_where_there_is_room_and_where_it_is_sorted_by_it() {
    let row = |shown: &str, of: &str| {
        shown.lines().find(|line| line.contains(of)).unwrap_or_else(|| panic!("{shown}")).to_owned()
    };
    for charset in [Charset::Unicode, Charset::Ascii] {
        let shown = |view: &View, size| text(&picture(&kept(), view, size, charset));
        let wide = shown(&zoomed(Pane::Done), (120, 34));
        assert!(row(&wide, "status").contains("  size  conn    url "), "{wide}");
        assert!(row(&wide, "/kept/").contains(" 200    208 B  reused  /kept/ "), "{wide}");
        assert!(row(&wide, "/goods/99/").contains(" 208 B  new     /goods/99/ "), "{wide}");
        let none = row(&wide, "nowhere");
        assert!(!none.contains("new ") && !none.contains("reused"), "{none}");
        let narrow = shown(&zoomed(Pane::Done), (80, 24));
        assert!(!narrow.contains("conn ") && !narrow.contains("reused"), "{narrow}");
        let by = shown(&sorted(Pane::Done, 4, true), (80, 24));
        assert!(by.contains("sorted by conn"), "{by}");
        let place = |of| by.find(of).unwrap_or_else(|| panic!("{of}: {by}"));
        let (kept, new, none) = (place("/kept/"), place("/goods/99/"), place("nowhere"));
        assert!(kept < new && new < none, "reused first, then new: {by}");
        assert!(row(&by, "/kept/").contains("reused  /kept/ "), "{by}");
        let flying = shown(&zoomed(Pane::InFlight), (120, 34));
        assert!(row(&flying, "/flies/").contains(" reused  /flies/ "), "{flying}");
        assert!(row(&flying, "/goods/11/").contains(" new     /goods/11/ "), "{flying}");
        let by = shown(&sorted(Pane::InFlight, 6, true), (80, 24));
        assert!(by.contains("sorted by conn") && row(&by, "/flies/").contains(" reused  /flies/ "), "{by}");
    }
}

#[test]
fn a_picture_looks_at_so_many_rows_and_no_more_and_the_next_ones_at_the_others() {
    let mut scenario = running();
    (2_000..8_000).for_each(|id| scenario.answer(id, 4_300_000));
    scenario.now = At(4_400_000);
    let view = looking_for("goods", zoomed(Pane::Done));
    let found = || {
        let (mut found, mut place) = (0, 0);
        view.sparing(1_000, &scenario.state, || {
            let shown = shown(&scenario, &view, (120, 34));
            let (before, count) = shown.split_once("filter goods · ").unwrap_or_else(|| panic!("{shown}"));
            let count = count.split_once(" of ").unwrap().0;
            assert_eq!(count.contains('≥'), view.owes(), "the count says whether it is all: {shown}");
            found = count.trim_start_matches([' ', '≥']).replace(',', "").parse::<usize>().unwrap();
            place = before.chars().count() + count.chars().count();
        });
        (found, place, view.owes())
    };
    let first = found();
    assert_eq!((first.0, first.2), (2_000, true), "however many are new");
    assert_eq!([found().0, found().0, found().0], [3_000, 4_000, 5_000]);
    assert!(found().2);
    let all = found();
    assert!(all.0 > 6_000 - 1_000 && !all.2, "{all:?}");
    assert_eq!(all.1, first.1, "nothing moves as the count becomes whole");
}

#[test]
fn a_log_that_is_still_looked_through_says_so_and_what_is_not_found_yet_is_not_said_to_be_nowhere() {
    let mut scenario = running();
    (2_000..4_000).for_each(|id| scenario.answer(id, 4_300_000));
    let view = looking_for("nowhere", zoomed(Pane::Events));
    let mut pictures = Vec::new();
    while pictures.is_empty() || view.owes() {
        view.sparing(1_000, &scenario.state, || pictures.push(shown(&scenario, &view, (120, 34))));
    }
    let (last, others) = pictures.split_last().unwrap();
    assert!(!others.is_empty());
    assert!(others.iter().all(|it| it.contains("≥0 of ") && it.contains("nothing found yet")), "{others:?}");
    assert!(last.contains(" 0 of ") && last.contains("nothing found; esc shows all"), "{last}");
}

#[test]
fn in_ascii_a_count_that_still_grows_is_at_least_that_and_not_more_than_that() {
    let mut scenario = running();
    (2_000..8_000).for_each(|id| scenario.answer(id, 4_300_000));
    scenario.now = At(4_400_000);
    let view = looking_for("nowhere", zoomed(Pane::Done));
    let mut counts = Vec::new();
    while counts.is_empty() || view.owes() {
        view.sparing(1_000, &scenario.state, || {
            let shown = text(&picture(&scenario, &view, (120, 34), Charset::Ascii));
            let (_, count) = shown.split_once("filter nowhere . ").unwrap_or_else(|| panic!("{shown}"));
            counts.push(count.split_once(" - ").unwrap().0.to_owned());
        });
    }
    let (last, others) = counts.split_last().unwrap();
    assert!(!others.is_empty() && others.iter().all(|count| count.trim_start().starts_with(">=0 of ")), "{counts:?}");
    assert!(last.trim_start().starts_with("0 of "), "{last}");
    assert!(others.iter().all(|count| count.len() == last.len()), "nothing moves: {counts:?}");
}

#[test]
fn what_a_table_says_of_the_connection_is_a_term_too() {
    let found = |pane, typed: &str| shown(&kept(), &looking_for(typed, zoomed(pane)), (120, 34));
    for (pane, reused, new) in [(Pane::Done, "/kept/", "/goods/99/"), (Pane::InFlight, "/flies/", "/goods/11/")] {
        let [kept, others] = ["conn:reused", "conn:new"].map(|typed| found(pane, typed));
        assert!(kept.contains(reused) && !kept.contains(new), "{kept}");
        assert!(others.contains(new) && !others.contains(reused), "{others}");
    }
    assert!(found(Pane::Done, "-conn:new,reused").contains("nowhere.example"));
}

#[test]
fn hosts_are_sorted_and_filtered_by_name() {
    let view = sorted(Pane::Hosts, 1, true);
    let sorted = shown(&crawling(), &view, (120, 34));
    let place = |shown: &str, name: &str| shown.find(&format!("│ {name}")).unwrap_or_else(|| panic!("{name}: {shown}"));
    assert!(sorted.contains("sorted by host ↑") && place(&sorted, "127.0.0.1") < place(&sorted, "docs.example"));
    let found = shown(&crawling(), &looking_for("docs", zoomed(Pane::Hosts)), (120, 34));
    assert!(found.contains("Hosts ─ filter docs · 1 of 5") && !found.contains("│ 127.0.0.1"), "{found}");
}

/// A fetch of pages of so many hosts, one each, behind three of one host: one done, one put back, one in flight.
fn of_hosts(hosts: u64) -> Scenario {
    let mut scenario = of_target("urls.txt");
    for id in 1..=3 {
        scenario.start(id, &format!("http://127.0.0.1:41233/{id}"));
    }
    scenario.end_as(1, "/1", 4_050_000, 200);
    scenario.put_back(2, 4_060_000, 60_000_000);
    for id in 0..hosts {
        scenario.fail(10 + id, &format!("http://{id}.example/"));
    }
    scenario.now = At(4_100_000);
    scenario
}

#[test]
fn a_fetch_has_a_row_for_each_host_and_no_column_of_a_crawl() {
    for size in SIZES {
        let shown = shown(&of_hosts(3), &zoomed(Pane::Hosts), size);
        assert!(shown.contains("Hosts ─ 4 ─ most fetches first"), "{shown}");
        for title in ["in flight", "waiting", "done", "broken", "failed", "p50"] {
            assert!(shown.contains(title), "{title}: {shown}");
        }
        assert!(!shown.contains("delay") && !shown.contains("held by"), "{shown}");
        let figures = |of: &str| {
            let row = shown.lines().find(|line| line.contains(of)).unwrap_or_default().to_owned();
            row.split_whitespace().skip(2).take(6).map(str::to_owned).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(figures("│ 127.0.0.1:41233"), "1 1 1 0 0 53ms", "{shown}");
        assert_eq!(figures("│ 1.example"), "0 0 1 0 1 ·", "{shown}");
    }
    let overview = shown(&of_hosts(3), &View::default(), (120, 34));
    assert!(!overview.contains("╭ Hosts"), "only where they are asked for: {overview}");
    let last = |steps| {
        let mut view = zoomed(Pane::Hosts);
        view.sort(steps, false);
        shown(&of_hosts(3), &view, (120, 34))
    };
    assert!(last(7).contains("sorted by p50") && last(8).contains("most fetches first"), "{}", last(8));
}

#[test]
fn hosts_of_a_fetch_without_a_row_are_told_in_one_with_their_number() {
    let scenario = of_hosts(12_344);
    let mut view = zoomed(Pane::Hosts);
    view.step(&scenario.state, scenario.now, Step::Last, 20);
    let shown = shown(&scenario, &view, (120, 34));
    let row = shown.lines().find(|line| line.contains("and 2,345 more hosts")).unwrap_or_else(|| panic!("{shown}"));
    assert!(row.contains(" 2,345 "), "{row}");
    assert!(shown.contains("Hosts ─ 12,345"), "{shown}");
}

#[test]
fn hosts_are_sorted_by_what_holds_them_the_gravest_first_and_the_column_is_there_at_each_width() {
    for width in [40, 60, 80, 120, 200] {
        let shown = shown(&crawling(), &sorted(Pane::Hosts, 9, true), (width, 24));
        assert!(shown.contains("sorted by held by ↓") && shown.contains(" held by↓"), "{shown}");
        let place = |of: &str| {
            let row = shown.lines().skip(5).position(|line| line.contains(of));
            row.unwrap_or_else(|| panic!("{of}: {shown}"))
        };
        let held = ["backoff 12s", "robots.txt", "Crawl-delay 3s", "host cap"].map(place);
        assert!(held.is_sorted(), "{shown}");
        assert!(held[3] < place("│ late"), "what nothing holds comes last: {shown}");
    }
    let plain = shown(&crawling(), &sorted(Pane::Hosts, 8, true), (60, 24));
    assert!(!plain.contains("held by"), "{plain}");
}

/// Of an attempt like most, no event tells the status before its end.
#[test]
fn what_waits_for_another_attempt_is_found_by_what_the_last_one_met() {
    let mut scenario = retrying();
    scenario.fly(23, "/goods/23/", &[(Phase::Wait, 3_720_000)], 0);
    let blank = Fetched::blank(Untrusted::new("http://127.0.0.1:41233/goods/23/", 99), At(3_700_000), At(3_900_000));
    let fetched = Arc::new(Fetched { status: Some(503), ..blank });
    let (id, until, because) = (FetchId(23), At(9_900_000), Because::Status(503));
    scenario.tell(3_900_010, EventKind::Retrying { id, until, because, fetched });
    for (typed, found) in [("status:503", "23  retry"), ("status:5xx", "23  retry"), ("kind:connect_ref", "20  retry")]
    {
        let shown = shown(&scenario, &looking_for(typed, View::default()), (120, 34));
        assert!(shown.contains(found) && shown.contains(" of 3 ─ "), "{typed}: {shown}");
        assert_eq!(shown.contains("23  retry"), found.starts_with("23"), "{typed}: {shown}");
    }
}

#[test]
fn one_step_is_told_as_one() {
    let mut scenario = of_target("http://127.0.0.1:41233/");
    let id = FetchId(1);
    scenario.start(1, "http://127.0.0.1:41233/");
    scenario.tell(
        4_000_000,
        EventKind::ResultSet { id, status: Some(200), failure: None, bytes: 25, steps: 1, worker: None },
    );
    let shown = shown(&scenario, &zoomed(Pane::Events), (120, 34));
    assert!(shown.contains("200, 25 B, 1 step "), "{shown}");
}

#[test]
fn what_is_looked_for_is_counted_in_the_title_and_as_it_is_typed() {
    let found = shown(&later(), &looking_for("status:404", View::default()), (120, 34));
    assert!(found.contains("Done ─ /status:404 ·    131 of 1,308"), "{found}");
    assert!(found.contains("In flight ─ filter status:404 · 0 of 3 ─"), "{found}");
    assert!(found.contains("nothing found"), "{found}");
    let typed = shown(&later(), &typing("status:404", View::default()), (120, 34));
    let line = typed.lines().last().unwrap();
    assert!(line.contains("/status:404") && line.contains("in flight 0 of 3   done    131 of 1,308"), "{line}");
    assert!(!line.contains("quit"), "keys do not act: {line}");
    let wrong = shown(&later(), &typing("status:4y", View::default()), (80, 24));
    assert!(wrong.lines().last().unwrap().contains("? status: as in status:4xx"), "{wrong}");
}

#[test]
fn what_is_kept_to_be_looked_for_stands_in_each_title_at_each_size_and_esc_clears_it() {
    let long = "status:404 -slow:>1s goods and more that has no room";
    for (size, begins) in [((200, 50), "filter status:404 -slow"), ((120, 34), "status:404"), ((80, 24), "status:404")]
    {
        let found = shown(&later(), &looking_for(long, View::default()), size);
        for title in ["In flight ─ ", "Done ─ "].iter().filter_map(|pane| found.split(pane).nth(1)) {
            let title = title.lines().next().unwrap().split(" ─").next().unwrap();
            assert!(title.contains(begins) && title.contains(" of "), "{title}");
            assert!(title.contains('…') || title.contains("has no room"), "{title}");
        }
        assert!(found.contains("In flight ─ "), "{found}");
        let keys = found.lines().last().unwrap();
        assert!(keys.contains("? help  esc clear") && !keys.contains("/status"), "{keys}");
    }
    let narrow = shown(&later(), &looking_for(long, zoomed(Pane::Done)), (40, 12));
    assert!(narrow.contains("Done ─ /status:4") || narrow.contains("Done ─ filter status"), "{narrow}");
    let line = shown(&later(), &looking_for("status:404", View::default()), (39, 1));
    assert!(line.starts_with("\"/status:404 1,308/1,530 "), "{line}");
    assert!(!shown(&later(), &View::default(), (120, 34)).lines().last().unwrap().contains("clear"));
    let charts = shown(&later(), &looking_for("status:404", zoomed(Pane::Charts)), (120, 34));
    assert!(charts.lines().last().unwrap().contains("/status:404"), "no table is seen: {charts}");
}

#[test]
fn what_waits_is_not_counted_among_what_is_in_flight_and_is_told_where_it_is_found() {
    let title = |typed: &str| {
        let shown = shown(&retrying(), &looking_for(typed, View::default()), (120, 34));
        shown.lines().nth(3).unwrap().to_owned()
    };
    assert!(title("/").contains("filter / · 3 of 3 ─ 3 to retry"), "{}", title("/"));
    assert!(
        title("phase:body").contains(" of 3 ─ ") && !title("phase:body").contains("to retry"),
        "{}",
        title("phase:body")
    );
}

/// The lines of the event log, without frames.
fn lines(shown: &str) -> Vec<String> {
    let inner = shown.lines().skip(4).map(|line| line.trim_matches(['"', '│', ' ']).to_owned());
    inner.filter(|line| line.starts_with(|sign: char| sign.is_ascii_digit())).collect()
}

fn events(typed: &str) -> View {
    looking_for(typed, View { verbose: true, ..zoomed(Pane::Events) })
}

#[test]
fn events_are_looked_for_by_their_words_and_by_what_is_known_of_their_fetches() {
    let all = lines(&shown(&running(), &events(""), (120, 99)));
    let found = |typed: &str| {
        let found = shown(&running(), &events(typed), (120, 99));
        let lines = lines(&found);
        let count = format!("· {} of {} ─ following", lines.len(), all.len());
        assert!(found.contains(&count), "{typed}: {count}: {found}");
        lines
    };
    let of_fetch = |line: &String| line.contains("task 4 ") || line.ends_with("task 4") || line.contains("of task 4 ");
    let missing: Vec<_> = all.iter().filter(|line| of_fetch(line)).cloned().collect();
    assert!(missing.len() > 4, "{all:?}");
    assert_eq!(found("goods/99"), missing, "its URL stands in one of its lines; the others are about it too");
    assert_eq!(found("status:404"), missing);
    assert_eq!(found("status:404 call_soon").len(), 1);
    assert_eq!(found("outcome:failed kind:timeout").len(), missing.len());
    assert!(found("CALLBACK").iter().all(|line| line.contains("callback")));
    assert_eq!(found("phase:dns phase:body"), [""; 0]);
}

#[test]
fn an_event_that_is_about_no_fetch_is_found_by_its_words_and_where_no_term_excludes_it() {
    let first = |typed: &str| lines(&shown(&running(), &events(typed), (120, 99))).into_iter().next();
    let began = first("").unwrap();
    assert!(began.contains(" run ") && began.contains("1,024 open files"), "{began}");
    assert_eq!(first("-status:404 -slow:>1s").as_ref(), Some(&began));
    assert_eq!(first("files").as_ref(), Some(&began));
    for typed in ["status:200", "slow:<9s", "-files"] {
        assert_ne!(first(typed).as_ref(), Some(&began), "{typed}");
    }
}

#[test]
fn the_place_in_a_filtered_log_is_held_while_more_comes_and_is_counted_in_what_is_found() {
    let mut scenario = later();
    let mut view = events("status:404 result");
    let all = lines(&shown(&scenario, &view, (120, 34)));
    view.step(&scenario.state, scenario.now, Step::By(-10), 28);
    let held = shown(&scenario, &view, (120, 34));
    assert!(held.contains("10 new below, G follows"), "{held}");
    assert_eq!(lines(&held).last(), all.get(all.len() - 11));
    (2000..2007).for_each(|id| scenario.answer(id, 5_800_000));
    assert_eq!(lines(&shown(&scenario, &view, (120, 34))), lines(&held));
    view.step(&scenario.state, scenario.now, Step::First, 28);
    let first = lines(&shown(&scenario, &view, (120, 34)));
    assert_eq!((first.len(), first < all), (28, true));
    view.look_for("nowhere");
    assert!(shown(&scenario, &view, (120, 34)).contains("nothing found; esc shows all"));
}

#[test]
fn as_it_is_typed_what_has_the_focus_is_counted_at_each_width() {
    let typed = |focus, size| {
        let view = typing("status:404", View { focus, ..View::default() });
        shown(&crawling(), &view, size).lines().last().unwrap().to_owned()
    };
    let wide = typed(Pane::Events, (120, 34));
    assert!(wide.contains("events 5 of ") && wide.contains("in flight 0 of"), "{wide}");
    assert!(typed(Pane::Events, (80, 24)).contains("events 5 of "));
    assert!(typed(Pane::Hosts, (80, 24)).contains("hosts 5 of 5"), "{}", typed(Pane::Hosts, (80, 24)));
}

#[test]
fn a_line_that_is_typed_is_seen_where_there_is_room_for_nothing_else() {
    let typed = shown(&running(), &typing("goods", View::default()), (30, 3));
    assert!(typed.contains("/goods"), "{typed}");
    let hostile = typing("\u{202e}\u{1b}[2Jä", View::default());
    let ascii = text(&picture(&running(), &hostile, (80, 24), Charset::Ascii));
    assert!(ascii.is_ascii() && !ascii.contains('\u{1b}'), "{ascii}");
}

#[test]
fn the_selected_row_stays_selected_and_on_its_line_while_the_table_moves() {
    let mut scenario = later();
    let mut view = zoomed(Pane::Done);
    let rows = 27;
    for _ in 0..5 {
        view.step(&scenario.state, scenario.now, Step::By(1), rows);
    }
    let line = |scenario: &Scenario, view: &View| selected_line(scenario, view);
    let before = line(&scenario, &view);
    let id = view.result.unwrap();
    (2000..2007).for_each(|id| scenario.answer(id, 5_800_000));
    assert_eq!((line(&scenario, &view), view.result), (before.clone(), Some(id)));
    assert!(shown(&scenario, &view, (120, 34)).contains("Done ─ 1,315 ─ 7 newer above"));
    view.sort(1, true);
    assert!(line(&scenario, &view).1.contains(&before.1), "sorted, it is still selected");
    view.look_for("status:404");
    view.sort(-1, true);
    view.step(&scenario.state, scenario.now, Step::Last, rows);
    assert!(line(&scenario, &view).1.contains(" 404 "));
}

/// Which line of the picture is reversed, and what it says of the order, the total and the status.
fn selected_line(scenario: &Scenario, view: &View) -> (u16, String) {
    let terminal = picture(scenario, view, (120, 34), Charset::Unicode);
    let buffer = terminal.backend().buffer();
    let is_reversed = |y: &u16| buffer[(3, *y)].modifier.contains(Modifier::REVERSED);
    let y = (0..buffer.area.height).find(is_reversed).expect("a row is selected");
    (y, (1..24).map(|x| buffer[(x, y)].symbol()).collect())
}

#[test]
fn moving_scrolls_only_at_the_edges() {
    let scenario = later();
    let mut view = zoomed(Pane::Done);
    let mut lines = Vec::new();
    for step in [Step::First, Step::By(26), Step::By(1), Step::By(-3), Step::Last, Step::By(-26), Step::First] {
        view.step(&scenario.state, scenario.now, step, 27);
        lines.push(selected_line(&scenario, &view).0 - 5);
    }
    assert_eq!(lines, [0, 26, 26, 23, 26, 0, 0]);
}

#[test]
fn in_a_fetch_the_filter_takes_the_outcomes_that_the_header_counts() {
    let mut scenario = crate::scenario::begun();
    for (id, status) in [(1, 403), (2, 429), (3, 404), (4, 200)] {
        scenario.fly(id, "/", &[(Phase::Wait, 1_000)], 0);
        scenario.end_as(id, "/", 2_000, status);
    }
    for (outcome, count) in [("broken", 3), ("ok", 1), ("blocked", 0), ("failed", 0)] {
        let mut view = zoomed(Pane::Done);
        view.look_for(&format!("outcome:{outcome}"));
        let shown = shown(&scenario, &view, (120, 34));
        assert!(shown.contains("broken 3") && shown.contains(&format!("{count} of 4")), "{outcome}: {shown}");
    }
}

#[test]
fn what_has_ended_stays_in_its_place_for_a_moment_dim_and_marked() {
    let mut scenario = running();
    let view = View { zoom: true, ..View::default() };
    let line = |scenario: &Scenario| {
        let shown = shown(scenario, &view, (120, 34));
        shown
            .lines()
            .position(|line| line.contains("/goods/11/"))
            .map(|at| (at, shown.lines().nth(at).unwrap().to_owned()))
    };
    let place = line(&scenario).unwrap().0;
    scenario.end_as(11, "/goods/11/", 4_300_000, 404);
    scenario.now = At(4_400_000);
    let (at, row) = line(&scenario).unwrap();
    assert_eq!(at, place, "it has not moved");
    assert!(row.contains("! 404"), "{row}");
    let terminal = picture(&scenario, &view, (120, 34), Charset::Unicode);
    assert!(ink(&terminal, "/goods/11/").1.contains(Modifier::DIM));
    assert!(text(&terminal).contains("In flight ─ 2 ─ by slot"), "it is not counted");
    scenario.now = At(5_400_000);
    assert_eq!(line(&scenario), None, "a moment later it is gone");
}

#[test]
fn what_has_ended_lingers_in_a_sorted_table_where_its_last_values_put_it() {
    // By age, which goes on for the others, and by URL.
    for (steps, expected, later) in [(3, [10, 11, 12], [10, 12, 11]), (-1, [11, 12, 10], [11, 12, 10])] {
        let mut scenario = running();
        let view = sorted(Pane::InFlight, steps, true);
        let seen = |scenario: &Scenario| flying(&shown(scenario, &view, (120, 34)));
        assert_eq!(seen(&scenario), expected, "{steps}");
        scenario.end_as(11, "/goods/11/", 4_300_000, 404);
        for (now, expected) in [(4_300_000, expected), (5_200_000, later)] {
            scenario.now = At(now);
            assert_eq!(seen(&scenario), expected, "{steps} at {now}");
            let terminal = picture(&scenario, &view, (120, 34), Charset::Unicode);
            assert!(text(&terminal).contains("│    11  ! 404 ") && text(&terminal).contains("In flight ─ 2 ─ sorted"));
            assert!(ink(&terminal, "/goods/11/").1.contains(Modifier::DIM));
        }
        scenario.now = At(5_400_000);
        assert!(!seen(&scenario).contains(&11), "a moment later it is gone");
    }
}

#[test]
fn what_has_ended_takes_no_more_than_a_share_of_a_sorted_table() {
    let mut scenario = of_target("some URLs");
    for id in 1..=80 {
        scenario.start(id, &format!("http://a.example/{id}"));
    }
    for id in 1..=40 {
        scenario.end_as(id, &format!("/{id}"), 4_190_000, 200);
    }
    scenario.now = At(4_200_000);
    let seen = shown(&scenario, &sorted(Pane::InFlight, 1, true), (80, 24));
    let (rows, left) = (flying(&seen).len(), seen.lines().filter(|line| line.contains("✓ 200")).count());
    assert!(rows > 8 && left <= rows.div_ceil(4), "{left} of {rows}: {seen}");
}

#[test]
fn the_first_move_in_a_sorted_table_selects_what_is_in_flight() {
    let mut scenario = running();
    scenario.end_as(10, "/img/hero.jpg", 4_190_000, 200);
    let mut view = sorted(Pane::InFlight, 3, true);
    view.step(&scenario.state, scenario.now, Step::By(1), 28);
    assert_eq!(view.request, Some(FetchId(11)));
}

#[test]
fn a_column_by_which_a_table_is_sorted_stays_while_the_table_shrinks() {
    let view = sorted(Pane::InFlight, 5, true);
    for width in [56, 80, 100, 120, 200] {
        let shown = shown(&running(), &view, (width, 24));
        let titles = shown.lines().nth(4).unwrap();
        assert!(shown.contains("sorted by steps ↓") && titles.contains("↓steps"), "{width}: {shown}");
    }
}

#[test]
fn of_what_has_not_begun_to_come_no_bytes_are_told() {
    let mut scenario = running();
    scenario.fly(40, "/begun/", &[(Phase::Wait, 4_000_000)], 0);
    let shown = shown(&scenario, &zoomed(Pane::InFlight), (120, 34));
    let row = shown.lines().find(|line| line.contains("/begun/")).unwrap();
    assert!(!row.contains("0 B") && row.contains("  ·  "), "{row}");
}

#[test]
fn a_narrow_table_of_results_leaves_its_room_to_the_urls() {
    let mut scenario = running();
    scenario.end_as(40, "/category/goods/352/", 4_150_000, 200);
    let shown = shown(&scenario, &View::default(), (120, 34));
    let row = shown.lines().find(|line| line.contains("352/") && line.contains(" 200 ")).unwrap();
    assert!(row.contains("s/352/") && shown.contains("total status  size url"), "{shown}");
}

#[test]
fn an_age_says_by_sign_and_ink_that_it_is_slow() {
    let scenario = running();
    let view = |millis| {
        let slow = crawltop::ui::Slow(std::time::Duration::from_millis(millis));
        View { zoom: true, slow, ..View::default() }
    };
    let terminal = picture(&scenario, &view(1_000), (120, 34), Charset::Unicode);
    assert_eq!(ink(&terminal, "▲   1.82s").0, Color::Yellow);
    assert!(!text(&terminal).contains("▲▲"));
    let terminal = picture(&scenario, &view(400), (120, 34), Charset::Unicode);
    assert_eq!((ink(&terminal, "▲▲  1.82s").0, ink(&terminal, "▲   412ms").0), (Color::Red, Color::Yellow));
    assert!(!text(&picture(&scenario, &view(10_000), (120, 34), Charset::Unicode)).contains('▲'));
    assert!(text(&picture(&scenario, &view(400), (120, 34), Charset::Ascii)).contains("^^  1.82s"));
}

#[test]
fn what_robots_txt_keeps_out_is_no_failure_of_a_crawl() {
    let mut scenario = crawling();
    let failed = |scenario: &Scenario| {
        let shown = shown(scenario, &View::default(), (120, 34));
        shown.lines().nth(1).unwrap().split_once("failed ").unwrap().1.split_whitespace().next().unwrap().to_owned()
    };
    let before = failed(&scenario);
    (50..60).for_each(|id| scenario.keep_out(id, "/private/"));
    assert_eq!(failed(&scenario), before);
}

#[test]
fn large_numbers_leave_a_gap_between_words_at_eighty_columns() {
    let mut scenario = running();
    scenario.start(1_234_567, "http://127.0.0.1:41233/late");
    scenario.end_as(10, "/img/hero.jpg", 4_150_000, 200);
    scenario.end_as(11, "/goods/11/", 4_150_000, 200);
    scenario.end_as(12, "/goods/12/", 4_150_000, 200);
    let row = shown(&scenario, &View::default(), (80, 24)).lines().nth(2).unwrap().to_owned();
    assert!(row.starts_with("\" oldest blocked  "), "{row}");
    assert!(row.contains("  by server  "), "{row}");
    let wide = shown(&scenario, &View::default(), (100, 24)).lines().nth(2).unwrap().to_owned();
    assert!(wide.contains("#1234567 blocked"), "{wide}");
}

#[test]
fn the_axis_has_room_for_what_has_just_ended_and_shrinks_late() {
    let mut scenario = running();
    scenario.fly(40, "/slow/", &[(Phase::Wait, 500_000)], 0);
    let axis = |scenario: &Scenario| {
        let shown = shown(scenario, &zoomed(Pane::InFlight), (120, 34));
        let titles = shown.lines().nth(4).unwrap().split_whitespace();
        titles.skip_while(|&word| word != "0").nth(1).unwrap().to_owned()
    };
    assert_eq!(axis(&scenario), "5s");
    scenario.end_as(40, "/slow/", 4_150_000, 200);
    scenario.fly(41, "/quick/", &[(Phase::Wait, 4_000_000)], 0);
    assert_eq!(axis(&scenario), "5s", "its bar is still there, and took 3.65s");
    scenario.finish();
    let mut scenario = crate::scenario::begun();
    scenario.fly(1, "/slow/", &[(Phase::Wait, 0)], 0);
    scenario.end_as(1, "/slow/", 4_000_000, 200);
    let mut at = |second: u64| {
        scenario.fly(second, "/quick/", &[(Phase::Wait, second * 1_000_000 - 50_000)], 0);
        scenario.now = At(second * 1_000_000);
        let axis = axis(&scenario);
        scenario.end_as(second, "/quick/", second * 1_000_000, 200);
        axis
    };
    assert_eq!([5, 6, 7, 8, 9, 10].map(&mut at), ["5s", "5s", "5s", "5s", "5s", "100ms"]);
}

#[test]
fn what_was_selected_and_has_gone_gives_its_place_to_nobody_until_a_key_moves() {
    let mut scenario = running();
    let mut view = zoomed(Pane::InFlight);
    view.request = Some(FetchId(11));
    scenario.end_as(11, "/goods/11/", 4_200_000, 200);
    scenario.now = At(9_000_000);
    let terminal = picture(&scenario, &view, (120, 34), Charset::Unicode);
    let is_reversed = |y: u16| terminal.backend().buffer()[(3, y)].modifier.contains(Modifier::REVERSED);
    assert!(!(0..34).any(is_reversed), "{}", text(&terminal));
    let stepped = |by| {
        let mut view = view.clone();
        view.step(&scenario.state, scenario.now, by, 28);
        view.request
    };
    assert_eq!((stepped(Step::By(1)), stepped(Step::By(-1))), (Some(FetchId(12)), Some(FetchId(10))));
}

#[test]
fn the_first_move_selects_what_is_in_flight_and_not_what_has_just_ended() {
    let mut scenario = running();
    scenario.end_as(10, "/img/hero.jpg", 4_190_000, 200);
    let mut view = zoomed(Pane::InFlight);
    view.step(&scenario.state, scenario.now, Step::By(1), 28);
    assert_eq!(view.request, Some(FetchId(11)));
}

#[test]
fn a_long_line_of_the_log_is_cut_with_a_mark_or_goes_on_below() {
    let mut scenario = running();
    let message = Untrusted::new(&format!("{}end", "wide ".repeat(60)), 4096);
    scenario.tell(4_100_000, EventKind::InputFailed { message });
    let cut = shown(&scenario, &zoomed(Pane::Events), (80, 24));
    let lines: Vec<&str> = cut.lines().filter(|line| line.contains("wide wide")).collect();
    assert!(lines.len() == 1 && lines[0].contains('…'), "{cut}");
    let wrapped = shown(&scenario, &View { wrap: true, ..zoomed(Pane::Events) }, (80, 24));
    assert!(!wrapped.contains('…') && wrapped.contains("wide end"), "{wrapped}");
    assert!(wrapped.lines().filter(|line| line.contains("wide wide")).count() > 6, "{wrapped}");
    let mut first = View { wrap: true, ..zoomed(Pane::Events) };
    first.step(&scenario.state, scenario.now, Step::First, 20);
    let first = shown(&scenario, &first, (80, 24));
    assert!(first.contains("1,024 open files") && first.lines().nth(21).unwrap().contains("task"), "{first}");
}

#[test]
fn over_a_slow_line_what_hangs_changes_its_age_rarely() {
    let scenario = |now| Scenario { now: At(now), ..running() };
    let view = View { coarse: true, ..zoomed(Pane::InFlight) };
    let seen = |now| {
        let shown = shown(&scenario(now), &view, (120, 34));
        shown.lines().skip(5).find(|line| line.contains("hero.jpg")).unwrap().to_owned()
    };
    assert!(seen(20_000_000).contains(" 16s "), "{}", seen(20_000_000));
    let changed = (20..40).filter(|second| seen(second * 1_000_000) != seen((second + 1) * 1_000_000));
    assert!(changed.count() <= 12, "its age and its bar, each other second");
}

#[test]
fn no_end_is_expected_where_all_that_is_left_hangs() {
    let eta = |left: u64| {
        let mut scenario = of_target("some URLs");
        scenario.tell(0, EventKind::TargetsCounted { total: 20 + left, more: false });
        (1..=20_u64).for_each(|id| scenario.answer(id, 1_000_000 + id));
        (21..24_u64).for_each(|id| scenario.start(id, "http://127.0.0.1:41233/hang"));
        scenario.now = At(4_000_000);
        shown(&scenario, &View::default(), (120, 34)).contains("ETA ")
    };
    assert_eq!((eta(3), eta(30)), (false, true));
}

#[test]
fn a_bar_is_no_hole_in_the_row_that_is_selected() {
    let view = View { request: Some(FetchId(10)), ..zoomed(Pane::InFlight) };
    let terminal = picture(&running(), &view, (120, 34), Charset::Unicode);
    let buffer = terminal.backend().buffer();
    let y = selected_line(&running(), &view).0;
    let full: Vec<_> = (0..120).map(|x| &buffer[(x, y)]).filter(|cell| cell.symbol() == "█").collect();
    assert!(!full.is_empty() && full.iter().all(|cell| !cell.modifier.contains(Modifier::REVERSED)));
}

#[test]
fn a_word_that_is_no_term_is_told_to_be_searched_as_text() {
    let last = |typed, size| {
        let shown = shown(&running(), &typing(typed, zoomed(Pane::Done)), size);
        shown.lines().last().unwrap().to_owned()
    };
    let terms = "size: is searched as text; terms are status host slow phase kind outcome conn";
    assert!(last("size:>1k", (200, 50)).contains(&format!("{terms}   in flight 0 of 3   done 0 of 8")));
    assert!(last("size:>1k", (120, 34)).contains(terms), "{}", last("size:>1k", (120, 34)));
    assert!(last("size:>1k", (80, 24)).contains("size: is searched as text"), "{}", last("size:>1k", (80, 24)));
    assert!(last("127.0.0.1:41233", (120, 34)).contains("enter keeps"), "a port is none");
}

#[test]
fn the_kinds_that_this_run_has_had_come_first_and_no_name_is_cut() {
    let last = |typed, size| {
        let shown = shown(&running(), &typing(typed, zoomed(Pane::Done)), size);
        shown.lines().last().unwrap().trim_end_matches(['"', ' ']).to_owned()
    };
    for size in [(120, 34), (80, 24)] {
        let told = last("kind:", size);
        let (_, listed) = told.split_once("? kind: ").unwrap_or_else(|| panic!("{told}"));
        assert!(listed.starts_with("truncated timeout ") && listed.ends_with(" ..."), "{told}");
        let names: Vec<&str> = listed.trim_end_matches(" ...").split(' ').collect();
        let known = |name: &&str| FailureKind::ALL.iter().any(|kind| kind.name() == *name);
        assert!(names.len() > 3 && names.iter().all(known), "{told}");
    }
    assert!(last("outcome:", (120, 34)).ends_with("? outcome: ok redirect broken failed blocked cancelled"));
}

#[test]
fn a_pane_shows_where_its_page_stands_in_a_longer_list() {
    let mut scenario = running();
    (100..160).for_each(|id| scenario.start(id, "http://127.0.0.1:41233/more"));
    let stretch = |view: &View, charset| {
        let terminal = picture(&scenario, view, (120, 34), charset);
        let buffer = terminal.backend().buffer();
        let sign = if charset == Charset::Ascii { "]" } else { "┃" };
        (0..34).filter(|&y| buffer[(119, y)].symbol() == sign).collect::<Vec<u16>>()
    };
    let first = stretch(&zoomed(Pane::InFlight), Charset::Unicode);
    assert_eq!((first.first(), first == stretch(&zoomed(Pane::InFlight), Charset::Ascii)), (Some(&5), true));
    let mut view = zoomed(Pane::InFlight);
    view.step(&scenario.state, scenario.now, Step::Last, 27);
    let last = stretch(&view, Charset::Unicode);
    assert_eq!((last.len(), last.last()), (first.len(), Some(&31)));
    view.step(&scenario.state, scenario.now, Step::By(-40), 27);
    let middle = stretch(&view, Charset::Unicode);
    assert!(middle[0] > first[0] && middle[0] < last[0], "{middle:?}");
    assert_eq!(stretch(&zoomed(Pane::Done), Charset::Unicode), [] as [u16; 0], "eight rows are seen whole");
    let mut view = zoomed(Pane::Events);
    assert_eq!(stretch(&view, Charset::Unicode).last(), Some(&31), "the log follows");
    view.step(&scenario.state, scenario.now, Step::First, 28);
    assert_eq!(stretch(&view, Charset::Unicode).first(), Some(&4));
}

#[test]
fn after_the_end_the_keys_are_those_that_still_do_something() {
    let mut scenario = running();
    let last = |scenario: &Scenario, width| {
        let shown = shown(scenario, &View::default(), (width, 24));
        (shown.lines().last().unwrap().to_owned(), shown)
    };
    let (footer, _) = last(&scenario, 120);
    assert!(footer.contains("p pause") && footer.contains("+ - concurrency"), "{footer}");
    scenario.finish();
    let (footer, shown) = last(&scenario, 80);
    assert!(footer.starts_with("\" q quit  ? help  R retry failed  / find  tab pane"), "{footer}");
    for word in ["pause", "freeze", "concurrency", "cancel", "detail"] {
        assert!(!footer.contains(word), "{word}: {footer}");
    }
    assert!(shown.contains("finished; R fetches again what failed, q quits"), "{shown}");
}

#[test]
fn the_column_by_which_a_table_is_sorted_is_there_however_narrow_it_is() {
    for (focus, columns) in [(Pane::InFlight, 6), (Pane::Done, 4), (Pane::Hosts, 8)] {
        for (width, height) in [(40, 12), (46, 15), (60, 15), (72, 24), (80, 24), (100, 30), (120, 34), (200, 50)] {
            let mut view = View { focus, zoom: true, ..View::default() };
            for _ in 0..columns {
                view.sort(1, true);
                let shown = shown(&crawling(), &view, (width, height));
                let titles: String = shown.lines().nth(4).unwrap().to_owned();
                let (_, by) = shown.split_once("sorted by ").unwrap_or_else(|| panic!("{focus:?} at {width}: {shown}"));
                let by = by.split(['↓', '↑']).next().unwrap().trim_end().replace("number", "#");
                let marked = ["↓", "↑"]
                    .iter()
                    .any(|arrow| titles.contains(&format!("{arrow}{by}")) || titles.contains(&format!("{by}{arrow}")));
                assert!(marked, "{by} at {width}: {shown}");
            }
        }
    }
}

/// The frame above a pane.
fn frame(view: &View, pane: &str, size: (u16, u16)) -> String {
    let shown = text(&picture(&crawling(), view, size, Charset::Unicode));
    let row = shown.lines().find(|row| row.contains(&format!("╭ {pane} "))).unwrap_or_else(|| panic!("{shown}"));
    let from = row.find(&format!("╭ {pane} ")).unwrap();
    row[from..].split('╮').next().unwrap().to_owned()
}

#[test]
fn the_frame_of_the_pane_that_has_the_focus_names_the_keys_of_its_rows_and_no_other_does() {
    let focused = |focus| View { focus, ..View::default() };
    for pane in [Pane::InFlight, Pane::Done, Pane::Hosts] {
        let shown = frame(&focused(pane), pane.name(), (80, 24));
        assert!(shown.ends_with("─ / find ─ s sort ─ i invert ─"), "{shown}");
    }
    let events = frame(&focused(Pane::Events), "Events", (80, 24));
    assert!(events.ends_with("─ / find ─ v phases ─ w wrap ─"), "{events}");
    let beside = frame(&focused(Pane::Done), "In flight", (120, 34));
    assert!(!beside.contains("sort"), "{beside}");
    assert!(frame(&focused(Pane::Done), "Done", (120, 34)).ends_with("─ / find ─"), "as many as have room");
    let page = View { detail: Some(FetchId(10)), ..View::default() };
    assert!(!frame(&page, "In flight", (200, 50)).contains("find"), "keys are about the page");
}

#[test]
fn a_wide_table_of_results_has_their_phases_on_one_axis_and_the_titles_of_their_pages() {
    let row = |width, words: &str| {
        let view = View { focus: Pane::Done, zoom: true, ..View::default() };
        let shown = text(&picture(&running(), &view, (width, 34), Charset::Unicode));
        shown.lines().find(|row| row.contains(words)).map(str::to_owned).unwrap_or_else(|| panic!("{shown}"))
    };
    assert!(!row(141, "/category/3/").contains('━'), "{}", row(141, "/category/3/"));
    for width in [142, 168, 300] {
        let (bar, titles) = (row(width, "/category/3/"), row(width, " total "));
        let cells = bar.chars().filter(|sign| "▒╸━█".contains(*sign)).count();
        assert!(cells > 5 && titles.contains(" 0 ") && titles.contains(" 5s  url "), "{width}: {titles}: {bar}");
        let place = |row: &str, word: &str| row[..row.find(word).unwrap()].chars().count();
        assert_eq!(place(&bar, "/category/3/"), place(&titles, "url"));
    }
    assert!(row(300, " total ").contains(" title ") && !row(200, " total ").contains(" title "));
}
