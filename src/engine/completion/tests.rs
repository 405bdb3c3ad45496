//! A Completion by itself, and with threads that mix.

use super::*;
use crate::clock::Clock;
use crate::emit::{Events, channel};
use crate::event::EventKind;
use proptest::prelude::*;
use std::sync::Barrier;
use std::thread;

type Fired = Arc<Mutex<Vec<(usize, Settled<u32>)>>>;

fn pending() -> (CallbackQueue<u32>, Completion<u32>, Events) {
    let (emitter, events) = channel(Clock::start(), false);
    let queue = CallbackQueue::new(emitter);
    (queue.clone(), Completion::new(FetchId(1), queue), events)
}

fn note(fired: &Fired, number: usize) -> Run<u32> {
    let fired = fired.clone();
    Box::new(move |settled| fired.lock().unwrap().push((number, settled.clone())))
}

fn numbers(fired: &Fired) -> Vec<usize> {
    fired.lock().unwrap().iter().map(|(number, _)| *number).collect()
}

#[test]
fn set_schedules_in_the_order_of_adding_and_runs_nothing() {
    let (queue, completion, mut events) = pending();
    let fired = Fired::default();
    for (number, name) in [(0, Callback::Release), (1, Callback::Report), (2, Callback::Retry)] {
        completion.on_done(name, note(&fired, number));
    }
    assert!(completion.is_pending());
    assert_eq!(completion.set(42), Ok(()));
    assert!(!completion.is_pending());
    assert_eq!(numbers(&fired), [] as [usize; 0]);
    queue.fire_all();
    let outcome = Settled::Result(42);
    assert_eq!(*fired.lock().unwrap(), [(0, outcome.clone()), (1, outcome.clone()), (2, outcome)]);
    let mut told = Vec::new();
    events.take_now(&mut told);
    assert_eq!(told.iter().filter(|it| matches!(it.kind, EventKind::CallbacksScheduled { .. })).count(), 1);
}

#[test]
fn the_outcome_decides_which_callback_there_is_and_it_keeps_its_place() {
    for (value, name) in [(7, Callback::Retry), (8, Callback::Report)] {
        let (queue, completion, mut events) = pending();
        let fired = Fired::default();
        let run = note(&fired, 0);
        completion.on_outcome(Box::new(|settled| match settled {
            Settled::Result(7) => Some((Callback::Retry, run)),
            _ => Some((Callback::Report, run)),
        }));
        completion.on_done(Callback::Release, note(&fired, 1));
        completion.set(value).unwrap();
        assert_eq!(numbers(&fired), [] as [usize; 0]);
        queue.fire_all();
        assert_eq!(numbers(&fired), [0, 1]);
        let mut told = Vec::new();
        events.take_now(&mut told);
        let first = told.iter().find_map(|event| match event.kind {
            EventKind::CallbackFired { callback, .. } => Some(callback),
            _ => None,
        });
        assert_eq!(first, Some(name));
    }
}

#[test]
fn what_is_settled_stays_as_it_is() {
    let (queue, completion, _events) = pending();
    let fired = Fired::default();
    completion.on_done(Callback::Report, note(&fired, 0));
    assert_eq!(completion.cancel(), Ok(()));
    assert_eq!(completion.set(1), Err(InvalidState));
    assert_eq!(completion.cancel(), Err(InvalidState));
    let refused = completion.set_announced(2, |_| panic!("a second result is not announced"));
    assert_eq!(refused, Err(InvalidState));
    drop(completion.producer());
    queue.fire_all();
    assert_eq!(*fired.lock().unwrap(), [(0, Settled::Cancelled)]);
}

#[test]
fn a_callback_that_comes_late_is_scheduled_at_once_and_still_has_its_turn() {
    let (queue, completion, _events) = pending();
    let fired = Fired::default();
    completion.on_done(Callback::Report, note(&fired, 0));
    completion.set(7).unwrap();
    completion.on_done(Callback::Release, note(&fired, 1));
    assert_eq!(numbers(&fired), [] as [usize; 0]);
    queue.fire_all();
    assert_eq!(numbers(&fired), [0, 1]);
}

