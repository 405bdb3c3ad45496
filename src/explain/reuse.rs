//! Why a connection carries no other request, as the exports spell it. Knows nothing of connections.

use super::{Entry, Group};
use crate::reuse::CloseReason;

pub(super) fn reasons() -> Vec<Entry> {
    CloseReason::ALL.iter().map(|&reason| Entry::new(Group::Reuse, reason.name(), means(reason))).collect()
}

fn means(reason: CloseReason) -> [&'static str; 2] {
    use CloseReason::*;
    match reason {
        UntilClose => [
            "The response gave no length, so only the close ended it.",
            "A length or chunks would let the server keep the connection.",
        ],
        ConnectionClose => [
            "The server said that it will close the connection.",
            "Many do so after some number of requests, or where keep-alive is off.",
        ],
        Http10 => [
            "The server speaks HTTP/1.0 and did not offer to keep the connection.",
            "It would offer that by Connection: keep-alive.",
        ],
        BytesAfterResponse => [
            "The server sent bytes behind the end of its response.",
            "The response stands, and what came behind it is never taken for the answer to another request.",
        ],
        PeerClosed => [
            "The server closed the connection.",
            "As not_reused: it did so as the request went out, which was then sent once more.",
        ],
        Asked => ["This run asks for a connection a request.", "A race does, so that each fetch pays for its own."],
        Abandoned => [
            "The content was not read to its end.",
            "Of a redirect that is followed only the head matters, and of a link that leads out often as well.",
        ],
        Unfinished => [
            "The exchange over it did not come to its end.",
            "It failed, ran into a limit or was let go of; the failure says which.",
        ],
        Aged => [
            "It had waited for longer than 15s.",
            "Servers close what waits for long, and a request that meets such a close is lost time.",
        ],
        ClosedIdle => [
            "The server closed it, or spoke unasked, while it waited.",
            "What a server says before it is asked is never an answer, such as a 408.",
        ],
        Evicted => [
            "More connections waited than are kept, and it was the one that waited longest.",
            "As many are kept as there may be fetches at once, and 16 at least.",
        ],
        Spared => [
            "Its descriptor or port was needed for another connection.",
            "The machine had no other left, and what waits is given up first.",
        ],
        RunEnded => {
            ["The run had come to its end, where all that waits is closed.", "Then something was asked for again."]
        }
        Private => [
            "It leads to an address that this fetch may not reach.",
            "A public start reaches no private address; --allow-private lifts that.",
        ],
    }
}
