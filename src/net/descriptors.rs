//! The process's table of descriptors: how many there may be, and room for them. It knows nothing of who opens them.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// More room than this is made as it is needed.
const MOST_ROOM: u64 = 1 << 16;

/// Raises the soft limit of open files to the hard one, and tells how many there may be.
pub fn raise_open_files() -> u64 {
    let limit = getrlimit(Resource::Nofile);
    let raised = Rlimit { current: limit.maximum, maximum: limit.maximum };
    let now = if setrlimit(Resource::Nofile, raised).is_ok() { limit.maximum } else { limit.current };
    now.unwrap_or(u64::MAX)
}

/// Makes room for `wanted` descriptors at once, while the process has one thread: a table that grows while there are
/// several stops whoever opens the descriptor until each processor has passed through the scheduler, which took 12 ms.
pub fn make_room(wanted: u64) {
    let last = wanted.min(MOST_ROOM).saturating_sub(1);
    let Ok(last) = i32::try_from(last) else { return };
    // Given back at once: the table stays as large as it was. What can't be had is no loss but of time.
    drop(rustix::io::fcntl_dupfd_cloexec(std::io::stderr(), last));
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    fn room() -> u64 {
        let status = std::fs::read_to_string("/proc/self/status").expect("a status");
        let size = status.lines().find_map(|line| line.strip_prefix("FDSize:")).expect("a size");
        size.trim().parse().expect("a number")
    }

    #[test]
    fn room_is_made_and_no_descriptor_is_kept() {
        let wanted = (raise_open_files() - 1).min(1500);
        make_room(wanted);
        assert!(room() >= wanted, "room for {}", room());
        let last = format!("/proc/self/fd/{}", wanted - 1);
        assert!(!std::path::Path::new(&last).exists(), "{last} is open");
    }

    #[test]
    fn more_than_may_be_open_is_no_error() {
        make_room(u64::MAX);
        make_room(0);
    }
}
