//! URLs where they have no room: what of them is left.

use crate::scenario::{crawling, of_target, running};
use crate::{picture, text};
use crawltop::id::FetchId;
use crawltop::text::{Charset, Untrusted};
use crawltop::ui::{Scene, Theme, View};

fn shown(scenario: &crate::scenario::Scenario, view: &View, size: (u16, u16)) -> String {
    text(&picture(scenario, view, size, Charset::Unicode))
}

#[test]
fn urls_of_several_hosts_keep_their_hosts_and_the_ends_of_their_paths_where_they_are_cut() {
    let mut scenario = of_target("4 URLs");
    let urls = [("127.0.0.1", 1), ("127.0.0.1", 2), ("127.0.0.2", 1), ("127.0.0.2", 2)];
    for (id, (host, end)) in (1..).zip(urls) {
        scenario.start(id, &format!("http://{host}:18991/hang{}/{end}", "/and-more".repeat(9)));
    }
    let whole = ["127.0.0.1:18991", "127.0.0.2:18991"];
    let told = [((200, 50), whole), ((120, 34), whole), ((80, 24), whole), ((60, 15), ["…1:18991", "…2:18991"])];
    for (size, hosts) in told.into_iter().chain([((40, 12), ["/", "/"])]) {
        let shown = shown(&scenario, &View { zoom: true, ..View::default() }, size);
        // Their table; below it there may be others.
        let table = |line: &&str| !line.contains('╰');
        let ends = |end: &str| {
            shown.lines().skip(5).take_while(table).filter(|line| line.contains(&format!("{end}│"))).count()
        };
        assert_eq!((ends("re/1"), ends("re/2")), (2, 2), "{size:?}: {shown}");
        for host in hosts {
            let rows = shown.lines().skip(5).filter(|line| line.contains(host)).count();
            assert!(rows >= 2, "{host}: {shown}");
        }
    }
}

#[test]
fn in_a_narrow_column_the_host_of_a_url_is_shortened_before_the_end_of_its_path() {
    let scenario = of_target("2 URLs");
    let view = View::default();
    let theme = Theme::new(true);
    let (state, now, charset) = (&scenario.state, scenario.now, Charset::Unicode);
    let scene = Scene { state, view: &view, now, theme: &theme, charset };
    let url = Untrusted::new("http://127.0.0.1:18088/goods/planet/54", 99);
    let cases = [
        (38, "http://127.0.0.1:18088/goods/planet/54"),
        (37, "127.0.0.1:18088/goods/planet/54"),
        (31, "127.0.0.1:18088/goods/planet/54"),
        (30, "127.0.0.1:18088/go…s/planet/54"),
        (23, "127.0.0.1:18088/…net/54"),
        (22, "127.0.0.1:18088/…et/54"),
        (21, "127.0.…1:18088/…et/54"),
        (16, "127.…18088/…t/54"),
        (11, "/g…lanet/54"),
    ];
    for (width, expected) in cases {
        assert_eq!(scene.url(&url, width), expected, "{width}");
    }
}

#[test]
fn the_end_of_a_path_is_seen_where_a_url_is_cut() {
    let scenario = running();
    for size in [(120, 34), (80, 24)] {
        assert!(shown(&scenario, &View::default(), size).contains("cut/12/"), "{size:?}");
    }
    let view = View { request: Some(FetchId(30)), ..View::default() };
    let several = shown(&crawling(), &view, (120, 34));
    assert!(several.contains("/guide/"), "{several}");
}
