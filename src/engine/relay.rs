//! Hears wishes on a thread of its own where the loop can't: while a blocking fetch holds it. Knows nothing of the fetch
//! that runs but how to let go of it.

use super::away::Away;
use super::controls::Heard;
use super::ending::DRAIN;
use super::slots::Slots;
use super::telling::Telling;
use super::terms::Terms;
use crate::clock::At;
use crate::control::{Control, EndReason};
use crate::crawl::Pacer;
use crate::emit::Emitter;
use crate::event::EventKind;
use crate::net::Wish;
use std::io;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::sync::oneshot;

/// A fetch that starts just as all are let go of is let go of after this.
const AGAIN: Duration = Duration::from_millis(50);

/// Passes wishes on to the loop, and carries out at once what can't wait for it.
///
/// # Errors
/// Where no thread can be started.
pub fn relay(
    wishes: UnboundedReceiver<Control>,
    slots: Arc<Slots>,
    emitter: Emitter,
    run: (Terms, bool, Arc<Pacer>),
    absent: (Away, Arc<Telling>),
) -> io::Result<(UnboundedReceiver<Heard>, Inquiry)> {
    let (forward, forwarded) = unbounded_channel();
    let (inquire, inquiries) = unbounded_channel();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build()?;
    let ends = run.0.deadline.map(|span| At(0) + span);
    let (draining, paused, reason) = (false, false, None);
    let mut relay = Relay { wishes, inquiries, forward, slots, emitter, absent, run, ends, draining, paused, reason };
    let hear = async move { while relay.hear().await.is_some() {} };
    std::thread::Builder::new().name("relay".to_owned()).spawn(move || runtime.block_on(hear))?;
    Ok((forwarded, Inquiry(inquire)))
}

/// Asks the relay whether it is done with what was wished before.
pub struct Inquiry(UnboundedSender<oneshot::Sender<()>>);

impl Inquiry {
    /// Returns when every wish that was there has been passed on, or nobody wishes any more.
    pub async fn settled(&self) {
        let (answer, answered) = oneshot::channel();
        // Where the relay has gone, the answer goes with it.
        let _ = self.0.send(answer);
        let _ = answered.await;
    }
}

struct Relay {
    wishes: UnboundedReceiver<Control>,
    inquiries: UnboundedReceiver<oneshot::Sender<()>>,
    forward: UnboundedSender<Heard>,
    slots: Arc<Slots>,
    emitter: Emitter,
    /// Whether the loop is away, and what it has to do with in its place.
    absent: (Away, Arc<Telling>),
    /// How it is made, whether it is a crawl, and its rate.
    run: (Terms, bool, Arc<Pacer>),
    /// What is in flight is let go of then.
    ends: Option<At>,
    draining: bool,
    paused: bool,
    /// Why; else the run's time is over.
    reason: Option<EndReason>,
}

impl Relay {
    /// Passes the next wish on, and carries it out as far as it can't wait; `None` once nobody wishes any more, or
    /// nobody hears.
    async fn hear(&mut self) -> Option<()> {
        loop {
            let left = self.ends.map_or(Duration::MAX, |at| at - self.emitter.now());
            tokio::select! {
                // Wishes first: an inquiry is answered once there are none.
                biased;
                wish = self.wishes.recv() => {
                    let wish = wish?;
                    if self.carries_out(wish) {
                        return Some(());
                    }
                    let now = self.emitter.now();
                    self.tell(wish, now);
                    let told = self.becomes(wish);
                    // First, so that the loop starts nothing more once the fetch that holds it is let go of.
                    self.forward.send(Heard { control: wish, told: told.is_some() }).ok()?;
                    if let Some(kind) = told {
                        self.emitter.emit(kind);
                    }
                    self.act(wish, now);
                    return Some(());
                }
                Some(answer) = self.inquiries.recv() => {
                    let _ = answer.send(());
                }
                () = tokio::time::sleep(left), if self.ends.is_some() => self.ring(self.emitter.now()),
            }
        }
    }

    /// The machine's time went on while that of the run may have stood.
    fn ring(&mut self, now: At) {
        if self.ends.is_some_and(|ends| ends <= now) {
            self.slots.cancel_all(self.reason.unwrap_or(EndReason::Deadline));
            self.ends = Some(now + AGAIN);
        }
    }

    /// The loop may hear of a drain when it is over; a second one is no drain.
    fn tell(&self, wish: Control, now: At) {
        if let Control::Drain(reason) = wish
            && !self.draining
            && !self.forward.is_closed()
        {
            self.emitter.emit_at(now, EventKind::Draining { until: now + DRAIN, reason });
        }
    }

