//! Reads the URL of a proxy. What it says of a bad one holds nothing of it, for it may be a secret.

use super::{Manner, Proxy};
use crate::target::Target;
use crate::text::Untrusted;

/// Where none is named, as with curl.
const PORT: &str = ":1080";
/// What one octet counts (RFC 1929).
const SOCKS_BYTES: usize = 255;
/// Bytes of a name that are shown.
const SHOWN_BYTES: usize = 512;

const MANNERS: [(&str, Manner); 3] = [("http", Manner::Http), ("socks5", Manner::Socks5), ("socks5h", Manner::Socks5h)];

impl Proxy {
    /// `http://`, `socks5://` (names are looked up here) or `socks5h://` (the proxy does it), user and password where it
    /// wants them, host, and a port or 1080. Without a scheme it is http. What stands behind the port does not count.
    ///
    /// # Errors
    /// What is wrong with it, behind "… names no proxy that can be used".
    pub fn parse(text: &str) -> Result<Proxy, &'static str> {
        let (scheme, rest) = text.split_once("://").unwrap_or(("http", text));
        let (name, manner) = manner(&scheme.to_ascii_lowercase())?;
        let end = rest.find(['/', '?', '#', '\\']).unwrap_or(rest.len());
        let (authority, behind) = rest.split_at(end);
        if behind.contains('@') {
            return Err("user and password have / as %2F, ? as %3F, # as %23");
        }
        let place = &authority[authority.rfind('@').map_or(0, |at| at + 1)..];
        let at = located(authority.trim_end_matches(':'), place)?;
        if manner != Manner::Http && at.credentials().is_some_and(|(user, password)| !fits(user, password)) {
            return Err("a user of a SOCKS proxy has 1 to 255 bytes, and a password 255 at most");
        }
        let host = if at.host().contains(':') { format!("[{}]", at.host()) } else { at.host().to_owned() };
        let shown = Untrusted::new(&format!("{name}://{host}:{}", at.port()), SHOWN_BYTES);
        Ok(Proxy { manner, at, shown })
    }
}

fn manner(scheme: &str) -> Result<(&'static str, Manner), &'static str> {
    match scheme {
        "https" => Err("a proxy that is spoken to over TLS is not supported; http:// is"),
        "socks" | "socks4" | "socks4a" => Err("SOCKS4 is not supported; socks5:// and socks5h:// are"),
        _ => {
            let known = MANNERS.into_iter().find(|(name, _)| *name == scheme);
            known.ok_or("its scheme is none of http, socks5 and socks5h")
        }
    }
}

/// `place` is `authority` without user and password.
fn located(authority: &str, place: &str) -> Result<Target, &'static str> {
    let behind_host = place.rfind(']').map_or(place, |end| &place[end..]);
    let port = behind_host.rsplit_once(':').map(|(_, port)| port).filter(|port| !port.is_empty());
    if port.is_some_and(|port| !matches!(port.parse::<u16>(), Ok(1..)) || !port.bytes().all(|it| it.is_ascii_digit())) {
        return Err("its port is no number from 1 to 65535");
    }
    let port = if port.is_some() { "" } else { PORT };
    Target::parse(&format!("http://{authority}{port}/")).map_err(|_| "its host is none")
}

