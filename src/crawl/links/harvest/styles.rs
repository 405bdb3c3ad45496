//! The URLs of CSS in a page: of its `style` elements, of `style` attributes, and of whole sheets. Reads no tag.

use super::{Harvest, Place};
use crate::crawl::links::charset::stripped;
use crate::crawl::links::css::{Css, Event, unescaped};
use crate::crawl::links::found::LinkKind;
use crate::crawl::links::position::Position;
use std::borrow::Cow;
use std::ops::Range;

impl Harvest {
    pub(super) fn open_style(&mut self, place: Place<'_>) {
        if self.wanted.assets {
            self.style = Some((Css::new(), self.position(place)));
        }
    }

    /// Text of the `style` that is open: those bytes of a piece.
    pub(in crate::crawl::links) fn style(&mut self, piece: &[u8], text: Range<usize>) {
        if let Some((mut css, mut begin)) = self.style.take() {
            self.sheet(&mut css, &mut begin, piece, text);
            self.style = Some((css, begin));
        }
    }

    /// Takes the URLs of CSS, each where it begins.
    pub(in crate::crawl::links) fn sheet(
        &mut self,
        css: &mut Css,
        begin: &mut Position,
        piece: &[u8],
        text: Range<usize>,
    ) {
        let mut at = text.start;
        while let Some((taken, event)) = css.take(&piece[at..text.end]) {
            at += taken;
            match event {
                Event::Begin(before) => {
                    let position = self.lines.position(piece, at - 1);
                    *begin = Position { column: position.column.saturating_sub(before), ..position };
                }
                Event::End => self.css(css, *begin, false),
            }
        }
    }

    pub(in crate::crawl::links) fn close_style(&mut self) {
        if let Some((css, begin)) = self.style.take().and_then(|(mut css, begin)| css.end().then_some((css, begin))) {
            self.css(&css, begin, false);
        }
    }

    /// Takes the URLs of a `style` attribute, which is decoded: where they stand in it is not known any more.
    pub(super) fn declarations(&mut self, style: &str, position: Position) {
        let (mut css, mut text) = (Css::new(), style.as_bytes());
        while let Some((at, event)) = css.take(text) {
            if event == Event::End {
                self.css(&css, position, true);
            }
            text = &text[at..];
        }
        if css.end() {
            self.css(&css, position, true);
        }
    }

    /// The URL that CSS has ended with, whose text may be `decoded`.
    pub(in crate::crawl::links) fn css(&mut self, css: &Css, position: Position, decoded: bool) {
        let Some(raw) = css.url() else { return self.found.counted.over += 1 };
        let url = if decoded { String::from_utf8_lossy(raw) } else { self.charset.bytes(raw) };
        let url = unescaped(&url);
        let url = stripped(&url);
        if !url.is_empty() {
            let url = self.charset.with_query(Cow::Borrowed(url)).into_owned();
            self.add(&url, LinkKind::Css, false, Place::Before(position));
        }
    }
}
