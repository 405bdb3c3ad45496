//! From a host's name to its addresses. Knows nothing of connections.

use super::resolver::{Lookup, Resolver};
use super::track::Track;
use crate::failure::{Failure, FailureKind};
use crate::phase::Phase;
use crate::target::Target;
use std::io;
use std::net::{IpAddr, SocketAddr};

/// The addresses to try, in the order the system gives them. An address written out needs no lookup and has no phase.
///
/// # Errors
/// `dns` where the name has no address, `local` where no thread can be made to ask for it, and what the phase's limits
/// say.
pub async fn resolve(resolver: &Resolver, target: &Target, track: &mut Track) -> Result<Vec<SocketAddr>, Failure> {
    if let Some(address) = written_out(target) {
        return Ok(vec![address]);
    }
    track.enter(Phase::Dns);
    let lookup = ask(resolver, target, track)?;
    let answer = track.within(lookup).await?;
    found(target.host(), answer, track)
}

/// # Errors
/// `local` where no thread can be made to ask for the name.
pub(super) fn ask(resolver: &Resolver, target: &Target, track: &Track) -> Result<Lookup, Failure> {
    let host = target.host();
    resolver.ask(host, target.port()).map_err(|error| {
        let words = error.to_string().to_lowercase();
        track.failure(FailureKind::Local, &format!("no thread to look {host} up: {words}"))
    })
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
