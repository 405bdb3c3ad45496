//! robots.txt before all else: asked once, obeyed, and what it means where it can't be had.

use crate::loopback::Gate;
use crate::site::{Answer, Asked, Site, dripping, held, html, links, missing, moved, reset, robots, status};
use crate::told::{Told, crawl, crawl_with, plan};
use crawltop::crawl::scope::Reach;
use crawltop::event::{Engine, EventKind};
use crawltop::failure::FailureKind;
use crawltop::net::Limits;
use crawltop::place::Role;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

/// A page with a link to another, behind this robots.txt.
fn behind(answer: Answer) -> Site {
    Site::start(move |asked| if asked.path == "/robots.txt" { answer.clone() } else { links(["/page"]) })
}

fn first(site: &Site) -> Asked {
    site.asked().first().expect("something was asked").clone()
}

#[test]
fn nothing_is_asked_before_the_rules_are_read() {
    for engine in Engine::ALL {
        let gate = Gate::default();
        let site = behind(robots("User-agent: *\nAllow: /").behind(&gate));
        let starts: Vec<String> = (0..500).map(|number| site.url(&format!("/{number}"))).collect();
        let mut run = plan(&starts, |_| ()).engine(engine).start();
        run.until(|kind| {
            matches!(kind, crawltop::event::EventKind::PhaseEntered { phase: crawltop::phase::Phase::Wait, .. })
        });
        if engine != Engine::Sequential {
            run.settle(64);
        }
        gate.open();
        let told = Told::by(run);
        assert_eq!(
            (first(&site).path.as_str(), site.robots(), told.results.len()),
            ("/robots.txt", 1, 501),
            "{engine:?}"
        );
    }
}

#[test]
fn what_is_kept_out_is_a_result_that_names_rule_and_line() {
    let rules = "# for all\nUser-agent: *\nDisallow: /page\n\nUser-agent: crawltop\nAllow: /page$\nDisallow: /pa";
    let site = Site::start(move |asked| match asked.path.as_str() {
        "/robots.txt" => robots(rules),
        _ => links(["/page", "/page2", "/%70age3", "/fine"]),
    });
    let told = crawl(&site);
    assert_eq!(site.sorted(), ["/", "/fine", "/page"]);
    for path in ["/page2", "/page3"] {
        let url = site.url(path);
        assert_eq!(told.kind(&url), Some(FailureKind::Robots));
        let expected = format!("blocked: kept out by \"Disallow: /pa\" in line 7 of {}/robots.txt", site.url(""));
        assert_eq!((told.message(&url), told.source(&url)), (expected, Some(site.url("/"))));
        assert_eq!((told.depth(&url), told.result(&url).remote_ip), (1, None));
    }
    let counts = told.counts();
    assert_eq!((counts.found, counts.done, counts.refused), (5, 3, 2));
    assert_eq!((told.robots().len(), told.robots()[0].rules, told.robots()[0].status), (1, 2, Some(200)));
}

#[test]
fn a_start_is_kept_out_as_well() {
    let site = behind(robots("User-agent: *\nDisallow: /"));
    let told = crawl(&site);
    assert_eq!((site.asked().len(), told.kind(&site.url("/"))), (1, Some(FailureKind::Robots)));
    let told = crawl_with(&site, |terms| terms.manners.robots = false);
    assert_eq!((site.robots(), told.results.len(), told.robots().len()), (1, 2, 0), "it is not asked");
}

#[test]
fn where_there_is_none_all_is_allowed() {
    for code in [400, 401, 403, 404, 410, 429, 451] {
        let site = behind(status(&format!("{code} No")));
        assert_eq!(crawl(&site).results.len(), 2, "{code}");
        assert_eq!(site.robots(), 1, "{code}");
    }
}

