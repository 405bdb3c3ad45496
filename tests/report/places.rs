use crate::story::{Story, everything, failure, ok, redirect, status, text};
use crawltop::clock::At;
use crawltop::control::EndReason;
use crawltop::event::{EventKind, FragmentMissed, Order, Unchecked};
use crawltop::failure::FailureKind;
use crawltop::fetched::Fetched;
use crawltop::followed::{Followed, Unfollowed, Why};
use crawltop::host::RobotsRead;
use crawltop::id::FetchId;
use crawltop::place::Role;
use crawltop::report::{Caps, Jsonl, Lines, Markdown, Verbosity, findings};
use crawltop::text::Charset;
use serde_json::Value;
use std::sync::Arc;

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
fn a_page_that_is_linked_and_listed_by_a_sitemap_has_the_same_places_whichever_was_there_first() {
    for source in [(1, "/"), (7, "/sitemap.xml")] {
        let mut story = Story::of("http://a.example", Order::Completed);
        let places_of = |role, source| story.place(role, 1, source);
        let (page, map) = (places_of(Role::Page, None), places_of(Role::Sitemap, None));
        let (linked, listed) = (places_of(Role::Page, Some(source)), places_of(Role::Page, Some((7, "/sitemap.xml"))));
        story.fetch(1, "/", page, ok);
        story.fetch(7, "/sitemap.xml", map, ok);
        story.follow(1, &[(2, 3, 4, "both")]);
        story.fetch(2, "/both", linked, status(404));
        story.fetch(3, "/listed", listed, status(404));
        assert_eq!(places(&story, "/both"), [place("/", 3, 4, "both", "-")], "{source:?}");
        assert_eq!(places(&story, "/listed"), [place("/sitemap.xml", 0, 0, "", "-")]);
    }
}

#[test]
fn a_page_that_starts_redirect_to_has_the_first_of_them_as_its_place_and_no_sitemap_whichever_was_answered_first() {
    for (source, all) in [(Some((7, "/sitemap.xml")), true), (Some((2, "/p2")), true), (Some((1, "/p1")), false)] {
        let mut story = Story::of("http://a.example", Order::Completed);
        let [start, map] = [Role::Page, Role::Sitemap].map(|role| story.place(role, 0, None));
        let found = story.place(Role::Page, 0, source);
        if all {
            story.fetch(2, "/p2", start.clone(), redirect(302, "http://a.example/gone"));
        }
        story.fetch(1, "/p1", start, redirect(302, "http://a.example/gone"));
        story.fetch(7, "/sitemap.xml", map, ok);
        story.fetch(3, "/gone", found, status(404));
        assert_eq!(places(&story, "/gone"), [place("/p1", 0, 0, "", "-")], "{source:?}");
    }
}

#[test]
fn a_broken_target_has_its_smallest_depth_and_the_nearest_page_first_whichever_was_answered_first() {
    // From the start to /b by /a and /redirect, or straight; /b leads to /gone.
    let told = |late: bool| {
        let mut story = Story::of("http://a.example", Order::Completed);
        let mut fetch = |id, path: &str, depth, source, change: fn(&mut Fetched)| {
            let place = story.place(Role::Page, depth, source);
            story.fetch(id, path, place, change);
        };
        fetch(1, "/", 0, None, ok);
        fetch(2, "/a", 1, Some((1, "/")), ok);
        fetch(3, "/way", 1, Some((1, "/")), |fetched| redirect(301, "http://a.example/b")(fetched));
        let (ids, depth) = if late { ([9, 5], 3) } else { ([4, 9], 1) };
        fetch(ids[0], "/b", depth, Some((2, "/a")), ok);
        fetch(ids[1], "/c", 2, Some((2, "/a")), ok);
        fetch(20, "/gone", 3, Some((ids[1], "/c")), |fetched| fetched.status = Some(404));
        let [b, c] = ids;
        story.follow(2, &[(c, 1, 1, "")]);
        story.follow(c, &[(20, 7, 1, "far"), (b, 1, 1, "")]);
        story.follow(b, &[(20, 8, 1, "near")]);
        story.follow(3, &[(b, 0, 0, "")]);
        story.follow(1, &[(2, 1, 1, ""), (3, 1, 2, "")]);
        let depths: Vec<_> = lines(&story, "broken").iter().map(|line| line["depth"].as_u64().unwrap()).collect();
        (depths, places(&story, "/gone"))
    };
    let nearest = vec![place("/b", 8, 1, "near", "-"), place("/c", 7, 1, "far", "-")];
    assert_eq!([told(true), told(false)], [(vec![2; 2], nearest.clone()), (vec![2; 2], nearest)]);
}

