//! Which part of a page is read: its head, its body, or frames in the place of that (WHATWG HTML, 13.2.6.4.2 to 13.2.6.4.6,
//! 13.2.6.4.20 and 13.2.6.4.21). Knows nothing of what is open in a body.

use super::names::{Key, is_blank, key, names};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    BeforeHead,
    Head,
    /// A `noscript` of the head.
    Noscript,
    AfterHead,
    /// Nothing was in it that keeps frames from taking its place.
    Body,
    /// It stays the body.
    Settled,
    /// So many of them are open.
    Frames(u32),
}

/// What becomes of a start tag.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// It is read as what is open has it.
    On,
    /// It begins an element of this part, in which nothing else stands.
    Own,
    Dropped,
    /// The body begins before it.
    Begins,
    /// Frames take the place of the body, and of all that was in it.
    Replaces,
}

#[derive(Debug)]
pub(super) struct Outline {
    part: Part,
    /// Something was that keeps frames from taking the place of a body.
    keeps_body: bool,
}

/// Elements of a head.
const OF_HEAD: [Key; 10] = [
    key("base"),
    key("basefont"),
    key("bgsound"),
    key("link"),
    key("meta"),
    key("noframes"),
    key("script"),
    key("style"),
    key("template"),
    key("title"),
];

/// Those of them that a `noscript` there may hold.
const OF_NOSCRIPT: [Key; 6] =
    [key("basefont"), key("bgsound"), key("link"), key("meta"), key("noframes"), key("style")];

names! {
    /// Whether such an element keeps a body from being replaced.
    keeps_body:
    "applet" "area" "body" "br" "button" "dd" "dt" "embed" "hr" "iframe" "image" "img" "input" "keygen" "li"
    "listing" "marquee" "object" "pre" "select" "table" "template" "textarea" "wbr" "xmp"
}

impl Outline {
    pub(super) fn new() -> Outline {
        Outline { part: Part::BeforeHead, keeps_body: false }
    }

    /// Of what has no parts.
    pub(super) fn settled() -> Outline {
        Outline { part: Part::Settled, keeps_body: true }
    }

    /// Whether a body is read that stays one, so that nothing needs to be told any more.
    #[inline]
    pub(super) fn is_settled(&self) -> bool {
        self.part == Part::Settled
    }

    pub(super) fn is_body(&self) -> bool {
        matches!(self.part, Part::Body | Part::Settled)
    }

    /// Whether a start tag of this name has to be told.
    #[inline]
    pub(super) fn asks_for(&self, name: Key) -> bool {
        !self.is_settled()
            && (self.part != Part::Body || [key("frameset"), key("html")].contains(&name) || keeps_body(name))
    }

    /// Whether an end tag of this name has to be told.
    #[inline]
    pub(super) fn asks_for_end(&self, name: Key) -> bool {
        !self.is_settled() && (self.part != Part::Body || name == key("br"))
    }

    /// Whether no body has begun: white space there is none of formatting.
    pub(super) fn is_before_body(&self) -> bool {
        matches!(self.part, Part::BeforeHead | Part::Head | Part::Noscript | Part::AfterHead)
    }

    /// Takes a start tag of HTML in no `template`. `hidden`: it is an `input` that nobody sees.
    pub(super) fn start(&mut self, name: Key, hidden: bool) -> Way {
        let way = self.place(name);
        self.keeps_body |= !hidden && way != Way::Dropped && keeps_body(name);
        if self.part == Part::Body && self.keeps_body {
            self.part = Part::Settled;
        }
        way
    }

    fn place(&mut self, name: Key) -> Way {
        const HTML: Key = key("html");
        const HEAD: Key = key("head");
        const FRAMESET: Key = key("frameset");
        const NOSCRIPT: Key = key("noscript");
        match (self.part, name) {
            (Part::Settled, _) | (_, HTML) => Way::On,
            (Part::BeforeHead, HEAD) => self.turn(Part::Head, Way::Own),
            (Part::BeforeHead, _) => self.again(Part::Head, name),
            (Part::Head | Part::Noscript | Part::AfterHead, HEAD) | (Part::Noscript, NOSCRIPT) => Way::Dropped,
            (Part::Head, NOSCRIPT) => self.turn(Part::Noscript, Way::Own),
            (Part::Noscript, _) if OF_NOSCRIPT.contains(&name) => Way::On,
            (Part::Noscript, _) => self.again(Part::Head, name),
            (Part::Head | Part::AfterHead, _) if OF_HEAD.contains(&name) => Way::On,
            (Part::Head, _) => self.again(Part::AfterHead, name),
            (Part::AfterHead, FRAMESET) => self.turn(Part::Frames(1), Way::Own),
            (Part::AfterHead, _) => self.turn(Part::Body, Way::Begins),
            (Part::Body, FRAMESET) => self.turn(Part::Frames(1), Way::Replaces),
            (Part::Body, _) => Way::On,
            (Part::Frames(open @ 1..), FRAMESET) => self.turn(Part::Frames(open.saturating_add(1)), Way::Own),
            (Part::Frames(1..), _) if name == key("frame") => Way::Own,
            (Part::Frames(_), _) if name == key("noframes") => Way::Own,
            (Part::Frames(_), _) => Way::Dropped,
        }
    }

    fn turn(&mut self, part: Part, way: Way) -> Way {
        self.part = part;
        way
    }

    fn again(&mut self, part: Part, name: Key) -> Way {
        self.part = part;
        self.place(name)
    }

    /// Takes an end tag in no `template`. Whether the body begins before it.
    pub(super) fn end(&mut self, name: Key) -> bool {
        let begins = [key("body"), key("html"), key("br")].contains(&name);
        let before = self.is_before_body();
        self.part = match self.part {
            Part::BeforeHead | Part::Head if name == key("head") => Part::AfterHead,
            Part::Noscript if name == key("noscript") => Part::Head,
            Part::Noscript if name != key("br") => Part::Noscript,
            Part::Frames(open) if name == key("frameset") => Part::Frames(open.saturating_sub(1)),
            _ if begins && before => Part::Body,
            part => part,
        };
        self.settle(name == key("br"));
        begins && before && matches!(self.part, Part::Body | Part::Settled)
    }

    /// Takes text in no `template`. Whether the body begins before it.
    pub(super) fn text(&mut self, text: &[u8]) -> bool {
        if text.iter().all(|byte| is_blank(*byte)) {
            return false;
        }
        let before = self.is_before_body();
        if before {
            self.part = Part::Body;
        }
        // What is zero is dropped there.
        self.settle(text.iter().any(|byte| *byte != 0 && !is_blank(*byte)));
        before
    }

    fn settle(&mut self, keeps_body: bool) {
        if self.part == Part::Body {
            self.keeps_body |= keeps_body;
            if self.keeps_body {
                self.part = Part::Settled;
            }
        }
    }
}
