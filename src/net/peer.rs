//! Who is waited for, as messages name him: put into words only where there is one. Knows no address.

use crate::target::Target;
use std::fmt;

#[derive(Clone, Debug)]
pub enum Peer {
    /// `host:port`.
    Of(Target),
    /// In words of its own, as a proxy has them.
    Named(String),
}

impl Peer {
    /// What is looked up for it, as messages name it: `host`, or all that a proxy is called.
    pub fn sought<'p>(&'p self, host: &'p str) -> &'p str {
        match self {
            Peer::Of(_) => host,
            Peer::Named(name) => name,
        }
    }
}

impl fmt::Display for Peer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Peer::Of(target) => write!(f, "{}:{}", target.bracketed(), target.port()),
            Peer::Named(name) => f.write_str(name),
        }
    }
}
