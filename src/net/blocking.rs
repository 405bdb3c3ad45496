//! One fetch over blocking std sockets and blocking rustls, on the thread that asks for it. The same phases, events,
//! limits and failures as fetch.rs. Knows nothing of workers.

mod connect;
mod detour;
mod handshake;
mod open;
mod resolve;
mod stream;
mod timed;

use super::answer::{Answer, Received};
use super::buffers::READ_BYTES;
use super::fetcher::Fetcher;
use super::known::Known;
use super::lifeline::Lifeline;
use super::pacing::keep_pace_blocking;
use super::pool::{Connection, Pool};
use super::shortage::Spare;
use super::track::Track;
use crate::failure::Failure;
use crate::fetched::Fetched;
use crate::id::FetchId;
use crate::phase::Phase;
use crate::reuse::{CloseReason, Reuse};
use crate::target::Target;
use crate::text::Untrusted;
use std::sync::Arc;
use stream::Stream;

/// Bytes read first. Where a thousand threads wait, a thousand buffers do; what comes after is read in larger pieces.
const FIRST_BYTES: usize = 1 << 10;

/// What blocking fetches need beside what all fetches do.
pub struct Means {
    pool: Pool<Stream>,
}

impl Means {
    /// Keeps so many connections.
    pub fn new(keep: usize) -> Means {
        Means { pool: Pool::new(keep) }
    }

    pub fn close_idle(&self) {
        while self.pool.give_up(CloseReason::RunEnded).is_some() {}
    }

    /// What of it holds descriptors that may be given up.
    pub fn spare(&self) -> &dyn Spare {
        &self.pool
    }
}

impl Fetcher {
    /// Fetches `target`, and keeps the calling thread until that is done. Whatever happens is in the result. The whole
    /// fetch is one step; the time it took is the caller's to measure.
    ///
    /// A cancel ends it at once while it sends, waits or reads, and within a tenth of a second while it looks a name up
    /// or connects.
    ///
    /// # Panics
    /// Where [`super::Options::panic`] asks for it.
    pub fn fetch_blocking(&self, id: FetchId, target: Target, url: Untrusted, lifeline: &Arc<Lifeline>) -> Fetched {
        lifeline.count_step();
        let (mut known, mut track) = self.begin(id, target, lifeline);
        let outcome = self.follow_blocking(&mut known, &mut track, lifeline);
        lifeline.let_go();
        Fetched { steps: lifeline.steps(), ..known.result(url, outcome, &mut track) }
    }

    /// As `follow` in fetch.rs.
    fn follow_blocking(&self, known: &mut Known, track: &mut Track, lifeline: &Lifeline) -> Result<(), Failure> {
        loop {
            self.ask_blocking(known, track, lifeline)?;
            if !known.go_on(&self.parking, track)? {
                return Ok(());
            }
            keep_pace_blocking(&self.pacer, track)?;
        }
    }

    /// As `ask` in fetch.rs.
    fn ask_blocking(&self, known: &mut Known, track: &mut Track, lifeline: &Lifeline) -> Result<(), Failure> {
        let connection = self.connection_blocking(known, track, lifeline)?;
        match self.talk_blocking(connection, known, track, lifeline) {
            Err(failure) if known.is_stale(&failure) => {
                known.may_resend(track)?;
                known.start_afresh(track);
                let fresh = self.open_blocking(known, track, lifeline)?;
                known.use_connection(&fresh, track);
                known.note(track);
                self.talk_blocking(fresh, known, track, lifeline)
            }
            settled => settled,
        }
    }

    /// One that was kept, or a new one.
    fn connection_blocking(
        &self,
        known: &mut Known,
        track: &mut Track,
        lifeline: &Lifeline,
    ) -> Result<Connection<Stream>, Failure> {
        loop {
            known.go_by(self.proxy_to(&known.target), track);
            known.note(track);
            let opened = match self.kept_blocking(known, track, lifeline) {
                Some(kept) => Ok(kept),
                None => self.open_blocking(known, track, lifeline),
            };
            match opened {
                Ok(connection) => {
                    known.use_connection(&connection, track);
                    known.note(track);
                    return Ok(connection);
                }
                Err(failure) => known.fall_back(failure, &self.parking, track)?,
            }
        }
    }

    /// A kept connection whose peer has said nothing since.
    fn kept_blocking(&self, known: &mut Known, track: &Track, lifeline: &Lifeline) -> Option<Connection<Stream>> {
        while !track.is_cold() {
            let mut kept = match self.blocking.pool.take(&known.way(), track.emitter.now()) {
                Ok((taken, _)) => taken,
                Err(lost) => {
                    known.miss(lost?, track);
                    continue;
                }
            };
            let quiet = kept.stream.is_quiet();
            if quiet && known.may_use(&kept) {
                lifeline.hold(kept.stream.socket());
                return Some(kept);
            }
            known.miss(if quiet { CloseReason::Private } else { CloseReason::ClosedIdle }, track);
        }
        None
    }

    /// As `talk` in talk.rs.
    fn talk_blocking(
        &self,
        mut connection: Connection<Stream>,
        known: &mut Known,
        track: &mut Track,
        lifeline: &Lifeline,
    ) -> Result<(), Failure> {
        let _talks = self.shortage.talk();
        let mut buffer = Vec::with_capacity(256);
        self.request(known, track, &mut buffer)?;
        track.enter(Phase::Send);
        connection.stream.write_all(&buffer, track)?;
        track.enter(Phase::Wait);
        buffer.clear();
        let method = known.method(self.method(), track);
        let answer = Answer::new(method, self.wanted(track.errand()), self.options.asks.follow);
        let reuse = receive(&mut connection.stream, known.answer.insert(Box::new(answer)), &mut buffer, track)?;
        // Whoever cancels from now on finds no socket to shut down.
        lifeline.let_go();
        let kept = known.keep(self.fresh(reuse));
        known.note(track);
        if kept && !lifeline.is_cancelled() {
            connection.carried += 1;
            self.blocking.pool.park(&known.way(), connection, track.emitter.now());
        }
        Ok(())
    }
}

fn receive(
    stream: &mut Stream,
    answer: &mut Answer,
    buffer: &mut Vec<u8>,
    track: &mut Track,
) -> Result<Reuse, Failure> {
    let mut room = FIRST_BYTES;
    loop {
        let received = receive_some(stream, answer, buffer, room, track);
        if let Some(reuse) = answer.settle(received, track)? {
            return Ok(reuse);
        }
        room = READ_BYTES;
    }
}

fn receive_some(
    stream: &mut Stream,
    answer: &mut Answer,
    buffer: &mut Vec<u8>,
    room: usize,
    track: &mut Track,
) -> Result<Option<Reuse>, Failure> {
    if let (0, clean) = stream.read(buffer, room, track)? {
        return answer.end(buffer.len(), clean, track).map(Some);
    }
    loop {
        let received = answer.receive(buffer, track);
        track.learn(|so_far| answer.tell(so_far));
        match received? {
            Received::More => return Ok(None),
            Received::Slice => drop(track.remaining()?),
            Received::Whole(reuse) => return Ok(Some(reuse)),
        }
    }
}
