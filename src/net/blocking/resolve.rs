//! Waits on the asking thread for the addresses of a name. Knows no DNS message.

use super::timed::slice;
use crate::failure::{Failure, FailureKind};
use crate::net::resolve::{found, written_out};
use crate::net::resolver::Resolver;
use crate::net::track::Track;
use crate::phase::Phase;
use crate::target::Target;
use std::net::SocketAddr;

/// The addresses to try, in the order the system gives them. An address written out needs no lookup and has no phase.
///
/// # Errors
/// `dns` where the name has no address, `local` where no thread can be made to ask for it, and what the phase's limits
/// say.
pub fn resolve(resolver: &Resolver, target: &Target, track: &mut Track) -> Result<Vec<SocketAddr>, Failure> {
    if let Some(address) = written_out(target) {
        return Ok(vec![address]);
    }
    track.enter(Phase::Dns);
    let host = target.host();
    let lookup = resolver.ask(host, target.port()).map_err(|error| {
        let words = error.to_string().to_lowercase();
        track.failure(FailureKind::Local, &format!("no thread to look {host} up: {words}"))
    })?;
    loop {
        if let Some(answer) = lookup.wait(slice(track)?) {
            return found(host, answer, track);
        }
    }
}
