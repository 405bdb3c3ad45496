//! Waits on the asking thread for the addresses of a name. Knows no DNS message.

use super::timed::slice;
use crate::failure::Failure;
use crate::net::resolve::{ask, found, written_out};
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
    let lookup = ask(resolver, target, track)?;
    loop {
        if let Some(answer) = lookup.wait(slice(track)?) {
            return found(target.host(), answer, track);
        }
    }
}
