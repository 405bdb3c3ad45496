//! Which hosts are asked without a proxy: `no_proxy`, as curl reads it. Knows no environment.

use std::net::IpAddr;

/// A list of hosts, domains, addresses and networks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Exempt(Vec<Rule>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Rule {
    All,
    /// A name, and every name below it; at this port alone, where one is named.
    Domain(Box<str>, Option<u16>),
    /// The addresses that begin with so many bits of this one.
    Network(IpAddr, u8, Option<u16>),
}

impl Exempt {
    /// Parted by commas or white space; what can't be read exempts nothing.
    pub fn new(list: &str) -> Exempt {
        Exempt(list.split([',', ' ', '\t']).filter(|word| !word.is_empty()).filter_map(rule).collect())
    }

    /// Whether `host`, a name or an address without brackets, is on the list.
    pub fn covers(&self, host: &str, port: u16) -> bool {
        let address = host.parse::<IpAddr>().ok();
        let name = host.trim_end_matches('.');
        self.0.iter().any(|rule| match (rule, address) {
            (Rule::All, _) => true,
            (Rule::Domain(domain, at), None) => at.is_none_or(|at| at == port) && is_within(name, domain),
            (Rule::Network(network, bits, at), Some(address)) => {
                at.is_none_or(|at| at == port) && begins_alike(address, *network, *bits)
            }
            _ => false,
        })
    }
}

fn rule(word: &str) -> Option<Rule> {
    if word == "*" {
        return Some(Rule::All);
    }
    let (place, port) = parted(word);
    if let Some((address, bits)) = place.split_once('/') {
        let (address, bits) = (address.parse::<IpAddr>().ok()?, bits.parse().ok()?);
        return (bits <= width(address)).then_some(Rule::Network(address, bits, port));
    }
    if let Ok(address) = place.parse::<IpAddr>() {
        return Some(Rule::Network(address, width(address), port));
    }
    let domain = place.strip_prefix('*').unwrap_or(place).trim_matches('.');
    (!domain.is_empty()).then(|| Rule::Domain(domain.to_ascii_lowercase().into(), port))
}

/// A host and a port. The colons of an IPv6 address without brackets are none of a port.
fn parted(word: &str) -> (&str, Option<u16>) {
    if let Some((address, rest)) = word.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        return (address, rest.strip_prefix(':').and_then(|port| port.parse().ok()));
    }
    match word.split_once(':') {
        Some((host, port)) if !port.contains(':') => match port.parse() {
            Ok(port) => (host, Some(port)),
            Err(_) => (word, None),
        },
        _ => (word, None),
    }
}

fn is_within(name: &str, domain: &str) -> bool {
    let Some(above) = name.len().checked_sub(domain.len()).filter(|&above| name.is_char_boundary(above)) else {
        return false;
    };
    let (below, end) = name.split_at(above);
    end.eq_ignore_ascii_case(domain) && (below.is_empty() || below.ends_with('.'))
}

fn width(address: IpAddr) -> u8 {
    if address.is_ipv4() { 32 } else { 128 }
}

fn begins_alike(one: IpAddr, other: IpAddr, bits: u8) -> bool {
    if one.is_ipv4() != other.is_ipv4() {
        return false;
    }
    let shift = u32::from(width(one) - bits);
    let [one, other] = [one, other].map(number);
    one.checked_shr(shift) == other.checked_shr(shift)
}

fn number(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(address) => u128::from(u32::from(address)),
        IpAddr::V6(address) => u128::from(address),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_host_is_exempt_by_name_domain_address_network_and_port() {
        let cases = [
            ("", "a.example", false),
            ("*", "a.example", true),
            ("*", "::1", true),
            ("a.example", "a.example", true),
            ("A.Example", "a.example", true),
            ("a.example", "b.a.example", true),
            (".a.example", "b.a.example", true),
            (".a.example", "a.example", true),
            ("*.a.example", "b.a.example", true),
            ("a.example.", "a.example", true),
            ("a.example", "a.example.", true),
            ("a.example", "ba.example", false),
            ("example", "a.example", true),
            ("a.example", "example", false),
            ("x,a.example", "a.example", true),
            ("x, a.example", "a.example", true),
            ("x a.example", "a.example", true),
            (",,", "a.example", false),
            (".", "a.example", false),
            ("a.example:80", "a.example", true),
            ("a.example:81", "a.example", false),
            ("a.example:", "a.example", false),
            ("127.0.0.1", "127.0.0.1", true),
            ("127.0.0.1:80", "127.0.0.1", true),
            ("127.0.0.1:81", "127.0.0.1", false),
            ("0.0.1", "127.0.0.1", false),
            ("127.0.0.0/8", "127.9.9.9", true),
            ("127.0.0.0/8", "128.0.0.1", false),
            ("10.1.0.0/16", "10.1.200.3", true),
            ("10.1.0.0/17", "10.1.200.3", false),
            ("0.0.0.0/0", "8.8.8.8", true),
            ("0.0.0.0/0", "::1", false),
            ("10.0.0.0/33", "10.0.0.0", false),
            ("10.0.0.0/x", "10.0.0.0", false),
            ("::1", "::1", true),
            ("[::1]", "::1", true),
            ("[::1]:80", "::1", true),
            ("[::1]:81", "::1", false),
            ("fe80::/10", "febf::1", true),
            ("fe80::/10", "fec0::1", false),
            ("::/0", "2001:db8::1", true),
            ("localhost", "127.0.0.1", false),
        ];
        for (list, host, exempt) in cases {
            assert_eq!(Exempt::new(list).covers(host, 80), exempt, "{list:?} {host}");
        }
    }

    proptest! {
        #[test]
        fn any_list_and_any_host_have_an_answer(list in ".{0,40}", host in ".{0,20}", port in 1_u16..) {
            let exempt = Exempt::new(&list);
            prop_assert!(exempt.covers(&host, port) || !list.split(',').any(|word| word == "*"));
        }

        #[test]
        fn a_name_is_exempt_by_itself_and_by_all_above_it(
            list in proptest::collection::vec("[ab]{1,2}(\\.[ab]{1,2}){0,2}", 0..5), host in "[abAB]{1,2}(\\.[abAB]{1,2}){0,3}",
        ) {
            let lower = host.to_ascii_lowercase();
            let mut above = std::iter::successors(Some(&*lower), |name| name.split_once('.').map(|(_, above)| above));
            let expected = above.any(|name| list.iter().any(|word| word == name));
            prop_assert_eq!(Exempt::new(&list.join(",")).covers(&host, 80), expected);
        }

        #[test]
        fn a_network_is_the_addresses_that_agree_with_it_bit_by_bit(
            network in any::<u128>(), bits in 0_u8..=128, turned in 0_u32..128, four in any::<bool>(),
        ) {
            let of = |number: u128| match four {
                true => IpAddr::from((number as u32).to_be_bytes()),
                false => IpAddr::from(number.to_be_bytes()),
            };
            let (width, bits) = if four { (32, bits.min(32)) } else { (128, bits) };
            let turned = turned % width;
            let exempt = Exempt::new(&format!("{}/{bits}", of(network)));
            prop_assert!(exempt.covers(&of(network).to_string(), 80));
            // Counted from the last.
            let is_of_network = width - turned <= u32::from(bits);
            prop_assert_eq!(exempt.covers(&of(network ^ 1 << turned).to_string(), 80), !is_of_network);
        }
    }
}
