//! Names, addresses and ports: where no connection comes about, and how that is told.

use crate::bodies::page;
use crate::case::{Case, Seen, case, fails, ok};
use crate::place::Place;
use crate::script::held;
use serde_json::Value;

pub fn cases() -> Vec<Case> {
    [reached(), told()].concat()
}

fn reached() -> Vec<Case> {
    vec![
        case(
            "a port that refuses is told so",
            Place::Refuses,
            fails("connect_refused", "connect", "connection refused: {0}"),
        ),
        case(
            "an https port that refuses is told so",
            Place::Refuses,
            fails("connect_refused", "connect", "connection refused: {0}"),
        )
        .at("https://{0}/"),
        case(
            "an address without a route is told so",
            Place::Refuses,
            fails("unreachable", "connect", "no route: 255.255.255.255"),
        )
        .at("http://255.255.255.255/"),
        case(
            "a name without an address is told so",
            Place::Refuses,
            fails("dns", "dns", "no address for nothing.invalid: "),
        )
        .at("http://nothing.invalid/"),
        case("a label of 64 letters has no address", Place::Refuses, fails("dns", "dns", "no address for "))
            .at(format!("http://{}.invalid/", "a".repeat(64))),
        case("a name is looked up", held(page("hi")), ok("hi").at_least("/timings/dns", 0.0))
            .at("http://localhost:{0p}/"),
        case(
            "an address needs no lookup",
            held(page("hi")),
            ok("hi").is("/timings/dns", Value::Null).is("/remote_ip", "127.0.0.1"),
        ),
        case(
            "an address of IPv6 is connected to",
            Place::Six(vec![held(page("hi"))]),
            ok("hi").is("/remote_ip", "::1"),
        ),
        case("a number is an address, as in browsers", held(page("hi")), ok("hi").is("/remote_ip", "127.0.0.1"))
            .at("http://2130706433:{0p}/"),
    ]
}

/// What the user says of names.
fn told() -> Vec<Case> {
    vec![
        case(
            "a name lies where --resolve says",
            held(page("hi")),
            ok("hi").is("/remote_ip", "127.0.0.1").is("/timings/dns", Value::Null),
        )
        .at("http://a.example:{0p}/")
        .named("a.example", 0)
        .seen([Seen::Has(0, 0, "\r\nHost: a.example:{0p}\r\n")]),
        case("any name lies where --resolve says with a star", held(page("hi")), ok("hi"))
            .at("http://any.example:{0p}/")
            .with(&["--resolve", "*:{0p}:127.0.0.1"]),
        case(
            "where the first address refuses, the next is asked",
            held(page("hi")),
            ok("hi").is("/remote_ip", "127.0.0.1"),
        )
        .at("http://two.example:{0p}/")
        .with(&["--resolve", "two.example:{0p}:[::1],127.0.0.1"]),
        case(
            "where every address refuses, that is told",
            Place::Refuses,
            fails("connect_refused", "connect", "connection refused"),
        )
        .at("http://none.example:{0p}/")
        .with(&["--resolve", "none.example:{0p}:127.0.0.1,127.0.0.2,127.0.0.3"]),
        case(
            "with -4 an IPv6 address is none",
            Place::Six(vec![held(page("no"))]),
            fails("dns", "dns", "no IPv4 address for"),
        )
        .with(&["-4"])
        .seen([Seen::Requests(0, 0)]),
        case("a name with an empty label has no address", Place::Refuses, fails("dns", "dns", "a..example"))
            .at("http://a..example/"),
        case("a name of 254 letters has no address", Place::Refuses, fails("dns", "dns", "no address for "))
            .at(format!("http://{}.example/", vec!["a".repeat(49); 5].join("."))),
    ]
}
