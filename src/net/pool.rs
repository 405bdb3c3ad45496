//! Connections that wait for another request to the same origin, bounded in number and in age. Knows nothing of what a
//! connection is made of, or of how to tell that its peer has closed it.

use super::shortage::{Lack, Spare};
use crate::clock::At;
use crate::fetched::TlsFacts;
use rustix::net::sockopt::set_socket_linger;
use std::collections::{BTreeMap, VecDeque};
use std::net::{IpAddr, SocketAddr};
use std::os::fd::AsFd;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// A connection that waited for longer is closed: servers do the same, and a request that meets such a close is lost
/// time. Apache waits for 5 s, nginx for 75.
const AGE: Duration = Duration::from_secs(15);

/// A connection that a request can be sent over.
#[derive(Debug)]
pub struct Connection<S> {
    pub stream: S,
    /// What was dialled.
    pub remote: SocketAddr,
    /// Requests it has carried before.
    pub carried: u32,
    /// The target's address, where a proxy was told one.
    pub told: Option<IpAddr>,
    /// What was agreed on over it, where it is one with TLS.
    pub tls: Option<Arc<TlsFacts>>,
}

impl<S> Connection<S> {
    pub fn new(stream: S, remote: SocketAddr) -> Connection<S> {
        Connection { stream, remote, carried: 0, told: None, tls: None }
    }
}

/// Idle connections by the way to them: an origin, and whatever stands before it. The one that waited least is taken
/// first, the one that waited longest is given up first.
#[derive(Debug)]
pub struct Pool<S> {
    most: usize,
    idle: Mutex<Idle<S>>,
}

#[derive(Debug)]
struct Idle<S> {
    ways: BTreeMap<Arc<str>, Vec<Parked<S>>>,
    /// In the order of parking. What was taken meanwhile still stands here, until it comes to the front or the queue
    /// is swept.
    queue: VecDeque<(u64, Arc<str>)>,
    count: usize,
    parked: u64,
}

#[derive(Debug)]
struct Parked<S> {
    connection: Connection<S>,
    number: u64,
    since: At,
}

impl<S> Pool<S> {
    /// Keeps at most so many connections.
    pub fn new(most: usize) -> Pool<S> {
        let idle = Idle { ways: BTreeMap::new(), queue: VecDeque::new(), count: 0, parked: 0 };
        Pool { most, idle: Mutex::new(idle) }
    }

    /// The connection of this way that waited least and is young enough, and for how long it did.
    pub fn take(&self, way: &str, now: At) -> Option<(Connection<S>, Duration)> {
        let mut idle = self.lock();
        let parked = idle.ways.get_mut(way)?.pop()?;
        idle.count -= 1;
        drop(idle);
        // Those below it waited even longer: they go as they come to the front of the queue.
        let rested = now - parked.since;
        (rested <= AGE).then_some((parked.connection, rested))
    }

    /// Keeps a connection for the next request of its way.
    pub fn park(&self, way: &str, connection: Connection<S>, now: At) {
        let mut spent = Vec::new();
        let mut idle = self.lock();
        idle.park(way, connection, now);
        while idle.count > self.most || idle.oldest().is_some_and(|since| now - since > AGE) {
            spent.extend(idle.give_up());
        }
        idle.sweep(self.most);
        drop(idle);
        // Closing takes a call of the system each: not under the lock.
        drop(spent);
    }

    /// The connection that waited longest. Closed, it leaves its descriptor to another.
    pub fn give_up(&self) -> Option<Connection<S>> {
        self.lock().give_up().map(|parked| parked.connection)
    }

    /// Connections that wait.
    #[cfg(test)]
    pub fn len(&self) -> usize {
        self.lock().count
    }

    fn lock(&self) -> MutexGuard<'_, Idle<S>> {
        // Nothing that can panic runs under this lock.
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<S: AsFd + Send> Spare for Pool<S> {
    fn give_up(&self, lack: Lack) -> bool {
        let spent = Pool::give_up(self);
        if let (Some(spent), Lack::Ports) = (&spent, lack) {
            // Closed in peace, it would keep its port for a minute; a reset frees it at once.
            let _ = set_socket_linger(&spent.stream, Some(Duration::ZERO));
        }
        spent.is_some()
    }
}

impl<S> Idle<S> {
    fn park(&mut self, way: &str, connection: Connection<S>, since: At) {
        self.parked += 1;
        self.count += 1;
        let parked = Parked { connection, number: self.parked, since };
        // Most ways are known, and have their name already.
        let known = self.ways.get_key_value(way).map(|(name, _)| name.clone());
        let name = known.unwrap_or_else(|| way.into());
        match self.ways.get_mut(way) {
            Some(waiting) => waiting.push(parked),
            None => drop(self.ways.insert(name.clone(), vec![parked])),
        }
        self.queue.push_back((self.parked, name));
    }

