//! Waits for a step of the driver with `.await`, in time. Knows no socket.

use super::Track;
use crate::clock::At;
use crate::failure::{Failure, FailureKind};
use crate::net::causes::Cause;
use crate::phase::Phase;
use crate::wake::Wake;
use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll, Waker, ready};
use std::time::Duration;
use tokio::time::Sleep;

/// The timer of a fetch. It is set for the nearest limit, and set again only if it rings too early: most fetches end
/// without having touched it twice, and the next one takes it over as it is.
pub struct Alarm {
    rings: At,
    sleep: Pin<Box<Sleep>>,
}

/// No timer of a process that runs is so late.
const LATE: Duration = Duration::from_millis(100);

/// A turn of the loop that is given away.
type Turn = Pin<Box<dyn Future<Output = ()> + Send>>;

impl Track {
    /// Waits for `step`, but no longer than the phase's limits allow, and not once the fetch is cancelled.
    ///
    /// # Errors
    /// The limit that was reached, or `cancelled`.
    pub async fn within<T>(&mut self, step: impl Future<Output = T>) -> Result<T, Failure> {
        let mut step = pin!(step);
        self.within_polls(|leaf, _| step.as_mut().poll(leaf)).await
    }

    /// As [`Track::within`], for a step that also waits for something with a [`Track::cause_of`] of its own: it is polled
    /// with the context of what the phase waits for, and that of the task.
    ///
    /// # Errors
    /// As [`Track::within`].
    pub async fn within_polls<T>(
        &mut self,
        mut step: impl FnMut(&mut Context<'_>, &Context<'_>) -> Poll<T>,
    ) -> Result<T, Failure> {
        let mut turn = None;
        // In `blocked`, it waits for the turn of its lookup.
        let cause = match self.marks.current() {
            Some(mark) if mark.phase <= Phase::Dns => Wake::Name,
            _ => Wake::Socket,
        };
        poll_fn(|context| {
            self.register(context, cause);
            if let Poll::Ready(value) = step(&mut Context::from_waker(self.leaf()), context) {
                return Poll::Ready(Ok(value));
            }
            let failure = ready!(self.poll_limit(context));
            if failure.kind != FailureKind::Cancelled && self.is_late() {
                ready!(self.poll_turn(&mut turn, context));
            }
            Poll::Ready(Err(failure))
        })
        .await
    }

    /// Lets others run before it goes on with what needs no waiting.
    ///
    /// # Errors
    /// The limit that was reached, or `cancelled`.
    pub async fn give_turn(&mut self) -> Result<(), Failure> {
        self.lifeline.note(Wake::Turn);
        tokio::task::yield_now().await;
        self.remaining().map(drop)
    }

    /// Has the task woken. Once a step of it is enough: who wakes it since takes the waker away, but makes another step
    /// by that. Where steps are not counted, it is done each time.
    fn register(&mut self, context: &Context<'_>, cause: Wake) {
        let turn = Some((self.lifeline.steps(), cause));
        if self.registered != turn || self.lifeline.steps() == 0 {
            self.lifeline.register(context.waker(), cause);
            self.registered = turn;
        }
    }

    /// What wakes the fetch for another reason than the phase's own.
    pub fn cause_of(&self, wake: Wake) -> Cause {
        Cause::new(wake, Arc::clone(&self.lifeline))
    }

    /// Whether the alarm rang so late that this process can't have been running.
    fn is_late(&self) -> bool {
        self.alarm.as_ref().is_some_and(|alarm| self.emitter.now() - alarm.rings > LATE)
    }

    /// One more turn of the loop before a limit counts: where this process stood still, the timers are due before anyone
    /// has looked whether the answer came meanwhile.
    fn poll_turn(&self, turn: &mut Option<Turn>, context: &mut Context<'_>) -> Poll<()> {
        let turn = turn.get_or_insert_with(|| Box::pin(tokio::task::yield_now()));
        turn.as_mut().poll(context)
    }

    /// The waker for what a step waits for: it notes why before it wakes the task.
    fn leaf(&mut self) -> &Waker {
        self.leaf.get_or_insert_with(|| Waker::from(Arc::clone(&self.lifeline)))
    }

    /// The timer, where it rings no later than the first limit of a fetch that nobody has let go of.
    fn early_alarm(&mut self) -> Option<&mut Alarm> {
        let due = self.limit().map(|(due, _)| due)?;
        let idle = self.patience.is_none() && !self.lifeline.is_cancelled();
        self.alarm.as_mut().filter(|alarm| idle && alarm.rings <= due)
    }

    fn poll_limit(&mut self, context: &mut Context<'_>) -> Poll<Failure> {
        if self.alarm.as_ref().is_some_and(|alarm| alarm.sleep.is_elapsed()) {
            self.lifeline.note(Wake::Timer);
        } else if let Some(alarm) = self.early_alarm() {
            // It rings before a limit is reached: until then there is no need to know the time.
            ready!(alarm.sleep.as_mut().poll(context));
        }
        loop {
            let (now, due) = match self.deadline() {
                Ok(Some(deadline)) => deadline,
                Ok(None) => return Poll::Pending,
                Err(failure) => return Poll::Ready(failure),
            };
            let alarm = self.alarm.get_or_insert_with(|| Alarm::new(now, due));
            if alarm.rings > due {
                alarm.set(now, due);
            }
            ready!(alarm.sleep.as_mut().poll(context));
            alarm.set(now, due);
        }
    }
}

impl Alarm {
    fn new(now: At, due: At) -> Alarm {
        Alarm { rings: due, sleep: Box::pin(tokio::time::sleep(due - now)) }
    }

    fn set(&mut self, now: At, due: At) {
        self.rings = due;
        self.sleep.as_mut().set(tokio::time::sleep(due - now));
    }
}
