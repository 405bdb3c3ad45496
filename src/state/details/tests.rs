//! Details as the events of a run make them.

use super::*;
use crate::event::Because;
use crate::failure::{Failure, FailureKind};
use crate::head::{Headers, Lines};
use crate::phase::Phase;
use crate::text::Untrusted;

fn text(text: &str) -> Untrusted {
    Untrusted::new(text, 9999)
}

fn started(id: u64) -> EventKind {
    EventKind::Started { id: FetchId(id), url: text("http://a/"), place: None }
}

fn entered(id: u64, phase: Phase) -> EventKind {
    EventKind::PhaseEntered { id: FetchId(id), phase, steps: 1 }
}

fn fetched(from: u64, to: u64) -> Arc<Fetched> {
    Arc::new(Fetched::failed(text("http://a/"), At(from), At(to), Failure::new(FailureKind::Reset, "")))
}

fn finished(id: u64) -> EventKind {
    EventKind::Finished { id: FetchId(id), fetched: fetched(1, 2) }
}

fn head(bytes: usize) -> Headers {
    let mut lines = Lines::start(b"HTTP/1.1 200 OK");
    lines.field(b"X", &vec![b'x'; bytes]);
    Headers::new(&lines)
}

fn received(id: u64, bytes: usize) -> EventKind {
    EventKind::HeadReceived { id: FetchId(id), status: 200, head: head(bytes) }
}

fn told(details: &mut Details, kinds: impl IntoIterator<Item = EventKind>) {
    for (at, kind) in kinds.into_iter().enumerate() {
        details.apply(&Event { at: At(at as u64), kind });
    }
}

fn after(kinds: impl IntoIterator<Item = EventKind>) -> Details {
    let mut details = Details::default();
    told(&mut details, kinds);
    details
}

#[test]
fn each_hop_and_each_attempt_has_its_own_phases_and_connection() {
    let id = FetchId(1);
    let address = "127.0.0.1:80".parse().unwrap();
    let because = Because::Failure(FailureKind::Reset);
    let details = after([
        started(1),
        entered(1, Phase::Connect),
        EventKind::Dialled { id, address: Box::new(address) },
        EventKind::Connected { id, address },
        entered(1, Phase::Send),
        EventKind::Redirected { id, status: 301, url: text("http://a/x") },
        EventKind::Reused { id, carried: 3, address: Some(Box::new(address)), tls: None },
        entered(1, Phase::Send),
        EventKind::Resent { id },
        entered(1, Phase::Connect),
        EventKind::Retrying { id, until: At(50), because, fetched: fetched(0, 10) },
        EventKind::Retried { id, attempt: 2 },
        entered(1, Phase::Send),
        finished(1),
    ]);
    let detail = details.get(id).unwrap();
    let shape: Vec<(u32, usize)> = detail.attempts.iter().map(|it| (it.number, it.legs.len())).collect();
    assert_eq!(shape, [(1, 2), (2, 1)]);
    let [first, second] = &detail.attempts[0].legs[..] else { panic!() };
    assert_eq!((first.end.clone(), first.address, first.carried), (Some(End::Redirect(301)), Some(address), None));
    assert_eq!((&first.dialled[..], first.marks.spans(At(5)).count()), (&[address][..], 2));
    assert_eq!((second.began, second.resent, second.carried, second.address), (At(5), true, None, None));
    assert_eq!(detail.attempts[0].retry, Some((At(50), because)));
    assert_eq!(detail.attempts[0].spans(At(99)).map(|span| span.1).collect::<Vec<_>>(), [At(5), At(10)]);
    assert!(detail.is_done() && detail.fetched().is_some());
}

#[test]
fn a_result_alone_tells_its_hops_and_their_phases() {
    let mut result = Fetched::clone(&fetched(10, 100));
    result.final_url = Some(text("http://b/"));
    let hop = |us| crate::fetched::Hop { status: 302, url: text("http://a/"), us };
    result.redirects = vec![hop(20), hop(30)];
    for (phase, at) in [(Phase::Connect, 10), (Phase::Send, 12), (Phase::Send, 31), (Phase::Connect, 60)] {
        result.marks.enter(phase, At(at));
    }
    let detail = Detail::of_result(&result);
    let legs: Vec<_> = detail.legs().map(|leg| (leg.began.0, leg.marks.spans(At(0)).count())).collect();
    assert_eq!(legs, [(10, 2), (30, 1), (60, 1)]);
    assert!(detail.last().leg().url == text("http://b/"));
}

