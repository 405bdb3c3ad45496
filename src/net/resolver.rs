//! Asks the system for the addresses of names, on a few threads that all fetches share, and once for all who want the
//! same name. A lookup that hangs keeps its thread, but nobody who asked, and no other lookup for long: what is asked for
//! beside a name that hangs waits behind all others. Knows nothing of fetches or limits.

use super::names::{Answer, Names};
use super::shortage::{Lack, lack, lack_of_files};
use crate::clock::{At, Clock};
use std::collections::{HashMap, HashSet, VecDeque};
use std::io;
use std::net::{SocketAddr, ToSocketAddrs};
use std::pin::pin;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, Weak};
use std::thread;
use std::time::Duration;
use tokio::sync::Notify;

/// Lookups at once that are quick, or may be.
const THREADS: usize = 8;
/// What takes longer hangs, and keeps none of the others waiting.
const HANGS: Duration = Duration::from_secs(1);
/// Threads of all together, those that hang counted in. As many as are quick are never left to names beside those that hang.
const MOST: usize = 64;

type Look = dyn Fn(&str) -> io::Result<Vec<SocketAddr>> + Send + Sync;

/// Looks names up, one after another a thread. Threads are made as they are needed, and end with it.
pub struct Resolver {
    desk: Arc<Desk>,
}

/// An answer that was kept, or a lookup to wait for.
pub enum Asked {
    Known(Answer),
    Lookup(Lookup),
}

/// A share in a question that was put. If all shares are dropped before its turn comes, it is not asked.
pub struct Lookup {
    question: Arc<Question>,
}

struct Desk {
    look: Box<Look>,
    queue: Mutex<Queue>,
    asked: Condvar,
}

#[derive(Default)]
struct Queue {
    names: Names,
    /// The questions that wait or are being looked up, by name.
    open: HashMap<Arc<str>, Weak<Question>>,
    waiting: VecDeque<(Arc<str>, Weak<Question>)>,
    threads: usize,
    /// When each of the lookups under way was begun, and of which name.
    begun: Vec<(At, Arc<str>)>,
    clock: Option<Clock>,
    closed: bool,
}

struct Question {
    host: Arc<str>,
    clock: Clock,
    stage: Mutex<Stage>,
    told: Condvar,
    notify: Notify,
}

/// How far a question is.
pub enum Stage {
    Waiting,
    Begun,
    Answered(Answer),
}

impl Default for Resolver {
    /// One that asks the system (`getaddrinfo`).
    fn default() -> Resolver {
        Resolver::new(|host| {
            let found = (host, 0).to_socket_addrs().map(Iterator::collect);
            // Without a descriptor for its question, the system says no more than that it has no answer.
            found.map_err(|error| lack_of_files().unwrap_or(error))
        })
    }
}

impl Resolver {
    /// One that has `look` say which addresses a host has. A port of 0 stands for that of the target.
    pub fn new(look: impl Fn(&str) -> io::Result<Vec<SocketAddr>> + Send + Sync + 'static) -> Resolver {
        let look = Box::new(look);
        Resolver { desk: Arc::new(Desk { look, queue: Mutex::default(), asked: Condvar::new() }) }
    }

    /// Puts the question, or joins those who have put it, and does not wait.
    ///
    /// # Errors
    /// That of making a thread, where there is none yet.
    pub(super) fn ask(&self, host: &str, clock: &Clock) -> io::Result<Asked> {
        let mut queue = self.desk.queue();
        if let Some(answer) = queue.names.recall(host, clock.now()) {
            return Ok(Asked::Known(answer));
        }
        if let Some(question) = queue.open.get(host).and_then(Weak::upgrade) {
            return Ok(Asked::Lookup(Lookup { question }));
        }
        self.make_thread(&mut queue, clock.now())?;
        let stage = if queue.has_turn() { Stage::Begun } else { Stage::Waiting };
        let question = Arc::new(Question::new(host, clock, stage));
        queue.clock.get_or_insert_with(|| clock.clone());
        queue.open.insert(Arc::clone(&question.host), Arc::downgrade(&question));
        queue.waiting.push_back((Arc::clone(&question.host), Arc::downgrade(&question)));
        self.desk.asked.notify_one();
        Ok(Asked::Lookup(Lookup { question }))
    }

