//! Traps that one URL alone shows. Knows nothing of other URLs.

use super::{QUERY_PAIRS, SAME_RUN, SAME_SEGMENT, SEGMENTS, TrapKind, URL_BYTES};

/// What is wrong with a URL; `path` is what follows its origin.
pub fn fault(url: &str, path: &str) -> Option<TrapKind> {
    if url.len() > URL_BYTES {
        return Some(TrapKind::UrlLength);
    }
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    // What follows a slash at the end is no segment.
    let segments = path.bytes().filter(|byte| *byte == b'/').count() - usize::from(path.ends_with('/'));
    if segments > SEGMENTS {
        return Some(TrapKind::PathDepth);
    }
    if segments > SAME_SEGMENT && repeats(path) {
        return Some(TrapKind::RepeatedSegments);
    }
    let pairs = query.bytes().filter(|byte| matches!(byte, b'&' | b';')).count() + 1;
    (pairs > QUERY_PAIRS).then_some(TrapKind::QueryPairs)
}

/// Whether a segment or a run of them comes too often. The path is short by then.
fn repeats(path: &str) -> bool {
    let (mut all, mut count) = ([""; SEGMENTS], 0);
    let path = path.strip_prefix('/').unwrap_or(path);
    for (slot, segment) in all.iter_mut().zip(path.strip_suffix('/').unwrap_or(path).split('/')) {
        *slot = segment;
        count += 1;
    }
    let all = &all[..count];
    all.iter().enumerate().any(|(at, segment)| all[at..].iter().filter(|it| *it == segment).count() > SAME_SEGMENT)
        || (2..=count / (SAME_RUN + 1)).any(|length| runs(all, length))
}

/// Whether a run of this length comes one time more than it may.
fn runs(all: &[&str], length: usize) -> bool {
    let (mut same, needed) = (0, length * SAME_RUN);
    all.iter().zip(&all[length..]).any(|(one, next)| {
        same = if one == next { same + 1 } else { 0 };
        same >= needed
    })
}
