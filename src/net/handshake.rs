//! The TLS handshake with `.await`. Knows nothing of what is trusted.

use super::error::of_tls;
use super::stream::Watched;
use super::tls::{Trust, peer_name, refused, secured};
use super::track::Track;
use crate::failure::Failure;
use crate::fetched::TlsFacts;
use crate::target::Target;
use std::sync::Arc;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

/// # Errors
/// `tls` with the reason in words, and what the phase's limits say.
pub async fn handshake(
    connector: &TlsConnector,
    trust: &Trust,
    target: &Target,
    tcp: TcpStream,
    track: &mut Track,
) -> Result<(TlsStream<Watched>, Arc<TlsFacts>), Failure> {
    let name = peer_name(target, track)?;
    let shaken = connector.connect(name, Watched::new(tcp)).into_fallible();
    let stream = track.within(shaken).await?.map_err(|(error, tcp)| match of_tls(&error) {
        Some(error) => refused(target, error, &tcp.opening, track),
        None => track.io_failure(&error),
    })?;
    let facts = secured(stream.get_ref().1, trust, track);
    Ok((stream, facts))
}
