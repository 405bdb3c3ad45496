//! A port that answers no handshake: its queue is full, and nobody takes anyone out of it.

use rustix::fd::OwnedFd;
use rustix::net::{AddressFamily, SocketType, bind, getsockname, listen, socket};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::time::Duration;

pub struct Crowded {
    pub address: SocketAddr,
    _listener: OwnedFd,
    _guests: Vec<TcpStream>,
}

impl Crowded {
    pub fn new() -> Crowded {
        let listener = socket(AddressFamily::INET, SocketType::STREAM, None).unwrap();
        bind(&listener, &SocketAddr::from((Ipv4Addr::LOCALHOST, 0))).unwrap();
        listen(&listener, 0).unwrap();
        let address = SocketAddr::try_from(getsockname(&listener).unwrap()).unwrap();
        let guest = || TcpStream::connect_timeout(&address, Duration::from_millis(300)).ok();
        let guests = std::iter::from_fn(guest).take(8).collect::<Vec<_>>();
        assert!(guests.len() < 8, "the queue never fills");
        Crowded { address, _listener: listener, _guests: guests }
    }
}
