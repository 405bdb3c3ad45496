//! Which question has its turn, and how many may be looked up at once. Knows no thread: the time is an argument.

use super::question::Question;
use crate::clock::At;
use crate::net::names::{Answer, Names};
use crate::net::shortage::{Lack, lack};
use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::{Arc, Weak};
use std::time::Duration;

/// Lookups at once that are quick, or may be.
pub(super) const QUICK: usize = 8;
/// For each lookup that hangs, so many more may be under way: of many names that hang, all are begun in a few rounds.
const FOR_ONE: usize = 3;
/// Lookups of names beside those that hang begin only where there are fewer than so many under way.
const BESIDE: usize = 56;

/// How long lookups may take, and how many there may be.
#[derive(Clone, Copy)]
pub(super) struct Bounds {
    /// What takes longer hangs, and keeps none of the others waiting.
    pub hangs: Duration,
    /// Lookups at once, those that hang counted in.
    pub most: usize,
}

pub(super) struct Queue {
    bounds: Bounds,
    pub names: Names,
    /// The questions that wait or are being looked up, by name.
    pub open: HashMap<Arc<str>, Weak<Question>>,
    waiting: VecDeque<(Arc<str>, Weak<Question>)>,
    /// When each of the lookups under way was begun, and of which name.
    begun: Vec<(At, Arc<str>)>,
}

impl Queue {
    pub fn new(bounds: Bounds) -> Queue {
        Queue { bounds, names: Names::default(), open: HashMap::new(), waiting: VecDeque::new(), begun: Vec::new() }
    }

    /// Puts a question behind the others.
    pub fn put(&mut self, question: &Arc<Question>) {
        self.open.insert(Arc::clone(&question.host), Arc::downgrade(question));
        self.waiting.push_back((Arc::clone(&question.host), Arc::downgrade(question)));
    }

    /// Lookups under way.
    pub fn busy(&self) -> usize {
        self.begun.len()
    }

    /// Those and the ones that wait.
    pub fn all(&self) -> usize {
        self.begun.len() + self.waiting.len()
    }

    /// Threads that have something to do now, and one more where somebody has to wait.
    pub fn hands(&self, now: At) -> usize {
        self.all().min(self.room(now).max(self.begun.len()) + 1)
    }

    /// Whether somebody may wait for a turn.
    pub fn is_waited_for(&self) -> bool {
        !self.waiting.is_empty()
    }

    /// Whether one more question would be looked up at once.
    pub fn has_turn(&self, now: At) -> bool {
        self.all() < self.room(now)
    }

    /// Lookups that may be under way now.
    fn room(&self, now: At) -> usize {
        (QUICK + FOR_ONE * self.hanging(now).count()).min(self.bounds.most)
    }

    /// Names whose lookups take too long already.
    fn hanging(&self, now: At) -> impl Iterator<Item = &Arc<str>> {
        let hangs = self.bounds.hangs;
        self.begun.iter().filter(move |(begun, _)| now - *begun >= hangs).map(|(_, host)| host)
    }

    /// The next question that somebody still waits for, if its turn has come; it is under way from now on.
    pub fn begin(&mut self, now: At) -> Option<Arc<Question>> {
        while self.begun.len() < self.room(now) {
            let (host, question) = self.pick(now)?;
            if let Some(question) = question.upgrade() {
                self.begun.push((now, host));
                return Some(question);
            }
            self.forget(&host, &question);
        }
        None
    }

    /// The first that waits, but for those beside names that hang: these come last, and do not get all room.
    fn pick(&mut self, now: At) -> Option<(Arc<str>, Weak<Question>)> {
        let dead: HashSet<&str> = self.hanging(now).map(|host| zone(host)).collect();
        if dead.is_empty() {
            return self.waiting.pop_front();
        }
        match self.waiting.iter().position(|(host, _)| !dead.contains(zone(host))) {
            Some(place) => self.waiting.remove(place),
            None if self.begun.len() >= BESIDE.min(self.bounds.most.saturating_sub(QUICK)) => None,
            None => self.waiting.pop_front(),
        }
    }