#[test]
fn where_it_fails_nothing_but_itself_is_asked() {
    let mut answers: Vec<(String, Answer)> =
        [500, 502, 503, 599].map(|code| (code.to_string(), status(&format!("{code} No")))).to_vec();
    answers.push(("reset".to_owned(), reset()));
    answers.push(("silence".to_owned(), held()));
    answers.push(("a slow end".to_owned(), dripping("text/plain", "User-agent: *\nAllow: /\n")));
    answers.push(("packed badly".to_owned(), robots("xxx").with("Content-Encoding: gzip")));
    for (what, answer) in answers {
        let site = behind(answer);
        let mut plan = plan([site.url("/")], |_| ());
        plan.options.limits = Limits { connect: None, idle: None, max: Some(Duration::from_millis(300)) };
        let told = Told::of(plan.run());
        assert!(site.asked().iter().all(|asked| asked.path == "/robots.txt"), "{what}: {:?}", site.paths());
        assert!(site.robots() >= 1, "{what}");
        assert_eq!(told.kind(&site.url("/")), Some(FailureKind::Robots), "{what}");
        assert!(told.message(&site.url("/")).contains("robots.txt "), "{what}: {}", told.message(&site.url("/")));
        assert!(told.robots()[0].meaning.display_all().starts_with("nothing may be asked: "), "{what}");
    }
}

#[test]
fn a_host_that_refuses_connections_is_told_as_that() {
    let gone = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let start = format!("http://{gone}/");
    let told = Told::of(plan([&start], |_| ()).run());
    assert_eq!((told.results.len(), told.kind(&start)), (1, Some(FailureKind::ConnectRefused)));
    assert!(told.message(&start).contains("robots.txt"), "{}", told.message(&start));
}

#[test]
fn its_redirects_are_followed_also_to_other_hosts_and_no_more_than_five() {
    let other = Site::of([("/rules", robots("User-agent: *\nDisallow: /page"))]);
    let to = other.url("/rules");
    for (hops, is_read) in [(1, true), (5, true), (6, false)] {
        let to = to.clone();
        let site = Site::start(move |asked| match asked.path.as_str() {
            "/robots.txt" if hops == 1 => moved(301, &to),
            "/robots.txt" => moved(301, "/r1"),
            "/" => links(["/page"]),
            "/page" => links([] as [&str; 0]),
            path => {
                let number: u32 = path[2..].parse().unwrap();
                if number + 1 >= hops { moved(302, &to) } else { moved(302, &format!("/r{}", number + 1)) }
            }
        });
        let told = crawl(&site);
        assert_eq!(told.kind(&site.url("/page")).is_some(), is_read, "{hops} hops");
        assert_eq!((site.robots(), told.results.len()), (1, 2), "hops of robots.txt are no results");
    }
    let site = Site::start(|asked| match asked.path.as_str() {
        "/robots.txt" => moved(301, "/robots.txt"),
        _ => links(["/page"]),
    });
    assert_eq!((crawl(&site).results.len(), site.robots()), (2, 1), "a loop is as good as none");
}

#[test]
fn it_is_asked_once_an_origin() {
    let site = Site::start(|asked| match asked.path.as_str() {
        "/robots.txt" => robots("User-agent: *\nDisallow: /2"),
        path => links((0..4).map(|number| format!("{}{number}", path))),
    });
    let told = Told::of(plan([site.url("/"), site.local("/")], |terms| terms.scope.level = Some(2)).run());
    assert_eq!(site.robots(), 2, "two names are two origins");
    assert_eq!(told.results.values().filter(|fetched| fetched.kind() == Some(FailureKind::Robots)).count(), 2);
}

#[test]
fn one_of_fifty_megabytes_is_read_as_far_as_it_is_needed() {
    let rules = "User-agent: *\nDisallow: /page\n";
    let line = format!("# {}\n", "x".repeat(997));
    let large = robots(&(rules.to_owned() + &line.repeat(1000))).times(50);
    let site = behind(large);
    let told = crawl(&site);
    assert_eq!((site.paths(), told.kind(&site.url("/page"))), (vec!["/".to_owned()], Some(FailureKind::Robots)));
}

