//! Which proxy leads to a target, if any does. Knows no socket, and no environment but what it is given.

mod exempt;
mod parse;

use super::track::Track;
use crate::event::EventKind;
use crate::target::{Scheme, Target};
use crate::text::Untrusted;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use exempt::Exempt;
use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

/// How a proxy is spoken to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Manner {
    /// Absolute-form for http, CONNECT for https (RFC 9110, sections 7.1 and 9.3.6).
    Http,
    /// RFC 1928, given addresses: names are looked up here.
    Socks5,
    /// RFC 1928, given names.
    Socks5h,
}

/// A proxy. What it shows of itself, by `Debug` too, has no credentials.
#[derive(Clone, PartialEq, Eq)]
pub struct Proxy {
    manner: Manner,
    /// With the credentials.
    at: Target,
    shown: Untrusted,
}

/// The proxies of a run. The default is none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Proxies {
    http: Option<Arc<Proxy>>,
    https: Option<Arc<Proxy>>,
    exempt: Exempt,
}

/// A proxy that can't be one, and who named it. It holds nothing of what was written there, for that may be a secret.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{named_by} names no proxy that can be used: {reason}")]
pub struct ProxyError {
    pub named_by: &'static str,
    pub reason: &'static str,
}

/// The environment's names of proxies, in the order in which they count. `HTTP_PROXY` is not among them: where a server
/// starts programs, that is a field of a request (CVE-2016-5385).
const FOR_HTTP: [&str; 3] = ["http_proxy", "all_proxy", "ALL_PROXY"];
const FOR_HTTPS: [&str; 4] = ["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"];
const FOR_NONE: [&str; 2] = ["no_proxy", "NO_PROXY"];

impl Proxies {
    /// What `--proxy` says (`given`), else what the environment does: `var` tells its variables. An empty `given` means
    /// no proxy, whatever the environment says; `no_proxy` counts in any case, as with curl.
    ///
    /// # Errors
    /// A word that names no proxy that can be used.
    pub fn new(given: Option<&str>, var: impl Fn(&str) -> Option<String>) -> Result<Proxies, ProxyError> {
        let set = |name: &&'static str| Some((*name, var(name).filter(|value| !value.trim().is_empty())?));
        let named = |names: &[&'static str]| names.iter().find_map(set);
        let [http, https] = match given.map(str::trim) {
            Some("") => return Ok(Proxies::default()),
            Some(given) => {
                let proxy = Some(read("--proxy", given)?);
                [proxy.clone(), proxy]
            }
            None => {
                let read = |names| named(names).map(|(name, value)| read(name, &value)).transpose();
                [read(&FOR_HTTP)?, read(&FOR_HTTPS)?]
            }
        };
        let exempt = named(&FOR_NONE).map_or_else(Exempt::default, |(_, list)| Exempt::new(&list));
        Ok(Proxies { http, https, exempt })
    }

    /// Users and passwords of all of them.
    pub fn credentials(&self) -> impl Iterator<Item = (&[u8], &[u8])> {
        self.http.iter().chain(&self.https).filter_map(|proxy| proxy.credentials())
    }

    /// The proxy that leads to `target`.
    pub fn to(&self, target: &Target) -> Option<&Arc<Proxy>> {
        let proxy = match target.scheme() {
            Scheme::Http => self.http.as_ref(),
            Scheme::Https => self.https.as_ref(),
        };
        proxy.filter(|_| !self.exempt.covers(target.host(), target.port()))
    }
}

fn read(named_by: &'static str, text: &str) -> Result<Arc<Proxy>, ProxyError> {
    Proxy::parse(text).map(Arc::new).map_err(|reason| ProxyError { named_by, reason })
}

impl Proxy {
    pub fn manner(&self) -> Manner {
        self.manner
    }

    /// Where it is, as a target of its own.
    pub fn at(&self) -> &Target {
        &self.at
    }

