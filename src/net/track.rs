//! The phases and limits of one fetch while it goes on: stamps, tells, and ends it in time. Knows no socket.

mod within;

use super::errand::{Errand, Gained};
use super::lifeline::Lifeline;
use super::limits::{Limit, Limits};
use super::peer::Peer;
use crate::clock::At;
use crate::content::{Coming, Content};
use crate::emit::Emitter;
use crate::event::EventKind;
use crate::failure::{Failure, FailureKind};
use crate::fetched::Fetched;
use crate::id::FetchId;
use crate::phase::{Marks, Phase};
use crate::retry_after::RetryAfter;
use crate::wake::Wake;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::task::Waker;
use std::time::Duration;
pub use within::Alarm;

/// Byte progress is told at most so often a fetch.
const PROGRESS: Duration = Duration::from_millis(100);

pub struct Track {
    pub id: FetchId,
    pub emitter: Emitter,
    pub started: At,
    pub marks: Marks,
    /// Who is waited for, for messages.
    pub peer: Peer,
    limits: Limits,
    lifeline: Arc<Lifeline>,
    distrusted: AtomicBool,
    /// The heads of its requests are told.
    tells_heads: bool,
    /// It waits for this process itself: no peer has less time for that.
    tarries: bool,
    /// When the attempt would have started, had it never been blocked since.
    unblocked: At,
    /// When the connection was begun that is used, or is to be.
    connecting: At,
    active: At,
    told: At,
    /// Until then what the peer still says is of use.
    patience: Option<At>,
    /// When a proxy asks to come again that made no connection.
    retry_after: Option<Box<RetryAfter>>,
    leaf: Option<Waker>,
    /// In which step its waker was registered last, and what for.
    registered: Option<(u32, Wake)>,
    alarm: Option<Alarm>,
}

impl Track {
    /// What the fetch is made for, in a crawl.
    pub fn errand(&self) -> Option<&Errand> {
        self.lifeline.errand().map(|errand| &**errand)
    }

    /// Whether no kept connection is to be taken.
    pub fn is_cold(&self) -> bool {
        self.lifeline.is_cold()
    }

    /// Whether each request has its time.
    pub fn is_paced(&self) -> bool {
        self.lifeline.is_paced()
    }

    pub fn new(id: FetchId, peer: Peer, limits: Limits, lifeline: Arc<Lifeline>, emitter: Emitter) -> Track {
        let started = lifeline.stepped().unwrap_or_else(|| emitter.now());
        let tells_heads = emitter.detailed() && !lifeline.is_brief();
        Track {
            id,
            emitter,
            started,
            marks: Marks::new(),
            peer,
            limits,
            lifeline,
            distrusted: AtomicBool::new(false),
            tells_heads,
            tarries: false,
            unblocked: started,
            connecting: started,
            active: started,
            told: started,
            patience: None,
            retry_after: None,
            leaf: None,
            registered: None,
            alarm: None,
        }
    }

    /// The content that comes now, for whoever tells the fetch before its end.
    pub fn keep(&self, coming: &Coming) {
        self.lifeline.begin_content(coming);
    }

    /// Leaves the content to whoever tells the result.
    pub fn leave(&self, content: Content) {
        self.lifeline.leave(content);
    }

    /// Leaves what a crawl is to have to whoever hands it on.
    pub fn bring(&self, gained: Box<Gained>) {
        self.lifeline.bring(gained);
    }

    /// Something more is known of the fetch; see [`Lifeline::learn`].
    pub fn learn(&self, tell: impl FnOnce(&mut Fetched)) {
        self.lifeline.learn(tell);
    }

    /// Takes over the timer of a fetch that is over.
    pub fn take_over(&mut self, alarm: Option<Alarm>) {
        self.alarm = alarm;
    }

    /// Hands the timer on.
    pub fn hand_on(&mut self) -> Option<Alarm> {
        self.alarm.take()
    }

    /// Whether it has entered no phase yet.
    pub fn is_new(&self) -> bool {
        self.marks.current().is_none()
    }

    pub fn phase(&self) -> Phase {
        self.marks.current().map_or(Phase::Blocked, |mark| mark.phase)
    }

    /// When the step began that is under way, or what was marked since; now, where there are no steps.
    pub fn stepped(&self) -> At {
        let marked = self.marks.current().map_or(self.started, |mark| mark.at);
        self.lifeline.stepped().map_or_else(|| self.emitter.now(), |at| at.max(marked))
    }

    pub fn enter(&mut self, phase: Phase) {
        self.enter_at(phase, self.emitter.now());
    }

    /// Enters a phase whose moment was read already.
    pub fn enter_at(&mut self, phase: Phase, at: At) {
        if let Some(blocked) = self.marks.current().filter(|mark| mark.phase == Phase::Blocked) {
            // What waits for its turn uses no time of its own.
            self.unblocked = self.unblocked + (at - blocked.at);
            self.connecting = self.connecting + (at - blocked.at);
        }
        self.active = at;
        self.marks.enter(phase, at);
        self.lifeline.enter(phase, at);
        if !matches!(phase, Phase::Send | Phase::Wait | Phase::Body) {
            self.lifeline.speak_up();
        }
        // That it waits is told in any case: that is where most hang.
        if self.emitter.detailed() && (phase == Phase::Wait || !self.lifeline.is_brief()) {
            self.tell_phase(phase, at);
        }
    }

