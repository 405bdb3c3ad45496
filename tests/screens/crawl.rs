//! A crawl on the screen: what was found, what waits where, what holds it back, what the callbacks did.

use crate::scenario::{Scenario, crawling, crawling_one_host};
use crate::{ink, picture, text};
use crawltop::event::Hold;
use crawltop::state::Host;
use crawltop::text::{Charset, Untrusted};
use crawltop::ui::{Pane, Step, View};
use ratatui::style::{Color, Modifier};

fn shown(scenario: &Scenario, view: &View, size: (u16, u16)) -> String {
    text(&picture(scenario, view, size, Charset::Unicode))
}

fn hosts() -> View {
    View { focus: Pane::Hosts, ..View::default() }
}

#[test]
fn a_crawl_of_several_hosts_looks_so_at_each_size() {
    for size in [(120, 34), (80, 24), (40, 12), (30, 5), (1, 1)] {
        let shown = picture(&crawling(), &View::default(), size, Charset::Unicode);
        insta::assert_snapshot!(format!("crawl_{}x{}", size.0, size.1), shown.backend());
    }
}

#[test]
fn a_crawl_of_one_host_leaves_its_room_to_the_requests() {
    let one = crawling_one_host();
    insta::assert_snapshot!(
        "crawl_one_host_120x34",
        picture(&one, &View::default(), (120, 34), Charset::Unicode).backend()
    );
    assert!(!shown(&one, &View::default(), (120, 34)).contains("╭ Hosts"));
    assert!(shown(&one, &hosts(), (120, 34)).contains("╭ Hosts ─ 1 ─"), "where it is asked for, it is there");
}

#[test]
fn the_hosts_look_so_where_they_have_the_focus_or_all_the_room() {
    let zoomed = View { zoom: true, ..hosts() };
    for (name, view, size, charset) in [
        ("hosts_80x24", hosts(), (80, 24), Charset::Unicode),
        ("hosts_zoomed_120x34", zoomed.clone(), (120, 34), Charset::Unicode),
        ("hosts_zoomed_40x12", zoomed, (40, 12), Charset::Unicode),
        ("hosts_ascii_120x34", hosts(), (120, 34), Charset::Ascii),
    ] {
        insta::assert_snapshot!(name, picture(&crawling(), &view, size, charset).backend());
    }
}

#[test]
fn a_column_comes_before_room_that_nothing_needs_and_goes_where_names_need_it() {
    let zoomed = View { zoom: true, ..hosts() };
    let titles = |scenario: &Scenario| {
        let shown = shown(scenario, &zoomed, (80, 24));
        shown.lines().find(|line| line.contains("held by")).unwrap().to_owned()
    };
    let (short, long) = (titles(&crawling_one_host()), titles(&crawling()));
    assert!(short.contains("p50") && short.contains("delay"), "{short}");
    assert!(!long.contains("p50") && long.contains("delay"), "{long}");
    assert!(shown(&crawling_one_host(), &zoomed, (80, 24)).contains("127.0.0.1:41233 "), "its name is whole");
}

#[test]
fn a_crawl_that_asks_no_robots_txt_says_so_before_what_it_crawls() {
    let mut rude = crawling_one_host();
    for size in [(120, 34), (80, 24)] {
        assert!(!shown(&rude, &View::default(), size).contains("no robots"));
    }
    rude.state.run.no_robots = true;
    for size in [(120, 34), (80, 24)] {
        let shown = shown(&rude, &View::default(), size);
        assert!(shown.lines().next().unwrap().starts_with("\" no robots  "), "{shown}");
    }
    // However long its host is, and however narrow the screen.
    rude.state.run.target = Some(Untrusted::new(&format!("https://{}.example/", "a-very-long-name".repeat(9)), 999));
    rude.state.resources.last.recorded_kib = Some(1);
    for size in (40..200).flat_map(|width| [(width, 34), (width, 12), (width, 5)]) {
        let shown = shown(&rude, &View::default(), size);
        assert!(shown.lines().next().unwrap().contains("no robots "), "{size:?}: {shown}");
    }
}

