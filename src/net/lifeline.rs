//! What ties a fetch to whoever runs it: how often it was stepped, and whether it is to let go. Knows no task.

mod left;

use super::errand::{Errand, Gained, LedOn};
use super::task_waker::TaskWaker;
use crate::clock::At;
use crate::content::{Coming, Content};
use crate::control::EndReason;
use crate::emit::Waiting;
use crate::fetched::Fetched;
use crate::phase::Phase;
use crate::target::Target;
use crate::text::Untrusted;
use crate::wake::{Wake, Wakes};
use left::{Left, What};
use std::net::{Shutdown, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU32, AtomicU64, Ordering::Relaxed, Ordering::SeqCst};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::task::{self, Waker};

/// Times a fetch may look at its socket after a limit.
const LOOKS: u32 = 64;

#[derive(Default)]
pub struct Lifeline {
    steps: AtomicU32,
    wakes: [AtomicU32; Wake::ALL.len()],
    woken_by: AtomicU8,
    phase: AtomicU8,
    /// When it entered that, in microseconds of the run.
    entered: AtomicU64,
    cancelled: AtomicBool,
    /// What was wished of it by name.
    wish: AtomicU8,
    /// Why the run ends that it is let go of with.
    ended: OnceLock<EndReason>,
    /// No kept connection is taken for it.
    cold: bool,
    /// What a kept connection loses is not sent again at once: somebody else knows the time for it.
    paced: bool,
    /// Only its start, its wait and its result are told.
    brief: AtomicBool,
    looks: AtomicU32,
    /// What the phase waits for.
    awaits: AtomicU8,
    /// When the step began that is under way, in microseconds of the run; 0, where nobody has said so.
    stepped: AtomicU64,
    keeps: AtomicBool,
    /// All that is known of the fetch, where that is kept.
    so_far: Mutex<Option<Box<Fetched>>>,
    waker: TaskWaker,
    /// That of a blocking fetch. The descriptor is shared and not duplicated, so that a fetch has one.
    socket: Mutex<Option<Arc<TcpStream>>>,
    /// What came, for whoever tells the result.
    left: Left,
    errand: Option<Arc<Errand>>,
    put_back: AtomicBool,
    /// Another attempt would come to the same.
    stands: AtomicBool,
    wavers: AtomicBool,
    /// A kept connection lost the request, and it is not sent again at once.
    lost: AtomicBool,
    gained: Mutex<Option<Box<Gained>>>,
}

/// Beside a wish: the outcome is there.
const SETTLED: u8 = 1 << 7;

/// What may be wished of one fetch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wish {
    LetGo = 1,
    /// To let go, and to make another attempt.
    BeginAgain = 2,
}

impl Lifeline {
    /// That of a fetch with an errand, where it has one.
    pub fn with(errand: Option<Arc<Errand>>) -> Lifeline {
        let paced = errand.as_ref().is_some_and(|errand| errand.paced);
        Lifeline { errand, paced, ..Lifeline::default() }
    }

    /// The same, of a fetch that takes no kept connection.
    pub fn cold(self) -> Lifeline {
        Lifeline { cold: true, ..self }
    }

    /// The same, of a fetch of which each request has its time.
    pub fn paced(self) -> Lifeline {
        Lifeline { paced: true, ..self }
    }

    /// The same, of a fetch of which only the start, the wait and the result are told, as long as it is like most.
    pub fn brief(self) -> Lifeline {
        Lifeline { brief: AtomicBool::new(true), ..self }
    }

    pub fn is_brief(&self) -> bool {
        self.brief.load(Relaxed)
    }

    /// From now on all is told of it. Says whether that is news.
    pub(super) fn speak_up(&self) -> bool {
        self.is_brief() && self.brief.swap(false, Relaxed)
    }

    pub(super) fn is_cold(&self) -> bool {
        self.cold
    }

    pub(super) fn is_paced(&self) -> bool {
        self.paced
    }

    /// What the fetch is made for, in a crawl.
    pub fn errand(&self) -> Option<&Arc<Errand>> {
        self.errand.as_ref()
    }

    /// The attempt is made again: nothing that it brought home counts.
    pub fn put_back(&self) {
        self.put_back.store(true, Relaxed);
    }

    /// Another attempt would come to the same, whatever its failure is like.
    pub(super) fn stand(&self) {
        self.stands.store(true, Relaxed);
    }

