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

/// What a place in a list depends on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Extent {
    /// Rows so far.
    pub count: u64,
    /// The oldest among them that are kept no more.
    pub gone: u64,
    /// Rows that are shown at once.
    pub shown: u64,
}

impl Extent {
    /// The place nearest to the beginning: all that is kept and no less than fits is shown.
    fn least(self) -> u64 {
        self.gone.saturating_add(self.shown).min(self.count)
    }
}

impl Scroll {
    pub fn step(&mut self, by: Step, extent: Extent) {
        let to = match by {
            Step::First => 0,
            Step::Last => extent.count,
            Step::By(rows) => self.last(extent).saturating_add_signed(i64::from(rows)),
        };
        let to = to.max(extent.least());
        *self = if to >= extent.count { Scroll::Following } else { Scroll::Held(to) };
    }

    /// How many rows are at or above the last row shown. A place that is kept no more moves to the oldest that is.
    pub fn last(self, extent: Extent) -> u64 {
        match self {
            Scroll::Following => extent.count,
            Scroll::Held(at) => at.max(extent.least()).min(extent.count),
        }
    }

    /// How many rows are below the last row shown.
    pub fn below(self, extent: Extent) -> u64 {
        extent.count - self.last(extent)
    }

    /// The same place, told in other rows.
    pub fn map(self, change: impl FnOnce(u64) -> u64) -> Scroll {
        match self {
            Scroll::Following => Scroll::Following,
            Scroll::Held(at) => Scroll::Held(change(at)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn extent(count: u64) -> Extent {
        Extent { count, gone: 0, shown: 3 }
    }

    #[test]
    fn scrolling_up_holds_the_place_and_the_end_follows_again() {
        let mut scroll = Scroll::default();
        scroll.step(Step::By(-3), extent(10));
        assert_eq!(scroll, Scroll::Held(7));
        assert_eq!(scroll.below(extent(25)), 18, "what comes is below");
        scroll.step(Step::By(2), extent(25));
        assert_eq!(scroll, Scroll::Held(9));
        scroll.step(Step::Last, extent(25));
        assert_eq!(scroll, Scroll::Following);
        scroll.step(Step::By(-1), extent(0));
        assert_eq!(scroll, Scroll::Following, "an empty list has no place");
        scroll.step(Step::First, extent(2));
        assert_eq!(scroll, Scroll::Following, "what is seen whole has none either");
    }

    #[test]
    fn the_first_rows_fill_the_pane_and_what_is_gone_moves_the_place() {
        let mut scroll = Scroll::default();
        scroll.step(Step::First, extent(10));
        assert_eq!(scroll, Scroll::Held(3));
        scroll.step(Step::By(-1), extent(10));
        assert_eq!(scroll, Scroll::Held(3), "no key is pressed in vain on the way back");
        let gone = Extent { gone: 20, ..extent(40) };
        assert_eq!((scroll.last(gone), scroll.below(gone)), (23, 17));
        scroll.step(Step::By(1), gone);
        assert_eq!(scroll, Scroll::Held(24));
    }
}
