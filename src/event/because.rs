//! Why an attempt is made again.

use crate::failure::FailureKind;
use serde::{Deserialize, Serialize};

/// Why an attempt is made again when it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Because {
    /// The server named the time.
    RetryAfter,
    Status(u16),
    /// HEAD got this status, so that GET is tried.
    HeadRefused(u16),
    /// HEAD came to this, so that GET is tried.
    HeadFailed(FailureKind),
    Failure(FailureKind),
    /// The user asked for it.
    Asked,
}

impl Because {
    /// Whether what was asked is asked once more, and not something else in its place.
    pub fn is_retry(self) -> bool {
        !matches!(self, Because::HeadRefused(_) | Because::HeadFailed(_))
    }

    pub fn words(self) -> String {
        match self {
            Because::RetryAfter => "Retry-After".to_owned(),
            Because::Status(status) => status.to_string(),
            Because::HeadRefused(status) => format!("{status} to HEAD, GET instead"),
            Because::HeadFailed(kind) => format!("{} at HEAD, GET instead", kind.name()),
            Because::Failure(kind) => kind.name().to_owned(),
            Because::Asked => "asked".to_owned(),
        }
    }
}
