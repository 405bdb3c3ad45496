//! Which addresses a fetch may be led to. A target may be anywhere; from there redirects lead to public addresses, and
//! to such as the target's own. Opens nothing.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering::Relaxed};

/// What kind of network an address belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    Public,
    /// This machine; also the unspecified address, which leads there.
    Loopback,
    /// RFC 1918, RFC 4193, and the addresses of carriers (RFC 6598).
    Private,
    LinkLocal,
    /// Multicast, broadcast, documentation, and what is kept for other uses.
    Reserved,
}

impl Class {
    /// By the registries of special addresses (RFC 6890); an IPv4 address within an IPv6 one counts as what it is.
    pub fn of(address: IpAddr) -> Class {
        match address {
            IpAddr::V4(address) => of_v4(address),
            IpAddr::V6(address) => of_v6(address),
        }
    }

    pub fn name(self) -> &'static str {
        ["public", "loopback", "private", "link-local", "reserved"][self as usize]
    }
}

/// Networks of IPv4 that are not public: the first address, the length of the prefix.
const V4: [([u8; 4], u32, Class); 17] = [
    ([0, 0, 0, 0], 32, Class::Loopback),
    ([0, 0, 0, 0], 8, Class::Reserved),
    ([10, 0, 0, 0], 8, Class::Private),
    ([100, 64, 0, 0], 10, Class::Private),
    ([127, 0, 0, 0], 8, Class::Loopback),
    ([169, 254, 0, 0], 16, Class::LinkLocal),
    ([172, 16, 0, 0], 12, Class::Private),
    ([192, 0, 0, 0], 24, Class::Reserved),
    ([192, 0, 2, 0], 24, Class::Reserved),
    ([192, 88, 99, 0], 24, Class::Reserved),
    ([192, 168, 0, 0], 16, Class::Private),
    ([198, 18, 0, 0], 15, Class::Reserved),
    ([198, 51, 100, 0], 24, Class::Reserved),
    ([203, 0, 113, 0], 24, Class::Reserved),
    ([224, 0, 0, 0], 4, Class::Reserved),
    ([240, 0, 0, 0], 4, Class::Reserved),
    ([255, 255, 255, 255], 32, Class::Reserved),
];

fn of_v4(address: Ipv4Addr) -> Class {
    let bits = u32::from(address);
    let holds = |first: [u8; 4], length: u32| (bits ^ u32::from_be_bytes(first)) >> (32 - length) == 0;
    let found = V4.iter().find(|&&(first, length, _)| holds(first, length));
    found.map_or(Class::Public, |&(_, _, class)| class)
}

/// The networks of IPv6 that hold no IPv4 address. Public ones are handed out from 2000::/3 only.
const V6: [(u128, u32, Class); 11] = [
    (0, 128, Class::Loopback),
    (1, 128, Class::Loopback),
    (0x64_ff9b_0001 << 80, 48, Class::Private),
    (0x2001_0db8 << 96, 32, Class::Reserved),
    (0x2001_0000 << 96, 23, Class::Reserved),
    (0x3fff << 112, 20, Class::Reserved),
    (0xfc00 << 112, 7, Class::Private),
    (0xfe80 << 112, 10, Class::LinkLocal),
    (0xfec0 << 112, 10, Class::Private),
    (0x2000 << 112, 3, Class::Public),
    (0, 0, Class::Reserved),
];

fn of_v6(address: Ipv6Addr) -> Class {
    let bits = u128::from(address);
    if let Some(class) = embedded(bits) {
        return class;
    }
    let holds = |first: u128, length: u32| (bits ^ first).checked_shr(128 - length).unwrap_or(0) == 0;
    let found = V6.iter().find(|&&(first, length, _)| holds(first, length));
    found.map_or(Class::Reserved, |&(_, _, class)| class)
}

/// The first 96 bits of 64:ff9b::/96.
const NAT64: u128 = 0x64_ff9b << 64;

/// The class of the IPv4 address that an IPv6 one leads to: mapped or compatible (RFC 4291), translated (RFC 6052),
/// 6to4 (RFC 3056), Teredo (RFC 4380), ISATAP (RFC 5214).
fn embedded(bits: u128) -> Option<Class> {
    let at = |shift: u32| of_v4(Ipv4Addr::from((bits >> shift) as u32));
    match bits >> 32 {
        _ if bits <= 1 => None,
        0 | 0xffff | 0xffff_0000 | NAT64 => Some(at(0)),
        _ if bits >> 112 == 0x2002 => Some(at(80)),
        _ if bits >> 96 == 0x2001_0000 => Some(worse(at(64), of_v4(Ipv4Addr::from(!bits as u32)))),
        upper if upper & 0xfdff_ffff == 0x5efe => Some(at(0)).filter(|&class| class != Class::Public),
        _ => None,
    }
}