    /// As in `http://127.0.0.1:8080`.
    pub fn shown(&self) -> &Untrusted {
        &self.shown
    }

    /// What messages call it: `proxy 127.0.0.1:8080`.
    pub fn name(&self) -> String {
        format!("proxy {}:{}", self.at.bracketed(), self.at.port())
    }

    /// Whether names are looked up here.
    pub fn is_given_addresses(&self) -> bool {
        self.manner == Manner::Socks5
    }

    pub fn tell_tunnelled(&self, track: &Track) {
        if track.emitter.detailed() {
            track.emitter.emit(EventKind::Tunnelled { id: track.id, proxy: self.shown.clone() });
        }
    }

    /// User and password, for it and no one else.
    pub fn credentials(&self) -> Option<(&[u8], &[u8])> {
        self.at.credentials()
    }

    /// The value of Proxy-Authorization (RFC 7617), where it has credentials and speaks HTTP.
    pub fn authorization(&self) -> Option<String> {
        let (user, password) = self.credentials().filter(|_| self.manner == Manner::Http)?;
        Some(format!("Basic {}", STANDARD.encode([user, b":", password].concat())))
    }

    /// Whether requests for `target` go to it in absolute-form, for it to pass on; else it makes a tunnel.
    pub fn passes_on(&self, target: &Target) -> bool {
        self.manner == Manner::Http && target.scheme() == Scheme::Http
    }

