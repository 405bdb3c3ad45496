//! By which way a host and a port are reached: of which family, and at which addresses whatever the resolver says.
//! Knows no resolver.

use std::net::{IpAddr, SocketAddr};

/// What was asked for of all connections.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Way {
    /// `-4` or `-6`; `None` for both.
    pub family: Option<Family>,
    /// `--resolve`; of two for the same host and port, the later one counts.
    pub pins: Vec<Pin>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    V4,
    V6,
}

/// The addresses of a host at a port, as given by the user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pin {
    /// Lowercase; `None` is any host.
    pub host: Option<Box<str>>,
    pub port: u16,
    pub addresses: Vec<IpAddr>,
}

impl Family {
    pub fn has(self, address: IpAddr) -> bool {
        address.is_ipv4() == (self == Family::V4)
    }

    pub fn name(self) -> &'static str {
        ["IPv4", "IPv6"][self as usize]
    }

    /// The option that asks for it.
    pub fn option(self) -> &'static str {
        ["-4", "-6"][self as usize]
    }
}

impl Way {
    /// The addresses that were given for `host` at `port`: its own, before those of any host.
    pub fn pinned(&self, host: &str, port: u16) -> Option<Vec<SocketAddr>> {
        let pin =
            |meant: Option<&str>| self.pins.iter().rev().find(|pin| pin.port == port && pin.host.as_deref() == meant);
        let pin = pin(Some(host)).or_else(|| pin(None))?;
        Some(pin.addresses.iter().map(|&address| SocketAddr::new(address, port)).collect())
    }

    /// Whether an address is of the family that was asked for.
    pub fn allows(&self, address: IpAddr) -> bool {
        self.family.is_none_or(|family| family.has(address))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pin(host: Option<&str>, port: u16, address: &str) -> Pin {
        Pin { host: host.map(Into::into), port, addresses: vec![address.parse().unwrap()] }
    }

    #[test]
    fn the_latest_pin_of_the_host_itself_counts_before_that_of_any_host() {
        let pins = vec![
            pin(Some("a.example"), 80, "10.0.0.1"),
            pin(None, 80, "10.0.0.2"),
            pin(Some("a.example"), 80, "10.0.0.3"),
            pin(Some("a.example"), 443, "::1"),
        ];
        let way = Way { pins, family: None };
        let cases = [
            ("a.example", 80, Some("10.0.0.3:80")),
            ("a.example", 443, Some("[::1]:443")),
            ("b.example", 80, Some("10.0.0.2:80")),
            ("b.example", 443, None),
        ];
        for (host, port, expected) in cases {
            let expected = expected.map(|address| vec![address.parse().unwrap()]);
            assert_eq!(way.pinned(host, port), expected, "{host}:{port}");
        }
    }

    #[test]
    fn a_family_allows_its_own_addresses_only() {
        let (four, six): (IpAddr, IpAddr) = ("127.0.0.1".parse().unwrap(), "::ffff:127.0.0.1".parse().unwrap());
        for (family, expected) in
            [(None, [true, true]), (Some(Family::V4), [true, false]), (Some(Family::V6), [false, true])]
        {
            let way = Way { family, pins: Vec::new() };
            assert_eq!([four, six].map(|address| way.allows(address)), expected, "{family:?}");
        }
    }
}
