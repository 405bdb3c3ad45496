//! A connection to an origin on a thread that waits for it. Knows nothing of what is said over it.

use super::connect::connect;
use super::handshake::handshake;
use super::resolve::resolve;
use super::stream::Stream;
use super::timed::slice;
use crate::failure::Failure;
use crate::net::fetcher::Fetcher;
use crate::net::known::Known;
use crate::net::lifeline::Lifeline;
use crate::net::open::unprepared;
use crate::net::pool::Connection;
use crate::net::proxy::place;
use crate::net::track::Track;
use crate::phase::Phase;
use crate::target::Scheme;
use std::sync::Arc;
use tokio_rustls::rustls::ClientConfig;

impl Fetcher {
    /// # Errors
    /// What kept it from being made, in the phase the fetch is in.
    pub(super) fn open_blocking(
        &self,
        known: &mut Known,
        track: &mut Track,
        lifeline: &Lifeline,
    ) -> Result<Connection<Stream>, Failure> {
        let is_secure = known.target.scheme() == Scheme::Https;
        if is_secure {
            self.prepare(track)?;
        }
        let (tcp, address, told) = match &known.proxy {
            Some(proxy) => self.detour_blocking(proxy, known, track, lifeline)?,
            None => {
                let place = place(&known.target);
                let addresses = resolve(self.source(), place, track)?;
                let addresses = known.reachable(addresses, track)?;
                let (tcp, address) = connect(&addresses, self.room(), track)?;
                let tcp = Arc::new(tcp);
                lifeline.hold(&tcp);
                (tcp, address, None)
            }
        };
        known.reached(address, track);
        if !is_secure {
            return Ok(Connection { told, ..Connection::new(Stream::Plain(tcp), address) });
        }
        let config = self.prepared(track)?;
        let (session, tls) = handshake(config, &self.options.trust, &known.target, &tcp, track)?;
        Ok(Connection { told, tls: Some(tls), ..Connection::new(Stream::Tls(Box::new(session), tcp), address) })
    }

    fn prepared(&self, track: &mut Track) -> Result<Arc<ClientConfig>, Failure> {
        track.enter(Phase::Tls);
        track.tarry();
        let made = loop {
            if let Some(made) = self.preparation.made_within(slice(track)?) {
                break made;
            }
        };
        track.go_on();
        made.map_err(|(kind, words)| unprepared(kind, &words, track))
    }
}
