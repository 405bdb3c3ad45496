//! What wakes a task. Knows no waker.

use serde::{Deserialize, Serialize};

/// Why a task is stepped again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Wake {
    /// It got a slot: the step that begins it.
    Slot,
    /// Its socket can be read or written.
    Socket,
    /// The addresses of its host are there.
    Name,
    /// A limit rang.
    Timer,
    /// It is to let go.
    Cancel,
    /// It had let others run, between two slices of what it decodes.
    Turn,
}

impl Wake {
    pub const ALL: [Wake; 6] = [Wake::Slot, Wake::Socket, Wake::Name, Wake::Timer, Wake::Cancel, Wake::Turn];

    pub fn name(self) -> &'static str {
        ["slot", "socket", "name", "timer", "cancel", "turn"][self as usize]
    }
}

/// How often each cause woke a task. Two wakes before a step make one step.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Wakes {
    pub slot: u32,
    pub socket: u32,
    pub name: u32,
    pub timer: u32,
    pub cancel: u32,
    pub turn: u32,
}

impl From<[u32; Wake::ALL.len()]> for Wakes {
    fn from([slot, socket, name, timer, cancel, turn]: [u32; Wake::ALL.len()]) -> Wakes {
        Wakes { slot, socket, name, timer, cancel, turn }
    }
}