#[test]
fn one_without_end_holds_nothing_up_and_its_rules_hold() {
    let rules = format!("User-agent: *\nDisallow: /page\n{}", format!("# {}\n", "x".repeat(997)).repeat(520));
    let site = behind(dripping("text/plain", &rules));
    let told = crawl(&site);
    assert_eq!((site.paths(), told.kind(&site.url("/page"))), (vec!["/".to_owned()], Some(FailureKind::Robots)));
}

#[test]
fn it_is_asked_again_where_it_may_pass_before_anything_else_is() {
    let site = Site::start({
        let failed = std::sync::atomic::AtomicBool::new(false);
        move |asked| match asked.path.as_str() {
            "/robots.txt" if !failed.swap(true, std::sync::atomic::Ordering::SeqCst) => status("503 Later"),
            "/robots.txt" => robots("User-agent: *\nDisallow: /page"),
            _ => links(["/page"]),
        }
    });
    let mut plan = plan([site.url("/")], |_| ());
    plan.terms.retry = crawltop::engine::Retry { most: 2, delay: Duration::from_millis(5) };
    let told = Told::of(plan.run());
    let paths: Vec<String> = site.asked().into_iter().map(|asked| asked.path).collect();
    assert_eq!(paths, ["/robots.txt", "/robots.txt", "/"]);
    assert_eq!(told.kind(&site.url("/page")), Some(FailureKind::Robots));
    assert_eq!(told.robots().len(), 1);
}

#[test]
fn hosts_wait_for_their_own_rules_only() {
    let gate = Gate::default();
    let slow = behind(robots("User-agent: *\nAllow: /").behind(&gate));
    let quick = behind(missing());
    let mut run = plan([slow.url("/"), quick.url("/")], |_| ()).start();
    let done = quick.url("/page");
    run.until(|kind| matches!(kind, crawltop::event::EventKind::Finished { fetched, .. } if fetched.url.display_all() == done));
    assert_eq!(slow.paths(), [""; 0]);
    gate.open();
    assert_eq!(Told::by(run).results.len(), 4);
}

#[test]
fn the_rules_are_those_for_the_name_that_is_sent() {
    let rules = "User-agent: mybot\nDisallow: /m\n\nUser-agent: crawltop\nDisallow: /c\n";
    for (agent, kept) in [("crawltop", "/c"), ("MyBot", "/m")] {
        let site = Site::of([
            ("/robots.txt", robots(rules)),
            ("/", links(["/m", "/c"])),
            ("/m", html("m")),
            ("/c", html("c")),
        ]);
        let told = crawl_with(&site, |terms| terms.agent = agent.into());
        assert_eq!(told.kind(&site.url(kept)), Some(FailureKind::Robots), "{agent}");
        assert!(!site.paths().contains(&kept.to_owned()), "{agent}");
    }
}

#[test]
fn a_page_that_links_to_robots_txt_has_it_asked_no_second_time() {
    let site = Site::of([("/robots.txt", robots("")), ("/", links(["/robots.txt", "/a"])), ("/a", html("a"))]);
    let told = crawl_with(&site, |_| ());
    assert_eq!((site.robots(), told.results.len()), (1, 2));
}

#[test]
fn a_start_that_is_robots_txt_has_the_result_of_the_one_fetch() {
    for engine in Engine::ALL {
        for (answer, status) in [(robots("User-agent: *\nDisallow: /a"), 200), (missing(), 404)] {
            let site = behind(answer);
            let start = site.url("/robots.txt");
            let told = Told::of(plan([&start], |_| ()).engine(engine).run());
            assert_eq!((site.asked().len(), told.results.len()), (1, 1), "{engine:?}");
            assert_eq!((told.status(&start), told.role(&start)), (Some(status), Role::Page));
            let counts = told.counts();
            assert_eq!((counts.found, counts.done, counts.in_flight, counts.waiting), (1, 1, 0, 0));
        }
    }
    let page = Site::start(|_| links(["/page"]));
    let told = Told::of(plan([page.url("/robots.txt")], |_| ()).run());
    assert_eq!((page.asked().len(), told.results.len()), (3, 2), "what is a page is asked for as one too");
}

