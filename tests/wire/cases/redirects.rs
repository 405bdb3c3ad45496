//! Where redirects lead, where they end, and who gets to know what was given for another.

use crate::bodies::{page, sized};
use crate::case::Seen::{Connections, Has, Lacks, Lines, Requests};
use crate::case::{Case, Told, answered, case, fails, ok};
use crate::certificates::Shown;
use crate::place::Place;
use crate::script::{Act, answer, finished, held, reset};

pub fn cases() -> Vec<Case> {
    [statuses(), locations(), refusals(), endings(), bodies(), secrets(), reach(), hops()].concat()
}

fn moved(status: u16, location: impl AsRef<[u8]>) -> Vec<u8> {
    let head = format!("HTTP/1.1 {status} x\r\nLocation: ");
    [head.as_bytes(), location.as_ref(), b"\r\nContent-Length: 4\r\n\r\naway"].concat()
}

fn site(pages: impl IntoIterator<Item = (&'static str, Vec<u8>)>) -> Place {
    Place::Site(pages.into_iter().collect())
}

/// From the root to `/b`.
fn one_hop(first: Vec<u8>) -> Place {
    site([("/", first), ("/b", page("there"))])
}

fn hopped(told: Told, status: u16) -> Told {
    told.is("/redirects/0/status_code", status).is("/redirects/0/url", "http://{0}/").is("/url", "http://{0}/")
}

fn statuses() -> Vec<Case> {
    let followed = |name, status| {
        case(name, one_hop(moved(status, "/b")), hopped(ok("there"), status).is("/final_url", "http://{0}/b"))
            .seen([Lines(0, &["GET / HTTP/1.1", "GET /b HTTP/1.1"]), Connections(0, 1)])
    };
    let stays = |name, status: u16, told: Told| {
        let answer =
            if status == 304 { b"HTTP/1.1 304 x\r\nLocation: /b\r\n\r\n".to_vec() } else { moved(status, "/b") };
        case(name, one_hop(answer), told.is("/final_url", "http://{0}/").is("/redirects", serde_json::json!([])))
            .seen([Requests(0, 1)])
    };
    vec![
        followed("301 is followed", 301),
        followed("302 is followed", 302),
        followed("303 is followed", 303),
        followed("307 is followed", 307),
        followed("308 is followed", 308),
        stays("300 is not followed", 300, answered(300, "away")),
        stays("304 is not followed", 304, answered(304, "")),
        stays("305 is not followed", 305, answered(305, "away")),
        stays("201 is not followed", 201, answered(201, "away").is("/outcome", "ok")),
        stays("200 with a location is not followed", 200, ok("away")),
        stays("404 with a location is not followed", 404, answered(404, "away")),
        case("301 without a location is a result", one_hop(sized("301 x", "", "away")), answered(301, "away"))
            .seen([Requests(0, 1)]),
        case("301 with an empty location is a result", one_hop(moved(301, "")), answered(301, "away"))
            .seen([Requests(0, 1)]),
        case("with --no-location a redirect is a result", one_hop(moved(302, "/b")), answered(302, "away"))
            .with(&["--no-location"])
            .seen([Requests(0, 1)]),
        case("a redirect leads to a broken page", one_hop(moved(301, "/none")), hopped(answered(404, ""), 301)),
        case(
            "the title is that of the last page",
            site([
                ("/", sized("302 x", "Location: /b\r\nContent-Type: text/html\r\n", "<title>first</title>")),
                ("/b", sized("200 OK", "Content-Type: text/html\r\n", "<title>last</title>")),
            ]),
            ok("<title>last</title>").is("/title", "last"),
        ),
    ]
}

/// How a location is read: as browsers do.
fn locations() -> Vec<Case> {
    let leads = |name, location: &[u8], line: &'static [&'static str]| {
        let place = Place::Scripts(vec![[answer(moved(302, location)), held(page("there"))].concat()]);
        case(name, place, ok("there")).at("http://{0}/dir/page?q").seen([Lines(0, line)])
    };
    vec![
        leads("a location may be relative", b"other", &["GET /dir/page?q HTTP/1.1", "GET /dir/other HTTP/1.1"]),
        leads("a location may climb", b"../x/./y", &["GET /dir/page?q HTTP/1.1", "GET /x/y HTTP/1.1"]),
        leads("a location may be a query", b"?r", &["GET /dir/page?q HTTP/1.1", "GET /dir/page?r HTTP/1.1"]),
        leads("a location may be absolute", b"http://{0}/x", &["GET /dir/page?q HTTP/1.1", "GET /x HTTP/1.1"]),
        leads("a location may leave out the scheme", b"//{0}/x", &["GET /dir/page?q HTTP/1.1", "GET /x HTTP/1.1"]),
        leads("a fragment of a location is not sent", b"/x#y", &["GET /dir/page?q HTTP/1.1", "GET /x HTTP/1.1"]),
        leads("blanks in a location are escaped", b"/x y", &["GET /dir/page?q HTTP/1.1", "GET /x%20y HTTP/1.1"]),
        leads(
            "UTF-8 in a location is escaped",
            "/ü?ü".as_bytes(),
            &["GET /dir/page?q HTTP/1.1", "GET /%C3%BC?%C3%BC HTTP/1.1"],
        ),
        leads(
            "Latin-1 in a location is escaped byte by byte",
            b"/\xe4",
            &["GET /dir/page?q HTTP/1.1", "GET /%E4 HTTP/1.1"],
        ),
        leads(
            "controls in a location are escaped",
            b"/\x1b[2J\x07x",
            &["GET /dir/page?q HTTP/1.1", "GET /%1B[2J%07x HTTP/1.1"],
        ),
        leads(
            "a location with backslashes is read as browsers do",
            b"\\x\\..\\y",
            &["GET /dir/page?q HTTP/1.1", "GET /y HTTP/1.1"],
        ),
        leads(
            "an escaped line end in a location stays escaped",
            b"/%0d%0aX:y",
            &["GET /dir/page?q HTTP/1.1", "GET /%0d%0aX:y HTTP/1.1"],
        ),
        leads("a folded location is one", b"/x\r\n y", &["GET /dir/page?q HTTP/1.1", "GET /x%20y HTTP/1.1"]),
    ]
}

