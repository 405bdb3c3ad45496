//! What became of one address, and the number that it is counted in. Decides nothing.

use crate::crawl::scope::Reason;
use crate::followed::Followed;
use crate::id::FetchId;

/// What became of one address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Became {
    New(FetchId),
    Known(FetchId),
    Outside,
    /// It leads out, or to a host without a start, and what becomes of it is known only once each start has its answer.
    Undecided,
    Excluded(Reason),
    Trapped,
    Over,
    /// A robots.txt that was asked for already, and is there.
    Aside,
}

impl Became {
    /// Whether it is no target for a reason that is counted.
    pub fn is_kept_out(&self) -> bool {
        !matches!(self, Became::New(_) | Became::Known(_) | Became::Aside)
    }
}

/// Counts it; the target that it leads to, if there is one.
pub(super) fn count(followed: &mut Followed, became: &Became) -> Option<FetchId> {
    match *became {
        Became::New(id) => {
            followed.new += 1;
            return Some(id);
        }
        Became::Known(id) => {
            followed.known += 1;
            return Some(id);
        }
        Became::Outside | Became::Undecided => followed.outside += 1,
        Became::Excluded(reason) => *excluded(followed, reason) += 1,
        Became::Trapped => followed.trapped += 1,
        Became::Over => followed.over += 1,
        Became::Aside => followed.known += 1,
    }
    None
}

/// The number of those that this rule keeps out.
fn excluded(followed: &mut Followed, reason: Reason) -> &mut u32 {
    match reason {
        Reason::Level => &mut followed.level,
        Reason::Exclude => &mut followed.exclude,
        Reason::Include => &mut followed.include,
        Reason::Parent => &mut followed.no_parent,
    }
}