    /// What becomes of a wish that the loop will carry out once it hears of it, where a fetch holds it until then.
    fn becomes(&mut self, wish: Control) -> Option<EventKind> {
        let paused = match wish {
            Control::Pause => true,
            Control::Resume => false,
            _ => self.paused,
        };
        let changes = std::mem::replace(&mut self.paused, paused) != paused;
        let kind = match wish {
            Control::Pause => EventKind::Paused,
            Control::Resume => EventKind::Resumed,
            Control::Concurrency(cap) => EventKind::ConcurrencySet { cap: self.run.0.within(cap) },
            Control::PerHost(cap) if self.run.1 => EventKind::PerHostSet { cap: cap.max(1) },
            Control::Rate(rate) => EventKind::RateSet { rate },
            Control::PerHost(_) | Control::Cancel(_) | Control::Retry(_) | Control::RetryFailed => return None,
            Control::Drain(_) | Control::Quit(_) => return None,
        };
        let is_news = changes || !matches!(wish, Control::Pause | Control::Resume);
        Some(kind).filter(|_| is_news && self.slots.busy() > 0 && !self.forward.is_closed())
    }

    fn act(&mut self, wish: Control, now: At) {
        match wish {
            Control::Drain(reason) if !self.draining => {
                self.draining = true;
                self.reason = Some(reason);
                self.ends = Some(self.ends.map_or(now + DRAIN, |ends| ends.min(now + DRAIN)));
            }
            Control::Quit(reason) | Control::Drain(reason) => {
                self.slots.cancel_all(*self.reason.get_or_insert(reason));
                self.ends = Some(now);
            }
            // The fetch that holds the loop may wait for its turn.
            Control::Rate(rate) => self.run.2.set(rate, now),
            Control::PerHost(_) | Control::Pause | Control::Resume | Control::Concurrency(_) => {}
            Control::Cancel(_) | Control::Retry(_) | Control::RetryFailed => {}
        }
    }

    /// What is wished of fetches while one holds the loop is carried out here, and the loop need not hear of it.
    fn carries_out(&self, wish: Control) -> bool {
        let (away, telling) = &self.absent;
        let again = matches!(wish, Control::Retry(_) | Control::RetryFailed);
        let is_late = again && (self.draining || self.reason.is_some());
        !is_late && (self.ends_the_running(wish) || away.obey(wish, telling, &self.emitter))
    }