    /// What tells one kept connection from another: one to an origin through this proxy serves that origin alone, one
    /// for requests that it passes on serves every origin of http.
    pub fn way(&self, target: &Target) -> String {
        let origin = if self.passes_on(target) { "http" } else { target.origin() };
        // Two proxies at one place differ by whom they take the requests to come from.
        let user = self
            .credentials()
            .map_or(String::new(), |(user, password)| STANDARD.encode([user, b":", password].concat()));
        format!("{origin} by {:?} {user}@{}:{}", self.manner, self.at.host(), self.at.port())
    }
}

/// Where a target is, as a lookup wants it.
pub fn place(target: &Target) -> (&str, u16) {
    (target.host(), target.port())
}

/// The address that a proxy is told, of those that were found: one of IPv4 where there is one, for that is what every
/// proxy can reach.
pub fn nearest(addresses: &[SocketAddr]) -> Option<IpAddr> {
    addresses.iter().find(|address| address.is_ipv4()).or(addresses.first()).map(SocketAddr::ip)
}

impl fmt::Debug for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Proxy({:?})", self.shown)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn env<'a>(pairs: &'a [(&'a str, &'a str)]) -> impl Fn(&str) -> Option<String> + 'a {
        |name| pairs.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
    }

    /// Where requests for `url` go.
    fn chosen(given: Option<&str>, pairs: &[(&str, &str)], url: &str) -> Option<String> {
        let proxies = Proxies::new(given, env(pairs)).unwrap();
        proxies.to(&Target::parse(url).unwrap()).map(|proxy| proxy.shown().display_all())
    }

    #[test]
    fn the_environment_names_proxies_as_it_does_for_curl() {
        let (a, b, c) = ("http://a:1", "http://b:2", "http://c:3");
        type Case<'a> = (&'a [(&'a str, &'a str)], &'a str, Option<&'a str>);
        let cases: &[Case<'_>] = &[
            (&[], "http://h/", None),
            (&[("http_proxy", a)], "http://h/", Some(a)),
            (&[("http_proxy", a)], "https://h/", None),
            (&[("HTTP_PROXY", a)], "http://h/", None),
            (&[("https_proxy", a)], "https://h/", Some(a)),
            (&[("HTTPS_PROXY", a)], "https://h/", Some(a)),
            (&[("https_proxy", a), ("HTTPS_PROXY", b)], "https://h/", Some(a)),
            (&[("all_proxy", c)], "http://h/", Some(c)),
            (&[("ALL_PROXY", c)], "https://h/", Some(c)),
            (&[("http_proxy", a), ("ALL_PROXY", c)], "http://h/", Some(a)),
            (&[("http_proxy", ""), ("all_proxy", c)], "http://h/", Some(c)),
            (&[("all_proxy", b), ("ALL_PROXY", c)], "http://h/", Some(b)),
            (&[("http_proxy", "a:1")], "http://h/", Some(a)),
            (&[("all_proxy", a), ("no_proxy", "h")], "http://h/", None),
            (&[("all_proxy", a), ("NO_PROXY", "h")], "https://h/", None),
            (&[("all_proxy", a), ("no_proxy", "x"), ("NO_PROXY", "h")], "http://h/", Some(a)),
        ];
        for (pairs, url, expected) in cases {
            assert_eq!(chosen(None, pairs, url).as_deref(), *expected, "{pairs:?} {url}");
        }
    }

    #[test]
    fn an_option_beats_the_environment_and_an_empty_one_switches_it_off() {
        let all = [("all_proxy", "http://a:1"), ("http_proxy", "http://a:1")];
        assert_eq!(chosen(Some("b:2"), &all, "http://h/").as_deref(), Some("http://b:2"));
        assert_eq!(chosen(Some("socks5h://b"), &all, "https://h/").as_deref(), Some("socks5h://b:1080"));
        assert_eq!([chosen(Some(""), &all, "http://h/"), chosen(Some(" "), &all, "https://h/")], [None, None]);
        assert_eq!(chosen(Some("b:2"), &[("no_proxy", "h")], "http://h/"), None);
    }

    #[test]
    fn whoever_names_what_can_not_be_used_is_named_without_what_he_wrote() {
        let environment = [("all_proxy", "socks4://user:hidden@a:1")];
        let error = Proxies::new(None, env(&environment)).unwrap_err();
        assert_eq!(error.named_by, "all_proxy");
        let given = Proxies::new(Some("ftp://user:hidden@a:1"), env(&[])).unwrap_err();
        assert_eq!(given.named_by, "--proxy");
        assert!(
            [error, given].iter().all(|it| !it.to_string().contains("hidden") && !format!("{it:?}").contains("user"))
        );
        assert_eq!(chosen(Some("a:1"), &environment, "http://h/").as_deref(), Some("http://a:1"));
    }

    #[test]
    fn credentials_are_for_the_proxy_and_are_not_shown() {
        let proxies = Proxies::new(Some("http://ann:p%40ss%2Fword@a:1"), env(&[])).unwrap();
        let proxy = proxies.to(&Target::parse("http://h/").unwrap()).unwrap();
        assert_eq!(proxy.credentials(), Some((&b"ann"[..], &b"p@ss/word"[..])));
        assert_eq!(proxy.authorization().as_deref(), Some("Basic YW5uOnBAc3Mvd29yZA=="));
        let shown = [format!("{proxies:?}"), proxy.name(), proxy.shown().display_all()];
        assert!(shown.iter().all(|it| !it.contains("ann") && !it.contains("ss")), "{shown:?}");
    }

    #[test]
    fn a_way_is_that_of_a_proxy_and_an_origin_or_of_a_proxy_alone() {
        let way = |proxy: &str, url: &str| Proxy::parse(proxy).unwrap().way(&Target::parse(url).unwrap());
        assert_eq!(way("a:1", "http://h/"), way("a:1", "http://other:8080/x"));
        assert_eq!(way("a:1", "https://h/x"), way("a:1", "https://h/y"));
        let different = [
            way("a:1", "http://h/"),
            way("a:1", "https://h/"),
            way("a:1", "https://other/"),
            way("a:2", "https://h/"),
            way("ann:x@a:1", "https://h/"),
            way("socks5://a:1", "http://h/"),
            way("socks5://a:1", "http://other/"),
            way("socks5h://a:1", "http://h/"),
        ];
        for (place, one) in different.iter().enumerate() {
            assert!(!different[place + 1..].contains(one), "{one}");
        }
    }
}
