//! How far the dialling of a host's addresses is: whose turn it is, which have failed, and what this machine lacks for
//! more. Knows no socket.

use super::missed::Missed;
use super::schedule::Schedule;
use super::shortage::{AGAIN, Room, Waiter, judged};
use super::track::Track;
use crate::clock::At;
use crate::event::EventKind;
use crate::failure::{Failure, FailureKind};
use crate::phase::Phase;
use std::io::Error;
use std::net::SocketAddr;

pub struct Dialling<'a> {
    room: Room<'a>,
    schedule: Schedule,
    missed: Missed,
    wanting: Option<Wanting<'a>>,
    /// The next address, where it was dialled before and what it takes was lacking.
    again: Option<SocketAddr>,
}

/// While an address waits for something to be dialled with, no other fetch starts.
struct Wanting<'a> {
    address: SocketAddr,
    error: Error,
    _waiter: Waiter<'a>,
}

impl<'a> Dialling<'a> {
    pub fn new(addresses: &[SocketAddr], room: Room<'a>, track: &Track) -> Dialling<'a> {
        let schedule = Schedule::new(addresses, track.emitter.now());
        Dialling { room, schedule, missed: Missed::default(), wanting: None, again: None }
    }

    /// The address to dial now, if it is anyone's turn; told, unless it is only tried again.
    pub fn next(&mut self, track: &Track) -> Option<SocketAddr> {
        let address = self.schedule.next(track.emitter.now())?;
        let again = self.again.take().is_some_and(|put_off| put_off == address);
        if !again && track.emitter.detailed() {
            track.emitter.emit(EventKind::Dialled { id: track.id, address: Box::new(address) });
        }
        Some(address)
    }

    /// When the next turn comes; `None` where no address is left.
    pub fn turn(&self) -> Option<At> {
        self.schedule.turn()
    }

    /// `address` is being dialled: nothing is lacking for it. Says whether something was.
    pub fn begin(&mut self, address: SocketAddr) -> bool {
        let wanted = self.wanting.as_ref().is_some_and(|wanting| wanting.address == address);
        if wanted {
            self.wanting = None;
        }
        wanted
    }

    /// `address` gave no connection: it is tried again where only this machine is to blame.
    pub fn lose(&mut self, address: SocketAddr, error: Error, track: &mut Track) {
        let now = track.emitter.now();
        match judged(address, error) {
            (error, Some(lack)) => {
                let made = self.room.is_made(lack);
                if !made {
                    self.room.settle_in(Phase::Connect, track);
                    self.wanting = Some(Wanting { address, error, _waiter: self.room.wait(lack) });
                }
                self.schedule.postpone(address, if made { now } else { now + AGAIN });
                self.again = Some(address);
            }
            (error, None) => {
                self.missed.add(address, &error, track);
                self.schedule.advance(now);
            }
        }
    }

    /// Something could be had at last: the time to connect runs on.
    pub fn go_on(track: &mut Track) {
        if track.phase() == Phase::Blocked {
            track.enter(Phase::Connect);
        }
    }

    /// What it comes to when no address is left.
    pub fn failure(&self, track: &Track) -> Failure {
        self.missed.failure(track)
    }

    /// What it comes to when a limit was reached, or the fetch was let go of: the machine's fault, where it still
    /// waited for something.
    pub fn cut_short(&self, failure: Failure, track: &Track) -> Failure {
        match &self.wanting {
            _ if failure.kind == FailureKind::Cancelled => failure,
            Some(wanting) => track.io_failure(&wanting.error),
            None => self.missed.beside(failure),
        }
    }
}
