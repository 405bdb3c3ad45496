//! The parts of a picture, and which of them the next frame may touch where not all of it may go at once. Knows neither
//! bytes nor time.

use ratatui::layout::Rect;

/// What a picture is made of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parts {
    /// Small, and true in every frame: the header, the footer.
    pub always: Vec<Rect>,
    /// What takes turns: the panes.
    pub panes: Vec<Rect>,
    /// Which of the panes takes the keys.
    pub focus: usize,
    /// Something lies over the panes, or has another ink; a number for each such state.
    pub cover: u64,
}

impl Parts {
    /// One part.
    pub fn whole(area: Rect) -> Parts {
        Parts { panes: vec![area], ..Parts::default() }
    }
}

/// Whose turn it is.
#[derive(Debug, Default)]
pub struct Turns {
    parts: Parts,
    /// The pane whose turn is next, and its first row that has not been sent.
    next: usize,
    row: u16,
    /// The panes that are asked for, by a key or since they are new, as far as they have not been sent, and the first row of
    /// the first.
    asked: Vec<usize>,
    asked_row: u16,
    /// A key was pressed since there was nothing asked for.
    by_key: bool,
}

impl Turns {
    /// The parts of the next frame are these. Where they have changed, all of them are part of the answer.
    pub fn set(&mut self, parts: Parts, pressed: bool) {
        let same =
            self.parts.always == parts.always && self.parts.panes == parts.panes && self.parts.cover == parts.cover;
        let moved = self.parts.focus != parts.focus;
        if !same {
            self.wipe(parts.panes.len());
        } else if pressed && moved {
            self.ask([parts.focus, self.parts.focus]);
        } else if pressed {
            self.ask([parts.focus, parts.focus]);
        }
        self.parts = parts;
        self.prefer();
        self.by_key |= pressed;
        if pressed {
            // What went before the key is out of date.
            self.asked_row = 0;
        }
    }

    /// Nothing of the parts is there any more: all of them are asked for.
    pub fn ask_all(&mut self) {
        self.wipe(self.parts.panes.len());
        self.prefer();
    }

    fn wipe(&mut self, panes: usize) {
        self.asked = (0..panes).collect();
        (self.next, self.row, self.asked_row) = (0, 0, 0);
    }

    /// What takes the keys is seen first.
    fn prefer(&mut self) {
        if let Some(at) = self.asked.iter().position(|&pane| pane == self.parts.focus).filter(|&at| at > 0) {
            self.asked.swap(0, at);
            self.asked_row = 0;
        }
    }

    fn ask(&mut self, panes: [usize; 2]) {
        for pane in panes.into_iter().filter(|&pane| pane < self.parts.panes.len()) {
            if !self.asked.contains(&pane) {
                self.asked.push(pane);
            }
        }
    }

    /// Whether something that a key was about has not been sent. The first picture of all, and one whose parts have moved by
    /// themselves, is not: nobody waits for it, and it has its time.
    pub fn owes_a_key(&self) -> bool {
        self.by_key && self.is_asked()
    }

    fn is_asked(&self) -> bool {
        !self.asked.is_empty()
    }

    /// Asks `send` to send parts, in their order, until one is refused: the header and the footer, what was asked for,
    /// and where nothing was, the panes in turn. `send` is given an area and whether it is the first; it tells how many
    /// rows it took from the top. Tells whether all is sent.
    pub fn offer(&mut self, mut send: impl FnMut(Rect, bool) -> u16) -> bool {
        let mut small = self.parts.always.iter().enumerate();
        if !small.all(|(at, &area)| send(area, at == 0) == area.height) {
            return false;
        }
        if self.is_asked() {
            return self.offer_asked(send);
        }
        let count = self.parts.panes.len();
        // One that was begun in a frame before is looked at from its top again: that may have changed since.
        for at in 0..count + usize::from(self.row > 0) {
            let area = below(self.parts.panes[self.next], self.row);
            let sent = send(area, at == 0);
            if sent < area.height {
                self.row += sent;
                return false;
            }
            (self.next, self.row) = ((self.next + 1) % count, 0);
        }
        true
    }

    fn offer_asked(&mut self, mut send: impl FnMut(Rect, bool) -> u16) -> bool {
        let (mut first, from_top) = (true, self.asked_row == 0);
        while let Some(&pane) = self.asked.first() {
            let area = below(self.parts.panes[pane], self.asked_row);
            let sent = send(area, first);
            if sent < area.height {
                self.asked_row += sent;
                return false;
            }
            self.asked.remove(0);
            (self.asked_row, first) = (0, false);
        }
        self.by_key = false;
        // The others have their turn in the next frame, and what was begun before this one.
        from_top && self.parts.panes.len() < 2
    }

    /// All of the picture was sent.
    pub fn clear(&mut self) {
        self.asked.clear();
        (self.row, self.asked_row, self.by_key) = (0, 0, false);
    }
}

