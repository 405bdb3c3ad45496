//! A fetch whose result is awaited, and an attempt that waits to be made again: what each comes to. Tells nobody.

use super::Outcome;
use crate::clock::At;
use crate::content::Content;
use crate::engine::completion::Settled;
use crate::engine::job::Attempt;
use crate::event::Because;
use crate::failure::{Failure, FailureKind};
use crate::fetched::Fetched;
use crate::net::{Errand, Lifeline, Peer};
use crate::phase::Phase;
use crate::target::Target;
use crate::text::Untrusted;
use std::sync::Arc;

/// A fetch whose result is awaited.
pub(in crate::engine) struct Awaited {
    pub attempt: Attempt,
    /// `None`, where it was none that could be fetched.
    pub target: Option<Target>,
    /// What was given in its place.
    pub text: Option<Untrusted>,
    pub created: At,
    pub lifeline: Arc<Lifeline>,
}

/// An attempt that failed and is to be made again.
pub(in crate::engine) struct Waiting {
    pub attempt: Attempt,
    pub target: Target,
    pub url: Untrusted,
    /// What it is made for, in a crawl.
    pub errand: Option<Arc<Errand>>,
    /// It takes no kept connection.
    pub cold: bool,
    /// The user wants it, who may ask whoever asked to be left alone.
    pub wished: bool,
    /// What came of it.
    pub(super) fetched: Arc<Fetched>,
    /// And its content, where contents are kept: it is told where no other attempt is made after all. It holds back no
    /// new fetches while it waits.
    pub(super) content: Option<Content>,
}

impl Awaited {
    /// Why the target is asked once more, by GET.
    pub(super) fn refused_head(&self, fetched: &Fetched) -> Option<Because> {
        self.lifeline.errand()?.after(fetched)?;
        fetched.status.map(Because::HeadRefused).or_else(|| fetched.kind().map(Because::HeadFailed))
    }

    /// Its URL, or what was given in its place.
    pub(super) fn url(&self) -> Untrusted {
        let text = self.target.as_ref().map(Target::text);
        text.or_else(|| self.text.clone()).unwrap_or_default()
    }

    /// What is told. A Completion without a result is a failure, not a silence.
    pub(super) fn told(&self, settled: Outcome, now: At) -> Arc<Fetched> {
        let (kind, words) = match settled {
            Settled::Result(fetched) => return self.placed(fetched),
            Settled::Cancelled => (FailureKind::Cancelled, self.let_go_words()),
            Settled::Dropped => {
                (FailureKind::Internal, "the task went away without a result: an error of crawltop itself".to_owned())
            }
        };
        let phase = self.lifeline.phase();
        let failure = Failure::new(kind, &format!("{}: {words}", phase.name())).during(phase);
        let so_far = self.lifeline.so_far().unwrap_or_else(|| Fetched::blank(self.url(), self.created, now));
        let (failure, attempt, steps) = (Some(failure), self.attempt.number, self.lifeline.steps());
        let place = self.lifeline.errand().map(|errand| errand.place.clone());
        Arc::new(Fetched { failure, attempt, steps, place, ended: now, ..so_far })
    }

    /// Who is let go of, and why.
    fn let_go_words(&self) -> String {
        let words = self.lifeline.let_go_words();
        self.target.clone().map_or(words.clone(), |target| format!("{} {words}", Peer::Of(target)))
    }

    /// The result with its place in the crawl, which one that was not made by the fetch itself does not know.
    fn placed(&self, fetched: Arc<Fetched>) -> Arc<Fetched> {
        match self.lifeline.errand().filter(|_| fetched.place.is_none()) {
            Some(errand) => Arc::new(Fetched { place: Some(errand.place.clone()), ..Fetched::clone(&fetched) }),
            None => fetched,
        }
    }
}

impl Waiting {
    /// What it comes to where it is let go of: all that is known of its last attempt, and that there was to be another.
    pub(super) fn let_go(&self, now: At) -> Fetched {
        let mut fetched = Fetched::clone(&self.fetched);
        let met = match (&fetched.failure, fetched.status) {
            (None, Some(status)) => status.to_string(),
            (failure, _) => failure.as_ref().map_or("nothing", |failure| failure.kind.name()).to_owned(),
        };
        let words =
            format!("blocked: let go of while it waited for a retry; attempt {} met {met}", self.attempt.number);
        fetched.failure = Some(Failure::new(FailureKind::Cancelled, &words).during(Phase::Blocked));
        fetched.marks.enter(Phase::Blocked, fetched.ended);
        fetched.ended = now.max(fetched.ended);
        fetched
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::FetchId;

    #[test]
    fn a_completion_without_a_result_is_told_as_a_failure() {
        let url = Untrusted::new("http://a.example/", 99);
        let cases = [(Settled::Cancelled, FailureKind::Cancelled), (Settled::Dropped, FailureKind::Internal)];
        for (settled, kind) in cases {
            let lifeline = Arc::new(Lifeline::default());
            lifeline.keep(url.clone(), At(3));
            lifeline.enter(Phase::Wait, At(5));
            let attempt = Attempt { id: FetchId(1), number: 2 };
            let awaited = Awaited { attempt, target: None, text: Some(url.clone()), created: At(3), lifeline };
            let fetched = awaited.told(settled, At(8));
            assert!(fetched.marks.spans(At(8)).eq([(Phase::Blocked, At(3), At(5)), (Phase::Wait, At(5), At(8))]));
            let phase = fetched.failure.as_ref().and_then(|failure| failure.phase);
            assert_eq!((phase, fetched.attempt, &fetched.url), (Some(Phase::Wait), 2, &url));
            assert_eq!((fetched.kind(), fetched.started, fetched.ended), (Some(kind), At(3), At(8)));
        }
    }
}
