//! Where a comment ends (WHATWG HTML, 13.2.5.43 to 13.2.5.52). Knows nothing of what it holds.

/// A comment behind its `<!--`.
#[derive(Clone, Debug)]
pub(super) struct Comment {
    /// The last bytes so far.
    tail: [u8; 3],
    /// Bytes so far, counted to three.
    length: usize,
}

impl Comment {
    /// The dashes of its beginning may be those of its end: `<!-->` is a whole comment.
    pub(super) fn new() -> Comment {
        Comment { tail: *b"---", length: 0 }
    }

    /// Takes bytes. Returns where in them the one behind the end is, once that has come.
    pub(super) fn take(&mut self, bytes: &[u8]) -> Option<usize> {
        let end = memchr::memchr_iter(b'>', bytes).find(|&at| self.ends(bytes, at));
        self.remember(bytes);
        end.map(|at| at + 1)
    }

    /// Whether the `>` there ends it, by what is before that.
    fn ends(&self, bytes: &[u8], at: usize) -> bool {
        let before = |back: usize| if at >= back { bytes[at - back] } else { self.tail[3 + at - back] };
        let [third, second, first] = [before(3), before(2), before(1)];
        match [second, first] {
            [b'-', b'-'] => true,
            [b'-', b'!'] => third == b'-' && self.length + at >= 3,
            _ => false,
        }
    }

    fn remember(&mut self, bytes: &[u8]) {
        for &byte in &bytes[bytes.len().saturating_sub(3)..] {
            self.tail = [self.tail[1], self.tail[2], byte];
        }
        self.length = (self.length + bytes.len()).min(3);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn end(mut comment: Comment, text: &str, piece: usize) -> Option<usize> {
        let mut before = 0;
        for piece in text.as_bytes().chunks(piece) {
            if let Some(at) = comment.take(piece) {
                return Some(before + at);
            }
            before += piece.len();
        }
        None
    }

    #[test]
    fn comments_end_as_oddly_as_they_may() {
        let cases: [(&str, Option<usize>); 16] = [
            (">", Some(1)),
            ("->", Some(2)),
            ("-->", Some(3)),
            ("a>b-->c", Some(6)),
            ("a--!>", Some(5)),
            ("--!>", Some(4)),
            ("-!>", None),
            ("!>", None),
            ("a-->-->", Some(4)),
            ("a-- >-->", Some(8)),
            ("a--->", Some(5)),
            ("a->", None),
            ("a--!->", None),
            ("a--!-->", Some(7)),
            ("<!-->", Some(5)),
            ("a--!", None),
        ];
        for (text, expected) in cases {
            for piece in 1..=text.len() {
                assert_eq!(end(Comment::new(), text, piece), expected, "{text} in pieces of {piece}");
            }
        }
    }
}
