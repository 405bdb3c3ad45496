//! What the keys that change the run ask of it, or why they ask for nothing. Knows neither the screen nor who carries
//! the wishes out.

use super::keys::{Action, Change};
use crate::clock::At;
use crate::control::{Control, Rate};
use crate::event::Engine;
use crate::fetched::Fetched;
use crate::id::FetchId;
use crate::state::{Request, State};
use std::time::Duration;

/// How long a wish counts for more than the state: so long a quick second key does not wait for the answer to the first.
const ANSWERED: Duration = Duration::from_millis(500);
/// Over which the present speed is taken.
const PRESENT: Duration = Duration::from_secs(3);

/// What was asked for last, and when.
#[derive(Clone, Copy, Debug, Default)]
pub struct Knobs {
    paused: Option<(bool, At)>,
    cap: Option<(u32, At)>,
    per_host: Option<(u32, At)>,
    rate: Option<(Option<Rate>, At)>,
}

/// What a key comes to: a wish, or why there is none.
type Asked = Result<Control, &'static str>;

/// What a row stands for.
pub enum Selected<'a> {
    Nothing,
    /// In flight, or waiting to be made again.
    Request(&'a Request),
    Done(FetchId, &'a Fetched),
}

impl Knobs {
    /// What `action` asks of the run; `None`, where it is none of those that change it.
    pub fn turn(&mut self, action: Action, state: &State, selected: &Selected<'_>, now: At) -> Option<Asked> {
        let asked = match action {
            Action::Pause => Ok(self.pause(state, now)),
            Action::Concurrency(change) => self.concurrency(change, state, now),
            Action::PerHost(change) => self.per_host(change, state, now),
            Action::Rate(change) => self.rate(change, state, now),
            Action::Cancel => cancel(selected),
            Action::Retry => retry(selected),
            Action::RetryFailed if state.tally.may_pass() == 0 => Err("nothing has failed that may pass"),
            Action::RetryFailed => Ok(Control::RetryFailed),
            _ => return None,
        };
        Some(standing(action, state).and(asked))
    }

    fn pause(&mut self, state: &State, now: At) -> Control {
        let paused = !fresh(self.paused, now).unwrap_or(state.run.paused);
        self.paused = Some((paused, now));
        if paused { Control::Pause } else { Control::Resume }
    }

    fn concurrency(&mut self, change: Change, state: &State, now: At) -> Asked {
        if state.run.engine == Some(Engine::Sequential) {
            return Err("the engine sequential fetches one at a time");
        }
        let cap = changed(fresh(self.cap, now).unwrap_or(state.run.cap), change);
        let cap = cap.ok_or("one at a time is the least; p pauses")?;
        self.cap = Some((cap, now));
        Ok(Control::Concurrency(cap))
    }

    fn per_host(&mut self, change: Change, state: &State, now: At) -> Asked {
        if !state.run.crawl {
            return Err("only a crawl has a cap of each host");
        }
        let cap = changed(fresh(self.per_host, now).unwrap_or(state.crawl.per_host), change);
        let cap = cap.ok_or("one at a time is the least; p pauses")?;
        self.per_host = Some((cap, now));
        Ok(Control::PerHost(cap))
    }

    /// Without a rate, the first key sets one near the present speed.
    fn rate(&mut self, change: Change, state: &State, now: At) -> Asked {
        let rate = match (fresh(self.rate, now).unwrap_or(state.run.rate), change) {
            (None, Change::Up) => return Err("there is no rate to raise; { sets one"),
            (None, Change::Down) => Some(near(state.rate.per_second(now, PRESENT).left)),
            (Some(rate), change) => stepped(rate, change)?,
        };
        self.rate = Some((rate, now));
        Ok(Control::Rate(rate))
    }
}

/// Why nothing can be asked of the run, if nothing can.
fn standing(action: Action, state: &State) -> Result<(), &'static str> {
    let run = &state.run;
    let cancels = action == Action::Cancel;
    let retries = matches!(action, Action::Retry | Action::RetryFailed);
    match () {
        () if retries && run.ended.is_some() && run.may_retry() => Ok(()),
        () if retries && run.ended.is_some() => Err("the run was cut short: begin another one"),
        () if run.ended.is_some() => Err("the run has ended"),
        // Before its first event nothing is known that could be changed.
        () if run.engine.is_none() => Err("the run has not begun"),
        () if run.draining.is_some() && !cancels => Err("the run is ending: nothing new is started"),
        () => Ok(()),
    }
}

