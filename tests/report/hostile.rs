//! Text from outside that would act on a terminal, break a table or hide: nothing of it comes out raw.

use crate::story::{Story, failure, ok, redirect, status, text};
use crawltop::control::EndReason;
use crawltop::event::{EventKind, FragmentMissed, Order};
use crawltop::failure::FailureKind;
use crawltop::host::{RobotsRead, SitemapRead};
use crawltop::id::FetchId;
use crawltop::place::Role;
use crawltop::report::{Caps, Jsonl, Lines, Markdown, Verbosity, findings, summary};
use crawltop::text::Charset;
use std::sync::Arc;

const EVIL: &str = "\u{1b}[2J\u{9b}31m\u{7}\r\n\t|`<script>*_[x](y)\u{202e}\u{200b}\u{e0041}\u{7f}=1+1\"\\";

/// A crawl in which every text from outside is like that.
fn story() -> Story {
    let mut story = Story::of("http://a.example", Order::Completed);
    let url = |path: &str| format!("http://a.example/{path}{EVIL}");
    let start = story.place(Role::Page, 0, None);
    story.fetch(1, &url("1"), start, |fetched| {
        ok(fetched);
        (fetched.title, fetched.content_type) = (Some(text(EVIL)), Some(text(EVIL)));
        (fetched.sha256, fetched.digest) = (Some("ab".repeat(32).into()), Some(7));
    });
    story.follow(1, &[(2, 1, 1, EVIL), (3, 2, 1, EVIL), (4, 3, 1, EVIL)]);
    let place = story.place(Role::Page, 1, Some((1, &url("1"))));
    story.fetch(2, &url("2"), place.clone(), status(404));
    story.fetch(3, &url("3"), place.clone(), failure(FailureKind::Tls, EVIL));
    story.fetch(4, &url("4"), place.clone(), redirect(301, &url("2")));
    story.fetch(5, &url("5"), place.clone(), failure(FailureKind::Robots, EVIL));
    story.fetch(6, &url("6"), place, |fetched| {
        ok(fetched);
        (fetched.sha256, fetched.digest) = (Some("ab".repeat(32).into()), Some(7));
    });
    let missed = FragmentMissed { to: FetchId(1), fragment: text(EVIL), line: 1, column: 1, via: None };
    story.tell(EventKind::FragmentMissed { id: FetchId(1), missed: Arc::new(missed) });
    let origin = text(EVIL);
    let robots = RobotsRead { origin, status: None, rules: 1, delay_us: None, sitemaps: 0, meaning: text(EVIL) };
    story.tell(EventKind::RobotsRead { id: FetchId(9), robots: Arc::new(robots) });
    let sitemap = SitemapRead { url: text(EVIL), pages: 1, new: 1, maps: 1, unread: None, trouble: Some(text(EVIL)) };
    story.tell(EventKind::SitemapRead { id: FetchId(9), sitemap: Arc::new(sitemap) });
    story.tell(EventKind::Widened { from: text(EVIL), to: text(EVIL) });
    story.tell(EventKind::Trapped { words: text(EVIL), url: text(EVIL) });
    story.end(EndReason::Finished, 6);
    story
}

/// What no output may hold: controls, and what reorders or hides.
fn is_raw(character: char) -> bool {
    let hidden = matches!(character, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{e0000}'..='\u{e0fff}');
    character != '\n' && (character.is_control() || hidden)
}

#[test]
fn nothing_raw_comes_out_of_any_format() {
    let story = story();
    let state = story.state();
    for charset in [Charset::Unicode, Charset::Ascii] {
        let lines = || Lines::new(Verbosity::Verbose, charset, false, false).with_report();
        for columns in [usize::MAX, 80, 10, 0] {
            let short = findings(&state, charset, columns, Caps::SHORT) + &summary(&state, charset);
            assert!(!short.contains(is_raw), "{short:?}");
        }
        assert!(!story.told(lines()).contains(is_raw));
    }
    for told in [story.told(Jsonl::default()), story.told(Markdown)] {
        assert!(!told.contains(is_raw), "{told:?}");
    }
}

#[test]
fn a_table_keeps_its_columns_and_holds_no_markup_of_others() {
    let told = story().told(Markdown);
    let mut columns = 0;
    for line in told.lines().map(|line| line.replace("\\|", "")) {
        let now = line.matches('|').count();
        assert!(now == 0 || columns == 0 || now == columns, "{line}\n{told}");
        columns = now;
        assert!(!line.contains(['`', '<']), "{line}");
    }
    assert!(told.contains("&#124;&#96;&lt;script&gt;"), "{told}");
}

#[test]
fn each_line_of_json_is_one_object_with_the_text_as_it_came() {
    let told = story().told(Jsonl::default());
    let lines: Vec<serde_json::Value> = told.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let broken = lines.iter().find(|line| line["type"] == "broken").unwrap();
    assert_eq!(broken["url"], format!("http://a.example/2{EVIL}"));
    assert_eq!(broken["text"], EVIL);
}
