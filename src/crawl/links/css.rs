//! The URLs of CSS that comes in pieces: `url()`, and the strings of `@import` and `image-set()` (CSS Syntax, section 4;
//! CSS Images 4, section 2.4). Knows nothing of pages.
//!
//! What a `@namespace` names leads nowhere, and is left out.

mod escape;
#[cfg(test)]
mod tests;

pub(super) use escape::unescaped;

use super::found::LONGEST_LINK;
use super::names::is_blank;
use escape::Escape;

/// Bytes of a word that are looked at: no name that matters is longer.
const WORD: usize = 20;
/// Functions whose own strings are URLs.
const IMAGE_SETS: [&[u8]; 2] = [b"image-set", b"-webkit-image-set"];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Text,
    /// Behind a slash.
    Slash,
    Comment,
    /// Behind a star of a comment.
    Star,
    Word,
    /// Behind `url(`.
    Open,
    Url,
    /// Behind the white space that follows a URL.
    Behind,
    /// In a `url()` that is none.
    Bad,
    Quoted {
        quote: u8,
        kept: bool,
    },
}

/// What happens at a byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Event {
    /// A URL may begin behind it; what belongs to the URL began so many columns before.
    Begin(u32),
    /// A URL ends with it, which is [`Css::url`].
    End,
}

#[derive(Clone, Debug)]
pub(super) struct Css {
    state: State,
    escape: Escape,
    word: Vec<u8>,
    /// The rule of an at-word, up to its semicolon or block.
    import: bool,
    namespace: bool,
    /// Parentheses that are open from that of an `image-set` on; none outside of one.
    within_set: u32,
    url: Vec<u8>,
}

impl Css {
    pub(super) fn new() -> Css {
        Css {
            state: State::Text,
            escape: Escape::None,
            word: Vec::new(),
            import: false,
            namespace: false,
            within_set: 0,
            url: Vec::new(),
        }
    }

    /// Takes bytes up to the next event. Returns that, and where in them the byte behind it is.
    pub(super) fn take(&mut self, bytes: &[u8]) -> Option<(usize, Event)> {
        let mut at = 0;
        while at < bytes.len() {
            if self.state == State::Comment {
                at += memchr::memchr(b'*', &bytes[at..])?;
            }
            let event = self.step(bytes[at]);
            at += 1;
            if let Some(event) = event {
                return Some((at, event));
            }
        }
        None
    }

    /// Nothing comes any more. Whether that ends a URL.
    pub(super) fn end(&mut self) -> bool {
        let open = matches!(self.state, State::Url | State::Behind | State::Quoted { kept: true, .. });
        self.state = State::Text;
        open
    }

    /// The URL that has ended, as written, with its escapes; nothing where it is longer than a link may be.
    pub(super) fn url(&self) -> Option<&[u8]> {
        (self.url.len() <= LONGEST_LINK).then_some(&self.url)
    }

    fn step(&mut self, byte: u8) -> Option<Event> {
        if self.escape.takes(byte) {
            self.keep(byte);
            return None;
        }
        match self.state {
            State::Text => self.text(byte),
            State::Word => self.word(byte),
            State::Slash if byte == b'*' => self.turn(State::Comment),
            State::Slash => {
                self.state = State::Text;
                self.text(byte)
            }
            State::Comment => self.turn(if byte == b'*' { State::Star } else { State::Comment }),
            State::Star => self.turn(match byte {
                b'/' => State::Text,
                b'*' => State::Star,
                _ => State::Comment,
            }),
            State::Open | State::Url | State::Behind | State::Bad => self.inside(byte),
            State::Quoted { quote, kept } => self.quoted(byte, quote, kept),
        }
    }

    fn turn(&mut self, state: State) -> Option<Event> {
        self.state = state;
        None
    }

    fn text(&mut self, byte: u8) -> Option<Event> {
        match byte {
            b'/' => self.turn(State::Slash),
            b'"' | b'\'' => self.open_quote(byte, self.import || self.within_set == 1),
            b';' | b'{' | b'}' => {
                (self.import, self.namespace, self.within_set) = (false, false, 0);
                None
            }
            b'(' | b')' if self.within_set > 0 => {
                let by = if byte == b'(' { 1 } else { -1 };
                self.within_set = self.within_set.saturating_add_signed(by);
                None
            }
            b'@' | b'\\' | b'-' | b'_' | 0x80.. => self.open_word(byte),
            _ if byte.is_ascii_alphanumeric() => self.open_word(byte),
            _ => None,
        }
    }

    fn open_word(&mut self, byte: u8) -> Option<Event> {
        self.word.clear();
        self.state = State::Word;
        self.word(byte)
    }

    fn word(&mut self, byte: u8) -> Option<Event> {
        match byte {
            b'@' if !self.word.is_empty() => self.open_word(byte),
            b'@' | b'-' | b'_' | b'\\' | 0x80.. => self.add_to_word(byte),
            _ if byte.is_ascii_alphanumeric() => self.add_to_word(byte),
            b'(' if self.word == *b"url" && !self.namespace => {
                self.url.clear();
                self.state = State::Open;
                Some(Event::Begin(3))
            }
            b'(' if self.word == *b"url" => self.turn(State::Bad),
            b'(' if self.within_set == 0 && IMAGE_SETS.contains(&&*self.word) => {
                self.within_set = 1;
                self.turn(State::Text)
            }
            _ => {
                self.import |= self.word == *b"@import";
                self.namespace |= self.word == *b"@namespace";
                self.state = State::Text;
                self.text(byte)
            }
        }
    }

    fn add_to_word(&mut self, byte: u8) -> Option<Event> {
        if self.word.len() <= WORD {
            self.word.push(byte.to_ascii_lowercase());
        }
        self.escape = Escape::behind(byte);
        None
    }

    fn open_quote(&mut self, quote: u8, kept: bool) -> Option<Event> {
        self.url.clear();
        self.state = State::Quoted { quote, kept };
        kept.then_some(Event::Begin(0))
    }

    /// A byte behind `url(`.
    fn inside(&mut self, byte: u8) -> Option<Event> {
        let blank = is_blank(byte);
        match (self.state, byte) {
            (State::Open, b'"' | b'\'') => self.turn(State::Quoted { quote: byte, kept: true }),
            (State::Open | State::Bad, b')') => self.turn(State::Text),
            (State::Open, _) if blank => None,
            (State::Url | State::Behind, b')') => self.close(),
            (State::Url | State::Behind, _) if blank => self.turn(State::Behind),
            (State::Open | State::Url, b'"' | b'\'' | b'(') | (State::Behind, _) => self.turn(State::Bad),
            (State::Bad, _) => {
                self.escape = Escape::behind(byte);
                None
            }
            _ => {
                self.state = State::Url;
                self.keep(byte);
                self.escape = Escape::behind(byte);
                None
            }
        }
    }

    fn quoted(&mut self, byte: u8, quote: u8, kept: bool) -> Option<Event> {
        match byte {
            _ if byte == quote && kept => self.close(),
            _ if byte == quote => self.turn(State::Text),
            b'\n' | 0x0c => self.turn(State::Text),
            _ => {
                self.keep(byte);
                self.escape = Escape::behind(byte);
                None
            }
        }
    }

    fn close(&mut self) -> Option<Event> {
        self.state = State::Text;
        self.import = false;
        Some(Event::End)
    }

    /// One byte more than a link may have tells that it is too long.
    fn keep(&mut self, byte: u8) {
        let kept = matches!(self.state, State::Url | State::Quoted { kept: true, .. });
        if kept && self.url.len() <= LONGEST_LINK {
            self.url.push(byte);
        }
    }
}
