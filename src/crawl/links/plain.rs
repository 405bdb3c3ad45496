//! Passes over the start tags of HTML that stand in most heads and begin nothing: no drawing, no text that is no markup,
//! no element that is kept open. Knows nothing of any other markup, and leaves it to whoever reads all.

use super::foreign::Foreign;
use super::names::{Key, is_blank, key, tag_name};
use super::near;

/// What begins text, or holds what is no part of the page.
const OPAQUE: [Key; 8] =
    [key("title"), key("script"), key("style"), key("xmp"), key("iframe"), key("noembed"), key("svg"), key("math")];
/// Letters of the shortest name whose key is not looked at.
const LONG: usize = 8;

/// Where the last of such tags ends, from `at` on, where text stands.
pub(in crate::crawl) fn passed(page: &[u8], at: usize) -> usize {
    let mut at = at;
    while let Some(end) = near::find(b'<', page, at).and_then(|tag| tag_end(page, tag + 1)) {
        at = end;
    }
    at
}

/// Where the start tag ends whose name begins at `from`, if it is such a one and all of it is there.
fn tag_end(page: &[u8], from: usize) -> Option<usize> {
    let (key, mut at) = tag_name(page, from).filter(|_| page[from].is_ascii_alphabetic())?;
    if at - from >= LONG || OPAQUE.contains(&key) || Foreign::keeps_key(key) {
        return None;
    }
    loop {
        // It is near.
        at += page.get(at..)?.iter().position(|byte| matches!(byte, b'>' | b'"' | b'\''))?;
        if page[at] == b'>' {
            return Some(at + 1);
        }
        // Whether any other quote begins a value takes more than a look.
        if !ends_with_a_name(page[..at].strip_suffix(b"=")?) {
            return None;
        }
        at = near::find(page[at], page, at + 1)? + 1;
    }
}

/// Whether that is the name of an attribute, and not a value, which may stand behind blanks too.
#[inline(always)]
fn ends_with_a_name(tag: &[u8]) -> bool {
    let name = tag.iter().rev().take_while(|byte| is_of_a_name(**byte)).count();
    let mut before = tag[..tag.len() - name].iter().rev();
    name > 0
        && before.next().is_some_and(|byte| is_blank(*byte))
        && before.find(|byte| !is_blank(**byte)) != Some(&b'=')
}

/// What names of attributes are mostly made of.
fn is_of_a_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b':')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_begins_nothing_is_passed_over_and_no_more() {
        for (page, rest) in [
            ("<html lang=\"en\">\n<head><meta charset='a>b'> x <title>a</title>", "x <title>a</title>"),
            ("<head><br/><LINK rel=a href=b><SVG>", "<SVG>"),
            ("<head><q>", "<q>"),
            ("<head><x-y>", "<x-y>"),
            ("<br><!-- <b> -->", "<!-- <b> -->"),
            ("<br></q>", "</q>"),
            ("<br><b>", "<b>"),
            ("<br><p>", "<p>"),
            ("<br><table><b>", "<table><b>"),
            ("<br><template><b>", "<template><b>"),
            ("<br><plaintext>", "<plaintext>"),
            ("<br a b = 'c'>", "<br a b = 'c'>"),
            ("<br a'b'>", "<br a'b'>"),
            ("<br a=b='c'>", "<br a=b='c'>"),
            ("<br ='c'>", "<br ='c'>"),
            ("<br a= b='c'><br>", "<br a= b='c'><br>"),
            ("<br a=\n b\n  c='>'><br>", ""),
            ("<br><br a='", "<br a='"),
            ("<br> a < b ", " a < b "),
            ("<br><br", "<br"),
            ("a", "a"),
        ] {
            let passed = passed(page.as_bytes(), 0);
            assert_eq!(page[passed..].trim_start(), rest.trim_start(), "{page}");
        }
    }
}
