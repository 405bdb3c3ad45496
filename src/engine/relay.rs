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
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

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
    let hear = async move {
        let mut relay = Relay { wishes, slots, emitter, ends: deadline.map(|span| At(0) + span) };
        while let Some(wish) = relay.hear().await {
            if forward.send(wish).is_err() {
                return;
            }
        }
    };
    std::thread::Builder::new().name("relay".to_owned()).spawn(move || runtime.block_on(hear))?;
    Ok(forwarded)
}

struct Relay {
    wishes: UnboundedReceiver<Control>,
    slots: Arc<Slots>,
    emitter: Emitter,
    /// What is in flight is let go of then.
    ends: Option<At>,
}

impl Relay {
    /// The next wish, carried out as far as it can't wait; `None` once nobody wishes any more.
    async fn hear(&mut self) -> Option<Control> {
        loop {
            let now = self.emitter.now();
            let left = self.ends.map_or(Duration::MAX, |at| at - now);
            tokio::select! {
                wish = self.wishes.recv() => {
                    self.act(wish?, now);
                    return wish;
                }
                () = tokio::time::sleep(left), if self.ends.is_some() => {
                    self.slots.cancel_all();
                    // The next one may have started meanwhile; the loop hears of the end between two.
                    self.ends = Some(now + left + Duration::from_millis(50));
                }
            }
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
