//! What this machine lacks for connections, and how many fetches wait until it has that again. Knows nothing of who
//! gives anything back.

use super::track::Track;
use crate::event::Hold;
use crate::phase::Phase;
use rustix::io::Errno;
use rustix::net::{AddressFamily, SocketType};
use std::io::Error;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::time::Duration;

/// How long a fetch that lacks something waits before it looks again.
pub const AGAIN: Duration = Duration::from_millis(50);

/// Something that there is a limited number of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lack {
    /// Descriptors, of this process or of the machine.
    Files,
    /// Ports of this machine for connections to one address and port.
    Ports,
}

#[derive(Debug, Default)]
pub struct Shortage {
    files: AtomicU32,
    ports: AtomicU32,
    /// Fetches that talk over a connection, which they will give back.
    talking: AtomicU32,
}

/// What holds descriptors and ports that nobody needs just now.
pub trait Spare: Sync {
    /// Gives one back that was lacking, and says whether there was any.
    fn give_up(&self, lack: Lack) -> bool;
}

/// Whom a fetch turns to when it lacks something.
#[derive(Clone, Copy)]
pub struct Room<'a> {
    pub shortage: &'a Shortage,
    pub spare: [&'a dyn Spare; 2],
}

impl<'a> Room<'a> {
    /// Whether some of it could be had at once, so that there is no need to wait.
    pub fn is_made(&self, lack: Lack) -> bool {
        self.spare.iter().any(|spare| spare.give_up(lack))
    }

    pub fn wait(&self, lack: Lack) -> Waiter<'a> {
        self.shortage.wait(lack)
    }

    /// A wait for what others will give back is one for a turn: it uses no time of the fetch's own. Where nobody has any
    /// to give back, its time runs.
    pub fn settle_in(&self, own: Phase, track: &mut Track) {
        let wanted = if self.shortage.talking.load(Relaxed) > 0 { Phase::Blocked } else { own };
        if track.phase() != wanted {
            track.enter(wanted);
        }
    }
}

/// One fetch that waits, or talks, until it is dropped.
pub struct Waiter<'a>(&'a AtomicU32);

impl Shortage {
    /// What a fetch waits for: then no other should start.
    pub fn hold(&self) -> Option<Hold> {
        let waits = |waiters: &AtomicU32| waiters.load(Relaxed) > 0;
        match (waits(&self.files), waits(&self.ports)) {
            (true, _) => Some(Hold::Descriptors),
            (false, true) => Some(Hold::Ports),
            (false, false) => None,
        }
    }

    /// A fetch talks over its connection until that is dropped.
    pub fn talk(&self) -> Waiter<'_> {
        self.talking.fetch_add(1, Relaxed);
        Waiter(&self.talking)
    }

    fn wait(&self, lack: Lack) -> Waiter<'_> {
        let waiters = match lack {
            Lack::Files => &self.files,
            Lack::Ports => &self.ports,
        };
        waiters.fetch_add(1, Relaxed);
        Waiter(waiters)
    }
}

impl Drop for Waiter<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Relaxed);
    }
}

/// What is lacking, where an error says so.
pub fn lack(error: &Error) -> Option<Lack> {
    match Errno::from_io_error(error)? {
        Errno::MFILE | Errno::NFILE => Some(Lack::Files),
        Errno::ADDRNOTAVAIL => Some(Lack::Ports),
        _ => None,
    }
}

/// An error in connecting to `address`, and what is lacking where it says so. A machine that has no address of a family
/// says the same as one that has no port left, but then there is no way, and nothing to wait for.
pub fn judged(address: SocketAddr, error: Error) -> (Error, Option<Lack>) {
    match lack(&error) {
        Some(Lack::Ports) if !has_source(address) => (Errno::NETUNREACH.into(), None),
        lack => (error, lack),
    }
}

/// Whether this machine has an address of its own from which packets could go there. Nothing is sent.
fn has_source(address: SocketAddr) -> bool {
    let family = if address.is_ipv4() { AddressFamily::INET } else { AddressFamily::INET6 };
    match rustix::net::socket(family, SocketType::DGRAM, None) {
        Ok(socket) => rustix::net::connect(&socket, &address).is_ok(),
        // Without a descriptor the question can't be put.
        Err(error) => lack(&error.into()) == Some(Lack::Files),
    }
}

/// The error of one who asks for a descriptor now, if there is none.
pub fn lack_of_files() -> Option<Error> {
    let error = Error::from(rustix::io::dup(rustix::stdio::stderr()).err()?);
    (lack(&error) == Some(Lack::Files)).then_some(error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn descriptors_and_ports_hold_new_fetches_back_while_one_waits() {
        let shortage = Shortage::default();
        assert_eq!(shortage.hold(), None);
        let (first, second) = (shortage.wait(Lack::Ports), shortage.wait(Lack::Ports));
        drop(first);
        assert_eq!(shortage.hold(), Some(Hold::Ports));
        let third = shortage.wait(Lack::Files);
        assert_eq!(shortage.hold(), Some(Hold::Descriptors));
        drop((second, third));
        assert_eq!(shortage.hold(), None);
    }

    #[test]
    fn an_error_says_what_is_lacking() {
        let lacking = |errno: Errno| lack(&errno.into());
        assert_eq!([Errno::MFILE, Errno::NFILE].map(lacking), [Some(Lack::Files); 2]);
        assert_eq!(lacking(Errno::ADDRNOTAVAIL), Some(Lack::Ports));
        assert_eq!([Errno::CONNREFUSED, Errno::NETUNREACH, Errno::NOBUFS].map(lacking), [None; 3]);
        assert_eq!(lack(&Error::other("no number")), None);
    }

    #[test]
    fn an_address_that_this_machine_can_not_send_from_is_no_lack_of_ports() {
        let judged = |address: &str| judged(address.parse().unwrap(), Errno::ADDRNOTAVAIL.into());
        assert_eq!(judged("127.0.0.1:80").1, Some(Lack::Ports));
        let (error, lack) = judged("255.255.255.255:80");
        assert_eq!((Errno::from_io_error(&error), lack), (Some(Errno::NETUNREACH), None));
    }
}
