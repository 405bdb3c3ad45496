//! The addresses of a host that gave no connection, and what they come to. Knows no socket.

use super::track::Track;
use crate::failure::{Failure, FailureKind};
use std::fmt::Write as _;
use std::io::Error;
use std::net::{IpAddr, SocketAddr};

/// In the order in which they failed.
#[derive(Debug, Default)]
pub struct Missed(Vec<Miss>);

#[derive(Debug)]
struct Miss {
    address: IpAddr,
    kind: FailureKind,
    words: String,
}

impl Missed {
    /// `address` gave no connection, for this reason.
    pub fn add(&mut self, address: SocketAddr, error: &Error, track: &Track) {
        let (kind, words) = track.cause(error);
        self.0.push(Miss { address: address.ip(), kind, words });
    }

    /// The failure of a fetch that has no other address.
    pub fn failure(&self, track: &Track) -> Failure {
        let told = self.telling();
        let several = if self.0.len() > 1 { format!(" ({})", self.list()) } else { String::new() };
        track.failure(told.kind, &format!("{}: {}{several}", told.words, track.peer))
    }

    /// A limit was reached meanwhile: what is known of the addresses is added to it.
    pub fn beside(&self, failure: Failure) -> Failure {
        let limit = matches!(failure.kind, FailureKind::ConnectTimeout | FailureKind::Timeout);
        if limit && !self.0.is_empty() { failure.with(&format!(" ({})", self.list())) } else { failure }
    }

    /// The one that says most of the host. A family of addresses that this machine does not reach says little.
    fn telling(&self) -> &Miss {
        let says_little = |miss: &&Miss| miss.kind == FailureKind::Unreachable;
        let telling = self.0.iter().find(|miss| !says_little(miss));
        telling.or(self.0.first()).expect("an address has failed")
    }

    /// How many, with the first and the last.
    fn list(&self) -> String {
        let mut list = match self.0.len() {
            1 => "1 address failed: ".to_owned(),
            several => format!("{several} addresses failed: "),
        };
        for (number, miss) in self.0.iter().enumerate() {
            let last = self.0.len() - 1;
            if number == 0 || number == last {
                let between = if number == 0 {
                    ""
                } else if last == 1 {
                    ", "
                } else {
                    " … "
                };
                write!(list, "{between}{} {}", miss.address, miss.words).expect("a string takes all");
            }
        }
        list
    }
}
