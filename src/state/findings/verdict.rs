//! What a result means for whoever keeps the site: one word, finer than its outcome. Knows nothing of other results.

use crate::failure::FailureKind;
use crate::fetched::Fetched;

/// Each result has one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// 2xx.
    Ok,
    /// 3xx, whether it leads on or not.
    Redirect,
    /// 400 and above, but for those that are blocked.
    Broken,
    /// It may be there, and is not for us: 401, 403, 429, 999, robots.txt, an address that may not be reached, or a host
    /// that asks to come again when the run is over.
    Blocked,
    /// No usable answer.
    Failed,
    /// Let go of as the run ended.
    Cancelled,
}

/// Answers of a server that knows the target, and does not show it to us.
const KEPT_OUT: [u16; 4] = [401, 403, 429, 999];

impl Verdict {
    pub const ALL: [Verdict; 6] =
        [Verdict::Ok, Verdict::Redirect, Verdict::Broken, Verdict::Blocked, Verdict::Failed, Verdict::Cancelled];

    pub fn name(self) -> &'static str {
        ["ok", "redirect", "broken", "blocked", "failed", "cancelled"][self as usize]
    }

    pub fn of(fetched: &Fetched) -> Verdict {
        match (fetched.kind(), fetched.status) {
            (Some(FailureKind::Cancelled), _) => Verdict::Cancelled,
            (Some(FailureKind::Robots | FailureKind::NotAllowed), _) => Verdict::Blocked,
            // No request was made, for its host asks to come again later.
            (Some(FailureKind::Unreachable), None) if fetched.retry_after.is_some() => Verdict::Blocked,
            (Some(_), _) | (None, None) => Verdict::Failed,
            (None, Some(status)) => match status {
                0..=299 => Verdict::Ok,
                300..=399 => Verdict::Redirect,
                _ if KEPT_OUT.contains(&status) => Verdict::Blocked,
                _ => Verdict::Broken,
            },
        }
    }

    /// Whether the single results are kept, and not only their number.
    pub(super) fn is_kept(self) -> bool {
        !matches!(self, Verdict::Ok | Verdict::Cancelled)
    }
}
