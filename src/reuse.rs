//! Whether a connection may carry another request, and why not. Knows nothing of how that was found out.

use serde::{Deserialize, Serialize};
use std::fmt;

/// What becomes of a connection once a response is complete (RFC 9112, 9.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reuse {
    Keep,
    Close(CloseReason),
}

macro_rules! reasons {
    ($($variant:ident $name:literal $words:literal)*) => {
        /// Why a connection is not used again: known as its answer ends, or found as another request comes for it.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum CloseReason { $($variant),* }

        impl CloseReason {
            pub const ALL: &[CloseReason] = &[$(CloseReason::$variant),*];
            /// As the exports spell it.
            pub const fn name(self) -> &'static str { match self { $(CloseReason::$variant => $name),* } }
            /// In plain words, to go on after "not reused: ".
            pub const fn description(self) -> &'static str { match self { $(CloseReason::$variant => $words),* } }
        }
    };
}

reasons! {
    UntilClose "until_close" "the response gave no length, so only the close ended it"
    ConnectionClose "connection_close" "the server said it will close"
    Http10 "http10" "the server speaks HTTP/1.0 and did not offer to keep the connection"
    BytesAfterResponse "bytes_after_response" "the server sent bytes after the end of its response"
    PeerClosed "peer_closed" "the server closed the connection"
    Asked "asked" "this run asks for a connection a request"
    Abandoned "abandoned" "the content was not read to its end"
    Unfinished "unfinished" "the exchange over it did not come to its end"
    Aged "aged" "it had waited for longer than 15s"
    ClosedIdle "closed_idle" "the server closed it, or spoke unasked, while it waited"
    Evicted "evicted" "more connections waited than are kept"
    Spared "spared" "its descriptor or port was needed for another"
    RunEnded "run_ended" "the run had come to its end"
    Private "private" "it leads to an address that this fetch may not reach"
}

impl fmt::Display for CloseReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.description())
    }
}