#[test]
fn what_a_redirect_leads_to_is_as_deep_as_the_redirect() {
    for link_beside in [false, true] {
        let mut story = Story::of("http://a.example", Order::Completed);
        let mut fetch = |id, path: &str, depth, source, change: fn(&mut Fetched)| {
            let place = story.place(Role::Page, depth, source);
            story.fetch(id, path, place, change);
        };
        fetch(1, "/", 0, None, ok);
        fetch(2, "/way", 1, Some((1, "/")), |fetched| redirect(302, "http://a.example/gone")(fetched));
        fetch(3, "/gone", 1, Some((2, "/way")), |fetched| fetched.status = Some(404));
        story.follow(2, &[(3, 0, 0, "")]);
        let beside = [(2, 1, 1, ""), (3, 2, 1, "")];
        story.follow(1, if link_beside { &beside } else { &beside[..1] });
        let depths: Vec<_> = lines(&story, "broken").iter().map(|line| line["depth"].as_u64().unwrap()).collect();
        assert_eq!(depths, vec![1; depths.len()], "{link_beside}");
        assert!(!depths.is_empty());
    }
}

#[test]
fn a_place_beyond_what_is_kept_has_its_line_and_no_wrong_column() {
    let mut story = Story::of("http://a.example", Order::Completed);
    let start = story.place(Role::Page, 0, None);
    story.fetch(1, "/", start, ok);
    story.follow(1, &[(2, 72, 306_570, "wide"), (3, 4395, 5389, "long"), (4, 600_000, 9_000_000, "both")]);
    for (id, path) in [(2, "/wide"), (3, "/long"), (4, "/both")] {
        let place = story.place(Role::Page, 1, Some((1, "/")));
        story.fetch(id, path, place, status(404));
    }
    assert_eq!(places(&story, "/wide"), [place("/", 72, 306_570, "wide", "-")]);
    assert_eq!(places(&story, "/long"), [place("/", 4395, 5389, "long", "-")]);
    let both = lines(&story, "broken").into_iter().find(|line| line["text"] == "both").unwrap();
    assert_eq!((both["line"].as_u64(), &both["column"]), (Some(600_000), &Value::Null));
    let told = on_a_screen(&story);
    for spot in ["72:306570", "4395:5389", "600000:?"] {
        assert!(told.contains(&format!(" {spot}  404 ")), "{told}");
    }
}

/// The site has a menu with a link that is broken, on so many pages, and on each of them twice.
fn with_a_menu(pages: u64) -> Story {
    let mut story = Story::of("http://a.example", Order::Completed);
    for page in 1..=pages {
        let place = story.place(Role::Page, 1, None);
        story.fetch(page, &format!("/{page}"), place, ok);
        story.follow(page, &[(999, 3, 4, "menu"), (999, 9, 4, "foot")]);
    }
    let place = story.place(Role::Page, 1, Some((1, "/1")));
    story.fetch(999, "/gone", place, status(404));
    story
}

fn on_a_screen(story: &Story) -> String {
    findings(&story.state(), Charset::Unicode, 80, Caps::SHORT)
}

#[test]
fn on_a_screen_a_link_that_is_broken_on_several_pages_stands_under_each_of_them() {
    let told = on_a_screen(&with_a_menu(4));
    for page in 1..=4 {
        let under = format!("\n  http://a.example/{page}\n    3:4  404  /gone  \"menu\"\n");
        assert!(told.contains(&under), "{page}: {told}");
    }
    assert!(!told.contains("more place") && !told.contains("the rest is told"), "{told}");
    let told = on_a_screen(&with_a_menu(12));
    assert_eq!(
        (told.matches("\"menu\"").count(), told.matches("\"foot\"").count()),
        (12, 3),
        "pages come first: {told}"
    );
}

#[test]
fn a_link_that_is_broken_on_every_page_takes_no_row_from_others_and_what_is_left_out_is_said() {
    let mut story = with_a_menu(50);
    let place = story.place(Role::Page, 2, Some((50, "/50")));
    story.fetch(900, "/lost", place, status(410));
    let told = on_a_screen(&story);
    assert_eq!((told.matches("/gone").count(), told.matches("/lost").count()), (14, 1), "{told}");
    assert!(told.contains("and at 86 more places"), "{told}");
    assert!(told.ends_with("\nthe rest is told with -o report.md (or .txt, .jsonl)\n\n"), "{told}");
    assert_eq!(lines(&story, "broken").len(), 101);
}

