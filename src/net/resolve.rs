//! From a host's name to its addresses. Knows nothing of connections.

use super::track::Track;
use crate::failure::{Failure, FailureKind};
use crate::phase::Phase;
use crate::target::Target;
use std::io;
use std::net::{IpAddr, SocketAddr};

/// The addresses to try, in the order the system gives them. An address written out needs no lookup and has no phase.
///
/// # Errors
/// `dns` where the name has no address, and what the phase's limits say.
pub async fn resolve(target: &Target, track: &mut Track) -> Result<Vec<SocketAddr>, Failure> {
    if let Some(address) = written_out(target) {
        return Ok(vec![address]);
    }
    track.enter(Phase::Dns);
    let answer = track.within(tokio::net::lookup_host((target.host(), target.port()))).await?;
    found(target.host(), answer.map(Iterator::collect), track)
}

pub(super) fn written_out(target: &Target) -> Option<SocketAddr> {
    let address: IpAddr = target.host().parse().ok()?;
    Some(SocketAddr::new(address, target.port()))
}

/// What the system's answer amounts to: at least one address, or a failure.
pub(super) fn found(
    host: &str,
    answer: io::Result<Vec<SocketAddr>>,
    track: &Track,
) -> Result<Vec<SocketAddr>, Failure> {
    let addresses = answer.map_err(|error| refused(track, host, &error))?;
    if addresses.is_empty() {
        return Err(track.failure(FailureKind::Dns, &format!("no address for {host}")));
    }
    Ok(addresses)
}

fn refused(track: &Track, host: &str, error: &io::Error) -> Failure {
    if error.raw_os_error().is_some() {
        return track.io_failure(error);
    }
    let reason = error.to_string();
    let reason = reason.strip_prefix("failed to lookup address information: ").unwrap_or(&reason);
    track.failure(FailureKind::Dns, &format!("no address for {host}: {}", reason.to_lowercase()))
}
