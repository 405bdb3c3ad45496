//! Who is waited for, as messages name him: put into words only where there is one. Knows no address.

use crate::target::Target;
use std::fmt;

#[derive(Clone, Debug)]
pub enum Peer {
    /// `host:port`.
    Of(Target),
    /// In words of its own, as a proxy has them.
    Named(String),
    /// The same, of one that is connected and was asked for something that is no request of the fetch.
    Asked(Box<Asked>),
}

#[derive(Clone, Debug)]
pub struct Asked {
    pub name: String,
    /// As in `CONNECT a.example:443`.
    pub wish: String,
}

impl Peer {
    /// What is looked up for it, as messages name it: `host`, or all that a proxy is called.
    pub fn sought<'p>(&'p self, host: &'p str) -> &'p str {
        match self {
            Peer::Of(_) => host,
            Peer::Named(name) => name,
            Peer::Asked(asked) => &asked.name,
        }
    }

    /// The same peer, from whom an answer to `wish` is waited for.
    pub fn asked(&self, wish: &str) -> Peer {
        Peer::Asked(Box::new(Asked { name: self.to_string(), wish: wish.to_owned() }))
    }
}

impl fmt::Display for Peer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Peer::Of(target) => write!(f, "{}:{}", target.bracketed(), target.port()),
            Peer::Named(name) => f.write_str(name),
            Peer::Asked(asked) => f.write_str(&asked.name),
        }
    }
}
