//! Wishes as the loop hears them: from whoever wishes, or through the relay, which may have told them. Knows no wish.

use crate::control::Control;
use tokio::sync::mpsc::UnboundedReceiver;

/// A wish, and whether what becomes of it has been told.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Heard {
    pub control: Control,
    pub told: bool,
}

pub enum Controls {
    Straight(UnboundedReceiver<Control>),
    Relayed(UnboundedReceiver<Heard>),
}

impl Controls {
    /// The next one; `None` once nobody wishes any more.
    pub async fn recv(&mut self) -> Option<Heard> {
        match self {
            Controls::Straight(wishes) => wishes.recv().await.map(untold),
            Controls::Relayed(wishes) => wishes.recv().await,
        }
    }

    /// The next one, where it is there.
    pub fn try_recv(&mut self) -> Option<Heard> {
        match self {
            Controls::Straight(wishes) => wishes.try_recv().ok().map(untold),
            Controls::Relayed(wishes) => wishes.try_recv().ok(),
        }
    }
}

fn untold(control: Control) -> Heard {
    Heard { control, told: false }
}