fn refusals() -> Vec<Case> {
    let refused = |name, location: &[u8], words| {
        case(name, one_hop(moved(301, location)), fails("protocol", "body", words).status(301)).seen([Requests(0, 1)])
    };
    let no_http = "leads to no http or https URL";
    let long = format!("/{}", "x".repeat(70_000));
    vec![
        refused("a redirect to ftp is refused", b"ftp://a.example/", no_http),
        refused("a redirect to a file is refused", b"file:///etc/passwd", no_http),
        refused("a redirect to a script is refused", b"javascript:alert(1)", no_http),
        refused("a redirect to data is refused", b"data:text/html,hi", no_http),
        refused("a redirect to a web socket is refused", b"ws://{0}/", no_http),
        refused("a redirect to port 0 is refused", b"http://127.0.0.1:0/", no_http),
        refused("a redirect to port 65536 is refused", b"http://127.0.0.1:65536/", no_http),
        refused("a redirect to no host is refused", b"http://", no_http),
        refused("a redirect to half an address is refused", b"http://[::1/", no_http),
        refused("a redirect whose host holds a slash is refused", b"http://a%2Fb/", no_http),
        refused("a redirect to a host of controls is refused", b"http://a\x1bb/", no_http),
        case(
            "a location over 64 KiB is too large",
            one_hop(moved(301, &long)),
            fails("too_large", "body", "over 64 KiB").status(301),
        ),
        case(
            "a location of a megabyte is too large",
            one_hop(moved(301, "x".repeat(1 << 20))),
            fails("too_large", "body", "head is larger than 262144 bytes"),
        ),
        case(
            "two locations that differ are refused",
            one_hop(sized("302 x", "Location: /b\r\nLocation: /c\r\n", "")),
            fails("protocol", "body", "locations that contradict each other").status(302),
        ),
        case(
            "two locations that agree are one",
            one_hop(sized("302 x", "Location: /b\r\nLocation: /b\r\n", "")),
            ok("there"),
        ),
    ]
}

