//! Why a fetch gave no usable response. Knows nothing of the errors it was made from.

use crate::phase::Phase;
use crate::text::Untrusted;
use serde::{Deserialize, Serialize};

macro_rules! kinds {
    ($($variant:ident $name:literal $means:literal)*) => {
        /// The kind of a failure, as the exports spell it.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum FailureKind { $(#[doc = $means] #[serde(rename = $name)] $variant),* }

        impl FailureKind {
            pub const ALL: &[FailureKind] = &[$(FailureKind::$variant),*];
            pub fn name(self) -> &'static str { match self { $(FailureKind::$variant => $name),* } }
            pub fn meaning(self) -> &'static str { match self { $(FailureKind::$variant => $means),* } }
        }
    };
}

kinds! {
    InvalidUrl "invalid_url" "The text is no http or https URL."
    Dns "dns" "The host has no address, or the lookup failed."
    ConnectRefused "connect_refused" "Nothing listens at that address and port."
    ConnectTimeout "connect_timeout" "Name, connection and TLS were not there within the connect timeout."
    Unreachable "unreachable" "No route to the address."
    Tls "tls" "The TLS handshake failed, or what came after it was no TLS."
    Reset "reset" "The peer cut the connection off."
    Protocol "protocol" "The answer is not HTTP/1.1 that can be read safely."
    Truncated "truncated" "The answer ended before it was whole."
    Timeout "timeout" "No byte within the idle timeout, or no end within the total time."
    TooLarge "too_large" "The answer is larger than the limits allow."
    TooManyRedirects "too_many_redirects" "The redirects did not end."
    Decode "decode" "The content coding is broken or unknown."
    Robots "robots" "robots.txt keeps crawlers out."
    NotAllowed "not_allowed" "The address is one that a public start may not reach."
    Cancelled "cancelled" "The run ended, or was told to let go of it."
    Local "local" "This machine ran out of descriptors, ports or disk."
    Internal "internal" "An error of crawltop itself."
}

impl FailureKind {
    /// Whether another attempt may come to something else: not where our own will, the URL or a rule is the reason.
    pub fn may_pass(self) -> bool {
        use FailureKind::{Cancelled, InvalidUrl, NotAllowed, Robots};
        !matches!(self, Cancelled | InvalidUrl | NotAllowed | Robots)
    }
}

/// What went wrong, in which phase, in words that name the peer and the cause.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    pub kind: FailureKind,
    /// `None` where no phase had been entered.
    pub phase: Option<Phase>,
    /// A lowercase fragment. It may quote the peer, so it leaves only as untrusted text does.
    pub message: Untrusted,
}

/// Bytes of a message that are kept.
pub const MESSAGE_BYTES: usize = 512;

impl Failure {
    pub fn new(kind: FailureKind, message: &str) -> Failure {
        Failure { kind, phase: None, message: Untrusted::new(message, MESSAGE_BYTES) }
    }

    /// The same failure, told of `phase`.
    pub fn during(self, phase: Phase) -> Failure {
        Failure { phase: Some(phase), ..self }
    }

    /// The same failure, with more behind its message.
    pub fn with(self, more: &str) -> Failure {
        Failure { message: self.message.followed_by(more, MESSAGE_BYTES), ..self }
    }

    /// The message for where the kind stands beside it: a message begins with its phase, which may have the same name.
    pub fn without_kind(&self) -> Untrusted {
        self.message.without_prefix(&Untrusted::new(&format!("{}: ", self.kind.name()), MESSAGE_BYTES))
    }
}
