//! What no request shows of how a run asks, as it is told when that begins. Knows no event.

use crate::event;
use crate::net::{Family, Options, Trust};
use crate::text::Untrusted;

/// Bytes of a file's name.
const FILE_NAME: usize = 4096;

pub(super) fn way(options: &Options) -> event::Way {
    event::Way {
        cacert: match &options.trust {
            Trust::File(path) => Some(Untrusted::new(&path.to_string_lossy(), FILE_NAME)),
            Trust::System | Trust::Anyone => None,
        },
        family: options.way.family.map(|family| match family {
            Family::V4 => 4,
            Family::V6 => 6,
        }),
    }
}