fn endings() -> Vec<Case> {
    let chain = |name, told: Told| {
        let pages = (0..CHAIN.len() - 1).map(|at| (CHAIN[at], moved(302, CHAIN[at + 1])));
        case(name, site(pages.chain([(CHAIN[CHAIN.len() - 1], page("there"))])), told)
    };
    let many = |words| fails("too_many_redirects", "body", words);
    vec![
        case(
            "a redirect to itself is a loop",
            one_hop(moved(302, "/")),
            many("redirects loop: http://{0}/ leads to itself").status(302),
        )
        .seen([Requests(0, 1)]),
        case(
            "a redirect back is a loop",
            site([("/", moved(302, "/b")), ("/b", moved(302, "/"))]),
            many("leads back to http://{0}/"),
        )
        .seen([Requests(0, 2)]),
        case("a redirect that differs by its fragment is a loop", one_hop(moved(302, "/#x")), many("redirects loop")),
        case("a loop over two origins is a loop", site([("/", moved(302, "http://{1}/"))]), many("redirects loop"))
            .and(site([("/", moved(302, "http://{0}/"))])),
        chain(
            "twenty redirects are followed",
            ok("there").is("/final_url", "http://{0}/20").is("/redirects/19/url", "http://{0}/19"),
        )
        .at("http://{0}/0"),
        chain("twenty-one redirects are too many", many("more than 20 redirects"))
            .at("http://{0}/")
            .seen([Requests(0, 21)]),
        chain("with --max-redirs 3 a fourth redirect is too many", many("more than 3 redirects"))
            .at("http://{0}/")
            .with(&["--max-redirs", "3"])
            .seen([Requests(0, 4)]),
        chain("with --max-redirs 0 a redirect is too many", many("more than 0 redirects"))
            .at("http://{0}/")
            .with(&["--max-redirs", "0"])
            .seen([Requests(0, 1)]),
    ]
}

/// From the root on, twenty-one redirects long.
const CHAIN: [&str; 22] = [
    "/", "/0", "/1", "/2", "/3", "/4", "/5", "/6", "/7", "/8", "/9", "/10", "/11", "/12", "/13", "/14", "/15", "/16",
    "/17", "/18", "/19", "/20",
];

/// What else the redirecting answer holds.
fn bodies() -> Vec<Case> {
    let head = "HTTP/1.1 302 x\r\nLocation: /b\r\n";
    let then_there = |script: Vec<Act>| Place::Scripts(vec![script, held(page("there"))]);
    vec![
        case(
            "the body of a redirect is not the content",
            one_hop(sized("302 x", "Location: /b\r\n", "x".repeat(100_000))),
            ok("there"),
        ),
        case(
            "a chunked redirect keeps its connection",
            one_hop(format!("{head}Transfer-Encoding: chunked\r\n\r\n4\r\naway\r\n0\r\n\r\n").into()),
            ok("there"),
        )
        .seen([Connections(0, 1)]),
        case("a redirect until close leads on", then_there(finished(format!("{head}\r\naway"))), ok("there"))
            .seen([Connections(0, 2)]),
        case(
            "a redirect that says close leads on",
            then_there(answer(format!("{head}Connection: close\r\nContent-Length: 0\r\n\r\n"))),
            ok("there"),
        )
        .seen([Connections(0, 2)]),
        case(
            "an endless redirect costs no time",
            then_there(vec![Act::Request, Act::Send(format!("{head}\r\n").into()), Act::Flood(vec![b'x'; 4096])]),
            ok("there"),
        )
        .with(&["--max-filesize", "100000"]),
        case(
            "a redirect with a bad length is refused",
            one_hop(format!("{head}Content-Length: +4\r\n\r\naway").into()),
            fails("protocol", "body", "+4"),
        ),
    ]
}