#[test]
fn a_producer_that_goes_away_settles_what_it_was_to_set() {
    let (queue, completion, _events) = pending();
    let fired = Fired::default();
    completion.on_done(Callback::Report, note(&fired, 0));
    drop(completion.producer());
    queue.fire_all();
    assert_eq!(*fired.lock().unwrap(), [(0, Settled::Dropped)]);
}

/// What a thread does with a Completion that others share.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Deed {
    Set(u32),
    Cancel,
    OnDone,
    DropProducer,
}

fn deed() -> impl Strategy<Value = Deed> {
    prop_oneof![
        1 => any::<u32>().prop_map(Deed::Set),
        1 => Just(Deed::Cancel),
        4 => Just(Deed::OnDone),
        1 => Just(Deed::DropProducer),
    ]
}

/// Does them at the same time as the others, and tells which outcome it was that took.
fn act(
    deeds: &[Deed],
    first: usize,
    completion: &Completion<u32>,
    fired: &Fired,
    start: &Barrier,
) -> Option<Settled<u32>> {
    let mut took = None;
    start.wait();
    for (number, deed) in deeds.iter().enumerate() {
        let (settled, ended) = match deed {
            Deed::OnDone => {
                completion.on_done(Callback::Follow, note(fired, first + number));
                continue;
            }
            Deed::DropProducer => {
                drop(completion.producer());
                continue;
            }
            Deed::Set(value) => (Settled::Result(*value), completion.set(*value)),
            Deed::Cancel => (Settled::Cancelled, completion.cancel()),
        };
        if ended.is_ok() {
            assert_eq!(took.replace(settled), None);
        }
    }
    took
}

/// Callbacks of the thread `index` are numbered from here.
fn first(index: usize) -> usize {
    (index + 1) * 1000
}

proptest! {
    #[test]
    fn however_threads_mix_there_is_one_outcome_and_each_callback_fires_once_in_order(
        before in 0_usize..5,
        threads in prop::collection::vec(prop::collection::vec(deed(), 0..12), 1..5),
    ) {
        let (queue, completion, _events) = pending();
        let fired = Fired::default();
        (0..before).for_each(|number| completion.on_done(Callback::Report, note(&fired, number)));
        let start = Barrier::new(threads.len());
        let took: Vec<Settled<u32>> = thread::scope(|scope| {
            let work = |(index, deeds): (usize, &Vec<Deed>)| {
                let (deeds, completion, fired, start) = (deeds.clone(), &completion, &fired, &start);
                scope.spawn(move || act(&deeds, first(index), completion, fired, start))
            };
            let running: Vec<_> = threads.iter().enumerate().map(work).collect();
            running.into_iter().filter_map(|thread| thread.join().unwrap()).collect()
        });
        prop_assert!(took.len() <= 1, "{:?}", took);
        prop_assert!(fired.lock().unwrap().is_empty(), "none is run by whoever settles or adds");
        let settled = completion.cancel().is_err();
        queue.fire_all();

        let outcomes: Vec<Settled<u32>> = fired.lock().unwrap().iter().map(|(_, it)| it.clone()).collect();
        let other = if settled { Settled::Dropped } else { Settled::Cancelled };
        let expected = took.first().cloned().unwrap_or(other);
        prop_assert!(outcomes.iter().all(|outcome| *outcome == expected), "{:?}", outcomes);

        let mut numbers = numbers(&fired);
        prop_assert!(numbers.starts_with(&(0..before).collect::<Vec<_>>()), "{:?}", numbers);
        for index in 0..threads.len() {
            let own = numbers.iter().filter(|number| (first(index)..first(index + 1)).contains(number));
            prop_assert!(own.is_sorted(), "{:?}", numbers);
        }
        numbers.sort_unstable();
        let adds = |deeds: &[Deed], from| -> Vec<usize> {
            deeds.iter().enumerate().filter(|(_, it)| **it == Deed::OnDone).map(|(at, _)| from + at).collect()
        };
        let added = threads.iter().enumerate().flat_map(|(index, deeds)| adds(deeds, first(index)));
        prop_assert_eq!(numbers, (0..before).chain(added).collect::<Vec<_>>());
    }
}
