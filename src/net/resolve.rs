//! From a host's name to its addresses. Knows nothing of connections.

use super::names::{Answer, asked_for, flaw};
use super::resolver::{Asked, Resolver, Stage};
use super::shortage::{AGAIN, Lack, Room, lack, lack_of_files};
use super::track::Track;
use super::way::Way;
use crate::event::EventKind;
use crate::failure::{Failure, FailureKind};
use crate::phase::Phase;
use std::io;
use std::net::{IpAddr, SocketAddr};

/// Where addresses come from; one is shared by all fetches.
#[derive(Clone, Copy)]
pub struct Source<'a> {
    pub resolver: &'a Resolver,
    pub way: &'a Way,
    pub room: Room<'a>,
}

/// Addresses that are known without asking anyone, or the name to ask for.
pub(super) enum Begun {
    Known(Vec<SocketAddr>),
    Ask,
}

/// The addresses to try, in the order the system gives them; at least one. An address that is written out, given by
/// the user or kept from before needs no lookup and has no phase. A lookup whose turn has not come is waited for in
/// `blocked`.
///
/// # Errors
/// `dns` where the name has no address, `local` where no thread or no descriptor can be had to ask for it, and what
/// the phase's limits say.
pub async fn resolve(
    source: Source<'_>,
    (host, port): (&str, u16),
    track: &mut Track,
) -> Result<Vec<SocketAddr>, Failure> {
    if let Begun::Known(addresses) = begin(source.way, host, port, track)? {
        return Ok(addresses);
    }
    let (mut waits, mut lacked) = (None, None);
    loop {
        let answer = look_up(source.resolver, host, track).await;
        let answer = answer.map_err(|failure| in_vain(lacked.as_ref(), failure, track))?;
        if !is_short(&answer) {
            return found(source.way, (host, port), answer, track);
        }
        lacked = Some(answer);
        while !source.room.is_made(Lack::Files) {
            waits.get_or_insert_with(|| source.room.wait(Lack::Files));
            source.room.settle_in(Phase::Dns, track);
            let slept = track.within(tokio::time::sleep(AGAIN)).await;
            slept.map_err(|failure| in_vain(lacked.as_ref(), failure, track))?;
            if lack_of_files().is_none() {
                break;
            }
        }
    }
}

async fn look_up(resolver: &Resolver, host: &str, track: &mut Track) -> Result<Answer, Failure> {
    let lookup = match ask(resolver, host, track)? {
        Asked::Known(answer) => return Ok(answer),
        Asked::Lookup(lookup) => lookup,
    };
    if lookup.now(Stage::begun).is_none() {
        track.enter(Phase::Blocked);
        track.within(lookup.until(Stage::begun)).await?;
    }
    enter_dns(track);
    track.within(lookup.until(Stage::answer)).await
}

/// What needs no lookup, or can't have one.
pub(super) fn begin(way: &Way, host: &str, port: u16, track: &mut Track) -> Result<Begun, Failure> {
    if let Some(addresses) = way.pinned(host, port) {
        if track.emitter.detailed() {
            track.emitter.emit(EventKind::AddressGiven { id: track.id });
        }
        return sorted_out(way, host, addresses, track).map(Begun::Known);
    }
    if let Ok(address) = host.parse::<IpAddr>() {
        if !way.allows(address) {
            return Err(other_family(way, host, track));
        }
        return Ok(Begun::Known(vec![SocketAddr::new(address, port)]));
    }
    match flaw(host) {
        None => Ok(Begun::Ask),
        Some(flaw) => {
            enter_dns(track);
            Err(track.failure(FailureKind::Dns, &format!("no address for {}: {flaw}", shortened(host))))
        }
    }
}

/// # Errors
/// `local` where no thread can be made to ask for the name.
pub(super) fn ask(resolver: &Resolver, host: &str, track: &mut Track) -> Result<Asked, Failure> {
    resolver.ask(asked_for(host), track.emitter.clock()).map_err(|error| {
        enter_dns(track);
        let words = error.to_string().to_lowercase();
        track.failure(FailureKind::Local, &format!("no thread to look {host} up: {words}"))
    })
}

/// A second lookup for the same fetch is no second phase.
pub(super) fn enter_dns(track: &mut Track) {
    if track.marks.current().is_none_or(|mark| mark.phase != Phase::Dns) {
        track.enter(Phase::Dns);
    }
}

/// Whether the answer says only that there is no descriptor to ask with.
pub(super) fn is_short(answer: &Answer) -> bool {
    matches!(answer, Err(error) if lack(error) == Some(Lack::Files))
}

/// What the wait for a descriptor came to: the machine's fault, unless the fetch was let go of.
pub(super) fn in_vain(lacked: Option<&Answer>, failure: Failure, track: &Track) -> Failure {
    match lacked {
        Some(Err(error)) if failure.kind != FailureKind::Cancelled => track.io_failure(error),
        _ => failure,
    }
}

/// What the system's answer amounts to: at least one address, or a failure.
pub(super) fn found(
    way: &Way,
    (host, port): (&str, u16),
    answer: Answer,
    track: &mut Track,
) -> Result<Vec<SocketAddr>, Failure> {
    let addresses = answer.map_err(|error| {
        enter_dns(track);
        refused(track, host, &error)
    })?;
    let of_target = |mut address: SocketAddr| {
        if address.port() == 0 {
            address.set_port(port);
        }
        address
    };
    sorted_out(way, host, addresses.iter().copied().map(of_target).collect(), track)
}

/// Those of the addresses of `host` that may be dialled.
fn sorted_out(
    way: &Way,
    host: &str,
    mut addresses: Vec<SocketAddr>,
    track: &mut Track,
) -> Result<Vec<SocketAddr>, Failure> {
    if addresses.is_empty() {
        enter_dns(track);
        return Err(track.failure(FailureKind::Dns, &format!("no address for {}", track.peer.sought(host))));
    }
    addresses.retain(|address| way.allows(address.ip()));
    if addresses.is_empty() { Err(other_family(way, host, track)) } else { Ok(addresses) }
}

/// No address of `host` is of the family that was asked for.
fn other_family(way: &Way, host: &str, track: &mut Track) -> Failure {
    enter_dns(track);
    let (name, option) = way.family.map_or(("", ""), |family| (family.name(), family.option()));
    track.failure(FailureKind::Dns, &format!("no {name} address for {host}, and {option} allows no other"))
}

fn refused(track: &Track, host: &str, error: &io::Error) -> Failure {
    if error.raw_os_error().is_some() {
        return track.io_failure(error);
    }
    let reason = error.to_string();
    let reason = reason.strip_prefix("failed to lookup address information: ").unwrap_or(&reason);
    track.failure(FailureKind::Dns, &format!("no address for {}: {}", track.peer.sought(host), reason.to_lowercase()))
}

/// What is too long for a name is told by its beginning.
fn shortened(host: &str) -> String {
    const MOST: usize = 100;
    let (beginning, more) = (host.chars().take(MOST), host.chars().nth(MOST).map(|_| '…'));
    beginning.chain(more).collect()
}
