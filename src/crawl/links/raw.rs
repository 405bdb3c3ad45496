//! Text in which there are no tags, up to the end tag of its element: `style`, `title` and their like, and scripts with
//! their escapes (WHATWG HTML, 13.2.5.2 to 13.2.5.31). Knows nothing of what the text says.

use super::names::is_blank;

/// Bytes of the name of an element of raw text: `textarea`, `noframes`.
const LONGEST_NAME: usize = 8;

/// What is read inside of which element.
#[derive(Clone, Debug)]
pub(in crate::crawl) struct Raw {
    /// Lower case.
    name: [u8; LONGEST_NAME],
    length: usize,
    script: bool,
    escape: Escape,
    /// `<…` at the end of the bytes so far, where it is open what it is.
    open: Vec<u8>,
    /// Dashes at the end of the bytes so far, counted to two.
    dashes: usize,
}

/// What comments do to a script.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Escape {
    None,
    /// Behind `<!--`.
    Once,
    /// Behind a `<script` there: the next `</script` belongs to it.
    Twice,
}

/// What a `<…` is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mark {
    Open,
    Text,
    Comment,
    Start,
    End,
}

impl Raw {
    pub(in crate::crawl) fn new(name: &[u8], script: bool) -> Raw {
        let length = name.len().min(LONGEST_NAME);
        let mut lower = [0; LONGEST_NAME];
        lower[..length].copy_from_slice(&name[..length]);
        lower.make_ascii_lowercase();
        Raw { name: lower, length, script, escape: Escape::None, open: Vec::new(), dashes: 0 }
    }

    /// Takes bytes. Returns where in them the byte behind the end tag's name is, once that has come.
    pub(in crate::crawl) fn take(&mut self, bytes: &[u8]) -> Option<usize> {
        let mut at = 0;
        while !self.open.is_empty() {
            self.open.push(*bytes.get(at)?);
            if let Some(end) = self.decide_open(at) {
                return Some(end);
            }
            at += 1;
            self.count_dashes(&bytes[at - 1..at]);
        }
        let rest = &bytes[at..];
        let end = self.search(rest);
        if end.is_none() {
            self.count_dashes(rest);
        }
        end.map(|end| at + end)
    }

    /// Whether what was open is the end now.
    fn decide_open(&mut self, at: usize) -> Option<usize> {
        let mark = self.mark(&self.open);
        if mark == Mark::Open {
            return None;
        }
        let last = self.open[self.open.len() - 1];
        self.open.clear();
        if self.turn(mark) {
            return Some(at);
        }
        match last {
            // A byte that the mark did not have may begin the next.
            b'<' => self.open.push(b'<'),
            b'>' if self.dashes == 2 => self.escape = Escape::None,
            _ => {}
        }
        None
    }

    fn search(&mut self, bytes: &[u8]) -> Option<usize> {
        let mut at = 0;
        loop {
            at += self.next(&bytes[at..])?;
            if bytes[at] == b'>' {
                if self.dashes_before(bytes, at) {
                    self.escape = Escape::None;
                }
                at += 1;
                continue;
            }
            let mark = self.mark(&bytes[at..]);
            if mark == Mark::Open {
                self.open.extend_from_slice(&bytes[at..]);
                return None;
            }
            if self.turn(mark) {
                return Some(at + 2 + self.length);
            }
            at += 1;
        }
    }

    fn next(&self, bytes: &[u8]) -> Option<usize> {
        match self.escape {
            Escape::None => memchr::memchr(b'<', bytes),
            Escape::Once | Escape::Twice => memchr::memchr2(b'<', b'>', bytes),
        }
    }

    fn dashes_before(&self, bytes: &[u8], at: usize) -> bool {
        match &bytes[..at] {
            [.., b'-', b'-'] => true,
            [b'-'] => self.dashes >= 1,
            [] => self.dashes == 2,
            _ => false,
        }
    }

