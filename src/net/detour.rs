//! A connection to a target by a proxy: to the proxy itself, and what makes it the target's. Knows nothing of what is
//! said over it.

use super::connect::connect;
use super::fetcher::Fetcher;
use super::known::Known;
use super::peer::Peer;
use super::proxy::{Proxy, nearest, place};
use super::resolve::resolve;
use super::track::Track;
use super::tunnel::{Answered, Tunnel};
use crate::failure::Failure;
use crate::target::Target;
use std::net::{IpAddr, SocketAddr};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Bytes of a proxy's answer that are read at once.
pub(super) const PIECE: usize = 1 << 10;

impl Fetcher {
    /// # Errors
    /// What kept it from being made; whatever the proxy did names the proxy.
    pub(super) async fn detour(
        &self,
        proxy: &Proxy,
        known: &Known,
        track: &mut Track,
    ) -> Result<(TcpStream, SocketAddr, Option<IpAddr>), Failure> {
        let target = &known.target;
        known.check_evident(track)?;
        let address = match proxy.is_given_addresses() {
            true => nearest(&known.reachable(resolve(self.source(), place(target), track).await?, track)?),
            false => None,
        };
        let peer = std::mem::replace(&mut track.peer, Peer::Named(proxy.name()));
        let addresses = resolve(self.source(), place(proxy.at()), track).await?;
        let (mut tcp, at) = connect(&addresses, self.room(), track).await?;
        if !proxy.passes_on(target) {
            self.tunnel(&mut tcp, proxy, target, address, track).await?;
        }
        track.peer = peer;
        Ok((tcp, at, address))
    }

    async fn tunnel(
        &self,
        tcp: &mut TcpStream,
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
            track.within(tcp.write_all(&say)).await?.map_err(|error| track.io_failure(&error))?;
            say = loop {
                match tunnel.receive(&mut buffer).map_err(|refusal| refusal.failure(track))? {
                    Answered::Say(bytes) => break bytes,
                    Answered::Open => {
                        proxy.tell_tunnelled(track);
                        return Ok(());
                    }
                    Answered::NeedMore => buffer.reserve(PIECE),
                }
                let read = track.within(tcp.read_buf(&mut buffer)).await?;
                if read.map_err(|error| track.io_failure(&error))? == 0 {
                    return Err(tunnel.end(buffer.len()).failure(track));
                }
            };
        }
    }
}