    /// Since when the oldest one waits. What was taken leaves the front of the queue.
    fn oldest(&mut self) -> Option<At> {
        loop {
            let (number, way) = self.queue.front()?;
            let first = self.ways.get(way).and_then(|parked| parked.first());
            match first {
                Some(first) if first.number == *number => return Some(first.since),
                _ => self.queue.pop_front(),
            };
        }
    }

    fn give_up(&mut self) -> Option<Parked<S>> {
        self.oldest()?;
        let (_, way) = self.queue.pop_front()?;
        let parked = self.ways.get_mut(&way)?;
        let spent = parked.remove(0);
        if parked.is_empty() {
            self.ways.remove(&way);
        }
        self.count -= 1;
        Some(spent)
    }

    /// The queue stays in proportion to what waits, and so do the ways that are remembered.
    fn sweep(&mut self, most: usize) {
        if self.queue.len() > 2 * most + 64 {
            let ways = &self.ways;
            self.queue.retain(|(number, way)| {
                ways.get(way).is_some_and(|parked| parked.iter().any(|parked| parked.number == *number))
            });
            self.ways.retain(|_, parked| !parked.is_empty());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const A: &str = "http://a.example";
    const B: &str = "http://b.example";

    fn connection(number: u32) -> Connection<u32> {
        Connection::new(number, SocketAddr::from(([127, 0, 0, 1], 80)))
    }

    fn taken(pool: &Pool<u32>, way: &str, second: u64) -> Option<u32> {
        pool.take(way, At(second * 1_000_000)).map(|(connection, _)| connection.stream)
    }

    fn park(pool: &Pool<u32>, way: &str, number: u32, second: u64) {
        pool.park(way, connection(number), At(second * 1_000_000));
    }

    #[test]
    fn the_one_that_waited_least_is_taken_and_only_by_its_own_way() {
        let pool = Pool::new(9);
        (1..=3).for_each(|number| park(&pool, A, number, 0));
        park(&pool, B, 7, 0);
        assert_eq!(
            [taken(&pool, A, 1), taken(&pool, A, 1), taken(&pool, A, 1), taken(&pool, A, 1)],
            [Some(3), Some(2), Some(1), None]
        );
        assert_eq!((taken(&pool, "http://c.example", 1), pool.len()), (None, 1));
    }

    #[test]
    fn the_one_that_waited_longest_is_given_up_first() {
        let pool = Pool::new(2);
        for (way, number) in [(A, 1), (B, 2), (A, 3)] {
            park(&pool, way, number, 0);
        }
        assert_eq!((pool.len(), taken(&pool, A, 0), taken(&pool, A, 0)), (2, Some(3), None));
        assert!(pool.give_up().is_some() && pool.give_up().is_none());
        assert_eq!((pool.len(), taken(&pool, B, 0)), (0, None));
    }

    #[test]
    fn what_waited_too_long_is_not_taken_and_goes_when_another_comes() {
        let pool = Pool::new(9);
        park(&pool, A, 1, 0);
        park(&pool, A, 2, 0);
        assert_eq!(taken(&pool, A, 16), None);
        park(&pool, B, 3, 16);
        assert_eq!((pool.len(), taken(&pool, B, 31)), (1, Some(3)));
    }

    proptest! {
        #[test]
        fn it_never_keeps_more_than_it_may_and_gives_each_out_once(
            steps in proptest::collection::vec((0_u8..3, 0_u8..4), 0..400)
        ) {
            let (pool, mut out, mut parked) = (Pool::new(5), std::collections::HashSet::new(), 0);
            for (step, way) in steps {
                let way = format!("http://{way}.example");
                match step {
                    0 => { if let Some((it, _)) = pool.take(&way, At(0)) { assert!(out.insert(it.stream)); } }
                    1 => { pool.give_up(); }
                    _ => { parked += 1; pool.park(&way, connection(parked), At(0)); }
                }
                let idle = pool.lock();
                prop_assert!(idle.count <= 5 && idle.queue.len() <= 2 * 5 + 64 + 1);
                prop_assert_eq!(idle.count, idle.ways.values().map(Vec::len).sum::<usize>());
            }
        }
    }
}