    fn tell_phase(&self, phase: Phase, at: At) {
        let steps = self.lifeline.steps();
        self.emitter.emit_at(at, EventKind::PhaseEntered { id: self.id, phase, steps });
    }

    /// Whether each step is told.
    pub fn tells_steps(&self) -> bool {
        self.emitter.detailed() && !self.lifeline.is_brief()
    }

    /// It is not like most: where not all was told of it, it is from now on. Says whether that is news.
    pub fn speak_up(&self) -> bool {
        let spoke = self.emitter.detailed() && self.lifeline.speak_up();
        if let Some(mark) = self.marks.current().filter(|mark| spoke && mark.phase != Phase::Wait) {
            self.tell_phase(mark.phase, mark.at);
        }
        spoke
    }

    /// Another connection is begun: it has the time for one anew.
    pub fn turn_to(&mut self, peer: Peer) {
        self.peer = peer;
        (self.patience, self.retry_after) = (None, None);
        self.connecting = self.emitter.now();
    }

    /// What it waits for is this process, and no peer, from when it entered its phase.
    pub fn tarry(&mut self) {
        self.tarries = true;
    }

    /// It waits for peers again.
    pub fn go_on(&mut self) {
        self.tarries = false;
        self.connecting = self.connecting + (self.emitter.now() - self.active);
    }

    /// Whoever was to lead to the target asks to come again later.
    pub fn put_off(&mut self, until: RetryAfter) {
        self.retry_after = Some(Box::new(until));
    }

    /// When to come again, where no connection was made for that reason.
    pub fn put_off_until(&self) -> Option<RetryAfter> {
        self.retry_after.as_deref().copied()
    }

    /// Another attempt may come to something else, whatever the failure is like.
    pub fn waver(&self) {
        self.lifeline.waver();
    }

    /// A kept connection lost the request: it is to be sent once more, but not now.
    pub fn lose(&self) {
        self.lifeline.lose();
    }

    /// What it comes to now, it would come to again.
    pub fn stand(&self) {
        self.lifeline.stand();
    }

    /// The peer speaks TLS, and shows a certificate that is not to be believed.
    pub fn distrust(&self) {
        self.distrusted.store(true, Relaxed);
    }

    pub fn tells_heads(&self) -> bool {
        self.tells_heads
    }

    pub fn is_distrusted(&self) -> bool {
        self.distrusted.load(Relaxed)
    }

    /// Bytes moved: the idle time begins anew.
    pub fn moved(&mut self) {
        self.active = self.stepped();
    }

    /// What is still to come from this peer is waited for so long at most, counted from the first such call.
    pub fn hurry(&mut self, span: Duration) {
        self.patience.get_or_insert(self.emitter.now() + span);
    }

    /// So many bytes of content have come, in so many on the wire.
    pub fn progress(&mut self, bytes: u64, wire: u64) {
        if self.emitter.detailed() && self.active - self.told >= PROGRESS {
            self.told = self.active;
            let steps = self.lifeline.steps();
            self.emitter.emit_at(self.active, EventKind::BodyProgressed { id: self.id, bytes, wire, steps });
        }
    }

    /// A failure in the phase the fetch is in.
    pub fn failure(&self, kind: FailureKind, what: &str) -> Failure {
        let phase = self.phase();
        Failure::new(kind, &format!("{}: {what}", phase.name())).during(phase)
    }

    /// What is left until the nearest limit of the phase; `None` where none counts.
    ///
    /// # Errors
    /// The limit that was reached, or `cancelled`.
    pub fn remaining(&self) -> Result<Option<Duration>, Failure> {
        Ok(self.deadline()?.map(|(now, due)| due - now))
    }

    /// # Errors
    /// `cancelled`, once the fetch is.
    pub fn check_cancelled(&self) -> Result<(), Failure> {
        if self.lifeline.is_cancelled() {
            let words = format!("{} {}", self.peer, self.lifeline.let_go_words());
            return Err(self.failure(FailureKind::Cancelled, &words));
        }
        Ok(())
    }

    /// Whether the socket may be looked at once more though a limit is reached: what came while this process stood still
    /// came in time. The number of looks is bounded, for there may always be more.
    pub fn may_look(&self, failure: &Failure) -> bool {
        failure.kind != FailureKind::Cancelled && self.lifeline.may_look()
    }

    /// The nearest limit of the phase.
    fn limit(&self) -> Option<(At, Limit)> {
        let phase = self.phase();
        let since = match self.tarries {
            true => self.emitter.now(),
            false if phase <= Phase::Tls => self.connecting,
            false => self.active,
        };
        self.limits.due(phase, self.unblocked, since)
    }

    /// Now, and when the nearest limit is reached.
    fn deadline(&self) -> Result<Option<(At, At)>, Failure> {
        self.check_cancelled()?;
        let phase = self.phase();
        let now = self.emitter.now();
        match (self.limit(), self.patience) {
            (Some((due, limit)), _) if due <= now => Err(limit.failure(phase, &self.peer)),
            (_, Some(due)) if due <= now => Err(self.failure(FailureKind::Timeout, "it takes too long")),
            (limit, patience) => Ok(limit.map(|(due, _)| due).into_iter().chain(patience).min().map(|due| (now, due))),
        }
    }
}
