//! The URLs of a `srcset` (WHATWG HTML, 4.8.4.2.2, up to the descriptors). Knows nothing of elements.

/// The URLs of the candidates, as written.
pub(super) fn urls(srcset: &str) -> impl Iterator<Item = &str> {
    let mut rest = srcset;
    std::iter::from_fn(move || {
        rest = rest.trim_start_matches(|character| is_blank(character) || character == ',');
        let end = rest.find(is_blank).unwrap_or(rest.len());
        let (url, behind) = rest.split_at(end);
        let whole = url.trim_end_matches(',');
        rest = if whole.len() < url.len() { behind } else { behind_descriptors(behind) };
        (!whole.is_empty()).then_some(whole)
    })
}

/// What follows the comma that is in no parentheses.
fn behind_descriptors(text: &str) -> &str {
    let mut inside = false;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'(' => inside = true,
            b')' => inside = false,
            b',' if !inside => return &text[at + 1..],
            _ => {}
        }
    }
    ""
}

fn is_blank(character: char) -> bool {
    matches!(character, '\t' | '\n' | '\x0c' | '\r' | ' ')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_candidate_gives_its_url() {
        let cases: [(&str, &[&str]); 9] = [
            ("a.png", &["a.png"]),
            (" a.png 1x, b.png 2x ", &["a.png", "b.png"]),
            ("a.png, b.png 100w,c.png", &["a.png", "b.png", "c.png"]),
            ("a,b.png 1x,,, c.png", &["a,b.png", "c.png"]),
            ("a.png (1,2) x, b.png", &["a.png", "b.png"]),
            ("data:image/png;base64,AAAA 1x, b.png", &["data:image/png;base64,AAAA", "b.png"]),
            (",", &[]),
            ("", &[]),
            ("a.png 1x,b.png 2x", &["a.png", "b.png"]),
        ];
        for (srcset, expected) in cases {
            assert_eq!(urls(srcset).collect::<Vec<_>>(), expected, "{srcset}");
        }
    }
}