fn worse(one: Class, other: Class) -> Class {
    if one == Class::Public { other } else { one }
}

/// The address of a host that needs no lookup: one that is written out, or this machine's own name (RFC 6761).
pub fn evident(host: &str) -> Option<IpAddr> {
    let name = host.trim_end_matches('.');
    let is_own = name == "localhost" || name.ends_with(".localhost");
    if is_own { Some(Ipv4Addr::LOCALHOST.into()) } else { host.parse().ok() }
}

/// The classes of the addresses at which the starts of a crawl were found.
#[derive(Debug, Default)]
pub struct Classes(AtomicU8);

impl Classes {
    fn add(&self, class: Class) {
        self.0.fetch_or(1 << class as u8, Relaxed);
    }

    fn contains(&self, class: Class) -> bool {
        self.0.load(Relaxed) & 1 << class as u8 != 0
    }
}

/// Where one fetch may go, once it is known where it began.
#[derive(Clone, Debug)]
pub struct Reach {
    /// `--allow-private`.
    lifted: bool,
    start: Option<Class>,
    /// Of a crawl: where its starts are, and whether the fetch is one that tells so.
    crawl: Option<(Arc<Classes>, bool)>,
}

impl Reach {
    pub fn new(lifted: bool) -> Reach {
        Reach { lifted, start: None, crawl: None }
    }

    /// Of a fetch in a crawl. One that was `given` may be anywhere, and lifts the rule for its class; the others were led
    /// to.
    #[must_use]
    pub fn within(self, classes: Arc<Classes>, given: bool) -> Reach {
        Reach { crawl: Some((classes, given)), ..self }
    }

    /// The fetch is at `address`: the first such call tells where it began. One that only a proxy knows counts as public.
    pub fn arrive(&mut self, address: Option<IpAddr>) {
        let class = address.map_or(Class::Public, Class::of);
        if self.start.is_none()
            && let Some((classes, true)) = &self.crawl
        {
            classes.add(class);
        }
        self.start.get_or_insert(class);
    }

    pub fn allows(&self, address: IpAddr) -> bool {
        let class = Class::of(address);
        let of_start = match &self.crawl {
            None | Some((_, true)) => self.start.is_none_or(|start| start == class),
            Some((classes, false)) => classes.contains(class),
        };
        self.lifted || class == Class::Public || of_start
    }

    /// Those of `addresses` that may be dialled.
    ///
    /// # Errors
    /// Why not, where there are some and none of them may be.
    pub fn filter(&self, mut addresses: Vec<SocketAddr>) -> Result<Vec<SocketAddr>, String> {
        let first = addresses.first().map(SocketAddr::ip);
        addresses.retain(|address| self.allows(address.ip()));
        match first {
            Some(first) if addresses.is_empty() => Err(self.refusal(first)),
            _ => Ok(addresses),
        }
    }

    /// Of several starts, that of one which is not public.
    fn start_class(&self) -> Class {
        let of_crawl = self.crawl.as_ref().and_then(|(classes, _)| {
            let special = [Class::Loopback, Class::Private, Class::LinkLocal];
            special.into_iter().find(|&class| classes.contains(class))
        });
        self.start.or(of_crawl).unwrap_or(Class::Public)
    }

