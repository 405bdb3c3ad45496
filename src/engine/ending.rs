//! How a run ends: why, and until when what is in flight may go on. Knows nothing of fetches.

use crate::clock::At;
use crate::control::EndReason;
use std::time::Duration;

/// How long what is in flight may go on once nothing new is started: two seconds, with the time to tell what became of it.
pub(super) const DRAIN: Duration = Duration::from_millis(1_800);

/// What it is time for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Due {
    /// What is in flight has had its time.
    Drained,
    /// The run has.
    Deadline,
}

#[derive(Debug)]
pub(super) struct Ending {
    /// Nothing new is started, for this reason.
    reason: Option<EndReason>,
    /// What is in flight is let go of then.
    drained: Option<At>,
    deadline: Option<At>,
}

impl Ending {
    /// `deadline` counts from the beginning of the run.
    pub fn new(deadline: Option<Duration>) -> Ending {
        Ending { reason: None, drained: None, deadline: deadline.map(|span| At(0) + span) }
    }

    pub fn reason(&self) -> Option<EndReason> {
        self.reason
    }

    pub fn is_closing(&self) -> bool {
        self.reason.is_some()
    }

    /// What ends the run already stays the reason.
    pub fn close(&mut self, reason: EndReason) {
        self.reason.get_or_insert(reason);
    }

    pub fn is_draining(&self) -> bool {
        self.drained.is_some()
    }

    /// Gives what is in flight its time, but no more than the whole run has, and tells until when.
    pub fn drain(&mut self, reason: EndReason, now: At) -> At {
        self.close(reason);
        let deadline = self.deadline.filter(|deadline| *deadline > now);
        *self.drained.insert(deadline.map_or(now + DRAIN, |deadline| deadline.min(now + DRAIN)))
    }

    /// Nothing is given any time.
    pub fn quit(&mut self, reason: EndReason) {
        self.close(reason);
        self.drained = None;
    }

    /// When there is something to look at.
    pub fn next(&self) -> Option<At> {
        let deadline = self.deadline.filter(|_| !self.is_closing());
        [deadline, self.drained].into_iter().flatten().min()
    }

    /// What has come, once.
    pub fn due(&mut self, now: At) -> Option<Due> {
        if self.drained.is_some_and(|until| until <= now) {
            self.drained = None;
            return Some(Due::Drained);
        }
        let over = !self.is_closing() && self.deadline.is_some_and(|deadline| deadline <= now);
        over.then_some(Due::Deadline)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_drain_ends_once_and_no_later_than_the_deadline() {
        let mut ending = Ending::new(Some(Duration::from_micros(7)));
        assert_eq!((ending.next(), ending.due(At(6)), ending.due(At(7))), (Some(At(7)), None, Some(Due::Deadline)));
        let until = ending.drain(EndReason::Interrupt, At(3));
        assert_eq!((until, ending.next()), (At(7), Some(until)), "the whole run has no more time");
        let until = ending.drain(EndReason::Interrupt, At(8));
        assert_eq!((until, ending.next()), (At(8) + DRAIN, Some(until)));
        assert_eq!(ending.due(At(until.0 - 1)), None);
        assert_eq!((ending.due(until), ending.due(until), ending.next()), (Some(Due::Drained), None, None));
        ending.quit(EndReason::Quit);
        assert_eq!(ending.reason(), Some(EndReason::Interrupt));
    }
}
