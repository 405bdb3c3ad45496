//! From a host's name to its addresses. Knows nothing of connections.

use super::track::Track;
use crate::failure::{Failure, FailureKind};
use crate::phase::Phase;
use crate::target::Target;
use std::net::{IpAddr, SocketAddr};

/// The addresses to try, in the order the system gives them. An address written out needs no lookup and has no phase.
///
/// # Errors
/// `dns` where the name has no address, and what the phase's limits say.
pub async fn resolve(target: &Target, track: &mut Track) -> Result<Vec<SocketAddr>, Failure> {
    let (host, port) = (target.host(), target.port());
    if let Ok(address) = host.parse::<IpAddr>() {
        return Ok(vec![SocketAddr::new(address, port)]);
    }
    track.enter(Phase::Dns);
    let answer = track.within(tokio::net::lookup_host((host, port))).await?;
    let addresses: Vec<SocketAddr> = answer.map_err(|error| refused(track, host, &error))?.collect();
    if addresses.is_empty() {
        return Err(track.failure(FailureKind::Dns, &format!("no address for {host}")));
    }
    Ok(addresses)
}

fn refused(track: &Track, host: &str, error: &std::io::Error) -> Failure {
    if error.raw_os_error().is_some() {
        return track.io_failure(error);
    }
    let reason = error.to_string();
    let reason = reason.strip_prefix("failed to lookup address information: ").unwrap_or(&reason);
    track.failure(FailureKind::Dns, &format!("no address for {host}: {}", reason.to_lowercase()))
}
