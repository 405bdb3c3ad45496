//! When which address of a host is dialled (RFC 8305, happy eyeballs). Knows no socket and no clock: `now` is an
//! argument.

use crate::clock::At;
use std::collections::VecDeque;
use std::net::SocketAddr;
use std::time::Duration;

/// How long an attempt is waited for before the next one joins it (RFC 8305, section 5).
const DELAY: Duration = Duration::from_millis(250);
/// Addresses of one host that are tried. A name may have any number.
const MOST: usize = 16;

/// The addresses whose turn is still to come.
#[derive(Debug)]
pub struct Schedule {
    left: VecDeque<SocketAddr>,
    turn: At,
}

impl Schedule {
    /// The first address has its turn at once.
    pub fn new(addresses: &[SocketAddr], now: At) -> Schedule {
        let mut left = interleaved(addresses);
        left.truncate(MOST);
        Schedule { left, turn: now }
    }

    /// The address to dial now, if it is anyone's turn.
    pub fn next(&mut self, now: At) -> Option<SocketAddr> {
        let address = if self.turn <= now { self.left.pop_front() } else { None };
        if address.is_some() {
            self.turn = now + DELAY;
        }
        address
    }

    /// When the next turn comes; `None` where no address is left.
    pub fn turn(&self) -> Option<At> {
        (!self.left.is_empty()).then_some(self.turn)
    }

    /// An attempt has failed: the next one need not wait any longer.
    pub fn advance(&mut self, now: At) {
        self.turn = self.turn.min(now);
    }

    /// `address` could not be dialled for want of something: it is once more the next, but not before `turn`.
    pub fn postpone(&mut self, address: SocketAddr, turn: At) {
        self.left.push_front(address);
        self.turn = turn;
    }
}

/// Each once, the families in turn, the first address first (RFC 8305, section 4).
fn interleaved(addresses: &[SocketAddr]) -> VecDeque<SocketAddr> {
    let is_first_family = |address: &&SocketAddr| address.is_ipv4() == addresses[0].is_ipv4();
    let mut first = addresses.iter().filter(is_first_family);
    let mut second = addresses.iter().filter(|address| !is_first_family(address));
    let mut in_turn = VecDeque::with_capacity(addresses.len().min(MOST));
    loop {
        let (one, other) = (first.next(), second.next());
        if (one.is_none() && other.is_none()) || in_turn.len() >= MOST {
            return in_turn;
        }
        for &address in one.into_iter().chain(other) {
            if !in_turn.contains(&address) {
                in_turn.push_back(address);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn addresses(texts: &[&str]) -> Vec<SocketAddr> {
        texts.iter().map(|text| SocketAddr::new(text.parse().unwrap(), 80)).collect()
    }

    fn ms(n: u64) -> At {
        At(n * 1000)
    }

    #[test]
    fn families_take_turns_in_the_resolvers_order_and_each_address_once() {
        let cases: [(&[&str], &[&str]); 5] = [
            (&["::1", "::2", "::3", "1.1.1.1", "1.1.1.2"], &["::1", "1.1.1.1", "::2", "1.1.1.2", "::3"]),
            (&["1.1.1.1", "1.1.1.2", "::1"], &["1.1.1.1", "::1", "1.1.1.2"]),
            (&["1.1.1.2", "1.1.1.1"], &["1.1.1.2", "1.1.1.1"]),
            (&["::1", "::1", "1.1.1.1", "::1"], &["::1", "1.1.1.1"]),
            (&[], &[]),
        ];
        for (given, expected) in cases {
            assert_eq!(interleaved(&addresses(given)), addresses(expected), "{given:?}");
        }
    }

    #[test]
    fn the_next_is_dialled_a_quarter_of_a_second_later_or_when_one_fails() {
        let all = addresses(&["::1", "1.1.1.1", "::2", "1.1.1.2"]);
        let mut schedule = Schedule::new(&all, ms(100));
        assert_eq!((schedule.next(ms(100)), schedule.next(ms(100))), (Some(all[0]), None));
        assert_eq!((schedule.turn(), schedule.next(ms(349))), (Some(ms(350)), None));
        assert_eq!((schedule.next(ms(351)), schedule.turn()), (Some(all[1]), Some(ms(601))));
        schedule.advance(ms(400));
        assert_eq!((schedule.turn(), schedule.next(ms(400))), (Some(ms(400)), Some(all[2])));
        assert_eq!(schedule.turn(), Some(ms(650)));
        schedule.advance(ms(700));
        assert_eq!((schedule.turn(), schedule.next(ms(700))), (Some(ms(650)), Some(all[3])));
        assert_eq!((schedule.turn(), schedule.next(ms(9999))), (None, None));
    }

    #[test]
    fn an_address_that_was_put_off_is_the_next_in_its_time() {
        let all = addresses(&["1.1.1.1", "1.1.1.2"]);
        let mut schedule = Schedule::new(&all, ms(0));
        let first = schedule.next(ms(0)).unwrap();
        schedule.postpone(first, ms(50));
        assert_eq!(
            (schedule.next(ms(49)), schedule.next(ms(50)), schedule.turn()),
            (None, Some(all[0]), Some(ms(300)))
        );
    }

    #[test]
    fn of_a_name_with_any_number_of_addresses_some_are_tried() {
        let many: Vec<SocketAddr> = (0..1000).map(|port| SocketAddr::from(([1, 1, 1, 1], port))).collect();
        let mut schedule = Schedule::new(&many, ms(0));
        let mut dialled = Vec::new();
        while let Some(turn) = schedule.turn() {
            dialled.extend(schedule.next(turn));
        }
        assert_eq!(dialled, many[..MOST]);
    }
}
