//! What is going to be asked for, in its order: the hash of each, so that none is made twice. Knows
//! nothing of what is known.

/// Bytes of a URL that is kept here; a longer one is looked up anew.
const LONGEST: usize = 1 << 10;
/// URLs that may be left out in between: some links of a page are not asked for.
const SKIPPED: usize = 4;

#[derive(Debug, Default)]
pub(super) struct Ahead {
    texts: String,
    all: Vec<Kept>,
    /// The first one that was not asked for.
    next: usize,
}

#[derive(Clone, Copy, Debug)]
struct Kept {
    /// Where its text ends.
    end: u32,
    hash: u64,
}

impl Ahead {
    pub fn clear(&mut self) {
        self.texts.clear();
        self.all.clear();
        self.next = 0;
    }

    pub fn push(&mut self, url: &str, hash: u64) {
        // An empty text is that of no URL.
        self.texts.push_str(if url.len() <= LONGEST { url } else { "" });
        if let Ok(end) = u32::try_from(self.texts.len()) {
            self.all.push(Kept { end, hash });
        }
    }

    pub fn hashes(&self) -> impl Iterator<Item = u64> {
        self.all.iter().map(|kept| kept.hash)
    }

    /// The hash of a URL, if it is one of the next, or the one that was asked for last.
    pub fn find(&mut self, url: &str) -> Option<u64> {
        if self.all.is_empty() {
            return None;
        }
        let around = [self.next, self.next.wrapping_sub(1)].into_iter().chain(self.next + 1..self.next + 1 + SKIPPED);
        let place = around.filter(|&place| place < self.all.len()).find(|&place| self.text(place) == url)?;
        self.next = place + 1;
        Some(self.all[place].hash)
    }

    fn text(&self, place: usize) -> &str {
        let begin = if place == 0 { 0 } else { self.all[place - 1].end };
        self.texts.get(begin as usize..self.all[place].end as usize).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_kept_is_found_in_its_order_twice_in_a_row_and_over_a_few_that_are_left_out() {
        let mut ahead = Ahead::default();
        assert_eq!(ahead.find("a"), None);
        let long = "x".repeat(LONGEST + 1);
        for (number, url) in ["a", "bc", &long, "d", "e", "f", "g", "h", "i"].into_iter().enumerate() {
            ahead.push(url, 7 + number as u64);
        }
        assert_eq!([ahead.find("a"), ahead.find("a"), ahead.find("bc")], [Some(7), Some(7), Some(8)]);
        assert_eq!((ahead.find(&long), ahead.find("b")), (None, None));
        assert_eq!([ahead.find("i"), ahead.find("d"), ahead.find("h")], [None, Some(10), Some(14)]);
        assert_eq!(ahead.find("a"), None, "what is behind is looked up anew");
        ahead.clear();
        assert_eq!(ahead.find("h"), None);
    }
}