    fn count_dashes(&mut self, bytes: &[u8]) {
        let dashes = bytes.iter().rev().take(2).take_while(|byte| **byte == b'-').count();
        self.dashes = if dashes == bytes.len() { (self.dashes + dashes).min(2) } else { dashes };
    }

    /// What begins here, by what counts inside of the escape.
    fn mark(&self, bytes: &[u8]) -> Mark {
        let (start, end, comment) = match self.escape {
            Escape::None => (false, true, self.script),
            Escape::Once => (true, true, false),
            Escape::Twice => (false, true, false),
        };
        match bytes {
            [_] => Mark::Open,
            [_, b'/', name @ ..] if end => self.named(name, Mark::End),
            [_, b'!', dashes @ ..] if comment => match dashes {
                [b'-', b'-', ..] => Mark::Comment,
                [] | [b'-'] => Mark::Open,
                _ => Mark::Text,
            },
            [_, name @ ..] if start => self.named(name, Mark::Start),
            _ => Mark::Text,
        }
    }

    fn named(&self, bytes: &[u8], mark: Mark) -> Mark {
        let length = bytes.len().min(self.length);
        if !bytes[..length].eq_ignore_ascii_case(&self.name[..length]) {
            return Mark::Text;
        }
        match bytes.get(self.length) {
            None => Mark::Open,
            Some(byte) if is_blank(*byte) || matches!(byte, b'/' | b'>') => mark,
            Some(_) => Mark::Text,
        }
    }

    /// Whether the element ends with this.
    fn turn(&mut self, mark: Mark) -> bool {
        self.escape = match (mark, self.escape) {
            (Mark::End, Escape::Twice) | (Mark::Comment, _) => Escape::Once,
            (Mark::Start, _) => Escape::Twice,
            (Mark::End, _) => return true,
            (_, escape) => escape,
        };
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn end(name: &str, text: &[u8], piece: usize) -> Option<usize> {
        let mut raw = Raw::new(name.as_bytes(), name == "script");
        let mut before = 0;
        for piece in text.chunks(piece) {
            if let Some(at) = raw.take(piece) {
                return Some(before + at);
            }
            before += piece.len();
        }
        None
    }

    #[test]
    fn raw_text_ends_with_the_end_tag_of_its_element() {
        let cases: [(&str, &str, Option<usize>); 27] = [
            ("style", "a</style>", Some(8)),
            ("style", "a</STYLE\n>", Some(8)),
            ("style", "</style/", Some(7)),
            ("style", "<</style>", Some(8)),
            ("style", "</sty</style>", Some(12)),
            ("style", "</styles></style", None),
            ("style", "</ style>", None),
            ("style", "<!--</style>", Some(11)),
            ("title", "<title></title>", Some(14)),
            ("script", "a<b</script>", Some(11)),
            ("script", "<!--</script>", Some(12)),
            ("script", "<script></script>", Some(16)),
            ("script", "<!--<script></script>", None),
            ("script", "<!--<script></script></script>", Some(29)),
            ("script", "<!--<scripts></script>", Some(21)),
            ("script", "<!--<script>--></script>", Some(23)),
            ("script", "<!--<script>-></script>", None),
            ("script", "<!--><script></script>", Some(21)),
            ("script", "<!---><script></script>", Some(22)),
            ("script", "<!--x--><script></script>", Some(24)),
            ("script", "<!--x-><script></script>", None),
            ("script", "<!-<!--<SCRIPT/</scripT </script>", Some(32)),
            ("script", "<!--<script></script><script></script></script>", Some(46)),
            ("script", "<!--<script</script></script>", Some(19)),
            ("script", "<!--<script <script></script></script>", Some(37)),
            ("script", "-<!->--><script></script>", Some(24)),
            ("script", "<!--<->-><script></script>", None),
        ];
        for (name, text, expected) in cases {
            for piece in 1..=text.len() {
                assert_eq!(end(name, text.as_bytes(), piece), expected, "{text} in pieces of {piece}");
            }
        }
    }
}