#[test]
fn a_page_with_thousands_of_one_link_hides_no_other_page_that_has_it() {
    let mut story = Story::of("http://a.example", Order::Completed);
    let many: Vec<_> = (1..=2_500).map(|line| (999, line, 1, "again")).collect();
    for (page, links) in [(1, &many[..]), (2, &[(999, 7, 1, "once")]), (3, &many[..]), (4, &[(999, 8, 1, "late")])] {
        let place = story.place(Role::Page, 1, None);
        story.fetch(page, &format!("/{page}"), place, ok);
        story.follow(page, links);
    }
    let place = story.place(Role::Page, 1, Some((1, "/1")));
    story.fetch(999, "/gone", place, status(404));
    let told = lines(&story, "broken");
    let on = |page: &str| told.iter().filter(|line| line["page"] == format!("http://a.example{page}")).count();
    assert_eq!(told.len(), 1_000);
    assert!(told.iter().all(|line| line["links"] == 5_002), "each says how many there are: {}", told[0]);
    assert_eq!([on("/2"), on("/3"), on("/4")], [1; 3]);
    let told = on_a_screen(&story);
    assert!(
        told.contains("\"once\"") && told.contains("\"late\"") && told.contains("and at 4,987 more places"),
        "{told}"
    );
}

#[test]
fn parts_that_are_missing_stand_under_the_page_of_their_links_whenever_they_were_missed() {
    let mut story = Story::of("http://a.example", Order::Completed);
    for (id, path) in [(1, "/"), (2, "/two"), (3, "/three")] {
        let place = story.place(Role::Page, 0, None);
        story.fetch(id, path, place, ok);
    }
    for (page, line) in [(2, 5), (1, 9), (2, 3), (1, 7)] {
        let missed = FragmentMissed { to: FetchId(3), fragment: text("part"), line, column: 1, via: None };
        story.tell(EventKind::FragmentMissed { id: FetchId(page), missed: Arc::new(missed) });
    }
    story.follow(2, &[(3, 3, 2, "beside"), (3, 3, 1, "three")]);
    let told = lines(&story, "missing_fragment");
    let texts: Vec<_> = told.iter().map(|line| line["text"].as_str().unwrap_or("none").to_owned()).collect();
    assert_eq!(texts, ["", "", "three", ""]);
    let places: Vec<_> = told.iter().map(|line| (line["page_task"].as_u64(), line["line"].as_u64())).collect();
    assert_eq!(places, [(1, 7), (1, 9), (2, 3), (2, 5)].map(|(page, line)| (Some(page), Some(line))));
    let told = on_a_screen(&story);
    let spots: Vec<_> = ["7:1", "9:1", "3:1", "5:1"].iter().map(|spot| told.find(&format!(" {spot} "))).collect();
    assert!(spots.iter().all(Option::is_some) && spots.is_sorted(), "{told}");
    assert!(told.contains("#part  \"three\"\n"), "{told}");
}

#[test]
fn of_more_targets_than_there_are_rows_the_others_are_counted() {
    let mut story = Story::of("http://a.example", Order::Completed);
    let place = story.place(Role::Page, 1, Some((1, "/1")));
    (2..=70).for_each(|id| story.fetch(id, &format!("/gone/{id}"), place.clone(), status(404)));
    let told = on_a_screen(&story);
    assert_eq!(told.matches(" 404 ").count(), 15 + 5, "five of the slowest too: {told}");
    assert!(told.contains("\n  … and 54 more\n"), "{told}");
    let file = findings(&story.state(), Charset::Unicode, usize::MAX, Caps::LONG);
    assert!(!file.contains("more") && !file.contains("the rest"), "{file}");
    assert_eq!(file.matches("http://a.example/gone/").count(), 69 + 20, "{file}");
}

#[test]
fn what_failed_or_is_blocked_is_told_with_each_place_and_its_text() {
    let mut story = Story::of("http://a.example", Order::Completed);
    for page in [1, 2] {
        let place = story.place(Role::Page, 1, None);
        story.fetch(page, &format!("/{page}"), place, ok);
        story.follow(page, &[(8, 3, 4, "Download"), (9, 5, 6, "Log in")]);
    }
    let place = story.place(Role::Page, 1, Some((1, "/1")));
    story.fetch(8, "/file", place.clone(), failure(FailureKind::Truncated, "after 9 of 20 bytes"));
    story.fetch(9, "/login", place, status(401));
    let state = story.state();
    for (columns, caps) in [(80, Caps::SHORT), (usize::MAX, Caps::LONG)] {
        let told = findings(&state, Charset::Unicode, columns, caps);
        for expected in ["\"Download\"  after 9 of 20 bytes", "5:6  401  "] {
            assert_eq!(told.matches(expected).count(), 2, "{expected}: {told}");
        }
        assert!(!told.contains("more place"), "{told}");
    }
    let told = story.told(Markdown);
    for page in [1, 2] {
        let site = "http://a.example";
        let row = format!("| {site}/{page} | 3:4 | truncated | {site}/file | Download | after 9 of 20 bytes |");
        assert!(told.contains(&row), "{told}");
        let row = format!("| {site}/{page} | 5:6 | 401 | {site}/login | Log in |");
        assert!(told.contains(&row), "{told}");
    }
}

