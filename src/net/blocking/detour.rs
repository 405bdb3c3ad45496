//! As ../detour.rs, on a thread that waits for it.

use super::connect::connect;
use super::resolve::resolve;
use super::timed::{read, write};
use crate::failure::Failure;
use crate::net::detour::PIECE;
use crate::net::fetcher::Fetcher;
use crate::net::known::Known;
use crate::net::lifeline::Lifeline;
use crate::net::peer::Peer;
use crate::net::proxy::{Proxy, nearest, place};
use crate::net::track::Track;
use crate::net::tunnel::{Answered, Tunnel};
use crate::target::Target;
use std::io::{Read, Write};
use std::net::{IpAddr, SocketAddr, TcpStream};
use std::sync::Arc;

impl Fetcher {
    /// # Errors
    /// What kept it from being made; whatever the proxy did names the proxy.
    pub(in crate::net) fn detour_blocking(
        &self,
        proxy: &Proxy,
        known: &Known,
        track: &mut Track,
        lifeline: &Lifeline,
    ) -> Result<(Arc<TcpStream>, SocketAddr, Option<IpAddr>), Failure> {
        let target = &known.target;
        known.check_evident(track)?;
        let address = match proxy.is_given_addresses() {
            true => nearest(&known.reachable(resolve(self.source(), place(target), track)?, track)?),
            false => None,
        };
        let peer = std::mem::replace(&mut track.peer, Peer::Named(proxy.name()));
        let addresses = resolve(self.source(), place(proxy.at()), track)?;
        let (tcp, at) = connect(&addresses, self.room(), track)?;
        let tcp = Arc::new(tcp);
        lifeline.hold(&tcp);
        if !proxy.passes_on(target) {
            self.tunnel_blocking(&tcp, proxy, target, address, track)?;
        }
        track.peer = peer;
        Ok((tcp, at, address))
    }

    fn tunnel_blocking(
        &self,
        tcp: &TcpStream,
        proxy: &Proxy,
        target: &Target,
        address: Option<IpAddr>,
        track: &mut Track,
    ) -> Result<(), Failure> {
        let begun = Tunnel::begin(proxy, target, address, &self.options.user_agent);
        let (mut tunnel, mut say) = begun.map_err(|refusal| refusal.failure(track))?;
        let mut buffer = Vec::new();
        loop {
            track.peer = track.peer.asked(tunnel.asks());
            while !say.is_empty() {
                let written = write(tcp, track, |tcp| tcp.write(&say))?;
                say.drain(..written);
            }
            say = loop {
                match tunnel.receive(&mut buffer).map_err(|refusal| refusal.failure(track))? {
                    Answered::Say(bytes) => break bytes,
                    Answered::Open => {
                        proxy.tell_tunnelled(track);
                        return Ok(());
                    }
                    Answered::NeedMore => {}
                }
                if receive(tcp, &mut buffer, track)? == 0 {
                    return Err(tunnel.end(buffer.len()).failure(track));
                }
            };
        }
    }
}

fn receive(tcp: &TcpStream, buffer: &mut Vec<u8>, track: &Track) -> Result<usize, Failure> {
    let filled = buffer.len();
    buffer.resize(filled + PIECE, 0);
    let received = read(tcp, track, |tcp| tcp.read(&mut buffer[filled..]));
    buffer.truncate(filled + received.as_ref().map_or(0, |&received| received));
    received
}