fn cancel(selected: &Selected<'_>) -> Asked {
    match selected {
        Selected::Nothing => Err("no request is selected: j and k choose one"),
        Selected::Request(request) if request.settled => Err("it is done already"),
        Selected::Request(request) => Ok(Control::Cancel(request.id)),
        Selected::Done(..) => Err("it is done already; r fetches it again"),
    }
}

fn retry(selected: &Selected<'_>) -> Asked {
    match selected {
        Selected::Nothing => Err("no request is selected: j and k choose one"),
        Selected::Request(request) => Ok(Control::Retry(request.id)),
        Selected::Done(_, fetched) if fetched.marks.current().is_none() => Err("no request was made, and none is"),
        Selected::Done(id, _) => Ok(Control::Retry(*id)),
    }
}

/// What was asked for so short a time ago that the state may not have it yet.
fn fresh<T>(asked: Option<(T, At)>, now: At) -> Option<T> {
    asked.filter(|(_, at)| now - *at < ANSWERED).map(|(value, _)| value)
}

/// One up or down where there are few, a tenth where there are many; `None` below one.
fn changed(cap: u32, change: Change) -> Option<u32> {
    let by = (cap / 10).max(1);
    match change {
        Change::Up => cap.checked_add(by),
        Change::Down => cap.checked_sub(by).filter(|&cap| cap > 0),
    }
}

const MINUTE: Duration = Duration::from_secs(60);
/// Requests a minute below one a second, and requests a second from there on. Above the last there is no limit.
const BY_MINUTE: [u32; 7] = [1, 2, 3, 6, 10, 20, 30];
const BY_SECOND: [u32; 25] = [
    1, 2, 3, 5, 7, 10, 15, 20, 30, 50, 70, 100, 150, 200, 300, 500, 700, 1_000, 1_500, 2_000, 3_000, 5_000, 7_000,
    10_000, 20_000,
];

/// All rates that the keys set, the lowest first.
fn ladder() -> impl DoubleEndedIterator<Item = Rate> {
    let minute = BY_MINUTE.into_iter().map(|requests| Rate { requests, per: MINUTE });
    minute.chain(BY_SECOND.into_iter().map(|requests| Rate { requests, per: Duration::from_secs(1) }))
}

/// The highest that is no higher than the present speed, but one a second at least: who stands still has no speed.
fn near(a_second: f64) -> Rate {
    let is_below = |rate: &Rate| rate.a_second() <= a_second.max(1.0) * 1.001;
    ladder().rev().find(is_below).unwrap_or(Rate { requests: 1, per: Duration::from_secs(1) })
}

