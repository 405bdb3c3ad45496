//! Connections that wait for another request to the same origin, bounded in number and in age. Knows nothing of what a
//! connection is made of, or of how to tell that its peer has closed it.

mod lost;

use super::shortage::{Lack, Spare};
use crate::clock::At;
use crate::fetched::TlsFacts;
use crate::reuse::CloseReason;
use lost::Lost;
use rustix::net::sockopt::set_socket_linger;
use std::collections::{BTreeMap, VecDeque};
use std::net::{IpAddr, SocketAddr};
use std::os::fd::AsFd;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// A connection that waited for longer is closed: servers do the same, and a request that meets such a close is lost
/// time. Apache waits for 5 s, nginx for 75.
const AGE: Duration = Duration::from_secs(15);

/// How often it is looked for such, where there is room for all.
const LOOK: Duration = Duration::from_secs(1);

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
    /// What waits for the requests of each.
    ways: BTreeMap<Arc<str>, Vec<Parked<S>>>,
    lost: Lost,
    /// In the order of parking. What was taken meanwhile still stands here, until it comes to the front or the queue
    /// is swept.
    queue: VecDeque<(u64, Arc<str>)>,
    count: usize,
    parked: u64,
    /// When it was looked last for those that have grown old.
    looked: At,
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
        let idle = Idle {
            ways: BTreeMap::new(),
            lost: Lost::default(),
            queue: VecDeque::new(),
            count: 0,
            parked: 0,
            looked: At(0),
        };
        Pool { most, idle: Mutex::new(idle) }
    }

    /// The connection of this way that waited least and is young enough, and for how long it did.
    ///
    /// # Errors
    /// Why there is none any more, where there had been one and that was not told yet.
    pub fn take(&self, way: &str, now: At) -> Result<(Connection<S>, Duration), Option<CloseReason>> {
        let mut idle = self.lock();
        let Some(parked) = idle.ways.get_mut(way).and_then(Vec::pop) else { return Err(idle.lost.take(way)) };
        idle.count -= 1;
        drop(idle);
        // Those below it waited even longer.
        let rested = now - parked.since;
        if rested <= AGE { Ok((parked.connection, rested)) } else { Err(Some(CloseReason::Aged)) }
    }

    /// Keeps a connection for the next request of its way.
    pub fn park(&self, way: &str, connection: Connection<S>, now: At) {
        let mut spent = Vec::new();
        let mut idle = self.lock();
        idle.park(way, connection, now);
        while let Some(reason) = idle.surplus(self.most, now) {
            spent.extend(idle.give_up(reason));
        }
        idle.sweep(self.most);
        drop(idle);
        // Closing takes a call of the system each: not under the lock.
        drop(spent);
    }

    /// The connection that waited longest. Closed, it leaves its descriptor to another.
    pub fn give_up(&self, reason: CloseReason) -> Option<Connection<S>> {
        self.lock().give_up(reason).map(|parked| parked.connection)
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
        let spent = Pool::give_up(self, CloseReason::Spared);
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
            Some(others) => others.push(parked),
            None => drop(self.ways.insert(name.clone(), vec![parked])),
        }
        self.lost.take(way);
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

    /// Why the one that waited longest is to go, if it is. Where there is room, it is looked only now and then.
    fn surplus(&mut self, most: usize, now: At) -> Option<CloseReason> {
        if self.count <= most && now - self.looked < LOOK {
            return None;
        }
        let since = self.oldest()?;
        let aged = (now - since > AGE).then_some(CloseReason::Aged);
        if aged.is_none() {
            self.looked = now;
        }
        aged.or_else(|| (self.count > most).then_some(CloseReason::Evicted))
    }

    /// The one that waited longest. Whoever comes for it hears why it has gone.
    fn give_up(&mut self, reason: CloseReason) -> Option<Parked<S>> {
        self.oldest()?;
        let (_, way) = self.queue.pop_front()?;
        let spent = self.ways.get_mut(&way)?.remove(0);
        self.lost.note(&way, reason);
        self.count -= 1;
        Some(spent)
    }

    /// The queue stays in proportion to what waits, and so do the ways that are remembered.
    fn sweep(&mut self, most: usize) {
        let bound = 2 * most + 64;
        if self.queue.len() > bound || self.ways.len() > bound {
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
        pool.take(way, At(second * 1_000_000)).ok().map(|(connection, _)| connection.stream)
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
        assert!(pool.give_up(CloseReason::Spared).is_some() && pool.give_up(CloseReason::Spared).is_none());
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

    #[test]
    fn whoever_comes_for_one_that_has_gone_hears_why_and_once() {
        let told = |pool: &Pool<u32>, way: &str, second: u64| pool.take(way, At(second * 1_000_000)).err().flatten();
        let pool = Pool::new(1);
        assert_eq!(told(&pool, A, 0), None, "there never was one");
        park(&pool, A, 1, 0);
        park(&pool, B, 2, 0);
        assert_eq!((told(&pool, A, 0), told(&pool, A, 0)), (Some(CloseReason::Evicted), None));
        assert_eq!(told(&pool, B, 16), Some(CloseReason::Aged));
        park(&pool, A, 3, 20);
        park(&pool, B, 4, 40);
        assert_eq!(told(&pool, A, 40), Some(CloseReason::Aged), "it went as another came");
        pool.give_up(CloseReason::Spared);
        assert_eq!(told(&pool, B, 40), Some(CloseReason::Spared));
        park(&pool, B, 5, 40);
        pool.give_up(CloseReason::RunEnded);
        park(&pool, B, 6, 40);
        assert_eq!((taken(&pool, B, 40), told(&pool, B, 40)), (Some(6), None), "there was another");
    }

    #[test]
    fn however_many_go_each_of_the_last_thousands_is_told_why() {
        let (pool, way) = (Pool::new(1), |number: u32| format!("http://{number}.example"));
        (0..5000).for_each(|number| park(&pool, &way(number), number, 0));
        let told = (0..4999).filter(|&number| pool.take(&way(number), At(0)).err() == Some(Some(CloseReason::Evicted)));
        assert_eq!(told.count(), 4999);
    }

    proptest! {
        #[test]
        fn it_never_keeps_more_than_it_may_and_gives_each_out_once(
            steps in proptest::collection::vec((0_u8..3, 0_u8..120), 0..400)
        ) {
            let (pool, mut out, mut parked) = (Pool::new(5), std::collections::HashSet::new(), 0);
            for (step, way) in steps {
                let way = format!("http://{way}.example");
                match step {
                    0 => { if let Ok((it, _)) = pool.take(&way, At(0)) { assert!(out.insert(it.stream)); } }
                    1 => { pool.give_up(CloseReason::Spared); }
                    _ => { parked += 1; pool.park(&way, connection(parked), At(0)); }
                }
                let idle = pool.lock();
                prop_assert!(idle.count <= 5 && idle.queue.len().max(idle.ways.len()) <= 2 * 5 + 64 + 1);
                prop_assert_eq!(idle.count, idle.ways.values().map(Vec::len).sum::<usize>());
            }
        }
    }
}
