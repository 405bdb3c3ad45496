//! The text of a title in XML: its own, without comments, instructions and elements within it (DOM, "child text content").
//! Knows nothing of where the title lies.

use super::READ;
use crate::crawl::links::references::{Within, decode};

/// What begins text that is as it stands.
const SECTION: &str = "<![CDATA[";
/// What is no text: where it begins, and where it ends.
const PASSED: [(&str, &str); 2] = [("<!--", "-->"), ("<?", "?>")];

/// Puts the text into `out`, references decoded but for those in sections, where nothing is one.
pub(super) fn text_of(title: &str, out: &mut String) {
    let (mut rest, mut depth) = (title, 0_u32);
    while let Some(at) = rest.find('<') {
        let (before, markup) = rest.split_at(at);
        if depth == 0 {
            decode(before, Within::Text, out);
        }
        rest = if let Some(section) = markup.strip_prefix(SECTION) {
            let (text, behind) = section.split_once("]]>").unwrap_or((section, ""));
            if depth == 0 {
                out.push_str(text);
            }
            behind
        } else if let Some((_, end)) = PASSED.iter().find(|(begin, _)| markup.starts_with(begin)) {
            markup.split_once(end).map_or("", |(_, behind)| behind)
        } else {
            let (tag, behind) = markup.split_once('>').unwrap_or((markup, ""));
            depth = match (tag.starts_with("</"), tag.ends_with('/')) {
                (true, _) => depth.saturating_sub(1),
                (false, true) => depth,
                (false, false) => depth + 1,
            };
            behind
        };
    }
    if depth == 0 {
        decode(rest, Within::Text, out);
    }
}

/// What is read of a title, up to a blank where it is longer: half a word may tell what is not to be told.
pub(super) fn cut(title: &[u8]) -> &[u8] {
    let Some(read) = title.get(..READ).filter(|read| read.len() < title.len()) else { return title };
    let blank = read.iter().rposition(u8::is_ascii_whitespace);
    &read[..blank.unwrap_or(READ)]
}
