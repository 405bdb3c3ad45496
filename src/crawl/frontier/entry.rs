//! What is kept of a URL beside its text, in 16 bytes. Knows nothing of what is next.

/// What became of a URL up to now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    /// An id that was given to something else: robots.txt, say.
    Reserved,
    /// In its origin's queue.
    Waiting,
    /// An attempt that failed is made again when its time comes.
    Delayed,
    InFlight,
    Done,
    /// No fetch is made for it.
    Refused,
}

const STATES: [State; 6] =
    [State::Reserved, State::Waiting, State::Delayed, State::InFlight, State::Done, State::Refused];
/// The lowest bits are the state.
const STATE: u8 = 0b111;
/// It leads out of the scope, and is only asked whether it is there.
const CHECK: u8 = 1 << 3;
/// Its source redirected here.
const HOP: u8 = 1 << 4;
/// It is still in a queue that it waits in no more.
const MOVED: u8 = 1 << 5;
/// A link to a part of it was found.
const PARTS: u8 = 1 << 6;

#[derive(Clone, Copy, Debug)]
pub(super) struct Entry {
    /// The number of its text after the origin, with which the origin is kept.
    pub text: u32,
    /// The id of the fetch that it was found by first; 0 for a start.
    pub source: u32,
    /// Queued: the one behind it, or 0. In flight: the round of its host's pace that it was started in.
    pub next: u32,
    pub depth: u16,
    /// Attempts that were started; 255 stands for more.
    pub attempts: u8,
    bits: u8,
}

impl Entry {
    pub const RESERVED: Entry = Entry { text: 0, source: 0, next: 0, depth: 0, attempts: 0, bits: 0 };

    pub fn waiting(text: u32, check_only: bool, hop: bool) -> Entry {
        let bits = State::Waiting as u8 | if check_only { CHECK } else { 0 } | if hop { HOP } else { 0 };
        Entry { text, bits, ..Entry::RESERVED }
    }

    pub fn found(self, source: u32, depth: u16) -> Entry {
        Entry { source, depth, ..self }
    }

    pub fn state(&self) -> State {
        STATES[usize::from(self.bits & STATE) % STATES.len()]
    }

    pub fn turn(&mut self, state: State) {
        self.bits = self.bits & !STATE | state as u8;
    }

    pub fn is_check(&self) -> bool {
        self.bits & CHECK != 0
    }

    /// What is only checked is a page from now on.
    pub fn set_page(&mut self) {
        self.bits &= !CHECK;
    }

    pub fn has_parts(&self) -> bool {
        self.bits & PARTS != 0
    }

    pub fn set_parts(&mut self) {
        self.bits |= PARTS;
    }

    pub fn is_hop(&self) -> bool {
        self.bits & HOP != 0
    }

    pub fn is_moved(&self) -> bool {
        self.bits & MOVED != 0
    }

    pub fn set_moved(&mut self, moved: bool) {
        self.bits = self.bits & !MOVED | if moved { MOVED } else { 0 };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn state_and_marks_do_not_touch_each_other_and_take_16_bytes() {
        assert_eq!(size_of::<Entry>(), 16);
        for (check, hop) in [(false, false), (true, false), (false, true)] {
            let mut entry = Entry::waiting(1, check, hop);
            for state in STATES {
                entry.turn(state);
                assert_eq!((entry.state(), entry.is_check(), entry.is_hop()), (state, check, hop));
            }
            entry.set_parts();
            entry.set_page();
            assert_eq!((entry.state(), entry.is_check(), entry.is_hop()), (State::Refused, false, hop));
            assert!(entry.has_parts() && !entry.is_moved());
        }
    }
}
