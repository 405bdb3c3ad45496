//! A line that is typed: its text, and where the cursor stands in it. Knows nothing of what it is for.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use unicode_segmentation::UnicodeSegmentation;

/// Bytes that a line holds at most.
const LONGEST: usize = 256;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Input {
    text: String,
    /// In bytes, between two characters as people count them.
    cursor: usize,
}

impl Input {
    /// That text, with the cursor behind it.
    pub fn of(text: &str) -> Input {
        Input { text: text.to_owned(), cursor: text.len() }
    }

    pub fn text(&self) -> &str {
        &self.text
    }

    /// What stands before the cursor, under it, and behind it.
    pub fn parts(&self) -> [&str; 3] {
        let (before, rest) = self.text.split_at(self.cursor);
        let under = rest.graphemes(true).next().map_or(0, str::len);
        [before, &rest[..under], &rest[under..]]
    }

    /// Takes a key, where it edits the line; `false` where it is none of its keys.
    pub fn take(&mut self, key: &KeyEvent) -> bool {
        let control = key.modifiers.contains(KeyModifiers::CONTROL);
        match (key.code, control) {
            (KeyCode::Char('u'), true) => self.cut(0),
            (KeyCode::Char('w'), true) => self.cut(self.word()),
            (KeyCode::Char('a'), true) | (KeyCode::Home, _) => self.cursor = 0,
            (KeyCode::Char('e'), true) | (KeyCode::End, _) => self.cursor = self.text.len(),
            (KeyCode::Char('h'), true) | (KeyCode::Backspace, _) => self.cut(self.left()),
            (KeyCode::Char('b'), true) | (KeyCode::Left, _) => self.cursor = self.left(),
            (KeyCode::Char('f'), true) | (KeyCode::Right, _) => self.cursor = self.right(),
            (KeyCode::Char('d'), true) | (KeyCode::Delete, _) => self.text.replace_range(self.cursor..self.right(), ""),
            (KeyCode::Char(letter), false) => self.insert(letter),
            _ => return false,
        }
        true
    }

    fn insert(&mut self, letter: char) {
        if !letter.is_control() && self.text.len() + letter.len_utf8() <= LONGEST {
            self.text.insert(self.cursor, letter);
            self.cursor += letter.len_utf8();
            self.settle();
        }
    }

    /// Takes away what stands between `from` and the cursor.
    fn cut(&mut self, from: usize) {
        self.text.replace_range(from..self.cursor, "");
        self.cursor = from;
        self.settle();
    }

    /// What comes together may become one character: the cursor never stands within it.
    fn settle(&mut self) {
        let mut ends = self.text.grapheme_indices(true).map(|(at, one)| at + one.len());
        self.cursor =
            if self.cursor == 0 { 0 } else { ends.find(|&end| end >= self.cursor).unwrap_or(self.text.len()) };
    }

    fn left(&self) -> usize {
        self.text[..self.cursor].grapheme_indices(true).next_back().map_or(0, |(at, _)| at)
    }

    fn right(&self) -> usize {
        self.cursor + self.parts()[1].len()
    }

    /// Where the word before the cursor begins.
    fn word(&self) -> usize {
        let before = self.text[..self.cursor].trim_end();
        before.rfind(char::is_whitespace).map_or(0, |at| at + before[at..].chars().next().map_or(1, char::len_utf8))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn press(input: &mut Input, code: KeyCode, modifiers: KeyModifiers) -> bool {
        input.take(&KeyEvent::new(code, modifiers))
    }

    fn control(input: &mut Input, letter: char) {
        assert!(press(input, KeyCode::Char(letter), KeyModifiers::CONTROL));
    }

    #[test]
    fn a_line_is_edited_as_a_shell_does() {
        let mut input = Input::default();
        for letter in "status:4xx hostt".chars() {
            press(&mut input, KeyCode::Char(letter), KeyModifiers::NONE);
        }
        press(&mut input, KeyCode::Backspace, KeyModifiers::NONE);
        press(&mut input, KeyCode::Left, KeyModifiers::NONE);
        assert_eq!(input.parts(), ["status:4xx hos", "t", ""]);
        control(&mut input, 'w');
        assert_eq!(input.parts(), ["status:4xx ", "t", ""]);
        control(&mut input, 'w');
        assert_eq!(input.text(), "t");
        control(&mut input, 'e');
        control(&mut input, 'u');
        assert_eq!(input, Input::default());
        assert!(
            !press(&mut input, KeyCode::Enter, KeyModifiers::NONE)
                && !press(&mut input, KeyCode::Esc, KeyModifiers::NONE)
        );
    }

    #[test]
    fn a_character_of_many_parts_is_one() {
        let mut input = Input::of("a👩‍💻é");
        press(&mut input, KeyCode::Left, KeyModifiers::NONE);
        press(&mut input, KeyCode::Left, KeyModifiers::NONE);
        assert_eq!(input.parts(), ["a", "👩‍💻", "é"]);
        press(&mut input, KeyCode::Delete, KeyModifiers::NONE);
        assert_eq!(input.text(), "aé");
        press(&mut input, KeyCode::Char('\u{9b}'), KeyModifiers::NONE);
        assert_eq!(input.text(), "aé", "no control is taken");
    }

    proptest! {
        #[test]
        fn whatever_is_pressed_the_cursor_stands_between_two_characters(keys in proptest::collection::vec((any::<char>(), 0..9_u8), 0..60)) {
            let mut input = Input::default();
            for (letter, which) in keys {
                let (code, modifiers) = match which {
                    0 => (KeyCode::Backspace, KeyModifiers::NONE),
                    1 => (KeyCode::Left, KeyModifiers::NONE),
                    2 => (KeyCode::Right, KeyModifiers::NONE),
                    3 => (KeyCode::Delete, KeyModifiers::NONE),
                    4 => (KeyCode::Char('w'), KeyModifiers::CONTROL),
                    _ => (KeyCode::Char(letter), KeyModifiers::NONE),
                };
                press(&mut input, code, modifiers);
                prop_assert!(input.text().len() <= LONGEST);
                prop_assert_eq!(input.parts().concat(), input.text());
            }
        }
    }
}
