//! How the system's allocator shares its memory among threads. Knows nothing of what the memory is for.

/// Arenas of glibc, whose own limit is eight a processor: each new worker would set one up for itself, which takes longer
/// than its connection, and all of them would keep what they once had.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
const ARENAS: libc::c_int = 2;

/// Has all threads share a few arenas. To be called before there is a second thread.
pub fn share() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    #[expect(unsafe_code, reason = "the allocator can be told so in no other way, but for the environment")]
    // SAFETY: mallopt takes two numbers, and may be called at any time.
    let _ = unsafe { libc::mallopt(libc::M_ARENA_MAX, ARENAS) };
}