    pub fn stands(&self) -> bool {
        self.stands.load(Relaxed)
    }

    /// Another attempt may come to something else: the handshake was ended without a word.
    pub(super) fn waver(&self) {
        self.wavers.store(true, Relaxed);
    }

    pub fn wavers(&self) -> bool {
        self.wavers.load(Relaxed)
    }

    /// The kept connection was closed, and who sends the request once more has to know the time.
    pub(super) fn lose(&self) {
        self.lost.store(true, Relaxed);
    }

    pub fn has_lost(&self) -> bool {
        self.lost.load(Relaxed)
    }

    pub fn is_put_back(&self) -> bool {
        self.put_back.load(Relaxed)
    }

    /// Leaves what the fetch brings home to whoever hands it on.
    pub(super) fn bring(&self, gained: Box<Gained>) {
        if !gained.is_empty() {
            *lock(&self.gained) = Some(gained);
        }
    }

    /// Where the answer leads, and from which target, as long as what was brought home is not taken.
    pub fn led(&self) -> Option<(Target, LedOn)> {
        let gained = lock(&self.gained);
        let gained = gained.as_ref()?;
        Some((gained.asked.clone()?, gained.led.clone()?))
    }

    /// What the fetch has brought home, once.
    pub fn take_gained(&self) -> Option<Box<Gained>> {
        lock(&self.gained).take()
    }

    /// Steps are made one after the other.
    pub fn count_step(&self) {
        self.steps.store(self.steps() + 1, Relaxed);
    }

    /// A step begins.
    pub fn begin_step(&self, now: At) {
        self.count_step();
        self.stepped.store(now.0, Relaxed);
    }

    /// When the step began that is under way, where it is one of a task.
    pub(super) fn stepped(&self) -> Option<At> {
        Some(At(self.stepped.load(Relaxed))).filter(|&at| at > At(0))
    }

    /// Something woke the fetch.
    pub fn note(&self, cause: Wake) {
        self.wakes[cause as usize].fetch_add(1, Relaxed);
        self.woken_by.store(cause as u8, Relaxed);
    }

    /// The phase it has entered, and when.
    pub fn enter(&self, phase: Phase, at: At) {
        self.phase.store(phase as u8, Relaxed);
        self.entered.store(at.0, Relaxed);
        self.learn(|so_far| so_far.marks.enter(phase, at));
    }

    /// Has all kept that is known of the fetch, for whoever lets go of it without asking. It was blocked since `created`.
    pub fn keep(&self, url: Untrusted, created: At) {
        let mut so_far = Fetched::blank(url, created, created);
        so_far.marks.enter(Phase::Blocked, created);
        *lock(&self.so_far) = Some(Box::new(so_far));
        self.keeps.store(true, Relaxed);
    }

    /// Something more is known of the fetch: `tell` puts it to the rest, where that is kept.
    pub(super) fn learn(&self, tell: impl FnOnce(&mut Fetched)) {
        if self.keeps.load(Relaxed)
            && let Some(so_far) = &mut *lock(&self.so_far)
        {
            tell(so_far);
        }
    }

    /// What is known of the fetch as yet, where that is kept.
    pub fn so_far(&self) -> Option<Fetched> {
        lock(&self.so_far).as_deref().cloned()
    }

    /// Whether it may look at its socket once more after a limit.
    pub(super) fn may_look(&self) -> bool {
        self.looks.fetch_add(1, Relaxed) < LOOKS
    }

    /// The phase it is in, for whoever lets go of it without asking.
    pub fn phase(&self) -> Phase {
        Phase::ALL[usize::from(self.phase.load(Relaxed)).min(Phase::ALL.len() - 1)]
    }

    /// Since when it waits for its answer, where that was asked for in the step that began then.
    pub fn waits_since(&self, began: At) -> Option<At> {
        let entered = At(self.entered.load(Relaxed));
        (self.phase() == Phase::Wait && entered >= began).then_some(entered)
    }

    /// What woke it last.
    pub fn woken_by(&self) -> Wake {
        wake_of(&self.woken_by)
    }

    pub fn wakes(&self) -> Wakes {
        Wakes::from(self.wakes.each_ref().map(|wakes| wakes.load(Relaxed)))
    }

