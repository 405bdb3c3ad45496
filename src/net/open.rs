//! A connection to an origin: resolve, connect, handshake. Knows nothing of what is said over it.

use super::connect::connect;
use super::fetcher::Fetcher;
use super::handshake::handshake;
use super::known::Known;
use super::pool::Connection;
use super::proxy::place;
use super::resolve::resolve;
use super::stream::Stream;
use super::tls::{Trust, config};
use super::track::Track;
use crate::failure::{Failure, FailureKind};
use crate::target::Scheme;
use tokio::sync::oneshot;
use tokio_rustls::TlsConnector;

impl Fetcher {
    /// # Errors
    /// What kept it from being made, in the phase the fetch is in.
    pub(super) async fn open(&self, known: &mut Known, track: &mut Track) -> Result<Connection<Stream>, Failure> {
        let connector = match known.target.scheme() {
            Scheme::Http => None,
            Scheme::Https => Some(self.connector(track).await?),
        };
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
        let Some(connector) = connector else {
            return Ok(Connection { told, ..Connection::new(Stream::Plain(tcp), address) });
        };
        let (stream, tls) = handshake(connector, &self.options.trust, &known.target, tcp, track).await?;
        Ok(Connection { told, tls: Some(tls), ..Connection::new(Stream::Tls(Box::new(stream)), address) })
    }

    /// Made when the first https target comes: reading the system's roots and seeding the random numbers takes up to a
    /// tenth of a second. Before any phase, so that it is in the time of none.
    async fn connector(&self, track: &mut Track) -> Result<&TlsConnector, Failure> {
        let made = self.connector.get_or_try_init(|| make_connector(self.options.trust.clone()));
        let made = track.within(made).await?;
        track.turn_to(track.peer.clone());
        made.map_err(|(kind, words)| track.failure(kind, &words))
    }
}

/// On a thread of its own: one that can't be had is an error, where a runtime's pool would panic.
async fn make_connector(trust: Trust) -> Result<TlsConnector, (FailureKind, String)> {
    let (give, made) = oneshot::channel();
    let make = move || drop(give.send(config(&trust)));
    let thread = std::thread::Builder::new().name("trust".to_owned()).spawn(make);
    thread.map_err(|error| (FailureKind::Local, format!("no thread to prepare TLS: {error}").to_lowercase()))?;
    let made = made.await.map_err(|_| (FailureKind::Internal, "the preparation of TLS panicked".to_owned()))?;
    made.map(TlsConnector::from).map_err(|words| (FailureKind::Tls, words))
}
