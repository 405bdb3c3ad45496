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
        known: &Known,
        track: &mut Track,
        lifeline: &Lifeline,
    ) -> Result<Connection<Stream>, Failure> {
        let config = match known.target.scheme() {
            Scheme::Http => None,
            Scheme::Https => Some(self.config(track)?),
        };
        let addresses = resolve(self.source(), (known.target.host(), known.target.port()), track)?;
        let addresses = known.reachable(addresses, track)?;
        let (tcp, address) = connect(&addresses, self.room(), track)?;
        let tcp = Arc::new(tcp);
        lifeline.hold(&tcp);
        let stream = match config {
            None => Stream::Plain(tcp),
            Some(config) => {
                let session = handshake(config, &known.target, &tcp, track)?;
                Stream::Tls(Box::new(session), tcp)
            }
        };
        Ok(Connection::new(stream, address))
    }

    fn config(&self, track: &mut Track) -> Result<Arc<ClientConfig>, Failure> {
        let made = self.blocking.config.get_or_init(|| config(&self.options.trust));
        track.turn_to(track.peer.clone());
        made.clone().map_err(|words| track.failure(FailureKind::Tls, &words))
    }
}
