//! Counts every byte that a program holds, by its allocator. Knows nothing of what holds them.

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

struct Counting;

static HELD: AtomicUsize = AtomicUsize::new(0);

// SAFETY: both calls are handed on as they come; only their sizes are counted.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        HELD.fetch_add(layout.size(), Relaxed);
        // SAFETY: the caller keeps to the contract, which is the same.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        HELD.fetch_sub(layout.size(), Relaxed);
        // SAFETY: as above.
        unsafe { System.dealloc(at, layout) }
    }
}

#[global_allocator]
static COUNTING: Counting = Counting;

/// What `make` makes, and the bytes that are held behind it and were not before.
pub fn held_by<T>(make: impl FnOnce() -> T) -> (usize, T) {
    let before = HELD.load(Relaxed);
    let made = make();
    (HELD.load(Relaxed).saturating_sub(before), made)
}
