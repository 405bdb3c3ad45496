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
    Failure(FailureKind),
    /// The user asked for it.
    Asked,
}

impl Because {
    pub fn words(self) -> String {
        match self {
            Because::RetryAfter => "Retry-After".to_owned(),
            Because::Status(status) => status.to_string(),
            Because::HeadRefused(status) => format!("{status} to HEAD, GET instead"),
            Because::Failure(kind) => kind.name().to_owned(),
            Because::Asked => "asked".to_owned(),
        }
    }
}