/// The next one up or down; `None` where that is none.
fn stepped(rate: Rate, change: Change) -> Result<Option<Rate>, &'static str> {
    let (now, hair) = (rate.a_second(), 1.001);
    match change {
        Change::Up => Ok(ladder().find(|next| next.a_second() > now * hair)),
        Change::Down => {
            let next = ladder().rev().find(|next| next.a_second() * hair < now);
            next.map(Some).ok_or("one a minute is the least; p pauses")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::control::EndReason;
    use crate::event::{Event, EventKind, Order, RunStarted};
    use crate::failure::{Failure, FailureKind};
    use crate::text::Untrusted;
    use std::sync::Arc;

    fn running(crawl: bool) -> State {
        let started = RunStarted {
            wall_clock_ms: 0,
            version: "".into(),
            target: Untrusted::default(),
            engine: Engine::Tasks,
            workers: 1,
            order: Order::Completed,
            cap: 64,
            open_files: 1024,
            crawl,
            no_robots: false,
            printed: crate::event::Printed::default(),
            way: crate::event::Way::default(),
        };
        let mut state = State::default();
        tell(&mut state, EventKind::RunStarted(Box::new(started)));
        state
    }

    fn tell(state: &mut State, kind: EventKind) {
        state.apply(&Event { at: At(0), kind });
    }

    fn turn(knobs: &mut Knobs, action: Action, state: &State, ms: u64) -> Asked {
        knobs.turn(action, state, &Selected::Nothing, At(ms * 1000)).unwrap()
    }

    #[test]
    fn a_quick_second_key_goes_on_from_the_first_and_a_late_one_from_what_is() {
        let (mut knobs, state) = (Knobs::default(), running(false));
        let down = Action::Concurrency(Change::Down);
        assert_eq!(turn(&mut knobs, down, &state, 0), Ok(Control::Concurrency(58)));
        assert_eq!(turn(&mut knobs, down, &state, 400), Ok(Control::Concurrency(53)));
        assert_eq!(turn(&mut knobs, down, &state, 1_000), Ok(Control::Concurrency(58)), "the run has not followed");
        assert_eq!(turn(&mut knobs, Action::Pause, &state, 0), Ok(Control::Pause));
        assert_eq!(turn(&mut knobs, Action::Pause, &state, 100), Ok(Control::Resume));
    }

    #[test]
    fn the_first_key_sets_a_rate_near_the_present_speed_and_beyond_the_bound_there_is_none() {
        let told = |a_second| near(a_second).words();
        assert_eq!([0.0, 1.9, 412.0, 9e9].map(told), ["1/s", "1/s", "300/s", "20000/s"]);
        let (mut knobs, mut state) = (Knobs::default(), running(false));
        let [up, down] = [Change::Up, Change::Down].map(Action::Rate);
        assert!(turn(&mut knobs, up, &state, 0).is_err());
        let mut rates = Vec::new();
        while let Ok(Control::Rate(rate)) = turn(&mut knobs, down, &state, 0) {
            rates.push(rate.unwrap().words());
        }
        assert_eq!(rates, ["1/s", "30/m", "20/m", "10/m", "6/m", "3/m", "2/m", "1/m"]);
        tell(&mut state, EventKind::RateSet { rate: Some(near(9e9)) });
        assert_eq!(turn(&mut knobs, up, &state, 900), Ok(Control::Rate(None)));
    }

    #[test]
    fn a_given_rate_between_two_steps_goes_to_the_next_one() {
        let given = Rate { requests: 1, per: Duration::from_millis(400) };
        let next = [Change::Down, Change::Up].map(|change| stepped(given, change).unwrap().unwrap().words());
        assert_eq!(next, ["2/s", "3/s"]);
    }

    #[test]
    fn what_can_have_no_effect_says_why() {
        let state = running(false);
        let mut crawl = running(true);
        tell(&mut crawl, EventKind::PerHostSet { cap: 1 });
        let mut ended = running(false);
        tell(&mut ended, EventKind::RunEnded { reason: EndReason::Finished, unread: 0 });
        let mut cut_short = running(false);
        tell(&mut cut_short, EventKind::RunEnded { reason: EndReason::Deadline, unread: 0 });
        let cases = [
            (&state, Action::PerHost(Change::Up), "only a crawl"),
            (&crawl, Action::PerHost(Change::Down), "the least"),
            (&state, Action::Cancel, "no request is selected"),
            (&state, Action::Retry, "no request is selected"),
            (&state, Action::RetryFailed, "nothing has failed"),
            (&ended, Action::RetryFailed, "nothing has failed"),
            (&ended, Action::Pause, "the run has ended"),
            (&cut_short, Action::RetryFailed, "begin another one"),
            (&cut_short, Action::Retry, "begin another one"),
            (&State::default(), Action::Concurrency(Change::Up), "the run has not begun"),
        ];
        for (state, action, words) in cases {
            let asked = turn(&mut Knobs::default(), action, state, 0);
            assert!(asked.is_err_and(|why| why.contains(words)), "{action:?}: {asked:?}");
        }
        assert!(Knobs::default().turn(Action::Zoom, &state, &Selected::Nothing, At(0)).is_none());
    }

    #[test]
    fn what_is_done_is_fetched_again_if_it_ever_was() {
        let failure = Failure::new(FailureKind::Reset, "");
        let mut fetched = Fetched::failed(Untrusted::default(), At(0), At(1), failure);
        let id = FetchId(7);
        assert!(retry(&Selected::Done(id, &fetched)).is_err());
        fetched.marks.enter(crate::phase::Phase::Connect, At(0));
        assert_eq!(retry(&Selected::Done(id, &fetched)), Ok(Control::Retry(id)));
        assert!(cancel(&Selected::Done(id, &fetched)).is_err());
        let mut state = running(false);
        tell(&mut state, EventKind::Finished { id, fetched: Arc::new(fetched) });
        assert_eq!(turn(&mut Knobs::default(), Action::RetryFailed, &state, 0), Ok(Control::RetryFailed));
    }
}
