//! The explanation of a word as lines of text, and the list of all words. Knows no terminal but its width.

use super::{Entry, Group, NotFound, find};
use std::fmt::Write;

/// What `asked` means, in lines of at most `width` columns; each of its meanings, where it has several.
///
/// # Errors
/// [`NotFound`], where it is no word.
pub fn page(asked: &str, width: usize) -> Result<String, NotFound> {
    let entries: Vec<String> = find(asked)?.iter().map(|entry| explained(entry, width)).collect();
    Ok(entries.join("\n"))
}

fn explained(entry: &Entry, width: usize) -> String {
    let heading = format!("{} ({})", entry.word, entry.group.kind());
    let asyncio = entry.asyncio.map(|asyncio| format!("asyncio: {asyncio}"));
    let lines = [heading, entry.means.join(" ")].into_iter().chain(asyncio);
    lines.flat_map(|line| wrap(&line, width)).map(|line| line + "\n").collect()
}

/// All words in columns, group by group, in lines of at most `width` columns.
pub fn list(width: usize) -> String {
    let mut text = String::new();
    for group in Group::ALL {
        let words: Vec<&str> = group.entries().iter().map(|entry| entry.word).collect();
        // Writing to a string can't fail.
        let _ = write!(text, "{}\n{}\n", group.heading(), columns(&words, width));
    }
    text
}

/// As many words a line as fit, set in from the left and below each other.
fn columns(words: &[&str], width: usize) -> String {
    const GAP: usize = 2;
    let cell = words.iter().map(|word| word.len()).max().unwrap_or(0) + GAP;
    let line = |words: &[&str]| {
        let cells: String = words.iter().map(|word| format!("{word:<cell$}")).collect();
        format!("  {}\n", cells.trim_end())
    };
    words.chunks((width / cell).max(1)).map(line).collect()
}

/// Breaks own text between words into lines of at most `width` columns. A word that is wider has a line to itself.
pub fn wrap(text: &str, width: usize) -> Vec<String> {
    let (mut lines, mut filled) = (Vec::<String>::new(), 0);
    for word in text.split(' ') {
        let more = crate::text::width(word);
        match lines.last_mut() {
            Some(line) if filled + 1 + more <= width => {
                line.push(' ');
                line.push_str(word);
                filled += 1 + more;
            }
            _ => {
                lines.push(word.to_owned());
                filled = more;
            }
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_break_between_words_and_no_word_is_lost() {
        assert_eq!(wrap("as wide as it is", 6), ["as", "wide", "as it", "is"]);
        assert_eq!(wrap("loop.call_soon fires", 5), ["loop.call_soon", "fires"]);
        assert_eq!(wrap("", 5), [""]);
    }

    #[test]
    fn a_line_of_the_list_is_no_wider_than_asked() {
        for width in [30, 40, 80, 200] {
            assert!(list(width).lines().all(|line| line.len() <= width), "{width}: {}", list(width));
        }
    }
}
