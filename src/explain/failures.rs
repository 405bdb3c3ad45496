//! What each kind of failure means and what can be done about it. Knows nothing of the errors behind them.

use super::{Entry, Group};
use crate::failure::FailureKind;

pub(super) fn failures() -> Vec<Entry> {
    FailureKind::ALL.iter().map(|&kind| failure(kind)).collect()
}

fn failure(kind: FailureKind) -> Entry {
    let entry = Entry::new(Group::Failure, kind.name(), [kind.meaning(), more(kind)]);
    Entry { asyncio: exception(kind), ..entry }
}

fn more(kind: FailureKind) -> &'static str {
    use FailureKind::*;
    match kind {
        InvalidUrl => "A pattern can make such a text; a bad word or line is refused and becomes no fetch.",
        Dns => "Look at the spelling of the host, and at the resolver of this machine.",
        ConnectRefused => "The host is there but no server is: it may be down, or at another port.",
        ConnectTimeout => "Set it with --connect-timeout; the phase says which of the three did not come.",
        Unreachable => "This machine said so, or a router on the way.",
        Tls => "The message tells the cause, such as a certificate that has expired or is for another name.",
        Reset => "It did so before the answer was whole, perhaps before its first byte.",
        Protocol => "What could be read in two ways is refused, so that nobody slips in a second answer.",
        Truncated => "The connection ended in the middle, and a part is never taken for the whole.",
        Timeout => "Set them with --idle-timeout and --max-time; the message says which one it was.",
        TooLarge => "Set the limit of the content with --max-filesize; the head has a limit of its own.",
        TooManyRedirects => {
            "The message tells a loop from a chain over --max-redirs; with --no-location the first redirect is the result."
        }
        Decode => "What came can't be turned into the content that the server meant.",
        Robots => "The verb fetch asks no robots.txt, so that only a crawl ends so.",
        NotAllowed => {
            "A public site is not to lead anyone to the private addresses around them; --allow-private lifts that."
        }
        Cancelled => "The percentiles leave it out, for its time says nothing of the server.",
        Local => "It says nothing of the server; fewer fetches at once may help.",
        Internal => "A panic in a task ends so: that fetch has failed, and the run goes on.",
    }
}

/// What a program with asyncio meets in its place.
fn exception(kind: FailureKind) -> Option<&'static str> {
    use FailureKind::*;
    match kind {
        Dns => Some("socket.gaierror, from loop.getaddrinfo"),
        ConnectRefused => Some("ConnectionRefusedError, from open_connection"),
        ConnectTimeout | Timeout => Some("TimeoutError, from asyncio.timeout"),
        Unreachable | Local => Some("OSError"),
        Tls => Some("ssl.SSLError, from loop.start_tls"),
        Reset => Some("ConnectionResetError"),
        Truncated => Some("IncompleteReadError"),
        Cancelled => Some("CancelledError, from Task.cancel"),
        Internal => Some("Future.set_exception, with what the coroutine let out"),
        InvalidUrl | Protocol | TooLarge | TooManyRedirects | Decode | Robots | NotAllowed => None,
    }
}
