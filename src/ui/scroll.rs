//! A place in a list that grows at its end: following the end, or holding still while more comes. Knows no rows.

use super::view::Step;

/// Where the last row that is shown stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Scroll {
    /// At the end, wherever that is.
    #[default]
    Following,
    /// So many rows of the list, counted from its beginning, are at or above the last row shown.
    Held(u64),
}

impl Scroll {
    pub fn step(&mut self, by: Step, count: u64) {
        let at = match *self {
            Scroll::Following => count,
            Scroll::Held(at) => at.min(count),
        };
        let to = match by {
            Step::First => 1,
            Step::Last => count,
            Step::By(rows) => at.saturating_add_signed(i64::from(rows)).max(1),
        };
        *self = if to >= count { Scroll::Following } else { Scroll::Held(to) };
    }

    /// How many rows of a list of `count` are below the last row shown.
    pub fn below(self, count: u64) -> u64 {
        match self {
            Scroll::Following => 0,
            Scroll::Held(at) => count.saturating_sub(at),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scrolling_up_holds_the_place_and_the_end_follows_again() {
        let mut scroll = Scroll::default();
        scroll.step(Step::By(-3), 10);
        assert_eq!(scroll, Scroll::Held(7));
        assert_eq!(scroll.below(25), 18, "what comes is below");
        scroll.step(Step::By(2), 25);
        assert_eq!(scroll, Scroll::Held(9));
        scroll.step(Step::Last, 25);
        assert_eq!(scroll, Scroll::Following);
        scroll.step(Step::By(-1), 0);
        assert_eq!(scroll, Scroll::Following, "an empty list has no place");
    }
}