#[test]
fn a_crawl_at_its_end_has_found_what_it_has_done() {
    let mut scenario = crawling_one_host();
    scenario.end_crawl();
    let shown = shown(&scenario, &View::default(), (120, 34));
    assert!(shown.contains(" of 1,530 found") && !shown.contains("1,530+") && !shown.contains("ETA"), "{shown}");
}

#[test]
fn a_crawl_has_no_share_and_no_end_that_is_expected() {
    for size in [(120, 34), (80, 24), (40, 12)] {
        let shown = shown(&crawling(), &View::default(), size);
        assert!(shown.contains("+") && !shown.contains('%') && !shown.contains("ETA"), "{shown}");
    }
}

#[test]
fn the_log_says_what_follow_found_as_it_fired() {
    let view = View { focus: Pane::Events, zoom: true, ..View::default() };
    let shown = shown(&crawling(), &view, (120, 34));
    let line = shown.lines().find(|line| line.contains("follow  ")).expect("a follow that fired");
    assert!(line.contains("callback     follow       fired after 21µs: 20 links, 3 new (task 8)"), "{line}");
}

/// Where there is room, no pane leaves out what it could tell.
#[test]
fn in_a_wide_pane_a_line_tells_its_url_a_row_the_page_that_led_there_and_a_host_its_robots_txt() {
    let zoomed = |focus, size| shown(&crawling(), &View { focus, zoom: true, ..View::default() }, size);
    for size in [(200, 50), (300, 100)] {
        let [events, flying, hosts] = [Pane::Events, Pane::InFlight, Pane::Hosts].map(|pane| zoomed(pane, size));
        let line = |words: &str| events.lines().find(|line| line.contains(words)).unwrap().to_owned();
        assert!(line("report       of task 7 fired").contains("ran 3µs             /goods/8/ "), "{events}");
        let made = line("task 7       created");
        assert_eq!(made.matches("/goods/8/").count(), 1, "these are its own words: {made}");
        assert!(flying.contains("/goods/10/  ") && flying.contains("  from / "), "{flying}");
        assert!(hosts.contains("  held by") && hosts.contains("  robots.txt  "), "{hosts}");
        assert!(hosts.contains("host cap") && hosts.contains("  3 rules, 1 sitemap "), "{hosts}");
    }
    let narrow = zoomed(Pane::Events, (120, 34));
    assert!(!narrow.lines().any(|line| line.contains("ran 3µs") && line.contains("/goods/")), "{narrow}");
}

#[test]
fn the_log_has_room_for_what_follow_found_at_each_size() {
    for size in [(120, 34), (80, 24)] {
        let shown = shown(&crawling_one_host(), &View::default(), size);
        let seen = View { focus: Pane::Events, zoom: true, ..View::default() };
        let zoomed = self::shown(&crawling_one_host(), &seen, size);
        let told = [shown, zoomed].concat();
        assert!(told.contains("follow       fired after 21µs: 20 links, 3 new"), "{told}");
    }
}

#[test]
fn the_header_names_the_host_that_holds_the_crawl_back_where_there_are_several() {
    let line = |scenario: &Scenario| shown(scenario, &View::default(), (120, 34)).lines().nth(2).unwrap().to_owned();
    assert!(line(&crawling()).contains("limited by  host cap (127.0.0.1:41233 8/8) "));
    assert!(line(&crawling_one_host()).contains("limited by  host cap (8/8, 1,514 waiting)"));
}

#[test]
fn a_host_that_is_given_more_time_is_told_in_ink_and_words() {
    let terminal = picture(&crawling(), &hosts(), (120, 34), Charset::Unicode);
    assert_eq!(ink(&terminal, "backoff 12s").0, Color::Yellow);
    assert_eq!(ink(&terminal, "╭ Hosts").0, Color::Cyan);
    assert!(
        ink(&terminal, "host cap   ").1.contains(Modifier::DIM)
            || ink(&terminal, "host cap").1.contains(Modifier::BOLD)
    );
}

