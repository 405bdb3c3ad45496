//! How much of a table a filter takes, in words that stay in their place while rows are still being looked through. Knows
//! no table.

use super::view::AT_ONCE;
use crate::text::{Charset, width};
use crate::units;

/// What stands before a count that is still growing, for not all rows have been looked through. A single sign that every
/// terminal has would say that there are more than that.
pub fn at_least(charset: Charset) -> &'static str {
    match charset {
        Charset::Unicode => "≥",
        Charset::Ascii => ">=",
    }
}

/// Rows that a filter has taken, of how many.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Found {
    pub taken: u64,
    pub all: u64,
    /// Rows were left out of this picture, since they have not been looked at.
    pub more: bool,
}

impl Found {
    /// `10 of 21`; of a table that takes several pictures to be looked through, `≥401 of 10,000`, then ` 2,012 of 10,000`:
    /// always as wide. `of`: what stands before the second number.
    pub fn words(self, of: &str, charset: Charset) -> String {
        let room = width(&units::count(self.all)) + width(at_least(charset));
        self.told(if self.all > AT_ONCE as u64 { room } else { 0 }, of, charset)
    }

    /// The same where there is no room to grow in.
    pub fn close(self, charset: Charset) -> String {
        self.told(0, "", charset)
    }

    fn told(self, room: usize, of: &str, charset: Charset) -> String {
        let sign = if self.more { at_least(charset) } else { "" };
        let taken = format!("{sign}{}", units::count(self.taken));
        format!("{taken:>room$} of {of}{}", units::count(self.all))
    }

    /// What stands in a table of which no row is taken.
    pub fn nothing(self) -> &'static str {
        if self.more { "nothing found yet" } else { "nothing found; esc shows all" }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_count_that_still_grows_has_a_sign_and_moves_nothing_as_it_loses_it() {
        let of = |all, taken, more| Found { taken, all, more };
        for (charset, expected) in [
            (Charset::Unicode, ["   ≥401 of last 10,000", "  4,010 of last 10,000", "≥401 of 10,000"]),
            (Charset::Ascii, ["   >=401 of last 10,000", "   4,010 of last 10,000", ">=401 of 10,000"]),
        ] {
            let words = |taken, more| of(10_000, taken, more).words("last ", charset);
            let all = [(7, true), (401, true), (4_010, true), (4_010, false), (10_000, true), (10_000, false)];
            let all = all.map(|(taken, more)| words(taken, more));
            assert_eq!([all[1].as_str(), &all[3], &of(10_000, 401, true).close(charset)], expected);
            assert!(all.iter().all(|words| width(words) == width(&all[0])), "{all:?}");
            assert_eq!(of(21, 10, false).words("", charset), "10 of 21");
        }
    }
}
