//! One fetch, from a target to a result: a connection, a request, its answer. With talk.rs and open.rs the only place of
//! the exchange with an `.await`. Knows nothing of tasks, callbacks or the screen.

use super::fetcher::Fetcher;
use super::known::Known;
use super::lifeline::Lifeline;
use super::pacing::keep_pace;
use super::pool::Connection;
use super::stream::Stream;
use super::track::{Alarm, Track};
use crate::failure::Failure;
use crate::fetched::Fetched;
use crate::id::FetchId;
use crate::reuse::CloseReason;
use crate::target::Target;
use crate::text::Untrusted;
use std::sync::Arc;
use std::time::Duration;

impl Fetcher {
    /// Fetches `target`. Whatever happens is in the result.
    pub async fn fetch(
        self: Arc<Fetcher>,
        id: FetchId,
        target: Target,
        url: Untrusted,
        lifeline: Arc<Lifeline>,
    ) -> Fetched {
        Arc::unwrap_or_clone(self.bring(id, target, url, &lifeline, &mut None).await)
    }

    /// As [`Fetcher::fetch`], with the result where it stays, and the timer of the fetch before for this one.
    pub async fn bring(
        &self,
        id: FetchId,
        target: Target,
        url: Untrusted,
        lifeline: &Arc<Lifeline>,
        alarm: &mut Option<Alarm>,
    ) -> Arc<Fetched> {
        let (mut known, mut track) = self.begin(id, target, lifeline);
        track.take_over(alarm.take());
        let outcome = self.follow(&mut known, &mut track).await;
        *alarm = track.hand_on();
        Arc::new(known.result(url, outcome, &mut track))
    }

    /// Asks the target, and then wherever its answer leads to.
    async fn follow(&self, known: &mut Known, track: &mut Track) -> Result<(), Failure> {
        loop {
            self.ask(known, track).await?;
            if !known.go_on(&self.parking, track)? {
                return Ok(());
            }
            Box::pin(keep_pace(&self.pacer, track)).await?;
        }
    }

    /// One request and its answer. A kept connection that turns out to be closed is no failure: the request is sent
    /// once more, on a fresh one (RFC 9112, 9.3.1).
    async fn ask(&self, known: &mut Known, track: &mut Track) -> Result<(), Failure> {
        let connection = self.connection(known, track).await?;
        match self.talk(connection, known, track).await {
            Err(failure) if known.is_stale(&failure) => {
                known.may_resend(track)?;
                known.start_afresh(track);
                Box::pin(self.ask_afresh(known, track)).await
            }
            settled => settled,
        }
    }

    async fn ask_afresh(&self, known: &mut Known, track: &mut Track) -> Result<(), Failure> {
        let fresh = self.open(known, track).await?;
        known.use_connection(&fresh, track);
        self.talk(fresh, known, track).await
    }

    /// One that was kept, or a new one. Opening it is boxed: it takes more room than all the rest of a fetch, and ten
    /// thousand that wait for their answers have none for it.
    async fn connection(&self, known: &mut Known, track: &mut Track) -> Result<Connection<Stream>, Failure> {
        loop {
            known.go_by(self.proxy_to(&known.target), track);
            let opened = match self.kept(known, track) {
                Some(kept) => Ok(kept),
                None => Box::pin(self.open(known, track)).await,
            };
            match opened {
                Ok(connection) => {
                    known.use_connection(&connection, track);
                    return Ok(connection);
                }
                Err(failure) => known.fall_back(failure, &self.parking, track)?,
            }
        }
    }

    /// A kept connection whose peer has said nothing since.
    fn kept(&self, known: &mut Known, track: &Track) -> Option<Connection<Stream>> {
        while !track.is_cold() {
            let (mut kept, rested) = match self.pool.take(&known.way(), track.stepped()) {
                Ok(taken) => taken,
                Err(lost) => {
                    known.miss(lost?, track);
                    continue;
                }
            };
            // Who sends a second answer behind the first does so from the first on: that once, the socket is asked however
            // little time has passed.
            let rested = if kept.carried == 1 { Duration::MAX } else { rested };
            let quiet = kept.stream.is_quiet(rested);
            if quiet && known.may_use(&kept) {
                return Some(kept);
            }
            known.miss(if quiet { CloseReason::Private } else { CloseReason::ClosedIdle }, track);
        }
        None
    }
}