#[test]
fn what_is_done_is_kept_for_a_thousand_more_and_what_is_in_flight_for_as_long_as_it_is() {
    let mut details = after([started(1), started(2), finished(2)]);
    // Slowly enough that each is followed.
    for id in 10..10 + KEPT as u64 {
        let tell = |kind| details.apply(&Event { at: At(id * 2_000), kind });
        [started(id), received(id, 9), finished(id)].into_iter().for_each(tell);
    }
    assert!(details.get(FetchId(1)).is_some() && details.get(FetchId(2)).is_none());
    assert_eq!(details.len(), KEPT + 1);
    told(&mut details, [finished(1)]);
    assert_eq!((details.len(), details.get(FetchId(10))), (KEPT, None));
    let weight: usize = details.kept.values().flat_map(|it| it.legs()).map(|leg| leg.response.len()).sum();
    assert_eq!(details.heads, weight as u64);
}

#[test]
fn what_is_begun_again_is_not_forgotten_as_done() {
    let mut details = after([started(1), finished(1), EventKind::Retried { id: FetchId(1), attempt: 2 }]);
    assert!(!details.get(FetchId(1)).unwrap().is_done());
    told(&mut details, (10..20 + KEPT as u64).flat_map(|id| [started(id), finished(id)]));
    assert_eq!(details.get(FetchId(1)).unwrap().attempts.len(), 2);
}

#[test]
fn what_is_reopened_waits_for_another_attempt_kept_or_not() {
    let reopened = |id| EventKind::Reopened { id: FetchId(id), all: false, fetched: fetched(1, 2) };
    for before in [vec![started(1), finished(1)], vec![]] {
        let mut details = after(before);
        told(&mut details, [reopened(1)]);
        let detail = details.get(FetchId(1)).unwrap();
        assert!(!detail.is_done() && detail.url == text("http://a/"));
        assert_eq!(detail.last().retry, Some((At(0), Because::Asked)));
        told(&mut details, [EventKind::Retried { id: FetchId(1), attempt: 2 }, finished(1)]);
        let numbers: Vec<u32> = details.get(FetchId(1)).unwrap().attempts.iter().map(|it| it.number).collect();
        assert_eq!(numbers, [1, 2]);
    }
}

#[test]
fn the_heads_of_one_fetch_are_bounded_and_its_last_ones_are_kept() {
    let hop = |status| EventKind::Redirected { id: FetchId(1), status, url: text("http://a/") };
    let details = after([started(1)].into_iter().chain((0..100).flat_map(|_| [received(1, 8000), hop(302)])));
    let detail = details.get(FetchId(1)).unwrap();
    let kept: Vec<bool> = detail.legs().map(|leg| !leg.response.is_empty()).collect();
    assert_eq!((kept.len(), detail.last().gone), (32, 69));
    assert!(detail.heads <= HEADS_OF_ONE && u64::from(detail.heads) == details.heads, "{} bytes", detail.heads);
    assert!(kept[30] && !kept[0] && detail.legs().next().unwrap().gave_up);
}

#[test]
fn many_attempts_leave_the_first_and_the_last_ones() {
    let again = (2..=20).map(|attempt| EventKind::Retried { id: FetchId(1), attempt });
    let details = after([started(1)].into_iter().chain(again));
    let detail = details.get(FetchId(1)).unwrap();
    let numbers: Vec<u32> = detail.attempts.iter().map(|attempt| attempt.number).collect();
    assert_eq!((numbers, detail.gone), (vec![1, 14, 15, 16, 17, 18, 19, 20], 12));
}

#[test]
fn a_fetch_in_flight_takes_little_room() {
    let own = size_of::<Detail>();
    // Two heads as servers and this program write them, and the place in the table.
    assert!(own + 200 + 500 + 40 <= 2048, "{own} bytes");
}

#[test]
fn a_copy_stays_as_it_was() {
    let mut details = after([started(1), entered(1, Phase::Connect)]);
    let copy = details.clone();
    told(&mut details, [entered(1, Phase::Send), finished(1)]);
    assert!(copy != details && !copy.get(FetchId(1)).unwrap().is_done());
}

#[test]
fn of_very_many_only_some_are_followed_and_those_of_which_something_rare_is_told() {
    let most = told_by(At(0));
    let mut state = crate::state::State::default();
    let mut tell = |kind| state.apply(&Event { at: At(7), kind });
    (1..=most + 3).map(started).for_each(&mut tell);
    let [plain, led, failed] = [1, 2, 3].map(|number| FetchId(most + number));
    tell(entered(led.0, Phase::Wait));
    tell(EventKind::Redirected { id: led, status: 301, url: text("http://b/") });
    tell(received(failed.0, 10));
    tell(entered(plain.0, Phase::Wait));
    tell(finished(plain.0));
    let legs: Vec<_> = state.details.get(led).unwrap().legs().map(|leg| leg.url.display_all()).collect();
    assert_eq!(legs, ["http://a/", "http://b/"]);
    assert!(state.details.get(led).unwrap().legs().next().unwrap().marks.current().is_some());
    assert!(!state.details.get(failed).unwrap().last().leg().response.is_empty());
    assert_eq!(state.details.get(plain), None);
    assert_eq!(state.details.len() as u64, most + 2);
}