    /// Sees whether lookups hang that keep others from having their turn. Whoever waits for his asks for it now and
    /// then.
    pub(super) fn relieve(&self, clock: &Clock) {
        let mut queue = self.desk.queue();
        // What there is no thread for waits on.
        let _ = self.make_thread(&mut queue, clock.now());
    }

    /// One more, where those that are there have enough to do.
    fn make_thread(&self, queue: &mut Queue, now: At) -> io::Result<()> {
        if queue.has_turn() || queue.threads >= (THREADS + queue.hanging(now)).min(MOST) {
            return Ok(());
        }
        let desk = Arc::clone(&self.desk);
        match thread::Builder::new().name("lookup".to_owned()).spawn(move || desk.work()) {
            Ok(_) => queue.threads += 1,
            Err(error) if queue.threads == 0 => return Err(error),
            // Those that are there take it in turn.
            Err(_) => {}
        }
        Ok(())
    }
}

impl Drop for Resolver {
    fn drop(&mut self) {
        self.desk.queue().closed = true;
        self.desk.asked.notify_all();
    }
}

impl Queue {
    /// Whether one more question would be looked up at once.
    fn has_turn(&self) -> bool {
        self.begun.len() + self.waiting.len() < self.threads
    }

    /// Lookups that take too long already.
    fn hanging(&self, now: At) -> usize {
        self.begun.iter().filter(|(begun, _)| now - *begun >= HANGS).count()
    }

    /// The next question that somebody still waits for.
    fn next(&mut self, now: At) -> Option<Arc<Question>> {
        while let Some((host, question)) = self.pick(now) {
            match question.upgrade() {
                None => self.forget(&host, &question),
                question => return question,
            }
        }
        None
    }

    /// The first that waits, but for those beside names that hang: these come last, and do not get all threads.
    fn pick(&mut self, now: At) -> Option<(Arc<str>, Weak<Question>)> {
        let hanging = self.begun.iter().filter(|(begun, _)| now - *begun >= HANGS);
        let dead: HashSet<&str> = hanging.map(|(_, host)| zone(host)).collect();
        if dead.is_empty() {
            return self.waiting.pop_front();
        }
        match self.waiting.iter().position(|(host, _)| !dead.contains(zone(host))) {
            Some(place) => self.waiting.remove(place),
            None if self.begun.len() >= MOST - THREADS => None,
            None => self.waiting.pop_front(),
        }
    }

    /// Whoever asks for `host` from now on asks anew, unless somebody has.
    fn forget(&mut self, host: &str, question: &Weak<Question>) {
        if self.open.get(host).is_some_and(|open| open.ptr_eq(question)) {
            self.open.remove(host);
        }
    }

    /// The question is answered, and the answer kept, unless it says only what this machine lacks just now.
    fn close(&mut self, question: &Arc<Question>, answer: &Answer) {
        self.forget(&question.host, &Arc::downgrade(question));
        if !matches!(answer, Err(error) if lack(error) == Some(Lack::Files)) {
            self.names.keep(Arc::clone(&question.host), answer.clone(), question.clock.now());
        }
    }
}

impl Desk {
    fn work(&self) {
        while let Some(question) = self.begin() {
            let answer = (self.look)(&question.host).map(Arc::from).map_err(Arc::new);
            {
                let mut queue = self.queue();
                let place = queue.begun.iter().position(|(_, host)| Arc::ptr_eq(host, &question.host));
                place.map(|place| queue.begun.swap_remove(place));
                queue.close(&question, &answer);
            }
            question.tell(Stage::Answered(answer));
        }
    }