    fn refusal(&self, address: IpAddr) -> String {
        let (start, class) = (self.start_class().name(), Class::of(address).name());
        format!("{address} ({class}) may not be reached from a {start} start: --allow-private lifts this")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn each_address_is_of_its_class_also_within_another() {
        let cases = [
            (Class::Public, "1.1.1.1 9.255.255.255 11.0.0.0 100.63.255.255 100.128.0.0 126.255.255.255 128.0.0.1"),
            (Class::Public, "169.253.1.1 172.15.1.1 172.32.0.0 192.167.1.1 192.0.1.1 198.17.0.1 198.20.0.1 223.0.0.1"),
            (Class::Public, "2606:4700::1111 2a00::1 2400:: 3ffe::1 ::ffff:1.1.1.1 64:ff9b::808:808 2002:808:808::1"),
            (Class::Loopback, "127.0.0.1 127.255.255.255 0.0.0.0 :: ::1 ::ffff:127.0.0.1 ::ffff:0.0.0.0 ::127.0.0.1"),
            (Class::Loopback, "64:ff9b::7f00:1 2002:7f00:1::1 ::ffff:0:127.0.0.1 2001:0:808:808::80ff:fffe"),
            (
                Class::Private,
                "10.0.0.1 100.64.0.1 100.127.255.255 172.16.0.1 172.31.255.255 192.168.0.1 fc00::1 fdff::",
            ),
            (Class::Private, "::ffff:10.0.0.1 64:ff9b::a00:1 64:ff9b:1::1 2002:c0a8:1::1 fec0::1 ::10.1.2.3"),
            (Class::Private, "2001:0:a00:1::1 2a00::5efe:a00:1 2a00::200:5efe:a00:1"),
            (Class::LinkLocal, "169.254.169.254 fe80::1 febf::1 ::ffff:169.254.0.1 64:ff9b::a9fe:a9fe 2002:a9fe::1"),
            (Class::Reserved, "0.0.0.1 192.0.0.8 192.0.2.1 198.18.0.1 198.51.100.7 203.0.113.9 224.0.0.1 239.1.1.1"),
            (Class::Reserved, "240.0.0.1 255.255.255.255 ff02::1 ff0e::1 2001:db8::1 100::1 3fff::1 5f00::1 4000::1"),
        ];
        for (class, addresses) in cases {
            for text in addresses.split(' ') {
                assert_eq!(Class::of(address(text)), class, "{text}");
            }
        }
    }

    const KINDS: [&str; 5] = ["1.1.1.1", "127.0.0.1", "10.0.0.1", "169.254.169.254", "240.0.0.1"];

    #[test]
    fn a_start_may_be_anywhere_and_leads_to_its_like_or_to_public_addresses() {
        for (number, start) in KINDS.iter().enumerate() {
            let mut reach = Reach::new(false);
            assert!(KINDS.iter().all(|kind| reach.allows(address(kind))), "a target may be anywhere");
            reach.arrive(Some(address(start)));
            reach.arrive(Some(address("8.8.8.8")));
            for (other, kind) in KINDS.iter().enumerate() {
                assert_eq!(reach.allows(address(kind)), other == 0 || other == number, "{start} to {kind}");
            }
            let mut lifted = Reach::new(true);
            lifted.arrive(Some(address(start)));
            assert!(KINDS.iter().all(|kind| lifted.allows(address(kind))));
        }
    }

    #[test]
    fn what_a_crawl_is_led_to_may_be_where_its_starts_are() {
        for (number, start) in KINDS.iter().enumerate() {
            let classes = Arc::<Classes>::default();
            let led = Reach::new(false).within(classes.clone(), false);
            assert!(!led.allows(address("127.0.0.1")), "no start is anywhere yet");
            let mut given = Reach::new(false).within(classes.clone(), true);
            assert!(KINDS.iter().all(|kind| given.allows(address(kind))), "a start may be anywhere");
            given.arrive(Some(address(start)));
            given.arrive(Some(address("10.0.0.1")));
            for (other, kind) in KINDS.iter().enumerate() {
                assert_eq!(led.allows(address(kind)), other == 0 || other == number, "{start} to {kind}");
                assert_eq!(
                    given.allows(address(kind)),
                    other == 0 || other == number,
                    "redirects of {start} to {kind}"
                );
            }
        }
    }

    #[test]
    fn only_what_may_be_dialled_is_left_of_a_names_addresses() {
        let list = |texts: &[&str]| texts.iter().map(|text| SocketAddr::new(address(text), 80)).collect::<Vec<_>>();
        let mut reach = Reach::new(false);
        reach.arrive(Some(address("1.1.1.1")));
        assert_eq!(reach.filter(list(&["::1", "8.8.8.8", "10.0.0.1"])).unwrap(), list(&["8.8.8.8"]));
        assert_eq!(
            reach.filter(list(&["10.0.0.1", "::1"])).unwrap_err(),
            "10.0.0.1 (private) may not be reached from a public start: --allow-private lifts this"
        );
        assert_eq!(reach.filter(Vec::new()).unwrap(), []);
    }
}