/// The rows of an area from that one on.
fn below(area: Rect, row: u16) -> Rect {
    let row = row.min(area.height);
    Rect { y: area.y + row, height: area.height - row, ..area }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(focus: usize) -> Parts {
        let pane = |x| Rect::new(x, 1, 10, 8);
        let always = vec![Rect::new(0, 0, 30, 1)];
        Parts { always, panes: vec![pane(0), pane(10), pane(20)], focus, cover: 0 }
    }

    fn settled() -> Turns {
        let mut turns = Turns::default();
        turns.set(parts(0), false);
        turns.clear();
        turns
    }

    /// The columns at which the panes begin that a frame with room for so many rows touches.
    fn frame(turns: &mut Turns, mut room: u16) -> Vec<u16> {
        let mut touched = Vec::new();
        turns.offer(|area, first| {
            if area.y == 0 {
                return area.height;
            }
            let fits = area.height <= room || first;
            let rows = if fits { area.height.min(room) } else { 0 };
            room -= rows;
            if rows > 0 {
                touched.push(area.x);
            }
            rows
        });
        touched
    }

    #[test]
    fn panes_take_turns_where_not_all_fit() {
        let mut turns = settled();
        let frames: Vec<_> = (0..4).map(|_| frame(&mut turns, 8)).collect();
        assert_eq!(frames, [[0], [10], [20], [0]]);
        assert_eq!(frame(&mut turns, 16), [10, 20]);
    }

    #[test]
    fn a_pane_that_fits_no_frame_comes_in_bands_and_is_finished_before_the_next() {
        let mut turns = settled();
        assert_eq!([frame(&mut turns, 5), frame(&mut turns, 5)], [[0], [0]]);
        assert_eq!(frame(&mut turns, 5), [10]);
    }

    #[test]
    fn a_pane_that_came_in_bands_is_looked_at_from_its_top_before_all_is_told_to_be_sent() {
        let one = || Parts { panes: vec![Rect::new(0, 1, 10, 8)], ..parts(0) };
        for pressed in [true, false] {
            let mut turns = Turns::default();
            turns.set(one(), false);
            turns.clear();
            turns.set(one(), pressed);
            let mut rows = Vec::new();
            let mut frame = |room: u16| {
                turns.offer(|area, _| {
                    if area.y > 0 {
                        rows.push(area.y);
                    }
                    area.height.min(room)
                })
            };
            assert_eq!([frame(5), pressed && frame(5)], [false, false]);
            assert!(frame(8));
            assert_eq!(rows, [1, 6, 1]);
        }
    }

    #[test]
    fn a_key_that_comes_while_its_pane_is_sent_in_bands_begins_at_the_top_again() {
        let mut turns = settled();
        turns.set(parts(0), true);
        frame(&mut turns, 5);
        turns.set(parts(0), true);
        let mut rows = Vec::new();
        turns.offer(|area, _| {
            rows.push(area.y);
            area.height
        });
        assert_eq!(rows, [0, 1]);
    }

    #[test]
    fn a_key_is_answered_by_its_own_pane_alone() {
        let mut turns = settled();
        frame(&mut turns, 8);
        turns.set(parts(0), true);
        assert!(turns.is_asked());
        assert_eq!(frame(&mut turns, 100), [0]);
        assert!(!turns.is_asked());
        assert_eq!(frame(&mut turns, 8), [10], "the others go on where they were");
    }

    #[test]
    fn a_key_that_moves_the_focus_redraws_where_it_was_and_first_where_it_is() {
        let mut turns = settled();
        turns.set(parts(2), true);
        assert_eq!(frame(&mut turns, 100), [20, 0]);
    }

    #[test]
    fn what_is_wiped_comes_again_in_frames_and_the_focused_pane_first() {
        let mut turns = settled();
        turns.set(parts(2), true);
        turns.ask_all();
        let frames = [frame(&mut turns, 5), frame(&mut turns, 8), frame(&mut turns, 16)];
        assert_eq!(frames, [vec![20], vec![20], vec![10, 0]]);
        assert!(!turns.is_asked());
    }

    #[test]
    fn what_comes_anew_is_owed_to_a_key_only_if_one_was_pressed_before_all_of_it_was_there() {
        let mut turns = Turns::default();
        turns.set(parts(0), false);
        frame(&mut turns, 8);
        assert!(turns.is_asked() && !turns.owes_a_key(), "the first picture");
        turns.set(parts(0), true);
        assert!(turns.owes_a_key());
        while turns.is_asked() {
            frame(&mut turns, 8);
        }
        turns.set(Parts { always: Vec::new(), ..parts(0) }, false);
        assert!(turns.is_asked() && !turns.owes_a_key(), "panes that moved by themselves");
    }

    #[test]
    fn what_changes_the_parts_redraws_them_all_and_the_focused_one_first() {
        let mut turns = settled();
        turns.set(Parts { cover: 1, ..parts(1) }, true);
        assert_eq!(frame(&mut turns, 100), [10, 0, 20]);
    }
}
