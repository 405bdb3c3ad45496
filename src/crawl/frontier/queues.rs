//! What waits at origins, and how much of it there is. Of a million origins most have one URL that waits: its id is all that
//! is kept of such a queue. Knows nothing of hosts or time.

use super::chunks::Chunks;
use super::entry::{Entry, State};
use super::lanes::{Class, Key, Lanes, key};

/// The queue of one origin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Queue(u32);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Empty,
    /// Just this one, which waits for its turn and nowhere else.
    One(u32),
    /// By number.
    Long(usize),
}

/// No id is this one, which is nobody's.
const EMPTY: u32 = 0;
const LONG: u32 = 1 << 31;

impl Queue {
    pub const EMPTY: Queue = Queue(EMPTY);

    fn form(self) -> Form {
        match self.0 {
            EMPTY => Form::Empty,
            id if id < LONG => Form::One(id),
            long => Form::Long((long & !LONG) as usize),
        }
    }
}

/// Those that are longer.
#[derive(Debug, Default)]
pub(super) struct Queues {
    long: Chunks<Long>,
    free: Vec<u32>,
}

#[derive(Debug, Default)]
struct Long {
    lanes: Lanes,
    /// Pages that wait for their first attempt.
    fresh: u32,
    /// Further attempts, and what is only checked.
    rest: u32,
}

impl Long {
    fn count(&mut self, class: Class, by: i32) {
        let of_class = if class == Class::Page { &mut self.fresh } else { &mut self.rest };
        *of_class = of_class.saturating_add_signed(by);
    }
}

impl Queues {
    /// One more waits, at the end of those of its key.
    pub fn push(&mut self, queue: &mut Queue, entries: &mut Chunks<Entry>, id: u32, key: Key) {
        if queue.form() == Form::Empty && id < LONG {
            entries[id].next = 0;
            *queue = Queue(id);
            return;
        }
        let long = self.lengthen(queue, entries);
        long.lanes.push(entries, id, key);
        long.count(key.0, 1);
    }

    /// So many more wait at the origin, wherever they stand in line.
    pub fn count(&mut self, queue: &mut Queue, entries: &mut Chunks<Entry>, class: Class, by: i32) {
        self.lengthen(queue, entries).count(class, by);
    }

    /// Before one of it is changed otherwise than by its turn: it is kept as what it was.
    pub fn keep(&mut self, queue: &mut Queue, entries: &mut Chunks<Entry>) {
        if let Form::One(_) = queue.form() {
            self.lengthen(queue, entries);
        }
    }

    fn lengthen(&mut self, queue: &mut Queue, entries: &mut Chunks<Entry>) -> &mut Long {
        let number = match queue.form() {
            Form::Long(number) => number as u32,
            form => {
                let mut long = Long::default();
                if let Form::One(id) = form {
                    let key = key(&entries[id]);
                    long.lanes.push(entries, id, key);
                    long.count(key.0, 1);
                }
                let number = self.make(long);
                *queue = Queue(number | LONG);
                number
            }
        };
        &mut self.long[number]
    }

    fn make(&mut self, long: Long) -> u32 {
        match self.free.pop() {
            Some(number) => {
                self.long[number] = long;
                number
            }
            // There are no more of them than origins, and those are fewer than URLs.
            None => u32::try_from(self.long.push(long)).unwrap_or(0) & !LONG,
        }
    }

    /// The next one that still waits, and its key.
    pub fn front(&mut self, queue: Queue, entries: &mut Chunks<Entry>) -> Option<(u32, Key)> {
        match queue.form() {
            Form::Empty => None,
            Form::One(id) => (entries[id].state() == State::Waiting).then(|| (id, key(&entries[id]))),
            Form::Long(number) => self.long[number as u32].lanes.front(entries),
        }
    }

    /// The one in front, of this class, waits no more; `queued`: it stood in line here.
    pub fn pop(&mut self, queue: &mut Queue, entries: &Chunks<Entry>, class: Class, queued: bool) {
        let Form::Long(number) = queue.form() else {
            *queue = Queue::EMPTY;
            return;
        };
        let long = &mut self.long[number as u32];
        if queued {
            long.lanes.pop(entries);
        }
        long.count(class, -1);
        if long.fresh + long.rest == 0 && long.lanes.is_empty() {
            *queue = Queue::EMPTY;
            self.free.push(number as u32);
        }
    }

    /// Lets go of all pages that were never started.
    pub fn drop_pages(&mut self, queue: &mut Queue, entries: &Chunks<Entry>) {
        match queue.form() {
            Form::Empty => {}
            Form::One(id) if key(&entries[id]).0 == Class::Page => *queue = Queue::EMPTY,
            Form::One(_) => {}
            Form::Long(number) => self.long[number as u32].lanes.drop_pages(),
        }
    }

    /// Pages that wait for their first attempt, and what else waits.
    pub fn counts(&self, queue: Queue, entries: &Chunks<Entry>) -> (u32, u32) {
        match queue.form() {
            Form::Empty => (0, 0),
            Form::One(id) if key(&entries[id]).0 == Class::Page => (1, 0),
            Form::One(_) => (0, 1),
            Form::Long(number) => (self.long[number as u32].fresh, self.long[number as u32].rest),
        }
    }

    /// Bytes that are allocated.
    pub fn bytes(&self) -> usize {
        let lanes: usize = self.long.iter().map(|long| long.lanes.bytes()).sum();
        self.long.bytes() + self.free.capacity() * size_of::<u32>() + lanes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_that_waits_takes_four_bytes_and_longer_queues_are_used_again() {
        assert_eq!(size_of::<Queue>(), 4);
        let mut entries = Chunks::default();
        (0..4).for_each(|_| _ = entries.push(Entry::waiting(0, false, false)));
        let (mut queues, mut queue) = (Queues::default(), Queue::EMPTY);
        for _ in 0..3 {
            queues.push(&mut queue, &mut entries, 2, (Class::Page, 0));
            assert_eq!((queue, queues.counts(queue, &entries)), (Queue(2), (1, 0)));
            queues.push(&mut queue, &mut entries, 1, (Class::Page, 0));
            queues.count(&mut queue, &mut entries, Class::Check, 1);
            assert_eq!(queues.counts(queue, &entries), (2, 1));
            for id in [2, 1] {
                assert_eq!(queues.front(queue, &mut entries), Some((id, (Class::Page, 0))));
                queues.pop(&mut queue, &entries, Class::Page, true);
            }
            queues.pop(&mut queue, &entries, Class::Check, false);
            assert_eq!((queue, queues.long.len(), queues.front(queue, &mut entries)), (Queue::EMPTY, 1, None));
        }
    }
}