/// Given for one origin, and for no other: another port is another origin.
fn secrets() -> Vec<Case> {
    let away = || Place::from(held(moved(302, "http://{1}/")));
    let there = || held(page("there"));
    let kept = |name, words: &[&'static str], field: &'static str| {
        case(name, one_hop(moved(302, "/b")), ok("there")).with(words).seen([Has(0, 0, field), Has(0, 1, field)])
    };
    let lost = |name, words: &[&'static str], field: &'static str, secret: &'static str| {
        case(name, away(), ok("there")).and(there()).with(words).seen([
            Has(0, 0, field),
            Lacks(1, 0, secret),
            Requests(1, 1),
        ])
    };
    let user: &[&str] = &["-u", "ann:s3cret"];
    let basic = "\r\nAuthorization: Basic YW5uOnMzY3JldA==\r\n";
    vec![
        kept("a user goes along within the origin", user, basic),
        kept("a cookie goes along within the origin", &["-b", "a=s3cret"], "\r\nCookie: a=s3cret\r\n"),
        kept("a field goes along within the origin", &["-H", "X-Token: s3cret"], "\r\nX-Token: s3cret\r\n"),
        lost("a user does not go to another origin", user, basic, "authorization"),
        lost("a cookie does not go to another origin", &["-b", "a=s3cret"], "\r\nCookie: a=s3cret\r\n", "s3cret"),
        lost(
            "a field of one's own does not go to another origin",
            &["-H", "X-Token: s3cret"],
            "\r\nX-Token: s3cret\r\n",
            "s3cret",
        ),
        lost(
            "an authorization of one's own does not go to another origin",
            &["-H", "authorization: Bearer s3cret"],
            "\r\nauthorization: Bearer s3cret\r\n",
            "s3cret",
        ),
        case("a harmless field goes to another origin", away(), ok("there"))
            .and(there())
            .with(&["-H", "Accept-Language: de"])
            .seen([Has(1, 0, "Accept-Language: de")]),
        case("a password in a target goes to its origin alone", away(), ok("there"))
            .at("http://ann:s3cret@{0}/")
            .and(there())
            .seen([Has(0, 0, basic), Lacks(1, 0, "authorization")]),
        case(
            "another host at the same port is another origin",
            Place::Scripts(vec![held(moved(302, "http://localhost:{0p}/")), there()]),
            ok("there"),
        )
        .at("http://ann:s3cret@{0}/")
        .seen([Has(0, 0, basic), Lacks(0, 1, "authorization")]),
        case(
            "a password in a location is neither sent nor told",
            away_to("http://bob:s3cret@{1}/"),
            ok("there").is("/final_url", "http://{1}/"),
        )
        .and(there())
        .seen([Lacks(1, 0, "s3cret"), Lacks(1, 0, "authorization")]),
        case(
            "what came back to its origin is given again",
            site([("/", moved(302, "http://{1}/")), ("/b", page("there"))]),
            ok("there"),
        )
        .at("http://ann:s3cret@{0}/")
        .and(site([("/", moved(302, "http://{0}/b"))]))
        .seen([Lacks(1, 0, "authorization")]),
    ]
}

fn away_to(location: &str) -> Place {
    Place::from(held(moved(302, location)))
}

/// A start on this machine leads to this machine, and to the public, but to no network beside it.
fn reach() -> Vec<Case> {
    let refused = |name, address: &str, class: &'static str| {
        case(name, away_to(&format!("http://{address}:9/")), fails("not_allowed", "connect", class))
            .seen([Requests(0, 1)])
    };
    vec![
        refused("a redirect into 10/8 is not followed", "10.0.0.1", "10.0.0.1 (private)"),
        refused("a redirect into 172.16/12 is not followed", "172.31.255.254", "(private)"),
        refused("a redirect into 192.168/16 is not followed", "192.168.0.1", "(private)"),
        refused("a redirect into 100.64/10 is not followed", "100.64.0.1", "(private)"),
        refused(
            "a redirect to the address of clouds is not followed",
            "169.254.169.254",
            "169.254.169.254 (link-local)",
        ),
        refused("a redirect to a number that is such an address is not followed", "0xa9fea9fe", "(link-local)"),
        refused("a redirect into fc00::/7 is not followed", "[fd00::1]", "(private)"),
        refused("a redirect into fe80::/10 is not followed", "[fe80::1]", "(link-local)"),
        refused("a redirect to a private address within IPv6 is not followed", "[::ffff:10.0.0.1]", "(private)"),
        case(
            "a redirect to a name of a private address is not followed",
            away_to("http://inside.example:9/"),
            fails("not_allowed", "connect", "10.1.2.3 (private)"),
        )
        .with(&["--resolve", "inside.example:9:10.1.2.3"])
        .seen([Requests(0, 1)]),
        case(
            "of a name's addresses only those that may be are dialled",
            away_to("http://mixed.example:{1p}/"),
            ok("there"),
        )
        .and(held(page("there")))
        .with(&["--resolve", "mixed.example:{1p}:10.1.2.3,127.0.0.1"])
        .seen([Requests(1, 1)]),
        case(
            "a redirect from this machine to itself is followed",
            away_to("http://[::1]:{1p}/"),
            ok("there").is("/remote_ip", "::1"),
        )
        .and(Place::Six(vec![held(page("there"))])),
        case("a redirect to 0.0.0.0 stays on this machine", away_to("http://0.0.0.0:{1p}/"), ok("there"))
            .and(held(page("there"))),
    ]
}