    /// The question is answered, and the answer kept, unless it says only what this machine lacks just now.
    pub fn close(&mut self, question: &Arc<Question>, answer: &Answer) {
        let place = self.begun.iter().position(|(_, host)| Arc::ptr_eq(host, &question.host));
        place.map(|place| self.begun.swap_remove(place));
        self.forget(&question.host, &Arc::downgrade(question));
        if !matches!(answer, Err(error) if lack(error) == Some(Lack::Files)) {
            self.names.keep(Arc::clone(&question.host), answer.clone(), question.clock.now());
        }
    }

    /// Whoever asks for `host` from now on asks anew, unless somebody has.
    fn forget(&mut self, host: &str, question: &Weak<Question>) {
        if self.open.get(host).is_some_and(|open| open.ptr_eq(question)) {
            self.open.remove(host);
        }
    }
}

/// What is looked up by the same servers as `host`, as far as can be told: whatever has the same name above it.
fn zone(host: &str) -> &str {
    host.split_once('.').map(|(_, above)| above).filter(|above| above.contains('.')).unwrap_or(host)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Clock;
    use crate::net::resolver::question::Stage;

    const NOW: At = At(5_000_000);
    const BOUNDS: Bounds = Bounds { hangs: Duration::from_secs(1), most: 256 };

    /// So many names hang, and these wait; with the questions, that somebody asks them.
    fn queue(hanging: usize, waiting: &[&str]) -> (Queue, Vec<Arc<Question>>) {
        let asked = |name: &&str| Arc::new(Question::new(name, &Clock::start(), Stage::Waiting));
        let questions: Vec<_> = waiting.iter().map(asked).collect();
        let mut queue = Queue::new(BOUNDS);
        queue.begun = (0..hanging).map(|number| (At(0), format!("{number}.dead.example").into())).collect();
        questions.iter().for_each(|question| queue.put(question));
        (queue, questions)
    }

    fn order(queue: &mut Queue) -> Vec<String> {
        std::iter::from_fn(|| queue.begin(NOW)).map(|question| question.host.to_string()).collect()
    }

    #[test]
    fn what_is_asked_for_beside_a_name_that_hangs_waits_behind_all_others() {
        let names = ["x.dead.example", "dead.example", "a.example", "y.dead.example", "b.alive.example"];
        let behind = ["a.example", "b.alive.example", "x.dead.example", "dead.example", "y.dead.example"];
        assert_eq!(order(&mut queue(1, &names).0), behind);
        assert_eq!(order(&mut queue(0, &names).0), names, "in the order of asking, where none hangs");
    }

    #[test]
    fn some_room_is_never_left_to_names_beside_those_that_hang() {
        let names = ["x.dead.example", "a.example", "y.dead.example"];
        assert_eq!(order(&mut queue(BESIDE - 1, &names).0), ["a.example"], "that was the last place");
        assert_eq!(order(&mut queue(BESIDE - 2, &names).0).len(), 2);
        assert_eq!(order(&mut queue(BESIDE, &names).0), ["a.example"]);
    }

    #[test]
    fn of_hundreds_of_names_that_hang_each_in_its_own_zone_all_are_begun_in_four_rounds() {
        let names: Vec<String> = (0..300).map(|number| format!("a.{number}.example")).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let (mut queue, _questions) = queue(0, &names);
        let mut round = |second: u64| std::iter::from_fn(|| queue.begin(At(second * 1_000_000))).count();
        assert_eq!([0, 1, 2, 3, 4].map(&mut round), [8, 24, 72, 152, 0], "no more than there may be");
    }

    #[test]
    fn names_are_beside_each_other_below_one_that_is_nobody_s_top() {
        let cases = [("a.b.example", "b.example"), ("b.example", "b.example"), ("c.example", "c.example"), ("x", "x")];
        for (host, expected) in cases {
            assert_eq!(zone(host), expected);
        }
    }
}