#[test]
fn a_link_to_a_robots_txt_that_is_not_there_is_broken_and_keeps_its_place() {
    let site = Site::of([("/", links(["/robots.txt"]))]);
    let told = crawl_with(&site, |_| ());
    let (page, rules) = (site.url("/"), site.url("/robots.txt"));
    assert_eq!((told.status(&rules), told.role(&rules), told.source(&rules)), (Some(404), Role::Page, Some(page)));
    let other = Site::of([("/", html(""))]);
    let out = other.url("/robots.txt");
    let site = Site::of([("/", links([&out]))]);
    let told = crawl_with(&site, |terms| terms.wishes.external = true);
    assert_eq!((told.status(&out), told.role(&out)), (Some(404), Role::Check));
    assert_eq!(told.followed(&site.url("/")).new, 1);
    let told = crawl_with(&site, |_| ());
    assert_eq!((told.followed(&site.url("/")).outside, told.followed(&site.url("/")).known), (1, 0));
}

#[test]
fn a_page_speaks_to_the_same_agent_as_robots_txt() {
    let page = html("<meta name=mybot content=nofollow><a href=/a>a</a>");
    let tagged = html("<a href=/b>b</a>").with("X-Robots-Tag: mybot: nofollow");
    let site = Site::of([("/", links(["/page", "/tagged"])), ("/page", page), ("/tagged", tagged)]);
    let told = crawl_with(&site, |terms| terms.agent = "MyBot".into());
    let nofollow = ["/page", "/tagged"].map(|path| told.followed(&site.url(path)).nofollow);
    assert_eq!((nofollow, told.results.len()), ([1, 1], 3));
    let told = crawl_with(&site, |_| ());
    assert_eq!(told.results.len(), 5, "it is not meant");
}

#[test]
fn a_page_that_stands_in_for_robots_txt_is_asked_for_as_a_page_too_and_once() {
    let site = Site::start(|asked| match asked.path.as_str() {
        "/robots.txt" => moved(302, "/home"),
        "/" => links(["/home", "/home#part", "/robots.txt"]),
        "/home" => links(["/a"]),
        _ => html("here"),
    });
    let told = crawl(&site);
    // Its redirects are followed at once (RFC 9309, 2.3.1.2), before any rule is known, and what comes is read as rules.
    assert_eq!(site.sorted(), ["/", "/a", "/home", "/home"]);
    assert_eq!(told.role(&site.url("/home")), Role::Page);
    assert_eq!((told.source(&site.url("/a")), told.results.len()), (Some(site.url("/home")), 4));
}

#[test]
fn one_that_another_redirects_to_is_not_asked_a_second_time() {
    let cases = [(robots("User-agent: *\nDisallow: /no"), 200, 1), (missing(), 404, 0), (status("503 Later"), 503, 3)];
    for (answer, code, kept) in cases {
        let www = Site::start(move |asked| match asked.path.as_str() {
            "/robots.txt" => answer.clone(),
            _ => html("here"),
        });
        let (rules, pages) = (www.url("/robots.txt"), ["/yes", "/no", "/robots.txt"].map(|path| www.url(path)));
        let bare = Site::start(move |asked| match asked.path.as_str() {
            "/robots.txt" => moved(301, &rules),
            "/" => links(&pages),
            path => moved(301, path),
        });
        let told = crawl_with(&bare, |terms| terms.scope.reach = Reach::Any);
        let origins: Vec<(String, Option<u16>)> =
            told.robots().iter().map(|read| (read.origin.display_all(), read.status)).collect();
        // The link to one that is not there is asked for as a page, for it is broken.
        let asked = if code == 404 { 2 } else { 1 };
        assert_eq!((bare.robots(), www.robots(), origins.len()), (1, asked, 2), "{code}: {origins:?}");
        assert!(origins.iter().all(|(_, status)| *status == Some(code)), "{origins:?}");
        let out = told.results.values().filter(|fetched| fetched.kind() == Some(FailureKind::Robots)).count();
        assert_eq!(out, if code == 503 { 1 } else { kept }, "{code}");
    }
}