    pub fn steps(&self) -> u32 {
        self.steps.load(Relaxed)
    }

    /// Asks the fetch to end as `cancelled` at its next step, and makes that step happen: a task is woken, and a
    /// blocking fetch is cut off from its peer, so that its read or write returns.
    pub fn cancel(&self) {
        self.cancelled.store(true, SeqCst);
        self.note(Wake::Cancel);
        self.waker.wake_surely();
        if let Some(socket) = &*self.socket() {
            // It fails where the peer has cut it off already, which wakes the fetch as well.
            let _ = socket.shutdown(Shutdown::Both);
        }
    }

    /// Notes what is wished of it, and says whether that is news and comes in time. Whoever wishes cancels it then.
    pub fn wish(&self, wish: Wish) -> bool {
        let heard = |before| (before & SETTLED == 0 && before != wish as u8).then_some(wish as u8);
        self.wish.fetch_update(SeqCst, SeqCst, heard).is_ok()
    }

    /// Its outcome is there: what is wished from now on comes too late.
    pub fn settle(&self) {
        self.wish.fetch_or(SETTLED, SeqCst);
    }

    /// Whether another attempt is to be made, whatever comes of this one.
    pub fn is_to_begin_again(&self) -> bool {
        self.wish.load(SeqCst) & !SETTLED == Wish::BeginAgain as u8
    }

    /// The run ends, and lets go of it for that.
    pub fn end(&self, reason: EndReason) {
        // The first reason is the one that holds.
        let _ = self.ended.set(reason);
    }

    /// Why it is let go of, in words: somebody wished so, or the run is over.
    pub fn let_go_words(&self) -> String {
        match self.wish.load(SeqCst) & !SETTLED {
            wish if wish == Wish::LetGo as u8 => "cancelled by the user".to_owned(),
            wish if wish == Wish::BeginAgain as u8 => "cut off by the user, to be fetched again".to_owned(),
            _ => format!("let go of as the run {}", self.ended.get().map_or("ended", |reason| reason.words())),
        }
    }

    /// The fetch is over: nothing wakes its task any more.
    pub fn release(&self) {
        self.waker.release();
    }

    pub fn is_cancelled(&self) -> bool {
        self.cancelled.load(SeqCst)
    }

    /// Whoever cancels wakes this waker, and so does what is waited for, by the lifeline's own.
    pub(super) fn register(&self, waker: &Waker, awaits: Wake) {
        self.awaits.store(awaits as u8, Relaxed);
        self.waker.register(waker);
    }

    /// Whoever cancels shuts this socket down. Look at [`Lifeline::is_cancelled`] afterwards: one who cancelled before
    /// did not see the socket.
    pub(super) fn hold(&self, socket: &Arc<TcpStream>) {
        *self.socket() = Some(Arc::clone(socket));
    }

    /// The socket is done with, and closed once its fetch has dropped it too.
    pub(super) fn let_go(&self) {
        *self.socket() = None;
    }

    /// The content begins to come. Where the fetch itself tells how it ends, nobody else has to know.
    pub(super) fn begin_content(&self, coming: &Coming) {
        if self.keeps.load(Relaxed) {
            self.left.put(What::Coming(coming.clone()));
        }
    }

    /// Leaves the content to whoever tells the result; where nobody does, it goes with this.
    pub fn leave(&self, content: Content) {
        self.left.put(What::All(content));
    }

    /// The content that was left, or what has come of it, once.
    pub fn take_content(&self, waiting: impl FnOnce() -> Waiting) -> Option<Content> {
        self.left.take(waiting)
    }

    fn socket(&self) -> MutexGuard<'_, Option<Arc<TcpStream>>> {
        lock(&self.socket)
    }
}

/// The waker for what a phase waits for.
impl task::Wake for Lifeline {
    fn wake(self: Arc<Lifeline>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Lifeline>) {
        self.note(wake_of(&self.awaits));
        self.waker.wake();
    }
}

fn wake_of(number: &AtomicU8) -> Wake {
    Wake::ALL[usize::from(number.load(Relaxed)).min(Wake::ALL.len() - 1)]
}

/// Nothing that can panic runs under these locks.
fn lock<T>(what: &Mutex<T>) -> MutexGuard<'_, T> {
    what.lock().unwrap_or_else(PoisonError::into_inner)
}