    /// The next question, begun; none once nobody can ask any more.
    fn begin(&self) -> Option<Arc<Question>> {
        let mut queue = self.queue();
        loop {
            let now = queue.clock.as_ref().map_or(At(0), Clock::now);
            if let Some(question) = queue.next(now) {
                queue.begun.push((now, Arc::clone(&question.host)));
                drop(queue);
                question.begin();
                return Some(question);
            }
            // Those that were made for others that hung are not needed any more.
            if queue.closed || queue.threads > THREADS + queue.begun.len() {
                queue.threads -= 1;
                return None;
            }
            queue = self.asked.wait(queue).unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What is looked up by the same servers as `host`, as far as can be told: whatever has the same name above it.
fn zone(host: &str) -> &str {
    host.split_once('.').map(|(_, above)| above).filter(|above| above.contains('.')).unwrap_or(host)
}

impl Question {
    fn new(host: &str, clock: &Clock, stage: Stage) -> Question {
        let (told, notify) = (Condvar::new(), Notify::new());
        Question { host: host.into(), clock: clock.clone(), stage: Mutex::new(stage), told, notify }
    }

    fn begin(&self) {
        if matches!(*self.stage(), Stage::Waiting) {
            self.tell(Stage::Begun);
        }
    }

    fn tell(&self, stage: Stage) {
        *self.stage() = stage;
        self.told.notify_all();
        self.notify.notify_waiters();
    }

    fn stage(&self) -> MutexGuard<'_, Stage> {
        self.stage.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Stage {
    /// Whether the turn of the question has come.
    pub fn begun(&self) -> Option<()> {
        (!matches!(self, Stage::Waiting)).then_some(())
    }

    pub fn answer(&self) -> Option<Answer> {
        match self {
            Stage::Answered(answer) => Some(answer.clone()),
            Stage::Waiting | Stage::Begun => None,
        }
    }
}

impl Lookup {
    /// What there is by now.
    pub fn now<T>(&self, look: impl Fn(&Stage) -> Option<T>) -> Option<T> {
        look(&self.question.stage())
    }

    /// Waits until there is what is looked for.
    pub async fn until<T>(&self, look: impl Fn(&Stage) -> Option<T>) -> T {
        loop {
            let mut told = pin!(self.question.notify.notified());
            told.as_mut().enable();
            if let Some(seen) = self.now(&look) {
                return seen;
            }
            told.await;
        }
    }

    /// As [`Lookup::until`], on the thread that asks; `None` where it does not come within `span`.
    pub fn wait<T>(&self, span: Duration, look: impl Fn(&Stage) -> Option<T>) -> Option<T> {
        let stage = self.question.stage();
        let waited = self.question.told.wait_timeout_while(stage, span, |stage| look(stage).is_none());
        look(&waited.unwrap_or_else(PoisonError::into_inner).0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: At = At(5_000_000);

    /// So many names hang, and these wait; with the questions, that somebody asks them.
    fn queue(hanging: usize, waiting: &[&str]) -> (Queue, Vec<Arc<Question>>) {
        let asked = |name: &&str| Arc::new(Question::new(name, &Clock::start(), Stage::Waiting));
        let questions: Vec<_> = waiting.iter().map(asked).collect();
        let begun = (0..hanging).map(|number| (At(0), format!("{number}.dead.example").into()));
        let put = |question: &Arc<Question>| (Arc::clone(&question.host), Arc::downgrade(question));
        let waiting = questions.iter().map(put).collect();
        (Queue { begun: begun.collect(), waiting, ..Queue::default() }, questions)
    }

    fn order(queue: &mut Queue) -> Vec<String> {
        std::iter::from_fn(|| queue.next(NOW)).map(|question| question.host.to_string()).collect()
    }

    #[test]
    fn what_is_asked_for_beside_a_name_that_hangs_waits_behind_all_others() {
        let names = ["x.dead.example", "dead.example", "a.example", "y.dead.example", "b.alive.example"];
        let behind = ["a.example", "b.alive.example", "x.dead.example", "dead.example", "y.dead.example"];
        assert_eq!(order(&mut queue(1, &names).0), behind);
        assert_eq!(order(&mut queue(0, &names).0), names, "in the order of asking, where none hangs");
    }

    #[test]
    fn some_threads_are_never_left_to_names_beside_those_that_hang() {
        let names = ["x.dead.example", "a.example", "y.dead.example"];
        assert_eq!(order(&mut queue(MOST - THREADS - 1, &names).0).len(), 3);
        assert_eq!(order(&mut queue(MOST - THREADS, &names).0), ["a.example"]);
    }

    #[test]
    fn names_are_beside_each_other_below_one_that_is_nobody_s_top() {
        let cases = [("a.b.example", "b.example"), ("b.example", "b.example"), ("c.example", "c.example"), ("x", "x")];
        for (host, expected) in cases {
            assert_eq!(zone(host), expected);
        }
    }
}
