use crate::story::{Story, everything, ok, redirect, status};
use crawltop::control::EndReason;
use crawltop::event::Order;
use crawltop::place::Role;
use crawltop::report::{Caps, Jsonl, Lines, Verbosity, findings};
use crawltop::text::Charset;
use serde_json::Value;

fn lines(story: &Story, kind: &str) -> Vec<Value> {
    let told = story.told(Jsonl::default());
    let lines = told.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    lines.filter(|line| line["type"] == kind).collect()
}

/// Page, line, column, text and what the link says, of each place of what is broken.
fn places(story: &Story, url: &str) -> Vec<(String, u64, u64, String, String)> {
    let word = |value: &Value| value.as_str().unwrap_or("-").trim_start_matches(story.site).to_owned();
    let number = |value: &Value| value.as_u64().unwrap_or(0);
    let broken = lines(story, "broken").into_iter().filter(|line| line["url"].as_str().unwrap().ends_with(url));
    let place = |line: Value| {
        (word(&line["page"]), number(&line["line"]), number(&line["column"]), word(&line["text"]), word(&line["via"]))
    };
    broken.map(place).collect()
}

fn place(page: &str, line: u64, column: u64, text: &str, via: &str) -> (String, u64, u64, String, String) {
    (page.to_owned(), line, column, text.to_owned(), via.to_owned())
}

#[test]
fn a_broken_target_is_told_with_all_its_places_those_found_later_too() {
    let story = everything(EndReason::Finished);
    assert_eq!(places(&story, "/gone"), [place("/", 12, 9, "Best offer", "-"), place("/news", 7, 2, "offer", "-")]);
}

#[test]
fn a_link_to_a_redirect_that_ends_in_nothing_is_a_broken_link_too() {
    let story = everything(EndReason::Finished);
    assert_eq!(places(&story, "/lost"), [place("/", 40, 1, "An old page", "/old"), place("/news", 8, 2, "gone", "-")]);
}

#[test]
fn a_start_that_is_broken_stands_on_no_page_and_a_page_whose_link_was_dropped_is_still_told() {
    let mut story = Story::of("http://a.example", Order::Completed);
    let start = story.place(Role::Page, 0, None);
    story.fetch(1, "/start", start, status(500));
    let led = story.place(Role::Page, 1, Some((7, "/page")));
    story.fetch(2, "/led", led, status(404));
    assert_eq!(places(&story, "/start"), [place("-", 0, 0, "-", "-")]);
    assert_eq!(places(&story, "/led"), [place("/page", 0, 0, "", "-")]);
    let told = findings(&story.state(), Charset::Unicode, 80, Caps::SHORT);
    assert!(told.contains("\n  given as a start\n"), "{told}");
    assert!(told.contains("\n  http://a.example/page\n"), "{told}");
}

#[test]
fn a_link_that_is_broken_on_every_page_is_not_told_page_by_page() {
    let mut story = Story::of("http://a.example", Order::Completed);
    for page in 1..=50 {
        let place = story.place(Role::Page, 1, None);
        story.fetch(page, &format!("/{page}"), place, ok);
        story.follow(page, &[(99, 3, 4, "menu")]);
    }
    let place = story.place(Role::Page, 1, Some((1, "/1")));
    story.fetch(99, "/gone", place, status(404));
    let told = findings(&story.state(), Charset::Unicode, 80, Caps::SHORT);
    assert_eq!(told.matches("/gone").count(), 1, "{told}");
    assert!(told.contains("and at 49 more places"), "{told}");
    assert_eq!(lines(&story, "broken").len(), 50);
}

#[test]
fn redirects_are_chains_from_their_first_url_to_their_end() {
    let mut story = everything(EndReason::Finished);
    let place = story.place(Role::Page, 1, None);
    story.fetch(20, "/moved", place.clone(), redirect(301, "http://a.example/news"));
    story.fetch(21, "/nowhere", place.clone(), status(302));
    story.fetch(22, "/out", place, redirect(302, "http://b.example/"));
    let chains: Vec<String> = lines(&story, "redirects")
        .iter()
        .map(|chain| {
            let hops = chain["hops"].as_array().unwrap().iter();
            let hops: Vec<String> = hops.map(|hop| hop["url"].as_str().unwrap().replace(story.site, "")).collect();
            let (end, status) = (&chain["end"], &chain["final_status_code"]);
            format!("{} {} {status} {}", hops.join(" "), end.as_str().unwrap(), chain["permanent"])
        })
        .collect();
    let expected = [
        "/ring /ring/2 loop null false",
        "/old /older status 410 true",
        "/nowhere nowhere null false",
        "/moved status 200 true",
        "/out unknown null false",
    ];
    assert_eq!(chains, expected);
}

#[test]
fn a_chain_of_ten_thousand_redirects_is_told_in_pieces_and_in_little_time() {
    let mut story = Story::of("http://a.example", Order::Completed);
    let place = story.place(Role::Page, 1, None);
    for hop in 0..10_000 {
        story.fetch(
            hop + 1,
            &format!("/{hop}"),
            place.clone(),
            redirect(302, &format!("http://a.example/{}", hop + 1)),
        );
    }
    let chains = lines(&story, "redirects");
    assert_eq!(chains[0]["end"], "too_long");
    assert!(chains.iter().all(|chain| chain["hops"].as_array().unwrap().len() <= 32));
}

#[test]
fn in_the_order_given_a_fetch_that_is_no_result_holds_up_none_that_is() {
    let mut story = Story::of("http://a.example", Order::Given);
    let [robots, page] = [Role::Robots, Role::Page].map(|role| story.place(role, 0, None));
    story.fetch(3, "/c", page.clone(), ok);
    story.fetch(1, "/robots.txt", robots, ok);
    story.fetch(2, "/b", page, ok);
    let told = story.told(Lines::new(Verbosity::Normal, Charset::Unicode, false, false));
    let urls: Vec<&str> = told.lines().filter_map(|line| line.split_whitespace().last()).collect();
    assert_eq!(urls, ["http://a.example/b", "http://a.example/c"]);
}
