//! Waits on the asking thread for the addresses of a name. Knows no DNS message.

use super::timed::slice;
use crate::failure::Failure;
use crate::net::names::Answer;
use crate::net::resolve::{Begun, Source, ask, begin, enter_dns, found, in_vain, is_short};
use crate::net::resolver::{Asked, Lookup, Resolver, Stage};
use crate::net::shortage::{AGAIN, Lack, lack_of_files};
use crate::net::track::Track;
use crate::phase::Phase;
use std::net::SocketAddr;

/// The same as [`crate::net::resolve::resolve`].
pub fn resolve(source: Source<'_>, (host, port): (&str, u16), track: &mut Track) -> Result<Vec<SocketAddr>, Failure> {
    if let Begun::Known(addresses) = begin(source.way, host, port, track)? {
        return Ok(addresses);
    }
    let (mut waits, mut lacked) = (None, None);
    loop {
        let answer = look_up(source.resolver, host, track);
        let answer = answer.map_err(|failure| in_vain(lacked.as_ref(), failure, track))?;
        if !is_short(&answer) {
            return found(source.way, (host, port), answer, track);
        }
        lacked = Some(answer);
        while !source.room.is_made(Lack::Files) {
            waits.get_or_insert_with(|| source.room.wait(Lack::Files));
            source.room.settle_in(Phase::Dns, track);
            let slept = slice(track).map(|left| std::thread::sleep(left.min(AGAIN)));
            slept.map_err(|failure| in_vain(lacked.as_ref(), failure, track))?;
            if lack_of_files().is_none() {
                break;
            }
        }
    }
}

fn look_up(resolver: &Resolver, host: &str, track: &mut Track) -> Result<Answer, Failure> {
    let lookup = match ask(resolver, host, track)? {
        Asked::Known(answer) => return Ok(answer),
        Asked::Lookup(lookup) => lookup,
    };
    if lookup.now(Stage::begun).is_none() {
        track.enter(Phase::Blocked);
        wait(&lookup, track, Stage::begun)?;
    }
    enter_dns(track);
    wait(&lookup, track, Stage::answer)
}

fn wait<T>(lookup: &Lookup, track: &Track, look: impl Fn(&Stage) -> Option<T>) -> Result<T, Failure> {
    loop {
        if let Some(seen) = lookup.wait(slice(track)?, &look) {
            return Ok(seen);
        }
    }
}
