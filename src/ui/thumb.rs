//! Where a page stands in a list that is longer than it: a stronger stretch of the frame at its right. Knows no rows.

use super::canvas::Canvas;
use ratatui::layout::Rect;
use ratatui::style::Style;

/// The frame's own line, drawn stronger.
const SIGN: &str = "┃";

/// A page of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// Rows above the first one that is seen.
    pub above: u64,
    /// Rows that are seen at once.
    pub shown: u64,
    pub count: u64,
}

/// Draws it beside `body`, the rows of a pane; nothing, where all of the list is seen.
pub fn draw(canvas: &mut Canvas<'_>, body: Rect, place: Place, frame: Style) {
    let (first, length) = stretch(place, body.height);
    for y in (body.y..body.bottom()).skip(first.into()).take(length.into()) {
        canvas.put(body.right(), y, 1, SIGN, frame);
    }
}

/// The first line of the stretch, and how many there are. It touches an end only where the list does.
fn stretch(place: Place, lines: u16) -> (u16, u16) {
    let Place { above, shown, count } = place;
    if count <= shown || lines < 2 {
        return (0, 0);
    }
    let share = |part: u64, whole: u64, of: u16| (u128::from(part) * u128::from(of) / u128::from(whole)) as u16;
    let length = share(shown, count, lines).clamp(1, lines - 1);
    let free = lines - length;
    let hidden = count - shown;
    let first = match above {
        0 => 0,
        above if above >= hidden => free,
        above => share(above, hidden, free).clamp(1.min(free - 1), free - 1),
    };
    (first, length)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn of(above: u64, shown: u64, count: u64) -> (u16, u16) {
        stretch(Place { above, shown, count }, 10)
    }

    #[test]
    fn it_is_as_long_as_the_share_that_is_seen_and_stands_where_that_does() {
        assert_eq!(of(0, 10, 10), (0, 0), "what is seen whole needs none");
        assert_eq!([of(0, 10, 20), of(5, 10, 20), of(10, 10, 20)], [(0, 5), (2, 5), (5, 5)]);
        assert_eq!([of(0, 10, 1_000_000), of(1, 10, 1_000_000), of(999_990, 10, 1_000_000)], [(0, 1), (1, 1), (9, 1)]);
        assert_eq!(of(999_989, 10, 1_000_000), (8, 1), "the end is not reached yet");
    }

    proptest! {
        #[test]
        fn it_lies_within_the_pane_and_touches_an_end_only_with_the_list(above in 0..99_u64, shown in 0..99_u64, more in 1..99_u64, lines in 0..30_u16) {
            let count = shown + more;
            let above = above.min(more);
            let (first, length) = stretch(Place { above, shown, count }, lines);
            prop_assert!(first + length <= lines && (length > 0 || lines < 2));
            if lines - length > 2 {
                prop_assert_eq!((first == 0, first + length == lines), (above == 0, above == more));
            }
        }
    }
}
