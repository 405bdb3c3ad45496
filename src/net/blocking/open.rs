//! A connection to an origin on a thread that waits for it. Knows nothing of what is said over it.

use super::connect::connect;
use super::handshake::handshake;
use super::resolve::resolve;
use super::stream::Stream;
use crate::failure::{Failure, FailureKind};
use crate::net::fetcher::Fetcher;
use crate::net::known::Known;
use crate::net::lifeline::Lifeline;
use crate::net::pool::Connection;
use crate::net::proxy::place;
use crate::net::tls::config;
use crate::net::track::Track;
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
        let config = match known.target.scheme() {
            Scheme::Http => None,
            Scheme::Https => Some(self.config(track)?),
        };
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
        let Some(config) = config else {
            return Ok(Connection { told, ..Connection::new(Stream::Plain(tcp), address) });
        };
        let (session, tls) = handshake(config, &self.options.trust, &known.target, &tcp, track)?;
        Ok(Connection { told, tls: Some(tls), ..Connection::new(Stream::Tls(Box::new(session), tcp), address) })
    }

    fn config(&self, track: &mut Track) -> Result<Arc<ClientConfig>, Failure> {
        let made = self.blocking.config.get_or_init(|| config(&self.options.trust));
        track.turn_to(track.peer.clone());
        made.clone().map_err(|words| track.failure(FailureKind::Tls, &words))
    }
}
