//! What sitemaps that are read at once hold, all of them together. Reads none.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Bytes of addresses: so many may all sitemaps of a run lead to.
pub const MOST_HELD: u64 = 64 << 20;

/// Room for the addresses of all sitemaps of a run, until they are taken up.
#[derive(Clone, Debug, Default)]
pub struct Shelf(Arc<AtomicU64>);

/// What one sitemap holds of it; given back as it goes.
#[derive(Debug)]
pub struct Share {
    shelf: Arc<AtomicU64>,
    bytes: u64,
}

impl Shelf {
    pub fn share(&self) -> Share {
        Share { shelf: self.0.clone(), bytes: 0 }
    }
}

impl Share {
    /// It holds so many bytes by now. Whether it may hold more.
    pub fn grow(&mut self, bytes: u64) -> bool {
        let more = bytes.saturating_sub(self.bytes);
        self.bytes += more;
        self.shelf.fetch_add(more, Ordering::Relaxed).saturating_add(more) < MOST_HELD
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        self.shelf.fetch_sub(self.bytes, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_one_sitemap_gives_back_another_may_hold() {
        let shelf = Shelf::default();
        let [mut first, mut second] = [shelf.share(), shelf.share()];
        assert!(first.grow(MOST_HELD - 10) && second.grow(9));
        assert!(!second.grow(10), "together they are full");
        drop(first);
        assert!(second.grow(10) && second.grow(MOST_HELD - 1) && !second.grow(MOST_HELD));
        drop(second);
        assert_eq!(shelf.0.load(Ordering::Relaxed), 0);
    }
}