    fn ends_the_running(&self, wish: Control) -> bool {
        let (id, wish, told) = match wish {
            Control::Cancel(id) => (id, Wish::LetGo, EventKind::CancelAsked { id }),
            Control::Retry(id) => (id, Wish::BeginAgain, EventKind::RetryAsked { id }),
            _ => return false,
        };
        let heard = self.slots.wish(id, wish);
        if heard {
            self.emitter.emit(told);
            self.slots.cancel(id);
        }
        heard
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Clock;
    use crate::emit::channel;
    use crate::engine::CallbackQueue;
    use crate::engine::job::Attempt;
    use crate::engine::retry::Retry;
    use crate::engine::slots::Holder;
    use crate::engine::terms::Until;
    use crate::event::{Engine, Event, Order};
    use crate::id::FetchId;
    use crate::net::Lifeline;

    struct Bench {
        relay: Relay,
        wishes: UnboundedSender<Control>,
        inquiry: Inquiry,
        forwarded: UnboundedReceiver<Heard>,
        lifeline: Arc<Lifeline>,
    }

    /// Of which nothing is done, and nothing waits.
    fn telling(terms: Terms, slots: Arc<Slots>, emitter: Emitter) -> Telling {
        Telling::new(terms, slots, CallbackQueue::new(emitter.clone()), None, Arc::default(), emitter)
    }

    /// One fetch holds the loop.
    fn bench(ends: Option<At>) -> Bench {
        let (emitter, _) = channel(Clock::start(), false);
        let (slots, lifeline) = (Arc::<Slots>::default(), Arc::<Lifeline>::default());
        let holder = Holder { lifeline: lifeline.clone(), completion: None, away: false, told: false };
        slots.take(Attempt::first(FetchId(1)), holder);
        let (sender, wishes) = unbounded_channel();
        let (forward, forwarded) = unbounded_channel();
        let (inquire, inquiries) = unbounded_channel();
        let terms = Terms {
            cap: 8,
            most: 64,
            engine: Engine::Sequential,
            workers: None,
            order: Order::Completed,
            until: Until::All,
            keep_going: false,
            deadline: None,
            retry: Retry::NEVER,
            rate: None,
            stays: false,
            watched: true,
        };
        let (draining, paused, reason) = (false, false, None);
        let absent = (Away::default(), Arc::new(telling(terms, slots.clone(), emitter.clone())));
        let run = (terms, true, Arc::default());
        let relay = Relay { wishes, inquiries, forward, slots, emitter, absent, run, ends, draining, paused, reason };
        Bench { relay, wishes: sender, inquiry: Inquiry(inquire), forwarded, lifeline }
    }

    #[test]
    fn what_is_in_flight_is_let_go_of_by_the_time_of_the_run_and_so_is_what_starts_then() {
        let mut bench = bench(Some(At(1_000)));
        bench.relay.ring(At(999));
        assert!(!bench.lifeline.is_cancelled(), "the time of the run stood while the program was stopped");
        bench.relay.ring(At(1_000));
        assert!(bench.lifeline.is_cancelled());
        assert_eq!(bench.relay.ends, Some(At(1_000) + AGAIN));
    }

    #[tokio::test]
    async fn every_wish_is_passed_on_and_only_an_end_lets_go() {
        let quit = Control::Quit(EndReason::Quit);
        let cases = [
            (Control::Pause, false),
            (Control::Resume, false),
            (Control::Concurrency(3), false),
            (Control::Cancel(FetchId(2)), false),
            (Control::Drain(EndReason::Interrupt), false),
            (Control::Retry(FetchId(2)), false),
            (Control::RetryFailed, false),
            (Control::Cancel(FetchId(1)), true),
            (Control::Retry(FetchId(1)), true),
            (quit, true),
        ];
        for (wish, lets_go) in cases {
            let mut bench = bench(None);
            bench.wishes.send(wish).unwrap();
            assert_eq!(bench.relay.hear().await, Some(()));
            let own = matches!(wish, Control::Cancel(FetchId(1)) | Control::Retry(FetchId(1)));
            let heard = bench.forwarded.try_recv().ok().map(|heard| heard.control);
            assert_eq!(heard, (!own).then_some(wish), "the loop need not hear of it");
            assert_eq!(bench.lifeline.is_cancelled(), lets_go, "{wish:?}");
        }
    }

    #[test]
    fn a_drain_gives_its_time_but_not_beyond_the_deadline() {
        let mut bench = bench(Some(At(5)));
        bench.relay.act(Control::Drain(EndReason::Interrupt), At(3));
        assert_eq!(bench.relay.ends, Some(At(5)), "the deadline comes before");
        (bench.relay.ends, bench.relay.draining) = (None, false);
        bench.relay.act(Control::Drain(EndReason::Interrupt), At(3));
        assert_eq!(bench.relay.ends, Some(At(3) + DRAIN));
        assert!(!bench.lifeline.is_cancelled());
        bench.relay.act(Control::Drain(EndReason::Interrupt), At(4));
        assert!(bench.lifeline.is_cancelled(), "the second one waits no more");
    }

    #[tokio::test]
    async fn a_drain_is_told_at_once_and_once() {
        let mut bench = bench(None);
        let (emitter, mut events) = channel(Clock::start(), false);
        bench.relay.emitter = emitter;
        for _ in 0..2 {
            bench.wishes.send(Control::Drain(EndReason::Interrupt)).unwrap();
            bench.relay.hear().await.unwrap();
        }
        let mut batch = Vec::new();
        events.take_now(&mut batch);
        assert!(matches!(batch[..], [Event { kind: EventKind::Draining { .. }, .. }]), "{batch:?}");
    }

    #[tokio::test]
    async fn what_the_loop_does_later_is_told_at_once_and_once_and_where_no_fetch_holds_it_the_loop_tells() {
        let wishes = [
            (Control::Pause, Some(EventKind::Paused)),
            (Control::Pause, None),
            (Control::Concurrency(99), Some(EventKind::ConcurrencySet { cap: 64 })),
            (Control::PerHost(0), Some(EventKind::PerHostSet { cap: 1 })),
            (Control::Rate(None), Some(EventKind::RateSet { rate: None })),
            (Control::Resume, Some(EventKind::Resumed)),
            (Control::RetryFailed, None),
        ];
        for held in [true, false] {
            let mut bench = bench(None);
            let (emitter, mut events) = channel(Clock::start(), false);
            bench.relay.emitter = emitter;
            if !held {
                bench.relay.slots = Arc::default();
            }
            for (wish, becomes) in &wishes {
                bench.wishes.send(*wish).unwrap();
                bench.relay.hear().await.unwrap();
                let becomes = becomes.clone().filter(|_| held);
                let heard = Heard { control: *wish, told: becomes.is_some() };
                assert_eq!(bench.forwarded.try_recv().ok(), Some(heard));
                let mut batch = Vec::new();
                events.take_now(&mut batch);
                assert_eq!(batch.pop().map(|event| event.kind), becomes, "{wish:?}");
            }
        }
    }

    #[tokio::test]
    async fn an_inquiry_is_answered_once_every_wish_before_it_was_passed_on_and_where_nobody_wishes() {
        let Bench { mut relay, wishes, inquiry, mut forwarded, .. } = bench(None);
        let all = [Control::Pause, Control::Resume, Control::Retry(FetchId(2)), Control::RetryFailed];
        all.into_iter().for_each(|wish| wishes.send(wish).unwrap());
        let hear = async { while relay.hear().await.is_some() {} };
        let asks = async {
            inquiry.settled().await;
            assert_eq!(std::iter::from_fn(|| Some(forwarded.try_recv().ok()?.control)).collect::<Vec<_>>(), all);
            drop(wishes);
        };
        tokio::join!(hear, asks);
        drop(relay);
        inquiry.settled().await;
    }

    #[tokio::test]
    async fn it_ends_with_those_who_wish_and_with_the_one_who_hears() {
        let mut bench = bench(None);
        bench.wishes.send(Control::Pause).unwrap();
        drop(bench.forwarded);
        assert_eq!(bench.relay.hear().await, None);
        drop(bench.wishes);
        assert_eq!(bench.relay.hear().await, None);
    }
}
