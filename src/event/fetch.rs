//! Which fetch an event is about.

use super::EventKind;
use crate::id::FetchId;

impl EventKind {
    /// The fetch this is about.
    pub fn fetch(&self) -> Option<FetchId> {
        use EventKind::*;
        match self {
            RunStarted(_) | TargetsCounted { .. } | LineSkipped { .. } | LineRefused { .. } => None,
            HostPaced(_) | HostsSampled { .. } | FrontierCounted(_) | Limited { .. } | PerHostSet { .. } => None,
            Widened { .. } | Trapped { .. } | SitemapsUnread { .. } | RateSet { .. } | FailedReopened { .. } => None,
            CancelAsked { id } | RetryAsked { id } | Reopened { id, .. } => Some(*id),
            Followed { id, .. } | RobotsRead { id, .. } | SitemapRead { id, .. } => Some(*id),
            FragmentMissed { id, .. } | FragmentsUnchecked { id, .. } | Admitted { id, .. } => Some(*id),
            InputFailed { .. } | Held { .. } | Paused | Resumed | ConcurrencySet { .. } => None,
            Draining { .. } | Suspended | Continued { .. } | RunEnded { .. } | WorkerRefused { .. } | Sampled(_) => {
                None
            }
            RecordingEnded { .. } | RunReopened { .. } => None,
            Queued { id } | RateAwaited { id } | Running { id, .. } | Stepped { id, .. } => Some(*id),
            Started { id, .. } | PhaseEntered { id, .. } | FellBack { id, .. } => Some(*id),
            Dialled { id, .. } | Connected { id, .. } => Some(*id),
            Tunnelled { id, .. } | Secured { id, .. } | Redirected { id, .. } => Some(*id),
            AddressGiven { id } | RequestMade { id, .. } => Some(*id),
            Reused { id, .. } | NotReused { id, .. } | Resent { id } => Some(*id),
            HeadReceived { id, .. } | BodyProgressed { id, .. } | LoopLagged { id, .. } => Some(*id),
            ResultSet { id, .. } | ResultRefused { id } | CallbacksScheduled { id, .. } => Some(*id),
            Retrying { id, .. } | Retried { id, .. } | RetryForgone { id, .. } => Some(*id),
            ContentKept { id, .. } | Finished { id, .. } | CallbackFired { id, .. } | CallbackPanicked { id, .. } => {
                Some(*id)
            }
        }
    }
}