#[test]
fn a_crawl_of_one_host_has_its_table_of_hosts_too() {
    let story = with_a_menu(3);
    for told in [on_a_screen(&story), findings(&story.state(), Charset::Unicode, usize::MAX, Caps::LONG)] {
        assert!(told.contains("\nhosts: 1\n  done 4  broken 1  p50 11ms  a.example\n"), "{told}");
    }
    assert!(story.told(Markdown).contains("\n| 4 | 1 | 11ms | a.example |\n"), "{}", story.told(Markdown));
}

#[test]
fn the_slowest_pages_are_told_with_their_status_and_slowest_phase_whatever_came_of_them() {
    let mut story = Story::of("http://a.example", Order::Completed);
    let place = story.place(Role::Page, 1, None);
    let slow = |seconds: u64| move |fetched: &mut Fetched| fetched.ended = At(fetched.ended.0 + seconds * 1_000_000);
    story.fetch(1, "/", place.clone(), ok);
    story.fetch(2, "/gone", place.clone(), |fetched| (status(404)(fetched), slow(3)(fetched)).1);
    story.fetch(3, "/moved", place.clone(), |fetched| (redirect(301, "/")(fetched), slow(2)(fetched)).1);
    story.fetch(4, "/hangs", place, |fetched| (failure(FailureKind::Timeout, "body")(fetched), slow(9)(fetched)).1);
    let told = findings(&story.state(), Charset::Unicode, 80, Caps::SHORT);
    let expected = "\nslowest pages
  9.01s  body 9.00s  500 B  timeout  /hangs
  3.01s  body 3.00s  500 B  404      /gone
  2.01s  body 2.00s  500 B  301      /moved
   10ms  wait 7.4ms  500 B  200      /
";
    assert!(told.contains(expected), "{told}");
    let report = lines(&story, "report").remove(0);
    let slowest = report["slowest"].as_array().unwrap();
    assert_eq!((&slowest[0]["error"]["kind"], &slowest[0]["phase"]), (&"timeout".into(), &"body".into()));
    assert_eq!((&slowest[1]["status_code"], &slowest[1]["error"]), (&404.into(), &Value::Null));
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

#[test]
fn each_list_is_in_the_same_order_whichever_was_answered_first() {
    let told = |backwards: bool| {
        let mut story = Story::of("http://a.example", Order::Completed);
        let mut ids: Vec<u64> = (2..18).collect();
        let start = story.place(Role::Page, 0, None);
        story.fetch(1, "/", start, ok);
        if backwards {
            ids.reverse();
        }
        for id in ids {
            let place = story.place(Role::Page, 1, Some((1, "/")));
            let path = format!("/{id}");
            let site = text(&format!("http://{id}.example"));
            match id % 4 {
                0 => story.fetch(id, &path, place, status(404)),
                1 => story.fetch(id, &path, place, failure(FailureKind::Reset, "wait: reset")),
                2 => story.fetch(id, &path, place, status(403)),
                _ => story.fetch(id, &path, place, |fetched| {
                    ok(fetched);
                    (fetched.body_bytes, fetched.digest) = (70, Some(id % 8));
                }),
            }
            let link = |line, why| Unfollowed { url: site.clone(), line, column: 1, text: text("it"), why };
            let unfollowed = vec![link(2, Why::Malformed), link(1, Why::Link)];
            story.follow_as(id, Followed { nofollow: 1, malformed: 1, unfollowed, ..Followed::default() });
            story.tell(EventKind::FragmentsUnchecked { id: FetchId(id), links: 1, why: Unchecked::NotHtml });
            let robots = RobotsRead {
                origin: site.clone(),
                status: Some(200),
                rules: 1,
                delay_us: None,
                sitemaps: 0,
                meaning: text("its rules hold"),
            };
            story.tell(EventKind::RobotsRead { id: FetchId(id), robots: Arc::new(robots) });
            story.tell(EventKind::Trapped { words: text("a limit"), url: site.clone() });
            story.tell(EventKind::Widened { from: site.clone(), to: site });
        }
        let links: Vec<_> = (2..18).map(|id| (id, 18 - id as u32, 1, "text")).collect();
        story.follow(1, &links);
        story.end(EndReason::Finished, 17);
        let kinds = [
            "broken",
            "failed",
            "blocked",
            "unchecked_fragments",
            "nofollow",
            "malformed",
            "duplicates",
            "robots",
            "trap",
            "widened",
        ];
        let lists: Vec<_> = kinds.iter().map(|kind| lines(&story, kind)).collect();
        assert!(lists.iter().all(|list| list.len() > 1), "{lists:?}");
        let largest = lines(&story, "report")[0]["largest"].clone();
        let text = findings(&story.state(), Charset::Unicode, usize::MAX, Caps::LONG);
        let timeless = text.split("\nslowest").next().map(str::to_owned);
        (lists, largest, timeless)
    };
    assert_eq!(told(false), told(true));
}
