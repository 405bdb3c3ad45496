//! A connection to an origin: resolve, connect, handshake. Knows nothing of what is said over it.

use super::connect::connect;
use super::fetcher::Fetcher;
use super::handshake::handshake;
use super::known::Known;
use super::pool::Connection;
use super::proxy::place;
use super::resolve::resolve;
use super::stream::Stream;
use super::track::Track;
use crate::failure::{Failure, FailureKind};
use crate::phase::Phase;
use crate::target::Scheme;
use tokio_rustls::TlsConnector;

impl Fetcher {
    /// # Errors
    /// What kept it from being made, in the phase the fetch is in.
    pub(super) async fn open(&self, known: &mut Known, track: &mut Track) -> Result<Connection<Stream>, Failure> {
        let is_secure = known.target.scheme() == Scheme::Https;
        if is_secure {
            self.prepare(track)?;
        }
        let (tcp, address, told) = match &known.proxy {
            // In a box: those who need no proxy hold no room for one.
            Some(proxy) => Box::pin(self.detour(proxy, known, track)).await?,
            None => {
                let place = place(&known.target);
                let addresses = resolve(self.source(), place, track).await?;
                let addresses = known.reachable(addresses, track)?;
                let (tcp, address) = connect(&addresses, self.room(), track).await?;
                (tcp, address, None)
            }
        };
        known.reached(address, track);
        if !is_secure {
            return Ok(Connection { told, ..Connection::new(Stream::Plain(tcp), address) });
        }
        track.enter(Phase::Tls);
        track.tarry();
        let made = track.within(self.preparation.made()).await?;
        track.go_on();
        let connector = made.map(TlsConnector::from).map_err(|(kind, words)| unprepared(kind, &words, track))?;
        let (stream, tls) = handshake(&connector, &self.options.trust, &known.target, tcp, track).await?;
        Ok(Connection { told, tls: Some(tls), ..Connection::new(Stream::Tls(Box::new(stream)), address) })
    }

    /// Has made what TLS needs, while the target is looked up and dialled.
    ///
    /// # Errors
    /// `local`, where this machine has no thread for it.
    pub(super) fn prepare(&self, track: &Track) -> Result<(), Failure> {
        self.preparation.begin().map_err(|(kind, words)| track.failure(kind, &words))
    }
}

/// What TLS needs could not be made.
pub(super) fn unprepared(kind: FailureKind, words: &str, track: &Track) -> Failure {
    track.failure(kind, &format!("{}: {words}", track.peer))
}