#[test]
fn where_a_start_led_its_urls_are_paths_and_a_target_of_a_crawl_is_never_a_share() {
    let mut scenario = crawling();
    scenario.widen("http://127.0.0.1:41233", "https://docs.example.org");
    let shown = shown(&scenario, &View { zoom: true, ..View::default() }, (120, 34));
    assert!(shown.contains("  /guide/") && shown.contains("127.0.0.1:41233/goods/"), "{shown}");
}

#[test]
fn what_robots_txt_keeps_out_has_no_time() {
    let mut scenario = crawling_one_host();
    let before = scenario.state.timing.failure.count();
    scenario.keep_out(50, "/private/");
    assert_eq!(scenario.state.timing.failure.count(), before);
    assert!(shown(&scenario, &View::default(), (120, 34)).contains("robots       /private/"));
}

#[test]
fn hosts_that_are_scrolled_away_are_counted() {
    let mut view = hosts();
    view.step(&crawling().state, crawling().now, Step::Last, 4);
    let shown = shown(&crawling(), &view, (120, 34));
    assert!(shown.contains("Hosts ─ 5 ─ 1 above"), "{shown}");
}

#[test]
fn what_is_fetched_for_the_crawl_itself_is_marked() {
    let shown = shown(&crawling(), &View { zoom: true, ..View::default() }, (120, 34));
    for marked in ["new.example/robots.txt  robots", "late.example:8080/  check"] {
        assert!(shown.contains(marked), "{marked}: {shown}");
    }
}

#[test]
fn done_says_which_page_led_there_where_there_is_room() {
    let view = View { focus: Pane::Done, zoom: true, ..View::default() };
    assert!(shown(&crawling(), &view, (120, 34)).contains("from "));
}

/// Moves in the hosts, as many rows of which are seen.
fn step(view: &mut View, scenario: &Scenario, by: Step) {
    view.step(&scenario.state, scenario.now, by, 9);
}

#[test]
fn the_selected_host_stays_selected_while_the_table_moves() {
    let scenario = crawling();
    let mut view = hosts();
    step(&mut view, &scenario, Step::First);
    step(&mut view, &scenario, Step::By(1));
    let is_selected = |view: &View| {
        let terminal = picture(&scenario, view, (120, 34), Charset::Unicode);
        let is_reversed = |name: &str| ink(&terminal, name).1.contains(Modifier::REVERSED);
        is_reversed(" docs.example.org ")
    };
    assert!(is_selected(&view));
    view.sort(1, true);
    assert!(is_selected(&view), "sorted by name it stands elsewhere");
    view.let_go();
    assert!(!is_selected(&view));
}

#[test]
fn a_host_is_opened_as_a_filter_and_going_back_shows_the_hosts_as_they_were() {
    let scenario = crawling();
    let mut view = hosts();
    view.zoom = true;
    view.look_for("example");
    step(&mut view, &scenario, Step::First);
    let opened = |view: &mut View, name: &[u8]| {
        let host = scenario.state.hosts.iter().find(|host| host.name.as_ref().is_some_and(|it| it.authority() == name));
        view.look_into(host.unwrap()).unwrap();
    };
    opened(&mut view, b"docs.example.org");
    assert_eq!((view.focus, view.zoom, &*view.typed), (Pane::InFlight, true, "host:docs.example.org"));
    let found = shown(&scenario, &view, (120, 34));
    assert!(
        found.contains("In flight ─ filter host:docs.example.org · 2 of 13")
            && found.contains("docs.example.org/guide/"),
        "{found}"
    );
    assert!(found.lines().last().unwrap().contains("esc back"), "{found}");
    view.look_back();
    assert_eq!((view.focus, view.zoom, &*view.typed), (Pane::Hosts, true, "example"));
    view.look_back();
    assert_eq!((view.focus, &*view.typed), (Pane::Hosts, ""));
    let others = Host::default();
    assert!(view.look_into(&others).is_err_and(|why| why.contains("no name")) && view.typed.is_empty());
    let over = Host { in_flight: 0, ..scenario.state.hosts.iter().next().unwrap().clone() };
    view.look_into(&over).unwrap();
    assert_eq!(view.focus, Pane::Done, "nothing is in flight there");
}

