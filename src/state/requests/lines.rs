//! The lines of a table that has no more of them than it needs: whoever comes takes the first that is free, and whoever
//! leaves leaves it free, so that nobody moves. Knows no requests.

use std::collections::BTreeSet;

#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Lines {
    /// Up to the last one that is taken.
    count: u32,
    /// Those above that one.
    free: BTreeSet<u32>,
}

impl Lines {
    pub fn take(&mut self) -> u32 {
        self.free.pop_first().unwrap_or_else(|| {
            self.count += 1;
            self.count - 1
        })
    }

    /// Where those below it are free too, there are fewer lines.
    pub fn leave(&mut self, line: u32) {
        self.free.insert(line);
        while self.free.last().is_some_and(|&last| last + 1 == self.count) {
            self.free.pop_last();
            self.count -= 1;
        }
    }

    pub fn count(&self) -> usize {
        self.count as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_comes_takes_the_first_free_line_and_there_are_fewer_only_where_the_last_ones_are_free() {
        let mut lines = Lines::default();
        assert_eq!([lines.take(), lines.take(), lines.take(), lines.take()], [0, 1, 2, 3]);
        [2, 1].into_iter().for_each(|line| lines.leave(line));
        assert_eq!(lines.count(), 4);
        assert_eq!([lines.take(), lines.take(), lines.take()], [1, 2, 4]);
        [3, 2, 4].into_iter().for_each(|line| lines.leave(line));
        assert_eq!((lines.count(), lines.take()), (2, 2));
    }
}
