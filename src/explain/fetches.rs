//! What a fetch passes through and ends in: phases, callbacks, outcomes. Knows nothing of how it fails.

use super::{Entry, Group};
use crate::callback::Callback;
use crate::fetched::Outcome;
use crate::phase::Phase;

pub(super) fn phases() -> Vec<Entry> {
    Phase::ALL.into_iter().map(phase).collect()
}

pub(super) fn callbacks() -> Vec<Entry> {
    Callback::ALL.into_iter().map(callback).collect()
}

pub(super) fn outcomes() -> Vec<Entry> {
    Outcome::ALL.into_iter().map(outcome).collect()
}

pub(super) fn phase(phase: Phase) -> Entry {
    let (means, asyncio) = match phase {
        Phase::Blocked => (
            [
                "The request waits for a place: a slot, a worker, its turn at the resolver or, after a redirect, by --rate.",
                "No limit but that of the run counts here, so a machine that is busy makes no fetch fail.",
            ],
            "Semaphore.acquire, and the queue of run_in_executor",
        ),
        Phase::Dns => (
            [
                "The addresses of the host are looked up.",
                "An address that is written out needs no lookup, and such a fetch has no such phase.",
            ],
            "loop.getaddrinfo",
        ),
        Phase::Connect => (
            [
                "The TCP handshake: the addresses are tried in turn until one answers.",
                "The connect timeout is for name, connection and TLS together.",
            ],
            "loop.sock_connect",
        ),
        Phase::Tls => (
            [
                "The TLS handshake: both sides agree on keys, and the certificate is checked.",
                "Only https has it; with --insecure any certificate will do.",
            ],
            "loop.start_tls",
        ),
        Phase::Send => (
            [
                "The request is written to the socket.",
                "Most are a few hundred bytes, so this takes long only where the peer does not read.",
            ],
            "StreamWriter.drain",
        ),
        Phase::Wait => (
            [
                "From the last byte of the request to the first byte of the answer; interim ones (1xx) are none.",
                "It is the time of the server to think and of the network to go there and back; the idle timeout counts.",
            ],
            "StreamReader.read, until there is a byte",
        ),
        Phase::Body => (
            [
                "From the first byte of the answer to its last, the head counted in.",
                "The idle timeout begins anew whenever bytes come.",
            ],
            "StreamReader.read, to the end",
        ),
    };
    Entry::new(Group::Phase, phase.name(), means).asyncio(asyncio).also(sign(phase))
}

/// What its part of a waterfall is drawn with; a request that is blocked has none.
fn sign(phase: Phase) -> &'static [&'static str] {
    match phase {
        Phase::Blocked => &[],
        Phase::Dns => &["░"],
        Phase::Connect => &["▒"],
        Phase::Tls => &["▓"],
        Phase::Send => &["╸"],
        Phase::Wait => &["━"],
        Phase::Body => &["█"],
    }
}

pub(super) fn callback(callback: Callback) -> Entry {
    let (means, asyncio) = match callback {
        Callback::Report => (
            [
                "Tells the result to the dashboard and to every output.",
                "Its turn in the queue is the place of the result in the order of completion.",
            ],
            "Future.add_done_callback, as as_completed uses it",
        ),
        Callback::Follow => (
            [
                "Gives the links of a page to the frontier, which says what is fetched next.",
                "A fetch of given URLs follows no link, so only a crawl has it.",
            ],
            "Future.add_done_callback",
        ),
        Callback::Retry => (
            [
                "Puts a failed attempt back, to be made again after its delay.",
                "It fires in the place of report, and release frees the slot as after a result.",
            ],
            "Future.add_done_callback, and loop.call_later for the delay",
        ),
        Callback::Release => (
            ["Frees the slot of a task, so that the next one can start.", "Until it fires the slot counts as taken."],
            "Future.add_done_callback, with Semaphore.release",
        ),
    };
    Entry::new(Group::Callback, callback.name(), means).asyncio(asyncio)
}

fn outcome(outcome: Outcome) -> Entry {
    let (means, asyncio) = match outcome {
        Outcome::Ok => (
            ["The answer has a status of 2xx and came whole.", "The header and the summary count it as ok."],
            "Future.set_result",
        ),
        Outcome::Redirect => (
            [
                "The answer has a status of 3xx and was not followed.",
                "With --no-location none is followed; 300 and 304, and one without a Location, never are.",
            ],
            "Future.set_result",
        ),
        Outcome::HttpError => (
            [
                "The answer has a status of 400 or above.",
                "The header calls it broken; with --fail it makes the exit code 1.",
            ],
            "Future.set_result",
        ),
        Outcome::Error => (
            [
                "There is no usable answer: the failure kind says why, and the phase says when.",
                "The header calls it failed; with --fail it makes the exit code 1.",
            ],
            "Future.set_exception; here a failure is a result like any other",
        ),
    };
    Entry::new(Group::Outcome, outcome.name(), means).asyncio(asyncio)
}
