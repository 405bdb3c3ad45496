//! What this process has used so far, as the machine tells it. Knows nothing of what it was used for.

use rustix::time::{ClockId, clock_gettime};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// How often it is told, where every event is wanted.
pub const SAMPLES: Duration = Duration::from_millis(200);

/// `None`: the machine does not tell.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Usage {
    /// Microseconds of processor time, of all threads together.
    pub cpu_us: Option<u64>,
    /// The most memory that was ever resident, in KiB.
    pub peak_kib: Option<u32>,
    pub threads: Option<u32>,
    /// KiB that the recording of the run has on its disk so far; none, where the run is not recorded any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recorded_kib: Option<u32>,
}

impl Usage {
    /// Up to now. Costs some ten microseconds.
    pub fn now() -> Usage {
        let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
        Usage { cpu_us: cpu_us(), ..Usage::of_status(&status) }
    }

    /// What Linux tells in `/proc/self/status`. Unlike getrusage's figure, its peak begins with this program, not with
    /// whoever started it.
    fn of_status(status: &str) -> Usage {
        let field = |name: &str| {
            let value = status.lines().find_map(|line| line.strip_prefix(name))?;
            value.trim().trim_end_matches(" kB").parse().ok()
        };
        Usage { peak_kib: field("VmHWM:"), threads: field("Threads:"), ..Usage::default() }
    }
}

fn cpu_us() -> Option<u64> {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    let (seconds, nanos) = (u64::try_from(time.tv_sec).ok()?, u64::try_from(time.tv_nsec).ok()?);
    Some(seconds * 1_000_000 + nanos / 1_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_status_is_read_by_its_names() {
        let status = "Name:\tcrawltop\nVmPeak:\t  999 kB\nVmHWM:\t    9876 kB\nThreads:\t4\n";
        assert_eq!(Usage::of_status(status), Usage { peak_kib: Some(9876), threads: Some(4), ..Usage::default() });
        assert_eq!(Usage::of_status("VmHWM: much\nThreads:\n"), Usage::default());
    }

    #[test]
    fn work_takes_processor_time() {
        let before = Usage::now().cpu_us.unwrap();
        while Usage::now().cpu_us.unwrap() <= before + 1_000 {
            std::hint::black_box((0..1_000).sum::<u64>());
        }
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn linux_tells_memory_and_threads() {
        let usage = Usage::now();
        assert!(usage.peak_kib.is_some_and(|kib| kib > 100) && usage.threads.is_some_and(|threads| threads > 0));
    }
}