fn fits(user: &[u8], password: &[u8]) -> bool {
    (1..=SOCKS_BYTES).contains(&user.len()) && password.len() <= SOCKS_BYTES
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_proxy_is_a_scheme_a_host_and_a_port_or_what_curl_takes_for_them() {
        let cases = [
            ("http://a.example:8080", "http://a.example:8080"),
            ("http://a.example", "http://a.example:1080"),
            ("http://a.example:80", "http://a.example:80"),
            ("http://a.example:", "http://a.example:1080"),
            ("HTTP://A.EXAMPLE:8080/ignored?too", "http://a.example:8080"),
            ("a.example", "http://a.example:1080"),
            ("a.example:8080", "http://a.example:8080"),
            ("ann:secret@a.example:8080", "http://a.example:8080"),
            ("http://ann:s@cret@a.example", "http://a.example:1080"),
            ("localhost:3128", "http://localhost:3128"),
            ("127.0.0.1:3128", "http://127.0.0.1:3128"),
            ("http://[::1]", "http://[::1]:1080"),
            ("[::1]:3128", "http://[::1]:3128"),
            ("socks5://a.example", "socks5://a.example:1080"),
            ("SOCKS5H://u:p@a.example:9050/", "socks5h://a.example:9050"),
        ];
        for (text, shown) in cases {
            let proxy = Proxy::parse(text).unwrap_or_else(|reason| panic!("{text}: {reason}"));
            assert_eq!(proxy.shown().display_all(), shown, "{text}");
        }
    }

    #[test]
    fn what_is_no_proxy_is_refused_with_the_reason() {
        let long = format!("socks5://{}:x@a", "u".repeat(256));
        let cases = [
            ("https://a.example:443", "over TLS is not supported"),
            ("socks4://a.example", "SOCKS4 is not supported"),
            ("socks4a://a.example", "SOCKS4 is not supported"),
            ("ftp://a.example", "its scheme is none of"),
            ("http://", "host"),
            ("http://:8080", "host"),
            ("http://a b:8080", "host"),
            ("http://a.example:0", "port"),
            ("http://a.example:65536", "port"),
            ("http://a.example:+80", "port"),
            ("http://a.example:http", "port"),
            ("http://ann:se/cret@a.example:8080", "%2F"),
            ("http://ann:12/cret@a.example:8080", "%2F"),
            ("http://[::1", "host"),
            ("http://::1:80:", "host"),
            (&long, "1 to 255 bytes"),
            ("socks5://:x@a", "1 to 255 bytes"),
        ];
        for (text, words) in cases {
            let reason = Proxy::parse(text).unwrap_err();
            assert!(reason.contains(words), "{text}: {reason}");
            assert!(!reason.contains("cret"), "{reason}");
        }
    }

    /// As a URL spells it, with more escapes than it takes.
    fn escaped(text: &str) -> String {
        text.bytes().map(|byte| format!("%{byte:02x}")).collect()
    }

    proptest! {
        #[test]
        fn a_proxy_that_was_written_is_read_back_with_its_secrets_and_shows_none_of_them(
            which in 0_usize..3, host in prop_oneof!["[a-z]{1,9}\\.example", Just("[::1]".to_owned()), Just("127.0.0.1".to_owned())],
            port in 1_u16.., user in ".{1,40}", password in ".{0,40}",
        ) {
            let (scheme, manner) = MANNERS[which];
            let place = format!("{host}:{port}");
            let text = format!("{scheme}://{}:{}@{place}", escaped(&user), escaped(&password));
            let proxy = Proxy::parse(&text).unwrap();
            prop_assert_eq!((proxy.manner, proxy.at.port()), (manner, port));
            prop_assert_eq!(proxy.credentials(), Some((user.as_bytes(), password.as_bytes())));
            prop_assert_eq!(proxy.shown().display_all(), format!("{scheme}://{place}"));
        }

        #[test]
        fn any_other_text_is_a_proxy_that_shows_itself_or_none(
            text in prop_oneof![".{0,60}", "(http|socks5|socks5h)://[\\[\\]@:%/a-z0-9.]{0,30}", "[a-z0-9:.@]{0,20}"],
        ) {
            if let Ok(proxy) = Proxy::parse(&text) {
                let shown = proxy.shown().display_all();
                prop_assert!(!shown.contains('@'), "{}", shown);
                let again = Proxy::parse(&shown).unwrap();
                prop_assert_eq!(again.shown(), proxy.shown());
                prop_assert_eq!((again.manner, again.at.origin()), (proxy.manner, proxy.at.origin()));
            }
        }
    }
}
