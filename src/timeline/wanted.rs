//! A place in a recording that is wanted, whether it has been read or not. Knows no state and no tape.

use crate::clock::At;
use crate::tape::Extent;

/// A place, as it was asked for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Wanted {
    /// Of the whole time, from 0 to 1.
    Share(f64),
    Moment(At),
    /// So many events have been played.
    Position(u64),
}

impl Wanted {
    /// Whether all before it has been read, or nothing more will be.
    pub fn is_read(self, extent: &Extent) -> bool {
        let reaches = |at: At| at == At(0) || at < extent.until;
        extent.ended.is_some()
            || match self {
                // Of what ends nobody knows where, no other share is known.
                Wanted::Share(share) => share <= 0.0 || extent.expected.is_some() && reaches(moment(share, extent)),
                Wanted::Moment(at) => reaches(at),
                Wanted::Position(position) => position <= extent.events,
            }
    }
}

/// The moment of a share of the time, as far as that is known.
pub(super) fn moment(share: f64, extent: &Extent) -> At {
    // Not before it, or it would be told as the share below.
    At((extent.whole().0 as f64 * share.clamp(0.0, 1.0)).ceil() as u64)
}
