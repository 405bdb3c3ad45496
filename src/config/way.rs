//! From `--resolve`, `-4` and `-6` to the way by which hosts are reached.

use super::Usage;
use crate::cli::WayArgs;
use crate::net::{Family, Pin, Way};
use crate::target::quoted;
use std::net::IpAddr;

const HINT: &str = "write it as in --resolve example.com:443:127.0.0.1, with [::1] for an IPv6 address";

/// # Errors
/// What of the words says no way.
pub fn way(args: &WayArgs) -> Result<Way, Usage> {
    let family = match (args.ipv4, args.ipv6) {
        (true, _) => Some(Family::V4),
        (false, true) => Some(Family::V6),
        (false, false) => None,
    };
    let pins = args.resolve.iter().map(|entry| pin(entry)).collect::<Result<_, _>>()?;
    Ok(Way { family, pins })
}

fn pin(entry: &str) -> Result<Pin, Usage> {
    let wrong = |what: &str| Usage::new(format!("--resolve {}: {what}", quoted(entry)), HINT);
    if entry.starts_with(['+', '-']) {
        return Err(wrong("curl's + and - change a cache while it is used, and there is none to change here"));
    }
    let (host, rest) = split_host(entry).ok_or_else(|| wrong("it is no HOST:PORT:ADDR"))?;
    let (port, addresses) = rest.split_once(':').ok_or_else(|| wrong("it has no address behind the port"))?;
    let is_number = port.bytes().all(|byte| byte.is_ascii_digit());
    let port = port.parse().ok().filter(|&port: &u16| is_number && port > 0);
    let port = port.ok_or_else(|| wrong("a port is a number from 1 to 65535"))?;
    let host = named(host).ok_or_else(|| wrong("it names no host"))?;
    let addresses = addresses.split(',').map(address).collect::<Option<_>>();
    let addresses = addresses.ok_or_else(|| wrong("an address is written in figures, as 127.0.0.1 or [::1]"))?;
    Ok(Pin { host, port, addresses })
}

/// The host, and what follows its colon.
fn split_host(entry: &str) -> Option<(&str, &str)> {
    match entry.strip_prefix('[') {
        Some(bracketed) => bracketed.split_once("]:"),
        None => entry.split_once(':'),
    }
}

/// A host as the URLs of targets spell it; `None` for any. The outer `None` is no host at all.
fn named(host: &str) -> Option<Option<Box<str>>> {
    if host == "*" {
        return Some(None);
    }
    let bracketed = if host.contains(':') { format!("[{host}]") } else { host.to_owned() };
    let parsed = url::Host::parse(&bracketed).ok()?;
    Some(Some(parsed.to_string().trim_matches(['[', ']']).into()))
}

fn address(text: &str) -> Option<IpAddr> {
    let inner = text.strip_prefix('[').and_then(|text| text.strip_suffix(']'));
    match inner {
        Some(inner) => inner.parse().ok().map(IpAddr::V6),
        None => text.parse().ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::net::Ipv6Addr;

    fn of(entry: &str) -> Result<Pin, Usage> {
        pin(entry)
    }

    #[test]
    fn a_host_a_port_and_its_addresses_are_read_as_curl_reads_them() {
        let cases = [
            ("a.example:80:127.0.0.1", Some("a.example"), 80, &["127.0.0.1"][..]),
            ("A.Example:443:127.0.0.1,[::1],10.0.0.1", Some("a.example"), 443, &["127.0.0.1", "::1", "10.0.0.1"]),
            ("*:8080:[::1]", None, 8080, &["::1"]),
            ("a.example:80:::1", Some("a.example"), 80, &["::1"]),
            ("[::1]:80:127.0.0.1", Some("::1"), 80, &["127.0.0.1"]),
            ("b\u{fc}cher.example:80:10.0.0.1", Some("xn--bcher-kva.example"), 80, &["10.0.0.1"]),
        ];
        for (entry, host, port, addresses) in cases {
            let addresses = addresses.iter().map(|text| text.parse().unwrap()).collect();
            assert_eq!(of(entry).unwrap(), Pin { host: host.map(Into::into), port, addresses }, "{entry}");
        }
    }

    #[test]
    fn what_is_no_such_entry_is_refused_with_a_hint() {
        let cases = [
            ("", "no HOST:PORT:ADDR"),
            ("a.example", "no HOST:PORT:ADDR"),
            ("a.example:80", "no address behind the port"),
            ("[::1:80:127.0.0.1", "no HOST:PORT:ADDR"),
            ("a.example:http:127.0.0.1", "a port is a number"),
            ("a.example:0:127.0.0.1", "a port is a number"),
            ("a.example:+80:127.0.0.1", "a port is a number"),
            ("a.example:65536:127.0.0.1", "a port is a number"),
            ("a.example:80:", "an address is written in figures"),
            ("a.example:80:b.example", "an address is written in figures"),
            ("a.example:80:127.0.0.1,", "an address is written in figures"),
            ("a.example:80:[127.0.0.1]", "an address is written in figures"),
            (":80:127.0.0.1", "names no host"),
            ("a b:80:127.0.0.1", "names no host"),
            ("+a.example:80:127.0.0.1", "+ and -"),
            ("-a.example:80", "+ and -"),
        ];
        for (entry, words) in cases {
            let usage = of(entry).unwrap_err();
            assert!(usage.message.contains(words) && usage.hint == HINT, "{entry}: {usage:?}");
        }
    }

    fn addresses() -> impl Strategy<Value = Vec<IpAddr>> {
        let four = any::<u32>().prop_map(|bits| IpAddr::from(bits.to_be_bytes()));
        let six = any::<u128>().prop_map(|bits| IpAddr::V6(Ipv6Addr::from(bits)));
        proptest::collection::vec(prop_oneof![four, six], 1..5)
    }

    proptest! {
        #[test]
        fn an_entry_that_was_written_is_read_back(
            host in prop_oneof![Just("*".to_owned()), "[a-z]([a-z0-9-]{0,8}[a-z0-9])?(\\.[a-z]{1,5}){0,2}"],
            port in 1_u16.., addresses in addresses(), brackets in any::<bool>(),
        ) {
            let written = addresses.iter().map(|address| match address {
                IpAddr::V6(address) if brackets => format!("[{address}]"),
                address => address.to_string(),
            });
            let entry = format!("{host}:{port}:{}", written.collect::<Vec<_>>().join(","));
            let host = (host != "*").then(|| host.as_str().into());
            prop_assert_eq!(of(&entry).unwrap(), Pin { host, port, addresses });
        }

        #[test]
        fn any_other_text_is_an_entry_or_an_error_that_quotes_no_more_than_a_line(
            entry in prop_oneof![".{0,40}", "[\\[\\]:*.,a-f0-9+-]{0,30}", "(.{1,9}:){3}.{0,9}"],
        ) {
            match of(&entry) {
                Ok(pin) => prop_assert!(pin.port > 0 && !pin.addresses.is_empty() && entry.contains(':')),
                Err(usage) => prop_assert!(!usage.message.contains('\n') && usage.hint == HINT, "{:?}", usage),
            }
        }
    }
}
