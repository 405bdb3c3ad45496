//! Names, addresses and ports: where no connection comes about, and how that is told.

use crate::bodies::page;
use crate::case::{Case, case, fails, ok};
use crate::place::Place;
use crate::script::held;

pub fn cases() -> Vec<Case> {
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
            ok("hi").is("/timings/dns", serde_json::Value::Null).is("/remote_ip", "127.0.0.1"),
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