fn hops() -> Vec<Case> {
    let there = || held(page("there"));
    let slow = |next: &&str| vec![Act::Request, Act::Pause(150), Act::Send(moved(302, next))];
    let slow_hops: Vec<Act> = CHAIN[1..].iter().flat_map(slow).collect();
    let timed_out = Told::default()
        .is("/error/kind", "timeout")
        .has("/error/message", "{0} not done after 1s 500ms")
        .at_least("/timings/total", 1500.0);
    vec![
        case("a redirect leads to https", away_to("https://{1}/"), ok("there").is("/final_url", "https://{1}/"))
            .and(Place::Tls(Shown::Good, vec![finished(page("there"))]))
            .with(&["--cacert", "{ca}"]),
        case(
            "a redirect leads from https to http",
            Place::Tls(Shown::Good, vec![held(moved(302, "http://{1}/"))]),
            ok("there").is("/final_url", "http://{1}/"),
        )
        .at("https://{0}/")
        .and(there())
        .with(&["--cacert", "{ca}"]),
        case(
            "a redirect to a bad certificate is told as such",
            away_to("https://{1}/"),
            fails("tls", "tls", "expired ").is("/redirects/0/status_code", 302),
        )
        .and(Place::Tls(Shown::Expired, vec![finished(page("no"))]))
        .with(&["--cacert", "{ca}"]),
        case(
            "a redirect to a port that refuses is told as such",
            away_to("http://{1}/"),
            fails("connect_refused", "connect", "connection refused: {1}").is("/redirects/0/url", "http://{0}/"),
        )
        .and(Place::Refuses),
        case(
            "a redirect to a name without an address is told as such",
            away_to("http://nothing.invalid/"),
            fails("dns", "dns", "nothing.invalid"),
        ),
        case(
            "a redirect that leads to a reset is told as such",
            away_to("http://{1}/"),
            fails("reset", "wait", "connection reset by peer: {1}").is("/final_url", "http://{1}/"),
        )
        .and(reset("")),
        case(
            "a redirect that leads to silence ends by the idle timeout",
            away_to("http://{1}/"),
            fails("timeout", "wait", "no byte from {1} for 1s"),
        )
        .and(held(""))
        .with(&["--idle-timeout", "1s", "--max-time", "0"]),
        case("the total time counts all hops", slow_hops, timed_out).with(&[
            "--idle-timeout",
            "0",
            "--max-time",
            "1500ms",
        ]),
    ]
}
