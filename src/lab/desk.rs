//! Decides which answer a request gets, and counts it. Knows nothing of sockets or of how time passes.

use std::sync::Arc;
use std::time::Duration;

use super::asked::{Asked, Counter};
use super::body::Body;
use super::faults::{Fault, ResetPoint};
use super::nooks::{Month, Nook};
use super::page::{Framing, Page};
use super::request::{Method, Refusal, Request};
use super::response::{Head, Manner, Response};
use super::sheet::Sheet;
use super::shop;
use super::site::Site;

const HTML: &str = "text/html; charset=utf-8";

pub(super) struct Desk {
    pub(super) site: Arc<Site>,
    pub(super) counter: Counter,
}

/// A request whose place was found; small, since it is kept while the latency passes.
pub(super) struct Errand {
    place: Place,
    manner: Manner,
    /// What it calls this site, where the answer depends on that.
    host: Option<Box<str>>,
}

#[derive(Clone, Copy)]
enum Place {
    Page(usize),
    Robots,
    Sitemap,
    Nook(usize),
    Month(Month),
    Asked,
    Nowhere,
    WrongMethod,
}

pub(super) enum Answer {
    Response(Response),
    Silence,
    Reset,
}

impl Desk {
    pub(super) fn new(site: Arc<Site>) -> Desk {
        let counter = Counter::new(site.pages.len());
        Desk { site, counter }
    }

    pub(super) fn asked(&self) -> Asked {
        self.counter.snapshot(&self.site)
    }

    /// Finds what is asked for, and counts it.
    pub(super) fn take(&self, request: &Request) -> Errand {
        let place = self.place(&request.path);
        match place {
            Place::Page(index) => self.counter.planned(index),
            Place::Asked => {}
            _ => self.counter.unplanned(&request.path),
        }
        let place = if request.method == Method::Other { Place::WrongMethod } else { place };
        let host = request.host.clone().filter(|_| matches!(place, Place::Robots | Place::Sitemap));
        Errand { place, manner: Manner::from(request), host }
    }

    fn place(&self, path: &str) -> Place {
        match path {
            "/robots.txt" => Place::Robots,
            "/sitemap.xml" => Place::Sitemap,
            "/lab/asked" => Place::Asked,
            _ => {
                let page = self.site.index(path).map(Place::Page);
                let nook = page.or_else(|| self.site.nook(path).map(Place::Nook));
                nook.or_else(|| self.site.month(path).map(Place::Month)).unwrap_or(Place::Nowhere)
            }
        }
    }

    pub(super) fn latency(&self, errand: &Errand) -> Duration {
        match errand.place {
            Place::Page(index) => self.site.pages.get(index).map_or(Duration::ZERO, |page| page.latency),
            Place::Robots | Place::Sitemap | Place::Nook(_) | Place::Month(_) => self.site.least_latency,
            Place::Asked | Place::Nowhere | Place::WrongMethod => Duration::ZERO,
        }
    }

    /// The answer with its body, to be made when the latency is over.
    pub(super) fn answer(&self, errand: Errand) -> Answer {
        let manner = errand.manner;
        let origin = || format!("http://{}", errand.host.as_deref().unwrap_or("127.0.0.1"));
        match errand.place {
            Place::Page(_) => self.planned(&errand),
            Place::Robots => Answer::Response(plain("text/plain", self.site.robots(&origin()), manner)),
            Place::Sitemap => Answer::Response(match self.site.sitemap(&origin()) {
                Some(sitemap) => plain("application/xml", sitemap, manner),
                None => nowhere(manner),
            }),
            Place::Nook(index) => {
                Answer::Response(self.site.nooks().get(index).map_or_else(|| nowhere(manner), |it| nook(it, manner)))
            }
            Place::Month(month) => Answer::Response(html(month.sheet(), manner)),
            Place::Asked => Answer::Response(plain("application/json", self.asked().json(), manner)),
            Place::Nowhere => Answer::Response(nowhere(manner)),
            Place::WrongMethod => Answer::Response(wrong_method(manner)),
        }
    }

    fn planned(&self, errand: &Errand) -> Answer {
        let Some(page) = self.page(errand.place) else {
            return Answer::Response(nowhere(errand.manner));
        };
        match page.fault {
            Some(Fault::Silent) => Answer::Silence,
            Some(Fault::Reset(ResetPoint::BeforeHead)) => Answer::Reset,
            _ => Answer::Response(Response::of(page, self.site.body(page), errand.manner)),
        }
    }

    fn page(&self, place: Place) -> Option<&Page> {
        match place {
            Place::Page(index) => self.site.pages.get(index),
            _ => None,
        }
    }

    /// The answer to bytes that are no request; the connection ends with it.
    pub(super) fn refuse(&self, refusal: Refusal) -> Response {
        self.counter.refused();
        let (status_line, text) = match refusal {
            Refusal::Malformed => ("400 Bad Request", "this is no HTTP/1.1 request\n"),
            Refusal::TooLarge => ("431 Request Header Fields Too Large", "a request's head ends at 16 KiB here\n"),
        };
        let head = Head { status_line, content_type: "text/plain", field: None, framing: Framing::Length };
        Response::new(&head, Body::text(text.into()), Manner::LAST)
    }
}

fn plain(content_type: &'static str, text: String, manner: Manner) -> Response {
    let head = Head { status_line: "200 OK", content_type, field: None, framing: Framing::Length };
    Response::new(&head, Body::text(text.into_bytes()), manner)
}

fn html(sheet: Sheet, manner: Manner) -> Response {
    let head = Head { status_line: "200 OK", content_type: HTML, field: None, framing: Framing::Length };
    Response::new(&head, Body::text(sheet.close()), manner)
}

fn nook(nook: &Nook, manner: Manner) -> Response {
    let Some(location) = nook.location() else { return html(nook.sheet(), manner) };
    let field = Some(("Location", location));
    let head = Head { status_line: "302 Found", content_type: HTML, field, framing: Framing::Length };
    Response::new(&head, Body::text(nook.sheet().close()), manner)
}

fn nowhere(manner: Manner) -> Response {
    let head = Head { status_line: "404 Not Found", content_type: HTML, field: None, framing: Framing::Length };
    Response::new(&head, Body::text(shop::not_found().close()), manner)
}

fn wrong_method(manner: Manner) -> Response {
    let field = Some(("Allow", "GET, HEAD"));
    let head = Head { status_line: "405 Method Not Allowed", content_type: HTML, field, framing: Framing::Length };
    Response::new(&head, Body::text(shop::wrong_method().close()), manner)
}
