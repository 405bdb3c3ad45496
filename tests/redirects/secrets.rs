//! Who gets to know what: secrets go to the origin they were given for.

use crate::client::{Noted, both, moved, options, say, server};
use crate::loopback::{Server, ok};
use crawltop::net::{Asks, Field};

const SECRETS: [&str; 3] = ["Authorization: Basic dXM6cHcx", "Cookie: sid=pw2", "X-Token: pw3"];
const HARMLESS: &str = "Accept-Language: de";

fn asks() -> Asks {
    Asks {
        fields: vec![Field::given("X-Token", "pw3").unwrap(), Field::given("Accept-Language", "de").unwrap()],
        cookie: Some("sid=pw2".to_owned()),
        user: Some((b"us".to_vec(), b"pw1".to_vec())),
        ..Asks::default()
    }
}

/// Two origins: the one leads to the other, that one back, and there it ends.
fn two_origins(location: impl Fn(&str) -> String + Send + Sync + 'static) -> [(Server, Noted); 2] {
    let back = std::sync::Arc::new(std::sync::OnceLock::<String>::new());
    let home = back.clone();
    let other = server(move |peer, _| say(peer.send(moved(307, home.get().unwrap()))));
    let away = location(&other.0.address.to_string());
    let own = server(move |peer, path| {
        peer.send(match path {
            "/" => moved(302, &away),
            _ => ok("the end"),
        });
    });
    back.set(own.0.url("/end")).unwrap();
    [own, other]
}

fn has(head: &str, field: &str) -> bool {
    head.split("\r\n").any(|line| line == field)
}

fn assert_no_secret(head: &str) {
    let lower = head.to_ascii_lowercase();
    for name in ["authorization", "cookie", "x-token", "pw1", "pw2", "pw3", "dxm6chcx"] {
        assert!(!lower.contains(name), "{name} went across: {head}");
    }
}

#[test]
fn secrets_go_to_their_origin_and_are_left_out_in_between() {
    let locations: [fn(&str) -> String; 3] = [
        |other| format!("http://{other}/x"),
        |other| format!("//{other}/x#y"),
        |other| format!("http://us:pw1@{other}/x"),
    ];
    for location in locations {
        let [(own, at_own), (other, at_other)] = two_origins(location);
        both(&options(asks()), |client| {
            let fetched = client.fetch(&own.url("/"));
            assert_eq!((fetched.status, fetched.redirects.len()), (Some(200), 2), "{fetched:?}");
            assert_eq!(
                (at_own.asked(), at_other.asked()),
                (vec!["GET /".into(), "GET /end".into()], vec!["GET /x".into()])
            );
            for head in at_own.heads() {
                assert!(SECRETS.iter().chain([&HARMLESS]).all(|field| has(&head, field)), "{head}");
            }
            let head = &at_other.heads()[0];
            assert!(has(head, HARMLESS) && has(head, "User-Agent: crawltop/test"), "{head}");
            assert!(has(head, &format!("Host: {}", other.address)), "{head}");
            assert_no_secret(head);
            let told = client.told();
            assert!(["pw1", "pw2", "pw3", "dXM6cHcx"].iter().all(|secret| !told.contains(secret)), "{told}");
            at_own.clear();
            at_other.clear();
        });
    }
}

#[test]
fn the_user_in_a_url_is_for_its_origin_and_goes_before_the_option() {
    let [(own, at_own), (_other, at_other)] = two_origins(|other| format!("http://{other}/x"));
    both(&options(asks()), |client| {
        let url = own.url("/").replacen("//", "//%C3%BC:p%40w@", 1);
        let fetched = client.fetch(&url);
        assert_eq!(fetched.status, Some(200), "{fetched:?}");
        // `ü:p@w`
        assert!(at_own.heads().iter().all(|head| has(head, "Authorization: Basic w7w6cEB3")), "{:?}", at_own.heads());
        assert_no_secret(&at_other.heads()[0]);
        let told = format!("{}{fetched:?}", client.told());
        assert!(!told.contains("p@w") && !told.contains("p%40w") && !told.contains("w7w6cEB3"), "{told}");
        at_own.clear();
        at_other.clear();
    });
}

/// A connection that was kept knows nothing of who used it.
#[test]
fn a_target_of_another_user_gets_no_secret_of_the_one_before() {
    let (server, noted) = server(|peer, _| say(peer.send(ok("hi"))));
    both(&options(Asks::default()), |client| {
        client.fetch(&server.url("/a").replacen("//", "//us:pw1@", 1));
        assert!(client.fetch(&server.url("/b")).reused);
        let heads = noted.heads();
        assert!(has(&heads[0], SECRETS[0]) && heads.len() == 2);
        assert_no_secret(&heads[1]);
        noted.clear();
    });
}