/// The number that stands behind a word of the header.
fn number(shown: &str, before: &str) -> u64 {
    let rest = shown.split(before).nth(1).unwrap_or_else(|| panic!("{before}: {shown}"));
    let digits: String = rest.trim_start().chars().take_while(|sign| sign.is_ascii_digit() || *sign == ',').collect();
    digits.replace(',', "").parse().unwrap_or_else(|_| panic!("{before}: {shown}"))
}

#[test]
fn the_counts_of_the_header_add_up_to_what_is_done_and_what_is_found() {
    let mut scenario = crawling_one_host();
    scenario.keep_out(50, "/private/");
    scenario.end_as(51, "/secret/", 4_150_000, 403);
    for ended in [false, true] {
        if ended {
            scenario.end_crawl();
        }
        let shown = shown(&scenario, &View::default(), (160, 34));
        let header: String = shown.lines().take(2).collect();
        let counts = ["ok ", "redirect ", "broken ", "failed ", "⊘ "].map(|word| number(&header, word));
        let done = scenario.state.done.count;
        assert_eq!((counts.iter().sum::<u64>(), counts[4]), (done, 2), "{header}");
        let targets = scenario.state.requests.iter().filter(|request| request.role.is_result()).count() as u64;
        assert_eq!(done + targets + number(&header, "waiting "), number(&header, " of "), "{header}");
    }
}

#[test]
fn what_waits_for_the_only_host_is_the_same_number_wherever_it_is_told() {
    let shown = shown(&crawling_one_host(), &hosts(), (160, 34));
    let header: String = shown.lines().take(2).collect();
    let waiting = number(&header, "waiting ").to_string();
    let waiting = format!("{},{}", &waiting[..1], &waiting[1..]);
    assert_eq!(shown.matches(&waiting).count(), 3, "header, limit and row of the host: {shown}");
}

#[test]
fn whatever_holds_a_crawl_back_is_named_in_the_header() {
    let line = |scenario: &Scenario| shown(scenario, &View::default(), (160, 34)).lines().nth(2).unwrap().to_owned();
    let named = |scenario: &Scenario, words: &str| {
        let line = line(scenario);
        assert!(line.contains(&format!("limited by  {words} ")), "{words}: {line}");
    };
    let limited = [
        (Hold::Host, "host cap (8/8, 1,514 waiting)"),
        (Hold::Rate, "rate (1s, 1,514 waiting)"),
        (Hold::Wait, "wait (1s, 1,514 waiting)"),
        (Hold::CrawlDelay, "Crawl-delay (1s, 1,514 waiting)"),
        (Hold::Backoff, "backoff (1s, 1,514 waiting)"),
        (Hold::Robots, "robots.txt (1s, 1,514 waiting)"),
    ];
    for (by, words) in limited {
        let mut scenario = crawling_one_host();
        scenario.limit_by(Some(by));
        named(&scenario, words);
    }
    let mut scenario = crawling_one_host();
    scenario.limit_by(None);
    named(&scenario, "server");
    for by in [Hold::Descriptors, Hold::Ports, Hold::Output] {
        let mut scenario = crawling_one_host();
        // The run itself is held back, whatever its hosts want.
        scenario.hold(by);
        named(&scenario, by.words());
    }
    let mut scenario = crawling_one_host();
    scenario.limit_by(None);
    scenario.cap_at_what_flies();
    named(&scenario, "concurrency");
}
