//! The phases and limits of one fetch while it goes on: stamps, tells, and ends it in time. Knows no socket.

use super::causes::Cause;
use super::lifeline::Lifeline;
use super::limits::Limits;
use crate::clock::At;
use crate::emit::Emitter;
use crate::event::EventKind;
use crate::failure::{Failure, FailureKind};
use crate::id::FetchId;
use crate::phase::{Marks, Phase};
use crate::wake::Wake;
use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::time::Sleep;

/// Byte progress is told at most so often a fetch.
const PROGRESS: Duration = Duration::from_millis(100);

pub struct Track {
    pub id: FetchId,
    pub emitter: Emitter,
    pub started: At,
    pub marks: Marks,
    /// Who is waited for, for messages: `host:port`.
    pub peer: String,
    limits: Limits,
    lifeline: Arc<Lifeline>,
    /// When the connection was begun that is used, or is to be.
    connecting: At,
    active: At,
    told: At,
    leaf: Option<(Wake, Cause)>,
    alarm: Option<Alarm>,
}

/// One timer a fetch. It is set for the nearest limit, and set again only if it rings too early: most fetches end
/// without having touched it twice.
struct Alarm {
    rings: At,
    cause: Cause,
    sleep: Pin<Box<Sleep>>,
}

impl Track {
    pub fn new(id: FetchId, peer: String, limits: Limits, lifeline: Arc<Lifeline>, emitter: Emitter) -> Track {
        let started = emitter.now();
        Track {
            id,
            emitter,
            started,
            marks: Marks::new(),
            peer,
            limits,
            lifeline,
            connecting: started,
            active: started,
            told: started,
            leaf: None,
            alarm: None,
        }
    }

    pub fn phase(&self) -> Phase {
        self.marks.current().map_or(Phase::Blocked, |mark| mark.phase)
    }

    pub fn enter(&mut self, phase: Phase) {
        let at = self.emitter.now();
        self.active = at;
        self.marks.enter(phase, at);
        if self.emitter.detailed() {
            let steps = self.lifeline.steps();
            self.emitter.emit_at(at, EventKind::PhaseEntered { id: self.id, phase, steps });
        }
    }

    /// Another connection is begun: it has the time for one anew.
    pub fn turn_to(&mut self, peer: String) {
        self.peer = peer;
        self.connecting = self.emitter.now();
    }

    /// Bytes moved: the idle time begins anew.
    pub fn moved(&mut self) {
        self.active = self.emitter.now();
    }

    /// So many bytes of content have come.
    pub fn progress(&mut self, bytes: u64) {
        if self.emitter.detailed() && self.active - self.told >= PROGRESS {
            self.told = self.active;
            let steps = self.lifeline.steps();
            self.emitter.emit_at(self.active, EventKind::BodyProgressed { id: self.id, bytes, steps });
        }
    }

    /// A failure in the phase the fetch is in.
    pub fn failure(&self, kind: FailureKind, what: &str) -> Failure {
        let phase = self.phase();
        Failure::new(kind, &format!("{}: {what}", phase.name())).during(phase)
    }

    /// Waits for `step`, but no longer than the phase's limits allow, and not once the fetch is cancelled.
    ///
    /// # Errors
    /// The limit that was reached, or `cancelled`.
    pub async fn within<T>(&mut self, step: impl Future<Output = T>) -> Result<T, Failure> {
        let mut step = pin!(step);
        let cause = if self.phase() == Phase::Dns { Wake::Name } else { Wake::Socket };
        poll_fn(|context| {
            if let Poll::Ready(value) = step.as_mut().poll(&mut self.leaf(cause).on_behalf_of(context)) {
                return Poll::Ready(Ok(value));
            }
            self.lifeline.register(context.waker());
            if self.lifeline.is_cancelled() {
                return Poll::Ready(Err(self.failure(FailureKind::Cancelled, "let go of as the run ended")));
            }
            self.poll_limit(context).map(Err)
        })
        .await
    }

    /// The waker for what a step waits for: made once a fetch, and anew where the cause is another.
    fn leaf(&mut self, cause: Wake) -> &Cause {
        if self.leaf.as_ref().is_none_or(|(of, _)| *of != cause) {
            self.leaf = Some((cause, Cause::new(cause, self.lifeline.clone())));
        }
        &self.leaf.as_ref().expect("it was made just now").1
    }

    fn poll_limit(&mut self, context: &mut Context<'_>) -> Poll<Failure> {
        let phase = self.phase();
        let since = if phase <= Phase::Tls { self.connecting } else { self.active };
        let Some((due, limit)) = self.limits.due(phase, self.started, since) else { return Poll::Pending };
        loop {
            let now = self.emitter.now();
            if due <= now {
                return Poll::Ready(limit.failure(phase, &self.peer));
            }
            let lifeline = &self.lifeline;
            let alarm = self.alarm.get_or_insert_with(|| Alarm::new(now, due, lifeline));
            if alarm.rings > due {
                alarm.set(now, due);
            }
            match alarm.sleep.as_mut().poll(&mut alarm.cause.on_behalf_of(context)) {
                Poll::Pending => return Poll::Pending,
                Poll::Ready(()) => alarm.set(now, due),
            }
        }
    }
}

impl Alarm {
    fn new(now: At, due: At, lifeline: &Arc<Lifeline>) -> Alarm {
        let cause = Cause::new(Wake::Timer, lifeline.clone());
        Alarm { rings: due, cause, sleep: Box::pin(tokio::time::sleep(due - now)) }
    }

    fn set(&mut self, now: At, due: At) {
        self.rings = due;
        self.sleep.as_mut().set(tokio::time::sleep(due - now));
    }
}
