//! What a page of the site is: its place, its manner, its fault. Knows nothing of how any of it was drawn.

use std::time::Duration;

use super::faults::Fault;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PageKind {
    Home,
    Category,
    Goods,
    Image,
    Asset,
}

/// How the end of a body is told (RFC 9112, section 6).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Framing {
    Length,
    Chunked,
    UntilClose,
}

/// A planned resource of the site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    pub path: String,
    pub kind: PageKind,
    /// From the moment the request was read to the first byte of the answer.
    pub latency: Duration,
    /// Bytes of the body as planned, without framing; a fault may keep some of them back.
    pub size: u32,
    pub framing: Framing,
    pub fault: Option<Fault>,
    /// Between two pieces of the body.
    pub pause: Duration,
    /// Counted within its kind, from 0; the images are fewer than the goods they show.
    pub(super) number: u32,
    /// Number of the goods, not there, that this page links to all the same.
    pub(super) missing: Option<u32>,
    pub(super) seed: u64,
}

/// A link as it stands in a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    pub target: String,
    /// Of the page's text, counted from 1.
    pub line: u32,
    /// The text inside `a`, the `alt` of an image, else empty; character references decoded.
    pub anchor: String,
}

impl Page {
    /// Content-Type of the body as planned.
    pub fn content_type(&self) -> &'static str {
        let is_itself = self.status_line() == "200 OK";
        match self.path.rsplit_once('.') {
            Some((_, extension)) if is_itself => media_type(extension),
            _ => media_type("html"),
        }
    }

    /// Status code and reason; a fault below HTTP leaves it 200.
    pub fn status_line(&self) -> &'static str {
        self.fault.as_ref().map_or("200 OK", Fault::status_line)
    }
}

fn media_type(extension: &str) -> &'static str {
    match extension {
        "jpg" => "image/jpeg",
        "png" => "image/png",
        "css" => "text/css; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        _ => "text/html; charset=utf-8",
    }
}