#[test]
fn one_that_another_redirects_to_is_asked_once_where_both_are_starts_too() {
    for (engine, order) in Engine::ALL.into_iter().flat_map(|engine| [(engine, false), (engine, true)]) {
        let gate = Gate::default();
        // The redirect comes while the other one is in flight, or when it is read; or it is not asked for yet.
        let held = gate.clone();
        let www = Site::start(move |asked| match asked.path.as_str() {
            "/robots.txt" if engine != Engine::Sequential => robots("User-agent: *\nDisallow: /no").behind(&held),
            "/robots.txt" => robots("User-agent: *\nDisallow: /no"),
            _ => links(["/no"]),
        });
        let rules = www.url("/robots.txt");
        let bare = Site::start(move |asked| match asked.path.as_str() {
            "/robots.txt" => moved(301, &rules),
            _ => links(["/no"]),
        });
        let mut starts = [bare.url("/"), www.url("/")];
        if order {
            starts.reverse();
        }
        let mut run = plan(&starts, |_| ()).engine(engine).start();
        let asked =
            |kind: &EventKind| matches!(kind, EventKind::Finished { fetched, .. } if fetched.status == Some(301));
        run.until(asked);
        gate.open();
        let told = Told::by(run);
        assert_eq!((bare.robots(), www.robots(), told.robots().len()), (1, 1, 2), "{engine:?} {order}");
        let kept = [bare.url("/no"), www.url("/no")].map(|url| told.kind(&url));
        assert_eq!((kept, told.results.len()), ([Some(FailureKind::Robots); 2], 4), "{engine:?} {order}");
        assert!(told.robots().iter().all(|read| (read.status, read.rules) == (Some(200), 1)));
    }
}

#[test]
fn two_that_redirect_to_each_other_are_as_good_as_none_and_asked_once_each() {
    for engine in Engine::ALL {
        let to = Arc::new(OnceLock::<String>::new());
        let there = to.clone();
        let b = Site::start(move |asked| match asked.path.as_str() {
            "/robots.txt" => moved(301, there.get().expect("it is set before the crawl")),
            _ => html("b"),
        });
        let rules = b.url("/robots.txt");
        let a = Site::start(move |asked| if asked.path == "/robots.txt" { moved(301, &rules) } else { html("a") });
        to.set(a.url("/robots.txt")).expect("it is set once");
        let told = Told::of(plan([a.url("/"), b.url("/")], |_| ()).engine(engine).run());
        assert_eq!((a.robots(), b.robots()), (1, 1), "{engine:?}");
        assert_eq!((told.results.len(), told.status(&a.url("/")), told.status(&b.url("/"))), (2, Some(200), Some(200)));
    }
}

#[test]
fn hosts_of_which_each_leads_to_the_next_one_are_followed_over_five() {
    for (hosts, kept) in [(5, true), (6, false)] {
        let mut sites = vec![Site::of([("/robots.txt", robots("User-agent: *\nDisallow: /"))])];
        for _ in 0..hosts {
            let to = sites.last().expect("there is one").url("/robots.txt");
            sites.push(Site::start(move |asked| match asked.path.as_str() {
                "/robots.txt" => moved(302, &to),
                _ => html("here"),
            }));
        }
        let start = sites.last().expect("there is one").url("/");
        let told = Told::of(plan([&start], |_| ()).run());
        assert_eq!(told.kind(&start), kept.then_some(FailureKind::Robots), "{hosts}");
        assert!(sites.iter().all(|site| site.robots() <= 1));
        assert_eq!(sites[0].robots(), usize::from(kept), "{hosts}");
    }
}

#[test]
fn a_robots_txt_that_leads_to_a_dead_host_blocks_its_pages_and_fails_none() {
    let gone = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let site = behind(moved(302, &format!("http://{gone}/robots.txt")));
    let told = crawl(&site);
    let start = site.url("/");
    assert_eq!((site.paths().len(), told.kind(&start)), (0, Some(FailureKind::Robots)));
    assert!(told.message(&start).ends_with("robots.txt is out of reach: connect_refused"), "{}", told.message(&start));
}
