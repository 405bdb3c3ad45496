//! Hears wishes on a thread of its own where the loop can't: while a blocking fetch holds it. Knows nothing of fetches
//! but how to let go of them.

use super::event_loop::DRAIN;
use super::slots::Slots;
use crate::clock::At;
use crate::control::Control;
use crate::emit::Emitter;
use std::io;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

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
    deadline: Option<Duration>,
) -> io::Result<UnboundedReceiver<Control>> {
    let (forward, forwarded) = unbounded_channel();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build()?;
    let ends = deadline.map(|span| At(0) + span);
    let mut relay = Relay { wishes, forward, slots, emitter, ends };
    let hear = async move { while relay.hear().await.is_some() {} };
    std::thread::Builder::new().name("relay".to_owned()).spawn(move || runtime.block_on(hear))?;
    Ok(forwarded)
}

struct Relay {
    wishes: UnboundedReceiver<Control>,
    forward: UnboundedSender<Control>,
    slots: Arc<Slots>,
    emitter: Emitter,
    /// What is in flight is let go of then.
    ends: Option<At>,
}

impl Relay {
    /// Passes the next wish on, and carries it out as far as it can't wait; `None` once nobody wishes any more, or
    /// nobody hears.
    async fn hear(&mut self) -> Option<()> {
        loop {
            let left = self.ends.map_or(Duration::MAX, |at| at - self.emitter.now());
            tokio::select! {
                wish = self.wishes.recv() => {
                    let wish = wish?;
                    // First, so that the loop starts nothing more once the fetch that holds it is let go of.
                    self.forward.send(wish).ok()?;
                    self.act(wish, self.emitter.now());
                    return Some(());
                }
                () = tokio::time::sleep(left), if self.ends.is_some() => self.ring(self.emitter.now()),
            }
        }
    }

    /// The machine's time went on while that of the run may have stood.
    fn ring(&mut self, now: At) {
        if self.ends.is_some_and(|ends| ends <= now) {
            self.slots.cancel_all();
            self.ends = Some(now + AGAIN);
        }
    }

    fn act(&mut self, wish: Control, now: At) {
        match wish {
            Control::Cancel(id) => self.slots.cancel(id),
            Control::Quit(_) => {
                self.slots.cancel_all();
                self.ends = Some(now);
            }
            Control::Drain(_) => self.ends = Some(self.ends.map_or(now + DRAIN, |ends| ends.min(now + DRAIN))),
            Control::Pause | Control::Resume | Control::Concurrency(_) => {}
        }
    }
}
